"""What the flow was fitted to and what it is held against, and how far it misses each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow import Flow
from needs.methods.flow_findings import spread
from needs.methods.flow_network import AT, DAYS, EXITS, ORIGINS, PATHWAY
from needs.methods.flow_waits import mean_wait, share_within
from needs.methods.pathways import Pathways
from needs.values import TIERS, Estimate

__all__ = ["checked", "compared", "fitted"]

Floats = npt.NDArray[np.float64]
_TO = {name: number for number, name in enumerate(PATHWAY + EXITS)}
_WHO = {"died": "Share who die", "discharge": "Share who are discharged", "medium": "Share who go to medium security",
        "low": "Share who go to low security", "high": "Share who go to high security"}  # fmt: skip
_PRISONS = [number for number, origin in enumerate(ORIGINS) if origin.startswith("prison")]


def _row(
    figure: str, tier: str, unit: str, told: Estimate, value: Mapping[str, float] | float, note: str, fit: bool = True
) -> dict[str, Any]:
    """Set a figure of the model beside what it was fitted to, or is held against."""
    known = value if isinstance(value, Mapping) else {"value": value}
    return {
        "figure": figure, "tier": tier, "unit": unit, "fitted": fit, "kind": told.kind,
        "published": told.value, "published_lower": told.lower,
        "published_upper": told.upper, "value": known["value"], "value_lower": known.get("value_lower"),
        "value_upper": known.get("value_upper"), "miss": known["value"] / told.value - 1 if told.value else np.nan,
        "source_note": note,
    }  # fmt: skip


def fitted(
    pathways: Pathways, flow: Flow, people: npt.ArrayLike, counted: Mapping[str, Estimate] | None = None,
    routed: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Say what each calibrated number was fitted to, and how far the simulated flow misses it.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    flow : Flow
        Simulated from it, as it is.
    people : array_like, demand draws x tiers
        Expected people of the area.
    counted : mapping of tier to Estimate, optional
        People of the area where they are counted.
    routed : collection of tier
        Tiers whose ways out are measured from the area's own data.

    Returns
    -------
    DataFrame
        ``figure, tier, unit, fitted, kind, published, published_lower, published_upper, value, value_lower, value_upper,
        miss, source_note``; the miss is relative. Stays are those of the draws that fit together, as the engine has
        them; people are compared with the mean of the demand draws, or of the draws of those counted. Occupancy is no fit
        where beds are told: it has no miss there.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1)
    >>> found = fitted(ways, ways.follow(), made_up()[1])
    >>> bool(found.loc[found["figure"] == "People", "miss"].abs().max() < 0.3)
    True
    """
    told, rows = pathways.told, []
    for tier in PATHWAY:
        rows += _stays(pathways, tier)
    occupied = {tier: flow.year("occupied", tier).mean(axis=1) for tier in PATHWAY}
    rows += _people(occupied, np.asarray(people, float), counted or {})
    rows += _occupancy(pathways, flow, occupied)
    left = {tier: flow.moves[:, AT[tier]] for tier in PATHWAY}
    for tier in ("high", "medium"):
        everyone = left[tier].sum(axis=1)
        for to, share in told.routing[tier].items():
            if share.kind in ("published", "derived"):
                other = _WHO.get(to, f"Share who go to {to.replace('_', '-')}")
                name = "Share who go to another unit" if to == tier else other
                shares = left[tier][everyone > 0, _TO[to]] / everyone[everyone > 0]
                note = "measured from own data" if tier in routed else "one study, small numbers"
                rows.append(_row(name, tier, "share", share, spread(shares, "value"), note))
    back = left["community"][:, [AT[tier] for tier in told.recalled_to]].sum(axis=1)
    rate = back / np.maximum(occupied["community"] * flow.network.years, 1e-9)
    recalls = told.recall_rate * told.recallable
    rows.append(_row("Recalls of a person on the caseload, a year", "community", "share", recalls, spread(rate, "value"),
                     "recall rate of one service times the share who can be recalled"))  # fmt: skip
    return pd.DataFrame(rows)


def _people(occupied: Mapping[str, Floats], people: Floats, counted: Mapping[str, Estimate]) -> list[dict[str, Any]]:
    """Set people in each tier beside those of the demand chapter, or those counted in the area."""
    rows = []
    for tier in PATHWAY:
        ends, own = spread(people[:, AT[tier]], "value"), counted.get(tier)
        draws = Estimate(
            ends["value"], ends["value_lower"], ends["value_upper"], own.kind if own else "modelled", ("demand",)
        )
        note = "mean of the demand chapter's draws, whose central figure follows one rule"
        note = "people that the area counted" if own else note
        if tier == "step_down":
            begun = "counted in the area" if own else "demand chapter"
            note = f"{begun}; the flow has leavers of every tier times their stay"
        rows.append(_row("People", tier, "people", draws, spread(occupied[tier], "value"), note))
    return rows


def _occupancy(pathways: Pathways, flow: Flow, occupied: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """Set occupancy beside the share that beds were made by; where beds are told nothing was made by it."""
    rows = []
    for tier, occupancy in pathways.told.occupancy.items():
        beds, free = np.repeat(pathways.beds[:, 0, AT[tier]], flow.paths), tier not in pathways.told.beds
        note = "blocked beds included" if free else "not used: the area told its beds"
        row = _row("Occupancy", tier, "share", occupancy, spread(occupied[tier] / beds, "value"), note, fit=free)
        rows.append(row if free else row | {"miss": np.nan})
    return rows


def _stays(pathways: Pathways, tier: str) -> list[dict[str, Any]]:
    """Set mean, median and long stays of the draws that fit together beside what the tier was told."""
    stay, told, held = pathways.stays[tier], pathways.told.stay[tier], pathways.held[:, AT[tier]]
    rows = [_row("Mean stay", tier, "years", told["mean"], spread(held, "value"), "delays included")]
    if told["median"]:
        medians = spread(stay.median * held / stay.mean, "value")
        rows.append(_row("Median stay", tier, "years", told["median"], medians, "delays included"))
    if told["beyond"]:
        years, share = told["beyond"]
        lasting = np.array([stay.scaled(float(mean)).beyond(years) for mean in held], float)
        label = f"Share of a census beyond {years:g} years"
        rows.append(_row(label, tier, "share", share, spread(lasting, "value"), "stay to date"))
    return rows


def compared(flow: Flow, checks: Iterable[tuple[Any, Estimate]], england: float) -> pd.DataFrame:
    """Hold the simulated flow against published figures that it was not fitted to.

    Parameters
    ----------
    flow : Flow
        As it is.
    checks : iterable of (check, Estimate)
        Each check with ``label``, ``of``, ``clock``, ``unit`` and ``note``.
    england : float
        Times the area's medium secure patients that England has, by the same draws; people a year are scaled by it.

    Returns
    -------
    DataFrame
        As :func:`fitted`.

    Raises
    ------
    ValueError
        If a check names a figure that the flow does not give.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> check = SimpleNamespace(label="Transfers", of="prison_transfers", clock=None, unit="people a year", note="a count")
    >>> found = compared(flow, [(check, Estimate(200, kind="synthetic", source=("x#y",)))], 10.0)
    >>> bool(found["value"].iloc[0] > 50), found["fitted"].tolist()
    (True, [False])
    """
    rows = []
    for check, told in checks:
        tier = "medium" if check.of in ("remitted_to_prison", "share_from_prison_or_high") else "all"
        rows.append(_row(check.label, tier, check.unit, told, _modelled(flow, check, england), check.note, fit=False))
    return pd.DataFrame(rows)


def checked(
    pathways: Pathways,
    flow: Flow,
    people: npt.ArrayLike,
    checks: Iterable[tuple[Any, Estimate]],
    england: float,
    counted: Mapping[str, Estimate] | None = None,
    routed: Collection[str] = (),
) -> pd.DataFrame:
    """Return what the flow was fitted to, then what it is held against; see :func:`fitted` and :func:`compared`.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1)
    >>> bool(checked(ways, ways.follow(), made_up()[1], [], 1.0)["fitted"].all())
    True
    """
    held = compared(flow, checks, england)
    fits = fitted(pathways, flow, people, counted, routed)
    return pd.concat([fits, held], ignore_index=True) if len(held) else fits


def _modelled(flow: Flow, check: Any, england: float) -> dict[str, float]:
    years, medium = flow.network.years, AT["medium"]
    if check.of == "prison_transfers":
        return spread(flow.entries[:, : len(TIERS), _PRISONS].sum(axis=(1, 2)) / years * england, "value")
    if check.of == "remitted_to_prison":
        return spread(flow.moves[:, medium, _TO["prison"]] / years * england, "value")
    if check.of == "share_from_prison_or_high":
        inside = flow.moves[:, :, medium]
        some = flow.entries[:, medium, _PRISONS].sum(axis=1) + inside[:, AT["high"]]
        recalled = flow.network.outside_moves()[:, medium]  # counted among entries already
        every = flow.entries[:, medium].sum(axis=1) + inside[:, ~recalled].sum(axis=1)
        return spread(some[every > 0] / every[every > 0], "value")
    clock = "acceptance" if check.clock == "acceptance" else "referral"
    if check.of == "mean_wait_days":
        days = mean_wait(flow) * DAYS
        if clock == "referral" and flow.network.assessment is not None and flow.network.assessments is not None:
            days = days + (flow.network.assessment * flow.network.assessments)[:, 0] * DAYS
        return spread(days, "value")
    if check.of in ("share_within_14", "share_within_28"):
        return dict(
            zip(("value", "value_lower", "value_upper"), share_within(flow, clock, int(check.of[-2:])), strict=True)
        )
    raise ValueError(f"{check.of} is not a figure of the flow")
