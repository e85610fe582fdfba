"""The flow is drawn and told for a big region, a tiny one and one where nothing moves."""

import itertools
import math
import re
from types import SimpleNamespace

import flow_frames as frames
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from present_frames import KNOWN, LONDON, NORTH, figure

from needs.methods.mismatch import NEEDED_TIERS
from needs.present import charts, tables
from needs.present.charts import flow as flow_module
from needs.present.charts.flow_layout import HEIGHT, laid

CLOSE = SimpleNamespace(verb="close", tier="medium", number=10, year=2)
OPEN = SimpleNamespace(verb="open", tier="step_down", number=1, year=0)
TIERS = [*NEEDED_TIERS, "all"]
SIZES = [1.0, 0.005, 0.0]


def cells(table):
    return table.rows.to_numpy().tolist()


def shown_texts(axis):
    """Every text that is seen: those written, and, where the axis is drawn, its title, labels and ticks in view."""
    yield from axis.texts
    if axis.axison:
        yield from (axis._left_title, axis.xaxis.label, axis.yaxis.label)
        for ends, each in ((axis.get_xlim(), axis.xaxis), (axis.get_ylim(), axis.yaxis)):
            ticks = each.get_major_ticks(len(each.get_majorticklocs()))
            yield from (tick.label1 for tick in ticks if ends[0] <= tick.get_loc() <= ends[1])


class Boxes(list):
    """Texts with their sizes and places, and how wide the drawing is."""

    width = 0.0


@pytest.fixture
def boxes_of_text(monkeypatch):
    """Where each text of a drawing lies, in pixels, noted just before it is saved."""
    found, plain = Boxes(), flow_module.drawn

    def noted(drawing):
        drawing.tight_layout()
        renderer = FigureCanvasAgg(drawing).get_renderer()
        found.width = drawing.bbox.width
        texts = [text for axis in drawing.axes for text in shown_texts(axis) if text.get_text().strip()]
        found.extend((t.get_text(), t.get_fontsize(), t.get_window_extent(renderer)) for t in texts)
        return plain(drawing)

    for chart in (charts.flow_diagram, charts.fans):
        monkeypatch.setitem(chart.__globals__, "drawn", noted)
    return found


def overlapping(found):
    return [(a[0], b[0]) for n, a in enumerate(found) for b in found[n + 1 :] if a[2].padded(-1).overlaps(b[2])]


def drawn_flow(scale=1.0, region=LONDON, moves=None):
    return charts.flow_diagram(frames.moves(scale) if moves is None else moves, frames.standing(scale), region, KNOWN)


@pytest.mark.parametrize("scale", [1.0, 0.2, 0.005, 0.0, 40.0])
def test_no_text_of_the_flow_diagram_meets_another(scale, boxes_of_text):
    chart = drawn_flow(scale)
    assert len(boxes_of_text) >= 8
    assert not overlapping(boxes_of_text)
    assert min(size for _, size, _ in boxes_of_text) >= 12
    assert min(box.x0 for *_, box in boxes_of_text) >= 0
    assert max(box.x1 for *_, box in boxes_of_text) <= boxes_of_text.width, "a label leaves the drawing"
    assert len(chart.image.svg) < 35_000


def test_the_flow_diagram_says_what_moves_and_who_waits():
    chart = drawn_flow()
    assert chart.title == (
        "A year brings about 530 arrivals from outside into secure beds for London, 400 moves to less security and "
        "91 moves to more; 72 people (29 to 137) are blocked"
    )
    assert "community caseload from outside are the rest" in chart.caption
    assert "Not drawn, as they are small: High secure to low secure 3.0" in chart.caption
    assert "Low secure to community 90" in chart.alt
    assert "Waiting: 38 wait for a bed in medium secure and 17 wait for a bed in low secure." in chart.alt
    assert "medium secure 520 people, 42 blocked" in chart.alt
    assert "Medium secure to medium secure" not in chart.alt
    assert len(chart.data) == len(frames.MOVES) + len(frames.standing())
    assert (chart.kind, chart.sources) == (KNOWN.kind, KNOWN.sources)
    told = [text for *_, text in chart.image.points]
    assert "Medium secure to low secure: 85 people a year (51 to 128); 12 blocked people wait for it" in told
    assert "Prison to medium secure: 175 people a year, of them on remand 95 and sentenced 80" in told
    assert "In low secure: 610 people (240 to 1,160); blocked: 24 people (10 to 46)" in told


def test_small_flows_keep_their_tenths_and_none_is_called_nothing():
    tiny = drawn_flow(0.005, NORTH)
    assert tiny.title.startswith(
        "A year brings about 2.6 arrivals from outside into secure beds for the North East and Yorkshire, 2.0 moves"
    )
    assert tiny.title.endswith("; under 1 person (0 to 1) is blocked")
    assert "High secure to low secure under 0.1" in tiny.alt
    outside = frames.moves().query("destination not in ['high', 'medium', 'low']")
    assert drawn_flow(moves=outside).title.startswith("A year brings no arrivals from outside into secure")
    nobody = drawn_flow(0, NORTH)
    assert nobody.title == "Nobody from the North East and Yorkshire comes into care, moves between tiers or leaves"


@pytest.mark.parametrize("scale", [1.0, 0.005])
def test_widths_are_to_one_scale_and_stay_inside_their_tier(scale):
    flows, _ = flow_module._flows(frames.moves(scale), frames.standing(scale))
    layout = laid(flows)
    wide = [(lane.step.value, lane.width) for lane in (*layout.lanes, *layout.direct)]
    wide += [(ribbon.stub.value, ribbon.width) for ribbon in layout.ribbons if ribbon.stub.value]
    assert all(width == pytest.approx(max(value * layout.scale, 0.02)) for value, width in wide)
    assert max(width for _, width in wide) > 0.2, "the largest flow is not a hairline"
    heights = [(top, top - height) for top, height in layout.boxes.values()]
    assert all(above[1] > below[0] for above, below in itertools.pairwise(heights))
    assert 0 < heights[-1][1] < heights[0][0] < HEIGHT
    for ribbon in layout.ribbons:
        low, high = ribbon.inner - ribbon.width / 2, ribbon.inner + ribbon.width / 2
        assert any(foot <= low + 1e-9 and high - 1e-9 <= top for top, foot in heights)


def test_nobody_is_lost_between_the_moves_and_the_drawing():
    flows, _ = flow_module._flows(frames.moves(), frames.standing())
    moves = frames.moves()
    outside, leaves = ~moves["origin"].isin(NEEDED_TIERS), ~moves["destination"].isin(NEEDED_TIERS)
    for rows, side in ((moves[outside], flows.into), (moves[leaves], flows.out)):
        assert sum(stub.value for each in side.values() for stub in each) == pytest.approx(rows["patients"].sum())


def test_a_person_recalled_comes_from_the_community_by_either_name():
    rows = frames.moves().query("origin == 'community' and destination == 'low'")
    named = rows.assign(origin="community_recall")
    for moves in (rows, named):
        flows, left_out = flow_module._flows(moves, frames.standing(0.0))
        assert [(step.tiers, step.value) for step in flows.steps] == [((4, 2), 31.0)]
        assert not left_out
        assert not any(each for side in (flows.into, flows.out) for each in side.values())
    assert cells(tables.flows(named, LONDON, KNOWN))[0][:3] == [
        "To more security",
        "Community, on recall",
        "Low secure",
    ]


def test_the_table_of_flows_adds_up_small_moves_and_its_data_hold_all():
    table = tables.flows(frames.moves(), LONDON, KNOWN)
    assert table.title == (
        "From London, the largest move into or between secure tiers is general psychiatry to low secure: 130 (78 to 195) a "
        "year"
    )
    ways = list(dict.fromkeys(row[0] for row in cells(table)))
    assert ways == ["Into a tier", "To less security", "To more security", "Same security", "Out"]
    assert len(cells(table)) < len(frames.MOVES) == len(table.data)
    assert ["Out", "Low secure", "General psychiatry", "70", "42 to 105"] in cells(table)
    assert ["Out", "All other moves", "any", "49", "see the data"] in cells(table)
    assert ["To less security", "High secure", "Low secure", "3.0", "1.8 to 4.5"] in cells(table), "one is no sum"
    tiny = tables.flows(frames.moves(0.005), LONDON, KNOWN)
    assert len(cells(tiny)) == len(cells(table))
    assert ["To less security", "High secure", "Low secure", "under 0.1", "under 0.1 to under 0.1"] in cells(tiny)
    out = frames.moves().query("destination == 'discharge'")
    assert tables.flows(out, LONDON, KNOWN).title == "Nobody from London moves into or between secure tiers"
    assert cells(tables.flows(frames.moves(0), LONDON, KNOWN)) == [
        ["Nobody from London comes into care, moves between tiers or leaves."]
    ]


PANELS = {"medium": (520, 540, 30), "low": (610, 640, 40), "step_down": (88, 90, 3), "blocked": (42, 55, 22),
          "waiting": (18, 40, 25)}  # fmt: skip


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("scale", [*SIZES, 20.0])
def test_fans_survive_any_size(scale, told, boxes_of_text):
    frame = frames.fan({key: tuple(scale * n for n in ends) for key, ends in PANELS.items()})
    lines = {"medium": 560 * scale, "low": 650 * scale, "step_down": 92 * scale} if told else None
    chart = charts.stay_as_is(frame, NORTH, KNOWN, lines)
    assert not overlapping(boxes_of_text)
    assert min(box.x0 for *_, box in boxes_of_text) >= 0
    assert max(box.x1 for *_, box in boxes_of_text) <= boxes_of_text.width, "a label leaves the drawing"
    assert sum("told\nby the region" in text for text, *_ in boxes_of_text) == (3 if told else 0)
    assert min(size for _, size, _ in boxes_of_text) >= 12
    assert "the North East and Yorkshire" in chart.title
    assert len(chart.data) == 600


def test_as_things_are_the_title_gives_both_ends_of_the_path():
    chart = charts.stay_as_is(frames.fan(PANELS), LONDON, KNOWN)
    assert chart.title == (
        "If nothing changes in London: on average in year 10, 55 people (20 to 90) blocked and 40 people (0 to 80) "
        "waiting outside"
    )
    assert "end of each year, and means of each year of people blocked and waiting" in chart.caption
    assert "waiting outside 18 to 40 (0 to 80)" in chart.alt
    assert chart.caption.count("95% interval") == 1
    nobody = charts.stay_as_is(frames.fan(dict.fromkeys(PANELS, (0, 0, 0)), years=1), LONDON, KNOWN)
    assert nobody.title == "If nothing changes in London: in year 1, nobody blocked and nobody waiting outside"


@pytest.mark.parametrize(
    ("blocked", "waiting", "said"),
    [
        ((0, -8, 2), (0, 12, 7), "8 fewer people blocked (5 to 11) and 12 more people waiting outside (1 to 23)"),
        ((0, 1, 4), (0, 0, 0), "no clear change in people blocked (−5 to +7) and no change in people waiting outside"),
        ((0, 1, 0.1), (0, 0.1, 0.1), "1 more person blocked (1 to 1) and no change in people waiting outside"),
        ((0, 9, 5.8), (0, -9, 5.5), "9 more people blocked (0 to 18) and 9 fewer people waiting outside (0 to 18)"),
        (
            (0, 0.4, 0.4),
            (0, 4, 3),
            "under 1 more person blocked (0 to 1) and no clear change in people waiting outside (−1 to +9)",
        ),
    ],
)
def test_a_change_is_more_or_fewer_only_where_its_interval_says_so(blocked, waiting, said):
    frame = frames.fan({"blocked": blocked, "waiting": waiting}, zero=True)
    chart = charts.after_change(frame, CLOSE, LONDON, KNOWN)
    assert (
        chart.title
        == f"In London, closing 10 medium secure beds from the start of year 2: on average in year 10, {said}"
    )
    assert "mean of each year" in chart.caption
    assert "opening 1 step-down place today" in charts.after_change(frame, OPEN, LONDON, KNOWN).title


def test_a_panel_that_a_title_needs_is_named_when_it_is_missing():
    with pytest.raises(ValueError, match="panel 'waiting' has no rows"):
        charts.stay_as_is(frames.fan({"blocked": (1, 2, 1)}), LONDON, KNOWN)


def by_places(scale=1.0):
    share = np.array([-0.1, 0.0, 0.1, 0.2, 0.5])
    frame = pd.DataFrame({"share": share, "places": 85 * (1 + share), "mean": 25 * scale * np.exp(-4 * share)})
    frame["gap"] = 12 - 85 * share
    frame["gap_lower"], frame["gap_upper"] = frame["gap"] - 9, frame["gap"] + 20
    for level, spread in ((80, 0.35), (95, 0.6)):
        frame[f"lower_{level}"], frame[f"upper_{level}"] = frame["mean"] * (1 - spread), frame["mean"] * (1 + spread)
    return frame


def test_blocked_by_places_says_what_more_places_do():
    chart = charts.blocked_by_places(by_places(), figure(85.0, 70.0, 101.0), False, LONDON, KNOWN)
    assert chart.title == (
        "With the 85 (70 to 101) step-down places that its flow implies, on average 25 people (10 to 40) are blocked in London; "
        "with 50% more, 3 (1 to 5)"
    )
    assert "no count was found" in chart.caption
    assert "for at most 5% of those ready to wait" in chart.caption
    assert "at now, 85 places, 12 missing (3 to 32) and 25 people (10 to 40) blocked" in chart.alt
    assert "at +50%, 128 places, 30 spare (10 to 39)" in chart.alt
    assert "at +20%, 102 places, 5 spare (14 spare to 15 missing)" in chart.alt
    assert any(
        text.endswith("102 step-down places (+20%): 5 spare (14 spare to 15 missing)")
        for *_, text in chart.image.points
    )
    assert not any(re.search(r"−\d+ missing|−\d+ to", text) for *_, text in chart.image.points)
    assumed = charts.blocked_by_places(
        by_places(0.04), figure(85.0, 70.0, 101.0), False, NORTH, KNOWN, 0.1, figure(0.9, 0.8, 0.95)
    )
    assert assumed.title == (
        "If step-down places in the North East and Yorkshire are 90% full as assumed, there are 85 (70 to 101) and on average "
        "1 person (0 to 2) is blocked; with 50% more, under 1"
    )
    assert "for at most 10% of those" in assumed.caption
    assert "over an assumed occupancy of 90% (80% to 95%); no count was found" in assumed.caption
    assert list(chart.data["gap"]) == list(by_places()["gap"])
    told = charts.blocked_by_places(by_places(0.0), figure(85.0), True, NORTH, KNOWN)
    assert told.title == (
        "With the 85 step-down places told by the region, nobody is blocked in the North East and Yorkshire; "
        "with 50% more, nobody"
    )
    assert "occupancy" not in told.caption


def by_number(*numbers):
    n = np.array(numbers, dtype=float)
    frame = pd.DataFrame({"number": n.astype(int), "within_14": 0.4 / n, "within_28": 0.7 / n})
    for name, slopes, more in (("mean_days", (22, 15, 30), (0, 0, 0)), ("total_days", (22, 15, 30), (38, 15, 80))):
        for end, slope, add in zip(("", "_lower", "_upper"), slopes, more, strict=True):
            frame[name + end] = slope * n + add
    for name in ("within_14", "within_28"):
        frame[f"{name}_lower"], frame[f"{name}_upper"] = 0.8 * frame[name], 1.2 * frame[name]
    return frame


def test_assessments_are_told_from_most_to_fewest(monkeypatch):
    texts, annotate = [], Axes.annotate
    monkeypatch.setattr(
        Axes, "annotate", lambda self, text, *a, **k: texts.append(text) or annotate(self, text, *a, **k)
    )
    chart, table = (make(by_number(3, 1, 2), LONDON, KNOWN) for make in (charts.assessments, tables.assessments))
    said = (
        "On average each assessment adds 22 days (15 to 30) before admission: with 1, prisoners from London wait 60 days "
        "(30 to 110) in all; with 3, 104 days (60 to 170)"
    )
    assert chart.title == table.title == said
    assert texts == ["60 days (30 to 110)", "82 days (45 to 140)", "104 days (60 to 170)"]
    assert cells(table)[0] == ["1", "22 (15 to 30)", "40% (32% to 48%)", "70% (56% to 84%)", "60 (30 to 110)"]
    assert table.rows.columns[0] not in table.rows.attrs["numeric"]


def fitted(*rows):
    frame = pd.DataFrame(rows, columns=["figure", "tier", "unit", "fitted", "kind", "published", "value"])
    frame = frame.assign(published_lower=np.nan, published_upper=np.nan, source_note="a census")
    frame = frame.assign(value_lower=0.9 * frame["value"], value_upper=1.2 * frame["value"])
    return frame.assign(miss=frame["value"] / frame["published"].replace(0, np.nan) - 1)


def test_calibration_counts_the_near_and_names_the_worst():
    rows = fitted(
        ("Mean stay", "medium", "years", False, "published", 2.0, 1.4),
        ("Stay over 5 years", "medium", "share", True, "published", 0.181, 0.183),
        ("Median stay", "low", "years", True, "derived", 1.5, 1.9),
        ("People", "step_down", "people", True, "modelled", 200.4, 203.6),
        ("Recalls", "all", "a year", True, "published", 0.0, 1.0),
    )
    table = tables.calibration(rows, LONDON, KNOWN)
    assert table.title == (
        "Within 10%: 1 of 3 published figures it was fitted to; of all it was fitted to, the largest miss is +27%, median stay, "
        "low secure; of all it is only held against, the largest miss is −30%, mean stay, medium secure"
    )
    assert cells(table)[0][2:7] == ["Fitted to", "Published", "18.1%", "18.3% (16.5% to 22.0%)", "+1%"]
    assert cells(table)[2][3:6] == ["Modelled", "200 people", "204 people (183 to 244)"]
    assert list(table.rows.columns[3:5]) == ["Kind", "Told"]
    assert cells(tables.calibration(rows[::-1], LONDON, KNOWN)) == cells(table), "tiers in order"
    assert cells(table)[3][6] == "does not apply"
    assert [row[2] for row in cells(table)] == ["Fitted to"] * 4 + ["Held against"]
    assumed = tables.calibration(
        rows.assign(kind=["published", "assumed", "assumed", "modelled", "derived"]), LONDON, KNOWN
    )
    assert assumed.title.startswith(
        "Within 10%: 0 of 1 published figure it was fitted to; of all it was fitted to, the largest"
    )
    assert "+27%, median stay, low secure (assumed); of all" in assumed.title
    own = tables.calibration(rows, LONDON, KNOWN, own=True)
    assert own.title.startswith("Within 10%: 1 of 3 published or own figures it was fitted to; of all")
    assert "published or derived from published or own ones" in own.caption
    unfitted = rows.assign(fitted=False, miss=[np.nan] * 3 + list(rows["miss"][3:]))
    assert "the largest miss is +2%, people, step-down" in tables.calibration(unfitted, LONDON, KNOWN).title
    alone = tables.calibration(rows.iloc[[0]].assign(miss=np.nan), LONDON, KNOWN)
    assert alone.title == "The flow was fitted to no published figure"


def stuck(scale=1.0, cost=200_000.0):
    frame = pd.DataFrame(
        {"tier": ["medium", "low", "all"], "blocked": [15.0, 26.0, 41.0], "to": ["low", "step_down", None]}
    )
    frame["blocked"] *= scale
    frame["bed_days"], frame["cost"] = 365 * frame["blocked"], cost * frame["blocked"]
    for name in ("blocked", "bed_days", "cost"):
        frame[f"{name}_lower"], frame[f"{name}_upper"] = 0.6 * frame[name], 1.6 * frame[name]
    return frame


SAVING = "a year, which is no saving: a freed bed goes to somebody who waits"
FULL = "because the next tier is full"


@pytest.mark.parametrize(
    ("scale", "prison", "waiting", "said"),
    [
        (1.0, figure(8.2, 0.0, 40.0), figure(22.3, 1.0, 85.0),
         f"On average 41 people (25 to 66) from London keep a bed they no longer need {FULL}; their beds cost £8.2 million "
         f"(£4.9 million to £13.1 million) {SAVING}. On average 22 prisoners (1 to 85) wait, 8 of them (0 to 40) for want of "
         "step-down places"),
        (0.002, None, None, f"On average under 1 person from London keeps a bed they no longer need {FULL}; their bed costs "
         f"£16,400 (£9,800 to £26,200) {SAVING}"),
        (0.0, figure(0.0, 0.0, 0.0), None, f"Nobody from London keeps a bed they no longer need {FULL}. No prisoner waits for "
         "want of step-down places"),
    ],
)  # fmt: skip
def test_blocked_beds_are_told_with_their_cost(scale, prison, waiting, said):
    table = tables.blocked(stuck(scale), prison, LONDON, KNOWN, "2023-24", waiting)
    assert table.title == said
    assert "high secure beds are national" in table.caption.lower()
    assert [row[-1] for row in cells(table)] == ["Low secure", "Step-down", "does not apply"]


@pytest.mark.parametrize(
    ("prison", "waiting", "said"),
    [
        (figure(21.6, 0.0, 180.0), figure(21.9, 0.0, 480.0), "20 prisoners (0 to 480) wait, 20 of them (0 to 180) for"),
        (figure(0.3, 0.0, 4.0), figure(22.0, 1.0, 85.0), "22 prisoners (1 to 85) wait, hardly any of them (0 to 4) for"),
        (figure(-0.6, -3.0, 4.0), figure(22.0, 1.0, 85.0), "hardly any of them (−3 to 4) for want"),
        (figure(0.0, 0.0, 0.0), figure(1.1, 1.0, 1.2), "On average 1 prisoner waits, none of them for want of"),
        (None, figure(0.3, 0.0, 2.0), "On average under 1 prisoner (0 to 2) waits for a bed"),
        (figure(0.0, 0.0, 0.0), figure(0.0, 0.0, 0.0), "No prisoner waits for a bed"),
        (figure(0.2, 0.0, 2.0), None, "Hardly any prisoner waits for want of step-down places"),
        (figure(12.0, 5.0, 20.0), None, "On average 12 prisoners (5 to 20) wait for want of step-down places"),
    ],
)  # fmt: skip
def test_no_more_prisoners_are_kept_out_than_wait(prison, waiting, said):
    assert said in tables.blocked(stuck(), prison, LONDON, KNOWN, "2023-24", waiting).title


def test_blocked_beds_without_a_price_say_so():
    table = tables.blocked(stuck(cost=math.nan), None, LONDON, KNOWN, "2023-24")
    assert "cost" not in table.title
    assert [row[3] for row in cells(table)] == ["no published figure"] * 3
    assert cells(table)[0][1:3] == ["15 (9 to 24)", "5,500 (3,300 to 8,800)"]


def within(*rows):
    frame = pd.DataFrame(rows, columns=["clock", "days", "alone", "now", "beds", "beds_lower", "beds_upper"])
    for name in ("now", "single", "unblocked"):
        frame[name] = frame["now"]
        frame[f"{name}_lower"], frame[f"{name}_upper"] = 0.5 * frame["now"], 0.5 + 0.5 * frame["now"]
    return frame


NAN = math.nan


@pytest.mark.parametrize(
    ("lead", "said", "cell"),
    [
        (("from referral", 28, 0.6, 0.34, NAN, NAN, NAN),
         "34% (17% to 67%) of prison transfers from London are expected within 28 days from referral; no number of beds "
         "brings 95%, because assessments alone take longer", "no number does"),
        (("from referral", 28, 0.96, 0.34, NAN, NAN, NAN),
         "34% (17% to 67%) of prison transfers from London are expected within 28 days from referral; not even 30% more beds "
         "bring 95%", "over 30% more"),
        (("from referral", 28, 0.99, 0.97, 0.0, 0.0, 0.0),
         "97% (48% to 98%) of prison transfers from London are expected within 28 days from referral; 95% would take no "
         "more beds", "0"),
        (("from referral", 28, 0.99, 0.5, 12.0, 5.0, NAN),
         "50% (25% to 75%) of prison transfers from London are expected within 28 days from referral; 95% would take more "
         "beds: 12 (5 or more)", "12 (5 or more)"),
    ],
)  # fmt: skip
def test_transfers_say_plainly_where_beds_are_not_the_answer(lead, said, cell):
    table = tables.transfers(within(("from acceptance", 14, 1.0, 0.6, 3.0, 1.0, 8.0), lead), LONDON, KNOWN)
    assert table.title == said
    assert [row[-1] for row in cells(table)] == ["3 (1 to 8)", cell]
    assert cells(table)[0][0] == "14 days from acceptance"


def differences(scale=1.0):
    rows = [("close", "medium", "waiting", 8.0, 0.93), ("close", "all", "blocked", -2.0, 0.31),
            ("close", "medium", "occupied", -9.0, 0.0), ("open", "all", "blocked", -1.0, 0.02)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["change", "tier", "measure", "difference", "more"])
    frame = frame.assign(difference=scale * frame["difference"], more=frame["more"] * (scale > 0))
    frame["less"] = (0.99 - frame["more"]) * (scale > 0)
    for name, width in (("lower_80", -2), ("upper_80", 2), ("difference_lower", -4), ("difference_upper", 4)):
        frame[name] = frame["difference"] + width * scale
    return frame


def test_changes_are_told_with_the_futures_in_which_they_are_more():
    table = tables.after_changes(differences(), [CLOSE, OPEN], LONDON, KNOWN)
    assert table.title == (
        "In London, closing 10 medium secure beds from the start of year 2: more people wait outside medium secure in 9 of 10 "
        "futures (+8 on average, +4 to +12); opening 1 step-down place today: no clear change in people blocked, all tiers "
        "together (−5 to +3)"
    )
    assert [row[-1] for row in cells(table)] == ["9 of 10", "3 of 10", "none of 10", "fewer than 1 of 10"]
    assert cells(table)[0][3:6] == ["+8", "+6 to +10", "+4 to +12"]
    nothing = tables.after_changes(differences(0.0), [CLOSE], LONDON, KNOWN)
    assert nothing.title.endswith("no change in people waiting or blocked")
    assert cells(nothing) == [["No tier changes."]]
    assert len(nothing.data) == 3


def test_changes_show_the_totals_and_the_largest_differences():
    rows = [
        ("open", tier, measure, -n / 10, 0.1, 0.6)
        for n, (measure, tier) in enumerate(itertools.product(["occupied", "blocked", "waiting"], TIERS), start=1)
    ]
    frame = pd.DataFrame(rows, columns=["change", "tier", "measure", "difference", "more", "less"])
    for name, times in (("lower_80", 1.5), ("upper_80", 0.5), ("difference_lower", 30), ("difference_upper", 0)):
        frame[name] = times * frame["difference"]
    frame.loc[frame["tier"] == "high", frame.columns[3:]] = 0.0
    table = tables.after_changes(frame, [OPEN], LONDON, KNOWN)
    shown = [(row[2], row[1]) for row in cells(table)]
    assert len(shown) == 10
    assert len(table.data) == 18
    assert {("Blocked", "All tiers"), ("Waiting outside", "All tiers")} <= set(shown)
    assert not any(tier == "High secure" for _, tier in shown)
    assert shown == sorted(shown, key=lambda row: ["People in it", "Blocked", "Waiting outside"].index(row[0]))
    assert table.title.endswith(
        "fewer people wait outside, all tiers together, in 6 of 10 futures (−2 on average, −54 to 0)"
    )


def test_chance_is_told_apart_from_what_is_not_known():
    parts = pd.DataFrame({"measure": ["occupied", "blocked", "waiting"], "tier": ["low", "all", "all"],
                          "from_parameters": [0.9, 0.3, NAN], "from_chance": [0.1, 0.7, NAN]})  # fmt: skip
    table = tables.chance(parts, NORTH, KNOWN)
    assert table.title == (
        "For the North East and Yorkshire, what is not known makes more of the spread than chance in 1 of 3 figures of the flow"
    )
    assert cells(table)[2] == ["Waiting outside", "All tiers", "does not apply", "does not apply"]
    assert table.rows.attrs["numeric"] == ["From what is not known", "From chance"]


def test_a_closing_tier_says_that_it_empties_by_attrition():
    frame = frames.fan(dict.fromkeys(("medium", "low", "step_down", "blocked", "waiting"), (0.0, 2.0, 1.0)), zero=True)
    close = SimpleNamespace(verb="close", tier="medium", number=15, year=2)
    full = charts.after_change(frame, close, LONDON, KNOWN, {"medium": 3.2})
    assert "empties as people leave" in full.caption
    assert "at most 3 people are above the beds that are left" in full.caption
    assert "empties" not in charts.after_change(frame, close, LONDON, KNOWN, {}).caption
