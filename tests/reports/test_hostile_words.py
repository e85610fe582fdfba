"""Names in data are names on the page: they run nothing, open nothing and break nothing, in any format."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from needs.present.artefact import MIME, Artefact
from needs.present.style import canvas, drawn, named_rows
from needs.report import markdown
from needs.report.compose import compose
from needs.report.page import record_table
from needs.report.program import pandoc

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "![x](file:///etc/passwd)",
    "`=1`{=html}",
    "```{python}\nprint(1)\n```",
    "{{< include /etc/passwd >}}",
    "{{ 7 * 7 }} {% raw %}",
    "$\\input{/etc/passwd}$",
    '#read("/etc/passwd") #eval("1")',
    "@key [@other] <label>",
    "\\include{x} \\\\",
    "| a | b |\n|---|---|",
    "# Heading\n\n## Other",
    "::: {.callout-note}",
    ": caption {#tbl-x}",
    "1. one",
    "(i) two",
    "- three",
    "> four",
    "A. Smith unit",
    "% title",
    "--- ... --",
    "^[note] H~2~O x^2^",
    "**bold** _it_ ~~no~~",
    "&lt;b&gt; &amp; &#60;",
    '"quoted" O\'Neil',
    "]]> --> <!-- */ //",
    "=1+1",
    "+1 (2)",
    "@SUM(A1)",
    "-2+3",
    "\t=cmd|' /C calc'!A0",
    "Ash\x00\x07\x1b[31m unit",
    "Elm \u202egnp.exe",
    "a\u2028b\r\nc",
    "{#id .class key=val}",
    "<!--x-->",
    "https://example.org/<b>",
    "x" * 200,
]


def said(text: str) -> str:
    """What a page should say: the text on one line without what cannot be seen; a dash or dots as they are."""
    return " ".join(re.sub(r"[\x00-\x08\x0e-\x1f\u202e]", "", text).split())


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def straight(text: str) -> str:
    """Typographic quotation marks and apostrophes as typed: the writer turns them, which is no harm."""
    return text.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))


def frame() -> pd.DataFrame:
    return pd.DataFrame({"unit": HOSTILE, "beds": range(len(HOSTILE))})


def table() -> Artefact:
    rows = pd.DataFrame({"Unit": HOSTILE, "Beds": map(str, range(len(HOSTILE)))})
    return Artefact("table", HOSTILE[0], HOSTILE[9], "derived", ("x#y",), frame(), rows=rows)


def test_a_table_says_each_name_and_nothing_else():
    shown = pandoc(["--from", "markdown", "--to", "html"], Path.cwd(), record_table("tbl-units", table().record()))
    cells = [straight(words(cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", shown, re.DOTALL)]
    assert cells[::2] == [straight(said(name)) for name in HOSTILE]
    assert set(re.findall(r"<(\w+)", shown)) <= {
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_a_sentence_that_opens_with_a_name_stays_a_sentence(name):
    document = json.loads(pandoc(["--from", "markdown", "--to", "json"], Path.cwd(), markdown.escape(name) + "\n"))
    assert [block["t"] for block in document["blocks"]] == ["Para"]
    assert {node["t"] for node in document["blocks"][0]["c"]} <= {"Str", "Space", "Quoted"}


def test_typst_gets_words():
    typst = pandoc(["--from", "markdown", "--to", "typst"], Path.cwd(), record_table("tbl-units", table().record()))
    for call in ("#read", "#eval", "#include", "@key", "<label>"):
        assert not re.search(rf"(?<!\\){call}", typst)


def test_alternative_text_holds_each_name():
    for name in HOSTILE:
        picture = markdown.figure("fig-x", "Beds", "a.svg", f"Bars of {name} and others")
        shown = pandoc(["--from", "markdown", "--to", "html"], Path.cwd(), picture)
        assert set(re.findall(r"<(\w+)", shown)) <= {"figure", "img", "figcaption", "p"}, name
        (alt,) = re.findall(r'fig-alt="([^"]*)"', shown)
        assert straight(unescape(alt)) == straight(said(f"Bars of {name} and others"))


def test_a_report_with_hostile_names_composes_as_any_other(folder: Path, make_folder: Callable[..., Path]):
    path = next((folder / "artefacts").glob("tbl-*.json"))
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps(record | {k: table().record()[k] for k in ("table", "title", "caption")}), encoding="utf-8"
    )
    blocks = [
        [b["t"] for b in json.loads(pandoc(["--from", "markdown", "--to", "json"], f, text))["blocks"]]
        for f, text in ((f, compose(f)[0].read_text(encoding="utf-8")) for f in (folder, make_folder("plain")))
    ]
    assert blocks[0] == blocks[1]


def test_a_picture_with_hostile_labels_is_well_formed_and_runs_nothing():
    with canvas(12) as (figure, axes):
        axes[0].barh(range(len(HOSTILE)), range(len(HOSTILE)))
        named_rows(axes[0], [said(name)[:40] for name in HOSTILE])
        image = drawn(figure)
    made = Artefact(
        "figure", "Beds", "Beds", "derived", ("x#y",), frame(), alt="Bars of beds by unit here", image=image
    )
    tree = ElementTree.fromstring(made._repr_mimebundle_()["image/svg+xml"])
    assert not {node.tag.rpartition("}")[2] for node in tree.iter()} & {"script", "a", "foreignObject", "image"}


def test_a_spreadsheet_runs_no_cell_and_numbers_stay_numbers():
    data = frame().assign(change=-1.5, words=pd.Series(HOSTILE).astype("category"))
    text = Artefact("table", "a", "b", "derived", ("x#y",), data, rows=data).record()["csv"]
    head, *lines = csv.reader(io.StringIO(text))
    assert head == ["unit", "beds", "change", "words"]
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert not re.match(r"\s*[=+\-@\t\r]", line[0])
        assert line[3] == line[0]
        assert line[2] == "-1.5"
    assert lines[HOSTILE.index("=1+1")][0] == "'=1+1"
    assert lines[HOSTILE.index("-2+3")][0] == "'-2+3"


def test_headings_that_come_from_data_are_made_harmless():
    data = pd.DataFrame({"=1+1": [1], "Ash\x00": ["x"]})
    record = Artefact("table", "a\x00", "b", "derived", ("x#y",), data, rows=data).record()
    assert record["csv"].splitlines()[0] == "'=1+1,Ash"
    assert record["table"]["columns"][1] == "Ash"
    assert record["title"] == "a"


def test_the_output_of_a_cell_holds_no_control_character():
    bundle = table()._repr_mimebundle_()
    text = json.dumps([bundle[MIME], bundle["text/html"], bundle["text/plain"]], ensure_ascii=False)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]|\\u00(?!0a|09|0d)[01]", text)
    assert "<script" not in bundle["text/html"]
