"""Every table of the report: rows of text made from a frame of numbers, with its finding."""

from needs.present.tables.boards import boards
from needs.present.tables.comparison import use_against_need, validation_cells, validation_published
from needs.present.tables.demand import allocation_rules, demand, reconciliation, uncertainty
from needs.present.tables.flow import after_changes, calibration, chance, flows
from needs.present.tables.groups import ethnicity, groups_expected, women
from needs.present.tables.money import budget_share, prices, spend
from needs.present.tables.need import drivers, local_evidence, population, quoted
from needs.present.tables.projection import projection, projections_published
from needs.present.tables.step_down import gap, places, tier_needed
from needs.present.tables.waits import assessments, blocked, transfers

__all__ = [
    "after_changes",
    "allocation_rules",
    "assessments",
    "blocked",
    "boards",
    "budget_share",
    "calibration",
    "chance",
    "demand",
    "drivers",
    "ethnicity",
    "flows",
    "gap",
    "groups_expected",
    "local_evidence",
    "places",
    "population",
    "prices",
    "projection",
    "projections_published",
    "quoted",
    "reconciliation",
    "spend",
    "tier_needed",
    "transfers",
    "uncertainty",
    "use_against_need",
    "validation_cells",
    "validation_published",
    "women",
]
