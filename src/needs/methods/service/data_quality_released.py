"""Figures on the quality of the region's own data, through disclosure control."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from needs.methods.disclosure import RULE, Released, Rule, release
from needs.methods.service.data_quality import Quality
from needs.methods.service.linking import Linked
from needs.values import Provenance

__all__ = ["ReleasedQuality", "released_quality"]


@dataclass(frozen=True)
class ReleasedQuality:
    """What may be shown of :class:`needs.methods.service.data_quality.Quality`.

    Parameters
    ----------
    tables : Released
        ``table, rows, used, joined, excluded, people, share`` (of rows that are used or part of one); the row ``all`` sums up.
    completeness : Released
        ``table, column, rows, share``; the row of table and column ``all`` sums up.
    excluded : Released
        ``table, reason, rows``, with tables other than the stays together as ``other``; the row of table and reason ``all`` sums
        up.
    linked : Released
        ``what, rows``: ``used``, ``stays``, ``pathways``, ``people``, then each rule.
    findings : Released
        ``table, finding, rows``.
    timeliness : Released
        ``table, rows, weeks_to_last, last_month_ratio, months, months_without, units, units_silent``.
    records : Released
        ``what, stays, share``: one row, of full records.
    """

    tables: Released
    completeness: Released
    excluded: Released
    linked: Released
    findings: Released
    timeliness: Released
    records: Released


def released_quality(found: Quality, linked: Linked, known: Provenance, rule: Rule = RULE) -> ReleasedQuality:
    """Put everything through disclosure control.

    Parameters
    ----------
    found : Quality
        What :func:`needs.methods.service.data_quality.quality` gave.
    linked : Linked
        The stays, linked.
    known : Provenance
        How the tables are known.
    rule : Rule
        What is too small, and what others are rounded to.

    Examples
    --------
    >>> from needs.dataset import TABLES
    >>> from needs.methods.service.data_quality import quality
    >>> from needs.methods.service.linking import link
    >>> own = {t.name: pd.DataFrame({c.name: pd.Series(dtype="datetime64[s]" if c.form == "date" else "str") for c in t.columns})
    ...        .assign(row=pd.Series(dtype=int)) for t in TABLES}
    >>> days = pd.Timestamp("2022-04-01"), pd.Timestamp("2023-03-31")
    >>> linked = link(own["stays"], *days)
    >>> safe = released_quality(quality(own, linked, *days), linked, Provenance("derived", ("service/london/stays#own-data",)))
    >>> len(safe.tables.frame), bool(safe.records.hidden["share"][0])
    (1, True)
    """
    tables = _summed(found.tables.assign(kept=found.tables["used"] + found.tables["joined"]), table="all")
    tables["joined"] = tables["joined"].where(tables["table"].isin(["stays", "all"]))
    complete = _named(_summed(found.completeness.drop(columns="share"), table="all", column="all"))
    excluded = _named(_summed(_other_together(found.excluded), table="all", reason="all"))
    timely = found.timeliness.assign(weeks_to_last=found.timeliness["days_to_last"] // 7)
    records = pd.DataFrame({"what": ["full_records"], "full": [found.full], "stays": [found.stays]})
    counted = ["rows", "used", "joined", "excluded", "people"]
    silence = ["months", "months_without", "units", "units_silent"]
    return ReleasedQuality(
        release(tables, known, counts=counted, shares={"share": ("kept", "rows")}, totals={"table": "all"}, rule=rule),
        release(
            complete, known, counts=["rows"], shares={"share": ("filled", "rows")}, one_sided=["share"], totals={"cell": "all"},
            rule=rule,
        ).only(columns=["table", "column", "rows", "share"]),
        release(excluded, known, counts=["rows"], totals={"cell": "all"}, rule=rule).only(columns=["table", "reason", "rows"]),
        release(_linked(linked), known, counts=["rows"], rule=rule),
        release(found.findings, known, counts=["rows"], rule=rule),
        release(
            timely.drop(columns=["days_to_last", "rows_a_month"]), known, counts=["rows"], public=silence, rule=rule,
            statistics={"weeks_to_last": "rows", "last_month_ratio": "rows_in_last_month"}, digits={"last_month_ratio": 2},
        ),
        release(records, known, counts=["stays"], shares={"share": ("full", "stays")}, one_sided=["share"], rule=rule),
    )  # fmt: skip


def _summed(frame: pd.DataFrame, **labels: str) -> pd.DataFrame:
    """Add a row that sums up; people are not added up, as the same people are in several tables."""
    numbers = [name for name in frame.columns if name not in labels]
    total = pd.DataFrame([{**labels, **{name: frame[name].sum() if name != "people" else None for name in numbers}}])
    parts = [part for part in (frame, total.astype(dict.fromkeys(labels, "str"))) if len(part)]
    return pd.concat([part.astype(dict.fromkeys(numbers, float)) for part in parts], ignore_index=True)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every line one name, by which parts are told from their sum."""
    first, second = (frame[name].astype(str) for name in frame.columns[:2])
    return frame.assign(cell=(first + " " + second).where(first != "all", "all"))


def _other_together(excluded: pd.DataFrame) -> pd.DataFrame:
    """Add up rows left out of tables other than the stays, by reason."""
    tables = excluded["table"].where(excluded["table"] == "stays", "other")
    return excluded.assign(table=tables).groupby(["table", "reason"], sort=False)[["rows"]].sum().reset_index()


def _linked(linked: Linked) -> pd.DataFrame:
    sums = {
        "used": linked.used,
        "stays": len(linked.stays),
        "pathways": len(linked.pathways),
        "people": int(linked.stays["person"].nunique()),
    }
    rules = dict(zip(linked.resolved["rule"], linked.resolved["rows"], strict=True))
    counts = {**sums, **rules}
    return pd.DataFrame({"what": pd.Series(list(counts), dtype="str"), "rows": [int(n) for n in counts.values()]})
