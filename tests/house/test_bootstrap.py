"""The script behind the README's two commands."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "bootstrap.py"


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def environment(bootstrap: ModuleType, tmp_path: Path) -> Any:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "constraints.txt").write_text("pip==26.3\n")
    return bootstrap.Environment(tmp_path, tmp_path / ".venv")


def test_old_pythons_can_read_it() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_only_the_standard_library_is_used() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_is_told_what_to_do(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/opt/{name}" if name == "python3.12" else None)
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11.*python3 is 3\.8\. .*/opt/python3\.12"):
        bootstrap.require_python((3, 8, 10), "python3")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    with pytest.raises(bootstrap.SetupError, match=r"Install a newer one"):
        bootstrap.require_python((3, 10, 1), "python3")
    bootstrap.require_python((3, 11, 0), "python3")


def fake_python(place: Path, body: str) -> str:
    place.write_text(f"#!/bin/sh\n{body}\n")
    place.chmod(0o755)
    return str(place)


def test_pythons_that_will_not_do(bootstrap: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(bootstrap.SetupError, match="cannot run"):
        bootstrap.probe(str(tmp_path / "nothing"))
    with pytest.raises(bootstrap.SetupError, match="not a working Python"):
        bootstrap.probe(fake_python(tmp_path / "broken", "echo oh >&2; exit 1"))
    bare = fake_python(tmp_path / "bare", "echo 3 12 1; echo 'ModuleNotFoundError: ensurepip' >&2; exit 1")
    with pytest.raises(bootstrap.SetupError, match=r"apt install python3\.12-venv"):
        bootstrap.probe(bare)
    assert bootstrap.probe(sys.executable) == sys.version_info[:3]


def test_words_after_the_dashes_are_passed_on(bootstrap: ModuleType) -> None:
    options, extra = bootstrap.parse(["test", "--python", "p", "--", "-k", "audit", "--", "-x"])
    assert (options.command, options.python, extra) == ("test", "p", ["-k", "audit", "--", "-x"])
    assert bootstrap.parse(["demo"])[1] == []


def test_an_environment_of_somebody_else_is_left_alone(environment: Any, bootstrap: ModuleType) -> None:
    environment.place.mkdir()
    (environment.place / "mine").touch()
    with pytest.raises(bootstrap.SetupError, match="not made by this script"):
        environment.create(sys.executable, (3, 11, 7))
    assert (environment.place / "mine").exists()


def test_the_second_time_nothing_is_installed(environment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(type(environment), "pip", lambda _, *words: calls.append(words))
    environment.place.mkdir()
    environment.install("demo", (3, 11, 7))
    environment.install("demo", (3, 11, 7))
    assert len(calls) == 2  # pip itself, then tacit
    environment.install("test", (3, 11, 7))
    environment.install("demo", (3, 11, 7))
    assert len(calls) == 4
    assert environment.stamp()["installed"] == ["demo", "test"]
    (environment.root / "constraints.txt").write_text("pip==27\n")
    environment.install("demo", (3, 11, 7))
    assert len(calls) == 6
    assert environment.stamp()["installed"] == ["demo"]


def test_an_interrupted_installation_is_not_taken_for_a_finished_one(
    environment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    environment.place.mkdir()
    monkeypatch.setattr(type(environment), "pip", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environment.install("demo", (3, 11, 7))
    assert environment.stamp()["installed"] == []


@pytest.mark.parametrize("stamp", ["", "[]", "{", json.dumps({"root": "/elsewhere", "python": [3, 11, 7]})])
def test_a_moved_or_damaged_environment_is_made_again(environment: Any, stamp: str) -> None:
    environment.place.mkdir()
    (environment.place / "tacit-bootstrap.json").write_text(stamp)
    assert not environment.works((3, 11, 7))


@pytest.mark.slow
@pytest.mark.long
def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    for name in ("bootstrap.py", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    # A closed port instead of an index, and none of the machine's own settings for pip.
    offline = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    offline |= {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
    offline |= {"PIP_NO_CACHE_DIR": "1"}
    base = Path(sys.base_prefix) / "bin" / "python3"
    done = subprocess.run(
        [str(base if base.exists() else sys.executable), str(tmp_path / "bootstrap.py"), "demo"],
        capture_output=True, text=True, env=offline, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 3
    assert "The package index cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / ".venv" / "tacit-bootstrap.json").exists()
