"""What is asked of a model, and what it answers: the seam between tasks and models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to a model.

    Attributes:
        context: Instruction and demonstrations, as one text; equal for all questions of one draw, so that a model
            needs to read it once.
        question: What follows it, up to where the answer begins.
        options: The answers to choose from, as they would be written (with the space before them).
    """

    context: str
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said.

    Attributes:
        choice: Index of the option that it chose; ``None`` where it chose none.
        scores: Log-likelihood of each option; ``None`` where the model does not tell.
        in_form: Whether what it would write of its own accord begins with one of the options; ``None`` if unknown.
        missing: Why there is no choice, e.g. ``longer than the model reads``; ``""`` when there is one. An answer in
            no form that can be read is a wrong answer, not a missing one: `choice` is ``None``, `in_form` false.
    """

    choice: int | None
    scores: tuple[float, ...] | None = None
    in_form: bool | None = None
    missing: str = ""


class Answerer(Protocol):
    """A model that can be asked.

    Attributes:
        name: What results call it.
        identity: Hash of whatever its answers depend on; equal identities give equal answers.
    """

    name: str
    identity: str

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        """Answer each prompt, in order. Those of one context stand together."""
        ...
