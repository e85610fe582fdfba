"""What parameters name is looked up before a run: every problem, with the parameter, the row and the rule."""

import pytest

from needs.data.check import check
from needs.data.geography import Regions
from needs.data.references import check_parameters
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.load import load
from needs.project import EDITIONS

BEDS = "{table: national_secure_facts, measure: commissioned_beds, tier: low, period: 2021-03}"


@pytest.fixture
def found(root):
    """Return a function that gives the problems of London's own parameters, one text a problem."""

    def look(text: str, edition: str = "2023-24") -> list[str]:
        (root / "params" / edition / "london.yaml").write_text(text, encoding="utf-8")
        told = load(edition, "london", root)
        return [str(problem) for problem in check_parameters(told, Evidence.open(edition, root))]

    return look


def lose(root, seal, name: str, *words: str) -> None:
    """Remove the lines of a table that hold all these words."""
    path = root / "data_raw" / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not all(word in line for word in words)), encoding="utf-8")
    seal(name)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_editions_name_rows_that_are_there(edition):
    evidence = Evidence.open(edition)
    assert check_parameters(load(edition, "london"), evidence) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"demand: {{occupancy: {{low: {BEDS}}}}}\n",
            "demand.occupancy.low  national_secure_facts / commissioned_beds / low / 2021-03: 3003 is outside 0 to 1",
        ),
        (
            f"step_down: {{ready: {{low: {BEDS[:-1]}, scale: 0.001}}}}}}\n",
            "step_down.ready.low  national_secure_facts / commissioned_beds / low / 2021-03: 3.003 is outside 0 to 1",
        ),
        (
            f"demand: {{beds: {{low: {BEDS[:-1]}, lower: 1, upper: 2, because: a test}}}}}}\n",
            "demand.beds.low  national_secure_facts / commissioned_beds / low / 2021-03: the interval (1.0, 2.0) does not "
            "hold 3003.0",
        ),
        (
            f"demand: {{beds: {{low: {BEDS.replace('2021-03', '2021-04')}}}}}\n",
            "demand.beds.low  2023-24/national_secure_facts: commissioned_beds, tier 'low', period '2021-04' names no row: ",
        ),
        (
            f"demand: {{beds: {{low: {BEDS.replace('secure_facts', 'facts')}}}}}\n",
            "demand.beds.low  2023-24 has no table 'national_facts': it has ",
        ),
        (
            "demand: {beds: {low: {table: regions, measure: beds}}}\n",
            "demand.beds.low  2023-24/regions holds no figures: name a table of figures",
        ),
        (
            "step_down: {destination: {low: {step_down: {value: 0.5, source: our own guess}, community: "
            "{table: tier_mismatch, measure: share_suitable_for_lower_security, tier: high, period: published 2004}}}}\n",
            "step_down.destination.low  the shares add up to 0.9, not 1",
        ),
        ("population: {age_bands: ['18_24', '25_33', 65_plus]}\n", "population  2023-24/population_nhs_region: "),
        (
            "population: {age_bands: ['18_24']}\n",
            "population  population_nhs_region does not add up: North East and Yorkshire: bands make ",
        ),
        (
            "population: {period: mid-1999}\n",
            "population  2023-24/population_nhs_region: population_18_plus, sex 'persons', period 'mid-1999' names no row",
        ),
        ("local_evidence: [footprints]\n", "local_evidence  footprints holds no figures"),
        (
            "drivers: [{label: a, unit: share, table: smi_register_nhs_region, measure: smi_register_people, "
            "period: 2023-24 Q4}]\n",
            "drivers.0  smi_register_nhs_region / smi_register_people: North East and Yorkshire: ",
        ),
    ],
)
def test_what_is_not_there_or_impossible_is_refused(found, text, said):
    problems = found(text)
    assert problems
    assert f"params/2023-24/london.yaml {said}" in problems[0]


def test_a_region_is_refused_with_every_region_and_before_its_run(found, root):
    problems = found(f"demand: {{occupancy: {{low: {BEDS}}}}}\n")
    with pytest.raises(DataError) as error:
        check(root)
    assert [str(problem) for problem in error.value.problems] == problems
    assert check(root, ["2023-24"], []).tables == 29
    with pytest.raises(DataError) as error:
        check(root, ["2023-24"], [load("2023-24", "london", root)])
    assert error.value.exit_code == 11


def test_only_a_driver_may_be_a_fall():
    evidence = Evidence.open("2023-24")
    frame = evidence.table("deprivation_ethnicity_nhs_region")
    frame.loc[frame["measure"] == "imd_mean_score_population_weighted", "value"] *= -1
    evidence._tables["2023-24/deprivation_ethnicity_nhs_region"] = frame
    problems = check_parameters(load("2023-24", "london"), evidence)
    assert {problem.where for problem in problems} == {"params/2023-24/_edition.yaml demand.need.deprivation"}
    assert len(problems) == 7


def test_a_percentage_may_be_quoted_and_nothing_above(found):
    row = f"- {{label: a, unit: percent, counted: b, row: {BEDS}}}"
    text = f"quoted:\n  provision:\n    {row}\n  prison_transfers: []\n  groups: []\n  outcomes: []\n"
    assert found(text) == [
        "params/2023-24/london.yaml quoted.provision.0.row  national_secure_facts / commissioned_beds / low / 2021-03: "
        "3003 is outside 0 to 100"
    ]


def test_a_figure_of_no_region_is_refused(found, root):
    text = (root / "params/2009-10/_edition.yaml").read_text(encoding="utf-8")
    costs = text[text.index("costs:\n") :].replace("        london: {", "        lodnon: {")
    assert found(costs, "2009-10") == [
        "params/2009-10/london.yaml costs.budgets.2.regions  'lodnon' is no region of 2009-10"
    ]


def test_a_lost_region_is_told_once_for_each_parameter(root, seal):
    lose(root, seal, "2023-24/population_nhs_region.csv", ",London,")
    with pytest.raises(DataError) as error:
        check(root)
    problems = [str(problem) for problem in error.value.problems]
    assert problems[0].startswith(
        "params/2023-24/_edition.yaml population  2023-24/population_nhs_region: population_18_plus, sex 'persons', "
        "period 'mid-2022' is not one figure a region: London (E40000003) has no row"
    )
    assert len(problems) < 8
    assert all("London (E40000003) has no row" in problem for problem in problems)


def test_the_runs_of_many_regions_are_checked_with_their_edition(root, seal):
    lose(root, seal, "2009-10/deprivation_imd_sha.csv", "imd_mean_lsoa_score", "Q36")
    told = [load("2009-10", region.slug, root) for region in Regions.open("2009-10", root)]
    assert check(root, ["2023-24"], told).tables == 29
    with pytest.raises(DataError) as error:
        check(root, ["2009-10"], told)
    assert [problem.where for problem in error.value.problems] == [
        "params/2009-10/_edition.yaml drivers.0",
        "params/2009-10/_edition.yaml demand.need.deprivation",
    ]


def test_tables_and_parameters_are_told_together_and_each_once(root, edit):
    edit("2023-24/national_secure_facts.csv", ",3003,", ",many,")
    (root / "params/2023-24/lodnon.yaml").write_text("label: x\n")
    (root / "params/2023-24/london.yaml").write_text("horizon: 40\n")
    (root / "params/2023-24/midlands.yaml").write_text("population: {period: mid-1999}\n")
    with pytest.raises(DataError) as error:
        check(root)
    text = str(error.value)
    assert text.count("column value  'many' is not a number") == 1
    assert text.count("it has changed") == 1
    assert "params/2023-24 lodnon.yaml  belongs to no region. Did you mean 'london.yaml'?" in text
    assert "params/2023-24/london.yaml line 1  horizon: not a parameter." in text
    assert "params/2023-24/midlands.yaml population  2023-24/population_nhs_region" in text
