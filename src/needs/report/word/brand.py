"""Name and logo of an organisation for the running header of a Word file."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from needs.params.branding import FOLDER, Branding
from needs.present.plain import plain

__all__ = ["brand_header"]

_HEIGHT_CM, _WIDEST_CM, _DOTS = 0.9, 5.0, 300.0
_EMU = 360_000  # of a centimetre, the unit of drawings
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def brand_header(about: Mapping[str, Any], folder: Path) -> tuple[str, dict[str, bytes]]:
    """Return the runs that open the header, and the parts of the file that they need.

    Word shows no SVG everywhere, so that the logo becomes a bitmap.

    Parameters
    ----------
    about : mapping
        What the run says about itself.
    folder : Path
        The run's folder, which keeps the logo.

    Returns
    -------
    str
        WordprocessingML; empty without a brand.
    dict of str to bytes
        Parts by their name in the file, for a header that is ``word/needs-header.xml``.

    Examples
    --------
    >>> brand_header({}, Path("nowhere"))
    ('', {})
    >>> brand_header({"branding": {"organisation": "Ash & Elm"}}, Path("nowhere"))[0]
    '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Ash &amp; Elm</w:t></w:r><w:r><w:br/></w:r>'
    """
    brand = Branding.model_validate(about.get("branding") or {})
    runs, parts = "", {}
    source = next(iter(sorted((folder / FOLDER).glob("logo.*"))), None)
    if brand.logo and source:
        bitmap = _bitmap(source)
        runs += f"<w:r>{_picture(bitmap, brand.logo.alt)}</w:r>" + (
            "<w:r><w:t> </w:t></w:r>" if brand.organisation else ""
        )
        link = f'<Relationship Id="rId1" Type="{_OFFICE}/image" Target="media/needs-logo.png"/>'
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        links = f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{space}">{link}</Relationships>'
        parts = {"word/media/needs-logo.png": bitmap, "word/_rels/needs-header.xml.rels": links.encode()}
    if brand.organisation:
        runs += f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(_line(brand.organisation))}</w:t></w:r>'
    return (f"{runs}<w:r><w:br/></w:r>" if runs else ""), parts


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _bitmap(source: Path) -> bytes:
    """Draw a logo as PNG, the same bytes each time."""
    import matplotlib as mpl
    import typst

    shown = f'#image("{source.name}", height: {_HEIGHT_CM}cm)'
    with TemporaryDirectory(prefix="needs-logo-") as name:
        folder = Path(name)
        shutil.copyfile(source, folder / source.name)
        (folder / "logo.typ").write_text(f"#set page(width: auto, height: auto, margin: 0pt, fill: none)\n{shown}")
        typst.compile(
            folder / "logo.typ",
            output=folder / "drawn.png",
            root=folder,
            font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")],
            ignore_system_fonts=True,
            format="png",
            ppi=_DOTS,
        )
        return (folder / "drawn.png").read_bytes()


def _picture(bitmap: bytes, alt: str) -> str:
    width, height = struct.unpack(">II", bitmap[16:24])
    shown = min(_HEIGHT_CM, _WIDEST_CM * height / width)
    size = f'cx="{round(shown * width / height * _EMU)}" cy="{round(shown * _EMU)}"'
    told = quoteattr(_line(alt))
    xml = f"""
      <w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">
      <wp:extent {size}/><wp:docPr id="900001" name="Logo" descr={told}/>
      <a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture">
      <pic:nvPicPr><pic:cNvPr id="900001" name="Logo" descr={told}/><pic:cNvPicPr/></pic:nvPicPr>
      <pic:blipFill><a:blip xmlns:r="{_OFFICE}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
      <pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>
      </pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"""
    return re.sub(r"\s*\n\s*", "", xml)
