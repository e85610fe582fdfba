"""Tables about made-up people: stays, reviews, outcomes and health checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.example.synthetic_people import OUT, History, drawn_by
from needs.methods.example.synthetic_truth import Truth
from needs.methods.flow_network import AT, DAYS
from needs.values import TIERS

__all__ = ["days", "health", "keys", "outcomes", "reviews", "stays"]

Array = npt.NDArray[Any]

_RESTRICTED = ["s37_41", "s47_49", "s48_49"]
_OUTSIDE = ["step_down", "community"]
_REASONS = {
    "step_down": {"step_down": 0.75, "ministry_of_justice": 0.15, "funding": 0.1},
    "else": {"secure_bed": 0.8, "ministry_of_justice": 0.1, "tribunal": 0.1},
}
"""Reason of a delay by what the person waits for."""
REVIEWED, CHECKED = 0.5, 1.0
"""Years between reviews, and between physical health checks."""
_LONG = 5.0
"""Years after which a stay counts as long-term care."""
_LEAVE = ("none", "escorted_grounds", "unescorted_grounds", "escorted_community", "unescorted_community", "overnight")


def days(truth: Truth, years: npt.ArrayLike) -> Array:
    """Return days as dates, from years since the first day of the data; missing where those are.

    Parameters
    ----------
    truth : Truth
        Whose first day counts.
    years : array_like
        Years since then.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> days(EXAMPLE["eastvale"], [0.0, 1.0]).astype(str).tolist()
    ['2020-04-01T00:00:00', '2021-04-01T00:00:00']
    """
    whole = np.floor(np.asarray(years, float) * DAYS + 1e-9)
    known = np.isfinite(whole)
    found = np.datetime64(truth.since, "D") + np.where(known, whole, 0).astype("timedelta64[D]")
    return np.where(known, found, np.datetime64("NaT")).astype("datetime64[s]")


def keys(truth: Truth, people: npt.ArrayLike) -> Array:
    """Return keys of people, which look like neither names nor numbers of the NHS.

    Parameters
    ----------
    truth : Truth
        Whose letters they begin with.
    people : array_like of int
        Numbers of people.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> keys(EXAMPLE["northmark"], [123]).tolist()
    ['NM-000123']
    """
    return pd.Series(np.asarray(people, np.int64)).map(f"{truth.key}-{{:06d}}".format).to_numpy()


def stays(truth: Truth, found: History, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table of stays: those that lasted on the first day or began later.

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
    >>> sorted(set(stays(truth, history(truth, 1), chance)["sex"]))
    ['female', 'male']
    """
    own = found.stays[found.stays["place"] >= 0].sort_values(["admitted", "person"], kind="stable")
    who = found.people.loc[own["person"]].reset_index(drop=True)
    own = own.reset_index(drop=True)
    units = pd.DataFrame([vars(unit) for unit in truth.units]).iloc[own["place"]].reset_index(drop=True)
    left = own["left"].where(own["left"] <= found.years)
    to = own["to"].where(left.notna())
    down = _less_secure(own)
    ready = own["ready"].where(own["ready"] <= found.years).fillna(left).where(down)
    section = who["legal_section"].where(~own["tier"].isin(_OUTSIDE), np.where(
        who["legal_section"].isin(_RESTRICTED), "conditional_discharge", np.where(own["tier"] == "community", "cto", "informal")
    ))  # fmt: skip
    held = own["ready"].notna() & ready.notna()
    return pd.DataFrame({
        "person_key": keys(truth, own["person"]), "home_icb": who["home_icb"], "unit": units["name"],
        "provider": units["provider"], "sector": units["sector"], "tier": own["tier"], "sex": who["sex"],
        "age": np.floor(who["age"] + own["admitted"] - who["since"]).clip(17, 95), "ethnicity": who["ethnicity"],
        "deprivation_tenth": who["deprivation_tenth"], "diagnosis": who["diagnosis"],
        "learning_disability": who["learning_disability"], "autism": who["autism"], "legal_section": section,
        "source": own["origin"], "admitted": days(truth, own["admitted"]), "discharged": days(truth, left), "destination": to,
        "clinically_ready": days(truth, ready), "delay_reason": drawn_by(own["to"], _REASONS, rng).where(held),
        "natural_clinical_flow": np.where(units["flow"], "yes", "no"),
    })  # fmt: skip


def _less_secure(own: pd.DataFrame) -> pd.Series[bool]:
    """Say which stays lead to a less secure place, or home."""
    after = own["to"].map({**AT, "discharge": len(AT)})
    return after > own["tier"].map(AT)


def reviews(truth: Truth, found: History, rng: np.random.Generator) -> pd.DataFrame:
    """Return half-yearly reviews in secure beds: who waits for a less secure place needs it, and of others a known share.

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
    >>> list(reviews(truth, history(truth, 1), chance))[:3]
    ['person_key', 'reviewed', 'tier_needed']
    """
    secure = _in_secure_beds(found)
    tier, u = secure["tier"], rng.random((3, len(secure)))
    outside = np.where(u[0] < 0.6, "step_down", "community")
    below = np.where(tier == "high", "medium", np.where((tier == "medium") & (u[1] < 0.45), "low", outside))
    secure = secure.assign(needs=tier.where(u[2] >= tier.map(truth.ready), below))
    of, time = _every(secure, REVIEWED, REVIEWED / 2, found.years)
    rows = secure.iloc[of].reset_index(drop=True)
    needed = rows["needs"].mask((time >= rows["ready"]) & _less_secure(rows), rows["to"])
    at = needed.map(AT).to_numpy(float)
    moves, there = needed != rows["tier"], time - rows["admitted"]
    step = np.clip(np.rint(at + rng.normal(0.3, 0.8, len(at))), 0, 5).astype(np.int64)
    package = [moves & (at > 2), moves, there < REVIEWED, there > _LONG]
    return pd.DataFrame({
        "person_key": keys(truth, rows["person"]), "reviewed": days(truth, time), "tier_needed": needed,
        "dundrum_total": np.clip(np.rint(34 - 6 * at + rng.normal(0, 4, len(at))), 0, 44),
        "honos_secure_total": np.clip(np.rint(24 - 3 * at + rng.normal(0, 5, len(at))), 0, 48),
        "leave": np.array(_LEAVE, object)[step],
        "care_package": np.select(package, ["step_down", "rehabilitation", "acute", "long_term"], "treatment"),
        "intended_outcome": np.select(package[:2], ["discharge", "less_secure"], "stable"),
    }).sort_values(["reviewed", "person_key"], kind="stable")  # fmt: skip


def _in_secure_beds(found: History) -> pd.DataFrame:
    own = found.stays
    return own[own["tier"].isin(TIERS) & (own["place"] >= 0)].reset_index(drop=True)


def _every(own: pd.DataFrame, each: float, first: float, years: float) -> tuple[Array, Array]:
    """Return the stay and the time of what is done again and again in every stay, within the data."""
    end = own["left"].fillna(np.inf).clip(upper=years).to_numpy()
    start = own["admitted"].to_numpy() + first
    low = np.maximum(0, np.ceil(-start / each))
    number = np.maximum(0, np.ceil((end - start) / each) - low).astype(np.int64)
    of = np.repeat(np.arange(len(own)), number)
    count = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
    return of, start[of] + (low[of] + count) * each


def outcomes(truth: Truth, found: History, rng: np.random.Generator) -> pd.DataFrame:
    """Return what happened after discharges from a secure bed within the data.

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
    >>> "readmission" in set(outcomes(truth, history(truth, 1), chance)["event"])
    True
    """
    own, hazards = found.stays, truth.hazards
    out = own["tier"].isin(TIERS) & own["to"].isin([*_OUTSIDE, *OUT]) & own["left"].between(0, found.years)
    begun = own.loc[out, ["person", "left"]].sort_values("left", kind="stable")
    again = own[own["readmission"] & own["admitted"].notna()]
    ended = own[~own["tier"].isin(TIERS) & (own["to"] == "died")]
    ends = pd.concat([
        again[["person", "admitted"]].set_axis(["person", "time"], axis=1).assign(event="readmission"),
        ended[["person", "left", "to"]].set_axis(["person", "time", "event"], axis=1),
        found.deaths.assign(event="died"),
    ]).sort_values("time", kind="stable")  # fmt: skip
    spells = pd.merge_asof(
        begun, ends, left_on="left", right_on="time", by="person", direction="forward", allow_exact_matches=False
    )
    end = spells["time"].clip(upper=found.years).fillna(found.years)
    parts = [
        spells[spells["event"] == "readmission"].assign(event="readmission"),
        spells[spells["event"] == "died"].assign(event="death"),
    ]
    convicted = spells.assign(time=spells["left"] + rng.exponential(1 / hazards.reconviction, len(spells)))
    convicted = convicted[convicted["time"] < end]
    grave = rng.random(len(convicted)) < hazards.grave
    parts += [convicted.assign(event="reconviction"), convicted[grave].assign(event="grave_reconviction")]
    for event, share in {"employment": 0.2, "settled_accommodation": 0.6, "community_team": 0.5}.items():
        some = rng.random(len(spells)) < share
        begins = spells.assign(time=spells["left"] + rng.exponential(0.5, len(spells)), event=event)
        parts.append(begins[some & (begins["time"] < end)])
    events = pd.concat(parts)
    events = events[events["time"] <= found.years].sort_values(["time", "person"], kind="stable")
    return pd.DataFrame({"person_key": keys(truth, events["person"]), "event": events["event"],
                         "day": days(truth, events["time"])}).reset_index(drop=True)  # fmt: skip


def health(truth: Truth, found: History, rng: np.random.Generator) -> pd.DataFrame:
    """Return a physical health check soon after admission to a secure bed and every year after.

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
    >>> sorted(set(health(truth, history(truth, 1), chance)["annual_check"]))
    ['declined', 'done', 'not_done']
    """
    secure = _in_secure_beds(found)
    of, time = _every(secure, CHECKED, 0.1, found.years)
    missed = 1 - truth.checked
    check = rng.choice(["done", "declined", "not_done"], len(of), p=[truth.checked, 0.6 * missed, 0.4 * missed])
    bmi = np.clip(rng.normal(31, 6, len(of)), 17, 60).round(1)
    return pd.DataFrame({
        "person_key": keys(truth, secure["person"].to_numpy()[of]), "checked": days(truth, time), "annual_check": check,
        "bmi": np.where(check == "done", bmi, np.nan),
    }).sort_values(["checked", "person_key"], kind="stable")  # fmt: skip
