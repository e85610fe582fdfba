"""What tells of single people: kept apart, written plainly, and never said by an error."""

import csv
import os
import stat

import pytest
import tiny

from needs.data.geography import find_region
from needs.errors import DataError
from needs.params.load import load
from needs.project import project_root
from needs.run import private
from needs.run.plan import Request


def request(tmp_path):
    return Request(find_region("eastvale"), load("example", "eastvale"), ("html",), "embedded", tmp_path)


def test_rows_left_out_are_listed_with_their_reason(tmp_path):
    private.write(tmp_path / "private", private.read(request(tmp_path), project_root()))
    rows = list(csv.DictReader((tmp_path / "private" / "excluded.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["use"] for row in rows} >= {"look at it"}
    assert all(row["table"] and row["row"].isdigit() and row["because"] for row in rows)
    assert "do not send them on" in (tmp_path / "private" / "README.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_its_owner_may_read_the_folder(tmp_path):
    private.write(tmp_path / "private", private.read(request(tmp_path), project_root()))
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700


def test_a_run_without_own_data_has_nothing_private(tmp_path):
    assert private.read(tiny.request(project_root(), tmp_path), project_root()) is None


def test_an_unexpected_error_says_only_its_class():
    with pytest.raises(DataError) as caught, private.unspoken():
        {}["EV-000123"]
    assert "KeyError" in str(caught.value)
    assert "EV-000123" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_errors_of_needs_and_of_the_machine_pass():
    for error in (DataError("stays.csv cannot be used"), PermissionError(13, "Permission denied", "x")):
        with pytest.raises(type(error)), private.unspoken():
            raise error
    with pytest.raises(KeyError), private.unspoken(own=False):
        {}["a region"]
