"""Spells in secure care: stays in secure tiers that follow one another, as one; and who leaves for a place outside."""

from __future__ import annotations

import pandas as pd

from needs.values import TIERS

__all__ = ["OUTSIDE", "discharges", "secure_spells"]

OUTSIDE = ("step_down", "community", "general_psychiatry", "discharge", "unknown")
"""Where somebody goes who is out of secure care and at liberty enough to come back; prison, death and deportation are not."""

TRAITS = (
    "sex", "ethnicity", "learning_disability", "autism", "deprivation_tenth", "diagnosis", "source", "legal_section", "home_icb",
)  # fmt: skip
"""What is known of a person when a spell begins."""


def secure_spells(stays: pd.DataFrame) -> pd.DataFrame:
    """Join secure stays that follow one another within a pathway.

    Parameters
    ----------
    stays : DataFrame
        Linked stays, sorted by person and admission; see :class:`needs.methods.service.linking.Linked`.

    Returns
    -------
    DataFrame
        One row a spell, in the order of the stays: ``person, person_key, pathway, first_tier, tier`` (the last), ``admitted,
        end, ended, days, to`` (as of the last stay), ``age`` and the traits of the person at the start.

    Examples
    --------
    >>> days = pd.to_datetime(["2020-01-01", "2020-03-01", "2021-01-01"])
    >>> stays = pd.DataFrame({"person": 1, "person_key": "a", "pathway": 1, "tier": ["medium", "low", "step_down"],
    ...                       "admitted": days, "end": [days[1], days[2], days[2]], "ended": [True, True, False],
    ...                       "to": ["low", "step_down", None], "age": 40.0})
    >>> secure_spells(stays)[["first_tier", "tier", "days", "to"]].to_numpy().tolist()
    [['medium', 'low', 366, 'step_down']]
    """
    tier = stays["tier"].astype("str")
    secure = tier.isin(TIERS)
    follows = secure.shift(fill_value=False) & stays["pathway"].eq(stays["pathway"].shift())
    spell = (secure & ~follows).cumsum().rename("spell")
    kept = stays.assign(tier=tier, to=stays["to"].astype("str"))[secure]
    every = {
        name: (name, "first")
        for name in ("person", "person_key", "pathway", "admitted", "age", *TRAITS)
        if name in kept
    }
    last = {name: (name, "last") for name in ("tier", "ended")}
    found = kept.groupby(spell[secure], sort=True).agg(
        **every, first_tier=("tier", "first"), **last, end=("end", "max")
    )
    found["to"] = kept.groupby(spell[secure])["to"].nth(-1).to_numpy()  # the last stay's, missing or not
    found["days"] = (found["end"] - found["admitted"]).dt.days
    return found.reset_index(drop=True)


def discharges(spells: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return each person's first discharge from secure care to a place outside it in the days that the data cover.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`secure_spells`.
    since, until : Timestamp
        First and last day that the data cover.

    Returns
    -------
    DataFrame
        Rows of the spells, with ``left`` (day), ``route`` (``step_down``, ``community`` or ``elsewhere``) and ``age_left``.
        People who went to prison, died or were deported are not among them.

    Examples
    --------
    >>> day = pd.Timestamp("2021-06-01")
    >>> spells = pd.DataFrame({"person": [1, 2], "admitted": day - pd.Timedelta(days=731), "end": day, "ended": True,
    ...                        "to": ["community", "prison"], "age": [40.0, 30.0]})
    >>> found = discharges(spells, pd.Timestamp("2021-01-01"), pd.Timestamp("2022-01-01"))
    >>> found[["person", "route", "age_left"]].values.tolist()
    [[1, 'community', 42.0]]
    """
    out = spells["ended"].astype(bool) & spells["to"].isin(OUTSIDE) & spells["end"].between(since, until)
    found = spells[out].sort_values(["person", "end"], kind="stable").drop_duplicates("person").reset_index(drop=True)
    route = found["to"].where(found["to"].isin(("step_down", "community")), "elsewhere").astype("str")
    years = (found["end"] - found["admitted"]).dt.days / 365.25
    return found.assign(left=found["end"], route=route, age_left=(found["age"] + years).round())
