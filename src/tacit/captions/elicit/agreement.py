"""How far people agree: annotators on the same pictures, reviewers with the detector, reviewers with one another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.reading import ENGLISH, read
from tacit.evidence.agreement import KAPPA, RAW, kappa, raw_agreement
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p, wilson
from tacit.evidence.prevalence import Stratum, prediction_powered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tacit.captions.elicit.records import Answer, Review

NO_OVERLAP: Final = "no picture has answers by two people"
NO_REVIEWS: Final = "no answer has been reviewed"
NO_SECOND: Final = "no answer has two reviews"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two people say the same.

    Attributes:
        same: The share of cases in which they do.
        kappa: Cohen's kappa: the part of the agreement that chance does not explain.
    """

    same: Estimate
    kappa: Estimate


def _agreement(pairs: Sequence[tuple[bool, bool]], missing: str) -> Agreement:
    if not pairs:
        return Agreement(Estimate.none(missing, method=RAW), Estimate.none(missing, method=KAPPA))
    first, second = ([int(pair[i]) for pair in pairs] for i in (0, 1))
    return Agreement(raw_agreement(first, second), kappa(first, second))


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two annotators of the same pictures say of one type.

    Attributes:
        type: The type asked for.
        pictures: Pictures that two or more people answered.
        stating: Whether both state the type, by the detector; one pair of people per picture.
        counts: The share of things that both count to which they give the same number; one thing per picture.
    """

    type: str
    pictures: int
    stating: Agreement
    counts: Estimate


def between_annotators(answers: Iterable[Answer], *, language: str = "en") -> tuple[Overlap, ...]:
    """Agreement of annotators on pictures that more than one of them answered.

    Of each picture the first two answers by different people are compared. Further ones would not be independent of
    these, and intervals over all pairs would be too narrow.

    Args:
        answers: All answers of the project.
        language: ISO 639-1 code of the answers.

    Returns:
        One entry per type with answers, in alphabetical order.

    Example:
        >>> between_annotators([])
        ()
    """
    groups: dict[str, dict[int, dict[int, Answer]]] = defaultdict(lambda: defaultdict(dict))
    for answer in sorted(answers, key=lambda a: a.id):
        groups[answer.type][answer.picture].setdefault(answer.annotator, answer)
    found = []
    for type_, pictures in sorted(groups.items()):
        pairs = [tuple(by.values())[:2] for by in pictures.values() if len(by) > 1]
        stating = [(_states(one), _states(two)) for one, two in pairs]
        found.append(Overlap(type_, len(pairs), _agreement(stating, NO_OVERLAP), _same_counts(pairs, language)))
    return tuple(found)


def _states(answer: Answer) -> bool:
    return not answer.nothing and answer.type in answer.stated


def _same_counts(pairs: Sequence[tuple[Answer, ...]], language: str) -> Estimate:
    if not pairs:
        return Estimate.none(NO_OVERLAP, method=RAW)
    if language not in ENGLISH:
        return Estimate.none("which things are counted is read in English only", method=RAW)
    same = []
    for one, two in pairs:
        first, second = dict(read(one.text).amounts), dict(read(two.text).amounts)
        shared = [noun for noun in first if noun in second]
        if shared:
            same.append(first[shared[0]] == second[shared[0]])
    if not same:
        return Estimate.none("no two people counted the same thing", method=RAW)
    return mid_p(sum(same), len(same))


@dataclass(frozen=True, slots=True)
class Yield:
    """What the answers to one type bring.

    Attributes:
        type: The type asked for.
        answers: Answers, those with nothing to say included.
        nothing: Of these, those with nothing to say.
        stating: Share of answers in which the detector finds the type.
        reviewed: Answers that a second person judged.
        asserted: Share of the reviewed that assert something of the type.
        shown: Share of the reviewed that assert something the image shows. “Cannot tell” is not shown.
        unsettled: Reviewed answers that assert something of which the image does not tell.
        true: Share of all answers that assert something the image shows, by the reviews so far. Flagged answers are
            reviewed first, so flagged and other answers, found and not found by the detector, are weighted by how many
            there are of each (`tacit.evidence.prevalence.prediction_powered`).
        precision: Share of the reviewed answers with a find of the detector that assert the type.
        missed: Share of the reviewed answers without one that assert it all the same.
        detector: Agreement of detector and reviewers on what is asserted.
    """

    type: str
    answers: int
    nothing: int
    stating: Estimate
    reviewed: int
    asserted: Estimate
    shown: Estimate
    unsettled: int
    true: Estimate
    precision: Estimate
    missed: Estimate
    detector: Agreement


def first_reviews(reviews: Iterable[Review]) -> dict[int, Review]:
    """The review that counts for each answer: the first."""
    first: dict[int, Review] = {}
    for review in reviews:
        first.setdefault(review.answer, review)
    return first


def yields(answers: Iterable[Answer], reviews: Iterable[Review], flagged: Collection[int] = ()) -> tuple[Yield, ...]:
    """What the answers bring, type by type.

    Args:
        answers: Any answers: all of the project, or one annotator's.
        reviews: Reviews in order of arrival; those of other answers are ignored.
        flagged: Ids of answers that were put first in the queue of reviews.

    Returns:
        One entry per type with answers, in alphabetical order.

    Example:
        >>> yields([], [])
        ()
    """
    judged = first_reviews(reviews)
    by: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by[answer.type].append(answer)
    return tuple(_yield(type_, mine, judged, set(flagged)) for type_, mine in sorted(by.items()))


def _yield(type_: str, answers: Sequence[Answer], judged: dict[int, Review], flagged: set[int]) -> Yield:
    written = [a for a in answers if not a.nothing]
    seen = [(a, judged[a.id]) for a in written if a.id in judged]
    found = [review.asserts for a, review in seen if _states(a)]
    other = [review.asserts for a, review in seen if not _states(a)]

    def of_reviewed(holds: Callable[[Review], bool]) -> Estimate:
        return _share([holds(review) for _, review in seen], NO_REVIEWS)

    return Yield(
        type_,
        len(answers),
        len(answers) - len(written),
        wilson(sum(map(_states, answers)), len(answers)),
        len(seen),
        of_reviewed(lambda review: review.asserts),
        of_reviewed(_is_true),
        sum(review.asserts and review.shows is None for _, review in seen),
        _true(answers, judged, flagged),
        _share(found, "no answer with a find of the detector has been reviewed"),
        _share(other, "no answer without a find of the detector has been reviewed"),
        _agreement([(_states(a), review.asserts) for a, review in seen], NO_REVIEWS),
    )


def _is_true(review: Review) -> bool:
    return review.asserts and review.shows is True


def _share(cases: Sequence[bool], missing: str) -> Estimate:
    return wilson(sum(cases), len(cases)) if cases else Estimate.none(missing, method="Wilson")


def _true(answers: Sequence[Answer], judged: dict[int, Review], flagged: set[int]) -> Estimate:
    groups: dict[tuple[bool, bool, bool], list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.nothing, answer.id in flagged, _states(answer)].append(answer)
    strata = []
    for (nothing, flag, found), mine in sorted(groups.items()):
        if nothing:
            strata.append(Stratum(len(mine), len(mine), 0, name="nothing to say"))
            continue
        labels = [_is_true(judged[a.id]) for a in mine if a.id in judged]
        name = f"{'flagged' if flag else 'not flagged'}, {'found' if found else 'not found'} by the detector"
        if not labels:
            return Estimate.none(f"none of the answers {name} has been reviewed", method="post-stratified")
        strata.append(Stratum(len(mine), len(labels), sum(labels), name=name))
    return prediction_powered(strata)


def between_reviewers(reviews: Iterable[Review]) -> tuple[Agreement, Agreement]:
    """Agreement of reviewers on answers that two of them judged.

    Args:
        reviews: All reviews, in order of arrival.

    Returns:
        On whether the text asserts something of the type, and, where both say that it does and both can tell, on
        whether the image shows it.

    Example:
        >>> between_reviewers([])[0].same.missing
        'no answer has two reviews'
    """
    by: dict[int, list[Review]] = defaultdict(list)
    for review in reviews:
        by[review.answer].append(review)
    pairs = [(two[0], two[1]) for two in by.values() if len(two) > 1]
    asserts = [(a.asserts, b.asserts) for a, b in pairs]
    shows = [(a.shows, b.shows) for a, b in pairs
             if a.asserts and b.asserts and a.shows is not None and b.shows is not None]  # fmt: skip
    neither = NO_SECOND if not pairs else "no two reviewers could both tell whether the image shows it"
    return _agreement(asserts, NO_SECOND), _agreement(shows, neither)
