"""Quarto's website project: the pages of a site in one render, with the theme and filters of the reports.

One project is rendered once, not page by page: Quarto reads every page of a website before it renders one, so that a page
at a time would cost as much each, and links between pages are resolved only inside a project. Navigation, search and
theme of Quarto are switched off: menu and search are the site's own, the same whichever program typesets it, and each page
holds all it needs. Quarto moves shared libraries into pages that embed their resources; without its theme there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from ruamel.yaml import YAML

from needs.report.program import TIMEOUT, run_program
from needs.report.quarto import absent, find_quarto
from needs.report.renderer import Renderer, choose
from needs.report.workspace import workspace

__all__ = ["QuartoWebsite", "choose_website", "website_project"]

_OUTPUT = "_site"
_EACH = 10.0  # seconds more for each page
_REMEDY = "mend what Quarto names in the composed source, or use --renderer embedded"


@dataclass(frozen=True)
class QuartoWebsite:
    """Typeset the pages of a site with Quarto, as one website project in a scratch folder.

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
            Programs used and their versions.

        Raises
        ------
        RenderError
            If Quarto is not on PATH, fails, or leaves a page out.
        """
        quarto = find_quarto()
        if quarto is None:
            raise absent()
        with workspace(folder, files, self.root) as scratch:
            project = scratch / "_quarto.yml"
            sources = [f"{Path(file).stem}.qmd" for file in files]
            project.write_text(website_project(project.read_text(encoding="utf-8"), sources), encoding="utf-8")
            command = [quarto, "render", ".", "--to", "html"]
            run_program(command, scratch, remedy=_REMEDY, timeout=TIMEOUT + _EACH * len(files))
            for file in files:
                if (scratch / _OUTPUT / file).is_file():
                    (scratch / _OUTPUT / file).rename(scratch / file)
        return {"quarto": run_program([quarto, "--version"], Path.cwd(), remedy=_REMEDY).strip()}


def website_project(settings: str, sources: Sequence[str]) -> str:
    r"""Turn the project file of the reports into that of a website.

    Parameters
    ----------
    settings : str
        Text of ``reports/_quarto.yml``.
    sources : sequence of str
        Sources to render.

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
    told["project"] = {"type": "website", "output-dir": _OUTPUT, "render": list(sources)}
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
