"""Figures of monitoring of which some are sums of others, made safe: nothing small is the difference of what is shown."""

from __future__ import annotations

import pandas as pd

from needs.dataset.words import TIER
from needs.methods.disclosure import RULE, Released, Rule, release
from needs.methods.service.monitored_now import NEEDED
from needs.methods.suppression import Cell, hidden_with_sums
from needs.values import Provenance

__all__ = ["delays", "delays_by_tier", "needed"]

_ALL = "all"


def delays(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release people ready to leave and the bed-days that took, to the nearest 10.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitored_now.delayed_by_reason`, or all in one row of
        :func:`needs.methods.service.monitored_now.delayed`.
    known, rule
        See :func:`needs.methods.service.monitored_release.occupancy`.

    Returns
    -------
    Released
        Reasons of too few people are left out, like those of nobody; the order tells nothing of what is suppressed. More is
        hidden where sums over tiers or reasons would give the bed-days of few people away.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": "all", "delay_reason": ["housing", "funding"], "delayed_now": [3, 1], "delayed": [8, 6],
    ...                       "bed_days": [431, 120]})
    >>> delays(frame, Provenance("derived", ("x#y",))).frame.iloc[:, 1:].to_numpy().tolist()
    [['housing', nan, 10.0, 430.0]]
    """
    counts, withheld = ["delayed_now", "delayed"], {}
    if "delay_reason" in frame and len(frame):
        tier = frame["tier"].astype(str) if "tier" in frame else pd.Series(_ALL, frame.index)
        off = _hidden_cells(frame.assign(tier=tier), tier, frame["delay_reason"].astype(str), rule)
        frame = pd.concat([frame, off], axis=1)[(frame["delayed"] >= rule.smallest) & ~off["delayed_off"]]
        withheld = {"bed_days": "bed_days_off", "delayed_now": "delayed_now_off", "delayed": "delayed_off"}
    behind, digits = {"bed_days": "delayed"}, {"bed_days": -1}
    safe = release(frame, known, counts=counts, statistics=behind, digits=digits, withheld=withheld, rule=rule)
    told = safe.frame
    keys = told.drop(columns=[*counts, "bed_days"]).astype("str")
    place = pd.factorize(keys["tier"])[0] if "tier" in keys else 0
    names = list(map(str, keys))
    keys = keys.assign(place=place, less=-told["bed_days"])
    return safe.only(keys.sort_values(["place", "less", *names], na_position="last").index.to_numpy())


def _hidden_cells(cells: pd.DataFrame, tier: pd.Series, reason: pd.Series, rule: Rule) -> pd.DataFrame:
    """Say what is hidden of some tiers and reasons, for who knows all cells that are shown and their sums both ways.

    People of several tiers or reasons count in each. Bed-days are as if exact numbers of people were known: what can be worked
    out of them is then that of at least so many people as are shown. Tiers and reasons of nobody are hidden like those of few.
    """
    parts = cells[cells["tier"] != _ALL] if (cells["tier"] != _ALL).any() else cells.assign(tier="every")
    counts, found = {"bed_days": ("delayed", 1), "delayed": ("delayed", 0), "delayed_now": ("delayed_now", 0)}, {}
    for name, (count, exact) in counts.items():
        table = (
            parts.astype({"tier": "str", "delay_reason": "str"})
            .groupby(["tier", "delay_reason"])[count]
            .sum()
            .unstack()
        )
        rows = list(table.index) if "every" in table.index else [*TIER, *table.index.difference(list(TIER))]
        table = table.reindex(rows).assign(nobody=0.0).fillna(0.0)
        tiers, reasons = list(table.index), list(table.columns)
        table[_ALL] = table.sum(axis=1)
        table.loc[_ALL] = table.sum()
        sums = [((at, _ALL), [(at, why) for why in reasons]) for at in [*tiers, _ALL]]
        sums += [((_ALL, why), [(at, why) for at in tiers]) for why in [*reasons, _ALL]]
        off = hidden_with_sums(table, sums, rounded_to=exact or rule.rounded_to, smallest=rule.smallest)
        at = pd.MultiIndex.from_arrays([tier, reason])
        found[f"{name}_off"] = off.stack().reindex(at, fill_value=True).to_numpy(dtype=bool)
    return pd.DataFrame(found, index=tier.index)


def delays_by_tier(
    frame: pd.DataFrame, known: Provenance, rule: Rule = RULE, cells: pd.DataFrame | None = None
) -> Released:
    """Release the share of bed-days that people ready to leave took, by tier.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitored_now.delayed_by_tier`.
    known, rule
        See :func:`needs.methods.service.monitored_release.occupancy`.
    cells : DataFrame, optional
        Of :func:`needs.methods.service.monitored_now.delayed_by_reason`, where that is shown too: see :func:`delays`.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["medium", "low"], "people": 90, "delayed_now": 9, "delayed": [11, 21],
    ...                       "bed_days": [400, 900], "all_bed_days": 30000})
    >>> delays_by_tier(frame, Provenance("derived", ("x#y",))).frame[["delayed", "share"]].to_numpy().tolist()
    [[10.0, nan], [20.0, 0.03]]
    """
    frame = frame.assign(share=frame["bed_days"] / frame["all_bed_days"]).drop(columns="all_bed_days")
    counts, withheld = ["people", "delayed_now", "delayed"], {}
    cells = frame.assign(delay_reason="any") if cells is None else cells
    if len(cells) and len(frame):
        tier = frame["tier"].astype(str)
        off = _hidden_cells(cells, tier, pd.Series(_ALL, frame.index), rule)
        frame = pd.concat([frame, off], axis=1)
        withheld = {name: f"{name}_off" for name in ("bed_days", "delayed", "delayed_now")} | {"share": "bed_days_off"}
    behind, digits = {"bed_days": "delayed", "share": "delayed"}, {"share": 2, "bed_days": -1}
    return release(frame, known, counts=counts, statistics=behind, digits=digits, withheld=withheld, rule=rule)


def needed(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release the tier that people need against the one they are in.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitored_now.tier_needed`.
    known, rule
        See :func:`needs.methods.service.monitored_release.occupancy`.

    Returns
    -------
    Released
        ``tier, people, reviewed``, a column for each tier that may be needed, ``less`` and ``less_share``. More is hidden where
        it would be the difference of what is shown: those reviewed are the sum of all that they need.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low"], "people": [90], "reviewed": [80], "high": [0], "medium": [5], "low": [55],
    ...     "step_down": [15], "community": [5], "none": [0], "less": [20], "same": [55], "more": [5]})
    >>> needed(frame, Provenance("derived", ("x#y",))).frame[["people", "less", "less_share"]].to_numpy().tolist()
    [[90.0, 20.0, 0.25]]
    """
    told = ["reviewed", *NEEDED, "less"]
    frame = frame.drop(
        columns=["same", "more"]
    )  # those who need as much stand among the tiers, and the rest is the difference
    numbers = frame.set_index(frame["tier"].astype(str))[told].assign(rest=lambda row: row["reviewed"] - row["less"])
    sums: list[tuple[Cell, list[Cell]]] = []
    for tier in numbers.index:
        own = NEEDED.index(tier) + 1
        parts = {"reviewed": ("less", "rest"), "less": NEEDED[own:], "rest": NEEDED[:own]}
        sums += [((tier, total), [(tier, name) for name in names]) for total, names in parts.items()]
    off = hidden_with_sums(numbers, sums, smallest=rule.smallest).add_suffix("_off").reset_index(drop=True)
    off["share_off"] = off["less_off"] | off["reviewed_off"]
    return release(
        pd.concat([frame.reset_index(drop=True), off], axis=1),
        known,
        counts=["people", *told],
        shares={"less_share": ("less", "reviewed")},
        withheld={name: f"{name}_off" for name in told} | {"less_share": "share_off"},
        rule=rule,
    )
