"""Two million stays of a made-up country: read, checked, linked and summed up, two ways with the same answer.

    needs    needs.data.service.read_table (every cell against the definition), needs.methods.service.linking.link, a group-by
    plain    what a user would write with pandas: read_csv with types, parsed dates, isin for every list of words, bounds,
             sort and shift within the person for pathways, the same group-by

Run: ``python benchmarks/service.py [rows]``. Each way runs in its own process: wall and CPU seconds of its parts (imports and
the making of the file left out), and the peak memory of the process. The plain way only counts what is wrong; it forgives
nothing, names no row, and knows no rule of linking but the gap.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from needs.dataset import table

STAYS = table("stays")
SEED = 2011
SINCE, UNTIL = np.datetime64("2005-04-01"), np.datetime64("2024-03-31")
TIERS = np.array(["high", "medium", "low", "step_down"])
GAP = 3  # days between two stays of one pathway, as methods.linking has it


def make(path: Path, rows: int) -> None:
    """Write the file: people with one to five stays, a third of moves after a time outside; no two overlap."""
    rng = np.random.default_rng(SEED)
    people = rows  # more than enough, as some begin after the last day
    steps = rng.integers(1, 6, people)
    person = np.repeat(np.arange(people), steps)[: 2 * rows]
    begins = np.append(True, person[1:] != person[:-1])
    length = np.maximum(rng.gamma(1.2, 350, len(person)).astype(int), 8)
    gap = np.where(
        rng.random(len(person)) < 2 / 3, rng.integers(0, GAP + 1, len(person)), rng.integers(60, 900, len(person))
    )
    gap[begins] = rng.integers(0, 6_500, begins.sum())
    before = np.cumsum(gap + np.append(0, length[:-1]))
    begin = before - np.repeat((before - gap)[begins], np.bincount(person)[np.unique(person)])
    admitted = SINCE + begin
    end = admitted + length
    there = np.flatnonzero(admitted <= UNTIL)[:rows]
    person, admitted, end, step = person[there], admitted[there], end[there], there % 400
    ended = end <= UNTIL
    words: dict[str, Any] = {
        c.name: rng.choice(np.array(c.words), len(there)) for c in STAYS.columns if c.form == "code"
    }
    text = np.datetime_as_string
    columns = words | {
        "person_key": np.char.add("K", (person * 7_919 % 10_000_019).astype(str)),
        "home_icb": np.char.add("Q", rng.integers(10, 52, len(there)).astype(str)),
        "unit": np.char.add("Unit ", step.astype(str)),
        "provider": np.char.add("Provider ", (step % 60).astype(str)),
        "tier": rng.choice(TIERS, len(there), p=[0.1, 0.4, 0.4, 0.1]),
        "age": rng.integers(18, 80, len(there)).astype(str),
        "deprivation_tenth": rng.integers(1, 11, len(there)).astype(str),
        "admitted": text(admitted),
        "discharged": np.where(ended, text(end), ""),
        "destination": np.where(ended, "discharge", ""),
        "clinically_ready": np.where(rng.random(len(there)) < 0.3, text(admitted + (end - admitted) // 2), ""),
        "delay_reason": np.where(rng.random(len(there)) < 0.1, words["delay_reason"], ""),
    }
    order = np.argsort(admitted, kind="stable")
    laid_out = pa.table({name: pa.array(columns[name][order]) for name in STAYS.names})
    csv.write_csv(laid_out, path, csv.WriteOptions(quoting_style="none"))


def summed_up(stays: pd.DataFrame) -> pd.DataFrame:
    """Return stays, the median stay and bed-days by tier and year of admission."""
    years = stays["admitted"].dt.year.rename("year")
    grouped = stays.groupby([stays["tier"].astype(str), years])["los_days"]
    return grouped.agg(stays="size", median="median", bed_days="sum")


def needs(path: Path, clock: list[float]) -> tuple[int, pd.DataFrame]:
    """Read, link and sum up with the toolkit."""
    from needs.data.service import read_table
    from needs.methods.service.linking import link

    clock.append(time.perf_counter())
    stays = read_table(path, STAYS)
    clock.append(time.perf_counter())
    linked = link(stays, pd.Timestamp(SINCE), pd.Timestamp(UNTIL))
    clock.append(time.perf_counter())
    found = len(linked.pathways), summed_up(linked.stays)
    clock.append(time.perf_counter())
    return found


def plain(path: Path, clock: list[float]) -> tuple[int, pd.DataFrame]:
    """Do the same as a script of an analyst would."""
    clock.append(time.perf_counter())
    days = ["admitted", "discharged", "clinically_ready"]
    text = {c.name: str for c in STAYS.columns if c.form not in ("date", "whole")}
    stays = pd.read_csv(path, dtype=text, parse_dates=days, date_format="%Y-%m-%d")
    wrong = 0
    for column in STAYS.columns:
        cells = stays[column.name]
        if column.codes:
            wrong += int((~cells.isin(column.words) & cells.notna()).sum())
        if column.form == "whole":
            wrong += int(((cells < column.lowest) | (cells > column.highest)).sum())
        if column.required:
            wrong += int(cells.isna().sum())
        if column.name == "person_key":
            wrong += int(cells.str.fullmatch(r"\d{10}").sum() + (cells.str.len() > 64).sum())
    if wrong:
        raise SystemExit(f"{wrong} cells are wrong")
    clock.append(time.perf_counter())
    stays = stays.sort_values(["person_key", "admitted"])
    until = pd.Timestamp(UNTIL)
    stays["end"] = stays["discharged"].fillna(until)
    stays["los_days"] = (stays["end"] - stays["admitted"]).dt.days
    previous = stays.groupby("person_key")["end"].shift()
    stays["pathway"] = (~((stays["admitted"] - previous).dt.days <= GAP)).cumsum()
    pathways = stays.groupby("pathway").agg(
        started=("admitted", "first"), ended=("end", "last"), first=("tier", "first"), last=("tier", "last"),
        stays=("tier", "size"),
    )  # fmt: skip
    clock.append(time.perf_counter())
    found = len(pathways), summed_up(stays)
    clock.append(time.perf_counter())
    return found


WAYS = {"needs": needs, "plain": plain}


def measure(way: str, path: Path) -> dict[str, Any]:
    """Run one way once and say how long each part took, the CPU seconds, the peak and the answer."""
    import pandera.pandas  # noqa: F401 (an import is not part of the calculation)

    import needs.data.service
    import needs.methods.service.linking  # noqa: F401

    before, clock = time.process_time(), []
    pathways, summary = WAYS[way](path, clock)
    cpu = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"parts": np.diff(clock).tolist(), "seconds": clock[-1] - clock[0], "cpu": cpu, "peak_mb": peak,
            "pathways": pathways, "summary": summary.to_numpy().ravel().tolist()}  # fmt: skip


def main(rows: int) -> None:
    """Make the file, run each way in its own process, check that they agree, and print the ratios."""
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stays.csv"
        subprocess.run(
            [sys.executable, __file__, str(path), "make", str(rows)], check=True
        )  # its memory is not a way's
        size = path.stat().st_size / 1e6
        for way in WAYS:
            done = subprocess.run(
                [sys.executable, __file__, str(path), way], stdout=subprocess.PIPE, text=True, check=True
            )
            results[way] = json.loads(done.stdout)
    first, other = results["needs"], results["plain"]
    if first["pathways"] != other["pathways"] or not np.allclose(first["summary"], other["summary"]):
        raise SystemExit("the two ways disagree")
    print(f"{rows:,} stays, {size:.0f} MB; {first['pathways']:,} pathways; both ways give the same numbers")
    print(f"{'':8}{'read':>8}{'link':>8}{'sum up':>8}{'wall s':>9}{'CPU s':>8}{'peak MB':>9}{'times as long':>15}")
    for way, result in results.items():
        parts = "".join(f"{part:8.1f}" for part in result["parts"])
        ratio = result["seconds"] / first["seconds"]
        print(f"{way:8}{parts}{result['seconds']:9.1f}{result['cpu']:8.1f}{result['peak_mb']:9.0f}{ratio:15.2f}")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        make(Path(sys.argv[1]), int(sys.argv[3]))
    elif len(sys.argv) > 2:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[1]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
