"""Examples in the guide run as they stand and print what the guide says."""

import re

import pytest

from needs.project import project_root

GUIDE = (project_root() / "docs" / "demand.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", GUIDE, re.DOTALL)


def test_every_example_says_what_it_prints():
    assert len(EXAMPLES) == GUIDE.count("```python") > 0


@pytest.mark.parametrize(("code", "printed"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_example(code, printed, capsys):
    exec(code, {})
    assert capsys.readouterr().out == printed
