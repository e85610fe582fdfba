"""Expected patients by region and tier: national use shared by need, with honest intervals.

A synthetic estimate: a published national number of patients is shared between regions by a
rule (adults, or adults weighted by a need driver). The regional figures add up to the national
one by construction; that is arithmetic, not validation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from needs.methods.uncertainty import count_interval, mean_interval
from needs.values import Estimate, Provenance, Tier, merge_sources, records, total

__all__ = [
    "Demand",
    "assess",
    "expected_patients",
    "mean_occupancy",
    "need_shares",
    "rule_spread",
]


def need_shares(weights: pd.DataFrame) -> pd.DataFrame:
    """Turn need weights into shares of England.

    Parameters
    ----------
    weights : DataFrame, areas x rules
        Non-negative weights, people or people times a need score.

    Returns
    -------
    DataFrame, areas x rules
        Shares; each column adds up to 1.

    Raises
    ------
    ValueError
        If a weight is missing or negative, or a column adds up to nothing.

    Examples
    --------
    >>> need_shares(pd.DataFrame({"population": [3.0, 1.0]}, index=["a", "b"]))["population"].tolist()
    [0.75, 0.25]
    """
    if weights.isna().to_numpy().any():
        area, rule = weights.isna().stack()[lambda s: s].index[0]
        raise ValueError(f"no weight for {area} under the rule {rule}")
    if (weights < 0).to_numpy().any():
        raise ValueError("a need weight is negative")
    totals = weights.sum()
    if (totals <= 0).any():
        raise ValueError("the weights of a rule add up to nothing")
    return weights / totals


def rule_spread(shares: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Spread of the other allocation rules below and above the chosen one, area by area.

    Parameters
    ----------
    shares : DataFrame, areas x rules
        Shares of England.
    rule : str
        The chosen rule.

    Returns
    -------
    DataFrame by area: ``lower, upper``
        Root mean square deviation of the other rules on each side of the chosen one, relative to
        it; 0 where there is no other rule or the chosen share is 0. The sides are kept apart, so
        that rules that all say more do not lower the lower end.

    Examples
    --------
    >>> rule_spread(pd.DataFrame({"x": [0.2, 0.2], "y": [0.2, 0.3]}), "x").round(6).to_numpy().tolist()
    [[0.0, 0.0], [0.0, 0.5]]
    """
    others = shares.drop(columns=rule)
    if others.empty:
        return pd.DataFrame(0.0, index=shares.index, columns=["lower", "upper"])
    deviation = others.sub(shares[rule], axis=0)
    sides = {"lower": deviation.clip(upper=0), "upper": deviation.clip(lower=0)}
    spread = pd.DataFrame({side: np.sqrt(found.pow(2).mean(axis=1)) for side, found in sides.items()})
    return spread.div(shares[rule], axis=0).where(shares[rule] > 0, 0.0)


def expected_patients(national: Mapping[Tier, Estimate], shares: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Share national patients between areas by a rule.

    Parameters
    ----------
    national : mapping of tier to Estimate
        Patients in England by tier.
    shares : DataFrame, areas x rules
        Shares of England under every rule on offer; their spread widens the interval.
    rule : str
        Column of ``shares`` that gives the central figure.

    Returns
    -------
    DataFrame
        ``area, tier, share, patients, patients_lower_80, patients_upper_80,
        patients_lower_95, patients_upper_95, mean_lower_95, mean_upper_95``; ``tier`` ends with
        ``all``. Within a tier the areas add up to the national figure. The ends of ``patients``
        hold rules, occupancy and chance; those of ``mean`` hold rules and occupancy. The 95% ends
        always hold what every rule says.

    Examples
    --------
    >>> england = {"medium": Estimate(300, 290, 310, "assumed", ("x#y",))}
    >>> table = expected_patients(england, pd.DataFrame({"population": [0.5, 0.5]}, index=["a", "b"]), "population")
    >>> table.groupby("tier")["patients"].sum().tolist()
    [300.0, 300.0]
    """
    everything = sum(e.value for e in national.values())
    relative = {tier: _relative(e) for tier, e in national.items()}
    relative_all = sum(relative[t] * e.value for t, e in national.items()) / everything
    rows = [(str(t), e.value, relative[t]) for t, e in national.items()] + [("all", everything, relative_all)]
    spread = rule_spread(shares, rule)
    frames = []
    for tier, patients, own in rows:
        mean = shares[rule] * patients
        below, above = (np.hypot(spread[side], own) for side in ("lower", "upper"))
        frame = pd.DataFrame({"area": shares.index, "tier": tier, "share": shares[rule].to_numpy(), "patients": mean})
        for level in (80, 95):
            frame[f"patients_lower_{level}"] = count_interval(mean, below, level / 100)[0]
            frame[f"patients_upper_{level}"] = count_interval(mean, above, level / 100)[1]
        frame["mean_lower_95"], frame["mean_upper_95"] = mean_interval(mean, below)[0], mean_interval(mean, above)[1]
        for name in ("patients", "mean"):  # every rule lies inside, however few there are
            frame[f"{name}_lower_95"] = np.minimum(frame[f"{name}_lower_95"], shares.min(axis=1).to_numpy() * patients)
            frame[f"{name}_upper_95"] = np.maximum(frame[f"{name}_upper_95"], shares.max(axis=1).to_numpy() * patients)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _relative(estimate: Estimate) -> float:
    lower, upper = estimate.bounds
    return (upper - lower) / (2 * 1.959964 * estimate.value) if estimate.value else 0.0


@dataclass(frozen=True)
class Demand:
    """Expected patients of every area, with what they were made from.

    Parameters
    ----------
    national : dict of tier to Estimate
        Patients in England by tier.
    shares : DataFrame, areas x rules
        Shares of England under every rule.
    expected : DataFrame
        See :func:`expected_patients`.
    known : Provenance
        Kind and sources.
    """

    national: dict[Tier, Estimate]
    shares: pd.DataFrame
    expected: pd.DataFrame
    known: Provenance

    def rows(self, area: str) -> pd.DataFrame:
        """Return the rows of one area, a tier each and ``all``."""
        return self.expected[self.expected["area"] == area].drop(columns="area").reset_index(drop=True)

    def patients(self, area: str) -> dict[str, Estimate]:
        """Return one area's expected patients by tier, ``all`` last: what may be counted on one day."""
        return self._estimates(area, "patients")

    def means(self, area: str) -> dict[str, Estimate]:
        """Return one area's expected patients by tier, ``all`` last, without the play of chance."""
        return self._estimates(area, "mean")

    def beds(self, area: str, beds: Mapping[Tier, Estimate], rule: str) -> Estimate:
        """Return one area's share of England's beds; only the choice of rule makes it uncertain."""
        national = total(beds.values())
        value = float(self.shares.loc[area, rule]) * national.value  # type: ignore[arg-type]
        spread = rule_spread(self.shares, rule).loc[area]
        every = (self.shares.loc[area] * national.value).to_numpy(float)
        lower = min(float(mean_interval(value, spread["lower"])[0]), *every)
        upper = max(float(mean_interval(value, spread["upper"])[1]), *every)
        return Estimate(value, lower, upper, self.known.kind, merge_sources(self.known.sources, national.source))

    def _estimates(self, area: str, of: str) -> dict[str, Estimate]:
        found = {}
        for row in records(self.rows(area)):
            lower, upper = (float(getattr(row, f"{of}_{end}_95")) for end in ("lower", "upper"))
            found[row.tier] = Estimate(row.patients, lower, upper, self.known.kind, self.known.sources)
        return found

    def by_rule(self, area: str, names: Mapping[str, str], rule: str) -> pd.DataFrame:
        """Return one area's patients under every rule: ``rule, label, chosen, share``, a column a tier, ``patients``.

        Rules of ``names`` without published data have missing numbers.
        """
        frame = pd.DataFrame({"rule": list(names), "label": list(names.values())})
        frame["chosen"] = frame["rule"] == rule
        frame["share"] = frame["rule"].map(self.shares.loc[area].to_dict())
        for tier, people in self.national.items():
            frame[tier] = frame["share"] * people.value
        return frame.assign(patients=frame[list(self.national)].sum(axis=1, skipna=False))


def assess(
    beds: Mapping[Tier, Estimate],
    occupancy: Mapping[Tier, Estimate],
    weights: pd.DataFrame,
    known_weights: Provenance,
    rule: str,
) -> Demand:
    """Estimate the expected patients of every area from national beds, occupancy and need weights.

    Parameters
    ----------
    beds, occupancy : mapping of tier to Estimate
        Beds in England and the share of them occupied.
    weights : DataFrame, areas x rules
        Need weights under every rule on offer.
    known_weights : Provenance
        Kind and sources of the weights.
    rule : str
        Column of ``weights`` that gives the central figure.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> found = assess({"low": e(100)}, {"low": e(0.9)}, pd.DataFrame({"population": [1.0, 3.0]}, index=["a", "b"]),
    ...                Provenance("derived", ("x#z",)), "population")
    >>> found.patients("b")["low"].value, found.known.kind
    (67.5, 'modelled')
    """
    national = {tier: beds[tier] * occupancy[tier] for tier in beds}
    shares = need_shares(weights)
    known = Provenance.of(known_weights, *national.values(), kind="modelled")
    return Demand(national, shares, expected_patients(national, shares, rule), known)


def mean_occupancy(national: Mapping[Tier, Estimate], beds: Mapping[Tier, Estimate]) -> float:
    """Return the occupancy of all tiers together.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> mean_occupancy({"low": e(90)}, {"low": e(100)})
    0.9
    """
    return total(national.values()).value / total(beds.values()).value
