"""What simulated conversations came to: a table by kind of turn, and rows for `tacit compare`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit._version import __version__
from tacit.evidence.comparing.paired import mean_score
from tacit.evidence.estimate import Estimate
from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from tacit.dialogue.simulate.hold import Held
    from tacit.evidence.outcomes import Outcomes

SCHEMA: Final = "tacit.simulation/1"
ALL: Final = "all"

Metric = Literal["decided", "right", "found", "astray", "unsupported"]
METRICS: Final[tuple[Metric, ...]] = ("decided", "right", "found", "astray", "unsupported")
"""Properties of `Held`."""
_CAPABILITY: Final[dict[Metric, str]] = {
    "decided": "decided as expected", "right": "right answer", "found": "leans on the right passage",
    "astray": "leans on nothing else", "unsupported": "no unsupported answer",
}  # fmt: skip
"""What a higher score is better at."""
_LOWER_IS_BETTER: Final = frozenset({"astray", "unsupported"})
_HEADS: Final = ("kind", "n", "as expected", "right answer", "found", "astray", "invented")
_WITH_ENDS: Final = frozenset({"decided", "right"})


@dataclass(frozen=True, slots=True)
class KindScores:
    """Turns of one kind.

    Attributes:
        made: How the turns were made (`Move.made`), or ``all``.
        turns: How many there are.
        decided: Share on which the agent did what was expected.
        right: Share of which the words hold the right answer, where it is known.
        found: Share that leans on a right passage or document, where one is known and the agent tells.
        astray: Share that leans on other documents too, where all right ones are known and the agent tells.
        unsupported: Share that was answered although no document does, of those that should have been declined.
    """

    made: str
    turns: int
    decided: Estimate
    right: Estimate
    found: Estimate
    astray: Estimate
    unsupported: Estimate


@dataclass(frozen=True)
class SimulationResult(Summarised):
    """Everything that was found. The same turns and seed give the same bytes.

    Attributes:
        tacit: Version that made it.
        agent: Who was asked.
        scripts: How many conversations were held.
        kinds: Scores by kind of turn, all of them first.
        held: Every turn; not in the JSON.
    """

    tacit: str
    agent: str
    scripts: int
    kinds: tuple[KindScores, ...]
    held: tuple[Held, ...] = field(repr=False, compare=False)

    def kind(self, made: str = ALL) -> KindScores:
        """The scores of one kind of turn.

        Raises:
            KeyError: If there is none of this name.
        """
        for found in self.kinds:
            if found.made == made:
                return found
        raise KeyError(f"no kind of turn {made}")

    def to_json(self) -> str:
        """The content of ``result.json``."""
        content = {
            "schema": SCHEMA, "tacit": self.tacit, "agent": self.agent, "scripts": self.scripts,
            "kinds": [asdict(found) for found in self.kinds],
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The scores as text of at most 80 columns."""
        from tacit.report.terminal import as_text, grid, print_blocks

        rows = [
            (
                found.made,
                f"{found.turns:,}",
                *(_told(getattr(found, name), ends=name in _WITH_ENDS) for name in METRICS),
            )
            for found in self.kinds
        ]
        note = (
            f"{self.agent}, {self.scripts:,} conversations, which are the clusters of the intervals. Found: leans on "
            "what holds the answer. Astray: on something else, too. Invented: answers what no document does."
        )
        table = grid(_HEADS, rows, notes=(note,), numeric=range(1, len(_HEADS)), folding=())
        return as_text(lambda console: print_blocks(console, [[table]]))

    def to_frame(self) -> pl.DataFrame:
        """The scores as a polars table: one row per kind of turn and metric."""
        import polars as pl

        rows: list[dict[str, Any]] = [
            {"agent": self.agent, "made": found.made, "metric": metric, **asdict(getattr(found, metric))}
            for found in self.kinds
            for metric in METRICS
        ]
        texts = dict.fromkeys(("agent", "made", "metric", "method", "missing"), pl.String)
        numbers = dict.fromkeys(("value", "low", "high", "level"), pl.Float64)
        return pl.DataFrame(rows, schema_overrides={**texts, **numbers, "n": pl.Int64})

    def to_long(self, *, by_kind: bool = False) -> pl.DataFrame:
        """Every turn in the long format of evaluation results (`tacit.io.evals.long`), conversations as clusters.

        Args:
            by_kind: Whether each kind of turn is a capability of its own (``right answer, pronoun``).
        """
        from tacit.io.evals.long import as_long

        rows = []
        for turn in self.held:
            for metric in METRICS:
                value = getattr(turn, metric)
                if value is None:
                    continue
                name = f"{_CAPABILITY[metric]}, {turn.move.made}" if by_kind else _CAPABILITY[metric]
                rows.append({
                    "system": self.agent, "capability": name, "item": f"{turn.script} {turn.turn}",
                    "cluster": turn.script, "score": float(value != (metric in _LOWER_IS_BETTER)),
                })  # fmt: skip
        return as_long(rows, "the simulation")

    def to_outcomes(self) -> Outcomes:
        """The turns as the checked table that `tacit.compare` takes."""
        from tacit.evidence.outcomes import Outcomes

        return Outcomes.from_frame(self.to_long(), unit="share")


def _told(estimate: Estimate, *, ends: bool) -> str:
    if estimate.value is None:
        return "-"
    told = f"{estimate.value:.2f}"
    if ends and estimate.low is not None:
        told += f" ({estimate.low:.2f}-{estimate.high:.2f})"
    return told.replace("0.", ".")


def sum_up(held: Iterable[Held], agent: str, *, level: float = 0.95, seed: int = 0) -> SimulationResult:
    """What conversations came to.

    Args:
        held: Turns, as `hold` returns them.
        agent: Who was asked: what results and comparisons call it.
        level: Nominal coverage of the intervals.
        seed: Of intervals that are drawn.

    Example:
        >>> from tacit.dialogue.simulate.hold import Held
        >>> from tacit.dialogue.simulate.script import Move, Said
        >>> moves = [Move("Where?", expect="answer", answer="here"), Move("Why?", expect="decline", made="near_miss")]
        >>> held = [Held(script, 1, move, Said("It is here.", "answer")) for script, move in zip("ab", moves)]
        >>> result = sum_up(held, "bot")
        >>> [(found.made, found.decided.value) for found in result.kinds]
        [('all', 0.5), ('as_is', 1.0), ('near_miss', 0.0)]
        >>> result.kind("near_miss").unsupported.value
        1.0
    """
    turns = tuple(held)
    kinds = [(ALL, turns)]
    kinds += [(made, tuple(turn for turn in turns if turn.move.made == made))
              for made in sorted({turn.move.made for turn in turns})]  # fmt: skip
    scores = tuple(
        KindScores(made, len(part), *(_mean(part, metric, level, seed) for metric in METRICS)) for made, part in kinds
    )
    return SimulationResult(__version__, agent, len({turn.script for turn in turns}), scores, turns)


_ABSENT: Final[dict[Metric, str]] = {
    "decided": "nothing was expected of these turns", "right": "no right answer is known",
    "found": "no passage is known, or the agent tells none",
    "astray": "not all right documents are known, or the agent tells none",
    "unsupported": "none of these turns should be declined",
}  # fmt: skip


def _mean(turns: Sequence[Held], metric: Metric, level: float, seed: int) -> Estimate:
    told = [(float(value), turn.script) for turn in turns if (value := getattr(turn, metric)) is not None]
    if not told:
        return Estimate.none(_ABSENT[metric], level=level)
    values, clusters = zip(*told, strict=True)
    alone = len(set(clusters)) == len(clusters)
    return mean_score(values, clusters=None if alone else clusters, level=level, draws=2_000, seed=seed)
