"""Two finished runs beside each other: what moved the number from the one to the other."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needs.errors import ParamsError
from needs.present import compared
from needs.present.artefact import Artefact
from needs.run import manifest, store
from needs.run.change import Change, between_areas, between_scenarios, name_of, price_level
from needs.run.fault import refusal
from needs.run.finished import ENGLAND, Finished, find_finished
from needs.run.plan import MEND
from needs.run.trust import trusted

__all__ = ["PAGE", "TEMPLATE", "Compared", "compare"]

TEMPLATE = "comparison.qmd.j2"
"""Template of the page in ``reports/``."""

PAGE = "comparison.html"
"""Name of the page of a comparison."""

ROUNDED = "a last digit may be one off that of the figure, so that rounded steps lead to the rounded total"


@dataclass(frozen=True)
class Compared:
    """What a comparison says; as text, what a terminal shows.

    Parameters
    ----------
    finding : str
        What moved the number, as a sentence.
    lines : tuple of str
        The steps, aligned; none where nothing differs.
    page : Path, optional
        The page; None where nothing differs.

    Examples
    --------
    >>> print(Compared("Spend is £2 and £3.", ("£", "  a   2", "  b   3"), Path("build/compare/a--b/comparison.html")))
    Spend is £2 and £3.
    £
      a   2
      b   3
    build/compare/a--b/comparison.html
    """

    finding: str
    lines: tuple[str, ...] = ()
    page: Path | None = None

    def __str__(self) -> str:
        return "\n".join([textwrap.fill(self.finding, 100), *self.lines, *([str(self.page)] if self.page else [])])


def compare(
    first: str,
    second: str,
    out: Path,
    publish: Callable[..., Mapping[str, str]],
    *,
    per_adult: bool = False,
    root: Path | None = None,
    trust: bool = False,
) -> Compared:
    """Say what moved spend from one run to another, and leave a page of it under ``out``.

    Parameters
    ----------
    first, second : str
        Where the way starts and ends; see :func:`needs.run.finished.find_finished`.
    out : Path
        Output folder; the page is ``<out>/compare/<first>--<second>/comparison.html``.
    publish : callable
        Composes and typesets the page: is given its folder, format, renderer and ``template``.
    per_adult : bool
        Whether to explain spend for each adult.
    root : Path, optional
        Project folder.
    trust : bool
        Whether programs from elsewhere may run.

    Returns
    -------
    Compared

    Raises
    ------
    ParamsError
        With everything that stops the two from being compared.
    RenderError
        If the page cannot be made; an earlier one then stays as it was.

    Examples
    --------
    >>> compare("london", "london:england", Path("build"), publish).page  # doctest: +SKIP
    PosixPath('build/compare/london-2023-24--london-2023-24-england/comparison.html')
    """
    root = trusted(root, trust)
    runs = find_finished([first, second], out, root)
    one, other = runs
    if (one.record.fingerprint, one.part) == (other.record.fingerprint, other.part):
        return Compared(f"Nothing differs: both are {name_of(one)}, edition {one.record.edition}.")
    if problems := list(_not_comparable(runs, per_adult)):
        raise ParamsError("runs cannot be compared", problems, "docs/compare.md says what can be compared with what")
    change = between_scenarios(runs) if one.scenario or other.scenario else between_areas(runs, per_adult)
    unit = compared.unit_of(change.steps, change.prices, per_adult)
    alike = (one.record.region, one.record.edition) == (other.record.region, other.record.edition)
    apart = alike and one.folder.resolve() != other.folder.resolve()
    names = [run.slug_of_folder if apart else run.slug for run in runs]
    target = out / "compare" / ("--".join(names) + "-per-adult" * per_adult)
    with store.staged(target) as folder:
        with store.writing(target):
            store.collect({"": {"cells": [*_cells(change, unit)]}}, folder)
            store.write_json(folder / "about.json", _about(runs, change))
        with refusal("the page cannot be made", MEND):
            publish(folder, ("html",), "embedded", template=TEMPLATE)
    return Compared(f"{change.title}.", tuple(compared.lines(change.steps, unit)), target / PAGE)


def _not_comparable(runs: Sequence[Finished], per_adult: bool) -> Iterator[str]:
    """Say why two runs have no figure in common."""
    one, other = runs
    if one.scenario or other.scenario:
        if one.record.fingerprint != other.record.fingerprint or ENGLAND in (one.part, other.part):
            yield "a scenario is compared with another of the same run, or with going on as today in it: name the same run twice"
        if per_adult:
            yield "--per-adult is for areas: a scenario has the adults of its region; leave it out"
        return
    if price_level(runs) is None:
        years = " and ".join(run.record.parameters["costs"]["price_year"] for run in runs)
        yield (
            f"the runs do not tell what a pound of {years} is worth in each other: costs.index is to be the same in both, and "
            "costs.real_year of one the costs.price_year of the other"
        )


def _cells(change: Change, unit: compared.Unit) -> Iterator[dict[str, Any]]:
    """Give the artefacts of a comparison as cells of a notebook show them."""
    steps, known = change.steps, change.known
    way = f"from {change.names[0]} to {change.names[1]}"
    made: dict[str, Artefact] = {
        "fig-comparison": compared.figure(steps, change.title, change.caption, known, unit),
        "tbl-comparison": compared.table(
            steps, "The steps add up as written", f"{unit.label}, {way}; {ROUNDED}", known, unit
        ),
    }
    if change.sides:
        title = "What the steps are made from"
        caption = f"People at one time, cost of a year of one of them, and spend, by tier, {way}"
        if change.otherwise:
            caption += f". The runs were told otherwise: {', '.join(change.otherwise)}"
        made["tbl-compared-tiers"] = compared.by_tier(change.sides, title, caption, known)
    for name, artefact in made.items():
        yield {"id": name, "outputs": [{"data": artefact._repr_mimebundle_()}]}


def _about(runs: Sequence[Finished], change: Change) -> dict[str, Any]:
    """Return what the page says about itself: what a report says of the second run, and the comparison."""
    one, other = runs
    return {
        **other.about,
        "region": f"{one.slug} and {other.slug}",
        "sources": {**one.about["sources"], **other.about["sources"]},
        "versions": manifest.software(),
        "overrides": [],
        "comparison": {
            "names": list(change.names),
            "notes": list(change.notes),
            "runs": [{"name": run.slug, "fingerprint": run.record.fingerprint} for run in runs],
        },
    }
