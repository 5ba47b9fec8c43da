"""What a probe is, and how one is registered.

A probe asks which of a few statements is true of a picture. It is one function: given what the answer should turn on,
draw a scene and statements of which just one is true. Everything that keeps guessing at chance is done here, alike for
all probes: every case comes up as often as any other, so does the answer at every place among the options, and where
an option stands tells nothing else. Adding a probe means writing one file: a function with the decorator `probe`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from tacit.errors import UsageError
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tacit.captions.world.scene import Scene
    from tacit.captions.world.statement import Statement

    Question = tuple[Scene, Sequence[Statement]]
    """A scene, and statements in any order of which one is true."""

Case = TypeVar("Case")

FOUR: Final = ("spatial", "counting", "negation", "temporal")
"""The probes of what captions leave out, after Kamath et al.'s four."""
CONTROLS: Final = ("colour", "shape", "naming")
"""The probes of what captions do say."""


@dataclass(frozen=True, slots=True)
class ProbeItem:
    """One question about one picture.

    Attributes:
        capability: The name of the probe.
        scene: What the picture shows.
        options: Statements of which just one is true of the scene.
        answer: Index of the true one.
        cluster: What items that belong together share; empty where an item stands by itself. Built-in probes draw a
            scene of its own for every item, so theirs do.
    """

    capability: str
    scene: Scene
    options: tuple[Statement, ...]
    answer: int
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One kind of question.

    Attributes:
        name: What users call it, and the capability in outcomes.
        options: How many statements there are to choose from.
        cases: What answers turn on, e.g. the four relations; each comes up equally often.
        ask: Draws a scene and its statements for a case.
    """

    name: str
    options: int
    cases: tuple[Any, ...]
    ask: Callable[[Any, np.random.Generator], Question]

    @property
    def chance(self) -> float:
        """The accuracy of guessing, as a share."""
        return 1 / self.options

    def draw(self, items: int, rng: np.random.Generator) -> list[ProbeItem]:
        """Draw questions.

        Args:
            items: How many. Cases, and places of the answer, are then balanced to within one item; exactly where
                `items` is a multiple of their numbers.
            rng: Where the randomness comes from.

        Raises:
            UsageError: If `items` is negative, or the probe asks something that has not just one true answer.

        Example:
            >>> import numpy as np
            >>> drawn = get_probe("spatial").draw(8, np.random.default_rng(0))
            >>> sorted(item.answer for item in drawn)
            [0, 0, 1, 1, 2, 2, 3, 3]
            >>> [option.is_true(drawn[0].scene) for option in drawn[0].options].index(True) == drawn[0].answer
            True
        """
        if items < 0:
            raise UsageError(f"There cannot be {items} items of the probe {self.name!r}.")
        cases, places = _evenly(items, len(self.cases), rng), _evenly(items, self.options, rng)
        return [self._item(self.cases[case], int(place), rng) for case, place in zip(cases, places, strict=True)]

    def _item(self, case: Any, answer: int, rng: np.random.Generator) -> ProbeItem:  # noqa: ANN401 - the probe's own
        scene, statements = self.ask(case, rng)
        held = [statement.is_true(scene) for statement in statements]
        if (sum(held), len(held)) != (1, self.options):
            raise UsageError(
                f"The probe {self.name!r} gave {len(held)} options of which {sum(held)} are true; it must give "
                f"{self.options}, just one of them true."
            )
        options = [statements[at] for at in rng.permutation(len(held)) if not held[at]]
        options.insert(answer, statements[held.index(True)])
        return ProbeItem(self.name, scene, tuple(options), answer)


def _evenly(items: int, kinds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Numbers below `kinds` in random order, each as often as any other to within one; shape ``(items,)``."""
    # Which ones come up once more, where it does not divide evenly, is random too.
    return rng.permutation(np.resize(rng.permutation(kinds), items))


_REGISTRY: dict[str, Probe] = {}
ENTRY_POINTS: Final = "tacit.probe"
_BUILT_IN: Final = tuple(
    f"tacit.captions.world.probes.{name}" for name in ("spatial", "counting", "negation", "temporal", "controls")
)


def probe(
    name: str, options: int, cases: Sequence[Case]
) -> Callable[[Callable[[Case, np.random.Generator], Question]], Probe]:
    """Function decorator: make a probe of a function that draws a scene and its statements for a case.

    Args:
        name: What users call it.
        options: How many statements there are to choose from.
        cases: What answers turn on.

    Raises:
        UsageError: If another probe already took the name.
    """

    def make(ask: Callable[[Case, np.random.Generator], Question]) -> Probe:
        taken = _REGISTRY.get(name)
        if taken is not None and (taken.ask.__module__, taken.ask.__name__) != (ask.__module__, ask.__name__):
            raise UsageError(f"Two probes are called {name!r}. Rename one of them.")
        _REGISTRY[name] = Probe(name, options, tuple(cases), ask)
        return _REGISTRY[name]

    return make


def _load() -> None:
    """Import the probes that come with tacit, then those that are plugged in."""
    for module in _BUILT_IN:
        import_module(module)
    load_plugins(ENTRY_POINTS)


def probe_names() -> tuple[str, ...]:
    """The names of all probes, built in or plugged in, sorted.

    Example:
        >>> probe_names()
        ('colour', 'counting', 'naming', 'negation', 'negation-paper', 'shape', 'spatial', 'temporal')
    """
    _load()
    return tuple(sorted(_REGISTRY))


def get_probe(name: str) -> Probe:
    """Look a probe up.

    Raises:
        UsageError: If there is none of that name; the message lists what there is.

    Example:
        >>> [round(get_probe(name).chance, 3) for name in FOUR]
        [0.25, 0.111, 0.25, 0.5]
    """
    names = probe_names()
    if name not in _REGISTRY:
        raise UsageError(
            f"There is no probe called {name!r}. Installed: {', '.join(names)}.{broken_note(ENTRY_POINTS)}"
        )
    return _REGISTRY[name]
