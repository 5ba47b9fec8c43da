"""What an audit returns. Plain numbers; drawing them is `tacit.captions.audit.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.captions.facts.reported import FactsUsed, Reported, reported_frame
from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    import polars as pl

    from tacit.evidence.estimate import Estimate

SCHEMA: Final = "tacit.audit/1"
ALL: Final = "(all)"
"""The name of the group that holds every audited caption."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of a group's captions that hold a kind of statement, as the detector sees them.

    Attributes:
        group: Value of the ``--group-by`` column, or ``(all)``.
        language: Language of these captions, or ``(all)`` over languages.
        type: One of the four types.
        subtype: The sub-type, or ``""`` for the type as a whole.
        counts: Whether it makes a caption state the type; neighbours and stopped look-alikes do not.
        guard: For stopped look-alikes, the reason (equal to `subtype`); otherwise ``""``.
        captions: How many captions hold it.
        share: `captions` over the group's size, with an interval.
    """

    group: str
    language: str
    type: str
    subtype: str
    counts: bool
    guard: str
    captions: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well the detector recognises a type, and from what that is known.

    Attributes:
        type: One of the four types.
        source: ``labels`` (the user's, on this corpus) or ``shipped validation`` (a stated prior from other captions).
        precision: Share of detected captions that truly state the type.
        recall: Share of captions that truly state the type which are detected.
        positives: Captions that truly state the type, among those labelled.
    """

    type: str
    source: str
    precision: Estimate
    recall: Estimate
    positives: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """The share of captions that truly state a type, corrected for the detector's errors.

    Attributes:
        group: Group of captions, or ``(all)``.
        type: One of the four types.
        source: As in `Accuracy`.
        share: The estimate; its method is ``Rogan-Gladen`` or ``prediction-powered``.
        assumes: What has to be true for the correction to be right, in a sentence.
    """

    group: str
    type: str
    source: str
    share: Estimate
    assumes: str


@dataclass(frozen=True, slots=True)
class Example:
    """A caption that shows what a rate is made of.

    Attributes:
        type: One of the four types.
        subtype: The sub-type of the hit.
        counts: Whether the hit counts.
        guard: Why it was stopped, or ``""``.
        rule: The rule that matched.
        caption: The text, cut to 400 characters around the cue.
        start: Offset of the cue in `caption`, in characters.
        end: Offset just past the cue.
    """

    type: str
    subtype: str
    counts: bool
    guard: str
    rule: str
    caption: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """What two detectors find, for one type.

    Attributes:
        type: One of the four types.
        other: Name of the detector compared with.
        both: Captions found by both.
        only_this: Captions found only by the audit's detector.
        only_other: Captions found only by the other.
        neither: Captions found by neither.
        examples_this: Examples of `only_this`.
        examples_other: Examples of `only_other`.
    """

    type: str
    other: str
    both: int
    only_this: int
    only_other: int
    neither: int
    examples_this: tuple[Example, ...]
    examples_other: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """How much of the corpus is in a language, and whether it was audited.

    Attributes:
        language: ISO 639-1 code, or ``und`` when it could not be told.
        captions: Captions detected to be in it (of the sample, when only a sample was looked at).
        share: Share of the captions looked at.
        audited: Whether rates include them.
        reason: Why not, otherwise ``""``.
    """

    language: str
    captions: int
    share: Estimate
    audited: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """An assertion about a rate, as given with ``--check``.

    Attributes:
        expression: As written.
        holds: Whether the bound of the interval that is least favourable satisfies it.
        estimate: What it was compared with.
        detail: A sentence for people.
    """

    expression: str
    holds: bool
    estimate: Estimate
    detail: str


@dataclass(frozen=True, slots=True)
class AuditResult(Summarised):
    """Everything an audit found. The same captions give the same bytes, however they are split over files.

    Attributes:
        tacit: Version that made it.
        detectors: Name, version, language and validation of each detector used.
        group_by: The grouping column, or ``""``.
        read: Captions read.
        audited: Captions audited.
        not_audited: Reason and number of the others.
        language_check: ``all``, ``sample`` or ``none``: what the language shares rest on.
        languages: Languages found.
        rates: Rates per group, language, type and sub-type.
        combinations: Per group, captions by the exact set of types they state.
        counts: Per group, captions by the number they state ("two" eats the quota).
        accuracy: What is known of the detector's errors.
        corrected: Prevalence corrected for them.
        examples: Captions that show hits, neighbours and stopped look-alikes.
        contrasts: Comparison with another detector, if asked for.
        checks: Outcomes of ``--check``.
        seed: The seed of everything drawn.
        reported: What was reported given that it was there to report; empty without ``--facts``.
        facts: What the facts were; ``None`` without ``--facts``.
    """

    tacit: str
    detectors: tuple[dict[str, str], ...]
    group_by: str
    read: int
    audited: int
    not_audited: tuple[tuple[str, int], ...]
    language_check: str
    languages: tuple[LanguageShare, ...]
    rates: tuple[Rate, ...]
    combinations: tuple[tuple[str, tuple[str, ...], int], ...]
    counts: tuple[tuple[str, int, int], ...]
    accuracy: tuple[Accuracy, ...]
    corrected: tuple[Corrected, ...]
    examples: tuple[Example, ...]
    contrasts: tuple[Contrast, ...]
    checks: tuple[Check, ...]
    seed: int
    reported: tuple[Reported, ...] = ()
    facts: FactsUsed | None = None

    def to_json(self) -> str:
        """The content of ``result.json``; without facts, nothing about them."""
        content = {"schema": SCHEMA, **asdict(self)}
        if self.facts is None:
            del content["reported"], content["facts"]
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The findings and the rates as text of at most 80 columns."""
        from tacit.captions.audit.report import audit_text

        return audit_text(self)

    def to_frame(self, table: Literal["rates", "reported"] = "rates") -> pl.DataFrame:
        """A table of the result.

        Args:
            table: ``rates``: one row per group, language, type and sub-type. ``reported``: one row per type, sub-type
                and number, with the estimates `stated`, `otherwise` and `lift` as structs.
        """
        import polars as pl

        if table == "reported":
            return reported_frame(self.reported)
        rows: list[dict[str, Any]] = []
        for rate in self.rates:
            row = asdict(rate)
            row.update({k: v for k, v in row.pop("share").items() if k != "missing"})
            row["missing"] = rate.share.missing
            rows.append(row)
        schema = {
            "group": pl.String, "language": pl.String, "type": pl.String, "subtype": pl.String, "counts": pl.Boolean,
            "guard": pl.String, "captions": pl.Int64, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
            "n": pl.Int64, "method": pl.String, "level": pl.Float64, "missing": pl.String,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema)

    def rate(self, type_: str, subtype: str = "", group: str = ALL, language: str = ALL) -> Rate:
        """Look one rate up.

        Raises:
            KeyError: If there is none of that type, sub-type, group and language.
        """
        for rate in self.rates:
            if (rate.type, rate.subtype, rate.group, rate.language) == (type_, subtype, group, language):
                return rate
        raise KeyError(f"no rate for {type_}/{subtype or 'all'} in group {group}, language {language}")
