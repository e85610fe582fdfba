"""Whole jobs through the command line, as a user starts them: what they cost, and what a second run saves.

    areas    notebooks and every format for 1, 7, 10 and 42 areas: what an area costs early and late, and memory over time
    again    all regions, then again with nothing changed, then again with one parameter changed
    cluster  two workers of dask.distributed on this machine against the local pool

Run: ``python benchmarks/whole.py [areas|again|cluster ...] [--draws N] [--areas 1,7]``. Each works in a copy of the project.
A result is saved as soon as it is there; a second run measures only what is missing, ``--fresh`` everything.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

from job import AT_A_TIME, copied
from machine import described, sentence
from measure import Spent, spend
from runner import RESULTS, usual

COMMAND = [str(Path(sys.executable).with_name("needs")), "run"]
AREAS = {1: ["london"], 7: ["--all"], 10: ["--all", "--edition", "2009-10"], 42: []}
"""What is run for a number of areas; 42 are the integrated care boards, each as a footprint of its own."""

CHANGES: dict[str, tuple[str, Callable[[re.Match[str]], str]]] = {
    "projection.spread": (
        r"(\nprojection:\n(?:  .*\n)*?  spread:\n    value: )0\.005\n",
        lambda found: f"{found[1]}0.006\n",
    ),
    "costs.fixed_share": (r"(\n  fixed_share: \{value: )0\.7,", lambda found: f"{found[1]}0.65,"),
    "flow.parameter_draws": (r"(\n  parameter_draws: )(\d+)", lambda found: f"{found[1]}{int(found[2]) + 10}"),
}
"""Parameters that are changed in the edition's file: one that one notebook reads, one that four read, one that all
of the flow read."""

Result = dict[str, Any]


def main() -> None:
    """Measure what is missing, save it, and print the table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS], help=", ".join(PARTS))
    reader.add_argument("--draws", type=int, default=250, help="draws of the flow's parameters, as shipped 250")
    reader.add_argument("--areas", type=lambda text: [int(part) for part in text.split(",")], default=list(AREAS))
    reader.add_argument("--regions", type=int, default=10, help="regions of again and cluster")
    reader.add_argument(
        "--scenarios", type=lambda text: text.split(","), default=[], help="names, or none; all as shipped"
    )
    reader.add_argument("--fresh", action="store_true", help="forget what was measured before")
    asked = reader.parse_args()
    file = RESULTS / f"whole-{asked.draws}{''.join(f'-{name}' for name in asked.scenarios)}.json"
    result = json.loads(file.read_text()) if file.is_file() and not asked.fresh else {"machine": described()}

    def save() -> None:
        RESULTS.mkdir(exist_ok=True)
        file.write_text(json.dumps(result, indent=1) + "\n")
        file.with_suffix(".md").write_text(table(result, asked.draws))

    for part in asked.parts or PARTS:
        PARTS[part](asked, result.setdefault(part, {}), save)
    save()
    print(f"\n{file.with_suffix('.md').read_text()}")


def _project(scratch: Path, asked: argparse.Namespace) -> Path:
    root = scratch / "project"
    for edition in ("2009-10", "2023-24"):
        if not root.exists():
            copied(root, edition, {"flow": f"parameter_draws: {asked.draws}"})
        else:
            defaults = root / "params" / edition / "_edition.yaml"
            defaults.write_text(
                re.sub(r"^flow:\n", f"flow:\n  parameter_draws: {asked.draws}\n", defaults.read_text(), flags=re.M)
            )
    return root


def _run(root: Path, regions: Sequence[str], asked: argparse.Namespace, *more: str) -> tuple[Spent, list[Result]]:
    """Run the command in a project; return what it cost and what it told."""
    log = root.parent / "log"
    scenarios = [word for name in asked.scenarios for word in ("--scenario", name)]
    spent = spend([*COMMAND, *regions, *scenarios, "--log-format", "json", *more], root, log, usual())
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    return spent, [json.loads(line) for line in lines]


def _brief(spent: Spent) -> Result:
    return {"wall": round(spent.wall, 2), "cpu": round(spent.cpu, 2), "peak_mb": spent.peak_mb,
            "load": spent.load, "when": spent.when}  # fmt: skip


def areas(asked: argparse.Namespace, result: Result, save: Callable[[], None]) -> None:
    """Measure whole jobs of several sizes."""
    for count in asked.areas:
        if str(count) in result:
            continue
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            root = _project(Path(name), asked)
            regions = AREAS[count] or _boards(root)
            print(f"areas: {count} ...", end=" ", flush=True)
            spent, told = _run(root, regions, asked, "--force", "--jobs", str(AT_A_TIME))
            seconds = _by_area(told)
            half = len(seconds) // 2
            early, late = seconds[:half], seconds[len(seconds) - half :]
            memory = [size for _, size in spent.memory]
            middle = len(memory) // 2
            result[str(count)] = _brief(spent) | {
                "areas": len(seconds),
                "seconds_an_area": [round(each, 1) for each in seconds],
                "late_over_early": round(mean(late) / mean(early), 3) if half else None,
                "peak_early_mb": max(memory[:middle], default=0),
                "peak_late_mb": max(memory[middle:], default=0),
                "memory_by_minute_mb": _by_minute(spent.memory),
            }
            print(f"{spent.wall:.0f} s, {spent.peak_mb} MB", flush=True)
        save()


def _boards(root: Path) -> list[str]:
    """Make every integrated care board a footprint of the copy; return their slugs."""
    from needs.data.footprints import read_boards
    from needs.data.geography import Regions

    boards = list(read_boards(Regions.open("2023-24", root)).values())
    lines = [f"{b.slug}-board:\n  name: {json.dumps(b.name + ' board')}\n  icbs: [{b.code}]\n" for b in boards]
    (root / "params" / "2023-24" / "footprints.yaml").write_text("".join(lines))
    return [f"{board.slug}-board" for board in boards]


def _by_area(told: Sequence[Result]) -> list[float]:
    """Return the seconds of all steps of each area, in the order in which they began."""
    seconds: dict[str, float] = {}
    for event in told:
        if event.get("region") and event.get("state") in ("begins", "ends"):
            seconds[event["region"]] = seconds.get(event["region"], 0.0) + (event.get("seconds") or 0.0)
    return list(seconds.values())


def _by_minute(memory: Sequence[tuple[float, int]]) -> list[int]:
    most: dict[int, int] = {}
    for at, size in memory:
        most[int(at // 60)] = max(size, most.get(int(at // 60), 0))
    return list(most.values())


def again(asked: argparse.Namespace, result: Result, save: Callable[[], None]) -> None:
    """Measure all regions, nothing changed, and each change of one parameter."""
    if {"first", "nothing", *CHANGES} <= result.keys():
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = _project(Path(name), asked)
        defaults = root / "params" / "2009-10" / "_edition.yaml"
        before = defaults.read_text()
        runs: dict[str, str] = {"first": before, "nothing": before}
        for changed, (old, new) in CHANGES.items():
            runs[changed], found = re.subn(old, new, before)
            if found != 1:
                raise SystemExit(f"{changed} is not in {defaults.name} as it was")
        regions = _regions(root, asked.regions)
        for what, text in runs.items():
            print(f"again: {what} ...", end=" ", flush=True)
            defaults.write_text(text)
            spent, told = _run(root, regions, asked, "--jobs", str(AT_A_TIME))
            ran = [event["step"] for event in told if event.get("state") == "ends"]
            kept = [event["step"] for event in told if event.get("state") == "kept"]
            result[what] = _brief(spent) | {
                "regions": asked.regions,
                "unchanged": sum(event.get("state") == "unchanged" for event in told),
                "ran": {step: ran.count(step) for step in dict.fromkeys(ran)},
                "kept": len(kept),
            }
            print(f"{spent.wall:.1f} s, ran {', '.join(result[what]['ran']) or 'nothing'}", flush=True)
            if what in CHANGES:  # the next change is to the same first run
                defaults.write_text(before)
                _run(root, regions, asked, "--jobs", str(AT_A_TIME))
        save()


def _regions(root: Path, count: int) -> list[str]:
    from needs.data.geography import Regions

    slugs = [region.slug for region in Regions.open("2009-10", root)]
    return ["--edition", "2009-10", *(["--all"] if count >= len(slugs) else slugs[:count])]


def cluster(asked: argparse.Namespace, result: Result, save: Callable[[], None]) -> None:
    """Measure the same regions on the local pool and on two workers, in turns."""
    if {"local", "cluster"} <= result.keys():
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        root = _project(Path(name), asked)
        regions = [*_regions(root, asked.regions), "--force"]
        address = stack.enter_context(_workers(Path(name)))
        ways = {"local": ["--jobs", str(AT_A_TIME)], "cluster": ["--cluster", address]}
        for way, options in ways.items():
            print(f"cluster: {way} ...", end=" ", flush=True)
            shutil.rmtree(root / "build", ignore_errors=True)
            spent, told = _run(root, regions, asked, *options)
            done = sum(event.get("state") == "done" for event in told)
            result[way] = _brief(spent) | {"regions": done}  # CPU and memory of the workers are not the command's
            print(f"{spent.wall:.0f} s, {done} regions", flush=True)
        save()


@contextmanager
def _workers(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers on this machine; give the scheduler's address."""
    dask = [sys.executable, "-m", "distributed.cli"]
    file, started = folder / "scheduler.json", []
    host = ["--host", "127.0.0.1", "--no-dashboard"]
    more = ["--nthreads", "1", "--nworkers", "1", "--local-directory", str(folder)]
    commands = [
        [*dask[:2], f"{dask[2]}.dask_scheduler", *host, "--port", "0", "--scheduler-file", str(file)],
        *([*dask[:2], f"{dask[2]}.dask_worker", "--scheduler-file", str(file), *host, *more] for _ in range(AT_A_TIME)),
    ]
    try:
        for command in commands:
            said = (folder / f"dask{len(started)}.log").open("w")
            started.append(subprocess.Popen(command, cwd=folder, env=usual(), stdout=said, stderr=said))
            while not file.is_file():
                time.sleep(0.1)
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)


PARTS: dict[str, Callable[[argparse.Namespace, Result, Callable[[], None]], None]] = {
    "areas": areas, "again": again, "cluster": cluster,
}  # fmt: skip


def table(result: Result, draws: int) -> str:
    """Return results as Markdown."""
    parts = [f"# Whole jobs, {draws} parameter draws of the flow", f"{sentence(result['machine'])}."]
    if found := result.get("areas"):
        rows = [_area_row(count, row) for count, row in found.items()]
        head = "| areas | wall s | CPU s | wall s an area | late / early | peak MB early | late | load |"
        parts += ["Notebooks and all formats, two areas at a time. Asked: late / early 0.9 to 1.1, flat memory.",
                  "\n".join([head, "|---:|---:|---:|---:|---:|---:|---:|---:|", *rows])]  # fmt: skip
    if found := result.get("again"):
        full = found["first"]["wall"]
        rows = [_again_row(what, row, full) for what, row in found.items()]
        head = "| run | wall s | of the first | regions unchanged | steps that ran | kept | load |"
        parts += ["Asked: nothing changed under 2 s, one parameter under a fifth of the first run.",
                  "\n".join([head, "|---|---:|---:|---:|---|---:|---:|", *rows])]  # fmt: skip
    if (found := result.get("cluster")) and {"local", "cluster"} <= found.keys():
        ratio = found["cluster"]["wall"] / found["local"]["wall"]
        parts.append(
            f"Two workers through dask: {found['cluster']['wall']:.0f} s for {found['cluster']['regions']} regions, the local "
            f"pool {found['local']['wall']:.0f} s: {ratio:.2f} times as long (asked: at most 1.3)."
        )
    return "\n\n".join(parts) + "\n"


def _area_row(count: str, row: Result) -> str:
    late = f"{row['late_over_early']:.2f}" if row["late_over_early"] else ""
    each = row["wall"] / row["areas"]
    cells = [count, f"{row['wall']:.0f}", f"{row['cpu']:.0f}", f"{each:.1f}", late, row["peak_early_mb"],
             row["peak_late_mb"], row["load"]]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def _again_row(what: str, row: Result, full: float) -> str:
    steps = ", ".join(f"{step} {times}" for step, times in row["ran"].items()) or "none"
    cells = [what, f"{row['wall']:.1f}", f"{row['wall'] / full:.2f}", row["unchanged"], steps, row["kept"], row["load"]]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
