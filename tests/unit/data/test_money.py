"""What money is told: prices of all tiers, the index, and what cannot be used before a run starts."""

import pytest

from needs.data import money, own_spend
from needs.data.check import check
from needs.data.files import evidence_hashes
from needs.data.geography import Regions
from needs.data.inputs import Inputs
from needs.data.sidecar import hash_file
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.load import load
from needs.values import Estimate

TIERS = ["high", "medium", "low", "step_down", "community"]
FILE = "ours.csv"
HEADER = "tier,sector,contract,funded_beds,occupied_bed_days,spend,period"
ROW = "medium,nhs,block,400,131400,118000000,2024-25"


def opened(edition: str = "2023-24", region: str = "london", root=None) -> Inputs:
    return Inputs(load(edition, region, root), Evidence.open(edition, root), Regions.open(edition, root))


@pytest.fixture
def told(root):
    """Return a function that opens London with its own costs."""

    def write(text: str, edition: str = "2023-24") -> Inputs:
        (root / f"params/{edition}/london.yaml").write_text(f"costs: {{{text}}}\n", encoding="utf-8")
        return opened(edition, root=root)

    return write


@pytest.fixture
def spent(root):
    """Return a function that writes a file of the region's own spend."""

    def write(*rows: str) -> None:
        (root / "data_raw/spend").mkdir(exist_ok=True)
        (root / "data_raw/spend" / FILE).write_text("\n".join([HEADER, *rows]), encoding="utf-8")

    return write


@pytest.fixture
def index(root):
    """Return a function that writes an index of the user's own into the evidence, by period."""

    def write(rows: dict[str, object], unit: str = '"index, 2024-25 = 100"', region: str = "E92000001,England") -> str:
        head = "region_code,region_name,measure,tier,sex,period,value,unit,status,source_id,note"
        lines = [
            f"{region},our_index,all,persons,{year},{value},{unit},published,ours-2026," for year, value in rows.items()
        ]
        path = root / "data_raw/common/our_prices.csv"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        path.with_suffix(".yaml").write_text(
            f"title: Our index\nsha256: {hash_file(path)}\nstatus: [published]\ncaveats: []\nsources:\n  ours-2026:\n"
            '    publisher: Us\n    title: Our prices\n    date: "2026"\n    licence: our own\n    url: https://example.org\n',
            encoding="utf-8",
        )
        return "index: {label: our index, table: our_prices, measure: our_index}"

    return write


def problems(inputs: Inputs) -> list[str]:
    return [str(problem) for problem in money.unusable(inputs)]


@pytest.mark.parametrize("edition", ["2023-24", "2009-10"])
def test_every_price_is_told_with_its_source(edition):
    told = money.prices(opened(edition))
    assert list(told["year_cost"]) == TIERS
    assert list(told["independent_share"]) == ["medium", "low"]
    single = [told[name] for name in told if isinstance(told[name], Estimate)]
    assert len(single) == 9
    for figure in (*single, *told["year_cost"].values(), *told["independent_share"].values()):
        assert figure.source
        assert figure.value >= 0
    assert told["worth_of_wait"].bounds[0] == 0
    assert told["independent_price"].value == 1.0


def test_a_year_is_365_bed_days_or_one_place():
    now, then = (money.prices(opened(edition))["year_cost"] for edition in ("2023-24", "2009-10"))
    assert now["medium"].value == pytest.approx(365 * 916.13)
    assert now["medium"].bounds == pytest.approx((254_545, 365 * 916.13))
    assert {tier: then[tier].value for tier in TIERS[:3]} == {"high": 273e3, "medium": 165e3, "low": 152e3}


def test_the_index_is_the_gdp_deflator():
    years, known = money.index(opened())
    assert round(years["2009-10"], 2), round(years["2023-24"], 2) == (67.70, 96.11)
    assert years["2024-25"] == 100
    assert years.index.is_monotonic_increasing
    assert known.sources == ("common/gdp_deflator#hmt-gdp-deflators-2026-03",)


@pytest.mark.parametrize("edition", ["2023-24", "2009-10"])
def test_the_editions_can_be_used(edition):
    inputs = opened(edition)
    assert problems(inputs) == []
    assert money.own(inputs) is None


def test_the_users_own_index(told, index):
    inputs = told(f"{index({'2009-10': 80, '2023-24': 96, '2024-25': 100, '2010-11': 82.5})}")
    years, known = money.index(inputs)
    assert years.to_dict() == {"2009-10": 80, "2010-11": 82.5, "2023-24": 96, "2024-25": 100}
    assert (known.kind, known.sources) == ("published", ("common/our_prices#ours-2026",))
    assert problems(inputs) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("price_year: 2034-35",
         "costs.price_year  2034-35 is not in the index GDP deflator, which runs from 2000-01 to 2030-31; name one of its "
         "years, or an index that has it (costs.index)"),
        ("real_year: 1999-00",
         "costs.real_year  1999-00 is not in the index GDP deflator, which runs from 2000-01 to 2030-31; name one of its "
         "years, or an index that has it (costs.index)"),
        ("real_year: 2009-11",
         "costs.real_year  2009-11 is not in the index GDP deflator, which runs from 2000-01 to 2030-31; name one of its "
         "years, or an index that has it (costs.index)"),
        ("index: {measure: gdp_deflator}",
         "costs.index  gdp_deflator / gdp_deflator: no such rows; measures there: gdp_deflator_index"),
        ("index: {label: ours, table: gdp_deflators, measure: gdp_deflator_index}",
         "costs.index  2023-24 has no table 'gdp_deflators': it has gdp_deflator"),
        ("index: {measure: hchs_inflation_annual_change_column_unconfirmed}",
         "costs.index  gdp_deflator / hchs_inflation_annual_change_column_unconfirmed: '% on previous year' is a change, not an "
         "index; an index is a level, such as 2024-25 = 100; "),
    ],
)  # fmt: skip
def test_a_year_outside_the_index_or_no_index(told, text, said):
    found = [problem for problem in problems(told(text)) if not problem.startswith("costs.unit_cost")]
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("rows", "told_as", "said"),
    [
        ({"2009-10": 80, "2024-25": 0}, {}, "0 in 2024-25 is not above 0"),
        ({"2009-10": 80, "2024": 100}, {}, "'2024' is no financial year, such as 2009-10"),
        ({"2009-10": 80, "2024-26": 100}, {}, "'2024-26' is no financial year, such as 2009-10"),
        ({"2009-10": 80, "2024-25": 3.1}, {"unit": "% on previous year"}, "'% on previous year' is a change, not an index"),
    ],
)  # fmt: skip
def test_an_index_that_is_none(told, index, rows, told_as, said):
    (problem,) = problems(told(index(rows, **told_as)))
    assert problem.startswith(f"costs.index  our_prices / our_index: {said}")
    with pytest.raises(DataError, match="the price index cannot be used"):
        money.index(told(index(rows, **told_as)))


def test_an_index_with_a_year_twice(told, index, root):
    text = index({"2009-10": 80, "2024-25": 100})
    path = root / "data_raw/common/our_prices.csv"
    again = path.read_text(encoding="utf-8").splitlines()[1].replace("E92000001,England", "K02000001,United Kingdom")
    path.write_text(path.read_text(encoding="utf-8") + again + "\n", encoding="utf-8")
    sidecar = path.with_suffix(".yaml")
    lines = sidecar.read_text(encoding="utf-8").splitlines()
    lines[1] = f"sha256: {hash_file(path)}"
    sidecar.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert problems(told(text)) == [
        "costs.index  our_prices / our_index: 2009-10 stands there 2 times; an index has one number a year"
    ]


def test_a_price_of_one_edition_never_stands_for_anothers(told):
    low = "{table: 2009-10/costs_spend, measure: annual_cost_per_place, tier: low, period: about 2009-11}"
    assert problems(told(f"unit_cost: {{low: {low}}}, basis: place_year")) == [
        "costs.unit_cost.low  a price of about 2009-11 stands for 2024-25, more than 2 years away; a unit cost is of its own "
        "edition and is never carried to another"
    ]
    assert len(problems(told("price_year: 2009-10"))) == 3
    assert problems(told("price_year: 2022-23, real_year: 2022-23")) == []
    assert problems(told("price_year: 2021-22"))[0].startswith(
        "costs.unit_cost.high  a price of 2024-25 stands for 2021-22"
    )


def test_a_price_without_a_year(told, change):
    change("2023-24/spend_extra.csv", "2017 (published 2018-03),535000000", "recent,535000000")
    row = "{table: spend_extra, measure: annual_spend_inpatient_rehabilitation, scale: 0.0003}"
    assert problems(told(f"place_cost: {{step_down: {row}}}")) == [
        "costs.place_cost.step_down  its period 'recent' names no year, so that it cannot be told to be of 2024"
    ]


def test_own_spend_of_another_year_brings_what_its_pound_is_worth(told, spent):
    spent(ROW.replace("2024-25", "2023-24"))
    inputs = told(f"spend_file: {FILE}")
    own, (years, _) = money.own(inputs), money.index(inputs)
    assert own.worth == pytest.approx(years["2024-25"] / years["2023-24"])
    assert own.rows["spend"].tolist() == [118e6]
    assert own.known.sources == ("params/2023-24#costs.spend_file", "common/gdp_deflator#hmt-gdp-deflators-2026-03")
    spent(ROW)
    assert money.own(inputs).worth == 1.0
    assert money.own(inputs).known.sources == ("params/2023-24#costs.spend_file",)


def test_a_spend_file_that_cannot_be_read_is_told_with_its_line(told, spent, root):
    inputs = told(f"spend_file: {FILE}")
    assert problems(inputs) == [f"data_raw/spend/{FILE} is missing  data_raw/spend holds no CSV file"]
    spent(ROW, ROW.replace("medium", "midium").replace("131400", "-1"))
    said = [
        f"data_raw/spend/{FILE} line 3, column tier  'midium' is not high, medium or low. Did you mean 'medium'?",
        f"data_raw/spend/{FILE} line 3, column occupied_bed_days  '-1' is not a number of bed-days, 0 or more",
    ]
    assert problems(inputs) == said


def test_a_spend_file_with_more_beds_than_england_is_refused(told, spent):
    spent(ROW.replace(",400,", ",40000,"))
    (said,) = problems(told(f"spend_file: {FILE}"))
    assert said.startswith(f"data_raw/spend/{FILE} column funded_beds  medium: 40,000 beds")
    assert "more than England has (" in said


def test_what_cannot_be_used_is_refused_before_a_run(told, spent, root):
    spent(ROW.replace("nhs", "private"))
    inputs = told(f"real_year: 2034-35, spend_file: {FILE}")
    with pytest.raises(DataError) as error:
        check(root, ["2023-24"], [inputs.parameters])
    assert [str(problem).split("  ")[0] for problem in error.value.problems] == [
        "params/2023-24/london.yaml costs.real_year",
        f"data_raw/spend/{FILE} line 2, column sector",
    ]
    assert error.value.remedy == f"needs params explain costs.real_year; {own_spend.REMEDY}"


@pytest.mark.parametrize(
    ("text", "where", "remedy"),
    [
        ("price_year: 2019-20", "costs.price_year", "needs params explain costs.price_year"),
        ("index: {measure: gdp}", "costs.index", money.REMEDY),
    ],
)
def test_a_fault_of_prices_is_told_once_with_its_own_remedy(told, root, text, where, remedy):
    with pytest.raises(DataError) as error:
        check(root, ["2023-24"], [told(text).parameters])
    (problem,) = error.value.problems
    assert problem.where == f"params/2023-24/london.yaml {where}"
    assert (error.value.headline, error.value.remedy) == ("the parameters cannot be used", remedy)


def test_a_spend_file_is_part_of_the_evidence(spent, root):
    before = evidence_hashes(root)
    spent(ROW)
    after = evidence_hashes(root)
    assert after.keys() - before.keys() == {f"data_raw/spend/{FILE}"}
