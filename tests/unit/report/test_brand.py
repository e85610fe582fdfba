"""A brand as templates say it and as the theme shows it: nothing of the organisation's words is taken for code."""

import json
import subprocess
from pathlib import Path

import pypandoc
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.params.branding import REFERENCE, Branding
from needs.report.audit.trace import untraced_numbers
from needs.report.brand import brand_words, dress, recoloured

NASTY = 'R&D "*x*" \\ #sys $5 [a](b) <i> {c} @d `e` 42%'


def about(**told):
    return {"branding": Branding.model_validate(told).model_dump(mode="json")}


def test_without_a_brand_nothing_is_said_and_nothing_changes(tmp_path):
    for said in ({}, about()):
        assert set(brand_words(said).values()) == {""}
        assert recoloured(said) == {}
        dress(tmp_path, said, tmp_path)
        assert "{" not in (tmp_path / "brand.css").read_text(encoding="utf-8")
        assert (tmp_path / "brand.yml").read_text(encoding="utf-8") == 'organisation: ""\n'


def test_colours_reach_every_theme(tmp_path):
    said = about(colours={"primary": "#801650", "accent": "#c9571a"})
    assert recoloured(said) == {"#12436d": "#801650", "#28a197": "#c9571a"}
    dress(tmp_path, said, tmp_path)
    css, paper = ((tmp_path / f"brand.{kind}").read_text(encoding="utf-8") for kind in ("css", "typ"))
    assert "--blue: #801650; --teal: #c9571a; --wash: #" in css
    assert ".subtitle { color: #fff; }" in css
    assert '#let needs-primary = rgb("#801650")' in paper


def test_logo_is_taken_from_the_run_and_only_when_told(tmp_path):
    theme, folder = tmp_path / "theme", tmp_path / "run"
    (folder / "branding").mkdir(parents=True)
    theme.mkdir()
    (folder / "branding" / "logo.png").write_bytes(b"picture")
    dress(theme, about(), folder)
    assert not (theme / "logo.png").exists()
    dress(theme, about(logo={"file": "marks/x.png", "alt": "Disc"}), folder)
    assert (theme / "logo.png").read_bytes() == b"picture"
    assert '(path: "logo.png", alt: "Disc")' in (theme / "brand.typ").read_text(encoding="utf-8")
    told = json.loads((theme / "brand.yml").read_text(encoding="utf-8").split("organisation-logo: ")[1].splitlines()[0])
    assert told == "theme/logo.png"


def shown(markdown):
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=markdown-smart", "--to=plain", "--wrap=none"],
        input=markdown, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize("text", [NASTY, "1. One", "- a", "% b", ": c", "| d | e |", "::: f", "---", "...", "5 km\\"])
def test_words_are_shown_as_they_are(text):
    said = brand_words(about(organisation=text, contact={"name": text}, foreword={"text": text, "name": "Alex"}))
    for name in ("organisation", "contact"):
        assert shown(said[name]) == text
        assert untraced_numbers(said[name], []) == []
    assert shown(said["foreword"]).split("\n\n")[0] == text


@settings(max_examples=12)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)
)
def test_any_words_are_a_string_of_typst(tmp_path_factory, text):
    if not text.strip() or REFERENCE.search(text):
        return
    folder = tmp_path_factory.mktemp("typst")
    dress(folder, about(organisation=text, contact={"name": text}), folder)
    source = folder / "a.typ"
    source.write_text('#import "brand.typ": *\n#metadata(needs-organisation) <told>', encoding="utf-8")
    (told,) = json.loads(typst.query(source, "<told>", field="value"))
    assert "".join(told.split()) == "".join(text.split()) or len(told) < len(text)


def test_a_contact_is_a_link_and_paragraphs_stay(tmp_path: Path):
    said = brand_words(
        about(
            contact={"email": "a_b5@x.org", "phone": "01632 960 000"},
            foreword={"text": "One\nline.\n\n \nTwo.", "role": "Chair"},
        )
    )
    assert said["contact"].startswith("[a\\_b[5]{.fixed}\\@x.org](mailto:a_b5@x.org), ")
    assert said["foreword"] == "One line.\n\nTwo.\n\nChair"
