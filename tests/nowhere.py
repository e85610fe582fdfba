"""A public format that nobody publishes, and its reader."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from needs.data.readers import Reading
from needs.data.sidecar import Citation


@dataclass(frozen=True)
class Beds:
    """A reader of a format that nobody publishes."""

    name: str = "beds"
    title: str = "Beds of nowhere"
    looks_for: str = "a CSV file with the columns org_code and beds_open"
    columns: tuple = ("org_code", "beds_open")

    def matches(self, head):
        return head.has(*self.columns)

    def read(self, path):
        frame = pd.read_csv(path).assign(status="published")
        cited = Citation(publisher="Nobody", title="Beds", date="2024", licence="none", url="none")
        return Reading(
            frame, "2024-25 Q1", cited, len(frame), 1, {"kind": Counter({"odd": 2})}, ["Nowhere counts twice."]
        )
