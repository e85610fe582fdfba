"""Every chart of the report: the finding as title, direct labels, nothing told by colour alone."""

from needs.present.charts.comparison import funnel
from needs.present.charts.demand import allocation_rules, demand_by_tier
from needs.present.charts.groups import expected_pyramid
from needs.present.charts.money import spend_by_tier
from needs.present.charts.need import need_drivers, population_pyramid
from needs.present.charts.projection import projection_fan
from needs.present.charts.step_down import places_required, tier_needed

__all__ = [
    "allocation_rules",
    "demand_by_tier",
    "expected_pyramid",
    "funnel",
    "need_drivers",
    "places_required",
    "population_pyramid",
    "projection_fan",
    "spend_by_tier",
    "tier_needed",
]
