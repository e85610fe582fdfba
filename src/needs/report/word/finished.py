"""What a typeset Word file still lacks: a contents list with entries, running header and footer, captions by their own style.

Either renderer writes its Word file with Pandoc, which leaves the list of contents for Word to fill and asks the reader
about it, and knows no running header.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from needs.errors import RenderError
from needs.report.brand import recoloured
from needs.report.word.brand import brand_header
from needs.report.word.tables import fitted_table

__all__ = ["finish_word"]

_WIDTH = 9298
"""Width of the text on A4, twentieths of a point: the page less its margins in the Word template."""

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("header", "footer")
_HEADING = re.compile(r'<w:p>\s*<w:pPr>\s*<w:pStyle w:val="Heading([12])" />.*?</w:p>', re.DOTALL)
_CONTENTS = re.compile(r"<w:p>\s*<w:r>\s*<w:fldChar[^>]*/>\s*<w:instrText[^>]*>TOC .*?</w:p>", re.DOTALL)
_TEXT = re.compile(r"<w:t\b[^>]*>(.*?)</w:t>|(<w:tab />)", re.DOTALL)
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_FIELD = '<w:fldChar w:fldCharType="{}" />'
_CAPTIONS = {
    "TableCaption": '<w:pStyle w:val="Caption" /><w:keepNext /><w:spacing w:before="320" />',
    "ImageCaption": '<w:pStyle w:val="Caption" />',
}


def finish_word(path: Path, about: Mapping[str, Any]) -> None:
    """Finish a typeset Word file, in place; one that is finished stays as it is.

    Parameters
    ----------
    path : Path
        The file.
    about : mapping
        What the run says about itself; its brand gives the colours.

    Raises
    ------
    RenderError
        If it is no Word file, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     finish_word(Path(folder, "report.docx"), {})
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...report.docx cannot be finished: 1 problem
    ...
    """
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(path) as old:
            if f"word/needs-{_PARTS[0]}.xml" in old.namelist():
                return
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            title = _title(old.read("docProps/core.xml").decode("utf-8"))
            for part in old.infolist():
                content = _part(part.filename, old.read(part), about)
                new.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED)
            brand, parts = brand_header(about, path.parent)
            for name, body in zip(_PARTS, (_header(title, brand), _footer()), strict=True):
                new.writestr(zipfile.ZipInfo(f"word/needs-{name}.xml"), body, zipfile.ZIP_DEFLATED)
            for name, drawn in parts.items():
                new.writestr(zipfile.ZipInfo(name), drawn, zipfile.ZIP_DEFLATED)
        path.write_bytes(made.getvalue())
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RenderError(
            f"{path} cannot be finished", [f"{type(error).__name__}: {error}"], "render it again"
        ) from error


def _part(name: str, content: bytes, about: Mapping[str, Any]) -> bytes:
    """Return one part of the file, changed where it must be."""
    changes: dict[str, Callable[[str], str]] = {
        "word/document.xml": _document,
        "word/_rels/document.xml.rels": _relationships,
        "[Content_Types].xml": _content_types,
        "word/settings.xml": lambda text: text.replace(
            '<w:themeFontLang w:val="en-US" />', '<w:themeFontLang w:val="en-GB" />'
        ),
        "word/styles.xml": lambda text: _coloured(text, recoloured(about)),
    }
    return changes[name](content.decode("utf-8")).encode() if name in changes else content


def _title(properties: str) -> str:
    found = re.search(r"<dc:title>(.*?)</dc:title>", properties, re.DOTALL)
    return found[1] if found else ""


def _document(text: str) -> str:
    """Return the text with its contents list filled, tables as wide as the page, captions in their style, and its header."""
    entries: list[tuple[str, str, str]] = []

    def marked(match: re.Match[str]) -> str:
        anchor = f"_Toc{len(entries) + 1:06d}"
        words = "".join(found[1] or "\t" for found in _TEXT.finditer(match[0]))
        entries.append((match[1], anchor, words))
        number = 900_000 + len(entries)
        start, end = f'<w:bookmarkStart w:id="{number}" w:name="{anchor}" />', f'<w:bookmarkEnd w:id="{number}" />'
        return match[0].replace("</w:pPr>", f"</w:pPr>{start}", 1).removesuffix("</w:p>") + f"{end}</w:p>"

    text = _HEADING.sub(marked, text)
    listed = _listed(entries)
    text = _CONTENTS.sub(lambda _: listed, text)
    text = _TABLE.sub(lambda match: fitted_table(match[0], _WIDTH), text)
    for style, instead in _CAPTIONS.items():
        text = text.replace(f'<w:pStyle w:val="{style}" />', instead)
    return _section(text)


def _listed(entries: list[tuple[str, str, str]]) -> str:
    """Return the contents list: a field that Word can fill again, holding a link to every heading."""
    code = r'<w:instrText xml:space="preserve">TOC \o "1-2" \n \h \z \u</w:instrText>'
    begin = f"<w:r>{_FIELD.format('begin')}</w:r><w:r>{code}</w:r><w:r>{_FIELD.format('separate')}</w:r>"
    end = f"<w:p><w:r>{_FIELD.format('end')}</w:r></w:p>"
    if not entries:
        return f"<w:p>{begin}<w:r>{_FIELD.format('end')}</w:r></w:p>"
    lines = []
    for level, anchor, words in entries:
        text = "<w:r><w:tab /></w:r>".join(
            f'<w:r><w:t xml:space="preserve">{part}</w:t></w:r>' for part in words.split("\t")
        )
        lines.append(
            f'<w:p><w:pPr><w:pStyle w:val="TOC{level}" /></w:pPr>{begin}'
            f'<w:hyperlink w:anchor="{anchor}" w:history="1">{text}</w:hyperlink></w:p>'
        )
        begin = ""
    return "".join([*lines, end])


def _section(text: str) -> str:
    """Give the last section, which is the only one, its header and footer; the first page has no header."""
    places = [f'<w:{name}Reference w:type="default" r:id="needs-{name}" />' for name in _PARTS]
    places.append('<w:footerReference w:type="first" r:id="needs-footer" />')
    before, section, after = text.rpartition("<w:sectPr>")
    if not section:
        raise ValueError("the document has no section")
    return f"{before}{section}{''.join(places)}{after.replace('</w:sectPr>', '<w:titlePg /></w:sectPr>')}"


def _relationships(text: str) -> str:
    added = [f'<Relationship Type="{_OFFICE}/{name}" Id="needs-{name}" Target="needs-{name}.xml" />' for name in _PARTS]
    return text.replace("</Relationships>", f"{''.join(added)}</Relationships>")


def _content_types(text: str) -> str:
    added = [f'<Override PartName="/word/needs-{name}.xml" ContentType="{_TYPES}.{name}+xml" />' for name in _PARTS]
    if 'Extension="png"' not in text:  # of the logo in the header
        added.append('<Default Extension="png" ContentType="image/png" />')
    return text.replace("</Types>", f"{''.join(added)}</Types>")


def _coloured(styles: str, colours: Mapping[str, str]) -> str:
    """Return styles in the colours of a brand."""
    for old, new in colours.items():
        styles = re.sub(
            rf'(w:(?:color|val|fill)="){old.lstrip("#")}"',
            rf'\g<1>{new.lstrip("#").upper()}"',
            styles,
            flags=re.IGNORECASE,
        )
    return styles


def _header(title: str, brand: str = "") -> str:
    """Return the running header: what a brand puts first, then the title."""
    words = f'<w:p><w:pPr><w:pStyle w:val="Header" /></w:pPr>{brand}<w:r><w:t xml:space="preserve">{title}</w:t></w:r></w:p>'
    return f'<?xml version="1.0" encoding="UTF-8"?><w:hdr {_W}>{words}</w:hdr>'


def _footer() -> str:
    parts = [_run("Page "), _counted("PAGE"), _run(" of "), _counted("NUMPAGES")]
    words = f'<w:p><w:pPr><w:pStyle w:val="Footer" /></w:pPr>{"".join(parts)}</w:p>'
    return f'<?xml version="1.0" encoding="UTF-8"?><w:ftr {_W}>{words}</w:ftr>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _counted(what: str) -> str:
    """Return a number that Word counts whenever it lays out the page."""
    return f'<w:fldSimple w:instr=" {what} ">{_run("1")}</w:fldSimple>'
