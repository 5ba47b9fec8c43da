"""What an answer is expected to bring: published yields, a pilot's, or what the user says."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.curate.rates import parse_rate
from tacit.captions.detect.hits import TYPES
from tacit.errors import DataError, UsageError
from tacit.evidence.intervals import wilson
from tacit.io.columns import quoted
from tacit.io.evals.jsonparts import read_lines, read_object
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tacit.evidence.estimate import Estimate

CAPTIONS_PER_PROMPT: Final = 100
"""Captions that Kamath et al. 2026 judged for each set of instructions, of the same 100 COCO images."""
_STUDY: Final = "Kamath et al. 2026, elicitation study, 100 captions"
_FOUR_IN_ONE: Final = {"spatial": 14, "counting": 39, "negation": 52, "temporal": 44}
"""Of 100 captions written under instructions that ask for all four types, those that truly state each."""
_PIXMO: Final = {"spatial": 21, "counting": 43}
"""The same under PixMo's wording, which asks for counts and positions and not for the other two."""

SECONDS: Final[Mapping[str, float]] = {"counting": 25.0, "spatial": 25.0, "negation": 30.0, "temporal": 30.0}
"""Expected time of an answer, by type."""
SECONDS_BASIS: Final = (
    "Seconds per answer are our assumption: 15 to type a sentence of ten words at 40 a minute, 10 to look, and 5 more "
    "to think of what is absent or what came before. The study paid $15 per estimated hour, for 10 images a worker, "
    "and gives no times. A pilot (--expect) or --seconds replaces them."
)
COMPETING: Final = (
    "Whether several questions at once compete is open: of 100 captions each, asking for all four types brought 14 "
    "spatial and 39 counting, PixMo's wording 21 and 43; differences of that size are no more than suggestive."
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known of one type beforehand.

    Attributes:
        share: Share of answers that truly state the type.
        source: What it rests on, in a sentence.
        seconds: Median time of an answer, where a pilot tells it.
    """

    share: Estimate
    source: str
    seconds: float | None = None


def published(type_: str, *, together: bool) -> Expectation:
    """The published yield of asking for a type.

    Nobody has published what asking for one type alone brings. For spatial and counting, PixMo's wording stands in,
    which does not ask for negation or time; for those two, the wording that asks for all four does.

    Args:
        type_: One of the four types.
        together: Whether all types are asked for together.

    Raises:
        UsageError: If nothing is published about the type.

    Example:
        >>> alone, together = published("spatial", together=False), published("spatial", together=True)
        >>> alone.share.value, together.share.value, round(together.share.low, 3), round(together.share.high, 3)
        (0.21, 0.14, 0.085, 0.221)
    """
    if type_ not in TYPES:
        raise UsageError(f"Nothing is published about asking for {quoted(type_)}. Say --expect {type_}=K/N.")
    true, words = _FOUR_IN_ONE[type_], "instructions that ask for all four types"
    if not together and type_ in _PIXMO:
        true, words = _PIXMO[type_], "PixMo's wording, which asks for counts and positions only of the four types"
    elif not together:
        words += "; asking for this one alone has not been measured"
    return Expectation(wilson(true, CAPTIONS_PER_PROMPT), f"{_STUDY} under {words}.")


def read_expectations(given: Iterable[str]) -> dict[str, Expectation]:
    """What the user expects.

    Args:
        given: ``TYPE=RATE`` each (`tacit.captions.curate.rates.parse_rate`), or a file that `tacit elicit` exported.

    Raises:
        UsageError: If one is neither, or a type is given twice.
        DataError: If a file cannot be read, or holds no answer that somebody reviewed.

    Example:
        >>> read_expectations(["spatial=30/100"])["spatial"].share.value
        0.3
    """
    found: dict[str, Expectation] = {}
    for text in given:
        type_, equals, rate = text.partition("=")
        new = {}
        if equals and type_.strip() in TYPES:
            share = parse_rate(rate, f"--expect {type_.strip()}")
            new[type_.strip()] = Expectation(share, "As given with --expect.")
        elif text.endswith((".jsonl", ".parquet")):
            new = _pilot(text)
        else:
            raise UsageError(
                f"--expect {quoted(text)} is neither TYPE=RATE, such as spatial=30/100, with one of "
                f"{', '.join(TYPES)}, nor an export of tacit elicit (.jsonl or .parquet)."
            )
        for name in new.keys() & found.keys():
            raise UsageError(f"--expect tells about {name} twice.")
        found |= new
    return found


def _pilot(path: str) -> dict[str, Expectation]:
    """Yields and times of a pilot's answers. Those that nobody reviewed say nothing about what is true."""
    true: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    times: defaultdict[str, list[float]] = defaultdict(list)
    for row in _rows(path):
        type_, reviews, seconds = row.get("type"), row.get("reviews"), row.get("seconds")
        if type_ not in TYPES or not isinstance(reviews, list):
            raise DataError(f"{shown(path)} is not an export of tacit elicit: no type, or no list of reviews.")
        if isinstance(seconds, int | float):
            times[type_].append(float(seconds))
        if row.get("nothing") is True or reviews:
            judged[type_] += 1
            true[type_] += bool(reviews) and all(_holds(review) for review in reviews)
    if not judged:
        raise DataError(f"{shown(path)}: no answer has been reviewed, so how many are true is not known.")
    source = "Reviewed answers of a pilot; those who had nothing to say count as not stating it."
    return {
        type_: Expectation(wilson(true[type_], n), source, median(times[type_]) if times[type_] else None)
        for type_, n in sorted(judged.items())
    }


def _rows(path: str) -> Iterable[dict[str, Any]]:
    if path.endswith(".jsonl"):
        return (row for _, row in read_lines(path))
    import polars as pl

    from tacit.io.places import explained, local_path

    with explained(path):
        try:
            frame = pl.read_parquet(local_path(path), glob=False)
        except pl.exceptions.PolarsError as error:
            raise DataError(f"{shown(path)} is no parquet file: {shown(str(error))[:200]}") from None
    return frame.iter_rows(named=True)


def _holds(review: object) -> bool:
    return isinstance(review, dict) and review.get("asserts") is True and review.get("shows") is True


def parse_numbers(given: Sequence[str], what: str, *, whole: bool = False) -> dict[str, float]:
    """Numbers by type: ``negation=500,spatial=300``.

    Args:
        given: Any number of such lists.
        what: The option, for messages.
        whole: Whether only whole numbers will do.

    Raises:
        UsageError: If one cannot be read, is not positive, or a type is named twice.

    Example:
        >>> parse_numbers(["negation=500,spatial=300"], "--want")
        {'negation': 500.0, 'spatial': 300.0}
    """
    found: dict[str, float] = {}
    for entry in ",".join(given).split(","):
        type_, _, number = (part.strip() for part in entry.partition("="))
        try:
            value = float(number)
        except ValueError:
            value = 0.0
        if type_ not in TYPES or not 0 < value < 1e9 or (whole and value % 1):
            raise UsageError(
                f"{what} {quoted(entry)} should be TYPE=NUMBER with a {'whole ' if whole else ''}number above 0 and "
                f"one of {', '.join(TYPES)}, such as negation=500,spatial=300."
            )
        if type_ in found:
            raise UsageError(f"{what} names {type_} twice.")
        found[type_] = value
    return found


def read_shortfalls(path: str) -> dict[str, int]:
    """How many statements of each type a selection is short of.

    Args:
        path: The ``result.json`` of `tacit curate`, or its folder: an object whose ``types`` each have a ``type`` and
            a whole number ``short``.

    Raises:
        DataError: If it is something else, or nothing is missing.
    """
    place = Path(path) / "result.json" if Path(path).is_dir() else Path(path)
    entries = read_object(str(place)).get("types")
    short: dict[str, int] = {}
    for entry in entries if isinstance(entries, list) else [None]:
        type_, missing = (entry.get("type"), entry.get("short")) if isinstance(entry, dict) else (None, None)
        if type_ not in TYPES or not isinstance(missing, int) or isinstance(missing, bool) or missing < 0:
            raise DataError(f"{shown(str(place))} is not the result of tacit curate: no types with a number 'short'.")
        short[type_] = missing
    wanted = {type_: missing for type_, missing in short.items() if missing}
    if not wanted:
        raise DataError(f"{shown(str(place))}: the selection is short of nothing, so there is nothing to ask for.")
    return wanted
