"""Add files to the evidence: the region's own tables, and public files; and say what was found."""

from __future__ import annotations

import calendar
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from needs.data.whole import whole
from needs.errors import DataError, ParamsError, Problem

if TYPE_CHECKING:
    from needs.data.filing import Outcome
    from needs.data.geography import Region
    from needs.data.received import Public
    from needs.data.recognise import Format
    from needs.data.service.store import Added

__all__ = ["add", "template"]

EXAMPLE = "example"
FEW = 5
"""Rows about people that are counted on the terminal, to the nearest as many; fewer are told as fewer."""

UNTOLD = "YYYY-MM-DD   # the rows do not show it"

_DONE: Mapping[Outcome, str] = {"new": "kept in", "replaced": "replaced in", "unchanged": "already in"}


def template(out: Path, replace: bool = False, example: bool = False) -> str:
    """Write the workbook to fill in, and say what to do with it.

    Raises
    ------
    DataError
        If something stands there and ``replace`` is not said, or the file is no workbook or cannot be written.

    Examples
    --------
    >>> template(getfixture("tmp_path") / "ours.csv")
    Traceback (most recent call last):
    ...
    needs.errors.DataError: ours.csv cannot be written: 1 problem
      the template is a workbook, which ends in .xlsx
    Next: needs data template --out needs-data-template.xlsx        [exit 11]
    """
    from needs.data.service.template import write_template
    from needs.dataset import TABLES

    remedy = "needs data template --out needs-data-template.xlsx"
    if out.suffix.lower() != ".xlsx":
        raise DataError(f"{out.name} cannot be written", ["the template is a workbook, which ends in .xlsx"], remedy)
    if not out.parent.is_dir():
        raise DataError(
            f"{out.name} cannot be written", [f"there is no folder {str(out.parent)!r}"], "make the folder first"
        )
    if out.is_dir() or out.is_symlink() or (out.exists() and not replace):
        what = "a folder" if out.is_dir() else "a link" if out.is_symlink() else "a file that may be filled in"
        remedy = "add --replace to write over it, or --out and another name" if out.is_file() else "choose another name"
        raise DataError(f"{out.name} cannot be written", [f"{what} has that name"], remedy)
    with whole(out) as part:
        write_template(part, example)
    names = ", ".join(table.name for table in TABLES)
    filled = " with made-up rows" if example else ""
    return (
        f"{out}: {len(TABLES)} tables to fill in{filled} ({names})\n"
        "Fill in what you have; the cover says how. Never names or NHS numbers.\n"
        f"Next: needs data add {out} --region REGION"
    )


def add(
    files: Sequence[Path],
    region: Region | None,
    root: Path,
    table: str | None = None,
    folder: str | None = None,
    replace: bool = False,
) -> Iterator[str]:
    r"""Add files to the evidence; all are checked before one is kept.

    Parameters
    ----------
    files : sequence of Path
        Workbooks and CSV files.
    region : Region or None
        Region or footprint whose own data they are; public files need none.
    root : Path
        Project folder.
    table : str, optional
        Table or public format that the file holds, for one file alone.
    folder : str, optional
        Folder of the region's data, in place of its slug.
    replace : bool
        Whether what is kept already may be replaced.

    Yields
    ------
    str
        Lines that say what was found and what to do next; no cell of a column about people, and no small number.

    Raises
    ------
    DataError
        With every problem of every file; then nothing is kept.
    ParamsError
        If own data are of no region.

    Examples
    --------
    >>> from needs.project import project_root
    >>> path = getfixture("tmp_path") / "reviews.csv"
    >>> _ = path.write_text("person_key,reviewed,tier_needed\nA,2024-05-31,low\n")
    >>> list(add([path], None, project_root()))
    Traceback (most recent call last):
    ...
    needs.errors.ParamsError: the files hold own data, and no region is named
    Next: add --region, such as --region london        [exit 10]
    """
    from needs.data.filing import file_away
    from needs.data.received import receive as receive_public
    from needs.data.service.store import add as keep
    from needs.data.service.store import receive

    if table is not None and len(files) > 1:
        raise DataError("--table says what one file holds", [f"{len(files)} files are named"], "add them one by one")
    formats = _formats(files, table)
    own = {path: found for path, found in formats.items() if found.reader is None}
    named = _folder(region, folder) if own else ""
    public = receive_public({path: found.reader for path, found in formats.items() if found.reader is not None})
    received = receive(own)
    kept = keep(received, named, root, region.name, replace) if region and own else []
    done = file_away([each.filed for each in public], root, replace)
    for each in public:
        yield from _say_public(each, done[each.filed.place])
    for path, found in own.items():
        yield from (f"{path.name}: sheet {name} is left out; it is no table of the data set" for name in found.strange)
        if found.empty:
            yield f"{path.name}: no row in {', '.join(found.empty)}"
    for added in kept:
        yield from _say(added)
    if region and kept:
        yield from _next(region, named, kept, root)


def _formats(files: Sequence[Path], table: str | None) -> dict[Path, Format]:
    from needs.data.recognise import recognise

    formats, errors = {}, []
    for path in dict.fromkeys(files):
        try:
            formats[path] = recognise(path, table)
        except DataError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        problems = [
            Problem(error.headline, p.what if not p.where else str(p)) for error in errors for p in error.problems
        ]
        raise DataError("files cannot be added", problems, "; ".join(dict.fromkeys(error.remedy for error in errors)))
    return formats


def _folder(region: Region | None, folder: str | None) -> str:
    from needs.data.service.store import folder_named

    if region is None:
        raise ParamsError(
            "the files hold own data, and no region is named", [], "add --region, such as --region london"
        )
    name = folder_named(folder or region.slug)
    if name.split("/")[0] == EXAMPLE:
        what = f"{name!r} is a folder of the example, which git keeps: nothing of a region's own may be there"
        raise DataError("the folder cannot be used", [what], f"leave --folder out, and it is {region.slug}")
    return name


def _say(added: Added) -> Iterator[str]:
    """Say what is known of a table of the region's own."""
    yield f"{added.table}: {_rows(added.rows)}, {_DONE[added.outcome]} {added.place}"
    yield _listed(f"rows by {added.by.replace('_', ' ')}", added.kinds, added)
    if added.first is not None and added.last is not None:
        first, last = (f"{day:%B %Y}" for day in (added.first, added.last))
        yield f"  days: {first}" if first == last else f"  days: {first} to {last}"
    if added.blank:
        yield _listed("blank", added.blank, added)
    if added.unknown:
        yield _listed("unknown", added.unknown, added)


def _listed(what: str, counts: Mapping[str, int], added: Added) -> str:
    """List counts of rows; in a table about people rounded, and small ones without their number."""
    from needs.dataset import table

    people = table(added.table).about_people
    few = [name for name, count in counts.items() if people and count < FEW]
    every = [name for name, count in counts.items() if name not in few and count == added.rows and what == "blank"]
    shown = {name: _rounded(n) if people else n for name, n in counts.items() if name not in (*few, *every)}
    parts = [
        ", ".join(f"{name} {count:,}" for name, count in shown.items()),
        f"every row: {', '.join(every)}" if every else "",
        f"fewer than {FEW}{' each' if len(few) > 1 else ''}: {', '.join(few)}" if few else "",
    ]
    nearest = f", to the nearest {FEW}" if people and shown else ""
    return _folded(f"{what}{nearest}: {'; '.join(filter(None, parts))}")


def _folded(text: str) -> str:
    return textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _rounded(count: int) -> int:
    return (count + FEW // 2) // FEW * FEW


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _say_public(each: Public, outcome: Outcome) -> Iterator[str]:
    yield f"{each.reader.title}, {each.reading.period}: {_rows(each.reading.rows)}, {_DONE[outcome]} {each.filed.place}"
    yield f"  {len(each.reading.frame):,} figures, one a row, beside it in {', '.join(each.filed.beside)}"
    yield from (_folded(note) for note in each.notes)


def _next(region: Region, folder: str, kept: Sequence[Added], root: Path) -> Iterator[str]:
    """Say what to write into the parameters of the region, if it is not there yet."""
    from needs.params.load import load

    file = f"params/{region.edition}/{region.slug}.yaml"
    told = None
    with suppress(ParamsError):  # a run will say what is wrong with the parameters
        told = load(region.edition, region.slug, root).service
    if told and told.folder == folder:
        yield ""
        yield f"{file} names this folder, from {told.since} to {told.until}; correct the days if the data now cover others."
        yield f"Next: needs run {region.slug}"
        return
    since, until = _cover(kept)
    yield ""
    yield f"Next: write this into {file}, with the first and the last day that the data cover:"
    yield "  service:"
    yield f"    folder: {folder}"
    yield f"    since: {since}"
    yield f"    until: {until}"
    yield f"then needs run {region.slug}"


def _cover(kept: Sequence[Added]) -> tuple[str, str]:
    """Return the days that tables seem to cover, as far as their months show it, each with what it rests on."""
    from needs.dataset import table

    dated = {each.table: each for each in kept if table(each.table).about_people}
    whole = [dated["stays"].ended] if "stays" in dated else [each.ended for each in dated.values()]
    first = min((month for month in whole if month is not None), default=None)
    last = max((each.last for each in dated.values() if each.last is not None), default=None)
    event = "discharge" if "stays" in dated else "row"
    since = f"{first:%Y-%m-%d}   # month of the first {event}; check the day" if first is not None else UNTOLD
    if last is None:
        return since, UNTOLD
    return (
        since,
        f"{last:%Y-%m}-{calendar.monthrange(last.year, last.month)[1]}   # month of the last day; check the day",
    )
