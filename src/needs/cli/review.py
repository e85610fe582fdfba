"""The commands of a reviewer: make a report again and compare, and hand it over with its record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from needs.cli.data import debugging
from needs.cli.options import Number, trust
from needs.cli.told import telling

if TYPE_CHECKING:
    from needs.run.reproduction import Reproduction

__all__ = ["crate", "reproduce"]

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command()
@_FOLDER
@click.option(
    "--tolerance", type=Number(0, 0.1, min_open=True), metavar="X", help="Let numbers differ by X of the larger, "
    "as on another platform: 1e-6. Figures and documents are then compared by their data.  [default: every byte counts]",
)  # fmt: skip
@click.option(
    "--engine",
    type=click.Choice(["auto", "fork", "jupyter"]),
    default="auto",
    show_default=True,
    help="As for needs run.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Where the record goes.  [default: FOLDER.reproduction.json, beside FOLDER]",
)  # fmt: skip
@trust
@debugging
def reproduce(folder: Path, tolerance: float | None, engine: str, out: Path | None, trust: bool) -> None:
    """Make the report in FOLDER again from its manifest, and compare artefact by artefact.

    Says first which packages and files are not as they were. Ends with 14 where anything differs, and names the
    first number that does. docs/reproduce.md says how to read the table.
    """
    from needs.report.publish import publish
    from needs.report.renderer import choose
    from needs.run.manifest import Manifest
    from needs.run.reproduce import reproduce as again
    from needs.run.reproduction import place

    record = Manifest.read(folder)
    choose(record.versions["renderer"])
    click.echo(
        f"{folder}: {len(record.inputs)} inputs, {len(record.code)} files of code and the lock are compared first"
    )
    with telling({}) as told:
        found = again(folder, publish, None, told, tolerance, engine, trust)
    _print(found)
    record_file = out or place(folder, ".reproduction.json")
    found.write(record_file)
    click.echo(f"{found}\nrecord: {record_file}")
    found.check()


@click.command()
@_FOLDER
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Where it goes.  [default: FOLDER.crate.zip, beside FOLDER]",
)  # fmt: skip
@click.option(
    "--published", metavar="DATE", help="Date of publication, such as 2026-11-22.  [default: the newest date that a "
    "source states]",
)  # fmt: skip
@debugging
def crate(folder: Path, out: Path | None, published: str | None) -> None:
    """Pack the report in FOLDER as a Workflow Run RO-Crate: every file, and what made it from what, in one zip.

    Nothing that tells of single people is in it. The same folder gives the same bytes.
    """
    from needs.run.crate import write_crate
    from needs.run.reproduction import place

    click.echo(write_crate(folder, out or place(folder, ".crate.zip"), published))


def _print(found: Reproduction) -> None:
    """Print the rows as a table: as wide as the terminal, or as plain lines where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        for row in found.rows:
            click.echo(f"  {row.name:36}{row.state:14}{row if row.differs else row.detail or row.title}".rstrip())
        return
    table = Table("Result", box=None, pad_edge=False, header_style="bold")
    table.add_column("Artefact or file", max_width=32, overflow="fold")
    table.add_column("Title, or the first difference", overflow="fold")
    for row in found.rows:
        cells = row.state, row.name, str(row) if row.differs else row.detail or row.title
        table.add_row(*map(Text, cells), style="bold red" if row.differs else None)
    console.print(table)
