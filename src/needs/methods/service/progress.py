"""One person's way through services, for those who treat them; never for a report."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from needs.methods.service.indicators import Tables
from needs.methods.service.linking import Linked

__all__ = ["Progress", "progress"]


@dataclass(frozen=True)
class Progress:
    """What the data hold of one person, without the key.

    Parameters
    ----------
    stays : DataFrame
        ``tier, unit, admitted, end, ended, clinically_ready, to`` of each stay, in order.
    reviews : DataFrame
        ``reviewed, tier_needed, dundrum_total, honos_secure_total, leave, care_package, intended_outcome``, in order.
    health : DataFrame
        ``checked, annual_check, bmi``, in order.
    outcomes : DataFrame
        ``day, event``, in order.
    """

    stays: pd.DataFrame
    reviews: pd.DataFrame
    health: pd.DataFrame
    outcomes: pd.DataFrame


def progress(own: Tables, linked: Linked, key: str) -> Progress:
    """Return what the data hold of one person.

    Parameters
    ----------
    own : Tables
        The region's own data.
    linked : Linked
        Its stays, linked.
    key : str
        Key of the person.

    Returns
    -------
    Progress
        **It tells of one person: it never goes into a report, nor beyond those who treat them.**

    Raises
    ------
    KeyError
        If no stay that is used has the key; the message does not show it.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-02-10", "2023-06-01"])
    >>> stays = pd.DataFrame({"person_key": "p", "tier": ["medium", "low"], "unit": ["a", "b"], "admitted": days, "end": days,
    ...                       "ended": True, "clinically_ready": pd.NaT, "to": ["low", "step_down"]})
    >>> from needs.dataset import TABLES
    >>> none = {table.name: pd.DataFrame({column: [] for column in table.names}) for table in TABLES}
    >>> found = progress(none, Linked(stays, stays, stays, stays), "p")
    >>> found.stays["tier"].tolist(), len(found.reviews)
    (['medium', 'low'], 0)
    """
    stays = linked.stays[linked.stays["person_key"] == key].sort_values("admitted", kind="stable")
    if not len(stays):
        raise KeyError("no stay that is used has this key")
    columns = ["tier", "unit", "admitted", "end", "ended", "clinically_ready", "to"]
    return Progress(
        stays[columns].reset_index(drop=True),
        *(
            _of(own[name], key, day)
            for name, day in (("reviews", "reviewed"), ("health", "checked"), ("outcomes", "day"))
        ),
    )


def _of(table: pd.DataFrame, key: str, day: str) -> pd.DataFrame:
    rows = table[table["person_key"] == key].sort_values(day, kind="stable")
    return rows.drop(columns=["person_key", "row"], errors="ignore").reset_index(drop=True)
