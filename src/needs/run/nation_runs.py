"""The finished runs of all regions of an edition, which together are a nation: found, and found to belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from needs.errors import NeedsError, ParamsError, Problem
from needs.project import project_root
from needs.run import manifest
from needs.run.finished import Finished, find_finished

if TYPE_CHECKING:
    from needs.data.geography import Region

__all__ = ["find_regions"]

LOCK = "requirements.lock"
OWN_DATA = "data_raw/service/"
"""Where the data of single regions are."""


def find_regions(
    edition: str, out: Path, root: Path | None = None, *, partial: bool = False
) -> tuple[list[Finished], list[Region]]:
    """Find the finished run of every region of an edition: whole, unedited, of the code and the evidence that are here now.

    Parameters
    ----------
    edition : str
        Vintage of evidence.
    out : Path
        Output folder of the runs.
    root : Path, optional
        Project folder.
    partial : bool
        Whether regions without a run may be left out; one at least is needed.

    Returns
    -------
    runs : list of Finished
        In the edition's order.
    missing : list of Region
        Regions without a run; none unless ``partial``.

    Raises
    ------
    ParamsError
        With every problem of every region, and the command that mends them.

    Examples
    --------
    >>> find_regions("example", Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.ParamsError: runs of edition example cannot be put together: 3 problems
      northmark@example  there is no finished run in nowhere/example/northmark
      eastvale@example  there is no finished run in nowhere/example/eastvale
      southmoor@example  there is no finished run in nowhere/example/southmoor
    Next: needs run --all --edition example --out nowhere        [exit 10]
    """
    from needs.data.geography import Regions

    root = root or project_root()
    regions = Regions.open(edition, root)
    missing = [region for region in regions if not (out / edition / region.slug / manifest.FILE).is_file()]
    left_out = missing if partial and len(missing) < len(regions) else []
    headline = f"runs of edition {edition} cannot be put together"
    again = f"needs run --all --edition {edition}" + f" --out {out.as_posix()}" * (out != Path("build"))
    told = list(_strangers(regions.regions, out / edition, edition))
    try:
        runs = find_finished([f"{region.slug}@{edition}" for region in regions if region not in left_out], out, root)
    except ParamsError as error:
        problems: list[Problem | str] = [*told, *error.problems]
        raise ParamsError(headline, problems, _remedy(again, missing, regions.regions)) from None
    if told := told or list(_other_evidence(runs, root)):
        raise ParamsError(headline, told, again)
    return runs, left_out


def _remedy(again: str, missing: Sequence[Region], regions: Sequence[Region]) -> str:
    """Say what to do: run all again, or leave out what was not run."""
    return again + "; or --partial, which leaves out regions without a run" * (0 < len(missing) < len(regions))


def _strangers(regions: Sequence[Region], folder: Path, edition: str) -> Iterator[str]:
    """Say which folders hold the run of another region or edition than their own."""
    for region in regions:
        try:
            record = manifest.Manifest.read(folder / region.slug)
        except NeedsError:
            continue  # said where runs are found
        if (record.region, record.edition) != (region.slug, edition):
            where = f"the run in {folder / region.slug}"
            yield f"{region.slug}@{edition}  {where} is of {record.region}@{record.edition}, not of {region.slug}@{edition}"


def _other_evidence(runs: Sequence[Finished], root: Path) -> Iterator[str]:
    """Say which runs rest on other evidence, national parameters or programs than are here now.

    Only what all of them share is looked at: a region's own data and parameters may be on another machine.
    """
    shared = set.intersection(*(set(run.record.inputs) for run in runs))
    own = {f"params/{run.record.edition}/{run.record.region}.yaml" for run in runs}
    names = sorted(name for name in shared - own if not name.startswith(OWN_DATA))
    now = manifest.hashes([root / name for name in (*names, LOCK) if (root / name).is_file()], root)
    for run in runs:
        then = run.record.inputs | {LOCK: run.record.lock}
        changed = [name for name in (*names, LOCK) if then[name] != now.get(name)]
        if changed:
            more = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
            yield f"{run.record.region}  {', '.join(changed[:2])}{more} changed since the run in {run.folder}"
