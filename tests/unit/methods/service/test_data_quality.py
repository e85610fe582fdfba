"""What was given, what is used, and what cannot be right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.own_stays import SINCE, UNTIL, frame

from needs.dataset import TABLES
from needs.methods.service.data_quality import OTHER_TABLES, Quality, excluded_rows, quality, usable
from needs.methods.service.data_quality_findings import FINDINGS
from needs.methods.service.data_quality_released import ReleasedQuality, released_quality
from needs.methods.service.linking import link
from needs.methods.service.linking_rules import LEFT_OUT
from needs.values import Provenance

STAY = {"person_key": "a", "tier": "medium", "unit": "Elm", "admitted": "2021-01-01"}
KNOWN = Provenance("derived", ("service/london/stays#own-data",))


def own(**tables: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    return {each.name: frame(each.name, *tables.get(each.name, [])) for each in TABLES}


def look(**tables: list[dict[str, Any]]) -> Quality:
    given = own(**tables)
    return quality(given, link(given["stays"], SINCE, UNTIL), SINCE, UNTIL)


def safe(**tables: list[dict[str, Any]]) -> ReleasedQuality:
    given = own(**tables)
    linked = link(given["stays"], SINCE, UNTIL)
    return released_quality(quality(given, linked, SINCE, UNTIL), linked, KNOWN)


def event(name: str, day: str, key: str = "r", **cells: Any) -> dict[str, Any]:
    return {"person_key": "a", "referral_key": key, "event": name, "day": day, **cells}


CASES: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {
    ("stays", "discharged_without_destination"): {"stays": [{**STAY, "discharged": "2021-06-01"}]},
    ("stays", "destination_without_discharge"): {"stays": [{**STAY, "destination": "prison"}]},
    ("stays", "ready_after_discharge"): {
        "stays": [{**STAY, "discharged": "2021-06-01", "destination": "low", "clinically_ready": "2021-06-02"}]
    },
    ("stays", "ready_before_admission"): {"stays": [{**STAY, "clinically_ready": "2020-12-31"}]},
    ("stays", "reason_without_ready"): {"stays": [{**STAY, "delay_reason": "housing"}]},
    ("stays", "lasts_over_oldest"): {"stays": [{**STAY, "age": 99}]},
    ("stays", "sex_differs"): {
        "stays": [{**STAY, "sex": "female"}, {**STAY, "sex": "male"}, {**STAY, "sex": "unknown"}]
    },
    ("stays", "age_differs"): {"stays": [{**STAY, "age": 40}, {**STAY, "age": 43}]},
    ("referrals", "not_referred"): {"referrals": [event("assessed", "2021-01-01")]},
    ("referrals", "assessed_before_referred"): {
        "referrals": [event("referred", "2021-01-02"), event("assessed", "2021-01-01")]
    },
    ("referrals", "admitted_before_accepted"): {
        "referrals": [event("referred", "2021-01-01"), event("accepted", "2021-01-03"), event("admitted", "2021-01-02")]
    },
    ("referrals", "admitted_and_refused"): {
        "referrals": [event("referred", "2021-01-01"), event("refused", "2021-01-02"), event("admitted", "2021-01-02")]
    },
}  # fmt: skip
DEAD = {**STAY, "discharged": "2021-06-01", "destination": "died"}
ROWS: dict[str, dict[str, Any]] = {
    "referrals": event("referred", "2021-06-02"),
    "reviews": {"person_key": "a", "reviewed": "2021-06-02", "tier_needed": "low"},
    "outcomes": {"person_key": "a", "event": "employment", "day": "2021-06-02"},
    "health": {"person_key": "a", "checked": "2021-06-02", "annual_check": "done"},
}
CASES |= {(name, "after_death"): {"stays": [DEAD], name: [row]} for name, row in ROWS.items()}
CASES |= {
    (name, "no_stay"): {"stays": [STAY], name: [{**row, "person_key": "b"}]}
    for name, row in ROWS.items()
    if name != "referrals"
}


def test_every_finding_has_its_case() -> None:
    assert set(CASES) == set(FINDINGS)


@pytest.mark.parametrize("pair", FINDINGS, ids=" ".join)
def test_what_cannot_be_right_is_found_and_nothing_else(pair: tuple[str, str]) -> None:
    found = look(**CASES[pair])
    assert {tuple(each) for each in found.flagged[["table", "finding"]].to_numpy().tolist()} == {pair}
    counts = found.findings.set_index(["table", "finding"])["rows"]
    assert counts[pair] == len(found.flagged) > 0
    assert counts.sum() == counts[pair]


def test_a_death_among_the_outcomes_counts() -> None:
    died = {"person_key": "a", "event": "death", "day": "2021-06-01"}
    assert look(outcomes=[died], health=[ROWS["health"]]).flagged["finding"].tolist() == ["after_death"]


def test_rows_add_up_in_every_table() -> None:
    check = {"person_key": "a", "checked": "2021-06-02", "annual_check": "done"}
    late = {**check, "checked": "2024-01-01"}
    finance = {
        "tier": "low",
        "sector": "nhs",
        "contract": "block",
        "funded_beds": 1,
        "occupied_bed_days": 1,
        "spend": 1,
    }
    found = look(stays=[STAY, STAY], health=[check, check, late], finance=[{**finance, "period": "2021-22"}])
    tables = found.tables.set_index("table")
    assert list(tables.index) == ["stays", "finance", "health"]
    assert (tables["rows"] == tables[["used", "joined", "excluded"]].sum(axis=1)).all()
    assert tables.loc["health", ["used", "excluded", "people"]].tolist() == [1, 2, 1]
    assert tables["people"].isna().tolist() == [False, True, False]
    assert found.excluded.groupby("table")["rows"].sum().to_dict() == {"stays": 1, "finance": 0, "health": 2}
    assert found.duplicates["rows"].tolist() == [1, 0, 1]
    stays = found.excluded[found.excluded["table"] == "stays"]
    assert stays["reason"].tolist() == list(LEFT_OUT)


def test_rows_that_are_used_are_not_after_the_last_day_nor_again() -> None:
    check = {"person_key": "a", "annual_check": "done"}
    days = ("2023-03-31", "2023-04-01", "2023-03-31")
    assert usable(frame("health", *({**check, "checked": day} for day in days)), "health", UNTIL)["row"].tolist() == [2]


def test_completeness_counts_cells_where_they_are_expected() -> None:
    ended = {**STAY, "discharged": "2021-06-01", "sex": "unknown", "clinically_ready": "2021-06-01"}
    found = look(stays=[STAY, {**ended, "destination": "low"}, ended])
    stays = found.completeness.set_index("column")[["rows", "filled"]]
    assert stays.loc["destination"].tolist() == [2, 1]
    assert stays.loc["sex"].tolist() == [3, 0]
    assert stays.loc["unit"].tolist() == [3, 3]
    assert stays.loc["delay_reason"].tolist() == [0, 0]
    assert not {"discharged", "clinically_ready", "admitted"} & set(stays.index)


def test_timeliness_looks_at_whole_months_and_at_units_gone_silent() -> None:
    recent = {**STAY, "person_key": "b", "unit": "Oak", "admitted": "2023-03-10"}
    row = look(stays=[STAY, recent]).timeliness.iloc[0]
    assert row[["days_to_last", "rows_in_last_month", "months", "months_without"]].tolist() == [21, 1, 36, 34]
    assert row[["units", "units_silent"]].tolist() == [2, 1]
    assert row["last_month_ratio"] == pytest.approx(35)


def test_the_list_for_the_region_names_every_row_and_why() -> None:
    given = own(stays=[STAY, STAY, {**STAY, "person_key": "b", "delay_reason": "housing"}], health=[
        {"person_key": "a", "checked": "2024-01-01", "annual_check": "done"}])  # fmt: skip
    linked = link(given["stays"], SINCE, UNTIL)
    listed = excluded_rows(given, linked, quality(given, linked, SINCE, UNTIL))
    assert listed[["table", "row", "person_key", "use", "reason"]].to_numpy().tolist() == [
        ["stays", 3, "a", "left out", "same_row_again"],
        ["stays", 4, "b", "look at it", "reason_without_ready"],
        ["health", 2, "a", "left out", "after_last_day"],
    ]
    assert listed["because"].str.endswith(".").all()
    assert listed["day"].notna().all()
    assert {OTHER_TABLES["after_last_day"], LEFT_OUT["same_row_again"]} <= set(listed["because"])


def test_few_rows_are_suppressed_before_they_are_shown() -> None:
    found = safe(stays=[STAY])
    assert found.tables.hidden["rows"].all()
    assert found.excluded.hidden["rows"].all()
    assert found.records.hidden["share"].all()
    assert found.completeness.frame["share"].isna().all()


def test_sums_over_tables_stand_last() -> None:
    many = [{**STAY, "person_key": f"p{i}", "sex": "female"} for i in range(40)]
    found = safe(stays=many, health=[ROWS["health"]] * 30)
    assert found.tables.frame["table"].tolist() == ["stays", "health", "all"]
    assert found.tables.frame["rows"].tolist() == [40, 30, 70]
    assert found.excluded.frame.iloc[-1].tolist() == ["all", "all", 30]
    assert found.completeness.frame.iloc[-1]["column"] == "all"


def test_rows_left_out_are_not_the_difference_of_those_shown() -> None:
    many = [{**STAY, "person_key": f"p{i}", "sex": "female"} for i in range(40)]
    late = {**ROWS["health"], "checked": "2024-01-01"}
    found = safe(stays=many, health=[*[ROWS["health"]] * 30, late])
    shown = found.excluded.frame.set_index(["table", "reason"])["rows"]
    assert shown["all", "all"] == 30
    assert np.isnan(shown["other", "after_last_day"])
    assert np.isnan(shown["other", "same_row_again"])  # else one row after the last day would be all less these
