"""What stands for the code of a run: files that are read, not what a compiler leaves beside them."""

from needs.run.manifest import tree


def test_compiled_and_hidden_files_are_no_code(tmp_path):
    for name in ("a.py", "__pycache__/a.cpython-311.pyc", "__pycache__/a.run-9.py311.nbi", ".cache/b.py", "c/d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [path.relative_to(tmp_path).as_posix() for path in tree(tmp_path)] == ["a.py", "c/d.py"]
