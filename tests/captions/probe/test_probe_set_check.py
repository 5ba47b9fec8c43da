"""What an option set gives away without a model."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.captions.probe.probe_work import write_items

from tacit.captions.probe.api import probe
from tacit.captions.probe.set_check import position_test

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.captions.probe.result import SetCheck


def check(folder: Path, items: list[dict[str, object]]) -> SetCheck:
    made = [{"image": f"{at}.png", "capability": "c", **item} for at, item in enumerate(items)]
    (found,) = probe(write_items(folder, made)).checks
    return found


def test_a_set_without_shortcuts(tmp_path: Path) -> None:
    draw = random.Random(5)
    words = [f"word{n:02d}" for n in range(30)]
    items: list[dict[str, object]] = [
        {"options": draw.sample(words, 4), "answer": draw.randrange(4)} for _ in range(300)
    ]
    found = check(tmp_path, items)
    assert [shortcut.name for shortcut in found.shortcuts] == ["longest", "shortest", "position", "words"]
    assert not any(shortcut.works for shortcut in found.shortcuts)
    assert found.position_p > 0.01
    assert (found.items, found.images, found.options, found.chance) == (300, 300, (4, 4), 0.25)
    assert (found.duplicates, found.ambiguous, found.repeated) == (0, 0, 0)
    # All options are equally long, so length says nothing: every tie is shared.
    assert [s.accuracy.value for s in found.shortcuts[:2]] == [0.25, 0.25]


@pytest.mark.parametrize("name", ["longest", "shortest", "position", "words"])
def test_each_shortcut_is_found(tmp_path: Path, name: str) -> None:
    draw = random.Random(6)
    items: list[dict[str, object]] = []
    for _ in range(120):
        answer = draw.choice([0, 0, 0, 0, 1, 2]) if name == "position" else draw.randrange(3)
        options = [f"{draw.randrange(100, 999)}" for _ in range(3)]
        options[answer] = {"longest": "a longer one", "shortest": "1", "words": "the"}.get(name, options[answer])
        items.append({"options": options, "answer": answer})
    found = check(tmp_path, items)
    works = {shortcut.name for shortcut in found.shortcuts if shortcut.works}
    assert name in works
    assert works <= ({name, "words"} if name in {"longest", "shortest"} else {name})
    assert (found.position_p < 0.001) is (name == "position")


def test_equal_options_and_repeated_items_are_counted(tmp_path: Path) -> None:
    same: dict[str, object] = {"image": "one.png", "options": ["x", "y"], "answer": 0}
    items = [same, {**same, "options": ["y", "x"], "answer": 1}, {"options": ["x", "x", "y"], "answer": 1},
             {"options": ["x", "x", "y"], "answer": 2}]  # fmt: skip
    found = check(tmp_path, items)
    assert (found.duplicates, found.ambiguous, found.repeated, found.options) == (2, 1, 1, (2, 3))


@pytest.mark.slow
def test_the_test_of_positions_keeps_its_level_with_options_of_different_number() -> None:
    rng = np.random.default_rng(0)
    sizes = [2] * 30 + [5] * 20
    p = [position_test([int(rng.integers(n)) for n in sizes], sizes, seed=k) for k in range(100)]
    assert np.mean(np.array(p) <= 0.05) <= 0.11
    assert 0.35 <= np.mean(np.array(p) <= 0.5) <= 0.65
