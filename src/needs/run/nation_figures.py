"""Figures of a nation, read out of the finished runs of its regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from needs.present import words
from needs.present.nation_words import Place
from needs.run.finished import Finished
from needs.values import TIERS, Estimate, Provenance, records, total

if TYPE_CHECKING:
    from needs.data.geography import Region

__all__ = ["COUNTRY", "Nation", "told_otherwise"]

COUNTRY = "England"
"""Name of the whole in every artefact of a run; in the made-up edition it is the made-up country."""

PATHWAY = (*TIERS, "all", "step_down", "community")
NUMBERS = {
    "adults": "num-adults",
    "need_index": "num-need-index",
    "patients": "num-demand-all",
    "beds": "num-beds-all",
    "spend": "num-secure-spend",
    "per_adult": "num-spend-per-adult",
    "places": "num-step-down-places",
    "blocked": "num-blocked",
    "prisoners": "num-prisoners-waiting",
}
"""Artefact of each indicator that is a headline number of a run."""

Rows = dict[str, dict[str, float]]
"""Figures by row and column."""

OF_ONE_COUNTRY = 1e-6
"""Part by which two runs may differ about the country and still mean the same one."""


@dataclass(frozen=True)
class Nation:
    """The runs of an edition's regions, as one.

    Parameters
    ----------
    runs : sequence of Finished
        In the edition's order; one at least.
    missing : sequence of Region
        Regions that were not run.
    """

    runs: Sequence[Finished]
    missing: Sequence[Region]

    @cached_property
    def base(self) -> Finished:
        """The run that speaks for the country: the first that was told nothing else about it."""
        alone = (run for run in self.runs if not told_otherwise(run, ("demand.", "costs.")))
        return next(alone, self.runs[0])

    @property
    def of(self) -> str:
        """Which regions these are, as in ``7 regions``."""
        run, every = len(self.runs), len(self.runs) + len(self.missing)
        named = f"{run} {words.plural(run, 'region')}"
        return named if run == every else f"{run} of {every} regions"

    @cached_property
    def places(self) -> list[Place]:
        """Every region run, with its figures."""
        return [_place(run) for run in self.runs]

    @cached_property
    def money(self) -> Rows:
        """``adults_england, patients_england, year_cost_england, spend_england`` by tier, as the base has them."""
        return _rows(self.base, "tbl-spend-england", "tier")

    @cached_property
    def patients(self) -> Rows:
        """People of every region of the edition and of the country, by name and tier, as the base has them."""
        return _rows(self.base, "tbl-reconciliation", "name")

    @cached_property
    def whole(self) -> Place:
        """The country, with the figures that are known of it."""
        modelled = self.base.figure("num-england-modelled")
        adults = Estimate(
            self.money["all"]["adults_england"],
            kind=self.places[0].figures["adults"].kind,
            source=self.places[0].figures["adults"].source,
        )
        patients = total([self._patients(tier) for tier in TIERS], together=True)
        figures = {
            "adults": adults,
            "patients": patients,
            "rate": patients * (1e5 / adults.value),
            "spend": modelled,
            "per_adult": modelled * (1 / adults.value),
        }
        return Place("", COUNTRY, figures if self.missing else {**figures, "places": self.step_down_places})

    @property
    def step_down_places(self) -> Estimate:
        """Places that all regions run need, whose errors move together."""
        return total([place.figures["places"] for place in self.places], together=True)

    def _patients(self, tier: str) -> Estimate:
        """Return the country's patients of a tier: beds times occupancy, with the range of the occupancy."""
        value = self.patients[COUNTRY][tier]
        told = self.base.record.parameters["demand"]["occupancy"][tier]
        source = (
            *self.base.figure("num-england-beds").source,
            f"params/{self.base.record.edition}#demand.occupancy.{tier}",
        )
        kind = told.get("kind", "assumed")
        if told.get("value") and told.get("lower") and told.get("upper"):
            ends = [value * told[end] / told["value"] for end in ("lower", "upper")]
            return Estimate(value, ends[0], ends[1], kind, source)
        return Estimate(value, kind=kind, source=source)

    def people(self) -> tuple[pd.DataFrame, Provenance]:
        """Return ``label, regions, missing, whole`` of adults, patients by tier and beds, and how they are known."""
        demand = {run.record.region: _rows(run, "tbl-demand", "tier") for run in self.runs}
        left, own = self._left(), demand[self.base.record.region]
        rates = _rows(self.base, "fig-need-map", "name")
        adults = sum(self.patients[region.name]["all"] / rates[region.name]["value"] * 1e5 for region in self.missing)
        beds = sum(left[tier] * own[tier]["beds"] / own[tier]["patients"] for tier in TIERS)
        rows = [("Adults", self._sum("adults"), adults, self.whole.figures["adults"].value)]
        for tier in PATHWAY:
            regions = sum(found[tier]["patients"] for found in demand.values())
            rows.append((words.TIER_NAMES[tier], regions, left[tier], self.patients[COUNTRY][tier]))
        rows.append(("Beds", self._sum("beds"), beds, self.base.figure("num-england-beds").value))
        known = _known(self.runs, "tbl-demand", "tbl-reconciliation")
        return pd.DataFrame(rows, columns=["label", "regions", "missing", "whole"]), known

    def _left(self) -> dict[str, float]:
        """People of the regions that were not run, by tier."""
        return {tier: sum(self.patients[region.name][tier] for region in self.missing) for tier in PATHWAY}

    def _sum(self, key: str) -> float:
        return sum(place.figures[key].value for place in self.places)

    def pounds(self) -> tuple[pd.DataFrame, Provenance]:
        """Return ``label, regions, missing, whole, reported`` of spend by tier, and how they are known."""
        demand = [_rows(run, "tbl-demand", "tier") for run in self.runs]
        told = [_rows(run, "tbl-spend-england", "tier") for run in self.runs]
        left, rows = self._left(), []
        for tier in TIERS:
            price, whole = self.money[tier]["year_cost_england"], self.money[tier]["spend_england"]
            regions = sum(found[tier]["patients"] for found in demand) * price
            rows.append(
                (
                    words.TIER_NAMES[tier],
                    regions,
                    left[tier] * price,
                    whole,
                    sum(found[tier]["spend"] for found in told),
                )
            )
        rows.append((words.TIER_NAMES["all"], *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
        frame = pd.DataFrame(rows, columns=["label", "regions", "missing", "whole", "reported"])
        return frame, _known(self.runs, "tbl-spend-england")

    def own_figures(self) -> list[dict[str, Any]]:
        """Say which regions told figures of their own, and which."""
        found = [
            {"area": run.record.region, "name": run.about["region_name"], "told": list(self._own(run))}
            for run in self.runs
        ]
        return [each for each in found if each["told"]]

    def _own(self, run: Finished) -> Iterator[str]:
        if run.own:
            yield f"spend on {words.listed([words.TIER_NAMES[tier].lower() for tier in run.own])} care"
        if run.record.parameters["demand"].get("counted"):
            yield "people counted in care, who stand in place of expected ones in money, step-down and the flow"
        if run.about["measured"]:
            yield "other figures measured from its own data"
        if fields := told_otherwise(run, ("",)):
            yield f"parameters that differ from the national ones ({', '.join(fields[:3])}{' and others' * (len(fields) > 3)})"
        if not self._of_this_country(run):
            yield "figures of the country itself, so that its share is one of another whole"

    def _of_this_country(self, run: Finished) -> bool:
        mine, ours = (
            {**{tier: _rows(other, "tbl-reconciliation", "name")[COUNTRY][tier] for tier in PATHWAY},
             "spend": _rows(other, "tbl-spend-england", "tier")["all"]["spend_england"]}
            for other in (run, self.base)
        )  # fmt: skip
        return all(abs(mine[key] - ours[key]) <= OF_ONE_COUNTRY * abs(ours[key]) for key in ours)

    def used(self) -> list[tuple[str, str, pd.DataFrame, Provenance]]:
        """Return every count of use: label, why it is not need, a row an area, and how it is known."""
        told = [run.data("tbl-use-need") for run in self.runs]
        rows = pd.concat([frame for frame in told if "ratio" in frame], ignore_index=True) if told else pd.DataFrame()
        if rows.empty:
            return []
        rows = pd.concat([rows, self._funnel(rows)], ignore_index=True)
        known = _known(self.runs, "tbl-use-need")
        rows = rows.drop_duplicates(["label", "cell"]).rename(columns={"cell": "area"})
        return [
            (str(label), str(frame["note"].iloc[0]), frame.reset_index(drop=True), known)
            for label, frame in rows.groupby("label", sort=False)
        ]

    def _funnel(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the areas of a run's funnel plot under the label of its count, so that a count is whole with few runs."""
        drawn = self.base.data("fig-funnel")
        for row in records(rows):
            same = drawn[(drawn["cell"] == row.cell) & (drawn["count"] == row.count)]
            if len(same):
                return drawn.assign(label=row.label, note=row.note)
        return drawn.iloc[:0].assign(label="", note="")

    def first_options(self) -> tuple[pd.DataFrame, Provenance] | None:
        """Return the option ranked first in every region; None where a run weighed none."""
        if not all((run.folder / "artefacts" / "tbl-options.csv").is_file() for run in self.runs):
            return None
        ends = [f"{name}{end}" for name in ("spend", "delayed") for end in ("", "_lower", "_upper")]
        rows = []
        for run in self.runs:
            first = run.data("tbl-options").iloc[0]
            rows.append(
                {"area": run.record.region, "name": run.about["region_name"], **first[["label", *ends]].to_dict()}
            )
        return pd.DataFrame(rows), _known(self.runs, "tbl-options")


def told_otherwise(run: Finished, blocks: Sequence[str]) -> list[str]:
    """Return the parameters of some blocks that a run was told otherwise than the edition, measured figures left out.

    Parameters
    ----------
    run : Finished
        The run.
    blocks : sequence of str
        How the parameters begin, such as ``demand.``.

    Examples
    --------
    >>> from pathlib import Path
    >>> about = {"overrides": [{"field": "demand.rule"}, {"field": "service.folder"}], "measured": []}
    >>> told_otherwise(Finished(Path("x"), None, about), ["demand."])
    ['demand.rule']
    """
    measured = tuple(one["field"] for one in run.about["measured"])
    starts = tuple(f"{field.split('.')[0]}.{field.split('.')[1]}." for field in measured)
    apart = ("service.", "scenarios", "costs.spend_file", "projection.file", *starts)
    fields = [changed["field"] for changed in run.about["overrides"]]
    return [field for field in fields if not field.startswith(apart) and field.startswith(tuple(blocks))]


def _rows(run: Finished, artefact: str, key: str) -> Rows:
    """Return the numbers of an artefact of a run, by row and column."""
    frame = run.data(artefact).set_index(key)
    return {str(name): dict(row) for name, row in frame.select_dtypes("number").iterrows()}


def _place(run: Finished) -> Place:
    """Return a region with its figures."""
    figures = {key: run.figure(name) for key, name in NUMBERS.items()}
    figures["rate"] = figures["patients"] * (1e5 / figures["adults"].value)
    waits = run.data("tbl-transfer-standards")
    row = waits[(waits["clock"] == "from referral") & (waits["days"] == 28)].iloc[0]
    known = run.shown("tbl-transfer-standards")
    ends = sorted([row["now"], row["now_lower"], row["now_upper"]])
    figures["in_28_days"] = Estimate(row["now"], ends[0], ends[-1], known["kind"], tuple(known["sources"]))
    return Place(run.record.region, run.about["region_name"], figures)


def _known(runs: Sequence[Finished], *artefacts: str) -> Provenance:
    """Join how artefacts of all runs are known."""
    shown: list[Mapping[str, Any]] = [run.shown(name) for run in runs for name in artefacts]
    return Provenance.of(*(Provenance(record["kind"], tuple(record["sources"])) for record in shown))
