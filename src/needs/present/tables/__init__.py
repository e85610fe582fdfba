"""Every table of the report: rows of text made from a frame of numbers, with its finding."""

from needs.present.tables.boards import boards
from needs.present.tables.bought import contracts, packages, sectors
from needs.present.tables.comparison import use_against_need, validation_cells, validation_published
from needs.present.tables.confidence import collect_first, information, perfect_information, variance
from needs.present.tables.dashboard import dashboard, standards
from needs.present.tables.demand import allocation_rules, demand, reconciliation, uncertainty
from needs.present.tables.equity import equity, equity_denominators, slopes
from needs.present.tables.explorer import explorer
from needs.present.tables.flow import after_changes, calibration, chance, flows
from needs.present.tables.groups import ethnicity, groups_expected, women
from needs.present.tables.money import budget_share, price_years, prices, spend, spend_parts
from needs.present.tables.monitored_times import long_stays, next_places, stays_by_diagnosis, time_in_tier
from needs.present.tables.monitoring import assessments_made, delayed, delayed_by_tier, tier_mismatch, transfer_waits
from needs.present.tables.need import drivers, local_evidence, population, quoted
from needs.present.tables.options import best_option, options, options_money
from needs.present.tables.outcomes import after_discharge, cumulative_incidence, experience, hazard_ratios, person_years
from needs.present.tables.own_data import own_completeness, own_excluded, own_linked, own_tables
from needs.present.tables.own_quality import own_findings, own_full_records, own_timeliness
from needs.present.tables.projection import projection, projections_published
from needs.present.tables.reinvestment import frontier, reinvestment
from needs.present.tables.spend_compared import own_spend, spend_england
from needs.present.tables.step_down import gap, places, tier_needed
from needs.present.tables.waits import assessments, blocked, transfers

__all__ = [
    "after_changes",
    "after_discharge",
    "allocation_rules",
    "assessments",
    "assessments_made",
    "best_option",
    "blocked",
    "boards",
    "budget_share",
    "calibration",
    "chance",
    "collect_first",
    "contracts",
    "cumulative_incidence",
    "dashboard",
    "delayed",
    "delayed_by_tier",
    "demand",
    "drivers",
    "equity",
    "equity_denominators",
    "ethnicity",
    "experience",
    "explorer",
    "flows",
    "frontier",
    "gap",
    "groups_expected",
    "hazard_ratios",
    "information",
    "local_evidence",
    "long_stays",
    "next_places",
    "options",
    "options_money",
    "own_completeness",
    "own_excluded",
    "own_findings",
    "own_full_records",
    "own_linked",
    "own_spend",
    "own_tables",
    "own_timeliness",
    "packages",
    "perfect_information",
    "person_years",
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
    "slopes",
    "spend",
    "spend_england",
    "spend_parts",
    "standards",
    "stays_by_diagnosis",
    "tier_mismatch",
    "tier_needed",
    "time_in_tier",
    "transfer_waits",
    "transfers",
    "uncertainty",
    "use_against_need",
    "validation_cells",
    "validation_published",
    "variance",
    "women",
]
