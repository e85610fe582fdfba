"""Moves, waits, blocked beds and places: no title, caption, alternative text or cell says what its frame does not."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
from claims import KNOWN, LONDON, MIDLANDS, estimate, numbers, sound, tried, undrawn  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from needs.present import charts, tables
from needs.present.movement import futures
from needs.values import TIERS

quick = tried(60)
PEOPLE = st.one_of(
    st.sampled_from([0.0, 0.02, 0.4, 0.5, 1.0, 1.4, 1.5]),
    st.floats(0, 12).map(lambda x: round(x, 2)),
    st.floats(0, 900).map(lambda x: round(x, 1)),
)
CHANGES = st.one_of(
    st.sampled_from([0.0, 0.3, -0.3, 0.6, 1.0, -1.0]),
    st.floats(-12, 12).map(lambda x: round(x, 2)),
    st.integers(-400, 400).map(float),
)
SHARES = st.one_of(
    st.sampled_from([0.0, 0.004, 0.05, 0.5, 0.95, 0.996, 1.0]), st.floats(0, 1).map(lambda x: round(x, 4))
)
REGIONS = st.sampled_from([LONDON, MIDLANDS])


@st.composite
def ends(draw, number=PEOPLE):
    lower, value, upper = sorted(draw(number) for _ in range(3))
    return (value, value, value) if draw(st.integers(0, 6)) == 0 else (value, lower, upper)


@st.composite
def bands(draw, number=PEOPLE):
    a, b, value, c, d = sorted(draw(number) for _ in range(5))
    return {"mean": value, "lower_95": a, "lower_80": b, "upper_80": c, "upper_95": d}


def three(name, ends_of):
    """Columns of a value and its ends."""
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), ends_of, strict=True))


# Moves

WAYS = [
    ("court", "medium"),
    ("prison_remand", "high"),
    ("general_psychiatry", "low"),
    ("medium", "low"),
    ("low", "medium"),
    ("low", "low"),
    ("low", "step_down"),
    ("medium", "discharge"),
    ("community_recall", "low"),
    ("step_down", "community"),
    ("low", "died"),
    ("community", "discharge"),
]


@given(st.lists(st.tuples(st.sampled_from(WAYS), ends()), max_size=8, unique_by=lambda row: row[0]), REGIONS)
@quick
def test_moves(rows, region):
    frame = pd.DataFrame(
        [(origin, to, *three_) for (origin, to), three_ in rows],
        columns=["origin", "destination", "patients", "patients_lower", "patients_upper"],
    )
    there = [("occupied", tier, tier, 45.0, 30.0, 61.0) for tier in TIERS]
    names = ["measure", "origin", "destination", "patients", "patients_lower", "patients_upper"]
    standing = pd.DataFrame([*there, ("blocked", "all", "any", 7.0, 2.0, 15.0)], columns=names)
    made = sound(charts.flow_diagram(frame, standing, region, KNOWN))
    arrivals = frame[frame["origin"].isin(["court", "prison_remand", "general_psychiatry"])]["patients"].sum()
    if "no arrivals" in made.title:
        assert arrivals == 0
    table = sound(tables.flows(frame, region, KNOWN))
    into = [(origin, to, value[0]) for (origin, to), value in rows if to in TIERS and origin != to and value[2] > 0]
    if "the largest move" in table.title:
        names = {
            "court": "court",
            "prison_remand": "prison, on remand",
            "general_psychiatry": "general psychiatry",
            "community_recall": "community, on recall",
        }
        largest = max(value for *_, value in into)
        said = [
            f"is {names.get(o, f'{o} secure'.replace('step_down secure', 'step-down'))} to {to} secure"
            for o, to, value in into
            if value == largest
        ]
        assert any(text in table.title for text in said), table.title
    else:
        assert not into


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TIERS),
            st.booleans(),
            st.sampled_from(["published", "derived", "assumed"]),
            ends(),
            st.one_of(st.floats(-1, 2).map(lambda x: round(x, 4)), st.just(0.0), st.just(float("nan"))),
            st.sampled_from(["years", "people", "share"]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
@quick
def test_what_the_flow_was_fitted_to(rows, own):
    frame = pd.DataFrame(
        [
            {
                "figure": "Median stay",
                "tier": tier,
                "unit": unit,
                "fitted": fitted,
                "published": value[0] if unit != "share" else 0.5,
                "published_lower": None,
                "published_upper": None,
                "value": 0.4,
                "value_lower": 0.3,
                "value_upper": 0.5,
                "miss": miss,
                "kind": kind,
                "source_note": "a census",
            }
            for tier, fitted, kind, value, miss, unit in rows
        ]
    )
    made = sound(tables.calibration(frame, LONDON, KNOWN, own))
    used = frame[frame["fitted"] & frame["kind"].isin(["published", "derived"])]
    if found := re.search(r"Within 10%: (\d+) of (\d+) (?:published or own|published) (figures?)", made.title):
        near = int((used["miss"].abs() <= 0.1 + 1e-9).sum())
        assert (int(found[1]), int(found[2])) == (near, len(used))
        assert (found[3] == "figure") == (len(used) == 1)
    for fit, text in (
        (True, "fitted to, the largest miss is ([^,]*)"),
        (False, "held against, the largest miss is ([^,]*)"),
    ):
        missed = frame.loc[frame["fitted"] == fit, "miss"].dropna()
        found = re.search(text, made.title)
        assert bool(found) == bool(len(missed))
        if found and found[1] not in ("0%", "under 1%"):
            assert abs(abs(numbers(found[1])[0]) - missed.abs().max()) <= 0.0051


@st.composite
def differences(draw):
    rows = []
    for verb in ("close", "open"):
        for tier in ("medium", "low", "all"):
            for measure in ("occupied", "blocked", "waiting"):
                value, lower, upper = draw(ends(CHANGES))
                more = draw(SHARES)
                less = round((1 - more) * draw(st.sampled_from([0.0, 0.5, 1.0])), 4)
                rows.append(
                    {
                        "change": verb,
                        "tier": tier,
                        "measure": measure,
                        "difference": value,
                        "difference_lower": lower,
                        "difference_upper": upper,
                        "lower_80": lower,
                        "upper_80": upper,
                        "more": more,
                        "less": less,
                    }
                )
    return pd.DataFrame(rows)


CHANGED = [
    SimpleNamespace(verb="close", tier="low", number=1, year=1),
    SimpleNamespace(verb="open", tier="step_down", number=12, year=3),
]


@given(differences(), REGIONS)
@quick
def test_changes(frame, region):
    made = sound(tables.after_changes(frame, CHANGED, region, KNOWN), inside=False)
    for verb, part in zip(("close", "open"), made.title.partition(": ")[2].split("; "), strict=False):
        if found := re.search(
            r"(more|fewer) people (?:wait|are blocked).* in (.*?) futures \(([^ ]+) on average", part
        ):
            sign = 1 if found[1] == "more" else -1
            rows = frame[(frame["change"] == verb) & (frame["measure"] != "occupied")]
            largest = rows["difference"].abs().max()
            held = rows[(rows["difference"] * sign > 0) & (rows["difference"].abs() == largest)]
            assert len(held), part
            assert any(found[2] == futures(share) for share in held["more" if sign > 0 else "less"])


@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=6), REGIONS)
@quick
def test_chance(rows, region):
    frame = pd.DataFrame(
        [
            {
                "measure": "blocked",
                "tier": "all",
                "from_parameters": None if none else share,
                "from_chance": None if none else 1 - share,
            }
            for share, none in rows
        ]
    ).astype({"from_parameters": float, "from_chance": float})
    made = sound(tables.chance(frame, region, KNOWN))
    more, of = (int(n) for n in re.search(r"in (\d+) of (\d+) figure", made.title).groups())
    assert more == (frame["from_parameters"] > frame["from_chance"]).sum()
    assert of == len(frame)


# Years to come

PANELS = ("medium", "low", "step_down", "blocked", "waiting")


@given(st.lists(bands(), min_size=5, max_size=5), st.integers(1, 10), REGIONS)
@quick
def test_if_nothing_changes(rows, years, region):
    frame = pd.DataFrame(
        [
            {"panel": panel, "month": month, **row}
            for panel, row in zip(PANELS, rows, strict=True)
            for month in (0, 12 * years - 1)
        ]
    )
    made = sound(charts.stay_as_is(frame, region, KNOWN, {"low": 1.0, "step_down": 20.0}))
    last = dict(zip(PANELS, rows, strict=True))
    assert ("nobody waiting" in made.title) == (last["waiting"]["mean"] == last["waiting"]["upper_95"] == 0)
    assert ("nobody blocked" in made.title) == (last["blocked"]["mean"] == last["blocked"]["upper_95"] == 0)


@given(
    st.lists(bands(CHANGES), min_size=5, max_size=5),
    st.sampled_from(CHANGED),
    REGIONS,
    st.sampled_from([0.0, 0.4, 1.0, 12.3]),
)
@quick
def test_after_a_change(rows, change, region, over):
    frame = pd.DataFrame(
        [{"panel": panel, "month": month, **row} for panel, row in zip(PANELS, rows, strict=True) for month in (0, 119)]
    )
    made = sound(charts.after_change(frame, change, region, KNOWN, {change.tier: over}), inside=False)
    said = made.title.partition(": on average in year 10, ")[2]
    for panel, text in (("blocked", "blocked"), ("waiting", "waiting outside")):
        row = rows[PANELS.index(panel)]
        if found := re.search(rf"(more|fewer) (?:people|person) {text}", said):
            assert (found[1] == "more") == (row["mean"] > 0)


# Waits


@given(
    st.lists(
        st.tuples(st.sampled_from(TIERS), ends(), ends(), ends()), min_size=1, max_size=3, unique_by=lambda r: r[0]
    ),
    st.one_of(st.none(), ends()),
    st.one_of(st.none(), ends()),
    REGIONS,
)
@quick
def test_blocked(rows, prison, waiting, region):
    lines = [
        {
            "tier": tier,
            "to": "low" if people[0] else None,
            **three("blocked", people),
            **three("bed_days", days),
            **three("cost", tuple(1e5 * x for x in cost)),
        }
        for tier, people, days, cost in rows
    ]
    everyone = lines[0] | {"tier": "all", "to": None}
    frame = pd.DataFrame([*lines, everyone])
    made = sound(
        tables.blocked(
            frame,
            estimate(prison) if prison else None,
            region,
            KNOWN,
            "2024-25",
            estimate(waiting) if waiting else None,
        ),
        inside=False,
    )
    people = rows[0][1]
    assert made.title.startswith("Nobody") == (people[0] == people[2] == 0)
    if found := re.search(r"On average (?:under )?([\d,]+) (person|people)", made.title):
        assert (found[2] == "person") == (found[1] == "1")
        assert ("keeps a bed" in made.title) == (found[2] == "person")
    if "No prisoner waits" in made.title:
        assert (waiting or prison)[2] == 0


@given(
    st.lists(
        st.tuples(st.sampled_from(["from referral", "from acceptance"]), st.sampled_from([14, 28])),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    ends(SHARES),
    st.one_of(st.none(), ends(st.integers(0, 90).map(float))),
    SHARES,
    REGIONS,
)
@quick
def test_transfers(clocks, share, beds, alone, region):
    columns = three("now", share) | three("single", share) | three("unblocked", share)
    columns |= three("beds", beds or (None, None, None)) | {"alone": alone}
    frame = pd.DataFrame([{"clock": clock, "days": days, **columns} for clock, days in clocks])
    made = sound(tables.transfers(frame, region, KNOWN))
    if "no number of beds" in made.title:
        assert beds is None
        assert alone < 0.95
    if "not even 30%" in made.title:
        assert beds is None
    if "would take no more beds" in made.title:
        assert beds is not None
        assert beds[2] < 1


@given(st.lists(st.tuples(ends(), ends()), min_size=1, max_size=3), REGIONS)
@quick
def test_assessments(rows, region):
    frame = pd.DataFrame(
        [
            {
                "number": n + 1,
                **three("mean_days", one),
                **three("total_days", both),
                **three("within_14", (0.5, 0.4, 0.6)),
                **three("within_28", (0.7, 0.6, 0.996)),
            }
            for n, (one, both) in enumerate(rows)
        ]
    )
    sound(charts.assessments(frame, region, KNOWN))
    made = sound(tables.assessments(frame, region, KNOWN))
    assert (f"; with {len(rows)}, " in made.title) == (len(rows) > 1)


@given(
    st.lists(st.tuples(bands(), ends(CHANGES)), min_size=2, max_size=3),
    st.integers(1, 60),
    st.booleans(),
    ends(SHARES),
    REGIONS,
)
@quick
def test_people_blocked_by_places(rows, now, told, full, region):
    shares = [0.0, 0.5, 1.0]
    frame = pd.DataFrame(
        [
            {"share": share, "places": round(now * (1 + share)), **three("gap", missing), **row}
            for share, (row, missing) in zip(shares, rows, strict=False)
        ]
    )
    here = estimate((float(now),) * 3, "assumed")
    made = sound(
        charts.blocked_by_places(frame, here, told, region, KNOWN, 0.05, None if told else estimate(full, "assumed"))
    )
    first = rows[0][0]
    assert ("nobody is blocked" in made.title) == (first["mean"] == first["upper_95"] == 0)


# Places

MATRIX = {
    "high": ("high", "medium"),
    "medium": ("medium", "low", "step_down"),
    "low": ("low", "step_down", "community"),
}


@given(st.lists(ends(), min_size=8, max_size=8), ends(), ends(SHARES), REGIONS, st.sampled_from([(), ("low",), TIERS]))
@quick
def test_tier_needed(people, moving, share, region, counted):
    figures = iter(people)
    matrix = {tier: {to: estimate(next(figures)) for to in places} for tier, places in MATRIX.items()}
    ready = dict.fromkeys(MATRIX, estimate(share, "assumed"))
    if any(one[0] for one in people):
        made = sound(charts.tier_needed(matrix, ready, estimate(moving), region, counted))
        assert numbers(re.sub(r"\(.*?\) ", "", made.title))[1] % 10 == 0
        sound(tables.tier_needed(matrix, ready, estimate(moving), region, counted))


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90), SHARES), min_size=4, max_size=4),
    REGIONS,
)
@quick
def test_places_required(rows, region):
    frame = pd.DataFrame(
        [
            {
                "tier": tier,
                "load": 1.0 * max(three_),
                "beds": sorted(three_)[1],
                "beds_lower": min(three_),
                "beds_upper": max(three_),
                "flat_beds": three_[0],
                "flat_wait": wait,
                "occupancy": wait,
            }
            for tier, (*three_, wait) in zip(("medium", "low", "step_down", "community"), rows, strict=True)
        ]
    )
    sound(charts.places_required(frame, region, 0.05, 0.85, KNOWN))
    made = sound(tables.places(frame, region, 0.05, 0.85, KNOWN))
    worst = frame.loc[frame["flat_wait"] == frame["flat_wait"].max(), "tier"]
    named = {"medium": "medium secure", "low": "low secure", "step_down": "step-down", "community": "community"}
    said = re.search(r"leave (.*?) of people waiting for (.*?) places", made.title)
    if said:
        assert said[2] in [named[tier] for tier in worst]


@given(
    st.lists(st.one_of(st.none(), ends(st.integers(-30, 30).map(float))), min_size=3, max_size=3),
    REGIONS,
    st.booleans(),
)
@quick
def test_places_missing(gaps, region, told):
    frame = pd.DataFrame(
        [
            {
                "tier": tier,
                "required": 20.0,
                "required_lower": 10.0,
                "required_upper": 30.0,
                "available": None if gap is None else 5.0,
                **three("gap", gap or (None, None, None)),
            }
            for tier, gap in zip(("low", "step_down", "community"), gaps, strict=True)
        ]
    ).astype({"gap": float, "gap_lower": float, "gap_upper": float, "available": float})
    beds = {"low": estimate((1.0, 1.0, 1.0)), "step_down": estimate((12.0, 12.0, 12.0))} if told else None
    made = sound(tables.gap(frame, region, KNOWN, beds))
    for tier, gap in zip(("low secure", "step-down", "community"), gaps, strict=True):
        if gap is not None:
            found = re.search(rf"([\d,]+|as many) {tier} places? (missing|more than needed|as needed)", made.title)
            assert found, made.title
            assert (found[2] == "missing") == (gap[0] > 0)
            assert (found[2] == "more than needed") == (gap[0] < 0)
