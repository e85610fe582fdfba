"""Publish one region: compose, typeset, check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from needs.errors import RenderError
from needs.report.compose import REPORT, compose, read_about
from needs.report.outputs import FORMATS, WORKBOOK, files
from needs.report.renderer import choose
from needs.report.workspace import TYPESET

__all__ = ["publish"]


def publish(
    folder: Path,
    formats: Sequence[str] = FORMATS,
    renderer: str = "auto",
    root: Path | None = None,
    template: str = REPORT,
) -> dict[str, str]:
    """Make the files of a report, or of another page, from its artefacts.

    Parameters
    ----------
    folder : Path
        Region's folder with ``artefacts/`` and ``about.json``.
    formats : sequence of {"html", "pdf", "docx", "xlsx"}
        Formats wanted.
    renderer : {"auto", "quarto", "embedded"}
        What typesets it.
    root : Path, optional
        Project folder.
    template : str
        Name of the template in ``reports/``.

    Returns
    -------
    dict
        Renderer and versions, for the manifest.

    Raises
    ------
    RenderError
        If the report cannot be composed or typeset, or the finished files have a problem.

    Examples
    --------
    >>> publish(Path("nowhere"), ["html"], "embedded")
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    from needs.report.audit.checks import audit
    from needs.report.interactive import make_interactive
    from needs.report.pictures import lighten
    from needs.report.word.finished import finish_word
    from needs.report.workbook import write_workbook

    chosen = choose(renderer, root)
    name = template.partition(".")[0]
    wanted = files(formats) if template == REPORT else [f"{name}.{form}" for form in formats]
    typeset = [file for file in wanted if Path(file).suffix in TYPESET]
    compose(folder, root, list(dict.fromkeys([template, *(f"{Path(file).stem}.qmd.j2" for file in typeset)])))
    versions = chosen.render(folder, typeset)
    for file in typeset:
        if file.endswith(".html"):
            lighten(folder / file)
            make_interactive(folder / file, root)
        elif file.endswith(".docx"):
            finish_word(folder / file, read_about(folder))
    if WORKBOOK in wanted:
        write_workbook(folder / WORKBOOK)
    if problems := audit(folder):
        region = read_about(folder)["region"]
        raise RenderError(f"the report of {region} is not sound", problems, f"mend reports/{template}")
    return {"renderer": chosen.name, **versions}
