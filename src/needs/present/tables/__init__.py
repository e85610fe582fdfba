"""Every table of the report: rows of text made from a frame of numbers, with its finding."""

from needs.present.tables.boards import boards
from needs.present.tables.bought import contracts, packages, sectors
from needs.present.tables.comparison import use_against_need, validation_cells, validation_published
from needs.present.tables.confidence import collect_first, information, perfect_information, variance
from needs.present.tables.demand import allocation_rules, demand, reconciliation, uncertainty
from needs.present.tables.flow import after_changes, calibration, chance, flows
from needs.present.tables.groups import ethnicity, groups_expected, women
from needs.present.tables.money import budget_share, price_years, prices, spend, spend_parts
from needs.present.tables.need import drivers, local_evidence, population, quoted
from needs.present.tables.options import best_option, options, options_money
from needs.present.tables.projection import projection, projections_published
from needs.present.tables.reinvestment import frontier, reinvestment
from needs.present.tables.spend_compared import own_spend, spend_england
from needs.present.tables.step_down import gap, places, tier_needed
from needs.present.tables.waits import assessments, blocked, transfers

__all__ = [
    "after_changes",
    "allocation_rules",
    "assessments",
    "best_option",
    "blocked",
    "boards",
    "budget_share",
    "calibration",
    "chance",
    "collect_first",
    "contracts",
    "demand",
    "drivers",
    "ethnicity",
    "flows",
    "frontier",
    "gap",
    "groups_expected",
    "information",
    "local_evidence",
    "options",
    "options_money",
    "own_spend",
    "packages",
    "perfect_information",
    "places",
    "population",
    "price_years",
    "prices",
    "projection",
    "projections_published",
    "quoted",
    "reconciliation",
    "reinvestment",
    "sectors",
    "spend",
    "spend_england",
    "spend_parts",
    "tier_needed",
    "transfers",
    "uncertainty",
    "use_against_need",
    "validation_cells",
    "validation_published",
    "variance",
    "women",
]
