"""The command `needs compare`: what it prints, where the page is, and how it ends."""

import pytest
from finished_runs import finish

from needs import cli
from needs.run import manifest


@pytest.fixture
def needs(capsys, monkeypatch, tmp_path):
    """Run a command beside a finished run of London; return exit code, output and errors."""
    monkeypatch.setattr(manifest, "code", lambda _root: {"src/needs/x.py": "00"})
    finish(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main(["compare", *arguments, "--out", str(tmp_path)])
        return end.value.code, *capsys.readouterr()

    return run


def test_steps_are_printed_with_the_path_of_the_page(needs, tmp_path):
    code, out, errors = needs("london", "london:single-assessment")
    assert (code, errors) == (0, "")
    page = tmp_path / "compare/london-2023-24--london-2023-24-single-assessment/comparison.html"
    assert out.splitlines()[-6:] == [
        "£ million a year at 2024-25 prices",
        "  As today            0.00",
        "  Beds in use        −3.00  (−5.00 to −1.00)",
        "  Empty funded beds  +1.00  (+0.50 to +1.40)",
        "  One assessment     −2.00  (−3.00 to 0.00)",
        str(page),
    ]
    assert out.startswith("For London, ‘One assessment’ saves £2.0 million a year")
    assert max(map(len, out.splitlines()[:-1])) <= 100
    assert "<svg" in page.read_text(encoding="utf-8") or "image/svg+xml" in page.read_text(encoding="utf-8")


def test_nothing_differs_from_itself(needs):
    assert needs("london", "london") == (0, "Nothing differs: both are London, edition 2023-24.\n", "")


def test_what_is_wrong_with_both_is_said_at_once(needs):
    code, out, errors = needs("midlands", "london:single-assesment", "--per-adult")
    assert (code, out) == (10, "")
    assert "midlands  there is no finished run in" in errors
    assert "Did you mean 'single-assessment'?" in errors
    assert "2 problems" in errors
    assert "Traceback" not in errors


def test_two_sides_are_needed(needs):
    code, _, errors = needs("london")
    assert code == 2
    assert "Missing argument 'B'" in errors
