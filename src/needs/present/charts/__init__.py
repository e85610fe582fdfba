"""Every chart of the report: the finding as title, direct labels, nothing told by colour alone."""

from needs.present.charts.comparison import funnel
from needs.present.charts.confidence import tornado
from needs.present.charts.demand import allocation_rules, demand_by_tier
from needs.present.charts.fans import after_change, fans, stay_as_is
from needs.present.charts.flow import flow_diagram
from needs.present.charts.groups import expected_pyramid
from needs.present.charts.money import spend_by_tier, spend_england
from needs.present.charts.need import need_drivers, population_pyramid
from needs.present.charts.options import options, options_money
from needs.present.charts.projection import projection_fan
from needs.present.charts.reinvestment import cumulative_savings, frontier
from needs.present.charts.step_down import places_required, tier_needed
from needs.present.charts.waits import assessments, blocked_by_places
from needs.present.charts.waterfall import waterfall

__all__ = [
    "after_change",
    "allocation_rules",
    "assessments",
    "blocked_by_places",
    "cumulative_savings",
    "demand_by_tier",
    "expected_pyramid",
    "fans",
    "flow_diagram",
    "frontier",
    "funnel",
    "need_drivers",
    "options",
    "options_money",
    "places_required",
    "population_pyramid",
    "projection_fan",
    "spend_by_tier",
    "spend_england",
    "stay_as_is",
    "tier_needed",
    "tornado",
    "waterfall",
]
