"""Two runs give the same bytes, wherever, whenever and however many at a time."""

import os
import subprocess
import sys

import tiny

CELLS = {
    "told": "import datetime, locale, os, time\nlocale.setlocale(locale.LC_ALL, '')\n"
    "print({'high', 'medium', 'low'}, time.strftime('%H %A', time.localtime(0)), object(), os.getcwd())",
    "num-people": tiny.shows("number"),
}


def run(root, out, cwd, *regions, **environment):
    command = [sys.executable, tiny.__file__, str(root), str(out), *regions]
    subprocess.run(command, cwd=cwd, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    return {
        p.relative_to(out): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file() and "holder" not in p.name
    }


def test_same_bytes_from_another_folder_time_zone_locale_and_number_of_workers(tmp_path):
    root = tiny.project(tmp_path / "p", population_and_need=CELLS)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    both = run(root, tmp_path / "first", root, "london", "midlands")
    alone = run(
        *(root, tmp_path / "second", elsewhere, "london"),
        TZ="Asia/Tokyo",
        LC_ALL="C",
        PYTHONHASHSEED="7",
        OPENBLAS_NUM_THREADS="4",
        HOME=str(elsewhere),
    )
    assert alone == {path: content for path, content in both.items() if "midlands" not in str(path)}
    assert "2023-24/london/manifest.json" in map(str, alone)
    here = [name for name, content in both.items() if os.fsencode(tmp_path) in content]
    assert here == []
