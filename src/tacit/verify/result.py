"""What a comparison returns. Plain numbers and words; drawing them is `tacit.verify.report`.

Scores and differences are shares (0.02 is 2 points), except where a name says otherwise.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.evidence.comparing.calibration import Calibration
from tacit.evidence.comparing.effect_ratio import EffectRatio
from tacit.evidence.comparing.mcnemar import McNemar
from tacit.evidence.estimate import Estimate
from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    import polars as pl

SCHEMA: Final = "tacit.compare/1"

ArmName = Literal["baseline", "candidate", "sham"]
Role = Literal["target", "retain"]
RewordingVerdict = Literal["more than rewording", "less than rewording", "not told apart from rewording"]
Verdict = Literal[
    "improved", "worse", "no real change", "not shown", "kept", "broken", "not shown to be kept", "withheld"
]


@dataclass(frozen=True, slots=True)
class Spread:
    """How much an arm's score depends on the wording of the prompt.

    Attributes:
        variants: Names of the wordings.
        means: Mean score with each.
        spread: Largest less smallest mean, its upward bias taken off.
        expected: What the plain difference of the two would be if wording did not matter.
        p_value: How often it would be this large if wording did not matter.
    """

    variants: tuple[str, ...]
    means: tuple[float, ...]
    spread: Estimate
    expected: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the systems on one capability.

    Attributes:
        arm: ``baseline``, ``candidate`` or ``sham``.
        mean: Mean score on the items that are compared.
        coverage: Share of all its items that have a score.
        missing: Tries without a score, by reason; ``not run`` where another arm has the item and this one does not.
        calibration: Whether its confidence means what it says; ``None`` when the results hold no confidence.
        spread: Its dependence on wording; ``None`` when there are not several wordings.
        notes: Why a measure above could not be made.
    """

    arm: ArmName
    mean: Estimate
    coverage: float
    missing: dict[str, int]
    calibration: Calibration | None
    spread: Spread | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """A gain in decades of scale.

    Attributes:
        axis: What the slope is along.
        slope: Points per decade, with its interval.
        decades: The gain over the slope; missing where the slope may be zero.
        at_least: The gain is worth at least so many decades; ``None`` when not even that can be said.
        reason: Why there is a lower bound only, or nothing; empty otherwise.
    """

    axis: str
    slope: Estimate
    decades: Estimate
    at_least: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """Whether the edit changes answers more than rewording the same items does.

    Attributes:
        measure: ``divergence of answers`` (bits, from probabilities) or ``change of score``.
        edit: Mean change from baseline to candidate.
        paraphrase: Mean change from baseline to the paraphrases.
        difference: Edit less paraphrase.
        p_value: Sign-flip permutation test of the difference; ``None`` when it could not be made.
        edit_flips: Share of items whose answer (or score) the edit changes.
        paraphrase_flips: The same for the paraphrases.
        per_item: Mean number of paraphrases of an item.
        verdict: ``more than rewording``, ``less than rewording`` or ``not told apart from rewording``.
    """

    measure: Literal["divergence of answers", "change of score"]
    edit: Estimate
    paraphrase: Estimate
    difference: Estimate
    p_value: float | None
    edit_flips: Estimate
    paraphrase_flips: Estimate
    per_item: float
    verdict: RewordingVerdict


@dataclass(frozen=True, slots=True)
class Running:
    """The difference as items came in: limits that hold at every look.

    Attributes:
        unit: ``items`` or ``clusters``.
        total: How many there are.
        at: After how many; thinned out, the last one included.
        low: Lower limit there.
        high: Upper limit there.
        excluded_at: The first number of units at which 0 was outside the limits; ``None`` if it never was.
        method: How the limits were made.
    """

    unit: Literal["items", "clusters"]
    total: int
    at: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    excluded_at: int | None
    method: str


@dataclass(frozen=True, slots=True)
class Extras:
    """What is measured besides the verdict; ``None`` or empty where it was not asked for or could not be made.

    Attributes:
        worth: The gain in decades of scale, one per slope given.
        rewording: The edit against paraphrases.
        ratio: The effect on items against a reference effect on them.
        running: The confidence sequence.
        notes: Why something that was asked for is not there.
    """

    worth: tuple[Worth, ...] = ()
    rewording: Rewording | None = None
    ratio: EffectRatio | None = None
    running: Running | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One capability.

    Attributes:
        capability: What was scored.
        role: ``target`` (the fix is for this) or ``retain`` (this must not break).
        verdict: For targets ``improved``, ``worse``, ``no real change`` (the whole interval lies within the margin) or
            ``not shown``; for what is to be retained ``kept`` (not worse by the margin), ``broken`` or ``not shown to
            be kept``; ``withheld`` for either when too many scores are missing.
        reasons: Sentences: what the verdict rests on, and what would settle an open one.
        against: What the candidate is compared with: the sham if there is one and this is a target, else the baseline.
        effect: Candidate less `against`, on paired items; the verdict is read off its interval.
        raw: Candidate less baseline.
        placebo: Sham less baseline; ``None`` without a sham.
        n: Items with a score in every arm that the verdict needs.
        clusters: Clusters of items; ``None`` when items are taken as independent.
        coverage: Share of all items that these are, in tries.
        worst_case: The effect with every missing score at its least favourable, as low and high; ``None`` for results
            without items.
        p_value: Two-sided; ``None`` when there was no test.
        p_method: Which test.
        q_value: The same after Benjamini-Hochberg over all capabilities.
        mcnemar: For right-or-wrong scores; takes items as independent.
        detectable: The smallest true difference that would have been found with 80 % power.
        arms: The systems.
        extras: Other measures.
    """

    capability: str
    role: Role
    verdict: Verdict
    reasons: tuple[str, ...]
    against: ArmName
    effect: Estimate
    raw: Estimate
    placebo: Estimate | None
    n: int
    clusters: int | None
    coverage: float
    worst_case: tuple[float, float] | None
    p_value: float | None
    p_method: str
    q_value: float | None
    mcnemar: McNemar | None
    detectable: float | None
    arms: tuple[Arm, ...]
    extras: Extras

    @property
    def holds(self) -> bool:
        """Whether this is no failed check: what is to be retained must be shown to be kept."""
        return self.role == "target" or self.verdict == "kept"

    def arm(self, name: ArmName) -> Arm | None:
        """Look an arm up; None when it was not given."""
        return next((arm for arm in self.arms if arm.arm == name), None)


@dataclass(frozen=True, slots=True)
class CompareResult(Summarised):
    """Everything `tacit compare` found.

    Attributes:
        tacit: Version that made it.
        settings: Options that decide the numbers.
        systems: Name of the system in each arm.
        comparisons: One per capability: targets first, each sorted by name.
        remarks: What was assumed, changed or left out, in sentences.
    """

    tacit: str
    settings: dict[str, Any]
    systems: dict[str, str]
    comparisons: tuple[Comparison, ...]
    remarks: tuple[str, ...]

    @property
    def targets(self) -> tuple[Comparison, ...]:
        """What the fix is for."""
        return tuple(c for c in self.comparisons if c.role == "target")

    @property
    def retained(self) -> tuple[Comparison, ...]:
        """What must not break."""
        return tuple(c for c in self.comparisons if c.role == "retain")

    @property
    def failed(self) -> tuple[Comparison, ...]:
        """What was to be retained and is broken or not shown to be kept."""
        return tuple(c for c in self.comparisons if not c.holds)

    def comparison(self, capability: str) -> Comparison:
        """Look one comparison up.

        Raises:
            KeyError: If there is none.
        """
        for found in self.comparisons:
            if found.capability == capability:
                return found
        raise KeyError(f"{capability!r} was not compared")

    def to_json(self) -> str:
        """The content of ``result.json``."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The answers as text of at most 80 columns."""
        from tacit.verify.report import compare_text

        return compare_text(self)

    def to_frame(self) -> pl.DataFrame:
        """The comparisons as a polars table, one row per capability; scores and differences are shares."""
        import polars as pl

        schema: dict[str, Any] = {
            **dict.fromkeys(("capability", "role", "verdict", "against"), pl.String),
            **dict.fromkeys(("baseline", "candidate", "sham", "effect", "low", "high", "raw", "p_value", "q_value",
                             "detectable", "coverage", "worst_low", "worst_high"), pl.Float64),
            "n": pl.Int64, "method": pl.String, "reasons": pl.String,
        }  # fmt: skip
        return pl.DataFrame([_row(c) for c in self.comparisons], schema=schema)


def _row(entry: Comparison) -> dict[str, Any]:
    means = {name: arm.mean.value if (arm := entry.arm(name)) else None for name in ("baseline", "candidate", "sham")}
    worst = entry.worst_case or (None, None)
    return {
        "capability": entry.capability, "role": entry.role, "verdict": entry.verdict, "against": entry.against, **means,
        "effect": entry.effect.value, "low": entry.effect.low, "high": entry.effect.high, "raw": entry.raw.value,
        "p_value": entry.p_value, "q_value": entry.q_value, "detectable": entry.detectable,
        "coverage": entry.coverage, "worst_low": worst[0], "worst_high": worst[1], "n": entry.n,
        "method": entry.effect.method, "reasons": " ".join(entry.reasons),
    }  # fmt: skip
