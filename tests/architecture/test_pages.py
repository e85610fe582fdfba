"""The generated pages of docs/ are in step with the code: `make docs` rewrites them."""

import json

import click
import pytest

from needs.cli import needs
from needs.data import log
from needs.data.service import document
from needs.data.service import schema as service
from needs.params import schema
from needs.project import project_root


def commands() -> str:
    """Write the commands page from the command line itself."""
    lines = ["# Commands", "", "Made from the command line by `make docs`; do not edit.", ""]

    def visit(command: click.Command, name: str, parent: click.Context | None) -> None:
        context = click.Context(command, parent, name, terminal_width=100, **command.context_settings)
        lines.extend([f"## {context.command_path}", "", "```text", command.get_help(context), "```", ""])
        for child, inner in getattr(command, "commands", {}).items():
            visit(inner, child, context)

    visit(needs, "needs", None)
    return "\n".join(lines)


PAGES = {
    "docs/assumptions.md": schema.assumptions_page,
    "docs/commands.md": commands,
    "docs/data-log.md": log.page,
    "docs/data-set.md": document.document,
    "docs/data-set.schema.json": lambda: json.dumps(service.json_schema(), indent=2, ensure_ascii=False) + "\n",
    "docs/parameters.md": schema.page,
    "docs/parameters.schema.json": schema.json_schema,
}


@pytest.mark.parametrize("name", PAGES)
def test_in_step(name, request):
    made, path = PAGES[name](), project_root() / name
    if request.config.getoption("--update-docs"):
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made, "run make docs"
