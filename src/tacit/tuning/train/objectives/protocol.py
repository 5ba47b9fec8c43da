"""What holds a model to what it was, and how another way is added: one file with one class under `keeper`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from tacit.errors import UsageError
from tacit.io.places import shown
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor, nn

    from tacit.tuning.partial.hold import Held
    from tacit.tuning.train.shots import ShotBatches

ENTRY_POINTS: Final = "tacit.keeper"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a keeper may look at before training begins; the trained entries are those of the base then.

    Attributes:
        held: The model with its trained entries.
        model: The model itself, on the device it trains on.
        prompts: Few-shot prompts from other tasks, for those that said they need them.
    """

    held: Held
    model: nn.Module
    prompts: ShotBatches | None


class Keeper(Protocol):
    """A term beside the loss.

    Attributes:
        needs_prompts: Whether it needs few-shot prompts from other tasks.
        needs_logits: Whether `term` wants what the model says on the batch it learns from.
    """

    needs_prompts: bool
    needs_logits: bool

    def prepare(self, setting: Setting) -> None:
        """Look at the base, once, before the first step. Must give the same however often it is called."""
        ...

    def term(self, model: nn.Module, inputs: Mapping[str, Tensor], logits: Tensor | None, draw: int) -> Tensor:
        """The term, unweighted: one number that can be derived.

        Args:
            model: As the trainer holds it; it may be wrapped.
            inputs: The batch the model learns from.
            logits: What it says on it, where `needs_logits`.
            draw: How many batches were seen before, over all devices; whatever is drawn depends on it alone, so that
                a run that is continued draws what it would have drawn.
        """
        ...


_REGISTRY: dict[str, Callable[[], Keeper]] = {}
_BUILT_IN: Final = ("none", "few_shot", "kl", "l2", "ewc")


def keeper(name: str) -> Callable[[Callable[[], Keeper]], Callable[[], Keeper]]:
    """Decorator: make a keeper available to ``--keep`` under a name.

    Raises:
        UsageError: If the name is taken.
    """

    def register(make: Callable[[], Keeper]) -> Callable[[], Keeper]:
        if _REGISTRY.setdefault(name, make) is not make:
            raise UsageError(f"Two keepers are called {name!r}. Rename one of them.")
        return make

    return register


def available_keepers() -> dict[str, Callable[[], Keeper]]:
    """What makes each keeper, built in or plugged in, by name."""
    for name in _BUILT_IN:
        import_module(f"tacit.tuning.train.objectives.{name}")
    load_plugins(ENTRY_POINTS)
    return dict(sorted(_REGISTRY.items()))


def make_keeper(name: str) -> Keeper:
    """A keeper by its name.

    Raises:
        UsageError: If there is no such keeper.
    """
    makers = available_keepers()
    if name not in makers:
        raise UsageError(
            f"--keep {shown(name)}: there is no such objective. There are: {', '.join(makers)}."
            f"{broken_note(ENTRY_POINTS)}"
        )
    return makers[name]()
