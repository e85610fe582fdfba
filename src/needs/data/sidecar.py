"""Sidecars: where a table comes from, what it may be used for, and the hash that seals it.

Beside every ``<table>.csv`` of ``data_raw`` stands a ``<table>.yaml``. The citation is typed
there once; the rows of the table carry its ``source_id``.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from needs.errors import DataError, Problem
from needs.params.yaml_text import Unreadable, read_yaml

__all__ = ["Citation", "Given", "Sidecar", "Status", "hash_file", "read_sidecar"]

Status = Literal["published", "published_secondary", "derived", "synthetic"]
"""How a figure of evidence reached us: read in the source, read in another document, computed from published figures, or made up,
as every figure of the example edition is."""

Given = Literal[Status, "own"]
"""How a table reached us: as a figure did, or given by the region itself, as only its service data are."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def _web(text: str) -> str:
    if _SCHEME.match(text) and not re.match(r"https?://", text, re.IGNORECASE):
        raise ValueError("an address begins with https:// or http://; a source without one says so in words")
    return text


Text = Annotated[str, BeforeValidator(str), StringConstraints(strip_whitespace=True, min_length=1)]


class Citation(BaseModel):
    """One source as it is cited.

    Parameters
    ----------
    publisher, title, date, licence, url : str
        The citation; ``date`` is as stated, or ``not stated``.
    seen_in : str
        Where a copy was read, if not at the publisher.
    detail : str
        Page, table or coverage that the source states.

    Examples
    --------
    >>> Citation(publisher="ONS", title="Census", date=2011, licence="OGL", url="https://x").date
    '2011'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    publisher: Text
    title: Text
    date: Text
    licence: Text
    url: Annotated[Text, AfterValidator(_web)]
    seen_in: str = ""
    detail: str = ""


class Sidecar(BaseModel):
    """What stands beside a table.

    Parameters
    ----------
    title : str
        What the table holds.
    sha256 : str
        Hash of the table, see :func:`hash_file`.
    status : list of Given
        Kinds of status that occur in it.
    caveats : list of str
        What a user of the table must know, one sentence each.
    sources : dict
        Citation of every ``source_id``.

    Examples
    --------
    >>> Sidecar(title="Beds", sha256="0" * 64, status=["published"], caveats=[], sources={}).title
    'Beds'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    status: list[Given]
    caveats: list[Text]
    sources: dict[Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")], Citation]


def hash_file(path: Path) -> str:
    r"""Return the sha256 of a file; of a text file with its line ends as ``\n``.

    Git on Windows may write ``\r\n``; the figures are the same, so the hash is too.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "a.csv").write_bytes(b"x\r\n1\r\n")
    >>> _ = (folder / "b.csv").write_bytes(b"x\n1\n")
    >>> hash_file(folder / "a.csv") == hash_file(folder / "b.csv")
    True
    """
    content = path.read_bytes()
    if path.suffix in {".csv", ".yaml"}:
        content = content.replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def read_sidecar(path: Path) -> Sidecar:
    """Read and check a sidecar.

    Raises
    ------
    DataError
        If it is missing, not YAML or not a sidecar; every problem at once.

    Examples
    --------
    >>> from needs.project import project_root
    >>> read_sidecar(project_root() / "data_raw" / "common" / "unit_costs.yaml").title
    'Unit costs of secure care, rehabilitation, community services and prison'
    """
    name = "/".join(path.parts[-3:])
    remedy = f"write the sidecar {name} as data_raw/README.md describes"
    if not path.is_file():
        raise DataError(f"{name} is missing", remedy=remedy)
    try:
        return Sidecar.model_validate(read_yaml(path))
    except Unreadable as error:
        problems = [Problem(error.where, error.what)]
    except ValidationError as error:
        problems = [Problem(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
    raise DataError(f"{name} cannot be used", problems, remedy)
