"""Columns of data in words, with their unit and how their numbers are written."""

import pytest

from needs.present.column_names import heading, unit_form


@pytest.mark.parametrize(
    ("column", "artefact", "words", "form"),
    [
        ("patients", "tbl-demand", "Patients", "number"),
        ("patients_lower_80", "tbl-demand", "Patients, lower end of 80% interval", "number"),
        ("spend_upper", "tbl-options", "Spend a year, £, upper end of 95% interval", "GBP"),
        ("required_lower", "tbl-gap", "Places required, lower end of range", "number"),
        ("value_upper", "tbl-tier-needed", "Value, upper end of range", "number"),
        ("limit_lower_99_8", "fig-funnel", "Lower limit of the funnel, 99.8%", "ratio"),
        ("upper", "fig-control-charts", "Upper limit", "number"),
        ("upper_95", "fig-cumulative-savings", "Upper end of 95% interval", "GBP"),
        ("high", "tbl-allocation-rules", "High secure, patients", "number"),
        ("high", "fig-tornado", "Net benefit at the high end, £", "GBP"),
        ("high", "tbl-tier-mismatch", "People who need high secure", "number"),
        ("adults_england", "tbl-spend-england", "Adults, England", "number"),
        ("within_28", "tbl-transfer-waits", "Share within 28 days", "share"),
        ("within_5", "tbl-readmission", "Share within 5 years", "share"),
        ("still_1", "tbl-time-in-tier", "Share still there after 1 year", "share"),
        ("beds_closed_by_then", "", "Beds closed by then", "number"),
        ("year", "fig-projection", "Year", "year"),
    ],
)
def test_a_column_says_what_it_holds(column, artefact, words, form):
    assert heading(column, artefact) == (words, form)


def test_every_heading_is_words():
    for column in ("rate_lower", "per_adult_england", "mean_days_upper", "own_year_cost", "x"):
        words, _ = heading(column)
        assert "_" not in words
        assert words[0].isupper()


def test_percent_is_not_a_share():
    assert [unit_form(unit) for unit in ("percent", "share", "GBP", "people", "")] == [
        "percent",
        "share",
        "GBP",
        "number",
        "number",
    ]
