"""What a probe returns. Plain numbers; drawing them is `tacit.captions.probe.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tacit.captions.probe.settings import Condition
    from tacit.evidence.estimate import Estimate
    from tacit.evidence.outcomes import Outcomes
    from tacit.models.protocol import Attribute

SCHEMA: Final = "tacit.probe/1"


@dataclass(frozen=True, slots=True)
class Score:
    """How one model did on one capability under one condition.

    Attributes:
        system: Name of the model.
        condition: ``as asked``, ``blind`` or ``shuffled``.
        capability: What was asked for.
        chance: Score of guessing: the mean of one over the number of options.
        items: How many there are.
        scored: How many of them have a score.
        ties: In how many of those several options share the highest score.
        not_scored: Reason and number of the others.
        accuracy: Share that is right; a tie that includes the right one among k counts 1/k.
        corrected: ``(accuracy - chance) / (1 - chance)``: 0 is guessing, 1 is perfect.
        probability: Mean probability of the right option, the softmax of the options' scores.
        solvable: For ``blind`` and ``shuffled``: whether the accuracy is above chance by more than
            `tacit.captions.probe.summary.MARGIN`, with its whole interval.
    """

    system: str
    condition: Condition
    capability: str
    chance: float
    items: int
    scored: int
    ties: int
    not_scored: tuple[tuple[str, int], ...]
    accuracy: Estimate
    corrected: Estimate
    probability: Estimate
    solvable: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A way of answering without image and without model.

    Attributes:
        name: ``longest``, ``shortest``, ``position`` or ``words``.
        accuracy: Share that it gets right.
        works: Whether that is above chance by more than `tacit.captions.probe.summary.MARGIN`, with its whole interval.
    """

    name: str
    accuracy: Estimate
    works: bool


@dataclass(frozen=True, slots=True)
class SetCheck:
    """What the option set is like, for one capability, without any model.

    Attributes:
        capability: Its name.
        items: How many there are.
        images: How many distinct images.
        options: The smallest and the largest number of options.
        chance: Score of guessing.
        positions: How often the right option is first, second, ...
        position_p: Probability of positions at least as uneven if every option were right equally often.
        duplicates: Items in which two options are equal.
        ambiguous: Items among those in which the right option is one of them.
        repeated: Items whose image and options another item has too.
        shortcuts: Ways of answering without looking.
    """

    capability: str
    items: int
    images: int
    options: tuple[int, int]
    chance: float
    positions: tuple[int, ...]
    position_p: float
    duplicates: int
    ambiguous: int
    repeated: int
    shortcuts: tuple[Shortcut, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """An item that a model got most clearly wrong.

    Attributes:
        system: Name of the model.
        capability: What was asked for.
        item: Its id.
        image: Path of its image.
        options: The captions.
        answer: Index of the right one.
        chosen: Index of the one with the highest score.
        probabilities: Of the options.
        margin: Score of the right option minus that of the best wrong one, in the model's unit.
    """

    system: str
    capability: str
    item: str
    image: str
    options: tuple[str, ...]
    answer: int
    chosen: int
    probabilities: tuple[float, ...]
    margin: float


@dataclass(frozen=True)
class ProbeResult(Summarised):
    """Everything a probe found. The same items, models and seed give the same bytes on the same machine.

    Attributes:
        tacit: Version that made it.
        settings: What was asked.
        systems: What is known of each model: ``params`` and whatever else it or the user says.
        items: How many items were asked about.
        checks: What the option set is like, per capability.
        scores: How each model did, per condition and capability.
        examples: What each model got most clearly wrong.
        remarks: What was noticed, in sentences.
        answers: One row per model, condition and item (`tacit.captions.probe.scoring.answer_table`); not in the JSON.
    """

    tacit: str
    settings: Mapping[str, Any]
    systems: Mapping[str, Mapping[str, Attribute]]
    items: int
    checks: tuple[SetCheck, ...]
    scores: tuple[Score, ...]
    examples: tuple[Example, ...]
    remarks: tuple[str, ...]
    answers: pl.DataFrame = field(repr=False, compare=False)

    def to_json(self) -> str:
        """The content of ``result.json``."""
        content = {
            "schema": SCHEMA, "tacit": self.tacit, "settings": dict(self.settings),
            "systems": {name: dict(told) for name, told in self.systems.items()}, "items": self.items,
            "checks": [asdict(check) for check in self.checks], "scores": [asdict(score) for score in self.scores],
            "examples": [asdict(example) for example in self.examples], "remarks": list(self.remarks),
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """Findings and accuracies as text of at most 80 columns."""
        from tacit.captions.probe.report import probe_text

        return probe_text(self)

    def to_frame(self) -> pl.DataFrame:
        """The scores as a polars table, one row per model, condition and capability."""
        import polars as pl

        rows: list[dict[str, Any]] = []
        for score in self.scores:
            row = {name: getattr(score, name) for name in ("system", "condition", "capability", "chance", "items",
                                                           "scored", "ties", "solvable")}  # fmt: skip
            for name in ("accuracy", "corrected", "probability"):
                told: Estimate = getattr(score, name)
                row |= {name: told.value, f"{name}_low": told.low, f"{name}_high": told.high}
            rows.append({**row, "method": score.accuracy.method, "missing": score.accuracy.missing})
        counts = dict.fromkeys(("items", "scored", "ties"), pl.Int64)
        texts = dict.fromkeys(("system", "condition", "capability", "method", "missing"), pl.String)
        kinds = {**counts, **texts, "solvable": pl.Boolean}
        names = list(rows[0]) if rows else list(kinds)
        return pl.DataFrame(rows, schema={name: kinds.get(name, pl.Float64) for name in names})

    def to_long(self) -> pl.DataFrame:
        """The answers as asked, in the long format of evaluation results (`tacit.io.evals.long`)."""
        from tacit.captions.probe.scoring import outcome_rows

        return outcome_rows(self.answers, self.systems, self.chance)

    def to_outcomes(self) -> Outcomes:
        """The answers as asked, as the checked table that `tacit.scale` and `tacit.compare` take.

        Raises:
            DataError: If there are no models, or two of them have the very same scores.
        """
        from tacit.evidence.outcomes import Outcomes

        return Outcomes.from_frame(self.to_long(), unit="share")

    @property
    def chance(self) -> dict[str, float]:
        """Score of guessing per capability."""
        return {check.capability: check.chance for check in self.checks}

    def score(self, capability: str, system: str | None = None, condition: Condition = "as asked") -> Score:
        """Look one score up.

        Args:
            capability: Its name.
            system: Name of the model; may be left out when there is one only.
            condition: As in `Score`.

        Raises:
            KeyError: If there is none.
        """
        names = list(self.systems)
        wanted = names[0] if system is None and len(names) == 1 else system
        for score in self.scores:
            if (score.system, score.capability, score.condition) == (wanted, capability, condition):
                return score
        raise KeyError(f"no score of {wanted} on {capability}, {condition}")
