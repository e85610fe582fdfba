"""One person's pictures: in the private folder, and the key nowhere."""

import dashboard_frames as frames
import pytest

from needs.data import service
from needs.data.geography import find_region
from needs.errors import DataError
from needs.params import load as loading
from needs.project import project_root
from needs.run.person import person


@pytest.fixture
def told(monkeypatch):
    """Give London a small region's own data, as if its parameters named them."""
    own = frames.region(people=60)
    plain = loading.load("2023-24", "london")
    named = plain.service.model_copy(update={"folder": "london", "since": own.since.date(), "until": own.until.date()})
    monkeypatch.setattr(loading, "load", lambda *_: plain.model_copy(update={"service": named}))
    monkeypatch.setattr(service, "read", lambda _: own)
    return own


def test_files_are_private_and_do_not_show_the_key(told, tmp_path):
    key = frames.linked(told).stays["person_key"].iloc[0]
    said = person(key, find_region("london"), tmp_path, project_root())
    files = sorted((tmp_path / "2023-24" / "london" / "private").glob("person-*"))
    assert [file.suffix for file in files] == [".png", ".svg"]
    assert key not in said + "".join(file.name for file in files)
    text = files[1].read_text(encoding="utf-8")
    assert "Private: one person" in text
    assert f">{key}<" not in text
    assert "Synthetic data" in text


def test_an_unknown_key_is_not_repeated(told, tmp_path):
    with pytest.raises(DataError) as error:
        person("nobody-at-all", find_region("london"), tmp_path, project_root())
    assert "nobody-at-all" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_a_region_without_own_data_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match="no service data of its own"):
        person("a", find_region("london"), tmp_path, project_root())
