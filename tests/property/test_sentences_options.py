"""Options, sizes to try, what is uncertain, and regions beside each other: what is said is what the numbers say."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from claims import KNOWN, LONDON, MIDLANDS, estimate, numbers, sound, tried, undrawn, wrong  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from option_frames import standards, told, weighed

from needs.methods.explorer import Explored, Grid
from needs.present import charts, explored, nation_charts, nation_words, tables
from needs.present.nation_words import Place
from needs.present.uncertain import GROUPS
from needs.project import project_root

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


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["spend", "blocked", "prisoners", "benefit"]),
            st.sampled_from([g for g in GROUPS if g not in ("all", "judgement")]),
            SHARES,
            SHARES,
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[:2],
    ),
    REGIONS,
)
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
    return [
        Place(name.lower(), name, {"rate": estimate(draw(ends(figures)))})
        for name in ("London", "Midlands", "North West", "South East")[: draw(st.integers(1, 4))]
    ]


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
    frame = pd.DataFrame(
        [
            {
                "name": name,
                "expected": 90.0,
                "ratio": ratio,
                "phi": 1.0,
                "limit_lower_95": low,
                "limit_upper_95": high,
                "limit_lower_99_8": low - 0.1,
                "limit_upper_99_8": high + 0.1,
            }
            for name, (ratio, low, high) in zip(names, rows, strict=False)
        ]
    )
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


LABELS = {"more": "40 more places", "shut": "A closed ward"}
INPUTS = {
    "use.step_down": (0.8, 0.97),
    "pools": (1, 13),
    "stay.low": (0.96, 7.3),
    "cost.low": (63_000, 252_000),
    "assessment.days": (0.6, 30),
    "worth_of_wait": (0, 1832),
}


@given(
    st.lists(st.tuples(MONEY, MONEY, st.booleans()), min_size=1, max_size=len(INPUTS)),
    MONEY,
    st.sampled_from(["more", "today"]),
    st.sampled_from(["", "shut"]),
    REGIONS,
)
@quick
def test_what_turns_the_choice(rows, centre, best, tied, region):
    frame = pd.DataFrame(
        [
            {
                "name": name,
                "group": "places",
                "low_input": ends_[0],
                "high_input": ends_[1],
                "low": low,
                "high": high,
                "low_error": 2e3,
                "high_error": 2e3,
                "centre": centre,
                "clear": clear,
                "low_choice": best if low >= 0 else "shut",
                "high_choice": best if high >= 0 else "shut",
                "low_rival": "shut",
                "high_rival": "shut",
            }
            for (name, ends_), (low, high, clear) in zip(INPUTS.items(), rows, strict=False)
        ]
    )
    made = sound(charts.tornado(frame, best, LABELS, region, KNOWN, "2024-25", tied), inside=False)
    shown = frame[frame["clear"]]
    if ", but not with " in made.title:
        assert (shown[["low", "high"]] < 0).any(axis=None)
    if "is shown to change that" in made.title and not tied:
        assert not (shown[["low", "high"]] < -2e3 * 1.96).any(axis=None)


@given(
    st.lists(
        st.tuples(ends(st.integers(0, 9_000_000).map(float)), st.booleans(), st.booleans()), min_size=1, max_size=5
    ),
    st.sampled_from(["", "shut"]),
    REGIONS,
)
@quick
def test_what_knowing_more_is_worth(rows, tied, region):
    groups = ["all", "places", "stay", "bed_cost", "people"]
    frame = pd.DataFrame(
        [
            {
                "group": group,
                "worth": w[0],
                "worth_lower": w[1],
                "worth_upper": w[2],
                "shown": shown,
                "alone_option": "more",
                "alone": w[0],
                "alone_lower": w[1],
                "alone_upper": w[2],
                "alone_shown": alone,
            }
            for group, (w, shown, alone) in zip(groups, rows, strict=False)
        ]
    )
    made = sound(tables.information(frame, "more", LABELS, region, KNOWN, "2024-25", tied, ["stay"]))
    first = sound(tables.collect_first(frame, "more", LABELS, region, KNOWN, "2024-25", tied))
    assert made.title == first.title or "Given already" in str(made.rows)
    whole = sound(tables.perfect_information(frame, ["today", "more"], region, KNOWN, "2024-25"))
    assert ("is not shown to be worth anything" in whole.title) == (not rows[0][1])
    if "would be worth about" in first.title:
        told_ = numbers(first.title.partition("worth about ")[2])[0]
        assert any(abs(told_ - w[0]) <= max(0.5 * (w[2] - w[1]), 0.06 * w[0], 1) for w, *_ in rows[1:])


def test_every_chart_and_table_is_tried_here():
    """A new chart or table comes with a test of what it says."""
    said = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_sentences_*.py"))
    said += (project_root() / "notebooks" / "monitoring.ipynb").read_text(encoding="utf-8")
    others = {
        "charts.fans": "drawn by stay_as_is and after_change",
        "charts.waterfall": "drawn by options_money",
        "charts.progress": "says nothing: a private picture",
        "tables.quoted": "writes what its caller says",
    }
    names = [f"charts.{name}" for name in charts.__all__] + [f"tables.{name}" for name in tables.__all__]
    assert [name for name in names if f"{name}(" not in said and name not in others] == []
