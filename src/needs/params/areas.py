"""What a run is told about its area: which people are counted, and what a footprint is."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from needs.params.figures import EDITION_FILE, Block, parameter

__all__ = ["Footprint", "Population"]


_SIGNS = ("{{", "{%", "<", ">")
"""What a page takes for code."""


class Population(Block):
    """Which people are counted."""

    table: str = parameter("Evidence table of people by sex and age band.", "name", EDITION_FILE)
    period: str = parameter("Reference date of the population.", "text", EDITION_FILE)
    age_bands: tuple[str, ...] = parameter("Age bands that add up to adults.", "measures", EDITION_FILE, min_length=1)
    areas: str | None = parameter(
        "Evidence table of adults by sex of the areas below regions; none where the edition has none.",
        "name", EDITION_FILE, default=None,
    )  # fmt: skip


class Footprint(Block):
    """A set of integrated care boards that is assessed like a region, such as a provider collaborative."""

    name: str = parameter("Name on the page.", "text", "params/<edition>/footprints.yaml", min_length=2)
    icbs: tuple[str, ...] = parameter(
        "Codes of its integrated care boards, each once.", "codes", "params/<edition>/footprints.yaml", min_length=1
    )
    confidence: Literal["high", "medium", "low", "stated by the user"] = parameter(
        "How sure it is that these boards make up the footprint.", "word", "params/<edition>/footprints.yaml",
        default="stated by the user",
    )  # fmt: skip
    note: str = parameter("What a reader must know of it.", "text", "none", default="")

    @field_validator("name", "note")
    @classmethod
    def _plain(cls, text: str) -> str:
        if len(text.splitlines()) > 1:
            raise ValueError("this runs over several lines; write it on one")
        if signs := [sign for sign in _SIGNS if sign in text]:
            raise ValueError(f"{text!r} holds {' and '.join(signs)}; leave out {' '.join(_SIGNS)}")
        return text
