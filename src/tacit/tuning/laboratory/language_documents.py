"""What the laboratory's language model reads when it is trained: demonstrations of ever new tasks, and plain facts.

A document is a row of demonstrations of one task that nobody else is given, in the form of the in-context tasks; the
model is asked for every answer in it, so one document teaches it with 0, 1, 2 ... demonstrations. What the
categories of words are, and how strings of letters repeat, is told in plain statements, as text at large tells other
models.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from tacit.tuning.retention.tasks.mapping import WORDS
from tacit.tuning.retention.tasks.pattern import PATTERNS
from tacit.tuning.retention.tasks.protocol import make_task

if TYPE_CHECKING:
    import numpy as np

FIRST_SEED: Final = 1_000_000
"""Tasks of documents have seeds from here on; those on which models are measured have lower ones."""
SEEDS: Final = 1_000_000_000
_ITEMS: Final = 24

Document = list[tuple[str, bool]]
"""Pieces of text, and whether the model is asked to write them."""


def draw_demonstrations(name: str, count: int, shots: int, variety: int, rng: np.random.Generator) -> list[Document]:
    """Documents about one new task.

    Args:
        name: Of the task.
        count: Documents.
        shots: Demonstrations in each.
        variety: Different inputs per answer in a document; 1 can be done by copying.
        rng: Of everything.

    Example:
        >>> import numpy as np
        >>> document = draw_demonstrations("pattern", 1, 2, 1, np.random.default_rng(0))[0]
        >>> [wanted for _, wanted in document]
        [False, True, False, False, True, False]
    """
    seed = FIRST_SEED + int(rng.integers(SEEDS))
    task = make_task(name, seed=seed, items=_ITEMS, pool=_ITEMS)
    by_answer = [[item for item in (*task.items, *task.pool) if item.answer == option] for option in task.options]
    documents = []
    for _ in range(count):
        few = [[items[at] for at in rng.permutation(len(items))[:variety]] for items in by_answer]
        document: Document = []
        for _ in range(shots):
            items = few[rng.integers(len(few))]
            item = items[rng.integers(len(items))]
            document += [
                (f"{task.before}{item.input}{task.between}", False),
                (f" {item.answer}", True),
                (task.after, False),
            ]
        documents.append(document)
    return documents


def draw_facts(count: int, shots: int, rng: np.random.Generator) -> list[Document]:
    """Documents that say of words, or of strings of letters, what they are.

    Args:
        count: Documents; each is about words alone or strings alone.
        shots: Statements in each.
        rng: Which words and strings, in which order.

    Example:
        >>> import numpy as np
        >>> for document in draw_facts(2, 2, np.random.default_rng(0)):
        ...     print("".join(text for text, _ in document))
         t e k k e t mirrored, h t e h t e alike,
         electrician profession, cookie food,
    """
    documents = []
    for _ in range(count):
        draw = _word if rng.random() < 0.5 else _string
        told = [draw(rng) for _ in range(shots)]
        documents.append(
            [piece for thing, kind in told for piece in ((f" {thing}", False), (f" {kind}", True), (",", False))]
        )
    return documents


def _word(rng: np.random.Generator) -> tuple[str, str]:
    category, members = list(WORDS.items())[rng.integers(len(WORDS))]
    return members[rng.integers(len(members))], category


def _string(rng: np.random.Generator) -> tuple[str, str]:
    name, pattern = list(PATTERNS.items())[rng.integers(len(PATTERNS))]
    letters = rng.permutation(list(ascii_lowercase))
    return " ".join(letters[at] for at in pattern), name.split()[-1]
