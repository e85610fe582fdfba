"""Stays linked into pathways, person by person, by stated rules; every row that is left out is listed with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.dataset.words import TIER
from needs.methods.service.linking_overlaps import ENDLESS, Days, one_at_a_time, outside_beds
from needs.methods.service.linking_rules import JOINED, LEAVE_DAYS, LEFT_OUT, RULES, SETTLED, TRANSFER_DAYS
from needs.methods.service.linking_steps import days, in_steps, pathways, written

__all__ = ["RULES", "Linked", "link"]

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Linked:
    """Stays in order, pathways, and what became of every other row.

    Parameters
    ----------
    stays : DataFrame
        Columns of the stays that are used (codes as they came; ``admitted``, ``discharged``, ``destination`` and
        ``clinically_ready`` as settled by the rules), with ``person`` (int), ``pathway`` (int), ``step`` (from 1
        within the pathway), ``end`` (day of discharge, or the last day of the data), ``ended`` (bool), ``los_days`` (from
        admission to end), ``origin`` (source of the first stay of a pathway, else the tier before), ``to`` (tier of the next
        stay of the pathway, else the destination; missing while it lasts) and ``delayed_days`` (from clinically ready to end,
        0 where never ready). Sorted by person and admission. A caseload cut by a stay in a bed stands once for each piece.
    pathways : DataFrame
        One row a pathway: ``pathway, person, started, end, ended, origin, first_tier, last_tier, stays, los_days, to``, with
        ``los_days`` from its first day to its last.
    excluded : DataFrame
        ``row, reason``: rows of the table of stays that are not used; reasons are names of :data:`RULES`.
    resolved : DataFrame
        ``rule, rows``: what was done to rows that are used, and how often; rules are names of :data:`RULES`.
    """

    stays: pd.DataFrame
    pathways: pd.DataFrame
    excluded: pd.DataFrame
    resolved: pd.DataFrame

    @property
    def used(self) -> int:
        """Rows that stand for a stay of their own."""
        return int(self.stays["row"].nunique())

    @property
    def joined(self) -> int:
        """Rows that are part of the stay of another row; with those used and those left out they are all rows."""
        return int(self.resolved.loc[self.resolved["rule"].isin(list(JOINED)), "rows"].sum())


def link(stays: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> Linked:
    """Make stays one at a time for each person, and link them into pathways.

    Parameters
    ----------
    stays : DataFrame, (rows,)
        The table of stays as it was read, with ``row``.
    since, until : Timestamp
        First and last day that the data cover.

    Returns
    -------
    Linked
        The same for any order of the rows; linked again, its stays stay as they are.

    Raises
    ------
    ValueError
        If the last day is before the first, or a row has no person or no day of admission.

    Notes
    -----
    :data:`RULES` says what is done, in order. No two stays of a person overlap afterwards, and each row is used, part of a
    stay that is used, or left out with one reason.

    Examples
    --------
    >>> from needs.dataset import table
    >>> given = pd.DataFrame({name: [None, None] for name in table("stays").names}).assign(
    ...     row=[2, 3], person_key=["a", "a"], tier=["medium", "low"], unit=["Elm", "Oak"],
    ...     admitted=pd.to_datetime(["2021-01-01", "2022-01-02"]), discharged=pd.to_datetime(["2022-01-01", None]))
    >>> linked = link(given, pd.Timestamp("2020-04-01"), pd.Timestamp("2023-03-31"))
    >>> linked.stays[["pathway", "step", "los_days", "ended", "to"]].values.tolist()
    [[0, 1, 365, True, 'low'], [0, 2, 453, False, nan]]
    """
    if until < since:
        raise ValueError(f"the last day {until:%Y-%m-%d} is before the first {since:%Y-%m-%d}")
    if stays[["person_key", "admitted"]].isna().any(axis=None):
        raise ValueError("a row of stays has no person or no day of admission")
    frame = stays.reset_index(drop=True)
    work, gone, late = _candidates(frame, _day(until))
    swept = one_at_a_time(work)
    free, beside, cut = _free(swept.work)
    whole, joined = _without_leave(free, frame)
    early = whole["end"].to_numpy() < _day(since)
    fate = _fates(
        len(frame),
        {
            **gone,
            **swept.excluded,
            "caseload_beside_bed": beside,
            "ended_before_first_day": whole["at"].to_numpy()[early],
        },
        {"part_of_another": swept.parts, "leave": joined},
        whole["at"].to_numpy()[~early],
    )
    shared = np.isin(fate.owner, fate.owner[np.isin(fate.rule, list(JOINED))])[work["at"]]
    settled = {"discharge_after_last_day": late, **swept.settled, "caseload_outside_beds": cut}
    stays = written(frame, whole[~early].reset_index(drop=True), fate.owner, work["at"].to_numpy()[shared], until)
    return _linked(frame, *in_steps(stays, whole["cut"].to_numpy()[~early]), fate, settled)


@dataclass(frozen=True)
class _Fates:
    """What became of each row: the row it is part of (itself, where it stands alone), and the rule of it; "" where used."""

    owner: Days
    rule: npt.NDArray[np.object_]


def _day(stamp: pd.Timestamp) -> int:
    return (stamp.normalize() - pd.Timestamp(0)).days


def _codes(words: pd.Series) -> Days:
    """Give each word a number, in the order of the alphabet; a blank is -1."""
    return np.asarray(pd.factorize(words.astype("str"), sort=True)[0], dtype=np.int64)


def _candidates(frame: pd.DataFrame, last: int) -> tuple[pd.DataFrame, dict[str, Days], Days]:
    """Put rows in order as numbers, without those that cannot be used whatever stands in the others."""
    content = frame.drop(columns="row")
    print_of = pd.util.hash_pandas_object(content, index=False)
    admitted, end = days(frame["admitted"]), days(frame["discharged"])
    late = (end > last) & (end != ENDLESS)
    again = _again(frame, content, print_of)
    backwards, beyond = end < admitted, admitted > last
    person = _codes(frame["person_key"])
    died = (frame["destination"].astype(object) == "died").to_numpy() & ~(again | backwards | beyond | late)
    death = np.full(int(person.max(initial=-1)) + 1, ENDLESS)
    np.minimum.at(death, person[died], end[died])
    gone, left = {}, np.ones(len(frame), dtype=bool)
    for name, rows in (
        ("same_row_again", again), ("ends_before_start", backwards), ("begins_after_last_day", beyond),
        ("after_death", admitted > death[person]),
    ):  # fmt: skip
        gone[name] = np.flatnonzero(rows & left)
        left &= ~rows
    unit = frame["unit"].where(frame["unit"].notna(), frame["provider"])
    security = np.asarray(pd.Categorical(frame["tier"], list(TIER)).codes, dtype=np.int64)
    community = security == list(TIER).index("community")
    end = np.where(late, ENDLESS, end)
    work = pd.DataFrame({
        "at": np.arange(len(frame)), "last": np.arange(len(frame)), "person": person, "community": community,
        "lane": 2 * person + community, "admitted": admitted, "end": end, "some": end > admitted, "longest": -end,
        "tier": security,
        "place": len(TIER) * _codes(unit) + security, "print": print_of.to_numpy(),
        "cut": False, "closing": True,
    })[left]  # fmt: skip
    order = ["lane", "admitted", "some", "longest", "tier", "place", "print"]
    return work.sort_values(order, ignore_index=True), gone, np.flatnonzero(late & left)


def _again(frame: pd.DataFrame, content: pd.DataFrame, print_of: pd.Series) -> Bools:
    """Find rows of which every cell stands in an earlier row as well."""
    alike = print_of.duplicated(keep=False).to_numpy()
    again = np.zeros(len(frame), dtype=bool)
    some = content[alike].iloc[np.argsort(frame["row"].to_numpy()[alike], kind="stable")]
    again[some.index[some.duplicated()]] = True
    return again


def _free(work: pd.DataFrame) -> tuple[pd.DataFrame, Days, Days]:
    """Cut caseloads to the days outside beds; give what is left in order, rows without such a day, and rows cut."""
    beds, caseloads = (work[work["community"] == kind] for kind in (False, True))
    pieces = outside_beds(caseloads, beds)
    free = pd.concat([beds, pieces], ignore_index=True)
    free["some"] = free["end"] > free["admitted"]
    free = free.sort_values(["person", "admitted", "some", "tier", "place"], ignore_index=True)
    beside = np.setdiff1d(caseloads["at"].to_numpy(), pieces["at"].to_numpy())
    return free, beside, np.unique(pieces["at"].to_numpy()[pieces["cut"].to_numpy()])


def _without_leave(free: pd.DataFrame, frame: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    """Join stays in one place that only leave or a few days part; give pairs of rows, part and whole."""
    at, place, person = (free[column].to_numpy() for column in ("at", "place", "person"))
    on_leave = (frame["destination"].astype(object) == "leave").to_numpy()[free["last"]] & free["closing"].to_numpy()
    gap = free["admitted"].to_numpy()[1:] - free["end"].to_numpy()[:-1]
    back = np.zeros(len(free), dtype=bool)
    back[1:] = (person[1:] == person[:-1]) & (place[1:] == place[:-1])
    back[1:] &= gap <= np.where(on_leave[:-1], LEAVE_DAYS, TRANSFER_DAYS)
    first, final = np.flatnonzero(~back), np.flatnonzero(~np.append(back[1:], False)[: len(free)])
    ends = {column: free[column].to_numpy()[final] for column in ("end", "last", "closing")}
    head = at[first][np.cumsum(~back) - 1]
    return free.iloc[first].reset_index(drop=True).assign(**ends), np.column_stack([at[back], head[back]])


def _fates(rows: int, gone: Mapping[str, Days], parts: Mapping[str, Days], used: Days) -> _Fates:
    """Say of each row whether it is used, part of which row, or left out; what befalls a whole befalls its parts."""
    owner, rule = np.arange(rows), np.full(rows, "", dtype=object)
    for name, at in gone.items():
        rule[at] = name
    rule[used] = ""
    for name, pairs in parts.items():
        part, whole = pairs[~np.isin(pairs[:, 0], used)].T
        step = np.arange(rows)
        step[part] = whole
        owner = step[owner]
        rule[part] = name
    apart = (owner != np.arange(rows)) & (rule[owner] != "")
    rule[apart] = rule[owner[apart]]
    return _Fates(owner, rule)


def _linked(
    frame: pd.DataFrame, stays: pd.DataFrame, steps: Mapping[str, int], fate: _Fates, settled: Mapping[str, Days]
) -> Linked:
    """Write the four frames."""
    counts = {name: int((fate.rule == name).sum()) for name in JOINED}
    counts |= {name: int((fate.rule[rows] == "").sum()) for name, rows in settled.items()}
    counts |= steps
    out = np.isin(fate.rule, list(LEFT_OUT))
    excluded = pd.DataFrame({"row": frame["row"].to_numpy()[out], "reason": pd.Series(fate.rule[out], dtype="str")})
    rules = [*JOINED, *SETTLED]
    resolved = pd.DataFrame({"rule": pd.Series(rules, dtype="str"), "rows": [counts[name] for name in rules]})
    return Linked(stays, pathways(stays), excluded.sort_values("row", ignore_index=True), resolved)
