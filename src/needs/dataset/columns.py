"""Columns and tables, and what may be known of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

__all__ = ["Column", "Form", "Table"]

Form = Literal["key", "code", "text", "date", "whole", "number", "year"]
"""A person's key, a word of a list, free words, a day as 2024-05-31, a whole number, a number, a financial year as 2024-25."""


@dataclass(frozen=True)
class Column:
    """One column of the data set.

    Parameters
    ----------
    name : str
        snake_case, with the unit where there is one.
    meaning : str
        What stands there, in one sentence.
    form : Form
        How a cell is written.
    required : bool
        Whether every row needs one; a blank cell in another column means not known.
    codes : mapping of str to str
        Words that may stand there and what each means, for a column of form ``code``.
    lowest, highest : float, optional
        Bounds of a number.
    personal : bool
        Whether a cell tells of one person, so that no message shows it; keys and dates always do.

    Examples
    --------
    >>> Column("sex", "Sex as recorded.", "code", codes={"female": "Female", "male": "Male"}).words
    ('female', 'male')
    """

    name: str
    meaning: str
    form: Form
    required: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    lowest: float | None = None
    highest: float | None = None
    personal: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Words that may stand in it, in order."""
        return tuple(self.codes)

    @property
    def shown(self) -> bool:
        """Whether a message may show a cell of it as it stands."""
        return not (self.personal or self.form in ("key", "date"))


@dataclass(frozen=True)
class Table:
    """One table of the data set.

    Parameters
    ----------
    name, title, meaning : str
        Its name in files, on the page, and what a row is.
    columns : tuple of Column
        In the order of the template.
    key : tuple of str
        Columns that together stand once; none where a row may come again.

    Examples
    --------
    >>> from needs.dataset.tables import table
    >>> table("capacity").column("beds").form
    'whole'
    """

    name: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def about_people(self) -> bool:
        """Whether its rows tell of single people."""
        return "person_key" in self.names

    def column(self, name: str) -> Column:
        """Return a column by name."""
        return next(column for column in self.columns if column.name == name)
