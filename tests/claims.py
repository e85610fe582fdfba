"""A reader of its own for the sentences of a report: numbers with their units, intervals, and what no sentence may say.

It shares no code with :mod:`needs.present`, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings

from needs.data.geography import Region
from needs.values import Estimate, Provenance

LONDON = Region("2023-24", "london", "London", "E40000003")
MIDLANDS = Region("2023-24", "midlands", "Midlands", "E40000011")
KNOWN = Provenance("modelled", ("x#y",))

MORE = int(os.environ.get("NEEDS_MORE_EXAMPLES", "1"))
"""How many times as many frames to try as the tests do every day."""


def tried(number: int) -> settings:
    """Return how many frames a test tries."""
    return settings(max_examples=number * MORE)


SCALES = {"million": 1e6, "billion": 1e9}
NUMBER = re.compile(
    r"(?P<sign>[−+])?(?P<pound>£)?(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<percent>%)?(?: (?P<scale>million|billion)\b)?"
)


def _named(name: str) -> str:
    """Return the pattern of a number whose groups have a name of their own."""
    return NUMBER.pattern.replace("?P<", f"?P<{name}_")


INTERVAL = re.compile(
    rf"(?<!\bin )(?<![\d,.])(?P<value>(?:under |over |saves |hardly any )?{_named('v')}(?P<unit>[^()\d]{{0,40}}?)) "
    rf"\((?P<low>{_named('l')}(?P<l_word> less| more)?) to (?P<high>{_named('h')}(?P<h_word> less| more)?)[,)]"
)
ONE = (
    "people|patients|beds|places|days|bed-days|years|months|regions|areas|boards|options|figures|counts|adults|women|prisoners|"
    "units|comparisons|measures|tiers|futures|groups|rules|drivers|assessments|indicators|moves|arrivals|records|tables|rows|"
    "wards|standards|questions|answers|closures|contracts|steps"
)
NEVER = {
    "a missing number": r"\bnan\b|\bNaN\b|\bNaT\b|\binf\b|(?<=\w )None\b|\(None|£nan|nan%",
    "a minus that is a hyphen": r"(?<![\w.])-\d",
    "a minus of nothing": r"−£?0(?:\.0+)?(?![\d.,])",
    "one of many": rf"(?<![\d.,])\b1 (?:{ONE})\b",
    "many of one": r"\b(?:[2-9]|\d\d+) (?:person|patient|bed|place|day|year|region|figure|option|prisoner|unit|area)\b(?!-)",
    "two spaces": r"  ",
    "empty brackets": r"\(\)|\[\]",
    "a space before a stop": r"\s[,;.)]",
    "an article twice": r"\bthe the\b|\bthe London\b|\bThe London\b",
    "the same twice": r"\b(?:between|from) (£?[\d.,]+%?(?: million| billion)?) (?:and|to) \1"
    r"(?![\d,]|\.\d| (?:million|billion)| more| fewer| less)",
    "no more": r"(?<![\d.,])\b0 (?:more|fewer|less)\b(?! to)|£0(?:\.00)? (?:more|less)\b(?! to)",
    "nothing above": r"\b0(?:\.0+)?% (?:above|below|more|less|higher|lower)\b",
    "a number twice unsure": r"\babout (?:about|under|nobody|no\b)|\bunder under\b",
    "braces": r"[{}]",
}
"""What is wrong in any sentence, whatever its numbers."""


@dataclass(frozen=True)
class Told:
    """A number as it is told, with its interval."""

    value: float
    low: float
    high: float
    text: str


def amount(match: re.Match[str], prefix: str = "") -> float:
    """Return the number of a match."""
    found = match.groupdict()
    number = float(found[f"{prefix}digits"].replace(",", "")) * SCALES.get(found[f"{prefix}scale"] or "", 1.0)
    number = number / 100 if found[f"{prefix}percent"] else number
    return -number if found[f"{prefix}sign"] == "−" else number


def numbers(text: str) -> list[float]:
    """Return every number of a text; shares in hundredths."""
    return [amount(match) for match in NUMBER.finditer(text)]


def intervals(text: str) -> list[Told]:
    """Return every number that an interval in brackets follows; less counts down where more counts up."""
    found = []
    for match in INTERVAL.finditer(text):
        value, low, high = (amount(match, prefix) for prefix in ("v_", "l_", "h_"))
        if match["value"].startswith("under "):
            value = max(0.0, low)
        elif match["value"].startswith("over "):
            value = min(1.0, high)
        if match["l_word"] == " less" or match["h_word"] == " less":
            low = -low if match["l_word"] == " less" else low
            high = -high if match["h_word"] == " less" else high
            value = float("nan")  # whose side the value is on, its own words say
        found.append(Told(value, low, high, match[0]))
    return found


def wrong(text: str) -> list[str]:
    """Return what is wrong in a text, by its words alone: grammar, and numbers outside their own intervals."""
    found = [
        f"{what}: …{text[max(0, m.start() - 30) : m.end() + 30]}…"
        for what, r in NEVER.items()
        for m in re.finditer(r, text)
    ]
    if text.count("(") != text.count(")"):
        found.append(f"brackets: {text}")
    for told in intervals(text):
        if told.low > told.high:
            found.append(f"ends in the wrong order: {told.text}")
        if told.value < told.low - 1e-9 or told.value > told.high + 1e-9:
            found.append(f"outside its interval: {told.text}")
    return found


def sound(artefact: Any, inside: bool = True) -> Any:
    """Check every word of an artefact, and return it; ``inside`` where its values lie inside their intervals."""
    texts = {"title": artefact.title, "caption": artefact.caption, "alt": artefact.alt}
    if artefact.rows is not None:
        texts |= {f"cell {n}": str(cell) for n, cell in enumerate(artefact.rows.astype(str).to_numpy().ravel())}
        assert all(str(column).strip() for column in artefact.rows.columns)
    texts |= {f"told {n}": text for n, text in enumerate(TOLD)}
    TOLD.clear()
    found = [f"{part}: {problem}" for part, text in texts.items() for problem in wrong(text)]
    found = [problem for problem in found if inside or "outside its interval" not in problem]
    assert not found, "\n".join(found)
    assert artefact.title[:1].upper() == artefact.title[:1], "a finding begins like a sentence"
    return artefact


TOLD: list[str] = []
"""Values that a chart tells, since they were last looked at."""


class Nothing:
    """Stands where something would be drawn: whatever is asked of it, it does nothing."""

    rows = 2

    def ravel(self) -> list[Nothing]:
        return [self] * 24

    flat = property(ravel)

    def get_yticklabels(self) -> list[Nothing]:
        return [self] * self.rows

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Nothing:
        return self

    def __getitem__(self, _: Any) -> Nothing:
        return self

    def __setitem__(self, *_: Any) -> None:
        return

    def __iter__(self) -> Iterator[Nothing]:
        return iter([self, self])

    def __float__(self) -> float:
        return 1.0

    def __int__(self) -> int:
        return 1

    def __index__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return False

    def _same(self, _: Any) -> Nothing:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same

    def __neg__(self) -> Nothing:
        return self

    def __lt__(self, _: Any) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


@pytest.fixture(scope="module", autouse=True)
def undrawn() -> Iterator[None]:
    """Let charts say what they say without drawing: thousands of them in seconds."""
    from needs.present import style
    from needs.present.artefact import Image
    from needs.present.charts import labels

    @contextmanager
    def canvas(_: float = 1.0, columns: int = 1, *__: Any, **___: Any) -> Iterator[tuple[Nothing, list[Nothing]]]:
        yield Nothing(), [Nothing() for _ in range(columns)]

    instead = {
        style.canvas: canvas,
        style.drawn: lambda *_, **__: Image("<svg/>", b"", ()),
        style.named_rows: lambda axis, labels, *_, **__: setattr(axis, "rows", len(labels)),
        style.tell: lambda *told, **__: TOLD.append(str(told[3])),
        labels.name_points: lambda *_, **__: None,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("needs.present.") and module is not style:
                for attribute, value in list(vars(module).items()):
                    if callable(value) and getattr(value, "__hash__", None) and value in instead:
                        patch.setattr(module, attribute, instead[value])
        yield


def estimate(ends: tuple[float, float, float], kind: str = "modelled") -> Estimate:
    """Make an estimate of a value between two ends; without an interval where they are one."""
    value, lower, upper = ends
    source = ("x#y",)
    return Estimate(value, lower, upper, kind, source) if upper > lower else Estimate(value, kind=kind, source=source)
