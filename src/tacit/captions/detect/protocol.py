"""What a detector is, and how one is registered.

A detector is one object with a name, a version and a language. The only thing it must do is `detect`: list the hits of
one caption. Faster detectors override `scan`, which does the same for a batch; the conformance suite in
`tacit.testing` checks that the two agree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from tacit.captions.detect.hits import Hit, Kind, Scan
from tacit.errors import UsageError
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl


class Detector(ABC):
    """Finds the statements of the four types in captions of one language.

    Attributes:
        name: What users call it (``--detector NAME``).
        version: Changes whenever any caption could be judged differently.
        language: ISO 639-1 code of the captions it reads.
        validated: What its accuracy is known from, in a sentence; empty when it never was validated. The audit
            refuses to print rates from a detector that was not.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    language: ClassVar[str]
    validated: ClassVar[str] = ""

    @abstractmethod
    def detect(self, caption: str) -> list[Hit]:
        """List the hits of one caption, in order of their start."""

    def scan(self, captions: pl.Series) -> Scan:
        """Detect in a whole batch.

        Args:
            captions: Strings without nulls.

        Returns:
            The hits as columns. This default calls `detect` caption by caption.
        """
        rows: list[int] = []
        codes: list[int] = []
        kinds: dict[Kind, int] = {}
        for row, caption in enumerate(captions):
            for hit in self.detect(caption):
                rows.append(row)
                codes.append(kinds.setdefault(hit.kind, len(kinds)))
        return Scan(len(captions), np.array(rows, dtype=np.int64), np.array(codes, dtype=np.int64), tuple(kinds))


_REGISTRY: dict[tuple[str, str], Callable[[], Detector]] = {}
ENTRY_POINTS: Final = "tacit.detector"
_BUILT_IN: Final = (
    "tacit.captions.detect.rules.en",
    "tacit.captions.detect.rules.de",
    "tacit.captions.detect.rules.fr",
    "tacit.captions.detect.rules.cs",
    "tacit.captions.detect.rules.kamath2026",
)


def register(cls: type[Detector]) -> type[Detector]:
    """Class decorator: make a detector available as ``--detector NAME``.

    Raises:
        UsageError: If another class already took the name and language.
    """
    key = (cls.name, cls.language)
    taken = _REGISTRY.get(key)
    if taken is not None and taken is not cls:
        raise UsageError(f"Two detectors are called {cls.name!r} for language {cls.language!r}. Rename one of them.")
    _REGISTRY[key] = cls
    return cls


def _load() -> None:
    """Import the detectors that come with tacit, then those that are plugged in."""
    for module in _BUILT_IN:
        import_module(module)
    load_plugins(ENTRY_POINTS)


def available() -> list[tuple[str, str]]:
    """The (name, language) of every detector, built in or plugged in, sorted."""
    _load()
    return sorted(_REGISTRY)


def get_detector(name: str = "tacit", language: str = "en") -> Detector:
    """Look a detector up.

    Args:
        name: The detector's name.
        language: ISO 639-1 code.

    Raises:
        UsageError: If there is none of that name for that language; the message lists what there is.

    Example:
        >>> [h.kind.cue for h in get_detector().detect("Two dogs next to a tree") if h.kind.counts]
        ['two', 'next to']
    """
    _load()
    factory = _REGISTRY.get((name, language))
    if factory is None:
        names = sorted({n for n, _ in _REGISTRY})
        if name not in names:
            raise UsageError(
                f"There is no detector called {name!r}. Installed: {', '.join(names)}.{broken_note(ENTRY_POINTS)}"
            )
        languages = sorted(lang for n, lang in _REGISTRY if n == name)
        raise UsageError(
            f"Detector {name!r} has no validated rules for language {language!r}; a rate without them would mean "
            f"nothing. It reads: {', '.join(languages)}."
        )
    return factory()


def hits_of(detector: Detector, captions: Iterable[str]) -> list[list[Hit]]:
    """Hits of several captions, for small inputs."""
    return [detector.detect(c) for c in captions]
