"""The commands that make reports: run one region, or many."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from needs.cli.data import debugging
from needs.cli.options import HeadedCommand, HeadedOption, Number, Whole, size
from needs.cli.told import INTERRUPTED, labels_of, say_failures, telling
from needs.errors import ParamsError
from needs.project import EDITIONS
from needs.report.outputs import FORMATS

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from needs.cli.course import Course
    from needs.data.geography import Region
    from needs.run.plan import How, Request
    from needs.run.pool import Outcome

__all__ = ["run"]

what = partial(click.option, cls=HeadedOption, heading="What is made")
how = partial(click.option, cls=HeadedOption, heading="How it is run")
saying = partial(click.option, cls=HeadedOption, heading="What is said")


@click.command(cls=HeadedCommand)
@click.argument("regions", nargs=-1, metavar="REGION...")
@what("--all", "every", is_flag=True, help="Every region of the edition; no footprint.")
@what("--edition", metavar="NAME", help=f"Vintage of evidence: {', '.join(EDITIONS)}.  [default: {EDITIONS[0]}]")
@what(
    "--scenario", "scenarios", multiple=True, metavar="NAME", help="Scenario to weigh, again for each: a name of needs "
    "scenarios, a file of your own, several with + between, or none.  [default: all]",
)  # fmt: skip
@what("--formats", metavar="LIST", default=",".join(FORMATS), show_default=True, help="Formats of the report.")
@what(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", default=Path("build"), show_default=True,
    help="Output folder.",
)  # fmt: skip
@how("--force", is_flag=True, help="Run every step, whatever an earlier run has kept.")
@how(
    "--jobs", type=Whole(min=1), metavar="N",
    help="Regions at a time.  [default: as many as processors and memory allow]",
)  # fmt: skip
@how("--cluster", metavar="ADDRESS", help="Run on the workers of this dask.distributed scheduler.")
@how("--timeout", type=Number(min=0, min_open=True), metavar="SECONDS", default=3600.0,
     help="Longest that a cell may take.  [default: 3600]")  # fmt: skip
@how("--memory", type=size, metavar="SIZE", help="Most that a notebook may use, such as 2GB.  [default: its share]")
@how(
    "--engine", type=click.Choice(["auto", "fork", "jupyter"]), metavar="NAME", default="auto",
    help="What runs notebooks: fork (processes forked with the imports done), jupyter (kernels), or auto, the first "
    "that can.  [default: auto]",
)  # fmt: skip
@how(
    "--renderer", type=click.Choice(["auto", "quarto", "embedded"]), metavar="NAME", default="auto",
    help="What typesets: quarto, embedded (Pandoc and Typst), or auto, the first that is here.  [default: auto]",
)  # fmt: skip
@how("--trust", is_flag=True, help="Run notebooks from outside the project as well.")
@saying(
    "--why", is_flag=True, help="Say of each step that runs why it is not kept; what goes for several in a row, once."
)
@saying(
    "--log-format", "form", type=click.Choice(["text", "json"]), metavar="NAME", default="text",
    help="text, or json: an object for each event, each on a line of its own.  [default: text]",
)  # fmt: skip
@debugging
@click.pass_obj
def run(debug: bool, /, regions: tuple[str, ...], every: bool, edition: str | None, form: str, **asked: Any) -> None:
    """Make the report of each REGION: a slug, a name in any case, a code of any vintage, or a footprint's slug or name.

    What has not changed since the last run is kept.
    """
    from needs.cli.course import Course
    from needs.report.renderer import choose

    course = Course({})
    try:
        chosen = _regions(regions, edition, every, form)
        formats, typesets = _formats(asked["formats"]), choose(asked["renderer"])
        how = _how(asked, typesets.programs())
        requests = _requests(chosen, formats, typesets.name, asked["out"], asked["scenarios"], how)
        labels = labels_of(chosen)
        course = Course(labels, requests, asked["out"])
        outcomes = _make(requests, course, form, **asked)
    except (Exception, KeyboardInterrupt) as error:
        if form == "json":
            _say_stopped(course, error)
        if isinstance(error, KeyboardInterrupt):
            whose = "of every unfinished region " if len(course.tracks) > 1 else ""
            error.add_note(f"The last good report {whose}is as it was, and finished steps are kept.")
        raise
    _say_outcomes(outcomes, course, form)
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if failed and form == "text":
        say_failures(outcomes, labels, debug)
    if failed:
        sys.exit(failed[0].exit_code)


def _make(
    requests: Sequence[Request], course: Course, form: str, *, jobs: int | None, cluster: str | None, why: bool,
    **_: object,
) -> list[Outcome]:  # fmt: skip
    from needs.report.publish import publish
    from needs.run.pool import run_regions

    with _workers(cluster) as executor, telling({}, course, form, why) as told:
        return run_regions(requests, publish, jobs, None, told, executor=executor)


def _workers(cluster: str | None) -> AbstractContextManager[Executor | None]:
    if cluster is None:
        return nullcontext()
    from needs.run.cluster import executor_of

    return executor_of(cluster)


def _how(asked: dict[str, Any], programs: Mapping[str, str]) -> How:
    from needs.run.plan import How

    return How(**{name: asked[name] for name in ("engine", "force", "trust", "timeout", "memory")}, programs=programs)


def _regions(named: Sequence[str], edition: str | None, every: bool, form: str = "text") -> list[Region]:
    from needs.run.asking import find

    return find(named, edition, every, partial(click.echo, err=form == "json"))


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


def _say_outcomes(outcomes: Sequence[Outcome], course: Course, form: str) -> None:
    from needs.cli.log import say_json
    from needs.cli.summary import as_object, say_summary

    if form == "json":
        errors = [outcome.error.exit_code for outcome in outcomes if outcome.error is not None]
        say_json(as_object(course, outcomes, code=next(iter(errors), 0)))
    else:
        say_summary(course, outcomes)


def _say_stopped(course: Course, error: BaseException) -> None:
    """End a log in JSON with what stopped the whole run."""
    from needs.cli.log import say_json
    from needs.cli.summary import as_object
    from needs.run.fault import explain

    known = explain(error) if isinstance(error, Exception) else None
    say_json(as_object(course, error=known, code=known.exit_code if known else INTERRUPTED))
