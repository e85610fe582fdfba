"""Everything that a run rests on, checked at once: tables, boundaries, and the rows that parameters name.

For ``needs data check`` and before a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from needs.data.areas import Areas
from needs.data.boundaries import read_boundaries
from needs.data.files import table_files
from needs.data.footprints import footprints, with_boards
from needs.data.geography import Regions, area_codes
from needs.data.people import People
from needs.data.references import check_parameters, locate, remedy_of
from needs.data.service import read as read_service
from needs.data.sidecar import Citation, Sidecar
from needs.data.snapshot import Evidence
from needs.data.tables import read_table
from needs.errors import DataError, NeedsError, ParamsError, Problem
from needs.params.load import files, load, strays
from needs.params.model import RunParameters
from needs.project import EDITIONS, project_root

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Summary", "check"]

GROUND = {"area_codes", "icbs", "region_codes", "regions"}
"""Tables that say which areas there are: where one of them is broken, all others only show symptoms."""

EVIDENCE, PARAMS = "the evidence", "the parameters"

_T = TypeVar("_T")


@dataclass(frozen=True)
class Summary:
    """What was checked and found good.

    Parameters
    ----------
    tables, rows, figures, sources : int
        Counts; figures are the rows of tables that have a value.

    Examples
    --------
    >>> print(Summary(2, 30, 20, 5))
    2 tables, 30 rows, 20 figures, 5 sources
    """

    tables: int
    rows: int
    figures: int
    sources: int

    def __str__(self) -> str:
        return f"{self.tables} tables, {self.rows:,} rows, {self.figures:,} figures, {self.sources} sources"


def check(
    root: Path | None = None, editions: Iterable[str] = EDITIONS, told: Iterable[RunParameters] | None = None,
    own: bool = False,
) -> Summary:  # fmt: skip
    """Check the tables, sidecars, boundaries and parameters of some editions, and ``common``.

    The tables of regions and areas come first, and alone where they are broken.

    Parameters
    ----------
    root : Path, optional
        Project folder.
    editions : iterable of str
        Editions to check.
    told : iterable of RunParameters, optional
        Parameters of a run, whose rows are looked up after those of each edition's defaults. Without
        them, those of every file in ``params/`` are, and every file there must belong to a region.
    own : bool
        Whether own service data that parameters name are read too.

    Raises
    ------
    DataError
        With every problem of evidence, and of parameters that name what it does not hold.
    ParamsError
        With every problem of files of parameters and scenarios, where the evidence is good.

    Examples
    --------
    >>> check().tables
    52
    """
    read = _Read(root or project_root())
    folders = (*editions, "common")
    for folder in folders:
        read.tables(folder, ground=True)
    if not read.problems:
        for folder in folders:
            read.tables(folder, ground=False)
        runs = None if told is None else tuple(told)
        for edition in folders[:-1]:
            read.parameters(Regions.open(edition, read.root), runs)
            if own:
                read.service(Regions.open(edition, read.root), runs)
    if error := read.refusal():
        raise error
    frames = read.frames.values()
    figures = sum(len(frame) for frame in frames if "value" in frame)
    return Summary(len(frames), sum(map(len, frames)), figures, len(read.cited))


@dataclass
class _Read:
    """What has been read so far, and everything that is wrong with it."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, ParamsError] = field(default_factory=dict)
    """Files of parameters that cannot be read, by what is said of each."""
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    cited: dict[str, tuple[Citation, str]] = field(default_factory=dict)

    def tables(self, folder: str, ground: bool) -> None:
        """Read the tables of a folder: those of areas, or all others."""
        data = self.root / "data_raw" / folder
        codes = self._try(area_codes, self.root, None if folder == "common" else folder)
        if codes is None:
            return
        for name in sorted({path.stem for path in table_files(data) if (path.stem in GROUND) == ground}):
            if read := self._try(read_table, data / f"{name}.csv", codes):
                self.frames[f"{folder}/{name}"], sidecar = read
                self.problems += _cite(self.cited, sidecar, f"data_raw/{folder}/{name}.yaml")
        if not ground:
            self.problems += _strangers(data)

    def parameters(self, regions: Regions, runs: tuple[RunParameters, ...] | None) -> None:
        """Look up what the parameters of an edition name, and its boundaries."""
        self._try(read_boundaries, self._try(with_boards, regions) or regions)
        default = self._try(load, regions.edition, "_edition", self.root)
        told = self._own(regions) if runs is None else [run for run in runs if run.edition == regions.edition]
        different: dict[str, RunParameters] = {}
        if default is None:
            return
        for parameters in (default, *told):
            place = {"region": "", "footprint": None}  # which change no row
            different.setdefault(parameters.model_copy(update=place).canonical_json(), parameters)
        evidence = Evidence(regions, dict(self.frames))
        for parameters in different.values():
            wrong = list(_boards(parameters, evidence, own=parameters.population != default.population))
            if not wrong or parameters.footprint is None:  # every figure of a footprint rests on its boards
                self.problems += check_parameters(parameters, evidence)
            self.problems += wrong

    def service(self, regions: Regions, runs: tuple[RunParameters, ...] | None) -> None:
        """Read the own data that parameters of an edition name."""
        for parameters in self._own(regions) if runs is None else runs:
            if parameters.service.folder and parameters.edition == regions.edition:
                self._try(read_service, People(parameters, Evidence(regions, dict(self.frames)), regions))

    def _own(self, regions: Regions) -> list[RunParameters]:
        """Return the parameters of every region and footprint with a file of its own; each file is one of these."""
        edition, slugs = regions.edition, [region.slug for region in regions]
        slugs += self._try(footprints, regions) or {}
        self._try(strays, edition, slugs, self.root)
        own = [slug for slug in slugs if len(files(edition, slug, self.root)) > 1]
        return [parameters for slug in own if (parameters := self._try(load, edition, slug, self.root))]

    def _try(self, read: Callable[..., _T], *arguments: object) -> _T | None:
        """Return what is read, or note why it cannot be."""
        try:
            return read(*arguments)
        except ParamsError as error:
            self.files[str(error)] = error
        except NeedsError as error:
            self.problems += locate(error)
        return None

    def refusal(self) -> NeedsError | None:
        """Return the error of everything that is wrong, each kind of problem with its own remedy."""
        files = list(self.files.values())
        if not self.problems:
            told = dict.fromkeys(problem for error in files for problem in locate(error))
            remedy = "; ".join(dict.fromkeys(error.remedy for error in files))
            return (
                None
                if not files
                else files[0]
                if len(files) == 1
                else ParamsError(f"{PARAMS} cannot be used", told, remedy)
            )
        told = dict.fromkeys([*self.problems, *(problem for error in files for problem in locate(error))])
        remedies = [remedy_of(problem) for problem in self.problems] + [error.remedy for error in files]
        params = [bool(files), *(problem.where.startswith("params/") for problem in self.problems)]
        what = PARAMS if all(params[1:]) else f"{EVIDENCE} and {PARAMS}" if any(params) else EVIDENCE
        return DataError(f"{what} cannot be used", told, "; ".join(dict.fromkeys(remedies)))


def _boards(told: RunParameters, evidence: Evidence, own: bool) -> Iterator[Problem]:
    """Give what is wrong with the people of boards, with the file of a run that names tables of its own."""
    if told.population.areas is None and told.footprint is None:
        return
    try:
        Areas.of_boards(evidence, told.population)
    except DataError as error:
        file = f"params/{told.edition}/{told.region}.yaml population"
        for problem in locate(error):
            said = ": ".join(filter(None, (problem.where, problem.what)))
            yield Problem(file, said) if own else problem


def _strangers(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        passing = path.name.startswith(".") or path.name.endswith(("~", ".swp"))  # hidden, or an editor's backup
        if not passing and path.suffix not in {".csv", ".yaml"}:
            yield Problem(f"data_raw/{folder.name}/{path.name}", "is no table (.csv) and no sidecar (.yaml); move it")


def _cite(cited: dict[str, tuple[Citation, str]], sidecar: Sidecar, where: str) -> Iterator[Problem]:
    """Note each source, which every sidecar cites in the same words."""
    for name, citation in sidecar.sources.items():
        first, place = cited.setdefault(name, (citation, where))
        if citation != first:
            yield Problem(where, f"source {name!r} is cited in other words than in {place}; write both the same")
