"""Conformance checks for caption detectors."""

from __future__ import annotations

import re
import unittest
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import Detector
from tacit.captions.validation import languages, load
from tacit.captions.validation.accuracy import TypeAccuracy, measure
from tacit.errors import CheckFailedError, UsageError
from tacit.testing.hostile import LONG
from tacit.testing.result import CheckOutcome, ConformanceReport
from tacit.testing.speed import check_speed
from tacit.testing.subject import Subject, fail, key_of, plain, quoted, series_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Minimum = float | dict[str, float] | None

SECONDS: Final = 30.0
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


def _identity(subject: Subject) -> str:
    detector = subject.detector
    if not isinstance(detector, Detector):
        fail(f"{type(detector).__name__} is not a subclass of tacit.captions.detect.protocol.Detector.")
    for name in ("name", "version", "language", "validated"):
        value: object = getattr(detector, name, None)
        if not isinstance(value, str) or (name != "validated" and not value.strip()):
            fail(f"The attribute {name!r} has to be a text{'' if name == 'validated' else ' with content'}.")
        elif not value.isprintable():
            fail(f"The attribute {name!r} holds characters that cannot be printed: {quoted(value)}.")
    if not _LANGUAGE.fullmatch(detector.language):
        fail(f"The language has to be a two-letter ISO 639-1 code in lower case, not {quoted(detector.language)}.")
    return f"{detector.name} {detector.version} ({detector.language})"


def _hits_are_valid(subject: Subject) -> str:
    count = 0
    for caption, keys in zip(subject.captions, subject.first, strict=True):
        for start, end, kind, value in keys:
            count += 1
            where = f"in {quoted(caption)}"
            if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(caption):
                fail(f"The span {start!r} to {end!r} does not lie {where} ({len(caption)} characters).")
            if kind.type not in TYPES:
                fail(f"There is no type {quoted(kind.type)} ({where}). The types are: {', '.join(TYPES)}.")
            if not kind.subtype or not kind.rule:
                fail(f"A hit has to name its sub-type and its rule ({where}): {quoted(kind, 200)}.")
            if kind.cue != " ".join(kind.cue.lower().split()):
                fail(f"The cue {quoted(kind.cue)} has to be lower-cased with white space folded ({where}).")
            if value is not None and (kind.type != "counting" or type(value) is not int or value < 0):
                fail(f"Only counting hits have a value, a whole number ({where}): {quoted(value)}.")
    return f"{count:,} hits in {len(subject.captions):,} captions"


def _hits_are_ordered(subject: Subject) -> str:
    for caption, keys in zip(subject.captions, subject.first, strict=True):
        starts = [key[0] for key in keys]
        if starts != sorted(starts):
            fail(f"The hits in {quoted(caption)} are not in order of their start: {starts}.")
        if len(set(keys)) != len(keys):
            fail(f"The hits in {quoted(caption)} list one match twice.")
    return "in order of their start, none twice"


def _guards_do_not_count(subject: Subject) -> str:
    for caption, keys in zip(subject.captions, subject.first, strict=True):
        for _, _, kind, _ in keys:
            if not isinstance(kind.counts, bool) or not isinstance(kind.guard, str):
                fail(f"A hit's counts has to be True or False and its guard a text ({quoted(caption)}).")
            if kind.guard and kind.counts:
                fail(f"A hit in {quoted(caption)} counts although guard {quoted(kind.guard)} stopped it.")
    return "no stopped look-alike counts"


def _scan_equals_detect(subject: Subject) -> str:
    expected = subject.first
    captions = (*subject.captions, LONG)
    scanned = [*subject.first_scan, *subject.scan(series_of([LONG]))]
    for caption, keys, found in zip(captions, [*expected, *subject.keys([LONG])], scanned, strict=True):
        wanted = Counter((kind, value) for _, _, kind, value in keys)
        if wanted != found:
            extra, lost = list((found - wanted).elements()), list((wanted - found).elements())
            fail(
                f"scan and detect disagree on {quoted(caption)}: only scan finds {quoted(extra, 200)}, "
                f"only detect finds {quoted(lost, 200)}."
            )
    return f"equal on {len(captions):,} captions"


def _is_deterministic(subject: Subject) -> str:
    for caption, before in zip(subject.captions, subject.first, strict=True):
        # Twice in a row, so that a fault with a period is out of step with the first time.
        if subject.keys([caption, caption]) != [before, before]:
            fail(f"detect({quoted(caption)}) gave other hits the second time.")
    if subject.scan(series_of(subject.captions)) != subject.first_scan:
        fail("scan of the same batch gave other hits the second time.")
    return "equal answers when asked again"


def _keeps_no_state(subject: Subject) -> str:
    expected = subject.first
    for at in range(len(subject.captions) - 1, -1, -1):
        hits = subject.detect(subject.captions[at])
        if [key_of(hit) for hit in hits] != expected[at]:
            fail(f"The hits in {quoted(subject.captions[at])} depend on the captions seen before it.")
        hits.clear()  # a list that the detector keeps would be empty the next time
    for at in [row for row, keys in enumerate(expected) if keys][:50]:
        if subject.keys([subject.captions[at]])[0] != expected[at]:
            fail(f"Changing the list that detect({quoted(subject.captions[at])}) returned changes its next answer.")
    return "each caption is judged on its own"


def _ignores_batch_splits(subject: Subject) -> str:
    whole = subject.first_scan
    series = series_of(subject.captions)
    if subject.scan(series.head(0)):
        fail("scan of an empty batch is not empty.")
    for cuts in ((1, 8, 100), (50,), (len(series) - 1,)):
        edges = [0, *cuts, len(series)]
        parts = [series.slice(a, b - a) for a, b in pairwise(edges)]
        if [row for part in parts for row in subject.scan(part)] != whole:
            fail(f"scan in parts, cut at {list(cuts)}, finds other hits than scan of the whole batch.")
    chunked = series.head(10).append(series.slice(10, len(series) - 10))
    if subject.scan(chunked) != whole:
        fail("scan of a series in several chunks finds other hits than scan of the same captions in one.")
    return "equal however the captions are split"


def _survives_large_captions(subject: Subject) -> str:
    return check_speed(subject.detect, lambda text: subject.columns(series_of([text])), subject.seconds)


def _can_be_made_again(subject: Subject) -> str:
    made = type(subject.detector)
    try:
        again = made()
    except Exception as problem:
        raise CheckFailedError(
            f"{made.__name__}() raised {type(problem).__name__}: {quoted(str(problem), 200)}. The registry and the "
            "workers of a cluster make detectors without arguments."
        ) from problem
    for caption, before, now in zip(
        subject.captions, subject.first, subject.keys(subject.captions, again), strict=True
    ):
        if before != now:
            fail(f"A second {made.__name__}() gives other hits in {quoted(caption)}.")
    return "a second instance gives equal answers"


_CHECKS: Final[tuple[tuple[str, Callable[[Subject], str]], ...]] = (
    ("identity", _identity),
    ("hits_are_valid", _hits_are_valid),
    ("hits_are_ordered", _hits_are_ordered),
    ("guards_do_not_count", _guards_do_not_count),
    ("scan_equals_detect", _scan_equals_detect),
    ("is_deterministic", _is_deterministic),
    ("keeps_no_state", _keeps_no_state),
    ("ignores_batch_splits", _ignores_batch_splits),
    ("survives_large_captions", _survives_large_captions),
    ("can_be_made_again", _can_be_made_again),
)


def _measured(subject: Subject) -> tuple[TypeAccuracy, ...]:
    if subject.language not in languages():
        raise unittest.SkipTest(
            f"there are no validation captions in language {quoted(subject.language)}; "
            f"there are some in: {', '.join(languages())}"
        )
    subject.scan(series_of(subject.captions))  # says what is wrong with the columns, if anything is
    return measure(subject.detector, load(subject.language))


def _accuracy(subject: Subject, minimums: Mapping[str, Mapping[str, float]]) -> str:
    found = _measured(subject)
    short = []
    for name, wanted in minimums.items():
        for a in found:
            estimate = getattr(a, name)
            bar = wanted.get(a.type)
            if bar is not None and (estimate.value is None or estimate.value < bar):
                value = f"unknown ({estimate.missing})" if estimate.value is None else f"{estimate.value:.3f}"
                short.append(f"{a.type} {name} is {value}, at least {bar:g} is asked for")
    if short:
        fail(f"{'; '.join(short)}.")
    return "measured" + (", all minimums reached" if any(minimums.values()) else "")


def _if_measurable(subject: Subject) -> tuple[TypeAccuracy, ...]:
    try:
        return _measured(subject)
    except Exception:  # the checks before have said why
        return ()


def _minimums(precision: Minimum, recall: Minimum) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, given in (("precision", precision), ("recall", recall)):
        wanted = given if isinstance(given, dict) else {} if given is None else dict.fromkeys(TYPES, given)
        for type_, bar in wanted.items():
            if type_ not in TYPES:
                raise UsageError(f"min_{name} names the type {type_!r}. The types are: {', '.join(TYPES)}.")
            if not 0 <= bar <= 1:
                raise UsageError(f"min_{name} of {type_} is {bar!r}; it has to lie between 0 and 1.")
        found[name] = wanted
    return found


def _prepared(
    subject: Subject, precision: Minimum, recall: Minimum
) -> tuple[tuple[str, Callable[[Subject], str]], ...]:
    minimums = _minimums(precision, recall)
    if any(minimums.values()) and subject.language not in languages():
        raise UsageError(
            f"A minimum accuracy was asked for, but there are no validation captions in language "
            f"{subject.language!r}. There are some in: {', '.join(languages())}."
        )
    return (*_CHECKS, ("accuracy", partial(_accuracy, minimums=minimums)))


def detector_checks(
    detector: Detector,
    *,
    language: str | None = None,
    min_precision: Minimum = None,
    min_recall: Minimum = None,
    seconds: float = SECONDS,
) -> list[tuple[str, Callable[[], None]]]:
    """The checks one by one, for ``pytest.mark.parametrize(("name", "check"), ...)``.

    Arguments and errors are those of `check_detector`. Each check raises `CheckFailedError` with what is wrong, or
    `unittest.SkipTest`, which pytest reports as skipped.

    Returns:
        For each check its name and a function without arguments that runs it. The functions share what the detector
        said the first time it was asked.

    Example:
        >>> from tacit.captions.detect.protocol import get_detector
        >>> [name for name, check in detector_checks(get_detector("kamath2026"))][:3]
        ['identity', 'hits_are_valid', 'hits_are_ordered']
    """
    subject = Subject(detector, language, seconds)
    return [(name, partial(_run, check, subject)) for name, check in _prepared(subject, min_precision, min_recall)]


def _carried_out(check: Callable[[Subject], str], subject: Subject) -> str:
    try:
        return check(subject)
    except (CheckFailedError, UsageError, unittest.SkipTest):
        raise
    except Exception as problem:
        raise CheckFailedError(
            f"What the detector returned cannot be checked: {type(problem).__name__}: {quoted(str(problem), 200)}."
        ) from problem


def _run(check: Callable[[Subject], str], subject: Subject) -> None:
    _carried_out(check, subject)


def check_detector(
    detector: Detector,
    *,
    language: str | None = None,
    min_precision: Minimum = None,
    min_recall: Minimum = None,
    seconds: float = SECONDS,
) -> ConformanceReport:
    """Run every check on a detector and measure it on the validation captions.

    Args:
        detector: The detector; one that is broken gives failed checks, never a traceback.
        language: Language of the validation captions; the detector's own by default.
        min_precision: Smallest acceptable precision on those captions, one for all types or by type, compared with the
            point estimate. By default accuracy is reported and not judged.
        min_recall: Likewise for recall.
        seconds: Allowed for a megabyte in one caption.

    Returns:
        The report; `ConformanceReport.raise_for_failures` turns failures into an exception.

    Raises:
        UsageError: If a minimum is out of range, names no type, or is asked for in a language without validation
            captions.

    Example:
        >>> from tacit.captions.detect.protocol import get_detector
        >>> report = check_detector(get_detector("kamath2026"))
        >>> report.passed, len(report.accuracy)
        (True, 4)
    """
    subject = Subject(detector, language, seconds)
    outcomes = []
    for name, check in _prepared(subject, min_precision, min_recall):
        try:
            outcomes.append(CheckOutcome(name, "passed", _carried_out(check, subject)))
        except CheckFailedError as problem:
            outcomes.append(CheckOutcome(name, "failed", str(problem)))
        except unittest.SkipTest as reason:
            outcomes.append(CheckOutcome(name, "skipped", str(reason)))
    judged = outcomes[-1]
    accuracy = () if judged.status == "skipped" else _if_measurable(subject)
    return ConformanceReport(
        detector=plain(getattr(detector, "name", "") or type(detector).__name__),
        version=plain(getattr(detector, "version", "")),
        language=plain(subject.language),
        checks=tuple(outcomes),
        accuracy=accuracy,
    )
