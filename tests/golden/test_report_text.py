"""The composed text of one report an edition: `make golden` rewrites it; review the diff."""

import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent
PLACES = [("2023-24", "north-east-and-yorkshire"), ("2009-10", "london"), ("example", "eastvale")]


@pytest.mark.parametrize(("edition", "slug"), PLACES)
def test_text(edition, slug, built, request):
    made = (built[edition, slug] / "report.qmd").read_text(encoding="utf-8")
    # the fingerprint and the versions of programs change with every commit and machine
    made = re.sub(r"fingerprint `[0-9a-f]+`", "fingerprint `...`", made)
    made = re.sub(r"(\| Program \| Version \|\n[^\n]+\n).*?(\n: )", r"\1...\2", made, flags=re.DOTALL)
    path = GOLDEN / f"{edition}-{slug}.qmd"
    if request.config.getoption("--update-golden"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8"), "make golden, then review the diff"
