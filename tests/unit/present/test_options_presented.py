"""Options are ranked, drawn and told for many, one and none, safe or not."""

import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from option_frames import LABELS, confirmed, standards, told, weighed
from present_frames import KNOWN, LONDON, NORTH

from needs.methods.reinvestment import plan
from needs.present import charts, tables

ABOUT = (KNOWN, "2023-24", 10)
NONE = pd.DataFrame({"name": [], "label": []})
NO_MONEY = pd.DataFrame(columns=["name", "label", "part", "spend", "spend_lower", "spend_upper"])
FEW = told(weighed([2e6, -1e6, 0, 5e5], [3000, -200, 50, 0], spread=0.1))
NOTHING = told(weighed([0, 0], [0, 0]))
UNSAFE = told(weighed([-9e7, 2e4], [-80_000, 40], spread=0.2))
ONE = told(weighed([-1e6], [400], spread=0.1))


def cells(table):
    return table.rows.to_numpy().tolist()


@pytest.fixture
def boxes(monkeypatch):
    """Where each text of a drawing lies, noted just before it is saved."""
    found, plain = [], charts.options.__globals__["drawn"]

    def noted(figure, crop=True):
        figure.tight_layout()
        renderer = FigureCanvasAgg(figure).get_renderer()
        for axis in figure.axes:
            ends = axis.get_xlim()
            ticks = [t.label1 for t in axis.xaxis.get_major_ticks() if ends[0] <= t.get_loc() <= ends[1]]
            ticks += [t.label1 for t in axis.yaxis.get_major_ticks()]
            texts = [*axis.texts, axis._left_title, *(ticks if axis.axison else [])]
            found.extend(
                (t.get_text(), t.get_fontsize(), Text.get_window_extent(t, renderer)) for t in texts if t.get_text()
            )
        return plain(figure, crop)

    for chart in (charts.options, charts.frontier):
        monkeypatch.setitem(chart.__globals__, "drawn", noted)
    return found


def overlapping(found):
    return [(a[0], b[0]) for n, a in enumerate(found) for b in found[n + 1 :] if a[2].padded(-1).overlaps(b[2])]


@pytest.mark.parametrize("frames", [FEW, NOTHING, UNSAFE, ONE])
def test_no_text_of_the_chart_meets_another(frames, boxes):
    chart = charts.options(frames[0], NORTH, *ABOUT)
    assert not overlapping(boxes)
    assert min(size for _, size, _ in boxes) >= 12
    assert chart.alt.count(";") == len(frames[0]) - 1
    assert "the North East and Yorkshire" in chart.title


def test_both_intervals_are_drawn_where_both_are_known():
    wide = [f"{name}_{end}_80" for name in ("spend", "delayed") for end in ("lower", "upper")]
    assert "thick line: 80% interval" in charts.options(FEW[0], LONDON, *ABOUT).caption
    assert "80%" not in charts.options(FEW[0].drop(columns=wide), LONDON, *ABOUT).caption


def test_options_are_told_in_order():
    table = tables.options(FEW[0], standards(FEW[0]["name"]), LONDON, *ABOUT)
    assert len(table.rows.columns) == 6
    assert table.rows.columns[1] == "Extra spend a year, £ million"
    assert [row[0] for row in cells(table)] == [LABELS[2], LABELS[0], LABELS[3], LABELS[1]]
    assert table.title.startswith("First of 4 options for London is ‘Diversion of one in ten’: it avoids ")
    assert table.title.endswith(" and changes no spend")
    costs = [row[5] for row in cells(table)]
    assert (costs[0], costs[2], costs[3]) == ("no cost", "avoids none", "waits grow")
    assert cells(table)[2][2:4] == ["0", "0"]
    assert cells(table)[0][1] == "0"
    assert cells(table)[1][1].startswith("1.99 (1.")
    assert cells(table)[3][1].startswith("−0.99 (−")
    assert table.caption.endswith("As today, 34% of prisoners are admitted within 28 days of referral.")


def test_what_was_found_for_it_stands_beside_the_option():
    ranked, money = FEW
    notes = {
        "option-0": "beds up by 5%, the fewest tried that do it",
        "option-1": "beds up by 60%, the most tried: 2% are left",
    }
    table = tables.options_money(money, ranked, LONDON, *ABOUT, notes)
    said = {row[0] for row in cells(table)}
    assert f"{LABELS[0]} (beds up by 5%, the fewest tried that do it)" in said
    assert f"{LABELS[1]} (beds up by 60%, the most tried: 2% are left)" in said
    assert LABELS[2] in said
    assert LABELS[0] in [row[0] for row in cells(tables.options_money(money, ranked, LONDON, *ABOUT))]
    assert len(table.rows.columns) <= 7


def test_a_cost_without_an_interval_has_none():
    ranked = FEW[0].assign(per_delayed_day_lower=float("nan"), per_delayed_day_upper=float("nan"))
    each = [row[5] for row in cells(tables.options(ranked, standards(ranked["name"]), LONDON, *ABOUT))]
    assert each[1].startswith("£")
    assert "(" not in each[1]
    assert not any("nan" in cell for cell in each)
    wide = FEW[0].assign(per_delayed_day_lower=-48.0, per_delayed_day_upper=107_354.0)
    assert "(£48 less to £110,000 more)" in cells(tables.options(wide, standards(wide["name"]), LONDON, *ABOUT))[1][5]


def test_ties_are_told_apart():
    ranked = FEW[0].assign(better=[0.3, 0.0, 1.0, 0.0], worse=[0.3, 0.0, 0.0, 1.0])
    often = [row[2] for row in cells(tables.options(ranked, standards(ranked["name"]), LONDON, *ABOUT))]
    assert often[0].endswith("), 3 of 10 (same in 4 of 10)")
    assert often[1] == "0"
    assert often[2] == "0, 10 of 10"
    assert often[3].endswith("), none of 10")
    near = ranked.assign(better=0.97, worse=0.03)
    cell = cells(tables.options(near, standards(near["name"]), LONDON, *ABOUT))[0][2]
    assert cell.endswith("), over 9 of 10")


def test_nobody_admitted_from_prison_has_no_share():
    table = tables.options(ONE[0], standards(ONE[0]["name"], float("nan")), LONDON, *ABOUT)
    assert cells(table)[0][4] == "nobody admitted"
    assert "As today" not in table.caption


def test_the_option_that_admits_most_prisoners_in_time_is_named_where_it_beats_today():
    shares = standards(FEW[0]["name"])
    assert "most with" not in tables.options(FEW[0], shares, LONDON, *ABOUT).caption, "all are as today"
    shares.loc[(shares["name"] == "option-3") & (shares["clock"] == "referral"), "share"] = 0.5
    assert tables.options(FEW[0], shares, LONDON, *ABOUT).caption.endswith(
        "As today, 34% of prisoners are admitted within 28 days of referral; most with ‘Transfer within 28 days’."
    )
    fewer = shares.assign(share=shares["share"].where(shares["name"] == "today", 0.1))
    assert "most with" not in tables.options(FEW[0], fewer, LONDON, *ABOUT).caption


def test_where_none_avoids_delay_the_finding_says_so_and_the_number_is_none():
    table = tables.options(NOTHING[0], standards(NOTHING[0]["name"]), LONDON, *ABOUT)
    assert table.title == (
        "Neither of the 2 options for London avoids delayed bed-days on average without longer waits"
    )
    best = tables.best_option(NOTHING[0], LONDON, KNOWN)
    assert (best.number["text"], best.number["interval"], best.title) == ("none", "", table.title)
    assert charts.options(NOTHING[0], LONDON, *ABOUT).title == (
        "Of 2 options for London, on average none avoids delayed bed-days without longer waits, none saves money and none does "
        "both"
    )


def test_an_unsafe_closure_that_saves_does_not_rank_first():
    table = tables.options(UNSAFE[0], standards(UNSAFE[0]["name"]), LONDON, *ABOUT)
    assert [row[0] for row in cells(table)] == [LABELS[1], LABELS[0]]
    assert cells(table)[1][2].startswith("−")
    assert cells(table)[1][5] == "waits grow"
    assert "First of 2 options for London is ‘40 more step-down places’" in table.title
    best = tables.best_option(UNSAFE[0], LONDON, KNOWN)
    assert best.number["label"] == "Delayed bed-days avoided"
    assert "by ‘40 more step-down places’, the option ranked first" in best.caption


def test_delay_avoided_at_the_price_of_longer_waits_is_not_counted():
    ranked, _ = told(weighed([-2e6, 1e6], [5000, 300], [-800, 900], spread=0.1))
    table = tables.options(ranked, standards(ranked["name"]), LONDON, *ABOUT)
    assert table.title.startswith("First of 2 options for London is ‘40 more step-down places’: it avoids 3")
    assert [row[5] for row in cells(table)][1] == "waits grow"
    assert charts.options(ranked, LONDON, *ABOUT).title == (
        "Of 2 options for London, on average 1 avoids delayed bed-days without longer waits, 1 saves money and none does both"
    )
    alone = ranked[ranked["lengthens"]]
    assert tables.best_option(alone, LONDON, KNOWN).title == (
        "The only option for London, ‘One assessment’, avoids no delayed bed-days on average without longer waits"
    )


@pytest.mark.parametrize("frames", [FEW, UNSAFE, ONE])
def test_the_waterfall_ends_in_the_net_change(frames):
    ranked, money = frames
    chart = charts.options_money(money, ranked, LONDON, *ABOUT)
    table = tables.options_money(money, ranked, LONDON, *ABOUT)
    if ranked["spend"].iloc[0]:
        rows = chart.data
        assert rows["label"].iloc[-1] == "Net change"
        assert rows["value"].iloc[-1] == pytest.approx(ranked["spend"].iloc[0])
        assert rows.loc[~rows["total"], "value"].sum() == pytest.approx(rows["value"].iloc[-1])
        assert "Tiers that grow" not in rows["label"].tolist(), "a part that is nothing has no bar"
    assert len(cells(table)) == len(ranked)
    assert list(table.rows.columns[-2:]) == ["One-off costs", "Sector and place"]


def test_an_option_that_changes_no_spend_has_a_sentence_for_a_waterfall():
    ranked, money = NOTHING
    assert charts.options_money(money, ranked, LONDON, *ABOUT).title.endswith("on average changes no spend")
    assert tables.options_money(money, ranked, LONDON, *ABOUT).title == (
        "None of the 2 options for London changes spend"
    )


def test_without_a_scenario_every_artefact_is_one_sentence():
    made = [
        charts.options(NONE, NORTH, *ABOUT),
        charts.options_money(NO_MONEY, NONE, NORTH, *ABOUT),
        tables.options(NONE, standards([]), NORTH, *ABOUT),
        tables.options_money(NO_MONEY, NONE, NORTH, *ABOUT),
        tables.best_option(NONE, NORTH, KNOWN),
    ]
    said = "No option was weighed for the North East and Yorkshire, because the run names no scenario"
    assert [artefact.title for artefact in made] == [said] * 5
    assert cells(made[2]) == [[f"{said}."]]
    assert made[4].number["text"] == "none"


SURE = confirmed()
CASES = {
    "some": SURE,
    "all": confirmed(wards=3, feasible=3, tried=3),
    "none": confirmed(feasible=0, tried=1, safe=False),
    "dear": confirmed(feasible=0, tried=1, saving=-2e6),
    "one ward": confirmed(close="low", wards=1, feasible=1, tried=1),
    "large": confirmed(ward=60, wards=20, feasible=3, tried=4, safe=False, saving=4e7),
}
PLANS = {name: plan(sure, KNOWN) for name, sure in CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_the_frontier_marks_what_was_simulated(name, boxes):
    sure, chosen = CASES[name], PLANS[name]
    chart = charts.frontier(sure, chosen, NORTH, *ABOUT)
    assert not overlapping(boxes)
    assert min(size for _, size, _ in boxes) >= 12
    assert chart.alt.count("simulated") == len(sure.tried)
    assert chart.title.startswith("In the North East and Yorkshire, closing") == chosen.safe
    assert ("both opens enough step-down places and saves money; the smallest" in chart.title) != chosen.safe
    assert f"{chosen.closed} {'low' if name == 'one ward' else 'medium'} secure beds for {chosen.places}" in chart.title


@pytest.mark.parametrize("name", CASES)
def test_the_simulation_has_the_last_word_on_what_is_enough(name):
    sure, chosen = CASES[name], PLANS[name]
    chart = charts.frontier(sure, chosen, LONDON, *ABOUT)
    said = [chart.alt, *(text for *_, text in chart.image.points)]
    for row in sure.frame[sure.frame["places"].notna()].itertuples():
        found = f"{row.places:.0f} are {'enough' if row.safe else 'too few'}"
        assert f"simulated, {found}" in chart.alt
        formula = [
            text for text in said[1:] if text.startswith(f"{row.closed} beds closed: by formula") and "enough" in text
        ]
        assert all(text.endswith(f"would be enough; simulated, {found}") for text in formula)
    assert not any(re.search(r"(is|are) enough", re.sub(r"simulated, \d+ are enough", "", text)) for text in said)


def test_the_table_of_the_frontier_says_what_was_not_tried():
    table = tables.frontier(SURE, PLANS["some"], LONDON, *ABOUT)
    assert table.title == (
        "In London, closing 12 medium secure beds pays for enough step-down places and closing 24 does not; with enough, more "
        "prisoners still wait in 3 of 10 futures"
    )
    first, second, third, fourth = cells(table)
    assert first[:4] == ["12", "18", "24", "20"]
    assert first[4].startswith("−0.5 (−")
    assert second[3] == "40, too few"
    assert third[1:4] == ["108", "72", "–"]
    assert fourth[1] == "none tried"
    assert third[4:] == fourth[4:] == ["–"] * 3
    dear = tables.frontier(CASES["dear"], PLANS["dear"], LONDON, *ABOUT)
    assert {row[2] for row in cells(dear)} == {"none"}
    assert dear.title == "In London, no closure of medium secure beds simulated pays for enough step-down places"
    every = tables.frontier(CASES["all"], PLANS["all"], LONDON, *ABOUT).title
    assert every.startswith("In London, closing 12, 24 or 36 medium secure beds pays for enough")
    assert "still wait in up to" in every
    assert "does not" not in every


@pytest.mark.parametrize("name", CASES)
def test_savings_say_when_they_pay_back(name):
    chosen = PLANS[name]
    chart = charts.cumulative_savings(chosen, LONDON, KNOWN, "2023-24", 0.035)
    years = int(chosen.cumulative["year"].max())
    if math.isnan(chosen.break_even):
        assert "by year" not in chart.title
        assert f"within {years} years in" in chart.title
    else:
        assert f"by year {chosen.break_even:g} in the middle future" in chart.title
    assert ("the smallest closure tried" in chart.title) != chosen.safe
    assert "at 3.5% a year" in chart.caption
    assert chart.alt.count(";") == years - 1


def test_a_closure_that_never_pays_back_says_so():
    chosen = replace(PLANS["dear"], break_even=math.nan, breaks_even=0.0)
    title = charts.cumulative_savings(chosen, LONDON, KNOWN, "2023-24", 0.035).title
    assert title.endswith("pays back within 10 years in none of 10 futures")
    rows = dict(cells(tables.reinvestment(chosen, LONDON, *ABOUT, rate=0.035)))
    assert rows["Paid back"] == "not within 10 years in most futures"
    assert rows["Net present value over 10 years"].startswith("costs £")
    assert "Not chosen" in tables.reinvestment(chosen, LONDON, *ABOUT, rate=0.035).caption


def test_what_a_closure_comes_to_is_told_with_its_chances():
    table = tables.reinvestment(PLANS["some"], LONDON, *ABOUT, rate=0.035)
    rows = dict(cells(table))
    assert rows["Closes"] == "12 medium secure beds from the start of year 2"
    assert rows["Opens"] == "20 step-down places"
    assert rows["Equivalent annual amount"].startswith("saves £")
    assert rows["Discount rate"] == "3.5% a year (options.discount_rate)"
    assert rows["Futures in which more prisoners wait"] == "3 of 10"
    assert table.data["npv"].iloc[0] == PLANS["some"].npv.value
    assert table.title.startswith(
        "Over 10 years in London, closing 12 medium secure beds for 20 step-down places on average saves £"
    )


def test_a_region_without_a_ward_to_close_gets_a_sentence():
    empty = confirmed(wards=1, tried=0)
    made = [
        charts.frontier(empty, None, LONDON, *ABOUT),
        charts.cumulative_savings(None, LONDON, KNOWN, "2023-24", 0.035),
        tables.frontier(empty, None, LONDON, *ABOUT),
        tables.reinvestment(None, LONDON, *ABOUT, rate=0.035),
    ]
    assert {artefact.title for artefact in made} == {"No ward of London could be closed: it has fewer beds than a ward"}


@pytest.mark.parametrize(
    ("harm", "said"), [(0.0, "no future has more prisoners waiting"), (1.0, "in 10 of 10 futures more prisoners wait")]
)
def test_harm_is_told_to_its_ends(harm, said):
    assert charts.frontier(SURE, replace(PLANS["some"], harm=harm), LONDON, *ABOUT).title.endswith(said)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("years", [2, 10])
def test_what_stands_over_a_figure_or_a_table_is_short(name, years):
    sure, chosen, about = CASES[name], PLANS[name], (KNOWN, "2023-24", years)
    ranked, money = FEW
    made = [
        charts.frontier(sure, chosen, NORTH, *about),
        tables.frontier(sure, chosen, NORTH, *about),
        charts.cumulative_savings(chosen, NORTH, KNOWN, "2023-24", 0.035),
        tables.reinvestment(chosen, NORTH, *about, rate=0.035),
        charts.options(ranked, NORTH, *about),
        tables.options(ranked, standards(ranked["name"]), NORTH, *about),
        charts.options_money(money, ranked, NORTH, *about),
        tables.options_money(money, ranked, NORTH, *about, {"option-0": "beds up by 5%, the fewest tried that do it"}),
    ]
    for artefact in made:
        assert len(artefact.title.split()) <= 45, artefact.title
        assert len(artefact.caption.split()) <= 60, artefact.caption
