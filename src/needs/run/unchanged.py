"""Whether the report of a region is what a run would make again, so that there is nothing to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from needs.run.plan import Request

__all__ = ["unchanged"]


def unchanged(requests: Sequence[Request], root: Path) -> list[bool]:
    """Say of each region whether its folder holds what a run would make.

    That is so where its manifest names the same inputs, parameters, code, lock, versions, formats and renderer, and every
    file that it lists, and no other, is there as it was made. A renderer that is still to be chosen is not the same.

    Parameters
    ----------
    requests : sequence of Request
        What is asked for.
    root : Path
        Project folder.

    Examples
    --------
    >>> unchanged([], Path("."))
    []
    """
    from needs.run import manifest

    code = manifest.code(root) if any(_asked_before(request) for request in requests) else {}
    return [_asked_before(request) and _is_current(request, root, code) for request in requests]


def _asked_before(request: Request) -> bool:
    from needs.run.manifest import FILE

    return not request.how.force and request.how.engine != "jupyter" and (request.folder / FILE).is_file()


def _is_current(request: Request, root: Path, code: Mapping[str, str]) -> bool:
    from needs.errors import NeedsError
    from needs.run import manifest
    from needs.run.plan import PRIVATE

    folder, region = request.folder, request.region
    try:
        record = manifest.Manifest.read(folder)
        now = manifest.trace(region.edition, region.slug, json.loads(request.parameters.canonical_json()), root, code)
        there = manifest.hashes((p for p in manifest.tree(folder) if not _beside(p.relative_to(folder))), folder)
        private = not request.own or any((folder / PRIVATE).iterdir())
    except (OSError, NeedsError):
        return False
    versions = {**record.versions, **manifest.software(), **request.how.programs, "renderer": request.renderer}
    return (
        all(getattr(record, name) == getattr(now, name) for name in manifest.Origin.model_fields)
        and (record.formats, record.versions) == (request.formats, versions)
        and there == record.outputs
        and private
    )


def _beside(path: Path) -> bool:
    """Say whether a file of a folder is none of the outputs that the manifest lists."""
    from needs.run.manifest import FILE
    from needs.run.plan import PRIVATE

    return path.parts[0] in (PRIVATE, FILE)
