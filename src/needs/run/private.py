"""What tells of single people: it stays in a folder of its own, and nothing else may hold it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from needs.errors import DataError, NeedsError

if TYPE_CHECKING:
    from needs.data.service import Service
    from needs.run.plan import Request

__all__ = ["read", "unspoken", "write"]

NOTICE = """\
Private. These files tell of single people, by the keys of your own records.
They are for the analyst who mends those records. They are part of no report, no manifest and no comparison:
do not send them on, and do not put them where a report is published from.
"""


@contextmanager
def unspoken(own: bool = True) -> Iterator[None]:
    """Keep what an unexpected error says to itself: it may be of a person. Errors of needs show nothing of one.

    Parameters
    ----------
    own : bool
        Whether own data are read inside the block.

    Examples
    --------
    >>> with unspoken():
    ...     {}["a person"]
    Traceback (most recent call last):
    ...
    needs.errors.DataError: own data cannot be used: 1 problem
      KeyError; what it says is left out, for it may be of a person
    Next: needs data add checks the tables; run where the data may be seen to find the fault        [exit 11]
    """
    try:
        yield
    except Exception as error:
        if not own or isinstance(error, NeedsError | OSError):
            raise
        name = type(error).__name__
    else:
        return
    what = f"{name}; what it says is left out, for it may be of a person"
    remedy = "needs data add checks the tables; run where the data may be seen to find the fault"
    raise DataError("own data cannot be used", [what], remedy)


def read(request: Request, root: Path) -> Service | None:
    """Return the region's own service data, where the run uses any.

    Parameters
    ----------
    request : Request
        The run.
    root : Path
        Project folder.
    """
    if request.parameters.service.folder is None:
        return None
    from needs.data import service
    from needs.data.geography import Regions
    from needs.data.inputs import Inputs
    from needs.data.snapshot import Evidence

    regions = Regions.open(request.region.edition, root)
    return service.read(Inputs(request.parameters, Evidence(regions), regions))


def write(folder: Path, own: Service) -> None:
    """Write the list of excluded rows, with the reason of each.

    Parameters
    ----------
    folder : Path
        The private folder of the run.
    own : Service
        The region's own service data.
    """
    from needs.methods.service.data_quality import excluded_rows, quality
    from needs.methods.service.linking import link
    from needs.present import plain

    linked = link(own["stays"], own.since, own.until)
    found = quality(own.tables, linked, own.since, own.until)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "README.txt").write_text(NOTICE, encoding="utf-8")
    rows = excluded_rows(own.tables, linked, found)
    (folder / "excluded.csv").write_text(plain.csv(rows), encoding="utf-8", newline="\n")
