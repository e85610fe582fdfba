"""Words that come from data, made harmless: what a spreadsheet would run, and what no page can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["csv", "plain"]

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, marks that turn the direction of text, and what XML does not allow."""

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""How a cell begins that a spreadsheet takes for a formula, or that moves it to the next cell."""


def plain(text: str) -> str:
    r"""Remove characters that cannot be seen and can do harm; lines stay.

    Examples
    --------
    >>> plain("Ash\x00 \u202eunit\n"), plain("Élan \u2212 5")
    ('Ash unit\n', 'Élan − 5')
    """
    return _UNSEEN.sub("", text)


def csv(frame: pd.DataFrame) -> str:
    r"""Write a frame as CSV that a spreadsheet shows and does not run.

    A word that begins like a formula gets an apostrophe before it; numbers stay numbers.

    Parameters
    ----------
    frame : DataFrame
        Data of an artefact.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> print(csv(pd.DataFrame({"unit": ["=cmd()", "Ash"], "change": [-1.5, 2.0]})).strip())
    unit,change
    '=cmd(),-1.5
    Ash,2
    """
    safe = frame.rename(columns=_word).apply(_column)
    return str(safe.to_csv(index=False, lineterminator="\n", float_format="%.10g"))


def _column(column: pd.Series) -> pd.Series:
    import pandas as pd  # slow to import, and the command line needs the rest of this module

    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    return column.map(_word)


def _word(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if _FORMULA.match(text) else text
