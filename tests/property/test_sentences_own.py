"""Own data, monitoring, dashboard, groups and outcomes: what is said of made-up people is what their figures say."""

from __future__ import annotations

from types import SimpleNamespace

import dashboard_frames
import equity_frames
import nbformat
import pytest
from claims import LONDON, sound, undrawn, wrong  # noqa: F401
from monitored_frames import monitored
from own_stays import SINCE, UNTIL, frame

from needs.data import inputs as told_inputs
from needs.data import service as told_service
from needs.dataset import TABLES
from needs.methods.disclosure import Rule, release
from needs.methods.service import (
    equity,
    equity_spread,
    experience,
    followed_up_rates,
    followed_up_released,
    hazards,
    indicators,
)
from needs.methods.service.data_quality import quality
from needs.methods.service.data_quality_released import released_quality
from needs.methods.service.indicators_released import released_latest, released_points, released_standards
from needs.methods.service.linking import link
from needs.params.service import Service
from needs.present import charts, tables
from needs.project import project_root
from needs.values import Provenance

KNOWN = Provenance("derived", ("service/london/stays#own-data",))
RULE = Rule()


@pytest.mark.parametrize(("people", "seed"), [(9, 2), (30, 3), (60, 4), (120, 5)])
def test_monitoring(people, seed, monkeypatch):
    own = monitored(seed=seed, people=people)
    opened = SimpleNamespace(region=LONDON, parameters=SimpleNamespace(service=Service()))
    monkeypatch.setattr(told_inputs.Inputs, "open", lambda _: opened)
    monkeypatch.setattr(told_service, "read", lambda _: own)
    book = nbformat.read(project_root() / "notebooks" / "monitoring.ipynb", as_version=4)
    space, seen = {"parameters": ""}, 0
    for cell in book.cells:
        if cell.cell_type == "code" and cell.id != "parameters":
            *lines, last = cell.source.strip().split("\n")
            if cell.id.startswith(("fig-", "tbl-")):
                exec("\n".join(lines), space)
                sound(eval(last, space))
                seen += 1
            else:
                exec(cell.source, space)
    assert seen > 10


@pytest.mark.parametrize(("people", "seed"), [(8, 1), (40, 2), (150, 3)])
def test_groups_and_outcomes(people, seed):
    stays = equity_frames.some_stays(people, seed)
    found = equity_frames.worked(stays, equity_frames.some_reviews(stays), equity_frames.some_outcomes(stays))
    safe, followed = followed_up_released, found["followed"]
    compared = equity.release_groups(found["compared"], KNOWN, RULE)
    sound(charts.equity(compared, LONDON))
    sound(tables.equity(compared, LONDON))
    counted = release(found["counted"], KNOWN, counts=list(found["counted"].columns.drop("measure")), rule=RULE)
    sound(tables.equity_denominators(counted, LONDON))
    sound(tables.slopes(equity_spread.release_slopes(found["slopes"], KNOWN, RULE), LONDON), inside=False)
    sound(charts.equity_funnel(equity_spread.release_units(found["units"], KNOWN, RULE), LONDON))
    for event in ("readmission", "reconviction"):
        told = safe.release_incidence(followed_up_rates.incidence(followed, event), KNOWN, RULE)
        sound(tables.cumulative_incidence(told, event, LONDON))
        if event == "readmission":
            curves = safe.release_curves(followed_up_rates.curves(followed, event), KNOWN, RULE)
            sound(charts.readmission(curves, told, LONDON))
    sound(tables.person_years(safe.release_person_years(followed_up_rates.person_years(followed), KNOWN, RULE), LONDON))
    model = hazards.hazards(followed, "readmission")
    sound(tables.hazard_ratios(safe.release_hazards(model, KNOWN, RULE), model, "readmission", LONDON))
    sound(
        tables.after_discharge(
            safe.release_after_a_year(followed_up_rates.after_a_year(followed), KNOWN, RULE), LONDON, True
        )
    )


@pytest.mark.parametrize("rows", [0, 1, 2, 7, 90])
def test_answers(rows):
    answers = equity_frames.some_answers(seed=rows + 1).iloc[:rows]
    told = experience.release_answers(experience.answers(answers), KNOWN, RULE)
    sound(charts.experience(told, LONDON))
    sound(tables.experience(told, LONDON))


@pytest.mark.parametrize(("people", "seed"), [(60, 2), (120, 4), (300, 3)])
def test_dashboard(people, seed):
    own = dashboard_frames.region(seed=seed, people=people)
    found = indicators.assess(own, dashboard_frames.linked(own), own.since, own.until)
    points = released_points(indicators.charted(found), KNOWN)
    sound(tables.dashboard(released_latest(found, KNOWN), indicators.meanings(found), LONDON, points))
    sound(charts.control_charts(points, (), None, LONDON, KNOWN), inside=False)
    given = released_standards(own["standards"], KNOWN)
    sound(charts.standards(given, LONDON))
    sound(tables.standards(given, LONDON))


@pytest.mark.parametrize("number", [0, 1, 2, 5, 30])
def test_data_quality(number):
    rows = [
        {
            "person_key": f"p{i}",
            "tier": "low",
            "unit": "Elm",
            "admitted": f"2021-{i % 12 + 1:02}-01",
            "age": [30, None][i % 2],
        }
        for i in range(number)
    ]
    health = [{"person_key": row["person_key"], "checked": row["admitted"], "annual_check": "done"} for row in rows]
    own = {t.name: frame(t.name, *{"stays": rows, "health": health}.get(t.name, [])) for t in TABLES}
    linked = link(own["stays"], SINCE, UNTIL)
    safe = released_quality(quality(own, linked, SINCE, UNTIL), linked, KNOWN)
    for made in (
        tables.own_tables(safe.tables, LONDON),
        charts.own_completeness(safe.completeness),
        tables.own_completeness(safe.completeness),
        tables.own_linked(safe.linked),
        tables.own_excluded(safe.excluded),
        tables.own_findings(safe.findings),
        tables.own_timeliness(safe.timeliness),
        tables.own_full_records(safe.records, LONDON),
    ):
        sound(made)


def test_every_finding_of_the_chart_of_standards_is_whole():
    assert wrong("When last assessed, units in London met 1 of 1 core standard") == []
