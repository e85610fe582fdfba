"""The page of the data set, made from its definition: what it is for, how it is made, and every column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from needs.data.service.example_rows import example_rows
from needs.data.service.template import FORMS, NEVER, written
from needs.dataset import TABLES, Column, Table

__all__ = ["document"]

OPENING = """\
# The regional data set

Made from the definition in `src/needs/dataset/` by `make docs`; do not edit. The same definition makes the workbook that
`needs data template` writes, the checks of `needs data add`, and the JSON schema [data-set.schema.json](data-set.schema.json).

## What it is for

The Centre for Mental Health asked for a national data set on the patients of secure services that serves two ends: to follow
the progress of each person, from referral to life after discharge, and to add up to figures by which services are planned
and watched. This is one for a region: small enough to fill from the records that there are, and the same everywhere, so that
regions can be set side by side.

| end | what serves it |
|---|---|
| progress of a person | `person_key` joins the tables: referral, assessments, stays, reviews of what is needed, what came after |
| needs and demand | stays, referrals and reviews by tier, home, age, sex, ethnic group and diagnosis |
| flow | days of admission, readiness and discharge, where from and where to, waits of referrals, beds |
| money | what was paid, by tier, sector and form of contract |
| quality | outcomes, physical health, experience, standards |

The data stay on the region's own machine. Git keeps none of them. What leaves does so through disclosure control: numbers of
people below five are suppressed and others rounded ([own-data.md](own-data.md)).

## How it is made

1. `needs data template` writes a workbook with a sheet for each table. Or write CSV files named as the tables, with the
   columns below in any order.
2. Fill in what you have. Every table may be left out, and the report then says which of its figures need it.
3. `needs data add FILE --region london` checks all of it, says all that is wrong at once, and keeps it in
   `data_raw/service/london/` once nothing is.
4. Tell the run of it in `params/2023-24/london.yaml`:

   ```yaml
   service:
     folder: london
     since: 2019-04-01   # first day that the data cover
     until: 2024-03-31   # last day that the data cover
   ```

**Who is in it.** All rows are about the people that the region is responsible for: its residents, wherever they are placed.
People of other regions in the region's units are not in it.

**Since and until.** The data cover every day from `since` to `until`. Stays that had ended before `since` are not in them. A
stay that began before `since` and had not ended is, with its true day of admission. A stay without a day of discharge lasts
beyond `until`. Both days are told, not guessed, because the first and the last row do not show them: in a quiet month nothing
happens.

**Blank cells.** A blank cell means not known, except in `discharged`, `destination`, `clinically_ready` and `delay_reason`,
where it means not yet, or never. A code `unknown` says that someone asked and could not tell.
"""

LINKED = """\
## How stays are linked

A person may have several stays one after another: a ward for another, a leave, a recall. Which of them count as one episode,
which as a move between tiers and which as an admission from outside is settled by rules, not by hand. They stand in
[own-data.md](own-data.md), with what they did to your rows.
"""


def document() -> str:
    """Return the page of the data set in Markdown.

    Examples
    --------
    >>> document().splitlines()[0]
    '# The regional data set'
    """
    never = ["## What never goes in", "", *(f"- {each}" for each in NEVER), ""]
    forms = ["## How cells are written", "", "| form | a cell is |", "|---|---|"]
    forms += [f"| {form} | {words} |" for form, words in FORMS.items()]
    tables = [line for table in TABLES for line in _table(table)]
    return "\n".join([OPENING, *never, *forms, "", LINKED, *_contents(), *tables]).rstrip("\n") + "\n"


def _contents() -> Iterator[str]:
    yield from ("## Tables", "", "| table | a row is | told apart by |", "|---|---|---|")
    for table in TABLES:
        apart = ", ".join(f"`{name}`" for name in table.key) or "no column: a row may come again"
        yield f"| [{table.name}](#{table.name}) | {table.meaning} | {apart} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield from (f"## {table.name}", "", f"{table.title}. {table.meaning}", "")
    yield from ("| column | holds | form | needed in every row |", "|---|---|---|---|")
    for column in table.columns:
        yield f"| `{column.name}` | {column.meaning} | {_form(column)} | {'yes' if column.required else 'no'} |"
    coded = [column for column in table.columns if column.words]
    if coded:
        yield from ("", "| column | codes |", "|---|---|")
        for column in coded:
            codes = "; ".join(f"`{code}` {meaning}" for code, meaning in column.codes.items())
            yield f"| `{column.name}` | {codes} |"
    yield from ("", "Made-up rows:", "", "```csv", _csv(table), "```", "")


def _form(column: Column) -> str:
    return column.form if column.form in ("key", "code", "text") else written(column).removeprefix("a ")


def _csv(table: Table) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, table.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(example_rows(table))
    return stream.getvalue().rstrip("\n")
