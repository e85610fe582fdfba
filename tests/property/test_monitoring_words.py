"""The notebook of monitoring runs on any data, and no title says what its figures do not."""

import re
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitored_frames import KNOWN, monitored

from needs.data import inputs as told_inputs
from needs.data import service as told_service
from needs.data.geography import Region
from needs.methods.service import monitored_release as safe
from needs.methods.service.monitored_now import NEEDED
from needs.params.service import Service
from needs.present import monitored_stay_words, monitored_words
from needs.present.artefact import Artefact
from needs.present.monitored_names import APART
from needs.project import project_root

LONDON = Region("2023-24", "london", "London", "E40000003")
ARTEFACTS = 14
SMALL = "Numbers are too small"


COUNTS = {
    "people", "left", "long", "delayed", "delayed_now", "entered", "occupied", "admitted", "exits", "waiting", "admissions",
    "reviewed", *NEEDED,
}  # fmt: skip


def run(monkeypatch, own, service=None):
    """Run the cells of the notebook on some data; return its artefacts by cell."""
    parameters = SimpleNamespace(service=service or Service())
    monkeypatch.setattr(told_inputs.Inputs, "open", lambda _: SimpleNamespace(region=LONDON, parameters=parameters))
    monkeypatch.setattr(told_service, "read", lambda _: own)
    book = nbformat.read(project_root() / "notebooks" / "monitoring.ipynb", as_version=4)
    space, made = {"parameters": ""}, {}
    for cell in book.cells:
        if cell.cell_type != "code" or cell.id == "parameters":
            continue
        *lines, last = cell.source.strip().split("\n")
        if cell.id.startswith(("fig-", "tbl-")):
            exec("\n".join(lines), space)
            made[cell.id] = eval(last, space)
        else:
            exec(cell.source, space)
    return made


@pytest.mark.parametrize(
    ("people", "without"),
    [(250, ()), (25, ("reviews", "referrals", "capacity")), (100, ("stays",)), (3, ())],
    ids=["all", "few people and stays alone", "no stays", "three people"],
)
def test_the_notebook_makes_every_artefact_whatever_was_given(monkeypatch, people, without):
    made = run(monkeypatch, monitored(people=people, without=without))
    assert len(made) == ARTEFACTS
    for name, artefact in made.items():
        assert isinstance(artefact, Artefact), name
        assert artefact.released, name
        assert artefact.form == ("figure" if name.startswith("fig-") else "table"), name
        assert artefact.kind == "synthetic"
        assert ("95% interval" in artefact.caption) == (APART in artefact.caption), name
        assert not _small(artefact), name
        assert "nan" not in f"{artefact.title} {artefact.caption} {artefact.alt}".lower().split(), name
        if artefact.rows is not None:
            assert not artefact.rows.astype(str).isin(["nan", "nan%", "None"]).any(axis=None), name


def _small(artefact):
    """Columns of counts that hold a number below 5, or one that is not rounded."""
    data = artefact.data
    told = [c for c in COUNTS & set(data.columns) if pd.api.types.is_numeric_dtype(data[c])]
    return [c for c in told if not (data[c].dropna().ge(5) & data[c].dropna().mod(5).eq(0)).all()]


SHARE = st.floats(0, 1)
COUNT = st.integers(0, 60)
TIERS = ("high", "medium", "low")


def ends(name, value):
    return {name: value, f"{name}_lower": value * 0.8, f"{name}_upper": min(1.0, value * 1.2)}


@given(st.lists(st.tuples(COUNT, COUNT), min_size=0, max_size=3))
def test_moves_of_a_year(counts):
    frame = pd.DataFrame(
        [(pd.Timestamp("2023-04-01"), tier, came, left) for tier, (came, left) in zip(TIERS, counts, strict=False)],
        columns=["month", "tier", "entered", "left"],
    ).astype({"month": "datetime64[s]", "tier": "str"})  # fmt: skip
    title = monitored_words.moved(safe.moves(frame, KNOWN))
    assert title.count("fewer than 5") == sum((came < 5) != (left < 5) for came, left in counts)
    assert (SMALL in title) == all(max(pair) < 5 for pair in counts)


@given(st.lists(st.tuples(COUNT, st.integers(0, 80)), min_size=0, max_size=3))
def test_full_beds(rows):
    frame = pd.DataFrame(
        [(pd.Timestamp("2024-03-01"), tier, float(n), float(beds)) for tier, (n, beds) in zip(TIERS, rows, strict=False)],
        columns=["month", "tier", "occupied", "beds"],
    ).astype({"month": "datetime64[s]", "tier": "str"})  # fmt: skip
    title = monitored_words.occupied(safe.occupancy(frame.assign(occupancy=np.nan), KNOWN))
    told = [5 * np.floor(n / 5 + 0.5) / beds for n, beds in rows if n >= 5 and beds >= 5]
    found = [int(n) for n in re.findall(r"(\d+)%", title)]
    assert len(found) == len(told)
    assert all(abs(a - 100 * b) <= 0.5 + 1e-9 for a, b in zip(found, told, strict=True))
    assert (SMALL in title) == (not told and all(n < 5 for n, _ in rows))


@given(st.lists(st.tuples(SHARE, st.integers(0, 20)), min_size=0, max_size=3))
def test_next_place_named_is_the_most_frequent_shown(rows):
    places = ("prison", "low", "discharge")
    frame = pd.DataFrame(
        [{"tier": "medium", "to": to, "years": 5, **ends("share", value), "behind": float(n)}
         for to, (value, n) in zip(places, rows, strict=False)],
        columns=["tier", "to", "years", "share", "share_lower", "share_upper", "behind"],
    ).astype({"tier": "str", "to": "str", "years": int})  # fmt: skip
    title = monitored_stay_words.moving_on(safe.next_places(frame, KNOWN), 5)
    shown = [value for value, n in rows if n >= 5]
    assert (SMALL in title) == (not shown)
    if shown:
        assert title.startswith(f"Within 5 years {int(np.floor(100 * max(shown) + 0.5))}%")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=0, max_size=3))
def test_less_needed(rows):
    none = dict.fromkeys(NEEDED, 0)
    frame = pd.DataFrame([{"tier": tier, "people": a + b, "reviewed": a + b, **none, "none": a, tier: b, "less": a, "same": b,
                           "more": 0}
                          for tier, (a, b) in zip(TIERS, rows, strict=False)],
                         columns=["tier", "people", "reviewed", *NEEDED, "less", "same", "more"])  # fmt: skip
    title = monitored_words.less_needed(safe.needed(frame.astype({"tier": "str"}), KNOWN))
    told = [a / (a + b) for a, b in rows if a >= 5 and b >= 5]
    found = [int(n) for n in re.findall(r"(\d+)%", title)]
    assert len(found) == len(told)
    assert all(abs(a - 100 * b) <= 0.5 + 1e-9 for a, b in zip(found, told, strict=True))


@given(SHARE, COUNT, SHARE, COUNT)
@settings(max_examples=50)
def test_waits_within_the_standard(first, few, second, many):
    row = {"waits": "Referral to admission", **dict.fromkeys(("people", "admitted", "exits", "waiting"), 30),
           **ends("within_14", first), "behind_14": few, **ends("within_28", second), "behind_28": many,
           **ends("median_days", 20.0), **ends("mean_days", 25.0), "method": "wilson"}  # fmt: skip
    shown = next(safe.waits(pd.DataFrame([row]), KNOWN).frame.itertuples(index=False))
    title = monitored_words.waited(shown, (14, 28), "referral")
    assert ("within 14 days" in title) == (few >= 5)
    assert ("28" in title) == (many >= 5)
    assert (SMALL in title) == (few < 5 and many < 5)


@given(st.lists(st.tuples(COUNT, st.integers(1, 3000)), min_size=0, max_size=4))
def test_bed_days_named_are_part_of_all(rows):
    codes = ("housing", "step_down", "funding", "tribunal")
    frame = pd.DataFrame([(code, n, n, days) for code, (n, days) in zip(codes, rows, strict=False)],
                         columns=["delay_reason", "delayed_now", "delayed", "bed_days"])  # fmt: skip
    frame = frame.astype({"delay_reason": "str"})
    every = pd.DataFrame({"people": ["all"], "delayed_now": [sum(n for n, _ in rows)], "delayed": [sum(n for n, _ in rows)],
                          "bed_days": [sum(days for _, days in rows)]})  # fmt: skip
    title = monitored_words.delayed(safe.delays(frame, KNOWN), safe.delays(every, KNOWN), pd.Timestamp("2024-03-31"))
    assert (SMALL in title) == (sum(n for n, _ in rows) < 5)
    if " of them for: " in title:
        assert any(n >= 5 for n, _ in rows)


def test_the_order_tells_nothing_of_what_is_suppressed():
    frame = pd.DataFrame({"tier": "all", "delay_reason": ["tribunal", "housing", "funding", "step_down"], "delayed_now": 0,
                          "delayed": [4, 2, 3, 9], "bed_days": [900, 500, 700, 20]})  # fmt: skip
    shown = safe.delays(frame, KNOWN).frame
    assert shown["delay_reason"].tolist() == ["step_down"]  # others are as reasons of nobody
    assert safe.delays(frame.iloc[:0], KNOWN).frame.empty
