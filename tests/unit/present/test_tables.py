"""Each table states its finding and writes its cells to the precision of their intervals."""

import pandas as pd
import present_frames as frames
import pytest
from present_frames import AREAS, FOOTPRINT, KNOWN, LONDON, NORTH, figure

from needs.data.geography import Region
from needs.methods.comparison import Held
from needs.params.model import EvidenceRow, Quoted
from needs.present import tables, words

RATES = {"high": 0.9, "medium": 0.9, "low": 0.9, "all": 0.9}


def cells(table):
    return table.rows.to_numpy().tolist()


@pytest.mark.parametrize("region", AREAS, ids=lambda region: region.slug)
def test_demand_has_six_rows_and_beds_for_hospital_only(region):
    table = tables.demand(frames.rows(), region, RATES, 6_969_318, "715 in high security", KNOWN)
    assert words.place(region.name) in table.title
    assert table.title.endswith("would take 20.5% of England's secure patients, which is about 1,370 beds")
    assert cells(table)[3] == ["All secure", "1,230", "930 to 1,300", "880 to 1,330", "1,370", "17.7"]
    assert [row[4] for row in cells(table)[4:]] == ["does not apply"] * 2
    assert "interval_95" not in table.data
    assert "Expected patients" in table.rows.attrs["numeric"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((0.1, 0.8, 0.1), "The choice of rule makes most of the uncertainty in secure patients from London: 80%"),
        ((0.2, 0.35, 0.45), "Chance makes more than any other part of the uncertainty in secure patients from London: 45%"),
        ((1.0, 0.0, 0.0), "What is not known of England and of need makes most of the uncertainty in secure patients from "
         "London: 100%"),
    ],
)  # fmt: skip
def test_uncertainty_names_its_largest_part(parts, said):
    told = dict(zip(("from_parameters", "from_rule", "from_chance"), parts, strict=True))
    table = tables.uncertainty(frames.rows().assign(**told), LONDON, KNOWN)
    assert table.title == said
    assert cells(table)[0] == ["High secure", *(words.percent(part, 0) for part in parts)]
    assert table.caption.endswith("61% of the draws of all secure patients lie below it.")


def by_sex():
    told = pd.DataFrame(
        [(t, s) for t in ("high", "medium", "low") for s in ("male", "female")], columns=["tier", "sex"]
    )
    told["patients"] = [123.0, 9.1, 431.0, 116.1, 372.0, 181.0]
    return told.assign(mean_lower_95=told["patients"] * 0.5, mean_upper_95=told["patients"] * 1.1)


BEDS = {"high": figure(50.0), "medium": figure(635.0, 356.0, 666.0), "low": figure(990.0, 750.0, 1040.0)}


def test_women_come_from_womens_evidence_with_ends_that_add_up():
    shares = {"medium": figure(0.5, source="share#a")}
    table = tables.women(by_sex(), BEDS, shares, LONDON, "counted about 2010-11", KNOWN)
    assert table.title == "About 306 (153 to 337) women from London would be expected in secure care"
    assert cells(table)[0] == ["High secure", "50", "9 (5 to 10)", "no published figure"]
    assert cells(table)[1] == ["Medium secure", "635 (356 to 666)", "116 (58 to 128)", "58 (29 to 64)"]
    assert cells(table)[3][3] == "58 (29 to 64)"
    assert "none was published for high secure and low secure" in table.caption
    assert table.sources == ("x#y", "x#z", "share#a")


def test_women_without_any_share_of_independent_providers():
    table = tables.women(by_sex(), BEDS, {}, NORTH, "counted about 2010-11", KNOWN)
    assert {row[3] for row in cells(table)} == {"no published figure"}
    assert "from the North East and Yorkshire" in table.title


def test_ethnicity_is_a_scenario_with_its_caution():
    base, change = figure(1233.8, 890.0, 1300.0, kind="modelled"), figure(306.9, 0.0, 329.2, kind="assumed")
    groups = [
        ("Asian", 0.207, figure(0.5), figure(1 / 3)),
        ("Black", 0.135, figure(5.6, 5.1, 6.3), figure(2.9, 2.4, 4.6)),
    ]
    table = tables.ethnicity(base, change, groups, LONDON, KNOWN)
    assert table.title.endswith("the patients expected from London would change by +310 (0 to +330)")
    assert "who was detained, not who needed care" in table.caption
    assert "never the default" in table.caption
    assert "reaches 0" in table.caption
    assert cells(table) == [["Asian", "20.7%", "0.50", "0.33"],
                            ["Black", "13.5%", "5.60 (5.10 to 6.30)", "2.90 (2.40 to 4.60)"]]  # fmt: skip
    assert table.kind == "assumed"
    firm = tables.ethnicity(base, figure(-86.6, -93.4, -50.0), groups, NORTH, KNOWN)
    assert firm.title.endswith("−87 (−93 to −50)")
    assert "reaches 0" not in firm.caption


def test_groups_take_one_more_and_none():
    one = ("People with autism", "in hospital", figure(3715.0), figure(557.0))
    two = ("People in learning disability units", "NHS units", figure(489.0), figure(73.0))
    table = tables.groups_expected([one], LONDON, KNOWN)
    assert table.title == "People with autism: about 557 of England's 3,715 would be from London"
    assert cells(table) == [["People with autism", "in hospital", "3,715", "557"]]
    assert tables.groups_expected([one, two], LONDON, KNOWN).title.endswith("from London; 1 more group below")
    assert tables.groups_expected([one, two, two], LONDON, KNOWN).title.endswith("; 2 more groups below")
    assert cells(tables.groups_expected([], LONDON, KNOWN)) == [
        ["No national number of a group was found that could be shared out to London."]
    ]


def test_use_and_need_stand_side_by_side():
    told = [("Prison transfers", "by prison", frames.compared(1.25, 0.8))]
    table = tables.use_against_need(told, figure(1.24), LONDON, KNOWN)
    assert (
        table.title == "Shared by prison transfers instead of need, London would have 250 more patients (+50 to +350)"
    )
    assert cells(table) == [["Prison transfers", "125 (56.6%)", "1,250", "1,000 (900 to 1,200)", "+250 (+50 to +350)",
                             "1.25 (1.12 to 1.38)", "1.23 (90% own data)"]]  # fmt: skip
    assert "Prison transfers: by prison." in table.caption
    assert "which changes it by up to 0.02, because the count is small" in table.caption
    assert "No need coefficient is below zero" in table.caption
    below = tables.use_against_need(told, figure(0.9), LONDON, KNOWN)
    assert "The need coefficient is below zero, as where need is unmet, and counts as zero" in below.caption


def test_regions_published_together_are_named_together():
    """Neither region has a count of its own, so that both are shown what was counted of the two."""
    told = [("Transfers", "by prison", frames.compared(
        1.25, 0.8, cell="south-east-coast+south-central", name="South East Coast and South Central"))]  # fmt: skip
    shown = []
    for slug, name, code in (
        ("south-east-coast", "South East Coast", "Q37"),
        ("south-central", "South Central", "Q38"),
    ):
        table = tables.use_against_need(told, figure(1.24), Region("2009-10", slug, name, code), KNOWN)
        assert "South East Coast and South Central would have 250 more patients" in table.title
        assert "South East Coast and South Central by each count" in table.caption
        assert table.data["cell"].tolist() == ["south-east-coast+south-central"]
        shown.append((table.title, table.caption, cells(table)))
    assert shown[0] == shown[1]
    assert shown[0][2][0][1] == "125 (56.6%)"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (1.02, "from 20 more to 250 more patients; 1 of the 2 counts lies outside the interval of need"),
        (0.7, "from 300 fewer to 250 more patients; 2 of the 2 counts lie outside the interval of need"),
    ],
)
def test_several_counts_of_use_are_summed_up(second, said):
    told = [("Transfers", "use", frames.compared(1.25, 0.8)), ("Detentions", "use", frames.compared(second, 0.9))]
    assert tables.use_against_need(told, figure(1.24), LONDON, KNOWN).title.endswith(said)


def test_no_gap_and_no_count_are_said_as_such():
    near = [("Transfers", "use", frames.compared(1.02, 0.8)), ("Detentions", "use", frames.compared(0.98, 0.9))]
    assert "none of the 2 counts lies outside" in tables.use_against_need(near, figure(1.24), LONDON, KNOWN).title
    assert tables.use_against_need([], figure(1.24), NORTH, KNOWN).title.startswith("No count of use was found")


def predicted():
    return pd.DataFrame(
        {"cell": ["North East", "London"], "count": [56.0, 316.0], "by_adults": [61.6, 189.3], "by_need": [74.8, 230.8],
         "by_need_lower": [57.0, 198.0], "by_need_upper": [92.0, 320.0], "miss_by_adults": [0.1, -0.4],
         "miss_by_need": [0.336, -0.27]}
    )  # fmt: skip


def missed(adults, need, inside):
    return {
        "by_adults": adults, "by_need": need, "by_adults_without": 0.141, "by_need_without": 0.172, "inside": inside,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("adults", "need", "how"), [(0.204, 0.2, "no better than"), (0.3, 0.2, "better than"), (0.1, 0.2, "worse than")]
)
def test_validation_says_what_is_so(adults, need, how):
    table = tables.validation_cells(predicted(), missed(adults, need, 1.0), "Transfers, 2008-09", KNOWN)
    assert table.title == (
        f"Need predicts 2 published counts (transfers, 2008-09) {how} adults alone: it misses by 20% on average, adults by "
        f"{words.percent(adults, 0)}"
    )
    assert cells(table)[0] == ["North East", "56", "62", "75 (57 to 92)", "+10%", "+34%", "no"]
    assert cells(table)[1][-1] == "yes"
    assert "Without London, the largest, need misses by 17% and adults by 14%." in table.caption


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (0.0, "0 of 2 published counts lie "),
        (1.0, "1 of 2 published counts lies "),
        (2.0, "2 of 2 published counts lie "),
    ],
)
def test_validation_counts_cells_inside_the_interval(inside, said):
    table = tables.validation_cells(predicted(), missed(0.3, 0.2, inside), "Transfers", KNOWN)
    assert f"{said}inside the 95% interval of need" in table.caption


def test_the_largest_cell_is_named_as_running_text_does():
    named = predicted().replace("London", "West Midlands")
    table = tables.validation_cells(named, missed(0.3, 0.2, 1.0), "Transfers", KNOWN)
    assert "Without the West Midlands, the largest," in table.caption


SHARE = Held("Share of beds", figure(0.3, 0.29, 0.31), figure(0.207, 0.15, 0.22), 0.153, "share")
PEOPLE = Held("People in care", figure(512.0), figure(490.0, 400.0, 600.0), 521.0, "people")


def bound(published):
    return Held("People in care", figure(published), figure(490.0, 400.0, 600.0), 521.0, "people", at_least=True)


def test_published_figures_are_held_against_the_estimate():
    table = tables.validation_published([SHARE, PEOPLE], "London", KNOWN)
    assert cells(table) == [["Share of beds", "30.0% (29.0% to 31.0%)", "20.7% (15.0% to 22.0%)", "−9.3 points", "no", "15.3%"],
                            ["People in care", "512", "490 (400 to 600)", "−20", "yes", "520"]]  # fmt: skip
    assert cells(tables.validation_published([], "London", KNOWN)) == [
        ["No figure was published that the estimate could be held against."]
    ]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([SHARE, PEOPLE], "1 of 2 published figures of London lies inside the estimate's interval"),
        ([SHARE, SHARE], "None of 2 published figures of London lie inside the estimate's interval"),
        ([PEOPLE, PEOPLE, SHARE], "2 of 3 published figures of London lie inside the estimate's interval"),
        ([PEOPLE], "The one published figure of London that can be tested lies inside the estimate's interval"),
        ([SHARE, bound(333.0)], "The one published figure of London that can be tested lies outside the estimate's interval"),
        ([bound(333.0), bound(700.0)], "Of London only lower bounds were published, which test the estimate little"),
        ([bound(333.0)], "Of London only lower bounds were published, which test the estimate little"),
        ([SHARE, PEOPLE, bound(333.0)], "1 of 2 published figures of London lies inside the estimate's interval"),
    ],
)  # fmt: skip
def test_the_title_counts_figures_that_can_be_tested(held, said):
    """A lower bound that is not above the interval says little, so it is not among those that agree."""
    table = tables.validation_published(held, "London", KNOWN)
    assert table.title == said
    assert len(table.rows) == len(table.data) == len(held)


@pytest.mark.parametrize(("published", "said"), [(333.0, "not below it"), (700.0, "no")])
def test_a_lower_bound_is_held_against_the_upper_end_only(published, said):
    table = tables.validation_published([bound(published)], "London", KNOWN)
    assert cells(table)[0][1::3] == [f"at least {published:.0f}", said]


def board_rows(*shares, adults=1_000_000):
    parts = []
    for name, share in shares:
        part = frames.rows(share)
        part["patients_lower_95"] *= 0.7
        parts.append(part.assign(name=name, adults=adults))
    return pd.concat(parts)


def test_boards_add_up_to_the_region():
    long = "Bath and North East Somerset, Swindon and Wiltshire"
    table = tables.boards(board_rows((long, 0.3), ("Kent", 0.7)), frames.rows(), FOOTPRINT, KNOWN, "boards count whole")
    assert table.title == f"Expected secure patients run from 37.0 per 100,000 adults in {long} to 86.4 in Kent"
    assert list(table.rows) == ["Integrated care board", "Adults", *words.TIER_NAMES.values()]
    assert cells(table)[0][:3] == [long, "1,000,000", "40 (20 to 43)"]
    assert cells(table)[2][:2] == ["Thames Valley and Wessex together", "2,000,000"]
    assert cells(table)[2][5] == "1,230 (880 to 1,330)"
    assert table.caption.endswith("Boards count whole.")


def test_boards_alike_alone_and_unknown():
    even = tables.boards(board_rows(("Devon", 0.5), ("Kent", 0.5)), frames.rows(), LONDON, KNOWN, "")
    assert even.title == (
        "Boards of London differ by size, at about 61.7 per 100,000 adults: what says more of need is published by region"
    )
    alone = tables.boards(board_rows(("Devon", 1.0)), frames.rows(), NORTH, KNOWN, "")
    assert alone.title == "The North East and Yorkshire has one integrated care board, Devon"
    none = tables.boards(pd.DataFrame(), frames.rows(), LONDON, KNOWN, "")
    assert cells(none) == [["No areas smaller than London are in the evidence of this edition."]]


def variants():
    return pd.DataFrame(
        [("Constant rates", 1360.0, 890.0, 1760.0, 0.0, 0.0, 0.0),
         ("Few in prison", 1300.0, 850.0, 1700.0, -60.0, -90.0, -20.0)],
        columns=["variant", "patients", "patients_lower_95", "patients_upper_95", "change", "change_lower_95",
                 "change_upper_95"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "said"), [(1075.6, "grow by 7.6% in"), (960.0, "fall by 4.0% in"), (1000.0, "stay as they are for")]
)
def test_published_projections_stand_beside_the_growth_of_demand(last, said):
    row = EvidenceRow(table="population_projections", measure="projected_population_growth_10_years")
    told = Quoted(label="Growth of England", unit="percent", counted="all ages; 2010-based", row=row)
    published = figure(8.0)
    table = tables.projections_published([(told, published)], frames.fan(last), NORTH, "the growth of one year")
    assert table.title == (
        f"On the growth of one year, patients expected from the North East and Yorkshire would {said} 10 years; "
        "published projections of people stand beside it"
    )
    assert cells(table) == [["Growth of England", "8%", "none found", "all ages; 2010-based"]]
    assert (table.kind, table.sources) == (published.kind, published.source)


def test_variants_are_set_against_the_first():
    table = tables.projection(variants(), LONDON, 10, KNOWN, "growth may differ by 0.5% a year", 2022)
    assert table.title == "Variants run from 1,300 to 1,360 secure patients from London in 2032"
    assert list(table.rows)[1:] == ["Secure patients in 2032 (95% interval)", "Change from constant rates"]
    assert cells(table)[0] == ["Constant rates", "1,360 (890 to 1,760)", "reference"]
    assert cells(table)[1][2] == "−60 (−90 to −20)"
    assert "; growth may differ by 0.5% a year. Variants are scenarios" in table.caption
    one = tables.projection(variants()[:1], NORTH, 1, KNOWN, "growth may differ")
    assert (
        one.title
        == "In 1 year, about 1,360 (890 to 1,760) secure patients would be expected from the North East and Yorkshire"
    )
