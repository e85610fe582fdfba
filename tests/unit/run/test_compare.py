"""Two finished runs beside each other: the steps, the page, and what is refused."""

import json
import re
from html import unescape

import pandas as pd
import pytest
from finished_runs import finish, record

from needs.errors import ParamsError, RenderError
from needs.params.load import load
from needs.project import project_root
from needs.report.audit.checks import audit_html
from needs.report.publish import publish
from needs.run import manifest
from needs.run.change import between_areas, between_scenarios, price_level
from needs.run.compare import compare
from needs.run.finished import find_finished


@pytest.fixture(autouse=True)
def code(monkeypatch):
    """Hold the code still, whatever else is being written in the checkout."""
    held = {"src/needs/x.py": "00"}
    monkeypatch.setattr(manifest, "code", lambda _root: dict(held))
    return held


@pytest.fixture
def out(tmp_path):
    finish(tmp_path)
    return tmp_path


def quietly(folder, _formats, _renderer, template):
    assert (project_root() / "reports" / template).is_file()
    (folder / "comparison.html").write_text("a page")
    return {}


def refused(out, *texts, **options):
    with pytest.raises(ParamsError) as error:
        compare(*texts, out, quietly, **options)
    return str(error.value)


def values(steps):
    return dict(zip(steps["factor"], steps["value"], strict=True))


def test_england_against_a_region_adds_up_and_names_each_factor(out):
    change = between_areas(find_finished(["london:england", "london"], out), per_adult=False)
    england, london = 640 * 400e3 + 2700 * 330e3 + 2700 * 280e3, 100 * 400e3 + 410 * 330e3 + 420 * 280e3
    steps = values(change.steps)
    assert (steps.pop("from"), steps.pop("to")) == pytest.approx((england, london))
    assert list(steps) == ["adults", "use", "mix", "price"]
    assert sum(steps.values()) == pytest.approx(london - england)
    assert steps["price"] == 0
    assert change.steps[["lower", "upper"]].iloc[-1].tolist() == pytest.approx([0.8 * london, 1.3 * london])
    assert change.steps[["lower", "upper"]].iloc[1:-1].isna().all(axis=None)
    assert "That prices move nothing is how spend is modelled" in " ".join(change.notes)


def test_spend_for_each_adult_has_no_step_of_adults(out):
    change = between_areas(find_finished(["london:england", "london"], out), per_adult=True)
    steps = values(change.steps)
    assert list(steps) == ["from", "use", "mix", "price", "to"]
    assert steps["to"] == pytest.approx((100 * 400e3 + 410 * 330e3 + 420 * 280e3) / 7e6)
    assert change.steps["upper"].iloc[0] == pytest.approx(1.3 * steps["from"])


def test_editions_have_a_step_of_the_price_level_and_say_what_the_price_is_not(out):
    finish(out, "london", "2009-10")
    change = between_areas(find_finished(["london@2009-10", "london"], out), per_adult=False)
    steps = values(change.steps)
    assert steps["to"] == pytest.approx(
        steps["from"] + sum(steps[f] for f in ("adults", "use", "mix", "price", "level"))
    )
    assert steps["level"] > 0
    notes = " ".join(change.notes)
    assert "a place for a year, in 2009-10; an occupied bed-day" in notes
    assert "no like-for-like price" in notes
    assert "London in edition 2009-10" in change.title


@pytest.mark.parametrize(
    ("years", "level"),
    [
        ((("2009-10", "2024-25"), ("2024-25", "2009-10")), 1.6),  # the first run says what its pound is worth
        ((("2009-10", "2009-10"), ("2024-25", "2009-10")), 1 / 0.625),  # the second does
        ((("2009-10", "2019-20"), ("2024-25", "2019-20")), 1.6 / 0.625),  # both, by way of a third year
        ((("2024-25", "2019-20"), ("2024-25", "2009-10")), 1.0),
        ((("2009-10", "2019-20"), ("2024-25", "2014-15")), None),
    ],
)
def test_the_price_level_of_two_years(out, years, level):
    finish(out, "london", "2009-10")
    runs = find_finished(["london@2009-10", "london"], out)
    for run, (price, real) in zip(runs, years, strict=True):
        run.record.parameters["costs"] |= {"price_year": price, "real_year": real}
    assert price_level(runs) == (level if level is None else pytest.approx(level))


def test_years_that_no_run_links_are_refused(out):
    finish(out, "london", "2009-10", real_year="2014-15")
    finish(out / "mine", "london", "2023-24", index={"label": "Mine", "table": "mine", "measure": "index"})
    assert (
        refused(out, "london@2009-10", f"{out}/mine/2023-24/london").count("what a pound of 2009-10 and 2024-25") == 1
    )


def test_a_scenario_against_today_keeps_its_paired_intervals(out):
    change = between_scenarios(find_finished(["london", "london:single-assessment"], out))
    rows = change.steps.set_index("factor")
    assert rows["value"].to_dict() == {"from": 0, "occupied": -3e6, "empty": 1e6, "to": -2e6}
    assert rows.loc["occupied", ["lower", "upper"]].tolist() == [-5e6, -1e6]
    assert rows.loc["to", ["lower", "upper"]].tolist() == [-3e6, 0]
    assert "‘One assessment’ saves £2.0 million a year (£0 to £3.0 million) against going on as today" in change.title
    assert "each future is compared with itself" in " ".join(change.notes)
    assert "secure care today is £293 million" in change.caption


def test_the_way_back_from_a_scenario_turns_its_intervals_over(out):
    rows = between_scenarios(find_finished(["london:single-assessment", "london"], out)).steps.set_index("factor")
    assert rows["value"].to_dict() == {"from": -2e6, "occupied": 3e6, "empty": -1e6, "to": 0}
    assert rows.loc["occupied", ["lower", "upper"]].tolist() == [1e6, 5e6]


def test_two_scenarios_of_a_run_have_totals_with_intervals_and_steps_without(out):
    change = between_scenarios(find_finished(["london:single-assessment", "london:step-down-40"], out))
    rows = change.steps.set_index("factor")
    assert rows["value"].to_dict() == {"from": -2e6, "occupied": 1e6, "empty": -1e6, "opened": 7e6, "to": 5e6}
    assert rows["lower"].isna().to_dict() == {
        "from": False,
        "occupied": True,
        "empty": True,
        "opened": True,
        "to": False,
    }
    assert "Compare each with going on as today" in " ".join(change.notes)


def test_a_run_and_itself_do_not_differ_and_leave_no_page(out):
    assert compare("london", "LONDON", out, quietly).finding == "Nothing differs: both are London, edition 2023-24."
    assert compare("london:england", str(out / "2023-24/london") + ":england", out, quietly).page is None
    assert not (out / "compare").exists()


def test_two_runs_of_one_region_are_told_apart_and_what_they_were_told_is_named(out):
    other = finish(out / "mine", fixed_share={"value": 0.5})
    change = between_areas(find_finished(["london", str(other)], out), per_adult=False)
    assert change.names == ("London (first run)", "London (second run)")
    assert change.otherwise == ("costs.fixed_share",)
    assert "told different things" in change.notes[-1]
    made = compare("london", str(other), out, quietly)
    caption = json.loads((made.page.parent / "artefacts/tbl-compared-tiers.json").read_text())["caption"]
    assert caption.endswith("The runs were told otherwise: costs.fixed_share")


def test_own_spend_is_not_called_modelled(out):
    own = finish(out / "mine", spend_file="mine.csv")
    change = between_areas(find_finished(["london", str(own)], out), per_adult=False)
    assert change.title.startswith("Spend, in part by the region's own figures, on secure care is £293 million")
    notes = " ".join(change.notes)
    assert "London gave figures of its own spend on medium secure, which stand in place of the estimate" in notes
    assert (
        "Both of London (first run) and London (second run) (high secure and low secure) come from published" in notes
    )


def test_two_sides_of_own_spend_are_accounts(out):
    runs = [str(finish(out / name, spend_file="a.csv", own_tiers=("high", "medium", "low"), fixed_share=name))
            for name in ("one", "two")]  # fmt: skip
    change = between_areas(
        find_finished([f"{run}/2023-24/london" if "london" not in run else run for run in runs], out), False
    )
    assert change.title.startswith("Spend by the region's own figures on secure care is £293 million")
    assert "Both sides are regions' own figures." in change.notes[0]
    assert "accounts show" not in " ".join(change.notes)


def test_runs_of_one_region_by_path_have_pages_of_their_own(out):
    others = [str(finish(out / name, fixed_share={"value": share})) for name, share in (("a", 0.5), ("b", 0.6))]
    pages = [compare("london", other, out, quietly).page for other in others]
    assert pages[0] != pages[1]
    assert re.fullmatch(r"london-2023-24-[0-9a-f]{6}--london-2023-24-[0-9a-f]{6}", pages[0].parent.name)
    assert pages[0] == compare("london", others[0], out, quietly).page
    plain = compare("london:england", "london", out, quietly).page
    assert plain.parent.name == "london-2023-24-england--london-2023-24"


def test_a_scenario_that_changes_nothing_is_drawn(out):
    path = out / "2023-24/london/artefacts/tbl-options-money.csv"
    money = pd.read_csv(path)
    money[["spend", "spend_lower", "spend_upper"]] = 0.0
    money.to_csv(path, index=False)
    record(
        out / "2023-24/london",
        json.loads((out / "2023-24/london/about.json").read_text())["parameters"],
        project_root(),
    )
    made = compare("london", "london:single-assessment", out, quietly)
    assert "nothing moves it" in made.finding
    assert (made.page.parent / "artefacts/fig-comparison.svg").is_file()


def test_the_remedy_names_the_out_of_a_run_named_by_its_folder(out):
    folder = finish(out / "mine")
    said = refused(out, f"{folder}:zebra", "london")
    assert f"needs run london --out {(out / 'mine').as_posix()} --scenario NAME weighs one" in said


def test_an_interval_of_another_figure_is_not_taken(out):
    folder = out / "2023-24/london"
    path = folder / "artefacts/tbl-price-years.csv"
    years = pd.read_csv(path)
    years.loc[years["tier"] == "england", "nominal"] *= 1.1
    years.to_csv(path, index=False)
    record(folder, json.loads((folder / "about.json").read_text())["parameters"], project_root())
    steps = between_areas(find_finished(["london:england", "london"], out), per_adult=False).steps
    assert steps["lower"].isna().tolist() == [True] * (len(steps) - 1) + [False]


def test_the_page_holds_every_step_and_loads_nothing_from_outside(out):
    made = compare("london:england", "london", out, publish, per_adult=True)
    assert made.page == out / "compare/london-2023-24-england--london-2023-24-per-adult/comparison.html"
    assert list(audit_html(made.page)) == []
    plain = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", " ", made.page.read_text(encoding="utf-8"), flags=re.DOTALL)
    page = " ".join(unescape(plain).split())
    for line in made.lines[1:]:
        label, value = re.match(r"  (.+?)\s{2,}(\S+)", line).groups()
        assert re.search(rf"{re.escape(label)}\s+{re.escape(value)}", page), line
    assert "Modelled spend on secure care for each adult is £41.37 for England and £41.84 for London" in page
    assert "Kind: assumed." in page
    assert "Beds" in page[page.index("Sources") :]
    steps = pd.read_csv(made.page.parent / "artefacts/fig-comparison.csv")
    assert steps["value"].iloc[1:-1].sum() == pytest.approx(steps["value"].iloc[-1] - steps["value"].iloc[0])


def test_rounded_steps_lead_to_the_rounded_total(out):
    finish(out, "london", "2009-10")
    for texts in (("london:england", "london"), ("london@2009-10", "london"), ("london", "london:step-down-40")):
        lines = compare(*texts, out, quietly).lines[1:]
        told = [
            float(re.search(r"[+−]?[\d,.]+(?=  \(|$)", line)[0].replace(",", "").replace("−", "-")) for line in lines
        ]
        assert sum(told[:-1]) == pytest.approx(told[-1], abs=1e-9)


def test_a_page_that_cannot_be_made_leaves_the_last_one(out):
    page = compare("london:england", "london", out, quietly).page

    def broken(folder, *_, template):
        (folder / "comparison.html").write_text("half")
        raise RenderError("pandoc failed", [], "mend it")

    with pytest.raises(RenderError, match="pandoc failed"):
        compare("london:england", "london", out, broken)
    assert page.read_text() == "a page"
    assert [path.name for path in (out / "compare").iterdir() if path.is_dir()] == [page.parent.name]


def test_every_problem_of_both_is_said_at_once(out, code):
    folder = finish(out, "midlands")
    (folder / "artefacts/tbl-spend-england.csv").write_text("tier\n")
    (folder / "artefacts/tbl-price-years.csv").unlink()
    code["src/needs/x.py"] = "01"
    said = refused(out, "midlands:step-down-41", "lundon@2009-10")
    assert "artefacts/tbl-price-years.csv was removed, artefacts/tbl-spend-england.csv was edited" in said
    assert "was made by another version of the code (src/needs/x.py)" in said
    assert "weighs no scenario 'step-down-41'. Did you mean 'step-down-40'?" in said
    assert "region 'lundon' is not known. Did you mean 'London'?" in said
    assert "4 problems" in said
    assert (
        f"Next: needs run midlands --out {out.as_posix()}; needs run midlands --out {out.as_posix()} --scenario NAME"
        in said
    )


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        ("midlands", "there is no finished run in", "needs run midlands --out"),
        ("north-west@2009-10", "there is no finished run in", "needs run north-west --edition 2009-10 --out"),
        ("london@1999-00", "edition '1999-00' is not known", "needs regions"),
        ("nowhere/at/all", "there is no finished run in nowhere/at/all", "name a folder that `needs run` made"),
        (
            "london:zebra",
            "weighs no scenario 'zebra'; it has single-assessment, step-down-40",
            "needs scenarios lists them",
        ),
    ],
)
def test_what_cannot_be_found_is_said_with_what_to_do(out, text, said, remedy):
    message = refused(out, text, "london")
    assert said in message
    assert remedy in message.rpartition("Next: ")[2]


def test_a_folder_without_a_manifest_is_refused(out):
    (out / "empty").mkdir()
    assert "empty: there is no manifest.json" in refused(out, f"{out}/empty", "london")


@pytest.mark.parametrize(
    ("texts", "options", "said"),
    [
        (("london", "midlands:step-down-40"), {}, "of the same run"),
        (("london:england", "london:step-down-40"), {}, "of the same run"),
        (("london", "london:step-down-40"), {"per_adult": True}, "--per-adult is for areas"),
    ],
)
def test_a_scenario_is_held_against_its_own_run(out, texts, options, said):
    finish(out, "midlands")
    assert said in refused(out, *texts, **options)


def test_the_names_of_the_artefacts_read_are_those_that_notebooks_make():
    cells = {
        cell["id"]
        for path in (project_root() / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    }
    assert {"tbl-spend-england", "tbl-price-years", "tbl-options-money"} <= cells


def test_the_editions_link_their_price_years():
    told = [load(edition, "london").costs for edition in ("2009-10", "2023-24")]
    assert told[0].index == told[1].index
    assert told[0].real_year == told[1].price_year
