"""The command that opens a finished region in JupyterLab."""

from __future__ import annotations

from pathlib import Path

import click

from needs.cli.data import debugging, editions

__all__ = ["lab"]


@click.command()
@click.argument("region")
@editions
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port.  [default: a free one]")
@click.option("--browser/--no-browser", default=True, help="Open it in the browser.  [default: browser]")
@click.option("--fresh", is_flag=True, help="Copy the notebooks anew; what you worked on is put aside.")
@debugging
def lab(region: str, edition: str | None, out: Path, port: int, browser: bool, fresh: bool) -> None:
    """Open the executed notebooks of a REGION that was run in JupyterLab, on this computer alone, until Ctrl-C.

    They are copies: the report stays as it is, and what you change is kept for the next time.
    """
    from needs.run.asking import find
    from needs.run.lab import prepare, serve

    desk = prepare(find([region], edition, False, click.echo)[0], out, fresh)
    for note in desk.notes:
        click.echo(note, err=True)
    serve(desk, port, browser, lambda address: click.echo(f"{address}  (Ctrl-C ends it)"))
    click.echo("Stopped.")
