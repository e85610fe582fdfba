"""A public file that is kept says in its sidecar how its figures reached us."""

import pytest
from public_files import MADE, as_csv

from needs.data.readers import READERS
from needs.data.received import receive
from needs.data.recognise import recognise

NOMIS = [["date", "geography", "geography code", "Age: 0 to 17; measures: Value", "Age: 18+; measures: Value"]]
NOMIS = [*NOMIS, ["2021", "Kent", "E10000016", "2", "5"]]
STATUSES = {"ons_population": ["derived", "published"], "nomis": ["derived"]}


@pytest.mark.parametrize("name", [*MADE, "nomis"])
def test_a_sidecar_has_the_statuses_of_the_figures(tmp_path, name):
    path = tmp_path / "received.csv"
    path.write_bytes(as_csv({**MADE, "nomis": NOMIS}[name]))
    [kept] = receive({path: recognise(path).reader})
    assert kept.reader in READERS
    assert kept.filed.sidecar.status == STATUSES.get(name, ["published"])
    assert set(kept.filed.sidecar.status) == set(kept.reading.frame["status"])
