"""Charts tell their values: each can be understood alone, is a value of the chart's data, and lies in the picture."""

import re
from dataclasses import replace

import pandas as pd
import present_frames as frames
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from present_frames import KNOWN, LONDON, NORTH

from needs.data.geography import Region
from needs.methods.care import estimated
from needs.present import charts, compared, maps
from needs.present.charts.labels import fit_labels, wrapped
from needs.present.style import canvas
from needs.values import Estimate

LONG = Region("2023-24", "long", "Hampshire, Thames Valley and Isle of Wight Provider Collaborative", "long")
TIERS = ("high", "medium", "low")
YEAR = "2024-25"
SIZE = 25_000
"""Letters of a picture at most."""


def pyramid(region, scale):
    bands = ["18 to 24", "25 to 34", "65 and over"]
    people = pd.DataFrame([(sex, band) for sex in ("male", "female") for band in bands], columns=["sex", "age_band"])
    people = people.assign(
        people=[3.2e5, 7.7e5, 12e5, 3e5, 8e5, 13e5], england_share=[0.05, 0.1, 0.4, 0.06, 0.12, 0.27]
    )
    people = people.assign(people=people["people"] * scale, share=people["people"] / people["people"].sum())
    return charts.population_pyramid(people, region, "mid-2024", KNOWN)


def areas(region, column, *values):
    names = [(region.slug, region.name), ("east", "East of England"), ("yh", "Yorkshire and the Humber")]
    return pd.DataFrame(names, columns=["area", "name"]).assign(**{column: values})


def drivers(region, scale):
    parts = [
        areas(region, "value", 22.6, 15.8, 26.1).assign(driver="IMD 2025 mean score", unit="score", england=21.7),
        areas(region, "value", 135.0, 81.0, 99.0).assign(driver="Detentions", unit="per 100,000 people", england=86.8),
    ]
    table = pd.concat(parts, ignore_index=True).assign(note="")
    return charts.need_drivers(
        table.assign(value=table["value"] * scale, england=table["england"] * scale), region, KNOWN
    )


def need_map(region, scale):
    tiles = areas(region, "value", 17.1, 9.9, 10.2).assign(tile_row=[0, 1, 1], tile_col=[1, 0, 1])
    return maps.need_map(
        tiles.assign(value=tiles["value"] * scale), region, "patients per 100,000", "per 100,000", KNOWN
    )


def matrix(region, scale):
    people = {"high": {"high": 76, "medium": 38}, "medium": {"medium": 370, "low": 67, "step_down": 44, "community": 48},
              "low": {"low": 376, "step_down": 113, "community": 2}}  # fmt: skip
    cells = {
        tier: {to: frames.figure(scale * n, scale * n * 0.5, scale * n * 1.6) for to, n in row.items()}
        for tier, row in people.items()
    }
    ready = {tier: frames.figure(0.3, 0.1, 0.5) for tier in TIERS}
    return charts.tier_needed(cells, ready, frames.figure(370.0, 130, 640), region)


def required(region, scale):
    beds = {
        "beds": [93, 520, 232],
        "beds_lower": [49, 328, 88],
        "beds_upper": [114, 704, 392],
        "flat_beds": [90, 481, 186],
    }
    frame = pd.DataFrame({"tier": ["high", "medium", "step_down"]} | beds)
    frame[list(beds)] = (frame[list(beds)] * scale).round().astype(int)
    return charts.places_required(frame, region, 0.05, 0.85, KNOWN)


def blocked(region, scale):
    shares = [-0.1, 0.0, 0.1, 0.5]
    frame = pd.DataFrame({"share": shares, "places": [round(314 * scale * (1 + share)) for share in shares]})
    for name, values in {"gap": [94, 59, 24, -114], "gap_lower": [47, -3, -68, -378], "gap_upper": [165, 106, 64, -3],
                         "mean": [94, 57, 37, 14], "lower_80": [30, 9, 4, 1], "upper_80": [179, 115, 74, 31],
                         "lower_95": [10, 2, 1, 0], "upper_95": [248, 211, 158, 73]}.items():  # fmt: skip
        frame[name] = [scale * value for value in values]
    return charts.blocked_by_places(frame, frames.figure(314.0 * scale, kind="assumed"), True, region, KNOWN)


def assessed(region, scale):
    frame = pd.DataFrame({"number": [1, 2, 3], "mean_days": [23, 47, 70], "mean_days_lower": [19, 37, 56],
                          "mean_days_upper": [31, 62, 93], "total_days": [140, 160, 190], "total_days_lower": [30, 50, 70],
                          "total_days_upper": [560, 580, 600]})  # fmt: skip
    days = frame.columns[1:]
    return charts.assessments(frame.assign(**(frame[days] * scale)), region, KNOWN)


def spend(region, scale):
    def three(*values):
        return {
            tier: Estimate(v, v / 1.2, v * 1.2, "modelled", ("x#z",)) for tier, v in zip(TIERS, values, strict=True)
        }

    care = estimated(three(130 * scale, 530 * scale, 540 * scale), three(4e5, 3.3e5, 2.8e5), three(0.9, 0.9, 0.9))
    return charts.spend_by_tier(care, region, YEAR)


STEPS = pd.DataFrame(
    {"factor": ["from", "use", "mix", "to"], "label": ["England", "Patients per adult", "Mix of tiers", ""],
     "value": [40.0, 9.5, -1.25, 48.25], "total": [True, False, False, True]}
)  # fmt: skip


def steps(region, scale):
    return STEPS.assign(label=[*STEPS["label"][:-1], region.name], value=STEPS["value"] * scale)


def tornado(region, scale):
    ranges = {"use.step_down": (0.8, 0.97), "worth_of_wait": (250.0, 2000.0), "cost.step_down": (97e3, 280e3)}
    frame = pd.DataFrame(
        [{"name": name, "low_input": low, "high_input": high, "low": -3e6 * scale, "high": (7 + n) * 1e6 * scale,
          "centre": 5e6 * scale, "low_error": 1e5, "high_error": 1e5, "low_choice": "shut", "high_choice": "more", "clear": True}
         for n, (name, (low, high)) in enumerate(ranges.items())]
    )  # fmt: skip
    labels = {"more": "40 more step-down places", "shut": "A medium secure ward of 12 beds closed"}
    return charts.tornado(frame, "more", labels, region, KNOWN, YEAR)


CHARTS = {
    "population_pyramid": pyramid,
    "need_drivers": drivers,
    "need_map": need_map,
    "demand_by_tier": lambda region, scale: charts.demand_by_tier(frames.rows(scale), region, KNOWN),
    "allocation_rules": lambda region, scale: charts.allocation_rules(
        frames.by_rule("Need", "Adults", "A user's own weights").assign(
            **{tier: lambda f, t=tier: f[t] * scale for tier in (*TIERS, "patients")}
        ),
        region,
        KNOWN,
    ),
    "expected_pyramid": lambda region, scale: charts.expected_pyramid(frames.by_age(scale), region, KNOWN, "assumed"),
    "projection_fan": lambda region, scale: charts.projection_fan(
        frames.fan(1100.0).pipe(lambda f: f.assign(**(f.drop(columns="year") * scale))),
        region,
        KNOWN,
        "the growth of one year",
        "rates are constant",
        2022,
    ),
    "tier_needed": matrix,
    "places_required": required,
    "blocked_by_places": blocked,
    "assessments": assessed,
    "spend_by_tier": spend,
    "spend_england": lambda region, scale: charts.spend_england(steps(region, scale), region, YEAR, KNOWN),
    "compared": lambda region, scale: compared.figure(
        steps(region, scale), "More", "Spend", KNOWN, compared.Unit("£ an adult a year", 1.0, 2)
    ),
    "tornado": tornado,
}


def numbers(text):
    """Every number of a text after its name, with half of its last place that is not rounded away."""
    for sign, figure, unit in re.findall(r"(−?)£?(\d[\d,]*(?:\.\d+)?)(%| million| billion)?", text.rpartition(": ")[2]):
        scale = {"%": 0.01, " million": 1e6, " billion": 1e9}.get(unit, 1.0)
        whole, _, decimals = figure.replace(",", "").partition(".")
        zeros = 0 if decimals or not int(whole) else len(whole) - len(whole.rstrip("0"))
        value = float(figure.replace(",", "")) * scale
        yield (-value if sign else value), 0.5001 * scale * 10.0 ** (zeros - len(decimals))


def unseen(axes):
    """Labels of ticks that lie outside an axis, or belong to one that is off."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-6 * (high - low)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not (axes.axison and low - slack <= tick.get_loc() <= high + slack):
                yield from (tick.label1, tick.label2)


@pytest.fixture
def boxes(monkeypatch):
    """Every text of a picture that is seen, with the place it takes."""
    found, save = [], Figure.savefig

    def noted(self, *rest, **more):
        found.clear()
        self.draw_without_rendering()
        renderer, hidden = FigureCanvasAgg(self).get_renderer(), {text for axes in self.axes for text in unseen(axes)}
        for text in self.findobj(Text):
            if text.get_visible() and text.get_text().strip() and text not in hidden:
                found.append((text.get_text(), text.get_fontsize(), Text.get_window_extent(text, renderer)))
        return save(self, *rest, **more)

    monkeypatch.setattr(Figure, "savefig", noted)
    return found


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(("region", "scale"), [(LONDON, 1.0), (NORTH, 0.03)], ids=["london", "north"])
def test_a_chart_tells_its_values_and_its_words_keep_clear_of_each_other(name, region, scale, boxes):
    made = CHARTS[name](region, scale)
    assert made.alt.endswith(".")
    assert not made.alt.endswith("..")
    points, data = made.image.points, made.data.select_dtypes("number").stack().tolist()
    assert 2 <= len(points) <= 60
    assert len({*points}) == len(points)
    for x, y, text in points:
        assert 0 <= x <= 100
        assert 0 <= y <= 100
        assert len(text.rpartition(": ")[0]) > 3, f"it says whose value it is: {text}"
        assert not re.search(r"nan|inf\b|_|  |\.$", text), text
        said = [*numbers(text)]
        known = any(abs(value - number) <= half for value in data for number, half in said)
        assert known or re.search("nobody|no change|under", text), text
    assert len(made.image.svg) < SIZE
    assert "<text" in made.image.svg
    assert "DejaVuSans-" not in made.image.svg, "no letter is drawn as a shape"
    assert min(size for _, size, _ in boxes) >= 11
    for number, (text, _, box) in enumerate(boxes):
        for other, _, place in boxes[:number]:
            across = min(box.x1, place.x1) - max(box.x0, place.x0)
            up = min(box.y1, place.y1) - max(box.y0, place.y0)
            assert across < 1 or up < 6, f"{text} lies on {other}"


@pytest.mark.parametrize("name", ["demand_by_tier", "projection_fan", "need_drivers", "population_pyramid", "need_map"])
def test_values_name_the_region_and_a_long_name_has_room(name, boxes):
    made = CHARTS[name](LONG, 1.0)
    assert any(LONG.name in text for *_, text in made.image.points)
    assert 600 < float(re.findall(r'viewBox="0 0 ([\d.]+)', made.image.svg)[0]) < 720


def test_a_value_is_told_in_the_words_of_its_label():
    found = [text for *_, text in CHARTS["demand_by_tier"](NORTH, 1.0).image.points]
    assert found[1] == "Medium secure, North East and Yorkshire: 550 people (390 to 590); 80% interval 410 to 570"
    found = [text for *_, text in CHARTS["projection_fan"](LONDON, 1.0).image.points]
    assert found[0] == "London in 2022: 1,000 people (800 to 1,200); 80% interval 900 to 1,100"
    found = [text for *_, text in CHARTS["tier_needed"](LONDON, 1.0).image.points]
    assert "London, in medium secure and needing low secure: 67 people (34 to 107)" in found
    found = [text for *_, text in CHARTS["places_required"](LONDON, 1.0).image.points]
    assert found[2:4] == [
        "Medium secure, London, at most 5% wait: 520 places (330 to 700)",
        "Medium secure, London, by the 85% rule: 481 places",
    ]
    found = [text for *_, text in CHARTS["spend_england"](LONDON, 1.0).image.points]
    assert found[2] == "Mix of tiers: −£1.25 per adult a year, which makes £48.25"
    found = [text for *_, text in CHARTS["compared"](LONDON, 1.0).image.points]
    assert found[0] == "England: £40.00 an adult a year"


def test_an_own_figure_of_spend_says_so():
    made = CHARTS["spend_by_tier"](LONDON, 1.0)
    assert made.image.points[0][2].startswith("High secure, London: £")
    assert made.image.points[0][2].count(" a year") == 1


def test_a_crowd_of_areas_tells_its_own_value_and_the_ends():
    many = pd.DataFrame({"area": [f"area-{n}" for n in range(70)], "name": [f"Area {n}" for n in range(70)]})
    many = many.assign(value=[10.0 + n for n in range(70)], driver="Score", unit="points", england=40.0, note="")
    made = charts.need_drivers(many, replace(LONDON, slug="area-30", name="Area 30"), KNOWN)
    assert [text.split(":")[0] for *_, text in made.image.points] == [
        "Score, Area 0",
        "Score, Area 30",
        "Score, Area 69",
    ]


def test_a_map_of_a_country_outlines_no_region():
    tiles = areas(LONDON, "value", 17.1, 9.9, 10.2).assign(tile_row=[0, 1, 1], tile_col=[1, 0, 1])
    made = maps.need_map(tiles, None, "patients per 100,000", "per 100,000", KNOWN)
    assert made.title == "London has the most patients per 100,000 of 3 areas"
    assert "outlined" not in made.caption
    assert maps.need_map(tiles[:1], None, "score", "points", KNOWN).title.endswith("of 1 area")


def test_labels_are_given_room_and_nothing_else_is_moved():
    with canvas() as (figure, (axis,)):
        axis.set_xlim(0, 1)
        axis.annotate("a long label of forty letters, more or less", (10, 0), xytext=(8, 0), textcoords="offset points")
        fit_labels(figure, axis, 4)
        assert axis.get_xlim()[0] == 0
        room = axis.get_xlim()[1]
        axis.texts[0].set_text("short")
        fit_labels(figure, axis, 4)
        assert 10 < axis.get_xlim()[1] < room
    with canvas() as (figure, (axis,)):
        axis.set_xlim(0, 1)
        fit_labels(figure, axis)
        assert axis.get_xlim() == (0, 1)


@pytest.mark.parametrize(("width", "lines"), [(30, 2), (12, 4), (80, 1)])
def test_lines_of_a_name_are_about_as_long_as_each_other(width, lines):
    found = wrapped("Cost of a step-down place a year for a region", width).split("\n")
    assert len(found) == lines
    assert max(map(len, found)) <= width
    assert "step-down" in " ".join(found).split()
