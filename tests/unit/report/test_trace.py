"""A number that nothing accounts for is found; one that is marked or known is not."""

from __future__ import annotations

import pytest

from needs.report.audit.trace import untraced_numbers

KNOWN = [
    {"number": {"text": "1,030", "interval": "880 to 1,210"}},
    {"edition": "2023-24", "versions": {"needs": "0.1.0"}},
]


@pytest.mark.parametrize(
    "text",
    [
        "We expect 1,030 (880 to 1,210).",
        "Edition 2023-24 with needs 0.1.0.",
        "The standard is [28]{.fixed} days; see @fig-top10 and @src-ons-2019.",
        "The file `artefacts/num-99.csv` and `needs run --all 77`.",
        '![Bars](artefacts/fig-44.svg){#fig-44 fig-alt="Bars, \\"55\\" and 66"}',
        "## Title {#sec-12}",
        "1. First\n2. Second",
        "[text](https://example.org/2019)",
    ],
)
def test_accounted_for(text: str) -> None:
    assert untraced_numbers(text, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("We expect 1,031.", "1,031"),
        ("About 103 people.", "103"),
        ("Costs £2.5bn.", "2.5"),
        ("A share of 12%.", "12%"),
        ("[28]{.other} days", "28"),
        ("**7** people", "7"),
    ],
)
def test_not_accounted_for(text: str, number: str) -> None:
    (problem,) = untraced_numbers(f"First line.\n\n{text}", KNOWN)
    assert problem.where == "line 3"
    assert problem.what.startswith(f"{number} comes from no artefact")


def test_a_count_does_not_vouch_for_a_share() -> None:
    known = [{"number": {"text": "12", "interval": "9% to 16.0%"}}]
    assert untraced_numbers("About 9% to 16% of 12 people, or 9 of them.", known) == []
    assert [problem.what[:3] for problem in untraced_numbers("About 12% wait.", known)] == ["12%"]
