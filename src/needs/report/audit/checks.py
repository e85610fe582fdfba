"""Check finished files: what a reader, a screen reader and a reviewer will meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from needs.errors import Problem, RenderError
from needs.report.audit.browser import browser_checks
from needs.report.audit.files import docx_checks, html_checks, outside
from needs.report.audit.kept import MANIFEST, kept_check
from needs.report.audit.page import read_page
from needs.report.audit.pdf import pdf_checks
from needs.report.audit.reading import AIM, WHOLE, Reading, readings
from needs.report.audit.rows import Check, Result, faults, named
from needs.report.audit.sizes import LIMITS, size_check
from needs.report.audit.trace import untraced_numbers
from needs.report.brand import recoloured
from needs.report.compose import REPORT, read_about, read_records
from needs.report.page import record_table
from needs.report.workbook import audit_workbook

__all__ = ["addresses", "audit", "audit_docx", "audit_html", "audit_pdf", "audit_source", "checks"]

_AIMED = {"report.qmd": ("Key messages",), "summary.qmd": (WHOLE,)}
"""Texts that aim at a reading age, source by source; the whole of the others is only measured."""
_PASSED_OVER = {"artefacts", "notebooks", "private", "branding"}
"""Folders that hold what reports are made from."""
_SOURCE = REPORT.removesuffix(".j2")
_PAGE = "report.html"
_LEFT = (MANIFEST, "about.json", "*.qmd", "artefacts/*.json")
"""What stands in the folder of a run and in no other."""


def audit(folder: Path, sizes: bool = False) -> list[Problem]:
    """Check the reports of a region as every run does: text, numbers, structure, alternative text, links, colours.

    Parameters
    ----------
    folder : Path
        Region's folder with the finished reports; formats that were not made are passed over.
    sizes : bool
        Whether a file over its size is a fault.

    Returns
    -------
    list of Problem
        Everything found; empty when the reports are sound.

    Examples
    --------
    >>> audit(Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    found = _sources(folder, folder)
    for path in sorted(path for kind in LIMITS for path in folder.glob(f"*.{kind}")):
        found += [*_file(path), *([size_check(path)] if sizes else [])]
    return faults(found)


def checks(folder: Path, in_browser: bool = True) -> list[Check]:
    """Check everything that can be checked of a region's folder, of a site, or of a folder of several.

    Parameters
    ----------
    folder : Path
        Folder with web pages, PDFs, Word files or workbooks of the project, or with folders of them.
    in_browser : bool
        Whether to open the pages in a browser, which takes some seconds each.

    Raises
    ------
    RenderError
        If there is nothing to check.

    Examples
    --------
    >>> checks(Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: nowhere holds no report
    Next: needs run REGION        [exit 13]
    """
    files = _files(folder)
    if not files:
        raise RenderError(f"{folder} holds no report", remedy="needs run REGION")
    found = [row for path in files for row in (*_file(path, folder), size_check(path, folder))]
    for region in sorted({path.parent for path in files if _is_region(path.parent)}):
        found += [*_sources(region, folder), *_ages(region, folder)]
    found += [row for path in files if path.name == _PAGE for row in _untraced(path, folder)]
    found += [kept_check(path.parent, folder) for path in sorted(folder.rglob(MANIFEST)) if not _over(path, folder)]
    if in_browser:
        found += browser_checks([path for path in files if path.suffix == ".html"], folder)
    return found


def addresses(folder: Path) -> Counter[str]:
    """Count the addresses outside a folder that its web pages point to, by site; nothing follows them.

    Parameters
    ----------
    folder : Path
        See :func:`checks`.

    Examples
    --------
    >>> addresses(Path("nowhere"))
    Counter()
    """
    return sum((outside(path) for path in _files(folder) if path.suffix == ".html"), Counter())


def audit_source(folder: Path) -> list[Problem]:
    """Check that every number and every table row of composed sources is that of the artefacts."""
    return faults(_sources(folder, folder))


def audit_html(report: Path) -> Iterator[str]:
    """Check a web page for its landmarks, links, pictures and anything left unresolved or outside."""
    return _problems(html_checks(report))


def audit_pdf(report: Path) -> Iterator[str]:
    """Check that a PDF is whole and declares PDF/UA."""
    return _problems(pdf_checks(report))


def audit_docx(report: Path) -> Iterator[str]:
    """Check that every picture of a Word file is described, and nothing is left unresolved."""
    return _problems(docx_checks(report))


def _problems(found: Iterable[Check]) -> Iterator[str]:
    return chain.from_iterable(check.problems for check in found)


def _files(folder: Path) -> list[Path]:
    """Return the finished files of a folder and of the folders in it."""
    return sorted(
        path for path in folder.rglob("*") if path.suffix[1:] in LIMITS and path.is_file() and not _over(path, folder)
    )


def _over(path: Path, folder: Path) -> bool:
    """Whether a file is in a folder that is passed over."""
    return any(part in _PASSED_OVER or part.startswith(".") for part in path.relative_to(folder).parts[:-1])


def _is_region(folder: Path) -> bool:
    """Whether a folder is that of one report, as a run leaves it."""
    return (folder / "about.json").is_file() and any(folder.glob("*.qmd"))


def _file(path: Path, root: Path | None = None) -> list[Check]:
    """Check one file by its format; the page of a region holds all it needs, a page of a site may load files."""
    if path.suffix == ".html":
        alone = root is None or _is_region(path.parent)
        brand = recoloured(read_about(path.parent)) if _is_region(path.parent) else None
        return [_renamed(check, path, root) for check in html_checks(path, None if alone else root, brand)]
    if path.suffix == ".xlsx":
        problems = list(audit_workbook(path))
        return [_renamed(Check.of("workbook", path.name, f"{len(problems)} faults", problems), path, root)]
    return {".pdf": pdf_checks, ".docx": docx_checks}[path.suffix](path, root)


def _untraced(page: Path, root: Path) -> list[Check]:
    """Say that the numbers of a report cannot be tested: a fault in the folder of a run, where what they need belongs."""
    missing = [name for name in (_SOURCE, "about.json") if not (page.parent / name).is_file()]
    if not missing:
        return []
    told = f"not tested, {' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"
    left = any(any(page.parent.glob(pattern)) for pattern in _LEFT)
    result: Result = "fault" if left else "not tested"
    return [Check("numbers", named(page, root), told, result, (f"numbers: {told}",) if left else ())]


def _renamed(check: Check, path: Path, root: Path | None) -> Check:
    """Name a check's file from the folder that is audited."""
    return check if root is None else replace(check, file=path.relative_to(root).as_posix())


def _sources(folder: Path, root: Path) -> list[Check]:
    """Check the composed sources of a region against its artefacts."""
    about, records = read_about(folder), read_records(folder)
    tables = {name: record_table(name, record) for name, record in records.items() if record["form"] == "table"}
    known = [_told(about), *map(_shown, records.values())]
    found = []
    for source in sorted(folder.glob("*.qmd")):
        (text, wrong), name = read_page(source), source.relative_to(root).as_posix()
        shown = {artefact: table for artefact, table in tables.items() if f"{{#{artefact}}}" in text}
        other = [
            f"{artefact} shows other rows than its artefact" for artefact, table in shown.items() if table not in text
        ]
        found.append(Check.of("tables", name, f"{len(shown)} tables", other))
        strange = [*wrong, *(f"{problem.where}  {problem.what}" for problem in untraced_numbers(text, known))]
        found.append(Check.of("numbers", name, f"{len(strange)} of no artefact", strange))
    return found


def _ages(folder: Path, root: Path) -> list[Check]:
    """Measure the reading age of a region's report and summary."""
    found = []
    for source in sorted(folder.glob("*.qmd")):
        name, read = source.relative_to(root).as_posix(), readings(source)
        aimed = _AIMED.get(source.name, ())
        for chapter in dict.fromkeys((WHOLE, *aimed)):
            if chapter in read:
                found.append(_age(f"{name}, {chapter}", read[chapter], chapter in aimed))
    return found


def _age(name: str, read: Reading, aimed: bool) -> Check:
    missed = aimed and read.age is not None and read.age > AIM
    rule = "reading age" if aimed else "reading age of the whole"
    return Check(rule, name, read.told, "aim missed" if missed else "met", margin=AIM - (read.age or 0))


def _told(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the run says about itself in prose: names and the notes of its parameters."""
    parameters = about["parameters"]
    return {
        "names": [about["edition_label"], about["region_name"], parameters["geography"]],
        "dates": [parameters["population"]["period"], parameters["costs"]["price_year"]],
        "notes": [parameters["demand"]["note"], parameters["costs"]["range_note"]],
        "measured": [len(about.get("measured", ()))],
    }


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an artefact says in prose; the rows of a table are compared whole."""
    return {part: record.get(part) for part in ("title", "caption", "number")}
