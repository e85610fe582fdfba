"""The notebooks of ten regions, nothing rendered, two at a time: the runner against what a user would write instead.

The ways are those of ``ways.py``. Each runs in processes of its own, in turns, ``--times`` times; all must give the same
artefacts. Ratios are those of one turn, and their median counts. A result is saved as soon as it is there, and a second run
of the same question measures only what is missing, so a long measurement can be stopped, or taken way by way (``--only``).

    python benchmarks/runner.py                                        # ten regions as they come: an hour
    python benchmarks/runner.py --draws 20 --scenarios none            # light work: what a runner costs shows more
    python benchmarks/runner.py --regions 1 --draws 20 --only needs,papermill
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from job import REPOSITORY, Job, prepared
from machine import described, sentence
from measure import spend
from ways import TOOLS, WAYS, artefacts

from needs.run.surroundings import STEADY

RESULTS = Path(__file__).parent / "results"
HERE = Path(__file__).parent
ASKED = {"papermill": ("at least", 8.0), "snakemake": ("at least", 9.0), "plain": ("at most", 1.6)}
"""Times as fast as the command line and as snakemake; times as long as plain Python."""

MOST_MB = 1000


def main() -> None:
    """Measure what is missing, save it, and print the table."""
    asked = _asked()
    light = f"-{'-'.join(asked.scenarios)}" if asked.scenarios else ""
    file = RESULTS / f"runner-{asked.edition}-{asked.regions}x{asked.draws}{light}.json"
    result = json.loads(file.read_text()) if file.is_file() and not asked.fresh else {}
    question = {name: getattr(asked, name) for name in ("edition", "regions", "draws", "scenarios")}
    result = result or {"question": question, "machine": described(), "runs": {}, "missing": {}, "sums": {}}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        job = prepared(Path(name), asked.edition, asked.regions, asked.draws, asked.scenarios)
        result["question"] |= {"regions": len(job.regions), "notebooks": len(job.notebooks)}
        for turn in range(asked.times):
            for way in asked.only:
                if len(result["runs"].get(way, [])) <= turn and way not in result["missing"]:
                    _measure(way, job, Path(name), result)
                    RESULTS.mkdir(exist_ok=True)
                    file.write_text(json.dumps(result, indent=1) + "\n")
    text = table(result)
    file.with_suffix(".md").write_text(text)
    print(f"\n{text}")


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--edition", default="2009-10")
    reader.add_argument("--regions", type=int, default=10, help="the first so many of the edition")
    reader.add_argument("--draws", type=int, default=250, help="draws of the flow's parameters, as shipped 250")
    reader.add_argument(
        "--scenarios", type=lambda text: text.split(","), default=[], help="names, or none; all as shipped"
    )
    reader.add_argument("--times", type=int, default=1, help="turns")
    reader.add_argument("--only", type=lambda text: text.split(","), default=list(WAYS), help=", ".join(WAYS))
    reader.add_argument("--fresh", action="store_true", help="forget what was measured before")
    asked = reader.parse_args()
    if wrong := set(asked.only) - {*WAYS}:
        reader.error(f"{', '.join(wrong)}: not a way; there are {', '.join(WAYS)}")
    return asked


def _measure(way: str, job: Job, scratch: Path, result: dict[str, Any]) -> None:
    """Run a way once and note what it cost, or why it cannot be had."""
    if way == "snakemake" and (why := _without_snakemake()):
        result["missing"][way] = why
        return
    job = replace(job, out=f"{scratch}/{way}")
    shutil.rmtree(job.out, ignore_errors=True)
    print(f"{way}: {len(job.regions)} regions ...", end=" ", flush=True)
    file = job.save(scratch / "job.json")
    cost = spend([sys.executable, str(HERE / "ways.py"), way, str(file)], Path(job.root), scratch / "log", usual(way))
    print(f"{cost.wall:.1f} s, {cost.cpu:.1f} CPU seconds, {cost.peak_mb:.0f} MB, load before {cost.load}", flush=True)
    run = {name: round(value, 2) if isinstance(value, float) else value for name, value in asdict(cost).items()}
    run.pop("memory")
    if way == "needs":
        run |= _steps(json.loads(Path(job.out, "told.json").read_text()))
    result["runs"].setdefault(way, []).append(run)
    result["sums"][way] = artefacts(job)
    shutil.rmtree(job.out)


def usual(way: str = "") -> dict[str, str]:
    """Return the environment of a user who has changed nothing: compiled imports are kept, and libraries choose for themselves.

    Plain Python has besides what the runner's own processes have before their first import.
    """
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("OPENBLAS_", "PYTHONDONTWRITE", "NEEDS_"))
    }
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    steady = {name: text for name, text in STEADY.items() if name != "PYTHONSAFEPATH"}
    return kept | (steady if way in ("plain", "forked") else {})


def _steps(told: list[tuple[str, str, str, float]]) -> dict[str, Any]:
    """Return seconds by notebook over all regions."""
    steps: dict[str, float] = {}
    for _, state, step, seconds in told:
        if state == "ends":
            steps[step] = round(steps.get(step, 0) + seconds, 1)
    return {"seconds_by_notebook": steps}


def _without_snakemake() -> str:
    """Make snakemake's environment where it is not there; return why there is none."""
    if not (TOOLS / "bin" / "snakemake").is_file():
        uv = [sys.executable, "-m", "uv"]
        wanted = ["-r", HERE / "snakemake" / "requirements.txt", "--python", TOOLS / "bin" / "python"]
        for command in ([*uv, "venv", "-q", "--clear", TOOLS], [*uv, "pip", "install", "-q", *wanted]):
            done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=REPOSITORY)
            if done.returncode:
                return f"cannot be installed: {(done.stderr.strip().splitlines() or ['no word why'])[-1][:120]}"
    return ""


def table(result: dict[str, Any]) -> str:
    """Return a result as Markdown."""
    question, runs = result["question"], result["runs"]
    count = question["regions"] * question["notebooks"]
    lines = [
        f"# {question['regions']} regions of {question['edition']}, {question['notebooks']} notebooks each, two at a time",
        f"{question['draws']} parameter draws of the flow, scenarios: {', '.join(question['scenarios']) or 'all'}; "
        "nothing rendered. Medians of the turns; memory is PSS of all processes.",
        sentence(result["machine"]) + ".",
        "| way | wall s | CPU s | peak MB | times as long as needs | beyond plain, a notebook: wall s | CPU s | turns | load |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines[-1] += "".join(f"\n{_row(way, runs, count)}" for way in WAYS if way in runs)
    lines[-1] += "".join(f"\n| {way} | {why} | | | | | | | |" for way, why in result["missing"].items())
    lines += ["\n".join(f"- {line}" for line in [*_verdicts(runs), _agreement(result["sums"])])]
    return "\n\n".join(lines) + "\n"


def _median(way: str, runs: dict[str, Any], what: str) -> float:
    return statistics.median(run[what] for run in runs[way])


def _ratio(way: str, other: str, runs: dict[str, Any], what: str = "wall") -> float:
    """Return a way over another: the median over the turns that have both."""
    return statistics.median(a[what] / b[what] for a, b in zip(runs[way], runs[other], strict=False))


def _row(way: str, runs: dict[str, Any], count: int) -> str:
    wall, cpu, peak = (_median(way, runs, what) for what in ("wall", "cpu", "peak_mb"))
    times = f"{_ratio(way, 'needs', runs):.2f}" if "needs" in runs else ""
    beyond = [""] * 2
    if "plain" in runs and way != "plain":
        beyond = [
            f"{(_median(way, runs, what) - _median('plain', runs, what)) / count:.2f}" for what in ("wall", "cpu")
        ]
    loads = ", ".join(str(run["load"]) for run in runs[way])
    cells = [way, f"{wall:.1f}", f"{cpu:.1f}", f"{peak:.0f}", times, *beyond, str(len(runs[way])), loads]
    return f"| {' | '.join(cells)} |"


def _verdicts(runs: dict[str, Any]) -> Iterable[str]:
    """Say what was asked, what was found, and how far any runner could go on this work."""
    for way, (least, asked) in ASKED.items():
        if way not in runs or "needs" not in runs:
            continue
        faster = least == "at least"
        found = _ratio(way, "needs", runs) if faster else _ratio("needs", way, runs)
        met = found >= asked if faster else found <= asked
        what = f"times as fast as {way}" if faster else f"times as long as {way}"
        yield f"{what}: asked {least} {asked:g}, found {found:.2f}: {'met' if met else 'NOT met'}"
        if faster and not met and "plain" in runs:
            most = _ratio(way, "plain", runs)
            share = 1 / _ratio(way, "plain", runs, "cpu")
            yield (
                f"the notebooks' own work is {share:.0%} of the CPU time of {way}, which no runner can save: one that "
                f"costs nothing at all would be {most:.2f} times as fast"
            )
    if "needs" in runs:
        peak = max(run["peak_mb"] for run in runs["needs"])
        yield f"peak memory: asked under {MOST_MB} MB, found {peak:.0f}: {'met' if peak < MOST_MB else 'NOT met'}"


def _agreement(sums: dict[str, dict[str, str]]) -> str:
    first = next(iter(sums.values()), {})
    same = [f"{way} {sum(found.get(name) == text for name, text in first.items())}" for way, found in sums.items()]
    return f"of {len(first)} notebooks give the same artefacts in all regions, bit by bit: {', '.join(same)}"


if __name__ == "__main__":
    main()
