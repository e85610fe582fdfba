"""Published numbers that the evidence must hold."""

import pytest

from needs.data.snapshot import Evidence

NEW, OLD = Evidence.open("2023-24"), Evidence.open("2009-10")
ENGLAND = "E92000001"
BANDS = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_plus")


def adults(evidence: Evidence, table: str, sex: str, period: str, measure: str = "population_18_plus"):
    return evidence.regional(table, measure, sex=sex, period=period)


def test_adults_of_london():
    assert round(adults(NEW, "population_nhs_region", "persons", "mid-2022")["london"] / 1000, 1) == 6969.3
    assert adults(OLD, "population_census2011_sha", "persons", "2011-03-27")["london"] == 6_362_547


@pytest.mark.parametrize("sex", ["persons", "male", "female"])
@pytest.mark.parametrize("measure", ["population_all_ages", "population_18_plus", *(f"population_{b}" for b in BANDS)])
def test_sha_areas_make_england(measure, sex):
    regions = adults(OLD, "population_census2011_sha", sex, "2011-03-27", measure)
    england = OLD.figure("population_census2011_sha", measure, sex=sex, region_code=ENGLAND)
    assert regions.sum() == england.value


def test_adults_of_england_in_2011():
    assert OLD.figure("population_census2011_sha", "population_18_plus", sex="persons", region_code=ENGLAND).value == (
        41_675_496
    )


@pytest.mark.parametrize(
    ("evidence", "table", "period"),
    [(NEW, "population_nhs_region", "mid-2022"), (OLD, "population_census2011_sha", "2011-03-27")],
)
def test_men_women_and_ages_make_adults(evidence, table, period):
    persons = adults(evidence, table, "persons", period)
    sexes = adults(evidence, table, "male", period) + adults(evidence, table, "female", period)
    ages = sum(adults(evidence, table, "persons", period, f"population_{band}") for band in BANDS)
    assert (sexes == persons).all()
    assert (ages == persons).all()


def test_ethnic_groups_of_2011_make_england():
    black = OLD.regional("ethnicity_census2011_sha", "population_all_ages_ethnic_black")
    assert black.sum() == OLD.figure("ethnicity_census2011_sha", black.name, region_code=ENGLAND).value


def test_commissioned_beds():
    def beds(tier: str, period: str) -> float:
        return NEW.figure("national_secure_facts", "commissioned_beds", tier=tier, period=period).value

    tiers = [beds("high", "2022-10"), beds("medium", "2021-03"), beds("low", "2021-03")]
    assert tiers == [715, 2965, 3003]
    assert sum(tiers) == beds("high+medium+low", "2021-03 and 2022-10")


def test_secure_spend_over_total_investment():
    spend = OLD.figure("costs_spend", "secure_spend", tier="high+medium+low", period="2009-10")
    base = OLD.figure("costs_spend", "total_adult_mental_health_investment_18_64", period="2009-10")
    assert 0.189 <= (spend / base).value <= 0.1901


def test_cost_of_an_occupied_bed_day():
    costs = [
        NEW.figure("unit_costs", "nhs_unit_cost_per_bed_day", tier=tier).value for tier in ("low", "medium", "high")
    ]
    assert costs == [759.36, 916.13, 1115.24]


def test_floor_of_secure_spend():
    tiers = [
        NEW.figure("spend_extra", "nhs_provider_secure_cost", tier=tier).value for tier in ("low", "medium", "high")
    ]
    floor = NEW.figure("spend_extra", "nhs_provider_secure_cost", tier="high+medium+low").value
    assert sum(tiers) == pytest.approx(floor)
    assert round(floor / 1e9, 3) == 1.219
