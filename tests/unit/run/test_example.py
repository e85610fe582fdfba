"""The edition ``example`` in the repository is what its writer makes, and says everywhere that it is made up."""

from pathlib import Path

import pandas as pd
import pytest

from needs.data.inputs import Inputs
from needs.data.service import read_folder
from needs.data.sidecar import read_sidecar
from needs.dataset import TABLES
from needs.methods.example.synthetic import EXAMPLE, synthetic
from needs.params.load import load
from needs.project import project_root
from needs.run.example import SEEDS, example_files, write_example

ROOT = project_root()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("example")
    return root, write_example(root)


def files(root: Path) -> set[str]:
    folders = [root / "data_raw" / "example", root / "data_raw" / "service" / "example"]
    return {path.relative_to(root).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_writing_again_gives_the_bytes_of_the_repository(written):
    root, done = written
    assert files(root) == files(ROOT)
    for place in files(root):
        assert (root / place).read_bytes() == (ROOT / place).read_bytes(), place
    assert set(done.values()) == {"new"}
    assert set(write_example(root).values()) == {"unchanged"}
    assert sum((root / place).stat().st_size for place in files(root)) < 2_000_000


def test_a_driver_beside_england_is_a_rate_and_no_count():
    drivers, _ = Inputs.open(load("example", "northmark").canonical_json()).drivers()
    register = drivers[drivers["driver"] == "Severe mental illness register"]
    assert set(register["unit"]) == {"per 1,000 adults"}
    use, people = (pd.read_csv(ROOT / "data_raw" / "example" / f"{name}.csv") for name in ("use", "population"))
    counts = use.loc[use["measure"] == "severe_mental_illness_register", "value"]
    adults = people[
        people["measure"].eq("population_18_plus") & people["sex"].eq("persons") & people["period"].eq("mid-2025")
    ]
    assert register["england"].iloc[0] == pytest.approx(1000 * counts.sum() / adults["value"].sum(), rel=2e-3)
    assert len(drivers) == len(counts) * drivers["driver"].nunique()


def test_every_file_says_that_it_is_made_up(written):
    root, done = written
    for place in done:
        sidecar = read_sidecar((root / place).with_suffix(".yaml"))
        assert sidecar.status == ["synthetic"]
        assert "no such country" in sidecar.caveats[0]
        assert all("no such country" in source.title for source in sidecar.sources.values())
    for path in (ROOT / "params" / "example").glob("*.yaml"):
        assert (
            "made"
            in path.read_text(encoding="utf-8").splitlines()[0] + path.read_text(encoding="utf-8").splitlines()[1]
        )


@pytest.mark.parametrize("slug", list(EXAMPLE))
def test_a_regions_data_are_read_as_they_were_drawn(slug):
    told = load("example", slug).service
    assert (told.since, told.until) == (EXAMPLE[slug].since, EXAMPLE[slug].until)
    read = read_folder(
        ROOT / "data_raw" / "service" / str(told.folder), told.since, told.until, f"service/{told.folder}"
    )
    drawn = synthetic(EXAMPLE[slug], SEEDS[slug], faults=True)
    for table in TABLES:
        pd.testing.assert_frame_equal(read[table.name], drawn[table.name], check_dtype=False, check_categorical=False)
        assert read.known[table.name].kind == "synthetic"


def test_nothing_of_the_edition_rests_on_figures_of_others():
    told = load("example", "northmark")
    for name, (figure, _) in told.figures().items():
        table = getattr(figure, "table", None)
        if table is None:
            assert figure.kind == "synthetic", name
        else:
            assert (ROOT / "data_raw" / "example" / f"{table.removeprefix('example/')}.csv").is_file(), name
    assert len(list(example_files())) == 7 + 3 * len(TABLES)
