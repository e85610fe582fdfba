"""Check a finished workbook against the government's pattern for accessible spreadsheets."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

from needs.report.workbook.front import CONTENTS, FRONT

__all__ = ["audit_workbook"]

_LONGEST = 31
_PARTS = {"vbaProject": "holds macros", "externalLinks/": "is linked to other workbooks", "comments": "holds comments"}
_PROPERTIES = ("title", "language")
_SPACE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class _Page:
    """One sheet as its file holds it."""

    name: str
    hidden: bool
    tree: Xml.Element
    tables: tuple[Xml.Element, ...]
    texts: tuple[str, ...]


def audit_workbook(path: Path) -> Iterator[str]:
    """Say everything in which a workbook departs from the pattern.

    Parameters
    ----------
    path : Path
        A workbook as :func:`needs.report.workbook.write_workbook` makes it.

    Yields
    ------
    str
        One breach, with the sheet and cell.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "workbook.xlsx")
    ...     _ = path.write_bytes(b"no workbook")
    ...     list(audit_workbook(path))
    ['is not a whole workbook']
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.namelist()
            pages, properties = list(_pages(archive)), _root(archive, "docProps/core.xml")
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, Xml.ParseError):
        yield "is not a whole workbook"
        return
    yield from (what for part, what in _PARTS.items() if any(part in name for name in parts))
    said = {_tag(element): (element.text or "").strip() for element in properties}
    yield from (f"has no {name} among its properties" for name in _PROPERTIES if not said.get(name))
    names = [page.name for page in pages]
    yield from _names(names)
    for page in pages:
        yield from (f"sheet {page.name}: {what}" for what in _sheet(page, names))


def _names(names: list[str]) -> Iterator[str]:
    if tuple(names[: len(FRONT)]) != FRONT:
        yield f"does not begin with the sheets {', '.join(FRONT)}"
    yield from (
        f"sheet {name}: its name is longer than {_LONGEST} characters" for name in names if len(name) > _LONGEST
    )
    if len({name.lower() for name in names}) < len(names):
        yield "has sheets of the same name"


def _pages(archive: zipfile.ZipFile) -> Iterator[_Page]:
    links = {e.attrib["Id"]: e.attrib["Target"] for e in _root(archive, "xl/_rels/workbook.xml.rels")}
    texts: tuple[str, ...] = ()
    if "xl/sharedStrings.xml" in archive.namelist():
        texts = tuple("".join(item.itertext()) for item in _root(archive, "xl/sharedStrings.xml"))
    for sheet in _all(_root(archive, "xl/workbook.xml"), "sheet"):
        part = "xl/" + next(links[value] for name, value in sheet.attrib.items() if _SPACE.sub("", name) == "id")
        related = f"xl/worksheets/_rels/{Path(part).name}.rels"
        targets = [e.attrib["Target"] for e in _root(archive, related)] if related in archive.namelist() else []
        tables = tuple(_root(archive, "xl/tables/" + Path(t).name) for t in targets if "tables/" in t)
        hidden = sheet.attrib.get("state", "visible") != "visible"
        yield _Page(sheet.attrib["name"], hidden, _root(archive, part), tables, texts)


def _sheet(page: _Page, names: list[str]) -> Iterator[str]:
    if page.hidden or any(element.attrib.get("hidden") == "1" for element in page.tree.iter()):
        yield "something on it is hidden"
    if _all(page.tree, "mergeCell"):
        yield "has merged cells"
    cells = {cell.attrib["r"]: _value(cell, page.texts) for cell in _all(page.tree, "c")}
    yield from (f"cell {cell.attrib['r']} holds a formula" for cell in _all(page.tree, "c") if _all(cell, "f"))
    if not cells.get("A1", "").strip():
        yield "has no title in A1"
    yield from _links(page, names)
    if page.name == FRONT[0]:
        if page.tables:
            yield "has a table: the cover is text"
        return
    if len(page.tables) != 1:
        yield f"has {len(page.tables)} tables, needs 1"
        return
    if not any(pane.attrib.get("state") == "frozen" for pane in _all(page.tree, "pane")):
        yield "does not keep its header row in view"
    yield from _table(page.tables[0], cells)


def _table(table: Xml.Element, cells: dict[str, str]) -> Iterator[str]:
    """Check the table of a sheet, and that nothing but its title and lines stands outside it."""
    first, last = table.attrib["ref"].split(":")
    (left, top), (right, bottom) = _place(first), _place(last)
    if table.attrib.get("headerRowCount", "1") == "0":
        yield "its table has no header row"
    if not any(element.attrib.get("altText") for element in table.iter()):
        yield "its table has no alternative text"
    columns = [column.attrib["name"].strip() for column in _all(table, "tableColumn")]
    if len({name.lower() for name in columns}) < len(columns):
        yield "two columns of its table have the same name"
    filled = {_place(name) for name, value in cells.items() if value.strip()}
    for row in range(top, bottom + 1):
        yield from (
            f"cell {_letters(column)}{row} is empty" for column in range(left, right + 1) if (column, row) not in filled
        )
    yield from (f"row {row} above its table is empty" for row in range(1, top) if (1, row) not in filled)
    outside = [
        (c, r) for c, r in sorted(filled) if not ((r < top and c == 1) or (top <= r <= bottom and left <= c <= right))
    ]
    yield from (f"cell {_letters(column)}{row} stands outside its table" for column, row in outside)


def _links(page: _Page, names: list[str]) -> Iterator[str]:
    places = [link.attrib.get("location", "") for link in _all(page.tree, "hyperlink")]
    led = {place.rpartition("!")[0].strip("'") for place in places if "!" in place}
    yield from (f"a link leads to {name}, which is not there" for name in sorted(led) if name not in names)
    wanted = [name for name in names if name != CONTENTS] if page.name == CONTENTS else [CONTENTS]
    yield from (f"has no link to {name}" for name in wanted if name not in led)


def _value(cell: Xml.Element, texts: tuple[str, ...]) -> str:
    value = next((element.text or "" for element in cell if _tag(element) == "v"), "")
    return texts[int(value)] if cell.attrib.get("t") == "s" and value else value


def _root(archive: zipfile.ZipFile, part: str) -> Xml.Element:
    content = archive.read(part)
    if b"<!DOCTYPE" in content:
        raise ValueError(f"{part} declares a document type")
    return Xml.fromstring(content)  # noqa: S314 - no DOCTYPE, so no entity unfolds


def _tag(element: Xml.Element) -> str:
    return _SPACE.sub("", element.tag)


def _all(element: Xml.Element, tag: str) -> list[Xml.Element]:
    return [found for found in element.iter() if _tag(found) == tag]


def _place(reference: str) -> tuple[int, int]:
    """Return column and row of a cell, both counted from 1."""
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = 26 * column + ord(letter) - ord("A") + 1
    return column, int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
