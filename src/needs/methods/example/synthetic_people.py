"""Made-up people: their stays from a journal of the flow, their readmissions, who they are and which unit they are in."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.example.synthetic_truth import Truth, Unit
from needs.methods.flow_journal import journal
from needs.values import TIERS

__all__ = ["OUT", "History", "drawn_by", "history"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

SETTLE = 40
"""Years that the empty network fills before the data begin."""

OUT = ("discharge", "general_psychiatry")
"""Where people go who leave a secure bed, are not followed by the network and may come back."""

AT_RISK = 6.0
"""Years after discharge in which a person may be referred again or die; the data see none later."""

_SECTIONS = {
    "prison_remand": {"s48_49": 0.7, "s48": 0.1, "s35_36_38": 0.1, "s37": 0.1},
    "prison_sentenced": {"s47_49": 0.75, "s47": 0.25},
    "court": {"s37_41": 0.5, "s37": 0.4, "s35_36_38": 0.1},
    "else": {"s3": 0.75, "s37": 0.15, "s37_41": 0.1},
}
"""Section of the Act by where a person first came from."""


@dataclass(frozen=True)
class History:
    """What happened to the made-up people of a region.

    Parameters
    ----------
    stays : DataFrame
        The journal from the first day of the data on, with ``person`` the same for a readmission, ``place`` (number of the
        unit, -1 where none) and ``readmission`` (whether the person had been discharged from a secure bed before). Times are
        years from the first day.
    people : DataFrame
        Who they are, by person.
    deaths : DataFrame
        ``person, time``: deaths of people whom the network no longer follows.
    years : float
        Years of data.
    """

    stays: pd.DataFrame
    people: pd.DataFrame
    deaths: pd.DataFrame
    years: float


def history(truth: Truth, seed: int) -> History:
    """Return the history of a made-up region.

    Parameters
    ----------
    truth : Truth
        What is true of it.
    seed : int
        Seed of every draw.

    Returns
    -------
    History

    Notes
    -----
    The flow engine moves people, blocks beds and makes them wait. Who has left it is referred again, or dies, at constant
    hazards for six years: the referral is that of the nearest newcomer to a secure bed, whose person he or she then is, so
    that the flow stays as it was. A few days between the drawn and the real day of referral are the price.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> found = history(EXAMPLE["eastvale"], 1)
    >>> len(found.stays) > 300, bool(found.stays["readmission"].any()), bool(found.people["age"].min() >= 17)
    (True, True, True)
    """
    home, who = (np.random.default_rng([seed, stream]) for stream in (1, 2))
    stays = journal(truth.network(), seed, settle=SETTLE)
    stays, deaths = _again(stays, truth, home)
    order = stays["referred"].fillna(stays["admitted"])
    stays = stays.assign(order=order).sort_values(["person", "order"], kind="stable").reset_index(drop=True)
    stays["readmission"] = _readmitted(stays)
    people = _people(stays.drop_duplicates("person").set_index("person"), truth, who)
    here = ((stays["left"].isna() | (stays["left"] >= 0)) & ~(stays["admitted"] > truth.years)) & (order <= truth.years)
    stays = stays[here].reset_index(drop=True)
    stays["place"] = _placed(stays, truth.units)
    return History(stays, people, deaths[deaths["time"].between(0, truth.years)], truth.years)


def _again(stays: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw what becomes of those whom the network no longer follows: who is referred again becomes one with a newcomer."""
    gone = stays["to"].isin(OUT) | (~stays["tier"].isin(TIERS) & (stays["to"] == "prison"))
    home = stays.loc[gone, ["person", "left"]].sort_values("left", kind="stable")
    again = rng.exponential(1 / truth.hazards.recall, len(home))
    death = rng.exponential(1 / truth.hazards.death, len(home))
    dies, comes = (death < again) & (death < AT_RISK), (again < death) & (again < AT_RISK)
    deaths = pd.DataFrame({"person": home["person"][dies], "time": home["left"][dies] + death[dies]})
    new = stays.drop_duplicates("person")
    new = new[new["tier"].isin(TIERS) & new["referred"].notna()].sort_values("referred", kind="stable")
    back = home[comes].assign(time=home["left"][comes] + again[comes]).sort_values("time", kind="stable")
    times = new["referred"].to_numpy()
    at = np.searchsorted((times[1:] + times[:-1]) / 2, back["time"].to_numpy())  # the nearest
    count = np.arange(len(at))
    at = np.maximum.accumulate(at - count) + count  # each newcomer once
    fits = at < len(times)
    back, at = back[fits], at[fits]
    later = times[at] > back["left"].to_numpy()
    parent = np.arange(int(stays["person"].max()) + 1)
    parent[new["person"].to_numpy()[at[later]]] = back["person"].to_numpy()[later]
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    return stays.assign(person=parent[stays["person"]]), deaths.assign(person=parent[deaths["person"]])


def _readmitted(stays: pd.DataFrame) -> pd.Series[bool]:
    """Say which secure stays follow a discharge from a secure bed, stays sorted by person and time."""
    secure = stays["tier"].isin(TIERS)
    out = secure & stays["to"].isin(["step_down", "community", *OUT])
    before = out.groupby(stays["person"]).cumsum() - out.astype(int)
    return secure & (before > 0) & ~stays["origin"].isin(TIERS)


def _people(first: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Draw who each person is, from the first stay alone."""
    size = len(first)
    mean, sd = truth.age
    people = pd.DataFrame(index=first.index)
    people["since"] = first["admitted"].fillna(first["order"])
    people["age"] = 17 + rng.gamma((mean / sd) ** 2, sd**2 / mean, size).clip(0.5, 50)
    women = first["tier"].map({tier: truth.women.get(tier, 0.0) for tier in (*TIERS, "step_down", "community")})
    people["sex"] = np.where(rng.random(size) < women, "female", "male")
    people["ethnicity"] = _drawn({group: truth.admitted(group) for group in truth.ethnicity}, size, rng)
    people["deprivation_tenth"] = rng.choice(10, size, p=truth.tenths) + 1.0
    people["home_icb"] = _drawn(truth.boards, size, rng)
    people["diagnosis"] = _drawn(truth.diagnosis, size, rng)
    for name in ("learning_disability", "autism"):
        people[name] = np.where(rng.random(size) < getattr(truth, name), "yes", "no")
    return people.assign(legal_section=drawn_by(first["origin"], _SECTIONS, rng))


def drawn_by(
    words: pd.Series[str], shares: Mapping[str, Mapping[str, float]], rng: np.random.Generator
) -> pd.Series[str]:
    """Draw a word for each row, by the shares of its own word, or of ``else`` where that has none.

    Parameters
    ----------
    words : Series of str
        A word a row.
    shares : mapping of str to mapping
        Share of each word that may be drawn, by the row's word; ``else`` for every other.
    rng : Generator
        Source of chance.

    Examples
    --------
    >>> shares = {"court": {"s37": 1.0}, "else": {"s3": 1.0}}
    >>> drawn_by(pd.Series(["court", "prison"]), shares, np.random.default_rng(1)).tolist()
    ['s37', 's3']
    """
    u = rng.random(len(words))
    found = pd.Series("", index=words.index, dtype="str")
    for word, parts in shares.items():
        here = ~words.isin(list(shares)) if word == "else" else words == word
        at = np.searchsorted(np.cumsum(list(parts.values())), u).clip(0, len(parts) - 1)
        found = found.mask(here, pd.Series(np.array(list(parts), object)[at], index=words.index))
    return found


def _drawn(shares: Mapping[str, float], size: int, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    weights = np.array(list(shares.values()))
    return np.asarray(np.array(list(shares), object)[rng.choice(len(shares), size, p=weights / weights.sum())])


def _placed(stays: pd.DataFrame, units: tuple[Unit, ...]) -> Whole:
    """Return the unit of each stay: the bed that has been free longest, of another unit after a move within the tier."""
    found = np.full(len(stays), -1, np.int64)
    placed = stays[stays["admitted"].notna()].sort_values("admitted", kind="stable")
    for tier, own in placed.groupby("tier", sort=False):
        at = [number for number, unit in enumerate(units) if unit.tier == tier]
        found[own.index] = at[0] if len(at) == 1 else _in_beds(own, at, units)
    return found


def _in_beds(own: pd.DataFrame, at: list[int], units: tuple[Unit, ...]) -> Whole:
    """Give the stays of a tier, in order of admission, a bed each: people in beds are followed one by one.

    Who moves within a full tier stands in another unit of the same sector, one above its beds, until he or she leaves.
    """
    beds = np.repeat(at, [units[number].beds for number in at])
    free = deque(np.random.default_rng(0).permutation(beds).tolist())  # mixed, so that all units fill alike
    beside = {
        unit: next(other for other in at if other != unit and units[other].sector == units[unit].sector) for unit in at
    }
    last: dict[int, int] = {}
    leaving: list[tuple[float, int]] = []
    found = []
    columns = (own["person"], own["admitted"], own["left"].fillna(np.inf), own["origin"] == own["tier"])
    for person, admitted, left, moved in zip(*(column.tolist() for column in columns), strict=True):
        while leaving and leaving[0][0] <= admitted:
            free.append(heapq.heappop(leaving)[1])
        before = last.get(person) if moved else None
        bed = next((bed for bed in free if bed != before), free[0])
        free.remove(bed)
        heapq.heappush(leaving, (left, bed))
        last[person] = bed if bed != before else beside[bed]
        found.append(last[person])
    return np.array(found, np.int64)
