"""An artefact that lacks something cannot be made, and what it shows is what it holds."""

import csv
import io

import pandas as pd
import pytest

from needs.present.artefact import MIME, Artefact, Image, number
from needs.values import Estimate

DATA = pd.DataFrame({"tier": ["high"], "beds": [715.0]})
WHOLE = {
    "form": "figure",
    "title": "Beds fell",
    "caption": "Beds in England",
    "kind": "published",
    "sources": ("2023-24/a#b",),
    "data": DATA,
    "alt": "A bar of beds in high security: 715",
    "image": Image("<svg/>", b"png"),
}


def test_a_figure_shows_both_forms_of_its_picture():
    bundle = Artefact(**WHOLE)._repr_mimebundle_()
    assert bundle["image/svg+xml"] == "<svg/>"
    assert bundle["image/png"] == "cG5n"
    assert list(csv.reader(io.StringIO(bundle[MIME]["csv"]))) == [["tier", "beds"], ["high", "715"]]


@pytest.mark.parametrize(
    ("part", "value", "what"),
    [
        ("title", " ", "finding"),
        ("caption", "", "finding and its measure"),
        ("sources", (), "sources and its kind"),
        ("kind", "guessed", "sources and its kind"),
        ("alt", "A chart", "says in words"),
        ("image", None, "needs its image"),
    ],
)
def test_nothing_may_be_left_out(part, value, what):
    with pytest.raises(ValueError, match=what):
        Artefact(**{**WHOLE, part: value})


def test_a_table_says_which_columns_are_numbers():
    rows = pd.DataFrame({"Tier": ["High"], "Beds": ["715"]})
    rows.attrs["numeric"] = ["Beds"]
    record = Artefact(**{**WHOLE, "form": "table", "image": None, "rows": rows}).record()
    assert record["table"] == {"columns": ["Tier", "Beds"], "align": ["l", "r"], "rows": [["High", "715"]]}


def test_a_number_carries_its_interval_kind_and_text():
    found = number("Spend", Estimate(1.2077e9, 1.1e9, 1.35e9, "modelled", ("x#y",)), "GBP", "Spend in England")
    assert found.number["text"] == "£1.21 billion"
    assert found.number["interval"] == "£1.10 billion to £1.35 billion"
    assert found.kind == "modelled"
    assert found.data["value_upper"].tolist() == [1.35e9]
