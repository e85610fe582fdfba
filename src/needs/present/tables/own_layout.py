"""How tables of the region's own data are laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from needs.methods.disclosure import Released
from needs.present.artefact import Artefact
from needs.present.released import data_of, laid_out_released, note
from needs.present.tables.layout import Column

__all__ = ["folded", "laid_with", "own_table"]


def laid_with(released: Released, columns: Mapping[str, Column], told: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Lay out a released frame, with words in place of the names of rules, tables and columns.

    Parameters
    ----------
    released : Released
        One row a line of the table.
    columns : mapping of str to Column
        See :func:`needs.present.released.laid_out_released`.
    told : mapping of str to sequence of str
        Words of every line, by column.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.present import words
    >>> from needs.values import Provenance
    >>> safe = release(pd.DataFrame({"table": ["health"], "rows": [12]}), Provenance("derived", ("x#y",)), counts=["rows"])
    >>> columns = {"table": ("Table", None), "rows": ("Rows", words.count)}
    >>> laid_with(safe, columns, {"table": ["Physical health"]}).to_numpy().tolist()
    [['Physical health', '10']]
    """
    shown = laid_out_released(released, columns)
    for name, cells in told.items():
        shown[columns[name][0]] = pd.Series(list(cells), dtype="str", index=shown.index)
    return shown


def folded(shown: pd.DataFrame, stars: Sequence[bool], told: Mapping[str, str], sums: int = 0) -> pd.DataFrame:
    """Put rows that show a star alone into one row.

    Parameters
    ----------
    shown : DataFrame
        Rows as text.
    stars : sequence of bool
        Which rows; fewer than two stay as they are.
    told : mapping of str to str
        What the one row says, by heading.
    sums : int
        Rows at the end that stay after it.

    Examples
    --------
    >>> shown = pd.DataFrame({"Check": ["Sex", "Age", "Death"], "Rows": ["10", "*", "*"]})
    >>> folded(shown, [False, True, True], {"Check": "2 other checks", "Rows": "*"}).to_numpy().tolist()
    [['Sex', '10'], ['2 other checks', '*']]
    """
    mask = pd.Series(list(stars), index=shown.index, dtype=bool)
    if mask.sum() < 2:
        return shown
    kept, last = shown[~mask], len(shown) - sums
    parts = [kept[kept.index < last], pd.DataFrame([dict(told)], columns=shown.columns), kept[kept.index >= last]]
    found = pd.concat(parts, ignore_index=True)
    found.attrs = dict(shown.attrs)
    return found


def own_table(title: str, caption: str, released: Released, rows: pd.DataFrame) -> Artefact:
    """Make a table of a released frame; the caption says how numbers were made safe.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> safe = release(pd.DataFrame({"table": ["health"], "rows": [12]}), Provenance("derived", ("x#y",)), counts=["rows"])
    >>> own_table("Found", "Rows.", safe, safe.frame).caption
    'Rows. Numbers below 5 are suppressed (*) and others rounded to the nearest 5.'
    """
    known, data = released.known, data_of(released)
    caption = f"{caption} {note(released.rule)}"
    return Artefact("table", title, caption, known.kind, known.sources, data, rows=rows, released=True)
