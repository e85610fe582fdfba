"""The commands of a reviewer: make a report again and compare."""

from __future__ import annotations

from pathlib import Path

import click

from needs.cli.data import debugging
from needs.cli.told import telling

__all__ = ["reproduce"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@debugging
def reproduce(folder: Path) -> None:
    """Make the report in FOLDER again from its manifest, and compare artefact by artefact."""
    from needs.report.publish import publish
    from needs.report.renderer import choose
    from needs.run.manifest import Manifest
    from needs.run.reproduce import reproduce as again

    record = Manifest.read(folder)
    choose(record.versions["renderer"])
    with telling({}) as told:
        comparison = again(folder, publish, None, told)
    for row in comparison.rows:
        click.echo(f"  {row.name:36}{row}")
    comparison.check()
    click.echo(f"{folder} is reproduced\n{comparison}")
