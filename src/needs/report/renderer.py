"""Two ways to typeset one source, behind one protocol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from needs.errors import RenderError
from needs.report.pandoc import EmbeddedRenderer
from needs.report.quarto import QuartoRenderer, absent, find_quarto

__all__ = ["CHOICES", "Renderer", "choose"]

CHOICES = ("auto", "quarto", "embedded")
"""Renderers a run may ask for; ``auto`` is Quarto where it is on PATH."""


class Renderer(Protocol):
    """Something that typesets a composed report."""

    @property
    def name(self) -> str:
        """Name in the manifest."""

    def render(self, folder: Path, files: Sequence[str]) -> dict[str, str]:
        """Write files beside the composed sources of their names; return programs and versions."""

    def programs(self) -> dict[str, str]:
        """Return the programs that it uses and their versions."""


def choose(renderer: str = "auto", root: Path | None = None) -> Renderer:
    """Choose a renderer by name.

    Parameters
    ----------
    renderer : {"auto", "quarto", "embedded"}
        Which one.
    root : Path, optional
        Project folder.

    Raises
    ------
    RenderError
        If the name is not known, or Quarto is asked for and not on PATH.

    Examples
    --------
    >>> choose("embedded").name
    'embedded'
    >>> choose("latex")
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: there is no renderer latex
    Next: choose from auto, quarto, embedded        [exit 13]
    """
    if renderer not in CHOICES:
        raise RenderError(f"there is no renderer {renderer}", [], f"choose from {', '.join(CHOICES)}")
    found = find_quarto()
    if renderer == "quarto" and not found:
        raise absent()
    return QuartoRenderer(root) if found and renderer != "embedded" else EmbeddedRenderer(root)
