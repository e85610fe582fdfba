"""What patients and carers say: how many answer, how many are positive, and what those who did not answer could change."""

from __future__ import annotations

import pandas as pd

from needs.methods.disclosure import Released, Rule, release
from needs.methods.rates import wilson_interval
from needs.values import Provenance

__all__ = ["answers", "release_answers"]


def answers(experience: pd.DataFrame) -> pd.DataFrame:
    """Add up answers over units and quarters, by question, who was asked and financial year.

    Parameters
    ----------
    experience : DataFrame
        As given: ``quarter, respondent, question, asked, answered, positive``.

    Returns
    -------
    DataFrame
        ``question, respondent, period`` (such as 2024-25), ``asked, answered, positive, rest`` (answers that were not),
        ``lower, upper`` (Wilson's interval of the positive share of answers), ``lowest`` and ``highest`` (the share of all
        asked that would be positive if nobody, or everybody, who did not answer were).

    Notes
    -----
    ``positive / asked`` and ``(positive + asked - answered) / asked``. The interval is about chance; the two ends are about
    who did not answer, and hold whatever they think.

    References
    ----------
    Horowitz JL, Manski CF (1998). Censoring of outcomes and regressors due to survey nonresponse. Journal of Econometrics
    84(1):37-58.

    Examples
    --------
    >>> told = pd.DataFrame({"quarter": pd.to_datetime(["2024-01-01", "2024-04-01"]), "respondent": "patient",
    ...                      "question": "Safe?", "asked": [50.0, 100.0], "answered": [20.0, 50.0], "positive": [10.0, 40.0]})
    >>> answers(told)[["period", "asked", "lowest", "highest"]].values.tolist()
    [['2023-24', 50.0, 0.2, 0.8], ['2024-25', 100.0, 0.4, 0.9]]
    """
    start = experience["quarter"].dt.year - (experience["quarter"].dt.month < 4)
    period = start.astype("str") + "-" + ((start + 1) % 100).astype("str").str.zfill(2)
    by = ["question", "respondent", "period"]
    known = experience.assign(period=period, respondent=experience["respondent"].astype("str"))
    found = known.groupby(by, sort=True)[["asked", "answered", "positive"]].sum().reset_index()
    lower, upper = wilson_interval(found["positive"], found["answered"])
    asked = found["asked"].where(found["asked"] > 0)
    most = found["positive"] + found["asked"] - found["answered"]
    found["rest"] = found["answered"] - found["positive"]
    return found.assign(lower=lower, upper=upper, lowest=found["positive"] / asked, highest=most / asked)


def release_answers(found: pd.DataFrame, known: Provenance, rule: Rule) -> Released:
    """Make answers safe to show.

    Parameters
    ----------
    found : DataFrame
        Of :func:`answers`.
    known : Provenance
        Kind and sources.
    rule : Rule
        What is too small, and what others are rounded to.

    Returns
    -------
    Released
        ``question, respondent, period, asked, answered, response, share, lower, upper, lowest, highest``.

    Examples
    --------
    >>> told = pd.DataFrame({"quarter": pd.to_datetime(["2024-04-01"]), "respondent": "patient", "question": "Safe?",
    ...                      "asked": [100.0], "answered": [50.0], "positive": [40.0]})
    >>> safe = release_answers(answers(told), Provenance("derived", ("x#y",)), Rule())
    >>> safe.frame[["response", "share", "highest"]].values.tolist()
    [[0.5, 0.8, 0.9]]
    """
    ends, behind = ("lower", "upper", "lowest", "highest"), ("positive", "rest")
    return release(
        found[["question", "respondent", "period", "asked", "answered", "positive", "rest", *ends]],
        known,
        counts=["asked", "answered"],
        shares={"response": ("answered", "asked"), "share": ("positive", "answered")},
        statistics=dict.fromkeys(ends, behind),
        digits=dict.fromkeys(ends, 2),
        rule=rule,
    )
