"""What becomes of people who left secure care, made safe to show."""

from __future__ import annotations

import pandas as pd

from needs.methods.disclosure import Released, Rule, half_up, release
from needs.methods.rates import exact_interval
from needs.methods.service.followed_up_rates import HORIZONS
from needs.methods.service.hazards import Hazards
from needs.values import Provenance

__all__ = ["release_after_a_year", "release_curves", "release_hazards", "release_incidence", "release_person_years"]

_ENDS = ("", "_lower", "_upper")


def release_incidence(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make cumulative incidence safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`needs.methods.service.followed_up_rates.incidence`.
    known : Provenance
        Kind and sources.
    rule : Rule
        What is too small, and what others are rounded to.

    Returns
    -------
    Released
        ``of, group, people, events, deaths, follow_up_years`` and ``within_1`` to ``within_5_upper``; a share is hidden where
        too few have the event by then, have it not, or are still followed.

    Examples
    --------
    >>> from needs.methods.service.followed_up_rates import incidence
    >>> followed = pd.DataFrame({"readmission": ["readmission"] * 6 + [None] * 14, "readmission_days": [20.0] * 6 + [400.0] * 14})
    >>> safe = release_incidence(incidence(followed, "readmission", []), Provenance("derived", ("x#y",)), Rule())
    >>> safe.frame[["people", "events", "within_1", "within_2"]].to_numpy().tolist()
    [[20.0, 5.0, 0.3, nan]]
    """
    told = found.copy()
    statistics: dict[str, str | tuple[str, ...]] = {"follow_up_years": "people"}
    for year in HORIZONS:
        told[f"rest_{year}"] = told["people"] - told[f"events_{year}"]
        behind = (f"events_{year}", f"rest_{year}", f"at_risk_{year}")
        statistics |= {f"within_{year}{end}": behind for end in _ENDS}
    words = {"of": "str", "group": "str"}
    return release(
        told.astype({name: words.get(name, "float") for name in told.columns}),
        known,
        counts=["people", "events", "deaths"],
        statistics=statistics,
        digits={name: 1 if name == "follow_up_years" else 2 for name in statistics},
        rule=rule,
    )


def release_curves(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make curves of cumulative incidence safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`needs.methods.service.followed_up_rates.curves`, in steps of at least the smallest number.
    known, rule
        See :func:`release_incidence`.

    Returns
    -------
    Released
        ``of, group, months, share, lower, upper, at_risk``; the start of each curve is 0 whoever is in it.

    Examples
    --------
    >>> row = {"of": "all", "group": "all", "months": 12.0, "share": 0.251, "lower": 0.1, "upper": 0.4, "at_risk": 44.0}
    >>> release_curves(pd.DataFrame([row | {"events": 12.0}]), Provenance("derived", ("x#y",)), Rule()).frame["share"].tolist()
    [0.25]
    """
    told = found.astype({"of": "str", "group": "str"})
    told["behind"] = (
        told["events"].where(told["events"] > 0, told["at_risk"]).astype(float)
    )  # nobody yet is no small number
    return release(
        told.drop(columns="events").astype(dict.fromkeys(["months", "share", "lower", "upper", "at_risk"], float)),
        known,
        counts=["at_risk"],
        public=["months"],
        statistics=dict.fromkeys(("share", "lower", "upper"), ("behind", "at_risk")),
        digits=dict.fromkeys(("share", "lower", "upper"), 2),
        rule=rule,
    )


def release_person_years(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make events per 1,000 person-years safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`needs.methods.service.followed_up_rates.person_years`.
    known, rule
        See :func:`release_incidence`.

    Returns
    -------
    Released
        The same columns; rates and intervals are of rounded events.

    Examples
    --------
    >>> row = {"event": "death", "of": "all", "group": "all", "people": 40, "events": 8, "years": 80.0, "rate": 100.0}
    >>> found = pd.DataFrame([row | {"rate_lower": 43.2, "rate_upper": 197.0}])
    >>> release_person_years(found, Provenance("derived", ("x#y",)), Rule()).frame[["events", "rate"]].to_numpy().tolist()
    [[10.0, 125.0]]
    """
    ends = ("rate", "rate_lower", "rate_upper")
    told = found.astype(dict.fromkeys(["people", "events", "years", *ends], float))
    rounded = half_up(told["events"], rule.rounded_to)  # with exact events the years would give their number away
    years = told["years"].where(told["years"] > 0)
    for name, events in zip(ends, (rounded, *exact_interval(rounded)), strict=True):
        told[name] = 1000 * events / years
    return release(
        told,
        known,
        counts=["people", "events"],
        statistics={"years": "people"} | dict.fromkeys(ends, "events"),
        rule=rule,
    )


def release_after_a_year(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make what is recorded within a year of discharge safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`needs.methods.service.followed_up_rates.after_a_year`.
    known, rule
        See :func:`release_incidence`.

    Examples
    --------
    >>> row = {"event": "employment", "of": "all", "group": "all", "people": 40.0, "numerator": 8.0, "lower": 0.1, "upper": 0.35}
    >>> safe = release_after_a_year(pd.DataFrame([row]), Provenance("derived", ("x#y",)), Rule())
    >>> safe.frame[["numerator", "share"]].to_numpy().tolist()
    [[10.0, 0.2]]
    """
    told = found.assign(rest=found["people"] - found["numerator"])
    return release(
        told.astype(dict.fromkeys(["people", "numerator", "rest", "lower", "upper"], float)),
        known,
        counts=["people", "numerator"],
        shares={"share": ("numerator", "people")},
        statistics=dict.fromkeys(("lower", "upper"), ("numerator", "rest")),
        digits={"lower": 2, "upper": 2},
        rule=rule,
    )


def release_hazards(found: Hazards, known: Provenance, rule: Rule) -> Released:
    """Make hazard ratios safe to show.

    Parameters
    ----------
    found : Hazards
        Of :func:`needs.methods.service.hazards.hazards`.
    known, rule
        See :func:`release_incidence`.

    Returns
    -------
    Released
        ``term, people, events, ratio, lower, upper``, of kind ``modelled`` or weaker.

    Examples
    --------
    >>> row = {"term": "medium", "people": 40.0, "events": 12.0, "ratio": 1.234, "lower": 0.9, "upper": 1.7}
    >>> found = Hazards(pd.DataFrame([row]), 90, 30, 1)
    >>> release_hazards(found, Provenance("derived", ("x#y",)), Rule()).frame["ratio"].tolist()
    [1.23]
    """
    told = found.frame.astype(dict.fromkeys(["people", "events", "ratio", "lower", "upper"], float)).astype(
        {"term": "str"}
    )
    told["others"] = found.events - told["events"].where(told["term"] != "age", 0.0)
    return release(
        told,
        Provenance.of(known, kind="modelled"),
        counts=["people", "events"],
        statistics=dict.fromkeys(("ratio", "lower", "upper"), ("events", "others")),
        digits=dict.fromkeys(("ratio", "lower", "upper"), 2),
        rule=rule,
    )
