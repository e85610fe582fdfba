"""Tables and the chart of own data: true words whatever the numbers, and nothing suppressed let out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.own_stays import SINCE, UNTIL, frame

from needs.data.geography import Region
from needs.dataset import TABLES
from needs.methods.disclosure import Released, release
from needs.methods.service.data_quality import quality
from needs.methods.service.data_quality_findings import FINDINGS
from needs.methods.service.data_quality_released import released_quality
from needs.methods.service.linking import RULES, link
from needs.methods.service.linking_rules import JOINED, LEFT_OUT, SETTLED
from needs.present import charts, tables
from needs.present.artefact import Artefact
from needs.present.own_names import REASON_NAMES, completeness_finding
from needs.values import Provenance

LONDON = Region("2023-24", "london", "London", "E40000003")
KNOWN = Provenance("derived", ("service/london/stays#own-data",))
COLUMNS = [(t.name, c.name) for t in TABLES for c in t.columns if not c.required][:6]


def everything(stays: list[dict[str, Any]], health: list[dict[str, Any]]) -> list[Artefact]:
    own = {t.name: frame(t.name, *{"stays": stays, "health": health}.get(t.name, [])) for t in TABLES}
    linked = link(own["stays"], SINCE, UNTIL)
    safe = released_quality(quality(own, linked, SINCE, UNTIL), linked, KNOWN)
    return [
        tables.own_tables(safe.tables, LONDON), charts.own_completeness(safe.completeness),
        tables.own_completeness(safe.completeness), tables.own_linked(safe.linked), tables.own_excluded(safe.excluded),
        tables.own_findings(safe.findings), tables.own_timeliness(safe.timeliness), tables.own_full_records(safe.records, LONDON),
    ]  # fmt: skip


def rows(number: int) -> list[dict[str, Any]]:
    return [
        {"person_key": f"p{i}", "tier": "low", "unit": "Elm", "admitted": f"2021-{i % 12 + 1:02}-01", "age": [30, None][i % 2]}
        for i in range(number)
    ]  # fmt: skip


@pytest.mark.parametrize("number", [0, 1, 4, 37])
def test_every_artefact_stands_with_any_number_of_rows(number: int) -> None:
    health = [
        {"person_key": row["person_key"], "checked": row["admitted"], "annual_check": "done"} for row in rows(number)
    ]
    for artefact in everything(rows(number), health):
        artefact._repr_mimebundle_()
        assert artefact.released
        assert artefact.kind == "derived"
        assert "nan" not in f"{artefact.title} {artefact.caption} {artefact.alt}".split()
        if artefact.rows is not None:
            assert not artefact.rows.isna().any(axis=None)
        if artefact.form == "number":
            assert artefact.number is not None
            assert (artefact.number["text"] == "*") == (artefact.number["value"] is None)


def test_few_rows_show_stars_alone() -> None:
    shown = everything(rows(3), [])
    for artefact in shown[:1] + shown[3:5]:
        assert artefact.rows is not None
        numbers = artefact.rows[artefact.rows.attrs["numeric"]].to_numpy().ravel().tolist()
        assert set(numbers) <= {"*", ""}
    assert shown[0].title == "1 of 9 tables was given for London"
    assert shown[3].title == "Fewer than 5 stays make fewer than 5 pathways of fewer than 5 people"
    assert shown[4].title == "Fewer than 5 rows are left out"


def test_every_reason_and_rule_has_its_words() -> None:
    assert set(REASON_NAMES) == {*LEFT_OUT, "after_last_day"}
    linked = pd.DataFrame({"what": ["stays", "pathways", "people", *JOINED, *SETTLED], "rows": 20})
    shown = tables.own_linked(release(linked, KNOWN, counts=["rows"])).rows
    assert shown is not None
    assert set(shown.iloc[3:, 0]) == {RULES[name] for name in (*JOINED, *SETTLED)}


@st.composite
def _complete(draw: st.DrawFn) -> Released:
    picked = draw(st.lists(st.sampled_from(COLUMNS), max_size=len(COLUMNS), unique=True))
    every = [draw(st.integers(0, 60)) for _ in picked]
    filled = [draw(st.integers(0, n)) for n in every]
    parts = [(*pair, n, k) for pair, n, k in zip(picked, every, filled, strict=True)]
    told = pd.DataFrame(
        [*parts, ("all", "all", sum(every), sum(filled))], columns=["table", "column", "rows", "filled"]
    )
    return release(told, KNOWN, counts=["rows"], shares={"share": ("filled", "rows")}, one_sided=["share"])


@settings(max_examples=80, deadline=None)
@given(_complete())
def test_the_least_complete_column_is_the_least_complete(released: Released) -> None:
    told, shown = completeness_finding(released), released.frame
    shares = shown.loc[shown["column"] != "all", "share"].dropna()
    if shares.empty or np.isnan(shown["share"].iloc[-1]):
        assert told == "There are too few filled cells to say how complete the data are"
        return
    assert told.startswith(f"{shown['share'].iloc[-1]:.0%} of cells are filled; ")
    assert f"{shares.min():.0%}" in told.partition("; ")[2]
    assert ("every column" in told) == (len(shares) > 1 and shares.min() == shares.max())
    if "least complete" in told:
        assert shares.max() > shares.min()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_the_most_frequent_reason_is_named_only_where_it_is_one(counts: list[int]) -> None:
    reasons = list(LEFT_OUT)[: len(counts)]
    told = pd.DataFrame(
        {"table": ["stays"] * len(counts) + ["all"], "reason": [*reasons, "all"], "rows": [*counts, sum(counts)]}
    )
    title = tables.own_excluded(release(told, KNOWN, counts=["rows"])).title
    shown = release(told, KNOWN, counts=["rows"]).frame["rows"].iloc[:-1]
    first = shown.eq(shown.max())
    assert ("most often" in title) == (int(first.sum()) == 1)
    if first.sum() == 1:
        assert REASON_NAMES[reasons[int(np.argmax(first))]] in title
    assert ("Fewer than 5" in title) == (sum(counts) < 5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 3)), max_size=4))
def test_a_last_month_is_called_short_only_where_it_is(found: list[tuple[int, float]]) -> None:
    names = ["stays", "referrals", "reviews", "health"][: len(found)]
    told = pd.DataFrame({
        "table": pd.Series(names, dtype="str"), "rows": [100.0] * len(found), "rows_in_last_month": [float(n) for n, _ in found],
        "last_month_ratio": [r for _, r in found], "weeks_to_last": [1.0] * len(found),
        **{name: [float("nan")] * len(found) for name in ("months", "months_without", "units", "units_silent")},
    })  # fmt: skip
    released = release(
        told, KNOWN, counts=["rows"], digits={"last_month_ratio": 2},
        public=["months", "months_without", "units", "units_silent"],
        statistics={"weeks_to_last": "rows", "last_month_ratio": "rows_in_last_month"},
    )  # fmt: skip
    title, ratios = tables.own_timeliness(released).title, released.frame["last_month_ratio"].dropna()
    assert title.startswith("No table") == ratios.empty
    assert ("still be missing" in title) == (not ratios.empty and ratios.min() < 0.8)


def test_findings_are_counted_where_they_may_be_shown() -> None:
    pairs = list(FINDINGS)[:3]
    told = pd.DataFrame(pairs, columns=["table", "finding"]).assign(rows=[0, 4, 12])
    table = tables.own_findings(release(told, KNOWN, counts=["rows"]))
    assert table.title == "1 of 3 checks finds 5 or more rows that cannot be right"
    assert table.rows is not None
    assert table.rows["Rows"].tolist() == ["10", "*"]
    assert table.rows.iloc[-1].tolist() == ["All tables", "2 other checks", "*"]
    assert table.data["finding"].tolist() == [name for _, name in pairs]
    assert "found fewer than 5" in table.caption


def test_reasons_and_rules_without_a_number_are_one_row() -> None:
    told = pd.DataFrame(
        {"table": ["stays"] * 4 + ["all"], "reason": [*list(LEFT_OUT)[:4], "all"], "rows": [0, 3, 1, 30, 34]}
    )
    shown = tables.own_excluded(release(told, KNOWN, counts=["rows"])).rows
    assert shown is not None
    assert shown.iloc[1:].to_numpy().tolist() == [
        ["All tables", "3 other reasons", "*"],
        ["All tables", "All reasons", "35"],
    ]
    linked = pd.DataFrame(
        {"what": ["used", "stays", "pathways", "people", *JOINED], "rows": [3, 20, 20, 20, *[1] * len(JOINED)]}
    )
    lined = tables.own_linked(release(linked, KNOWN, counts=["rows"]))
    assert lined.rows is not None
    assert lined.rows.iloc[[0, -1]].to_numpy().tolist() == [
        ["Rows that stand for a stay of their own", "*"], [f"{len(JOINED)} rules", "*"],
    ]  # fmt: skip
    assert "fewer than 5" in lined.caption
