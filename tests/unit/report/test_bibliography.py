"""One entry per document, safe keys, every character as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needs.project import project_root
from needs.report.bibliography import Bibliography
from needs.report.program import pandoc


def source(**fields: str) -> dict[str, str]:
    known = {"publisher": "NHS England", "title": "Costs", "date": "2024-03", "licence": "OGL", "url": "", "table": "t"}
    return known | fields


def entries(references: Bibliography, refs: list[str], tmp_path: Path) -> list[dict[str, object]]:
    (tmp_path / "r.bib").write_text(references.bibtex(refs), encoding="utf-8")
    return list(json.loads(pandoc(["r.bib", "--from", "biblatex", "--to", "csljson"], tmp_path)))


def test_same_document_in_two_tables_is_one_entry(tmp_path: Path) -> None:
    references = Bibliography({"2023-24/beds#ons": source(), "common/costs#ons": source()})
    assert references.key("2023-24/beds#ons") == references.key("common/costs#ons") == "src-ons"
    (entry,) = entries(references, ["common/costs#ons", "2023-24/beds#ons"], tmp_path)
    assert entry["note"] == "Licence: OGL. Held in data_raw/2023-24/beds.csv, data_raw/common/costs.csv."


def test_same_id_for_two_documents_gives_two_keys() -> None:
    references = Bibliography({"a/x#ons": source(), "a/y#ons": source(title="Other"), "a/z#ons": source(title="Third")})
    assert [references.key(ref) for ref in ("a/x#ons", "a/y#ons", "a/z#ons")] == ["src-ons", "src-ons-2", "src-ons-3"]


@pytest.mark.parametrize("name", ["fig-1", "tbl-x", "sec-y", "A b/ç_1."])
def test_keys_are_never_read_as_cross_references(name: str) -> None:
    key = Bibliography({f"a/b#{name}": source()}).key(f"a/b#{name}")
    assert key is not None
    assert key.startswith("src-")
    assert key.replace("-", "").isalnum()


def test_assumptions_have_no_key() -> None:
    assert Bibliography({}).key("params/2023-24#occupancy.high") is None


def test_every_character_survives(tmp_path: Path) -> None:
    title = "R&D 50% $5 #1 a_b {c} ~d^e \\f | *h* <i> @j £k é"
    url = "https://x.org/a_b%20c#d~e?f=g&h=$"
    references = Bibliography({"a/b#c": source(title=title, url=url)})
    (entry,) = entries(references, ["a/b#c"], tmp_path)
    assert entry["title"] == title
    assert entry["URL"] == url


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2024-03-12", "12 March 2024"),
        ("2024-03", "March 2024"),
        ("2024", "2024"),
        ("Mid 2024", "Mid 2024"),
        ("not stated", "undated"),
        ("", "undated"),
    ],
)
def test_dates(date: str, day: str, tmp_path: Path) -> None:
    references = Bibliography({"a/b#c": source(date=date)})
    (tmp_path / "r.bib").write_text(references.bibtex(["a/b#c"]), encoding="utf-8")
    style = str(project_root() / "reports" / "theme" / "report.csl")
    arguments = ["--citeproc", "--bibliography=r.bib", f"--csl={style}", "--to=plain", "--wrap=none"]
    shown = pandoc(arguments, tmp_path, "@src-c")
    assert shown.splitlines() == [
        "[1]",
        "",
        f"[1] NHS England ({day}) Costs. Licence: OGL. Held in data_raw/a/b.csv.",
    ]


def test_a_source_that_has_no_address_is_no_link() -> None:
    assert "url" not in Bibliography({"a/b#c": source(url="not applicable")}).bibtex(["a/b#c"])
    assert "url = {https://x.org/a%20b}" in Bibliography({"a/b#c": source(url="https://x.org/a b")}).bibtex(["a/b#c"])
