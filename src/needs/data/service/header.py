"""Which column of a file is which of the table's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from needs.data.service.messages import near, pattern
from needs.data.service.sheets import Sheet
from needs.dataset import Table
from needs.errors import Problem

__all__ = ["columns_of"]


def columns_of(sheet: Sheet, table: Table) -> tuple[Mapping[str, int], list[Problem]]:
    """Find each column of a table in the header of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The file as text. Case, blanks around a name and blanks for underscores are forgiven.
    table : Table
        The table that it should be.

    Returns
    -------
    places : mapping of str to int
        Place of each column that is there.
    problems : list of Problem
        Names that are missing, unknown or there twice.

    Notes
    -----
    What may be a row of data, because hardly any name is known, is not shown.

    Examples
    --------
    >>> from needs.data.service.csv_text import read_csv
    >>> from needs.dataset import table
    >>> places, problems = columns_of(read_csv(b"Person Key,cheked,annual_check,annual_check"), table("health"))
    >>> places
    {'person_key': 0, 'annual_check': 2}
    >>> for problem in problems:
    ...     print(problem)
    row 1  column 'annual_check' stands there 2 times; keep one
    row 1  column 'cheked' is unknown. Did you mean 'checked'?
    row 1  no column 'checked'; add it, every row needs one
    """
    where = f"row {sheet.place}"
    names = [re.sub(r"[\s_]+", "_", name.strip()).casefold() for name in sheet.header]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in table.names:
            places.setdefault(name, place)
    unknown = {place: name for place, name in enumerate(names) if name not in table.names}
    lost = [name for name in table.names if name not in places]
    meant = {place: found for place, name in unknown.items() if (found := near(name, lost, cutoff=0.7))}
    if not places and not meant:
        first = ", ".join([column.name for column in table.columns if column.required][:3])
        what = f"it does not hold the names of the columns, such as {first}; write them in the first row"
        return places, [Problem(where, what)]
    problems = [
        Problem(where, f"column {name!r} stands there {names.count(name)} times; keep one")
        for name in places
        if names.count(name) > 1
    ]
    problems += _unknown(where, unknown, meant, many=len(unknown) > len(places) + len(meant))
    problems += [
        Problem(where, f"no column {column.name!r}; add it, every row needs one")
        for column in table.columns
        if column.required and column.name in lost
    ]
    return places, problems


def _unknown(where: str, unknown: Mapping[int, str], meant: Mapping[int, str], *, many: bool) -> list[Problem]:
    """Return a problem for each name that is no column of the table."""
    problems = []
    for place, name in unknown.items():
        plain = name in meant.values() or not re.search(r"[^a-z_ ]", name)
        shown = repr(name[:40] if plain and (place in meant or not many) else pattern(name))
        if not name:
            what = f"column {place + 1} has no name; name it or delete its cells"
        elif place in meant:
            what = f"column {shown} is unknown. Did you mean {meant[place]!r}?"
        else:
            what = f"column {shown} is unknown; remove it"
        problems.append(Problem(where, what))
    return problems
