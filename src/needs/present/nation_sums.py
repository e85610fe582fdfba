"""Whether the regions of a nation add up to the whole, in people and in money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import Column, laid_out
from needs.values import Provenance, records

__all__ = ["ADDS_UP", "adding_up", "adding_up_money"]

ADDS_UP = 1e-6
"""Part of the whole by which sums may differ that are the same but for the last digits kept."""

MANY = 10_000
"""People from which a decimal says nothing."""

PEOPLE_DIGITS, MONEY_DIGITS = 6, 0
"""Decimals kept of what is left over: what is beyond them is how a computer adds, not people or pounds."""

_NOT_RUN = ", with those not run,"


def adding_up(sums: pd.DataFrame, of: str, country: str, known: Provenance) -> Artefact:
    """Tabulate sums of regions against the country, tier by tier.

    Parameters
    ----------
    sums : DataFrame
        ``label, regions, missing, whole``: what the regions run add up to, what those not run would add, and the country.
    of : str
        Which regions were run, as in ``7 regions``.
    country : str
        Its name.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> sums = pd.DataFrame({"label": ["All secure"], "regions": [447.12], "missing": [0.0], "whole": [447.12]})
    >>> made = adding_up(sums, "3 regions", "England", Provenance("modelled", ("x#y",)))
    >>> made.title, made.rows.to_numpy().tolist()
    ('Figures of 3 regions add up to those of England by construction', [['All secure', '447.1', '447.1', '0.0']])
    """
    rows = _residual(sums, PEOPLE_DIGITS)
    partial = bool((rows["missing"] > 0).any())
    parts = {
        name: [f"{value:,.{0 if value >= MANY else 1}f}" for value in rows[name]]
        for name in ("regions", "missing", "whole")
    }
    shown = rows.assign(**parts)
    shown["left"] = [_left(row) for row in records(rows)]
    columns: dict[str, Column] = {"label": ("What", None), "regions": (f"Sum of {of}", words.count)}
    if partial:
        columns["missing"] = ("Regions not run, as the others have them", words.count)
    columns |= {"whole": (country, words.count), "left": ("Residual", words.count)}
    title = f"Figures of {of}{_NOT_RUN * partial} {_add_up(rows)} {country}"
    caption = (
        f"Sums of what each region's own run gave, beside {country}, with what is left over. People are shared to regions in "
        "the proportions of need and scaled to the country: that they add up is arithmetic, not validation"
    )
    if _adds_up(rows):
        title += " by construction"
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def adding_up_money(sums: pd.DataFrame, of: str, country: str, own: Sequence[str], known: Provenance) -> Artefact:
    """Tabulate spend by tier: regions by need at national prices, the country, and what the regions report.

    Parameters
    ----------
    sums : DataFrame
        ``label, regions, missing, whole, reported``, in pounds; see :func:`adding_up`. ``reported`` holds regions' own figures.
    of, country
        See :func:`adding_up`.
    own : sequence of str
        Names of regions with figures of their own.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> sums = pd.DataFrame({"label": ["All secure"], "regions": [102.6e6], "missing": [0.0], "whole": [102.6e6],
    ...                      "reported": [107e6]})
    >>> adding_up_money(sums, "3 regions", "England", ["Northmark"], Provenance("modelled", ("x#y",))).title
    'Modelled spend of 3 regions adds up to that of England by construction; as reported it is £4.40 million more'
    """
    rows = _residual(sums, MONEY_DIGITS)
    rows["beyond"] = _kept(sums["reported"] - sums["regions"], MONEY_DIGITS)
    partial = bool((rows["missing"] > 0).any())
    shown = rows.assign(
        **{n: [f"{v / 1e6:,.2f}" for v in rows[n]] for n in ("regions", "missing", "whole", "reported")}
    )
    shown["left"] = [_left(row, 1e6, 2) for row in records(rows)]
    columns: dict[str, Column] = {"label": ("Tier", None), "regions": (f"Sum of {of}, modelled", words.count)}
    if partial:
        columns["missing"] = ("Regions not run, modelled", words.count)
    columns |= {
        "whole": (f"{country}, modelled", words.count),
        "left": ("Residual", words.count),
        "reported": ("Sum as the regions report it", words.count),
    }
    everything = records(rows)[-1]
    moved = abs(everything.beyond) > ADDS_UP * everything.whole
    title = f"Modelled spend of {of}{_NOT_RUN * partial} {_add_up(rows, 's')} that of {country}"
    if _adds_up(rows):
        title += " by construction"
    if moved:
        title += (
            f"; as reported it is {words.money(abs(everything.beyond))} {'more' if everything.beyond > 0 else 'less'}"
        )
    whose = words.listed([words.place(name) for name in own])
    caption = (
        "Spend on secure care a year, £ million: each region's expected patients at national unit costs, the same of the "
        "country, and what the reports of the regions say. "
        + (
            f"{whose[0].upper()}{whose[1:]} {words.plural(len(own), 'has', 'have')} figures of "
            f"{words.plural(len(own), 'its', 'their')} own, so that the last column need not add up"
            if own
            else "No region has figures of its own, so that modelled and reported are the same"
        )
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _residual(sums: pd.DataFrame, digits: int) -> pd.DataFrame:
    return sums.assign(residual=_kept(sums["whole"] - sums["regions"] - sums["missing"], digits))


def _kept(differences: pd.Series[float], digits: int) -> pd.Series[float]:
    """Round differences, and let none be minus nothing."""
    return differences.round(digits) + 0.0


def _adds_up(rows: pd.DataFrame) -> bool:
    return bool((rows["residual"].abs() <= ADDS_UP * rows["whole"].abs()).all())


def _add_up(rows: pd.DataFrame, end: str = "") -> str:
    """Say whether sums add up, as the middle of a sentence about figures or (with ``end``) about one."""
    to = "to" if end else "to those of"
    if _adds_up(rows):
        return f"add{end} up {to}"
    return f"do{'es' if end else ''} not add up {to}"


def _left(row: Any, scale: float = 1.0, digits: int = 1) -> str:
    """Write what is left over; nothing where it is only the last digits kept."""
    if abs(row.residual) <= ADDS_UP * abs(row.whole):
        return f"{0:.{digits}f}"
    return f"{row.residual / scale:+,.{digits}f}".replace("-", "−")
