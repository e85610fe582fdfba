"""People, need, demand and use: no title, caption, alternative text or cell says what its frame does not."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from claims import KNOWN, LONDON, MIDLANDS, estimate, intervals, numbers, sound, tried, undrawn  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from needs.methods.comparison import Held
from needs.present import charts, maps, tables, words
from needs.values import TIERS

quick = tried(60)
COUNTS = st.one_of(
    st.integers(0, 3).map(float),
    st.floats(0, 12).map(lambda x: round(x, 2)),
    st.floats(0, 5000).map(lambda x: round(x, 1)),
)
SHARES = st.one_of(st.sampled_from([0.0, 0.004, 0.005, 0.5, 0.996, 1.0]), st.floats(0, 1).map(lambda x: round(x, 4)))
RATES = st.one_of(st.sampled_from([1.0, 20.0]), st.floats(0.5, 400).map(lambda x: round(x, 2)))
NAMES = ["London", "Midlands", "North West", "South East", "Rest of Midlands"]
SLUGS = ["london", "midlands", "north-west", "south-east", "rest-of-midlands"]
REGIONS = st.sampled_from([LONDON, MIDLANDS])


@st.composite
def ends(draw, number=COUNTS):
    lower, value, upper = sorted(draw(number) for _ in range(3))
    return (value, value, value) if draw(st.integers(0, 6)) == 0 else (value, lower, upper)


@st.composite
def levels(draw, number=COUNTS):
    """A value with its 80% and 95% intervals."""
    a, b, value, c, d = sorted(draw(number) for _ in range(5))
    return {
        "patients": value,
        "patients_lower_95": a,
        "patients_lower_80": b,
        "patients_upper_80": c,
        "patients_upper_95": d,
    }


# People and need

AGES = ["18 to 24", "25 to 44", "45 to 64", "65 and over"]


@st.composite
def people(draw):
    counts = [draw(st.integers(1, 900)) for _ in range(2 * len(AGES))]
    england = [draw(st.integers(1, 900)) for _ in range(2 * len(AGES))] if draw(st.integers(0, 3)) else counts
    rows = [(sex, age) for sex in ("female", "male") for age in AGES]
    frame = pd.DataFrame(rows, columns=["sex", "age_band"]).assign(people=[1000.0 * n for n in counts])
    return frame.assign(share=[n / sum(counts) for n in counts], england_share=[n / sum(england) for n in england])


@given(people(), REGIONS)
@quick
def test_ages_are_more_or_fewer_than_in_england(frame, region):
    made = sound(charts.population_pyramid(frame, region, "mid-2022", KNOWN))
    sums = frame.groupby("age_band")[["share", "england_share"]].sum()
    for way, sign in (("more", 1), ("fewer", -1)):
        for band in re.findall(rf"{way} (?:adults )?aged ([\d a-z]+?)(?= and (?:more|fewer)| than)", made.title):
            assert sign * (sums.loc[band, "share"] - sums.loc[band, "england_share"]) > 0
    if "same ages" in made.title:
        assert ((sums["share"] - sums["england_share"]).abs() <= 0.00101).all()
    table = sound(tables.population(frame, region, "mid-2022", KNOWN))
    told = numbers(table.title)[0]
    assert told == pytest.approx(frame["people"].sum(), rel=0.01, abs=501)


@st.composite
def driven(draw):
    number = draw(st.integers(2, 5))
    rows = []
    for driver in ("IMD mean score", "Mental Health Act detentions", "Prison transfers")[: draw(st.integers(1, 3))]:
        england = draw(RATES)
        for slug, name in list(zip(SLUGS, NAMES, strict=True))[:number]:
            value = england if draw(st.integers(0, 4)) == 0 else draw(RATES)
            rows.append((driver, "per 100,000 adults", slug, name, value, england, ""))
    return pd.DataFrame(rows, columns=["driver", "unit", "area", "name", "value", "england", "note"])


@given(driven(), REGIONS)
@quick
def test_drivers_are_ranked_and_stand_above_or_below(frame, region):
    made = sound(charts.need_drivers(frame, region, KNOWN))
    lead = frame[frame["driver"] == frame["driver"].iloc[0]].set_index("area")
    own, of = lead.loc[region.slug], len(lead)
    ratio = own["value"] / own["england"]
    assert (" above England's" in made.title) <= (ratio > 1)
    assert (" below England's" in made.title) <= (ratio < 1)
    if found := re.search(r"(\d+)% (?:above|below) England's", made.title):
        assert abs(int(found[1]) / 100 - abs(ratio - 1)) <= 0.0101
    higher, lower = int((lead["value"] > own["value"]).sum()), int((lead["value"] < own["value"]).sum())
    ranked(made.title, higher, lower, of)
    table = sound(tables.drivers(frame, region, KNOWN))
    above, drivers = int(numbers(table.title)[0]), int(numbers(table.title)[1])
    own_rows = frame[frame["area"] == region.slug]
    assert (above, drivers) == (int((own_rows["value"] > own_rows["england"]).sum()), frame["driver"].nunique())


def ranked(title: str, higher: int, lower: int, of: int) -> None:
    """Check a rank: so many are higher, so many lower, of so many."""
    said = re.search(r"the ((?:second|third|fourth|fifth) )?(highest|lowest)", title)
    if said and of > 1:
        place = {None: 1, "second ": 2, "third ": 3, "fourth ": 4, "fifth ": 5}[said[1]]
        better = higher if said[2] == "highest" else lower
        same = of - higher - lower
        assert better < place <= better + same, title


@given(
    st.lists(RATES, min_size=2, max_size=5),
    REGIONS,
    st.sampled_from(["need for secure care", "patients per 100,000 adults"]),
)
@quick
def test_the_map_names_the_highest(values, region, measure):
    number = len(values)
    frame = pd.DataFrame(
        {
            "area": SLUGS[:number],
            "name": NAMES[:number],
            "value": values,
            "tile_row": range(number),
            "tile_col": 0,
        }
    )
    made = sound(maps.need_map(frame, region, measure, "index", KNOWN))
    own = frame.set_index("area").loc[region.slug, "value"]
    higher, lower = int((frame["value"] > own).sum()), int((frame["value"] < own).sum())
    first = re.split(" ha(?:s|ve) the ", made.title)[0]
    most = frame.loc[frame["value"] == frame["value"].max(), "name"].tolist()
    assert sorted(re.split(", | and ", re.sub(r"\b[Tt]he ", "", first))) == sorted(most)
    if "; " in made.title:
        ranked(made.title.partition("; ")[2], higher, lower, number)


# Demand


@st.composite
def expected(draw):
    rows = [{"tier": tier, **draw(levels())} for tier in (*TIERS, "all", "step_down", "community")]
    parts = [draw(st.integers(0, 50)) for _ in range(3)]
    whole = sum(parts) or 1
    named = dict(zip(("from_parameters", "from_rule", "from_chance"), (part / whole for part in parts), strict=True))
    return pd.DataFrame(rows).assign(share=draw(SHARES), below=draw(SHARES), **named)


@given(expected(), REGIONS)
@quick
def test_demand(frame, region):
    sound(charts.demand_by_tier(frame, region, KNOWN))
    rates = dict.fromkeys((*TIERS, "all"), 0.9)
    sound(tables.demand(frame, region, rates, 1e6, "as published", KNOWN))
    table = sound(tables.uncertainty(frame, region, KNOWN))
    parts = frame.loc[frame["tier"] == "all", ["from_parameters", "from_rule", "from_chance"]].iloc[0].astype(float)
    named = {"What is not known": "from_parameters", "The choice of rule": "from_rule", "Chance": "from_chance"}
    said = next((part for words_, part in named.items() if table.title.startswith(words_)), None)
    if said:
        assert parts[said] == parts.max()
        assert (" makes most of " in table.title) <= (parts[said] > 0.5)
        if "more than any other" in table.title:
            assert (parts == parts.max()).sum() == 1


@st.composite
def rules(draw):
    rows = []
    for label in ("Need", "Adults", "Deprivation", "Past use")[: draw(st.integers(1, 4))]:
        tiers = {tier: draw(COUNTS) for tier in TIERS}
        rows.append(
            {"label": label, "chosen": label == "Need", "share": draw(SHARES), **tiers, "patients": sum(tiers.values())}
        )
    return pd.DataFrame(rows)


@given(rules(), REGIONS)
@quick
def test_rules_move_demand(frame, region):
    made = sound(charts.allocation_rules(frame, region, KNOWN))
    if found := re.search(r"between ([\d,]+) and ([\d,]+) patients", made.title):
        low, high = (float(text.replace(",", "")) for text in found.groups())
        assert low < high
        assert abs(low - frame["patients"].min()) <= 5.01
        assert abs(high - frame["patients"].max()) <= 5.01
    table = sound(tables.allocation_rules(frame, region, "", KNOWN))
    if found := re.search(r"by up to ([\d,]+) patient", table.title):
        assert abs(float(found[1].replace(",", "")) - (frame["patients"].max() - frame["patients"].min())) <= 5.01


@given(st.lists(st.tuples(levels(), st.integers(1, 900)), min_size=1, max_size=3), levels(), REGIONS)
@quick
def test_boards(rows, whole, region):
    tiers = ("high", "medium", "low", "all", "step_down", "community")
    names = ["Ash Integrated Care Board", "Beech Integrated Care Board", "Cedar Integrated Care Board"]
    frame = pd.DataFrame(
        [
            {"name": name, "adults": 1000.0 * adults, "tier": tier, **told}
            for name, (told, adults) in zip(names, rows, strict=False)
            for tier in tiers
        ]
    )
    made = sound(tables.boards(frame, pd.DataFrame([{"tier": tier, **whole} for tier in tiers]), region, KNOWN, ""))
    rate = (
        frame[frame["tier"] == "all"].assign(rate=lambda f: f["patients"] / f["adults"] * 1e5).set_index("name")["rate"]
    )
    if found := re.search(r"run from ([\d.]+) per 100,000 adults in (.*?) to ([\d.]+) in (.*)", made.title):
        low, least, high, most = found.groups()
        assert float(low) < float(high)
        assert rate[least.removeprefix("the ")] == rate.min()
        assert rate[most.removeprefix("the ")] == rate.max()
    elif "differ by size" in made.title:
        assert rate.max() <= 1.031 * rate.min() or f"{rate.max():.1f}" == f"{rate.min():.1f}"


@given(st.lists(levels(), min_size=2, max_size=3), REGIONS, st.sampled_from([None, 2023]), st.integers(1, 20))
@quick
def test_projections_rise_fall_or_stay(rows, region, start, years):
    frame = pd.DataFrame([{"year": n * years // (len(rows) - 1), **row} for n, row in enumerate(rows)])
    made = sound(charts.projection_fan(frame, region, KNOWN, "ONS growth", "rates stay.", start))
    first, last = frame.iloc[0], frame.iloc[-1]
    title = made.title
    assert ("would rise from" in title) <= (last["patients_lower_95"] > first["patients"])
    assert ("would fall from" in title) <= (last["patients_upper_95"] < first["patients"])
    assert ("does not tell apart" in title) <= (
        last["patients_lower_95"] <= first["patients"] <= last["patients_upper_95"]
    )
    if found := re.search(r"would (rise|fall|go) from about ([\d,]+) to ([\d,]+)", title):
        then, now = (float(found[n].replace(",", "")) for n in (3, 2))
        assert (then > now) >= (found[1] == "rise")
        assert (then < now) >= (found[1] == "fall")
    table = sound(
        tables.projections_published(
            [(SimpleNamespace(label="ONS", unit="percent", counted="all"), estimate((5.0, 5.0, 5.0)))],
            frame,
            region,
            "ONS growth",
        )
    )
    if first["patients"]:
        change = last["patients"] / first["patients"] - 1
        assert ("would fall by" in table.title) <= (change < 0)
        assert ("would grow by" in table.title) <= (change > 0)


@given(st.lists(st.tuples(levels(), ends(st.integers(-900, 900).map(float))), min_size=1, max_size=4), REGIONS)
@quick
def test_variants_of_a_projection(rows, region):
    frame = pd.DataFrame(
        [
            {
                "variant": f"Variant {'ABCD'[n]}",
                **told,
                "change": change[0],
                "change_lower_95": change[1],
                "change_upper_95": change[2],
            }
            for n, (told, change) in enumerate(rows)
        ]
    )
    made = sound(tables.projection(frame, region, 10, KNOWN, "as found", 2023))
    if found := re.search(r"run from ([\d,]+) to ([\d,]+)", made.title):
        low, high = (float(text.replace(",", "")) for text in found.groups())
        assert low < high
        to = max(1.0, 0.1 * (frame["patients_upper_95"] - frame["patients_lower_95"]).max())
        assert abs(low - frame["patients"].min()) <= to
        assert abs(high - frame["patients"].max()) <= to


# Groups


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=4, max_size=4), REGIONS)
@quick
def test_patients_by_age_and_sex(rows, region):
    frame = pd.DataFrame(
        [
            {
                "sex": sex,
                "group": group,
                "patients": sorted(row)[1],
                "mean_lower_95": min(row),
                "mean_upper_95": max(row),
            }
            for row, (sex, group) in zip(
                rows, [(s, g) for s in ("male", "female") for g in ("18_24", "25_44+45_64")], strict=True
            )
        ]
    )
    if frame["patients"].sum():
        made = sound(charts.expected_pyramid(frame, region, KNOWN, "as found."))
        share = frame.loc[frame["sex"] == "female", "patients"].sum() / frame["patients"].sum()
        text = re.search(r"(under |over )?(\d+)%", made.title)
        assert abs(int(text[2]) / 100 - share) <= (0.0051 if not text[1] else 0.0101)


@given(st.lists(ends(), min_size=3, max_size=3), st.lists(ends(), min_size=3, max_size=3), REGIONS)
@quick
def test_women(women, beds, region):
    frame = pd.DataFrame(
        [
            {"tier": tier, "sex": "female", "patients": value, "mean_lower_95": low, "mean_upper_95": high}
            for tier, (value, low, high) in zip(TIERS, women, strict=True)
        ]
    )
    told = {tier: estimate(three, "published") for tier, three in zip(TIERS, beds, strict=True)}
    made = sound(tables.women(frame, told, {"low": estimate((0.4, 0.4, 0.4))}, region, "counted.", KNOWN))
    assert numbers(made.title)[0] == pytest.approx(sum(three[0] for three in women), abs=60)


@given(ends(st.integers(-300, 300).map(float)), ends(), REGIONS)
@quick
def test_past_detention_as_need(change, base, region):
    made = sound(
        tables.ethnicity(
            estimate(base),
            estimate(change),
            [("Black", 0.12, estimate((4.0, 3.0, 5.0)), estimate((3.0, 2.0, 4.0)))],
            region,
            KNOWN,
        )
    )
    assert ("reaches 0" in made.caption) == (change[1] <= 0 <= change[2])


@given(st.lists(st.tuples(ends(), SHARES), min_size=1, max_size=3), REGIONS)
@quick
def test_groups_with_a_national_number(rows, region):
    items = [
        (f"Group {'ABC'[n]}", "those counted", estimate(three), estimate(tuple(share * x for x in three)))
        for n, (three, share) in enumerate(rows)
    ]
    made = sound(tables.groups_expected(items, region, KNOWN))
    if found := re.search(r"; (\d+) more groups? below", made.title):
        assert int(found[1]) == len(items) - 1


# Use beside need

GAPS = st.one_of(st.integers(-3, 3).map(float), st.integers(-800, 800).map(float))


@st.composite
def used(draw):
    gap, low, high = draw(ends(GAPS))
    need = draw(ends())
    count = float(draw(st.integers(0, 400)))
    ratio = draw(ends(st.floats(0, 4).map(lambda x: round(x, 3))))
    return {
        "cell": "london+midlands" if draw(st.booleans()) else "london",
        "name": "London",
        "count": count,
        "share": draw(SHARES),
        "by_use": max(need[0] + gap, 0.0),
        "by_need": need[0],
        "by_need_lower": need[1],
        "by_need_upper": need[2],
        "gap": gap,
        "gap_lower": low,
        "gap_upper": high,
        "ratio": ratio[0],
        "ratio_lower": ratio[1],
        "ratio_upper": ratio[2],
        "shrunk": ratio[0],
        "weight": draw(SHARES),
    }


@given(st.lists(used(), min_size=1, max_size=4))
@quick
def test_use_gives_more_or_fewer_than_need(rows):
    counts = [(f"Count {'ABCD'[n]}", "it is use", pd.DataFrame([row])) for n, row in enumerate(rows)]
    made = sound(tables.use_against_need(counts, estimate((1.5, 1.2, 1.9)), LONDON, KNOWN), inside=False)
    gaps = sorted(row["gap"] for row in rows)
    end = r"(about as many|[\d,]+ (?:more|fewer))"
    found = re.search(rf"would have (?:from {end} to )?{end} patients", made.title)
    for said, gap in zip(found.groups(), (gaps[0], gaps[-1]), strict=True):
        if said and said != "about as many":
            assert said.endswith("more") == (gap > 0)
            assert numbers(said)[0] > 0, made.title
    beyond = sum(row["gap_lower"] > 0 or row["gap_upper"] < 0 for row in rows)
    if found := re.search(r"(\d+|none) of the (\d+) counts (lies?) outside", made.title):
        assert (0 if found[1] == "none" else int(found[1]), int(found[2])) == (beyond, len(rows))
        assert (found[3] == "lies") == (beyond <= 1)


@given(
    st.lists(st.tuples(st.integers(1, 90), ends(), st.floats(-1, 3)), min_size=1, max_size=5),
    st.tuples(SHARES, SHARES, SHARES, SHARES),
)
@quick
def test_cells_are_missed_by_more_or_less(rows, missed):
    frame = pd.DataFrame(
        [
            {
                "cell": NAMES[n],
                "count": float(count),
                "by_adults": three[0],
                "by_need": three[0],
                "by_need_lower": three[1],
                "by_need_upper": three[2],
                "miss_by_adults": miss,
                "miss_by_need": miss,
            }
            for n, (count, three, miss) in enumerate(rows)
        ]
    )
    inside = int(frame["count"].between(frame["by_need_lower"], frame["by_need_upper"]).sum())
    names = ("by_need", "by_adults", "by_need_without", "by_adults_without")
    told = dict(zip(names, missed, strict=True)) | {"inside": inside}
    made = sound(tables.validation_cells(frame, told, "Transfers, 2008-09", KNOWN))
    assert (" better than" in made.title and "no better" not in made.title) <= (told["by_need"] < told["by_adults"])
    assert (" worse than" in made.title) <= (told["by_need"] > told["by_adults"])
    if "no better than" in made.title:
        assert told["by_need"] >= told["by_adults"] - 0.0101


@given(st.lists(st.tuples(COUNTS, ends(), st.booleans()), min_size=0, max_size=4))
@quick
def test_published_figures_lie_inside_or_outside(rows):
    held = [
        Held(f"Figure {n}", estimate((value, value, value), "published"), estimate(three), three[0], "people", at_least)
        for n, (value, three, at_least) in enumerate(rows)
    ]
    made = sound(tables.validation_published(held, "London", KNOWN))
    agree = [one.agrees for one in held if not one.at_least]
    if found := re.search(r"(\d+|None) of (\d+) published figures of London (lies?) inside", made.title):
        assert (0 if found[1] == "None" else int(found[1]), int(found[2])) == (sum(agree), len(agree))
        assert found[3] == ("lies" if sum(agree) == 1 else "lie")
    if "The one published figure" in made.title:
        assert len(agree) == 1
        assert ("inside" in made.title) == agree[0]


@st.composite
def funnelled(draw):
    rows = []
    for slug, name in list(zip(SLUGS, NAMES, strict=True))[: draw(st.integers(2, 5))]:
        ratio = draw(st.one_of(st.just(1.0), st.floats(0.2, 3).map(lambda x: round(x, 3))))
        a, b, c, d = sorted(draw(st.floats(0.3, 2)) for _ in range(4))
        rows.append(
            {
                "cell": slug,
                "name": name,
                "expected": float(draw(st.integers(5, 500))),
                "ratio": ratio,
                "phi": 1.0,
                "limit_lower_99_8": a,
                "limit_lower_95": b,
                "limit_upper_95": c,
                "limit_upper_99_8": d,
            }
        )
    return pd.DataFrame(rows).assign(phi=draw(st.sampled_from([1.0, 2.3])))


@given(funnelled(), REGIONS)
@quick
def test_a_funnel_says_where_the_region_stands(frame, region):
    made = sound(charts.funnel(frame, "Transfers", region, KNOWN, "it is use"))
    own = frame[frame["cell"] == region.slug].iloc[0]
    assert ("above its share" in made.title) <= (own["ratio"] > 1)
    assert ("below its share" in made.title) <= (own["ratio"] < 1)
    inside = own["limit_lower_95"] <= own["ratio"] <= own["limit_upper_95"]
    assert ("inside the 95% limits" in made.title) == inside
    assert ("outside the 99.8% limits" in made.title) == (
        not own["limit_lower_99_8"] <= own["ratio"] <= own["limit_upper_99_8"]
    )
    outside = int((~frame["ratio"].between(frame["limit_lower_95"], frame["limit_upper_95"])).sum())
    assert re.search(rf"\b{outside} of {len(frame)} areas {'is' if outside == 1 else 'are'} outside", made.alt)


@given(
    st.lists(
        st.tuples(st.one_of(st.integers(0, 9).map(float), SHARES), st.sampled_from(["beds", "share", "people"])),
        max_size=4,
    ),
    REGIONS,
)
@quick
def test_local_evidence(rows, region):
    frame = pd.DataFrame(
        [
            {
                "name": "Ash",
                "measure": "Beds",
                "tier": "low",
                "period": "2023",
                "value": value,
                "unit": unit,
                "kind": "published",
                "source": "x#y",
            }
            for value, unit in rows
        ],
        columns=["name", "measure", "tier", "period", "value", "unit", "kind", "source"],
    )
    made = sound(tables.local_evidence(frame, region, KNOWN))
    if rows:
        assert made.title.startswith(f"{len(rows)} {'figure is' if len(rows) == 1 else 'figures are'} published")


@pytest.mark.parametrize("own", [1.0, 3.0, 500.0])
def test_areas_add_up(own):
    from small import alike, assessed

    found = assessed(alike({"a": 100.0, "b": own}))
    made = sound(
        tables.reconciliation(found, "as counted", pd.DataFrame({"area": ["a", "b"], "name": ["Ash", "Rest of Ash"]}))
    )
    assert made.title.startswith("Patients of the areas add up")


def test_intervals_are_read_by_the_reader_itself():
    (told,) = intervals("About £1.2 million (£800,000 to £1.5 million) a year")
    assert (told.value, told.low, told.high) == (1.2e6, 8e5, 1.5e6)
    assert numbers("−40 and 12.5% of 1,030") == [-40.0, 0.125, 1030.0]
    assert words.ranged(5, 1, 11) == "5 (1 to 11)"
