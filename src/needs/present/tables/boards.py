"""Tables of the integrated care boards in a region or footprint."""

from __future__ import annotations

import pandas as pd

from needs.data.geography import Region
from needs.methods.cascade import ROWS
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import nothing, with_ranges
from needs.values import Provenance

__all__ = ["boards"]


def boards(frame: pd.DataFrame, whole: pd.DataFrame, region: Region, known: Provenance, note: str) -> Artefact:
    """Tabulate expected patients of each integrated care board, which add up to the region's.

    Parameters
    ----------
    frame : DataFrame
        ``name, adults, tier, patients, patients_lower_95, patients_upper_95``, one row a board and tier; empty where the
        edition knows no smaller areas.
    whole : DataFrame
        ``tier, patients, patients_lower_95, patients_upper_95`` of the region itself.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    note : str
        What a reader must know of the boards or the footprint; may be empty.
    """
    here = words.place(region.name)
    told = f" {note[:1].upper()}{note[1:].rstrip('.')}." if note else ""
    if frame.empty:
        said = f"No areas smaller than {here} are in the evidence of this edition."
        return nothing(said, "Integrated care board", f"Expected patients by smaller area, {region.name}.{told}", known)
    data = pd.concat([frame, whole.assign(name=region.name, adults=frame.groupby("name")["adults"].first().sum())])
    data = data[["name", "adults", "tier", "patients", "patients_lower_95", "patients_upper_95"]].reset_index(drop=True)
    cells = data.assign(text=with_ranges(data, "patients", "patients_lower_95", "patients_upper_95"))
    shown = cells.pivot(index="name", columns="tier", values="text")[list(ROWS)]
    shown = shown.loc[[*sorted(frame["name"].unique()), region.name]].rename(columns=words.TIER_NAMES)
    adults = data.groupby("name")["adults"].first()
    shown.insert(0, "Adults", [words.count(adults[name]) for name in shown.index])
    shown = shown.rename(index={region.name: f"{words.place(region.name, start=True)} together"})
    shown = shown.rename_axis("Integrated care board").rename_axis(columns=None).reset_index()
    shown.attrs["numeric"] = list(shown.columns[1:])
    secure = frame[frame["tier"] == "all"].set_index("name")
    rate = (secure["patients"] / secure["adults"] * 1e5).sort_values()
    title = _finding(rate, here)
    caption = (
        f"Expected patients of the integrated care boards of {here} by tier, with 95% intervals. Boards add up to {here}; their "
        f"intervals are wider, because need varies between boards beyond what age, sex and deprivation say.{told}"
    )
    return Artefact("table", title, caption, known.kind, known.sources, data, rows=shown)


def _finding(rate: pd.Series[float], here: str) -> str:
    """Say how far boards lie apart, given their rates in order."""
    if len(rate) == 1:
        return f"{here[:1].upper()}{here[1:]} has one integrated care board, {rate.index[0]}"
    low = f"{rate.iloc[0]:.1f} per 100,000 adults"
    if rate.iloc[-1] < 1.03 * rate.iloc[0] or f"{rate.iloc[-1]:.1f}" == f"{rate.iloc[0]:.1f}":
        return f"Boards of {here} differ by size, at about {low}: what says more of need is published by region"
    least, most = (words.place(str(name)) for name in (rate.index[0], rate.index[-1]))
    return f"Expected secure patients run from {low} in {least} to {rate.iloc[-1]:.1f} in {most}"
