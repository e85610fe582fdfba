"""How tables of the region's own data are laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from needs.methods.disclosure import Released
from needs.present.artefact import Artefact
from needs.present.released import data_of, laid_out_released, note
from needs.present.tables.layout import Column

__all__ = ["laid_with", "own_table"]


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
