"""What was gained on the target: zero-shot accuracy where answers are chosen from few, and the loss per token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError
from tacit.evidence.comparing.paired import mean_score, paired_difference
from tacit.evidence.estimate import Estimate
from tacit.io.places import shown
from tacit.tuning.data.example import Example, digest
from tacit.tuning.data.read import read_examples
from tacit.tuning.retention.divergence import per_token
from tacit.tuning.retention.protocol import Prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.tuning.retention.protocol import Answer, Answerer
    from tacit.tuning.retention.tokens import TokenTable

_MOST_OPTIONS: Final = 20
_REPEATS: Final = 3
"""Completions are taken for options when there are few of them, each so many times on average."""


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of both models on the same examples.

    Attributes:
        base: Of the base.
        tuned: Of the tuned model.
        gain: How much better the tuned model is; positive is better, whatever the measure.
    """

    base: Estimate
    tuned: Estimate
    gain: Estimate


@dataclass(frozen=True, slots=True)
class TargetGain:
    """What was gained on the target.

    Attributes:
        examples: How many examples were looked at.
        accuracy: Zero-shot accuracy; ``None`` where completions are no options.
        loss: Nats per token of the completions; its gain is the base's less the tuned model's. ``None`` where a model
            is not local.
    """

    examples: int
    accuracy: Change | None
    loss: Change | None

    @property
    def gain(self) -> Estimate:
        """Of accuracy where there is one, else of the loss."""
        change = self.accuracy or self.loss
        return change.gain if change else Estimate.none("nothing could be measured on the target")

    @property
    def measure(self) -> str:
        """What that is of: ``zero-shot accuracy`` or ``loss per token``."""
        return "zero-shot accuracy" if self.accuracy else "loss per token"


@dataclass(frozen=True, slots=True)
class Target:
    """The new task.

    Attributes:
        place: Where it was read from.
        examples: Those that are looked at; plain text is a completion without a prompt.
        options: Distinct completions, where they are few; else none.
    """

    place: str
    examples: tuple[Example, ...]
    options: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Hash of the examples."""
        return digest(*(example.key for example in self.examples))

    def prompts(self) -> list[Prompt]:
        """The examples as questions with these options, after a space; empty where there are none."""
        if not self.options:
            return []
        options = tuple(f" {option.lstrip()}" for option in self.options)
        return [Prompt("", str(example.prompt).rstrip(), options) for example in self.examples]


def read_target(place: str, most: int, seed: int, columns: Mapping[str, str] | None = None) -> Target:
    """Read the new task.

    Args:
        place: What `tacit.tuning.data.read.read_examples` reads, or a text file (``.txt``), each line of which is an
            example.
        most: Examples to keep; drawn where there are more.
        seed: Of that.
        columns: What columns of the data are called, where it is not guessed.

    Raises:
        DataError: If there are no examples.
    """
    is_text = place.lower().endswith(".txt")
    examples = _lines(Path(place)) if is_text else list(read_examples([place], columns=columns).items)
    if len(examples) > most:
        kept = sorted(np.random.default_rng(seed).permutation(len(examples))[:most])
        examples = [examples[at] for at in kept]
    return Target(place, tuple(examples), _options(examples))


def _lines(path: Path) -> list[Example]:
    try:
        with path.open(encoding="utf-8") as file:
            found = [Example(f"line {at}", "", line.rstrip("\n")) for at, line in enumerate(file, 1) if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"Cannot read {shown(str(path))} as text: {error}. Is it UTF-8?") from None
    if not found:
        raise DataError(f"{shown(str(path))} holds no text.")
    return found


def _options(examples: Sequence[Example]) -> tuple[str, ...]:
    if any(example.is_chat or not example.prompt for example in examples):
        return ()
    distinct = sorted({str(example.completion) for example in examples})
    few = 2 <= len(distinct) <= min(_MOST_OPTIONS, len(examples) // _REPEATS)
    return tuple(distinct) if few else ()


def accuracy_change(target: Target, base: Sequence[Answer], tuned: Sequence[Answer], level: float) -> Change | None:
    """Zero-shot accuracy of both on the examples that both answered; ``None`` if there are none.

    Args:
        target: The examples.
        base: The base's answers to `Target.prompts`.
        tuned: The tuned model's.
        level: Nominal coverage.
    """
    right = [target.options.index(str(example.completion)) for example in target.examples]
    both = [
        (float(one.choice == at), float(other.choice == at))
        for at, one, other in zip(right, base, tuned, strict=True)
        if not one.missing and not other.missing
    ]
    if not both:
        return None
    ours, theirs = np.array(both).T
    of_base, of_tuned = (mean_score(values, level=level) for values in (ours, theirs))
    return Change(of_base, of_tuned, paired_difference(ours, theirs, level=level))


def ask_target(answerer: Answerer, target: Target) -> list[Answer]:
    """Let a model answer the target's questions without demonstrations."""
    return answerer.answer(target.prompts())


def loss_change(table: TokenTable, level: float) -> Change:
    """Loss per token of both, clustered by example.

    Args:
        table: From `tacit.tuning.retention.tokens.compare_tokens`.
        level: Nominal coverage.
    """
    of_base, of_tuned = (
        per_token(values, table.text, level, lowest=0) for values in (table.base_loss, table.tuned_loss)
    )
    return Change(of_base, of_tuned, per_token(table.base_loss - table.tuned_loss, table.text, level))
