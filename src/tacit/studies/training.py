"""Training many small models: over an engine, with a journal, and what that will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.runs.engine import Engine
    from tacit.runs.journal import Journal
    from tacit.runs.progress import Progress

T = TypeVar("T")


def work_off(
    work: Callable[[T], bytes],
    tasks: Sequence[T],
    engine: Engine,
    *,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> list[bytes]:
    """Do every task that the journal does not hold yet.

    Args:
        work: See `Engine.run`.
        tasks: In the order in which they are numbered in the journal.
        engine: What to do them with; it cannot change a result.
        journal: Where finished ones are kept; without one an interrupted study starts again.
        progress: Is told of tasks.

    Returns:
        The outcome of each task, in their order.
    """
    done = dict(journal.payloads()) if journal else {}
    todo = [(at, task) for at, task in enumerate(tasks) if at not in done]
    shown = progress or NullProgress()
    shown.start(len(tasks), done_rows=len(done))
    try:
        for at, outcome in engine.run(work, todo):
            done[at] = outcome
            if journal is not None:
                journal.record(at, outcome)
            shown.advance(1)
    finally:
        shown.close()
    return [done[at] for at in range(len(tasks))]
