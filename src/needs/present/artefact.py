"""What a notebook cell shows and a report carries: a figure, a table or a number, complete.

An artefact is its picture or rows, its finding, its measure, its alternative text, its kind, its
sources and its data. A cell whose id starts ``fig-``, ``tbl-`` or ``num-`` ends in one; the runner
takes it from the cell's output, so the cell id is its only name.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from needs.present import plain
from needs.present.words import number_text, range_text
from needs.values import KINDS, Estimate, Kind, records

__all__ = ["MIME", "SERVICE", "Artefact", "Image", "Point", "number"]

MIME = "application/vnd.needs.artefact+json"
"""Name of an artefact in a cell's output."""

SYNTHETIC: Kind = "synthetic"
"""Kind of figures about nobody, which every form of an artefact says: picture, caption and data."""

SERVICE = "service/"
"""How the source of a figure about patients begins."""


Point = tuple[float, float, str]
"""A value told in a picture: percent from the left, percent from the top, and what it says."""


@dataclass(frozen=True)
class Image:
    """A drawn figure in the two forms that renderers need.

    Parameters
    ----------
    svg : str
        Scalable text of the picture.
    png : bytes
        The same picture as a bitmap, for Word.
    points : tuple of Point
        Values that a reader of the web page may ask for.
    """

    svg: str
    png: bytes
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Artefact:
    """A figure, a table or a number with all that must go with it.

    Parameters
    ----------
    form : {"figure", "table", "number"}
        What it is.
    title : str
        The finding, in one sentence.
    caption : str
        The measure: what is counted, where, when, in which unit.
    kind : Kind
        Weakest kind among its figures.
    sources : tuple of str
        References of all evidence and assumptions behind it.
    data : DataFrame
        The data as shown, written beside it as CSV.
    alt : str
        What the picture shows, for who cannot see it; figures need it.
    image : Image, optional
        The picture of a figure.
    rows : DataFrame, optional
        The text of a table, cell by cell.
    number : dict, optional
        Label, value, ends, unit and text of a number.
    released : bool
        Whether it was made of a :class:`needs.methods.disclosure.Released`; what rests on service data must be.

    Raises
    ------
    ValueError
        If something that must go with it is missing, or it shows service data that have not passed disclosure control.

    Examples
    --------
    >>> adults = Estimate(6969318, kind="derived", source=("2023-24/population#ons",))
    >>> number("Adults", adults, "people", "Adults in London, mid-2022").number["text"]
    '6,969,318'
    """

    form: Literal["figure", "table", "number"]
    title: str
    caption: str
    kind: Kind
    sources: tuple[str, ...]
    data: pd.DataFrame
    alt: str = ""
    image: Image | None = None
    rows: pd.DataFrame | None = None
    number: dict[str, Any] | None = None
    released: bool = False

    def __post_init__(self) -> None:
        part = {"figure": self.image, "table": self.rows, "number": self.number}[self.form]
        if part is None:
            raise ValueError(f"a {self.form} needs its {'image' if self.form == 'figure' else 'content'}")
        if not self.title.strip() or not self.caption.strip():
            raise ValueError("an artefact states its finding and its measure")
        if not self.sources or self.kind not in KINDS:
            raise ValueError("an artefact names its sources and its kind")
        if self.form == "figure" and len(self.alt.split()) < 5:
            raise ValueError("a figure says in words what it shows")
        if self.released is not True and any(source.startswith(SERVICE) for source in self.sources):
            raise ValueError("what rests on service data is made of figures that have passed disclosure control")

    def record(self) -> dict[str, Any]:
        """Return the artefact as plain JSON, without the picture."""
        record: dict[str, Any] = {
            "form": self.form,
            "title": plain.plain(self.title),
            "caption": plain.plain(self.caption if self.kind != SYNTHETIC else f"Synthetic data. {self.caption}"),
            "alt": plain.plain(self.alt),
            "kind": self.kind,
            "sources": list(self.sources),
            "csv": plain.csv(self.data if self.kind != SYNTHETIC else self.data.assign(data_kind=SYNTHETIC)),
        }
        if self.released:
            record["released"] = True
        if self.image is not None and self.image.points:
            record["points"] = [[x, y, plain.plain(text)] for x, y, text in self._stamped().points]
        if self.rows is not None:
            numeric = self.rows.attrs.get("numeric", [])
            record["table"] = {
                "columns": [plain.plain(str(c)) for c in self.rows.columns],
                "align": ["r" if c in numeric else "l" for c in self.rows.columns],
                "rows": [[plain.plain(str(cell)) for cell in row] for row in records(self.rows)],
            }
            if sparks := _sparks(self.rows):
                record["table"]["sparks"] = sparks
        if self.number is not None:
            record["number"] = self.number
        return record

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {MIME: json.loads(json.dumps(self.record(), allow_nan=False))}
        if self.image is not None:
            image = self._stamped()
            bundle["image/svg+xml"] = plain.plain(image.svg)
            bundle["image/png"] = base64.b64encode(image.png).decode("ascii")
        elif self.rows is not None:
            bundle["text/html"] = plain.plain(self.rows.to_html(index=False, border=0))
        bundle["text/plain"] = plain.plain(f"{self.title}\n{self.caption} [{self.kind}]")
        return bundle

    def _stamped(self) -> Image:
        """Return the picture, marked as such where its data are synthetic."""
        from needs.present.stamp import stamped

        assert self.image is not None  # noqa: S101 (figures have one)
        return stamped(self.image) if self.kind == SYNTHETIC else self.image


def _sparks(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the small pictures in cells of a table, each with its place, until the run writes them as files."""
    from needs.present.spark import Spark

    return [
        {"row": row, "column": column, "alt": plain.plain(cell.alt), "svg": plain.plain(cell.svg),
         "png": base64.b64encode(cell.png).decode("ascii")}
        for row, cells in enumerate(records(rows)) for column, cell in enumerate(cells) if isinstance(cell, Spark)
    ]  # fmt: skip


def number(label: str, estimate: Estimate, unit: str, caption: str, released: bool = False) -> Artefact:
    """Make a headline number of an estimate.

    Parameters
    ----------
    label : str
        Two to five words that stand above the number.
    estimate : Estimate
        The number with its interval, kind and sources.
    unit : str
        ``people``, ``beds``, ``places``, ``GBP``, ``share`` or ``ratio``.
    caption : str
        What exactly is counted, where and when.
    released : bool
        Whether it was made of a :class:`needs.methods.disclosure.Released`.
    """
    text, interval = number_text(estimate, unit), range_text(estimate, unit)
    content = {
        "label": label,
        "value": estimate.value,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "unit": unit,
        "text": text,
        "interval": interval,
    }
    shown = f"{label}: {text}" + (f" ({interval})" if interval else "")
    data = pd.DataFrame([{"label": label, "unit": unit, **estimate.as_record()}])
    return Artefact("number", shown, caption, estimate.kind, estimate.source, data, number=content, released=released)
