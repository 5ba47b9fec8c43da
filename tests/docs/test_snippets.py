"""Every snippet in the documentation runs, and says what it shows."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_name("run_page.py")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TAGS = {"python", "console", "bash", "text", "toml", "json", "{eval-rst}", "{toctree}"}
NOT_OURS = ("python3 ", ". .venv", "pip ", "git ", ".venv/bin/")
"""Commands that set tacit up. The tests run in what they have set up, so they are not run again."""

QUICK = {"README.md"}
"""Pages that are run in the first stage of the tests. The others take tens of seconds together, and wait for `slow`."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def load_runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_page", RUNNER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


runner = load_runner()


def runs_code(page: Path) -> bool:
    found = runner.snippets(page.read_text(encoding="utf-8"))
    return any(snippet.tag in {"python", *runner.SHELL} and not snippet.skip for snippet in found)


RUN = [
    pytest.param(page, id=name_of(page), marks=() if name_of(page) in QUICK else pytest.mark.slow)
    for page in PAGES
    if runs_code(page)
]


def test_the_pages_of_the_first_stage_are_there() -> None:
    assert {name_of(page) for page in PAGES if runs_code(page)} >= QUICK


@pytest.mark.parametrize("page", RUN)
def test_page(page: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(page)],
        cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_nothing_is_left_out_silently(page: Path) -> None:
    for snippet in runner.snippets(page.read_text(encoding="utf-8")):
        where = f"{page.name}:{snippet.line}"
        assert snippet.tag in TAGS, f"{where}: tag the block with one of {sorted(TAGS)}"
        if snippet.tag in runner.SHELL:
            for command in runner.commands(snippet):
                assert command.startswith(("tacit ", *NOT_OURS)), f"{where}: {command!r} would not be run"


def test_the_readme_opens_with_the_two_commands() -> None:
    first = next(iter(runner.snippets((ROOT / "README.md").read_text(encoding="utf-8"))))
    assert runner.commands(first) == ["python3 bootstrap.py demo", "python3 bootstrap.py test"]
    assert first.line < 10


def run_text(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(RUNNER), str(page)], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```python\nx = 1\n```\n\ntext\n\n```python\nassert x == 1\n```\n", ""),
        ("```python\nx = 1\n\nassert x == 2\n```\n", 'page.md", line 4'),
        ("```python\n>>> 1 + 1\n2\n```\n", ""),
        ("```python\n>>> 1 + 1\n3\n```\n", "page.md:2: the output differs"),
        ("```console\n$ tacit --version\ntacit 0\n```\n", ""),
        ("```console\n$ tacit nonsense\n```\n", "ended with 2, not 0"),
        ("<!-- snippet: exit 2 -->\n```console\n$ tacit nonsense\n```\n", ""),
        ("<!-- snippet: exit 2 -->\n\ntext\n\n```console\n$ tacit nonsense\n```\n", "ended with 2, not 0"),
        ("<!-- snippet: skip for a reason -->\n```console\n$ tacit nonsense\n```\n", ""),
        ("- list\n\n  ```bash\n  tacit \\\n    nonsense\n  ```\n", "nonsense' ended with 2"),
    ],
)
def test_the_runner_notices(text: str, problem: str, tmp_path: Path) -> None:
    done = run_text(text, tmp_path)
    if problem:
        assert done.returncode != 0
        assert problem in done.stderr
    else:
        assert done.returncode == 0, done.stderr
