"""Each known behaviour of Quarto 1.9 has its test here: on the composed source, on the settings, or on the adapter.

And what both renderers say is the same, for every place that is reported.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from quarto_shapes import PARTS, settings, shape

from needs.data.geography import Regions
from needs.errors import RenderError
from needs.project import EDITIONS, project_root
from needs.report import program
from needs.report.audit.checks import audit_html
from needs.report.compose import compose, read_records
from needs.report.outputs import files
from needs.report.program import pandoc, run_program
from needs.report.quarto import QuartoRenderer, find_quarto
from needs.report.source_check import check_source

Contents = dict[str, list[str]]

KNOWN = {
    "region_key": "A top-level key region: breaks Typst, which takes it for a region of a language.",
    "one_folder_a_render": "Two renders of one source in one folder at the same time corrupt each other silently.",
    "no_output_option": "--output takes a bare file name only, so the file is taken from where Quarto leaves it.",
    "no_links_to_formats": "Links to other formats appear unless format-links is false.",
    "markdown_tables": "A raw HTML table pulls scripts from a network, or starts a slow helper a table in Typst.",
    "own_theme_without_network": "The theme cosmo and math need the network.",
    "no_math": "PDF/UA-1 refuses an equation without alternative text.",
    "no_bracket_after_a_reference": "A bracketed citation after a cross-reference is swallowed as its suffix.",
    "callouts_without_icon": "A callout in Word carries the path of its icon on this machine unless icon=false.",
    "alternatives_in_word": "Word loses fig-alt: a filter at post-render copies it into the picture.",
    "a_failure_leaves_an_old_pdf": "pdf-standard ua-1 ends with status 1 and leaves an older PDF behind.",
    "one_standard": "One PDF standard at a time.",
    "no_metadata_on_the_command": "-M overrides top-level keys only; an unknown meta key only prints ?meta:x.",
    "small_page": "Bootstrap adds 1.2 MB to a self-contained page, a _brand.yml three times that.",
    "bytes_by_content": "HTML is not the same bytes twice; Word is with SOURCE_DATE_EPOCH, Typst without a date.",
}
"""What was seen of Quarto 1.9.38, and after each ``test_`` of its name what the project does about it."""

ADDED = {
    "references_are_resolved": "Cross-references, which Pandoc takes for citations.",
    "callouts_are_made": "Callouts.",
    "figures_and_tables_are_numbered": "Numbers of figures and tables.",
    "alternatives_reach_every_format": "Alternative text in Typst and Word, which Pandoc drops.",
    "columns_of_figures_are_refused": "layout-ncol.",
    "a_filter_that_never_ends_is_stopped": "A timeout.",
    "captions_stay_with_their_tables": "Captions that stay with their table across pages.",
}
"""What the embedded renderer adds to plain Pandoc; the test of its name shows it."""

STAND_IN = """
import json, os, pathlib, sys
here = pathlib.Path.cwd()
told = {"arguments": sys.argv[1:], "folder": str(here), "epoch": os.environ.get("SOURCE_DATE_EPOCH")}
with pathlib.Path(os.environ["QUARTO_LOG"]).open("a", encoding="utf-8") as log:
    print(json.dumps(told), file=log)
if sys.argv[1:] != ["--version"]:
    made = here / (pathlib.Path(sys.argv[2]).stem + "." + {"typst": "pdf"}.get(sys.argv[-1], sys.argv[-1]))
    made.write_text(str(here))
    if (here / "theme" / "fail").exists():
        sys.exit(1)
"""


@pytest.fixture
def quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Put a stand-in for Quarto first on PATH; return a function that gives its renders."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script = programs / "stand_in.py"
    script.write_text(STAND_IN, encoding="utf-8")
    (programs / "quarto").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
    (programs / "quarto").chmod(0o755)
    log = tmp_path / "calls.jsonl"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("QUARTO_LOG", str(log))
    return lambda: [
        call
        for line in log.read_text(encoding="utf-8").splitlines()
        if (call := json.loads(line))["arguments"] != ["--version"]
    ]


@pytest.fixture
def composed(folder: Path) -> Path:
    compose(folder, templates=["report.qmd.j2", "summary.qmd.j2"])
    return folder


def refused(text: str, folder: Path) -> list[str]:
    return [problem.what for problem in check_source(f"---\ntitle: x\n---\n\n{text}\n", folder, ["src-a"])]


@pytest.mark.parametrize("name", [*KNOWN, *ADDED])
def test_every_known_behaviour_has_a_test(name: str) -> None:
    assert callable(globals().get(f"test_{name}"))


# What was seen of Quarto


def test_region_key(composed: Path) -> None:
    assert "region:" in check_source("---\nregion: London\n---\n", composed, [])[0].what
    for source in composed.glob("*.qmd"):
        front = source.read_text(encoding="utf-8").split("---\n")[1]
        assert not re.search(r"(?m)^region:", front), source.name
    assert "region" not in settings()


def test_one_folder_a_render(composed: Path, quarto: Callable[[], list[dict[str, Any]]]) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: QuartoRenderer().render(composed, [name]), files(["html", "pdf", "docx"])))
    folders = [call["folder"] for call in quarto()]
    assert len(set(folders)) == len(folders) == 4
    assert not [folder for folder in folders if Path(folder).exists() or str(composed) in folder]
    assert {(composed / name).read_text() for name in files(["html", "pdf", "docx"])} == set(folders)


def test_no_output_option(composed: Path, quarto: Callable[[], list[dict[str, Any]]]) -> None:
    QuartoRenderer().render(composed, files(["html", "pdf"]))
    assert [call["arguments"] for call in quarto()] == [
        ["render", "report.qmd", "--to", "html"],
        ["render", "report.qmd", "--to", "typst"],
        ["render", "summary.qmd", "--to", "typst"],
    ]


def test_no_links_to_formats() -> None:
    assert settings()["format-links"] is False


def test_markdown_tables(composed: Path) -> None:
    assert "raw html <table>: write Markdown" in refused("<table><tr><td>1</td></tr></table>", composed)
    text = (composed / "report.qmd").read_text(encoding="utf-8")
    nodes = [node["t"] for node in json.loads(pandoc(["--from", "markdown", "--to", "json"], composed, text))["blocks"]]
    told = [name for name, record in read_records(composed).items() if record["form"] == "table"]
    assert nodes.count("Table") >= len(told) > 20
    assert not {"RawBlock", "CodeBlock"} & set(nodes)


def test_own_theme_without_network(composed: Path) -> None:
    html = settings()["format"]["html"]
    assert (html["theme"], html["minimal"], html["embed-resources"]) == ("none", True, True)
    assert html["html-math-method"] == "mathml"
    assert not re.search(r"https?:", (project_root() / "reports" / "_quarto.yml").read_text(encoding="utf-8"))
    style = (project_root() / "reports" / "theme" / "report.css").read_text(encoding="utf-8")
    assert not re.search(r"https?:|@import|url\((?!data:)", style)


@pytest.mark.parametrize("math", ["$x^2$", "$$y$$", r"\alpha"])
def test_no_math(math: str, composed: Path) -> None:
    assert refused(f"A figure {math} here.", composed)


@pytest.mark.parametrize("text", ["See @fig-need-map [@src-a].", "See @tbl-gap [page 3].", "See [@sec-made]."])
def test_no_bracket_after_a_reference(text: str, composed: Path) -> None:
    assert any("next to a bracket" in problem or "has this id" in problem for problem in refused(text, composed))
    for source in composed.glob("*.qmd"):
        assert not re.search(r"@(?:fig|tbl|sec)-[\w-]+\s*\[", source.read_text(encoding="utf-8")), source.name


def test_callouts_without_icon(composed: Path) -> None:
    assert "callout-note without icon=false" in refused("::: {.callout-note}\nText\n:::", composed)[0]
    for source in composed.glob("*.qmd"):
        callouts = re.findall(r"::: \{\.callout[^}]*\}", source.read_text(encoding="utf-8"))
        assert all("icon=false" in callout for callout in callouts), source.name


@pytest.fixture(scope="module")
def shaped(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shape(published, tmp_path_factory.mktemp("shaped"))


def test_alternatives_in_word(shaped: Path, published: Path) -> None:
    assert settings()["filters"] == [{"at": "post-render", "path": "filters/common.lua"}]
    pictures = docx.Document(str(shaped / "report.docx")).element.body.xpath(".//wp:docPr")
    told = [record["alt"] for record in read_records(published).values() if record["form"] == "figure"]
    assert sorted(" ".join(picture.get("descr").split()) for picture in pictures) == sorted(
        " ".join(alt.split()) for alt in told
    )
    with zipfile.ZipFile(shaped / "report.docx") as archive:
        words = b"".join(archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels")))
    assert str(project_root()).encode() not in words
    assert b"needs-report-" not in words, "no path of the scratch folder, as of an icon"


def test_a_failure_leaves_an_old_pdf(
    composed: Path, quarto: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dress = "needs.report.workspace.dress"
    monkeypatch.setattr(dress, lambda theme, *_: (theme / "fail").touch())
    (composed / "report.pdf").write_text("old", encoding="utf-8")
    with pytest.raises(RenderError, match=r"quarto failed \(status 1\)"):
        QuartoRenderer().render(composed, ["report.pdf"])
    assert len(quarto()) == 1
    assert not (composed / "report.pdf").exists(), "neither the old one nor the half of a new one"


def test_one_standard() -> None:
    assert settings()["format"]["typst"]["pdf-standard"] == "ua-1"


def test_no_metadata_on_the_command(composed: Path, quarto: Callable[[], list[dict[str, Any]]], tmp_path: Path) -> None:
    QuartoRenderer().render(composed, ["report.html"])
    assert not [part for call in quarto() for part in call["arguments"] if part.startswith(("-M", "--metadata"))]
    assert any("shortcode" in problem for problem in refused("It is {{< meta x >}}.", composed))
    page = tmp_path / "page.html"
    page.write_text("<p>?meta:x</p>", encoding="utf-8")
    assert "shows ?meta:x, which was not resolved" in list(audit_html(page))


def test_small_page(shaped: Path) -> None:
    page = (shaped / "report.html").read_text(encoding="utf-8")
    assert "bootstrap" not in page.lower()
    pictures = sum(map(len, re.findall(r'src="data:[^"]*"', page)))
    assert len(page.encode()) - pictures < 400_000
    assert not list((project_root() / "reports").glob("_brand.yml"))


def test_bytes_by_content(shaped: Path, composed: Path, quarto: Callable[[], list[dict[str, Any]]]) -> None:
    QuartoRenderer().render(composed, ["report.docx"])
    assert {call["epoch"] for call in quarto()} == {"315532800"}
    said = run_program([sys.executable, "-c", "import os; print(os.environ['SOURCE_DATE_EPOCH'])"], composed, remedy="")
    assert said.strip() == "315532800"
    made = pypdf.PdfReader(shaped / "report.pdf").metadata
    assert made is not None
    assert made.creation_date is None or made.creation_date.year == 1980


# What the embedded renderer adds


def test_references_are_resolved(published: Path) -> None:
    page = (published / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    source = (published / "report.qmd").read_text(encoding="utf-8")
    for name in set(re.findall(r"@((?:fig|tbl|sec)-[\w-]*\w)", source)):
        what = {"fig": "Figure", "tbl": "Table", "sec": "Section"}[name[:3]]
        assert re.search(rf'<a href="#{name}"[^>]*>{what} \d', page), name


def test_callouts_are_made(composed: Path) -> None:
    from needs.report.pandoc import EmbeddedRenderer

    text = '---\ntitle: x\n---\n\n::: {.callout-tip icon=false title="Read first"}\nText.\n:::\n'
    (composed / "report.qmd").write_text(text, encoding="utf-8")
    EmbeddedRenderer().render(composed, ["report.html", "report.docx"])
    page = (composed / "report.html").read_text(encoding="utf-8")
    (callout,) = re.findall(r'<div[^>]*class="callout[^-][^>]*>', page)
    assert "callout-tip" in callout
    assert 'role="note"' in callout
    words = [paragraph.text for paragraph in docx.Document(str(composed / "report.docx")).paragraphs]
    assert {"Read first", "Text."} <= set(words)


@pytest.mark.parametrize("kind", ["Figure", "Table"])
def test_figures_and_tables_are_numbered(kind: str, published: Path, contents: Callable[[Path], Contents]) -> None:
    captions = contents(published / "report.html")["captions"]
    numbers = [int(found[1]) for caption in captions if (found := re.match(rf"{kind} (\d+): ", caption))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10


def test_alternatives_reach_every_format(published: Path) -> None:
    told = sorted(" ".join(r["alt"].split()) for r in read_records(published).values() if r["form"] == "figure")
    pictures = docx.Document(str(published / "report.docx")).element.body.xpath(".//wp:docPr")
    assert sorted(" ".join(picture.get("descr").split()) for picture in pictures) == told
    assert sorted(figure_words(pypdf.PdfReader(published / "report.pdf"))) == told


def figure_words(reader: pypdf.PdfReader) -> list[str]:
    """Alternative texts of a tagged PDF."""
    found, queue = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while queue:
        item = queue.pop()
        item = item.get_object() if hasattr(item, "get_object") else item
        if isinstance(item, list):
            queue += item
        elif isinstance(item, dict):
            if item.get("/S") == "/Figure" and "/Alt" in item:
                found.append(" ".join(str(item["/Alt"]).split()))
            queue.append(item.get("/K"))
    return found


def test_columns_of_figures_are_refused(composed: Path) -> None:
    assert refused('::: {layout-ncol="2"}\nText\n:::', composed)


def test_a_filter_that_never_ends_is_stopped(tmp_path: Path) -> None:
    endless = tmp_path / "endless.lua"
    endless.write_text("function Para() while true do end end", encoding="utf-8")
    import pypandoc

    command = [pypandoc.get_pandoc_path(), f"--lua-filter={endless}", "--to=plain"]
    with pytest.raises(RenderError, match="was stopped after 1 seconds"):
        run_program(command, tmp_path, text="Text.", remedy="", timeout=1)
    assert program.TIMEOUT <= 300


def test_captions_stay_with_their_tables(published: Path, contents: Callable[[Path], Contents]) -> None:
    """The page that holds a caption holds what follows it: never a caption alone at the end of a page."""
    pages = [page.extract_text() for page in pypdf.PdfReader(published / "report.pdf").pages]
    for caption in contents(published / "report.html")["captions"]:
        if caption.startswith("Table"):
            name = caption.partition(": ")[0]
            holding = [text for text in pages if re.search(rf"{name}\s*:", text.replace("\u00a0", " "))]
            assert holding, name
            after = [re.split(rf"{name}\s*:", text.replace("\u00a0", " "))[-1] for text in holding]
            assert any(len(text.split()) > len(caption.split()) + 4 for text in after), name


# Both renderers say the same, everywhere

PLACES = [(edition, region.slug) for edition in EDITIONS for region in Regions.open(edition)]
PLACES += [("2023-24", slug) for slug in ("reach-out", "thames-valley-and-wessex")]
needs_quarto = pytest.mark.skipif(find_quarto() is None, reason="Quarto is not on PATH")


@pytest.mark.quarto
@needs_quarto
@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_real_quarto_says_the_same_of_every_place(
    place: tuple[str, str], built: dict[tuple[str, str], Path], contents: Callable[[Path], Contents], tmp_path: Path
) -> None:
    import shutil

    folder = tmp_path / "report"
    shutil.copytree(built[place], folder)
    QuartoRenderer().render(folder, ["report.html"])
    ours, theirs = contents(built[place] / "report.html"), contents(folder / "report.html")
    assert {part: theirs[part] for part in PARTS} == {part: ours[part] for part in PARTS}


@pytest.mark.parametrize("place", [("2023-24", "london"), ("example", "northmark")], ids="-".join)
def test_the_shape_of_quarto_says_the_same_of_a_real_place(
    place: tuple[str, str], built: dict[tuple[str, str], Path], contents: Callable[[Path], Contents], tmp_path: Path
) -> None:
    theirs = contents(shape(built[place], tmp_path, ("html",)) / "report.html")
    ours = contents(built[place] / "report.html")
    for part in PARTS:
        assert theirs[part] == ours[part], part


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_the_page_says_what_the_source_says_of_every_place(
    place: tuple[str, str], built: dict[tuple[str, str], Path], contents: Callable[[Path], Contents]
) -> None:
    """Headings, captions, alternative texts, cells, references and links of the composed source, whatever typeset it."""
    folder = built[place]
    source, page = (folder / "report.qmd").read_text(encoding="utf-8"), contents(folder / "report.html")
    told = sources_of(source)
    assert page["headings"] == told["headings"]
    assert alike(caption.partition(": ")[2] for caption in page["captions"]) == alike(told["captions"])
    assert page["pictures"] == told["pictures"]
    assert alike(page["tables"]) == alike(told["tables"])
    assert len(page["references"]) == (folder / "references.bib").read_text(encoding="utf-8").count("@online{")
    linked = {link.split(" ")[0] for link in page["links"]}
    assert linked >= set(told["links"])
    assert {number.rstrip(".,") for number in told["numbers"]} <= {number.rstrip(".,") for number in page["numbers"]}


def alike(texts: Iterable[str]) -> list[str]:
    """Texts with one sign for any reference, and no space before a stop: what a renderer writes there is its own."""
    marked = [re.sub(r"@[\w-]*\w|(?:Figure|Table|Section)\s[\d.]*\d|\[\d+(?:, \d+)*\]", "§", text) for text in texts]
    return [re.sub(r"\s+(?=[,.;:)])", "", text) for text in marked]


def sources_of(source: str) -> Contents:
    """Headings, captions, alternative texts, table cells, cross-references and numbers of a composed source."""
    blocks = json.loads(pandoc(["--from", "markdown", "--to", "json"], Path(), source))["blocks"]
    found: Contents = {part: [] for part in ("headings", "captions", "pictures", "tables", "links", "numbers")}
    for node in nodes(blocks):
        kind, content = node["t"], node.get("c")
        if kind == "Header":
            found["headings"].append(words(content[2]))
        elif kind == "Table":
            found["captions"].append(" ".join(words(block["c"]) for block in content[1][1]))
            rows = [*content[3][1], *(row for body in content[4] for row in body[3])]
            found["tables"] += [" ".join(words(b["c"]) for b in cell[4]) for row in rows for cell in row[1]]
        elif kind == "Figure":
            found["captions"].append(" ".join(words(block["c"]) for block in content[1][1]))
        elif kind == "Image":
            found["pictures"].append(" ".join(unescape(dict(content[0][2])["fig-alt"]).split()))
        elif kind == "Cite":
            found["links"] += [c["citationId"] for c in content[0] if re.match("fig-|tbl-|sec-", c["citationId"])]
        elif kind == "Para":
            found["numbers"] += re.findall(r"\d[\d,.]*", words(content)) if not bracketed(content) else []
    return found


def bracketed(content: Any) -> bool:
    """Whether a paragraph holds a citation or an image, whose numbers the renderer writes."""
    return any(node["t"] in ("Cite", "Image") for node in nodes(content))


def nodes(value: Any) -> list[Any]:
    """Every node, in order."""
    found = []
    for item in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        if isinstance(item, dict) and "t" in item:
            found.append(item)
        found += nodes(item)
    return found


def words(inlines: Any) -> str:
    """Words of inline text, spaced as a reader sees them; references and citations stand for what a renderer writes."""
    return " ".join(pandoc_words(inlines).split())


def pandoc_words(inlines: Any) -> str:
    if isinstance(inlines, list):
        return "".join(map(pandoc_words, inlines))
    if not isinstance(inlines, dict) or inlines.get("t", "Image") == "Image":  # whose words are its alternative text
        return ""
    if inlines["t"] in ("Space", "SoftBreak", "LineBreak"):
        return " "
    content = inlines.get("c", "")
    if inlines["t"] == "Code":
        return str(content[1])
    if inlines["t"] == "Quoted":
        left, right = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
        return f"{left}{pandoc_words(content[1])}{right}"
    return content if inlines["t"] == "Str" else pandoc_words(content)
