"""A region's own tables are kept whole with their sidecars, or not at all."""

import threading
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from needs.data import filing
from needs.data.recognise import recognise
from needs.data.service import read_folder, read_table
from needs.data.service.store import add, receive
from needs.data.service.template import write_template
from needs.data.sidecar import hash_file, read_sidecar
from needs.dataset import TABLES, table
from needs.errors import DataError

HEADER = "person_key,event,day"
TWO = ("A,readmission,2024-05-31", "B,employment,2023-01-02")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "project" / "data_raw").mkdir(parents=True)
    return tmp_path / "project"


@pytest.fixture
def outcomes(tmp_path, root):
    """Return a function that adds outcomes of some rows."""

    def write(*rows, name="outcomes.csv", replace=False):
        path = tmp_path / name
        path.write_bytes("\r\n".join([HEADER, *rows]).encode())
        return add(receive({path: recognise(path)}), "london", root, "London", replace)[0]

    return write


def kept(root):
    """Return what is kept, by path, without the lock."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / "data_raw").rglob("*")
        if path.is_file() and path.name != filing.LOCK
    }


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "filled.xlsx"
    write_template(path, example=True)
    return path


def test_a_filled_template_is_kept_as_tables_that_a_run_can_read(template, root):
    added = add(receive({template: recognise(template)}), "london", root, "London")
    assert [each.table for each in added] == [each.name for each in TABLES]
    assert {each.outcome for each in added} == {"new"}
    own = read_folder(
        root / "data_raw/service/london",
        date(2023, 4, 1),
        date(2024, 3, 31),
        "service/london",
    )
    for each in TABLES:
        first, second = read_table(template, each), own[each.name]
        assert first.drop(columns="row").equals(second.drop(columns="row")), "nothing is lost on the way"


def test_what_is_kept_is_the_same_for_every_form_of_the_file(template, tmp_path, root):
    add(receive({template: recognise(template)}), "a", root, "London")
    for each in TABLES:
        path = tmp_path / f"{each.name}.csv"
        text = (root / f"data_raw/service/a/{each.name}.csv").read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        add(receive({path: recognise(path)}), "b", root, "London")
        assert (root / f"data_raw/service/b/{path.name}").read_text(encoding="utf-8") == text


def test_the_sidecar_seals_the_table_and_names_no_path(outcomes, root, tmp_path):
    outcomes(*TWO, name="Our outcomes.csv")
    place = root / "data_raw/service/london/outcomes.csv"
    sidecar = read_sidecar(place.with_suffix(".yaml"))
    assert sidecar.sha256 == hash_file(place)
    assert sidecar.status == ["own"]
    assert list(sidecar.sources) == ["own-data"]
    assert sidecar.sources["own-data"].publisher == "London"
    assert "Our outcomes.csv" in sidecar.caveats[0]
    assert hash_file(tmp_path / "Our outcomes.csv") in sidecar.caveats[1]
    assert str(tmp_path) not in place.with_suffix(".yaml").read_text(encoding="utf-8")
    assert place.read_text(encoding="utf-8").splitlines() == [HEADER, *TWO], "in the order received"


def test_what_is_told_shows_no_cell_of_a_person(template, root):
    (stays, *_) = add(receive({template: recognise(template)}), "london", root, "London")
    told = str(stays)
    assert (stays.rows, dict(stays.kinds), stays.unknown) == (3, {"medium": 1, "low": 2}, {"learning_disability": 1})
    assert stays.blank["discharged"] == 2
    assert "example-1" not in told
    assert all(f"{day:%d}" == "01" for day in (stays.first, stays.last, stays.ended)), "months, not days"


def test_the_same_rows_again_change_nothing(outcomes, root):
    outcomes(*TWO)
    before = kept(root)
    assert outcomes(*TWO, name="outcomes again.csv").outcome == "unchanged"
    assert kept(root) == before


def test_other_rows_need_replace_and_the_difference_is_told(outcomes, root):
    outcomes(*TWO)
    before = kept(root)
    with pytest.raises(DataError, match="add --replace") as error:
        outcomes(TWO[0], "C,death,2024-01-01", "D,death,2024-01-01")
    assert "rows kept: 2; rows of the new file: 3; in both: 1" in str(error.value)
    assert kept(root) == before
    assert outcomes(TWO[0], replace=True).outcome == "replaced"
    assert (root / "data_raw/service/london/outcomes.csv").read_text(encoding="utf-8").splitlines() == [HEADER, TWO[0]]


def test_a_table_that_was_edited_by_hand_is_told(outcomes, root):
    outcomes(*TWO)
    place = root / "data_raw/service/london/outcomes.csv"
    place.write_text(f"{HEADER}\n{TWO[0]}\n", encoding="utf-8")
    with pytest.raises(DataError, match="changed since they were added"):
        outcomes(*TWO)
    assert outcomes(*TWO, replace=True).outcome == "replaced"


def test_problems_of_all_tables_of_all_files_come_at_once(tmp_path):
    for name, rows in {
        "outcomes": [HEADER, "A,flew,2024-05-31"],
        "health": ["person_key,checked,annual_check", "A,,done"],
    }.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "more outcomes.csv").write_text(f"{HEADER}\n{TWO[0]}\n", encoding="utf-8")
    paths = sorted(tmp_path.glob("*.csv"))
    with pytest.raises(DataError) as error:
        receive({path: recognise(path) for path in paths})
    said = str(error.value)
    assert "outcomes stands in more outcomes.csv and in outcomes.csv" in said
    assert "outcomes.csv, row 2, column event" in said
    assert "health.csv, row 2, column checked" in said


@pytest.mark.parametrize("folder", ["../x", "/x", "a//b", "", "London", "a/../b", "a\\b", ".hidden"])
def test_a_folder_is_a_plain_name(outcomes, folder, tmp_path, root):
    path = tmp_path / "outcomes.csv"
    path.write_text(f"{HEADER}\n{TWO[0]}\n", encoding="utf-8")
    with pytest.raises(DataError, match="is no name of a folder"):
        add(receive({path: recognise(path)}), folder, root, "London")
    assert not kept(root)


def test_a_full_disk_leaves_all_as_it_was(outcomes, root, monkeypatch):
    outcomes(*TWO)
    before = kept(root)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filing.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        outcomes(TWO[0], replace=True)
    assert kept(root) == before


def test_dying_between_table_and_sidecar_is_seen_by_the_next_reader(outcomes, root, monkeypatch):
    outcomes(*TWO)
    folder, replace = root / "data_raw/service/london", Path.replace

    def dies(self, target):
        if target.suffix == ".yaml":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        outcomes(TWO[0], replace=True)
    monkeypatch.undo()
    assert read_sidecar(folder / "outcomes.yaml").sha256 != hash_file(folder / "outcomes.csv")
    assert outcomes(TWO[0], replace=True).outcome == "replaced"
    assert read_sidecar(folder / "outcomes.yaml").sha256 == hash_file(folder / "outcomes.csv")
    assert [path.name for path in (root / "data_raw/service").iterdir() if path.name.startswith(filing.SCRATCH)] == []


def test_what_a_killed_run_left_is_cleared_away(outcomes, root):
    left = root / "data_raw/service" / f"{filing.SCRATCH}left"
    left.mkdir(parents=True)
    (left / "outcomes.csv").write_text("x", encoding="utf-8")
    outcomes(*TWO)
    assert not left.exists()


def test_two_at_once_wait_and_then_say_so(outcomes, root, monkeypatch):
    monkeypatch.setattr(filing, "LOCK_WAIT", 0.05)
    (root / "data_raw/service").mkdir()
    taken, done = threading.Event(), threading.Event()

    def other():
        with FileLock(root / "data_raw/service" / filing.LOCK):
            taken.set()
            done.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    taken.wait(10)
    try:
        with pytest.raises(DataError, match="someone else is adding"):
            outcomes(*TWO)
    finally:
        done.set()
        thread.join()


def test_a_link_in_the_way_is_refused(outcomes, root, tmp_path):
    (root / "data_raw/service").mkdir()
    (root / "data_raw/service/london").symlink_to(tmp_path)
    with pytest.raises(DataError, match="it is a link"):
        outcomes(*TWO)
    assert not (tmp_path / "outcomes.yaml").exists()


def test_numbers_keep_their_value(tmp_path, root):
    path = tmp_path / "finance.csv"
    header = ",".join(table("finance").names)
    path.write_text(f'{header}\nlow,nhs,block,60.5,19000,"£12,000,000.25",2024-25\n', encoding="utf-8")
    add(receive({path: recognise(path)}), "london", root, "London")
    kept_text = (root / "data_raw/service/london/finance.csv").read_text(encoding="utf-8")
    assert kept_text.splitlines()[1] == "low,nhs,block,60.5,19000,12000000.25,2024-25"
