"""Figures about patients on the page: what is suppressed shows as a star, what is missing in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from needs.methods.disclosure import RULE, Released, Rule
from needs.present.artefact import Artefact
from needs.present.style import INK, canvas, drawn
from needs.values import Provenance

if TYPE_CHECKING:
    from needs.present.tables.layout import Column  # its room imports this one

__all__ = ["MISSING", "SUPPRESSED", "cell", "data_of", "empty_figure", "empty_table", "laid_out_released", "note"]

SUPPRESSED = "*"
"""What a cell says where a number is suppressed."""

MISSING = "not recorded"
"""What a cell says where the data say nothing."""


def cell(value: Any, hidden: bool, write: Callable[[Any], str] | None = None) -> str:
    """Write one cell.

    Parameters
    ----------
    value : object
        The figure or word.
    hidden : bool
        Whether it was suppressed.
    write : callable, optional
        How a number is written; None for text.

    Examples
    --------
    >>> cell(15.0, False, "{:.0f}".format), cell(float("nan"), True), cell(None, False)
    ('15', '*', 'not recorded')
    """
    if hidden:
        return SUPPRESSED
    if pd.isna(value):
        return MISSING
    return write(value) if write and not isinstance(value, str) else str(value)


def laid_out_released(released: Released, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Write a released frame's chosen columns as text, numbers to the right.

    Parameters
    ----------
    released : Released
        One row a line of the table.
    columns : mapping of str to Column
        Heading of each column shown, and how its numbers are written; None for text.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.present import words
    >>> frame = pd.DataFrame({"tier": ["High", "Low"], "people": [4, 23], "days": [None, 30.0]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["people"], statistics={"days": "people"})
    >>> columns = {"tier": ("Tier", None), "people": ("People", words.count), "days": ("Days", words.count)}
    >>> shown = laid_out_released(safe, columns)
    >>> shown.to_numpy().tolist(), shown.attrs["numeric"]
    ([['High', '*', '*'], ['Low', '25', '30']], ['People', 'Days'])
    """
    frame, hidden = released.frame, released.hidden
    shown = pd.DataFrame(
        {
            heading: [cell(v, h, write) for v, h in zip(frame[name], hidden[name], strict=True)]
            for name, (heading, write) in columns.items()
        }
    )
    shown.attrs["numeric"] = [heading for heading, write in columns.values() if write]
    return shown


def note(rule: Rule = RULE) -> str:
    """Say how numbers were made safe, for a caption.

    Examples
    --------
    >>> note()
    'Numbers below 5 are suppressed (*) and others rounded to the nearest 5.'
    """
    return f"Numbers below {rule.smallest} are suppressed (*) and others rounded to the nearest {rule.rounded_to}."


def data_of(released: Released) -> pd.DataFrame:
    """Return a released frame as an artefact's data: suppressed figures are empty, and a column names them.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> safe = release(pd.DataFrame({"tier": ["High"], "people": [4]}), Provenance("derived", ("x#y",)), counts=["people"])
    >>> print(data_of(safe).to_csv(index=False).strip())
    tier,people,suppressed
    High,,people
    """
    hidden = released.hidden
    names = [" ".join(hidden.columns[row]) for row in hidden.to_numpy(dtype=bool)]
    return released.frame.assign(suppressed=pd.Series(names, dtype=str))


def empty_figure(sentence: str, caption: str, known: Provenance) -> Artefact:
    """Make a figure of one sentence, where there is nothing to draw.

    Parameters
    ----------
    sentence : str
        Why there is nothing, such as ``No reviews were given.``
    caption : str
        What would be measured.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> figure = empty_figure("No reviews were given.", "Reviews by tier needed", Provenance("derived", ("x#y",)))
    >>> figure.title, figure.alt
    ('No reviews were given', 'Nothing is drawn here: no reviews were given.')
    """
    with canvas(1.2) as (figure, axes):
        axes[0].set_axis_off()
        axes[0].text(0, 0.5, sentence, fontsize=14, color=INK, va="center", transform=axes[0].transAxes, wrap=True)
        image = drawn(figure)
    told = sentence.rstrip(".")
    data = pd.DataFrame({"finding": [told]})
    alt = f"Nothing is drawn here: {told[:1].lower()}{told[1:]}."
    return Artefact("figure", told, caption, known.kind, known.sources, data, alt=alt, image=image, released=True)


def empty_table(sentence: str, heading: str, caption: str, known: Provenance) -> Artefact:
    """Make a table of one sentence, where there is nothing to tabulate.

    Parameters
    ----------
    sentence : str
        Why there is nothing, such as ``No reviews were given.``
    heading : str
        Heading of the column it stands in.
    caption : str
        What would be tabulated.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> table = empty_table("No reviews were given.", "Reviews", "Reviews by tier", known)
    >>> table.title, table.released
    ('No reviews were given', True)
    """
    rows = pd.DataFrame({heading: [sentence]})
    return Artefact("table", sentence.rstrip("."), caption, known.kind, known.sources, rows, rows=rows, released=True)
