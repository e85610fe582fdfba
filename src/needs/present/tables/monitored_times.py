"""Tables of a region's own data on how long people stay in a tier, and where they go next."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.monitored_names import APART, destination, figure, group, one_place, share, shown
from needs.present.monitored_stay_words import differing, longest, moving_on, staying
from needs.present.released import SUPPRESSED, cell, empty_table, note
from needs.present.tables.monitoring import tabled
from needs.values import records

__all__ = ["long_stays", "next_places", "stays_by_diagnosis", "time_in_tier"]

_FOLLOWED = "who was already there when the data begin is followed from then on"


def time_in_tier(released: Released, region: Region, to_years: int = 5) -> Artefact:
    """Tabulate how long people stay in each tier.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.time_in_tier`.
    region : Region
        The area.
    to_years : int
        Years within which the mean was taken.

    Examples
    --------
    >>> from needs.methods.service import monitored_release, time_in_tier as methods
    >>> from needs.values import Provenance
    >>> spells = pd.DataFrame({"person": range(40), "tier": "low", "days": range(0, 1600, 40), "entry_days": 0.0, "ended": True})
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> safe = monitored_release.time_in_tier(methods.time_in_tier(spells), known)
    >>> time_in_tier(safe, Region("2023-24", "london", "London", "E40000003")).rows.iloc[0, [0, 1, 2, 3]].tolist()
    ['Low secure', '40', '2.1 (1.4 to 2.7)', '75% (59% to 86%)']
    """
    caption = (
        f"People from {words.place(region.name)} with time in each tier in the years of the data; the share still there "
        f"after some years and the years in which half have left (Kaplan-Meier; {_FOLLOWED}), and the mean time in the "
        f"tier within the first {to_years} years, with 95% intervals. {APART} {note(released.rule)} A share is also suppressed "
        "where fewer people are followed."
    )
    frame, hidden = released.frame, released.hidden
    if frame.empty:
        return empty_table("There are no stays that can be shown.", "Time in tier", caption, released.known)
    rows = list(zip(records(frame), records(hidden), strict=True))
    years = [
        name.removeprefix("still_") for name in map(str, frame) if name.startswith("still_") and name.count("_") == 1
    ]
    told = {
        "Tier": [words.TIER_NAMES[tier] for tier in frame["tier"]],
        "People": [cell(row.people, off.people, words.count) for row, off in rows],
        "Median, years": [
            figure(row, off, "median_years", one_place, _missing(off, "not reached")) for row, off in rows
        ],
    }
    for n in years:
        told[f"There after {n} {words.plural(int(n), 'year')}"] = [
            figure(row, off, f"still_{n}", share, _missing(off)) for row, off in rows
        ]
    told[f"Mean of {to_years} years"] = [figure(row, off, "mean_years", one_place, _missing(off)) for row, off in rows]
    middle = int(years[len(years) // 2]) if years else to_years
    return tabled(staying(released, middle), caption, released, told)


def long_stays(released: Released, region: Region, until: pd.Timestamp) -> Artefact:
    """Tabulate people whose stay in a tier so far is long.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.long_stays`.
    region : Region
        The area.
    until : Timestamp
        Last day of the data.

    Examples
    --------
    >>> from needs.methods.service import monitored_release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "years": [5.0], "people": [90], "long": [9]})
    >>> safe = monitored_release.long_stays(frame, Provenance("derived", ("service/x#own-data",)))
    >>> table = long_stays(safe, Region("2023-24", "london", "London", "E40000003"), pd.Timestamp("2024-03-31"))
    >>> table.rows.to_numpy().tolist()
    [['Low secure', '90', '5', '10', '10%']]
    """
    caption = (
        f"People from {words.place(region.name)} in each secure tier on {until:%d %B %Y}, and those who had been in that "
        f"tier for more than the years that are called long there. {note(released.rule)}"
    )
    frame, rows = released.frame, list(zip(records(released.frame), records(released.hidden), strict=True))
    told = {
        "Tier": [words.TIER_NAMES[tier] for tier in frame["tier"]],
        "People": [cell(row.people, off.people, words.count) for row, off in rows],
        "More than, years": [f"{row.years:g}" for row, _ in rows],
        "There for longer": [cell(row.long, off.long, words.count) for row, off in rows],
        "Share": [cell(row.share, off.share, share) for row, off in rows],
    }
    return tabled(longest(released), caption, released, told)


def next_places(released: Released, region: Region, years: int = 5) -> Artefact:
    """Tabulate where people go from each tier.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.next_places`.
    region : Region
        The area.
    years : int
        Years that the title tells of.

    Examples
    --------
    >>> from needs.methods.service import monitored_release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "to": ["prison"], "years": [5], "share": [0.1234], "share_lower": [0.05],
    ...                       "share_upper": [0.2], "behind": [9.0]})
    >>> safe = monitored_release.next_places(frame, Provenance("derived", ("service/x#own-data",)))
    >>> next_places(safe, Region("2023-24", "london", "London", "E40000003")).rows.to_numpy().tolist()
    [['Low secure', 'Prison', '12% (5% to 20%)']]
    """
    smallest = released.rule.smallest
    caption = (
        f"Share of people from {words.place(region.name)} who had gone from each tier to each next place by some years "
        f"after they came to the tier, with 95% intervals (cumulative incidence, Aalen-Johansen; {_FOLLOWED}). "
        f"{APART} {note(released.rule)} Places to which fewer than {smallest} people went are left out."
    )
    frame = released.frame
    kept = released.only(frame.groupby(["tier", "to"])["share"].transform("count").gt(0).to_numpy())
    if not len(kept):
        return empty_table(f"{moving_on(released, years)}.", "Next places", caption, released.known)
    frame, hidden = kept.frame, kept.hidden
    text = pd.Series(
        [
            figure(row, off, "share", share, "not known yet")
            for row, off in zip(records(frame), records(hidden), strict=True)
        ]
    )
    wide = frame[["tier", "to", "years"]].astype({"tier": "str"}).assign(text=text)
    order = wide[["tier", "to"]].drop_duplicates()
    wide = order.merge(
        wide.pivot(index=["tier", "to"], columns="years", values="text").reset_index(), on=["tier", "to"]
    )
    told = {
        "Tier": [words.TIER_NAMES[tier] for tier in wide["tier"]],
        "Next place": [destination(code) for code in wide["to"]],
    }
    for n in sorted(frame["years"].unique()):
        told[f"Within {n} {words.plural(n, 'year')}"] = wide[n].tolist()
    return tabled(moving_on(released, years), caption, kept, told, ("Tier", "Next place"))


def stays_by_diagnosis(released: Released, tests: Released, region: Region, years: int = 5) -> Artefact:
    """Tabulate how long people stay by diagnosis group.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.time_in_tier` by tier and ``group``.
    tests : Released
        Of :func:`needs.methods.service.monitored_release.differences`.
    region : Region
        The area.
    years : int
        Years after which the share still there is shown.

    Examples
    --------
    >>> from needs.methods.service import monitored_release, time_in_tier as methods
    >>> from needs.values import Provenance
    >>> spells = pd.DataFrame({"person": range(40), "tier": "low", "days": range(0, 1600, 40), "entry_days": 0.0, "ended": True,
    ...     "diagnosis": "both", "learning_disability": "no", "autism": "no"})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> found = methods.time_in_tier(methods.with_diagnosis_groups(spells), by=("tier", "group"))
    >>> tests = monitored_release.differences(methods.differences(spells), known)
    >>> table = stays_by_diagnosis(monitored_release.time_in_tier(found, known), tests, london, 1)
    >>> table.rows.iloc[0].tolist()
    ['Low secure', 'Mental illness and personality disorder', '40', '2.1 (1.4 to 2.7)', '75% (59% to 86%)']
    """
    told_tests = [
        f"{words.lower(words.TIER_NAMES[row.tier])} {'p under 0.001' if row.p_value < 0.001 else f'p = {row.p_value:.3f}'}"
        for row in shown(tests, "p_value")
    ]
    caption = (
        f"People from {words.place(region.name)} with time in secure care by tier and main diagnosis group, with 95% "
        f"intervals (Kaplan-Meier; {_FOLLOWED}). Learning disability or autism cuts across the other groups."
        + (f" Log-rank test of the main groups known: {'; '.join(told_tests)}." if told_tests else "")
        + f" {APART} {note(released.rule)}"
    )
    frame, rows = released.frame, list(zip(records(released.frame), records(released.hidden), strict=True))
    if frame.empty:
        return empty_table("There are no stays that can be shown.", "Stays", caption, released.known)
    told = {
        "Tier": [words.TIER_NAMES[tier] for tier in frame["tier"]],
        "Group": [group(code) for code in frame["group"]],
        "People": [cell(row.people, off.people, words.count) for row, off in rows],
        "Median, years": [
            figure(row, off, "median_years", one_place, _missing(off, "not reached")) for row, off in rows
        ],
        f"There after {years} {words.plural(years, 'year')}": [
            figure(row, off, f"still_{years}", share, _missing(off)) for row, off in rows
        ],
    }
    return tabled(differing(tests), caption, released, told, ("Tier", "Group"))


def _missing(off: Any, why: str = "not known yet") -> str:
    """Say why there is no figure; nothing of a group whose number is suppressed."""
    return SUPPRESSED if off.people else why
