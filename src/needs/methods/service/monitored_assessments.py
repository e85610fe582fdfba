"""How often people are assessed before they are admitted, and how long that takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from needs.methods.rates import critical_value, wilson_interval
from needs.methods.service.monitored_waits import ADMITTED, known_events

__all__ = ["assessments_made"]


def assessments_made(
    referrals: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp, most: int = 4, setting: str | None = None
) -> pd.DataFrame:
    """Count the assessments that came before each admission, and the days from referral to admission.

    Parameters
    ----------
    referrals, since, until, setting
        See :func:`needs.methods.service.monitored_waits.waits`; admissions in that time count.
    most : int
        So many assessments and more stand together.

    Returns
    -------
    DataFrame
        ``number`` (``0``, ``1``, ... ``4 or more``, then ``all``), ``admissions``, ``share`` with its Wilson interval, ``total``
        (all admissions), ``mean`` assessments with its interval (of ``all`` only), and ``mean_days`` from referral to admission
        with its interval.

    Notes
    -----
    Intervals of means are normal, ``mean +/- z s / sqrt(n)``. Only referrals that ended in admission count: those not admitted
    had assessments too.

    Examples
    --------
    >>> events = pd.DataFrame({"person_key": "a", "referral_key": "1", "event": ["referred", "assessed", "assessed", "admitted"],
    ...     "day": pd.to_datetime(["2024-01-01", "2024-01-09", "2024-01-12", "2024-01-21"]), "setting": "prison", "tier": "low",
    ...     "clock": None, "row": range(4)})
    >>> made = assessments_made(events, pd.Timestamp("2023-04-01"), pd.Timestamp("2024-03-31"))
    >>> made.loc[made["admissions"] > 0, ["number", "admissions", "mean", "mean_days"]].to_numpy().tolist()
    [['2', 1, nan, 20.0], ['all', 1, 2.0, 20.0]]
    """
    known = known_events(referrals, until)
    admitted = known[known["event"].eq(ADMITTED)].groupby("referral")["day"].min().rename("admitted")
    frame = known.groupby("referral").agg(setting=("setting", "first")).join(admitted, how="inner")
    frame = frame[(frame["admitted"] >= since) & (True if setting is None else frame["setting"].eq(setting))]
    before = known.merge(frame["admitted"], on="referral")
    before = before[before["event"].eq("assessed") & (before["day"] <= before["admitted"])]
    number = before.groupby("referral").size().reindex(frame.index, fill_value=0)
    referred = known[known["event"].eq("referred")].groupby("referral")["day"].min().reindex(frame.index)
    days = (frame["admitted"] - referred).dt.days.astype(float)
    days = days.where(days >= 0)
    labels = [*map(str, range(most)), f"{most} or more"]
    rows = []
    for at, label in enumerate([*labels, "all"]):
        own = slice(None) if label == "all" else number.clip(upper=most).eq(at)
        some, mean = number.loc[own], (_mean(number) if label == "all" else (np.nan,) * 3)
        lower, upper = (float(end) for end in wilson_interval(len(some), len(number)))
        share = {"share": len(some) / max(len(number), 1), "share_lower": lower, "share_upper": upper}
        waited = _ends("mean_days", _mean(days.loc[own].dropna()))
        rows.append(
            {"number": label, "admissions": len(some), "total": len(number), **share, **_ends("mean", mean), **waited}
        )
    return pd.DataFrame(rows)


def _mean(values: pd.Series) -> tuple[float, float, float]:
    if values.empty:
        return np.nan, np.nan, np.nan
    middle = float(values.mean())
    half = critical_value(0.95) * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return middle, middle - half, middle + half


def _ends(name: str, values: Any) -> dict[str, float]:
    return {f"{name}{end}": float(value) for end, value in zip(("", "_lower", "_upper"), values, strict=True)}
