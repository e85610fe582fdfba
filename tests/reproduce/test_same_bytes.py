"""Two runs give the same bytes, wherever, whenever and however many at a time."""

import os
import subprocess
import sys

import tiny

CELLS = {
    "told": "import datetime, locale, os, time\nlocale.setlocale(locale.LC_ALL, '')\n"
    "print({'high', 'medium', 'low'}, time.strftime('%H %A', time.localtime(0)), object(), os.getcwd())\n"
    "print([os.environ.get(name) for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS')])",
    "num-people": tiny.shows("number"),
}
"""What a notebook can see of who runs it: hash seed, locale, time zone, folder, threads."""

OTHER = {
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "7",
    "OMP_NUM_THREADS": "4",
    "OPENBLAS_NUM_THREADS": "4",
    "NUMBA_NUM_THREADS": "2",
}


def run(root, out, cwd, *regions, **environment):
    command = [sys.executable, tiny.__file__, str(root), str(out), *regions]
    subprocess.run(command, cwd=cwd, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    files = {path.relative_to(out): path for path in sorted(out.rglob("*")) if path.is_file()}
    return {place: path.read_bytes() for place, path in files.items() if not str(place.name).startswith(".")}


def test_same_bytes_from_another_folder_time_zone_locale_hash_seed_and_number_of_workers_and_threads(tmp_path):
    root = tiny.project(tmp_path / "p", population_and_need=CELLS)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    both = run(root, tmp_path / "first", root, "london", "midlands", PYTHONHASHSEED="0")
    alone = run(root, tmp_path / "second", elsewhere, "london", HOME=str(elsewhere), **OTHER)
    assert alone == {path: content for path, content in both.items() if "midlands" not in str(path)}
    assert "2023-24/london/manifest.json" in map(str, alone)
    here = [name for name, content in both.items() if os.fsencode(tmp_path) in content]
    assert here == []
