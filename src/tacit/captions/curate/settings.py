"""What a curation was asked to do, as plain data that can travel to any worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tacit.captions.detect.hits import TYPES

if TYPE_CHECKING:
    from tacit.captions.audit.settings import AuditSettings
    from tacit.captions.curate.targets import Target


@dataclass(frozen=True, slots=True)
class CurateSettings:
    """Everything that can change which captions are chosen, apart from the captions.

    Attributes:
        audit: How captions are read and detected in; its grouping column is not used.
        targets: The wanted shares.
        budget: How many captions to choose, repetitions included.
        max_repeat: How often one caption may be repeated to reach a target.
        id: The column that names the captions, or ``""``.
        benchmarks: Evaluation texts whose captions are left out, as `BenchmarkIndex.to_bytes` makes them.
    """

    audit: AuditSettings
    targets: tuple[Target, ...]
    budget: int
    max_repeat: int = 1
    id: str = ""
    benchmarks: bytes = field(default=b"", repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to read."""
        return tuple(dict.fromkeys((self.audit.text, *([self.id] if self.id else []))))

    @property
    def targeted(self) -> int:
        """The types with a target, as a bit mask: bit i for type i."""
        return sum(1 << TYPES.index(target.type) for target in self.targets)

    def room(self, mask: int) -> int:
        """How many captions of one sub-type can be needed among those that state this set of targeted types.

        More than the largest of their quotas are only needed to fill the budget, and then any will do.
        """
        return max(target.of(self.budget) for target in self.targets if mask >> TYPES.index(target.type) & 1)

    def to_json(self) -> dict[str, Any]:
        """Plain values; two curations with equal ones choose the same captions from the same corpus."""
        return {
            "audit": self.audit.to_json(),
            "targets": {target.type: str(target.share) for target in self.targets},
            "budget": self.budget,
            "max_repeat": self.max_repeat,
            "id": self.id,
            "benchmarks": sha256(self.benchmarks).hexdigest() if self.benchmarks else "",
        }
