"""Figures are found by what they are, and a filter that is not exact says what there is."""

import pytest

from needs.data.files import evidence_hashes
from needs.data.snapshot import Evidence
from needs.errors import DataError, ParamsError
from needs.project import EDITIONS

ADULTS = ("population_nhs_region", "population_18_plus")


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence.open("2023-24")


def test_an_unknown_edition_is_refused():
    with pytest.raises(ParamsError, match=r"edition '2023-25' is not known") as error:
        Evidence.open("2023-25")
    assert "Did you mean '2023-24'?" in str(error.value)


def test_a_table_of_the_edition_comes_before_common(evidence):
    assert evidence.table("prison").attrs["ref"] == "2023-24/prison"
    assert evidence.table("transitions").attrs["ref"] == "common/transitions"


def test_a_table_is_a_copy(evidence):
    prison = evidence.table("prison")
    prison["value"] = 0
    assert evidence.table("prison")["value"].max() == 114800


def test_an_unknown_table_gets_the_nearest_names(evidence):
    with pytest.raises(DataError, match="2023-24 has no table 'prisons'") as error:
        evidence.table("prisons")
    assert "it has prison" in str(error.value)


def test_a_figure_keeps_kind_and_source(evidence):
    rate = evidence.figure("derived_indicative_ratios", "commissioned_beds_per_100000_adults", tier="low")
    assert (rate.value, rate.kind) == (6.64, "derived")
    assert rate.source == ("2023-24/derived_indicative_ratios#lords-hl3021-2024",)
    spend = evidence.figure("national_secure_facts", "nhs_mental_health_spend")
    assert (spend.kind, spend.has_interval) == ("published", False)


def test_an_interval_is_read_from_its_pair(evidence):
    rate = Evidence.open("2009-10").figure("outcomes", "readmission_rate")
    assert rate.bounds[0] < rate.value < rate.bounds[1]
    black = Evidence.open("2009-10").figure("need_drivers", "rate_ratio_black_to_white", sex="male")
    assert (black.value, *black.bounds) == (5.6, 5.1, 6.3)


def test_several_rows_say_what_to_choose(evidence):
    with pytest.raises(DataError) as error:
        evidence.figure("national_secure_facts", "commissioned_beds", tier="high+medium+low")
    text = str(error.value)
    assert "2023-24/national_secure_facts: commissioned_beds, tier 'high+medium+low' names 4 rows" in text
    assert "period: 2021-03 and 2022-10, 2015-04-01, 2016-04-01, 2017-04-01" in text
    assert "name tier, sex, period, region_code or source_id so that one row is left" in text


def test_no_row_says_what_there_is(evidence):
    with pytest.raises(DataError) as error:
        evidence.figure("national_secure_facts", "commisioned_beds")
    assert "measures there: commissioned_beds" in str(error.value)
    with pytest.raises(DataError) as error:
        evidence.figure("national_secure_facts", "commissioned_beds", tier="picu")
    assert "there is high, medium, low, high+medium+low for tier" in str(error.value)


def test_regional_is_in_the_order_of_the_edition(evidence):
    adults = evidence.regional(*ADULTS, sex="persons", period="mid-2022")
    assert list(adults.index) == [region.slug for region in evidence.regions]
    assert adults.dtype == float
    assert adults.attrs["sources"] == ("2023-24/population_nhs_region#ons-health-geographies-mid2022",)
    assert adults.attrs["kind"] == "derived"


def test_regional_refuses_two_rows_a_region(evidence):
    with pytest.raises(DataError) as error:
        evidence.regional(*ADULTS, period="mid-2022")
    assert "London (E40000003) has 3 rows" in str(error.value)
    assert "sex: female, male, persons" in str(error.value)


def test_regional_refuses_a_missing_region_and_names_the_cell_that_holds_it():
    with pytest.raises(DataError) as error:
        Evidence.open("2009-10").regional(
            "prison_transfers", "prison_to_hospital_transfers_all_mha_sections", period="2008-09"
        )
    text = str(error.value)
    assert "South East Coast (Q37) has no row" in text
    assert "Q37+Q38 South East (South East Coast + South Central)" in text


def test_regional_of_an_unknown_measure_is_refused(evidence):
    with pytest.raises(DataError, match="population_18_pluss names no row"):
        evidence.regional("population_nhs_region", "population_18_pluss")


def test_a_region_lost_from_a_table_is_an_error(root, change):
    change("2023-24/smi_register_nhs_region.csv", "E40000003,London,", "E40000003,Greater London,")
    with pytest.raises(DataError, match="is not one figure a region") as error:
        Evidence.open("2023-24", root).regional("smi_register_nhs_region", "smi_register_people", period="2023-24 Q3")
    assert "London (E40000003) has no row" in str(error.value)
    assert "other areas with a row: E40000003 Greater London" in str(error.value)


def test_sources_are_found_and_parameters_skipped(evidence):
    ref = "2023-24/national_secure_facts#lords-hl3021-2024"
    found = evidence.sources([ref, "params/2023-24#x", ref])
    assert list(found) == [ref]
    assert (found[ref].publisher, found[ref].date) == ("House of Lords", "2024-03-12")
    assert found[ref].table == "2023-24/national_secure_facts"


def test_a_reference_that_leads_nowhere_is_refused(evidence):
    with pytest.raises(DataError, match="sources cannot be cited") as error:
        evidence.sources(["2023-24/prison#nobody", "1999-00/prison#x", "prison"])
    assert len(error.value.problems) == 3


def test_hashes_cover_every_edition_common_and_boundaries(root):
    (root / "data_raw" / "boundaries").mkdir()
    (root / "data_raw" / "boundaries" / "map.geojson").write_text("{}")
    hashes = evidence_hashes(root)
    assert {name.split("/")[1] for name in hashes} == {*EDITIONS, "common", "boundaries"}
    assert "data_raw/common/unit_costs.yaml" in hashes
