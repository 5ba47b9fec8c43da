"""The parts of the dashboard: tables and sentences; a number has its n and interval, or the reason it is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.agreement import between_annotators, between_reviewers, yields
from tacit.captions.elicit.costs import outlook, spent, wage_of
from tacit.captions.elicit.dashboard_charts import count_chart, name_of, time_chart, yield_chart, yield_key
from tacit.captions.elicit.review import is_flagged
from tacit.evidence.estimate import Estimate
from tacit.report.figures import MINUS, count, known, percent, share, why_missing
from tacit.report.html import Html, data, el, figure, join, left_out, missing, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.captions.curate.plan import ExpectedYield, Plan
    from tacit.captions.elicit.agreement import Agreement, Yield
    from tacit.captions.elicit.quality import Finding
    from tacit.captions.elicit.records import Annotator, Answer, Picture, Review

_FINDINGS: Final = 50
"""Findings shown; a project with more of them has other problems than a long list solves."""


@dataclass(frozen=True)
class Standing:
    """Everything the dashboard tells of.

    Attributes:
        pictures: All pictures.
        annotators: All annotators.
        answers: All answers, in order of arrival.
        reviews: All reviews, in order of arrival.
        flags: What the checks found, by `Answer.id`.
        findings: What they found over many answers.
        plan: The plan, if there is one.
        settings: What the project was made with.
    """

    pictures: Sequence[Picture]
    annotators: Sequence[Annotator]
    answers: Sequence[Answer]
    reviews: Sequence[Review]
    flags: Mapping[int, Sequence[tuple[str, str]]]
    findings: Sequence[Finding]
    plan: Plan | None
    settings: Mapping[str, str]

    @property
    def language(self) -> str:
        """Of the answers."""
        return self.settings.get("language", "en")

    @property
    def flagged(self) -> set[int]:
        """Answers of which a check found more than something to note."""
        return {id_ for id_, flags in self.flags.items() if is_flagged(flags)}

    @property
    def expected(self) -> dict[str, ExpectedYield]:
        """What the plan expects, by type."""
        return {each.type: each for each in self.plan.yields} if self.plan else {}


def _told(estimate: Estimate) -> Html:
    """A share with interval and n."""
    if known(estimate) is None:
        return missing(why_missing(estimate))
    return join([share(estimate), " ", el("small", f"n = {count(estimate.n)}")])


def _plain(estimate: Estimate, form: str = ".2f", unit: str = "") -> Html:
    """A number with its interval and n."""
    value = known(estimate)
    if value is None:
        return missing(why_missing(estimate))
    ends = ""
    if estimate.low is not None and estimate.high is not None:
        ends = f" ({_signed(estimate.low, form)} to {_signed(estimate.high, form)})"
    return join([f"{_signed(value, form)}{ends}{unit} ", el("small", f"n = {count(estimate.n)}")])


def _signed(value: float, form: str) -> str:
    """A number with the minus sign that is as wide as a plus."""
    return format(value, form).replace("-", MINUS)


def yield_part(standing: Standing) -> Html:
    """Yield per type against the plan."""
    found = yields(standing.answers, standing.reviews, standing.flagged)
    if not found:
        return el("p", "There are no answers yet.")
    rows = [_yield_row(each, standing) for each in found]
    chart = yield_chart(found, standing.expected)
    return join(
        [
            figure(chart, yield_key()) if chart else None,
            table(
                "Answers by type asked for. Intervals are 95 %: Wilson for what was counted, post-stratified by flag "
                "and detector for “true of all answers”, because flagged answers are reviewed first.",
                ("Type", "Wanted", "Expected share", "Answers", "Nothing to say", "Stating (detector)", "Reviewed",
                 "Asserted and shown, of reviewed", "Cannot tell", "True of all answers", "True so far"),
                rows,
                numeric=(1, 3, 4, 6, 8),
            ),
        ]
    )  # fmt: skip


def _yield_row(each: Yield, standing: Standing) -> list[str | Html]:
    plan, wanted = standing.expected.get(each.type), (standing.plan.wanted if standing.plan else {}).get(each.type)
    expected = missing("no plan")
    if plan is not None:
        expected = join([f"{percent(plan.share)} ({percent(plan.low, unit=False)}–{percent(plan.high, unit=False)})"])
    return [
        name_of(each.type),
        missing("no plan") if wanted is None else count(wanted),
        expected,
        count(each.answers),
        count(each.nothing),
        _told(each.stating),
        count(each.reviewed),
        _told(each.shown),
        count(each.unsettled),
        _told(each.true),
        _number_of(each.true, each.answers),
    ]


def _number_of(part: Estimate, whole: int) -> Html:
    """How many of a whole a share amounts to."""
    value = known(part)
    if value is None:
        return missing("see the share")
    ends = "" if part.low is None or part.high is None else f" ({part.low * whole:.0f}–{part.high * whole:.0f})"
    return join([f"{value * whole:.0f}{ends}"])


def people_part(standing: Standing) -> Html:
    """One row per annotator."""
    wage, currency = wage_of(standing.settings, standing.plan)
    rows: list[list[str | Html]] = []
    flagged = standing.flagged
    reviewers = Counter(review.reviewer for review in standing.reviews)
    for person in standing.annotators:
        mine = [a for a in standing.answers if a.annotator == person.id]
        times = [a.seconds for a in mine if a.seconds is not None]
        paid = spent(mine, wage)
        stating = _sum([y.stating for y in yields(mine, standing.reviews, flagged)])
        rows.append([
            data(person.name, 40),
            count(len(mine)),
            count(sum(a.nothing for a in mine)),
            stating,
            f"{median(times):.0f} s" if times else missing("no times"),
            count(sum(a.id in flagged for a in mine)),
            count(reviewers[person.id]),
            missing("no wage is set") if paid.cost is None else f"{paid.cost:,.2f} {currency}",
        ])  # fmt: skip
    head = ("Annotator", "Answers", "Nothing to say", "Stating (detector)", "Median time", "Flagged", "Reviews", "Cost")
    return table("People, with what their answers bring.", head, rows, numeric=(1, 2, 4, 5, 6, 7))


def _sum(parts: Sequence[Estimate]) -> Html:
    """The share over all types of one annotator's answers."""
    from tacit.evidence.intervals import wilson

    n = sum(part.n for part in parts)
    if not n:
        return missing("no answers")
    return _told(wilson(round(sum((part.value or 0) * part.n for part in parts)), n))


def cost_part(standing: Standing) -> Html:
    """Spent so far and still to come."""
    wage, currency = wage_of(standing.settings, standing.plan)
    paid = spent(standing.answers, wage)
    so_far = f"{paid.seconds / 3600:.1f} hours so far"
    so_far += f", {paid.cost:,.2f} {currency} at {wage:g} {currency} an hour." if paid.cost is not None else \
        "; what they cost is not known, because no wage is set."  # fmt: skip
    if paid.untimed:
        so_far += f" The time of {count(paid.untimed)} answers is not known and not in it."
    ahead = outlook(standing.pictures, standing.answers, standing.plan, wage)
    rows = [
        [
            name_of(each.type),
            count(each.open),
            _plain(each.seconds, ".0f", " s"),
            _plain(each.cost, ",.2f", f" {currency}"),
        ]
        for each in ahead
    ]
    total = _total([each.cost for each in ahead if each.open])
    rows.append(["all", count(sum(each.open for each in ahead)), "", _plain(total, ",.2f", f" {currency}")])
    caption = (
        "What finishing all pictures would cost at the pace so far; intervals are those of the mean time (95 %), and "
        "the last row adds up their ends."
    )
    return join(
        [el("p", so_far), table(caption, ("Type", "Answers to come", "Time of one", "Cost"), rows, numeric=(1,))]
    )


def _total(parts: Sequence[Estimate]) -> Estimate:
    unknown = next((part for part in parts if part.value is None), None)
    if unknown is not None:
        return unknown
    value = sum(part.value or 0.0 for part in parts)
    low = sum((part.value if part.low is None else part.low) or 0.0 for part in parts)
    high = sum((part.value if part.high is None else part.high) or 0.0 for part in parts)
    return Estimate(value, low, high, sum(part.n for part in parts), "sum of the ends")


def findings_part(standing: Standing) -> Html:
    """What the checks found: over many answers first, then how often each flagged one."""
    names = {person.id: person.name for person in standing.annotators}
    rows = [
        [f.check, data(names.get(f.annotator, str(f.annotator)), 40) if f.annotator is not None else "the project",
         data(f.explanation, 400), f.severity, count(len(f.answers))]
        for f in standing.findings[:_FINDINGS]
    ]  # fmt: skip
    said = Counter(name for flags in standing.flags.values() for name in {name for name, _ in flags})
    answers = len(standing.answers)
    often = [[data(name), f"{count(n)} of {count(answers)}"] for name, n in said.most_common()]
    many = table("What shows only over many answers.", ("Check", "About", "What was found", "Weight", "Answers"), rows,
                 numeric=(4,))  # fmt: skip
    return join(
        [
            many if rows else el("p", "Nothing was found over the answers together."),
            left_out(_FINDINGS, len(standing.findings), "findings", "the answers, as they are exported"),
            table(
                "Flags on single answers; they are reviewed first.", ("Check", "Answers flagged"), often, numeric=(1,)
            )
            if often
            else el("p", "No answer is flagged."),
        ]
    )


def agreement_part(standing: Standing) -> Html:
    """Between annotators, between reviewers, and of reviewers with the detector."""
    overlaps = [
        [name_of(o.type), count(o.pictures), _told(o.stating.same), _kappa(o.stating), _told(o.counts)]
        for o in between_annotators(standing.answers, language=standing.language)
    ]
    detector = [
        [name_of(y.type), _told(y.precision), _told(y.missed), _kappa(y.detector)]
        for y in yields(standing.answers, standing.reviews, standing.flagged)
    ]
    asserts, shows = between_reviewers(standing.reviews)
    reviewers = [
        ["The text asserts it", _told(asserts.same), _kappa(asserts)],
        ["The image shows it", _told(shows.same), _kappa(shows)],
    ]
    return join(
        [
            table("Two annotators of one picture.",
                  ("Type", "Pictures", "Both state it or neither", "Kappa", "Same number of the same thing"), overlaps,
                  numeric=(1,)) if overlaps else None,
            table("The detector against the reviews. Reviewers see the cues it marked, so they may agree too often.",
                  ("Type", "Found and asserted, of found", "Asserted all the same, of not found", "Kappa"), detector)
            if detector else None,
            table("Two reviewers of one answer.", ("Question", "Same judgement", "Kappa"), reviewers),
        ]
    )  # fmt: skip


def _kappa(agreement: Agreement) -> Html:
    return _plain(agreement.kappa)


def charts_part(standing: Standing) -> Html:
    """When answers came, and which numbers they state."""
    over_time = time_chart(standing.answers)
    counts = count_chart(standing.answers, standing.language)
    return join(
        [
            figure(over_time, "Answers over time (UTC)") if over_time else None,
            figure(counts, "Numbers stated, as shares of all numbers stated; a chart with one bar teaches one number")
            if counts else el("p", "No answer states a number yet."),
        ]
    )  # fmt: skip
