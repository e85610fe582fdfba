"""The page of the data set says all that the definition says, in tables that hold together."""

import csv
import re

import pytest

from needs.data.service import read_table
from needs.data.service.document import document
from needs.dataset import TABLES


@pytest.fixture(scope="module")
def sections():
    """Sections of the page by heading."""
    parts = re.split(r"^## (.+)$", document(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_and_code_is_on_the_page(sections, table):
    page = sections[table.name]
    for column in table.columns:
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{column.name}` | {column.meaning} |")]
        assert line.endswith("| yes |" if column.required else "| no |")
        for code, meaning in column.codes.items():
            assert f"`{code}` {meaning}" in page


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_its_rows_can_be_read(sections, table, tmp_path):
    (text,) = re.findall(r"```csv\n(.*?)```", sections[table.name], flags=re.DOTALL)
    path = tmp_path / f"{table.name}.csv"
    path.write_text(text, encoding="utf-8")
    assert len(read_table(path, table)) == len(list(csv.reader(text.splitlines()))) - 1


def test_what_an_analyst_needs_to_start_is_there(sections):
    assert {"What it is for", "How it is made", "What never goes in", "How stays are linked"} <= set(sections)
    assert "NHS numbers" in sections["What never goes in"]
    assert "since" in sections["How it is made"]
    assert "own-data.md" in sections["How stays are linked"]


def test_tables_of_the_page_have_as_many_cells_in_every_row():
    for block in re.findall(r"(?:^\|.*\n)+", document(), flags=re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1
