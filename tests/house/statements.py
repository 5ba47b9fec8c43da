"""A walk over a Python file that skips what holds no statements, which is most of its tree and of the time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = ("body", "handlers", "orelse", "finalbody", "cases")


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases right under a node; expressions hold none of these."""
    for field in _FIELDS:
        held = getattr(node, field, None)
        if isinstance(held, list):  # the body of a lambda is one expression
            yield from held


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All of them, at any depth."""
    for one in inside(node):
        yield one
        yield from statements(one)
