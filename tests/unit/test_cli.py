"""The commands: what they say, and the exit code they end with."""

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import finished_runs
import pytest

from needs import cli
from needs.cli import run as run_command
from needs.cli.told import labels_of, telling
from needs.data.geography import find_region
from needs.errors import DataError, NotebookError
from needs.project import project_root
from needs.run.telling import Event


@pytest.fixture
def needs(capsys):
    """Run a command; return exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main(arguments)
        return end.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a copy of the project's words and figures that a test may spoil."""
    for name in ("data_raw", "params", "notebooks", "reports"):
        shutil.copytree(project_root() / name, tmp_path / name)
    monkeypatch.setenv("NEEDS_PROJECT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "lundon"], 10, "region 'lundon' is not known. Did you mean 'London'?"),
        (["run", ""], 10, "region '' is not known. It is none of North East"),
        (["run", "london", "--edition", "1999-00"], 10, "there are 2023-24, 2009-10"),
        (["regions", "--edition", "1999-00"], 10, "edition '1999-00' is not known"),
        (["run", "Q36", "--edition", "2023-24"], 10, "region 'Q36' is not known"),
        (["run"], 10, "no region named"),
        (["run", "london", "--all"], 10, "name regions or say --all, not both"),
        (["run", "london", "--formats", "html,odt"], 10, "'odt' is not a format"),
        (["run", "london", "--formats", ","], 10, "none named"),
        (["params", "explain", "zebra"], 10, "no parameter's name holds 'zebra'"),
        (["reproduce", "nowhere"], 14, "nowhere"),
        (["run", "london", "--renderer", "latex"], 2, "'latex' is not one of"),
        (["run", "london", "--timeout", "x"], 2, "'x' is not a valid number."),
        (["run", "london", "--jobs", "x"], 2, "'x' is not a valid whole number."),
    ],
)
def test_what_cannot_be_done_is_said(needs, arguments, code, said):
    found, _, errors = needs(*arguments)
    assert found == code
    assert said in errors
    assert "Traceback" not in errors


def test_every_mistyped_region_is_named_at_once(needs):
    code, _, errors = needs("run", "lundon", "midland", "north-west")
    assert code == 10
    assert "2 problems" in errors
    assert "'London'" in errors
    assert "'Midlands'" in errors


def test_every_parameter_file_is_checked_before_anything_starts(needs, project):
    for name in ("london", "midlands"):
        (project / "params" / "2023-24" / f"{name}.yaml").write_text("horizon: 1\n", encoding="utf-8")
    code, _, errors = needs("run", "--all")
    assert code == 10
    assert "params/2023-24/london.yaml" in errors
    assert "params/2023-24/midlands.yaml" in errors
    assert not (project / "build").exists()


def test_a_stray_parameter_file_stops_a_run(needs, project):
    (project / "params" / "2023-24" / "lodnon.yaml").write_text("{}\n", encoding="utf-8")
    code, _, errors = needs("run", "london")
    assert (code, "Did you mean 'london.yaml'?" in errors) == (10, True)


def test_regions_are_listed_with_their_codes(needs):
    code, out, _ = needs("regions")
    assert code == 0
    assert "E40000003 Y56" in out
    assert "E18000007 Q36" in out


def test_footprints_are_listed_after_regions_with_their_boards_and_confidence(needs):
    code, out, _ = needs("regions", "--edition", "2023-24")
    assert code == 0
    assert (
        "  reach-out  Reach Out, a footprint; confidence: medium\n      E54000010 Staffordshire and Stoke-on-Trent; "
        in out
    )
    assert out.index("south-west ") < out.index("reach-out") < out.index("prospect")
    assert max(len(line) for line in out.splitlines() if line.startswith(" " * 6)) <= 100


@pytest.mark.parametrize("text", ["reach-out", "Reach Out", "REACH OUT"])
def test_a_footprint_runs_as_a_region_does(needs, monkeypatch, tmp_path, text):
    from needs.run import pool

    asked = []
    monkeypatch.setattr(
        pool,
        "run_regions",
        lambda requests, *_, **__: asked.extend(requests) or [pool.Outcome(r, r.folder) for r in requests],
    )
    code, out, errors = needs("run", text, "midlands", "--formats", "html", "--out", str(tmp_path))
    assert (code, errors) == (0, "")
    assert [request.folder.relative_to(tmp_path).as_posix() for request in asked] == [
        "2023-24/reach-out",
        "2023-24/midlands",
    ]
    assert [request.parameters.footprint is None for request in asked] == [False, True]
    assert re.search(r"^  reach-out +done +\S+/2023-24/reach-out$", out, re.MULTILINE)


def test_all_means_regions_alone():
    assert len(run_command._regions((), None, every=True)) == 7


def test_a_footprint_that_cannot_be_used_is_said_before_anything_starts(needs, project):
    (project / "params/2023-24/footprints.yaml").write_text("mine: {name: Mine, icbs: [E54000010, QHL]}\n")
    code, _, errors = needs("run", "mine")
    assert code == 10
    assert "params/2023-24/footprints.yaml cannot be used" in errors
    assert "line 1  mine.icbs.1: 'QHL' is no integrated care board's code. Did you mean 'E54000055' (Birm" in errors
    assert errors.count("QHL") == 1
    (project / "params/2023-24/footprints.yaml").write_text("mine: {name: Mine, icbs: []}\n")
    assert needs("run", "london")[0] == 10


def test_evidence_is_checked(needs):
    code, out, _ = needs("data", "check")
    assert code == 0
    assert "tables" in out


def test_every_problem_of_the_evidence_is_said_at_once(needs, project):
    for name, old, new in (("unit_costs", "759.36", "about 760"), ("case_mix", ",0.254,", ",-0.254,")):
        path = project / "data_raw" / "common" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    code, _, errors = needs("data", "check")
    assert code == 11
    for said in ("unit_costs.csv", "about 760", "case_mix.csv", "-0.254", "sha256"):
        assert said in errors


def test_parameters_are_explained(needs):
    code, out, _ = needs("params", "explain", "waiting")
    assert code == 0
    assert "unit: probability;  default: 0.05;  source: methods" in out


def test_the_doctor_needs_a_lock(needs, project):
    code, out, errors = needs("doctor")
    assert code == 1
    assert "FAIL  packages            requirements.lock cannot be read" in out
    assert "mend the lines marked FAIL" in errors


def test_the_doctor_looks_at_everything(needs, tmp_path):
    code, out, _ = needs("doctor", "--out", str(tmp_path))
    assert code == 0, out
    for name in ("Python", "project", "packages", "kernel", "embedded renderer", "Quarto", "output folder"):
        assert name in out


def test_the_doctor_says_what_is_wrong(needs, tmp_path):
    (tmp_path / "build").write_text("a file, not a folder", encoding="utf-8")
    code, out, errors = needs("doctor", "--out", str(tmp_path / "build" / "deeper"))
    assert code == 1
    assert "FAIL  output folder" in out
    assert "mend the lines marked FAIL" in errors


def test_a_region_of_another_edition_is_found_and_said(needs, monkeypatch):
    asked = []
    monkeypatch.setattr(
        run_command, "_requests", lambda chosen, *_: asked.extend(chosen) or (_ for _ in ()).throw(DataError("stop"))
    )
    code, out, _ = needs("run", "q31")
    assert code == 11
    assert "q31 is North West of edition 2009-10" in out
    assert [(r.edition, r.slug) for r in asked] == [("2009-10", "north-west")]


def test_a_failed_region_sets_the_exit_code_and_the_others_are_listed(needs, monkeypatch, tmp_path):
    from needs.run import pool

    def some(requests, *_, **__):
        outcomes = [pool.Outcome(request, folder=request.folder) for request in requests]
        outcomes[1] = pool.Outcome(requests[1], error=NotebookError("demand stopped", ["cell x"], "look at it"))
        return outcomes

    monkeypatch.setattr(pool, "run_regions", some)
    code, out, errors = needs("run", "--all", "--formats", "html", "--out", str(tmp_path))
    assert code == 12
    assert "6 of 7 reports" in out
    assert "north-west: demand stopped: 1 problem" in errors


@pytest.mark.parametrize(
    ("named", "whose"), [(["london"], ""), (["london", "midlands"], "of every unfinished region ")]
)
def test_an_interrupt_ends_quietly(needs, monkeypatch, named, whose):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_command, "_make", interrupted)
    monkeypatch.setenv("COLUMNS", "40")
    code, _, errors = needs("run", *named, "--formats", "html")
    assert code == 130
    assert (
        " ".join(errors.split()) == f"Stopped. The last good report {whose}is as it was, and finished steps are kept."
    )
    assert max(map(len, errors.splitlines())) <= 40


@pytest.mark.parametrize("command", [["reproduce", "build/x"], ["compare", "london", "midlands"], ["site"]])
def test_commands_that_run_programs_trust_where_told(needs, project, monkeypatch, command):
    (project / "reports" / "own.lua").write_text("1")
    made = project / "build" / "x"
    made.mkdir(parents=True)
    finished_runs.record(made, {"edition": "2023-24", "region": "london"}, project)
    monkeypatch.chdir(project)
    code, _, errors = needs(*command)
    assert code == 12
    assert "reports/own.lua" in errors
    assert "then add --trust" in errors
    code, _, errors = needs(*command, "--trust")
    assert code != 12
    assert "reports/own.lua" not in errors


def test_the_package_is_a_program():
    told = [sys.executable, "-m", "needs", "--version"]
    assert subprocess.run(told, capture_output=True, text=True, check=True).stdout.startswith("needs, version ")


@pytest.mark.parametrize(
    "arguments", [["run", "lundon", "--debug"], ["--debug", "run", "lundon"], ["reproduce", "nowhere", "--debug"]]
)
def test_debug_shows_where_it_happened(needs, arguments):
    _, _, errors = needs(*arguments)
    assert "Traceback" in errors


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_fault_of_needs_says_so(needs, monkeypatch, debug):
    monkeypatch.setattr(run_command, "_regions", lambda *_: 1 / 0)
    code, _, errors = needs(*debug, "run", "london")
    assert code == 1
    assert errors.endswith(
        "this is a fault of needs: ZeroDivisionError: division by zero\n"
        "Next: run again with --debug and report it        [exit 1]\n"
    )
    assert ("Traceback" in errors) == bool(debug)


def test_a_file_that_cannot_be_used_is_named(needs, monkeypatch):
    monkeypatch.setattr(run_command, "_regions", lambda *_: Path("nowhere/x.csv").read_text())
    code, _, errors = needs("run", "london")
    assert code == 1
    assert errors.startswith("a file or folder cannot be used: 1 problem\n  nowhere/x.csv  No such file or directory\n")


@pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
@pytest.mark.parametrize(("output", "code", "said"), [("> /dev/full", 1, "No space left on device"), ("| true", 0, "")])
def test_output_that_cannot_be_written(output, code, said):
    command = f"\"$0\" -c 'import needs.cli; needs.cli.main()' regions {output}"
    ended = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == (3 if said else 0)


def test_examples_of_the_help_stay_as_they_are(needs):
    _, out, _ = needs("--help")
    assert (
        "\n  needs run london                      one region of the default edition"
        "\n  needs run --all --edition 2009-10     every region of an edition"
        "\n  needs run reach-out                   a footprint of integrated care boards, as a region"
        "\n  needs regions                         which regions and footprints there are\n"
    ) in out
    assert "\\b" not in out


def test_quarto_that_is_not_there_is_said_before_anything_runs(needs, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("needs.run.pool.run_regions", lambda *_, **__: pytest.fail("a run began"))
    code, _, errors = needs("run", "london", "--renderer", "quarto", "--out", str(tmp_path / "build"))
    assert code == 13
    assert errors.startswith("Quarto is not on PATH")


def test_a_manifest_that_leads_elsewhere_is_refused(needs, tmp_path):
    rest = {key: {} for key in ("inputs", "parameters", "code", "versions", "artefacts")}
    record = {"edition": "../..", "region": "x", "lock": "", "formats": [], "fingerprint": "", "outputs": {"../x": ""}}
    (tmp_path / "manifest.json").write_text(json.dumps(rest | record))
    code, _, errors = needs("reproduce", str(tmp_path))
    assert code == 14
    assert "../x is not a path inside the folder" in errors


class Terminal(io.StringIO):
    def isatty(self):
        return True


def show_progress(monkeypatch, terminal):
    """Tell of a run of London of both editions, of which one fails."""
    regions = [find_region("london", edition) for edition in ("2023-24", "2009-10")]
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with telling(labels_of(regions)) as told:
        for region, end in zip(regions, ("done", "failed"), strict=True):
            told(Event(region, "begins", "demand", 2, 4))
            told(Event(region, end))
    return terminal.getvalue()


def test_progress_on_a_terminal_ends_each_line_with_its_end(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("CI", raising=False)
    shown = show_progress(monkeypatch, Terminal())
    assert not re.search(r"\x1b\[[\d;]*[34]\dm", shown)
    lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown).replace("\r", "\n").split("\n")
    first, second, whole = [line for line in lines if line.strip()][-3:]
    assert re.fullmatch(r"✓ london, 2023-24  ━+  100%  done +0:00", first)
    assert re.fullmatch(r"✗ london, 2009-10 +0%  failed +0:00", second)
    assert whole.startswith("  2 of 2 regions, 100%, 1 failed, ")


def test_progress_in_a_log_has_a_line_a_step(monkeypatch):
    assert show_progress(monkeypatch, io.StringIO()).splitlines() == [
        "london, 2023-24: demand (2 of 4)",
        "london, 2023-24: done",
        "london, 2009-10: demand (2 of 4)",
        "london, 2009-10: failed",
    ]
