"""Parts of the data: what is held out, and few-shot prompts made of the user's own examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tacit.errors import InsufficientDataError, UsageError
from tacit.tuning.data.example import digest
from tacit.tuning.data.template import gap_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.data.example import Example, Examples


def split(examples: Examples, *, held_out: float, seed: int) -> tuple[Examples, Examples]:
    """Hold some examples out of training.

    Which ones depends on their content and the seed, not on their order. Examples with the same prompt are on one side,
    so that what is held out is new; if all prompts are the same, examples with the same completion are.

    Args:
        examples: All of them.
        held_out: The share to hold out, at least 0 and below 1. What is held out is the least that reaches it.
        seed: The same seed holds out the same.

    Returns:
        What is trained on, and what is held out; in their order.

    Raises:
        UsageError: If the share is impossible.
        InsufficientDataError: If nothing would be left to train on.

    Example:
        >>> from tacit.tuning.data.example import Example, Examples
        >>> some = Examples(tuple(Example(str(n), f"{n % 10}?", "yes") for n in range(20)))
        >>> train, held = split(some, held_out=0.1, seed=0)
        >>> len(train), len(held), len({one.prompt for one in train} & {one.prompt for one in held})
        (18, 2, 0)
    """
    if not 0 <= held_out < 1:
        raise UsageError(f"--held-out {held_out}: it must be at least 0 and below 1.")
    if held_out == 0:
        return examples, examples.take(())
    keys = [digest(one.prompt) for one in examples]
    if len(set(keys)) == 1:
        keys = [one.key for one in examples]
    wanted, held = held_out * len(keys), set[str]()
    sizes = Counter(keys)
    reached = 0
    for key in sorted(sizes, key=lambda key: digest(seed, key)):
        if reached >= wanted:
            break
        held.add(key)
        reached += sizes[key]
    if reached == len(keys):
        raise InsufficientDataError(
            f"To hold out {held_out:g} of {len(keys):,} examples would leave none, because {len(sizes):,} of them "
            "differ. Give more examples, or hold out none with --held-out 0."
        )
    sides = [[at for at, key in enumerate(keys) if (key in held) is side] for side in (False, True)]
    return examples.take(sides[0]), examples.take(sides[1])


@dataclass(frozen=True, slots=True)
class FewShotPrompt:
    """A question after demonstrations.

    Attributes:
        told: The text piece by piece, and whether a piece is an answer; the last one answers the question.
        shown: Ids of the demonstrations.
        asked: Id of the question.
    """

    told: tuple[tuple[str, bool], ...]
    shown: tuple[str, ...]
    asked: str

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece for piece, _ in self.told)


def few_shot_prompts(
    examples: Sequence[Example], shots: int, seed: int, *, between: str = "\n\n"
) -> list[FewShotPrompt]:
    r"""Few-shot prompts of the user's own examples: each is asked once, after others.

    Args:
        examples: Prompts and completions as text, of one task.
        shots: Demonstrations before a question. None has the question's prompt, and no two are the same.
        seed: Of which demonstrations there are, and in which order.
        between: What stands between an answer and the next demonstration.

    Raises:
        UsageError: If there are chats, or `shots` is below 1.
        InsufficientDataError: If there are too few examples that differ.

    Example:
        >>> from tacit.tuning.data.example import Example
        >>> some = [Example("1", "2+2=", "4"), Example("2", "1+1=", "2")]
        >>> few_shot_prompts(some, 1, seed=0, between="\n")[0].text
        '1+1= 2\n2+2= 4'
    """
    if shots < 1:
        raise UsageError(f"Few-shot prompts have at least one demonstration, not {shots}.")
    pool: dict[str, Example] = {}
    for example in examples:
        if example.is_chat:
            raise UsageError(f"{example.id} is a chat. Few-shot prompts are made of prompts and completions as text.")
        pool.setdefault(digest(example.prompt), example)
    if len(pool) <= shots:
        raise InsufficientDataError(
            f"Prompts with {shots} demonstrations need at least {shots + 1} examples with different prompts; there are "
            f"{len(pool)}. Give more, or choose fewer demonstrations."
        )
    found = []
    candidates, places = list(pool.values()), {key: at for at, key in enumerate(pool)}
    for number, example in enumerate(examples):
        own = places[digest(example.prompt)]
        # Drawn among the others: a number from its own place on means the next one.
        drawn = np.random.default_rng([seed, number]).choice(len(candidates) - 1, size=shots, replace=False)
        shown = [candidates[at + (at >= own)] for at in drawn.tolist()]
        told = [piece for one in shown for piece in (*_pieces(one), (between, False))]
        found.append(FewShotPrompt((*told, *_pieces(example)), tuple(one.id for one in shown), example.id))
    return found


def _pieces(example: Example) -> tuple[tuple[str, bool], tuple[str, bool]]:
    prompt, completion = str(example.prompt), str(example.completion)
    return (prompt, False), (gap_between(prompt, completion) + completion, True)
