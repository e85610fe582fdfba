"""All evidence is checked at once, and every problem is told."""

import pytest

from needs.data.check import check
from needs.data.files import evidence_hashes
from needs.errors import DataError, ParamsError
from needs.params.load import load


def refusal(root) -> str:
    with pytest.raises(DataError) as error:
        check(root)
    text = str(error.value)
    assert text.startswith("the evidence cannot be used: ")
    return text


def test_the_evidence_is_good(root):
    summary = check(root)
    assert (summary.tables, summary.figures) == (52, 3303)
    assert str(summary) == "52 tables, 3,549 rows, 3,303 figures, 239 sources"


def test_every_table_is_looked_at(root, edit):
    edit("2023-24/prison.csv", "105200", "many")
    edit("2009-10/costs_spend.csv", "published", "guess")
    (root / "data_raw/common/unit_costs.csv").unlink()
    (root / "data_raw/common/case_mix.yaml").unlink()
    text = refusal(root)
    assert "data_raw/2023-24/prison.csv line 4, column value  'many' is not a number" in text
    assert "data_raw/2023-24/prison.csv  it has changed: its sha256 is" in text
    assert "data_raw/2009-10/costs_spend.csv line 2, column status  'guess_secondary' is none of" in text
    assert (
        "data_raw/common/unit_costs.csv is missing; restore the file from the repository, or remove its sidecar" in text
    )
    assert "data_raw/common/case_mix.yaml is missing; write the sidecar" in text


def test_a_source_is_cited_in_one_way(root, edit):
    edit("2023-24/footprints.yaml", "title: PROSPECT (web page)", "title: PROSPECT")
    edit("2009-10/prison_transfers.yaml", "The Psychiatrist", "A psychiatrist")
    assert (
        "data_raw/common/prison_transfers_and_waits.yaml  source 'wilson-2010' is cited in other words than in "
        "data_raw/2009-10/prison_transfers.yaml; write both the same"
    ) in refusal(root)


def test_a_file_that_is_no_table_is_named(root):
    (root / "data_raw/common/notes.xlsx").write_bytes(b"")
    assert "data_raw/common/notes.xlsx  is no table (.csv) and no sidecar (.yaml); move it" in refusal(root)


def test_hidden_files_and_backups_may_be_there(root):
    before = evidence_hashes(root)
    for name in (".DS_Store", "prison.csv~", ".prison.csv.swp", "prison.csv.swp", "._prison.csv"):
        (root / "data_raw/2023-24" / name).write_bytes(b"\xff")
    assert check(root).tables == 52
    assert evidence_hashes(root) == before


def test_a_boundary_file_is_read_too(root):
    (root / "data_raw/boundaries").mkdir()
    (root / "data_raw/boundaries/map.geojson").write_text("no map")
    (root / "data_raw/boundaries/._map.geojson").write_text("no map")
    assert "1 problem\n  data_raw/boundaries/map.geojson cannot be read  " in refusal(root)


def test_a_lost_region_is_told_before_its_symptoms(root):
    path = root / "data_raw/2023-24/regions.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "London" not in line), encoding="utf-8")
    assert refusal(root).splitlines()[:-1] == [
        "the evidence cannot be used: 1 problem",
        "  data_raw/2023-24/regions.csv  E40000003 stands in region_codes.csv and not here",
    ]


def test_doubled_tiles_are_told_before_anything_else(root, change, edit):
    change("2023-24/regions.csv", "E40000003,2,1", "E40000003,0,0")
    edit("2023-24/prison.csv", "105200", "many")
    text = refusal(root)
    assert "2 problems" in text
    assert "data_raw/2023-24/regions.csv line 6, column tile_row  '2'" not in text
    assert text.count("stands twice (tile_row, tile_col)") == 2


def test_an_edition_without_regions_is_named(root):
    (root / "data_raw/2009-10/regions.csv").unlink()
    text = refusal(root)
    assert "data_raw/2009-10/regions.csv is missing; restore the file from the repository" in text
    assert text.count("regions.csv is missing") == 1


def test_one_edition_is_checked_before_a_run(root, edit):
    edit("2009-10/costs_spend.csv", "published", "guess")
    assert check(root, ["2023-24"], []).tables == 30
    with pytest.raises(DataError):
        check(root, ["2009-10"], [])


def test_a_faulty_scenario_is_a_fault_of_its_file_though_the_run_weighs_none(root):
    told = load("2023-24", "london", root, [])
    path = root / "params/scenarios/mine.yaml"
    path.write_text("label: A label\nbecause: a test of files\nlevers: {delayed: 2}\n", encoding="utf-8")
    for runs in ([told], None):
        with pytest.raises(ParamsError) as error:
            check(root, ["2023-24"], runs)
        assert str(error.value) == (
            "params/scenarios/mine.yaml cannot be used: 1 problem\n  line 3  levers.delayed: 2 is not below 1\n"
            "Next: needs params explain scenarios        [exit 10]"
        )


def test_a_faulty_scenario_beside_faulty_evidence_keeps_its_remedy(root, edit):
    edit("2023-24/prison.csv", "105200", "many")
    path = root / "params/scenarios/mine.yaml"
    path.write_text("label: A label\nbecause: a test of files\nlevers: {delayed: 2}\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        check(root, ["2023-24"], [])
    assert error.value.headline == "the evidence and the parameters cannot be used"
    assert "params/scenarios/mine.yaml line 3  levers.delayed: 2 is not below 1" in str(error.value)
    assert error.value.remedy.endswith("changed on purpose; needs params explain scenarios")
