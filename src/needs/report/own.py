"""What the report says of figures that a region gave, in its own data or in its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from needs.params.service import MEASURED
from needs.present import words
from needs.present.measured_names import beds_named, figure_name
from needs.report import markdown

__all__ = ["beds_told", "is_measured", "measured_table", "told_by"]


def measured_table(about: Mapping[str, Any]) -> str:
    """Write the table of figures measured from own data, and what each stands in place of; empty without any.

    Parameters
    ----------
    about : mapping
        What the run says about itself: ``measured``, ``region_name`` and ``edition``.

    Examples
    --------
    >>> one = {"field": "flow.beds.low", "value": "78", "default": "none", "source": "capacity: beds last validated (78)"}
    >>> print(measured_table({"measured": [one], "region_name": "Ash", "edition": "example"}).splitlines()[2])
    | Beds or places: low secure | `flow.beds.low` | 78 | none | capacity, 78 |
    """
    told = about["measured"]
    if not told:
        return ""
    rows = [
        [
            figure_name(one["field"]),
            f"`{one['field']}`",
            *(markdown.escape(text) for text in (one["value"], one["default"], _counted(one["source"]))),
        ]
        for one in told
    ]
    many, here = len(told), words.place(about["region_name"])
    found = f"{many} {words.plural(many, 'figure')} of {here} {'is' if many == 1 else 'are'} measured from its own data"
    synthetic = "Synthetic data. " if about["edition"] == "example" else ""
    caption = (
        f"**{markdown.escape(found)}.** {synthetic}What each stands in place of, and the table and number of people, stays or "
        "beds behind it; shares that add up stand together, in whole percent. How each is measured is in `docs/own-data.md`."
    )
    columns = ["Figure", "Parameter", "Measured", "In place of", "Table and number"]
    return markdown.table("tbl-measured", caption, columns, rows)


def _counted(source: str) -> str:
    """Return the table that a figure is measured from, and the number behind it."""
    table, number = source.partition(":")[0], source.rpartition("(")[2].rstrip(")")
    return f"{table}, {number}"


def is_measured(about: Mapping[str, Any], leaf: str) -> bool:
    """Whether a parameter belongs to a figure measured from own data, its note and the people behind it included.

    Examples
    --------
    >>> about = {"measured": [{"field": "flow.stay.low.mean"}]}
    >>> [is_measured(about, leaf) for leaf in ("flow.stay.low.mean.value", "flow.stay.low.note", "flow.pool.value")]
    [True, True, False]
    """
    told = [one["field"] for one in about["measured"]]
    blocks = {field.rpartition(".")[0].removesuffix(".shares").removesuffix(".beyond") for field in told}
    starts = [f"{field}." for field in told]
    starts += [f"{block}.{part}" for block in blocks for part in ("note", "people", "median", "alike", "beyond.years")]
    return leaf.startswith(tuple(starts))


def beds_told(about: Mapping[str, Any]) -> str:
    """Write the beds and places that a region told, by tier.

    Examples
    --------
    >>> beds_told({"parameters": {"flow": {"beds": {"low": {"value": 78.0}}}}})
    '78 low secure beds'
    """
    return beds_named({tier: figure["value"] for tier, figure in about["parameters"]["flow"]["beds"].items()})


def told_by(about: Mapping[str, Any], name: str) -> str:
    """Say where the figures of a parameter, or of a block of them, come from: own data, the parameters, or both.

    Parameters
    ----------
    about : mapping
        What the run says about itself: ``parameters``.
    name : str
        Dotted name.

    Examples
    --------
    >>> beds = {"low": {"value": 78, "source": "own service data to 31 March 2026"}, "medium": {"value": 9, "source": "a letter"}}
    >>> about = {"parameters": {"flow": {"beds": beds}}}
    >>> told_by(about, "flow.beds.low"), told_by(about, "flow.beds.medium"), told_by(about, "flow.beds")
    ('own data', 'the parameters', 'own data and the parameters')
    """
    block: Any = about["parameters"]
    for part in name.split("."):
        block = block[part]
    own = {source.startswith(MEASURED) for source in _sources(block)}
    return words.listed([whose for whose, there in (("own data", True), ("the parameters", False)) if there in own])


def _sources(block: Mapping[str, Any]) -> Iterator[str]:
    """Give the source of every figure of a block."""
    if isinstance(block.get("source"), str):
        yield block["source"]
    for part in block.values():
        if isinstance(part, Mapping):
            yield from _sources(part)
