"""Money keeps its sums, whatever the figures are."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.methods import care, price_years, sectors, spend_compared
from needs.methods.decomposition import volume_mix_price
from needs.values import Estimate, Provenance

TIERS = ("high", "medium", "low")
KNOWN = Provenance("derived", ("x#own",))
COLUMNS = ["tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"]

people = st.lists(st.floats(1, 2000), min_size=3, max_size=3)
fives = st.lists(st.integers(1, 400).map(lambda n: 5.0 * n), min_size=3, max_size=3)
pounds = st.lists(st.floats(50e3, 500e3), min_size=3, max_size=3)
share = st.floats(0, 1)
few = settings(max_examples=40, deadline=None)


def figures(values, spread=1.1):
    return {
        tier: Estimate(value, value / spread, value * spread, "modelled", (f"x#{tier}",))
        for tier, value in zip(TIERS, values, strict=True)
    }


def modelled(patients, costs, occupancy=0.9) -> care.Care:
    in_use = dict.fromkeys(TIERS, Estimate(occupancy, occupancy, occupancy, "assumed", ("x#o",)))
    return care.estimated(figures(patients), figures(costs), in_use)


def told(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


@few
@given(people, pounds, st.floats(0.3, 1), share)
def test_beds_in_use_and_empty_beds_add_up(patients, costs, occupancy, fixed):
    found = care.parts(modelled(patients, costs, occupancy), Estimate(fixed, kind="assumed", source=("x#z",)))
    assert (found["spend_in_use"] + found["spend_empty"]).tolist() == pytest.approx(found["spend"].tolist())
    for part in ("spend_in_use", "spend_empty"):
        assert (found[f"{part}_lower"] <= found[part] + 1e-6).all()
        assert (found[part] <= found[f"{part}_upper"] + 1e-6).all()


@few
@given(people, pounds, share, st.floats(0.3, 3))
def test_sectors_add_up_to_the_spend_of_their_tiers(patients, costs, independent, ratio):
    here = modelled(patients, costs)
    of = {tier: Estimate(independent, kind="assumed", source=("x#s",)) for tier in ("medium", "low")}
    found, _ = sectors.sectors(here, of, Estimate(ratio, kind="assumed", source=("x#r",)))
    for tier in ("medium", "low"):
        rows = found[found["tier"] == tier]
        assert rows["spend"].sum() == pytest.approx(here.spend[tier].value)
        assert rows["patients"].sum() == pytest.approx(here.patients[tier].value)
    assert found.loc[found["tier"] == "all", "spend"].sum() == pytest.approx(
        here.spend["medium"].value + here.spend["low"].value
    )


@few
@given(people, pounds, fives, pounds)
def test_the_difference_to_the_own_spend_is_parted_in_full(patients, costs, own_people, own_costs):
    estimate = modelled(patients, costs)
    rows = [
        (tier, "nhs", "block", count + 1, 365 * count, count * price)
        for tier, count, price in zip(TIERS, own_people, own_costs, strict=True)
    ]
    own = care.with_own(estimate, told(rows), KNOWN)
    found = spend_compared.own_beside_estimate(own, estimate)
    parts = found[["volume", "mix", "price"]]
    size = found["own"].abs().max()
    assert parts.sum(axis=1).tolist() == pytest.approx(found["difference"].tolist(), abs=1e-9 * size)
    assert parts.iloc[:-1].sum().tolist() == pytest.approx(parts.iloc[-1].tolist(), abs=1e-9 * size)
    ends = [
        pd.DataFrame({"tier": TIERS, "volume": counts, "price": prices})
        for counts, prices in ((patients, costs), (own_people, own_costs))
    ]
    assert list(volume_mix_price(*ends).values()) == pytest.approx(parts.iloc[-1].tolist(), abs=1e-6 * size)


@few
@given(fives, pounds)
def test_a_file_that_says_what_is_modelled_changes_nothing(patients, costs):
    estimate = modelled(patients, costs)
    rows = [
        (tier, "nhs", "block", count / 0.9, 365 * count, count * price)
        for tier, count, price in zip(TIERS, patients, costs, strict=True)
    ]
    own = care.with_own(estimate, told(rows), KNOWN)
    assert own.whole.value == pytest.approx(estimate.whole.value)
    found = spend_compared.own_beside_estimate(own, estimate)
    size = found["own"].abs().max()
    assert found[["difference", "volume", "mix", "price"]].to_numpy().ravel() == pytest.approx(0, abs=1e-9 * size)
    assert {tier: own.occupancy[tier].value for tier in TIERS} == pytest.approx(dict.fromkeys(TIERS, 0.9))


@few
@given(people, pounds, people, st.floats(1e5, 1e7), st.floats(2, 20))
def test_the_steps_from_england_lead_to_the_region(patients, costs, more, adults, times):
    national = figures([a + b for a, b in zip(patients, more, strict=True)])
    here, price = modelled(patients, costs), figures(costs)
    every = pd.Series({"here": adults, "rest": adults * (times - 1)})
    compared = spend_compared.against_england(here, national, price, every, "here")
    steps = spend_compared.steps_from_england(compared, "Here")
    assert steps["factor"].tolist() == ["from", "use", "mix", "to"]  # no step of prices where they are the same
    first, *parts, last = steps["value"]
    assert first + sum(parts) == pytest.approx(last)
    assert last == pytest.approx(here.whole.value / adults)


@few
@given(people, pounds, st.floats(1, 200), st.floats(1, 200))
def test_nominal_and_real_reconcile(patients, costs, then, now):
    index = pd.Series({"2009-10": then, "2024-25": now})
    spend = modelled(patients, costs).spend
    found = price_years.nominal_and_real(spend, index, "2024-25", "2009-10", Provenance("published", ("x#i",)))
    for name in ("", "_lower", "_upper"):
        back = found[f"real{name}"] * (now / then)
        assert back.tolist() == pytest.approx(found[f"nominal{name}"].tolist())
