"""What is uncertain is drawn and told for extremes: nothing to choose, everything turning, sums from pence to billions."""

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from present_frames import KNOWN, LONDON, NORTH

from needs.methods.flow_inputs import ROUTES
from needs.present import charts, tables
from needs.present.charts.confidence import MOST
from needs.present.confidence import NONE_SHOWN
from needs.present.uncertain import GROUPS, OUTCOMES, RECORDS, at_value, input_label

LABELS = {"more": "40 more step-down places", "shut": "A medium secure ward of 12 beds closed"}
YEAR = "2024-25"
RANGES = {
    "use.step_down": (0.8, 0.97), "worth_of_wait": (0, 1832), "pools": (5, 13), "stay.community": (2.0, 7.3),
    "cost.step_down": (63_000, 252_000), "route.low.step_down": (0.11, 0.6), "independent_price": (0.9, 1.4),
    "people.low": (480, 561), "assessment.number": (1, 3.4), "assessment.days": (17, 30), "double_running": (0.25, 1),
    "out_of_region": (0.1, 0.4), "closure": (20_000, 150_000),
}  # fmt: skip


def turned(scale=1e6, centre=5.0, clear=True, low=-3.0):
    """Leads at the ends of each input, the first ones widest."""
    rows = []
    for number, (name, (least, most)) in enumerate(RANGES.items()):
        part = 1 / (1 + number)
        ends = (centre + (low - centre) * part) * scale, (centre + 4 * part) * scale
        rows.append(
            {"name": name, "group": "places", "low_input": least, "high_input": most, "low": ends[number % 2],
             "high": ends[1 - number % 2], "low_error": 0.3 * scale, "high_error": 0.3 * scale, "centre": centre * scale,
             "low_choice": "shut", "high_choice": "more", "low_rival": "shut", "high_rival": "today", "clear": clear}
        )  # fmt: skip
    return pd.DataFrame(rows)


def worth(shown=(True, True, False), scale=1e6, alone="more"):
    """Everything, two groups that may be shown, the rest not."""
    rows = []
    for number, group in enumerate(("all", *RECORDS)[: len(RECORDS)]):
        some = number < 3 and shown[number]
        ends = {"": 0.9 * scale, "_lower": (0.5 if some else 0) * scale, "_upper": 1.4 * scale}
        row = {f"{part}{end}": value for part in ("worth", "alone") for end, value in ends.items()}
        row["alone"] += 1
        rows.append({"group": group, "alone_option": alone, "shown": some, "alone_shown": some, **row})
    return pd.DataFrame(rows).drop_duplicates("group")


def sound(artefact):
    """Check what every artefact must be, and return all it says."""
    record = artefact.record()
    told = json.dumps(record, allow_nan=False)
    assert "nan" not in told.replace("finance", "")
    assert "£-" not in told
    assert "None" not in told.replace("None shown", "")
    assert "  " not in artefact.title + artefact.caption + artefact.alt
    return " ".join([artefact.title, artefact.caption, artefact.alt, told])


class TestTornado:
    def test_says_what_turns_the_choice(self):
        chart = charts.tornado(turned(), "more", LABELS, LONDON, KNOWN, YEAR)
        assert chart.title.startswith(
            "For London, ‘40 more step-down places’ is expected to be the best option compared, but not with step-down places in "
            "use at 80%"
        )
        assert "Where the lead is lost, it goes to ‘A medium secure ward of 12 beds closed’." in chart.caption
        assert "Step-down places in use, −£3.0 million at 80% and £9.0 million at 97%" in chart.alt
        assert "only those options whose own cost is counted in full" in chart.caption, "another may rank first of all"
        assert len(chart.data) == len(RANGES)
        sound(chart)

    def test_says_that_nothing_turns_it(self):
        chart = charts.tornado(turned(low=3.0), "today", LABELS, NORTH, KNOWN, YEAR)
        assert chart.title == (
            "For the North East and Yorkshire, going on as today is expected to be the best option compared, and no single "
            "figure at either end of its range is shown to change that"
        )
        assert "Where the lead is lost" not in chart.caption
        sound(chart)

    def test_a_turn_that_may_be_chance_is_not_claimed(self):
        chart = charts.tornado(turned(low=-0.3), "more", LABELS, LONDON, KNOWN, YEAR)
        assert "no single figure clearly changes that, and step-down places in use at 80% comes closest" in chart.title

    def test_counts_the_figures_that_are_not_named(self):
        frame = pd.concat([turned().assign(low=-5e6, high=-5e6)[:4]])
        chart = charts.tornado(frame, "more", LABELS, LONDON, KNOWN, YEAR)
        assert chart.title.endswith("with step-down places in use at 80% or 97%, or any of 3 other figures")
        assert "Where the lead is lost" not in chart.caption, "it goes to several"

    def test_names_both_options_that_cannot_be_told_apart(self):
        chart = charts.tornado(turned(), "more", LABELS, LONDON, KNOWN, YEAR, "shut")
        assert chart.title == (
            "For London, ‘40 more step-down places’ and ‘A medium secure ward of 12 beds closed’ cannot be told apart as the "
            "best of the options compared; with step-down places in use at 97%, ‘40 more step-down places’ is expected to be "
            "the best"
        )
        assert "Lead of ‘40 more step-down places’ over the next best option" in chart.caption
        sound(chart)

    def test_a_turn_that_is_not_drawn_is_told(self):
        frame = pd.concat([turned(low=3.0), turned()[:1].assign(name="cost.low")], ignore_index=True)
        chart = charts.tornado(frame, "more", LABELS, LONDON, KNOWN, YEAR)
        assert len(frame) > MOST
        assert "but not with cost of a low secure bed a year at £1" in chart.title

    def test_leaves_out_what_is_not_clear(self):
        frame = turned()
        frame.loc[0, "clear"] = False
        chart = charts.tornado(frame, "more", LABELS, LONDON, KNOWN, YEAR)
        assert "Step-down places in use" not in chart.alt
        none = charts.tornado(turned(clear=False), "more", LABELS, LONDON, KNOWN, YEAR)
        assert "no single figure at either end of its range is shown to change that" in none.title
        assert none.alt.startswith("A sentence in place of a picture")

    @pytest.mark.parametrize("rows", [pd.DataFrame(), turned()[:0]])
    def test_without_a_choice_says_so(self, rows):
        chart = charts.tornado(rows, "today", {}, LONDON, KNOWN, YEAR)
        assert "No option whose own cost is counted was weighed for London" in chart.title
        sound(chart)

    @pytest.mark.parametrize("scale", [1.0, 1e3, 1e6, 1e9])
    @pytest.mark.parametrize(("centre", "low"), [(5.0, -3.0), (0.0, 0.0), (0.1, -60.0), (80.0, 79.0)])
    def test_every_word_is_inside_and_none_lies_on_another(self, monkeypatch, scale, centre, low):
        seen = {}

        def noted(figure):
            figure.tight_layout()
            renderer = FigureCanvasAgg(figure).get_renderer()
            axis = figure.axes[0]
            texts = [text for text in axis.texts if text.get_text()]
            seen["boxes"] = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
            seen["frame"], seen["width"] = axis.get_window_extent(renderer), figure.bbox.width
            return plain(figure)

        plain = charts.tornado.__globals__["drawn"]
        monkeypatch.setitem(charts.tornado.__globals__, "drawn", noted)
        sound(charts.tornado(turned(scale, centre, low=low), "more", LABELS, LONDON, KNOWN, YEAR))
        boxes = seen["boxes"]
        assert len(boxes) == 2 + 2 * MOST
        for number, (text, box) in enumerate(boxes):
            assert seen["frame"].x0 - 12 <= box.x0, text
            assert box.x1 <= seen["width"] + 2, text
            laid = [other for other, place in boxes[number + 1 :] if box.overlaps(place) and {text, other} != {"0%"}]
            assert not laid, f"{text} on {laid}"


class TestTables:
    def test_variance_has_a_row_a_group_and_a_column_an_outcome(self):
        groups = [group for group in GROUPS if group != "all"]
        parts = np.linspace(0.9, 0, len(groups))
        frame = pd.DataFrame(
            [
                {"outcome": outcome, "group": group, "share": share, "error": 0.02}
                for outcome in OUTCOMES
                for group, share in zip(groups, parts, strict=True)
            ]
        )
        table = tables.variance(frame, "more", LABELS, LONDON, KNOWN)
        assert table.rows.shape == (len(groups), 1 + len(OUTCOMES))
        assert table.rows.iloc[0].tolist() == ["People in each tier", *["90%"] * 4]
        assert "Net benefit: ‘40 more step-down places’ against going on as today" in table.caption
        assert table.title == (
            "For London, the uncertainty of spend a year, blocked beds, prisoners waiting and net benefit comes most from "
            "people in each tier (90%, 90%, 90% and 90%)"
        )
        none = tables.variance(frame.assign(share=0.0), "", {}, NORTH, KNOWN)
        assert none.title.startswith(
            "No one group of figures makes a large part of what is uncertain in the North East"
        )
        assert "Net benefit:" not in none.caption
        sound(table)
        sound(none)

    def test_information_says_worth_option_and_record(self):
        table = tables.information(worth(), "shut", LABELS, LONDON, KNOWN, YEAR)
        first, second, third = (table.rows.iloc[row].tolist() for row in (0, 1, 2))
        assert first[:2] == ["Everything at once", "900 (500 to 1,400)"]
        assert second[2] == "900 (500 to 1,400)"
        assert third[1:3] == ["–", "–"]
        assert table.rows.columns[2] == "Worth for ‘40 more step-down places’ alone, £ thousand a year"
        assert "The figure most worth collecting in London is" in table.title
        sound(table)

    def test_figures_that_the_region_gave_are_not_asked_for_as_if_missing(self):
        group = worth()["group"].iloc[1]
        given = [group, "bed_cost"]
        table = tables.information(worth(), "shut", LABELS, LONDON, KNOWN, YEAR, given=given)
        told = dict(zip(table.rows.iloc[:, 0], table.rows.iloc[:, -1], strict=True))
        assert {name: record for name, record in told.items() if "iven" in record} == {
            GROUPS[group]: "Given already: more years of the region's own figures",
            GROUPS["bed_cost"]: "Given in the region's file of spend, which options do not use",
        }
        assert table.title.startswith(
            f"What is most worth collecting in London is more years of its own figures on {GROUPS[group].lower()}; knowing"
        )
        assert tables.collect_first(worth(), "shut", LABELS, LONDON, KNOWN, YEAR, given=given).title == table.title
        sound(table)

    def test_information_falls_back_to_one_option_alone(self):
        frame = worth().assign(shown=False)
        table = tables.information(frame, "shut", LABELS, LONDON, KNOWN, YEAR)
        assert (
            "No single figure is shown to change the choice of ‘A medium secure ward of 12 beds closed’" in table.title
        )
        assert "to decide on ‘40 more step-down places’ alone, collect" in table.title

    def test_information_names_the_option_in_its_cell_where_there_are_several(self):
        frame = worth()
        frame.loc[1, "alone_option"] = "shut"
        table = tables.information(frame, "shut", LABELS, LONDON, KNOWN, YEAR)
        assert table.rows.columns[2] == "Worth for one option alone, £ thousand a year"
        assert table.rows.iloc[1, 2] == "900 (500 to 1,400): ‘A medium secure ward of 12 beds closed’"
        sound(table)

    def test_information_on_one_option_has_one_column_of_worth(self):
        frame = worth()
        table = tables.information(frame.assign(alone=frame["worth"]), "more", LABELS, LONDON, KNOWN, YEAR)
        assert len(table.rows.columns) == 3

    def test_nothing_shown_is_not_told_as_worth_nothing(self):
        frame = worth((False, False, False)).assign(alone_shown=False)
        for artefact in (
            tables.information(frame, "more", LABELS, LONDON, KNOWN, YEAR),
            tables.collect_first(frame, "more", LABELS, LONDON, KNOWN, YEAR),
            tables.perfect_information(frame, ["today", "more"], LONDON, KNOWN, YEAR),
        ):
            assert "£0" not in sound(artefact)
            assert "shown" in artefact.title
        number = tables.collect_first(frame, "more", LABELS, LONDON, KNOWN, YEAR).number
        assert (number["text"], number["interval"], number["lower"]) == (NONE_SHOWN, "", None)

    @pytest.mark.parametrize("frame", [pd.DataFrame(), worth((False,) * 3, alone="")[:1]])
    def test_without_a_choice_says_so(self, frame):
        for artefact in (
            tables.information(frame, "today", {}, NORTH, KNOWN, YEAR),
            tables.collect_first(frame, "today", {}, NORTH, KNOWN, YEAR),
            tables.perfect_information(frame, ["today"], NORTH, KNOWN, YEAR),
        ):
            assert "No option whose own cost is counted was weighed for the North East" in artefact.title
            sound(artefact)

    @pytest.mark.parametrize("scale", [10.0, 1e4, 1e6, 1e9])
    def test_numbers_say_what_they_are_worth(self, scale):
        first = tables.collect_first(worth(scale=scale), "more", LABELS, LONDON, KNOWN, YEAR)
        whole = tables.perfect_information(worth(scale=scale), ["today", "more", "shut"], LONDON, KNOWN, YEAR)
        assert first.number["text"] in first.title
        assert first.number["interval"] in first.title
        assert "one of 2 options or none" in whole.title
        sound(first)
        sound(whole)


class TestNames:
    def test_every_input_that_may_come_has_a_name_and_a_unit(self):
        tiers = ("high", "medium", "low", "step_down", "community")
        names = [f"people.{tier}" for tier in tiers] + [f"stay.{tier}" for tier in tiers]
        names += [f"route.{tier}.{move}" for tier, moves in ROUTES.items() for move in moves]
        names += ["origin.medium.prison", "origin.low.prison", "use.medium", "use.low", "use.step_down", "pools"]
        names += ["assessment.days", "assessment.number", "cost.high", "cost.medium", "cost.low", "cost.step_down"]
        names += ["cost.community", "fixed_share", "independent.medium", "independent.low", "independent_price"]
        names += ["out_of_region", "out_of_region_price", "closure", "opening", "double_running", "worth_of_wait"]
        labels = [input_label(name) for name in names]
        assert len(set(labels)) == len(labels)
        assert not [label for label in labels if "_" in label or len(label) > 50]
        assert [at_value(name, 0.5) for name in ("route.low.medium", "out_of_region", "fixed_share")] == ["50%"] * 3
        assert at_value("out_of_region_price", 1.25) == "1.2 times"
        assert at_value("double_running", 0.5) == "0.5 years"
        assert at_value("pools", 9.0) == "9"

    def test_every_group_has_a_record(self):
        assert set(GROUPS) - set(RECORDS) == {"judgement", "left"}
