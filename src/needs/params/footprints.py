"""Footprints: sets of integrated care boards, named by the user, that are assessed like a region."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from needs.errors import ParamsError, Problem
from needs.params.areas import Footprint
from needs.params.documents import explained, headline, in_order, line_of, read_document
from needs.project import project_root

__all__ = ["FILE", "Check", "read_footprints"]

FILE = "footprints.yaml"
"""Name of the file in the edition's folder of parameters."""

Check = Callable[[Mapping[str, Footprint]], Iterable[tuple[tuple[Any, ...], str]]]
"""Gives what else is wrong with footprints: where in the file, such as ``("reach-out", "icbs", 0)``, and what."""


def read_footprints(edition: str, root: Path | None = None, check: Check = lambda _: ()) -> dict[str, Footprint]:
    """Return the footprints of an edition by slug; none where it has no such file.

    Parameters
    ----------
    edition : str
        Vintage of evidence.
    root : Path, optional
        Project folder.
    check : callable, optional
        What must hold beyond the file itself, such as that its boards are known.

    Raises
    ------
    ParamsError
        With every problem and its line: an unknown name, a missing or empty list, a board that stands
        twice in one footprint, a slug that cannot be one, and what ``check`` finds.

    Examples
    --------
    >>> read_footprints("2023-24")["reach-out"].name
    'Reach Out'
    >>> read_footprints("2009-10")
    {}
    """
    root = root or project_root()
    path = root / "params" / edition / FILE
    if not path.is_file():
        return {}
    document = read_document(path, root)
    problems: list[Problem] = []
    footprints: dict[str, Footprint] = {}
    for slug, content in document.items():
        if not isinstance(slug, str):
            what = f"{slug}: this is not text; write a slug such as reach-out"
            problems.append(Problem(f"line {line_of(document, (slug,))}", what))
            continue
        try:
            footprints |= _FOOTPRINTS.validate_python({slug: content})
        except ValidationError as error:
            problems += [problem for _, problem in explained(error, [document])]
    for location, what in (*_slips(footprints), *check(footprints)):
        name = ".".join(map(str, location))
        problems.append(Problem(f"line {line_of(document, location)}", f"{name}: {what}"))
    if problems:
        remedy = "correct these lines; the comment at the top of the file says what each name means"
        problems.sort(key=in_order)
        raise ParamsError(headline(path, root), problems, remedy)
    return footprints


_FOOTPRINTS = TypeAdapter(dict[str, Footprint])


def _slips(footprints: Mapping[str, Footprint]) -> Iterator[tuple[tuple[Any, ...], str]]:
    for slug, footprint in footprints.items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or f"{slug}.yaml" == FILE:
            yield (slug,), "this cannot name a folder; write small letters, digits and hyphens, such as reach-out"
        for index, code in enumerate(footprint.icbs):
            if code in footprint.icbs[:index]:
                yield (slug, "icbs", index), f"{code} stands twice; remove one"
