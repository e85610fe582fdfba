"""A spoiled sidecar is refused with the place and the rule."""

import pytest

from needs.data.sidecar import read_sidecar
from needs.data.snapshot import Evidence
from needs.errors import DataError

SIDECAR = "2023-24/prison.yaml"


def refusal(root) -> str:
    with pytest.raises(DataError) as error:
        read_sidecar(root / "data_raw" / SIDECAR)
    text = str(error.value)
    assert text.endswith(
        "write the sidecar data_raw/2023-24/prison.yaml as data_raw/README.md describes        [exit 11]"
    )
    return text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: ", "name: ", "title  Field required\n  name  Extra inputs are not permitted"),
        ("sha256: ", "sha256: x", "sha256  String should match pattern"),
        (
            "  - published\n",
            "  - guessed\n",
            "status.0  Input should be 'published', 'published_secondary', 'derived', 'synthetic' or 'own'",
        ),
        ("    licence: Open Government Licence v3.0\n", "", "licence  Field required"),
        ("  moj-prison-projections-2024:\n", "  MoJ 2024:\n", "String should match pattern"),
        ("caveats:\n", "caveats: [\n", "line 7  expected the node content"),
        ("caveats:\n", "caveats: []\ncaveats:\n", 'found duplicate key "caveats"'),
    ],
)
def test_what_is_wrong_is_named(root, edit, old, new, said):
    edit(SIDECAR, old, new)
    assert said in refusal(root)


def test_a_missing_sidecar_is_named(root):
    (root / "data_raw" / SIDECAR).unlink()
    assert refusal(root).startswith("data_raw/2023-24/prison.yaml is missing")
    with pytest.raises(DataError, match=r"prison\.yaml is missing"):
        Evidence.open("2023-24", root).table("prison")


def test_an_empty_or_foreign_sidecar_is_refused(root):
    path = root / "data_raw" / SIDECAR
    path.write_text("")
    assert "cannot be used: 1 problem" in refusal(root)
    path.write_bytes(b"title: \xff")
    assert "byte 7 is not UTF-8 text" in refusal(root)


def test_a_date_without_quotes_is_read_as_written(root, edit):
    edit(SIDECAR, 'date: "2024-12-05"', "date: 2024-12-05")
    assert read_sidecar(root / "data_raw" / SIDECAR).sources["moj-prison-projections-2024"].date == "2024-12-05"
