"""The reference says what the code says."""

from __future__ import annotations

import dataclasses
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
import typer

from tacit import doctor, errors
from tacit.captions.audit import result
from tacit.captions.curate import plan_result
from tacit.captions.curate import result as curated
from tacit.captions.probe import result as probed
from tacit.cli import main
from tacit.cli.main import COMMANDS, build
from tacit.evidence.estimate import Estimate
from tacit.judge import result as judged
from tacit.studies.reporting_bias import result as studied
from tacit.verify import result as compared

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CLI = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
PAGES = ("result.md", "judging.md", "curating.md", "probing.md", "studying.md", "tuning.md")
RESULT = "".join((DOCS / "reference" / name).read_text(encoding="utf-8") for name in PAGES)
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")


PARTS = {
    "tuning.md": (
        "tacit.tuning.train.result", "tacit.tuning.train.watch", "tacit.tuning.data.rows",
        "tacit.tuning.retention.result", "tacit.tuning.retention.statistics", "tacit.tuning.retention.summary",
        "tacit.tuning.retention.answers", "tacit.tuning.retention.sources", "tacit.tuning.retention.target",
        "tacit.tuning.retention.divergence", "tacit.tuning.retention.drift",
        "tacit.studies.forgetting.result", "tacit.studies.forgetting.theory",
    ),
    "conversing.md": (
        "tacit.dialogue.records", "tacit.dialogue.replies", "tacit.dialogue.repair.judge",
        "tacit.dialogue.repair.claim", "tacit.dialogue.index.report", "tacit.dialogue.documents.source",
        "tacit.dialogue.decide.risk", "tacit.dialogue.measure.result", "tacit.dialogue.measure.summary",
        "tacit.dialogue.measure.decisions", "tacit.dialogue.simulate.outcomes", "tacit.dialogue.simulate.aptitude",
        "tacit.dialogue.simulate.hold", "tacit.dialogue.simulate.scenario", "tacit.studies.conversation.result",
    ),
}  # fmt: skip
"""The modules that hold the parts of results, by the page that describes them. Some of tuning import torch."""
NOT_IN_RESULTS = {"Row", "Pair", "Target", "TheoryTask", "Source", "Decided", "State", "Step"}


def section(command: str) -> str:
    found = re.search(rf"^## `tacit {command}`\n(.*?)(?=^## )", CLI, re.MULTILINE | re.DOTALL)
    assert found, f"docs/reference/cli.md has no section on tacit {command}"
    return found[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_described_and_no_other(command: str) -> None:
    app = typer.main.get_command(build(command))
    declared = {
        option
        for parameter in app.commands[command].params  # type: ignore[attr-defined]
        for option in [*parameter.opts, *parameter.secondary_opts]
        if option.startswith("--") and option != "--help"
    }
    described = set(re.findall(r"^`(--[a-z-]+)", section(command), re.MULTILINE))
    assert declared == described


def test_exit_codes_are_described() -> None:
    raised = {c.exit_code for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.TacitError)}
    codes = raised | {0, main.BUG, main.INTERRUPTED, main.PIPE_CLOSED}
    assert codes == {int(code) for code in re.findall(r"^\| (\d+) \|", CLI, re.MULTILINE)}


@pytest.mark.parametrize(
    "module",
    [result, doctor, judged, compared, curated, plan_result, probed, studied],
    ids=["audit", "doctor", "scale", "compare", "curate", "plan", "probe", "study"],
)
def test_every_field_of_a_result_is_described(module: object) -> None:
    classes = [c for _, c in inspect.getmembers(module, inspect.isclass) if dataclasses.is_dataclass(c)]
    fields = {field.name for one in [*classes, Estimate] for field in dataclasses.fields(one)}
    assert len(classes) > 1
    assert {name for name in fields if f"`{name}`" not in RESULT} == set()


@pytest.mark.parametrize(("page", "name"), [(page, name) for page, names in PARTS.items() for name in names])
def test_every_field_of_a_part_of_a_result_is_described(page: str, name: str) -> None:
    if name.startswith("tacit.tuning"):
        pytest.importorskip("torch")
    described = (DOCS / "reference" / page).read_text(encoding="utf-8")
    fields = {
        field.name
        for _, one in inspect.getmembers(import_module(name), inspect.isclass)
        if dataclasses.is_dataclass(one) and one.__module__ == name and one.__name__ not in NOT_IN_RESULTS
        for field in dataclasses.fields(one)
    }
    assert fields
    assert {field for field in fields if f"`{field}`" not in described} == set()


def test_every_part_of_the_house_is_in_its_description() -> None:
    parts = [p for p in (ROOT / "src" / "tacit").iterdir() if not p.name.startswith(("_", "."))]
    missing = [
        p.name for p in parts if p.name != "py.typed" and not re.search(rf"^  {p.name}", ARCHITECTURE, re.MULTILINE)
    ]
    assert missing == []
    named = re.findall(r"^  ([a-z]+)(?:/|\.py) ", ARCHITECTURE, re.MULTILINE)
    assert {name for name in named if not any(p.stem == name for p in parts)} == set()


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://")) and not (page.parent / target).exists()
    ]
    assert broken == []
