"""Finished runs, found again: by region, edition or folder, and only as they were left."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from needs.errors import NeedsError, ParamsError
from needs.present.money_words import How
from needs.project import EDITIONS, project_root
from needs.run import manifest
from needs.values import Estimate

__all__ = ["ENGLAND", "Finished", "find_finished"]

ENGLAND = "england"
"""What stands after a colon for England in a run's edition; anything else is a scenario."""

A_FOLDER = "name a folder that `needs run` made, such as build/2023-24/london"


@dataclass(frozen=True)
class Finished:
    """A finished run as it was left, and what of it is meant.

    Parameters
    ----------
    folder : Path
        Its folder.
    record : Manifest
        Its manifest.
    about : dict
        What it says about itself.
    part : str
        Empty for the region, ``england``, or the name of a scenario.

    Examples
    --------
    >>> made = {"inputs": {}, "parameters": {}, "code": {}, "lock": "", "fingerprint": "", "versions": {}}
    >>> record = manifest.Manifest(**made, edition="2009-10", region="london", formats=(), outputs={}, artefacts={})
    >>> Finished(Path("build/2009-10/london"), record, {"region_name": "London"}, "england").slug
    'london-2009-10-england'
    """

    folder: Path
    record: manifest.Manifest
    about: dict[str, Any]
    part: str = ""

    @property
    def slug(self) -> str:
        """Name in the path of a comparison."""
        return "-".join(part for part in (self.record.region, self.record.edition, self.part) if part)

    @property
    def slug_of_folder(self) -> str:
        """Name in that path beside another run of the same region and edition."""
        return f"{self.slug}-{hashlib.sha256(self.folder.resolve().as_posix().encode()).hexdigest()[:6]}"

    @property
    def scenario(self) -> str:
        """Name of the scenario that is meant, or nothing."""
        return "" if self.part == ENGLAND else self.part

    @property
    def again(self) -> str:
        """The command that makes the run once more."""
        edition = "" if self.record.edition == EDITIONS[0] else f" --edition {self.record.edition}"
        out = self.folder.parent.parent
        here = self.folder == out / self.record.edition / self.record.region and out != Path("build")
        return f"needs run {self.record.region}{edition}" + f" --out {out.as_posix()}" * here

    @property
    def tiers(self) -> pd.DataFrame:
        """``tier, adults, patients, year_cost, spend`` of the region or of England, as the run left them."""
        end = "_england" if self.part == ENGLAND else ""
        rows = self.data("tbl-spend-england")
        rows = rows[rows["tier"] != "all"]
        columns = ["adults", "patients", "year_cost", "spend"]
        return (
            rows[["tier", *(name + end for name in columns)]]
            .set_axis(["tier", *columns], axis=1)
            .reset_index(drop=True)
        )

    @property
    def own(self) -> tuple[str, ...]:
        """Tiers of which a region gave its own spend."""
        if self.part == ENGLAND or self.record.parameters["costs"].get("spend_file") is None:
            return ()
        spend = self.data("tbl-spend")
        return tuple(spend.loc[spend["own"].astype(bool) & (spend["tier"] != "all"), "tier"])

    @property
    def how(self) -> How:
        """How spend is known."""
        return "modelled" if not self.own else "own" if len(self.own) == len(self.tiers) else "partly own"

    def data(self, artefact: str) -> pd.DataFrame:
        """Return the data of an artefact, as written beside it."""
        return pd.read_csv(self.folder / "artefacts" / f"{artefact}.csv")

    def figure(self, artefact: str) -> Estimate:
        """Return a headline number of the run with its interval, kind and sources."""
        row = self.data(artefact).iloc[0]
        lower, upper = (None if pd.isna(row[end]) else float(row[end]) for end in ("value_lower", "value_upper"))
        return Estimate(float(row["value"]), lower, upper, row["kind"], tuple(str(row["source"]).split("; ")))

    def shown(self, artefact: str) -> dict[str, Any]:
        """Return the record of an artefact: title, kind, sources."""
        return dict(json.loads((self.folder / "artefacts" / f"{artefact}.json").read_text(encoding="utf-8")))


def find_finished(texts: Sequence[str], out: Path, root: Path | None = None) -> list[Finished]:
    """Find what a user named: finished runs, whole, unedited, and made by the code that is here now.

    Parameters
    ----------
    texts : sequence of str
        Each the folder of a run, or a region (slug, name or code; ``@2009-10`` after it says the edition) whose run is
        looked for under ``out``; with ``:england`` after it England in the run's edition, with ``:<scenario>`` that
        scenario.
    out : Path
        Output folder of the runs.
    root : Path, optional
        Project folder.

    Raises
    ------
    ParamsError
        With every problem of every text, and what to do about each.

    Examples
    --------
    >>> find_finished(["lundon"], Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.ParamsError: runs cannot be compared: 1 problem
      lundon  region 'lundon' is not known. Did you mean 'London'?
    Next: needs regions        [exit 10]
    """
    root = root or project_root()
    search = _Search(out, manifest.code(root), root)
    found = [search.one(text) for text in dict.fromkeys(texts)]
    if search.problems:
        lines = [f"{text}  {what}" for text, what in dict.fromkeys(search.problems)]
        raise ParamsError("runs cannot be compared", lines, "; ".join(dict.fromkeys(search.remedies)))
    by_text = dict(zip(dict.fromkeys(texts), found, strict=True))
    return [run for text in texts if (run := by_text[text]) is not None]


class _Search:
    """Looks for runs and gathers what is wrong with them."""

    def __init__(self, out: Path, code: dict[str, str], root: Path) -> None:
        self.out, self.code, self.root = out, code, root
        self.problems: list[tuple[str, str]] = []
        self.remedies: list[str] = []

    def _wrong(self, text: str, what: str, remedy: str) -> None:
        self.problems.append((text, what))
        self.remedies.append(remedy)

    def one(self, text: str) -> Finished | None:
        """Return the run that a text means; None when something is wrong with it."""
        place, part = _parted(text)
        folder, remedy = self._folder(text, place)
        if folder is None:
            return None
        if not folder.is_dir():
            self._wrong(text, f"there is no finished run in {folder}", remedy or A_FOLDER)
            return None
        try:
            record = manifest.Manifest.read(folder)
        except NeedsError as error:
            for problem in error.problems:
                self._wrong(text, f"{folder}: {problem}", remedy or error.remedy)
            return None
        run = Finished(folder, record, {}, part)
        known = len(self.problems)
        self._as_left(text, run, remedy or run.again)
        self._of_this_code(text, run, remedy or run.again)
        if run.scenario:
            self._scenario(text, run)
        if len(self.problems) > known:
            return None
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        return Finished(folder, record, about, part)

    def _folder(self, text: str, place: str) -> tuple[Path | None, str]:
        """Return the folder that a text means, and the command that makes it."""
        from needs.data.geography import find_region

        if re.search(r"[/\\]", place) or (Path(place) / manifest.FILE).is_file():
            return Path(place), ""  # a manifest there says how it is made again
        name, _, edition = place.partition("@")
        try:
            region = find_region(name, edition or None, self.root)
        except ParamsError as error:
            self._wrong(text, ". ".join([error.headline, *map(str, error.problems)]), error.remedy)
            return None, ""
        folder = self.out / region.edition / region.slug
        remedy = f"needs run {region.slug}" + (f" --edition {region.edition}" if region.edition != EDITIONS[0] else "")
        return folder, remedy + (f" --out {self.out.as_posix()}" if self.out != Path("build") else "")

    def _as_left(self, text: str, run: Finished, remedy: str) -> None:
        """Say which files are not as the run left them."""
        there = [run.folder / file for file in run.record.outputs if (run.folder / file).is_file()]
        now = manifest.hashes(there, run.folder)
        changed = [file for file, digest in run.record.outputs.items() if now.get(file) != digest]
        if changed:
            told = [f"{file} {'was edited' if file in now else 'was removed'}" for file in changed[:3]]
            more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
            self._wrong(text, f"{run.folder} is not as the run left it: {', '.join(told)}{more}", remedy)

    def _of_this_code(self, text: str, run: Finished, remedy: str) -> None:
        """Say what code has changed since the run: figures of two versions of a method tell its change, not the world's."""
        then = run.record.code
        changed = [name for name in sorted({*then, *self.code}) if then.get(name) != self.code.get(name)]
        if changed:
            more = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
            what = f"{run.folder} was made by another version of the code ({', '.join(changed[:2])}{more})"
            self._wrong(text, what, remedy)

    def _scenario(self, text: str, run: Finished) -> None:
        """Say that a run weighs no scenario of this name, with the nearest it does."""
        from needs.data.geography import nearest

        names = [scenario["name"] for scenario in run.record.parameters.get("scenarios", ())]
        if run.part in names:
            return
        what = f"{run.folder} weighs no scenario {run.part!r}"
        if near := nearest(run.part, names, 1):
            what += f". Did you mean {near[0]!r}?"
        elif names:
            what += f"; it has {', '.join(names)}"
        self._wrong(text, what, f"{run.again} --scenario NAME weighs one; needs scenarios lists them")


def _parted(text: str) -> tuple[str, str]:
    """Part ``place:part``; a colon of a drive or a path is none of ours."""
    place, colon, part = text.rpartition(":")
    if not colon or not place or re.search(r"[/\\]", part):
        return text, ""
    return place, part.casefold()
