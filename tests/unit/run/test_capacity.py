"""How many regions a machine carries, by processors, memory and the limit of a container."""

import pytest

from needs.run import capacity as room
from needs.run.capacity import NOTEBOOK, REGION, capacity


def test_no_more_regions_than_memory_carries_and_it_is_said(monkeypatch):
    monkeypatch.setattr(room, "cores", lambda: 8)
    able = capacity(10, free=3 * REGION + 1)
    assert able.jobs == 3
    assert able.note.startswith("3 regions at a time, not 8: ")
    assert capacity(2, free=100 * REGION) == room.Capacity(2, 50 * REGION)
    assert capacity(10, free=100 * REGION).jobs == 8


def test_what_was_asked_for_is_obeyed_and_a_notebook_has_what_it_needs():
    assert capacity(10, jobs=6, free=REGION) == room.Capacity(6, NOTEBOOK)
    assert capacity(4, jobs=6, free=400 * NOTEBOOK) == room.Capacity(4, 100 * NOTEBOOK)


def system(tmp_path, line, files):
    """Make what the system tells about groups of processes."""
    for path, text in {
        "proc/self/cgroup": line,
        **{f"sys/fs/cgroup/{name}": text for name, text in files.items()},
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("0::/a/b\n", {"a/memory.max": "9000\n", "a/memory.current": "5000\n", "a/memory.stat": "anon 1\ninactive_file 1000\n",
                       "a/b/memory.max": "max\n", "a/b/memory.current": "10\n", "a/b/memory.stat": ""}),
        ("7:pids:/x\n4:memory:/a\n0::/\n", {"memory/a/memory.limit_in_bytes": "9000", "memory/a/memory.usage_in_bytes": "5000",
                                            "memory/a/memory.stat": "total_inactive_file 1000\ninactive_file 7\n"}),
        ("4:cpu,memory:/not/seen/here\n", {"memory/memory.limit_in_bytes": "9000", "memory/memory.usage_in_bytes": "4000",
                                           "memory/memory.stat": ""}),
    ],
)  # fmt: skip
def test_limit_of_a_container(tmp_path, line, files):
    assert room.available(system(tmp_path, line, files)) == 5000


def test_no_limit(tmp_path):
    everything = room.available(tmp_path)
    assert everything > NOTEBOOK / 10
    assert room.available(system(tmp_path, "0::/\n", {"memory.max": "max\n"})) == pytest.approx(everything, rel=0.2)
