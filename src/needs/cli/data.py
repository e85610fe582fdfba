"""The commands that look after the evidence: check it, add to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from needs.project import EDITIONS, project_root

if TYPE_CHECKING:
    from needs.data.geography import Region

__all__ = ["data", "debugging"]

debugging = click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks.")  # main reads it
editions = click.option("--edition", help=f"Vintage of evidence: {', '.join(EDITIONS)}.  [default: {EDITIONS[0]}]")


@click.group()
def data() -> None:
    """Look after the evidence."""


@data.command("check")
@debugging
def check_data() -> None:
    """Check evidence, parameters, boundary files and own data, and report every problem at once."""
    from needs.data.check import check

    click.echo(check(project_root(), own=True))


@data.command("template")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("needs-data-template.xlsx"),
    show_default=True,
    help="Workbook to write.",
)
@click.option("--example", is_flag=True, help="With a few made-up rows in every table.")
@click.option("--replace", is_flag=True, help="Write over a file of that name.")
@debugging
def data_template(out: Path, example: bool, replace: bool) -> None:
    """Write the workbook of a region's own service data, to be filled in."""
    from needs.run.adding import template

    click.echo(template(out, replace, example))


@data.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--region", help="Region or footprint whose own data they are, by any of its names; public files need none."
)
@editions
@click.option(
    "--table", help="What a file holds, where that cannot be told: a table of docs/data-set.md or a public format."
)
@click.option("--folder", help="Folder under data_raw/service.  [default: the region's slug]")
@click.option("--replace", is_flag=True, help="Keep the new rows in place of those that are kept already.")
@debugging
def data_add(
    files: tuple[Path, ...],
    region: str | None,
    edition: str | None,
    table: str | None,
    folder: str | None,
    replace: bool,
) -> None:
    """Check each FILE, a workbook or CSV of own service data or of a public format, and keep it in data_raw.

    All that is wrong is said at once, and nothing is kept until nothing is wrong. Own data stay on this machine.
    """
    from needs.run.adding import add

    named = _region(region, edition) if region is not None else None
    for line in add(files, named, project_root(), table, folder, replace):
        click.echo(line)


@data.command("person")
@click.argument("key", required=False)
@click.option(
    "--region", required=True, help="Region or footprint whose own data hold the person, by any of its names."
)
@editions
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@debugging
def data_person(key: str | None, region: str, edition: str | None, out: Path) -> None:
    """Draw one person's way through services, for those who treat them; private, never part of a report.

    Without KEY it is asked for, so that it does not stay among the commands that you have typed.
    """
    from needs.run.person import person

    asked = key or click.prompt("Key of the person", hide_input=True)
    click.echo(person(asked, _region(region, edition), out, project_root()))


def _region(named: str, edition: str | None) -> Region:
    from needs.run.asking import find

    return find([named], edition, False, click.echo)[0]
