"""What a region's own data say month by month: people in care, beds, and moves into and out of each tier."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.dataset.words import TIER
from needs.methods.service.time_in_tier import tier_spells

__all__ = ["by_month", "by_year", "flows"]

STEPS = (1, 3, 6, 12)
"""Months over which moves are counted together, where months hold too few people."""

USUAL = 20
"""Usual number of people of a period from which numbers rounded to 5 do not look like a saw."""

Whole = npt.NDArray[np.int64]


def by_month(
    stays: pd.DataFrame,
    since: pd.Timestamp,
    until: pd.Timestamp,
    capacity: pd.DataFrame | None = None,
    months: int = 1,
) -> pd.DataFrame:
    """Give people in care, beds and moves of each whole month by tier.

    Parameters
    ----------
    stays : DataFrame
        Stays of :func:`needs.methods.service.linking.link`.
    since, until : Timestamp
        First and last day that the data cover; months that they cover in part are left out.
    capacity : DataFrame, optional
        Table of beds.
    months : int
        Months counted together; periods end with the last whole month.

    Returns
    -------
    DataFrame
        ``month`` (first day of the period), ``tier, days, occupied`` (mean number of people there at midnight), ``beds`` (of each
        unit the number last validated by the end of the period; missing where none was), ``occupancy``, ``admissions`` (into
        the tier from outside the tiers), ``transfers_in`` (from another tier), ``entered`` (both), and ``discharges``,
        ``transfers_out`` and ``left`` likewise. Tiers without a stay and without beds are left out.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1], "pathway": [1], "tier": ["low"], "admitted": [day("2024-01-16")], "ended": [True],
    ...     "end": [day("2024-02-11")], "origin": ["court"], "to": ["discharge"]})
    >>> found = by_month(stays, day("2024-01-01"), day("2024-02-29"))
    >>> found[["occupied", "entered", "left"]].round(3).to_numpy().tolist()
    [[0.516, 1.0, 0.0], [0.345, 0.0, 1.0]]
    """
    edges = _edges(since, until, months)
    spells = tier_spells(stays, since)
    starts, stops = _days(stays["admitted"]), _days(stays["end"]) + ~stays["ended"].to_numpy(bool)
    tiers, parts = stays["tier"].astype("str").to_numpy(), []
    for tier in TIER:
        own = spells[spells["tier"] == tier]
        beds = _beds(capacity, tier, edges)
        if len(edges) < 2 or (own.empty and np.isnan(beds).all()):
            continue
        bed_days = np.diff(_passed(starts[tiers == tier], edges) - _passed(stops[tiers == tier], edges))
        frame = pd.DataFrame(
            {"month": pd.to_datetime(edges[:-1].astype("datetime64[D]")), "tier": tier, "days": np.diff(edges)}
        )
        frame["occupied"] = bed_days / frame["days"]
        frame["beds"] = beds
        frame["occupancy"] = frame["occupied"] / frame["beds"].where(frame["beds"] > 0)
        inward, outward = (own[name].astype("str").isin(list(TIER)) for name in ("origin", "to"))
        gone = own["ended"].astype(bool)
        for name, day, which in (
            ("admissions", "admitted", ~inward), ("transfers_in", "admitted", inward), ("entered", "admitted", gone | ~gone),
            ("discharges", "end", gone & ~outward), ("transfers_out", "end", gone & outward), ("left", "end", gone),
        ):  # fmt: skip
            frame[name] = np.histogram(_days(own.loc[which, day]), _bins(edges))[0].astype(float)
        parts.append(frame)
    if not parts:
        names = ("days", "occupied", "beds", "occupancy", "admissions", "transfers_in", "entered")
        kinds = {"month": "datetime64[us]", "tier": "str"} | dict.fromkeys(
            (*names, "discharges", "transfers_out", "left"), float
        )
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    return pd.concat(parts, ignore_index=True)


def by_year(stays: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Give people in care and moves of each whole year that ends with the last whole month; see :func:`by_month`.

    Parameters
    ----------
    stays, since, until
        See :func:`by_month`.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1], "pathway": [1], "tier": ["low"], "admitted": [day("2024-01-16")], "ended": [True],
    ...     "end": [day("2024-02-11")], "origin": ["court"], "to": ["discharge"]})
    >>> by_year(stays, day("2023-04-01"), day("2024-03-31"))[["entered", "left"]].to_numpy().tolist()
    [[1.0, 1.0]]
    """
    return by_month(stays, since, until, months=STEPS[-1])


def flows(stays: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp, usual: float = USUAL) -> pd.DataFrame:
    """Count moves into and out of each tier, over so many months that rounding does not hide how they change.

    Parameters
    ----------
    stays, since, until
        See :func:`by_month`.
    usual : float
        Number of people that a period holds at least, as the median of all periods.

    Returns
    -------
    DataFrame
        Columns of :func:`by_month` and ``months``: the fewest of 1, 3, 6 and 12 with a median of a tier's counts of
        ``usual`` or more, or 12.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": range(12), "pathway": range(12), "tier": "low", "ended": True, "origin": "court",
    ...     "admitted": pd.date_range("2024-01-01", freq="MS", periods=12), "to": "discharge", "end": day("2024-12-31")})
    >>> flows(stays, day("2024-01-01"), day("2024-12-31"))[["months", "entered"]].to_numpy().tolist()
    [[12.0, 12.0]]
    """
    tried = [by_month(stays, since, until, months=step).assign(months=step) for step in STEPS]
    chosen = []
    for tier in dict.fromkeys(tried[0]["tier"]):
        options = [frame[frame["tier"] == tier] for frame in tried]
        options = [frame for frame in options if len(frame)]
        enough = [np.median(frame[["entered", "left"]].to_numpy()) >= usual for frame in options]
        chosen.append(options[enough.index(True) if any(enough) else -1])
    return pd.concat(chosen, ignore_index=True) if chosen else tried[0]


def _edges(since: pd.Timestamp, until: pd.Timestamp, months: int) -> Whole:
    """Return the first days of whole periods and the day after the last, as days since 1970."""
    firsts = pd.date_range(since, until + pd.Timedelta(days=1), freq="MS")[::-1][::months][::-1]
    return _days(pd.Series(firsts))


def _days(column: pd.Series) -> Whole:
    return column.to_numpy("datetime64[D]").astype(np.int64)


def _bins(edges: Whole) -> npt.NDArray[np.float64]:
    """Return edges between days, for counts."""
    return np.asarray(edges - 0.5, float)


def _passed(days: Whole, edges: Whole) -> Whole:
    """Return at each edge the days that have passed since each of some days, summed."""
    ordered = np.sort(days)
    place = np.searchsorted(ordered, edges)
    return np.asarray(place * edges - np.append(0, ordered.cumsum())[place], dtype=np.int64)


def _beds(capacity: pd.DataFrame | None, tier: str, edges: Whole) -> npt.NDArray[np.float64]:
    """Return the beds of a tier at the end of each period: of each unit the number last validated."""
    known = None if capacity is None else capacity[capacity["tier"] == tier].sort_values("validated", kind="stable")
    if known is None or known.empty:
        return np.full(max(len(edges) - 1, 0), np.nan)
    change = known["beds"] - known.groupby([known["unit"].astype("str"), known["sex"].astype("str")])["beds"].shift(
        fill_value=0
    )
    place = np.searchsorted(_days(known["validated"]), edges[1:])
    return np.asarray(np.append(np.nan, change.cumsum())[place], float)
