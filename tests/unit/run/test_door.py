"""The way out of a run with data about patients."""

from __future__ import annotations

import json

import nbformat
import pandas as pd
import pytest
from tiny import bundle, shows, write_notebook

from needs.errors import DataError, DisclosureError, NotebookError
from needs.present.artefact import MIME
from needs.run import door, store
from needs.run.notebook import execute

KEYS = door.keys_of(
    {
        "stays": pd.DataFrame({"person_key": ["Px-0171", "px 22/b", "abc", "4711", "810001", "810002", "810003"]}),
        "referrals": pd.DataFrame({"person_key": ["Px-0171"], "referral_key": ["ref_889"]}),
        "capacity": pd.DataFrame({"unit": ["Ash ward"]}),
    }
)
OWN = {"sources": ["service/x/stays#own-data"], "released": True}


def notebook(data, output_type="display_data", name="tbl-x"):
    output = {"output_type": output_type, "metadata": {}} | (
        {"data": data} if isinstance(data, dict) else {"text": data}
    )
    return {"own_data": {"cells": [{"id": "about", "source": "# Own"}, {"id": name, "outputs": [output]}]}}


def refused(executed, keys=KEYS):
    with pytest.raises(DisclosureError) as caught:
        door.inspect(executed, keys)
    assert caught.value.exit_code == 15
    return [str(problem) for problem in caught.value.problems]


def test_keys_that_can_be_told_from_figures():
    assert sorted(KEYS) == ["810001", "810002", "810003", "px 22/b", "px-0171", "ref_889"]


def test_artefacts_that_were_released_pass():
    for form in ("table", "figure", "number"):
        door.inspect(notebook(bundle(form, **OWN)), KEYS)
    door.inspect(notebook(bundle("table")), KEYS)


@pytest.mark.parametrize(
    ("data", "kind"),
    [("one person", "stream"), ({"text/plain": "12"}, "execute_result"), ({"text/html": "<table>"}, "display_data"),
     ({**bundle("table"), "application/json": {}}, "display_data"), ({MIME: "forged"}, "display_data")],
)  # fmt: skip
def test_anything_else_is_refused_with_its_cell(data, kind):
    assert refused(notebook(data, kind, "look")) == [
        "notebook own_data, cell look  shows something that is no artefact"
    ]


def test_service_data_that_were_not_released_are_refused():
    for told in (None, "true", 1, False):
        forged = bundle("table", **(OWN | {"released": told}))
        assert refused(notebook(forged)) == [
            "notebook own_data, cell tbl-x  rests on service data and was not released"
        ]


@pytest.mark.parametrize(
    "changes",
    [
        {"csv": "who,n\nPx-0171,10\n"},
        {"title": "The longest stay is that of px-0171."},
        {"caption": "Stay (PX-0171)"},
        {"alt": "Bars:Px-0171/a"},
        {"table": {"columns": ["a"], "align": ["l"], "rows": [["px 22/B"]]}},
        {"csv": 'a\n"ref_889"\n'},
        {"number": {"label": "Beds", "value": 10, "text": "10", "interval": "", "of": ["x", {"y": "Px-0171"}]}},
        {"csv": "n\n810001\n810002\n810003\n"},
    ],
)
def test_a_key_in_any_words_is_refused_and_not_repeated(changes):
    (problem,) = refused(notebook(bundle("table", **OWN, **changes)))
    assert problem.endswith("shows a person's key")


def test_a_key_in_a_picture_is_found_and_its_lines_are_no_keys():
    picture = bundle("figure", **OWN)
    for label in ("<!-- Px-0171 -->", "<text>Px-0171</text>", '<g id="Px-0171"/>'):
        assert refused(notebook(picture | {"image/svg+xml": f"<svg>{label}</svg>"}))
    lines = '<path d="M 810001 810002 L 0.810001 810003"/>'
    door.inspect(notebook(picture | {"image/svg+xml": [f"<svg>{lines}", "</svg>"]}), KEYS)


def test_a_column_of_keys_is_refused_by_its_name():
    assert refused(notebook(bundle("table", **OWN, csv='n,"person_key"\n5,x\n')), []) == [
        "notebook own_data, cell tbl-x  shows a column of persons' keys"
    ]


def test_figures_that_happen_to_equal_keys_pass():
    csv = "adults\n" + "\n".join(map(str, [810001, 810002, 810003, *range(700000, 700050)]))
    door.inspect(notebook(bundle("table", csv=csv, title="In 4711 beds, 0.810001")), KEYS)


def test_every_cell_is_named_at_once():
    two = notebook("x", "stream", "a") | {"other": notebook("y", "stream", "b")["own_data"]}
    assert len(refused(two)) == 2


def test_collecting_refuses_what_was_forged(tmp_path):
    forged = notebook(bundle("table", sources=["service/x/stays#own-data"]))
    with pytest.raises(DisclosureError, match="not released"):
        store.collect(forged, tmp_path)
    assert not list((tmp_path / "artefacts").iterdir())
    assert store.collect(notebook(bundle("table", **OWN)), tmp_path)["tbl-x"]["released"] is True


def fails(root, cells):
    source = write_notebook(root / "notebooks" / "own_data.ipynb", cells)
    kept = root / "build" / "london.failed"
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the class is looked at below
        execute(source, "{}", root=root, kept=kept, private=True)
    return caught.value, (kept / "own_data.ipynb").read_text(encoding="utf-8")


def test_a_failure_shows_where_and_of_which_class_and_nothing_else(tmp_path):
    cells = {
        "tbl-whole": shows("table", **OWN).replace('"released": true', '"released": True'),
        "look": "key = 'Px-' + '0171'\nprint(key)\nkey",
        "link": "{}[key]",
    }
    error, kept = fails(tmp_path, cells)
    assert isinstance(error, NotebookError)
    assert str(error).splitlines()[:2] == ["notebook own_data, cell link failed: 1 problem", "  KeyError"]
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "Px-0171" not in kept + str(error)
    outputs = {cell.id: cell.get("outputs", []) for cell in nbformat.reads(kept, 4).cells}
    assert [name for name, shown in outputs.items() if shown] == ["tbl-whole"]
    assert json.loads(kept)["cells"][-1]["source"] == ["{}[key]"]


def test_a_warning_is_named_by_its_class(tmp_path):
    error, kept = fails(tmp_path, {"warn": "import warnings\nwarnings.warn('Px-' + '0171', UserWarning)"})
    assert str(error.problems[0]) == "a warning is an error here: UserWarning"
    assert "Px-0171" not in kept + str(error)


def test_an_error_of_the_library_keeps_its_class_and_not_its_words(tmp_path):
    raised = "from needs.errors import DataError\nraise DataError('stays.csv cannot be used', ['line 3'], 'mend it')"
    error, _ = fails(tmp_path, {"inputs": raised})
    assert isinstance(error, DataError)
    assert str(error.problems[0]) == "DataError"
    assert "line 3" not in str(error)
    assert error.__context__ is None
