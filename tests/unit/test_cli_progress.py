"""What a run looks like while it goes on and at its end, on terminals of any width and in logs."""

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from needs import cli
from needs.cli.course import Course
from needs.cli.live import View
from needs.cli.log import Log
from needs.cli.rows import fitting
from needs.cli.summary import say_summary
from needs.cli.told import labels_of, say_failures
from needs.data.geography import Regions, find_region
from needs.errors import DataError, NotebookError
from needs.params.load import load
from needs.run import plan, pool
from needs.run.telling import REPORT, Event
from needs.run.times import LAST, Times, usual

LONDON, NORTH_EAST = find_region("london"), find_region("north-east-and-yorkshire")
STEPS = (*plan.NOTEBOOKS, REPORT)


class Clock:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="module")
def parameters():
    return load("2023-24", "london")


@pytest.fixture
def asked(tmp_path, parameters):
    """Return a request for a region, html alone."""
    return lambda region: plan.Request(region, parameters, ("html",), "auto", tmp_path)


def taken(out: Path, request: plan.Request, **seconds: float) -> None:
    """Let every step of past runs have taken 10 seconds, but for those given."""
    times = Times(out)
    for step in STEPS:
        times.note(usual(request, step), seconds.get(step, 10.0))
    times.save()


def course_of(regions, asked, clock, out=None):
    requests = [asked(region) for region in regions]
    return Course(labels_of(regions), requests, out, clock)


def begins(region, number=1, state="begins", **rest):
    return Event(region, state, STEPS[number - 1], number, len(STEPS), **rest)


def shown(course, width=100, height=24, **options) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, **options)
    console.print(View(course, console=console))
    return console.file.getvalue().splitlines()


def outcome(course, asked, region, error=None):
    request = asked(region)
    return pool.Outcome(request, None if error else request.folder, error)


# times of past runs


def test_the_time_of_a_step_is_the_median_of_its_last_runs(tmp_path):
    for seconds in (*range(1, 6), *[20] * LAST):
        times = Times(tmp_path)
        times.note("demand", seconds)
        times.save()
    assert Times(tmp_path).expected("demand") == 20
    assert len(json.loads((tmp_path / ".kept/times.json").read_text())["demand"]) == LAST
    assert [path.name for path in (tmp_path / ".kept").iterdir()] == ["times.json"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1, 2]", '{"demand": 3}', '{"demand": [-1]}', '{"demand": [NaN]}', '{"demand": ["soon"]}', "\0"],
)
def test_a_file_that_is_none_foretells_nothing_and_is_replaced(tmp_path, content):
    (tmp_path / ".kept").mkdir()
    (tmp_path / ".kept/times.json").write_text(content)
    times = Times(tmp_path)
    assert times.expected("demand") is None
    times.note("demand", 3)
    times.save()
    assert Times(tmp_path).expected("demand") == 3


def test_two_runs_at_once_both_leave_their_times(tmp_path):
    first, second = Times(tmp_path), Times(tmp_path)
    first.note("demand", 1)
    second.note("costs", 2)
    first.save()
    second.save()
    assert [Times(tmp_path).expected(name) for name in ("demand", "costs")] == [1, 2]


def test_a_folder_that_refuses_stops_no_run(tmp_path):
    (tmp_path / ".kept").write_text("a file, not a folder")
    times = Times(tmp_path)
    times.note("demand", 1)
    times.save()
    assert times.expected("demand") == 1


def test_times_of_own_data_formats_and_engines_are_apart(asked, tmp_path):
    request = asked(LONDON)
    jupyter = replace(request, how=plan.How(engine="jupyter"))
    pdf = replace(request, formats=("html", "pdf"))
    assert len({usual(request, "demand"), usual(jupyter, "demand")}) == 2
    assert len({usual(request, REPORT), usual(pdf, REPORT)}) == 2
    assert usual(request, "demand") == usual(pdf, "demand") == usual(asked(find_region("london", "2009-10")), "demand")


# percent and time left


def test_percent_and_time_left_come_from_past_runs(asked, clock, tmp_path):
    taken(tmp_path, asked(LONDON), population_and_need=120.0)
    course = course_of([LONDON], asked, clock, tmp_path)
    track = course.hear(begins(LONDON))
    assert (course.share(track), course.left(track)) == (0.0, 240.0)
    clock.now += 60
    assert (course.share(track), course.left(track)) == (0.25, 180.0)
    clock.now += 600
    assert course.share(track) == pytest.approx(0.95 * 120 / 240)
    assert course.left(track) == 120.0


def test_without_past_runs_percent_is_by_steps_and_nothing_is_foretold(asked, clock, tmp_path):
    course = course_of([LONDON], asked, clock, tmp_path)
    for number in (1, 2):
        course.hear(begins(LONDON, number, "kept"))
    track = course.hear(begins(LONDON, 3))
    assert course.share(track) == 2 / len(STEPS)
    assert (course.left(track), course.left()) == (None, None)


def test_what_is_kept_is_done_at_once_and_leaves_the_times_as_they_are(asked, clock, tmp_path):
    taken(tmp_path, asked(LONDON))
    course = course_of([LONDON], asked, clock, tmp_path)
    for number in range(1, len(STEPS)):
        track = course.hear(begins(LONDON, number, "kept"))
    assert course.left(track) == 10.0
    assert course.share(track) == pytest.approx((len(STEPS) - 1) / len(STEPS))
    assert course.times.new == {}


def test_the_times_of_a_first_run_foretell_the_regions_that_wait(asked, clock, tmp_path):
    course = course_of([LONDON, NORTH_EAST], asked, clock, tmp_path)
    for number in range(1, len(STEPS) + 1):
        course.hear(begins(LONDON, number))
        clock.now += 2
        course.hear(begins(LONDON, number, "ends", seconds=2.0))
    course.hear(Event(LONDON, "done"))
    assert course.left() == 2 * len(STEPS)
    assert course.whole() == 0.5
    assert Times(tmp_path).expected("demand") == 2.0


@pytest.mark.parametrize(("at_once", "expected"), [(1, 910.0), (2, 520.0), (3, 390.0)])
def test_regions_that_wait_are_dealt_to_the_places_there_are(asked, clock, tmp_path, at_once, expected):
    taken(tmp_path, asked(LONDON))
    regions = list(Regions.open("2023-24"))
    course = course_of(regions, asked, clock, tmp_path)
    for region in regions[:at_once]:
        course.hear(begins(region))
    assert course.left() == expected


def test_regions_that_wait_are_expected_to_keep_what_those_before_them_kept(asked, clock, tmp_path):
    taken(tmp_path, asked(LONDON))
    regions = list(Regions.open("2023-24"))
    course = course_of(regions, asked, clock, tmp_path)
    for region in regions[:3]:
        course.hear(Event(region, "unchanged"))
        course.hear(Event(region, "done"))
    assert [course.tracks[region].state for region in regions[:4]] == ["unchanged"] * 3 + ["waiting"]
    assert course.left() == 4 * 130 / 4


def test_a_region_that_failed_leaves_nothing_to_do(asked, clock, tmp_path):
    taken(tmp_path, asked(LONDON))
    course = course_of([LONDON], asked, clock, tmp_path)
    course.hear(begins(LONDON))
    track = course.hear(Event(LONDON, "failed"))
    assert (course.left(), course.whole(), course.share(track)) == (0.0, 1.0, 0.0)


def test_a_region_that_starts_again_has_done_nothing(asked, clock, tmp_path):
    taken(tmp_path, asked(LONDON))
    course = course_of([LONDON], asked, clock, tmp_path)
    course.hear(begins(LONDON, 1, "kept"))
    course.hear(begins(LONDON, 2))
    track = course.hear(begins(LONDON, 1))
    assert (course.left(track), track.kept, list(track.running)) == (130.0, set(), [STEPS[0]])


# the live view


@pytest.fixture
def under_way(asked, clock, tmp_path):
    """Return a course with a region of each state."""
    taken(tmp_path, asked(LONDON))
    regions = list(Regions.open("2023-24"))
    course = course_of(regions, asked, clock, tmp_path)
    for region, state in zip(regions, ("done", "failed", "unchanged"), strict=False):
        course.hear(begins(region))
        course.hear(Event(region, state))
    course.hear(begins(regions[3], 8))
    clock.now += 5
    return course


def test_every_region_has_a_row_and_the_whole_run_has_the_last(under_way):
    lines = shown(under_way)
    labels = [track.label for track in under_way.tracks.values()]
    assert [line[2:].split()[0] for line in lines[:-1]] == labels
    assert [line[0] for line in lines[:4]] == ["✓", "✗", "✓", lines[3][0]]
    assert re.fullmatch(r". east-of-england {11}╸?━* +4%  step_down             0:05   3 min left", lines[3])
    assert re.fullmatch(r"  3 of 7 regions, \d\d%, \d+ min left, 1 failed, 0:05 so far", lines[-1])


@pytest.mark.parametrize("width", [120, 100, 80, 60, 40, 20, 10, 3])
def test_nothing_is_wider_than_the_terminal_and_columns_stay_where_they_are(under_way, clock, width):
    first = shown(under_way, width)
    assert len(first) == 8
    assert max(map(len, first)) <= width
    clock.now += 7
    second = shown(under_way, width)
    for before, after in zip(first[:-1], second[:-1], strict=True):
        places = [
            [found.end() for found in re.finditer(r"%|\d:\d\d|left|[a-z_]{4,}", line)] for line in (before, after)
        ]
        assert places[0] == places[1]


def test_parts_fall_away_the_least_needed_first(under_way):
    rows = {width: shown(under_way, width)[3][2:] for width in (100, 80, 70, 50, 34, 20)}
    assert [[sign in row for sign in ("0:05", "━", "step_down", "left", "%")] for row in rows.values()] == [
        [True, True, True, True, True],
        [False, True, True, True, True],
        [False, False, True, True, True],
        [False, False, False, True, True],
        [False, False, False, False, True],
        [False, False, False, False, True],
    ]
    assert shown(under_way, 34)[-1].endswith(" left")
    assert shown(under_way, 20)[0].endswith("…  100%")


def test_many_regions_on_a_low_terminal_show_those_that_run(asked, clock):
    regions = [replace(LONDON, slug=f"board-{number}") for number in range(42)]
    course = course_of(regions, asked, clock)
    for region in regions[:20]:
        course.hear(begins(region))
        course.hear(Event(region, "done"))
    for region in regions[20:23]:
        course.hear(begins(region))
    lines = shown(course, 80, 24)
    assert [line.split()[1] for line in lines[:-1]] == ["board-20", "board-21", "board-22"]
    assert lines[-1].startswith("  20 of 42 regions, 4")
    assert len(shown(course, 80, 60)) == 43


def test_before_anything_begins_it_says_what_it_does(asked, clock):
    assert shown(course_of([LONDON], asked, clock)) == ["⠋ checking evidence and parameters"]


def test_a_region_that_is_not_foretold_is_shown(clock):
    course = Course({}, clock=clock)
    course.hear(Event(LONDON, "begins", "demand", 2, 4))
    course.hear(Event(LONDON, "ends", "demand", 2, 4, 1.0))
    (line,) = shown(course)
    assert line.split()[1] == "london"
    assert "25%" in line


def test_a_terminal_without_unicode_gets_plain_signs(under_way):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=stream, width=80)
    console.print(View(under_way, console=console))
    stream.flush()
    lines = stream.buffer.getvalue().decode("ascii").splitlines()
    assert [line[0] for line in lines[:3]] == ["+", "x", "+"]


def test_no_colour_where_none_is_wanted(under_way, monkeypatch):
    coloured = "\n".join(shown(under_way, force_terminal=True, color_system="standard"))
    monkeypatch.setenv("NO_COLOR", "1")
    plain = "\n".join(shown(under_way, force_terminal=True, color_system="standard"))
    assert re.search(r"\x1b\[3[26]m", coloured)
    assert not re.search(r"\x1b\[[\d;]*[39]\dm", plain)


def test_reasons_and_what_is_said_stay_above_the_rows(asked, clock):
    console = Console(file=io.StringIO(), width=80)
    view = View(course_of([LONDON], asked, clock), why=True, console=console)
    view.hear(begins(LONDON, 2, detail="params: demand.rule"))
    view.hear(Event(LONDON, "says", detail="waits for process 7"))
    view.hear(begins(LONDON, 3))
    assert console.file.getvalue().splitlines() == [
        "london: demand (2 of 13): params: demand.rule",
        "london: waits for process 7",
    ]


@pytest.mark.parametrize("columns", [1, 5, 30, 70])
def test_columns_fit(columns):
    found = fitting({"name": 24, "bar": 8, "percent": 4}, columns, ("bar", "percent"))
    assert sum(found.values()) + 2 * (len(found) - 1) <= columns


# logs


def test_a_log_tells_reasons_and_what_is_kept_where_asked(capsys):
    for why in (False, True):
        log = Log(Course({}), why=why)
        log.hear(begins(LONDON, 1, "kept"))
        log.hear(begins(LONDON, 2, detail="params: demand.rule"))
        log.hear(begins(LONDON, 3, detail="params: demand.rule"))
        log.hear(Event(LONDON, "unchanged"))
    assert capsys.readouterr().out.splitlines() == [
        "london: demand (2 of 13)",
        "london: groups (3 of 13)",
        "london: population_and_need (1 of 13) is kept",
        "london: demand (2 of 13): params: demand.rule",
        "london: groups (3 of 13)",
    ]


def test_each_line_of_a_log_in_json_is_an_event(capsys):
    error = NotebookError("costs failed", ["cell x"], "look at it")
    log = Log(Course({}), "json")
    log.hear(begins(LONDON, 2, detail="new"))
    log.hear(Event(LONDON, "says", detail="é\n\x1b[31m"))
    log.hear(Event(LONDON, "failed", error=error))
    out = capsys.readouterr().out
    first, second, third = map(json.loads, out.splitlines())
    assert list(first) == ["time", "region", "edition", "state", "step", "number", "of", "seconds", "detail"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert (first["step"], first["number"], first["of"], first["detail"]) == ("demand", 2, 13, "new")
    assert second["detail"].startswith("é\n")
    assert "\x1b" not in out
    assert third["error"] == {
        "class": "NotebookError",
        "code": 12,
        "headline": "costs failed",
        "problems": ["cell x"],
        "remedy": "look at it",
    }


# the end


def ended(course, asked, capsys, width=None, errors=(), **states) -> list[str]:
    """Return what is said at the end of regions that ended so."""
    outcomes = []
    for slug, state in states.items():
        region = find_region(slug.replace("_", "-"))
        error = NotebookError("costs failed") if state == "failed" else None
        if state == "done":
            course.hear(begins(region, 1, "kept"))
            course.hear(begins(region, 2, "ends", seconds=1.0))
        elif error:
            course.hear(begins(region, 9))
        course.hear(Event(region, state, error=error))
        outcomes.append(outcome(course, asked, region, error))
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None) if width else None
    say_summary(course, outcomes, console)
    return (console.file.getvalue() if console else capsys.readouterr().out).splitlines()


MIXED = {"london": "done", "midlands": "unchanged", "north_east_and_yorkshire": "failed"}


def test_the_summary_has_a_row_a_region_and_a_line_for_the_whole(asked, clock, capsys, tmp_path):
    regions = [find_region(slug.replace("_", "-")) for slug in MIXED]
    lines = ended(course_of(regions, asked, clock), asked, capsys, **MIXED)
    folder = tmp_path / "2023-24"
    assert lines == [
        f"  london                    done       1 step, 1 kept  0.0 s  {folder / 'london'}",
        f"  midlands                  unchanged                         {folder / 'midlands'}",
        "  north-east-and-yorkshire  failed     in costs        0.0 s",
        f"2 of 3 reports in {folder}, 0.0 s: 1 done, 1 failed, 1 unchanged",
    ]


@pytest.mark.parametrize(("width", "last"), [(80, "0.0 s"), (55, "0.0 s"), (40, "done"), (20, "done")])
def test_the_summary_fits_the_terminal(asked, clock, capsys, width, last):
    regions = [find_region(slug.replace("_", "-")) for slug in MIXED]
    *rows, _ = ended(course_of(regions, asked, clock), asked, capsys, width, **MIXED)
    assert max(map(len, rows)) <= width
    assert rows[0].endswith(last)
    assert [row[0] for row in rows] == ["✓", "✓", "✗"]


def test_nothing_changed_is_one_line(asked, clock, capsys, tmp_path):
    everywhere = {region.slug.replace("-", "_"): "unchanged" for region in Regions.open("2023-24")}
    course = course_of(list(Regions.open("2023-24")), asked, clock)
    clock.now += 1.23
    said = "Nothing has changed since the last run: "
    assert ended(course, asked, capsys, **everywhere) == [f"{said}7 reports are up to date (1.2 s)"]
    one = course_of([LONDON], asked, clock)
    assert ended(one, asked, capsys, london="unchanged") == [f"{said}{tmp_path}/2023-24/london is up to date (0.0 s)"]


def test_one_region_lists_its_files(asked, clock, capsys, tmp_path):
    lines = ended(course_of([LONDON], asked, clock), asked, capsys, london="done")
    assert lines[0] == "London, 2023-24: 1 step, 1 kept in 0.0 s"
    assert f"  {tmp_path}/2023-24/london/report.html" in lines


def test_an_error_that_regions_share_is_said_once(asked, capsys):
    regions = list(Regions.open("2023-24"))
    outcomes = [
        outcome(None, asked, region, DataError("no", ["same"], f"open {asked(region).folder}.failed/x"))
        for region in regions
    ]
    outcomes[1] = outcome(None, asked, regions[1], DataError("another"))
    say_failures(outcomes, labels_of(regions), debug=False)
    errors = capsys.readouterr().err
    assert errors.count("same") == 1
    assert errors.startswith(f"\n{regions[0].slug}, {regions[2].slug}, ")
    assert f"\n\n{regions[1].slug}: another\n" in errors


# the command


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run `needs run` with events in place of a run; return exit code, output, errors and what was asked."""

    def command(*arguments, events=lambda region: [], error=None):
        seen = {}

        def regions(requests, publish, jobs, root, progress, executor=None):
            seen.update(requests=requests, executor=executor)
            for request in requests:
                for event in events(request.region):
                    progress(event)
            return [pool.Outcome(r, None if error else r.folder, error) for r in requests]

        monkeypatch.setattr(pool, "run_regions", regions)
        with pytest.raises(SystemExit) as end:
            cli.main(["run", *arguments, "--formats", "html", "--out", str(tmp_path)])
        return end.value.code, *capsys.readouterr(), seen

    return command


def test_how_a_run_is_carried_out_is_handed_on(run):
    _, _, _, seen = run("london", "--force", "--trust", "--timeout", "90", "--memory", "1.5GB", "--engine", "jupyter")
    how = seen["requests"][0].how
    assert how.programs.keys() >= {"pandoc", "typst"} or how.programs.keys() == {"quarto"}
    told = {"force": True, "trust": True, "timeout": 90.0, "memory": 1_500_000_000, "programs": how.programs}
    assert how == plan.How("jupyter", **told)
    assert run("london")[3]["requests"][0].how == plan.How(programs=how.programs)


def test_a_cluster_carries_the_run_out(run, monkeypatch):
    addresses, executor = [], object()
    monkeypatch.setattr(
        "needs.run.cluster.executor_of", lambda address: addresses.append(address) or nullcontext(executor)
    )
    assert run("london", "--cluster", "tcp://10.0.0.1:8786")[3]["executor"] is executor
    assert addresses == ["tcp://10.0.0.1:8786"]
    assert run("london")[3]["executor"] is None


@pytest.mark.parametrize(("size", "said"), [("lots", "'lots' is not a size"), ("2", "'2' is too small")])
def test_a_size_that_is_none_is_refused(run, size, said):
    code, _, errors, _ = run("london", "--memory", size)
    assert (code, said in errors) == (2, True)


def test_json_is_all_that_is_said(run):
    code, out, errors, _ = run(
        "london", "q31", "--log-format", "json", events=lambda r: [begins(r), begins(r, 1, "ends"), Event(r, "done")]
    )
    *events, summary = map(json.loads, out.splitlines())
    assert code == 0
    assert errors == "q31 is North West of edition 2009-10\n"
    assert [event["state"] for event in events] == ["begins", "ends", "done"] * 2
    assert (summary["state"], summary["exit"], summary["error"]) == ("summary", 0, None)
    assert [(r["region"], r["state"], r["ran"], r["kept"]) for r in summary["regions"]] == [
        ("london", "done", 1, 0),
        ("north-west", "done", 1, 0),
    ]


def test_json_ends_with_the_errors_of_regions(run):
    error = NotebookError("costs failed", ["cell x"], "look")
    code, out, errors, _ = run(
        "london", "--log-format", "json", events=lambda r: [Event(r, "failed", error=error)], error=error
    )
    failed, summary = map(json.loads, out.splitlines())
    assert (code, errors) == (12, "")
    assert failed["error"] == summary["regions"][0]["error"]
    assert summary["exit"] == 12


def test_json_ends_with_what_stopped_the_run(run):
    code, out, errors, _ = run("lundon", "--log-format", "json")
    summary = json.loads(out)
    assert (code, summary["exit"], summary["error"]["class"]) == (10, 10, "ParamsError")
    assert "London" in errors


def test_help_stands_under_headings(run, capsys):
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    lines = capsys.readouterr().out.splitlines()
    headings = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["What is made:", "How it is run:", "What is said:"]
    starts = {re.match(r"  -\S.*?(?:  +)(?=\S)", line).end() for line in lines if re.match(r"  -.*\S  +\S", line)}
    assert len(starts) == 1


SCRIPT = """
import sys, time
from needs.cli.course import Course
from needs.cli.told import labels_of, telling
from needs.data.geography import find_region
from needs.run.telling import Event
region = find_region("london")
with telling({}, Course(labels_of([region]))) as told:
    told(Event(region, "begins", "demand", 2, 4))
    time.sleep(60)
"""


def on_terminal(until: str, send: int | None = None, **environment: str) -> str:
    """Run the script on a terminal until it shows something; then send a signal, and return all it showed."""
    ours, theirs = pty.openpty()
    rest = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR")}
    options = {
        "stdin": theirs,
        "stdout": theirs,
        "stderr": subprocess.DEVNULL,
        "env": rest | {"TERM": "xterm"} | environment,
    }
    with subprocess.Popen([sys.executable, "-c", SCRIPT], **options) as process:
        os.close(theirs)
        text, end = b"", time.monotonic() + 30
        while time.monotonic() < end and select.select([ours], [], [], 30)[0]:
            try:
                text += os.read(ours, 65536)
            except OSError:
                break
            if until.encode() in text and process.poll() is None:
                process.send_signal(send)
                process.wait(30)
        process.kill()
    os.close(ours)
    return text.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_the_cursor_is_back_after_an_interrupt_and_the_rows_stay():
    shown = on_terminal("demand", signal.SIGINT)
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert "demand" in shown[shown.rindex("\x1b[?25l") :]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}])
def test_a_terminal_that_cannot_change_its_lines_gets_a_log(environment):
    shown = on_terminal("demand", signal.SIGINT, **environment)
    assert shown == "london: demand (2 of 4)\r\n"
