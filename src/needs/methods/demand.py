"""Expected patients by region and tier: national use shared by need, with honest intervals.

A synthetic estimate: a published national number of patients is shared between regions by a
rule (adults, or adults weighted by a need driver). The regional figures add up to the national
one by construction; that is arithmetic, not validation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.values import Estimate, Provenance, Tier, records, total

__all__ = ["Demand", "assess", "count_interval", "expected_patients", "mean_occupancy", "need_shares", "rule_spread"]

Floats = npt.NDArray[np.float64]


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


def rule_spread(shares: pd.DataFrame) -> pd.Series:
    """Relative spread between allocation rules, area by area.

    Parameters
    ----------
    shares : DataFrame, areas x rules
        Shares of England.

    Returns
    -------
    Series by area
        Standard deviation of the shares over rules, relative to their mean; 0 where there is only one rule.

    Examples
    --------
    >>> rule_spread(pd.DataFrame({"x": [0.2], "y": [0.2]})).tolist()
    [0.0]
    """
    if shares.shape[1] < 2:
        return pd.Series(0.0, index=shares.index)
    return shares.std(axis=1, ddof=1) / shares.mean(axis=1)


def count_interval(mean: npt.ArrayLike, spread: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval for a number of people whose expected number is itself uncertain.

    Parameters
    ----------
    mean : array_like
        Expected counts, at or above zero.
    spread : array_like
        Relative standard deviation of the expected count (rule, occupancy), broadcast with
        ``mean``; 0 leaves chance alone.
    level : float
        Coverage, such as 0.95.

    Returns
    -------
    lower, upper : ndarray of float
        Whole people, around ``mean``.

    Notes
    -----
    Patients in a tier without a capacity limit are Poisson with mean ``m``; with ``m`` gamma
    distributed, relative variance ``s^2``, the count is negative binomial with size ``1/s^2``.

    References
    ----------
    Eick SG, Massey WA, Whitt W (1993). The physics of the Mt/G/infinity queue. Operations
    Research 41(4):731-742.

    Examples
    --------
    >>> lower, upper = count_interval([100.0, 100.0], [0.0, 0.2])
    >>> lower.tolist(), upper.tolist()
    ([81.0, 61.0], [120.0, 148.0])
    """
    from scipy import stats

    m, s = np.broadcast_arrays(np.asarray(mean, float), np.asarray(spread, float))
    if (m < 0).any() or (s < 0).any():
        raise ValueError("a mean or a spread is negative")
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 1 / s**2
        mixed = stats.nbinom.ppf(tails[:, None], size.ravel(), (size / (size + m)).ravel())
        chance = stats.poisson.ppf(tails[:, None], m.ravel())
    ends = np.where(
        (s < 1e-6).ravel(), chance, mixed
    )  # below that the mixture is Poisson to the last digit.reshape(2, *m.shape)
    ends = np.where(m == 0, 0.0, ends)
    return np.minimum(ends[0], m), np.maximum(ends[1], m)


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
        patients_lower_95, patients_upper_95``; ``tier`` ends with ``all``. Within a tier the
        areas add up to the national figure.

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
    spread = rule_spread(shares)
    frames = []
    for tier, patients, own in rows:
        mean = shares[rule] * patients
        total_spread = np.hypot(spread, own)
        frame = pd.DataFrame({"area": shares.index, "tier": tier, "share": shares[rule].to_numpy(), "patients": mean})
        for level in (80, 95):
            frame[f"patients_lower_{level}"], frame[f"patients_upper_{level}"] = count_interval(
                mean, total_spread, level / 100
            )
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
        """Return one area's expected patients by tier, ``all`` last."""
        return {
            row.tier: Estimate(
                row.patients, row.patients_lower_95, row.patients_upper_95, self.known.kind, self.known.sources
            )
            for row in records(self.rows(area))
        }

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
