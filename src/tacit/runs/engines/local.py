"""Threads of this process: polars and network calls let go of the interpreter lock, so they run side by side."""

from __future__ import annotations

import threading
import time
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from tacit.runs.engine import Engine, check_importable, default_workers, register_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

GRACE_SECONDS: Final = 2.0
"""How long items under way may take to end when a run is stopped; they are left behind after that."""

QUEUED_PER_WORKER: Final = 2
"""Items under way and waiting, per worker: one to work on and one to go on with."""


@register_engine
class LocalEngine(Engine):
    """Runs items on threads. With one worker, in the calling thread, in order.

    Args:
        workers: Number of threads; `default_workers` when ``None``.
        address: Not taken.
    """

    name: ClassVar[str] = "local"

    def run(self, work: Callable[[T], bytes], items: Iterable[tuple[int, T]]) -> Iterator[tuple[int, bytes]]:
        """See `Engine.run`. Errors that are not tacit's are raised as they are, too."""
        check_importable(work)
        workers = self.workers or default_workers()
        return _in_line(work, items) if workers == 1 else _on_threads(work, items, workers)


def _in_line(work: Callable[[T], bytes], items: Iterable[tuple[int, T]]) -> Iterator[tuple[int, bytes]]:
    for index, item in items:
        yield index, work(item)


def _on_threads(
    work: Callable[[T], bytes], items: Iterable[tuple[int, T]], workers: int
) -> Iterator[tuple[int, bytes]]:
    todo: SimpleQueue[tuple[int, T] | None] = SimpleQueue()
    done: SimpleQueue[tuple[int, bytes | BaseException]] = SimpleQueue()
    stop = threading.Event()
    # Threads of our own rather than a pool: a pool's threads are waited for when the interpreter ends, so one slow
    # item (a model endpoint that does not answer) would hold an interrupted run for minutes.
    threads = [
        threading.Thread(target=_serve, args=(work, todo, done, stop), name=f"tacit-{n}", daemon=True)
        for n in range(workers)
    ]
    source = iter(items)
    under_way = 0
    try:
        for task in islice(source, workers * QUEUED_PER_WORKER):
            if under_way < workers:
                threads[under_way].start()
            todo.put(task)
            under_way += 1
        while under_way:
            index, outcome = done.get()
            under_way -= 1
            if isinstance(outcome, BaseException):
                raise outcome
            following = next(source, None)
            if following is not None:
                # Before the result is handed over, so that no worker waits for whoever takes it.
                todo.put(following)
                under_way += 1
            yield index, outcome
    finally:
        stop.set()
        started = [thread for thread in threads if thread.ident is not None]
        for _ in started:
            todo.put(None)
        deadline = time.monotonic() + GRACE_SECONDS
        for thread in started:
            thread.join(max(0.0, deadline - time.monotonic()))


def _serve(
    work: Callable[[T], bytes],
    todo: SimpleQueue[tuple[int, T] | None],
    done: SimpleQueue[tuple[int, bytes | BaseException]],
    stop: threading.Event,
) -> None:
    while (task := todo.get()) is not None and not stop.is_set():
        index, item = task
        try:
            done.put((index, work(item)))
        except BaseException as error:  # raised again where the results are read
            done.put((index, error))
