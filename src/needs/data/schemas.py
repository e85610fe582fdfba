"""Rules that every cell of an evidence table keeps (pandera).

A column means the same in every table, so it has one set of rules. A rule's text reads on after
the value: ``'12 beds' is not a number; ...``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import get_args

import pandas as pd
import pandera.pandas as pa

from needs.data.sidecar import Sidecar, Status
from needs.errors import Problem

__all__ = ["FIGURES", "REFERENCE", "Columns", "check_frame"]


@dataclass(frozen=True)
class Columns:
    """Columns of a kind of table.

    Parameters
    ----------
    filled : tuple of str
        Columns that have a value in every row.
    optional : tuple of str
        Columns that may be blank.
    unique : tuple of tuple of str
        Columns that together name one row; a problem is shown at the first of them.

    Examples
    --------
    >>> FIGURES.optional
    ('note',)
    """

    filled: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()


FIGURES = Columns(
    ("region_code", "region_name", "measure", "tier", "sex", "period", "value", "unit", "status", "source_id"),
    ("note",),
    (("measure", "region_code", "region_name", "tier", "sex", "period", "source_id"),),
)
"""A table of figures, one figure a row."""

REFERENCE = {
    "regions": Columns(
        ("slug", "region_name", "region_code", "tile_row", "tile_col"),
        unique=(("slug",), ("region_name",), ("region_code",), ("tile_row", "tile_col")),
    ),
    "region_codes": Columns(
        ("region_code", "scheme", "vintage", "code"), unique=(("region_code", "scheme", "vintage"),)
    ),
    "icbs": Columns(
        ("icb_code", "icb_name", "ods_code", "region_code"), unique=(("icb_code",), ("icb_name",), ("ods_code",))
    ),
    "area_codes": Columns(("area_code", "area_name", "kind"), unique=(("area_code",),)),
    "footprints": Columns(
        ("icb_code", "icb_name"),
        ("collaborative", "lead_provider", "extent", "confidence", "period", "status", "source_id", "note"),
        (("icb_code",),),
    ),
    "codes_mhsds_admitted_patient_class": Columns(
        ("code_v5_to_mar2024", "code_v6_from_apr2024", "description", "toolkit_tier"),
        unique=(("code_v5_to_mar2024",), ("code_v6_from_apr2024",)),
    ),
    "codes_ward_security_level": Columns(("ward_security_level", "description"), unique=(("ward_security_level",),)),
}
"""Tables without figures, by name."""

Test = Callable[["pd.Series[str]"], "pd.Series[bool]"]


def check_frame(frame: pd.DataFrame, table: str, codes: Collection[str], sidecar: Sidecar) -> list[Problem]:
    """Check a table, as text, against its schema and its sidecar.

    Parameters
    ----------
    frame : DataFrame
        Cells as text, indexed by line number.
    table : str
        Name of the table, which chooses its columns.
    codes : collection of str
        Region and area codes that may stand in it.
    sidecar : Sidecar
        Its statuses and sources.

    Returns
    -------
    list of Problem
        Everything that breaks a rule, in order of line.

    Examples
    --------
    >>> side = Sidecar(title="Levels", sha256="0" * 64, status=["published"], caveats=[], sources={})
    >>> levels = pd.DataFrame({"ward_security_level": ["1", "1"], "description": ["Low", ""]}, index=[2, 3])
    >>> for problem in check_frame(levels, "codes_ward_security_level", (), side):
    ...     print(problem)
    line 2, column ward_security_level  '1' stands twice (ward_security_level); remove one
    line 3, column description  '' is blank; every row needs one
    line 3, column ward_security_level  '1' stands twice (ward_security_level); remove one
    """
    kind = REFERENCE.get(table, FIGURES)
    names = kind.filled + kind.optional
    header = [f"no column {name!r}; add it" for name in names if name not in frame]
    header += [f"column {name!r} is unknown; remove it" for name in frame if name not in names]
    if header:
        return [Problem("line 1", what) for what in header]
    rules = _rules(frame, codes, sidecar)
    columns = {name: list(rules.get(name, [])) for name in names}
    for name in kind.filled:
        columns[name].append(pa.Check(lambda s: ~_blank(s), error="is blank; every row needs one"))
    for key in kind.unique:
        columns[key[0]].append(_once(frame, key))
    schema = pa.DataFrameSchema({name: pa.Column(checks=checks) for name, checks in columns.items()}, strict=True)
    return [*_failures(schema, frame), *_against_sidecar(frame, sidecar)]


def _failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[Problem]:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.sort_values(["index", "column", "check"], kind="stable")
        rows = zip(cases["index"], cases["column"], cases["failure_case"], cases["check"], strict=True)
        return [Problem(f"line {i}, column {column}", f"{value!r} {rule}") for i, column, value, rule in rows]
    return []


def _against_sidecar(frame: pd.DataFrame, sidecar: Sidecar) -> Iterator[Problem]:
    if "source_id" in frame:
        said, found = set(sidecar.status), set(frame["status"]) & set(get_args(Status))
        for name in sorted(sidecar.sources.keys() - set(frame["source_id"])):
            yield Problem("sidecar", f"source {name!r} is used by no row; remove it")
        for name in sorted(said ^ found):
            remedy = "occurs and is not listed; add it" if name in found else "does not occur; remove it"
            yield Problem("sidecar", f"status {name!r} {remedy}")


def _rules(frame: pd.DataFrame, codes: Collection[str], sidecar: Sidecar) -> dict[str, list[pa.Check]]:
    """Return the rules of each column; those that compare columns look into the frame."""
    statuses = get_args(Status)
    whole = _rule("is not a whole number; count tiles from 0", lambda s: s.str.fullmatch(r"\d+"))
    rules = {
        "region_code": [_one_of(codes, "no region or area code; add it to region_codes.csv or common/area_codes.csv")],
        "measure": [_rule("is not snake_case; write it like population_18_plus", _is_snake_case)],
        "sex": [_one_of(("persons", "male", "female"), "none of persons, male, female")],
        "status": [_one_of(statuses, f"none of {', '.join(statuses)}")],
        "source_id": [_one_of(sidecar.sources, "no source of the sidecar; add its citation there")],
        "tile_row": [whole],
        "tile_col": [whole],
    }
    if "value" in frame:
        rules["value"] = _value_rules(frame)
    if "code" in frame:
        meanings = frame.groupby("code")["region_code"].transform("nunique")
        rules["code"] = [_rule("means two regions; a code means one", lambda _: meanings == 1)]
    return rules


def _value_rules(frame: pd.DataFrame) -> list[pa.Check]:
    """Return the rules of ``value``: a finite number within what its unit allows."""
    number = pd.to_numeric(frame["value"], errors="coerce").replace([float("inf"), -float("inf")], float("nan"))
    unit = frame["unit"]
    free = number.isna() | (frame["measure"] + " " + unit).str.contains(r"change|growth|previous year|slope|\bsign\b")
    share, percent = unit.str.contains(r"^(?:share|probability)\b"), unit.str.startswith("%")
    return [
        _rule("is not a number; write digits and a decimal point, no comma, unit or word", lambda _: number.notna()),
        _rule("is negative; only a change, growth or sign may be", lambda _: free | (number >= 0)),
        _rule("is no share; write it between 0 and 1", lambda _: free | ~share | (number <= 1)),
        _rule("is more than 100%; only a change or growth may be", lambda _: free | ~percent | (number <= 100)),
    ]


def _rule(text: str, test: Test) -> pa.Check:
    """Make a rule of filled cells; whether a cell must be filled is a rule of its own."""
    return pa.Check(lambda s: _blank(s) | test(s), error=text)


def _one_of(allowed: Collection[str], text: str) -> pa.Check:
    return _rule(f"is {text}", lambda s: s.isin(list(allowed)))


def _once(frame: pd.DataFrame, key: tuple[str, ...]) -> pa.Check:
    return pa.Check(
        lambda _: ~frame.duplicated(list(key), keep=False), error=f"stands twice ({', '.join(key)}); remove one"
    )


def _blank(cells: pd.Series[str]) -> pd.Series[bool]:
    return cells.str.strip() == ""


def _is_snake_case(cells: pd.Series[str]) -> pd.Series[bool]:
    return cells.str.fullmatch("[a-z][a-z0-9_]*")
