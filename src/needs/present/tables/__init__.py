"""Every table of the report: rows of text made from a frame of numbers, with its finding."""

from needs.present.tables.demand import allocation_rules, demand, reconciliation
from needs.present.tables.money import budget_share, prices, spend
from needs.present.tables.need import drivers, local_evidence, population, quoted
from needs.present.tables.step_down import gap, places, tier_needed

__all__ = [
    "allocation_rules",
    "budget_share",
    "demand",
    "drivers",
    "gap",
    "local_evidence",
    "places",
    "population",
    "prices",
    "quoted",
    "reconciliation",
    "spend",
    "tier_needed",
]
