"""The notebooks are thin, stripped and named, and are told what the model says."""

import ast
import re

import nbformat
import pytest

from needs.params.load import load
from needs.params.model import RunParameters
from needs.project import project_root
from needs.run.plan import NOTEBOOKS as PUBLISHED
from needs.run.plan import OWN

FLOORS = ("needs.data", "needs.methods", "needs.present", "needs.values")


NOTEBOOKS = (*PUBLISHED, *OWN)


@pytest.fixture(params=NOTEBOOKS)
def book(request):
    return nbformat.read(project_root() / "notebooks" / f"{request.param}.ipynb", as_version=4)


def code(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def test_there_is_no_other_notebook():
    assert {path.stem for path in (project_root() / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)


def test_stripped(book):
    nbformat.validate(book)
    for cell in code(book):
        assert not cell.outputs, cell.id
        assert cell.execution_count is None, cell.id


def test_cells_have_authored_names(book):
    for cell in book.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id), cell.id
        if cell.cell_type == "markdown":
            assert cell.id == "about" or cell.id.startswith("text-"), cell.id


def test_parameters_are_those_of_the_model(book):
    told = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    assert [cell.id for cell in told] == ["parameters"]
    value = ast.literal_eval(ast.parse(told[0].source).body[0].value)
    assert RunParameters.from_json(value).canonical_json() == load("2023-24", "london").canonical_json()


def test_thin(book):
    for cell in code(book):
        assert len(cell.source.splitlines()) <= 14, cell.id
        tree = ast.parse(cell.source)
        assert not any(
            isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While)) for node in ast.walk(tree)
        ), cell.id
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module.startswith(FLOORS), f"{cell.id}: {node.module}"
            assert not isinstance(node, ast.Import), f"{cell.id}: {ast.unparse(node)}"


def test_an_artefact_cell_ends_in_its_artefact(book):
    for cell in code(book):
        if cell.id.startswith(("fig-", "tbl-", "num-")):
            assert isinstance(ast.parse(cell.source).body[-1], ast.Expr), cell.id


def test_no_number_is_typed_in_a_cell(book):
    for cell in code(book):
        if cell.id != "parameters":
            numbers = [
                n.value
                for n in ast.walk(ast.parse(cell.source))
                if isinstance(n, ast.Constant) and isinstance(n.value, (int, float))
            ]
            assert set(numbers) <= {0, 1}, f"{cell.id}: {numbers}"
