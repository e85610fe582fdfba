"""Sizes for the explorer: what is refused, in words, with its line."""

import shutil
from pathlib import Path

import pytest

from needs.errors import ParamsError
from needs.params.explorer import MOST_CELLS, Explorer
from needs.params.load import load, overrides
from needs.params.model import RunParameters
from needs.params.schema import explain
from needs.project import EDITIONS, project_root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project folder with a copy of the parameters."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    return tmp_path


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_has_a_grid_that_survives_its_json(edition):
    told = load(edition, "_edition")
    assert 0 < told.explorer.cells <= MOST_CELLS
    assert RunParameters.from_json(told.canonical_json()).explorer == told.explorer


def test_every_field_is_explained():
    told = {item.name: item for item in explain("explorer")}
    assert set(told) == {"explorer", *(f"explorer.{name}" for name in Explorer.model_fields)}
    assert told["explorer.wards"].default == "0, 1, 2, 3"
    assert all(item.meaning and item.unit and item.source for item in told.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wards: [1, 2]", "explorer.wards: 1, 2: give at least two whole numbers from 0 up, such as 0, 10, 20"),
        ("wards: [0]", "explorer.wards: 0: give at least two whole numbers from 0 up"),
        ("places: [0, 20, 20]", "explorer.places: 0, 20, 20: give at least two whole numbers from 0 up"),
        ("places: [0, 1200]", "explorer.places: 1,200 is more than 1,000"),
        ("wards: [0, 21]", "explorer.wards: 21 is more than 20"),
        ("occupancy: [85]", "explorer.occupancy: 85 is not a share from 0.5 to 0.985; 85% is 0.85"),
        ("occupancy: [0.9, 0.9]", "explorer.occupancy: 0.9, 0.9: give each share once, the lowest first"),
        ("occupancy: [1]", "explorer.occupancy: 1 is not a share from 0.5 to 0.985"),
        ("followed: 10", "explorer.followed: 10 is below 1000"),
        ("ward: [0, 1]", "explorer.ward: not a parameter. Did you mean 'wards'?"),
        (
            "places: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]",
            "explorer: 4 wards x 13 places x 3 occupancies are 156 combinations, more than 150; give fewer",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(project, text, said):
    (project / "params/2023-24/london.yaml").write_text(f"explorer:\n  {text}\n", encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        load("2023-24", "london", project)
    assert said in str(caught.value)
    assert "line" in str(caught.value)


def test_a_region_may_choose_its_own_sizes(project):
    (project / "params/2023-24/london.yaml").write_text("explorer: {wards: [0, 4], occupancy: []}\n", encoding="utf-8")
    told = load("2023-24", "london", project)
    assert (told.explorer.wards, told.explorer.occupancy, told.explorer.cells) == ((0, 4), (), 8)
    assert [item.field for item in overrides(told, project)] == ["explorer.occupancy", "explorer.wards"]
