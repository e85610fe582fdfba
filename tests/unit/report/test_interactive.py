"""What is added to a finished page: data that stay data, scripts that stay small, a policy that names them."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from needs.project import project_root
from needs.report.interactive import make_interactive

THEME = project_root() / "reports" / "theme"
NASTY = "</script><script>alert(1)</script> <!-- & ' \" \\ \u2028 \u2029 £ \U0001f600"
BODY = '<figure id="fig-a"><img alt=""></figure><figure id="fig-b"></figure><table id="tbl-c"></table>'


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with two figures, one of which tells its values."""
    artefacts = tmp_path / "artefacts"
    artefacts.mkdir()
    for name, points in (("fig-a", [[12.5, 40, NASTY]]), ("fig-b", None), ("fig-elsewhere", [[1, 2, "three"]])):
        record = {"id": name, "form": "figure"} | ({} if points is None else {"points": points})
        (artefacts / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    (artefacts / "tbl-c.json").write_text('{"points": [[1, 2, "a table has none"]]}', encoding="utf-8")
    (artefacts / "tbl-explorer.csv").write_text("closed,gap\n0,12\n", encoding="utf-8")
    return write(tmp_path / "report.html", BODY)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose theme has a script for the explorer, too."""
    theme = tmp_path / "project" / "reports" / "theme"
    theme.mkdir(parents=True)
    shutil.copy(THEME / "report.js", theme)
    (theme / "explorer.js").write_text("document.title += '!';\n", encoding="utf-8")
    return tmp_path / "project"


def write(path: Path, body: str) -> Path:
    head = '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<title>t</title>\n</head>\n'
    path.write_text(f"{head}<body>\n{body}\n</body>\n</html>\n", encoding="utf-8")
    return path


def data(page: Path) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" id="needs-data">(.*?)</script>', page.read_text("utf-8"))
    assert len(found) == 1
    told: dict[str, Any] = json.loads(found[0])
    return told


def scripts(page: Path) -> dict[str, str]:
    return dict(re.findall(r'<script id="needs-(\w+)">(.*?)</script>', page.read_text("utf-8"), re.DOTALL))


def test_only_points_of_figures_in_the_page_are_told(page: Path) -> None:
    make_interactive(page)
    assert data(page) == {"points": {"fig-a": [[12.5, 40, NASTY]]}, "ways": {}, "tables": {}}


@pytest.mark.parametrize(
    ("places", "way"),
    [
        ([(67, 23.3), (40, 50), (20, 76.7)], ["rows", 26.7, 0]),  # bars
        ([(30, 20), (40, 40)], ["rows", 20, 0]),  # two bars
        ([(50, 20), (50, 40), (20, 60), (20, 80)], ["rows", 20, 0]),  # bars, some as long as others
        ([(x, y) for x in (20, 40, 60) for y in (30, 60, 90)], ["rows", 30, 20]),  # a grid
        ([(10, 50), (30, 50.4), (50, 50.8), (70, 51.2)], ["columns"]),  # a line that rises by little, evenly
        ([(10, 50), (30, 40), (50, 30), (70, 20)], ["columns"]),  # a line that rises evenly
        ([(10, 5), (17, 40), (19, 44), (40, 20), (80, 21)], []),  # neither
        ([(10, 50)], []),
    ],
)
def test_way_of_the_marks_is_told(places: list[tuple[float, float]], way: list[Any], page: Path) -> None:
    record = {"points": [[*place, f"mark {n}"] for n, place in enumerate(places)]}
    (page.parent / "artefacts" / "fig-a.json").write_text(json.dumps(record), encoding="utf-8")
    make_interactive(page)
    assert data(page)["ways"] == ({"fig-a": way} if way else {})


def test_data_cannot_leave_their_script_element(page: Path) -> None:
    make_interactive(page)
    made = page.read_text("utf-8")
    held = made[made.index('id="needs-data">') + 16 :].partition("</script>")[0]
    assert json.loads(held) == data(page)
    assert not set(held) & set("<>&\u2028\u2029")
    assert made.count("<script") == made.count("</script>") == 2


def test_again_gives_the_same_bytes_and_new_data_replace_old(page: Path) -> None:
    make_interactive(page)
    first = page.read_bytes()
    make_interactive(page)
    assert page.read_bytes() == first
    (page.parent / "artefacts" / "fig-a.json").write_text('{"points": [[1, 2, "new"]]}', encoding="utf-8")
    make_interactive(page)
    assert data(page)["points"] == {"fig-a": [[1, 2, "new"]]}
    assert page.read_text("utf-8").count("Content-Security-Policy") == 1


def test_nothing_else_of_the_page_changes(page: Path) -> None:
    before = page.read_text("utf-8")
    make_interactive(page)
    after = re.sub(r"<script.*?</script>\n|<meta http-equiv[^>]*>\n", "", page.read_text("utf-8"), flags=re.DOTALL)
    assert after == before


@pytest.mark.parametrize("anchor", ["fig-explorer", "tbl-explorer"])
def test_explorer_comes_with_its_grid_where_it_stands(anchor: str, page: Path, root: Path) -> None:
    write(page, f'{BODY}<div id="{anchor}"></div>')
    make_interactive(page, root)
    assert data(page)["tables"] == {"tbl-explorer": "closed,gap\n0,12\n"}
    assert scripts(page) == {
        "report": "\n" + (THEME / "report.js").read_text("utf-8"),
        "explorer": "\ndocument.title += '!';\n",
    }


def test_explorer_stays_away_without_place_grid_or_script(page: Path, root: Path) -> None:
    make_interactive(page, root)
    assert list(scripts(page)) == ["report"]
    write(page, '<div id="tbl-explorer"></div>')
    (root / "reports" / "theme" / "explorer.js").unlink()
    make_interactive(page, root)
    assert list(scripts(page)) == ["report"]
    (page.parent / "artefacts" / "tbl-explorer.csv").unlink()
    make_interactive(page, root)
    assert data(page)["tables"] == {}


def test_policy_comes_first_after_the_character_set_and_allows_these_scripts_alone(page: Path, root: Path) -> None:
    write(page, '<div id="tbl-explorer"></div>')
    make_interactive(page, root)
    made = page.read_text("utf-8")
    assert re.search(r'<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="', made)
    policy = re.findall(r'Policy" content="([^"]*)"', made)[0]
    rules = {name: rest for name, _, rest in (rule.partition(" ") for rule in policy.split("; "))}
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts(page).values()]
    assert rules["script-src"].split() == hashes
    assert len(hashes) == 2
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert not re.search(r"https?:|\*", policy)


def test_page_without_an_end_of_its_body_stays_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("made by another program", encoding="utf-8")
    make_interactive(page)
    assert page.read_text("utf-8") == "made by another program"


def test_scripts_and_styles_are_small_and_cannot_end_their_element() -> None:
    script = (THEME / "report.js").read_text("utf-8")
    section = (THEME / "report.css").read_text("utf-8").partition("/* Interactive */\n")[2]
    section = section.partition("\n/* ")[0]
    assert len(script.encode()) < 12_000
    assert 0 < len(section.encode()) < 2_500
    assert "</script" not in script
    assert "<!--" not in script
    assert '"use strict"' in script
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|https?:", script)
