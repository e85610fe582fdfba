"""Which modules of needs a notebook runs: those that it imports, and those that they import, wherever the import stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import needs

__all__ = ["modules_of", "reads_parameters_only_to_open"]

PACKAGE = Path(needs.__file__).parent

_ROUNDABOUT = {
    "In", "_ih", "__import__", "__main__", "builtins", "eval", "exec", "get_ipython", "globals", "importlib", "inspect",
    "locals", "needs", "runpy", "sys", "vars",
}  # fmt: skip
"""Names by which a cell can come to anything, in ways that its words do not tell."""


def modules_of(sources: Iterable[str]) -> frozenset[Path]:
    """Return the files of the package that Python sources import, directly or not.

    Parameters
    ----------
    sources : iterable of str
        Code of a notebook's cells, or of modules.

    Returns
    -------
    frozenset of Path
        Files of modules, and of the packages that they are in. What cannot be parsed, such as a magic, or uses names such
        as ``importlib`` may import all.

    Examples
    --------
    >>> sorted(path.name for path in modules_of(["from needs.values import Estimate"]))
    ['__init__.py', 'values.py']
    >>> len(modules_of(["%run other.py"])) > 200
    True
    """
    found: set[Path] = set()
    waiting: list[Path] = []
    for source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return frozenset(PACKAGE.rglob("*.py"))
        if _names(tree) & _ROUNDABOUT:
            return frozenset(PACKAGE.rglob("*.py"))
        waiting += _imported(tree)
    while waiting:
        if (path := waiting.pop()) not in found:
            found.add(path)
            waiting += _imports(path)
    return frozenset(found)


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    return tuple(_imported(ast.parse(path.read_bytes())))


def _imported(tree: ast.AST) -> Iterator[Path]:
    """Give the files that the imports of a tree name, with those of the packages around them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield from _files(name.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                yield from _files(f"{node.module}.{name.name}")


def _files(name: str) -> Iterator[Path]:
    """Give the files of a dotted name: of its packages, and of the module, as far as they are ones."""
    first, *rest = name.split(".")
    if first != PACKAGE.name:
        return
    place = PACKAGE
    yield place / "__init__.py"
    for part in rest:
        place /= part
        if (place / "__init__.py").is_file():
            yield place / "__init__.py"
        elif place.with_suffix(".py").is_file():
            yield place.with_suffix(".py")
            return
        else:
            return


def reads_parameters_only_to_open(sources: Iterable[str]) -> bool:
    """Say whether cells use the name ``parameters`` for nothing but ``Inputs.open(parameters)``.

    Only then do the fields that are read tell all that a notebook knows of its parameters.

    Examples
    --------
    >>> reads_parameters_only_to_open(["parameters = '{}'", "inputs = Inputs.open(parameters)"])
    True
    >>> reads_parameters_only_to_open(["print(parameters)"]), reads_parameters_only_to_open(["globals()"])
    (False, False)
    """
    trees = []
    for source in sources:
        try:
            trees.append(ast.parse(source))
        except SyntaxError:
            return False
    nodes = [node for tree in trees for node in ast.walk(tree)]
    opened = {id(node.args[0]) for node in nodes if isinstance(node, ast.Call) and _opens(node)}
    if any(_names(tree) & _ROUNDABOUT for tree in trees):
        return False
    named = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return not any(node.id == "parameters" and id(node) not in opened for node in named)


def _names(tree: ast.AST) -> set[str]:
    """Return the names that a tree uses, and the modules that it imports by themselves."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return used | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


def _opens(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "open"
        and isinstance(function.value, ast.Name)
        and function.value.id == "Inputs"
        and len(call.args) == 1
    )
