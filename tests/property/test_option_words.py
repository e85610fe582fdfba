"""What is said of options is true of their numbers, whatever those are."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from option_frames import standards, told, weighed

from needs.data.geography import Region
from needs.present import choices, tables
from needs.values import Provenance, records

KNOWN = Provenance("modelled", ("x#y",))
PLACES = [
    Region("2023-24", "london", "London", "E40000003"),
    Region("2023-24", "north-west", "North West", "E40000010"),
]
money = st.one_of(
    st.just(0.0), st.integers(-80_000, 80_000).map(lambda n: 1e3 * n), st.integers(-30_000, 30_000).map(float)
)
days = st.one_of(st.just(0.0), st.integers(-40_000, 40_000).map(float), st.integers(-80, 80).map(lambda n: n / 10))
PENCE = re.compile(r"£-|−£|nan|inf\b|-\d|£0 less|£0 more| {2}|\(\)")


@st.composite
def options(draw):
    number = draw(st.integers(1, 4))
    spend, delayed, waited = (draw(st.lists(kind, min_size=number, max_size=number)) for kind in (money, days, days))
    spread, seed = draw(st.sampled_from([0.0, 0.05, 0.6, 5.0])), draw(st.integers(0, 99))
    return told(weighed(spend, delayed, waited, spread=spread, draws=12, years=3, seed=seed))


def amount(text):
    """Read pounds out of words."""
    value, unit = re.match(r"£([\d,.]+)( million| billion)?", text).groups()
    return float(value.replace(",", "")) * {" million": 1e6, " billion": 1e9, None: 1}[unit]


@run(max_examples=40)
@given(frames=options(), region=st.sampled_from(PLACES))
def test_the_finding_counts_and_names_what_avoids_delay(frames, region):
    ranked, _ = frames
    good, finding = ranked[ranked["avoids"] & ~ranked["lengthens"]], choices.options_finding(ranked, region)
    assert not PENCE.search(finding.replace("(−", "("))
    assert (" avoids no " in finding or finding.startswith(("None of", "Neither of"))) == good.empty
    if not good.empty:
        first = records(good)[0]
        assert choices.quoted(first.label) in finding
        assert "avoids 0 " not in finding
        saves = re.search(r" and saves (£.*?) a year", finding)
        costs = re.search(r" and costs (£.*?) more a year", finding)
        assert not saves or (first.spend < 0 and amount(saves[1]) == pytest.approx(-first.spend, rel=0.2, abs=1e6))
        assert not costs or (first.spend > 0 and amount(costs[1]) == pytest.approx(first.spend, rel=0.2, abs=1e6))
        assert saves or costs or "changes no spend" in finding or "no clear change in spend" in finding
        if len(ranked) > 1:
            assert finding.startswith(f"First of {len(ranked)} options for ")
            assert ranked["label"].iloc[0] == first.label, "what helps comes first"


@run(max_examples=40)
@given(frames=options(), region=st.sampled_from(PLACES))
def test_the_tally_counts_means(frames, region):
    ranked, _ = frames
    finding = choices.tally(ranked, region)
    if len(ranked) > 1:
        numbers = [0 if word == "none" else int(word) for word in re.findall(r"(\d+|none) (?:avoid|save|do)", finding)]
        saves = ranked["spend"] < 0
        good = ranked["avoids"] & ~ranked["lengthens"]
        assert numbers == [good.sum(), saves.sum(), (saves & good).sum()]


@run(max_examples=40)
@given(frames=options(), share=st.sampled_from([0.0, 0.34, 1.0, float("nan")]))
def test_every_cell_agrees_with_its_numbers(frames, share):
    ranked, parts = frames
    table = tables.options(ranked, standards(ranked["name"], share), PLACES[0], KNOWN, "2023-24", 10)
    for row, cells in zip(records(ranked), table.rows.to_numpy(), strict=True):
        _, spend, delayed, fewer, soon, each = cells
        assert not [cell for cell in cells if PENCE.search(cell)]
        assert spend.startswith("−") <= (row.spend < 0)
        assert bool(re.match(r"[\d.,]*[1-9]", spend)) <= (row.spend > 0)
        assert ("(−" in spend) <= (row.spend_lower < 0)
        assert ("(" in spend) == (row.spend_lower < row.spend_upper)
        assert (each == "waits grow") == row.lengthens
        assert (each == "avoids none") == (not row.avoids and not row.lengthens)
        assert (each == "saves money") <= (row.avoids and row.spend < 0)
        assert each.startswith("£") <= (row.spend > 0)
        assert (delayed == "0") == (row.better == row.worse == 0)
        assert (", none of 10" in delayed) <= (row.better == 0)
        assert not delayed.startswith("−") or row.delayed < 0
        assert fewer != "0" or row.waited == 0
        assert not fewer.startswith("−") or row.waited < 0
        assert (soon == "nobody admitted") == math.isnan(share)
    drawn = tables.options_money(parts, ranked, PLACES[0], KNOWN, "2023-24", 10)
    assert len(drawn.rows) == len(ranked)
    assert len(drawn.rows.columns) <= 7
    assert not PENCE.search(drawn.title)
    signs = drawn.rows.iloc[:, 1].str.startswith("−").tolist()
    assert all(negative <= (spend < 0) for negative, spend in zip(signs, ranked["spend"], strict=True))


@run(max_examples=40)
@given(frames=options(), region=st.sampled_from(PLACES))
def test_the_largest_part_is_the_largest(frames, region):
    ranked, parts = frames
    finding = choices.parts_finding(parts, ranked, region)
    rows = parts[(parts["name"] == ranked["name"].iloc[0]) & (parts["part"] != "all")]
    most = rows.loc[rows["spend"].abs().idxmax()]
    named = choices.PART_NAMES[most["part"]].lower()
    assert (named in finding) == bool(most["spend"])
    for row in records(rows):
        moves = re.search(rf"[:,] {choices.PART_NAMES[row.part].lower()} (adds?|takes? off) £[\d.]*[1-9]", finding)
        assert not moves or moves[1].startswith("add") == (row.spend > 0)
    ends, spend = choices.spend_finding(ranked, region), ranked["spend"]
    for end in (spend.min(), spend.max()):
        names = [choices.quoted(label) for label in ranked.loc[spend == end, "label"]]
        assert "changes spend" in ends or any(name in ends for name in names)
    told_ends = re.search(r"runs from (.+?) \(‘.*?’\) to (.+?) \(‘", ends)
    for text, end in zip(told_ends.groups() if told_ends else (), (spend.min(), spend.max()), strict=False):
        assert text.endswith(" less") <= (end < 0)
        assert text.endswith(" more") <= (end > 0)


@given(
    value=st.floats(-1e8, 1e8),
    down=st.floats(0, 1e8, allow_subnormal=False),
    up=st.floats(0, 1e8, allow_subnormal=False),
)
def test_extra_spend_is_told_with_its_sign(value, down, up):
    text = choices.extra(value, value - down, value + up)
    assert not PENCE.search(text)
    if text.startswith("saves"):
        assert value <= 0
    if text.startswith("£"):
        assert value >= 0
    if " less to " in text:
        assert value - down < 0 < value + up
    elif "(" in text:
        ends = [amount(end) for end in re.findall(r"£[\d,.]+(?: million| billion)?", text.partition("(")[2])]
        assert ends == sorted(ends)


@given(
    value=st.floats(-1e5, 1e5),
    down=st.floats(0, 1e5, allow_subnormal=False),
    up=st.floats(0, 1e5, allow_subnormal=False),
)
def test_a_difference_keeps_its_sign_and_its_ends(value, down, up):
    text = choices.difference(value, value - down, value + up)
    assert "-" not in text
    assert not re.search(r"−0(\.0)?\b(?!\.)", text)
    assert not text.startswith("−") or value < 0
    assert not re.match(r"[1-9]|0\.[1-9]", text) or value > 0
