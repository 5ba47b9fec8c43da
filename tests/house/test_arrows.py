"""Imports point down: cli -> studies -> gaps -> evidence/report/models -> runs/io -> errors."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.house.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "tacit"

ROOT = "(tacit)"
"""Stands for ``tacit/__init__.py``, which exports everything and which nothing inside may import."""

LEVELS = {
    "_version": 0, "errors": 0, "lazy": 0, "plugins": 0,
    "io": 1, "runs": 1,
    "evidence": 2, "report": 2, "models": 2, "web": 2,
    "judge": 3, "verify": 3,
    "captions": 4, "tuning": 4, "dialogue": 4,
    "studies": 5, "testing": 5, "doctor": 5,
    "cli": 6,
    "__main__": 7, ROOT: 7,
}  # fmt: skip
"""The floors of the house. A new part is added here, which is the moment to think about where it belongs."""

SIDEWAYS = {
    ("report", "evidence"): "a report shows estimates",
    ("web", "report"): "served pages have the colours of reports",
    ("verify", "judge"): "a gain is told in decades of scale, with a slope that was judged",
}
"""Imports within a floor that are allowed, and why. Gaps never get one: what two gaps share moves down."""

BY_NAME = ("import_module", "__import__")
"""Functions that import the module whose name they are given."""


def part_of(module: str) -> str:
    """The part of the house that a dotted module name belongs to."""
    names = module.split(".")
    return names[1] if len(names) > 1 else ROOT


def module_name(path: Path, package: Path) -> str:
    names = [package.name, *path.relative_to(package).with_suffix("").parts]
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    base = module.split(".")
    base = base[: len(base) - node.level + int(is_package)]
    return ".".join([*base, *([node.module] if node.module else [])])


def imported(path: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Every module of the package that a file imports, wherever the import stands, with its line."""
    module, is_package = module_name(path, package), path.name == "__init__.py"
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, str(path))
    # Expressions are looked into only where one of them may import.
    for node in ast.walk(tree) if any(name in text for name in BY_NAME) else statements(tree):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, module, is_package=is_package)
            is_root = source == package.name
            for alias in node.names:
                below = package / alias.name
                submodule = is_root and (below.is_dir() or below.with_suffix(".py").is_file())
                targets.append(f"{source}.{alias.name}" if submodule else source)
        elif isinstance(node, ast.Call) and _imports_by_name(node) and isinstance(node.args[0], ast.Constant):
            targets = [str(node.args[0].value)]
        else:
            continue
        yield from ((node.lineno, t) for t in targets if t == package.name or t.startswith(f"{package.name}."))


def _imports_by_name(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return bool(node.args) and name in BY_NAME


def wrong_arrows(package: Path) -> list[str]:
    """The imports of a package that do not point down, as ``file:line: what is wrong``."""
    wrong = []
    for path in sorted(package.rglob("*.py")):
        here = part_of(module_name(path, package))
        where = path.relative_to(package)
        if here not in LEVELS:
            wrong.append(f"{where}: {here!r} has no floor; add it to LEVELS in {Path(__file__).name}")
            continue
        for line, target in imported(path, package):
            there = part_of(target)
            if there == here or (here, there) in SIDEWAYS:
                continue
            if there not in LEVELS or LEVELS[there] >= LEVELS[here]:
                wrong.append(f"{where}:{line}: {here} imports {target}")
    return wrong


def test_imports_point_down() -> None:
    assert wrong_arrows(PACKAGE) == []


def test_sideways_imports_stay_on_one_floor_and_never_join_gaps() -> None:
    for one, other in SIDEWAYS:
        assert LEVELS[one] == LEVELS[other] != LEVELS["captions"]
        assert (other, one) not in SIDEWAYS


@pytest.mark.parametrize(
    ("where", "line", "caught"),
    [
        ("errors.py", "from tacit.io import tables", True),
        ("io/tables.py", "from tacit.errors import DataError", False),
        ("captions/audit.py", "import tacit.tuning.train", True),
        ("captions/audit.py", "def f():\n    from tacit.dialogue import score", True),
        ("captions/audit.py", "from ..dialogue import score", True),
        ("captions/audit.py", "from .detect import hits", False),
        ("captions/__init__.py", "from .audit import run", False),
        (
            "captions/audit.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tacit.cli import main",
            True,
        ),
        ("captions/audit.py", "import importlib\nimportlib.import_module('tacit.studies.loop')", True),
        ("captions/audit.py", "from tacit import get_detector", True),
        ("captions/audit.py", "from tacit import io", False),
        ("evidence/outcomes.py", "from tacit.report import html", True),
        ("report/html.py", "from tacit.evidence.estimate import Estimate", False),
        ("testing/detector.py", "from tacit.captions.detect.protocol import Detector", False),
        ("runs/journal.py", "from tacit.captions.audit import api", True),
        ("novelty/x.py", "", True),
    ],
)
def test_the_check_catches(tmp_path: Path, where: str, line: str, caught: bool) -> None:
    package = tmp_path / "tacit"
    for part in ("io", Path(where).parent):
        (package / part).mkdir(parents=True, exist_ok=True)
    (package / where).write_text(line, encoding="utf-8")
    assert bool(wrong_arrows(package)) is caught
