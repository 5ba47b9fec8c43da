"""What the laboratory's language model reads when it is trained: demonstrations of ever new tasks, and plain facts.

A document is a row of demonstrations of one task that nobody else is given, in the form of the in-context tasks; the
model is asked for every answer in it, so one document teaches it with 0, 1, 2 ... demonstrations. What the
categories of words are is told in plain statements, as text at large tells it to other models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.tuning.retention.tasks.mapping import WORDS
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
    """Documents that say of words what their categories are.

    Args:
        count: Documents.
        shots: Statements in each.
        rng: Which words, in which order.

    Example:
        >>> import numpy as np
        >>> "".join(text for text, _ in draw_facts(1, 1, np.random.default_rng(0))[0])
        ' carpenter is profession,'
    """
    facts = [(word, category) for category, members in WORDS.items() for word in members]
    documents = []
    for _ in range(count):
        told = [facts[at] for at in rng.permutation(len(facts))[:shots]]
        documents.append(
            [
                piece
                for word, category in told
                for piece in ((f" {word} is", False), (f" {category}", True), (",", False))
            ]
        )
    return documents
