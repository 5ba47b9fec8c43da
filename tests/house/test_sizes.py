"""No file, function or parameter list grows beyond what can be read at once."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.house.statements import inside

from tacit.cli.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "benchmarks", "scripts")

MAX_FILE = 400
MAX_FUNCTION = 60
MAX_PARAMETERS = 8

ALLOWED: dict[str, str] = {
    "src/tacit/captions/audit/api.py::audit": "one parameter per option of the command, each with its description",
    "src/tacit/captions/curate/api.py::curate": "one parameter per option of the command, each with its description",
    "src/tacit/studies/reporting_bias/api.py::reporting_bias": "one parameter per option of the command",
}
"""``file`` or ``file::function`` and why it may be larger. Best kept empty."""

COMMAND_FUNCTIONS = {f"src/{c.module.replace('.', '/')}.py::{c.function}" for c in COMMANDS.values()}
"""Typer declares one parameter per option of a command, and documents it there, so neither limit can hold for these."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every function with its qualified name, nested ones too."""
    for node in inside(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{prefix}{node.name}"
            if not isinstance(node, ast.ClassDef):
                yield name, node
            yield from functions(node, f"{name}.")
        else:
            yield from functions(node, prefix)


def lines_of(node: Function) -> int:
    """Lines from the ``def`` to the last one, docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters_of(node: Function) -> int:
    """Parameters that a caller can give, without ``self`` and ``cls``."""
    spec = node.args
    named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    named = named[1:] if named and named[0].arg in {"self", "cls"} else named
    return len(named) + sum(rest is not None for rest in (spec.vararg, spec.kwarg))


def too_large(source: str, where: str) -> list[str]:
    """What in a file is over a limit."""
    found = []
    length = len(source.splitlines())
    if length > MAX_FILE and where not in ALLOWED:
        found.append(f"{where}: {length} lines, at most {MAX_FILE}: split it")
    for name, node in functions(ast.parse(source, where)):
        place = f"{where}::{name}"
        if place in ALLOWED or place in COMMAND_FUNCTIONS:
            continue
        if lines_of(node) > MAX_FUNCTION:
            found.append(f"{place}: {lines_of(node)} lines, at most {MAX_FUNCTION}: split it")
        if parameters_of(node) > MAX_PARAMETERS:
            found.append(f"{place}: {parameters_of(node)} parameters, at most {MAX_PARAMETERS}: group them")
    return found


def sources() -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*found, ROOT / "bootstrap.py"]


def test_nothing_is_too_large() -> None:
    found = []
    for path in sources():
        found += too_large(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    assert found == []


def test_every_exception_is_needed_and_explained() -> None:
    for place, reason in ALLOWED.items():
        path, _, name = place.partition("::")
        assert (ROOT / path).is_file(), f"{place} is gone: take it off the list"
        assert not name or name in dict(functions(ast.parse((ROOT / path).read_text(encoding="utf-8"))))
        assert len(reason) > 20


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("x = 1\n" * MAX_FILE, 0),
        ("x = 1\n" * (MAX_FILE + 1), 1),
        ("def f():\n" + "    x = 1\n" * (MAX_FUNCTION - 1), 0),
        ("def f():\n" + "    x = 1\n" * MAX_FUNCTION, 1),
        ("class A:\n    def f(self, a, b, c, d, e, f, *, g, h): ...", 0),
        ("class A:\n    def f(self, a, b, c, d, e, f, *, g, **h): ...", 0),
        ("def f(a, b, c, d, /, e, f, *g, h, **i): ...", 1),
        ("async def f(a, b, c, d, e, f, g, h, i): ...", 1),
        ("if True:\n    def f(a, b, c, d, e, f, g, h, i): ...", 1),
    ],
)
def test_the_check_catches(source: str, count: int) -> None:
    assert len(too_large(source, "made_up.py")) == count
