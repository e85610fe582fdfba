"""Every row of the evidence as first gathered is in data_raw, with its value, unit and status."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from needs.project import project_root

DATA = project_root() / "data_raw"
FOLDERS = ("2023-24", "2009-10", "common")
NUMERIC_FOOTPRINTS = {"check_sum_of_member_icb_populations", "local_authorities_covered"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def figures(table: list[dict[str, str]]) -> Counter[tuple[str, float, str, str]]:
    return Counter((r["region_name"], float(r["value"]), r["unit"], r["status"]) for r in table)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_figure_is_carried(shared, folder):
    paths = [p for p in (shared / "evidence" / folder).glob("*.csv") if not p.name.startswith("codes_")]
    assert paths
    for path in paths:
        gathered = rows(path)
        if path.stem == "footprints":
            gathered = [row for row in gathered if row["measure"] in NUMERIC_FOOTPRINTS]
        name = "footprint_checks" if path.stem == "footprints" else path.stem
        carried = rows(DATA / folder / f"{name}.csv")
        assert figures(gathered) == figures(carried), name
        assert [row["note"] in here["note"] for row, here in zip(gathered, carried, strict=True)].count(False) == 0


def test_every_footprint_is_carried(shared):
    carried = {row["icb_code"]: row for row in rows(DATA / "2023-24" / "footprints.csv")}
    columns = {
        "adult_secure_provider_collaborative": "collaborative",
        "adult_secure_lead_provider": "lead_provider",
        "footprint_confidence": "confidence",
    }
    gathered = [r for r in rows(shared / "evidence" / "2023-24" / "footprints.csv") if r["measure"] in columns]
    for row in gathered:
        here = carried[row["region_code"]]
        assert here[columns[row["measure"]]] == row["value"]
        assert row["note"].partition(": ")[2] in here["note"]
    known = {row["region_code"] for row in gathered}
    assert (len(known), len(carried)) == (28, 42)
    assert {row["collaborative"] for code, row in carried.items() if code not in known} == {""}


def test_every_code_is_carried(shared):
    gathered = shared / "evidence" / "2023-24"
    for name in ("codes_mhsds_admitted_patient_class.csv", "codes_ward_security_level.csv"):
        assert rows(gathered / name) == rows(DATA / "2023-24" / name)
    carried = {(r["region_code"], r["code"]) for r in rows(DATA / "2023-24" / "region_codes.csv")}
    for row in rows(gathered / "codes_nhs_region_vintages.csv"):
        codes = {row[name] for name in row if name.startswith(("ons_", "ods_"))}
        assert {(row["region_code"], code) for code in codes} <= carried
