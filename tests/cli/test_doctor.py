"""``tacit doctor``."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tacit import doctor
from tacit.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

PYPROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretends that tacit requires these lines and that these versions are installed."""

    def pretend(requires: list[str], versions: dict[str, str]) -> None:
        def version(name: str) -> str:
            if name not in versions:
                raise metadata.PackageNotFoundError(name)
            return versions[name]

        monkeypatch.setattr(metadata, "requires", lambda _: requires)
        monkeypatch.setattr(metadata, "version", version)

    return pretend


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    for expected in (
        "tacit ",
        "Python 3.",
        "polars",
        "Extras",
        "cluster",
        "Plug-ins: tacit.detector",
        "Engines",
        "local",
    ):
        assert expected in shown


def applies(requirement: str) -> bool:
    """Whether a requirement holds for this version of Python; the only marker in use is an upper bound of it."""
    bound = re.search(r"python_version < '(\d+)\.(\d+)'", requirement)
    return bound is None or sys.version_info[:2] < (int(bound[1]), int(bound[2]))


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["schema"] == "tacit.doctor/1"
    assert {package["name"] for package in read["core"]} == {
        line.split(">")[0].strip() for line in PYPROJECT["project"]["dependencies"] if applies(line)
    }
    built_in = {plugin["group"]: plugin["name"] for plugin in read["plugins"] if plugin["source"].startswith("tacit ")}
    assert set(built_in) == set(doctor.PLUGIN_KINDS) - {
        "tacit.engine",  # engines have a list of their own
        "tacit.keeper",  # those that come with tacit need torch, which would have to be loaded
    }
    names = {plugin["name"] for plugin in read["plugins"]}
    assert names >= {"kamath2026 (en)", "pasted", "inspect", "power", "hf", "spatial", "jsonlines"}


def test_every_extra_says_what_it_is_for() -> None:
    declared = set(PYPROJECT["project"]["optional-dependencies"])
    assert declared == set(doctor.PURPOSE)
    shown = {extra.name: extra for extra in doctor.examine().extras}
    assert set(shown) == declared
    assert all(extra.purpose and extra.packages for extra in shown.values())


def test_what_is_missing_comes_with_the_line_that_installs_it(installed: Callable[..., None]) -> None:
    installed(
        ["numpy>=2.0", "ray>=2.54; extra == 'cluster'", 'fsspec>=2025.1 ; extra == "remote"'],
        {"numpy": "2.4.6", "fsspec": "2026.9.0"},
    )
    found = doctor.examine()
    assert [(e.name, e.install) for e in found.extras] == [
        ("cluster", "pip install 'tacit[cluster]'"),
        ("remote", ""),
    ]
    assert [(e.name, e.available) for e in found.engines] == [("local", True), ("processes", True), ("ray", False)]
    assert found.todo == ("pip install 'tacit[cluster]'",)
    assert "pip install 'tacit[cluster]'" in found.summary()


def test_versions_that_do_not_fit(installed: Callable[..., None]) -> None:
    installed(["polars<3,>=2.1", "numpy>=2.0", "scipy"], {"polars": "3.0.1", "numpy": "1.26.4"})
    found = doctor.examine()
    assert [package.problem for package in found.core] == ["version", "version", "missing"]
    assert found.todo == ("pip install --upgrade tacit",)
    assert "tacit asks for <3,>=2.1" in found.summary()


def test_nothing_missing(installed: Callable[..., None]) -> None:
    installed(["numpy>=2.0", "ray>=2.54 ; extra == 'cluster'"], {"numpy": "2.0", "ray": "2.60.0"})
    found = doctor.examine()
    assert found.todo == ()
    assert "Nothing is missing." in found.summary()
    assert found.engines[-1].detail == "ray 2.60.0"


def test_a_tree_that_was_never_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", absent)
    assert doctor.examine().todo[0].startswith("pip install -e .")


def test_a_broken_plugin_is_shown_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken_plugin.py").write_text("raise RuntimeError('boom')\n")
    info = tmp_path / "broken_plugin-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[tacit.detector]\nmine = broken_plugin\n[tacit.law]\nown = json\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = doctor.examine()
    broken = next(plugin for plugin in found.plugins if plugin.name == "mine")
    assert (broken.source, broken.error) == ("broken-plugin 1.2", "RuntimeError: boom")
    assert "DOES NOT LOAD: RuntimeError: boom" in found.summary()
    assert "Plug-ins: tacit.law" in found.summary()


@pytest.mark.parametrize(
    ("version", "required", "fits"),
    [
        ("2.10.0", ">=2.9", True),
        ("2.9", ">=2.9.0", True),
        ("2.8.9", ">=2.9", False),
        ("3.0.0rc1", "<3", False),
        ("1.9.0.post1", ">=1.8", True),
        ("1", "", True),
        ("2026.11.15", ">=2025.1,<2027", True),
    ],
)
def test_bounds(version: str, required: str, fits: bool) -> None:
    assert doctor.satisfies(version, required) is fits
