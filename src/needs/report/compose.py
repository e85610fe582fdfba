"""Compose the report: template and artefacts become one code-free document and its references.

What a template may say is set out in ``reports/report.qmd.j2`` itself. Text that reaches a template
is already escaped, so a name with a ``|`` or a ``*`` in it does no harm.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2

from needs.errors import Problem, RenderError
from needs.present import words
from needs.project import project_root
from needs.report.bibliography import Bibliography
from needs.report.page import Page, Record
from needs.report.source_check import check_source

__all__ = ["REPORT", "compose", "fill", "read_about", "read_records"]

REPORT = "report.qmd.j2"
"""Template of a region's report, in ``reports/``."""


def read_records(folder: Path) -> dict[str, Record]:
    """Read the artefacts of a region by id.

    Raises
    ------
    RenderError
        If one cannot be read.

    Examples
    --------
    >>> read_records(Path("nowhere"))
    {}
    """
    return {path.stem: _read(path) for path in sorted((folder / "artefacts").glob("*.json"))}


def read_about(folder: Path) -> dict[str, Any]:
    """Read what the run says about itself: edition, region, parameters, sources, versions.

    Raises
    ------
    RenderError
        If it is missing or cannot be read.

    Examples
    --------
    >>> read_about(Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    return _read(folder / "about.json")


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RenderError(f"{path} cannot be read", [str(error)], "run the region again: needs run REGION") from error


def compose(folder: Path, root: Path | None = None, templates: Sequence[str] = (REPORT,)) -> list[Path]:
    """Write one source a template, as ``report.qmd``, and ``references.bib`` from a region's artefacts.

    Parameters
    ----------
    folder : Path
        Region's folder with ``artefacts/`` and ``about.json``.
    root : Path, optional
        Project folder.
    templates : sequence of str
        Names of templates in ``reports/``.

    Returns
    -------
    list of Path
        The composed sources.

    Raises
    ------
    RenderError
        With every artefact that is missing or of another form, every source that is not known, and
        everything in the text that one of the renderers cannot read.

    Examples
    --------
    >>> compose(Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    root = root or project_root()
    about, records = read_about(folder), read_records(folder)
    sources: list[Path] = []
    cited: set[str] = set()
    for template in templates:
        path = root / "reports" / template
        page = Page(records, about, lists_assumptions="assumptions()" in path.read_text(encoding="utf-8"))
        text = fill(path, page)
        source = folder / template.removesuffix(".j2")
        source.write_text(text, encoding="utf-8", newline="\n")  # first, so that the lines named below can be looked at
        if problems := page.problems(root / "notebooks") or check_source(text, folder, page.keys):
            headline = f"{source.name} of {about['region']} cannot be composed"
            raise RenderError(headline, problems, f"mend reports/{template}")
        sources.append(source)
        cited |= page.cited
    (folder / "references.bib").write_text(
        Bibliography(about["sources"]).bibtex(cited) + "\n", encoding="utf-8", newline="\n"
    )
    return sources


def fill(template: Path, page: Page, **more: Any) -> str:
    """Fill a template in with the words of a page, and with more that it may use.

    Raises
    ------
    RenderError
        If the template cannot be filled in, with its line.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> template = Path(mkdtemp(), "page.qmd.j2")
    >>> _ = template.write_text("Of {{ fixed(2) }} pages this is the {{ which }}.", encoding="utf-8")
    >>> fill(template, Page({}, {"sources": {}}), which="first")
    'Of [2]{.fixed} pages this is the first.'
    """
    environment = jinja2.Environment(  # noqa: S701 - Markdown, not HTML: values are escaped by markdown.escape
        loader=jinja2.FileSystemLoader(template.parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        comment_start_string="<#",  # {# opens an identifier in Markdown
        comment_end_string="#>",
    )
    environment.filters["yaml"] = lambda text: json.dumps(text, ensure_ascii=False)
    try:
        return environment.get_template(template.name).render(words=words, **page.vocabulary(), **more)
    except (OSError, RenderError):
        raise
    except Exception as error:  # a template is a program: whatever it raises is the template's
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(template)]
        line = f"line {getattr(error, 'lineno', None) or lines[-1]}" if lines else ""
        problem = Problem(line, f"{type(error).__name__}: {error}")
        raise RenderError(f"reports/{template.name} cannot be filled in", [problem], "mend the template") from error
