"""Options, sizes to try, what is uncertain, and regions beside each other: what is said is what the numbers say."""

from __future__ import annotations

import re

import pandas as pd
from claims import KNOWN, LONDON, MIDLANDS, estimate, numbers, sound, tried, undrawn, wrong  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from option_frames import standards, told, weighed

from needs.methods.explorer import Explored, Grid
from needs.present import charts, explored, nation_charts, nation_words, tables
from needs.present.nation_words import Place
from needs.present.uncertain import GROUPS

quick = tried(40)
REGIONS = st.sampled_from([LONDON, MIDLANDS])
MONEY = st.one_of(
    st.just(0.0), st.integers(-80_000, 80_000).map(lambda n: 1e3 * n), st.integers(-3000, 3000).map(float)
)
DAYS = st.one_of(st.just(0.0), st.integers(-40_000, 40_000).map(float), st.integers(-80, 80).map(lambda n: n / 10))
SHARES = st.one_of(st.sampled_from([0.0, 0.004, 0.5, 0.996, 1.0]), st.floats(0, 1).map(lambda x: round(x, 4)))


@st.composite
def options(draw):
    number = draw(st.integers(1, 4))
    spend, delayed, waited = (draw(st.lists(kind, min_size=number, max_size=number)) for kind in (MONEY, DAYS, DAYS))
    spread = draw(st.sampled_from([0.0, 0.05, 0.6, 5.0]))
    return told(
        weighed(
            spend,
            delayed,
            waited,
            spread=spread,
            draws=12,
            years=draw(st.sampled_from([1, 3])),
            seed=draw(st.integers(0, 99)),
        )
    )


@given(options(), st.sampled_from([0.0, 0.34, 1.0, float("nan")]), REGIONS)
@quick
def test_options(frames, share, region):
    ranked, money = frames
    sound(charts.options(ranked, region, KNOWN, "2024-25", 10), inside=False)
    sound(charts.options_money(money, ranked, region, KNOWN, "2024-25", 10), inside=False)
    sound(tables.options(ranked, standards(ranked["name"], share), region, KNOWN, "2024-25", 10), inside=False)
    sound(tables.options_money(money, ranked, region, KNOWN, "2024-25", 10), inside=False)
    best = tables.best_option(ranked, region, KNOWN)
    assert wrong(best.title) == []
    assert wrong(f"{best.number['text']} {best.number['interval']}".strip()) == []


@st.composite
def ends(draw, number):
    lower, value, upper = sorted(draw(number) for _ in range(3))
    return (value, value, value) if draw(st.integers(0, 6)) == 0 else (value, lower, upper)


CHANGES = st.one_of(
    st.just(0.0), st.sampled_from([0.04, -0.04, 1.0, -1.0]), st.floats(-30, 30).map(lambda x: round(x, 3))
)


@st.composite
def grids(draw):
    beds, places = (0, *[12 * n for n in range(1, draw(st.integers(1, 3)))]), (0, draw(st.integers(1, 40)))
    rows = []
    for closed in beds:
        for opened in places:
            row = {"beds_closed": closed, "places_opened": opened, "occupancy": 0.9, "held": False}
            nothing = not closed and not opened
            for name, change in (
                ("blocked", CHANGES),
                ("waiting", CHANGES),
                ("spend", MONEY),
                ("in_time", st.floats(-0.5, 0.5)),
            ):
                three = (0.0, 0.0, 0.0) if nothing else draw(ends(change))
                level = draw(ends(SHARES)) if name == "in_time" else tuple(100.0 + abs(x) for x in sorted(three))
                row |= dict(
                    zip(
                        (name, f"{name}_lower", f"{name}_upper"),
                        (sorted(level)[1], min(level), max(level)),
                        strict=True,
                    )
                )
                row |= dict(
                    zip(
                        (f"{name}_difference", f"{name}_difference_lower", f"{name}_difference_upper"),
                        three,
                        strict=True,
                    )
                )
            rows.append(row)
    return Explored(
        pd.DataFrame(rows),
        Grid("medium", 12, tuple(n // 12 for n in beds), places),
        83,
        500,
        estimate((0.9, 0.8, 0.97)),
    )


@given(grids(), REGIONS)
@quick
def test_sizes_to_try(found, region):
    chart = sound(charts.explorer(found, region, KNOWN, "2024-25", 10), inside=False)
    sound(tables.explorer(found, region, KNOWN, "2024-25", 10), inside=False)
    rows = found.frame
    most = rows[rows["beds_closed"] == 0].iloc[-1]
    said = re.search(r"is expected to mean ([\d.,]+) (more|fewer) blocked beds?", chart.title)
    if said:
        assert (said[2] == "more") == (most["blocked_difference"] > 0)
    good = rows[(rows["blocked_difference"] < 0) & (rows["spend_difference"] < 0) & (rows["waiting_difference"] <= 0)]
    tally = explored.tally(found, region)
    assert wrong(tally) == []
    assert int(re.search(r", (\d+|none) (?:is|are) expected", tally)[1].replace("none", "0")) == len(good)


@given(st.lists(st.tuples(st.sampled_from(["spend", "blocked", "prisoners", "benefit"]),
                          st.sampled_from([g for g in GROUPS if g not in ("all", "judgement")]), SHARES, SHARES),
                min_size=1, max_size=8, unique_by=lambda row: row[:2]), REGIONS)  # fmt: skip
@quick
def test_what_makes_the_uncertainty(rows, region):
    names = ["outcome", "group", "share", "error"]
    outcomes, groups = dict.fromkeys(r[0] for r in rows), dict.fromkeys(r[1] for r in rows)
    given_ = {row[:2]: row[2:] for row in rows}
    frame = pd.DataFrame([(o, g, *given_.get((o, g), (0.0, 0.0))) for o in outcomes for g in groups], columns=names)
    made = sound(tables.variance(frame, "", {}, region, KNOWN))
    if made.title.startswith("No one group"):
        assert frame.loc[frame["group"] != "left", "share"].fillna(0).lt(0.2).all()


@st.composite
def regions(draw):
    unit = draw(st.floats(0.2, 60).map(lambda x: round(x, 2)))
    figures = st.one_of(st.just(unit), st.floats(0.2, 90).map(lambda x: round(x, 2)))
    return [Place(name.lower(), name, {"rate": estimate(draw(ends(figures)))})
            for name in ("London", "Midlands", "North West", "South East")[: draw(st.integers(1, 4))]]  # fmt: skip


@given(regions())
@quick
def test_regions_beside_each_other(places):
    said = nation_words.extremes(places, "rate", "patients per 100,000 adults")
    assert wrong(said) == [], said
    values = {place.name: place.figures["rate"].value for place in places}
    found = re.search(r"^(.*?) ha(?:s|ve) the most .*?, and (.*?) the least, ", said)
    if found:
        names = [re.split(", | and ", re.sub(r"\b[Tt]he ", "", part)) for part in found.groups()]
        assert all(values[name] >= max(values.values()) - 0.051 for name in names[0])
        assert all(values[name] <= min(values.values()) + 0.051 for name in names[1])
    tiles = pd.DataFrame({"area": [p.area for p in places], "tile_row": range(len(places)), "tile_col": 0})
    sound(
        nation_charts.intervals(places, "rate", "patients per 100,000 adults", "Patients.", estimate((9.0, 8.0, 10.0)))
    )
    sound(nation_charts.nation_map(places, tiles, "rate", "patients per 100,000 adults", ""))


@given(st.lists(st.tuples(st.floats(0.2, 3), st.floats(0.3, 1), st.floats(1, 2)), min_size=1, max_size=5))
@quick
def test_a_funnel_of_a_nation(rows):
    names = ["London", "Midlands", "North West", "South East", "East of England"]
    frame = pd.DataFrame([
        {"name": name, "expected": 90.0, "ratio": ratio, "phi": 1.0, "limit_lower_95": low, "limit_upper_95": high,
         "limit_lower_99_8": low - 0.1, "limit_upper_99_8": high + 0.1}
        for name, (ratio, low, high) in zip(names, rows, strict=False)
    ])  # fmt: skip
    made = sound(nation_charts.use_funnel(frame, "Transfers", "it is use", KNOWN))
    inside = int(frame["ratio"].between(frame["limit_lower_95"], frame["limit_upper_95"]).sum())
    if "inside them" in made.title:
        assert numbers(made.title.rpartition("; ")[2])[:2] == [inside, len(frame)]
    else:
        assert inside == len(frame)
    for side, beyond in (
        ("above", frame["ratio"] > frame["limit_upper_95"]),
        ("below", frame["ratio"] < frame["limit_lower_95"]),
    ):
        assert bool(re.search(rf"lies? {side}", made.title)) == bool(beyond.any())
