"""Groups compared on four sides: who gets in, how long they stay, how restricted they are, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from needs.methods.disclosure import Released, Rule, half_up, release, together
from needs.methods.need import deprivation_tenths
from needs.methods.ratios import Ratio, excess, rate_ratio, risk_ratio
from needs.methods.service.equity_cases import DAYS, GROUPS, HORIZON, MEASURES, REFERENCE, TENTH, tally
from needs.methods.survival import restricted_mean
from needs.values import Provenance

__all__ = ["compare_groups", "counted", "lived_there", "release_groups", "tallies", "years"]

NO_DENOMINATOR = "no_denominator"
_ENDS = ("ratio", "ratio_lower", "ratio_upper", "excess", "excess_lower", "excess_upper")


def years(since: pd.Timestamp, until: pd.Timestamp) -> float:
    """Return the length of the data in years, first and last day included.

    Examples
    --------
    >>> round(years(pd.Timestamp("2020-01-01"), pd.Timestamp("2023-12-31")), 3)
    4.0
    """
    return ((until - since).days + 1) / DAYS


def lived_there(residents: pd.DataFrame, tenth: float, fifth: float, length: float) -> pd.DataFrame:
    """Return the person-years of adults by group, against which admissions are counted.

    Parameters
    ----------
    residents : DataFrame
        ``group_of, group, stratum, people``: adults by sex and age, and by ethnic group where known.
    tenth, fifth : float
        Shares of the area's people in England's most deprived tenth and fifth.
    length : float
        Years that the data cover.

    Returns
    -------
    DataFrame
        ``group_of, group, stratum, denominator``, with adults spread over the tenths of deprivation by
        :func:`needs.methods.need.deprivation_tenths` (modelled).

    Examples
    --------
    >>> adults = pd.DataFrame({"group_of": "sex", "group": ["female", "male"], "stratum": "18 and over", "people": [600, 400]})
    >>> found = lived_there(adults, 0.1, 0.2, 2.0)
    >>> found.loc[found["group_of"] == "deprivation", "denominator"].round(1).tolist()
    [400.0, 400.0, 400.0, 400.0, 400.0]
    """
    everybody = float(residents.loc[residents["group_of"] == "sex", "people"].sum())
    people = everybody * deprivation_tenths([tenth], [fifth])[0][::-1]  # most deprived first
    parts = [residents]
    for group_of, counts in ((TENTH, people), ("deprivation", people.reshape(5, 2).sum(axis=1))):
        names = [str(number) for number in range(1, len(counts) + 1)]
        parts.append(pd.DataFrame({"group_of": group_of, "group": names, "stratum": "", "people": counts}))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(denominator=found["people"] * length)[["group_of", "group", "stratum", "denominator"]]


def tallies(cases: Mapping[str, pd.DataFrame], lived: pd.DataFrame) -> pd.DataFrame:
    """Count every measure that adds up, by group and stratum.

    Parameters
    ----------
    cases : mapping of str to DataFrame
        Rows by measure, of :func:`needs.methods.service.equity_cases.admitted`, ``moving``, ``present`` and ``left``.
    lived : DataFrame
        Of :func:`lived_there`.

    Returns
    -------
    DataFrame
        As :func:`needs.methods.service.equity_cases.tally`, a block a measure; the denominator of admissions is missing for
        groups of which nobody has counted how many live there.

    Examples
    --------
    >>> traits = dict.fromkeys(["sex", "ethnicity", "learning_disability", "autism"], "no") | {"deprivation_tenth": 1.0}
    >>> cases = pd.DataFrame([{**traits, "sex": "female", "stratum": "low", "numerator": 1.0, "denominator": 2.0}])
    >>> found = tallies({"moves_on": cases}, pd.DataFrame())
    >>> found.loc[found["group_of"] == "sex", ["group", "numerator", "denominator"]].to_numpy().tolist()
    [['female', 1.0, 2.0]]
    """
    counts = [
        _admissions(cases[name], lived) if name == "admissions" else tally(cases[name], name)
        for name in MEASURES
        if name in cases
    ]
    return pd.concat(counts, ignore_index=True)


def _admissions(cases: pd.DataFrame, lived: pd.DataFrame) -> pd.DataFrame:
    """Count admissions against the adults who live there; by age for women and men alone."""
    of_sex = tally(cases, "admissions").query("group_of == 'sex'")
    others = tally(cases.assign(stratum=""), "admissions").query("group_of != 'sex'")
    counts = pd.concat([of_sex, others]).drop(columns="denominator")
    known = [name for name in ("sex", "ethnicity", "deprivation", TENTH) if name in set(lived["group_of"])]
    whole = counts.merge(lived, on=["group_of", "group", "stratum"], how="outer")
    found = pd.concat([whole, counts.iloc[:0]], ignore_index=True)
    found = found.assign(
        measure="admissions", people=found["people"].fillna(0), numerator=found["numerator"].fillna(0.0)
    )
    return found[found["group_of"].isin([*known, *counts["group_of"]])]


def compare_groups(counts: pd.DataFrame, spells: pd.DataFrame, days: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """Compare every group with the reference of its grouping, on every measure.

    Parameters
    ----------
    counts : DataFrame
        Of :func:`tallies`.
    spells : DataFrame
        Of :func:`needs.methods.service.spells.secure_spells`.
    days : (Timestamp, Timestamp)
        First and last day that the data cover.

    Returns
    -------
    DataFrame
        ``side, measure, form, group_of, group, reference, people, numerator, reference_numerator, rate, reference_rate, ratio,
         ratio_lower, ratio_upper, excess, excess_lower, excess_upper, method, behind``. Rates are crude,
        in the unit of the measure; the ratio holds strata equal. ``behind`` is the smallest number of people that the ratio
        rests on. ``method`` is ``no_denominator`` where admissions can be set against nobody.

    Notes
    -----
    Ratios of rates: :func:`needs.methods.ratios.rate_ratio`; of shares: :func:`needs.methods.ratios.risk_ratio`; of time in
    secure care: restricted means to 2 years from admission, with the interval of the log ratio by the delta method.

    Examples
    --------
    >>> counts = pd.DataFrame({"measure": "delayed", "group_of": "sex", "group": ["female", "male"], "stratum": "low",
    ...                        "people": [40, 90], "numerator": [20.0, 30.0], "denominator": [40.0, 90.0]})
    >>> none = pd.DataFrame({name: [] for name in ("sex", "ethnicity", "learning_disability", "autism", "days", "ended")})
    >>> none = none.assign(deprivation_tenth=[], admitted=pd.to_datetime([]))
    >>> found = compare_groups(counts, none, (pd.Timestamp("2021-01-01"), pd.Timestamp("2024-01-01")))
    >>> found[["rate", "ratio", "behind"]].round(6).to_numpy().tolist()
    [[50.0, 1.5, 20.0]]
    """
    rows = []
    for name, group_of in counts[["measure", "group_of"]].drop_duplicates().itertuples(index=False):
        part = counts[(counts["measure"] == name) & (counts["group_of"] == group_of)]
        others = (
            [group for group in GROUPS[group_of] if (part["group"] == group).any()] if group_of in REFERENCE else []
        )
        rows += [_compared(part, name, group_of, group) for group in others if group != REFERENCE[group_of]]
    rows += _time_in_care(spells, *days)
    columns = ["people", "numerator", "reference_numerator", "rate", "reference_rate", *_ENDS, "method", "behind"]
    found = pd.DataFrame(rows, columns=["side", "measure", "form", "group_of", "group", "reference", *columns])
    order = {name: at for at, name in enumerate([*MEASURES, *REFERENCE])}
    by = found.assign(a=found["measure"].map(order), b=found["group_of"].map(order))
    return found.loc[by.sort_values(["a", "b"], kind="stable").index].reset_index(drop=True)


def _told(name: str, group_of: str, group: str) -> dict[str, object]:
    measure = MEASURES[name]
    told = {"side": measure.side, "measure": name, "form": measure.form, "group_of": group_of, "group": group}
    return {**told, "reference": REFERENCE[group_of]}


def _compared(part: pd.DataFrame, name: str, group_of: str, group: str) -> dict[str, object]:
    """Compare one group with the reference on one measure that adds up."""
    measure, told = MEASURES[name], _told(name, group_of, group)
    pair = [part[part["group"] == each] for each in (group, REFERENCE[group_of])]
    if all(each["denominator"].notna().any() for each in pair):
        pair = [each[each["denominator"].notna()] for each in pair]  # who can be set against somebody
    (a, n), (b, m) = ([float(each[what].sum()) for what in ("numerator", "denominator")] for each in pair)
    nobody = name == "admissions" and all(each["denominator"].isna().all() for each in pair)
    told |= {
        "numerator": a,
        "reference_numerator": b,
        "behind": min(a, b),
        "method": NO_DENOMINATOR if nobody else "none",
    }
    told["people"] = np.nan if name == "admissions" else float(pair[0]["people"].sum())
    if not (n and m):
        return told
    wide = [each.groupby("stratum")[["numerator", "denominator"]].sum() for each in pair]
    strata = wide[0].index.union(wide[1].index)
    cases, against, other_cases, other_against = (
        each[what].reindex(strata, fill_value=0.0).to_numpy() for each in wide for what in ("numerator", "denominator")
    )
    if measure.form == "share":
        told["behind"] = min(a, b, n - a, m - b)
    told |= {"rate": measure.per * a / n, "reference_rate": measure.per * b / m}
    compare = rate_ratio if measure.form == "rate" else risk_ratio
    return told | _ratio(compare(cases, against, other_cases, other_against), a)


def _ratio(ratio: Ratio, observed: float) -> dict[str, object]:
    ends = (ratio.value, ratio.lower, ratio.upper, *excess(observed, ratio))
    finite = [end if np.isfinite(end) else np.nan for end in ends]
    return {**dict(zip(_ENDS, finite, strict=True)), "method": ratio.method}


def _time_in_care(spells: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> list[dict[str, object]]:
    """Compare mean days in secure care in the first years after admission, among those admitted in the days of the data."""
    to = HORIZON * DAYS
    new = spells[spells["admitted"].between(since, until)]
    fifth = np.ceil(new["deprivation_tenth"] / 2).astype("Int64").astype("str")
    words = {name: new[name].astype("str") for name in REFERENCE if name in new} | {"deprivation": fifth}
    rows: list[dict[str, object]] = []
    for group_of, reference in REFERENCE.items():
        parts = {
            group: new[(words[group_of] == group).to_numpy(dtype=bool, na_value=False)] for group in GROUPS[group_of]
        }
        means = {group: restricted_mean(part["days"], part["ended"], to) for group, part in parts.items()}
        for group in (each for each in GROUPS[group_of] if each != reference and len(parts[each])):
            people, others = float(len(parts[group])), float(len(parts[reference]))
            told = _told("stay", group_of, group) | {
                "people": people,
                "numerator": people,
                "reference_numerator": others,
            }
            told |= {"rate": means[group][0], "reference_rate": means[reference][0], "behind": min(people, others)}
            rows.append(told | _ratio(_of_means(means[group], means[reference]), np.nan))
    return rows


def _of_means(mine: tuple[float, float, float], theirs: tuple[float, float, float]) -> Ratio:
    """Ratio of two means that are above 0; an end that was cut at the limit does not narrow it."""
    if not (mine[0] > 0 and theirs[0] > 0):
        return Ratio(np.nan, np.nan, np.nan, "none")
    value = mine[0] / theirs[0]
    first, second = (max(mean - lower, upper - mean) / mean for mean, lower, upper in (mine, theirs))
    spread = np.hypot(first, second)
    return Ratio(value, float(value / np.exp(spread)), float(value * np.exp(spread)), "crude_score")


def release_groups(compared: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make compared groups safe to show.

    Parameters
    ----------
    compared : DataFrame
        Of :func:`compare_groups`.
    known : Provenance
        Kind and sources.
    rule : Rule
        What is too small, and what others are rounded to.

    Returns
    -------
    Released
        The columns of ``compared`` without ``behind``. Shares are whole percent, rates have one digit,
        ratios two. A ratio is hidden where either group has too few with the event or, of shares, without it. What residents
        would let somebody work back to a number of people, the rate of admissions and the excess, is of rounded people.

    Examples
    --------
    >>> row = dict.fromkeys(["people", "numerator", "reference_numerator", "behind"], 20.0) | {"form": "share", "rate": 33.3}
    >>> row |= {"measure": "delayed"}
    >>> frame = pd.DataFrame([row | dict.fromkeys(["reference_rate", *_ENDS], 1.234)])
    >>> release_groups(frame, Provenance("derived", ("x#y",)), Rule()).frame[["rate", "ratio"]].to_numpy().tolist()
    [[33.0, 1.23]]
    """
    told, parts = _blunted(compared, rule), []
    for form, digits in (("rate", 1), ("share", 0), ("mean", 0)):
        part = told[told["form"] == form]
        parts.append(release(
            part.astype(dict.fromkeys(["rate", "reference_rate", *_ENDS, "people"], float)),
            known,
            counts=["people", "numerator", "reference_numerator"],
            statistics=dict.fromkeys(["rate", "reference_rate", *_ENDS], "behind"),
            digits={"rate": digits, "reference_rate": digits, **dict.fromkeys(_ENDS[:3], 2)},
            rule=rule,
        ))  # fmt: skip
    every = together(*parts)
    order = every.frame["measure"].map({name: at for at, name in enumerate(MEASURES)})
    return every.only(order.argsort(kind="stable").to_numpy())


def _blunted(compared: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return admission rates of rounded numbers, and excesses rounded alike."""
    told, open_to_all = compared.copy(), compared["measure"] == "admissions"
    for rate, number in (("rate", "numerator"), ("reference_rate", "reference_numerator")):
        factor = half_up(told[number], rule.rounded_to) / told[number].where(told[number] > 0)
        told[rate] = told[rate].astype(float) * factor.where(open_to_all, 1.0)
    excesses = list(_ENDS[3:])
    told[excesses] = half_up(told[excesses].astype(float), rule.rounded_to)
    return told


def counted(counts: pd.DataFrame) -> pd.DataFrame:
    """Return how many each measure counts, and of how many the group is not known.

    Parameters
    ----------
    counts : DataFrame
        Of :func:`tallies`.

    Returns
    -------
    DataFrame
        ``measure, people`` and, for each grouping, how many are in none of its groups.

    Examples
    --------
    >>> counts = pd.DataFrame({"measure": "delayed", "group_of": "sex", "group": ["male", "unknown"], "people": [40, 6]})
    >>> counted(counts)[["measure", "people", "sex"]].to_numpy().tolist()
    [['delayed', 46.0, 6.0]]
    """
    every = counts.pivot_table(index="measure", columns="group_of", values="people", aggfunc="sum").max(axis=1)
    unknown = counts[counts["group"] == "unknown"].pivot_table(
        index="measure", columns="group_of", values="people", aggfunc="sum"
    )
    found = unknown.reindex(index=every.index, columns=list(REFERENCE)).fillna(0.0).assign(people=every)
    present_ones = [name for name in MEASURES if name in found.index]
    return found.loc[present_ones, ["people", *REFERENCE]].astype(float).rename_axis(columns=None).reset_index()
