"""What moved a figure from one run to another, as a chart, a table and lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.waterfall import waterfall
from needs.present.tables.layout import Column, laid_out
from needs.values import Provenance, records

__all__ = ["Unit", "by_tier", "figure", "largest", "lines", "table", "unit_of"]

MOVES = {
    "adults": "the number of adults moves",
    "use": "patients per adult move",
    "mix": "the mix of tiers moves",
    "price": "the cost of a year of care moves",
    "level": "the price level moves",
    "occupied": "beds in use move",
    "empty": "empty funded beds move",
    "opened": "tiers that grow move",
    "at_home": "care at home moves",
    "one_off": "one-off costs move",
    "sector": "sector and place move",
}
"""What moves a figure, as a sentence says it."""

NO_INTERVAL = "not computed"
"""What stands where a figure has no interval."""


@dataclass(frozen=True)
class Unit:
    """How the figures of a comparison are written.

    Parameters
    ----------
    label : str
        Unit as it stands over the figures.
    scale : float
        What one of it is in pounds.
    digits : int
        Decimals, with which the smallest step that matters still shows.

    Examples
    --------
    >>> unit = Unit("£ million a year", 1e6, 1)
    >>> unit.write(290.14e6), unit.change(-5.26e6), unit.change(0.01e6)
    ('290.1', '−5.3', '0.0')
    """

    label: str
    scale: float
    digits: int

    def write(self, pounds: float) -> str:
        """Write an amount."""
        text = f"{pounds / self.scale:,.{self.digits}f}"
        return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.lstrip("-")

    def change(self, pounds: float) -> str:
        """Write a change with its sign."""
        text = self.write(pounds)
        return f"+{text}" if pounds > 0 and any(digit in text for digit in "123456789") else text


def unit_of(steps: pd.DataFrame, prices: str, per_adult: bool = False) -> Unit:
    """Return the unit in which steps are written: pounds an adult, or £ million to three digits of the largest step.

    Parameters
    ----------
    steps : DataFrame
        ``value, total``, in pounds.
    prices : str
        Year of the prices, as it stands after the unit.
    per_adult : bool
        Whether the pounds are those of each adult.

    Examples
    --------
    >>> steps = pd.DataFrame({"value": [290e6, 2.34e6, 292.34e6], "total": [True, False, True]})
    >>> unit_of(steps, "at 2024-25 prices")
    Unit(label='£ million a year at 2024-25 prices', scale=1000000.0, digits=2)
    """
    if per_adult:
        return Unit(f"£ an adult a year {prices}", 1.0, 2)
    most = steps.loc[~steps["total"], "value"].abs().max() / 1e6
    digits = min(4, max(1, 2 - math.floor(math.log10(most)))) if most > 0 else 1
    return Unit(f"£ million a year {prices}", 1e6, digits)


def largest(steps: pd.DataFrame) -> str:
    """Say which step moves the figure most, as the end of a sentence about it.

    Examples
    --------
    >>> steps = pd.DataFrame({"factor": ["from", "use", "mix", "to"], "label": ["a", "b", "c", "d"],
    ...                       "value": [5.0, -2e6, 1.0, 4.0], "total": [True, False, False, True]})
    >>> largest(steps), largest(steps.assign(value=0.0))
    ('patients per adult move it most (−£2.00 million)', 'nothing moves it')
    """
    between = steps[~steps["total"]]
    most = max(records(between), key=lambda row: abs(row.value), default=None)
    if most is None or abs(most.value) <= 1e-9 * max(1.0, steps["value"].abs().max()):
        return "nothing moves it"
    sign = "+" if most.value > 0 else "−"
    return f"{MOVES[most.factor]} it most ({sign}{words.money(abs(most.value))})"


def figure(steps: pd.DataFrame, title: str, caption: str, known: Provenance, unit: Unit) -> Artefact:
    """Draw what leads from one figure to the other.

    Parameters
    ----------
    steps : DataFrame
        ``factor, label, value, total`` and, where known, ``lower, upper``, in pounds.
    title, caption : str
        The finding, and what is measured.
    known : Provenance
        Kind and sources.
    unit : Unit
        How the figures are written.

    Examples
    --------
    >>> steps = pd.DataFrame({"factor": ["from", "use", "to"], "label": ["England", "Patients per adult", "London"],
    ...                       "value": [40.0, 9.5, 49.5], "total": [True, False, True]})
    >>> figure(steps, "More", "Spend", Provenance("modelled", ("x#y",)), Unit("£ an adult a year", 1.0, 2)).alt
    'Bars of steps from top to bottom: England £40.00; Patients per adult +£9.50, which makes £49.50; London £49.50.'
    """
    pounds = "GBP an adult a year" if unit.scale == 1 else "GBP a year"
    return waterfall(steps, title, caption, known, axis=unit.label, scale=unit.scale, unit=pounds)


def table(steps: pd.DataFrame, title: str, caption: str, known: Provenance, unit: Unit) -> Artefact:
    """Tabulate the steps, so that they add up as written.

    Parameters
    ----------
    steps, title, caption, known, unit
        See :func:`figure`.

    Examples
    --------
    >>> steps = pd.DataFrame({"label": ["England", "Patients per adult", "London"], "value": [40.0, 9.5, 49.5],
    ...                       "lower": [38.0, None, 44.0], "upper": [42.0, None, 53.0], "total": [True, False, True]})
    >>> made = table(steps, "More", "Spend", Provenance("modelled", ("x#y",)), Unit("£ an adult a year", 1.0, 2))
    >>> made.rows.to_numpy().tolist()[:2]
    [['England', '40.00', '38.00 to 42.00'], ['Patients per adult', '+9.50', 'not computed']]
    """
    heading = f"{unit.label[0].upper()}{unit.label[1:]}"
    rows = pd.DataFrame(_written(steps, unit), columns=["Step", heading, "95% interval"])
    rows.attrs["numeric"] = [heading]
    return Artefact("table", title, caption, known.kind, known.sources, steps, rows=rows)


def lines(steps: pd.DataFrame, unit: Unit) -> list[str]:
    r"""Write the steps for a terminal, aligned.

    Examples
    --------
    >>> steps = pd.DataFrame({"label": ["England", "Patients per adult", "London"], "value": [40.0, 9.5, 49.5],
    ...                       "lower": [38.0, None, 44.0], "upper": [42.0, None, 53.0], "total": [True, False, True]})
    >>> print(*lines(steps, Unit("£ an adult a year", 1.0, 2)), sep="\n")
    £ an adult a year
      England             40.00  (38.00 to 42.00)
      Patients per adult  +9.50
      London              49.50  (44.00 to 53.00)
    """
    rows = _written(steps, unit)
    first, second = (max(len(row[part]) for row in rows) for part in (0, 1))
    told = [
        f"  {label:{first}}  {value:>{second}}" + f"  ({ends})" * (ends != NO_INTERVAL) for label, value, ends in rows
    ]
    return [unit.label, *told]


def _written(steps: pd.DataFrame, unit: Unit) -> list[tuple[str, str, str]]:
    """Write label, value and interval of each step; a step is the difference of what is written before and after it."""
    rows, at, to = [], 0.0, unit.scale * 10.0**-unit.digits
    exact = 0.0
    for row in records(steps):
        exact = float(row.value) if row.total else exact + float(row.value)
        before, at = at, round(exact / to)
        text = unit.write(at * to) if row.total else unit.change((at - before) * to)
        rows.append((str(row.label), text, _interval(row, unit)))
    return rows


def _interval(row: object, unit: Unit) -> str:
    lower, upper = (getattr(row, name, None) for name in ("lower", "upper"))
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return NO_INTERVAL
    write = unit.write if getattr(row, "total", True) else unit.change
    return f"{write(lower)} to {write(upper)}"


def by_tier(sides: Mapping[str, pd.DataFrame], title: str, caption: str, known: Provenance) -> Artefact:
    """Tabulate what the steps are made from: people and the cost of a year, tier by tier, of both sides.

    Parameters
    ----------
    sides : mapping of str to DataFrame
        By name: ``tier, patients, year_cost, spend``.
    title, caption : str
        The finding, and what is measured.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> side = pd.DataFrame({"tier": ["low"], "patients": [420.4], "year_cost": [277_166.0], "spend": [116.6e6]})
    >>> by_tier({"London": side}, "Low alone", "Care", Provenance("modelled", ("x#y",))).rows.to_numpy().tolist()
    [['London', 'Low secure', '420', '£277,000', '£117 million']]
    """
    frame = pd.concat([side.assign(area=name) for name, side in sides.items()], ignore_index=True)
    frame = frame[["area", "tier", "patients", "year_cost", "spend"]]
    columns: dict[str, Column] = {
        "area": ("Area", None),
        "tier": ("Tier", None),
        "patients": ("Patients", words.count),
        "year_cost": ("Cost of a year", lambda pounds: words.money(pounds, 1000)),
        "spend": ("Spend a year", words.money),
    }
    shown = frame.assign(tier=frame["tier"].map(words.TIER_NAMES))
    return Artefact("table", title, caption, known.kind, known.sources, frame, rows=laid_out(shown, columns))
