"""Reading age: syllables by rule, sentences by their ends, and no numbers, tables or source lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from needs.report.audit.reading import WHOLE, prose, reading, readings, syllables

COUNTED = {
    1: "wait bed stays closed change used rule the be see three free those rates scales aged months wished one",
    2: "secure patients people region published prison changes places needed wanted table tables women adults budget average "
    "longer because modelled being every figure settled beyond cases safely statement equal million opened judgement",
    3: "area assessment intervals services hospital medium expected different several annual quality element clinical ideas "
    "autism settlement various employee medical period",
    4: "population community estimated occupancy parameters uncertainty allocation ethnicity deprivation available security "
    "commissioners reinvestment experience reliable material psychiatry situation",
    5: "disability collaboratives individual",
    6: "deterioration",
}


def test_syllables_are_right_for_the_words_of_reports() -> None:
    told = {word: number for number, words in COUNTED.items() for word in words.split()}
    found = {word: syllables(word) for word in told}
    wrong = {word for word in told if found[word] != told[word]}
    assert len(wrong) <= 0.05 * len(told), wrong
    assert abs(sum(found.values()) / sum(told.values()) - 1) < 0.01, "neither too many nor too few"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("About 40 (30 to 50) people wait.", "About people wait."),
        ("It costs £2.1 million (£1 million to £3 million) more.", "It costs million more."),
        ("See @tbl-x, and [28]{.fixed} days (@sec-need).", "See, and days ."),
        ("A *plain* [link](https://example.org) and `code`.", "A plain link and ."),
        ("| a |\n|---|\n| b |\n\n: A caption {#tbl-x}\n\nText.", "Text."),
        ('![A caption](a.svg){#fig-x fig-alt="Bars"}\n\nText.', "Text."),
        ("::: {.source}\nSource: x.\n:::\n\nText.", "Text."),
        ("::: {.band}\nPeople\n\n:   **5**\n:::\n\nText.", "Text."),
        ("::: {.callout-note icon=false}\nRead this.\n:::", "Read this."),
        ("Tier\n:   A hospital.", "A hospital."),
        ("- One.\n- Two.", "One.\nTwo."),
    ],
)
def test_what_is_read(source: str, told: str) -> None:
    assert prose(f"## Need\n\n{source}\n")["Need"] == told


def test_known_grades() -> None:
    """Ten words of one syllable in a sentence: 0.39 x 10 + 11.8 x 1 - 15.59 = 0.11, and five years before school."""
    plain = "The man who runs with the dog went home late. " * 10
    assert reading(plain).age == pytest.approx(5.11, abs=1e-9)
    assert reading(plain.replace("late", "today")).age == pytest.approx(5.11 + 1.18, abs=1e-9)
    assert reading(plain).told == "5.1 years (10 words a sentence)"


def test_chapters_and_the_whole(tmp_path: Path) -> None:
    text = "The beds are full. People wait for a place. " * 10
    source = tmp_path / "report.qmd"
    source.write_text(f"---\ntitle: x\n---\n\n{text}\n\n## Need\n\n{text}\n\n### More\n\n{text}\n", encoding="utf-8")
    found = readings(source)
    assert list(found) == [WHOLE, "opening", "Need"]
    assert [read.words for read in found.values()] == [270, 90, 180]
