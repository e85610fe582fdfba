"""The Quarto renderer: used wherever Quarto is on PATH."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from needs.errors import RenderError
from needs.report.program import run_program
from needs.report.workspace import workspace

__all__ = ["QuartoRenderer", "absent", "find_quarto"]

_TO = {".html": "html", ".pdf": "typst", ".docx": "docx"}
_REMEDY = "mend what Quarto names in the composed source, or use --renderer embedded"


def find_quarto() -> str | None:
    """Return the path of Quarto, or None where it is not on PATH.

    Examples
    --------
    >>> path = find_quarto()
    >>> path is None or Path(path).is_file()
    True
    """
    return shutil.which("quarto")


@dataclass(frozen=True)
class QuartoRenderer:
    """Typeset with Quarto, in a scratch folder of this render alone.

    Parameters
    ----------
    root : Path, optional
        Project folder.

    Examples
    --------
    >>> QuartoRenderer().name
    'quarto'
    """

    root: Path | None = None
    name: ClassVar[str] = "quarto"

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
            If Quarto is not on PATH, or with its last lines when it fails.
        """
        quarto = find_quarto()
        if quarto is None:
            raise absent()
        with workspace(folder, files, self.root) as scratch:
            _copy_fonts(scratch / "fonts")
            for file in map(Path, files):
                run_program([quarto, "render", f"{file.stem}.qmd", "--to", _TO[file.suffix]], scratch, remedy=_REMEDY)
        return self.programs()

    def programs(self) -> dict[str, str]:
        """Return the version of Quarto."""
        return {"quarto": run_program([find_quarto() or "quarto", "--version"], Path.cwd(), remedy=_REMEDY).strip()}


def absent() -> RenderError:
    """Return the error that says Quarto is not there.

    Examples
    --------
    >>> print(absent())
    Quarto is not on PATH
    Next: install it (conda env create -f environment.yml), or use --renderer embedded        [exit 13]
    """
    remedy = "install it (conda env create -f environment.yml), or use --renderer embedded"
    return RenderError("Quarto is not on PATH", [], remedy)


def _copy_fonts(target: Path) -> None:
    import matplotlib as mpl

    target.mkdir()
    for font in sorted(Path(mpl.get_data_path(), "fonts", "ttf").glob("DejaVuSans*.ttf")):
        shutil.copy(font, target)
