"""Every region of every edition: complete, its own, and traceable to the evidence."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
from functools import cache

import nbformat
import pytest

from needs.data.geography import Regions
from needs.data.sidecar import hash_file, read_sidecar
from needs.params.model import Given, RunParameters
from needs.project import EDITIONS, project_root
from needs.report.audit import _shown, _told
from needs.report.compose import read_about, read_records
from needs.report.trace import untraced_numbers

REGIONS = [(edition, region.slug) for edition in EDITIONS for region in Regions.open(edition)]
FOOTPRINTS = [("2023-24", slug) for slug in ("reach-out", "thames-valley-and-wessex")]
DATA = project_root() / "data_raw"


@pytest.fixture(params=REGIONS + FOOTPRINTS, ids="-".join)
def folder(request, built):
    return built[request.param]


def records(folder):
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "artefacts").glob("*.json"))
    }


def test_seven_and_ten_reports_and_two_footprints(built):
    assert [edition for edition, _ in built].count("2023-24") == 7 + 2
    assert [edition for edition, _ in built].count("2009-10") == 10


def test_complete(folder):
    for name in (
        "report.html",
        "report.pdf",
        "report.docx",
        "report.qmd",
        "references.bib",
        "manifest.json",
        "about.json",
    ):
        assert (folder / name).stat().st_size > 0, name
    assert (folder / "report.html").stat().st_size < 2_200_000  # charts draw their letters, each chart all of them
    assert (folder / "report.pdf").stat().st_size < 2_000_000
    assert (folder / "report.docx").stat().st_size < 2_000_000


@cache
def evidence(place):
    """Return the sidecar of a table, whose hash is checked, and the sources that its rows name."""
    table, sidecar = DATA / f"{place}.csv", read_sidecar(DATA / f"{place}.yaml")
    assert sidecar.sha256 == hash_file(table), place
    with table.open(encoding="utf-8", newline="") as stream:
        return sidecar, {row.get("source_id") for row in csv.DictReader(stream)}


def test_every_artefact_walks_back_to_a_table_and_its_sidecar(folder):
    """Artefact -> notebook cell -> table -> sidecar, for every artefact."""
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assumed = RunParameters.model_validate(about["parameters"]).assumptions()
    books = {path.stem: nbformat.read(path, as_version=4).cells for path in (folder / "notebooks").glob("*.ipynb")}
    walked = 0
    for name, record in records(folder).items():
        cells = {cell.id: cell for cell in books[record["notebook"]]}
        assert record["cell"] == name
        assert cells[name].outputs, name
        rows = list(csv.reader((folder / "artefacts" / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        assert len(rows) > 1, name
        assert record["sources"], name
        for reference in record["sources"]:
            place, _, source_id = reference.partition("#")
            if place.startswith("params/"):
                told = assumed[reference]
                assert told.source if isinstance(told, Given) else told.because, reference
                continue
            sidecar, named = evidence(place)
            citation = sidecar.sources[source_id]
            assert all(getattr(citation, part) for part in ("publisher", "title", "date", "licence", "url"))
            if place == "2023-24/icbs":  # a list of places, which its sidecar cites as a whole
                continue
            assert source_id in named, reference
            assert about["sources"][reference]["title"] == citation.title
            walked += 1
    assert walked > 50


def test_every_artefact_is_on_the_page(folder):
    text = (folder / "report.qmd").read_text(encoding="utf-8")
    missing = [
        name for name, record in records(folder).items() if record["form"] != "number" and f"{{#{name}" not in text
    ]
    assert not missing


def test_kinds_and_intervals(folder):
    numbers = {name: record for name, record in records(folder).items() if record["form"] == "number"}
    for name, record in numbers.items():
        if record["kind"] in ("modelled", "assumed") and re.search(r"\d", record["number"]["text"]):
            assert record["number"]["interval"], f"{name} is {record['kind']} and has no interval"
    assert numbers["num-secure-spend"]["kind"] == "assumed"
    assert numbers["num-step-down-places"]["kind"] == "assumed"


def test_no_report_shows_another_region(built):
    for edition in EDITIONS:
        seen = {}
        for (of, slug), folder in built.items():
            if of != edition:
                continue
            for picture in sorted((folder / "artefacts").glob("*.svg")):
                if (of, slug) in FOOTPRINTS and picture.stem in ("fig-funnel", "fig-need-drivers"):
                    continue  # published by region: that of the region most of its adults live in
                if slug == "south-central" and picture.stem == "fig-funnel":
                    continue  # published as one with South East Coast
                digest = hashlib.sha256(picture.read_bytes()).hexdigest()
                assert digest not in seen, f"{slug} and {seen[digest]} share {picture.stem}"
                seen[digest] = slug


def test_text_is_grammatical_for_every_region(folder):
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    text = (folder / "report.qmd").read_text(encoding="utf-8")
    words = re.sub(r"`[^`]*`", "", text)
    for wrong in (
        r"\bthe the\b",
        r"\bthe London\b",
        r"\bNone\b",
        r"\bnan\b",
        r"\b1 (places|regions|patients|people)\b",
        "[{]{2}",
        "num-",
    ):
        assert not re.search(wrong, words), f"{wrong} in {about['region']}"


def test_regional_figures_add_up_on_the_page(built):
    """The sum over regional reports is the national anchor: arithmetic, and stated as such."""
    for edition, beds in (("2009-10", 7800), ("2023-24", 6683)):
        total = 0.0
        for of, slug in REGIONS:
            folder = built[of, slug]
            if of == edition:
                total += records(folder)["num-beds-all"]["number"]["value"]
        assert total == pytest.approx(beds, rel=1e-9)
    text = (built["2009-10", "london"] / "report.qmd").read_text(encoding="utf-8")
    assert "arithmetic" in text


def test_a_made_up_number_is_refused(built):
    """The audit is no sieve: most percentages that no artefact shows do not get through."""
    folder = built["2023-24", "london"]
    about, shown = read_about(folder), read_records(folder)
    known = [_told(about), *map(_shown, shown.values())]
    refused = [n for n in range(100) if untraced_numbers(f"About {n}% of them wait.", known)]
    assert len(refused) > 50


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_no_row_of_a_table_is_lost_on_paper(folder):
    """A table that may not break loses the rows that the page has no room for."""
    done = subprocess.run(["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=False)
    paper = re.sub(r"\W+", "", done.stdout)
    lines = (folder / "report.qmd").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not re.search(r"[@`\[]", line.split("|")[1])]
    first = {re.sub(r"\W+", "", line.split("|")[1]) for line in rows}
    assert len(first) > 150
    assert [name for name in first if name not in paper] == []
