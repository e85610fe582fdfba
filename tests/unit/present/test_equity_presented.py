"""Groups, outcomes and answers on the page: complete, readable, and never a small number."""

import re

import pandas as pd
import pytest
from tests.equity_frames import frame, some_answers, some_outcomes, some_reviews, some_stays, worked

from needs.data.geography import Region
from needs.methods.disclosure import Rule, release
from needs.methods.service import equity, equity_spread, experience, followed_up_rates, followed_up_released, hazards
from needs.present import charts, tables
from needs.values import Provenance

LONDON = Region("2023-24", "london", "London", "E40000003")
KNOWN = Provenance("derived", ("service/london/stays#own-data",))
RULE = Rule()
KINDS = (
    "fig-equity", "tbl-equity", "tbl-equity-denominators", "tbl-slope", "fig-equity-funnel", "fig-readmission", "tbl-readmission",
    "tbl-reconviction", "tbl-incidence", "tbl-readmission-hazard", "tbl-after-discharge", "fig-experience", "tbl-experience",
)  # fmt: skip


def made(found, answers, given=True):
    """Return every artefact of the two notebooks."""
    safe, followed = followed_up_released, found["followed"]
    compared = equity.release_groups(found["compared"], KNOWN, RULE)
    counted = release(found["counted"], KNOWN, counts=list(found["counted"].columns.drop("measure")), rule=RULE)
    readmitted, convicted = (
        safe.release_incidence(followed_up_rates.incidence(followed, event), KNOWN, RULE)
        for event in ("readmission", "reconviction")
    )
    model = hazards.hazards(followed, "readmission")
    curves = safe.release_curves(followed_up_rates.curves(followed, "readmission"), KNOWN, RULE)
    told = experience.release_answers(experience.answers(answers), KNOWN, RULE)
    return dict(
        zip(
            KINDS,
            (
                charts.equity(compared, LONDON),
                tables.equity(compared, LONDON),
                tables.equity_denominators(counted, LONDON),
                tables.slopes(equity_spread.release_slopes(found["slopes"], KNOWN, RULE), LONDON),
                charts.equity_funnel(equity_spread.release_units(found["units"], KNOWN, RULE), LONDON),
                charts.readmission(curves, readmitted, LONDON),
                tables.cumulative_incidence(readmitted, "readmission", LONDON),
                tables.cumulative_incidence(convicted, "reconviction", LONDON, given),
                tables.person_years(
                    safe.release_person_years(followed_up_rates.person_years(followed), KNOWN, RULE), LONDON
                ),
                tables.hazard_ratios(safe.release_hazards(model, KNOWN, RULE), model, "readmission", LONDON),
                tables.after_discharge(
                    safe.release_after_a_year(followed_up_rates.after_a_year(followed), KNOWN, RULE), LONDON, given
                ),
                charts.experience(told, LONDON),
                tables.experience(told, LONDON),
            ),
            strict=True,
        )
    )


@pytest.fixture(scope="module")
def many():
    stays = some_stays(500)
    return made(worked(stays, some_reviews(stays), some_outcomes(stays)), some_answers())


@pytest.fixture(scope="module")
def few():
    stays = some_stays(12)
    return made(worked(stays, some_reviews(stays), some_outcomes(stays)), some_answers().iloc[:2])


@pytest.fixture(scope="module")
def none():
    return made(
        worked(frame("stays", 0), frame("reviews", 0), frame("outcomes", 0)), frame("experience", 0), given=False
    )


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("people", ["many", "few", "none"])
def test_every_artefact_is_whole_whoever_there_is(name, people, request):
    artefact = request.getfixturevalue(people)[name]
    record = artefact.record()
    assert record["released"]
    assert record["form"] == ("figure" if name.startswith("fig") else "table")
    said = [record["title"], record["caption"], record["alt"]]
    if artefact.rows is not None:
        said += [str(cell) for cell in artefact.rows.to_numpy().ravel()]
        assert len(artefact.rows.columns)
    assert not any(re.search(r"\b(nan|NaN|NaT|inf)\b", text) for text in said)
    assert not record["title"].endswith(".")
    if "table" in record and len(record["table"]["columns"]) > 1:
        assert "suppressed (*)" in record["caption"]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("tbl-equity", ["People"]),
        ("tbl-equity-denominators", ["People or stays", "Ethnic group not known"]),
        ("tbl-slope", ["People"]),
        ("tbl-readmission", ["People", "With the event", "Died first"]),
        ("tbl-incidence", ["People", "Events"]),
        ("tbl-after-discharge", ["People", "Recorded"]),
        ("tbl-experience", ["Asked", "Answered"]),
    ],
)
def test_numbers_of_people_are_rounded_or_hidden(many, name, columns):
    for cell in many[name].rows[columns].to_numpy().ravel():
        assert (
            (cell == "" and name == "tbl-equity")
            or cell == "*"
            or (int(cell.replace(",", "")) % 5 == 0 and int(cell.replace(",", "")) >= 5)
        )


def test_without_outcomes_the_tables_say_so(none):
    assert none["tbl-reconviction"].title.startswith("No outcomes were given for London")
    assert none["tbl-after-discharge"].title == "No outcomes were given for London"


def test_a_difference_is_claimed_only_where_the_interval_leaves_out_one(many):
    told = [text for text in many["tbl-equity"].rows["Ratio (95% interval)"] if text not in {"", "\u2013"}]
    assert len(told) > 20
    for text in told:
        _, lower, upper = map(float, re.findall(r"[\d.]+", text))
        assert text.partition(")")[2] == (", higher" if lower > 1 else ", lower" if upper < 1 else "")


def test_every_comparison_stands_under_the_name_and_unit_of_its_measure(many):
    rows = many["tbl-equity"].rows
    first = rows.iloc[:, 0]
    heads = rows[(rows.iloc[:, 1:] == "").all(axis=1)]
    assert heads.index[0] == 0
    assert heads.iloc[:, 0].is_unique
    assert heads.iloc[:, 0].str.endswith(":").all()
    assert first.drop(heads.index).str.contains(" against ").all()


def test_detention_is_never_shown_without_its_caution(many):
    for name in ("fig-equity", "tbl-equity"):
        assert "who was detained, not who needed care" in many[name].caption
        assert "one in 20" in many[name].title


def test_a_unit_outside_is_named():
    frame = pd.DataFrame({"unit": ["Elm", "Oak", "Ash"], "tier": "low", "stays": 300.0, "observed": [40.0, 100.0, 160.0],
                          "expected": 100.0, "ratio": [0.4, 1.0, 1.6], "phi": 1.0})  # fmt: skip
    figure = charts.equity_funnel(equity_spread.release_units(frame, KNOWN, RULE), LONDON)
    assert figure.title.startswith("2 of 3 units that serve London lie outside")
    assert "Elm 0.40, outside the 99.8% limits" in figure.alt
    assert "Oak" not in figure.alt
