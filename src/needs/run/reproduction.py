"""The record of a second run beside the first: the verdict, row by row, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from needs.data.whole import whole
from needs.errors import Problem, ReproduceError
from needs.run.difference import Difference

__all__ = ["STATES", "Input", "Pair", "Reproduction", "Row", "State", "place", "write_whole"]

State = Literal["same", "close", "by data", "not compared", "different", "edited"]

STATES: dict[State, str] = {
    "same": "same byte for byte",
    "close": "within tolerance, or but for versions",
    "by data": "compared by their data alone",
    "not compared": "not compared",
    "different": "different",
    "edited": "edited after the first run",
}
"""How a file or artefact of the second run stands to the first, the gravest last."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(_Record):
    """Something of both runs.

    Examples
    --------
    >>> Pair(first="3.1.0", second="3.1.1").second
    '3.1.1'
    """

    first: str
    second: str


class Input(_Record):
    """A file of evidence or parameters that is not what the first run read, by its SHA-256; empty where it is not there.

    Examples
    --------
    >>> print(Input(path="data_raw/2023-24/prison.csv", before="0a1b2c3d4e5f", after=""))
    data_raw/2023-24/prison.csv (0a1b2c3d, is not there now)
    """

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        then = self.before[:8] or "was not there"
        return f"{self.path} ({then}, {f'now {self.after[:8]}' if self.after else 'is not there now'})"


class Row(_Record):
    """One artefact, or one other file, of both runs.

    Parameters
    ----------
    name : str
        Artefact id, or path of the file.
    state : State
        How the two runs compare.
    title : str
        Title of the artefact.
    detail : str
        The first difference in words, or why the file is not compared.
    first : Difference or None
        The first difference.
    largest : float
        The largest relative difference of numbers within the tolerance.

    Examples
    --------
    >>> Row(name="num-adults").differs
    False
    """

    name: str
    state: State = "same"
    title: str = ""
    detail: str = ""
    first: Difference | None = None
    largest: float = 0.0

    @property
    def differs(self) -> bool:
        """Whether the second run gave something else."""
        return self.state in ("different", "edited")

    def __str__(self) -> str:
        within = f" (in {self.title!r})".replace("'", '"') if self.title and self.differs else ""
        return f"{self.detail or STATES[self.state]}{within}"


class Reproduction(_Record):
    """What a second run gave beside the first; as text, the verdict.

    Parameters
    ----------
    schema_version : int
        Version of this record's form.
    edition, region : str
        Slugs.
    tolerance : float or None
        By how much of the larger a number may differ; None where every byte counts.
    fingerprint : Pair
        Short names of what the runs were made from.
    versions : dict of Pair
        Programs of both runs.
    packages : tuple of str
        Installed packages that are not what ``requirements.lock`` has.
    inputs : tuple of Input
        Evidence and parameter files that are not what the first run read.
    changed : tuple of str
        What is no longer as it was when the first run was made, in words.
    formats : tuple of str
        Formats of the report that the manifest names.
    rows : tuple of Row
        Artefacts in the order in which the notebooks make them, then the other files.

    Examples
    --------
    >>> rows = Row(name="num-spend"), Row(name="report.pdf", state="not compared", detail="its fingerprint is another")
    >>> made = {"fingerprint": Pair(first="a", second="b"), "versions": {}, "changed": ["code: src/needs/values.py"]}
    >>> print(Reproduction(edition="2023-24", region="london", rows=rows, **made))
    reproduced, but for 1 file that is not compared: 2 artefacts and files
      1 same byte for byte
      1 not compared
    not compared: report.pdf
    changed since the run: code: src/needs/values.py
    """

    schema_version: Literal[1] = 1
    edition: str
    region: str
    tolerance: float | None = None
    fingerprint: Pair
    versions: dict[str, Pair]
    packages: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    changed: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    rows: tuple[Row, ...]

    @property
    def counts(self) -> dict[State, int]:
        """Number of rows in each state that occurs."""
        states = [row.state for row in self.rows]
        return {state: states.count(state) for state in STATES if state in states}

    @property
    def not_compared(self) -> list[str]:
        """Names of the files that could not be compared."""
        return [row.name for row in self.rows if row.state == "not compared"]

    @property
    def verdict(self) -> str:
        """``reproduced`` or ``within tolerance``, but for files that are not compared where there are; ``different``."""
        if self._verdict == "different" or not (many := len(self.not_compared)):
            return self._verdict
        return f"{self._verdict}, but for {many} {'file that is' if many == 1 else 'files that are'} not compared"

    @property
    def _verdict(self) -> Literal["reproduced", "within tolerance", "different"]:
        if any(row.differs for row in self.rows):
            return "different"
        near = self.tolerance is not None and any(row.state in ("close", "by data") for row in self.rows)
        return "within tolerance" if near else "reproduced"

    @property
    def largest(self) -> Row | None:
        """The row with the largest difference within the tolerance, where there is any."""
        return max((row for row in self.rows if row.largest), key=lambda row: row.largest, default=None)

    @property
    def first(self) -> Row | None:
        """The first row with a number that differs, or else the first that differs at all."""
        rows = [row for row in self.rows if row.differs]
        numbers = (row for row in rows if row.state == "edited" or (row.first and row.first.relative is not None))
        return next(numbers, rows[0] if rows else None)

    def __str__(self) -> str:
        within = f"within tolerance ({self.tolerance:g})" if self.tolerance is not None else ""
        verdict = self.verdict.replace("within tolerance", within)
        lines = [f"{verdict}: {len(self.rows)} artefacts and files"]
        lines += [f"  {many} {STATES[state]}" for state, many in self.counts.items()]
        lines += [f"not compared: {', '.join(self.not_compared)}"] if self.not_compared else []
        lines += [f"formats that the manifest names: {', '.join(self.formats)}"] if self.formats else []
        if row := self.largest:
            lines += [f"largest relative difference: {row.largest:.2g}, in {row.name}"]
        lines += [f"not as requirements.lock has them: {', '.join(self.packages)}"] if self.packages else []
        lines += [f"changed since the run: {'; '.join(self.changed)}"] if self.changed else []
        return "\n".join(lines)

    def check(self) -> None:
        """Raise when anything differs.

        Raises
        ------
        ReproduceError
            With the first number that differs, in its context.

        Examples
        --------
        >>> row = Row(name="tbl-beds", state="different", detail='row "high", column beds: 10 became 11', title="Beds")
        >>> made = {"fingerprint": Pair(first="a", second="b"), "versions": {}, "changed": ["code: values.py"]}
        >>> try:
        ...     Reproduction(edition="2023-24", region="london", rows=[row], **made).check()
        ... except ReproduceError as error:
        ...     print(error)
        london of 2023-24 is not reproduced, 1 of 1 differ: 1 problem
          tbl-beds  row "high", column beds: 10 became 11 (in "Beds")
        Next: look first at what changed since (code: values.py)        [exit 14]
        """
        if (first := self.first) is None:
            return
        many = sum(row.differs for row in self.rows)
        headline = f"{self.region} of {self.edition} is not reproduced, {many} of {len(self.rows)} differ"
        raise ReproduceError(headline, [Problem(first.name, str(first))], self._remedy(first))

    def _remedy(self, first: Row) -> str:
        if first.state == "edited":
            return "the folder was edited after the run: make it again with needs run, or compare an unedited copy"
        remedies = []
        if self.changed:
            remedies.append(f"look first at what changed since ({'; '.join(self.changed)})")
        if self.packages:
            remedies.append("install what requirements.lock has (make clean, then make report)")
        elsewhere = self.versions.get("platform")
        if self.tolerance is None and elsewhere and elsewhere.first != elsewhere.second:
            remedies.append("on another platform last digits may differ: --tolerance 1e-6 allows for them")
        return "; ".join(remedies) or "nothing it is made from changed: report this as a fault of needs"

    def write(self, path: Path) -> None:
        """Write the record as JSON: its fields, and verdict, counts, and the rows that docs/reproduce.md names.

        Raises
        ------
        RenderError
            If the place cannot be written; what was there is then as it was.
        """
        content = self.model_dump(mode="json")
        content |= {"verdict": self.verdict, "counts": self.counts, "not_compared": self.not_compared}
        content |= {
            name: row and row.model_dump(mode="json")
            for name, row in (("first_difference", self.first), ("largest_within_tolerance", self.largest))
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
        write_whole(path, f"{text}\n".encode())


def place(folder: Path, end: str) -> Path:
    """Return the path of something beside a region's folder.

    Examples
    --------
    >>> place(Path("build/2023-24/london"), ".reproduction.json").name
    'london.reproduction.json'
    """
    whole = folder.resolve()
    return (folder if folder.name == whole.name else whole).with_name(f"{whole.name}{end}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is whole or as it was.

    Raises
    ------
    RenderError
        If the folder cannot be written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "a.json")
    >>> write_whole(path, b"{}")
    >>> [file.name for file in path.parent.iterdir()]
    ['a.json']
    """
    from needs.run.store import writing

    with writing(path), whole(path) as file:
        file.write_bytes(content)
