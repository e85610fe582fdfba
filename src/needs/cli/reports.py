"""The commands that look after finished reports: check them, put them on a site, show them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from needs.cli.data import debugging
from needs.cli.options import Whole, trust
from needs.project import EDITIONS

if TYPE_CHECKING:
    from needs.report.audit.rows import Check

__all__ = ["audit", "serve", "site"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--browser/--no-browser", default=True, help="Open the pages in Chromium, where it is.  [default: browser]"
)
@debugging
def audit(folder: Path, browser: bool) -> None:
    """Check the reports in FOLDER: accessibility, links, alternative text, contrast, reading age, file sizes.

    FOLDER is that of a region, of a site, or of several. Ends with 13 where there is a fault.
    """
    from needs.errors import RenderError
    from needs.report.audit.checks import addresses, checks
    from needs.report.audit.rows import faults, remedy

    found = checks(folder, browser)
    _print(found)
    away = addresses(folder)
    if away:
        sites = ", ".join(f"{site} {many}" for site, many in away.most_common())
        many = f"{len(away)} site{'s' if len(away) > 1 else ''}"
        click.echo(f"Outside addresses, not followed: {away.total()} at {many}: {sites}")
    if problems := faults(found):
        raise RenderError(f"the reports in {folder} are not sound", problems, remedy(found))
    click.echo("No fault found.")


_OUT = click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, help="Output folder."
)


@click.command()
@click.argument("edition", default=EDITIONS[0])
@_OUT
@click.option("--renderer", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True)
@click.option("--partial", is_flag=True, help="Leave out regions that were not run; the site says which.")
@trust
@debugging
def site(edition: str, out: Path, renderer: str, partial: bool, trust: bool) -> None:
    """Build the site of an EDITION from the finished reports of its regions: a folder that any web server can show."""
    from needs.report.site.build import build_site
    from needs.run.nation import make_site

    told: dict[str, str] = {}

    def build(folder: Path) -> None:
        told.update(build_site(folder, renderer))

    made = make_site(edition, out, build, partial=partial, trust=trust)
    if note := told.get("note"):
        click.echo(note, err=True)
    where = "" if out == Path("build") else f" --out {out}"
    click.echo(f"{made / 'index.html'}\nneeds serve {edition}{where} shows it")


@click.command()
@click.argument("edition", default=EDITIONS[0])
@_OUT
@click.option("--port", type=Whole(0, 65535), metavar="N", default=0, help="Port.  [default: a free one]")
@click.option("--browser/--no-browser", default=True, help="Open it in the browser.  [default: browser]")
@debugging
def serve(edition: str, out: Path, port: int, browser: bool) -> None:
    """Show the site of an EDITION on this computer, and on no other, until Ctrl-C."""
    import webbrowser

    from needs.report.site.serve import serve_folder, server_of

    def ready(address: str) -> None:
        click.echo(f"{address}  (Ctrl-C ends it)")
        if browser:
            webbrowser.open(address)

    serve_folder(server_of(out / edition / "site", port), ready)
    click.echo("Stopped.")


def _print(found: Sequence[Check]) -> None:
    """Print what was checked as a table, as wide as the terminal, or as wide as it needs where there is none."""
    from rich.console import Console
    from rich.table import Table

    from needs.report.audit.rows import table

    console = Console()
    shown = Table("Check", "File", "Measured", "Limit", "Result", show_edge=False)
    for row in table(found):
        shown.add_row(*row, style="bold red" if row[-1] == "fault" else None)
    (console if console.is_terminal else Console(width=200)).print(shown)
