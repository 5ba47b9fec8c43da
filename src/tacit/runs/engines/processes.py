"""Processes of this machine: for work that holds the interpreter lock, such as training small models."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from tacit.errors import TacitError
from tacit.runs.engine import (
    Engine,
    check_importable,
    default_workers,
    describe_error,
    rebuild_error,
    register_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


@register_engine
class ProcessEngine(Engine):
    """Runs items in processes that are started for the run. With one worker, in this process, in order.

    The processes start from nothing (``spawn``): a fork of a process that has threads may never wake up. A script that
    uses this engine therefore needs the usual ``if __name__ == "__main__":``.

    Args:
        workers: Number of processes; `default_workers` when ``None``.
        address: Not taken.
    """

    name: ClassVar[str] = "processes"

    def run(self, work: Callable[[T], bytes], items: Iterable[tuple[int, T]]) -> Iterator[tuple[int, bytes]]:
        """See `Engine.run`.

        Raises:
            TacitError: Also if a process ended without a word, as when the system runs out of memory.
        """
        check_importable(work)
        workers = self.workers or default_workers()
        if workers == 1:
            return ((index, work(item)) for index, item in items)
        return _in_processes(work, items, workers)


def _in_processes(
    work: Callable[[T], bytes], items: Iterable[tuple[int, T]], workers: int
) -> Iterator[tuple[int, bytes]]:
    source = iter(items)
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_settle)
    under_way: dict[Future[bytes | dict[str, Any]], int] = {}
    try:
        for index, item in islice(source, workers + 1):
            under_way[_submit(pool, work, item)] = index
        while under_way:
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                index, outcome = under_way.pop(future), _outcome(future)
                for following, item in islice(source, 1):
                    under_way[_submit(pool, work, item)] = following
                yield index, outcome
    except BrokenExecutor:  # from an item that was lost, or from the pool, which takes no more of them
        raise TacitError(
            "A worker process ended without a word; most often the machine ran out of memory. What is finished is "
            "kept: run the same command again, with fewer --workers."
        ) from None
    finally:
        _stop(pool)


def _submit(pool: ProcessPoolExecutor, work: Callable[[T], bytes], item: T) -> Future[bytes | dict[str, Any]]:
    """Hand an item to the pool, which may start a process for it.

    Ctrl+C is held back meanwhile, and processes inherit that: it would end them with a traceback before `_settle`.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return pool.submit(_guarded, work, item)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return pool.submit(_guarded, work, item)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle() -> None:
    """Leave Ctrl+C to the process that began the run, and end when that one is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _guarded(work: Callable[[T], bytes], item: T) -> bytes | dict[str, Any]:
    """The bytes, or a description of the error of ours that came up."""
    try:
        return work(item)
    except TacitError as error:
        return describe_error(error)


def _outcome(future: Future[bytes | dict[str, Any]]) -> bytes:
    outcome = future.result()
    if isinstance(outcome, dict):
        raise rebuild_error(outcome)
    return outcome


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the processes without waiting for what they are doing: it is lost, and is done again by the next run."""
    processes = list((pool._processes or {}).values())  # there is no public way before Python 3.14
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
