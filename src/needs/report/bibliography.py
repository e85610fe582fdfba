"""The reference list: one entry per published document, however many tables rest on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = ["Bibliography"]

_LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Bibliography:
    r"""Sources by reference, with a citation key for each document that is cited.

    Parameters
    ----------
    sources : mapping of str to mapping
        Reference to ``publisher``, ``title``, ``date``, ``licence``, ``url``, ``table``.

    Examples
    --------
    >>> beds = {"publisher": "DHSC", "title": "Beds & days", "date": "2024-03-12", "licence": "OGL v3.0",
    ...         "url": "https://example.org/a", "table": "beds"}
    >>> references = Bibliography({"2023-24/beds#hl3021": beds})
    >>> references.key("2023-24/beds#hl3021")
    'src-hl3021'
    >>> print(references.bibtex(["2023-24/beds#hl3021"]))
    @online{src-hl3021,
      author = {{DHSC}},
      title = {{Beds \& days}},
      date = {2024-03-12},
      url = {https://example.org/a},
      note = {Licence: OGL v3.0. Held in data\_raw/2023-24/beds.csv.}
    }
    """

    def __init__(self, sources: Mapping[str, Mapping[str, str]]) -> None:
        self._sources = sources
        self._keys: dict[str, str] = {}
        documents: dict[tuple[str, ...], str] = {}
        for ref, source in sources.items():
            document = tuple(str(source.get(field) or "") for field in ("publisher", "title", "date", "url"))
            if document not in documents:
                documents[document] = _unused(ref, documents.values())
            self._keys[ref] = documents[document]

    def key(self, ref: str) -> str | None:
        """Return the citation key of a reference; None where it is not a published source."""
        return self._keys.get(ref)

    def bibtex(self, refs: Iterable[str]) -> str:
        """Return BibLaTeX entries of the cited references, by key."""
        cited: dict[str, list[str]] = {}
        for ref in sorted(set(refs)):
            cited.setdefault(self._keys[ref], []).append(ref)
        return "\n\n".join(self._entry(key, cited[key]) for key in sorted(cited))

    def _entry(self, key: str, refs: list[str]) -> str:
        source = self._sources[refs[0]]
        files = [f"data_raw/{ref.partition('#')[0]}.csv" for ref in refs]
        date = str(source.get("date") or "").replace("not stated", "")
        address = str(source.get("url") or "")  # a source that has none says so in words
        fields = {
            "author": f"{{{_latex(source['publisher'])}}}",
            "title": f"{{{_latex(source['title'])}}}",
            "date" if _DATE.fullmatch(date) else "year": _latex(date),
            "url": address.translate({ord(c): f"%{ord(c):02X}" for c in "{}\\ "}) if _ADDRESS.match(address) else "",
            "note": _latex(f"Licence: {source.get('licence') or 'not stated'}. Held in {', '.join(files)}."),
        }
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        return f"@online{{{key},\n{body}\n}}"


def _unused(ref: str, taken: Iterable[str]) -> str:
    stem = "src-" + re.sub(r"[^a-z0-9]+", "-", ref.rpartition("#")[2].lower()).strip("-")
    used, key, number = set(taken), stem, 2
    while key in used:
        key, number = f"{stem}-{number}", number + 1
    return key


def _latex(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda m: _LATEX.get(m[0], "\\" + m[0]), " ".join(str(text).split()))
