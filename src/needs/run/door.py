"""The way out of a run with data about patients: artefacts that have passed disclosure control, and nothing else.

Three checks that no notebook can talk round: a cell shows artefacts only; what rests on service data says that it was released;
and no key of a person stands in any words that would be written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from needs.dataset import TABLES
from needs.errors import DisclosureError, Problem
from needs.present.artefact import MIME, SERVICE

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

__all__ = ["cleaned", "inspect", "keys_of", "unreleased"]

SHORTEST, SHORTEST_NUMBER = 4, 6
"""Letters of a key that is looked for, and digits of one that is a number: shorter ones stand everywhere by chance."""

SEVERAL = 3
"""Keys that are numbers are told from figures where several of them stand in one artefact."""

_SHOWN = {MIME, "image/svg+xml", "image/png", "text/html", "text/plain"}
_NAMES = tuple(dict.fromkeys(c.name for table in TABLES for c in table.columns if c.form == "key"))
_NUMBER = re.compile(r"[\d.]+")
_LABELS = re.compile(r'<!--(.*?)-->|>([^<>]+)<|\s(?:id|aria-label|xlink:title)="([^"]*)"', re.DOTALL)
_EDGE = ".,;:!?…'’‘\"“”*()[]{}"
_COARSE = re.compile(r"[\s,;|<>\"'()\[\]{}=]+"), re.compile(r"[\s,;:|<>\"'()\[\]{}=/\\&!?*+#]+")
_FINE = re.compile(r"\W+")


def keys_of(tables: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Return the keys of persons and referrals in a region's tables that are looked for.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the region's service data.

    Returns
    -------
    frozenset of str
        In lower case. Keys of fewer than 4 characters, or of fewer than 6 digits alone, cannot be told from figures.

    Examples
    --------
    >>> import pandas as pd
    >>> sorted(keys_of({"stays": pd.DataFrame({"person_key": ["Px-017", "12", None, "90817263"]})}))
    ['90817263', 'px-017']
    """
    found = {str(k) for t in tables.values() for n in _NAMES if n in t.columns for k in t[n].dropna().unique()}
    folded = {key.strip().casefold() for key in found}
    return frozenset(k for k in folded if len(k) >= (SHORTEST_NUMBER if k.isdecimal() else SHORTEST))


def unreleased(record: Mapping[str, Any]) -> bool:
    """Say whether the record of an artefact rests on service data and does not say that it was released.

    Examples
    --------
    >>> unreleased({"sources": ["service/london/stays#own-data"]}), unreleased({"sources": ["2023-24/population#ons"]})
    (True, False)
    """
    return record.get("released") is not True and any(str(s).startswith(SERVICE) for s in record.get("sources") or ())


def inspect(executed: Mapping[str, Mapping[str, Any]], keys: Collection[str]) -> None:
    """Refuse executed notebooks that show anything which has not passed disclosure control.

    Parameters
    ----------
    executed : mapping of str to notebook
        Executed notebooks by name.
    keys : collection of str
        Keys of persons, see :func:`keys_of`.

    Raises
    ------
    DisclosureError
        With every cell that shows more than artefacts, that shows service data which were not released, or in whose words a
        key stands. No problem repeats what the cell shows.

    Examples
    --------
    >>> cell = {"id": "look", "outputs": [{"output_type": "stream", "text": "one person"}]}
    >>> inspect({"demand": {"cells": [cell]}}, [])
    Traceback (most recent call last):
    ...
    needs.errors.DisclosureError: the run shows what has not passed disclosure control: 1 problem
      notebook demand, cell look  shows something that is no artefact
    Next: show figures about patients as artefacts made of needs.methods.disclosure.release        [exit 15]
    """
    looked_for = frozenset(key.casefold() for key in keys)
    problems = [
        Problem(f"notebook {name}, cell {cell.get('id', '')}", what)
        for name, notebook in executed.items()
        for cell in notebook["cells"]
        for what in _faults(cell, looked_for)
    ]
    if problems:
        remedy = "show figures about patients as artefacts made of needs.methods.disclosure.release"
        raise DisclosureError("the run shows what has not passed disclosure control", problems, remedy)


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Remove from a notebook every output that is no released artefact, tracebacks among them.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook, changed in place.

    Returns
    -------
    NotebookNode
        The same notebook.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> cell = new_code_cell("1", outputs=[new_output("stream", text="Px-017")])
    >>> cleaned(new_notebook(cells=[cell])).cells[0].outputs
    []
    """
    for cell in notebook.cells:
        cell.pop("attachments", None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if _is_artefact(output)]
    return notebook


def _is_artefact(output: Mapping[str, Any]) -> bool:
    data = output.get("data") or {}
    return isinstance(data.get(MIME), Mapping) and data.keys() <= _SHOWN and not unreleased(data[MIME])


def _faults(cell: Mapping[str, Any], keys: frozenset[str]) -> Iterator[str]:
    """Say what a cell shows that may not go out."""
    outputs = cell.get("outputs", [])
    records = [output.get("data", {}).get(MIME) for output in outputs]
    shown = [record for record in records if isinstance(record, Mapping)]
    if any(unreleased(record) for record in shown):
        yield "rests on service data and was not released"
    if len(shown) < len(records) or any(not output["data"].keys() <= _SHOWN for output in outputs):
        yield "shows something that is no artefact"
    if any(name in _columns(record) for record in shown for name in _NAMES):
        yield "shows a column of persons' keys"
    elif keys and outputs and _holds(" \n ".join(text for output in outputs for text in _texts(output)), keys):
        yield "shows a person's key"


def _columns(record: Mapping[str, Any]) -> set[str]:
    """Return the names of the columns of an artefact's data and table."""
    head = str(record.get("csv", "")).partition("\n")[0]
    return {*head.replace('"', "").split(","), *map(str, (record.get("table") or {}).get("columns", []))}


def _holds(text: str, keys: frozenset[str]) -> bool:
    """Say whether a text holds a key, split in every way in which one may stand in it.

    Keys that are numbers count where several stand together and most long numbers of the text are keys: a figure may be equal to
    one by chance.
    """
    folded = text.casefold()
    coarse = {word.strip(_EDGE) for split in _COARSE for word in split.split(folded)}
    fine = set(_FINE.split(folded))
    found = keys & (coarse | fine)
    if any(not _NUMBER.fullmatch(key) for key in found):
        return True
    numbers = {word for word in coarse if word.isdecimal() and len(word) >= SHORTEST_NUMBER}
    alike = keys & numbers
    if len(alike) >= SEVERAL and 2 * len(alike) >= len(numbers):
        return True
    parted = (key for key in keys if _FINE.search(key) and {*_FINE.split(key)} <= fine)
    return any(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", folded) for key in parted if not _NUMBER.fullmatch(key))


def _texts(value: Any, name: str = "") -> Iterator[str]:
    """Give all words of an output; of a drawing its labels, and of a bitmap nothing."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key != "image/png":
                yield from _texts(item, str(key))
    elif isinstance(value, list) and name.startswith(("image/", "text/")):
        yield from _texts("".join(map(str, value)), name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, str):
        yield " ".join(word for found in _LABELS.findall(value) for word in found) if name == "image/svg+xml" else value
