"""Whose report it is: as templates say it, and as the theme shows it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from needs.params.branding import FOLDER, Branding, Colours
from needs.params.colour import wash
from needs.present.plain import plain
from needs.report import markdown

__all__ = ["brand_words", "dress", "recoloured"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
_TEXT = 4.5  # least contrast of text
_LOGO = ".organisation img { height: 3rem; width: auto; max-width: 14rem; padding: .35rem .5rem; background: #fff; }"
_NAME = (
    ".organisation { display: flex; align-items: center; gap: 1rem; margin: 0 0 1rem; font-weight: 700; color: #fff; }\n"
    "@media print { .organisation { color: var(--ink); } }"
)


def brand_words(about: Mapping[str, Any]) -> dict[str, str]:
    r"""Return what a template may say of a brand: ``organisation``, ``contact`` and ``foreword``, each maybe empty.

    Parameters
    ----------
    about : mapping
        What the run says about itself; ``branding`` may be missing.

    Returns
    -------
    dict of str to str
        Markdown. Numbers are marked as fixed: they are the organisation's words, not results.

    Examples
    --------
    >>> contact = {"name": "Data team", "email": "data@example.org"}
    >>> words = brand_words({"branding": {"contact": contact, "foreword": {"text": "We *plan* 5.", "name": "Ash"}}})
    >>> print(words["contact"])
    Data team, [data\@example.org](mailto:data@example.org)
    >>> print(words["foreword"])
    We \*plan\* [5]{.fixed}.
    <BLANKLINE>
    **Ash**
    """
    brand = _read(about)
    return {
        "organisation": _said(brand.organisation or ""),
        "contact": _contact(brand),
        "foreword": _foreword(brand),
    }


def recoloured(about: Mapping[str, Any]) -> dict[str, str]:
    """Return the colours of a brand by those of the plain look whose place they take, as ``#rrggbb``; empty for the plain look.

    Examples
    --------
    >>> recoloured({}), recoloured({"branding": {"colours": {"primary": "#801650"}}})
    ({}, {'#12436d': '#801650'})
    """
    plain_look, brand = Colours(), _read(about).colours
    pairs = ((plain_look.primary, brand.primary), (plain_look.accent, brand.accent))
    return {old: new for old, new in pairs if old != new}


def dress(theme: Path, about: Mapping[str, Any], folder: Path) -> None:
    """Write into a copy of the theme what a brand changes: ``brand.css``, ``brand.typ``, ``brand.yml`` and the logo.

    Parameters
    ----------
    theme : Path
        The copy, of one render alone.
    about : mapping
        What the run says about itself.
    folder : Path
        The run's folder, which keeps the logo.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> theme = Path(mkdtemp())
    >>> dress(theme, {"branding": {"organisation": "Ash Trust"}}, theme)
    >>> print((theme / "brand.typ").read_text(encoding="utf-8").splitlines()[3])
    #let needs-organisation = "Ash Trust"
    """
    brand = _read(about)
    logo = next(iter(sorted((folder / FOLDER).glob("logo.*"))), None) if brand.logo else None
    if logo:
        shutil.copyfile(logo, theme / logo.name)
    picture = {"path": f"theme/{logo.name}", "alt": brand.logo.alt} if logo and brand.logo else {}
    for name, text in (
        ("brand.css", _css(brand, bool(logo))),
        ("brand.typ", _typst(brand, picture)),
        ("brand.yml", _metadata(brand, picture)),
    ):
        (theme / name).write_text(text, encoding="utf-8", newline="\n")


def _read(about: Mapping[str, Any]) -> Branding:
    return Branding.model_validate(about.get("branding") or {})


def _css(brand: Branding, logo: bool) -> str:
    lines = []
    if brand.colours != Colours():
        told = {"blue": brand.colours.primary, "teal": brand.colours.accent, "wash": wash(brand.colours.primary, _TEXT)}
        lines += [f":root {{ {' '.join(f'--{name}: {colour};' for name, colour in told.items())} }}"]
        lines += [".subtitle { color: #fff; }"]
    lines += [_NAME] if brand.organisation or logo else []
    lines += [_LOGO] if logo else []
    return "\n".join(["/* What params/branding.yaml changes. */", *lines, ""])


def _typst(brand: Branding, picture: Mapping[str, str]) -> str:
    colours = brand.colours
    washed = "#eef2f6" if colours == Colours() else wash(colours.primary, _TEXT)
    shown = f"(path: {_quoted(Path(picture['path']).name)}, alt: {_quoted(picture['alt'])})" if picture else "none"
    contact = ", ".join(part for part in (_parts(brand)) if part)
    return "\n".join(
        [
            f'#let needs-primary = rgb("{colours.primary}")',
            f'#let needs-accent = rgb("{colours.accent}")',
            f'#let needs-wash = rgb("{washed}")',
            f"#let needs-organisation = {_quoted(brand.organisation or '')}",
            f"#let needs-contact = {_quoted(contact)}",
            f"#let needs-logo = {shown}",
            "",
        ]
    )


def _metadata(brand: Branding, picture: Mapping[str, str]) -> str:
    told = {"organisation": markdown.escape(brand.organisation or "")}
    if picture:
        told |= {"organisation-logo": picture["path"], "organisation-logo-alt": markdown.escape(picture["alt"])}
    return "".join(f"{name}: {json.dumps(text, ensure_ascii=False)}\n" for name, text in told.items())


def _quoted(text: str) -> str:
    r"""Write a string of Typst."""
    return '"' + re.sub(r'[\\"]', r"\\\g<0>", " ".join(plain(text).split())) + '"'


def _said(text: str) -> str:
    """Escape words of the organisation, and mark their numbers as no results."""
    return _NUMBER.sub(r"[\g<0>]{.fixed}", markdown.escape(text))


def _parts(brand: Branding) -> tuple[str, ...]:
    told = brand.contact
    return () if told is None else (told.name or "", told.email or "", told.phone or "")


def _contact(brand: Branding) -> str:
    if brand.contact is None:
        return ""
    name, address, phone = _parts(brand)
    linked = f"[{_said(address)}](mailto:{address})" if address else ""
    return ", ".join(part for part in (_said(name), linked, _said(phone)) if part)


def _foreword(brand: Branding) -> str:
    if brand.foreword is None:
        return ""
    told = brand.foreword
    paragraphs = [_said(part) for part in re.split(r"\n\s*\n", told.text.strip())]
    signed = ", ".join(
        part for part in (f"**{_said(told.name)}**" if told.name else "", _said(told.role or "")) if part
    )
    return "\n\n".join([*paragraphs, *([signed] if signed else [])])
