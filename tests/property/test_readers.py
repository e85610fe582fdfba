"""However a file is laid out, it gives one reading: columns in any order, marks, blank rows and columns, titles above."""

from collections import Counter
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.public_files import MADE, MHSDS, as_book, as_csv, mhsds

from needs.data.readers import READERS
from needs.data.readers.ages import BANDS, cover
from needs.data.readers.figures import apart, slug
from needs.data.readers.look import look
from needs.data.schemas import FIGURES
from needs.errors import DataError

NAMED = {reader.name: reader for reader in READERS}
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def examples(name, most):
    """Draw fewer of the file with a column for each age of each sex, which takes ten times as long as any other."""
    return settings(max_examples=most // 2 if name == "ons_population" else most, suppress_health_check=SLOW)


VALUES = st.one_of(st.integers(0, 10_000).map(str), st.just("*"), st.just(""))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("public")


@pytest.fixture(scope="module")
def plain(folder):
    """The reading of each file as it is made."""

    def read(name):
        path = folder / f"smi {name}_2016_10.csv"
        path.write_bytes(as_csv(MADE[name]))
        return NAMED[name].read(path)

    return {name: read(name) for name in MADE}


LAYOUTS = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(["utf-8", "utf-8-sig"]),
        "mark": st.sampled_from([",", ";", "\t"]),
        "titles": st.integers(0, 8),
        "rows": st.integers(0, 4),
        "columns": st.integers(0, 3),
        "case": st.sampled_from([str, str.upper, str.lower, str.title]),
        "book": st.booleans(),
    }
)


@pytest.mark.parametrize("name", MADE)
def test_any_layout_gives_the_same_reading(folder, plain, name):
    @examples(name, 8)
    @given(data=st.data(), layout=LAYOUTS)
    def holds(data, layout):
        rows = [[str(cell) for cell in row] for row in MADE[name]]
        order = data.draw(st.permutations(range(len(rows[0]))))
        blank = [""] * layout["columns"]
        moved = [[layout["case"](row[n]) if row is rows[0] else row[n] for n in order] + blank for row in rows]
        laid = (
            [["A title of severe mental illness"]] * layout["titles"] + moved + [[" "] * len(moved[0])] * layout["rows"]
        )
        path = folder / f"smi {name}_2016_10 laid.{'xlsx' if layout['book'] else 'csv'}"
        if layout["book"]:
            as_book(path, **{"Mid-2022" if name == "ons_population" else "Data": laid})
        else:
            path.write_bytes(as_csv(laid, layout["encoding"], layout["mark"]))
        assert [reader.name for reader in READERS if reader.matches(look(path))] == [name]
        found = NAMED[name].read(path)
        keys = ["measure", "region_code", "sex"]
        same = [
            frame.drop(columns=["period", "note"]).sort_values(keys, ignore_index=True)
            for frame in (found.frame, plain[name].frame)
        ]
        pd.testing.assert_frame_equal(*same)
        assert (found.rows, found.suppressed, found.unknown) == (
            plain[name].rows,
            plain[name].suppressed,
            plain[name].unknown,
        )

    holds()


@settings(max_examples=25, suppress_health_check=SLOW)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["Final", "Performance", "Provisional"]), st.sampled_from(["RXX", "RYY", "RZZ"]), VALUES
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_row_is_lost_in_silence_and_nothing_suppressed_becomes_zero(folder, rows):
    path = folder / "mhsds.csv"
    path.write_bytes(as_csv([MHSDS, *(mhsds(value, status, level=level) for status, level, value in rows)]))
    held = {}
    for status, level, value in rows:
        held.setdefault((level, status), set()).add(float(value) if value.isdigit() else value)
    first = {
        level: next(s for s in ("Final", "Performance", "Provisional") if (level, s) in held)
        for level in {level for level, _ in held}
    }
    kept = {level: held[level, status] for level, status in first.items()}
    if any(len(values) > 1 for values in kept.values()):
        with pytest.raises(DataError, match="different values"):
            NAMED["mhsds"].read(path)
        return
    found = NAMED["mhsds"].read(path)
    assert found.rows == len(rows)
    assert dict(zip(found.frame["region_code"], found.frame["value"].fillna(-1), strict=True)) == {
        level: next(iter(values)) if isinstance(next(iter(values)), float) else -1 for level, values in kept.items()
    }
    assert found.suppressed == sum(values == {"*"} for values in kept.values())


@given(
    cuts=st.sets(st.integers(1, 100), max_size=12),
    extra=st.lists(st.tuples(st.integers(0, 40), st.integers(41, 90)), max_size=4),
)
def test_a_band_is_covered_without_gap_or_overlap(cuts, extra):
    edges = [0, *sorted(cuts)]
    held = [(a, b - 1) for a, b in pairwise(edges)] + [(edges[-1], None), *extra]
    for wanted in BANDS.values():
        parts = cover(held, wanted)
        if parts is not None:
            ages = Counter(age for first, last in parts for age in range(first, 201 if last is None else last + 1))
            assert set(ages) == set(range(wanted[0], 201 if wanted[1] is None else wanted[1] + 1))
            assert set(ages.values()) == {1}
        elif wanted[0] in edges:
            assert wanted[1] is not None
            assert wanted[1] + 1 not in edges


@given(labels=st.lists(st.text(min_size=1), min_size=1, max_size=12))
def test_different_labels_have_different_names(labels):
    labels = [f"m {label}" for label in labels]
    names, _ = apart(pd.Series(labels, dtype="str"), "labels")
    assert len(set(names)) == len(set(labels))
    assert pd.Series(names).str.fullmatch("[a-z][a-z0-9_]*").all()
    assert all(slug(name) == name for name in names)


PIECES = st.sampled_from(
    [b",", b'"', b"\n", b"\r", b"\xff", b"\xe9", b"*", b"", b"nan", b"1e400", b"\xc2\xa0", b";", b"\0", b"2024"]
)


AGES = ["Aged 0 to 17", "Aged 18-24", "Aged 25 to 64", "Aged 65+"]
NOMIS = ["DATE", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "GENDER_NAME", "C_AGE_NAME", "MEASURES_NAME", "OBS_VALUE"]
BLOCK = [["Area", "mnemonic", "All Ages", *AGES], ["Kent", "E10000016", "10", "1", "2", "3", "4"]]
FORMS = MADE | {
    "nomis_long": [NOMIS, *(["2022", "Kent", "E10000016", "Male", age, "Value", "3"] for age in AGES)],
    "nomis_wide": [
        ["date", "geography", "geography code", *(f"Age: {age}; measures: Value" for age in AGES)],
        ["2021", "Kent", "E10000016", "1", "2", "3", "4"],
    ],
    "nomis_blocks": [["Date:", "2022"], ["Gender:", "Male"], [], *BLOCK, [], ["Gender:", "Female"], *BLOCK],
}
"""The made files, and the three forms of Nomis, which one reader reads."""

READER = dict.fromkeys(FORMS, NAMED["ons_population"]) | NAMED
WORDS = st.sampled_from(
    [
        "",
        "*",
        "nan",
        "x",
        "F0",
        "M90",
        "P0",
        "E01000001",
        "E54000027",
        "1e400",
        "2024",
        "2023/24",
        "31/12/9999",
        "²",
        "Male",
        "All",
        "Aged under 0",
        "Aged 18 to 10",
        "code",
        "value",
        "sex",
        "measure",
        "period",
        "Total",
    ]
)
PLACES = st.integers(0, 250)


def as_edited(rows, data):
    """Change bytes of a file anywhere."""
    content = as_csv(rows)
    for place, gone, piece in data.draw(
        st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 8), PIECES), min_size=1, max_size=4)
    ):
        at = place % (len(content) + 1)
        content = content[:at] + piece + content[at + gone :]
    return content


def as_rearranged(rows, data):
    """Change cells, and double, lose or shift them, their rows and their columns; half of the time in the header."""
    rows = [[str(cell) for cell in row] for row in rows]
    for line, place, how, word in data.draw(
        st.lists(st.tuples(st.integers(-9, 9), PLACES, st.integers(0, 6), WORDS), min_size=1, max_size=4)
    ):
        row = rows[max(line, 0) % len(rows)] if rows else []
        at = place % max(len(row), 1)
        if how == 0:
            row[at : at + 1] = [word]
        elif how == 1:
            row[at : at + 1] = []
        elif how == 2:
            row[at : at + 1] = row[place // 2 % max(len(row), 1) :][:1]
        elif how == 3:
            rows = [[*each[:at], *each[at + 1 :]] for each in rows]
        elif how == 4:
            rows = [[*each[:at], word, *each[at:]] for each in rows]
        elif how == 5:
            rows.insert(place % (len(rows) + 1), list(row))
        else:
            rows = [each for each in rows if each is not row]
    return as_csv(rows)


@pytest.mark.parametrize("change", [as_edited, as_rearranged])
@pytest.mark.parametrize("name", FORMS)
def test_whatever_a_file_holds_it_is_read_or_refused(folder, name, change):
    @examples(name, 10)
    @given(data=st.data())
    def holds(data):
        content = change(FORMS[name], data)
        path = folder / "edited.csv"
        path.write_bytes(content)
        found, refused = None, None
        try:
            found = READER[name].read(path)
        except DataError as error:
            refused = error
        if refused is not None:
            assert refused.problems
            assert refused.remedy
        else:
            assert not found.frame.empty
            assert found.frame["value"].dropna().abs().lt(float("inf")).all()
            assert not (found.frame[list(FIGURES.filled)].drop(columns="value") == "").any(axis=None)
            assert not found.frame.duplicated(list(FIGURES.unique[0])).any()

    holds()
