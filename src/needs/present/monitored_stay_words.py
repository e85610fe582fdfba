"""Findings on how long people stay and where they go next, in sentences that the numbers cannot make false."""

from __future__ import annotations

import pandas as pd

from needs.methods.disclosure import Released
from needs.methods.service.time_in_tier import STILL_THERE
from needs.present import words
from needs.present.monitored_names import IN, one_place, share, shown, spoken
from needs.values import TIERS, records

__all__ = ["differing", "longest", "moving_on", "stayed", "staying"]

_TO = {
    "prison": "went to prison",
    "general_psychiatry": "went to a general psychiatric ward",
    "discharge": "went home or to another place without secure or forensic care",
    "other": "went elsewhere",
    "died": "died",
    "leave": "went on leave and did not come back",
    "unknown": "went to a place not recorded",
}


def stayed(released: Released) -> str:
    """Say how long half of the people stay in each tier.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.time_in_tier`.

    Examples
    --------
    >>> stayed(_example())
    'Half of the people leave low security within 1.4 years (1.4 or more)'
    """
    parts = [
        f"{IN[row.tier]} within {spoken(row, 'median_years', one_place, ' years' if at == 0 else '')}"
        for at, row in enumerate(shown(released, "median_years"))
    ]
    return (
        f"Half of the people leave {words.listed(parts)}"
        if parts
        else "Numbers are too small to say how long half of the people stay in a tier"
    )


def staying(released: Released, years: int) -> str:
    """Say what share of people is still in each tier after some years.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.time_in_tier`.
    years : int
        One of its years.

    Examples
    --------
    >>> staying(_example(), 1)
    'Numbers are too small to show how many people are still in a tier after 1 year'
    """
    name, unit = f"still_{years}", words.plural(years, "year")
    parts = [f"{spoken(row, name, share)} in {IN[row.tier]}" for row in shown(released, name)]
    if not parts:
        return f"Numbers are too small to show how many people are still in a tier after {years} {unit}"
    return f"After {years} {unit} these shares of people are still there: {words.listed(parts)}"


def longest(released: Released) -> str:
    """Say what share of the people there have been there for long.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.long_stays`.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import long_stays
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "years": [5.0], "people": [90], "long": [9]})
    >>> longest(long_stays(frame, Provenance("derived", ("x#y",))))
    'Of the people there today, 10% have been in low security for more than 5 years'
    """
    parts = [
        f"{share(row.share)} have been in {IN[row.tier]} for more than {row.years:g} years"
        for row in shown(released, "share")
    ]
    return (
        f"Of the people there today, {words.listed(parts)}"
        if parts
        else "Numbers are too small to show how many people have been there for long"
    )


def moving_on(released: Released, years: int) -> str:
    """Say where most people of each secure tier have gone, of the places that are shown.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.next_places`.
    years : int
        One of its years.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import next_places
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "to": ["prison"], "years": [1], "share": [0.1234], "share_lower": [0.05],
    ...                       "share_upper": [0.2], "behind": [9.0]})
    >>> moving_on(next_places(frame, Provenance("derived", ("x#y",))), 1)
    'Within 1 year 12% (5% to 20%) of the people in low security went to prison'
    """
    frame = released.frame
    frame = frame[
        frame["years"].eq(years) & frame["to"].ne(STILL_THERE) & frame["share"].notna() & frame["tier"].isin(TIERS)
    ]
    top = frame.sort_values("share", ascending=False, kind="stable").drop_duplicates("tier").sort_index()
    parts = [
        f"{spoken(row, 'share', share)} of the people in {IN[row.tier]} {_TO.get(row.to) or f'went to {IN[row.to]}'}"
        for row in records(top)
    ]
    unit = words.plural(years, "year")
    return (
        f"Within {years} {unit} {words.listed(parts)}"
        if parts
        else f"Numbers are too small to show where people have gone within {years} {unit}"
    )


def differing(released: Released) -> str:
    """Say in which tiers diagnosis groups stay for different times.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.differences`.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import differences
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "people": [90], "p_value": [0.01234]})
    >>> differing(differences(frame, Provenance("derived", ("x#y",))))
    'Diagnosis groups stay for different times in low security'
    """
    tested = shown(released, "p_value")
    if not tested:
        return "Numbers are too small to hold the stays of diagnosis groups against each other"
    differ = [IN[row.tier] for row in tested if row.p_value < 0.05]
    if not differ:
        where = words.listed([IN[row.tier] for row in tested])
        return f"No clear difference between the stays of diagnosis groups is seen in {where}"
    return f"Diagnosis groups stay for different times in {words.listed(differ)}"


def _example() -> Released:
    """Return the stays of eight people in low security."""
    from needs.methods.service import monitored_release, time_in_tier
    from needs.values import Provenance

    spells = pd.DataFrame({"person": range(8), "tier": "low", "days": 500.0, "entry_days": 0.0, "ended": True})
    found = time_in_tier.time_in_tier(spells, years=(1,))
    return monitored_release.time_in_tier(found, Provenance("derived", ("x#y",)))
