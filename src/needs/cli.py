"""The commands. The only place that prints; heavy modules load when a command needs them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from needs import __version__
from needs.errors import NeedsError, ParamsError
from needs.project import EDITIONS, project_root

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.run.plan import Request
    from needs.run.pool import Outcome

__all__ = ["main", "needs"]

FORMATS = ("html", "pdf", "docx")
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="needs")
def needs() -> None:
    r"""Make a needs assessment for adult secure mental health services: evidence in, one report a region out.

    \b
    needs run london                      one region of the default edition
    needs run --all --edition 2009-10     every region of an edition
    needs regions                         which regions there are, and their codes
    """


@needs.command()
@click.argument("regions", nargs=-1, metavar="REGION...")
@click.option("--edition", help=f"Vintage of evidence: {', '.join(EDITIONS)}.  [default: {EDITIONS[0]}]")
@click.option("--all", "every", is_flag=True, help="Every region of the edition.")
@click.option("--formats", default=",".join(FORMATS), show_default=True, help="Formats of the report.")
@click.option("--renderer", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@click.option("--jobs", type=click.IntRange(min=1), help="Regions at a time.  [default: one a processor]")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def run(
    regions: tuple[str, ...],
    edition: str | None,
    every: bool,
    formats: str,
    renderer: str,
    out: Path,
    jobs: int | None,
    debug: bool,
) -> None:
    """Make the report of each REGION: a slug, a name in any case, or a code of any vintage."""
    chosen = _regions(regions, edition, every)
    requests = _requests(chosen, _formats(formats), renderer, out)
    from needs.report.publish import publish
    from needs.run.pool import run_regions

    start = time.monotonic()
    with _progress([request.region.slug for request in requests]) as told:
        outcomes = run_regions(requests, publish, jobs, None, told)
    _say_outcomes(outcomes, time.monotonic() - start, debug)


@needs.command()
@click.option("--edition", type=click.Choice(EDITIONS), help="Only this edition.")
def regions(edition: str | None) -> None:
    """List the regions of each edition, with the codes that name them."""
    from needs.data.geography import Regions

    for name in (edition,) if edition else EDITIONS:
        known = Regions.open(name)
        click.echo(f"{name}{'  (default)' if name == EDITIONS[0] else ''}")
        for region in known:
            codes = sorted(code for code, slug in known.codes.items() if slug == region.slug)
            click.echo(f"  {region.slug:26}{region.name:28}{' '.join(codes)}")


@needs.group()
def data() -> None:
    """Look after the evidence."""


@data.command("check")
def check_data() -> None:
    """Check every table and sidecar of the evidence, and report every problem at once."""
    from needs.data.check import check

    click.echo(check(project_root()))


@needs.group()
def params() -> None:
    """Look after the parameters."""


@params.command("explain")
@click.argument("match", default="")
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
def reproduce(folder: Path) -> None:
    """Make the report in FOLDER again from its manifest, and compare artefact by artefact."""
    from needs.report.publish import publish
    from needs.run.reproduce import reproduce as again

    comparison = again(folder, publish, None, _plain)
    for row in comparison.rows:
        click.echo(f"  {row.name:36}{row.verdict}")
    comparison.check()
    click.echo(f"{folder} is reproduced: {len(comparison.rows)} artefacts and files are the same")


@needs.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
def doctor(out: Path) -> None:
    """Say whether this machine can do the job, and what to do where it cannot."""
    from needs.run.doctor import examine

    findings = list(examine(out))
    for finding in findings:
        click.echo(f"  {'ok  ' if finding.ok else 'FAIL'}  {finding.name:20}{finding.detail}")
    if not all(finding.ok for finding in findings):
        raise NeedsError("this machine cannot do the job yet", [], "mend the lines marked FAIL")


def _regions(named: Sequence[str], edition: str | None, every: bool) -> list[Region]:
    """Resolve what the user named, all problems at once."""
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
            click.echo(f"{text} is {region.name} of edition {region.edition}")
        found[region.edition, region.slug] = region
    if problems:
        raise ParamsError("regions cannot be run", problems, "needs regions")
    return list(found.values())


def _formats(text: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in asked if name not in FORMATS]
    if unknown or not asked:
        raise ParamsError("formats cannot be used", [f"{n!r} is not a format" for n in unknown] or ["none named"],
                          f"choose from {', '.join(FORMATS)}")  # fmt: skip
    return asked


def _requests(chosen: Sequence[Region], formats: tuple[str, ...], renderer: str, out: Path) -> list[Request]:
    """Load every region's parameters before anything starts; every problem of every file at once."""
    from needs.data.geography import Regions
    from needs.params.load import load, strays
    from needs.run.plan import Request

    errors: list[NeedsError] = []
    requests = []
    for edition in dict.fromkeys(region.edition for region in chosen):
        try:
            strays(edition, {region.slug for region in Regions.open(edition)})
        except ParamsError as error:
            errors.append(error)
    for region in chosen:
        try:
            requests.append(Request(region, load(region.edition, region.slug), formats, renderer, out))
        except ParamsError as error:
            if str(error) not in {str(known) for known in errors}:
                errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ParamsError(
            "parameters cannot be used",
            [line for error in errors for line in (error.headline, *(f"  {problem}" for problem in error.problems))],
            errors[0].remedy,
        )
    return requests


def _plain(region: str, step: str, detail: str) -> None:
    click.echo(f"{region}: {step}{f' ({detail})' if detail else ''}")


class _progress:  # noqa: N801 (reads as a verb where it is used)
    """One live line a region on a terminal; a plain line a step in a log."""

    def __init__(self, slugs: Sequence[str]) -> None:
        self.slugs = slugs
        self.live: Any = None

    def __enter__(self) -> Callable[[str, str, str], None]:
        if not sys.stdout.isatty():
            return _plain
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self.live = Progress(SpinnerColumn(finished_text=" "), TextColumn("{task.description}"), TimeElapsedColumn())
        self.live.start()
        width = max(map(len, self.slugs))
        tasks = {slug: self.live.add_task(f"{slug:{width}}  waiting", total=1, start=False) for slug in self.slugs}

        def told(region: str, step: str, detail: str) -> None:
            task = tasks[region]
            self.live.start_task(task)
            done = step in ("done", "failed")
            self.live.update(task, description=f"{region:{width}}  {step} {detail}", completed=1 if done else 0)
            if done:
                self.live.stop_task(task)

        return told

    def __exit__(self, *_: object) -> None:
        if self.live is not None:
            self.live.stop()


def _say_outcomes(outcomes: Sequence[Outcome], seconds: float, debug: bool) -> None:
    done = [outcome for outcome in outcomes if outcome.folder is not None]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in done:
        click.echo(f"{outcome.request.region.name}, {outcome.request.region.edition}:")
        for name in outcome.request.formats:
            click.echo(f"  {outcome.folder / f'report.{name}'}")  # type: ignore[operator]
    if len(outcomes) > 1:
        click.echo(f"{len(done)} of {len(outcomes)} reports in {seconds:.0f} seconds")
    for outcome in failed:
        _say_error(outcome.error, debug, f"{outcome.request.region.slug}: ")
    if failed:
        sys.exit(failed[0].error.exit_code)  # type: ignore[union-attr]


def _say_error(error: BaseException | None, debug: bool, before: str = "") -> None:
    if debug and error is not None:
        import traceback

        click.echo("".join([*traceback.format_exception(error), *getattr(error, "__notes__", [])]), err=True)
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
    try:
        needs.main(told, prog_name="needs", standalone_mode=False)
    except NeedsError as error:
        _say_error(error, "--debug" in told)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        _interrupted()
    except KeyboardInterrupt:
        _interrupted()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    sys.exit(0)


def _interrupted() -> None:
    click.echo("Stopped. The last good report of every unfinished region is as it was.", err=True)
    sys.exit(INTERRUPTED)
