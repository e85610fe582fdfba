"""Quarto's website project: the pages of a site in one render, with the theme and filters of the reports.

One project is rendered once, not page by page: Quarto reads every page of a website before it renders one, so that a page
at a time would cost as much each, and links between pages are resolved only inside a project. Navigation, search and
theme of Quarto are switched off: menu and search are the site's own, the same whichever program typesets it, and each page
holds all it needs. Quarto's makers doubt that pages which embed their resources belong in a website (quarto-cli issue 11316:
shared libraries go into one page and are missing from the others). Without Quarto's theme there are none, and a website adds
nothing to a page; still, where a website is not whole, the same project is rendered once more as one of type `default`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from ruamel.yaml import YAML

from needs.errors import RenderError
from needs.report.program import TIMEOUT, run_program
from needs.report.quarto import QuartoRenderer, absent, find_quarto
from needs.report.renderer import Renderer, choose
from needs.report.workspace import workspace

__all__ = ["QuartoWebsite", "choose_website", "website_project"]

FRONT = "index.html"
"""Page without which Quarto makes up a front page for a website, one that leads elsewhere."""

_OUTPUT = "_site"
_LIBRARY = re.compile(r"""\b(?:src|href)=["']?(?:\./)?(?:site_libs|[\w-]+_files)/""")
_EACH = 10.0  # seconds more for each page
_REMEDY = "mend what Quarto names in the composed source, or use --renderer embedded"


@dataclass(frozen=True)
class QuartoWebsite:
    """Typeset the pages of a site with Quarto, as one project in a scratch folder: a website, where it comes out whole.

    Parameters
    ----------
    root : Path, optional
        Project folder.

    Examples
    --------
    >>> QuartoWebsite().name
    'quarto'
    """

    root: Path | None = None
    name: ClassVar[str] = "quarto"

    def render(self, folder: Path, files: Sequence[str]) -> dict[str, str]:
        """Typeset the composed sources of a site.

        Parameters
        ----------
        folder : Path
            Folder with the composed sources.
        files : sequence of str
            Pages wanted, as ``index.html``.

        Returns
        -------
        dict
            Programs used and their versions, and a ``note`` where a website was not whole.

        Raises
        ------
        RenderError
            If Quarto is not on PATH, or fails or leaves a page out in a project of type ``default``, too.
        """
        quarto = find_quarto()
        if quarto is None:
            raise absent()
        with workspace(folder, files, self.root) as scratch:
            settings = (scratch / "_quarto.yml").read_text(encoding="utf-8")
            note = _as_website(quarto, scratch, settings, files) if FRONT in files else ""
            if note or FRONT not in files:
                _typeset(quarto, scratch, website_project(settings, _sources(files), "default"), files)
            for file in files:
                (scratch / file).unlink(missing_ok=True)  # not finished: Quarto moves pages to the output folder
                if (scratch / _OUTPUT / file).is_file():
                    (scratch / _OUTPUT / file).rename(scratch / file)
        return {**self.programs(), **({"note": note} if note else {})}

    def programs(self) -> dict[str, str]:
        """Return the version of Quarto."""
        return QuartoRenderer(self.root).programs()


def _sources(files: Sequence[str]) -> list[str]:
    return [f"{Path(file).stem}.qmd" for file in files]


def _as_website(quarto: str, scratch: Path, settings: str, files: Sequence[str]) -> str:
    """Render a website; say what was wrong with it, or nothing."""
    try:
        _typeset(quarto, scratch, website_project(settings, _sources(files)), files)
    except RenderError as error:
        wrong = ": ".join([error.headline, *map(str, error.problems[-1:])])
    else:
        made = {file: scratch / _OUTPUT / file for file in files}
        absent = [file for file, page in made.items() if not page.is_file()]
        bare = [f for f, page in made.items() if f not in absent and _LIBRARY.search(page.read_text(encoding="utf-8"))]
        if not absent and not bare:
            return ""
        named = (absent or bare)[0]
        wrong = f"{named} {'was left out' if absent else 'does not hold all it needs'}"
    return f"Quarto made no whole website ({wrong}); the pages are of a project of type default instead"


def _typeset(quarto: str, scratch: Path, project: str, files: Sequence[str]) -> None:
    """Render a project once, with nothing left of an earlier one."""
    (scratch / "_quarto.yml").write_text(project, encoding="utf-8")
    for folder in (_OUTPUT, ".quarto", "site_libs"):
        shutil.rmtree(scratch / folder, ignore_errors=True)
    for file in files:
        (scratch / file).unlink(missing_ok=True)
    command = [quarto, "render", ".", "--to", "html"]
    run_program(command, scratch, remedy=_REMEDY, timeout=TIMEOUT + _EACH * len(files))


def website_project(settings: str, sources: Sequence[str], kind: str = "website") -> str:
    r"""Turn the project file of the reports into that of a site.

    Parameters
    ----------
    settings : str
        Text of ``reports/_quarto.yml``.
    sources : sequence of str
        Sources to render.
    kind : {"website", "default"}
        Quarto's type of the project.

    Examples
    --------
    >>> print(website_project("project:\n  type: default\nlang: en-GB\n", ["index.qmd"]))
    project:
      type: website
      output-dir: _site
      render:
      - index.qmd
    lang: en-GB
    website:
      search: false
      page-navigation: false
      bread-crumbs: false
    <BLANKLINE>
    """
    yaml = YAML()
    told: dict[str, Any] = yaml.load(settings)
    told["project"] = {"type": kind, "output-dir": _OUTPUT, "render": list(sources)}
    if kind == "website":
        told["website"] = {"search": False, "page-navigation": False, "bread-crumbs": False}
    text = StringIO()
    yaml.dump(told, text)
    return text.getvalue()


def choose_website(renderer: str = "auto", root: Path | None = None) -> Renderer:
    """Choose what typesets the pages of a site, by name.

    Parameters
    ----------
    renderer, root
        See :func:`needs.report.renderer.choose`.

    Examples
    --------
    >>> choose_website("embedded").name
    'embedded'
    """
    chosen = choose(renderer, root)
    return QuartoWebsite(root) if chosen.name == "quarto" else chosen
