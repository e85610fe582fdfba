"""What a run is asked for: regions by any of their names, and their parameters, checked before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from needs.errors import ParamsError, Problem
from needs.project import EDITIONS, project_root

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.run.plan import How, Request

__all__ = ["NONE", "ask", "find"]

NONE = "none"
"""Named in place of scenarios by a run that weighs none."""


def find(named: Sequence[str], edition: str | None, every: bool, say: Callable[[str], object]) -> list[Region]:
    """Resolve the regions that were named, all problems at once.

    Parameters
    ----------
    named : sequence of str
        Slugs, names, codes or footprints.
    edition : str or None
        Their edition; without one the default is looked through first.
    every : bool
        Every region of the edition, in place of names.
    say : callable
        Is told where a name was found in another edition than the default.

    Raises
    ------
    ParamsError
        For an unknown edition, names that are no region, and names beside ``every``.

    Examples
    --------
    >>> [region.slug for region in find(["London"], None, False, print)]
    ['london']
    """
    from needs.data.geography import Regions, find_region

    if edition is not None and edition not in EDITIONS:
        raise ParamsError(f"edition {edition!r} is not known", [f"there are {', '.join(EDITIONS)}"], "needs regions")
    if every == bool(named):
        what = "name regions or say --all, not both" if named else "no region named"
        raise ParamsError(what, [], "needs run london, or needs run --all; needs regions lists them")
    if every:
        return list(Regions.open(edition or EDITIONS[0]))
    found: dict[tuple[str, str], Region] = {}
    problems: list[str] = []
    for text in named:
        try:
            region = find_region(text, edition)
        except ParamsError as error:
            problems.extend(f"{error.headline}. {problem}" for problem in error.problems)
            continue
        if edition is None and region.edition != EDITIONS[0]:
            say(f"{text} is {region.name} of edition {region.edition}")
        found[region.edition, region.slug] = region
    if problems:
        raise ParamsError("regions cannot be run", problems, "needs regions")
    return list(found.values())


def ask(
    regions: Sequence[Region],
    formats: tuple[str, ...],
    renderer: str,
    out: Path,
    scenarios: Sequence[str] = (),
    root: Path | None = None,
    how: How | None = None,
) -> list[Request]:
    """Load every region's parameters; every problem of every file at once.

    Parameters
    ----------
    regions : sequence of Region
        Regions and footprints, of any edition.
    formats : tuple of str
        Formats of the report.
    renderer : str
        ``auto``, ``quarto`` or ``embedded``.
    out : Path
        Output folder.
    scenarios : sequence of str
        Scenarios to weigh, or :data:`NONE`; without any, every file of params/scenarios.
    root : Path, optional
        Project folder.
    how : How, optional
        How the runs are carried out.

    Raises
    ------
    ParamsError
        With the problems of every parameter file, scenario and branding, and of files that belong to no region.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> (asked,) = ask([find_region("london")], ("html",), "auto", Path("build"), ["single-assessment"])
    >>> [scenario.label for scenario in asked.parameters.scenarios]
    ['One assessment']
    """
    from needs.data.geography import Regions
    from needs.params.branding import load_branding
    from needs.params.load import load, strays
    from needs.run.measured import measure
    from needs.run.plan import How, Request
    from needs.run.private import unspoken

    chosen = _chosen(scenarios)
    errors: list[ParamsError] = []
    requests = []
    for edition in dict.fromkeys(region.edition for region in regions):
        try:
            strays(edition, {region.slug for region in Regions.open(edition, root)}, root)
        except ParamsError as error:
            errors.append(error)
    for region in regions:
        try:
            parameters = load(region.edition, region.slug, root, chosen)
            with unspoken(parameters.service.folder is not None):
                own = measure(parameters, root or project_root())
            if own:
                parameters = load(region.edition, region.slug, root, chosen, own)
            requests.append(Request(region, parameters, formats, renderer, out, how or How()))
        except ParamsError as error:
            errors.append(error)
    try:
        load_branding(root or project_root())
    except ParamsError as error:
        errors.append(error)
    if errors:
        raise _together(errors)
    return requests


def _chosen(scenarios: Sequence[str]) -> Sequence[str] | None:
    if NONE in scenarios and len(scenarios) > 1:
        problem = f"{NONE!r} stands for no scenario; leave it out, or the others"
        raise ParamsError("scenarios cannot be used", [problem], "needs scenarios")
    return () if NONE in scenarios else scenarios or None


def _together(errors: Sequence[ParamsError]) -> ParamsError:
    """Return one error of several, what they share told once."""
    told: dict[str, dict[Problem, None]] = {}
    for error in errors:
        told.setdefault(error.headline, {}).update(dict.fromkeys(error.problems))
    if len(told) == 1:
        ((headline, problems),) = told.items()
        return ParamsError(headline, problems, errors[0].remedy)
    lines = [line for headline, problems in told.items() for line in (headline, *(f"  {p}" for p in problems))]
    return ParamsError("parameters cannot be used", lines, errors[0].remedy)
