"""What tells of single people: it stays in a folder of its own, and nothing else may hold it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from needs.data.service import Service
    from needs.run.plan import Request

__all__ = ["inspect", "write"]

NOTICE = """\
Private. These files tell of single people, by the keys of your own records.
They are for the analyst who mends those records. They are part of no report, no manifest and no comparison:
do not send them on, and do not put them where a report is published from.
"""


def _own(request: Request, root: Path) -> Service | None:
    """Return the region's own service data, where the run uses any."""
    if request.parameters.service.folder is None:
        return None
    from needs.data.geography import Regions
    from needs.data.inputs import Inputs
    from needs.data.service import read
    from needs.data.snapshot import Evidence

    regions = Regions.open(request.region.edition, root)
    return read(Inputs(request.parameters, Evidence(regions), regions))


def inspect(executed: Mapping[str, Any], request: Request, root: Path) -> None:
    """Refuse executed notebooks that show anything of patients which has not passed disclosure control.

    Parameters
    ----------
    executed : mapping of str to notebook
        Executed notebooks by name.
    request : Request
        The run.
    root : Path
        Project folder.

    Raises
    ------
    DisclosureError
        Naming notebooks and cells; see :mod:`needs.run.door`.
    """
    if own := _own(request, root):
        from needs.run import door

        door.inspect(executed, door.keys_of(own.tables))


def write(folder: Path, request: Request, root: Path) -> None:
    """Write the list of excluded rows, with the reason of each, for a run with own data.

    Parameters
    ----------
    folder : Path
        The private folder of the run.
    request : Request
        The run.
    root : Path
        Project folder.
    """
    own = _own(request, root)
    if own is None:
        return
    from needs.methods.data_quality import excluded_rows, quality
    from needs.methods.linking import link

    linked = link(own["stays"], own.since, own.until)
    found = quality(own.tables, linked, own.since, own.until)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text(NOTICE, encoding="utf-8")
    rows = excluded_rows(own.tables, linked, found)
    rows.to_csv(folder / "excluded.csv", index=False, lineterminator="\n")
