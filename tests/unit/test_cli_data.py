"""`needs data template` and `needs data add`: what they say, keep and refuse, and the exit code they end with."""

import shutil

import pytest
from nowhere import Beds
from python_calamine import CalamineWorkbook

from needs import cli
from needs.data import readers
from needs.project import project_root


@pytest.fixture
def needs(capsys):
    """Run a command; return exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main([str(each) for each in arguments])
        return end.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a copy of what the project knows of regions, that a test may add to."""
    root = tmp_path / "project"
    for name in ("notebooks", "reports"):
        (root / name).mkdir(parents=True)
    shutil.copytree(project_root() / "params", root / "params")
    for edition in ("2023-24", "2009-10", "example", "common"):
        shutil.copytree(project_root() / "data_raw" / edition, root / "data_raw" / edition)
    monkeypatch.setenv("NEEDS_PROJECT", str(root))
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def filled(needs, project):
    assert needs("data", "template", "--out", "filled.xlsx", "--example")[0] == 0
    return project.parent / "filled.xlsx"


@pytest.fixture
def reviews(project):
    """Write many reviews, one of them of a rare kind."""
    path = project.parent / "reviews.csv"
    rows = [f"k{n},2024-01-{n % 28 + 1:02},{'low' if n else 'high'}" for n in range(40)]
    path.write_text("\n".join(["person_key,reviewed,tier_needed", *rows]), encoding="utf-8")
    return path


def test_a_template_is_written_once(needs, project):
    code, said, _ = needs("data", "template")
    assert code == 0
    assert "needs data add needs-data-template.xlsx --region REGION" in said
    with CalamineWorkbook.from_path("needs-data-template.xlsx") as book:
        assert "stays" in book.sheet_names
    code, _, errors = needs("data", "template")
    assert code == 11
    assert "add --replace" in errors
    assert needs("data", "template", "--replace")[0] == 0


@pytest.mark.parametrize(
    ("out", "said"),
    [("t.csv", "ends in .xlsx"), ("no/t.xlsx", "there is no folder 'no'"), ("d.xlsx", "a folder has that name")],
)
def test_a_template_is_not_written_anywhere(needs, project, out, said):
    (project.parent / "d.xlsx").mkdir()
    code, _, errors = needs("data", "template", "--out", out, "--replace")
    assert code == 11
    assert said in errors


def test_a_filled_template_is_added_and_what_to_write_is_said(needs, project, filled):
    code, said, errors = needs("data", "add", filled, "--region", "London")
    assert (code, errors) == (0, "")
    assert "stays: 3 rows, kept in data_raw/service/london/stays.csv" in said
    assert "params/2023-24/london.yaml" in said
    assert "    folder: london\n    since: 2023-11-01" in said
    assert "    until: 2024-01-31" in said
    assert "example-1" not in said
    assert (project / "data_raw/service/london/stays.yaml").is_file()


def test_what_is_told_can_be_written_as_it_stands(needs, project, filled):
    _, said, _ = needs("data", "add", filled, "--region", "london")
    block = said.partition("data cover:\n")[2].partition("then needs run")[0]
    path = project / "params/2023-24/london.yaml"
    path.write_text("\n".join(line[2:] for line in block.splitlines()), encoding="utf-8")
    code, said, _ = needs("data", "add", filled, "--region", "london")
    assert code == 0
    assert "stays: 3 rows, already in data_raw/service/london/stays.csv" in said
    assert "params/2023-24/london.yaml names this folder, from 2023-11-01 to 2024-01-31" in said


def test_small_numbers_of_people_are_not_told(needs, project, reviews):
    _, said, _ = needs("data", "add", reviews, "--region", "london")
    assert "rows by tier needed, to the nearest 5: low 40; fewer than 5: high" in said
    assert "39" not in said
    assert "blank, to" not in said
    assert "days: January 2024" in said
    assert "every row: dundrum_total" in said


@pytest.mark.parametrize(
    ("region", "folder", "place"),
    [
        ("reach-out", (), "reach-out"),
        ("Q36", (), "london"),
        ("london", ("--folder", "trial/one"), "trial/one"),
    ],
)
def test_regions_footprints_and_folders(needs, project, reviews, region, folder, place):
    code, said, _ = needs("data", "add", reviews, "--region", region, *folder)
    assert code == 0
    assert (project / f"data_raw/service/{place}/reviews.csv").is_file()
    assert f"folder: {place}" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["reviews.csv"], 10, "add --region"),
        (["reviews.csv", "--region", "lundon"], 10, "Did you mean 'London'?"),
        (["reviews.csv", "--region", "london", "--edition", "1999-00"], 10, "edition '1999-00' is not known"),
        (["reviews.csv", "--region", "london", "--table", "revues"], 11, "--table revues is not known"),
        (
            ["reviews.csv", "reviews.csv", "a.csv", "--region", "london", "--table", "reviews"],
            11,
            "what one file holds",
        ),
        (["reviews.csv", "--region", "london", "--folder", "../other"], 11, "is no name of a folder"),
        (["reviews.csv", "--region", "london", "--folder", "example/london"], 11, "which git keeps"),
        (["revews.csv", "nothing.csv", "--region", "london"], 11, "did you mean 'reviews.csv'?"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_kept(needs, project, reviews, arguments, code, said):
    found, _, errors = needs("data", "add", *arguments)
    assert found == code
    assert said in errors
    assert "Traceback" not in errors
    assert not (project / "data_raw/service").exists()


def test_one_bad_file_keeps_out_the_good_ones(needs, project, reviews):
    (project.parent / "health.csv").write_text("person_key,checked,annual_check\nA,2024-05-31,dome\n", encoding="utf-8")
    code, _, errors = needs("data", "add", reviews, "health.csv", "--region", "london")
    assert code == 11
    assert "Did you mean 'done'?" in errors
    assert not (project / "data_raw/service").exists()


def test_other_rows_are_kept_only_when_told(needs, project, reviews):
    needs("data", "add", reviews, "--region", "london")
    reviews.write_text("person_key,reviewed,tier_needed\nA,2024-01-01,low\n", encoding="utf-8")
    code, _, errors = needs("data", "add", reviews, "--region", "london")
    assert code == 11
    assert "rows kept: 40; rows of the new file: 1; in both: 0" in errors
    code, said, _ = needs("data", "add", reviews, "--region", "london", "--replace")
    assert code == 0
    assert "reviews: 1 row, replaced in" in said


@pytest.fixture
def beds(project, monkeypatch):
    monkeypatch.setattr(readers, "READERS", (Beds(),))
    path = project.parent / "beds 2024.csv"
    path.write_bytes(b"org_code,beds_open\r\nA1,12\r\nA2,\r\n")
    return path


def test_a_public_file_is_kept_as_received_and_needs_no_region(needs, project, beds):
    code, said, _ = needs("data", "add", beds)
    folder = project / "data_raw/received/beds"
    assert code == 0
    assert (folder / beds.name).read_bytes() == beds.read_bytes()
    assert (folder / "beds 2024.tidy.csv").read_text(encoding="utf-8").startswith("org_code,beds_open,status\n")
    assert "publisher: Nobody" in (folder / "beds 2024.yaml").read_text(encoding="utf-8")
    assert "Beds of nowhere, 2024-25 Q1: 2 rows, kept in data_raw/received/beds/beds 2024.csv" in said
    assert "suppressed 1 cell;" in said
    assert "Words of kind that the format does not know: 'odd' in 2 rows." in said
    assert needs("data", "add", beds)[1].startswith("Beds of nowhere, 2024-25 Q1: 2 rows, already in")


def test_another_file_under_the_same_name_is_not_lost(needs, project, beds):
    needs("data", "add", beds)
    beds.write_bytes(b"org_code,beds_open\nA1,13\n")
    code, _, errors = needs("data", "add", beds)
    assert code == 11
    assert "rows kept: 2; rows of the new file: 1; in both: 0" in errors


def test_a_workbook_and_a_csv_file_of_one_name_are_kept_apart(needs, project, beds):
    needs("data", "add", beds)
    shutil.move(project / "data_raw/received/beds/beds 2024.csv", project / "data_raw/received/beds/beds 2024.xlsx")
    code, _, errors = needs("data", "add", beds)
    assert code == 11
    assert "beds 2024.xlsx is kept there under the same name" in errors


def test_own_and_public_files_together(needs, project, beds, reviews):
    code, said, _ = needs("data", "add", beds, reviews, "--region", "london")
    assert code == 0
    assert "data_raw/received/beds" in said
    assert "data_raw/service/london/reviews.csv" in said
