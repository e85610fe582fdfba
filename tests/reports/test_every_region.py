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
from needs.report.audit.checks import _shown, _told
from needs.report.audit.trace import untraced_numbers
from needs.report.compose import read_about, read_records

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


def test_seven_ten_and_three_reports_and_two_footprints(built):
    assert [edition for edition, _ in built].count("2023-24") == 7 + 2
    assert [edition for edition, _ in built].count("2009-10") == 10
    assert [edition for edition, _ in built].count("example") == 3


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
    assert (folder / "report.html").stat().st_size < 1_000_000
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
            if source_id == "costs.spend_file":  # a file, not a figure
                assert about["parameters"]["costs"]["spend_file"]
                continue
            if place.startswith("params/"):
                told = assumed[reference]
                assert told.source if isinstance(told, Given) else told.because, reference
                continue
            sidecar, named = evidence(place)
            citation = sidecar.sources[source_id]
            assert all(getattr(citation, part) for part in ("publisher", "title", "date", "licence", "url"))
            if place == "2023-24/icbs" or place.startswith(
                "service/"
            ):  # a list of places, or own data: cited as a whole
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
    kind = "synthetic" if "example" in folder.parts else "assumed"
    assert numbers["num-secure-spend"]["kind"] == kind
    assert numbers["num-step-down-places"]["kind"] == kind


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
                if picture.stem.startswith("tbl-"):
                    continue  # a line in a cell, of few points without a scale: two may be alike
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
        r"\bNone\b(?! of)",
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


def test_synthetic_data_say_so_in_file_table_chart_and_page(built):
    folder = built["example", "northmark"]
    for name, record in records(folder).items():
        assert record["kind"] == "synthetic", name
        assert record["caption"].startswith("Synthetic data. "), name
        header, *rows = csv.reader((folder / "artefacts" / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        assert {row[header.index("data_kind")] for row in rows} == {"synthetic"}, name
        if record["form"] == "figure":
            assert "Synthetic data: made up" in (folder / "artefacts" / f"{name}.svg").read_text(encoding="utf-8"), name
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<h1>Synthetic data. " in page
    assert "Everything in this report is synthetic" in page
    for path in sorted((DATA / "example").glob("*.yaml")) + sorted((DATA / "service" / "example").glob("*/*.yaml")):
        assert read_sidecar(path).status == ["synthetic"], path


def test_nothing_about_one_person_leaves_the_private_folder(built):
    """Every key of every table, in every file of the run but those of the private folder."""
    for slug in ("northmark", "eastvale", "southmoor"):
        folder, keys = built["example", slug], set()
        for table in sorted((DATA / "service" / "example" / slug).glob("*.csv")):
            with table.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream))
            keys |= {row[name] for row in rows for name in ("person_key", "referral_key") if row.get(name)}
        assert len(keys) > 500
        looked = 0
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "private" not in path.parts):
            words = set(re.findall(rb"[A-Z]{2}-[A-Z]?\d+", path.read_bytes()))
            assert not words & {key.encode() for key in keys}, path
            looked += 1
        assert looked > 100
        listed = (folder / "private" / "excluded.csv").read_text(encoding="utf-8")
        assert any(key in listed for key in keys)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert not [name for name in manifest["outputs"] if name.startswith("private")]


def test_measured_figures_stand_in_place_of_national_ones_and_the_report_says_which(built):
    folder = built["example", "northmark"]
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    fields = {one["field"] for one in about["measured"]}
    assert {
        "demand.counted.medium",
        "flow.beds.medium",
        "flow.stay.medium.mean",
        "flow.routing.medium.shares",
    } <= fields
    told = about["parameters"]["flow"]["stay"]["medium"]["mean"]
    assert (told["kind"], told["source"].partition(" to ")[0]) == ("synthetic", "own service data")
    text = (folder / "report.qmd").read_text(encoding="utf-8")
    assert all(f"| `{field}` |" in text for field in fields)
    assert built["2023-24", "london"].joinpath("about.json").read_text(encoding="utf-8").count("own service data") == 0
