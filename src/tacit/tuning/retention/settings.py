"""What `tacit retention` is asked to do."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import UsageError
from tacit.models.protocol import Loading
from tacit.tuning.retention.statistics import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOTS: Final = (0, 1, 2, 4, 8, 16)
_MOST_SHOTS: Final = 1024


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How retention is measured.

    Attributes:
        tasks: Names of in-context tasks, or files; all tasks that come with tacit when empty.
        shots: Numbers of demonstrations, each once, rising.
        draws: Of demonstrations and their order, for each number above 0.
        items: Questions of a task.
        margin: The largest loss that does not matter, as a share of what the base has.
        level: Nominal coverage of intervals; the verdict is read off them.
        target_examples: Examples of the target that are looked at, drawn where there are more.
        drift_prompts: Few-shot prompts on which attention is compared, with local models; 0 for none.
        seed: Of tasks and draws.
        chance: For results of lm-eval that do not say it: accuracy of guessing per task, ``*`` for all others.
        loading: How local models are loaded and asked.

    Raises:
        UsageError: If a value is impossible; the message names the option.

    Example:
        >>> RetentionSettings(shots=(4, 0, 4)).shots
        (0, 4)
    """

    tasks: tuple[str, ...] = ()
    shots: tuple[int, ...] = SHOTS
    draws: int = 5
    items: int = 100
    margin: float = MARGIN
    level: float = 0.95
    target_examples: int = 200
    drift_prompts: int = 16
    seed: int = 0
    chance: tuple[tuple[str, float], ...] = ()
    loading: Loading = field(default_factory=Loading)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shots", tuple(sorted(set(self.shots))))
        if not self.shots or not all(0 <= k <= _MOST_SHOTS for k in self.shots) or self.shots == (0,):
            raise UsageError(f"--shots are numbers from 0 to {_MOST_SHOTS}, at least one of them above 0.")
        if self.draws < 2:
            raise UsageError(
                f"--draws {self.draws}: what another draw of demonstrations would give cannot be known from fewer "
                "than 2. Usual is 5 to 10."
            )
        if min(self.items, self.target_examples) < 2 or self.drift_prompts < 0:
            raise UsageError("--items and --target-examples must be at least 2, and --drift-prompts at least 0.")
        for name, value in (("--margin", self.margin), ("--level", self.level)):
            if not (math.isfinite(value) and 0 < value < 1):
                raise UsageError(f"{name} {value}: it must be a share between 0 and 1, such as .05.")
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"--seed {self.seed}: it must be a whole number from 0 to 2**63 - 1.")

    def to_json(self) -> dict[str, Any]:
        """Everything that the numbers depend on, apart from models and data."""
        return {
            "tasks": list(self.tasks), "shots": list(self.shots), "draws": self.draws, "items": self.items,
            "margin": self.margin, "level": self.level, "target_examples": self.target_examples,
            "drift_prompts": self.drift_prompts, "seed": self.seed,
            "chance": dict(self.chance), "precision": self.loading.precision,
        }  # fmt: skip


def read_shots(text: str) -> tuple[int, ...]:
    """Numbers of demonstrations from an option.

    Raises:
        UsageError: If it is no list of whole numbers.

    Example:
        >>> read_shots("0,1, 8")
        (0, 1, 8)
    """
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--shots {text[:80]!r}: numbers separated by commas are needed, such as 0,1,4,16.") from None


def read_chance(texts: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Accuracies of guessing from options.

    Args:
        texts: ``TASK=SHARE``, or ``SHARE`` for all tasks of which nothing else is known.

    Raises:
        UsageError: If one is neither.

    Example:
        >>> read_chance(["gsm8k=0", ".25"])
        (('gsm8k', 0.0), ('*', 0.25))
    """
    found = []
    for text in texts:
        task, sign, told = text.rpartition("=")
        try:
            value = float(told)
        except ValueError:
            value = -1.0
        if not 0 <= value < 1 or (sign and not task):
            raise UsageError(f"--chance {text[:80]!r}: a share from 0 to 1, or TASK=SHARE, is needed, such as gsm8k=0.")
        found.append((task if sign else "*", value))
    return tuple(found)
