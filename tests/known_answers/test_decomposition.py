"""Parts of a change against cases worked by hand."""

import pandas as pd
import pytest

from needs.methods.decomposition import Spending, shapley, spend_steps, volume_mix_price


def tiers(**rows):
    """Return tiers with their volume and price."""
    return pd.DataFrame([{"tier": tier, "volume": volume, "price": price} for tier, (volume, price) in rows.items()])


def spending(label, adults, level=1.0, **rows):
    named = tiers(**rows).rename(columns={"volume": "patients", "price": "year_cost"})
    return Spending(label, adults, named, level)


def test_two_factors_by_hand():
    # 10 x 2 = 20 becomes 12 x 3 = 36. Beds: half of (12-10) x 2 and half of (12-10) x 3; price: half of 10 and half of 12.
    parts = shapley({"beds": 10, "price": 2}, {"beds": 12, "price": 3}, lambda f: f["beds"] * f["price"])
    assert parts == {"beds": pytest.approx(5), "price": pytest.approx(11)}


def test_three_factors_by_hand():
    # A product of three that go from 1 to a, b, c: (a-1)[1/3 + (b+c)/6 + bc/3] and so on.
    a, b, c = 2.0, 3.0, 5.0
    ends = dict.fromkeys("abc", 1.0), {"a": a, "b": b, "c": c}
    parts = shapley(*ends, lambda f: f["a"] * f["b"] * f["c"])
    assert parts["a"] == pytest.approx((a - 1) * (1 / 3 + (b + c) / 6 + b * c / 3))
    assert parts["b"] == pytest.approx((b - 1) * (1 / 3 + (a + c) / 6 + a * c / 3))
    assert sum(parts.values()) == pytest.approx(a * b * c - 1)


def test_the_glove_game():
    # One left glove and two right ones: the left is worth 2/3, each right 1/6 (Shapley 1953, as every textbook has it).
    held = {"left": 1, "first": 1, "second": 1}
    parts = shapley(dict.fromkeys(held, 0), held, lambda f: min(f["left"], f["first"] + f["second"]))
    assert parts == {"left": pytest.approx(2 / 3), "first": pytest.approx(1 / 6), "second": pytest.approx(1 / 6)}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"medium": (20, 3.0), "low": (20, 1.0)}, {"volume": 40, "mix": 0, "price": 0}),
        ({"medium": (8, 3.0), "low": (12, 1.0)}, {"volume": 0, "mix": -4, "price": 0}),
        ({"medium": (10, 4.5), "low": (10, 1.5)}, {"volume": 0, "mix": 0, "price": 20}),
        # A tier that opens is mix and volume at its own price, never price: 40 to 20 x 2 + 10 x 7 = 110.
        # Volume 20 to 30, mean price 2 to 110/30: (10 x 2 + 10 x 11/3) / 2 and (20 x 5/3 + 30 x 5/3) / 2.
        (
            {"medium": (10, 3.0), "low": (10, 1.0), "high": (10, 7.0)},
            {"volume": 85 / 3, "mix": 125 / 3, "price": 0},
        ),
    ],
)
def test_volume_mix_and_price(after, expected):
    parts = volume_mix_price(tiers(medium=(10, 3.0), low=(10, 1.0)), tiers(**after))
    assert parts == {name: pytest.approx(part) for name, part in expected.items()}


def test_care_that_opens_from_nothing_is_volume():
    closed = tiers(medium=(0, 0.0)).iloc[:0]
    assert volume_mix_price(closed, tiers(medium=(10, 3.0))) == {"volume": pytest.approx(30), "mix": 0, "price": 0}
    assert volume_mix_price(closed, closed) == {"volume": 0, "mix": 0, "price": 0}


def test_a_tier_that_is_empty_and_has_no_price_moves_as_one_that_is_not_there():
    empty = tiers(medium=(10, 3.0), low=(0, float("nan")))
    after = tiers(medium=(10, 3.0), low=(10, 1.0))
    assert volume_mix_price(empty, after) == volume_mix_price(empty.iloc[:1], after)


def test_prices_that_rise_as_the_index_does_are_no_change_of_real_price():
    steps = spend_steps(
        spending("Then", 1000, 100.0, low=(2, 150.0)), spending("Now", 1000, 150.0, low=(2, 225.0))
    ).set_index("factor")["value"]
    assert steps["price"] == pytest.approx(0)
    assert steps["level"] == pytest.approx(150)
    assert list(steps.index) == ["from", "adults", "use", "mix", "price", "level", "to"]


def test_the_same_index_has_no_step_of_its_own():
    steps = spend_steps(spending("A", 1000, 90.0, low=(2, 150.0)), spending("B", 500, 90.0, low=(1, 150.0)))
    assert list(steps["factor"]) == ["from", "adults", "use", "mix", "price", "to"]
    assert steps["value"].tolist() == pytest.approx([300, -150, 0, 0, 0, 150])
    assert list(steps["total"]) == [True, False, False, False, False, True]


def test_what_cannot_be_told_apart_is_refused():
    with pytest.raises(ValueError, match="the factors differ: a, b"):
        shapley({"a": 1}, {"b": 1}, lambda f: 0)
    with pytest.raises(ValueError, match="1 to 8 factors, got 9"):
        shapley(dict.fromkeys("abcdefghi", 1), dict.fromkeys("abcdefghi", 2), lambda f: 0)
    with pytest.raises(ValueError, match="low: one row a tier"):
        volume_mix_price(pd.concat([tiers(low=(1, 1.0))] * 2), tiers(low=(1, 1.0)))
    with pytest.raises(ValueError, match="low: volume and price are numbers from 0, got 1 at nan"):
        volume_mix_price(tiers(low=(1, float("nan"))), tiers(low=(1, 1.0)))
    with pytest.raises(ValueError, match="Nowhere: adults is a number above 0, got 0"):
        spending("Nowhere", 0, low=(1, 1.0))
