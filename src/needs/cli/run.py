"""The commands that make reports: run one region, or many."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from needs.cli.data import debugging
from needs.cli.told import labels_of, say_error, telling
from needs.errors import ParamsError
from needs.project import EDITIONS
from needs.report.outputs import FORMATS, files

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.run.plan import How, Request
    from needs.run.pool import Outcome

__all__ = ["run"]


@click.command()
@click.argument("regions", nargs=-1, metavar="REGION...")
@click.option("--edition", help=f"Vintage of evidence: {', '.join(EDITIONS)}.  [default: {EDITIONS[0]}]")
@click.option("--all", "every", is_flag=True, help="Every region of the edition; no footprint.")
@click.option("--formats", default=",".join(FORMATS), show_default=True, help="Formats of the report.")
@click.option("--renderer", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True)
@click.option(
    "--engine", type=click.Choice(["auto", "fork", "jupyter"]), default="auto", show_default=True,
    help="What runs notebooks: processes forked with the imports done, or Jupyter kernels.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@click.option("--jobs", type=click.IntRange(min=1), help="Regions at a time.  [default: one a processor]")
@click.option(
    "--scenario", "scenarios", multiple=True, metavar="NAME", help="Scenario to weigh, again for each: a name of needs "
    "scenarios, a file of your own, several with + between, or none.  [default: all]",
)  # fmt: skip
@debugging
@click.pass_obj
def run(
    debug: bool,
    regions: tuple[str, ...],
    edition: str | None,
    every: bool,
    formats: str,
    renderer: str,
    engine: str,
    out: Path,
    jobs: int | None,
    scenarios: tuple[str, ...],
) -> None:
    """Make the report of each REGION: a slug, a name in any case, a code of any vintage, or a footprint's slug or name."""
    from needs.run.plan import How

    chosen = _regions(regions, edition, every)
    requests = _requests(chosen, _formats(formats), renderer, out, scenarios, How(engine=engine))
    from needs.report.publish import publish
    from needs.report.renderer import choose
    from needs.run.pool import run_regions

    choose(renderer)
    labels = labels_of(chosen)
    start = time.monotonic()
    with telling(labels) as told:
        outcomes = run_regions(requests, publish, jobs, None, told)
    _say_outcomes(outcomes, labels, time.monotonic() - start, debug)


def _regions(named: Sequence[str], edition: str | None, every: bool) -> list[Region]:
    from needs.run.asking import find

    return find(named, edition, every, click.echo)


def _formats(text: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in asked if name not in FORMATS]
    if unknown or not asked:
        raise ParamsError("formats cannot be used", [f"{n!r} is not a format" for n in unknown] or ["none named"],
                          f"choose from {', '.join(FORMATS)}")  # fmt: skip
    return asked


def _requests(
    chosen: Sequence[Region], formats: tuple[str, ...], renderer: str, out: Path, scenarios: Sequence[str], how: How
) -> list[Request]:
    from needs.run.asking import ask

    return ask(chosen, formats, renderer, out, scenarios, how=how)


def _say_outcomes(outcomes: Sequence[Outcome], labels: Mapping[Region, str], seconds: float, debug: bool) -> None:
    done = [outcome for outcome in outcomes if outcome.folder is not None]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in done:
        click.echo(f"{outcome.request.region.name}, {outcome.request.region.edition}:")
        for file in files(outcome.request.formats):
            click.echo(f"  {outcome.folder / file}")  # type: ignore[operator]
    if len(outcomes) > 1:
        click.echo(f"{len(done)} of {len(outcomes)} reports in {seconds:.0f} seconds")
    for outcome in failed:
        say_error(outcome.error, debug, f"{labels[outcome.request.region]}: ")  # type: ignore[arg-type]
    if failed:
        sys.exit(failed[0].error.exit_code)  # type: ignore[union-attr]
