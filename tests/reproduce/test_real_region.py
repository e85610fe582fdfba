"""A reviewer runs a real region again, in another process and folder: the same bytes, or the first difference."""

import shutil

import pytest

from needs.errors import ReproduceError
from needs.report.publish import publish
from needs.run.reproduce import reproduce


def test_a_changed_figure_is_the_only_difference(built, tmp_path, monkeypatch):
    """Everything that the pool of workers made is made again alike, byte for byte; what was edited is found."""
    folder = tmp_path / "handed over" / "south-east-coast"
    shutil.copytree(built["2009-10", "south-east-coast"], folder)
    edited = folder / "artefacts" / "tbl-spend.csv"
    edited.write_text(edited.read_text(encoding="utf-8").replace("high,", "High,", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    comparison = reproduce(folder, publish)
    assert comparison.changed == ()
    assert [row.name for row in comparison.rows if row.differs] == ["tbl-spend"]
    assert len(comparison.rows) > 30
    with pytest.raises(ReproduceError, match="tbl-spend") as caught:
        comparison.check()
    assert caught.value.exit_code == 14
