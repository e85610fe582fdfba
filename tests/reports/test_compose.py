"""The composed source: complete, the same each time, and every gap named at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from needs.errors import RenderError
from needs.project import project_root
from needs.report.compose import compose


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder whose template may be changed."""
    root = tmp_path / "project"
    shutil.copytree(project_root() / "reports", root / "reports")
    (root / "notebooks").mkdir()
    cells = [{"id": "fig-need-map", "cell_type": "code"}]
    (root / "notebooks" / "population_and_need.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return root


def write_template(root: Path, text: str) -> None:
    (root / "reports" / "report.qmd.j2").write_text(text, encoding="utf-8")


def listing(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def problems_of(folder: Path, root: Path) -> list[str]:
    with pytest.raises(RenderError) as caught:
        compose(folder, root)
    return [str(problem) for problem in caught.value.problems]


def test_composing_adds_two_files_and_changes_none(folder: Path) -> None:
    before = listing(folder)
    assert compose(folder) == [folder / "report.qmd"]
    assert listing(folder) - before == {"report.qmd", "references.bib"}


def test_every_artefact_is_shown(folder: Path) -> None:
    text = compose(folder)[0].read_text(encoding="utf-8")
    for name in (path.stem for path in (folder / "artefacts").glob("*.json")):
        shown = f"{{#{name}" if name[:3] != "num" else "1,034"
        assert shown in text
    assert "1,034 (880 to 1,210)" in text


def test_two_regions_share_nothing_but_the_template(make_folder: Callable[..., Path]) -> None:
    one, two = (compose(make_folder(name, region=name, region_name=name.title()))[0] for name in ("kent", "essex"))
    texts = [path.read_text(encoding="utf-8") for path in (one, two)]
    assert "Essex" not in texts[0]
    assert texts[0].replace("Kent", "Essex").replace("kent", "essex") == texts[1]


def test_same_bytes_each_time(folder: Path) -> None:
    first = compose(folder)[0].read_bytes()
    assert compose(folder)[0].read_bytes() == first
    assert b"\r" not in first


def test_overrides_are_a_table_or_one_sentence(make_folder: Callable[..., Path]) -> None:
    with_some = compose(make_folder("some"))[0].read_text(encoding="utf-8")
    assert "| `occupancy.high` | 0.95 | 0.9 |" in with_some
    with_none = compose(make_folder("none", overrides=[]))[0].read_text(encoding="utf-8")
    assert "No parameter differs from the national defaults" in with_none
    assert "tbl-overrides" not in with_none


def test_reference_list_holds_what_is_cited_and_no_more(make_folder: Callable[..., Path]) -> None:
    folder = make_folder("kent")
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    about["sources"]["common/other#unused"] = {"publisher": "ONS", "title": "Unused", "date": "2020"}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    compose(folder)
    entries = (folder / "references.bib").read_text(encoding="utf-8")
    assert "@online{src-hl3021" in entries
    assert "unused" not in entries.lower()


def test_missing_artefacts_are_all_named_with_where_they_should_come_from(folder: Path, project: Path) -> None:
    for name in ("fig-need-map", "num-adults"):
        (folder / "artefacts" / f"{name}.json").unlink()
    assert problems_of(folder, project) == [
        "num-adults: no artefact of this name; expected from a cell num-adults",
        "fig-need-map: no artefact of this name; expected from notebook population_and_need, cell fig-need-map",
    ]
    assert (folder / "report.qmd").exists()


def test_wrong_form_and_unknown_source_are_named(folder: Path, project: Path) -> None:
    path = folder / "artefacts" / "tbl-gap.json"
    record = json.loads(path.read_text(encoding="utf-8")) | {"sources": ["2023-24/nothing#x"]}
    path.write_text(json.dumps(record), encoding="utf-8")
    write_template(project, '{{ figure("tbl-gap") }} {{ source("tbl-gap") }}')
    assert problems_of(folder, project) == [
        "tbl-gap is a table: show it with table(), not figure()",
        "2023-24/nothing#x: an artefact names this source, about.json does not",
    ]


def test_name_that_a_template_does_not_know(folder: Path, project: Path) -> None:
    write_template(project, "{{ about.colour }}")
    assert "no attribute 'colour'" in problems_of(folder, project)[0]


def test_template_that_is_broken(folder: Path, project: Path) -> None:
    write_template(project, "Text\n{% if %}")
    assert problems_of(folder, project)[0].startswith("line 2  ")


def test_text_that_only_one_renderer_reads(folder: Path, project: Path) -> None:
    write_template(project, "A <b>claim</b>.\n\nSee @fig-none.\n")
    assert len(problems_of(folder, project)) == 3


def test_template_that_fails_while_it_is_filled_in(folder: Path, project: Path) -> None:
    write_template(project, "---\ntitle: x\n---\n\n{{ 1 / 0 }}\n")
    assert problems_of(folder, project) == ["line 5  ZeroDivisionError: division by zero"]


def test_a_source_that_is_refused_can_be_looked_at(folder: Path, project: Path) -> None:
    write_template(project, "---\ntitle: x\n---\n\n<b>raw</b>\n")
    assert problems_of(folder, project)
    assert "<b>raw</b>" in (folder / "report.qmd").read_text(encoding="utf-8")


def test_missing_picture(folder: Path) -> None:
    (folder / "artefacts" / "fig-need-map.png").unlink()
    with pytest.raises(RenderError, match=r"picture artefacts/fig-need-map\.png is missing"):
        compose(folder)


@pytest.mark.parametrize("name", ["about.json", "artefacts/fig-need-map.json"])
def test_record_that_cannot_be_read(name: str, folder: Path) -> None:
    (folder / name).write_text("{", encoding="utf-8")
    with pytest.raises(RenderError, match=f"{Path(name).name} cannot be read"):
        compose(folder)
