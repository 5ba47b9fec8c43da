"""What is installed, what is missing and how to get it: the facts behind ``tacit doctor``."""

from __future__ import annotations

import json
import platform
import re
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Final

from tacit._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SCHEMA: Final = "tacit.doctor/1"

PURPOSE: Final = {
    "languages": "tell the language of captions",
    "remote": "read s3://, hf:// and other remote paths",
    "cluster": "--engine ray",
    "elicit": "tacit elicit, the web app for annotators",
    "overlap": "find near copies of evaluation items (--exclude-benchmarks)",
    "laboratory": "train small models (tacit study)",
    "tuning": "tacit tune and tacit retention with models of transformers",
    "endpoints": "ask models behind OpenAI-compatible endpoints",
    "dialogue": "tacit index, chat, serve and rag-eval: converse over documents",
    "embeddings": "dense retrieval with models of sentence-transformers and model2vec",
    "minilm": "dense retrieval with a small model that needs no download",
    "qdrant": "keep passages in Qdrant",
    "checkpoints": "tacit probe with models of open_clip and transformers",
}
"""What each extra is for, in the words of its users."""

PLUGIN_KINDS: Final = (
    "tacit.detector", "tacit.document_format", "tacit.elicit_check", "tacit.engine", "tacit.eval_reader",
    "tacit.in_context_task", "tacit.keeper", "tacit.law", "tacit.model", "tacit.probe", "tacit.reader",
    "tacit.signal",
)  # fmt: skip
"""Entry-point groups that are listed even when nothing is plugged in."""

_REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*(?P<spec>[^;]*)(?:;(?P<marker>.*))?")
_EXTRA: Final = re.compile(r"extra\s*==\s*['\"](?P<extra>[^'\"]+)['\"]")
_BOUND: Final = re.compile(r"(>=|<)\s*(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Package:
    """A package that tacit uses.

    Attributes:
        name: As on the package index.
        required: The versions tacit asks for.
        installed: The version that is there, or ``""``.
        problem: ``missing``, ``version`` (not one that tacit asks for) or ``""``.
    """

    name: str
    required: str
    installed: str
    problem: str


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional capability.

    Attributes:
        name: As in ``tacit[name]``.
        purpose: What it is for.
        packages: What it installs.
        install: The command that installs what is missing; ``""`` when nothing is.
    """

    name: str
    purpose: str
    packages: tuple[Package, ...]
    install: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """Something that registered itself under an entry-point group of tacit.

    Attributes:
        group: The entry-point group, e.g. ``tacit.detector``.
        name: Its name in the group.
        source: The package it comes from.
        error: Why it could not be loaded, or ``""``.
    """

    group: str
    name: str
    source: str
    error: str


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to run work.

    Attributes:
        name: As in ``--engine NAME``.
        available: Whether it can be used here.
        detail: What it would use, or what is missing.
    """

    name: str
    available: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything ``tacit doctor`` shows.

    Attributes:
        tacit: Version of tacit.
        python: Version and implementation of Python.
        executable: The interpreter.
        platform: Operating system and machine.
        core: Packages without which tacit does not work.
        extras: Optional capabilities.
        plugins: What is plugged in, of any kind, and what comes with tacit of the same kinds.
        kinds: The entry-point groups that were looked at.
        engines: Ways to run work.
        todo: Commands that would install what is missing, most important first.
    """

    tacit: str
    python: str
    executable: str
    platform: str
    core: tuple[Package, ...]
    extras: tuple[Extra, ...]
    plugins: tuple[Plugin, ...]
    kinds: tuple[str, ...]
    engines: tuple[Engine, ...]
    todo: tuple[str, ...]

    def to_json(self) -> str:
        """The diagnosis as one JSON object."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1) + "\n"

    def summary(self) -> str:
        """The diagnosis as text for a terminal."""
        lines = [f"tacit {self.tacit}", f"Python {self.python} ({self.executable})", self.platform, "", "Core packages"]
        lines += [_package_line(package) for package in self.core]
        lines += ["", "Extras"]
        for extra in self.extras:
            lines.append(f"  {extra.name:<12} {'not installed' if extra.install else 'installed'}: {extra.purpose}")
            lines += ["  " + _package_line(package) for package in extra.packages]
        for kind in self.kinds:
            lines += ["", f"Plug-ins: {kind}"]
            lines += [_plugin_line(plugin) for plugin in self.plugins if plugin.group == kind] or ["  none"]
        lines += ["", "Engines"]
        lines += [f"  {e.name:<12} {'available' if e.available else 'not available'}: {e.detail}" for e in self.engines]
        lines += ["", "To install what is missing:" if self.todo else "Nothing is missing."]
        lines += [f"  {command}" for command in self.todo]
        return "\n".join(lines) + "\n"


def _package_line(package: Package) -> str:
    note = {"": "", "missing": " (missing)", "version": f" (tacit asks for {package.required})"}[package.problem]
    return f"  {package.name:<20} {package.installed or '-'}{note}"


def _plugin_line(plugin: Plugin) -> str:
    return f"  {plugin.name:<22} {plugin.source}{f' DOES NOT LOAD: {plugin.error}' if plugin.error else ''}"


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version without trailing zeros; pre- and post-releases count as their release."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in match.group().split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def satisfies(version: str, required: str) -> bool:
    """Whether a version lies within the ``>=`` and ``<`` bounds of a requirement; other operators are not judged.

    Example:
        >>> satisfies("2.10.1", ">=2.9,<3"), satisfies("3.0", ">=2.9,<3")
        (True, False)
    """
    have = _release(version)
    return all(
        have >= _release(bound) if operator == ">=" else have < _release(bound)
        for operator, bound in _BOUND.findall(required)
    )


def _package(name: str, required: str) -> Package:
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Package(name, required, "", "missing")
    return Package(name, required, installed, "" if satisfies(installed, required) else "version")


def _requirements() -> list[tuple[str, str, str]]:
    """The (extra, name, versions) tacit declares; the extra is ``""`` for core packages."""
    try:
        declared = metadata.requires("tacit") or []
    except metadata.PackageNotFoundError:
        return []  # run from a source tree that was never installed; `examine` says so
    parsed = []
    for line in declared:
        match = _REQUIREMENT.match(line)
        if match:
            extra = _EXTRA.search(match["marker"] or "")
            parsed.append((extra["extra"] if extra else "", match["name"], match["spec"].strip()))
    return parsed


def _extras(requirements: Iterable[tuple[str, str, str]]) -> tuple[Extra, ...]:
    by_name: dict[str, list[Package]] = {}
    for extra, name, spec in requirements:
        if extra:
            by_name.setdefault(extra, []).append(_package(name, spec))
    return tuple(
        Extra(
            name,
            PURPOSE.get(name, ""),
            tuple(packages),
            f"pip install 'tacit[{name}]'" if any(p.problem for p in packages) else "",
        )
        for name, packages in sorted(by_name.items())
    )


def _built_in() -> list[Plugin]:
    """What comes with tacit and goes through the same registries as plug-ins."""
    from tacit.captions.detect.protocol import available, get_detector
    from tacit.captions.elicit.quality import checks
    from tacit.captions.world.probes.protocol import get_probe, probe_names
    from tacit.dialogue.decide.registry import available_signals
    from tacit.dialogue.documents.registry import available_formats
    from tacit.evidence.scaling.laws.protocol import get_law, law_names
    from tacit.io.evals.protocol import available_eval_readers
    from tacit.io.tables import available_readers
    from tacit.models.protocol import finders
    from tacit.tuning.retention.tasks.protocol import available_tasks

    source = f"tacit {__version__}"
    ours: list[tuple[str, str, type | Callable[..., object]]] = []
    for name, language in available():
        ours.append(("tacit.detector", f"{name} ({language})", type(get_detector(name, language))))
    ours += [("tacit.document_format", name, read) for name, read in available_formats().items()]
    ours += [("tacit.elicit_check", name, cls) for name, cls in checks().items()]
    ours += [("tacit.eval_reader", name, cls) for name, cls in available_eval_readers().items()]
    ours += [("tacit.in_context_task", name, make) for name, make in available_tasks().items()]
    ours += [("tacit.law", name, type(get_law(name))) for name in law_names()]
    ours += [("tacit.model", name, find) for name, find in finders().items()]
    ours += [("tacit.probe", name, get_probe(name).ask) for name in probe_names()]
    ours += [("tacit.reader", name, cls) for name, cls in available_readers().items()]
    ours += [("tacit.signal", name, type(read)) for name, read in available_signals().items()]
    return [Plugin(group, name, source, "") for group, name, made in ours if made.__module__.startswith("tacit.")]


def _plugins() -> tuple[Plugin, ...]:
    found = _built_in()
    groups = [group for group in metadata.entry_points().groups if group.startswith("tacit.")]
    for point in [point for group in groups for point in metadata.entry_points(group=group)]:
        source = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown package"
        try:
            point.load()
        except Exception as error:
            found.append(Plugin(point.group, point.name, source, f"{type(error).__name__}: {error}"))
        else:
            found.append(Plugin(point.group, point.name, source, ""))
    return tuple(sorted(found, key=lambda p: (p.group, p.name, p.source)))


def _engines(extras: Iterable[Extra]) -> tuple[Engine, ...]:
    from tacit.runs.engine import default_workers

    usable = default_workers()
    cpus = f"{usable} CPU{'s' if usable != 1 else ''}"
    here = (Engine("local", True, cpus), Engine("processes", True, cpus))
    ray = next((p for e in extras for p in e.packages if p.name == "ray"), None)
    if ray is None or ray.problem:
        return *here, Engine("ray", False, "pip install 'tacit[cluster]'")
    return *here, Engine("ray", True, f"ray {ray.installed}")


def examine() -> Diagnosis:
    """Look at this installation.

    Returns:
        The facts; nothing is installed, started or downloaded. Plug-ins are imported to see whether they load.

    Example:
        >>> examine().engines[0].name
        'local'
    """
    requirements = _requirements()
    core = tuple(_package(name, spec) for extra, name, spec in requirements if not extra)
    extras = _extras(requirements)
    plugins = _plugins()
    todo = []
    if not requirements:
        todo.append("pip install -e .   # tacit runs from a source tree that is not installed")
    elif any(package.problem for package in core):
        todo.append("pip install --upgrade tacit")
    todo += [extra.install for extra in extras if extra.install]
    return Diagnosis(
        tacit=__version__,
        python=f"{platform.python_version()} {platform.python_implementation()}",
        executable=sys.executable,
        platform=platform.platform(),
        core=core,
        extras=extras,
        plugins=plugins,
        kinds=tuple(dict.fromkeys([*PLUGIN_KINDS, *(p.group for p in plugins)])),
        engines=_engines(extras),
        todo=tuple(todo),
    )
