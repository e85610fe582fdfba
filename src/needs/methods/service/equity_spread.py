"""How far a measure changes from the least to the most deprived, and how far units lie from what their patients would give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from needs.methods.disclosure import Released, Rule, half_up, release
from needs.methods.funnel import overdispersion
from needs.methods.inequality import FEWEST_GROUPS, slope_index
from needs.methods.rates import Floats
from needs.methods.service.equity_cases import MEASURES, TENTH
from needs.methods.standardise import expected_events
from needs.values import Provenance

__all__ = ["funnel_of_units", "release_slopes", "release_units", "slopes"]

_SII = ("sii", "sii_lower", "sii_upper")


def slopes(counts: pd.DataFrame) -> pd.DataFrame:
    """Fit slopes over the tenths of deprivation to every measure that has enough of them.

    Parameters
    ----------
    counts : DataFrame
        Of :func:`tallies`.

    Returns
    -------
    DataFrame
        ``measure, form, events, groups, overall, behind, sii, sii_lower, sii_upper``: how much the fitted rate or share of
        the most deprived end lies above that of the least deprived, in the unit of the measure; missing with fewer than 5
        tenths.

    Notes
    -----
    :func:`needs.methods.inequality.slope_index` on crude rates, tenths ranked by whom they are counted against. Standard
    errors are those of the overall rate, which few events in a tenth cannot make nought.

    Examples
    --------
    >>> counts = pd.DataFrame({"measure": "delayed", "group_of": "tenth", "group": [str(n) for n in range(1, 11)],
    ...                        "stratum": "low", "people": 50, "numerator": [15.0] * 5 + [10.0] * 5, "denominator": 50.0})
    >>> slopes(counts)[["measure", "groups", "sii"]].round(1).to_numpy().tolist()
    [['delayed', 10, 15.2]]
    """
    rows = []
    for name, measure in MEASURES.items():
        part = counts[(counts["measure"] == name) & (counts["group_of"] == TENTH) & (counts["group"] != "unknown")]
        found = part.groupby("group")[["numerator", "denominator"]].sum()
        found = found[found["denominator"] > 0]
        found = found.loc[sorted(found.index, key=int, reverse=True)]
        if measure.form == "mean" or found.empty:
            continue
        events, against = (found[column].to_numpy(float) for column in ("numerator", "denominator"))
        overall = events.sum() / against.sum()
        told = {
            "measure": name,
            "form": measure.form,
            "events": events.sum(),
            "groups": len(found),
            "overall": measure.per * overall,
        }
        rest = against.sum() - events.sum() if measure.form == "share" else np.inf
        ends = [measure.per * end for end in _slope(events, against, overall, measure.form == "share")]
        rows.append(told | {"behind": min(events.sum(), rest)} | dict(zip(_SII, ends, strict=True)))
    return pd.DataFrame(rows, columns=["measure", "form", "events", "groups", "overall", "behind", *_SII])


def _slope(events: Floats, against: Floats, overall: float, share: bool) -> tuple[float, float, float]:
    if len(events) < FEWEST_GROUPS or events.sum() == 0:
        return np.nan, np.nan, np.nan
    spread = np.sqrt(overall * ((1 - overall) if share else 1.0) / against)
    found = slope_index(against, events / against, spread)
    return float(found.sii), float(found.sii_lower), float(found.sii_upper)


def release_slopes(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make slopes safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`slopes`.
    known : Provenance
        Kind and sources.
    rule : Rule
        What is too small, and what others are rounded to.

    Examples
    --------
    >>> row = {"measure": "delayed", "groups": 10, **dict.fromkeys(["events", "overall", "behind", *_SII], 12.34)}
    >>> safe = release_slopes(pd.DataFrame([row]), Provenance("derived", ("x#y",)), Rule())
    >>> safe.frame[["events", "sii"]].to_numpy().tolist()
    [[10.0, 12.3]]
    """
    ends = ("overall", *_SII)
    return release(
        found.astype(dict.fromkeys(["events", "behind", *ends], float)),
        known,
        counts=["events"],
        groups=["groups"],
        statistics=dict.fromkeys(ends, "behind"),
        digits=dict.fromkeys(ends, 1),
        rule=rule,
    )


def funnel_of_units(cases: pd.DataFrame) -> pd.DataFrame:
    """Hold the events of each unit against those that its own mix of patients would have at the rates of all units.

    Parameters
    ----------
    cases : DataFrame
        Rows with ``unit, tier, stratum, numerator, denominator``, of :func:`needs.methods.service.equity_cases.moving`.

    Returns
    -------
    DataFrame
        ``unit, tier, stays, observed, expected, ratio, phi``, a row a unit and tier that expects something; ``phi`` is the
        overdispersion of all of them, missing with fewer than 2.

    Notes
    -----
    ``E = sum over strata of years x rate of all units``; :func:`needs.methods.funnel.overdispersion`.

    Examples
    --------
    >>> cases = pd.DataFrame({"unit": ["Elm", "Oak"], "tier": "low", "stratum": "low other", "numerator": [3.0, 1.0],
    ...                       "denominator": [10.0, 10.0]})
    >>> funnel_of_units(cases)[["unit", "observed", "expected", "ratio"]].to_numpy().tolist()
    [['Elm', 3.0, 2.0, 1.5], ['Oak', 1.0, 2.0, 0.5]]
    """
    columns = ["unit", "tier", "stays", "observed", "expected", "ratio", "phi"]
    told = cases[cases["unit"].notna()]
    if told.empty:
        return pd.DataFrame(columns=columns)
    years = told.pivot_table(
        index=["unit", "tier"], columns="stratum", values="denominator", aggfunc="sum", fill_value=0.0
    )
    every = told.groupby("stratum")[["numerator", "denominator"]].sum().loc[years.columns]
    found = told.groupby(["unit", "tier"]).agg(stays=("numerator", "size"), observed=("numerator", "sum"))
    found["expected"] = expected_events(years.to_numpy(), every["numerator"], every["denominator"])
    found = found[found["expected"] > 0].reset_index()
    phi = overdispersion(found["observed"], found["expected"]).phi if len(found) > 1 else np.nan
    return found.assign(ratio=found["observed"] / found["expected"], phi=phi)[columns]


def release_units(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make units safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`funnel_of_units`.
    known : Provenance
        Kind and sources.
    rule : Rule
        What is too small, and what others are rounded to.

    Returns
    -------
    Released
        ``unit, tier, stays, observed, expected, ratio, phi``: expected moves are rounded as those observed are, and the ratio is
        of rounded ones, as the exact ones would give the number of moves away.

    Examples
    --------
    >>> row = {"unit": "Elm", "tier": "low", "stays": 20.0, "observed": 12.0, "expected": 9.13, "ratio": 1.3143, "phi": 1.0}
    >>> safe = release_units(pd.DataFrame([row]), Provenance("derived", ("x#y",)), Rule())
    >>> safe.frame[["observed", "expected", "ratio"]].to_numpy().tolist()
    [[10.0, 10.0, 1.0]]
    """
    told = found.astype(dict.fromkeys(["stays", "observed", "expected", "ratio", "phi"], float))
    observed, expected = (half_up(told[name], rule.rounded_to) for name in ("observed", "expected"))
    told = told.assign(expected=expected, total=told["observed"].sum(), behind=np.minimum(told["observed"], expected))
    told["ratio"] = observed / told["expected"].where(told["expected"] > 0)
    return release(
        told,
        known,
        counts=["stays", "observed"],
        statistics={"expected": "behind", "ratio": "behind", "phi": "total"},
        digits={"expected": 0, "ratio": 2, "phi": 1},
        rule=rule,
    )
