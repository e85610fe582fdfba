"""The site's material: which runs may stand together, what they add up to, and what is copied."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from finished_runs import finish
from nation_runs import EDITION, finish_nation, finish_region

from needs.errors import NeedsError, ParamsError, RenderError
from needs.project import project_root
from needs.run import manifest, nation
from needs.run.nation_figures import Nation
from needs.run.nation_runs import find_regions


@pytest.fixture(autouse=True)
def code(monkeypatch):
    monkeypatch.setattr(manifest, "code", lambda _root: {"src/needs/x.py": "00"})


def refusal(out: Path, *, partial: bool = False) -> str:
    with pytest.raises(ParamsError) as caught:
        find_regions(EDITION, out, partial=partial)
    return str(caught.value)


def test_all_regions_stand_in_the_order_of_the_edition(tmp_path):
    runs, missing = find_regions(EDITION, finish_nation(tmp_path))
    assert [run.record.region for run in runs] == ["northmark", "eastvale", "southmoor"]
    assert missing == []


def test_regions_that_were_not_run_are_named_with_the_command(tmp_path):
    said = refusal(finish_nation(tmp_path, regions=("eastvale",)))
    assert "northmark@example  there is no finished run in" in said
    assert "southmoor@example" in said
    assert "eastvale@example" not in said
    assert f"Next: needs run --all --edition example --out {tmp_path.as_posix()}; or --partial" in said


def test_partial_leaves_regions_out_and_needs_one(tmp_path):
    runs, missing = find_regions(EDITION, finish_nation(tmp_path / "a", regions=("eastvale",)), partial=True)
    assert [run.record.region for run in runs] == ["eastvale"]
    assert [region.name for region in missing] == ["Northmark", "Southmoor"]
    assert "3 problems" in refusal(tmp_path / "b", partial=True)


def test_an_edited_run_is_refused_even_in_part(tmp_path):
    out = finish_nation(tmp_path, regions=("eastvale",))
    (out / EDITION / "eastvale" / "report.html").write_text("edited", encoding="utf-8")
    assert "report.html was edited" in refusal(out, partial=True)


@pytest.mark.parametrize("partial", [False, True])
def test_a_run_of_another_region_is_refused(tmp_path, partial):
    out = finish_nation(tmp_path, regions=("eastvale", "southmoor"))
    shutil.copytree(out / EDITION / "eastvale", out / EDITION / "northmark")
    assert "northmark@example  the run in" in (said := refusal(out, partial=partial))
    assert "is of eastvale@example, not of northmark@example" in said
    assert "1 problem\n" in said


@pytest.mark.parametrize("partial", [False, True])
def test_a_run_of_another_edition_is_refused(tmp_path, partial):
    shutil.copytree(finish(tmp_path, "london", "2009-10"), tmp_path / "2023-24" / "london")
    with pytest.raises(ParamsError, match=r"london@2023-24  the run in .* is of london@2009-10, not of london@2023-24"):
        find_regions("2023-24", tmp_path, partial=partial)


def test_a_run_of_another_region_is_named_beside_other_problems(tmp_path):
    out = finish_nation(tmp_path, regions=("eastvale",))
    shutil.copytree(out / EDITION / "eastvale", out / EDITION / "northmark")
    said = refusal(out)
    assert "northmark@example  the run in" in said
    assert "southmoor@example  there is no finished run in" in said


def test_runs_of_other_code_are_refused(tmp_path):
    out = finish_nation(tmp_path, regions=("eastvale", "southmoor"))
    finish_region(out, "northmark", code={"src/needs/x.py": "11"})
    assert "northmark was made by another version of the code (src/needs/x.py)" in refusal(out)


@pytest.mark.parametrize("change", [{"inputs": {"data_raw/example/country.csv": "11"}}, {"lock": "11"}])
def test_runs_of_other_evidence_or_programs_are_refused(tmp_path, change):
    out = finish_nation(tmp_path, regions=("eastvale", "southmoor"))
    finish_region(out, "northmark", **change)
    named = next(iter(change.get("inputs", {"requirements.lock": ""})))
    assert f"northmark  {named} changed since the run in" in refusal(out)


def test_own_parameters_and_data_of_a_region_may_be_elsewhere(tmp_path):
    out = finish_nation(tmp_path, regions=("eastvale", "southmoor"))
    root = project_root()
    shared = manifest.hashes([root / "data_raw/example/country.csv"], root)
    own = {"params/example/northmark.yaml": "11", "data_raw/service/example/northmark/stays.csv": "11"}
    finish_region(out, "northmark", inputs={**shared, **own})
    assert len(find_regions(EDITION, out)[0]) == 3


@pytest.fixture
def whole(tmp_path) -> Nation:
    return Nation(*find_regions(EDITION, finish_nation(tmp_path)))


def test_people_and_money_add_up_and_leave_nothing(whole):
    for frame, _ in (whole.people(), whole.pounds()):
        assert (frame["regions"] - frame["whole"]).abs().max() < 1e-6 * frame["whole"].max()
        assert (frame["missing"] == 0).all()
    assert whole.people()[0]["label"].tolist() == [
        "Adults", "High secure", "Medium secure", "Low secure", "All secure", "Step-down", "Community", "Beds",
    ]  # fmt: skip
    assert whole.of == "3 regions"


def test_what_is_missing_makes_up_the_rest(tmp_path):
    part = Nation(*find_regions(EDITION, finish_nation(tmp_path, regions=("eastvale",)), partial=True))
    for frame, _ in (part.people(), part.pounds()):
        assert (frame["regions"] + frame["missing"]).to_numpy() == pytest.approx(frame["whole"].to_numpy())
        assert (frame["missing"] > 0).all()
    assert part.of == "1 of 3 regions"
    assert "places" not in part.whole.figures
    assert [label for label, _, rows, _ in part.used() if len(rows) == 3] == ["Prison transfers to hospital"]


def test_a_region_with_a_whole_of_its_own_is_named(tmp_path):
    out = finish_nation(tmp_path, regions=("northmark", "eastvale"))
    finish_region(out, "southmoor", england=1.1)
    found = Nation(*find_regions(EDITION, out)).own_figures()
    assert [(each["name"], each["told"]) for each in found] == [
        ("Southmoor", ["figures of the country itself, so that its share is one of another whole"])
    ]


def test_material_of_a_site(whole, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    nation.lay_out(whole, folder, project_root())
    names = {path.stem for path in (folder / "artefacts").glob("*.json")}
    assert {"fig-nation-map", "fig-nation-rate", "tbl-nation", "tbl-side-by-side", "tbl-adding-up"} <= names
    assert "fig-funnel-prison-transfers-to-hospital" in names
    assert "fig-control-charts-northmark" in names
    assert not [name for name in names if name.endswith("-eastvale")]
    assert (folder / "regions" / "eastvale" / "artefacts" / "tbl-demand.csv").is_file()
    assert not [path for path in folder.rglob("*") if "private" in path.parts or path.name == "manifest.json"]
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert [place["own"] for place in about["nation"]["places"]] == [True, False, True]
    assert about["nation"]["missing"] == []
    copied = json.loads((folder / "artefacts" / "fig-standards-northmark.json").read_text(encoding="utf-8"))
    assert copied["files"] == [f"fig-standards-northmark.{kind}" for kind in ("csv", "svg", "png")]


def test_a_run_made_again_meanwhile_is_not_mixed_in(whole, tmp_path):
    (whole.runs[0].folder / "report.html").write_text("another", encoding="utf-8")
    (tmp_path / "site").mkdir()
    with pytest.raises(ParamsError, match=r"northmark was made again while the site was: 1 problem\n  report\.html"):
        nation.lay_out(whole, tmp_path / "site", project_root())


def test_the_last_good_site_survives_a_failure(tmp_path):
    out = finish_nation(tmp_path)

    def good(folder: Path) -> None:
        (folder / "index.html").write_text("good", encoding="utf-8")

    def bad(folder: Path) -> None:
        (folder / "index.html").write_text("half", encoding="utf-8")
        raise RenderError("no font", [], "mend it")

    target = nation.make_site(EDITION, out, good)
    with pytest.raises(NeedsError, match="no font"):
        nation.make_site(EDITION, out, bad)
    assert (target / "index.html").read_text(encoding="utf-8") == "good"
    assert sorted(path.name for path in target.parent.iterdir() if not path.name.startswith(".")) == [
        "eastvale", "northmark", "site", "southmoor",
    ]  # fmt: skip
