"""Spend, budgets, prices and savings: no title, caption, alternative text or cell says what its frame does not."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from claims import KNOWN, LONDON, MIDLANDS, estimate, numbers, sound, tried, undrawn  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from needs.data.inputs import Base
from needs.methods import care, cost, packages, price_years, sectors, spend_compared
from needs.methods.reinvestment import Confirmed, Plan, Terms
from needs.present import charts, tables
from needs.present.charts.reinvestment import closure, frontier_finding, saves
from needs.present.movement import futures
from needs.present.tables.reinvestment import counted
from needs.values import TIERS, Estimate, Provenance

quick = tried(40)
YEAR = "2024-25"
OWN = Provenance("derived", ("params/2023-24#costs.spend_file",))
REGIONS = st.sampled_from([LONDON, MIDLANDS])
PEOPLE = st.one_of(
    st.sampled_from([0.4, 1.0, 1.5]), st.floats(0.1, 12).map(lambda x: round(x, 2)), st.integers(1, 900).map(float)
)
PRICES = st.one_of(st.just(300e3), st.integers(100, 900).map(lambda n: 1e3 * n))
SHARES = st.one_of(st.sampled_from([0.001, 0.05, 0.5, 0.996, 1.0]), st.floats(0.01, 1).map(lambda x: round(x, 4)))
POUNDS = st.one_of(
    st.integers(-40, 40).map(float),
    st.integers(-9_000, 9_000).map(lambda n: 1e3 * n),
    st.integers(-90, 90).map(lambda n: 1e6 * n),
)


@st.composite
def around(draw, number, kind="modelled"):
    """An estimate of a positive number with an interval, wide or narrow, or without one."""
    value, spread = draw(number), draw(st.sampled_from([1.0, 1.01, 1.3, 4.0]))
    return estimate((value, value / spread, value * spread), kind)


@st.composite
def cared(draw, own=True):
    """Care of an area: modelled, or some tiers of its own."""
    three = lambda number: {tier: draw(around(number)) for tier in TIERS}  # noqa: E731
    made = care.estimated(three(PEOPLE), three(PRICES), three(st.floats(0.5, 0.99).map(lambda x: round(x, 3))))
    told = draw(st.lists(st.sampled_from(TIERS), unique=True, max_size=3)) if own else []
    if not told:
        return made
    rows = [
        (
            tier,
            sector,
            contract,
            draw(st.integers(10, 300)) * 1.0 if contract == "block" else 0.0,
            draw(st.integers(1, 3000)) * 1.0,
            draw(st.integers(1, 90)) * 1e5,
        )
        for tier in told
        for sector, contract in (("nhs", "block"), ("independent", "package"))
    ]
    columns = ["tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"]
    return care.with_own(made, pd.DataFrame(rows, columns=columns), OWN)


NATIONAL = {tier: estimate((n, n, n)) for tier, n in zip(TIERS, (650.0, 2650.0, 2700.0), strict=True)}
NATIONAL_COST = {tier: estimate((n, n, n)) for tier, n in zip(TIERS, (400e3, 330e3, 280e3), strict=True)}


@given(cared(), REGIONS)
@quick
def test_spend(here, region):
    frame = cost.spend_table(here, NATIONAL, NATIONAL_COST, 7e6)
    made = sound(tables.spend(frame, here, region, YEAR, "a range", here.known))
    assert ("is modelled to cost" in made.title) == (here.how == "modelled")
    chart = sound(charts.spend_by_tier(here, region, YEAR))
    largest = max(here.spend.values(), key=lambda one: one.value).value
    share = largest / here.whole.value
    text = re.search(r"takes (over |under )?(\d+)% of", chart.title)
    assert abs(int(text[2]) / 100 - share) <= 0.0101
    assert int(text[2]) < 100 or share == 1
    named = {tier: f"{tier.capitalize()} secure" for tier in TIERS}
    assert any(chart.title.startswith(named[tier]) for tier, one in here.spend.items() if one.value == largest)


@given(cared(), st.sampled_from([6.9e6, 40e3]), REGIONS)
@quick
def test_spend_beside_england(here, adults, region):
    people = pd.Series({region.slug: adults, "rest": 40e6 - adults})
    compared = spend_compared.against_england(here, NATIONAL, NATIONAL_COST, people, region.slug)
    made = sound(tables.spend_england(compared, estimate((1.1, 0.9, 1.3)), here, region, YEAR, KNOWN))
    whole = compared[compared["tier"] == "all"].set_index("area")["per_adult"]
    if ", above England's" in made.title:
        assert whole[region.slug] > whole["england"] if "england" in whole else True
    steps = spend_compared.steps_from_england(compared, region.name)
    chart = sound(charts.spend_england(steps, region, YEAR, KNOWN))
    for factor, name in (
        ("use", "patients per adult"),
        ("mix", "the mix of tiers"),
        ("price", "the cost of a year of care"),
    ):
        value = steps.loc[steps["factor"] == factor, "value"]
        said = re.search(rf"{name} (adds?|takes? off) £", chart.title)
        if said:
            assert said[1].startswith("add") == (float(value.iloc[0]) > 0)


@given(cared(), around(SHARES, "assumed"), REGIONS)
@quick
def test_empty_beds(here, fixed, region):
    if fixed.bounds[1] > 1:
        fixed = estimate((fixed.value,) * 3, "assumed")
    parts = care.parts(here, fixed)
    made = sound(tables.spend_parts(parts, region, YEAR, fixed, KNOWN))
    share = parts.iloc[-1]["share_empty"]
    said = re.search(r"(under |over )?([\d.]+)% of spend", made.title)
    assert abs(float(said[2]) / 100 - share) <= 0.00101


@given(
    cared(),
    st.lists(SHARES, min_size=2, max_size=2),
    around(st.floats(0.7, 1.4).map(lambda x: round(x, 2)), "assumed"),
    REGIONS,
)
@quick
def test_sectors(here, shares, ratio, region):
    told = {"medium": estimate((shares[0],) * 3), "low": estimate((shares[1],) * 3)}
    parted, known = sectors.sectors(here, told, ratio)
    made = sound(tables.sectors(parted, here, region, YEAR, ratio, known))
    whole = parted[parted["tier"] == "all"].set_index("sector")["spend"]
    said = re.search(r"providers: (under |over )?(\d+)%", made.title)
    assert abs(int(said[2]) / 100 - whole["independent"] / whole.sum()) <= 0.0101


@given(
    st.lists(st.tuples(around(st.floats(0.2, 9).map(lambda x: round(x, 2))), around(PRICES)), min_size=2, max_size=4),
    REGIONS,
)
@quick
def test_packages(rows, region):
    named = dict(zip(("high", "medium", "low", "community"), rows, strict=False))
    stay, price = ({tier: pair[n] for tier, pair in named.items()} for n in (0, 1))
    priced, known = packages.packages(stay, price, dict.fromkeys(named, ("outcome", "next")))
    made = sound(tables.packages(priced, region, YEAR, known))
    ends = re.search(r"priced from £([\d.,]+)( million)? .*? to £([\d.,]+)( million)?", made.title)
    if ends:
        low, high = (float(ends[n].replace(",", "")) * (1e6 if ends[n + 1] else 1) for n in (1, 3))
        assert low <= high
    else:
        assert "in every tier" in made.title


@given(cared(), around(SHARES, "assumed"))
@quick
def test_contracts(here, fixed):
    if fixed.bounds[1] > 1:
        fixed = estimate((fixed.value,) * 3, "assumed")
    found, known = packages.contracts(here.year_cost, here.occupancy, fixed, here if here.own else None)
    sound(tables.contracts(found, LONDON, YEAR, known))


@given(cared(), st.sampled_from([0.6, 1.0, 1.5351]), REGIONS)
@quick
def test_money_of_another_year(here, worth, region):
    index = pd.Series({YEAR: 100.0, "2009-10": 100.0 * worth})
    frame = price_years.nominal_and_real(here.spend, index, YEAR, "2009-10", KNOWN, estimate((1.9e9, 1.6e9, 2.1e9)))
    made = sound(tables.price_years(frame, here, region, (YEAR, "2009-10"), "GDP deflator", KNOWN))
    assert numbers(made.title.partition("comes to ")[2])[0] == pytest.approx(here.whole.value * worth, rel=0.6)


@given(st.lists(st.tuples(SHARES, st.booleans(), st.booleans()), min_size=1, max_size=3), REGIONS, st.booleans())
@quick
def test_shares_of_a_budget(rows, region, modelled):
    shares = []
    for n, (share, published, known) in enumerate(rows):
        told = estimate((share, share * 0.9, min(1.0, share * 1.1)))
        budget = None if published else estimate((1e9, 1e9, 1e9), "published")
        base = Base(f"Base {n}", f"what {n} covers", "England", budget, told if published else None)
        shares.append((base, None if published else estimate((share * 1e9,) * 3), told if known or published else None))
    if any(figure for base, *rest in shares for figure in (base.budget, *rest)):
        sound(tables.budget_share(shares, region, modelled))


@given(st.lists(PRICES, min_size=1, max_size=4))
@quick
def test_prices(found):
    made = sound(
        tables.prices([("low", "A ward", "unit cost used", estimate((price,) * 3, "published")) for price in found])
    )
    said = [float(text.replace(",", "")) for text in re.findall(r"£([\d,]+)", made.title)]
    if len(said) == 2:
        assert said[0] < said[1]
    assert max(said) == pytest.approx(max(found), rel=0.006)


@given(cared(), cared(own=False), REGIONS)
@quick
def test_own_spend_beside_the_estimate(own, modelled, region):
    compared = spend_compared.own_beside_estimate(own, modelled)
    made = sound(
        tables.own_spend(compared, modelled, region, YEAR, "spend.csv" if own.own else None, KNOWN), inside=False
    )
    for part, name in (
        ("volume", "the number of people"),
        ("mix", "the mix of tiers"),
        ("price", "the cost of a year"),
    ):
        said = re.search(rf"{name} (adds?|takes? off) £", made.title)
        if said:
            assert said[1].startswith("add") == (compared.iloc[-1][part] > 0)


# Wards that close


@st.composite
def saved(draw):
    lower, value, upper = sorted(draw(POUNDS) for _ in range(3))
    return (
        Estimate(value, lower, upper, "modelled", ("x#y",))
        if upper > lower
        else Estimate(value, kind="modelled", source=("x#y",))
    )


@given(saved(), st.sampled_from(["", "a year"]))
@tried(150)
def test_what_is_saved(found, when):
    from claims import wrong

    text = saves(found, when)
    assert [problem for problem in wrong(text) if "outside" not in problem] == []
    assert text.startswith("saves") <= (found.value > 0)
    assert text.startswith("costs") <= (found.value < 0)
    if text == "makes no change in spend":
        assert max(abs(found.value), *(abs(end) for end in found.bounds)) < 1


FUTURES = st.one_of(
    st.sampled_from([0.0, 0.025, 0.05, 0.5, 0.95, 0.975, 1.0]), st.floats(0, 1).map(lambda x: round(x, 3))
)


@st.composite
def planned(draw):
    years = draw(st.integers(1, 10))
    rows = []
    for year in range(1, years + 1):
        a, b, mean, c, d = sorted(draw(POUNDS) for _ in range(5))
        rows.append({"year": year, "mean": mean, "lower_95": a, "lower_80": b, "upper_80": c, "upper_95": d})
    back = draw(st.one_of(st.just(float("nan")), st.integers(1, years).map(float)))
    share = draw(FUTURES.filter(lambda x: x < 0.5 if math.isnan(back) else x >= 0.5))
    return Plan(
        draw(st.sampled_from(["medium", "low"])),
        draw(st.integers(1, 30)),
        draw(st.integers(0, 40)),
        draw(st.integers(1, 3)),
        draw(st.booleans()),
        pd.DataFrame(rows),
        back,
        share,
        draw(saved()),
        draw(saved()),
        draw(FUTURES),
        draw(FUTURES),
    )


@given(planned(), REGIONS)
@quick
def test_a_closure(plan, region):
    title = frontier_finding(plan, region)
    assert title.count(closure(plan)) == 1
    assert ("on average saves" in title or ", saves" in title) <= (plan.annual.value > 0)
    if plan.safe:
        assert ("no future has more" in title) == (plan.harm == 0)
        assert plan.harm == 0 or f"in {futures(plan.harm)} futures more prisoners wait" in title
    made = sound(charts.cumulative_savings(plan, region, KNOWN, YEAR, 0.035))
    assert ("in the middle future" in made.title) == (plan.break_even == plan.break_even)
    assert f"in {futures(plan.breaks_even)} futures" in made.title
    table = sound(tables.reinvestment(plan, region, KNOWN, YEAR, len(plan.cumulative), 0.035))
    assert ("saves" in table.title) <= (plan.npv.value > 0)


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(0, 40)), st.booleans(), saved(), FUTURES), min_size=1, max_size=3
    ),
    planned(),
    REGIONS,
)
@quick
def test_closures_that_pay_are_counted(rows, plan, region):
    frame = pd.DataFrame(
        [
            {
                "wards": n + 1,
                "closed": 12 * (n + 1),
                "places": places,
                "safe": safe if places is not None else None,
                "safe_places": places,
                "affordable_places": None if n else 3.0,
                "spend": -money.value,
                "spend_lower": -money.bounds[1],
                "spend_upper": -money.bounds[0],
                "harm": harm,
                "harm_any": harm,
                "prisoners": 0.2,
                "prisoners_lower": -1.0,
                "prisoners_upper": 3.0,
                "feasible": True,
            }
            for n, (places, safe, money, harm) in enumerate(rows)
        ]
    ).astype({"places": float, "safe_places": float, "affordable_places": float})
    if frame["places"].notna().any():
        plan = Plan(plan.close, 12, 16, *[getattr(plan, n) for n in list(Plan.__dataclass_fields__)[3:]])
        sure = Confirmed(frame, {}, Terms(plan.close, 12, 1))
        title = counted(sure, plan, region)
        tried = frame[frame["places"].notna()]
        good = tried[(tried["safe"] == True) & (tried["spend"] < 0)]  # noqa: E712
        assert ("no closure" in title) == good.empty
        for row in good.itertuples():
            assert re.search(rf"\b{row.closed}\b", title.partition("pays for")[0])
        if not good.empty:
            assert ("does not" in title) == (len(good) < len(tried))
        sound(tables.frontier(sure, plan, region, KNOWN, YEAR, 10))
        if frame["places"].iloc[0] == frame["places"].iloc[0]:
            sound(charts.frontier(sure, plan, region, KNOWN, YEAR, 10))
