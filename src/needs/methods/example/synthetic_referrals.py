"""Referrals of made-up people: assessments, decisions, waits, and those who are turned away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from needs.methods.example.synthetic_people import History
from needs.methods.example.synthetic_tables import days, keys
from needs.methods.example.synthetic_truth import Truth
from needs.methods.flow_network import AT, DAYS

__all__ = ["referrals"]

_SETTINGS = {"prison_remand": "prison", "prison_sentenced": "prison", "court": "court", "community_recall": "community"}


def referrals(truth: Truth, found: History, rng: np.random.Generator) -> pd.DataFrame:
    """Return the events of every referral that was open on the first day or came later; refusals and withdrawals too.

    Parameters
    ----------
    truth : Truth
        What is true of the region.
    found : History
        Its people.
    rng : Generator
        Source of chance.

    Returns
    -------
    DataFrame
        The columns of the definition, codes as words.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> from needs.methods.example.synthetic_people import history
    >>> truth, chance = EXAMPLE["eastvale"], np.random.default_rng(1)
    >>> referrals(truth, history(truth, 1), chance)["event"].iloc[0]
    'referred'
    """
    own = found.stays[found.stays["referred"].notna()]
    own = own[own["admitted"].isna() | (own["admitted"] >= 0)].assign(end="admitted")
    own = pd.concat([own, _turned_away(truth, own, int(found.people.index.max()) + 1, rng)])
    own = own.sort_values("referred", kind="stable").reset_index(drop=True)
    assessed = _assessed(truth, own, rng)
    clock = own["origin"].isin(["prison_remand", "prison_sentenced"])
    refused, late = own["end"] == "refused", ~(own["admitted"] <= own["accepted"])
    parts = [
        _event(own, "referred", "referred", 0).assign(clock=clock.map({True: "start"})),
        assessed,
        _event(own[~refused], "accepted", "accepted", 2),
        _event(own[refused], "refused", "accepted", 2),
        _event(own[~refused & late], "waiting", "accepted", 3),
        _event(own, "", "admitted", 4).assign(event=own["end"], clock=clock.map({True: "end"})),
    ]
    events = pd.concat([part[part["time"] <= found.years] for part in parts])
    events = events.sort_values(["referral", "time", "step"], kind="stable").reset_index(drop=True)
    return pd.DataFrame({
        "person_key": keys(truth, events["person"]), "referral_key": events["referral"].map(f"{truth.key}-R{{:05d}}".format),
        "event": events["event"], "day": days(truth, events["time"]),
        "setting": events["origin"].map(_SETTINGS).fillna("hospital"), "tier": events["tier"],
        "assessor": events["assessor"], "outcome": events["outcome"], "clock": events["clock"],
    })  # fmt: skip


def _turned_away(truth: Truth, own: pd.DataFrame, first: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw referrals that end without admission, from where the others come."""
    like = own[own["origin"] != "community_recall"]
    rate = sum(sum(people.values()) for people in truth.arrivals.values()) * truth.years
    size = rng.poisson([truth.refused * rate, truth.withdrawn * rate])
    drawn: pd.DataFrame = like.iloc[rng.integers(0, len(like), size.sum())].reset_index(drop=True)
    told = [truth.assessments.get(origin, (0, 0.0)) for origin in drawn["origin"]]
    number, mean = np.array(told, float).reshape(-1, 2).T
    drawn["person"] = first + np.arange(len(drawn))
    drawn["referred"] = rng.random(len(drawn)) * truth.years
    drawn["accepted"] = drawn["referred"] + rng.gamma(np.maximum(number, 1e-9)) * mean / DAYS
    drawn["end"] = np.repeat(["refused", "withdrawn"], size)
    gone = drawn["accepted"] + rng.exponential(40 / DAYS, len(drawn))
    return drawn.assign(admitted=gone.where(drawn["end"] == "withdrawn"))


def _assessed(truth: Truth, own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the assessments of referrals: the last on the day of the decision, the others at any time before."""
    each = own["origin"].map({origin: told[0] for origin, told in truth.assessments.items()}).fillna(0)
    number = each.to_numpy(np.int64)
    of = np.repeat(np.arange(len(own)), number)
    last = np.arange(len(of)) == np.repeat(np.cumsum(number), number) - 1
    u = np.where(last, 1.0, rng.random(len(of)))
    u = u[np.lexsort((u, of))]
    rows = own.iloc[of]
    time = rows["referred"] + u * (rows["accepted"] - rows["referred"])
    no = np.where(rng.random(len(of)) < 0.3, "other_tier", "not_suitable")
    outcome = np.where(~last, "more_needed", np.where(rows["end"] == "refused", no, "suitable"))
    providers = {tier: list(dict.fromkeys(unit.provider for unit in truth.units if unit.tier == tier)) for tier in AT}
    many = rows["tier"].map({tier: len(names) for tier, names in providers.items()}).to_numpy(np.int64)
    chosen = np.floor(rng.random(len(of)) * many).astype(np.int64)
    assessor = [providers[tier][at] for tier, at in zip(rows["tier"], chosen, strict=True)]
    return _event(rows, "assessed", "referred", 1).assign(time=time, outcome=outcome, assessor=assessor)


def _event(own: pd.DataFrame, event: str, time: str, step: int) -> pd.DataFrame:
    blank = {"assessor": None, "outcome": None, "clock": None}
    return own[["person", "origin", "tier"]].assign(
        referral=own.index + 1, event=event, time=own[time], step=step, **blank
    )
