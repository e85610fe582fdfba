"""The group of all commands, and how any of them ends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from needs import __version__
from needs.cli.data import data, debugging
from needs.cli.lab import lab
from needs.cli.options import trust
from needs.cli.reports import audit, serve, site
from needs.cli.review import crate, reproduce
from needs.cli.run import run
from needs.cli.told import INTERRUPTED, say_error
from needs.errors import NeedsError, ParamsError
from needs.project import EDITIONS

__all__ = ["main", "needs"]


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


for command in (run, reproduce, crate, data, audit, site, serve, lab):
    needs.add_command(command)


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
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@click.option("--per-adult", is_flag=True, help="Explain spend for each adult.")
@trust
@debugging
def compare(first: str, second: str, out: Path, per_adult: bool, trust: bool) -> None:
    """Say what moved spend from A to B: london, london@2009-10 or the folder of a run; also london:england, london:SCENARIO."""
    from needs.report.publish import publish
    from needs.run.compare import compare as beside

    click.echo(beside(first, second, out, publish, per_adult=per_adult, trust=trust))


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
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        notes = getattr(error.__cause__ or error, "__notes__", [])
        click.echo(click.wrap_text(" ".join(["Stopped.", *notes]), shutil.get_terminal_size().columns), err=True)
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
        say_error(known, debug)
        sys.exit(known.exit_code)
    sys.exit(0)


def _forget_output() -> None:
    """Drop what a full disk did not take, so that Python does not try again as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
