"""Conformance of in-context tasks: that they need their demonstrations, and that nothing else gives answers away."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import InsufficientDataError, UsageError
from tacit.evidence.estimate import Estimate
from tacit.io.objects import is_text
from tacit.testing.running import run_checks
from tacit.testing.subject import fail, quoted
from tacit.tuning.retention.prompts import plan_prompts
from tacit.tuning.retention.tasks.protocol import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tacit.testing.result import CheckOutcome

    Maker = Callable[[int, int, int], Task]

_ITEMS: Final = 40
_POOL: Final = 32
_SEEDS: Final = 60
_FIRST: Final = 20_000
"""First of the seeds that are tried."""
_ALLOWED: Final = 0.2
"""How far of the way from chance to 1 what is known without demonstrations may lead."""
_MIN_LETTERS: Final = 3
_LEVEL: Final = 0.95


def blind_accuracy(make: Maker, seeds: int = _SEEDS, items: int = _ITEMS) -> Estimate:
    """How often a learner is right that knows a task from half its seeds and gets no demonstrations for the others.

    It is naive Bayes on the words and letter triples of an input, once towards the answer's text and once towards the
    answer's place among the options; the better of the two counts.

    Args:
        make: From seed, items and pool to a task.
        seeds: How many; an even number.
        items: Questions of each.

    Returns:
        Mean accuracy on the unseen half. The interval is over seeds, of which each is one observation: whoever guesses
        one label right guesses all of its items right.

    Example:
        >>> from tacit.tuning.retention.tasks.pattern import make_pattern
        >>> found = blind_accuracy(make_pattern, seeds=20)
        >>> found.low < 0.25 < found.high
        True
    """
    tasks = [make(_FIRST + at, items, 0) for at in range(seeds)]
    seen, unseen = tasks[: seeds // 2], tasks[seeds // 2 :]
    by_text = np.array(_accuracies(seen, unseen, lambda task: task.options))
    by_place = np.array(_accuracies(seen, unseen, lambda task: tuple(map(str, range(len(task.options))))))
    return _mean(max((by_text, by_place), key=lambda found: float(found.mean())))


def _mean(found: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Estimate:
    from scipy.stats import t

    half = float(t.ppf((1 + _LEVEL) / 2, len(found) - 1) * found.std(ddof=1) / len(found) ** 0.5)
    mean = float(found.mean())
    return Estimate(mean, max(0.0, mean - half), min(1.0, mean + half), len(found), "t over seeds", _LEVEL)


def _accuracies(seen: list[Task], unseen: list[Task], names: Callable[[Task], tuple[str, ...]]) -> list[float]:
    """Accuracy on each unseen task of naive Bayes with add-one smoothing, options being called by `names`."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for task in seen:
        called = dict(zip(task.options, names(task), strict=True))
        for item in task.items:
            counts[called[item.answer]].update(_features(item.input))
            totals[called[item.answer]] += 1
    found = []
    for task in unseen:
        right = 0.0
        for item in task.items:
            # Ties share the credit: what drawing lots would bring.
            scores = [_log_odds(item.input, counts[name], totals[name]) for name in names(task)]
            best = [at for at, score in enumerate(scores) if score >= max(scores) - 1e-9]
            right += (task.options.index(item.answer) in best) / len(best)
        found.append(right / len(task.items))
    return found


def _log_odds(text: str, counts: Mapping[str, int], total: int) -> float:
    return float(sum(np.log((counts.get(feature, 0) + 1) / (total + 2)) for feature in _features(text)))


def _features(text: str) -> set[str]:
    words = text.lower().split()
    triples = {text[at : at + _MIN_LETTERS] for at in range(len(text) - _MIN_LETTERS + 1)}
    return {f"{at}:{word}" for at, word in enumerate(words)} | set(words) | triples


def _tasks(make: Maker) -> Iterator[Task]:
    for seed in range(3):
        task: object = make(_FIRST + seed, _ITEMS, _POOL)
        if not isinstance(task, Task):
            fail(f"It returns {quoted(task)} instead of a Task.")
        yield task


def _as_asked(make: Maker) -> None:
    for task in _tasks(make):
        if (len(task.items), len(task.pool)) != (_ITEMS, _POOL):
            fail(f"It gives {len(task.items)} items and a pool of {len(task.pool)} for {_ITEMS} and {_POOL}.")
        if len({item.id for item in task.items}) < len(task.items):
            fail("Two items have the same id.")
        texts = [*task.options, task.instruction, task.before, task.between, task.after]
        texts += [text for item in (*task.items, *task.pool) for text in (item.input, item.answer)]
        wrong = next((text for text in texts if not isinstance(text, str) or not is_text(text)), None)
        if wrong is not None:
            fail(f"{quoted(wrong)} is no text.")
        if not task.before.strip() and not task.instruction.strip() and not all(i.input.strip() for i in task.items):
            fail("A prompt without demonstrations is empty, so a model has nothing to go on from.")


def _options(make: Maker) -> None:
    for task in _tasks(make):
        options = [option.strip() for option in task.options]
        if len(set(options)) < max(2, len(task.options)) or not all(options):
            fail(f"The options {quoted(task.options)} are not two or more different texts.")
        if options != list(task.options):
            fail(f"An option of {quoted(task.options)} begins or ends with a blank; answers follow after one anyway.")
        inside = next((f"{a} and {b}" for a in options for b in options if a != b and b.startswith(a)), None)
        if inside is not None:
            fail(f"One option begins with another, so it would often score lower: {quoted(inside)}.")


def _balanced(make: Maker) -> None:
    for task in _tasks(make):
        for what, items in (("items", task.items), ("pool", task.pool)):
            counts = Counter(item.answer for item in items)
            if set(counts) - set(task.options):
                fail(f"An answer is none of the options: {quoted(sorted(set(counts) - set(task.options))[0])}.")
            if max(counts[option] for option in task.options) - min(counts[option] for option in task.options) > 1:
                fail(f"The answers of the {what} are not balanced: {quoted(sorted(counts.items()))}.")


def _no_leak(make: Maker) -> None:
    for task in _tasks(make):
        list(plan_prompts(task, shots=(0, 16), draws=1))  # raises where a question is in the pool
        twice = [text for text, count in Counter(item.input for item in task.items).items() if count > 1]
        if twice:
            fail(f"An input is asked twice: {quoted(twice[0])}.")


def _repeatable(make: Maker) -> None:
    one, again, other = (make(_FIRST + seed, _ITEMS, _POOL) for seed in (0, 0, 1))
    if one != again:
        fail("The same seed gives different tasks.")
    if one == other:
        fail("Different seeds give the same task.")


def _needs_demonstrations(make: Maker) -> None:
    found = blind_accuracy(make)
    chance = make(_FIRST, 1, 0).chance
    if found.value is None or found.low is None:
        fail(f"Nothing was measured: {found.missing}.")
    if found.low > chance + _ALLOWED * (1 - chance):
        fail(
            f"A learner that knows the task from other seeds is right {found.value:.1%} of the time without "
            f"demonstrations; chance is {chance:.1%}. Draw labels, or the rule, anew for each seed."
        )


def _refuses(make: Maker) -> None:
    try:
        make(_FIRST, 0, _POOL)
    except (UsageError, InsufficientDataError):
        return
    fail("It makes a task of no items; it has to raise a UsageError.")


_CHECKS: Final[dict[str, Callable[[Maker], None]]] = {
    "gives what was asked for": _as_asked,
    "options can be told apart": _options,
    "answers are balanced": _balanced,
    "demonstrations give no question away": _no_leak,
    "is repeatable": _repeatable,
    "needs its demonstrations": _needs_demonstrations,
    "refuses what cannot be made": _refuses,
}


def in_context_task_checks(make: Maker) -> list[tuple[str, Callable[[], None]]]:
    """The checks of a task, for a test suite: one test per check, which raises `CheckFailedError`.

    Args:
        make: From seed, number of items and size of the pool to the task.

    Example:
        >>> from tacit.tuning.retention.tasks.mapping import make_mapping
        >>> [name for name, _ in in_context_task_checks(make_mapping)][:3]
        ['gives what was asked for', 'options can be told apart', 'answers are balanced']
    """
    return [(name, partial(check, make)) for name, check in _CHECKS.items()]


def check_in_context_task(make: Maker) -> tuple[CheckOutcome, ...]:
    """Run every check on a task.

    Args:
        make: From seed, number of items and size of the pool to the task; one that is broken gives failed checks,
            never a traceback.

    Example:
        >>> from tacit.tuning.retention.tasks.regression import make_regression
        >>> {outcome.status for outcome in check_in_context_task(make_regression)}
        {'passed'}
    """
    return run_checks(in_context_task_checks(make))
