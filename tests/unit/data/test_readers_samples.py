"""Real files are read whole: what they hold, what is suppressed, and what a good reader notices."""

import pytest
from public_files import MADE, as_csv

from needs.data import readers
from needs.data.areas import ADULTS
from needs.data.readers.figures import NOTHING, reading_source
from needs.data.readers.look import look
from needs.data.recognise import recognise
from needs.data.schemas import FIGURES
from needs.data.tables import read_table
from needs.dataset import TABLES
from needs.project import project_root

FILES = {
    "mhsds_4ww_sep2024_perf.csv": "mhsds",
    "ons_pop_health_geographies_mid2021_mid2022.xlsx": "ons_population",
    "fingertips_indicators_county_ua.csv": "fingertips",
    "oaps_open_data_2016_10.csv": "oap",
}


@pytest.fixture(scope="module")
def readings(shared):
    folder = shared / "samples"
    if not folder.is_dir():
        pytest.skip("no real files")
    return {name: recognise(folder / name).reader.read(folder / name) for name in FILES}


def text_of(reading):
    return " ".join(reading.notes)


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_known_by_one_reader(shared, name):
    head = look(shared / "samples" / name)
    assert [reader.name for reader in readers.READERS if reader.matches(head)] == [FILES[name]]


@pytest.mark.parametrize("name", MADE)
def test_a_made_file_is_known_by_one_reader(tmp_path, name):
    path = tmp_path / "file.csv"
    path.write_bytes(as_csv(MADE[name]))
    assert recognise(path).reader.name == name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_reader_takes_a_table_of_the_service_data(tmp_path, table):
    path = tmp_path / "extract.csv"
    path.write_text(",".join(column.name for column in table.columns) + "\nx\n", encoding="utf-8")
    assert [reader.name for reader in readers.READERS if reader.matches(look(path))] == []


@pytest.mark.parametrize("name", FILES)
def test_figures_keep_the_rules_of_evidence(readings, name):
    frame = readings[name].frame
    assert list(frame) == [*FIGURES.filled, *FIGURES.optional]
    assert not frame.duplicated(list(FIGURES.unique[0])).any()
    assert frame["measure"].str.fullmatch("[a-z][a-z0-9_]*").all()
    assert frame["sex"].isin(["persons", "male", "female"]).all()
    assert set(frame["source_id"]) == {reading_source(FILES[name])}
    assert not (frame.drop(columns=["value", "note"]) == "").any(axis=None)


def test_monthly_statistics_say_what_is_not_in_them(readings):
    found = readings["mhsds_4ww_sep2024_perf.csv"]
    assert (found.rows, len(found.frame), found.suppressed) == (18_942, 18_942, 11_660)
    assert found.frame["value"].isna().sum() == found.suppressed, "suppressed is missing, and never zero"
    hidden = found.frame[found.frame["value"].isna()]
    bounds = {"count": "; suppressed, 0 to 4", "%": "; suppressed, 0 to 100", "days": "; suppressed"}
    assert {
        unit for unit, told in zip(hidden["unit"], hidden["note"], strict=True) if not told.endswith(bounds[unit])
    } == set()
    assert "No figure is of an NHS England region" in text_of(found)
    assert "nothing in it tells of secure care" in text_of(found)
    assert dict(found.unknown) == {}


def test_population_agrees_with_the_evidence(readings):
    found = readings["ons_pop_health_geographies_mid2021_mid2022.xlsx"]
    assert "NSHER 2023 Name was read as NHSER 2023 Name." in found.notes
    assert found.citation.date == "2024-03-19"
    assert found.rows == 4 * 106 + 2 * 7
    folder = project_root() / "data_raw" / "2023-24"
    known, _ = read_table(folder / "population_icb_mid2022.csv", set(found.frame["region_code"]) | {"E92000001"})
    keys = ["region_code", "measure", "sex", "period"]
    both = known.merge(found.frame, on=keys, suffixes=("", "_read"), how="left", validate="1:m")
    assert (both["value"] == both["value_read"]).all()
    assert ADULTS in set(both["measure"])


def test_regions_are_the_sum_of_their_boards(readings):
    frame = readings["ons_pop_health_geographies_mid2021_mid2022.xlsx"].frame
    adults = frame[(frame["measure"] == ADULTS) & (frame["period"] == "mid-2022") & (frame["sex"] == "persons")]
    whole = {kind: rows["value"].sum() for kind, rows in adults.groupby("note")}
    assert whole["SICBL 2023"] == whole["ICB 2023"] == whole["CCG 2021"] == whole["STP 2021"]
    assert adults.loc[adults["region_name"] == "London", "value"].tolist() == [6_969_318]


def test_short_rows_of_an_indicator_are_counted(readings):
    found = readings["fingertips_indicators_county_ua.csv"]
    assert found.rows == 852
    assert found.notes[0] == "852 rows are shorter than the header, and their last cells are blank."
    assert "Columns that are empty: Lower CI 99.8 limit, Upper CI 99.8 limit." in found.notes
    assert not found.frame["measure"].str.contains("\n").any()
    assert (found.frame["measure"].str.startswith("i93356_")).all()


def test_two_spellings_of_region_are_kept_apart(readings):
    found = readings["oaps_open_data_2016_10.csv"]
    assert (found.rows, len(found.frame), found.suppressed) == (8_424, 8_424, 6_658)
    assert "The breakdowns 'Region' and 'region' are two, and are kept apart as region and region_2." in found.notes
    assert any("nothing in it tells of secure care" in note for note in found.notes)
    assert found.period == "2016-10"
    assert not found.frame["tier"].isin(["low", "medium", "high"]).any()


def test_what_says_that_there_is_nothing_is_lower_case():
    assert all(word == word.casefold() for word in NOTHING)
