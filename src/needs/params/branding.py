"""Whose report it is: name, colours, contact, logo and foreword, from ``params/branding.yaml``.

All of it is optional. Colours that cannot be read on paper are refused, and a logo that could do more than be seen.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError

from needs.errors import ParamsError, Problem
from needs.params import logo
from needs.params.colour import WHITE, contrast, nearest
from needs.params.documents import explained, headline, in_order, line_of, read_document
from needs.params.figures import Block, parameter
from needs.params.model import walk

__all__ = [
    "FILE",
    "FOLDER",
    "REFERENCE",
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

REFERENCE = re.compile(r"@(?:fig|tbl|sec|src)-[\w-]*|\?(?:meta|var):\w*|\{\{|src-[\w-]+\?")
"""What no finished report may show: a reference or a field that was not resolved, or words that look like one."""

REMEDY = "docs/branding.md says what may stand there"
_NONE = "none; the plain look"
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}  # control characters, marks without width, parts of lines and paragraphs
_ODD = r"@\s<>()\[\]\"'\\,;:?&%{}`"
_EMAIL = re.compile(rf"[^{_ODD}]+@[^{_ODD}.]+(\.[^{_ODD}.]+)+")
_TEXT, _MARK = 4.5, 3.0  # least contrast of text, and of lines and marks (WCAG 2.2, 1.4.3 and 1.4.11)


def _line(text: str) -> str:
    if found := next((each for each in text if unicodedata.category(each) in _UNSEEN), ""):
        told = f"U+{ord(found):04X}, a character that cannot be seen, is in it"
        raise ValueError(f"this stands on one line; write it without line breaks ({told})")
    return _words(text)


def _words(text: str) -> str:
    seen = "".join(each for each in text if unicodedata.category(each) not in _UNSEEN or each == "\n")
    if found := REFERENCE.search(seen):
        raise ValueError(
            f"{found[0]} looks like a reference of the report, which would not be resolved; write it another way"
        )
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

    text: Annotated[str, AfterValidator(_words)] = parameter(
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
        With every problem and its line: unknown names, names without a value, words that look like a reference,
        colours of too little contrast and the nearest that pass,
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
    empty = _empty(document)
    given = _given(document, empty)
    problems: list[Problem] = [*_logo_problems(given, document, root)]
    branding = None
    try:
        branding = Branding.model_validate(given)
    except ValidationError as error:
        missing = {f"{'.'.join(place)}: missing" for place in empty}
        problems += [problem for _, problem in explained(error, [document], Branding) if problem.what not in missing]
    problems += [Problem(f"line {line_of(document, place)}", _without_value(place)) for place in empty]
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


def _empty(document: Mapping[Any, Any]) -> list[tuple[str, ...]]:
    """Find the known names that stand there without a value; a name that is not known is another problem."""
    known = {tuple(name.split(".")) for name, _, _ in walk(Branding)}
    places: list[tuple[tuple[Any, ...], Any]] = [((key,), value) for key, value in document.items()]
    for key, block in document.items():
        places += [((key, name), value) for name, value in block.items()] if isinstance(block, Mapping) else []
    return [place for place, value in places if value is None and place in known]


def _given(document: Mapping[Any, Any], empty: Sequence[tuple[str, ...]]) -> dict[Any, Any]:
    """Leave out the known names without a value, which are told once."""
    kept = {key: value for key, value in document.items() if (key,) not in empty}
    return {
        key: {inner: each for inner, each in value.items() if (key, inner) not in empty}
        if isinstance(value, Mapping)
        else value
        for key, value in kept.items()
    }


def _without_value(place: tuple[str, ...]) -> str:
    """Say that a name has no value; of a colour, that after a space # begins a comment."""
    help_ = (
        "put a colour in quotes, or # begins a comment"
        if place[0] == "colours"
        else "give it one, or take the name out"
    )
    return f"{'.'.join(place)}: has no value; {help_}"


def _logo_problems(given: Mapping[str, Any], document: Any, root: Path) -> Iterator[Problem]:
    told = given.get("logo")
    name = told.get("file") if isinstance(told, Mapping) else None
    if isinstance(name, str):
        line = line_of(document, ("logo", "file"))
        yield from (Problem(f"line {line}", f"logo.file: {what}") for what in logo.faults(name, root / "params"))
