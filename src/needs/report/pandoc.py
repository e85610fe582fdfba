"""The embedded renderer: Pandoc and Typst, both of which come with every installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from needs.errors import RenderError
from needs.report.program import pandoc
from needs.report.workspace import workspace

__all__ = ["EmbeddedRenderer"]

_COMMON = (
    "--from=markdown",
    "--standalone",
    "--fail-if-warnings",
    "--data-dir=.",  # nothing of the user's own Pandoc set-up enters
    "--metadata-file=theme/brand.yml",
    "--metadata=lang:en-GB",
    "--metadata=link-citations:true",
    "--metadata=toc-title:Contents",
    "--number-sections",
    "--lua-filter=filters/quarto.lua",
    "--citeproc",
    "--bibliography=references.bib",
    "--csl=theme/report.csl",
    "--lua-filter=filters/common.lua",
)
_TOP = "--shift-heading-level-by=-1"  # on paper the title is not a heading, so sections are level 1
_FORMATS = {
    "html": ("--to=html5", "--template=theme/html.template", "--css=theme/report.css", "--css=theme/brand.css",
             "--toc", "--toc-depth=2", "--embed-resources"),
    "pdf": ("--to=typst", "--template=theme/typst.template", _TOP),
    "docx": ("--to=docx", "--reference-doc=reference.docx", "--toc", "--toc-depth=2", _TOP),
}  # fmt: skip


@dataclass(frozen=True)
class EmbeddedRenderer:
    """Typeset with the Pandoc and Typst of the environment.

    Parameters
    ----------
    root : Path, optional
        Project folder.

    Examples
    --------
    >>> EmbeddedRenderer().name
    'embedded'
    """

    root: Path | None = None
    name: ClassVar[str] = "embedded"

    def render(self, folder: Path, files: Sequence[str]) -> dict[str, str]:
        """Typeset composed sources of a folder.

        Parameters
        ----------
        folder : Path
            Folder with the composed sources.
        files : sequence of str
            Files wanted, as ``report.pdf``.

        Returns
        -------
        dict
            Programs used and their versions.

        Raises
        ------
        RenderError
            With the last lines of Pandoc or the diagnostics of Typst.
        """
        with workspace(folder, files, self.root) as scratch:
            for file in files:
                source, kind = f"{Path(file).stem}.qmd", Path(file).suffix[1:]
                made = f"{Path(file).stem}.typ" if kind == "pdf" else file
                pandoc([source, *_COMMON, *_FORMATS[kind], f"--output={made}"], scratch)
                if kind == "pdf":
                    _typeset(scratch / made, scratch / file)
        return self.programs()

    def programs(self) -> dict[str, str]:
        """Return the versions of Pandoc and Typst."""
        return {"pandoc": pandoc(["--version"], Path.cwd()).split()[1], "typst": version("typst")}


def _typeset(source: Path, target: Path) -> None:
    """Make a PDF/UA-1 of a Typst file, with fonts that matplotlib ships, the same everywhere."""
    import matplotlib as mpl
    import typst

    try:
        typst.compile(
            source,
            output=target,
            root=source.parent,
            font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")],
            ignore_system_fonts=True,
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        said = [error.message, *(f"hint: {hint}" for hint in error.hints)]
        raise RenderError("the PDF cannot be typeset", said, f"mend what Typst names in {source.stem}.qmd") from error
