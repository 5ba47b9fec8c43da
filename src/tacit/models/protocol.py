"""What a model is to tacit, and how a kind of model is registered.

A model is *found* first, which is cheap (its files are looked at, nothing is loaded), and loaded only when there is
something left to ask it. Adding a kind of model means writing one file: a function with the decorator `model_kind`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args, runtime_checkable

from tacit.errors import UsageError
from tacit.io.places import shown
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.Image import Image

ENTRY_POINTS: Final = "tacit.model"

Attribute = str | float
"""A fact about a model: ``family`` is a text, the axes of `tacit.io.evals.long.AXES` are numbers."""

TOO_LONG: Final = "option too long"
"""Instead of scores: an option has more tokens than the model reads."""
TOO_MANY: Final = "too many options"
"""Instead of scores: there are more options than the model can be asked about."""

Scoring = Literal["normalised", "total", "letters"]
SCORINGS: Final = get_args(Scoring)
Precision = Literal["float32", "float16", "bfloat16"]
PRECISIONS: Final = get_args(Precision)
PROMPT: Final = "What does this image show?"


@runtime_checkable
class OptionScorer(Protocol):
    """A model that can tell how well each of several captions fits an image.

    Attributes:
        name: What results call it.
        identity: Differs whenever scores could: weights, settings, version. An interrupted run goes on only with
            models whose identities are what they were.
        attributes: What is known of it: ``family``, ``params`` and other axes.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above

    @property
    def identity(self) -> str: ...  # noqa: D102

    @property
    def attributes(self) -> Mapping[str, Attribute]: ...  # noqa: D102

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Sequence[Sequence[float] | str]:
        """Score the options of each image.

        Args:
            images: RGB, of any size.
            options: The captions to choose from, for each image.

        Returns:
            For each image one number per option, higher is better, in logits or log-probability; or, in words, why
            there is none (`TOO_LONG`). What an image's options score does not depend on the images beside it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """A model that was found and is not loaded yet.

    Attributes:
        name: What results call it.
        identity: As in `OptionScorer`.
        load: Loads it.

    Example:
        >>> class Longest:
        ...     name, identity, attributes = "longest", "1", {}
        ...     def score(self, images, options):
        ...         return [[len(text) for text in texts] for texts in options]
        >>> Model.of(Longest()).load().score([None], [["a", "bbb"]])
        [[1, 3]]
    """

    name: str
    identity: str
    load: Callable[[], OptionScorer]

    @classmethod
    def of(cls, scorer: OptionScorer) -> Model:
        """A model that is loaded already."""
        return cls(scorer.name, scorer.identity, lambda: scorer)


@dataclass(frozen=True, slots=True)
class Loading:
    """How models are loaded and asked.

    Attributes:
        device: ``auto``, or what torch calls a device: ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        batch: Images at a time; generative models count image and option pairs.
        precision: Of weights and arithmetic; scores are summed in float32 whatever it is.
        allow_download: Whether a model that is not on this machine is fetched from the Hugging Face hub.
        scoring: What a generative model is asked for: the likelihood of each option per byte (``normalised``) or as
            a whole (``total``), or that of its letter in a multiple-choice question (``letters``).
        prompt: What a generative model is asked before.
    """

    device: str = "auto"
    batch: int = 16
    precision: Precision = "float32"
    allow_download: bool = False
    scoring: Scoring = "normalised"
    prompt: str = PROMPT

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise UsageError(f"The batch size must be at least 1, not {self.batch}.")
        if self.precision not in PRECISIONS:
            raise UsageError(f"The precision is one of {', '.join(PRECISIONS)}, not {self.precision!r}.")
        if self.scoring not in SCORINGS:
            raise UsageError(f"The scoring is one of {', '.join(SCORINGS)}, not {self.scoring!r}.")


Finder = Callable[[str, Loading], Model]
"""From what stands behind the colon of an address, and how to load it, to the model."""


_REGISTRY: dict[str, tuple[Finder, str]] = {}
_BUILT_IN: Final = ("tacit.models.adapters.open_clip", "tacit.models.adapters.transformers")


def model_kind(name: str, form: str) -> Callable[[Finder], Finder]:
    """Decorator: make a kind of model available under the word before the colon of its addresses.

    Args:
        name: That word.
        form: What follows it, for messages: ``/path/to/folder or hub/name``.

    Raises:
        UsageError: If the word is taken.
    """

    def register(find: Finder) -> Finder:
        if _REGISTRY.setdefault(name, (find, form))[0] is not find:
            raise UsageError(f"Two kinds of models are called {name!r}. Rename one of them.")
        return find

    return register


def model_kinds() -> dict[str, str]:
    """The form of an address of every kind, built in or plugged in.

    Example:
        >>> list(model_kinds())
        ['hf', 'open_clip']
    """
    for module in _BUILT_IN:
        import_module(module)
    load_plugins(ENTRY_POINTS)
    return {name: f"{name}:{form}" for name, (_, form) in sorted(_REGISTRY.items())}


def finders() -> dict[str, Finder]:
    """What finds the models of every kind, built in or plugged in."""
    return {kind: _REGISTRY[kind][0] for kind in model_kinds()}


def find_model(address: str, how: Loading | None = None) -> Model:
    """Find the model that an address stands for, without loading it.

    Args:
        address: ``KIND:REST``, optionally ``NAME=KIND:REST`` to say what results shall call it.
        how: How it will be loaded and asked.

    Raises:
        UsageError: If there is no such kind, or no such model.
        DataError: If the model's files are not as they should be.
        MissingExtraError: If the packages for this kind are not installed.

    Example:
        >>> find_model("magic:8-ball")
        Traceback (most recent call last):
            ...
        tacit.errors.UsageError: 'magic:8-ball' names no kind of model. Addresses are hf:...
    """
    forms = model_kinds()
    name, sign, rest = address.partition("=")
    if not sign or ":" in name:
        name, rest = "", address
    kind, _, place = rest.partition(":")
    if kind not in _REGISTRY or not place:
        raise UsageError(
            f"{shown(address)!r} names no kind of model. Addresses are {'; '.join(forms.values())}; NAME= before one "
            f"says what to call it.{broken_note(ENTRY_POINTS)}"
        )
    found = _REGISTRY[kind][0](place, how or Loading())
    return Model(name.strip() or found.name, found.identity, found.load)
