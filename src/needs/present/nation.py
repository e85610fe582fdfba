"""Tables of a nation: its regions side by side, by few figures and by many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from needs.present import words
from needs.present.artefact import Artefact
from needs.present.nation_words import INDICATORS, Place, every, ranked, spoken, told_apart
from needs.present.tables.layout import Column, laid_out
from needs.values import Estimate, Provenance, records

__all__ = ["first_options", "indicators", "overview", "use_and_need"]

_OVERVIEW = ("adults", "patients", "rate", "per_adult", "places")
"""Indicators of the first table, which is to fit a page."""

_SHARED = (
    "Intervals of regions share what is not known of the country, so that two that overlap may still differ; two that do not "
    "overlap do differ, by this model"
)


def overview(places: Sequence[Place], whole: Place, caption: str) -> Artefact:
    """Tabulate the regions by few figures, with the whole country last.

    Parameters
    ----------
    places : sequence of Place
        The regions that were run.
    whole : Place
        The country; a figure that it lacks is one of regions that were not all run.
    caption : str
        What is measured.

    Examples
    --------
    >>> one = Place("a", "Ash", {key: Estimate(9, 8, 10, "modelled", ("x#y",)) for key in _OVERVIEW})
    >>> overview([one], Place("", "England", one.figures), "Regions").rows.to_numpy().tolist()[0][:3]
    ['Ash', '9 (8 to 10)', '9 (8 to 10)']
    """
    labels = {indicator.key: indicator.label for indicator in INDICATORS}
    rows = [
        [place.name, *(place.written(key) if key in place.figures else "not all regions run" for key in _OVERVIEW)]
        for place in (*places, whole)
    ]
    shown = pd.DataFrame(rows, columns=["Region", *(labels[key] for key in _OVERVIEW)])
    shown.attrs["numeric"] = [labels[key] for key in _OVERVIEW]
    known = Provenance.of(
        *(place.figures[key] for place in (*places, whole) for key in _OVERVIEW if key in place.figures)
    )
    order = [words.place(place.name) for place in ranked(places, "rate")]
    rates = [spoken(place.figures["rate"], "rate").partition(" ")[0] for place in ranked(places, "rate")]
    across = f"from {rates[-1]} in {order[-1]} to {rates[0]} in {order[0]}"
    if rates[0] == rates[-1]:
        across = f"{rates[0]} in {order[0] if len(order) == 1 else every(len(order), 'regions')}"
    title = f"Expected patients per 100,000 adults: {across}, beside {whole.written('rate')} in {whole.name}"
    return Artefact("table", title, caption, known.kind, known.sources, _long([*places, whole], _OVERVIEW), rows=shown)


def indicators(places: Sequence[Place], caption: str) -> Artefact:
    """Tabulate every indicator, a column a region, so that any two can be set beside each other.

    Parameters
    ----------
    places : sequence of Place
        The regions that were run.
    caption : str
        What is measured.

    Examples
    --------
    >>> figures = {indicator.key: Estimate(9, 8, 10, "modelled", ("x#y",)) for indicator in INDICATORS}
    >>> made = indicators([Place("a", "Ash", figures), Place("e", "Elm", figures)], "Indicators")
    >>> made.title, list(made.rows.columns)
    ('No two of 2 regions can be told apart by the intervals of any indicator', ['Indicator', 'Ash', 'Elm'])
    """
    rows = [[indicator.label, *(place.written(indicator.key) for place in places)] for indicator in INDICATORS]
    shown = pd.DataFrame(rows, columns=["Indicator", *(place.name for place in places)])
    shown.attrs["numeric"] = [place.name for place in places]
    known = Provenance.of(*(figure for place in places for figure in place.figures.values()))
    told = {indicator.label: told_apart(places, indicator.key) for indicator in INDICATORS}
    clear = [label for label, said in told.items() if said.startswith("Of ")]
    if len(places) < 2:
        title = f"{words.place(places[0].name, start=True)} alone was run, so that there is nothing to compare"
    elif clear:
        title = (
            f"By {len(clear)} of {len(told)} indicators some of the {len(places)} regions can be told apart by their "
            f"intervals: {words.listed([words.lower(label) for label in clear])}"
        )
    else:
        title = f"No two of {len(places)} regions can be told apart by the intervals of any indicator"
    keys = tuple(indicator.key for indicator in INDICATORS)
    said = f"{caption.rstrip('.')}. {_SHARED}."
    return Artefact("table", title, said, known.kind, known.sources, _long(places, keys), rows=shown)


def _long(places: Sequence[Place], keys: Sequence[str]) -> pd.DataFrame:
    """Return figures one a row, as written beside the page."""
    return pd.DataFrame(
        [
            {"area": place.area, "name": place.name, "indicator": key, **place.figures[key].as_record()}
            for place in places
            for key in keys
            if key in place.figures
        ]
    )


def first_options(chosen: pd.DataFrame, known: Provenance) -> Artefact:
    """Tabulate the option that every region's run ranked first.

    Parameters
    ----------
    chosen : DataFrame
        ``name, label, spend, spend_lower, spend_upper, delayed, delayed_lower, delayed_upper``, one row a region; the
        option's label, what it spends and the delayed bed-days it avoids, a year.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> row = {"spend": -2e6, "spend_lower": -8e6, "spend_upper": 1e6, "delayed": 900, "delayed_lower": 0, "delayed_upper": 2000}
    >>> chosen = pd.DataFrame([{"name": name, "label": "A team", **row} for name in ("Ash", "Elm")])
    >>> first_options(chosen, Provenance("assumed", ("x#y",))).title
    'The option ranked first is the same in both regions: ‘A team’'
    """
    of, counts = len(chosen), chosen["label"].value_counts(sort=False)
    most = [str(label) for label, times in counts.items() if times == counts.max()]
    if of == 1:
        title = f"The option ranked first in {words.place(chosen['name'].iloc[0])} is ‘{most[0]}’"
    elif len(counts) == 1:
        title = f"The option ranked first is the same in {every(of, 'regions')}: ‘{most[0]}’"
    elif len(most) == 1:
        title = f"{len(counts)} options are ranked first somewhere; ‘{most[0]}’ most often, in {counts.max()} of {of} regions"
    else:
        title = f"{len(counts)} options are ranked first somewhere, in {of} regions"
    shown = chosen.assign(
        option=chosen["label"],
        days=[words.spoken(_estimate(row, "delayed"), "people").replace("-", "−") for row in records(chosen)],
        money=[_saved(_estimate(row, "spend")) for row in records(chosen)],
    )
    columns: dict[str, Column] = {
        "name": ("Region", None),
        "option": ("Option ranked first", None),
        "days": ("Delayed bed-days avoided a year", words.count),
        "money": ("Spend a year", words.count),
    }
    caption = (
        "The option at the head of each region's own list, which puts first what avoids delay and saves money. Options are "
        "examples with their sizes chosen, not proposals; what each takes to bring about is in the region's report"
    )
    return Artefact("table", title, caption, known.kind, known.sources, chosen, rows=laid_out(shown, columns))


def _estimate(row: Any, name: str) -> Estimate:
    value, lower, upper = (getattr(row, f"{name}{end}") for end in ("", "_lower", "_upper"))
    return Estimate(value, min(lower, value), max(upper, value), "assumed", ("tbl-options",))


def _saved(spend: Estimate) -> str:
    """Write spend with its sign, as money a year."""
    to = words.step(*spend.bounds) if spend.bounds[1] > spend.bounds[0] else 0

    def signed(pounds: float) -> str:
        text = words.money(abs(pounds), to)
        return text if not any(digit in text for digit in "123456789") else f"{'−' if pounds < 0 else '+'}{text}"

    return f"{signed(spend.value)} ({signed(spend.bounds[0])} to {signed(spend.bounds[1])})"


def use_and_need(compared: pd.DataFrame, known: Provenance) -> Artefact:
    """Tabulate every count of use over what need would give, region by region.

    Parameters
    ----------
    compared : DataFrame
        ``label, name, count, expected, ratio, ratio_lower, ratio_upper, limit_lower_95, limit_upper_95``.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> row = {"label": "Transfers", "name": "Ash", "count": 21, "expected": 20.9, "ratio": 1.0, "ratio_lower": 0.6,
    ...        "ratio_upper": 1.5, "limit_lower_95": 0.6, "limit_upper_95": 1.5}
    >>> use_and_need(pd.DataFrame([row]), Provenance("modelled", ("x#y",))).rows.to_numpy().tolist()
    [['Transfers', 'Ash', '21', '21', '1.00 (0.60 to 1.50)', 'inside']]
    """
    inside = compared["ratio"].between(compared["limit_lower_95"], compared["limit_upper_95"])
    shown = compared.assign(
        ratios=[f"{row.ratio:.2f} ({row.ratio_lower:.2f} to {row.ratio_upper:.2f})" for row in records(compared)],
        stands=[
            "inside" if within else "above" if row.ratio > row.limit_upper_95 else "below"
            for row, within in zip(records(compared), inside, strict=True)
        ],
    )
    columns: dict[str, Column] = {
        "label": ("Count of use", None),
        "name": ("Region", None),
        "count": ("Count", words.count),
        "expected": ("By share of need", words.count),
        "ratios": ("Count over need", words.count),
        "stands": ("95% limits", None),
    }
    beyond = int((~inside).sum())
    title = (
        f"{beyond} of {len(compared)} counts of use {words.plural(beyond, 'lies', 'lie')} outside the 95% limits of a share "
        "by need"
    )
    caption = "Counts of use by region beside the count that the region's share of need would give. Use is not need"
    return Artefact("table", title, caption, known.kind, known.sources, compared, rows=laid_out(shown, columns))
