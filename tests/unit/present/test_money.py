"""What is shown of money: findings that hold for every region, cells to the precision of their intervals."""

from dataclasses import replace

import pandas as pd
import pytest
from present_frames import AREAS, KNOWN, LONDON, NORTH, figure

from needs.data.inputs import Base
from needs.methods import care, cost, packages, price_years, sectors, spend_compared
from needs.params.costs import FINANCE
from needs.present import charts, money_words, tables
from needs.values import Estimate, Provenance

YEAR = "2024-25"
OWN = Provenance("derived", ("params/2023-24#costs.spend_file",))
COLUMNS = ["tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"]
ROWS = [("medium", "nhs", "block", 500.0, 150_000.0, 120e6), ("medium", "independent", "package", 0.0, 40_000.0, 40e6)]
ALL = [*ROWS, ("high", "nhs", "block", 140.0, 47_000.0, 52e6), ("low", "nhs", "block", 600.0, 190_000.0, 130e6)]
TIERS = ("high", "medium", "low")


def three(*values, spread=1.2, kind="modelled"):
    return {
        tier: Estimate(value, value / spread, value * spread, kind, ("x#z",))
        for tier, value in zip(TIERS, values, strict=True)
    }


PRICES = three(400e3, 330e3, 280e3)
NATIONAL = three(650, 2650, 2700)
ADULTS = pd.Series({"london": 7e6, "rest": 38e6})


def modelled(patients=(130, 530, 540)) -> care.Care:
    return care.estimated(three(*patients), PRICES, three(0.9, 0.9, 0.9, spread=1.03))


def told(rows=ROWS) -> care.Care:
    return care.with_own(modelled(), pd.DataFrame(rows, columns=COLUMNS), OWN)


def cells(table):
    return table.rows.to_numpy().tolist()


@pytest.mark.parametrize("region", AREAS, ids=lambda region: region.slug)
def test_spend_says_how_it_is_known(region):
    said = []
    for here in (modelled(), told(), told(ALL)):
        frame = cost.spend_table(here, NATIONAL, PRICES, 7e6)
        table = tables.spend(frame, here, region, YEAR, "a range of prices", here.known)
        assert len(cells(table)) == 4
        said.append((table.title, table.caption, [row[4] for row in cells(table)]))
    assert "is modelled to cost £378 million" in said[0][0]
    assert said[1][0].endswith("a year, £160 million of it told by the region's own figures")
    assert said[2][0].endswith("costs £342 million a year by the region's own figures")
    assert said[0][1].startswith("Modelled spend on secure care by tier")
    assert "The interval holds a range of prices" in said[1][1]
    assert "interval" not in said[2][1]
    assert "as told" not in said[0][2]
    assert [interval == "as told" for interval in said[1][2]] == [False, True, False, False]
    assert said[2][2] == ["as told"] * 4


@pytest.mark.parametrize(("here", "how"), [(modelled(), "modelled"), (told(), "partly"), (told(ALL), "own")])
def test_spend_by_tier_is_drawn_as_it_is_known(here, how):
    chart = charts.spend_by_tier(here, LONDON, YEAR)
    assert chart.title.startswith("Medium secure care takes 4")
    assert chart.title.endswith("of the modelled spend" if how == "modelled" else "of the spend")
    assert ("modelled" in chart.alt) == (how == "modelled")
    assert chart.kind == ("derived" if how == "own" else "modelled")
    assert chart.data["value"].sum() == pytest.approx(here.whole.value)


def test_empty_beds_say_what_they_take():
    fixed = figure(0.7, 0.5, 0.9, kind="assumed")
    table = tables.spend_parts(care.parts(modelled(), fixed), NORTH, YEAR, fixed, KNOWN)
    assert table.title.startswith("Funded beds that stand empty take £27 million (")
    assert table.title.endswith("7.2% of spend on secure care for the North East and Yorkshire")
    assert cells(table)[1][1:4] == ["530", "59", "214,330"]
    assert cells(table)[1][5].startswith("12.6 (")
    assert cells(table)[3][3] == "does not apply"
    assert table.rows.columns[-1] == "Spend on empty beds, £ million"
    assert "go on costing 70% (50% to 90%, assumed) of a bed in use until its ward closes" in table.caption
    assert set(table.rows.attrs["numeric"]) == set(table.rows.columns[1:])


def test_sectors_say_whose_figures_they_are():
    shares, ratio = {"medium": figure(0.35), "low": figure(0.4)}, figure(1.0, 0.85, 1.2, kind="assumed")
    parted, known = sectors.sectors(modelled(), shares, ratio)
    table = tables.sectors(parted, modelled(), LONDON, YEAR, ratio, known)
    assert table.title.startswith("Of spend on medium and low secure care for London, £")
    assert table.title.endswith("a year is modelled to go to independent providers: 37%")
    assert "taken to cost 1.00 (0.85 to 1.20) times one at NHS providers (assumed)" in table.caption
    assert table.caption.endswith("High security is not parted: no share is told.")
    assert [row[:2] for row in cells(table)][-2:] == [["Together", "NHS"], ["Together", "Independent"]]
    own, known = sectors.sectors(told(ALL), shares, ratio)
    table = tables.sectors(own, told(ALL), LONDON, YEAR, ratio, known)
    assert "£40.0 million a year goes to independent providers: 12%" in table.title
    assert "times one" not in table.caption
    assert (
        "By the region's own file: high secure, medium secure and low secure. People there are rounded" in table.caption
    )
    assert cells(table)[-1][4:] == ["363,636", "40.0"]


def test_packages_have_a_stay_a_price_an_outcome_and_a_next_step():
    stay = {"medium": figure(3.51, 1.6, 3.9), "community": figure(4.0)}
    price = {"medium": figure(334_387.0, 254_545.0, 334_387.0), "community": figure(16_000.0)}
    priced, known = packages.packages(stay, price, {tier: (f"outcome {tier}", f"next {tier}") for tier in stay})
    table = tables.packages(priced, LONDON, YEAR, known)
    assert table.title == "One package of care is priced from £64,000 (community) to £1.17 million (medium secure)"
    assert cells(table)[0][1:3] == ["3.5 (1.6 to 3.9)", "1,170 (510 to 1,300)"]
    assert cells(table)[1] == ["Community", "4.0", "64.0", "outcome community", "next community"]
    assert "what is intended" in table.caption
    assert "a day at unit costs, which a file of the region's own spend does not change" in table.caption
    assert "the mean stay (found in studies unless the region gave its own), the wait" in table.caption
    some, every = (tables.packages(priced, LONDON, YEAR, known, own).caption for own in (["medium"], list(stay)))
    assert "the mean stay (measured from own data in medium secure; elsewhere found in studies or assumed)," in some
    assert "the mean stay (measured from own data in medium secure and community)," in every


def test_block_and_package_are_set_side_by_side():
    found, known = packages.contracts(PRICES, three(0.9, 0.9, 0.9, spread=1.03), figure(0.7, 0.5, 0.9, kind="assumed"))
    table = tables.contracts(found, LONDON, YEAR, known)
    assert table.title.startswith("A medium secure bed-day that is not needed would save £904 in a package and £250 (")
    assert table.title.endswith("in a block contract")
    assert len(table.rows.columns) == 4
    assert cells(table)[1][1] == "904"
    assert cells(table)[1][2].startswith("250 (")
    alone, known = packages.contracts({"low": PRICES["low"]}, {"low": figure(0.9)}, figure(0.7))
    assert tables.contracts(alone, LONDON, YEAR, known).title.startswith("A low secure bed-day")
    assert "so both contracts cost the same today" in table.caption
    assert "file" not in table.caption


def test_contracts_say_whose_prices_they_are():
    fixed, price = figure(0.7, 0.5, 0.9, kind="assumed"), 40e6 / (110 * 365)  # 40,000 bed-days, rounded
    found, known = packages.contracts(told().year_cost, told().occupancy, fixed, told())
    medium = found.set_index("tier").loc["medium"]
    assert medium["package"] == pytest.approx(price)
    assert medium["block_day"] == pytest.approx(120e6 / (410 * 365))
    assert medium["occupancy"] == pytest.approx(410 / 500)
    table = tables.contracts(found, LONDON, YEAR, known)
    assert table.title.startswith("A medium secure bed-day that is not needed would save £996 in a package")
    assert "Prices of medium secure are those of the region's own file" in table.caption
    assert "Prices of high secure and low secure are unit costs: a package's price" in table.caption
    assert "params/2023-24#costs.spend_file" in known.sources


def test_contracts_that_the_file_does_not_hold_are_not_made_up():
    found, known = packages.contracts(told(ALL).year_cost, told(ALL).occupancy, figure(0.7), told(ALL))
    table = tables.contracts(found, LONDON, YEAR, known)
    assert [row[1] for row in cells(table)] == ["not in the file", "996", "not in the file"]
    assert "the same today" not in table.caption
    bought = told([("medium", "nhs", "package", 0.0, 40_000.0, 40e6), *ALL[2:]])
    found, known = packages.contracts(bought.year_cost, bought.occupancy, figure(0.7), bought)
    table = tables.contracts(found, LONDON, YEAR, known)
    assert table.title.startswith("In no tier does the region's own file price both")
    assert cells(table)[1][2:] == ["not in the file", "not in the file"]


def test_sectors_of_a_file_in_part_are_not_called_modelled():
    shares, ratio = {"medium": figure(0.35), "low": figure(0.4)}, figure(1.0, 0.85, 1.2, kind="assumed")
    parted, known = sectors.sectors(told(), shares, ratio)
    table = tables.sectors(parted, told(), LONDON, YEAR, ratio, known)
    assert "a year is put to go, in part by the region's own file, to independent providers" in table.title
    assert "Shares of low secure are England's; there a bed-day" in table.caption
    assert "By the region's own file: medium secure." in table.caption


@pytest.mark.parametrize(("rows", "modelled_tiers"), [(ROWS, " of high secure and low secure"), (ALL, None)])
def test_price_years_of_own_spend_name_what_the_unit_costs_are_of(rows, modelled_tiers):
    here, index = told(rows), pd.Series({"2009-10": 67.7, "2024-25": 100.0})
    money = price_years.nominal_and_real(here.spend, index, YEAR, "2009-10", KNOWN, figure(1.2e9))
    caption = tables.price_years(money, here, LONDON, (YEAR, "2009-10"), "GDP deflator", KNOWN).caption
    assert "medium secure" in caption.rpartition("Spend on")[2]
    assert "London, and spend of England, in the money" in caption
    assert caption.endswith("is that of the region's own file, on both sides.")
    assert (f"unit costs{modelled_tiers} are those" in caption) == (modelled_tiers is not None)
    assert ("unit costs" in caption) == (modelled_tiers is not None)


def test_prices_of_a_tier_with_own_spend_are_those_of_the_estimate():
    priced = [("medium", "a bed-day", "unit cost used", figure(330e3)), ("medium", "b", "lower end of the range", figure(250e3)),
              ("low", "a bed-day", "unit cost used", figure(280e3)), ("low", "c", "for comparison", figure(200e3))]  # fmt: skip
    uses = [row[3] for row in cells(tables.prices(priced, ("medium",)))]
    assert uses == ["unit cost of England, the estimate and the options; spend is the region's own",
                    "lower end of the estimate's range", "unit cost used", "for comparison"]  # fmt: skip
    assert (
        "Spend on medium secure is the region's own and uses none of them."
        in tables.prices(priced, ("medium",)).caption
    )
    assert "the region's" not in tables.prices(priced).caption


def test_spend_beside_england_says_which_tiers_are_own():
    compared = spend_compared.against_england(told(), NATIONAL, PRICES, ADULTS, "london")
    table = tables.spend_england(compared, figure(1.2, 0.9, 1.5), told(), LONDON, YEAR, KNOWN)
    assert "Patients and spend of medium secure are the region's own; England's are modelled" in table.caption
    plain = tables.spend_england(compared, figure(1.2, 0.9, 1.5), modelled(), LONDON, YEAR, KNOWN)
    assert "own" not in plain.caption


@pytest.mark.parametrize(("of", "to", "worth"), [(YEAR, "2009-10", "£0.677"), ("2009-10", YEAR, "£1.477")])
def test_price_years_name_both_years_and_the_index(of, to, worth):
    index = pd.Series({"2009-10": 67.7, "2024-25": 100.0})
    known = Provenance("published", ("x#index",))
    money = price_years.nominal_and_real(modelled().spend, index, of, to, known, figure(1.2e9))
    table = tables.price_years(money, modelled(), LONDON, (of, to), "GDP deflator", known)
    assert table.title.startswith(f"In the money of {to}, spend on secure care for London comes to £")
    assert f"£1 of {of} is {worth} of {to} by the GDP deflator" in table.caption
    assert f"unit costs are those of {of} on both sides" in table.caption
    assert cells(table)[-1][:2] == ["England, published", "1,200"]
    assert table.rows.columns[1] == f"In the money of {of}, £ million"


def test_without_a_file_the_page_says_how_to_give_one():
    here = modelled()
    table = tables.own_spend(spend_compared.own_beside_estimate(here, here), here, NORTH, YEAR, None, KNOWN)
    assert table.title == "No spend of its own was given for the North East and Yorkshire: all spend here is modelled"
    assert "costs.spend_file" in table.caption
    assert {row[1] for row in cells(table)} == {"not given"}
    assert [row[0] for row in cells(table)] == ["High secure", "Medium secure", "Low secure", "All secure"]


def test_own_spend_stands_beside_the_estimate_with_the_difference_parted():
    compared = spend_compared.own_beside_estimate(told(), modelled())
    table = tables.own_spend(compared, modelled(), LONDON, YEAR, "ours.csv", KNOWN, "2023-24")
    assert table.title == (
        "The region's own file says £160 million a year, against £175 million (£135 million to £226 million) estimated: "
        "the number of people takes off £3 million, the mix of tiers changes nothing and the cost of a year takes off "
        "£12 million"
    )
    assert "file ours.csv in data_raw/spend" in table.caption
    assert "spend of 2023-24 carried to the money of 2024-25" in table.caption
    assert [row[0] for row in cells(table)] == ["Medium secure", "All tiers told"]
    assert cells(table)[0][3:] == ["−14.9", "−3.2", "0.0", "−11.7"]
    same_year = tables.own_spend(compared, modelled(), LONDON, YEAR, "ours.csv", KNOWN, YEAR)
    assert "carried" not in same_year.caption
    told_of_service = tables.own_spend(compared, modelled(), LONDON, YEAR, FINANCE, KNOWN, YEAR)
    assert "by the file finance.csv of the region's service data and as estimated" in told_of_service.caption
    assert "data_raw/spend" not in told_of_service.caption


@pytest.mark.parametrize(
    ("patients", "where", "first"),
    [
        ((130, 530, 540), "above", "patients per adult add £"),
        ((80, 330, 340), "below", "patients per adult take off £"),
        (tuple(NATIONAL[tier].value * 7 / 45 for tier in TIERS), "about the same as", "patients per adult change nothing"),
    ],
)  # fmt: skip
def test_spend_per_adult_beside_england_claims_what_is_so(patients, where, first):
    here = modelled(patients)
    compared = spend_compared.against_england(here, NATIONAL, PRICES, ADULTS, "london")
    table = tables.spend_england(compared, figure(1.2, 0.9, 1.5), here, LONDON, YEAR, KNOWN)
    assert f"for London, {where} England's £42.01" in table.title
    assert "1.20 times England's (0.90 to 1.50); the interval holds both fewer and more" in table.caption
    sure = tables.spend_england(compared, figure(1.2, 1.1, 1.5), here, LONDON, YEAR, KNOWN)
    assert "both fewer" not in sure.caption
    assert len(set(table.rows.columns)) == 6
    chart = charts.spend_england(spend_compared.steps_from_england(compared, "London"), LONDON, YEAR, KNOWN)
    assert first in chart.title
    assert "prices make no step" in chart.caption
    assert chart.data["total"].tolist() == [True, False, False, True]


def test_own_prices_make_a_step_of_their_own():
    compared = spend_compared.against_england(told(ALL), NATIONAL, PRICES, ADULTS, "london")
    chart = charts.spend_england(spend_compared.steps_from_england(compared, "London"), LONDON, YEAR, KNOWN)
    assert "the cost of a year of care takes off £" in chart.title
    assert "no step" not in chart.caption
    assert len(chart.data) == 5


def test_a_published_share_is_of_what_its_source_counts():
    note = "all public expenditure on adult mental health care, as published"
    bases = [
        (Base("Total adult mental health investment", note, "England", None, figure(0.189)), None, figure(0.189)),
        (Base("Total adult mental health investment", "adults 18 to 64", "England", figure(6.323e9), None), figure(1.2e9),
         figure(0.1898, kind="derived")),
    ]  # fmt: skip
    table = tables.budget_share(bases, LONDON)
    assert (
        table.title
        == "As published, secure spend in England is 18.9% of all public expenditure on adult mental health care"
    )
    assert "as the second column says" in table.caption
    computed = tables.budget_share(bases[1:], LONDON, modelled=False)
    assert computed.title == "Secure spend in England is 19.0% of total adult mental health investment"
    assert tables.budget_share(bases[1:], LONDON).title == f"Modelled s{computed.title[1:]}"
    assert "second column" not in computed.caption
    assert computed.caption.endswith("Total adult mental health investment covers adults 18 to 64.")
    assert cells(computed)[0] == [
        "England",
        "Total adult mental health investment",
        "£6.32 billion",
        "£1.20 billion",
        "19.0%",
    ]
    assert cells(table)[0][1] == f"Total adult mental health investment: {note}"
    twice = tables.budget_share([*bases, (replace(bases[1][0], area="London"), None, None)], LONDON)
    assert cells(twice)[2][1] == "Total adult mental health investment, as above"


def steps(*rows):
    return pd.DataFrame(rows, columns=["label", "value", "total"])


def test_a_waterfall_goes_from_total_to_total():
    rows = steps(
        ("Today", 291.2e6, True), ("Fewer beds", -30e6, False), ("Places", 12e6, False), ("Then", 273.2e6, True)
    )
    made = charts.waterfall(rows, "A finding", "A measure", KNOWN, axis="£ million a year", scale=1e6)
    assert made.data["start"].tolist() == [0.0, 291.2e6, 261.2e6, 0.0]
    assert made.data["end"].tolist() == pytest.approx([291.2e6, 261.2e6, 273.2e6, 273.2e6])
    assert made.alt == (
        "Bars of steps from top to bottom: Today £291 million; Fewer beds −£30.0 million, which makes £261 million; Places "
        "+£12.0 million, which makes £273 million; Then £273 million."
    )
    assert set(made.data["unit"]) == {"GBP a year"}


def test_a_waterfall_of_changes_alone_may_fall_below_nothing_and_has_intervals():
    rows = steps(("Beds", -3.1e6, False), ("Nothing", 0.0, False), ("Places", 2e6, False), ("All", -1.1e6, True))
    rows = rows.assign(lower=[-4e6, None, 1e6, -3e6], upper=[-2e6, None, 3e6, 1e6])
    made = charts.waterfall(rows, "A finding", "A measure", KNOWN, axis="£ million a year", scale=1e6)
    assert "Beds −£3.10 million (−£4.00 million to −£2.00 million), which makes −£3.10 million" in made.alt
    assert "Nothing no change, which makes −£3.10 million" in made.alt
    assert "All −£1.10 million (−£3.00 million to £1.00 million)." in made.alt
    assert made.image.png[:4] == b"\x89PNG"


def test_a_waterfall_that_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="Then: the steps above come to 11, not 12"):
        charts.waterfall(steps(("Now", 10, True), ("More", 1, False), ("Then", 12, True)), "F", "M", KNOWN, axis="£")
    with pytest.raises(ValueError, match="at least one step"):
        charts.waterfall(steps(), "F", "M", KNOWN, axis="£")


def test_changes_are_grammar():
    assert money_words.changes([("prices", -1e6)]) == "prices take off £1.00 million"
    assert money_words.changes([("the mix of tiers", 0.0)]) == "the mix of tiers changes nothing"
    steps = [("patients per adult", 12.13), ("the mix of tiers", -0.01)]
    assert money_words.changes(steps, whole=54.2).endswith("add £12.13 and the mix of tiers changes next to nothing")
    assert money_words.change_text(-0.004) == "no change"
    assert money_words.headline("partly own") == "Spend a year, partly own"
