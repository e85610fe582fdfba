"""Write the edition ``example``: evidence and service data of a country that is not there, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from needs.data.filing import LOCK, Filed, Outcome, file_away, sha256_of
from needs.data.service.reading import OWN_DATA
from needs.data.service.store import FOLDER, canonical
from needs.data.sidecar import Citation, Sidecar
from needs.dataset import TABLES
from needs.methods.example import synthetic_edition
from needs.methods.example.synthetic import EXAMPLE, synthetic
from needs.project import project_root

__all__ = ["SEEDS", "example_files", "write_example"]

SEEDS = {"northmark": 1, "eastvale": 2, "southmoor": 3}
"""Seed of the service data of each region."""

CITATION = Citation(
    publisher="needs",
    title="Made up for the example of this project; no such country, region, unit or person",
    date="2026",
    licence="MIT",
    url="not applicable",
)
CAVEAT = "Every row is synthetic: made up for the example of this project; there is no such country."
DRAWN = "Drawn from the known laws of needs.methods.example.synthetic with seed {seed}, faults of records included."


def write_example(root: Path | None = None) -> dict[str, Outcome]:
    """Write every file of the edition ``example`` that is made, each with its sidecar.

    Parameters
    ----------
    root : Path, optional
        Project folder.

    Returns
    -------
    dict of str to Outcome
        What was done, by place.

    Notes
    -----
    Parameters of the edition are written by hand, in ``params/example``.

    Examples
    --------
    >>> done = write_example(getfixture("tmp_path"))
    >>> len(done), done["data_raw/service/example/eastvale/stays.csv"]
    (34, 'new')
    """
    root = root or project_root()
    done = file_away(list(example_files()), root, replace=True)
    (root / "data_raw" / "example" / LOCK).unlink(missing_ok=True)  # the folder is kept in the repository
    return done


def example_files() -> Iterator[Filed]:
    """Give the evidence of the edition and the service data of its regions, each table with its sidecar.

    Examples
    --------
    >>> next(example_files()).place
    'data_raw/example/regions.csv'
    """
    for name, frame in synthetic_edition.edition().items():
        content = _csv(frame)
        yield Filed(f"data_raw/example/{name}.csv", content,
                    _sidecar(synthetic_edition.TITLES[name], content, synthetic_edition.SOURCE, CAVEAT), len(frame))  # fmt: skip
    for slug, seed in SEEDS.items():
        tables = synthetic(EXAMPLE[slug], seed, faults=True)
        for table in TABLES:
            content = canonical(tables[table.name], table)
            title = f"{table.title} of {EXAMPLE[slug].name}, a made-up region"
            sidecar = _sidecar(title, content, OWN_DATA, CAVEAT, DRAWN.format(seed=seed))
            yield Filed(f"{FOLDER}/example/{slug}/{table.name}.csv", content, sidecar, len(tables[table.name]))


def _csv(frame: pd.DataFrame) -> bytes:
    if "value" in frame:
        frame = frame.assign(value=frame["value"].map("{:.10g}".format))
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _sidecar(title: str, content: bytes, source: str, *caveats: str) -> Sidecar:
    return Sidecar(
        title=title,
        sha256=sha256_of(content, ".csv"),
        status=["synthetic"],
        caveats=list(caveats),
        sources={source: CITATION},
    )
