"""Cells of public tables as figures, one a row: numbers, names in snake_case, and what is suppressed, with its bounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from needs.data.readers.found import listed
from needs.data.schemas import FIGURES
from needs.errors import DataError, Problem

__all__ = [
    "ENGLAND",
    "Numbers",
    "apart",
    "each",
    "figures",
    "numbers",
    "once",
    "reading_source",
    "refuse",
    "sexes",
    "slug",
    "unknown_words",
]

ENGLAND = "E92000001"
SEXES = {"m": "male", "male": "male", "males": "male", "1": "male", "men": "male"} | {
    "f": "female", "female": "female", "females": "female", "2": "female", "women": "female"
}  # fmt: skip
PERSONS = {"persons", "person", "all", "both", "total", "all persons", "people"}
NUMBER = re.compile(r"[-+]?(?=\.?\d)(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?")
NOTHING = frozenset({"", "-", "..", ":", "n/a", "na", "null", "none", "no data", "[x]", "[z]", "not available", "nan"})


def slug(text: str) -> str:
    """Return a text in snake_case.

    Examples
    --------
    >>> slug("MRS01a"), slug("Section 37 with S41 restrictions"), slug("% checked"), slug("7 and over")
    ('mrs01a', 'section_37_with_s41_restrictions', 'percent_checked', 'n7_and_over')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", text.casefold().replace("%", " percent ").replace("+", " plus ")).strip("_")
    return plain if plain[:1].isalpha() else f"n{plain}" if plain else ""


def each(column: pd.Series, work: Callable[[str], str]) -> pd.Series:
    """Return what is made of each word of a column of categories, worked out once a word.

    Examples
    --------
    >>> each(pd.Series(["A", "B", "A"], dtype="category"), str.lower).tolist()
    ['a', 'b', 'a']
    """
    made = np.array([work(str(word)) for word in column.cat.categories], dtype=object)
    return pd.Series(made[column.cat.codes.to_numpy()], index=column.index, dtype="str")


@dataclass(frozen=True)
class Numbers:
    """Cells as numbers.

    Parameters
    ----------
    value : Series of float
        Missing where the cell is suppressed or blank.
    hidden : Series of bool
        Whether the publisher suppressed it.
    wrong : Series of str
        The cells that are neither, by row.
    """

    value: pd.Series
    hidden: pd.Series
    wrong: pd.Series


def numbers(column: pd.Series, marks: Collection[str] = ("*",)) -> Numbers:
    """Read a column of categories as numbers.

    Parameters
    ----------
    column : Series
        Cells as text; ``1,234``, ``12%`` and ``£12`` are numbers, and what says that there is nothing is missing.
    marks : collection of str
        What stands in place of a suppressed cell, in lower case.

    Examples
    --------
    >>> found = numbers(pd.Series(["1,234", "*", "", "12%", "dozen"], dtype="category"))
    >>> found.value.tolist(), found.hidden.tolist(), found.wrong.tolist()
    ([1234.0, nan, nan, 12.0, nan], [False, True, False, False, False], ['dozen'])
    """
    words = [str(word).strip() for word in column.cat.categories]
    read = [_number(word) for word in words]
    hidden = [word.casefold() in marks for word in words]
    wrong = [
        value is None and not hide and word.casefold() not in NOTHING
        for word, value, hide in zip(words, read, hidden, strict=True)
    ]
    codes = column.cat.codes.to_numpy()
    value = np.array([np.nan if number is None else number for number in read], dtype=float)[codes]
    is_wrong = np.array(wrong, dtype=bool)[codes]
    return Numbers(
        pd.Series(value, index=column.index),
        pd.Series(np.array(hidden, dtype=bool)[codes], index=column.index),
        column[is_wrong].astype("str"),
    )


def _number(word: str) -> float | None:
    plain = word.removeprefix("£").removesuffix("%").strip()
    if not re.search(r"\d", plain) or not NUMBER.fullmatch(plain):
        return None
    number = float(plain.replace(",", ""))
    return number if np.isfinite(number) else None


def refuse(name: str, problems: Sequence[Problem]) -> None:
    """Raise a DataError of a file if there are problems; of many the first are told.

    Examples
    --------
    >>> refuse("beds.csv", [])
    """
    if problems:
        told = [*problems[:40]]
        if len(problems) > len(told):
            told.append(Problem("", f"and {len(problems) - len(told):,} more"))
        raise DataError(
            f"{name} cannot be read", told, "mend these rows, or save the file again from where it was published"
        )


def unknown_words(column: pd.Series, known: Callable[[str], bool]) -> Counter[str]:
    """Count the rows of each word of a column that is not known.

    Examples
    --------
    >>> unknown_words(pd.Series(["a", "b", "b"], dtype="category"), lambda word: word == "a")
    Counter({'b': 2})
    """
    counts = column.value_counts()
    return Counter({str(word): int(count) for word, count in counts.items() if count and not known(str(word))})


def sexes(column: pd.Series) -> tuple[pd.Series, Counter[str]]:
    """Return ``male``, ``female`` or ``persons`` for each row, and the words that are none of these.

    Examples
    --------
    >>> made, strange = sexes(pd.Series(["Male", "F", "Persons", "Indeterminate"], dtype="category"))
    >>> made.tolist(), strange
    (['male', 'female', 'persons', 'persons'], Counter({'Indeterminate': 1}))
    """
    made = each(column, lambda word: SEXES.get(word.casefold(), "persons"))
    return made, unknown_words(column, lambda word: word.casefold() in SEXES or word.casefold() in PERSONS)


def apart(labels: pd.Series, what: str) -> tuple[pd.Series, list[str]]:
    """Return labels in snake_case, and keep apart those that differ only in case or marks.

    Parameters
    ----------
    labels : Series of str
        Labels as published.
    what : str
        What they are, in plural, for the note.

    Returns
    -------
    names : Series of str
        A later label that would have the name of an earlier one ends in ``_2``, and so on.
    notes : list of str

    Examples
    --------
    >>> names, notes = apart(pd.Series(["Region", "region", "Ccg"]), "breakdowns")
    >>> names.tolist(), notes
    (['region', 'region_2', 'ccg'], ["The breakdowns 'Region' and 'region' are two, and are kept apart as region and region_2."])
    """
    made: dict[str, str] = {}
    taken: dict[str, str] = {}
    notes = []
    for label in labels.unique():
        name = base = slug(label)
        count = 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        made[label], taken[name] = name, label
        if count > 1:
            notes.append(f"The {what} {taken[base]!r} and {label!r} are two, and are kept apart as {base} and {name}.")
    return labels.map(made).astype("str"), notes


def once(frame: pd.DataFrame, keys: list[str], name: str, what: str) -> tuple[pd.DataFrame, list[str]]:
    """Keep each figure once.

    Parameters
    ----------
    frame : DataFrame
        ``value``, ``hidden`` and the keys; the index is the row of the file.
    keys : list of str
        Columns that together name a figure.
    name : str
        Name of the file.
    what : str
        What a figure is, for the error.

    Returns
    -------
    frame : DataFrame
        Without repeats of the same value.
    notes : list of str

    Raises
    ------
    DataError
        If a figure stands twice with different values.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["A", "A", "B"], "value": [1.0, 1.0, 2.0], "hidden": False}, index=[2, 3, 4])
    >>> kept, notes = once(rows, ["area"], "beds.csv", "the same area")
    >>> len(kept), notes
    (2, ['1 row repeats a figure that is there already and is left out.'])
    """
    again = frame.duplicated(keys, keep=False)
    if not again.any():
        return frame, []
    told = frame[again]
    cells = told["value"].map("{:.10g}".format).mask(told["value"].isna(), "blank")
    told = told.assign(shown=cells.mask(told["hidden"], "suppressed"))
    told = told[told.groupby(keys, observed=True)["shown"].transform("nunique") > 1]
    problems = [
        Problem(
            f"rows {' and '.join(map(str, group.index[:4]))}",
            f"{what} has different values: {listed(list(group['shown']), 4)}",
        )
        for _, group in told.groupby(keys, sort=False, observed=True)
    ]
    refuse(name, problems)
    kept = frame[~frame.duplicated(keys)]
    gone = len(frame) - len(kept)
    verb = (
        "1 row repeats a figure that is there already and is"
        if gone == 1
        else f"{gone:,} rows repeat figures that are there already and are"
    )
    return kept, [f"{verb} left out."]


def reading_source(name: str) -> str:
    """Return the identity that a reader's citation has in its sidecar.

    Examples
    --------
    >>> reading_source("smi_checks")
    'smi-checks'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def figures(source: str, **columns: Hashable | pd.Series) -> pd.DataFrame:
    """Return a frame of figures, with the columns of :data:`needs.data.schemas.FIGURES` in their order.

    Parameters
    ----------
    source : str
        Name of the reader.
    **columns : Series or str
        Columns that are given; one that is not is ``all`` (tier), ``persons`` (sex), ``published`` (status) or blank. An area
        without a name has its code for one.

    Raises
    ------
    DataError
        If there is no figure, or one does not say its area, measure or time.

    Examples
    --------
    >>> given = {"measure": "beds_open", "period": "2024-25", "unit": "beds"}
    >>> made = figures("beds", region_code=pd.Series(["A"]), value=pd.Series([1.0]), **given)
    >>> made.iloc[0].to_dict()["tier"], list(made)[:3]
    ('all', ['region_code', 'region_name', 'measure'])
    """
    names = [*FIGURES.filled, *FIGURES.optional]
    given = {"tier": "all", "sex": "persons", "status": "published", "source_id": reading_source(source)} | columns
    lead = next(column for column in given.values() if isinstance(column, pd.Series))
    frame = pd.DataFrame({name: given.get(name, "") for name in names}, index=lead.index)
    text = [name for name in names if name != "value"]
    frame = frame.astype(dict.fromkeys(text, "str")).reset_index(drop=True)[names]
    frame["region_name"] = frame["region_name"].mask(frame["region_name"] == "", frame["region_code"])
    blank = {name: int((frame[name] == "").sum()) for name in FIGURES.filled if name != "value"}
    problems = [Problem("", f"{count:,} of its figures have no {name}") for name, count in blank.items() if count]
    refuse(f"the file of {source}", problems if len(frame) else [Problem("", "it holds no figure")])
    return frame
