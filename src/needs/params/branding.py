"""Whose report it is: name, colours, contact, logo and foreword, from ``params/branding.yaml``.

All of it is optional. Colours that cannot be read on paper are refused, and a logo that could do more than be seen.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError

from needs.errors import ParamsError, Problem
from needs.params import logo
from needs.params.colour import WHITE, contrast, nearest
from needs.params.documents import explained, headline, in_order, line_of, read_document
from needs.params.figures import Block, parameter

__all__ = [
    "FILE",
    "FOLDER",
    "Branding",
    "Colours",
    "Contact",
    "Foreword",
    "Logo",
    "branding_files",
    "keep_logo",
    "load_branding",
]

FILE = "branding.yaml"
"""Name of the file, in ``params/``."""

FOLDER = "branding"
"""Folder of a run that keeps the logo, as ``logo.svg`` or ``logo.png``."""

REMEDY = "docs/branding.md says what may stand there"
_NONE = "none; the plain look"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EMAIL = re.compile(r"[^@\s<>()\[\]\"'\\,;:]+@[^@\s<>()\[\]\"'\\,;:.]+(\.[^@\s<>()\[\]\"'\\,;:.]+)+")
_TEXT, _MARK = 4.5, 3.0  # least contrast of text, and of lines and marks (WCAG 2.2, 1.4.3 and 1.4.11)


def _line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("this stands on one line; write it without line breaks")
    return text


def _colour(text: str, least: float, what: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text} is no colour; write six digits after a #, in quotes, such as '#12436d'")
    found = contrast(text, WHITE)
    if found < least:
        told = f"{text} has a contrast of {int(found * 100) / 100:.2f} with white; {what} needs {least}"
        raise ValueError(f"{told}. The nearest colour that passes is '{nearest(text, least)}'")
    return text.lower()


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError(f"{text} is no e-mail address")
    return text


def _phone(text: str) -> str:
    if not re.fullmatch(r"\+?[0-9 ()-]{5,25}", text):
        raise ValueError(f"{text} is no telephone number; write digits, spaces, brackets and hyphens")
    return text


Line = Annotated[str, AfterValidator(_line)]


class Colours(Block):
    """Colours of headings, lines and bands; charts keep their own."""

    primary: Annotated[str, AfterValidator(lambda text: _colour(text, _TEXT, "text"))] = parameter(
        "Headings, the title's background and figures in bands.",
        "colour",
        "Analysis Function palette",
        default="#12436d",
    )
    accent: Annotated[str, AfterValidator(lambda text: _colour(text, _MARK, "a line"))] = parameter(
        "Lines and marks beside text.", "colour", "Analysis Function palette", default="#28a197"
    )


class Contact(Block):
    """Whom to ask about the report."""

    name: Line | None = parameter("Person or team.", "text", _NONE, default=None, max_length=120)
    email: Annotated[Line, AfterValidator(_email)] | None = parameter(
        "Address.", "text", _NONE, default=None, max_length=120
    )
    phone: Annotated[Line, AfterValidator(_phone)] | None = parameter(
        "Number, in quotes.", "text", _NONE, default=None, max_length=40
    )


class Logo(Block):
    """Picture beside the organisation's name."""

    file: Line = parameter("SVG or PNG under params/, up to 200 kB.", "path", "organisation", max_length=200)
    alt: Line = parameter(
        "What the picture shows, for those who do not see it.", "text", "organisation", min_length=3, max_length=200
    )


class Foreword(Block):
    """A few paragraphs before the key messages, and who signs them."""

    text: str = parameter(
        "Plain text; a blank line parts paragraphs.", "text", "organisation", min_length=1, max_length=4000
    )
    name: Line | None = parameter("Who signs.", "text", _NONE, default=None, max_length=120)
    role: Line | None = parameter("In which role.", "text", _NONE, default=None, max_length=120)


class Branding(Block):
    """Whose report it is.

    Examples
    --------
    >>> Branding().colours.primary, Branding(organisation="Ash Trust").organisation
    ('#12436d', 'Ash Trust')
    """

    organisation: Line | None = parameter("Name of the organisation.", "text", _NONE, default=None, max_length=120)
    colours: Colours = parameter("Colours.", "block", _NONE, default=Colours())
    contact: Contact | None = parameter("Whom to ask.", "block", _NONE, default=None)
    logo: Logo | None = parameter("Logo.", "block", _NONE, default=None)
    foreword: Foreword | None = parameter("Foreword.", "block", _NONE, default=None)


def load_branding(root: Path) -> Branding:
    """Return the branding of a project; the plain look where it has no file or an empty one.

    Parameters
    ----------
    root : Path
        Project folder.

    Raises
    ------
    ParamsError
        With every problem and its line: unknown names, colours of too little contrast and the nearest that pass,
        a logo that is missing, too large, outside ``params/`` or more than a picture.

    Examples
    --------
    >>> from needs.project import project_root
    >>> load_branding(project_root()) == Branding()
    True
    """
    path = root / "params" / FILE
    if not path.is_file():
        return Branding()
    document = read_document(path, root)
    given = _given(document)
    problems: list[Problem] = [*_logo_problems(given, document, root)]
    branding = None
    try:
        branding = Branding.model_validate(given)
    except ValidationError as error:
        problems += [problem for _, problem in explained(error, [document], Branding)]
    if problems or branding is None:
        problems.sort(key=in_order)
        raise ParamsError(headline(path, root), problems, REMEDY)
    return branding


def branding_files(root: Path) -> list[Path]:
    """Return the files that branding is read from: the file itself and the logo, where they are.

    Examples
    --------
    >>> from needs.project import project_root
    >>> [path.name for path in branding_files(project_root())]
    ['branding.yaml']
    """
    path = root / "params" / FILE
    if not path.is_file():
        return []
    try:
        told = load_branding(root).logo
    except ParamsError:
        return [path]
    return [path, root / "params" / told.file] if told else [path]


def keep_logo(branding: Branding, root: Path, folder: Path) -> None:
    """Copy the logo into a run's folder, as ``branding/logo.svg`` or ``branding/logo.png``; nothing without one.

    Parameters
    ----------
    branding : Branding
        Checked branding.
    root : Path
        Project folder.
    folder : Path
        Region's folder.

    Examples
    --------
    >>> keep_logo(Branding(), Path("nowhere"), Path("nowhere"))
    """
    if branding.logo is None:
        return
    source = root / "params" / branding.logo.file
    (folder / FOLDER).mkdir(exist_ok=True)
    shutil.copyfile(source, folder / FOLDER / f"logo{source.suffix.lower()}")


def _given(node: Any) -> Any:
    """Leave out what is empty: a name without a value is not given."""
    if not isinstance(node, Mapping):
        return node
    kept = {key: _given(value) for key, value in node.items()}
    return {key: value for key, value in kept.items() if value is not None and value != {}}


def _logo_problems(given: Mapping[str, Any], document: Any, root: Path) -> Iterator[Problem]:
    told = given.get("logo")
    name = told.get("file") if isinstance(told, Mapping) else None
    if isinstance(name, str):
        line = line_of(document, ("logo", "file"))
        yield from (Problem(f"line {line}", f"logo.file: {what}") for what in logo.faults(name, root / "params"))
