"""Linked stays: no row is lost, no two stays of a person overlap, and order does not matter."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.own_stays import frame

from needs.methods.service.linking import Linked, link
from needs.methods.service.linking_rules import LEFT_OUT, TRANSFER_DAYS

FIRST = pd.Timestamp("2020-01-01")
SINCE, UNTIL = FIRST + pd.Timedelta(days=15), FIRST + pd.Timedelta(days=60)


def _day(number: int | None) -> pd.Timestamp | None:
    return None if number is None else FIRST + pd.Timedelta(days=number)


@st.composite
def _row(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.integers(0, 70))
    return {
        "person_key": draw(st.sampled_from("ab")),
        "tier": draw(st.sampled_from(["medium", "low", "community"])),
        "unit": draw(st.sampled_from(["Elm", "Oak", None])),
        "provider": draw(st.sampled_from(["North", None])),
        "sex": draw(st.sampled_from(["female", "male", None])),
        "source": draw(st.sampled_from(["court", None])),
        "admitted": _day(start),
        "discharged": _day(draw(st.none() | st.integers(-2, 40).map(lambda days: start + days))),
        "destination": draw(st.sampled_from(["low", "leave", "died", None])),
        "clinically_ready": _day(draw(st.none() | st.integers(0, 70))),
        "delay_reason": draw(st.sampled_from(["housing", None])),
    }


ROWS = st.lists(_row(), max_size=12)


def _same(one: Linked, other: Linked, without: tuple[str, ...] = ()) -> None:
    for name in ("stays", "pathways", "excluded", "resolved"):
        mine, theirs = getattr(one, name), getattr(other, name)
        drop = [column for column in without if column in mine]
        pd.testing.assert_frame_equal(mine.drop(columns=drop), theirs.drop(columns=drop))


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_every_row_is_used_or_part_of_one_or_left_out(rows: list[dict[str, Any]]) -> None:
    linked = link(frame("stays", *rows), SINCE, UNTIL)
    assert linked.used + linked.joined + len(linked.excluded) == len(rows)
    assert not set(linked.excluded["row"]) & set(linked.stays["row"])
    assert set(linked.excluded["reason"]) <= set(LEFT_OUT)


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_no_two_stays_of_a_person_overlap_and_pathways_hold_together(rows: list[dict[str, Any]]) -> None:
    linked = link(frame("stays", *rows), SINCE, UNTIL)
    stays = linked.stays
    ends = stays.groupby("person")["end"].shift()
    gap = (stays["admitted"] - ends).dt.days
    assert not (gap < 0).any()
    assert ((gap <= TRANSFER_DAYS) == (stays["step"] > 1)).all()
    assert stays["end"].between(SINCE, UNTIL).all()
    assert stays["los_days"].between(stays["delayed_days"], (UNTIL - FIRST).days).all()
    assert (stays["to"].isna() == ~stays["ended"]).all()
    assert (stays["discharged"].isna() == ~stays["ended"]).all()
    assert linked.pathways["stays"].sum() == len(stays)
    assert len(linked.pathways) == stays["pathway"].nunique()


@settings(max_examples=20, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[dict[str, Any]], chance: Any) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    given_frame = frame("stays", *rows)
    once = link(given_frame, SINCE, UNTIL)
    _same(once, link(given_frame.iloc[order], SINCE, UNTIL))
    anew = frame("stays", *(rows[i] for i in order))
    one, other = once, link(anew, SINCE, UNTIL)
    reasons = [sorted(each.excluded["reason"]) for each in (one, other)]
    assert reasons[0] == reasons[1]
    pd.testing.assert_frame_equal(one.stays.drop(columns="row"), other.stays.drop(columns="row"))
    pd.testing.assert_frame_equal(one.resolved, other.resolved)


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_linked_stays_stay_as_they_are(rows: list[dict[str, Any]]) -> None:
    once = link(frame("stays", *rows), SINCE, UNTIL)
    again = link(once.stays[frame("stays").columns], SINCE, UNTIL)
    assert again.excluded.empty
    assert again.joined == 0
    pd.testing.assert_frame_equal(once.stays, again.stays)
    pd.testing.assert_frame_equal(once.pathways, again.pathways)
