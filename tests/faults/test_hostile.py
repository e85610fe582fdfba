"""Files that mean harm: refused at once, in little memory, with words that say what is wrong and do nothing to a terminal."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import tiny

from needs.data.geography import find_region
from needs.data.sidecar import read_sidecar
from needs.data.snapshot import Evidence
from needs.errors import DataError, NeedsError, NotebookError, ParamsError
from needs.params import yaml_text
from needs.params.branding import load_branding
from needs.params.load import load
from needs.run.trust import trusted

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
MERGES = "a0: &a0 {k: x}\n" + "".join(f"a{i}: &a{i}\n  <<: [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
COMMAND = "!!python/object/apply:os.system ['echo owned > owned']"
YAML = {
    "a billion laughs": (LAUGHS, "line 5  there are more than 10,000 names and values, with those that are repeated"),
    "merges of merges": (MERGES, "line 9  there are more than 10,000 names and values, with those that are repeated"),
    "very many names": ("".join(f"k{i}: {i}\n" for i in range(9_000)), "line 5000  there are more than 10,000 names"),
    "itself": ("a: &a {b: *a}\n", "line 1  *a stands inside what it repeats"),
    "one anchor twice": ("a: &a 1\nb: &a 2\n", "line 2  the anchor &a stands there twice"),
    "deep": ("a: " + "[" * 90_000, "nested too deep: more than 30 blocks in one another"),
    "deep blocks": ("\n".join(f"{' ' * i}a:" for i in range(300)), "nested too deep"),
    "a huge value": ("label: " + "x" * 3_000_000, "it has more than 200,000 bytes"),
    "a huge comment": ("#" + "x" * 3_000_000, "it has more than 200,000 bytes"),
    "a program": (f"label: {COMMAND}\n", "line 1  the tag !!python/object/apply:os.system is not allowed here"),
    "a tag of its own": ("%TAG ! tag:x,2000:\n---\na: !foo 1\n", "line 3  the tag tag:x,2000:foo is not allowed here"),
    "a name twice": ("label: a\nlabel: b\n", 'line 2  found duplicate key "label"'),
    "a number without end": ("label: " + "9" * 5_000, "line 1  a value cannot be read: Exceeds the limit"),
    "a day of no month": ("label: 2024-13-45\n", "line 1  a value cannot be read: month must be in 1..12"),
    "two documents": ("a: 1\n---\nb: 2\n", "line 2  but found another document"),
}  # fmt: skip
READERS = (
    "params/2023-24/london.yaml",
    "mine.yaml",
    "params/2023-24/footprints.yaml",
    "params/branding.yaml",
    "own.yaml",
)
READ = """
import resource, sys
from pathlib import Path
from needs.data.sidecar import read_sidecar
from needs.errors import NeedsError
from needs.params.branding import load_branding
from needs.params.footprints import read_footprints
from needs.params.load import load
root, tests = Path(sys.argv[1]), sys.argv[2:]
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
read = {
    "params/2023-24/london.yaml": lambda path: load("2023-24", "london", root),
    "mine.yaml": lambda path: load("2023-24", "london", root, [str(path)]),
    "params/2023-24/footprints.yaml": lambda path: read_footprints("2023-24", root),
    "params/branding.yaml": lambda path: load_branding(root),
    "own.yaml": lambda path: read_sidecar(path),
}
for folder in sorted(Path("hostile").iterdir(), key=lambda path: int(path.name)):
    for name, reader in read.items():
        path = root / name
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(folder.read_bytes())
        try:
            reader(path)
            said = "accepted"
        except NeedsError as error:
            said = str(error)
        path.write_bytes(before) if before is not None else path.unlink()
        print(repr(said), flush=True)
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return tiny.project(tmp_path_factory.mktemp("project") / "p")


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_yaml_that_unfolds_or_acts_is_refused_by_every_reader_in_a_gigabyte(root, tmp_path):
    (tmp_path / "hostile").mkdir()
    for number, (text, _) in enumerate(YAML.values()):
        (tmp_path / "hostile" / str(number)).write_text(text)
    told = [sys.executable, "-c", READ, str(root)]
    ended = subprocess.run(told, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    said = [eval(line) for line in ended.stdout.splitlines()]
    asked = [(name, reader, what) for name, (_, what) in YAML.items() for reader in READERS]
    assert [(n, r) for (n, r, what), each in zip(asked, said, strict=True) if what not in each] == []
    assert max(map(len, said)) < 1_000
    assert list(tmp_path.rglob("owned")) == []


def test_a_pipe_or_a_device_is_no_file_of_parameters(root):
    path = root / "params" / "2023-24" / "midlands.yaml"
    path.symlink_to("/dev/zero")
    assert "midlands.yaml" not in str(load("2023-24", "midlands", root))
    path.unlink()
    os.mkfifo(path)
    load("2023-24", "midlands", root)
    path.unlink()
    with pytest.raises(yaml_text.Unreadable, match="it is no file"):
        yaml_text.read_yaml(Path("/dev/zero"))


def test_an_error_does_nothing_to_the_terminal_it_is_shown_on(tmp_path):
    path = tmp_path / "params" / "branding.yaml"
    path.parent.mkdir()
    path.write_text('"\\e]0;owned\\a": 1\n"b\\u202Eda": 2\n"two\\u2028lines\\r": 3\n')
    with pytest.raises(ParamsError) as caught:
        load_branding(tmp_path)
    said = str(caught.value)
    assert "?]0;owned?: not a parameter" in said
    assert "b?da: not a parameter" in said
    assert all(line.isprintable() for line in said.split("\n"))


def test_an_error_of_very_many_problems_is_not_endless():
    said = str(NeedsError("x", ["y" * 10_000] * 10_000))
    assert said.startswith("x: 10000 problems\n")
    assert "and 9,800 more" in said
    assert len(said) < 500_000


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "2023-24/../../secret", "..\\secret"])
def test_names_of_regions_editions_and_tables_stay_in_their_folders(root, name):
    (root / "secret.csv").write_text("a\n1\n")
    (root / "secret.yaml").write_text("a: 1\n")
    for edition, region in ((name, "london"), ("2023-24", name)):
        with pytest.raises(ParamsError):
            find_region(region, edition, root)
    evidence = Evidence.open("2023-24", root)
    with pytest.raises(DataError, match="has no table"):
        evidence.table(name)


def test_an_archive_of_a_projection_is_not_unfolded_past_its_bounds(root):
    folder = root / "data_raw" / "projections"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as part:
        for _ in range(60):
            part.write(b"E40000003,males,18+,3334222\n" * (1_000_000 // 28))
    assert len(stream.getvalue()) < 1_000_000
    (folder / "bomb.zip").write_bytes(stream.getvalue())
    from needs.data.projection_rows import read_groups

    with pytest.raises(DataError, match=r"it holds 59,\d+,\d+ bytes of text; up to 50,000,000 are read"):
        read_groups(folder / "bomb.zip", {}, set())


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "javascript://x.org/%0aalert(1)", "file:///etc/passwd", "data:a,b"]
)
def test_the_address_of_a_source_is_one_of_the_web(tmp_path, address):
    from needs.report.bibliography import Bibliography

    cited = {"publisher": "A", "title": "B", "date": "2024", "licence": "OGL", "url": address}
    path = tmp_path / "own.yaml"
    path.write_text(f"title: A\nsha256: {'0' * 64}\nstatus: []\ncaveats: []\nsources: {{a: {cited}}}\n")
    with pytest.raises(DataError, match="an address begins with https:// or http://"):
        read_sidecar(path)
    book = Bibliography({"a/b#a": cited | {"table": "b"}})
    assert "url" not in book.bibtex(["a/b#a"])


def test_a_notebook_that_leads_out_of_the_project_is_not_run(tmp_path):
    root = tiny.project(tmp_path / "p")
    outside = tiny.write_notebook(tmp_path / "mail.ipynb", {"num-demand": "open('owned', 'w')"})
    (root / "notebooks" / "demand.ipynb").unlink()
    (root / "notebooks" / "demand.ipynb").symlink_to(outside)
    with pytest.raises(NotebookError) as caught:
        tiny.plan.run_region(tiny.request(root, root / "build"), tiny.publish, root)
    assert f"notebooks/demand.ipynb  is a link to {outside}, outside the project" in str(caught.value)
    assert "then add --trust" in str(caught.value)
    assert not (root / "build").exists()
    assert trusted(root, trust=True) == root
    (root / "notebooks" / "demand.ipynb").unlink()
    (root / "reports" / "theme").rename(tmp_path / "theme")
    (root / "reports" / "theme").symlink_to(tmp_path / "theme")
    with pytest.raises(NotebookError, match="reports/theme  is a link to"):
        trusted(root)


def test_a_folder_that_was_found_runs_only_the_programs_that_are_known(tmp_path, monkeypatch):
    known, found = tiny.project(tmp_path / "known"), tiny.project(tmp_path / "found")
    monkeypatch.chdir(found)
    monkeypatch.delenv("NEEDS_PROJECT", raising=False)
    assert trusted(own=known) == found  # other figures are no other programs
    for name, text in {"notebooks/pandas.py": "1", "notebooks/costs.ipynb": "{}", "reports/filters/a.lua": "1"}.items():
        before = (found / name).read_text() if (found / name).exists() else None
        (found / name).write_text(text)
        with pytest.raises(NotebookError, match=f"{name}  is not the one in {known}"):
            trusted(own=known)
        assert trusted(trust=True, own=known) == found
        (found / name).unlink() if before is None else (found / name).write_bytes(before.replace("\n", "\r\n").encode())
    assert trusted(own=known) == found
    with pytest.raises(NotebookError, match="this needs was installed without a project"):
        trusted(own=tmp_path)


def test_the_command_refuses_a_project_that_came_by_mail(tmp_path):
    root = tiny.project(tmp_path / "p", population_and_need={"num-people": "open('owned', 'w')"})
    told = [sys.executable, "-c", "from needs.cli import main; main()", "run", "london", "--formats", "html"]
    for folder, environment in ((root, {}), (tmp_path, {"NEEDS_PROJECT": str(root)})):
        ended = subprocess.run(
            told, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert ended.returncode == 12
        assert "programs from outside the project are not run: 6 problems" in ended.stderr
        assert "--trust" in ended.stderr
    assert list(tmp_path.rglob("owned")) == []


@pytest.mark.skipif(not tiny.pool.lane.available(), reason="there is no fork here")
def test_a_module_beside_the_user_is_not_taken_for_one_of_pythons(tmp_path):
    root = tiny.project(tmp_path / "p", population_and_need={"num-people": "1 / 0"})
    for name in ("multiprocessing", "random", "signal", "nbformat", "needs"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'owned')!r}, 'w')")
    command = [str(Path(sys.executable).with_name("needs")), "run", "london", "--trust", "--formats", "html"]
    environment = os.environ | {"NEEDS_PROJECT": str(root)}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert "ZeroDivisionError" in ended.stderr
    assert not (tmp_path / "owned").exists()
