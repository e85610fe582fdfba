"""Every chart of the report: the finding as title, direct labels, nothing told by colour alone."""

from needs.present.charts.comparison import funnel
from needs.present.charts.confidence import tornado
from needs.present.charts.control import control_charts
from needs.present.charts.demand import allocation_rules, demand_by_tier
from needs.present.charts.equity import equity, equity_funnel
from needs.present.charts.explorer import explorer
from needs.present.charts.fans import after_change, fans, stay_as_is
from needs.present.charts.flow import flow_diagram
from needs.present.charts.groups import expected_pyramid
from needs.present.charts.money import spend_by_tier, spend_england
from needs.present.charts.monitored_times import delays, time_in_tier, transfer_waits
from needs.present.charts.monitoring import flow_by_month, occupancy_by_month
from needs.present.charts.need import need_drivers, population_pyramid
from needs.present.charts.options import options, options_money
from needs.present.charts.outcomes import experience, readmission
from needs.present.charts.own_data import own_completeness
from needs.present.charts.progress import progress
from needs.present.charts.projection import projection_fan
from needs.present.charts.reinvestment import frontier
from needs.present.charts.savings import cumulative_savings
from needs.present.charts.standards import standards
from needs.present.charts.step_down import places_required, tier_needed
from needs.present.charts.waits import assessments, blocked_by_places
from needs.present.charts.waterfall import waterfall

__all__ = [
    "after_change",
    "allocation_rules",
    "assessments",
    "blocked_by_places",
    "control_charts",
    "cumulative_savings",
    "delays",
    "demand_by_tier",
    "equity",
    "equity_funnel",
    "expected_pyramid",
    "experience",
    "explorer",
    "fans",
    "flow_by_month",
    "flow_diagram",
    "frontier",
    "funnel",
    "need_drivers",
    "occupancy_by_month",
    "options",
    "options_money",
    "own_completeness",
    "places_required",
    "population_pyramid",
    "progress",
    "projection_fan",
    "readmission",
    "spend_by_tier",
    "spend_england",
    "standards",
    "stay_as_is",
    "tier_needed",
    "time_in_tier",
    "tornado",
    "transfer_waits",
    "waterfall",
]
