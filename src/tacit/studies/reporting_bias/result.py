"""What the study found, as plain values. The report and ``result.json`` are made from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tacit.studies.result import StudyResult

if TYPE_CHECKING:
    import polars as pl

    from tacit.evidence.estimate import Estimate
    from tacit.judge.result import ScaleResult
    from tacit.verify.result import CompareResult


@dataclass(frozen=True, slots=True)
class Unsaid:
    """How often one kind of caption states one type.

    Attributes:
        speaker: Whose captions: ``ordinary``, ``elicited``, ``curated``, ``synthetic``, or ``yours`` for real ones.
        language: ISO 639-1 code.
        type: One of the four types.
        knob: The share of captions that the speaker was set to state it in; ``None`` where nobody set it.
        share: What the audit of the text found: share of captions.
        reported: Share of captions that state it, of those where there was something to report; from the facts.
    """

    speaker: str
    language: str
    type: str
    knob: float | None
    share: Estimate
    reported: Estimate


@dataclass(frozen=True, slots=True)
class Trained:
    """One model that was trained and asked.

    Attributes:
        system: Its name.
        phase: ``ladder``, ``dose`` or ``arm``.
        arm: For arms: ``baseline``, ``sham``, ``curated``, ``elicited``, ``synthetic``; else ``""``.
        kind: ``dual-encoder`` or ``captioner``.
        params: Numbers that were trained.
        captions: Captions in its training set, repeated ones counted as often as they are in it.
        words: Words in its training set.
        languages: Codes, joined with ``+``.
        seed: Of its data and its weights.
        asked: Share of its captions that come from the elicited speaker.
        telling: For each type, how many of its captions state it, by the truth.
        accuracy: For each probe, the share right.
        items: Questions of each probe.
    """

    system: str
    phase: str
    arm: str
    kind: str
    params: int
    captions: int
    words: int
    languages: str
    seed: int
    asked: float
    telling: dict[str, int]
    accuracy: dict[str, float]
    items: int


@dataclass(frozen=True, slots=True)
class Gain:
    """What one change of the training captions did to one capability.

    Attributes:
        arm: The change.
        against: What it is compared with: ``sham`` or ``baseline``.
        capability: Name of the probe.
        role: ``target`` or ``retain``.
        difference: Accuracy less that of `against`, as a share; the interval counts both items and seeds as drawn.
        seeds: Pairs of models.
    """

    arm: str
    against: str
    capability: str
    role: str
    difference: Estimate
    seeds: int


@dataclass(frozen=True, slots=True)
class RateOrNumber:
    """Which matters for a type: the share of captions that tell it, or how many of them there are.

    From a least-squares fit of accuracy on log10 rate and log10 number over the models of the dose phase.

    Attributes:
        type: One of the four types.
        rate: Accuracy, as a share, per tenfold rate at a fixed number.
        number: Accuracy, as a share, per tenfold number at a fixed rate.
        models: Models that the fit rests on.
        finding: Which of the two the intervals bear out, in a sentence.
    """

    type: str
    rate: Estimate
    number: Estimate
    models: int
    finding: str


@dataclass(frozen=True, slots=True)
class Curated:
    """What choosing among existing captions came to.

    Attributes:
        pool: Captions to choose from.
        chosen: Distinct captions chosen.
        repeats: The most often that one of them is repeated.
        reached: For each type, the share of the chosen captions, weights counted, that state it.
        wanted: For each type, the share that was wanted.
        notes: What could not be reached, in sentences.
    """

    pool: int
    chosen: int
    repeats: int
    reached: dict[str, float]
    wanted: dict[str, float]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportingBiasResult(StudyResult):
    """Everything that the study found.

    Attributes:
        unsaid: What the captions state.
        models: Every model that was trained.
        chance: Accuracy of guessing, by probe.
        verdicts: What the ladder says about scale; from `judge`.
        yours: The verdicts on the user's own models, if any were given.
        compared: The elicited arm against baseline and sham, items pooled over seeds; from `verify`.
        gains: Each change against the sham and the baseline, with intervals over items and seeds.
        doses: Rate or number.
        curated: What curation came to; ``None`` if it was not tried.
        remarks: What was assumed or left out, in sentences.
    """

    schema: ClassVar[str] = "tacit.study.reporting-bias/1"

    unsaid: tuple[Unsaid, ...]
    models: tuple[Trained, ...]
    chance: dict[str, float]
    verdicts: ScaleResult
    yours: ScaleResult | None
    compared: CompareResult
    gains: tuple[Gain, ...]
    doses: tuple[RateOrNumber, ...]
    curated: Curated | None
    remarks: tuple[str, ...]

    def gain(self, arm: str, capability: str, against: str = "sham") -> Gain:
        """Look one gain up.

        Raises:
            KeyError: If it was not measured.
        """
        for found in self.gains:
            if (found.arm, found.against, found.capability) == (arm, against, capability):
                return found
        raise KeyError(f"{arm!r} was not compared with {against!r} on {capability!r}")

    def summary(self) -> str:
        """The story as text of at most 80 columns."""
        from tacit.studies.reporting_bias.report import study_text

        return study_text(self)

    def to_frame(self) -> pl.DataFrame:
        """The models as a polars table, one row per model and probe; accuracies are shares."""
        import polars as pl

        return pl.DataFrame(
            [
                {
                    "system": m.system, "phase": m.phase, "arm": m.arm, "kind": m.kind, "params": m.params,
                    "captions": m.captions, "words": m.words, "languages": m.languages, "seed": m.seed,
                    "asked": m.asked, "probe": probe, "telling": m.telling.get(probe), "accuracy": accuracy,
                    "items": m.items, "chance": self.chance[probe],
                }
                for m in self.models
                for probe, accuracy in m.accuracy.items()
            ],
            infer_schema_length=None,
        )  # fmt: skip
