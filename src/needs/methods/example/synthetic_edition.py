"""The evidence of the edition ``example``: what would be published of a country that is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from needs.methods.example.synthetic_example import EXAMPLE
from needs.methods.example.synthetic_truth import Truth

__all__ = ["COUNTRY", "SOURCE", "TITLES", "edition"]

COUNTRY = ("X9", "Example country")
"""Code and name of the made-up country."""

SOURCE = "made-up"
"""Key of the citation of every figure."""

TITLES: Mapping[str, str] = {
    "regions": "The three made-up regions of the edition example and their tiles",
    "region_codes": "Codes of the three made-up regions",
    "population": "Made-up people of the edition example by region, sex and age",
    "residents": "Made-up deprivation and ethnic groups of the edition example by region",
    "use": "Made-up counts of service use of the edition example by region",
    "country": "Made-up figures of the country of the edition example",
    "price_index": "Made-up index of prices of the edition example",
}
"""What each table holds."""

TILES = {"northmark": (0, 0), "eastvale": (1, 1), "southmoor": (2, 0)}
BANDS = {"18_24": 0.11, "25_34": 0.17, "35_44": 0.17, "45_54": 0.16, "55_64": 0.16, "65_plus": 0.23}
"""Share of adults in each age band."""
WOMEN, CHILDREN = 0.51, 0.27
"""Share of women among people, and children for each adult."""
GROWTH = {"northmark": 1.004, "eastvale": 1.007, "southmoor": 1.009}
"""Ratio of people from one year to the next."""
YEAR = 2025
"""Year of the population."""

_COLUMNS = [
    "region_code",
    "region_name",
    "measure",
    "tier",
    "sex",
    "period",
    "value",
    "unit",
    "status",
    "source_id",
    "note",
]


def edition() -> dict[str, pd.DataFrame]:
    """Return the evidence tables of the edition ``example`` by name, in the columns of evidence.

    Examples
    --------
    >>> tables = edition()
    >>> tables["regions"]["slug"].tolist(), set(tables["population"]["status"])
    (['northmark', 'eastvale', 'southmoor'], {'synthetic'})
    """
    slugs = list(EXAMPLE)
    codes = {slug: f"X{number}" for number, slug in enumerate(slugs, 1)}
    regions = pd.DataFrame({
        "slug": slugs, "region_name": [EXAMPLE[slug].name for slug in slugs], "region_code": [codes[slug] for slug in slugs],
        "tile_row": [TILES[slug][0] for slug in slugs], "tile_col": [TILES[slug][1] for slug in slugs],
    })  # fmt: skip
    own = regions["region_code"]
    return {
        "regions": regions,
        "region_codes": pd.DataFrame({"region_code": own, "scheme": "example", "vintage": "example", "code": own}),
        "population": pd.concat([_population(codes[slug], EXAMPLE[slug], GROWTH[slug]) for slug in slugs]),
        "residents": pd.concat([_residents(codes[slug], EXAMPLE[slug]) for slug in slugs]),
        "use": pd.concat([_use(codes[slug], EXAMPLE[slug]) for slug in slugs]),
        "country": _country(),
        "price_index": _figures(
            *COUNTRY, [("price_index", "all", "persons", f"{year}-{(year + 1) % 100:02d}", round(100 * 1.03 ** (year - YEAR), 4),
                        "index, 2025-26 = 100") for year in range(2015, YEAR + 1)],
        ),
    }  # fmt: skip


def _figures(code: str, name: str, rows: Sequence[tuple[str, str, str, str, float, str]]) -> pd.DataFrame:
    """Return figures of one area: measure, tier, sex, period, value and unit of each."""
    frame = pd.DataFrame(rows, columns=["measure", "tier", "sex", "period", "value", "unit"])
    frame = frame.assign(region_code=code, region_name=name, status="synthetic", source_id=SOURCE, note="")
    return frame[_COLUMNS]


def _population(code: str, truth: Truth, growth: float) -> pd.DataFrame:
    rows = []
    for year in (YEAR - 1, YEAR):
        adults = truth.adults * growth ** (year - YEAR)
        people = {
            (sex, band): round(adults * part * share)
            for sex, part in (("female", WOMEN), ("male", 1 - WOMEN))
            for band, share in BANDS.items()
        }
        children = {"female": round(adults * CHILDREN * 0.49), "male": round(adults * CHILDREN * 0.51)}
        for sex in ("female", "male"):
            bands = {band: people[sex, band] for band in BANDS}
            grown = sum(bands.values())
            counts = {"0_17": children[sex], **bands, "18_64": grown - bands["65_plus"], "18_plus": grown}
            counts["all_ages"] = grown + children[sex]
            rows += [
                (f"population_{band}", "all", sex, f"mid-{year}", float(n), "persons") for band, n in counts.items()
            ]
        frame = pd.DataFrame(rows, columns=["measure", "tier", "sex", "period", "value", "unit"])
        both = frame[frame["period"] == f"mid-{year}"].groupby("measure", sort=False)["value"].sum()
        rows += [(str(measure), "all", "persons", f"mid-{year}", float(n), "persons") for measure, n in both.items()]
    return _figures(code, truth.name, rows)


def _residents(code: str, truth: Truth) -> pd.DataFrame:
    tenth, fifth = truth.most_deprived
    place = ("all", "persons", str(YEAR))
    everybody = truth.adults * (1 + CHILDREN)
    rows = [
        ("deprivation_mean_score", *place, round(12 + 80 * tenth, 2), "made-up score"),
        ("percent_of_people_in_most_deprived_tenth", *place, round(100 * tenth, 2), "% of residents"),
        ("percent_of_people_in_most_deprived_fifth", *place, round(100 * fifth, 2), "% of residents"),
    ]
    for group, (share, _) in truth.ethnicity.items():
        rows.append((f"percent_ethnic_{group}", *place, round(100 * share, 2), "% of residents"))
        rows.append((f"population_all_ages_ethnic_{group}", *place, float(round(everybody * share)), "persons"))
    return _figures(code, truth.name, rows)


def _use(code: str, truth: Truth) -> pd.DataFrame:
    """Return transfers from prison that the region's arrivals would give in a year, and a register."""
    prison = sum(
        people
        for origins in truth.arrivals.values()
        for origin, people in origins.items()
        if origin.startswith("prison")
    )
    tenth, _ = truth.most_deprived
    register = round(truth.adults * (0.009 + 0.03 * tenth))
    return _figures(code, truth.name, [
        ("prison_transfers", "all", "persons", "2024-25", float(round(prison)), "transfers"),
        ("severe_mental_illness_register", "all", "persons", "2024-25", float(register), "persons"),
        ("severe_mental_illness_per_1000_adults", "all", "persons", "2024-25", round(1000 * register / truth.adults, 2),
         "per 1000 adults"),
    ])  # fmt: skip


def _country() -> pd.DataFrame:
    """Return figures of the whole country, from what is true of its regions."""
    rows: list[tuple[str, str, str, str, float, str]] = []
    for tier in ("high", "medium", "low", "step_down"):
        beds = sum(truth.beds[tier] for truth in EXAMPLE.values())
        rows.append(("commissioned_beds", tier.replace("_", "-"), "persons", "2025", float(beds), "beds"))
    price = next(iter(EXAMPLE.values())).price
    rows += [("price_per_bed_day", tier, "persons", "2025-26", paid, "GBP") for tier, paid in price.items()]
    spend = sum(truth.beds[tier] * 365 * price[tier] for truth in EXAMPLE.values() for tier in price)
    far = [unit.beds for truth in EXAMPLE.values() for unit in truth.units if unit.tier in ("medium", "low")]
    independent = sum(
        unit.beds
        for truth in EXAMPLE.values()
        for unit in truth.units
        if unit.tier in ("medium", "low") and unit.sector == "independent"
    )
    rows += [
        ("secure_spend", "high+medium+low", "persons", "2025-26", float(np.round(spend, -5)), "GBP"),
        ("mental_health_spend", "all", "persons", "2025-26", 1_250_000_000.0, "GBP"),
        ("prison_population", "all", "persons", "2025-06-30", 6400.0, "people"),
        ("prison_population_projection_low", "all", "persons", "2029-03", 6300.0, "people"),
        ("prison_population_projection_central", "all", "persons", "2029-03", 6700.0, "people"),
        ("prison_population_projection_high", "all", "persons", "2029-03", 7000.0, "people"),
        (
            "percent_of_beds_independent",
            "medium+low",
            "persons",
            "2025",
            round(100 * independent / sum(far), 1),
            "% of beds",
        ),
        ("percent_transferred_within_28_days", "all", "persons", "2024-25", 54.0, "% of transfers"),
        ("womens_beds", "medium+low", "persons", "2025", 84.0, "beds"),
        (
            "share_reconvicted_within_two_years",
            "medium+low",
            "persons",
            "2022 to 2025",
            0.12,
            "share of people discharged",
        ),
        ("population_all_ages_projected", "all", "persons", "mid-2035", 4_700_000.0, "persons"),
    ]
    return _figures(*COUNTRY, rows)
