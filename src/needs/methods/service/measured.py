"""Figures measured from a region's own service data that can stand where published or assumed ones stood.

Each rests on at least :data:`FEWEST` people, and is made from numbers that have passed disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from needs.methods.disclosure import RULE, Rule, half_up, release
from needs.methods.flow_network import DAYS, EXITS, ORIGINS, PATHWAY
from needs.methods.rates import poisson_interval, wilson_interval
from needs.methods.service.linking import Linked
from needs.methods.service.monitored_now import LONG, tier_needed
from needs.values import TIERS, Provenance

__all__ = ["FEWEST", "Measured", "measured"]

FULL = 0.98
"""Most of the places that count as in use: a fuller tier hardly ever takes anybody."""

FEWEST = 10
"""People or events that a figure needs behind it."""

ENOUGH, KNOWN = 30, 0.85
"""People that shares need behind them together, and the least part of all people that groups not suppressed hold."""

ENTERED = ("high", "medium", "low", "community")
LIMITED = ("medium", "low", "step_down")


@dataclass(frozen=True)
class Measured:
    """One measured figure.

    Parameters
    ----------
    name : str
        Dotted name of the parameter that it can stand for.
    value, lower, upper : float
        The figure and its 95% interval; a count has the range that it was rounded in, beds have none.
    table : str
        Table of the data set.
    people : int
        People or events behind it, rounded.
    what : str
        How it was measured.
    """

    name: str
    value: float
    lower: float | None
    upper: float | None
    table: str
    people: int
    what: str


def measured(
    own: Mapping[str, pd.DataFrame],
    linked: Linked,
    since: pd.Timestamp,
    until: pd.Timestamp,
    long: Mapping[str, float] = LONG,
    rule: Rule = RULE,
) -> list[Measured]:
    """Measure what the data can tell of people, beds, stays, routes, arrivals, assessments and tiers needed.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables of the data set.
    linked : Linked
        Their stays, linked.
    since, until : Timestamp
        First and last day of the data.
    long : mapping of tier to float
        Years above which a stay so far is long.
    rule : Rule
        Disclosure rule.

    Returns
    -------
    list of Measured
        Only figures with enough people behind them.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> beds = pd.DataFrame({"unit": ["a", "a"], "tier": ["low"] * 2, "sex": ["male"] * 2, "beds": [14.0, 12.0],
    ...                      "validated": [day("2024-01-01"), day("2025-01-01")]})
    >>> [(m.name, m.value) for m in _beds(beds, day("2025-06-30"))]
    [('flow.beds.low', 12)]
    """
    stays = linked.stays
    found = [
        *_people(stays, rule),
        *_beds(own["capacity"], until),
        *_in_use(stays, own["capacity"], until, rule),
        *_stays(stays, since, until, long, rule),
        *_routes(stays, since, rule),
        *_arrivals(linked.pathways, since, rule),
        *_assessments(own["referrals"], rule),
        *_needed(stays, own["reviews"], until, rule),
    ]
    return sorted(found, key=lambda one: one.name)


def _rounded(counts: pd.Series, rule: Rule) -> pd.Series:
    """Return numbers of people as released, without those suppressed."""
    frame = pd.DataFrame({"group": counts.index.astype(str), "people": counts.to_numpy(float)})
    safe = release(frame, Provenance("derived", ("service/x#own-data",)), counts=["people"], rule=rule).frame
    return pd.Series(safe["people"].to_numpy(float), index=counts.index).dropna().astype(int)


def _people(stays: pd.DataFrame, rule: Rule) -> Iterator[Measured]:
    present = stays.loc[~stays["ended"], "tier"].astype(str).value_counts()
    for tier, people in _rounded(present.reindex([t for t in PATHWAY if t in present]), rule).items():
        half = rule.rounded_to // 2
        what = "people in care on the last day, rounded"
        yield Measured(f"demand.counted.{tier}", people, max(people - half, 0), people + half, "stays", people, what)


def _beds(capacity: pd.DataFrame, until: pd.Timestamp) -> Iterator[Measured]:
    """Give the beds of each limited tier: of each unit the last number validated."""
    known = capacity[capacity["validated"] <= until].sort_values("validated", kind="stable")
    keys = known[["unit", "tier", "sex"]].astype(str)
    last = known[~keys.duplicated(keep="last")]
    beds = last.groupby(last["tier"].astype(str))["beds"].sum()
    for tier in LIMITED:
        if beds.get(tier, 0) > 0:
            number = int(beds[tier])
            yield Measured(f"flow.beds.{tier}", number, None, None, "capacity", number, "beds last validated")


def _in_use(stays: pd.DataFrame, capacity: pd.DataFrame, until: pd.Timestamp, rule: Rule) -> Iterator[Measured]:
    """Give the share of step-down places in use, from people as released."""
    places = {one.name: one.value for one in _beds(capacity, until)}.get("flow.beds.step_down")
    people = {one.name: one for one in _people(stays, rule)}.get("demand.counted.step_down")
    if places and people and people.people >= FEWEST:
        ends = (people.value, people.lower or 0.0, people.upper or people.value)
        share, low, high = (round(min(end / places, FULL), 2) for end in ends)
        what = "people in step-down places on the last day over places last validated, full ones at most as the model takes them"
        yield Measured("flow.step_down_occupancy", share, low, high, "stays", people.people, what)


def _stays(
    stays: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp, long: Mapping[str, float], rule: Rule
) -> Iterator[Measured]:
    """Give mean stays, person-years over departures, and the share of those present whose stay so far is long."""
    tiers = stays["tier"].astype(str)
    inside = (stays["end"] - stays["admitted"].where(stays["admitted"] >= since, since)).dt.days.clip(lower=0) / DAYS
    left = stays["ended"] & (stays["end"] >= since)
    so_far = (until - stays["admitted"]).dt.days / DAYS
    for tier in ENTERED:
        of = tiers == tier
        departures, years = int((left & of).sum()), float(inside[of].sum())
        if departures < FEWEST or years <= 0:
            continue
        name, people = f"flow.stay.{tier}", _near(departures, rule)
        mean = round(years / departures, 1)
        low, high = (people / float(end) for end in reversed(poisson_interval(people)))
        what = "person-years in the tier over departures"
        ends = (min(round(mean * low, 1), mean), max(round(mean * high, 1), mean))
        yield Measured(f"{name}.mean", mean, *ends, "stays", people, what)
        if tier in long:
            here = of & ~stays["ended"]
            many = int((here & (so_far > long[tier])).sum())
            yield from _share(f"{name}.beyond.share", many, int(here.sum()), "stays", rule,
                              f"people present whose stay so far is over {long[tier]:g} years")  # fmt: skip


def _share(name: str, some: int, every: int, table: str, rule: Rule, what: str) -> Iterator[Measured]:
    """Give a share as released, in whole percent, with its Wilson interval at rounded numbers."""
    frame = pd.DataFrame({"some": [float(some)], "every": [float(every)]})
    known = Provenance("derived", ("service/x#own-data",))
    share = float(release(frame, known, shares={"share": ("some", "every")}, rule=rule).frame["share"].iloc[0])
    if every < FEWEST or not 0 < share < 1:
        return
    people = _near(every, rule)
    low, high = (round(float(end), 2) for end in wilson_interval(share * people, people))
    yield Measured(name, share, min(low, share), max(high, share), table, people, what)


def _near(number: int, rule: Rule) -> int:
    return int(half_up(number, rule.rounded_to))


def _shares(name: str, counts: pd.Series, table: str, rule: Rule, what: str) -> Iterator[Measured]:
    """Give shares that add up to 1, and the people behind them; groups of few people are left out, if they are a small part."""
    kept = _rounded(counts, rule)
    people = int(kept.sum())
    if people < ENOUGH or counts[kept.index].sum() < KNOWN * counts.sum():
        return
    part = {str(to): round(int(number) / people, 3) for to, number in kept.items()}
    most = max(part, key=part.__getitem__)
    part[most] = round(1 - sum(share for to, share in part.items() if to != most), 3)  # so that they add up
    for to, value in part.items():
        low, high = (round(float(end), 3) for end in wilson_interval(value * people, people))
        yield Measured(f"{name}.{to}", value, min(low, value), max(high, value), table, people, what)


def _routes(stays: pd.DataFrame, since: pd.Timestamp, rule: Rule) -> Iterator[Measured]:
    left = stays[stays["ended"] & (stays["end"] >= since)]
    tiers, to = left["tier"].astype(str), left["to"].astype(str)
    for tier in PATHWAY:
        ways = [way for way in (*PATHWAY, *EXITS) if not (tier == "community" and way in PATHWAY)]
        counts = to[tiers == tier].value_counts().reindex(ways).dropna()
        if counts.reindex([*EXITS, *PATHWAY[PATHWAY.index(tier) + 1 :]]).sum() >= FEWEST:
            what = "stays that ended, by where they led; ways of few people are left out"
            yield from _shares(f"flow.routing.{tier}.shares", counts, "stays", rule, what)


def _arrivals(pathways: pd.DataFrame, since: pd.Timestamp, rule: Rule) -> Iterator[Measured]:
    new = pathways[pathways["started"] >= since]
    tiers, origins = new["first_tier"].astype(str), new["origin"].astype(str)
    for tier in ENTERED:
        counts = origins[tiers == tier].value_counts().reindex(ORIGINS[:-1]).dropna()
        what = "pathways begun, by where from; origins of few people are left out"
        yield from _shares(f"flow.arrivals.{tier}.shares", counts, "stays", rule, what)


def _assessments(referrals: pd.DataFrame, rule: Rule) -> Iterator[Measured]:
    """Give the mean number of assessments of prisoners who were admitted, whose waits the flow is asked about."""
    if referrals.empty:
        return
    events, keys = referrals["event"].astype(str), referrals["referral_key"]
    prison = keys.isin(keys[(referrals["setting"] == "prison").to_numpy(bool)])
    times = keys[events == "assessed"].value_counts()
    number = keys[(events == "admitted") & prison].drop_duplicates().map(times).dropna()
    people = _near(len(number), rule)
    if len(number) < FEWEST:
        return
    mean, error = float(number.mean()), float(stats.sem(number))
    reach = float(stats.t.ppf(0.975, len(number) - 1)) * error
    value = round(mean, 1)
    ends = (min(max(1.0, round(mean - reach, 1)), value), max(min(10.0, round(mean + reach, 1)), value))
    what = "assessments of each prisoner who was assessed and admitted"
    yield Measured("flow.assessments.number", value, *ends, "referrals", people, what)


def _needed(stays: pd.DataFrame, reviews: pd.DataFrame, until: pd.Timestamp, rule: Rule) -> Iterator[Measured]:
    """Give the share of people present who need less security at their last review, and where they would go."""
    table = tier_needed(stays, reviews, until).set_index("tier")
    for tier in [tier for tier in TIERS if tier in table.index]:
        row = {
            name: int(table[name].to_numpy()[table.index.get_loc(tier)])
            for name in ("less", "reviewed", "none", *PATHWAY)
        }
        what = "people present who need less security, by their last review"
        found = list(_share(f"step_down.ready.{tier}", row["less"], row["reviewed"], "reviews", rule, what))
        below = list(PATHWAY[PATHWAY.index(tier) + 1 :])
        places = pd.Series({to: row[to] + (row["none"] if to == "community" else 0) for to in below})
        where = "where they would go; places of few people are left out"
        to = _shares(f"step_down.destination.{tier}", places[places > 0], "reviews", rule, where)
        yield from [*found, *to] if found else []
