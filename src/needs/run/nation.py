"""The site of an edition: what its regions' finished runs left becomes the material of a nation's pages."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needs.data.boundaries import read_boundaries
from needs.data.geography import Regions, key_of
from needs.errors import ParamsError
from needs.params.branding import FOLDER as LOGO
from needs.present import nation, nation_charts, nation_sums
from needs.present.artefact import Artefact, number
from needs.present.nation_words import pairs
from needs.run import manifest, store
from needs.run.fault import refusal
from needs.run.finished import Finished
from needs.run.nation_figures import COUNTRY, Nation
from needs.run.nation_runs import find_regions
from needs.run.plan import MEND
from needs.run.pool import stopping_cleanly
from needs.run.trust import trusted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DASHBOARD", "PAIRS", "SITE", "lay_out", "make_site"]

SITE = "site"
"""Folder of an edition's site, beside those of its regions."""

PAIRS = "pairs.json"
"""What any two regions differ by, for the page that sets them beside each other."""

DASHBOARD = ("tbl-dashboard", "fig-control-charts", "fig-standards", "tbl-standards")
"""Artefacts of a region's quality dashboard, where it has data of its own."""

REPORTS = (".html", ".pdf", ".docx", ".xlsx")
"""Kinds of file that a region's report consists of."""

_RATE = "expected secure patients per 100,000 adults"
_PER_ADULT = "spend on secure care per adult"


def make_site(
    edition: str,
    out: Path,
    build: Callable[[Path], object],
    *,
    partial: bool = False,
    root: Path | None = None,
    trust: bool = False,
) -> Path:
    """Make the site of an edition from the finished runs of its regions, in its place under ``out`` in one move.

    Parameters
    ----------
    edition : str
        Vintage of evidence.
    out : Path
        Output folder of the runs; the site is ``<out>/<edition>/site``.
    build : callable
        Composes and typesets the pages; is given the folder with the material.
    partial : bool
        Whether regions without a run may be left out.
    root : Path, optional
        Project folder.
    trust : bool
        Whether programs from elsewhere may run.

    Returns
    -------
    Path
        The site.

    Raises
    ------
    ParamsError
        With every region that was not run, was edited since, or was made by other code or of other evidence.
    RenderError
        If the site cannot be made; an earlier one then stays as it was.
    KeyboardInterrupt
        When interrupted or told to end, after its folders are cleared; an earlier site then stays, too.

    Examples
    --------
    >>> make_site("2023-24", Path("build"), build_site)  # doctest: +SKIP
    PosixPath('build/2023-24/site')
    """
    root = trusted(root, trust)
    runs, missing = find_regions(edition, out, root, partial=partial)
    target = out / edition / SITE
    with stopping_cleanly(), store.staged(target) as folder:
        with store.writing(target):
            lay_out(Nation(runs, missing), folder, root)
        with refusal("the site cannot be made", MEND):
            build(folder)
    return target


def lay_out(told: Nation, folder: Path, root: Path) -> None:
    """Write the material of a site: national artefacts, dashboards, the regions' reports, and what is known of them.

    Parameters
    ----------
    told : Nation
        The finished runs.
    folder : Path
        Empty folder; it gets ``about.json``, ``pairs.json``, ``artefacts/`` and ``regions/``.
    root : Path
        Project folder.

    Examples
    --------
    >>> lay_out(Nation(*find_regions("2023-24", Path("build"))), Path("site"), project_root())  # doctest: +SKIP
    """
    artefacts = dict(_artefacts(told, root))
    cells = [{"id": name, "outputs": [{"data": made._repr_mimebundle_()}]} for name, made in artefacts.items()]
    store.collect({"": {"cells": cells}}, folder)
    for run in told.runs:
        _copy_reports(run, folder / "regions" / run.record.region)
        _copy_dashboard(run, folder / "artefacts")
    if (logo := told.base.folder / LOGO).is_dir():
        shutil.copytree(logo, folder / LOGO)
    store.write_json(folder / PAIRS, pairs(told.places))
    store.write_json(folder / "about.json", _about(told, folder, [name for name in artefacts if "-funnel-" in name]))


def _artefacts(told: Nation, root: Path) -> Iterator[tuple[str, Artefact]]:
    """Give the national artefacts by name."""
    whole, base = told.whole, told.base
    year = base.record.parameters["costs"]["price_year"]
    beds = f"{COUNTRY}: beds times occupancy, whose range is the interval"
    yield "num-nation-patients", number("Patients expected", whole.figures["patients"], "people", beds)
    spend = f"Secure care in {COUNTRY}, {year} prices"
    yield "num-nation-spend", number("Spend a year, modelled", whole.figures["spend"], "GBP", spend)
    share, known = base.figure("num-secure-share"), base.shown("num-secure-share")
    yield "num-nation-share", number("Share of the budget", share, "share", known["caption"])
    places = f"Step-down places for secure patients, sum of {told.of}; ends of intervals are added up"
    label = "Step-down places for secure patients" if not told.missing else f"Step-down places, {told.of}"
    yield "num-nation-places", number(label, told.step_down_places, "places", places)
    yield "fig-nation-map", _map(told, root)
    caption = f"{_PER_ADULT[0].upper()}{_PER_ADULT[1:]} by region, {year} prices, with {COUNTRY} as modelled"
    yield (
        "fig-nation-spend",
        nation_charts.intervals(told.places, "per_adult", _PER_ADULT, caption, whole.figures["per_adult"]),
    )
    caption = f"{_RATE[0].upper()}{_RATE[1:]} by region, with {COUNTRY}"
    yield "fig-nation-rate", nation_charts.intervals(told.places, "rate", _RATE, caption, whole.figures["rate"])
    caption = (
        f"Regions of edition {base.about['edition_label']} and {COUNTRY}, with 95% intervals; money at {year} prices"
    )
    yield "tbl-nation", nation.overview(told.places, whole, caption)
    yield (
        "tbl-side-by-side",
        nation.indicators(told.places, f"What each region's run gave, with 95% intervals; money at {year} prices"),
    )
    yield from _sums(told)
    for label, note, rows, provenance in told.used():
        yield f"fig-funnel-{key_of(label)}", nation_charts.use_funnel(rows, label, note, provenance)
    if used := told.used():
        yield "tbl-use-and-need", nation.use_and_need(_joined([rows for _, _, rows, _ in used]), used[0][3])
    if first := told.first_options():
        yield "tbl-first-options", nation.first_options(*first)


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)


def _map(told: Nation, root: Path) -> Artefact:
    import pandas as pd

    regions = Regions.open(told.base.record.edition, root)
    tiles = pd.DataFrame([{"area": r.slug, "tile_row": r.tile[0], "tile_col": r.tile[1]} for r in regions])
    there = tiles[tiles["area"].isin([place.area for place in told.places])]
    note = f"Shown: {told.of}; the others were not run." if told.missing else ""
    return nation_charts.nation_map(told.places, there, "rate", _RATE, note, read_boundaries(regions))


def _sums(told: Nation) -> Iterator[tuple[str, Artefact]]:
    people, known = told.people()
    yield "tbl-adding-up", nation_sums.adding_up(people, told.of, COUNTRY, known)
    pounds, known = told.pounds()
    own = [each["name"] for each in told.own_figures()]
    yield "tbl-adding-up-money", nation_sums.adding_up_money(pounds, told.of, COUNTRY, own, known)


def _copy_reports(run: Finished, target: Path) -> None:
    """Copy the report of a region and the data of its artefacts, as its run left them; nothing of single people."""
    outputs = run.record.outputs
    wanted = [name for name in outputs if "/" not in name and Path(name).suffix in REPORTS]
    wanted += [name for name in outputs if name.startswith("artefacts/") and name.endswith(".csv")]
    (target / "artefacts").mkdir(parents=True)
    for name in wanted:
        content = (run.folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != outputs[name]:
            raise ParamsError(
                f"{run.folder} was made again while the site was", [f"{name} is another now"], "run it again"
            )
        (target / name).write_bytes(content)


def _copy_dashboard(run: Finished, artefacts: Path) -> None:
    """Copy the artefacts of a region's quality dashboard under names that end in the region."""
    for name in DASHBOARD if _own(run) else ():
        record, new = run.shown(name), f"{name}-{run.record.region}"
        files = [file.replace(name, new, 1) for file in record["files"]]
        for old, copy in zip(record["files"], files, strict=True):
            shutil.copyfile(run.folder / "artefacts" / old, artefacts / copy)
        store.write_json(artefacts / f"{new}.json", {**record, "id": new, "files": files})


def _own(run: Finished) -> bool:
    """Whether a region has data of its own, and so a dashboard."""
    return run.record.parameters["service"]["folder"] is not None


def _about(told: Nation, folder: Path, funnels: Sequence[str]) -> dict[str, Any]:
    """Return what the site says about itself: what a report says of the base run, and of the regions."""
    base = told.base
    sources: dict[str, Mapping[str, Any]] = {}
    for run in told.runs:
        sources |= run.about["sources"]
    return {
        **base.about,
        "region": SITE,
        "region_name": COUNTRY,
        "sources": sources,
        "versions": manifest.software(),
        "overrides": [],
        "measured": [],
        "fingerprint": "",
        "nation": {
            "country": COUNTRY,
            "of": told.of,
            "places": [_told(run, folder) for run in told.runs],
            "missing": [region.name for region in told.missing],
            "own_figures": told.own_figures(),
            "funnels": list(funnels),
        },
    }


def _told(run: Finished, folder: Path) -> dict[str, Any]:
    """Return what pages say of a region: its name, its files with their sizes, and how to load its data."""
    place = folder / "regions" / run.record.region
    service = run.record.parameters["service"]
    return {
        "area": run.record.region,
        "name": run.about["region_name"],
        "files": {file.name: file.stat().st_size for file in sorted(place.iterdir()) if file.is_file()},
        "own": _own(run),
        "since": service["since"],
        "until": service["until"],
        "fingerprint": run.record.fingerprint,
    }
