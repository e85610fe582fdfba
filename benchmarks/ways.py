"""Ways of running the notebooks of some regions, two at a time: ``python ways.py WAY JOB``.

needs      run_regions, every step, and a publisher that composes nothing
papermill  papermill's command line, once for each notebook
snakemake  the same commands as rules of benchmarks/snakemake/Snakefile
forked     plain Python with the imports done: a process forked for each notebook executes its cells
plain      the same in two processes that stay, so that what libraries keep in memory is found again
"""

from __future__ import annotations

import ast
import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from job import AT_A_TIME, REPOSITORY, Job

WAYS = ("needs", "papermill", "snakemake", "forked", "plain")
MIME = "application/vnd.needs.artefact+json"
TOOLS = REPOSITORY / "build" / "bench-venv"


def compose_nothing(folder: Path, formats: tuple[str, ...], renderer: str) -> dict[str, str]:  # noqa: ARG001
    """Stand in for composing and typesetting."""
    return {}


def needs(job: Job) -> None:
    """Run the regions as the command does, and keep what it told."""
    from needs.data.geography import find_region
    from needs.run.asking import ask
    from needs.run.plan import How
    from needs.run.pool import run_regions
    from needs.run.telling import Event

    root, told = Path(job.root), []
    regions = [find_region(slug, job.edition, root) for slug in job.regions]
    requests = ask(regions, ("html",), "auto", Path(job.out), job.scenarios, root, How(force=True))

    def hear(event: Event) -> None:
        told.append([event.region.slug, event.state, event.step, round(event.seconds, 3)])

    from ways import compose_nothing  # by its module's name, for workers to find

    outcomes = run_regions(requests, compose_nothing, AT_A_TIME, root, hear)
    Path(job.out, "told.json").write_text(json.dumps(told))
    if wrong := [outcome.error for outcome in outcomes if outcome.error]:
        raise SystemExit(str(wrong[0]))


def papermill(job: Job) -> None:
    """Run papermill's command for each notebook, two at a time."""
    cells = [(region, name) for region in job.regions for name in job.notebooks]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(partial(_command, job), cells))


def _command(job: Job, what: tuple[str, str]) -> None:
    region, name = what
    done = Path(job.out, region, f"{name}.ipynb")
    done.parent.mkdir(parents=True, exist_ok=True)
    notebook = Path(job.root, "notebooks", f"{name}.ipynb")
    told = Path(job.parameters, f"{region}.json").read_text()
    subprocess.run(["papermill", notebook, done, "-p", "parameters", told, "--cwd", notebook.parent], check=True)  # noqa: S607


def snakemake(job: Job) -> None:
    """Let snakemake run the same commands."""
    Path(job.out).mkdir(parents=True, exist_ok=True)
    file = job.save(Path(job.out, "job.json"))
    rules = REPOSITORY / "benchmarks" / "snakemake" / "Snakefile"
    command = [TOOLS / "bin" / "snakemake", f"-j{AT_A_TIME}", "-s", rules, "--directory", job.out]
    subprocess.run([*command, "--config", f"job={file}"], check=True)


def plain(job: Job, tasks: int | None = None) -> None:
    """Execute the cells of each notebook with nothing around them."""
    import needs.methods.flow_kernel
    import needs.run.preload  # noqa: F401 (an import is not part of the work)

    os.environ["NEEDS_PROJECT"] = job.root
    os.chdir(Path(job.root, "notebooks"))
    cells = [(region, name) for region in job.regions for name in job.notebooks]
    with multiprocessing.get_context("fork").Pool(AT_A_TIME, maxtasksperchild=tasks) as pool:
        pool.map(partial(_executed, job), cells, chunksize=1)


def _executed(job: Job, what: tuple[str, str]) -> None:
    """Execute the cells of a notebook, make what each shows, and write only what it adds up to."""
    region, name = what
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = {}
    for cell in json.loads(Path(job.root, "notebooks", f"{name}.ipynb").read_text())["cells"]:
        if cell["cell_type"] != "code":
            continue
        told = Path(job.parameters, f"{region}.json").read_text()
        source = f"parameters = {told!r}" if cell["id"] == "parameters" else "".join(cell["source"])
        value = _last(ast.parse(source), names)
        if hasattr(value, "_repr_mimebundle_"):
            shown[cell["id"]] = _sum(value._repr_mimebundle_())
    done = Path(job.out, region, f"{name}.json")
    done.parent.mkdir(parents=True, exist_ok=True)
    done.write_text(json.dumps(shown))


def _last(source: ast.Module, names: dict[str, Any]) -> Any:
    """Execute a cell and return the value of its last line."""
    ends = source.body and isinstance(source.body[-1], ast.Expr)
    last = [source.body.pop()] if ends else []
    exec(compile(source, "cell", "exec"), names)  # noqa: S102 (the project's own notebooks)
    return eval(compile(ast.Expression(last[0].value), "cell", "eval"), names) if last else None  # noqa: S307


def _sum(bundle: Mapping[str, Any]) -> str:
    return sha256(json.dumps(bundle[MIME], sort_keys=True).encode()).hexdigest()


def artefacts(job: Job) -> dict[str, str]:
    """Return a sum of the artefacts of each notebook over all regions, in their order."""
    found = {}
    for name in job.notebooks:
        sums = [_sums(json.loads(file.read_text())) for file in _made(job, name)]
        found[name] = sha256(json.dumps(sums).encode()).hexdigest()[:16]
    return found


def _made(job: Job, name: str) -> Iterator[Path]:
    """Give what a way made of a notebook, region by region."""
    for region in job.regions:
        places = [Path(job.out, region), Path(job.out, job.edition, region, "notebooks")]
        yield next(file for place in places for file in place.glob(f"{name}.*"))


def _sums(content: dict[str, Any]) -> list[tuple[str, str]]:
    if "cells" not in content:
        return list(content.items())
    outputs = [(cell["id"], output.get("data", {})) for cell in content["cells"] for output in cell.get("outputs", [])]
    return [(cell, _sum(data)) for cell, data in outputs if MIME in data]


if __name__ == "__main__":
    way, job = sys.argv[1], Job.open(Path(sys.argv[2]))
    ways = {
        "needs": needs,
        "papermill": papermill,
        "snakemake": snakemake,
        "forked": partial(plain, tasks=1),
        "plain": plain,
    }
    ways[way](job)
