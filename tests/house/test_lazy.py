"""Exports that are loaded when used: what type checkers are told is what Python does."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest
from tests.house.statements import statements

PACKAGES = ("tacit", "tacit.tuning", "tacit.dialogue")


@pytest.mark.parametrize("name", PACKAGES)
def test_type_checkers_see_the_same_names(name: str) -> None:
    package = import_module(name)
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    checked = {
        alias.asname or alias.name: (node.module, alias.name)
        for block in tree.body if isinstance(block, ast.If)
        for node in statements(block) if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    renamed = getattr(package, "_NAMED", {})
    assert checked == {export: (home, renamed.get(export, export)) for export, home in package._HOME.items()}
    assert set(package.__all__) - {"__version__"} == set(checked)
    assert set(package.__all__) <= set(dir(package))


@pytest.mark.parametrize("name", PACKAGES)
def test_an_unknown_name_is_refused_and_nothing_else_is_loaded(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'nothing'"):
        _ = import_module(name).nothing
