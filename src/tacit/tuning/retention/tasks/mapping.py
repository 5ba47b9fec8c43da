"""Sentences about things of some category, and a label for each category that means nothing, or means another one.

What a category is, models know; which label stands for it, only the demonstrations tell. Labels without a meaning ask
for learning in context alone (Wei et al. 2023, arXiv 2303.03846). With the names of the categories in the wrong
places (`mapping-swapped`), what the model knows speaks against the demonstrations: without them it is right less often
than by guessing, and small models may not get over that.

The words are among the most frequent nouns of English and their categories among the first that embeddings tell
apart, so models of half a billion parameters can be expected to do `mapping` well above chance with 16 demonstrations
(four per label); that is a judgement, not a measurement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.tuning.retention.tasks.making import draw_labels, draw_task
from tacit.tuning.retention.tasks.protocol import in_context_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.tasks.protocol import Task

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "animal": (
        "dog", "cat", "horse", "cow", "pig", "sheep", "goat", "lion", "tiger", "bear", "wolf", "fox", "rabbit",
        "mouse", "elephant", "monkey", "camel", "deer", "frog", "snake", "eagle", "duck", "chicken", "whale",
    ),
    "food": (
        "bread", "cheese", "butter", "rice", "soup", "pizza", "cake", "cookie", "sandwich", "salad", "sausage",
        "pasta", "apple", "banana", "tomato", "potato", "carrot", "onion", "lemon", "sugar", "honey", "chocolate",
        "pancake", "omelette",
    ),
    "clothing": (
        "shirt", "jacket", "coat", "dress", "skirt", "sweater", "sock", "shoe", "boot", "hat", "scarf", "glove",
        "belt", "suit", "vest", "blouse", "uniform", "sandal", "slipper", "apron", "cardigan", "jumper", "hoodie",
        "kimono",
    ),
    "vehicle": (
        "car", "truck", "bus", "train", "bicycle", "motorcycle", "boat", "ship", "airplane", "helicopter", "tram",
        "taxi", "van", "tractor", "ambulance", "ferry", "scooter", "submarine", "yacht", "canoe", "jeep", "limousine",
        "sailboat", "minibus",
    ),
    "profession": (
        "doctor", "nurse", "teacher", "lawyer", "farmer", "baker", "butcher", "plumber", "carpenter", "engineer",
        "dentist", "journalist", "librarian", "electrician", "accountant", "architect", "waiter", "barber",
        "tailor", "mechanic", "scientist", "secretary", "firefighter", "surgeon",
    ),
    "furniture": (
        "table", "chair", "sofa", "bed", "desk", "bookcase", "wardrobe", "cupboard", "stool", "bench", "couch",
        "armchair", "dresser", "cabinet", "shelf", "nightstand", "mattress", "sideboard", "footstool", "crib",
        "recliner", "bookshelf", "bunk", "ottoman",
    ),
}  # fmt: skip
"""Nouns by category; no word could be of two of them."""

SENTENCES: Final = (
    "we talked about the {}", "there was a story about the {}", "she drew a picture of the {}", "he pointed at the {}",
    "they asked about the {}", "nobody had noticed the {}", "the children looked at the {}", "I dreamt of the {}",
)  # fmt: skip
CLASSES: Final = 4


@in_context_task("mapping")
def make_mapping(seed: int, items: int, pool: int) -> Task:
    """Categories under labels that mean nothing: four options.

    Args:
        seed: Of categories, labels and sentences.
        items: Questions, 384 at most.
        pool: Demonstrations to draw from, 384 at most. No word of theirs is in a question.

    Raises:
        UsageError: If so many cannot be made.

    Example:
        >>> for item in make_mapping(0, items=4, pool=16).items:
        ...     print(item.input, "->", item.answer)
        they asked about the shoe -> nipud
        the children looked at the ottoman -> yubat
        he pointed at the train -> pogat
        the children looked at the nurse -> hirob
    """
    rng = np.random.default_rng([seed, 0])
    names = _draw_categories(rng)
    return _task("mapping", names, draw_labels(CLASSES, rng), (items, pool), rng)


@in_context_task("mapping-swapped")
def make_swapped(seed: int, items: int, pool: int) -> Task:
    """Categories under the names of other categories: four options, none of which means itself.

    Args:
        seed: Of categories, their exchange and sentences.
        items: Questions, 384 at most.
        pool: Demonstrations to draw from, 384 at most. No word of theirs is in a question.

    Raises:
        UsageError: If so many cannot be made.

    Example:
        >>> for item in make_swapped(0, items=4, pool=16).items:
        ...     print(item.input, "->", item.answer)
        we talked about the submarine -> animal
        he pointed at the salad -> vehicle
        they asked about the whale -> profession
        nobody had noticed the mechanic -> food
    """
    rng = np.random.default_rng([seed, 1])
    names = _draw_categories(rng)
    # Drawn again until no name stands in its own place: 9 of the 24 orders of four names.
    swapped = names
    while any(one == other for one, other in zip(names, swapped, strict=True)):
        swapped = [names[at] for at in rng.permutation(CLASSES)]
    return _task("mapping-swapped", names, swapped, (items, pool), rng)


def _draw_categories(rng: np.random.Generator) -> list[str]:
    return [list(WORDS)[at] for at in rng.permutation(len(WORDS))[:CLASSES]]


def _task(
    name: str, categories: Sequence[str], answers: Sequence[str], counts: tuple[int, int], rng: np.random.Generator
) -> Task:
    halves = {}
    for category in categories:
        words = [WORDS[category][at] for at in rng.permutation(len(WORDS[category]))]
        halves[category] = (words[::2], words[1::2])

    def draw(number: int, shown: bool) -> str:
        words = halves[categories[number]][shown]
        return SENTENCES[rng.integers(len(SENTENCES))].format(words[rng.integers(len(words))])

    return draw_task(name, answers, counts, rng, draw)
