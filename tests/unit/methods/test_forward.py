"""Demand carried forward: each driver alone, by hand, on two areas."""

import numpy as np
import pandas as pd
import pytest
from small import around, assessed, england, two

from needs.methods.forward import carry_forward
from needs.values import Estimate

CONSTANT = "Constant rates, population alone"
ADULTS = pd.MultiIndex.from_tuples([("male", "18_plus"), ("female", "18_plus")])


def changed(men: float, women: float) -> tuple[pd.Series, pd.Series]:
    """People of two dates, a year apart, with this growth on the log scale."""
    earlier = pd.Series([200.0, 300.0], ADULTS)
    return earlier, earlier * np.exp([men, women])


def wide(spread: float) -> Estimate:
    """A spread that is known itself."""
    return Estimate(spread, None, None, "assumed", ("x#y",))


STILL = changed(0.0, 0.0)
PRISON = {
    "share": around(0.4, 1.2), "now": around(80_000, 1.0), "low": around(84_000, 1.0), "central": around(88_000, 1.0),
    "high": around(96_000, 1.0), "years": 4.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return assessed(two(), draws=2000)


def horizon(ahead) -> pd.Series:
    return ahead.compared.set_index("variant")["patients"]


def test_today_is_the_estimate_and_growth_moves_each_sex(found):
    ahead = carry_forward(found, "b", 10, wide(0.0), changed(0.02, -0.01))
    fan, sexes = ahead.fan.set_index("year"), found.by_sex("b").groupby("sex")["patients"].sum()
    assert list(fan.index) == list(range(11))
    assert fan.loc[0, "patients"] == pytest.approx(found.patients("b")["all"].value)
    for year in (1, 10):
        by_hand = sexes["male"] * np.exp(0.02 * year) + sexes["female"] * np.exp(-0.01 * year)
        assert fan.loc[year, "patients"] == pytest.approx(by_hand)
    assert ahead.compared["variant"].tolist() == [CONSTANT]
    assert horizon(ahead)[CONSTANT] == fan.loc[10, "patients"]


def test_the_interval_of_today_is_that_of_the_mean_and_grows_with_what_is_unsure(found):
    told = found.rows("b").set_index("tier").loc["all"]
    sure, unsure = (carry_forward(found, "b", 10, wide(spread), STILL).fan for spread in (0.0, 0.02))
    ends = ["mean_lower_95", "mean_upper_95"]
    assert sure.loc[0, ends].tolist() == pytest.approx(told[ends].tolist())
    assert sure.loc[10, ends].tolist() == pytest.approx(told[ends].tolist())
    assert unsure.loc[0, ends].tolist() == pytest.approx(told[ends].tolist())
    width = (unsure["mean_upper_95"] - unsure["mean_lower_95"]).to_numpy()
    assert (np.diff(width) > 0).all()
    certain = assessed(two(), anchors=england(1.0), draws=4000)
    fan = carry_forward(certain, "b", 10, wide(0.02), STILL).fan
    assert np.log(fan.loc[10, "mean_upper_95"] / fan.loc[10, "patients"]) == pytest.approx(1.96 * 0.2, rel=0.08)


def test_a_spread_that_is_not_known_well_widens_the_tails(found):
    """The range of the spread is drawn as well: 0.02, known to a factor of two, has a wider 99% than 0.02 itself."""
    certain = assessed(two(), anchors=england(1.0), draws=4000)
    known, unknown = (
        carry_forward(certain, "b", 10, spread, STILL).fan.loc[10] for spread in (wide(0.02), around(0.02, 2.0))
    )
    tail = [np.log(fan["mean_upper_95"] / fan["patients"]) for fan in (known, unknown)]
    assert 1.03 * tail[0] < tail[1] < 1.3 * tail[0]


def test_a_projection_of_people_is_used_by_age(found):
    """Groups of the profile are made of bands: 18_24 and 25_34 double, the rest stays."""
    profile = found.anchors.profile.set_axis(["18_24+25_34", "35_plus"])
    people = two().people.rename(index={"18_34": "18_24+25_34"})
    named = assessed(two(people=people), anchors=england(profile=profile))
    bands = pd.MultiIndex.from_product([["male", "female"], ["18_24", "25_34", "35_plus"]])
    projected = pd.DataFrame({2022: [30.0, 70, 100] * 2, 2023: [130.0, 70, 100] * 2, 2024: [5.0, 5, 300] * 2}, bands)
    ahead = carry_forward(named, "a", 2, wide(0.0), people=projected, start=2022)
    ages = named.by_age("a").groupby("group")["patients"].sum()
    by_hand = [ages.sum(), 2 * ages["18_24+25_34"] + ages["35_plus"], 0.1 * ages["18_24+25_34"] + 3 * ages["35_plus"]]
    assert ahead.fan["patients"].tolist() == pytest.approx(by_hand)
    with pytest.raises(ValueError, match="the projection has no year 2025"):
        carry_forward(named, "a", 3, wide(0.0), people=projected, start=2022)


@pytest.mark.parametrize(("name", "factor"), [("low", 1.05), ("central", 1.1), ("high", 1.2)])
def test_prison_moves_its_share(found, name, factor):
    ahead = carry_forward(found, "a", 4, wide(0.0), STILL, prison=PRISON)
    today = found.patients("a")["all"].value
    assert horizon(ahead)[f"Prison population as projected, {name}"] == pytest.approx(today * (0.6 + 0.4 * factor))
    assert horizon(ahead)[CONSTANT] == pytest.approx(today)


def test_the_central_prison_path_holds_the_range_of_the_projection(found):
    rows = carry_forward(found, "a", 4, wide(0.0), STILL, prison=PRISON).compared.set_index("variant")
    assert list(rows.index) == [CONSTANT, *(f"Prison population as projected, {n}" for n in ("low", "central", "high"))]
    width = (rows["change_upper_95"] - rows["change_lower_95"]).to_numpy()
    assert width[0] == 0
    assert width[2] > 2 * width[1]
    assert rows["change"].is_monotonic_increasing


def test_a_share_never_passes_everyone(found):
    prison = PRISON | {"share": Estimate(1.0, 0.5, 4.0, "assumed", ("x#y",)), "high": around(88_000, 1.0)}
    prison |= {"low": around(88_000, 1.0)}
    rows = carry_forward(found, "a", 4, wide(0.0), STILL, prison=prison).compared.set_index("variant")
    top = rows.loc["Prison population as projected, high"]
    assert top["patients_upper_95"] <= 1.1 * rows.loc[CONSTANT, "patients_upper_95"] * (1 + 1e-9)


def test_a_trend_fades(found):
    ahead = carry_forward(found, "a", 2, wide(0.0), STILL, trend={"change": 0.1, "damping": 0.5, "cap": 0.25})
    assert horizon(ahead)["With the trend in rates"] == pytest.approx(found.patients("a")["all"].value * 1.15)
    assert ahead.fan["patients"].iloc[-1] == pytest.approx(found.patients("a")["all"].value)  # the fan has no trend


def test_the_same_seed_gives_the_same_fan(found):
    first, second = (carry_forward(found, "a", 5, wide(0.01), STILL, prison=PRISON) for _ in range(2))
    assert first.fan.equals(second.fan)
    assert first.compared.equals(second.compared)


def test_without_growth_or_people_there_is_no_projection(found):
    with pytest.raises(ValueError, match=r"^a projection needs a change or projected people$"):
        carry_forward(found, "a", 10, wide(0.0))
    with pytest.raises(ValueError, match="no growth of female 18_34, female 35_plus"):
        carry_forward(found, "a", 10, wide(0.0), tuple(people.iloc[:1] for people in STILL))
    nobody = STILL[0] * [1, 0]
    with pytest.raises(ValueError, match=r"no people \(later\) in female 18_plus"):
        carry_forward(found, "a", 10, wide(0.0), (STILL[0], nobody))
