"""Every compiled pattern of tacit.dialogue on strings that make bad ones run for minutes."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time

import tacit.dialogue

HOSTILE = [
    unit * (2000 // len(unit))
    for unit in (" ", "\n", "a", "Ab ", ", ", "- ", "http://", "<a ", "a.b", "what is ", "no, not ", "1")
]
LIMIT = 1.0
"""Processor seconds for 2,000 characters: some go over them once for each, none once for each pair or worse."""


def patterns() -> dict[str, re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(tacit.dialogue.__path__, "tacit.dialogue."):
        try:
            members = vars(importlib.import_module(module.name))
        except ImportError:  # an extra that is not installed
            continue
        for name, value in members.items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.setdefault(f"{module.name}.{name}", value)
    return found


def test_no_pattern_runs_away_on_hostile_text() -> None:
    slow = []
    for name, pattern in patterns().items():
        for text in HOSTILE:
            begun = time.process_time()
            pattern.search(text + "\0")
            if (taken := time.process_time() - begun) > LIMIT:
                slow.append(f"{name} {text[:8]!r} {taken:.1f} s")
                break
    assert not slow, "\n".join(slow)
