"""The reading age of a report: how long its sentences and its words are.

The Flesch-Kincaid grade of the prose, plus the five years before the first grade. Numbers, tables, pictures, headings,
source lines and code are left out. Syllables are counted by rule, because hyphenation patterns, which know where a line
may break, find a quarter too few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needs.report.program import pandoc

__all__ = ["AIM", "WHOLE", "Reading", "prose", "reading", "readings", "syllables"]

AIM = 14
"""Reading age, years, that key messages and summary aim at."""

WHOLE = "the whole"
"""Name of all chapters together."""

_BEFORE_SCHOOL = 5
_FEWEST = 60
"""Words below which a reading age says nothing."""
_LEFT_OUT = {"Table", "Figure", "CodeBlock", "RawBlock", "Header", "HorizontalRule"}
_NO_WORDS = {"Code", "Cite", "Image", "Math", "RawInline", "Note"}
_NO_PROSE = {"source", "band"}
_SPLIT = (  # two vowels that are two syllables
    r"(?<![ctsgx])i[au]|(?<![ctsgxnl])io|(?<![ctsgd])ie(?=n)|(?<![qg])ua(?!r[dn]|l?it)|\barea|\bidea|crea|\bgeo|"
    r"[eyi]ing\b|\bre(?=[iou])|ism\b|\bcoe|\bcoor|uum"
)
_SILENT = r"[^aeiouy]e$|[^aeiouysxczgh]es$|[^aeiouy]hes$|[^aeiouytd]ed$"
_SPOKEN = r"[^aeiouy]le$|[^aeiouy]les$|[^aeiouyl]led$|[cst]hes$"
_INSIDE = r"(?<=[aeiouy][^aeiouy])e(?=ly|ment|ful|less|ness)|(?<=dg)e(?=ment)"
_BY_ITSELF = {"every": 2, "everyone": 3, "everything": 3, "science": 2, "element": 3, "elements": 3}


@dataclass(frozen=True)
class Reading:
    """How hard a text is to read.

    Parameters
    ----------
    words, sentences : int
        How many there are.
    age : float or None
        Reading age in years; None for a text too short to tell.

    Examples
    --------
    >>> Reading(12, 1, None).told
    'too short to tell (12 words)'
    """

    words: int
    sentences: int
    age: float | None

    @property
    def told(self) -> str:
        """The reading age, and what it rests on."""
        if self.age is None:
            return f"too short to tell ({self.words} words)"
        return f"{self.age:.1f} years ({self.words / self.sentences:.0f} words a sentence)"


def syllables(word: str) -> int:
    """Count the syllables of a word.

    Examples
    --------
    >>> [syllables(word) for word in ("wait", "changes", "settled", "area", "population", "medium", "reliable", "used")]
    [1, 2, 2, 3, 4, 3, 4, 1]
    """
    plain = re.sub(r"[^a-z]", "", word.lower())
    if plain in _BY_ITSELF:
        return _BY_ITSELF[plain]
    plain = re.sub(r"(?<=[aeiou])y(?=[aeiou])", "-", plain)
    number = len(re.findall(r"[aeiouy]+", plain)) + len(re.findall(_SPLIT, plain)) - len(re.findall(_INSIDE, plain))
    silent = re.search(_SILENT, plain) and not re.search(_SPOKEN, plain)
    return max(number - bool(silent), 1)


def reading(text: str) -> Reading:
    """Measure prose, a paragraph a line.

    Parameters
    ----------
    text : str
        Sentences end with a full stop, a question mark or an exclamation mark, or with their line.

    Examples
    --------
    >>> easy = "The beds are full. People wait for a place. " * 8
    >>> hard = "Commissioners and collaboratives require considerable evidence of deteriorating accessibility. " * 8
    >>> reading(easy).age < 8 < 20 < reading(hard).age
    True
    >>> reading("Short.").age is None
    True
    """
    sentences = [found for line in text.splitlines() for found in re.split(r"(?<=[.!?])\s+", line)]
    parts = [words for sentence in sentences if (words := re.findall(r"[A-Za-z][A-Za-z'’-]*", sentence))]
    words = [word for part in parts for word in part]
    if len(words) < _FEWEST:
        return Reading(len(words), len(parts), None)
    spoken = sum(
        syllables(piece) for word in words for piece in re.split(r"[-'’]", word) if len(piece) > 1 or "-" not in word
    )
    grade = 0.39 * len(words) / len(parts) + 11.8 * spoken / len(words) - 15.59
    return Reading(len(words), len(parts), grade + _BEFORE_SCHOOL)


def readings(source: Path) -> dict[str, Reading]:
    """Measure a composed source: the whole, then each chapter by its heading.

    Parameters
    ----------
    source : Path
        A ``.qmd``.
    """
    chapters = prose(source.read_text(encoding="utf-8", errors="replace"))
    return {WHOLE: reading("\n".join(chapters.values()))} | {name: reading(text) for name, text in chapters.items()}


def prose(source: str) -> dict[str, str]:
    r"""Return the prose of a composed source by chapter, a paragraph a line, without numbers.

    Parameters
    ----------
    source : str
        Its text.

    Examples
    --------
    >>> prose("## Need\n\nAbout 40 (30 to 50) people wait, see @fig-x.\n\n| a |\n|---|\n| b |\n\n### More\n\n- They *wait*.\n")
    {'Need': 'About people wait, see .\nThey wait.'}
    """
    blocks = json.loads(pandoc(["--from", "markdown", "--to", "json"], Path(), source))["blocks"]
    chapters: dict[str, list[str]] = {}
    name = "opening"
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] <= 2:
            name = _words(block["c"][2])
        else:
            chapters.setdefault(name, []).extend(filter(None, map(_bare, _paragraphs(block))))
    return {heading: "\n".join(lines) for heading, lines in chapters.items() if lines}


def _paragraphs(block: Any) -> Iterator[str]:
    """Yield every paragraph inside a block, but those that are no prose."""
    if isinstance(block, list):
        for inner in block:
            yield from _paragraphs(inner)
    elif isinstance(block, dict) and block.get("t") not in _LEFT_OUT:
        if block.get("t") in ("Para", "Plain"):
            yield _words(block["c"])
        elif block.get("t") == "Div" and (_NO_PROSE & set(block["c"][0][1]) or block["c"][0][0] == "refs"):
            return
        else:
            yield from _paragraphs(block.get("c", []))


def _words(inlines: Any) -> str:
    """Return the words of inline text."""
    if isinstance(inlines, list):
        return "".join(map(_words, inlines))
    if not isinstance(inlines, dict) or inlines["t"] in _NO_WORDS:
        return ""
    if inlines["t"] in ("Space", "SoftBreak", "LineBreak"):
        return " "
    content = inlines.get("c", "")
    return content if inlines["t"] == "Str" else _words(content)


def _bare(text: str) -> str:
    """Leave out numbers, and brackets that hold nothing else to read."""
    text = re.sub(r"\([^()]*\d[^()]*\)|\(\s*\)", "", text)
    text = re.sub(r"[£+−-]?\d[\d,.]*\d%?|[£+−-]?\d%?", "", text)
    return re.sub(r"\s+", " ", text).replace(" ,", ",").strip()
