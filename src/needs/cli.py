"""The commands. The only place that prints; heavy modules load when a command needs them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from needs import __version__
from needs.cli_data import data, debugging
from needs.cli_report import audit, serve, site
from needs.errors import NeedsError, ParamsError
from needs.project import EDITIONS
from needs.report.outputs import FORMATS, files

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.run.plan import Request
    from needs.run.pool import Outcome

__all__ = ["main", "needs"]

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="needs")
@debugging
def needs() -> None:
    """Make a needs assessment for adult secure mental health services: evidence in, one report a region out.

    \b
    needs run london                      one region of the default edition
    needs run --all --edition 2009-10     every region of an edition
    needs run reach-out                   a footprint of integrated care boards, as a region
    needs regions                         which regions and footprints there are
    needs scenarios                       what could be done, for needs run --scenario
    """  # noqa: D301 (Click reads the \b as a character: these lines stay as they are)


@needs.command()
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
    chosen = _regions(regions, edition, every)
    requests = _requests(chosen, _formats(formats), renderer, out, scenarios, engine)
    from needs.report.publish import publish
    from needs.report.renderer import choose
    from needs.run.pool import run_regions

    choose(renderer)
    labels = _labels(chosen)
    start = time.monotonic()
    with _progress(labels) as told:
        outcomes = run_regions(requests, publish, jobs, None, told)
    _say_outcomes(outcomes, labels, time.monotonic() - start, debug)


@needs.command()
@click.option("--edition", help=f"Only this edition: {', '.join(EDITIONS)}.")
@debugging
def regions(edition: str | None) -> None:
    """List the regions of each edition with the codes that name them, and its footprints with their boards."""
    from needs.data.footprints import footprints, read_boards
    from needs.data.geography import Regions

    for name in (edition,) if edition else EDITIONS:
        known = Regions.open(name)
        click.echo(f"{name}{'  (default)' if name == EDITIONS[0] else ''}")
        for region in known:
            codes = sorted(code for code, slug in known.codes.items() if slug == region.slug)
            click.echo(f"  {region.slug:26}{region.name:28}{' '.join(codes)}")
        boards = read_boards(known)
        for slug, footprint in footprints(known).items():
            click.echo(f"  {slug}  {footprint.name}, a footprint; confidence: {footprint.confidence}")
            members = "; ".join(f"{code} {boards[code].name}" for code in footprint.icbs)
            click.echo(click.wrap_text(members, 100, " " * 6, " " * 6))


@needs.command()
@debugging
def scenarios() -> None:
    """List what could be done: the scenarios of params/scenarios, all of which a run weighs unless it names some."""
    from needs.params.load import load_scenarios

    for scenario in load_scenarios():
        click.secho(scenario.name, bold=True, nl=False)
        click.echo(f"  {scenario.label}")
        click.echo(click.wrap_text(scenario.because, 100, "    ", "    "))


for command in (data, audit, site, serve):
    needs.add_command(command)


@needs.group()
def params() -> None:
    """Look after the parameters."""


@params.command("explain")
@click.argument("match", default="")
@debugging
def explain_params(match: str) -> None:
    """Say what each parameter means; MATCH narrows the list to names that hold it."""
    from needs.params.schema import explain

    found = explain(match)
    if not found:
        raise ParamsError(f"no parameter's name holds {match!r}", [], "needs params explain")
    for item in found:
        click.secho(item.name, bold=True)
        click.echo(f"    {item.meaning}")
        click.echo(f"    unit: {item.unit};  default: {item.default};  source: {item.source}")


@needs.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@debugging
def reproduce(folder: Path) -> None:
    """Make the report in FOLDER again from its manifest, and compare artefact by artefact."""
    from needs.report.publish import publish
    from needs.report.renderer import choose
    from needs.run.manifest import Manifest
    from needs.run.reproduce import reproduce as again

    choose(Manifest.read(folder).versions["renderer"])
    comparison = again(folder, publish, None, lambda region, *event: _say(region.slug, *event))
    for row in comparison.rows:
        click.echo(f"  {row.name:36}{row}")
    comparison.check()
    click.echo(f"{folder} is reproduced\n{comparison}")


@needs.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@click.option("--per-adult", is_flag=True, help="Explain spend for each adult.")
@debugging
def compare(first: str, second: str, out: Path, per_adult: bool) -> None:
    """Say what moved spend from A to B: london, london@2009-10 or the folder of a run; also london:england, london:SCENARIO."""
    from needs.report.publish import publish
    from needs.run.compare import compare as beside

    click.echo(beside(first, second, out, publish, per_adult=per_adult))


@needs.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@debugging
def doctor(out: Path) -> None:
    """Say whether this machine can do the job, and what to do where it cannot."""
    from needs.run.doctor import examine

    findings = list(examine(out))
    for finding in findings:
        click.echo(f"  {'ok  ' if finding.ok else 'FAIL'}  {finding.name:20}{finding.detail}")
    if not all(finding.ok for finding in findings):
        raise NeedsError("this machine cannot do the job yet", [], "mend the lines marked FAIL")


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
    chosen: Sequence[Region], formats: tuple[str, ...], renderer: str, out: Path, scenarios: Sequence[str], engine: str
) -> list[Request]:
    from needs.run.asking import ask

    return ask(chosen, formats, renderer, out, scenarios, engine=engine)


def _labels(regions: Sequence[Region]) -> dict[Region, str]:
    """Name each region, with its edition where there are several."""
    several = len({region.edition for region in regions}) > 1
    return {region: f"{region.slug}, {region.edition}" if several else region.slug for region in regions}


def _say(label: str, step: str, detail: str) -> None:
    click.echo(f"{label}: {step}{f' ({detail})' if detail else ''}")


class _progress:  # noqa: N801 (reads as a verb where it is used)
    """One live line a region on a terminal; a plain line a step in a log."""

    def __init__(self, labels: Mapping[Region, str]) -> None:
        self.labels = labels
        self.live: Any = None

    def __enter__(self) -> Callable[[Region, str, str], None]:
        if not sys.stdout.isatty():
            return lambda region, *event: _say(self.labels[region], *event)
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(finished_text=" "), TextColumn("{task.description}"), TimeElapsedColumn()
        self.live = Progress(*columns, console=Console())
        self.live.start()
        width = max(map(len, self.labels.values()))
        names = {region: f"{label:{width}}" for region, label in self.labels.items()}
        tasks = {region: self.live.add_task(f"{name}  waiting", total=1, start=False) for region, name in names.items()}

        def told(region: Region, step: str, detail: str) -> None:
            task, ended = tasks[region], step in ("done", "failed")
            self.live.start_task(task)
            self.live.update(task, description=f"{names[region]}  {step} {detail}".rstrip(), completed=int(ended))

        return told

    def __exit__(self, *_: object) -> None:
        if self.live is not None:
            self.live.stop()


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
        _say_error(outcome.error, debug, f"{labels[outcome.request.region]}: ")  # type: ignore[arg-type]
    if failed:
        sys.exit(failed[0].error.exit_code)  # type: ignore[union-attr]


def _say_error(error: NeedsError, debug: bool, before: str = "") -> None:
    if debug:
        import traceback

        notes = getattr(error, "__notes__", None)  # what a worker saw
        click.echo("".join(notes or traceback.format_exception(error)), err=True)
    click.echo(f"{before}{error}", err=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; end with the exit code of what happened.

    Examples
    --------
    >>> try:
    ...     main(["regions", "--edition", "2023-24"])
    ... except SystemExit as end:
    ...     print(end.code)  # doctest: +ELLIPSIS
    2023-24  (default)
      north-east-and-yorkshire ...
    0
    """
    told = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in told
    try:
        needs.main(told, prog_name="needs", standalone_mode=False, obj=debug)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Stopped. The last good report of every unfinished region is as it was.", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        from needs.run.fault import explain

        known = explain(error)
        if known is not error:
            known.__cause__ = error
        _forget_output()
        _say_error(known, debug)
        sys.exit(known.exit_code)
    sys.exit(0)


def _forget_output() -> None:
    """Drop what a full disk did not take, so that Python does not try again as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
