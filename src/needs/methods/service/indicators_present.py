"""Indicators of who is there: on the last day of each period, or through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from needs.methods.service.linking import Linked
from needs.methods.service.periods import YEAR, in_days, in_force, present, shares_of

__all__ = ["LONG", "PRESENT", "SECURE", "occupancy"]

SECURE = ("high", "medium", "low")
"""Secure tiers, from most to least secure."""

_ORDER = {"high": 0, "medium": 1, "low": 2, "step_down": 3, "community": 4, "none": 5}
LONG = 5 * 365.25
"""Days in secure care from which a stay is long."""

_HEALTHY = (18.5, 25.0)


def occupancy(capacity: pd.DataFrame, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    """Return mean people in secure beds over the beds there are, by period.

    Parameters
    ----------
    capacity : DataFrame
        Beds of the table of capacity. A unit has the beds last validated by the end of the period, or those first validated.
    linked : Linked
        Stays.
    within : DataFrame
        Periods of :func:`needs.methods.service.periods.periods`.

    Returns
    -------
    DataFrame
        ``period, last, numerator, denominator, value``. Only people in a unit and tier with beds count.

    Examples
    --------
    >>> from needs.methods.service.periods import periods
    >>> day = pd.Timestamp("2024-01-01")
    >>> stays = pd.DataFrame({"unit": ["a"], "tier": ["low"], "admitted": [day], "end": [day + pd.Timedelta(days=15)],
    ...                       "ended": [True]})
    >>> beds = pd.DataFrame({"unit": ["a"], "tier": ["low"], "sex": ["male"], "beds": [2.0], "validated": [day]})
    >>> linked = Linked(stays, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    >>> occupancy(beds, linked, periods(day, pd.Timestamp("2024-01-31")))["value"].round(3).tolist()
    [0.242]
    """
    told = capacity[capacity["tier"].isin(SECURE)].reset_index(drop=True)
    first = told.groupby(["unit", "tier", "sex"], observed=True, dropna=False)["validated"].transform("min")
    told = told.assign(validated=told["validated"].where(told["validated"] > first, pd.Timestamp("1900-01-01")))
    beds = in_force(told, ["unit", "tier", "sex"], "validated", within["last"]) * told[["beds"]].to_numpy()
    ward = pd.MultiIndex.from_arrays([told["unit"], told["tier"].astype(str)])
    wards = ward.unique()
    capacity_of = np.zeros((len(wards) + 1, len(within)))
    np.add.at(capacity_of, wards.get_indexer(ward), beds)
    stays = linked.stays[linked.stays["tier"].isin(SECURE)]
    at = wards.get_indexer(pd.MultiIndex.from_arrays([stays["unit"], stays["tier"].astype(str)]))
    day = np.timedelta64(1, "D")
    after = within["last"].to_numpy() + day
    left = stays["end"].to_numpy() + np.where(stays["ended"].to_numpy(dtype=bool), 0, 1) * day
    came = np.maximum(stays["admitted"].to_numpy()[:, None], within["period"].to_numpy())
    days = np.maximum((np.minimum(left[:, None], after) - came) / day, 0)
    used = (days * (capacity_of[at] > 0)).sum(axis=0) / ((after - within["period"].to_numpy()) / day)
    return shares_of(within, used, beds.sum(axis=0))


def _secure(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG001
    """Return people in secure beds on the last day of each period, with the day on which they came into secure care."""
    stays = linked.stays.sort_values(["pathway", "admitted"], kind="stable")
    secure = stays["tier"].isin(SECURE)
    follows = secure.shift(fill_value=False) & stays["pathway"].eq(stays["pathway"].shift())
    run = (secure & ~follows).cumsum()
    stays = stays.assign(secure_since=stays.groupby(run)["admitted"].transform("first"))[secure]
    return present(stays.sort_index(), within["last"])


def _share(within: pd.DataFrame, there: pd.DataFrame, some: pd.Series, of: pd.Series | None = None) -> pd.DataFrame:
    """Return the share of those there of whom something is true, among all or those of whom it is known."""
    every = pd.Series(True, there.index) if of is None else of
    part, whole = (np.bincount(there.loc[mask, "at"], minlength=len(within)) for mask in (some & every, every))
    return shares_of(within, part, whole)


def _last(there: pd.DataFrame, rows: pd.DataFrame, key: pd.Series, day: str, columns: list[str]) -> pd.DataFrame:
    """Return the last row about each person of the year before the day on which the person is there."""
    told = rows.dropna(subset=[day]).assign(told=rows[day].astype("datetime64[s]")).sort_values("told", kind="stable")
    left = there[["day"]].assign(person_key=key, place=range(len(there)), day=there["day"].astype("datetime64[s]"))
    found = pd.merge_asof(
        left.sort_values("day", kind="stable"), told[["person_key", "told", *columns]], left_on="day", right_on="told",
        by="person_key", tolerance=pd.Timedelta(days=YEAR),
    )  # fmt: skip
    return found.sort_values("place")[columns].reset_index(drop=True)


def _ready(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    return _share(within, there, there["clinically_ready"] <= there["day"])


def _out_of_flow(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    return _share(
        within, there, there["natural_clinical_flow"] == "no", there["natural_clinical_flow"].isin(["yes", "no"])
    )


def _women(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    return _share(within, there, there["sex"] == "female", there["sex"].isin(["female", "male", "other"]))


def _long(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    return _share(within, there, _days(there) >= LONG)


def _days(there: pd.DataFrame) -> pd.Series:
    """Return days since each person came into secure care, through stays that follow one another there without a break."""
    return in_days(there["day"] - there["secure_since"])


def _less(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    needed = _last(there, own["reviews"], there["person_key"], "reviewed", ["tier_needed"])["tier_needed"]
    less = needed.astype(object).map(_ORDER) > there["tier"].astype(object).map(_ORDER)
    return _share(within, there, less, needed.notna())


def _checked(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    done = own["health"][own["health"]["annual_check"] == "done"]
    found = _last(there, done, there["person_key"], "checked", ["annual_check"])["annual_check"]
    told = _share(within, there, found.notna(), _days(there) >= YEAR)
    year = pd.Timestamp(own["health"]["checked"].min()) + pd.Timedelta(
        days=YEAR
    )  # checks of a whole year are known from here
    return told.loc[told["last"] >= year].reset_index(drop=True)


def _weight(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    there = _secure(own, linked, within)
    known = own["health"].dropna(subset=["bmi"])
    bmi = _last(there, known, there["person_key"], "checked", ["bmi"])["bmi"]
    return _share(within, there, (bmi >= _HEALTHY[0]) & (bmi < _HEALTHY[1]), bmi.notna())


def _occupancy(own: Any, linked: Linked, within: pd.DataFrame) -> pd.DataFrame:
    return occupancy(own["capacity"], linked, within)


PRESENT: dict[str, Callable[[Any, Linked, pd.DataFrame], pd.DataFrame]] = {
    "occupancy": _occupancy,
    "out_of_flow": _out_of_flow,
    "ready_and_delayed": _ready,
    "needs_less_security": _less,
    "women_share": _women,
    "long_stay": _long,
    "annual_health_check": _checked,
    "healthy_weight": _weight,
}
"""How each is made of the tables, the linked stays and the periods."""
