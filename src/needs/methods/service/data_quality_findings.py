"""Rows of the region's own data that cannot be right, alone or beside others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

__all__ = ["FINDINGS", "OLDEST", "flagged"]

OLDEST = 100
"""Age in years above which a stay that lasts has probably ended."""

Masks = dict[str, "pd.Series[bool]"]
Own = Mapping[str, pd.DataFrame]

_NO_STAY = "The person has no row in the stays."
_DEAD = "The day is after the day on which the person died, by the stays or the outcomes."

FINDINGS: dict[tuple[str, str], str] = {
    ("stays", "discharged_without_destination"): "A day of discharge, but not where the person went.",
    ("stays", "destination_without_discharge"): "A destination, but no day of discharge.",
    ("stays", "ready_after_discharge"): "Clinically ready after the day of discharge.",
    ("stays", "ready_before_admission"): "Clinically ready before the day of admission.",
    ("stays", "reason_without_ready"): "A reason of delay, but no day of being clinically ready.",
    ("stays", "lasts_over_oldest"): f"No day of discharge, and the person would be over {OLDEST} on the last day.",
    ("stays", "sex_differs"): "Rows of one person say different sexes.",
    ("stays", "age_differs"): "Rows of one person put the year of birth more than two years apart.",
    ("referrals", "not_referred"): "The referral has no event of being referred.",
    ("referrals", "assessed_before_referred"): "Assessed before the day of referral.",
    ("referrals", "admitted_before_accepted"): "Admitted before the day of being accepted.",
    (
        "referrals",
        "admitted_and_refused",
    ): "The referral says both refused and admitted, and nothing was accepted in between.",
    ("referrals", "after_death"): _DEAD,
    ("reviews", "after_death"): _DEAD,
    ("reviews", "no_stay"): _NO_STAY,
    ("outcomes", "after_death"): _DEAD,
    ("outcomes", "no_stay"): _NO_STAY,
    ("health", "after_death"): _DEAD,
    ("health", "no_stay"): _NO_STAY,
}
"""Findings by table and name, each in a sentence."""

_DAY = {"referrals": "day", "reviews": "reviewed", "outcomes": "day", "health": "checked"}


def flagged(own: Own, until: pd.Timestamp) -> pd.DataFrame:
    """Find rows that cannot be right.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables that were given, by name.
    until : Timestamp
        Last day of the data.

    Returns
    -------
    DataFrame
        ``table, finding, row``: one row a finding and line of the file; names are those of :data:`FINDINGS`.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> referrals = pd.DataFrame({"row": [2, 3], "person_key": "a", "referral_key": "r", "event": ["referred", "assessed"],
    ...     "day": day(["2022-05-01", "2022-04-01"])})
    >>> flagged({"referrals": referrals}, pd.Timestamp("2023-03-31")).values.tolist()
    [['referrals', 'assessed_before_referred', 3]]
    """
    death = _deaths(own)
    parts = []
    for name, frame in own.items():
        masks = _OF[name](frame, until) if name in _OF else {}
        if name in _DAY:
            day = frame["person_key"].map(death) if len(death) else pd.Series(pd.NaT, index=frame.index)
            masks["after_death"] = frame[_DAY[name]] > pd.to_datetime(day)
        if "stays" in own and (name, "no_stay") in FINDINGS:
            masks["no_stay"] = ~frame["person_key"].isin(own["stays"]["person_key"])
        parts += [(name, finding, frame.loc[mask.to_numpy(dtype=bool), "row"]) for finding, mask in masks.items()]
    found = pd.DataFrame({
        "table": np.repeat([part[0] for part in parts], [len(part[2]) for part in parts]).astype(str),
        "finding": np.repeat([part[1] for part in parts], [len(part[2]) for part in parts]).astype(str),
        "row": np.concatenate([np.zeros(0, np.int64), *(part[2].to_numpy() for part in parts)]),
    })  # fmt: skip
    place = {pair: i for i, pair in enumerate(FINDINGS)}
    order = [place[pair] for pair in zip(found["table"], found["finding"], strict=True)]
    return found.assign(order=order).sort_values(["order", "row"], ignore_index=True).drop(columns="order")


def _deaths(own: Own) -> pd.Series:
    """Give the day of death of each person of whom one is known, the earliest where several are."""
    parts = []
    if "stays" in own:
        died = own["stays"]["destination"].astype(object) == "died"
        parts.append(own["stays"].loc[died, ["person_key", "discharged"]].rename(columns={"discharged": "day"}))
    if "outcomes" in own:
        died = own["outcomes"]["event"].astype(object) == "death"
        parts.append(own["outcomes"].loc[died, ["person_key", "day"]])
    known = [part.dropna() for part in parts if part["day"].notna().any()]
    return pd.concat(known).groupby("person_key")["day"].min() if known else pd.Series(dtype="datetime64[s]")


def _stays(frame: pd.DataFrame, until: pd.Timestamp) -> Masks:
    discharged, ready = frame["discharged"], frame["clinically_ready"]
    told = frame["destination"].notna() & (frame["destination"].astype(object) != "unknown")
    age_then = frame["age"] + (until - frame["admitted"]).dt.days / 365.25
    born = frame["admitted"].dt.year - frame["age"]
    sex = frame["sex"].astype(object).where(frame["sex"].isin(["female", "male"]))
    of_person = frame["person_key"]
    spread = born.groupby(of_person).transform("max") - born.groupby(of_person).transform("min")
    return {
        "discharged_without_destination": discharged.notna() & ~told,
        "destination_without_discharge": told & discharged.isna(),
        "ready_after_discharge": ready > discharged,
        "ready_before_admission": ready < frame["admitted"],
        "reason_without_ready": frame["delay_reason"].notna() & ready.isna(),
        "lasts_over_oldest": discharged.isna() & (age_then > OLDEST),
        "sex_differs": sex.notna() & (sex.groupby(of_person).transform("nunique") > 1),
        "age_differs": spread > 2,
    }


def _referrals(frame: pd.DataFrame, until: pd.Timestamp) -> Masks:  # noqa: ARG001
    event, day = frame["event"].astype(object), frame["day"]
    keys = [frame["person_key"], frame["referral_key"]]

    def first(word: str) -> pd.Series:
        return day.where(event == word).groupby(keys).transform("min")

    referred, accepted, refused = (first(word) for word in ("referred", "accepted", "refused"))
    return {
        "not_referred": referred.isna(),
        "assessed_before_referred": (event == "assessed") & (day < referred),
        "admitted_before_accepted": (event == "admitted") & (day < accepted),
        "admitted_and_refused": (event == "admitted") & (day >= refused) & accepted.isna(),
    }


_OF: dict[str, Callable[[pd.DataFrame, pd.Timestamp], Masks]] = {
    "stays": _stays,
    "referrals": _referrals,
}
