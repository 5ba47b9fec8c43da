"""Models that have learned in context as much as told, without any network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from tacit.tuning.retention.protocol import Answer
from tacit.tuning.retention.tasks.protocol import make_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.protocol import Prompt
    from tacit.tuning.retention.tasks.protocol import Task


def tasks(names: Sequence[str] = ("mapping", "regression"), items: int = 40) -> list[Task]:
    return [make_task(name, seed=0, items=items, pool=64) for name in names]


@dataclass
class Skilled:
    """Knows the answer with a probability that grows with the demonstrations it sees, and guesses otherwise.

    What it knows depends on the prompt alone, so a more skilled model knows what a less skilled one knows.
    """

    name: str
    skill: float
    known: dict[str, str]
    zero: float = 0.0
    in_form: float = 1.0
    longest: int = 1_000_000

    def __post_init__(self) -> None:
        self.identity = f"{self.name} {self.skill}"
        self.asked = 0

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        self.asked += len(prompts)
        return [self._one(prompt) for prompt in prompts]

    def _one(self, prompt: Prompt) -> Answer:
        if len(prompt.context + prompt.question) > self.longest:
            return Answer(None, missing="longer than the model reads")
        shots = prompt.context.count("\n\n")
        luck = np.random.default_rng(crc32((prompt.context + prompt.question).encode()))
        knows, guess, form = luck.random(), int(luck.integers(len(prompt.options))), luck.random()
        if form > self.in_form:
            return Answer(None, in_form=False)
        skill = self.zero if shots == 0 else self.skill * (1 - 0.5**shots)
        answer = self.known[prompt.question]
        right = next(at for at, option in enumerate(prompt.options) if option.strip() == answer)
        return Answer(right if knows < skill else guess, in_form=True)


def known(of: Sequence[Task]) -> dict[str, str]:
    return {f"{task.before}{item.input}{task.between}": item.answer for task in of for item in task.items}
