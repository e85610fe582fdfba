"""What a projection is given: the published mid-year change, or a user's own file from end to end."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from needs.data.demand import england, how, places
from needs.data.footprints import read_boards
from needs.data.geography import Regions
from needs.data.growth import growth_basis, growth_note, spread_note, to_come
from needs.data.inputs import Inputs
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.methods.cascade import Anchors, Places
from needs.methods.demand import assess
from needs.methods.forward import carry_forward
from needs.params.demand import Trend
from needs.params.load import load

FILE = "snpp.csv"
GROUPS = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65 and over")
BANDS = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_plus")
YEARS = range(2022, 2033)
REGIONS = [region.code for region in Regions.open("2023-24")]
BOARDS = {code: board.region for code, board in read_boards(Regions.open("2023-24")).items()}
AREAS = ["E18000007", "E40000003", *BOARDS]


@cache
def published() -> dict[str, dict[str, list[float]]]:
    """Return the published adults by age band of every area that a file may name, by code and sex."""
    now, then = (Inputs.open(load(edition, "london").canonical_json()) for edition in ("2023-24", "2009-10"))
    codes = {region.slug: region.code for region in Regions.open("2023-24")}
    codes |= {board.slug: code for code, board in read_boards(Regions.open("2023-24")).items()}
    frames = [now.age_bands()[0], now.by_icb().age_bands()[0]]
    found = {codes[area]: frame[area] for frame in frames for area in frame}
    found |= {code: then.age_bands()[0][slug] for code, slug in Regions.open("2009-10").codes.items()}
    return {code: {sex: adults[sex].tolist() for sex in ("male", "female")} for code, adults in found.items()}


def people(code: str, sex: str, group: int, year: int) -> float:
    """The published people in the first year, and another growth for men and women."""
    adults = published().get(code)
    start = adults[sex.removesuffix("s")][group - 1] if adults and group else 1000
    return start * {"males": 1.02, "females": 0.99}[sex] ** (year - (2011 if code.startswith("E18") else 2022))


def lines(codes, years=YEARS) -> list[str]:
    return [
        ",".join(map(str, [code, "Name", "Population", sex, label, *(people(code, sex, n, year) for year in years)]))
        for code in codes
        for sex in ("males", "females")
        for n, label in enumerate(GROUPS)
    ]


@pytest.fixture
def given(root):
    """Return a function that writes a projection into the project and opens a run that is told to use it."""

    def write(codes, region="london", edition="2023-24", years=YEARS, change=lambda text: text, file=FILE) -> Inputs:
        header = ",".join(map(str, ["AREA_CODE", "AREA_NAME", "COMPONENT", "SEX", "AGE_GROUP", *years]))
        path = root / "data_raw" / "projections" / FILE
        path.write_text(change("\n".join([header, *lines(codes, years)])), encoding="utf-8")
        (root / "params" / edition / f"{region}.yaml").write_text(f"projection: {{file: {file}}}\n", encoding="utf-8")
        return opened(edition, region, root)

    return write


def opened(edition: str, region: str, root=None) -> Inputs:
    return Inputs(load(edition, region, root), Evidence.open(edition, root), Regions.open(edition, root))


def expected(codes, year: int) -> list[float]:
    return [
        sum(people(code, sex, n, year) for code in codes) for sex in ("males", "females") for n in range(1, len(GROUPS))
    ]


def refusal(inputs: Inputs) -> list[str]:
    with pytest.raises(DataError) as error:
        to_come(inputs)
    assert error.value.exit_code == 11
    assert error.value.headline.startswith(f"data_raw/projections/{inputs.parameters.projection.file} ")
    return [str(problem) for problem in error.value.problems]


def test_a_file_of_regions_is_used_in_place_of_the_published_change(given):
    inputs = given(REGIONS)
    told, people_alone, known = to_come(inputs)
    assert "change" not in told
    assert list(told["people"].index) == [(sex, band) for sex in ("male", "female") for band in BANDS]
    assert set(YEARS) <= set(told["people"].columns)
    for year in (2022, 2032):
        assert told["people"][year].tolist() == pytest.approx(expected(["E40000003"], year))
    assert people_alone.sources == ("params/2023-24#projection.file", "params/2023-24#projection.spread")
    assert (people_alone.kind, told["start"], told["horizon"]) == ("assumed", 2022, 10)
    assert known.sources[0] == "params/2023-24#projection.file"
    assert not any("population_nhs_region" in source for source in known.sources)
    assert FILE in growth_note(inputs)
    assert "Office for National Statistics" in growth_note(inputs)
    assert growth_basis(inputs) == "the growth of a projection"


@pytest.mark.parametrize(
    ("region", "inside"),
    [
        ("london", [code for code, region in BOARDS.items() if region == "london"]),
        ("reach-out", list(load("2023-24", "reach-out").footprint.icbs)),
        ("thames-valley-and-wessex", list(load("2023-24", "thames-valley-and-wessex").footprint.icbs)),
    ],
)
def test_a_file_of_boards_serves_regions_and_footprints(given, region, inside):
    told, people_alone, _ = to_come(given(BOARDS, region))
    assert len(inside) > 3
    for year in (2022, 2027):
        assert told["people"][year].tolist() == pytest.approx(expected(inside, year))
    assert people_alone.sources == ("params/2023-24#projection.file", "params/2023-24#projection.spread")


def test_the_file_reaches_the_last_figure(given):
    """Men grow by 2% a year in the file and women fall by 1%: so do the patients of a footprint."""
    inputs = given(BOARDS, "reach-out")
    areas, known = places(inputs)
    found = assess(Anchors(**england(inputs)), Places.of(**areas), known, **how(inputs) | {"draws": 200})
    told, *_ = to_come(inputs)
    ahead = carry_forward(found, "reach-out", **told)
    sexes = found.by_sex("reach-out").groupby("sex")["patients"].sum()
    for year in (0, 5, 10):
        by_hand = sexes["male"] * 1.02**year + sexes["female"] * 0.99**year
        assert ahead.fan.set_index("year").loc[year, "patients"] == pytest.approx(by_hand, rel=1e-6)


def test_the_other_edition_takes_a_file_of_its_own_areas(given):
    codes = [code for code in Regions.open("2009-10").codes if code.startswith("E18")]
    assert len(codes) == 10
    years = range(2011, 2022)
    told, *_ = to_come(given(codes, edition="2009-10", years=years))
    assert told["start"] == 2011
    assert told["people"][2011].tolist() == pytest.approx(
        [people("E18000007", s, n, 2011) for s in ("males", "females") for n in range(1, 7)]
    )


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["E12000007", "E12000008"], "E12000007 and 1 more: English regions, not those of the NHS"),
        (["E18000007"], "E18000007: strategic health authorities"),
        (["E38000001", "E38000002"], "E38000001 and 1 more: clinical commissioning groups or parts of integrated care"),
        (["E06000001"], "E06000001: local authorities"),
    ],
)
@pytest.mark.parametrize("region", ["london", "reach-out"])
def test_another_geography_is_refused(given, region, codes, said):
    problems = refusal(given(codes, region))
    assert any(said in problem for problem in problems)
    assert any(problem.startswith("no rows for ") for problem in problems)


def test_a_file_of_regions_has_no_footprint(given):
    problems = refusal(given(REGIONS, "reach-out"))
    assert any("E40000003 and 6 more: NHS regions; a footprint needs a file" in problem for problem in problems)


def test_a_region_of_another_vintage_is_named(given):
    problems = refusal(given([code for code in REGIONS if code != "E40000003"] + ["E40000099"]))
    assert "no rows for London" in problems
    assert "column AREA_CODE  E40000099: NHS regions of another vintage" in problems


@pytest.mark.parametrize("region", ["london", "reach-out"])
def test_boards_of_another_vintage_are_not_half_read(given, region):
    """A board that was merged or renamed since is not there: what is left of its area is not the area."""
    codes = [code for code in BOARDS if code not in ("E54000029", "E54000055")]
    problems = refusal(given([*codes, "E54000099"], region))
    assert any("E54000099" in problem for problem in problems)


def test_a_year_that_is_not_there_is_named(given):
    problems = refusal(given(REGIONS, years=range(2022, 2028)))
    assert problems == [f"line 1  no column {year}; it runs from 2022 to 2027" for year in range(2028, 2033)]


def test_a_wrong_cell_of_a_file_of_regions_is_named_and_not_the_boards_it_lacks(given):
    first = f"{people('E40000012', 'males', 1, 2022)},"
    assert REGIONS[0] == "E40000012"
    problems = refusal(given(REGIONS, change=lambda text: text.replace(first, "-3,", 1)))
    assert problems == ["line 3, column 2022  '-3' is not a number of people, 0 or more"]


def test_a_wrong_cell_of_a_file_of_boards_is_named_and_not_the_regions_it_lacks(given):
    code = next(iter(BOARDS))
    first = f"{people(code, 'males', 1, 2022)},"
    problems = refusal(given(BOARDS, change=lambda text: text.replace(first, "-3,", 1)))
    assert problems == ["line 3, column 2022  '-3' is not a number of people, 0 or more"]


def test_a_cell_without_people_is_named(given):
    women = "E40000003,Name,Population,females,25-34,"
    gone = lambda text: "\n".join(  # noqa: E731
        women + ",".join(["0"] * len(YEARS)) if line.startswith(women) else line for line in text.splitlines()
    )
    assert "column 2022  London: no females of 25_34; a cell has people in every year" in refusal(
        given(REGIONS, change=gone)
    )


def test_a_file_that_is_not_there_is_named_with_those_that_are(given):
    assert refusal(given(REGIONS, file="other.csv")) == [f"data_raw/projections holds {FILE}"]


@pytest.mark.parametrize("edition", ["2009-10", "2023-24"])
def test_without_a_file_it_is_the_published_change_by_sex(edition):
    inputs = opened(edition, "london")
    told, people_alone, known = to_come(inputs)
    projection = inputs.parameters.projection
    for people_of, period in zip(told["change"], (projection.earlier, projection.later), strict=True):
        assert list(people_of.index) == [("male", "18_64"), ("female", "18_64")]
        for sex in ("male", "female"):
            published = inputs.evidence.regional(projection.table, "population_18_64", sex=sex, period=period)
            assert people_of[sex, "18_64"] == published["london"]
    assert (told["change"][1] > told["change"][0]).all()
    assert "people" not in told
    assert set(people_alone.sources) < set(known.sources)
    assert f"params/{edition}#projection.spread" in people_alone.sources
    assert (people_alone.kind, known.kind) == ("assumed", "assumed")
    assert f"aged 18 to 64 by sex from {projection.earlier} to {projection.later}, compounded" in growth_note(inputs)
    assert growth_basis(inputs) == "the growth of one year"


@pytest.mark.parametrize(("edition", "now", "years"), [("2009-10", 86_900, 3), ("2023-24", 80_659, 6.75)])
def test_the_prison_clock_starts_in_the_year_of_the_population(edition, now, years):
    """Mid-2022 to March 2029; 2011 to 2014."""
    told, *_ = to_come(opened(edition, "london"))
    assert (told["prison"]["now"].value, told["prison"]["years"], told["prison"]["share"].value) == (now, years, 0.4)
    projected = [told["prison"][name].value for name in ("low", "central", "high")]
    assert projected == {"2009-10": [83_500, 88_000, 92_400], "2023-24": [95_700, 100_800, 105_200]}[edition]


def test_the_spread_of_growth_is_a_figure_of_its_own():
    inputs = opened("2023-24", "london")
    spread = to_come(inputs)[0]["spread"]
    assert (spread.value, spread.bounds, spread.kind) == (0.005, (0.003, 0.008), "assumed")
    assert spread.source == ("params/2023-24#projection.spread",)
    assert spread_note(inputs) in growth_note(inputs)
    exact = inputs.parameters.projection.spread.model_copy(update={"lower": None, "upper": None, "kind": "derived"})
    told = inputs.parameters.projection.model_copy(update={"spread": exact})
    said = spread_note(replace(inputs, parameters=inputs.parameters.model_copy(update={"projection": told})))
    assert said.endswith("a standard deviation of 0.5% a year (derived)")


@pytest.mark.parametrize(
    ("edition", "published", "ours"),
    [
        ("2009-10", {"London": (14, 13), "the East of England": (10, 9), "the East Midlands": (10,), "the North East": (3,)},
         {"london": 0.160, "east-of-england": 0.102, "east-midlands": 0.082, "north-east": 0.045}),
        ("2023-24", {}, {"london": 0.069, "midlands": 0.096, "east-of-england": 0.033}),
    ],
)  # fmt: skip
def test_official_projections_in_the_evidence_are_quoted_and_the_spread_holds_them(edition, published, ours):
    """Ten years of growth as published, and as one year compounded: each within two standard deviations."""
    inputs = opened(edition, "london")
    quoted = {told.label: figure.value for told, figure in inputs.quoted("projections")}
    spread = to_come(inputs)[0]["spread"].value
    for region, growth in ours.items():
        earlier, later = (people_of.sum() for people_of in to_come(opened(edition, region))[0]["change"])
        assert (later / earlier) ** 10 - 1 == pytest.approx(growth, abs=5e-4)
    for (area, numbers), growth in zip(published.items(), ours.values(), strict=False):
        found = tuple(value for label, value in quoted.items() if label.startswith(f"Growth of {area}, "))
        assert found == numbers
        assert all(abs(np.log((1 + value / 100) / (1 + growth))) < 10 * spread for value in numbers)
    if edition == "2009-10":
        assert [value for label, value in quoted.items() if "of England, mid" in label][:2] == [8, 7]
    else:
        people_of = [quoted[f"People of the United Kingdom, mid-{year}"] for year in (2022, 2032)]
        assert people_of[1] / people_of[0] == pytest.approx(1.07, abs=0.005)
        boards = [value for label, value in quoted.items() if label.startswith("Change in ")]
        every = inputs.evidence.table("population_projections")
        every = every.loc[every["region_code"].str.startswith("E54"), "value"]
        assert (len(every), min(boards), max(boards)) == (11, every.min(), every.max())


def test_the_change_of_a_footprint_is_that_of_its_regions_people():
    """Below regions one year is published: each board has the growth of its region."""
    midlands, reach_out = (to_come(opened("2023-24", region))[0]["change"] for region in ("midlands", "reach-out"))
    assert (reach_out[1] / reach_out[0]).to_numpy() == pytest.approx((midlands[1] / midlands[0]).to_numpy(), rel=1e-9)
    assert (reach_out[0] < 0.6 * midlands[0]).all()


def test_a_trend_and_a_run_without_a_prison_driver():
    inputs = opened("2023-24", "london")
    trend = {"change": 0.02, "damping": 0.5, "cap": 0.2}
    model = inputs.parameters.projection
    told = inputs.parameters.model_copy(
        update={
            "projection": model.model_copy(update={"trend": Trend(**trend, source="our own series"), "prison": None})
        }
    )
    found, people_alone, known = to_come(replace(inputs, parameters=told))
    assert (found["trend"], found["prison"]) == (trend, None)
    assert known == people_alone
    assert to_come(inputs)[0]["trend"] is None


def test_people_of_another_unit_or_year_are_refused(given):
    """A column in thousands would carry demand to a thousandfold; England's people today give it away."""

    def in_thousands(text):
        rows = [line.split(",") for line in text.splitlines()]
        return "\n".join(",".join([*row[:5], str(float(row[5]) / 1000), *row[6:]]) if n else ",".join(row)
                         for n, row in enumerate(rows))  # fmt: skip

    problems = refusal(given(REGIONS, change=in_thousands))
    assert len(problems) == 14
    assert "London, male adults today: 3,334, and 3,334,222 in the population of the edition" in problems
