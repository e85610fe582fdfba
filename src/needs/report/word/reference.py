"""The Word template: Pandoc's own with the project's styles, made afresh for each render."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from needs.report.program import pandoc

__all__ = ["write_reference"]

_STYLE = re.compile(r"<w:style .*?</w:style>", re.DOTALL)
_NAME = re.compile(r'w:styleId="([^"]+)"')
_A4 = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" w:header="600" w:footer="600" w:gutter="0"/>'
    "</w:sectPr>"
)


def write_reference(path: Path, theme: Path) -> None:
    """Write ``reference.docx`` with the styles of ``word-styles.xml`` on an A4 page.

    Parameters
    ----------
    path : Path
        File to write.
    theme : Path
        Folder with ``word-styles.xml``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from needs.project import project_root
    >>> with TemporaryDirectory() as folder:
    ...     write_reference(Path(folder, "reference.docx"), project_root() / "reports" / "theme")
    ...     with zipfile.ZipFile(Path(folder, "reference.docx")) as archive:
    ...         print(b'w:styleId="Source"' in archive.read("word/styles.xml"))
    True
    """
    plain = path.with_name("pandoc-reference.docx")
    pandoc(["--output", plain.name, "--print-default-data-file", "reference.docx"], path.parent)
    ours = (theme / "word-styles.xml").read_text(encoding="utf-8")
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            text = source.read(part).decode("utf-8")
            if part.filename == "word/styles.xml":
                text = _restyled(text, ours)
            elif part.filename == "word/document.xml":
                text = text.replace("</w:sectPr>", _A4)
            target.writestr(zipfile.ZipInfo(part.filename), text)
    plain.unlink()


def _restyled(theirs: str, ours: str) -> str:
    styles = {_name(style): style for style in (match[0] for match in _STYLE.finditer(ours))}
    kept = _STYLE.sub(lambda match: styles.pop(_name(match[0]), match[0]), theirs)
    return kept.replace("</w:styles>", "\n".join([*styles.values(), "</w:styles>"]))


def _name(style: str) -> str:
    found = _NAME.search(style)
    return found[1] if found else ""
