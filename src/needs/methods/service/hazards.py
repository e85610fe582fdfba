"""Hazard ratios of readmission and reconviction, fitted only where there are events enough to carry them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from needs.methods.rates import critical_value

__all__ = ["EVENTS_PER_TERM", "Hazards", "hazards"]

EVENTS_PER_TERM = 10
"""Fewest events for each term of a model."""

COLUMNS = ["term", "people", "events", "ratio", "lower", "upper"]


@dataclass(frozen=True)
class Hazards:
    """Hazard ratios, or why there are none.

    Parameters
    ----------
    frame : DataFrame
        ``term, people, events, ratio, lower, upper``: people and events who have what the term names (everybody, for age);
        empty where no model was fitted.
    people, events, terms : int
        What the model would rest on.
    why_not : str
        Why no model was fitted; empty where one was.
    """

    frame: pd.DataFrame
    people: int
    events: int
    terms: int
    why_not: str = ""


def hazards(followed: pd.DataFrame, event: str, level: float = 0.95) -> Hazards:
    """Fit Cox's model of the time to an event after discharge, death ending the watch.

    Parameters
    ----------
    followed : DataFrame
        Of :func:`needs.methods.service.followed_up.follow`, with ``tier, route, sex, age_left``.
    event : str
        ``readmission`` or ``reconviction``.
    level : float
        Coverage.

    Returns
    -------
    Hazards
        Of the tier left (to low secure), step-down (to any other place), sex (to men) and ten years of age. A term that all
        or none of the people have is left out. Without 10 events for each term there is no model.

    Notes
    -----
    Partial likelihood with Efron's ties; death is censoring, so that the ratios are of the cause-specific hazard.

    References
    ----------
    Cox DR (1972). Regression models and life-tables. Journal of the Royal Statistical Society B 34(2):187-220.

    Peduzzi P, Concato J, Feinstein AR, Holford TR (1995). Importance of events per independent variable in proportional
    hazards regression analysis II. Journal of Clinical Epidemiology 48(12):1503-1510.

    Examples
    --------
    >>> followed = pd.DataFrame({"tier": ["low"] * 30 + ["medium"] * 10, "route": "community", "sex": "male", "age_left": 40.0,
    ...                          "readmission": ["readmission", None] * 20,
    ...                          "readmission_days": [17 * n % 41 for n in range(1, 41)]})
    >>> found = hazards(followed, "readmission")
    >>> found.frame[["term", "people", "events"]].values.tolist(), found.events
    ([['medium', 10.0, 5.0]], 20)
    >>> hazards(followed[:10], "readmission").why_not
    'Everybody is alike in what a model could tell apart'
    """
    design = _design(followed)
    told = followed.loc[design.index]
    happened = (told[event] == event).to_numpy()
    count = (len(told), int(happened.sum()), design.shape[1])
    empty = pd.DataFrame(columns=COLUMNS)
    if design.shape[1] == 0:
        return Hazards(empty, *count, "Everybody is alike in what a model could tell apart")
    if count[1] < EVENTS_PER_TERM * design.shape[1]:
        return Hazards(empty, *count, f"A model of {count[2]} terms needs {EVENTS_PER_TERM * count[2]} events or more")
    return _fitted(design, told[f"{event}_days"].to_numpy(float), happened, count, level)


def _fitted(
    design: pd.DataFrame, days: np.ndarray, happened: np.ndarray, count: tuple[int, int, int], level: float
) -> Hazards:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # such a fit shows by its standard errors
        model = PHReg(days, design.to_numpy(), status=happened.astype(float), ties="efron").fit(disp=False)
    spread = critical_value(level) * model.bse
    if not (np.isfinite(spread) & (spread < 5)).all():
        return Hazards(pd.DataFrame(columns=COLUMNS), *count, "Some group has no event, so that no model fits")
    who = (design > 0).to_numpy() | np.array([name == "age" for name in design])
    ends = {name: np.exp(model.params + side * spread) for name, side in (("ratio", 0), ("lower", -1), ("upper", 1))}
    people, events = who.sum(axis=0).astype(float), (who & happened[:, None]).sum(axis=0).astype(float)
    frame = pd.DataFrame({"term": list(design), "people": people, "events": events, **ends})
    return Hazards(frame[COLUMNS], *count)


def _design(followed: pd.DataFrame) -> pd.DataFrame:
    """Return the terms, of people for whom age and sex are known; age in tens of years from the mean."""
    known = followed[followed["age_left"].notna() & followed["sex"].astype("str").isin(("female", "male"))]
    terms = {name: known["tier"].astype("str") == name for name in ("medium", "high")}
    terms |= {"step_down": known["route"] == "step_down", "female": known["sex"].astype("str") == "female"}
    design = pd.DataFrame(terms, index=known.index).astype(float)
    design["age"] = (known["age_left"] - known["age_left"].mean()) / 10
    return design.loc[:, [name for name in design if design[name].min() < design[name].max()]]
