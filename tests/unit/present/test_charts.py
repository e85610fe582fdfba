"""Each chart states its finding, says in words what it shows, and survives long names and extreme values."""

import pandas as pd
import present_frames as frames
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from present_frames import AREAS, FOOTPRINT, KNOWN, LONDON, NORTH

from needs.data.geography import Region
from needs.methods import beds
from needs.present import charts, tables, words
from needs.present.charts.labels import name_points
from needs.present.style import canvas


@pytest.fixture
def drawn_texts(monkeypatch):
    """Every text that a chart writes beside a point."""
    texts, annotate = [], Axes.annotate

    def noted(self, text, *rest, **more):
        texts.append(text)
        return annotate(self, text, *rest, **more)

    monkeypatch.setattr(Axes, "annotate", noted)
    return texts


@pytest.mark.parametrize("region", AREAS, ids=lambda region: region.slug)
def test_every_chart_names_its_area_its_kind_and_its_data(region):
    use = frames.compared(1.2, 0.9, 1.0, cell=region.slug, name=region.name)
    for chart in (
        charts.demand_by_tier(frames.rows(), region, KNOWN),
        charts.allocation_rules(frames.by_rule("Need", "Adults"), region, KNOWN),
        charts.expected_pyramid(frames.by_age(), region, KNOWN, "men: assumed; women: one ward"),
        charts.funnel(use, "Detentions", region, KNOWN, "who was detained"),
        charts.projection_fan(frames.fan(1100.0), region, KNOWN, "the growth of one year", "rates are constant"),
    ):
        assert words.place(region.name) in chart.title
        assert (chart.kind, chart.sources) == (KNOWN.kind, KNOWN.sources)
        assert len(chart.data) > 1
        assert not chart.alt.endswith("..")
        assert not chart.caption.endswith("..")


def test_demand_by_tier_tells_every_tier_and_sums_up_the_secure_ones(drawn_texts):
    chart = charts.demand_by_tier(frames.rows(), LONDON, KNOWN)
    assert chart.title == "About 1,230 people from London would be expected in secure care (880 to 1,330)"
    assert drawn_texts == [
        "132 (94 to 143)", "550 (390 to 590)", "550 (390 to 600)", "89 (63 to 96)", "760 (540 to 820)"
    ]  # fmt: skip
    assert "Step-down 89 (63 to 96)" in chart.alt
    assert "stand apart" in chart.alt
    assert chart.data["tier"].tolist()[3] == "all"


@pytest.mark.parametrize("scale", [0.0, 0.003, 1000.0])
def test_charts_of_patients_take_any_size(scale):
    assert charts.demand_by_tier(frames.rows(scale), LONDON, KNOWN).image.png
    assert charts.expected_pyramid(frames.by_age(max(scale, 0.001)), LONDON, KNOWN, "assumed").image.png


def test_allocation_rules_mark_the_rule_used(drawn_texts):
    chart = charts.allocation_rules(frames.by_rule("Need", "Adults", "A user's own weights"), LONDON, KNOWN)
    assert chart.title == "Allocation rules move London between 920 and 1,230 patients"
    assert "Need (used): high 123, medium 494, low 617, together 1,234" in chart.alt
    assert "under 3 allocation rules" in chart.alt
    assert chart.data["label"].tolist() == ["Adults", "A user's own weights", "Need"]
    assert drawn_texts[:3] == ["123", "100", "92"]


def ages(*shares):
    """Adults of three bands, half of each men, beside an England of 0.2, 0.3 and 0.5."""
    bands, england = ["18 to 24", "25 to 64", "65 and over"], [0.2, 0.3, 0.5]
    frame = pd.DataFrame({"age_band": bands * 2, "sex": ["male"] * 3 + ["female"] * 3, "share": shares * 2})
    return frame.assign(england_share=england * 2, people=1e6 * frame["share"]).assign(
        share=lambda f: f["share"] / 2, england_share=lambda f: f["england_share"] / 2
    )


@pytest.mark.parametrize(
    ("shares", "said", "told"),
    [
        ((0.25, 0.3, 0.45), "relatively more adults aged 18 to 24 and fewer aged 65 and over than England",
         "aged 18 to 24: 25.0% in London, 20.0% in England; aged 65 and over: 45.0% against 50.0%."),
        ((0.2, 0.3, 0.5), "adults of the same ages as England", "are those of England in every band, such as 20.0% aged"),
        ((0.2001, 0.3001, 0.4998), "adults of the same ages as England", "in every band"),
        ((0.2004, 0.3004, 0.4992), "relatively fewer adults aged 65 and over than England", "aged 65 and over: 49.9% in London"),
    ],
)  # fmt: skip
def test_the_ages_of_an_area_differ_from_englands_only_where_shares_do(shares, said, told):
    chart = charts.population_pyramid(ages(*shares), LONDON, "mid-2024", KNOWN)
    assert chart.title == f"London has {said}"
    assert told in chart.alt


MATRIX = {"medium": {"medium": frames.figure(60, 50, 70), "low": frames.figure(20, 10, 30)},
          "low": {"low": frames.figure(40, 30, 50), "step_down": frames.figure(20, 10, 30)}}  # fmt: skip


@pytest.mark.parametrize(
    ("counted", "said", "whose"),
    [
        ([], "Expected patients from London by current tier", "expected patients"),
        (["low", "medium", "community"], "Patients from London, as counted, by current tier", "patients"),
        (["low"], "Patients from London, counted in low secure and expected elsewhere, by current tier", "patients"),
    ],
)
def test_patients_by_tier_needed_are_expected_or_counted(counted, said, whose):
    ready = {"medium": frames.figure(0.25), "low": frames.figure(0.33)}
    chart = charts.tier_needed(MATRIX, ready, frames.figure(40, 20, 60), LONDON, counted)
    table = tables.tier_needed(MATRIX, ready, frames.figure(20, 10, 30), LONDON, counted)
    assert chart.caption.startswith(said)
    assert table.caption.startswith(said)
    assert chart.alt.startswith(f"Bars of {whose} by current tier")


def test_a_gap_without_places_names_the_beds_that_the_area_told():
    required = {"beds": [20], "beds_lower": [15], "beds_upper": [30]}
    gaps = beds.gaps(pd.DataFrame({"tier": ["low"], **required}), {})
    none = tables.gap(gaps, NORTH, KNOWN)
    assert (
        none.title == "No published figure says how many places the North East and Yorkshire has for them in any tier"
    )
    there = tables.gap(gaps, NORTH, KNOWN, {"step_down": frames.figure(40.0), "low": frames.figure(1.0)})
    assert there.title.startswith(
        "The North East and Yorkshire has 1 low secure bed and 40 step-down places in all; no"
    )
    places = beds.gaps(pd.DataFrame({"tier": ["low"], **required}), {"low": frames.figure(12)})
    assert "missing" in tables.gap(places, LONDON, KNOWN, {"low": frames.figure(78.0)}).title


def test_one_rule_moves_nothing():
    chart = charts.allocation_rules(frames.by_rule("Need"), NORTH, KNOWN)
    assert chart.title == "Only one allocation rule is published for the North East and Yorkshire"
    assert "under 1 allocation rule." in chart.alt


def test_the_pyramid_says_how_ages_are_known():
    chart = charts.expected_pyramid(frames.by_age(), LONDON, KNOWN, "men: an assumed curve; women: 66 of one ward.")
    assert chart.title == "About 25% of the secure patients expected from London would be women"
    assert chart.caption.endswith("Men: an assumed curve; women: 66 of one ward.")
    assert "25 to 44 700 (280 to 1,120)" in chart.alt
    assert "women: 18 to 24 46 (18 to 74)" in chart.alt


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.0, "London is about the same as its share of need, inside the 95% limits"),
        (1.16, "London is 16% above its share of need, inside the 95% limits"),
        (0.75, "London is 25% below its share of need, between the 95% and 99.8% limits"),
        (1.4, "London is 40% above its share of need, outside the 99.8% limits"),
    ],
)
def test_the_funnel_says_where_the_region_stands(ratio, said):
    chart = charts.funnel(frames.compared(ratio, 0.9), "Prison transfers", LONDON, KNOWN, "use, by prison")
    assert chart.title == f"Prison transfers: {said}"
    assert f"London {ratio:.2f}" in chart.alt
    assert "The count is use and not need: use, by prison." in chart.caption


COAST, CENTRAL = (
    Region("2009-10", slug, name, code)
    for slug, name, code in (("south-east-coast", "South East Coast", "Q37"), ("south-central", "South Central", "Q38"))
)
TOGETHER = {"cell": "south-east-coast+south-central", "name": "South East Coast and South Central"}


@pytest.mark.parametrize("region", [COAST, CENTRAL], ids=lambda region: region.slug)
@pytest.mark.parametrize(
    ("ratio", "said"), [(1.23, "are 23% above their share of need"), (1.0, "are about the same as their share of need")]
)
def test_regions_published_together_are_one_point_of_the_funnel(region, ratio, said, drawn_texts):
    chart = charts.funnel(frames.compared(ratio, 0.9, 1.0, **TOGETHER), "Transfers", region, KNOWN, "use")
    assert f"South East Coast and South Central {said}, " in chart.title
    assert "South East Coast and South Central are " in chart.alt
    assert chart.alt.count("South East Coast and South Central") == 2
    assert len(chart.data) == 3
    assert drawn_texts.count(TOGETHER["name"]) == 1
    assert not {"South East Coast", "South Central"} & {*drawn_texts}


def test_a_region_whose_slug_is_part_of_another_is_not_taken_for_it():
    """Slugs are compared whole: london is neither of north-london and london-east."""
    use = frames.compared(1.2, 0.9, cell="north-london+london-east", name="North London and London East")
    use.loc[1, ["cell", "name"]] = "london", "London"
    assert charts.funnel(use, "Transfers", LONDON, KNOWN, "use").title.startswith("Transfers: London is 10% below")


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ((1.0, 1.1, 0.9), "0 of 3 areas are outside the 95% limits"),
        ((1.0, 1.25, 0.9), "1 of 3 areas is outside the 95% limits"),
        ((1.0, 1.25, 0.6), "2 of 3 areas are outside the 95% limits"),
    ],
)
def test_the_funnel_counts_the_areas_outside_its_limits(ratios, said):
    chart = charts.funnel(frames.compared(*ratios), "Transfers", LONDON, KNOWN, "use")
    assert f"London is inside the 95% limits; {said}. From highest:" in chart.alt


def test_the_funnel_says_whether_its_limits_are_widened():
    for phi, said in ((4.0, "widened for overdispersion (phi 4.00"), (0.7, "not widened")):
        chart = charts.funnel(frames.compared(1.1, 0.9, phi=phi), "Transfers", LONDON, KNOWN, "use")
        assert said in chart.caption


def test_names_of_points_keep_clear_of_each_other():
    points = [(x / 10, 0.5 + (x % 3) / 50, f"Yorkshire and the Humber {x}") for x in (5, 1, 9, 4, 6, 3)]
    with canvas(5) as (figure, (axis,)):
        axis.plot([x for x, *_ in points], [y for _, y, _ in points], "o")
        axis.set_xlim(0, 1)
        axis.set_ylim(0, 1)
        figure.tight_layout()
        name_points(figure, axis, points)
        renderer, frame = FigureCanvasAgg(figure).get_renderer(), axis.get_window_extent()
        boxes = [Text.get_window_extent(text, renderer) for text in axis.texts]  # without the line to the point
    assert len(boxes) == len(points)
    assert not any(a.overlaps(b) for number, a in enumerate(boxes) for b in boxes[:number])
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)


@pytest.mark.parametrize(
    ("last", "start", "said"),
    [
        (1300.0, 2022, "would rise from about 1,000 to 1,300 in 2032 (1,040 to 1,560)"),
        (800.0, None, "would fall from about 1,000 to 800 in 10 years (640 to 960)"),
        (1200.0, 2022, "would go from about 1,000 to 1,200 in 2032 (960 to 1,440), which the interval does not tell "
         "apart from today"),
        (1001.0, 2022, "would stay at about 1,000 in 2032 (800 to 1,200)"),
    ],
)  # fmt: skip
def test_the_fan_says_where_demand_goes_and_whether_that_is_told_apart_from_today(last, start, said):
    chart = charts.projection_fan(frames.fan(last), FOOTPRINT, KNOWN, "one year", "rates are constant", start)
    assert (
        chart.title == f"At today's rates and one year, secure patients expected from Thames Valley and Wessex {said}"
    )
    assert chart.caption.endswith("Rates are constant.")
    assert chart.data["year"].tolist() == [(start or 0) + year for year in (0, 5, 10)]
    assert ("today" in chart.alt) == (start is None)


def test_a_fan_of_nothing_can_be_drawn(drawn_texts):
    flat = frames.fan(1000.0)
    flat[[name for name in flat if name.startswith("patients")]] = 0.0
    assert "stay at about 0" in charts.projection_fan(flat, LONDON, KNOWN, "no growth", "closed").title
    assert drawn_texts == ["0", "0", "0 (80%)", "0 (80%)", "0 (95%)", "0 (95%)"]


def test_dollar_signs_in_a_label_are_drawn_as_they_are():
    with canvas() as (_, axes):
        assert not axes[0].set_title("$5 a day or $6").get_parse_math()
