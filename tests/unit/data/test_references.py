"""What parameters name is looked up before a run: every problem, with the parameter, the row and the rule."""

import re

import pytest

from needs.data.check import check
from needs.data.geography import Regions
from needs.data.references import check_parameters
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.load import load
from needs.project import EDITIONS

BEDS = "{table: national_secure_facts, measure: commissioned_beds, tier: low, period: 2021-03}"


def given(value: float) -> str:
    return f"{{value: {value:.10g}, kind: assumed, source: a test of ours}}"


@pytest.fixture
def found(root):
    """Return a function that gives the problems of London's own parameters, one text a problem."""

    def look(text: str, edition: str = "2023-24") -> list[str]:
        (root / "params" / edition / "london.yaml").write_text(text, encoding="utf-8")
        told = load(edition, "london", root)
        return [str(problem) for problem in check_parameters(told, Evidence.open(edition, root))]

    return look


def men(**shares: float | str) -> str:
    """All the shares of men, but for those given: shares that add up are stated together."""
    told = {"18_24": 0.07, "25_34": 0.28, "35_44": 0.35, "45_54": 0.2, "55_64+65_plus": 0.1} | shares
    lines = (f'"{group}": {share if isinstance(share, str) else given(share)}' for group, share in told.items())
    return f"demand: {{age_profile: {{male: {{shares: {{{', '.join(lines)}}}}}}}}}\n"


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
    assert check(root, ["2023-24"], []).tables == 30
    with pytest.raises(DataError) as error:
        check(root, ["2023-24"], [load("2023-24", "london", root)])
    assert error.value.exit_code == 11


def test_only_a_driver_may_be_a_fall():
    evidence = Evidence.open("2023-24")
    told = load("2023-24", "london")
    for name, measure in (
        ("deprivation_ethnicity_nhs_region", "imd_mean_score_population_weighted"),
        ("smi_register_nhs_region", "smi_register_people"),
    ):
        frame = evidence.table(name)
        frame.loc[frame["measure"] == measure, "value"] *= -1
        evidence._tables[f"2023-24/{name}"] = frame
    places = [
        problem.where.removeprefix("params/2023-24/_edition.yaml ") for problem in check_parameters(told, evidence)
    ]
    assert set(places) == {"demand.need.smi_register", "demand.use.0.series"}
    assert len(places) == 14


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


def own_weights(**weights: float) -> str:
    lines = "".join(f"      {slug.replace('_', '-')}: {weight}\n" for slug, weight in weights.items())
    return f"demand:\n  own_weights:\n    label: Our survey\n    source: our own survey\n    weights:\n{lines}"


COVERED = {"north_east_and_yorkshire": 1, "north_west": 1, "midlands": 1, "east_of_england": 1, "london": 1,
           "south_east": 1, "south_west": 0}  # fmt: skip


def test_own_weights_cover_every_region_and_no_other(found):
    where = "params/2023-24/london.yaml demand.own_weights.weights"
    assert found(own_weights(**COVERED)) == []
    fewer = {slug: weight for slug, weight in COVERED.items() if slug not in ("south_west", "london")}
    lost = f"{where}  no weight for london, south-west; give every region of 2023-24 one"
    assert found(own_weights(**fewer)) == [lost]
    assert found(own_weights(**fewer, lodnon=1, leeds=2, reach_out=3)) == [
        lost,
        f"{where}  'leeds' is no region of 2023-24",
        f"{where}  'lodnon' is no region of 2023-24; did you mean 'london'?",
        f"{where}  'reach-out' is no region of 2023-24",
    ]


def test_own_weights_of_one_edition_do_not_serve_the_other(found):
    problems = found(own_weights(**COVERED), "2009-10")
    assert (
        "no weight for east-midlands, north-east, south-central, south-east-coast, west-midlands, yorkshire-"
        in (problems[0])
    )
    assert [problem.split("'")[1] for problem in problems[1:]] == ["midlands", "north-east-and-yorkshire", "south-east"]


def rewritten(root, old: str, new: str) -> list[str]:
    """Change the edition's own file and give what is wrong with it."""
    path = root / "params/2023-24/_edition.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    told = load("2023-24", "london", root)
    return [str(problem) for problem in check_parameters(told, Evidence.open("2023-24", root))]


@pytest.mark.parametrize(
    ("old", "new", "groups"),
    [
        ("55_64+65_plus:", "55_64+65_over:", "18_24, 25_34, 35_44, 45_54, 55_64+65_over"),
        ("55_64+65_plus:", "65_plus:", "18_24, 25_34, 35_44, 45_54, 65_plus"),
        ("55_64+65_plus:", "45_54+55_64+65_plus:", "18_24, 25_34, 35_44, 45_54, 45_54+55_64+65_plus"),
    ],
)
def test_an_age_profile_holds_each_band_once(root, old, new, groups):
    each = "do not hold each age band once: 18_24, 25_34, 35_44, 45_54, 55_64, 65_plus; give every share of the sex"
    assert sorted(rewritten(root, old, new)) == [
        f"params/2023-24/_edition.yaml demand.age_profile.{sex}.shares  {groups} {each}" for sex in ("female", "male")
    ]


def test_bands_in_other_groups_are_as_good(root):
    path = root / "params/2023-24/_edition.yaml"
    text = re.sub(r"        \"(18_24|25_34)\": \{.*\}\n", "", path.read_text(encoding="utf-8"))
    women = "{table: case_mix, measure: share_age_55_and_over, sex: female}"
    text = text.replace(f"55_64+65_plus: {women}", f"55_64+65_plus: {given(0.425)}")
    text = text.replace("55_64+65_plus: {value: 0.1,", "55_64+65_plus: {value: 0.45,").replace(
        "upper: 0.32", "upper: 0.6"
    )
    path.write_text(text.replace("55_64+65_plus:", "18_24+25_34+55_64+65_plus:"), encoding="utf-8")
    told = load("2023-24", "london", root)
    assert list(told.demand.age_profile["male"].shares) == ["35_44", "45_54", "18_24+25_34+55_64+65_plus"]
    assert check_parameters(told, Evidence.open("2023-24", root)) == []


@pytest.mark.parametrize(("last", "added"), [(0.13, 0.03), (0.05, -0.05), (0.121, 0.021)])
def test_age_shares_add_up_to_about_1(found, last, added):
    assert found(men(**{"55_64+65_plus": last})) == [
        f"params/2023-24/london.yaml demand.age_profile.male.shares  the shares add up to {1 + added:.10g}, not 1"
    ]


@pytest.mark.parametrize("last", [0.08, 0.12])
def test_age_shares_may_be_rounded(found, last):
    assert found(men(**{"55_64+65_plus": last})) == []


def test_a_share_given_alone_is_not_all_of_them(found):
    """Shares that add up are replaced together, so that the others are missed, and that alone is said."""
    assert found(f"demand: {{age_profile: {{male: {{shares: {{55_64+65_plus: {given(0.1)}}}}}}}}}\n") == [
        "params/2023-24/london.yaml demand.age_profile.male.shares  55_64+65_plus do not hold each age band once: 18_24, 25_34, "
        "35_44, 45_54, 55_64, 65_plus; give every share of the sex"
    ]


def test_a_region_may_group_both_sexes_in_its_own_way(found):
    """And not one of them alone; its own file is named, whichever sex it says."""
    shares = f"{{18_24+25_34+35_44: {given(0.6)}, 45_54+55_64+65_plus: {given(0.4)}}}"
    assert found(f"demand: {{age_profile: {{male: {{shares: {shares}}}, female: {{shares: {shares}}}}}}}\n") == []
    assert found(f"demand: {{age_profile: {{male: {{shares: {shares}}}}}}}\n") == [
        "params/2023-24/london.yaml demand.age_profile  18_24, 25_34, 35_44, 45_54, 55_64+65_plus of women are not the groups of "
        "men: 18_24+25_34+35_44, 45_54+55_64+65_plus; write both alike, in one order"
    ]


def test_both_sexes_have_the_same_groups(root):
    """Groups of one sex alone would be cells without a rate."""
    path = root / "params/2023-24/_edition.yaml"
    text = path.read_text(encoding="utf-8")
    women = text.index("    female:\n      people:")
    path.write_text(text[:women] + text[women:].replace("55_64+65_plus:", "65_plus+55_64:", 1), encoding="utf-8")
    told = load("2023-24", "london", root)
    assert [str(problem) for problem in check_parameters(told, Evidence.open("2023-24", root))] == [
        "params/2023-24/_edition.yaml demand.age_profile  18_24, 25_34, 35_44, 45_54, 65_plus+55_64 of women are not the groups "
        "of men: 18_24, 25_34, 35_44, 45_54, 55_64+65_plus; write both alike, in one order"
    ]


@pytest.mark.parametrize(
    ("women", "said"),
    [
        ("low: [{value: 3100, kind: assumed, source: our own survey}]",
         "low: up to 3,100 beds for women are more than the tier's 3,003 beds"),
        ("high: [{value: 600, lower: 500, upper: 716, kind: assumed, source: our own survey}]",
         "high: up to 716 beds for women are more than the tier's 715 beds"),
        ("high: [{value: 400, kind: assumed, source: our own survey}, {value: 400, kind: assumed, source: our own survey}]",
         "high: up to 800 beds for women are more than the tier's 715 beds"),
    ],
)  # fmt: skip
def test_women_have_no_more_beds_than_their_tier(found, women, said):
    """The range counts as well as the figure, and so do several figures that are added up."""
    assert found(f"demand: {{women: {{{women}}}}}\n") == [f"params/2023-24/london.yaml demand.women  {said}"]


def test_women_may_have_every_bed_of_a_tier(found):
    assert found("demand: {women: {high: [{value: 715, kind: assumed, source: our own survey}]}}\n") == []


IMD = "2023-24/deprivation_ethnicity_nhs_region.csv"


@pytest.mark.parametrize(
    ("tenth", "fifth", "good"),
    [
        ("4.13", "4.14", True),
        ("18.45", "18.45", False),
        ("20", "18.45", False),
        ("0", "18.45", False),
        ("4.13", "100", False),
    ],
)
def test_the_most_deprived_tenth_is_a_part_of_the_fifth(root, change, tenth, fifth, good):
    """A curve of deprivation goes through both shares of an area, which it cannot if they contradict each other."""
    change(IMD, ",4.13,", f",{tenth},")
    change(IMD, ",18.45,", f",{fifth},")
    said = (
        f"params/2023-24/_edition.yaml demand.deprivation  London: {float(tenth) / 100:.4g} in England's most deprived tenth and "
        f"{float(fifth) / 100:.4g} in its fifth; the tenth is above 0 and below the fifth, which is below 1"
    )
    problems = check_parameters(load("2023-24", "london", root), Evidence.open("2023-24", root))
    assert [str(problem) for problem in problems] == ([] if good else [said])


def test_a_cell_without_people_is_named_by_area_sex_and_band(root, change):
    """A rate needs people; the bands still add up to the adults, so that nothing else is wrong."""
    table = "2023-24/population_nhs_region.csv"
    source = ",persons,derived,ons-health-geographies-mid2022"
    change(
        table,
        f"population_65_plus,all,female,mid-2022,591971{source}",
        f"population_65_plus,all,female,mid-2022,0{source}",
    )
    change(
        table,
        f"population_55_64,all,female,mid-2022,485153{source}",
        f"population_55_64,all,female,mid-2022,1077124{source}",
    )
    problems = check_parameters(load("2023-24", "london", root), Evidence.open("2023-24", root))
    assert [str(problem) for problem in problems] == [
        "params/2023-24/_edition.yaml population  London: no female people aged 65 and over; a rate needs people"
    ]


@pytest.mark.parametrize(
    ("bands", "good"),
    [
        (["18_plus"], True),
        (["18_64"], True),
        (["65_plus", "18_24", "25_34", "35_44", "45_54", "55_64"], True),
        (["18_24", "25_34", "35_44", "45_54", "55_64"], False),
        (["18_64", "65_plus"], False),
        (["18_plus", "18_64"], False),
    ],
)
def test_change_is_of_all_adults_of_adults_under_65_or_of_each_band(found, bands, good):
    said = (
        f"params/2023-24/london.yaml projection.bands  {', '.join(bands)}: either all adults (18_plus), adults under 65 (18_64), "
        "or each of 18_24, 25_34, 35_44, 45_54, 55_64, 65_plus"
    )
    assert (said in found(f"projection: {{bands: {bands}}}\n")) == (not good)
    if good:
        assert found(f"projection: {{bands: {bands}}}\n") == []


def test_a_collaborative_or_region_that_is_none_is_refused(found, root):
    row = "{table: provider_collaborative_facts, measure: forensic_beds, region_code: E40000003}"
    count = f"{{footprint: Reach Out, label: a, tiers: [low], row: {row}}}"
    share = f"{{region: lodnon, label: a, row: {row[:-1]}, scale: 0.001}}}}"
    assert found(f"validation:\n  counts: [{count}]\n  shares: [{share}]\n") == [
        "params/2023-24/london.yaml validation.shares  'lodnon' is no region of 2023-24",
        "params/2023-24/london.yaml validation.counts  'Reach Out' is no collaborative of the table footprints",
    ]
    assert found(f"validation:\n  counts: [{count.replace('Reach Out', 'IMPACT (East Midlands)')}]\n") == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"demand: {{beds: {{low: {BEDS[:-1]}, lower: 1, upper: 2, because: a test}}}}}}\n", "demand.beds.low"),
        (f"demand: {{women: {{low: [{BEDS[:-1]}, lower: 1, upper: 2, because: a test}}]}}}}\n", "demand.women.low.0"),
        (
            men(**{"18_24": f"{BEDS[:-1]}, scale: 0.0001, lower: 0, upper: 0.1, because: a test}}"}),
            "demand.age_profile.male.shares.18_24",
        ),
        (
            f"step_down: {{destination: {{low: {{step_down: {BEDS[:-1]}, scale: 0.0001, lower: 0, upper: 0.1, "
            "because: a test}}}}\n",
            "step_down.destination.low.step_down",
        ),
        (f"demand: {{beds: {{low: {BEDS.replace('2021-03', '2021-04')}}}}}\n", "demand.beds.low"),
    ],
)
def test_a_figure_that_cannot_be_used_is_told_once_and_where_it_stands(found, text, where):
    """Rules that hold several figures together say nothing of a figure that is refused by itself."""
    (problem,) = found(text)
    assert problem.startswith(f"params/2023-24/london.yaml {where}  ")


def test_a_figure_of_demand_that_is_not_there_is_refused(found):
    row = "{table: national_secure_facts, measure: womens_beds, tier: high}"
    assert found(f"demand: {{women: {{high: [{row}]}}}}\n")[0].startswith(
        "params/2023-24/london.yaml demand.women.high.0  2023-24/national_secure_facts: womens_beds, tier 'high' names no row"
    )
    series = (
        "{label: a, unit: share, table: deprivation_ethnicity_nhs_region, measure: imd_mean_score_population_weighted}"
    )
    problems = found(f"demand: {{deprivation: {{tenth: {series}}}}}\n")
    assert len(problems) == 14
    assert all("demand.deprivation.tenth  " in problem and "is outside 0 to 1" in problem for problem in problems[:7])
    assert all(".yaml demand.deprivation  " in problem for problem in problems[7:])


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
    assert check(root, ["2023-24"], told).tables == 30
    with pytest.raises(DataError) as error:
        check(root, ["2009-10"], told)
    assert [problem.where for problem in error.value.problems] == [
        "params/2009-10/_edition.yaml drivers.0",
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
