"""Examples in the guides run as they stand and print what the guides say."""

import re

import pytest

from needs.project import project_root

GUIDES = {
    name: (project_root() / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("compare", "demand", "flow", "money")
}
EXAMPLES = {
    f"{name} {number}": example
    for name, guide in GUIDES.items()
    for number, example in enumerate(re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", guide, re.DOTALL))
}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_example_says_what_it_prints(guide):
    shown = [name for name in EXAMPLES if name.startswith(f"{guide} ")]
    assert len(shown) == GUIDES[guide].count("```python") > 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name, capsys):
    code, printed = EXAMPLES[name]
    exec(code, {})
    assert capsys.readouterr().out == printed
