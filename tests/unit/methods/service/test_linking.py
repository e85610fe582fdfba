"""Each rule of linking on stays of one person; the rules together in tests/property/test_linking.py."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from tests.own_stays import SINCE, UNTIL, frame, stays

from needs.dataset.words import DESTINATION, SOURCE
from needs.methods.service.data_quality_findings import FINDINGS
from needs.methods.service.linking import RULES, Linked, link
from needs.methods.service.linking_rules import JOINED, LEAVE_DAYS, LEFT_OUT, OVERLAP_DAYS, SETTLED, TRANSFER_DAYS
from needs.project import project_root

OAK = {"tier": "low", "unit": "Oak"}
TEAM = {"tier": "community", "unit": "Team"}


def linked(*rows: Any) -> Linked:
    return link(stays(*rows), SINCE, UNTIL)


def out(found: Linked) -> list[tuple[int, str]]:
    return list(found.excluded.itertuples(index=False, name=None))


def count(found: Linked, rule: str) -> int:
    return int(found.resolved.set_index("rule")["rows"][rule])


def days(found: Linked) -> list[tuple[str, str]]:
    told = zip(found.stays["admitted"], found.stays["end"], strict=True)
    return [(f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}") for first, last in told]


def test_no_rows_give_no_stays() -> None:
    found = linked()
    assert not len(found.stays) + len(found.pathways) + len(found.excluded)
    assert found.resolved["rows"].sum() == 0


def test_one_of_two_equal_rows_is_used() -> None:
    assert out(linked(("2021-01-01", "2021-06-01"), ("2021-01-01", "2021-06-01"))) == [(3, "same_row_again")]


def test_a_stay_that_ends_before_it_starts_is_left_out() -> None:
    assert out(linked(("2021-06-01", "2021-01-01"))) == [(2, "ends_before_start")]


def test_stays_beyond_the_days_of_the_data_are_left_out() -> None:
    found = linked(("2019-01-01", "2020-03-31"), ("2020-03-31", "2020-04-01", OAK), ("2023-04-01", None))
    assert out(found) == [(2, "ended_before_first_day"), (4, "begins_after_last_day")]


def test_nobody_is_admitted_after_death() -> None:
    found = linked(("2021-01-01", "2021-06-01", {"destination": "died"}), ("2021-06-02", None, OAK))
    assert out(found) == [(3, "after_death")]


def test_of_two_admissions_on_a_day_the_longer_is_used() -> None:
    found = linked(("2021-01-01", "2021-03-01"), ("2021-01-01", "2021-06-01", OAK))
    assert out(found) == [(2, "same_day_elsewhere")]


def test_of_two_equal_admissions_the_more_secure_is_used() -> None:
    assert linked(("2021-01-01", None, OAK), ("2021-01-01", None)).stays["tier"].tolist() == ["medium"]


def test_a_stay_of_no_days_comes_before_the_move_of_that_day() -> None:
    found = linked(("2021-01-01", "2021-06-01", OAK), ("2021-01-01", "2021-01-01"))
    assert found.stays["tier"].tolist() == ["medium", "low"]


def test_a_stay_within_one_elsewhere_is_left_out() -> None:
    assert out(linked(("2021-01-01", "2021-12-01"), ("2021-11-25", "2021-11-28", OAK))) == [(3, "within_another")]


@pytest.mark.parametrize(("over", "rule"), [(OVERLAP_DAYS, "discharge_late"), (OVERLAP_DAYS + 1, "overlaps_earlier")])
def test_a_short_overlap_is_a_late_discharge(over: int, rule: str) -> None:
    starts = f"{pd.Timestamp('2021-06-30') - pd.Timedelta(days=over):%Y-%m-%d}"
    found = linked(("2021-01-01", "2021-06-30", {"destination": "died"}), (starts, "2021-12-01", OAK))
    if rule in LEFT_OUT:
        assert out(found) == [(3, rule)]
    else:
        assert count(found, rule) == 1
        assert days(found) == [("2021-01-01", starts), (starts, "2021-12-01")]
        assert found.stays["to"].tolist() == ["low", "unknown"]


def test_a_blank_discharge_ends_with_the_next_stay() -> None:
    found = linked(("2021-01-01", None), ("2022-01-01", "2022-06-01", OAK))
    assert days(found) == [("2021-01-01", "2022-01-01"), ("2022-01-01", "2022-06-01")]
    assert count(found, "blank_discharge") == 1
    assert found.stays["ended"].all()


def test_a_discharge_still_to_come_counts_as_there() -> None:
    found = linked(("2021-01-01", "2024-01-01", {"destination": "prison"}))
    assert days(found) == [("2021-01-01", "2023-03-31")]
    assert count(found, "discharge_after_last_day") == 1
    assert not found.stays["ended"].any()
    assert found.stays[["discharged", "destination", "to"]].isna().all(axis=None)


def test_overlapping_rows_of_one_place_are_one_stay() -> None:
    found = linked(
        ("2021-01-01", "2021-06-01", {"sex": "female"}), ("2021-03-01", "2021-09-01", {"age": 30, "sex": "male"})
    )
    assert days(found) == [("2021-01-01", "2021-09-01")]
    assert found.stays[["age", "sex"]].to_numpy().tolist() == [[30, "female"]]
    assert (count(found, "part_of_another"), found.used, found.joined) == (1, 1, 1)


def test_a_row_with_a_discharge_counts_before_an_older_one_without() -> None:
    found = linked(("2021-01-01", None), ("2021-01-01", "2021-06-01", {"destination": "prison"}))
    assert days(found) == [("2021-01-01", "2021-06-01")]
    assert found.stays["to"].tolist() == ["prison"]


@pytest.mark.parametrize(
    ("destination", "gap", "expected"),
    [(None, TRANSFER_DAYS, 1), (None, TRANSFER_DAYS + 1, 2), ("leave", LEAVE_DAYS, 1), ("leave", LEAVE_DAYS + 1, 2)],
)
def test_leave_and_back_is_one_stay(destination: str | None, gap: int, expected: int) -> None:
    back = f"{pd.Timestamp('2021-02-01') + pd.Timedelta(days=gap):%Y-%m-%d}"
    found = linked(("2021-01-01", "2021-02-01", {"destination": destination}), (back, "2022-06-01"))
    assert len(found.stays) == expected
    assert count(found, "leave") == 2 - expected


def test_a_caseload_counts_outside_beds() -> None:
    team = {**TEAM, "destination": "discharge"}
    found = linked(("2020-05-01", "2022-01-01", team), ("2021-01-01", "2021-03-01", OAK))
    assert days(found) == [
        ("2020-05-01", "2021-01-01"), ("2021-01-01", "2021-03-01"), ("2021-03-01", "2022-01-01"),
    ]  # fmt: skip
    assert found.stays["to"].tolist() == ["low", "community", "discharge"]
    assert found.stays["row"].tolist() == [2, 3, 2]
    assert (found.used, count(found, "caseload_outside_beds")) == (2, 1)


def test_a_caseload_beside_a_bed_is_left_out() -> None:
    assert out(linked(("2021-01-01", None), ("2021-03-01", None, TEAM))) == [(3, "caseload_beside_bed")]


def test_transfers_are_steps_of_one_pathway() -> None:
    found = linked(
        ("2021-01-01", "2021-06-01", {"source": "court"}), ("2021-06-04", "2021-12-01", OAK), ("2022-06-01", None)
    )
    told = found.stays[["pathway", "step", "origin", "to"]].astype(object)
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        [0, 1, "court", "low"], [0, 2, "medium", "unknown"], [1, 1, "unknown", None],
    ]  # fmt: skip
    assert count(found, "transfer") == 1
    first = found.pathways.iloc[0]
    assert (first["first_tier"], first["last_tier"], first["stays"], first["los_days"]) == ("medium", "low", 2, 334)


def test_delay_counts_from_ready_to_end() -> None:
    found = linked(("2021-01-01", "2021-06-01", {"clinically_ready": "2021-05-01"}))
    assert found.stays["delayed_days"].tolist() == [31]


@pytest.mark.parametrize(("tier", "rule", "delayed"), [("medium", "ready_carried", 61), ("low", "ready_not_used", 0)])
def test_ready_before_admission_counts_only_after_a_move_within_the_tier(tier: str, rule: str, delayed: int) -> None:
    later = {"unit": "Ash", "tier": tier, "clinically_ready": "2021-01-01"}
    found = linked(("2020-06-01", "2021-02-01"), ("2021-02-01", "2021-04-03", later))
    assert found.stays["delayed_days"].tolist() == [0, delayed]
    assert count(found, rule) == 1


def test_ready_after_the_end_is_not_used() -> None:
    found = linked(("2021-01-01", "2021-06-01", {"clinically_ready": "2021-07-01"}))
    assert found.stays["delayed_days"].tolist() == [0]
    assert count(found, "ready_not_used") == 1


def test_provider_stands_for_a_unit_that_is_not_given() -> None:
    one, other = ({"unit": None, "provider": name} for name in ("North", "South"))
    assert len(linked(("2021-01-01", "2021-06-01", one), ("2021-06-01", None, other)).stays) == 2
    assert len(linked(("2021-01-01", "2021-06-01", one), ("2021-06-01", None, one)).stays) == 1


def test_people_are_kept_apart() -> None:
    found = linked(("2021-01-01", None), ("2021-02-01", None, {"person_key": "b"}))
    assert found.stays["person"].tolist() == [0, 1]
    assert found.pathways["pathway"].tolist() == [0, 1]


def test_words_are_those_of_the_data_set() -> None:
    found = linked(("2021-01-01", None))
    assert list(found.stays["origin"].cat.categories) == list(SOURCE)
    assert list(found.stays["to"].cat.categories) == list(DESTINATION)


def test_every_rule_is_a_sentence_of_its_own() -> None:
    assert list(RULES) == [*LEFT_OUT, *JOINED, *SETTLED]
    assert len(set(RULES.values())) == len(RULES)
    assert all(re.fullmatch(r"[A-Z].+\.", sentence) for sentence in RULES.values())


def test_days_that_run_backwards_and_rows_without_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="is before the first"):
        link(stays(), UNTIL, SINCE)
    with pytest.raises(ValueError, match="no day of admission"):
        link(frame("stays", {"person_key": "a", "tier": "low"}), SINCE, UNTIL)


def test_the_guide_states_every_rule_as_it_is_applied() -> None:
    guide = (project_root() / "docs" / "own-data.md").read_text(encoding="utf-8")
    for name, sentence in RULES.items():
        assert f"| `{name}` | {sentence} |" in guide
    for (name, _), sentence in FINDINGS.items():
        assert f"| `{name}` | {sentence} |" in guide
    for days in (TRANSFER_DAYS, OVERLAP_DAYS, LEAVE_DAYS):
        assert f"\n| {days} | " in guide
