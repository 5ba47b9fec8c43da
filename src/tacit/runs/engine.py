"""What an engine is: it turns numbered items into bytes, on threads, on a cluster, or wherever a plug-in takes them."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from tacit.errors import TacitError, UsageError
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

T = TypeVar("T")

ENTRY_POINTS: Final = "tacit.engine"
_BUILT_IN: Final = ("tacit.runs.engines.local", "tacit.runs.engines.processes", "tacit.runs.engines.ray")


class Engine(ABC):
    """Carries out the items of a run. A context manager: leaving it stops what it started.

    Engines carry bytes and know nothing of what they mean. They do not decide what is done, so no engine and no
    number of workers may change a result.

    Args:
        workers: How many items are worked on at a time; chosen by the engine when ``None``.
        address: Where the engine runs, for engines that run elsewhere.

    Attributes:
        name: What users call it (``--engine NAME``).
        takes_address: Whether it can be told where to run.
        workers: As given.
        address: As given.

    Raises:
        UsageError: If there are fewer than one workers, or an address is given to an engine that takes none.
    """

    name: ClassVar[str]
    takes_address: ClassVar[bool] = False

    def __init__(self, *, workers: int | None = None, address: str | None = None) -> None:
        if workers is not None and workers < 1:
            raise UsageError(f"--workers is {workers}; at least 1 is needed. Leave it out to use all processors.")
        if address is not None and not self.takes_address:
            raise UsageError(f"--engine {self.name} runs on this machine and takes no address. Leave the address out.")
        self.workers = workers
        self.address = address

    @abstractmethod
    def run(self, work: Callable[[T], bytes], items: Iterable[tuple[int, T]]) -> Iterator[tuple[int, bytes]]:
        """Do the work of every item.

        Args:
            work: A function that stands in a module, or a `functools.partial` of one with plain data: other machines
                find it by its name. It must not depend on which items were worked on before.
            items: Number and plain data of each item. Read as they are needed, in the calling thread.

        Yields:
            Number and bytes of each item as it is finished, in any order. Only a bounded number of items is under
            way at a time, so neither items nor results pile up.

        Raises:
            TypeError: If `work` cannot be found by its name.
            TacitError: The one that `work` raised, of the same class and with the same message, wherever it ran. The
                items under way are then given up, as they are when the iterator is closed.
        """

    def close(self) -> None:  # noqa: B027 - most engines have nothing to stop
        """Stop what the engine started, and only that; doing so twice is harmless."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def default_workers() -> int:
    """How many processors this process may use.

    Example:
        >>> default_workers() >= 1
        True
    """
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_importable(work: Callable[..., object]) -> None:
    """Refuse work that another process could not find by its name.

    Raises:
        TypeError: If it is not a function in a module, or a partial of one.

    Example:
        >>> check_importable(partial(int, base=2))
        >>> check_importable(lambda x: x)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        TypeError: work must be a function in a module, or a functools.partial of one, not <function <lambda> at ...>
    """
    function: Any = work
    while isinstance(function, partial):
        function = function.func
    found: Any = sys.modules.get(getattr(function, "__module__", None) or "")
    for part in getattr(function, "__qualname__", "<none>").split("."):
        found = getattr(found, part, None)
    if found is not function:
        raise TypeError(f"work must be a function in a module, or a functools.partial of one, not {function!r}")


_REGISTRY: dict[str, type[Engine]] = {}


def register_engine(cls: type[Engine]) -> type[Engine]:
    """Class decorator: make an engine available as ``--engine NAME``.

    Its module is found through the entry-point group ``tacit.engine``.

    Raises:
        UsageError: If another class already took the name.
    """
    taken = _REGISTRY.get(cls.name)
    if taken is not None and taken is not cls:
        raise UsageError(f"Two engines are called {cls.name!r}. Rename one of them.")
    _REGISTRY[cls.name] = cls
    return cls


def _find(name: str) -> type[Engine] | None:
    for module in _BUILT_IN:
        import_module(module)
    if name not in _REGISTRY:
        load_plugins(ENTRY_POINTS)
    return _REGISTRY.get(name)


def get_engine(name: str = "local", *, workers: int | None = None, ray_address: str | None = None) -> Engine:
    """Make an engine.

    Args:
        name: ``local`` (threads), ``ray`` (a Ray cluster; extra ``cluster``), or a plug-in's.
        workers: How many items are worked on at a time; all processors when ``None``.
        ray_address: Where a Ray cluster runs, e.g. ``10.0.0.1:6379``, ``ray://host:10001`` or ``auto``.

    Raises:
        UsageError: If there is no such engine, or an option does not go with it.
        MissingExtraError: If its packages are not installed.

    Example:
        >>> import binascii
        >>> with get_engine("local", workers=2) as engine:
        ...     sorted(engine.run(binascii.hexlify, enumerate([b"a", b"b"])))
        [(0, b'61'), (1, b'62')]
    """
    cls = _find(name)
    if cls is None:
        raise UsageError(
            f"There is no engine called {name!r}. Installed: {', '.join(sorted(_REGISTRY))}.{broken_note(ENTRY_POINTS)}"
        )
    return cls(workers=workers, address=ray_address)


def describe_error(error: TacitError) -> dict[str, Any]:
    """An error as plain data, for engines whose workers live in other processes.

    Pickle rebuilds an exception by calling its class with its message, which fails for those that are made from
    something else. Plain data always arrives.
    """
    classes = [
        (cls.__module__, cls.__qualname__)
        for cls in type(error).__mro__
        if isinstance(cls, type) and issubclass(cls, TacitError)
    ]
    attributes = {k: v for k, v in vars(error).items() if v is None or isinstance(v, bool | int | float | str)}
    return {"classes": classes, "args": [str(error)], "attributes": attributes}


def rebuild_error(description: dict[str, Any]) -> TacitError:
    """The error that `describe_error` described, of the same class and with the same message.

    If the class cannot be found here (a plug-in that is only installed on the cluster), the nearest base that can.

    Example:
        >>> from tacit.errors import MissingExtraError
        >>> rebuild_error(describe_error(MissingExtraError("--engine ray", "cluster"))).extra
        'cluster'
    """
    found: type[TacitError] = TacitError
    for module, qualname in description["classes"]:
        try:
            cls: Any = import_module(module)
            for part in qualname.split("."):
                cls = getattr(cls, part)
        except (ImportError, AttributeError):
            continue
        if isinstance(cls, type) and issubclass(cls, TacitError):
            found = cls
            break
    error = found.__new__(found)
    error.args = tuple(description["args"])
    vars(error).update(description["attributes"])
    return error
