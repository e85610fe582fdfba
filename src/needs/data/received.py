"""Keep public files as they were received, each with its sidecar and its figures one a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from needs.data.filing import Filed, sha256_of
from needs.data.readers.form import Reader, Reading
from needs.data.sidecar import Sidecar
from needs.errors import DataError, Problem

__all__ = ["FOLDER", "Public", "receive"]

FOLDER = "data_raw/received"
LISTED = 12  # unknown words that are named of a column


@dataclass(frozen=True)
class Public:
    """A public file that was read, ready to be put away.

    Parameters
    ----------
    reader : Reader
        Who read it.
    reading : Reading
        What was found.
    filed : Filed
        The file as received, its sidecar, and its figures one a row beside it.
    """

    reader: Reader
    reading: Reading
    filed: Filed

    @property
    def notes(self) -> list[str]:
        """What a user of the file must know, one sentence each."""
        return _notes(self.reading)


def receive(files: Mapping[Path, Reader]) -> list[Public]:
    """Read public files, each with its reader.

    Raises
    ------
    DataError
        With every problem of every file.

    Examples
    --------
    >>> receive({})
    []
    """
    problems: list[Problem | str] = []
    remedies, found, names = [], [], set[str]()
    for path, reader in files.items():
        try:
            found.append(_received(path, reader))
        except DataError as error:
            problems += [Problem(f"{path.name}, {p.where}" if p.where else path.name, p.what) for p in error.problems]
            problems += [] if error.problems else [error.headline]
            remedies.append(error.remedy)
        if (place := f"{reader.name}/{path.stem}") in names:
            problems.append(Problem(path.name, "another of these files has the same name; rename one"))
        names.add(place)
    if problems:
        remedy = next(filter(None, remedies), "mend these files, and add them again")
        raise DataError("the files cannot be used", problems, remedy)
    return found


def _received(path: Path, reader: Reader) -> Public:
    if not re.fullmatch(r"\w[\w .,()&+'-]*", path.name):
        problem = f"{path.name!r} cannot be the name of a file that is kept"
        raise DataError(
            f"{path.name} cannot be used", [problem], "rename it with letters, digits, blanks and - _ . alone"
        )
    reading = reader.read(path)
    content = path.read_bytes()
    sidecar = Sidecar(
        title=f"{reader.title}, {reading.period}",
        sha256=sha256_of(content, path.suffix),
        status=sorted(set(reading.frame["status"])),
        caveats=[f"Read as received, {reading.rows:,} rows; {path.stem}.tidy.csv is made from it.", *_notes(reading)],
        sources={re.sub(r"[^a-z0-9]+", "-", reader.name.lower()).strip("-"): reading.citation},
    )
    tidy = reading.frame.to_csv(index=False, lineterminator="\n").encode()
    place = f"{FOLDER}/{reader.name}/{path.name}"
    return Public(reader, reading, Filed(place, content, sidecar, reading.rows, {f"{path.stem}.tidy.csv": tidy}))


def _notes(reading: Reading) -> list[str]:
    """Say what the file suppresses, and words that its format does not know."""
    notes = list(reading.notes)
    if reading.suppressed:
        cells = "1 cell; it is" if reading.suppressed == 1 else f"{reading.suppressed:,} cells; they are"
        notes.append(f"The publisher suppressed {cells} blank and never zero.")
    for column, words in reading.unknown.items():
        if words:
            told = ", ".join(
                f"{word!r} in {count:,} row{'' if count == 1 else 's'}" for word, count in words.most_common(LISTED)
            )
            more = f" and {len(words) - LISTED:,} more words" if len(words) > LISTED else ""
            notes.append(f"Words of {column} that the format does not know: {told}{more}.")
    return notes
