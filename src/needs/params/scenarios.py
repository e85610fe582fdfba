"""Scenario files: found by name, read, combined and checked, with every problem of every file at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap

from needs.errors import ParamsError, Problem
from needs.params.documents import explained, line_of, read_document
from needs.params.scenario import SLUG, BedChange, Levers, Scenario

__all__ = ["EVERY", "FOLDER", "Placed", "astray", "read_scenarios", "shelved"]

FOLDER = "scenarios"
"""Folder of parameters that holds the scenarios, whatever the edition."""

EVERY = f"every file of params/{FOLDER}"
"""The scenarios of a run that names none."""

TAKEN = {
    "today": "going on as today, which every scenario is weighed against",
    "england": "England in a comparison of runs",
    "none": "a run that weighs no scenario",
}
"""Names that mean something else on the command line and in results."""

LABEL = 60
"""Letters that a label of one file may have: it stands beside bars."""

Placed = tuple[Path | None, Problem]
"""A problem and its file; no file where it stands on the command line."""


def read_scenarios(
    chosen: Sequence[str] | None, root: Path, years: int | None = None
) -> tuple[tuple[Scenario, ...], list[Placed]]:
    """Return scenarios as they are followed, those that they combine taken in, and everything that is wrong.

    Parameters
    ----------
    chosen : sequence of str, optional
        Names of files in params/scenarios; files anywhere, which end in ``.yaml`` or hold a folder; two or more of
        either with a plus between them. Without them every file of params/scenarios, by name.
    root : Path
        Project folder.
    years : int, optional
        Years of the run, after which no bed changes.

    Examples
    --------
    >>> from needs.project import project_root
    >>> found, wrong = read_scenarios(["single-assessment+step-down-40"], project_root())
    >>> found[0].combines, found[0].levers.assessments, found[0].levers.open[0].number, wrong
    (('single-assessment', 'step-down-40'), 1.0, 40, [])
    >>> [problem.what for _, problem in read_scenarios(["singel-assessment"], project_root())[1]]
    ["'singel-assessment' is not a scenario. Did you mean 'single-assessment'?"]
    """
    shelf = _Shelf(root, years)
    found: dict[frozenset[str], Scenario] = {}
    for text in shelf.names() if chosen is None else chosen:
        names = shelf.asked(text)
        key = frozenset(names)
        if names and key not in found and (scenario := shelf.combined(tuple(dict.fromkeys(names)))):
            found[key] = scenario
    return tuple(found.values()), list(dict.fromkeys(shelf.problems))


def shelved(root: Path) -> list[Path]:
    """Return the files of params/scenarios, which say what a run weighs that names no scenario.

    Examples
    --------
    >>> from needs.project import project_root
    >>> "single-assessment.yaml" in [path.name for path in shelved(project_root())]
    True
    """
    return sorted(path for path in (root / "params" / FOLDER).glob("*.yaml") if not path.name.startswith("."))


def astray(root: Path) -> Iterator[Problem]:
    """Give files among the scenarios that nobody would ever read; hidden files and backups (~) may be there.

    Examples
    --------
    >>> from needs.project import project_root
    >>> list(astray(project_root()))
    []
    """
    for path in sorted((root / "params" / FOLDER).glob("*")):
        passing = path.name == "README.md" or path.name.startswith(".") or path.name.endswith("~")
        if not passing and (path.suffix != ".yaml" or not path.is_file()):
            said = f"is no scenario: those are files such as {_slug(path.stem)}.yaml"
            yield Problem(path.name, said)


@dataclass(frozen=True)
class _File:
    """One file: where it is, as it was written, and the scenario it tells of."""

    path: Path
    document: CommentedMap
    told: Scenario


@dataclass
class _Shelf:
    """The files of scenarios, each read once, and everything that is wrong with them."""

    root: Path
    years: int | None
    problems: list[Placed] = field(default_factory=list)
    files: dict[str, _File | None] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root / "params" / FOLDER

    def names(self) -> list[str]:
        return [path.stem for path in shelved(self.root)]

    def asked(self, text: str) -> tuple[str, ...]:
        """Return the names that were asked for together, each file read; none where one of them cannot be used."""
        parts = [text] if _is_path(text) and Path(text).is_file() else text.split("+")
        names = [self._own(Path(part)) if _is_path(part) else self._named(part) for part in parts]
        return tuple(name for name in names if name) if all(names) else ()

    def combined(self, names: tuple[str, ...]) -> Scenario | None:
        """Return one scenario of all that it combines, or note why there is none."""
        parts: dict[str, _File] = {}
        good = [self._gather(name, parts, ()) for name in names]  # all, so that every problem is told
        if not all(good):
            return None
        first = parts[names[0]]
        path, where = (first.path, _line(first, "combines")) if len(names) == 1 else (None, "")
        before = f"{'+'.join(names)}: " if path is None else ""
        levers, wrong = _merged({name: part.told.levers for name, part in parts.items()})
        self.problems += [(path, Problem(where, f"{before}{what}")) for what in wrong]
        if levers is None:
            return None
        told = [parts[name].told for name in names]
        return Scenario(
            name="+".join(names),
            label=" + ".join(one.label for one in told),
            because=" ".join(one.because for one in told),
            combines=tuple(name for name in parts if (name,) != names),
            levers=levers,
        )

    def _named(self, name: str) -> str | None:
        if name in self.names():
            return name if self._read(name, self.folder / f"{name}.yaml") else None
        self.problems.append((None, Problem("", f"{name!r} is not a scenario.{self._near(name)}")))
        return None

    def _own(self, path: Path) -> str | None:
        """Read a user's own file, which may be anywhere; its stem is its name."""
        ours = self.folder / path.name
        if ours.is_file() and path.is_file() and path.resolve() == ours.resolve():
            return self._named(path.stem)
        wrong = _unusable(path)
        if not wrong and path.stem in self.names():
            wrong = f"{path.stem} is a scenario of params/{FOLDER} already; give the file another name"
        known = self.files.get(path.stem)
        if not wrong and known and known.path.resolve() != path.resolve():
            wrong = f"{known.path.as_posix()} has the same name; give one of them another"
        if wrong:
            self.problems.append((path, Problem("", wrong)))
            return None
        return path.stem if self._read(path.stem, path) else None

    def _gather(self, name: str, parts: dict[str, _File], trail: tuple[str, ...]) -> bool:
        """Add a scenario after those that it combines; say whether all of them can be used."""
        file = self._read(name, self.folder / f"{name}.yaml")
        if file is None:
            return False
        good = True
        for index, other in enumerate(file.told.combines):
            wrong = ""
            if other in (chain := (*trail, name)):
                wrong = f"{' combines '.join((*chain[chain.index(other) :], other))}: a ring has no end"
            elif other not in self.names():
                wrong = f"{other!r} is not a scenario.{self._near(other)}"
            if wrong:
                what = f"combines.{index}: {wrong}"
                self.problems.append((file.path, Problem(_line(file, "combines", index), what)))
            good &= not wrong and self._gather(other, parts, (*trail, name))
        parts[name] = file
        return good

    def _near(self, name: str) -> str:
        near = difflib.get_close_matches(name, self.names(), n=1)
        return f" Did you mean '{near[0]}'?" if near else ""

    def _read(self, name: str, path: Path) -> _File | None:
        if name not in self.files:
            self.files[name] = self._parsed(name, path)
        return self.files[name]

    def _parsed(self, name: str, path: Path) -> _File | None:
        """Read and check one file, or note why it cannot be used."""
        if wrong := _unusable(path):
            self.problems.append((path, Problem("", wrong)))
            return None
        try:
            document = read_document(path, self.root)
        except ParamsError as error:
            self.problems += [(path, problem) for problem in error.problems]
            return None
        found: list[Problem] = []
        said = document.get("name", name)
        if said != name:
            found.append(Problem(f"line {line_of(document, ('name',))}", f"name: {said} is not {name}, the file's own"))
        try:
            told = Scenario.model_validate({**document, "name": name})
        except ValidationError as error:
            found += [problem for _, problem in explained(error, [document], Scenario)]
        else:
            file = _File(path, document, told)
            found += [Problem(_line(file, *where), what) for where, what in _slips(told, self.years)]
        self.problems += [(path, problem) for problem in found]
        return None if found else file


def _is_path(text: str) -> bool:
    return text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text


def _unusable(path: Path) -> str:
    """Say why a path cannot be a scenario's file, or nothing."""
    if path.suffix not in (".yaml", ".yml"):
        return "it is no .yaml file"
    if path.is_symlink():
        return "it is a link; name the file itself"
    if not path.is_file():
        return "it is no file" if path.exists() else "there is no such file"
    if not re.fullmatch(SLUG, path.stem):
        return f"its name is that of the scenario: write small letters, digits and hyphens, such as {_slug(path.stem)}.yaml"
    if path.stem in TAKEN:
        return f"its name stands for {TAKEN[path.stem]}; give the file another, such as my-{path.stem}.yaml"
    return ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "my-plan"


def _line(file: _File, *location: str | int) -> str:
    line = line_of(file.document, location)
    return f"line {line}" if line else ""


def _slips(told: Scenario, years: int | None) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give what is wrong with one file beyond its fields: where in the file, and what."""
    if len(told.label) > LABEL:
        yield ("label",), f"label: {len(told.label)} letters are more than {LABEL}"
    if not told.combines and not dict(_moved(told.levers)):
        yield ("levers",), "levers: none is named; name at least one, or combine other scenarios"
    for lever in ("open", "close"):
        changes: tuple[BedChange, ...] = getattr(told.levers, lever)
        for index, change in enumerate(changes):
            if years is not None and change.year > years:
                where = ("levers", lever, index, "year")
                yield where, f"{'.'.join(map(str, where))}: {change.year} is after the last year, {years} (flow.years)"


def _moved(levers: Levers) -> Iterator[tuple[str, Any]]:
    """Give the levers that are not left as they are."""
    for lever, field_ in Levers.model_fields.items():
        value = getattr(levers, lever)
        if value != field_.get_default(call_default_factory=True):
            yield lever, value


def _merged(parts: Mapping[str, Levers]) -> tuple[Levers | None, list[str]]:
    """Take levers together: beds join, ratios multiply, any other lever has one value; or say why they do not fit."""
    whole: dict[str, Any] = {}
    said: dict[str, str] = {}
    wrong: list[str] = []
    for name, levers in parts.items():
        for lever, value in _moved(levers):
            old = whole.get(lever)
            if old is None:
                whole[lever], said[lever] = value, name
            elif lever in ("open", "close"):
                whole[lever] = (*old, *value)
            elif lever == "delayed":
                whole[lever] = round(old * value, 12)
            elif lever == "stay":
                whole[lever] = {**old, **{tier: round(old.get(tier, 1) * ratio, 12) for tier, ratio in value.items()}}
            elif lever == "independent_share" and all(old.get(tier, share) == share for tier, share in value.items()):
                whole[lever] = {**old, **value}
            elif value != old:
                wrong.append(f"levers.{lever}: {said[lever]} and {name} say different things; leave one of them out")
    if wrong:
        return None, wrong
    try:
        return Levers.model_validate(whole), []
    except ValidationError as error:
        return None, [f"levers.{problem.what} together" for _, problem in explained(error, [CommentedMap()], Levers)]
