"""A Ray cluster, or a small Ray of our own on this machine.

Items, results and the name of the work function travel through Ray, which pickles them with cloudpickle: that is
Ray's transport between machines that already trust each other, not a format of ours. Nothing that is read from a
user's data is ever unpickled.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
from functools import cache
from importlib import import_module, util
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from tacit.errors import MissingExtraError, TacitError, UsageError
from tacit.runs.engine import (
    Engine,
    check_importable,
    default_workers,
    describe_error,
    rebuild_error,
    register_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

T = TypeVar("T")

QUEUED_PER_WORKER: Final = 2
CONNECT_SECONDS: Final = 5.0
GRACE_SECONDS: Final = 1.0
"""How long items under way may take to end when a run is stopped."""

_SHORT: Final = 24
"""Ray makes sockets 80 characters below its folder, and their paths may have 107."""


@register_engine
class RayEngine(Engine):
    """Runs items as Ray tasks of one processor each.

    Without an address it starts a Ray of its own: on the loopback interface only (unless something else imported
    Ray before), with a token that is made up for it, without dashboard or usage statistics, its files in a folder
    that only this user can enter; `close` ends it and removes the folder. If the process is already connected to
    Ray, that connection is used and left as it is.
    Stopping in the middle of long items ends a connection of its own as well; the next `run` makes a new one.

    Args:
        workers: Items worked on at a time. When ``None``: all processors of this machine, or of the cluster.
        address: Address of a running cluster, as `ray.init` takes it; ``None`` or ``local`` to start one here.

    Raises:
        MissingExtraError: If Ray is not installed.
    """

    name: ClassVar[str] = "ray"
    takes_address: ClassVar[bool] = True

    def __init__(self, *, workers: int | None = None, address: str | None = None) -> None:
        super().__init__(workers=workers, address=None if address == "local" else address)
        self._connected = False
        self._folder: Path | None = None
        if util.find_spec("ray") is None:
            raise MissingExtraError("--engine ray", "cluster")

    def run(self, work: Callable[[T], bytes], items: Iterable[tuple[int, T]]) -> Iterator[tuple[int, bytes]]:
        """See `Engine.run`. Errors that are not tacit's arrive as Ray's ``RayTaskError``, which shows both traces.

        Raises:
            UsageError: If the cluster does not answer, or its nodes lack tacit.
            TacitError: Also when a worker process dies.
        """
        check_importable(work)
        return self._stream(self._start(), work, items)

    def _start(self) -> Any:  # noqa: ANN401 - the ray module, which need not be installed
        confined = self.address is None and _import_confined()
        ray = _import_ray()
        if ray.is_initialized():
            return ray
        if self.address is None:
            self._start_local(ray, _IMPORT_SETTINGS if confined else {})
        else:
            _connect(ray, self.address)
        self._connected = True
        return ray

    def _start_local(self, ray: Any, settings: Mapping[str, str]) -> None:  # noqa: ANN401
        crowded = len(tempfile.gettempdir()) > _SHORT and os.access("/tmp", os.W_OK)  # noqa: S108
        self._folder = Path(tempfile.mkdtemp(prefix="tacit-", dir="/tmp" if crowded else None))  # noqa: S108
        try:
            with _environment({**settings, **_start_settings()}):
                ray.init(
                    address="local",
                    num_cpus=self.workers or default_workers(),
                    include_dashboard=False,
                    log_to_driver=False,
                    configure_logging=False,
                    _node_ip_address="127.0.0.1",
                    # Ray opens its folder to everyone; one level down, nobody else can come to it.
                    _temp_dir=str(self._folder / "r"),
                )
        except BaseException as error:
            ray.shutdown()
            self._remove_folder()
            if isinstance(error, Exception):
                raise TacitError(
                    f"Ray could not be started on this machine: {_first_line(error)}. Use --engine local, or give the "
                    "address of a running cluster."
                ) from error
            raise

    def _stream(
        self,
        ray: Any,  # noqa: ANN401
        work: Callable[[T], bytes],
        items: Iterable[tuple[int, T]],
    ) -> Iterator[tuple[int, bytes]]:
        task = ray.remote(num_cpus=1)(_call)
        shared = ray.put(work)
        source = iter(items)
        pending: dict[Any, int] = {}
        try:
            for index, item in islice(source, self._limit(ray)):
                pending[task.remote(shared, item)] = index
            while pending:
                (ready,), _ = ray.wait(list(pending), num_returns=1)
                index = pending.pop(ready)
                payload = _result(ray, ready, index)
                for following, item in islice(source, 1):
                    pending[task.remote(shared, item)] = following
                yield index, payload
        finally:
            if pending:
                self._give_up(ray, list(pending))

    def _give_up(self, ray: Any, pending: list[Any]) -> None:  # noqa: ANN401
        """Let go of items under way.

        Not through `ray.cancel`: a task that is cancelled in the moment in which it ends makes Ray abort this whole
        process (ray-project/ray#54846; seen with Ray 2.60, once in some twenty interrupts). What is left after a
        moment of grace is stopped by ending our connection, which ends our tasks; a connection that is not ours is
        left to finish them.
        """
        with contextlib.suppress(Exception):  # Ray may be gone already
            _, left = ray.wait(pending, num_returns=len(pending), timeout=GRACE_SECONDS)
            if not left:
                return
        self._disconnect()

    def _limit(self, ray: Any) -> int:  # noqa: ANN401
        """Items handed to Ray at a time."""
        if self.workers is not None and self._folder is None:
            return self.workers  # somebody else's cluster: nothing else keeps us to that many
        return QUEUED_PER_WORKER * max(1, int(ray.cluster_resources().get("CPU", 1)))

    def close(self) -> None:
        """End the connection, and the Ray that was started here, if any; one that was found is left as it is."""
        self._disconnect()

    def _disconnect(self) -> None:
        if self._connected:
            self._connected = False
            _import_ray().shutdown()
        self._remove_folder()

    def _remove_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


_IMPORT_SETTINGS: Final[Mapping[str, str]] = {
    # Ray replaces a node address of 127.0.0.1 by the machine's public one and then listens on every interface,
    # unless it takes itself to be on a single machine, which it reads from this variable as it is imported.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "token",
}


def _start_settings() -> dict[str, str]:
    settings = {"RAY_AUTH_TOKEN": _token(), "RAY_USAGE_STATS_ENABLED": "0"}
    # One polars thread per worker process: Ray already runs as many processes as there are processors.
    if "POLARS_MAX_THREADS" not in os.environ:
        settings["POLARS_MAX_THREADS"] = "1"
    return settings


@cache
def _import_confined() -> bool:
    """Import Ray so that it stays on the loopback interface; whether that was possible.

    It is not when something else imported Ray before us. The Ray that we start then listens on every interface, and
    only the token, which Ray 2.60 demands without being told to, keeps others out.
    """
    if "ray" in sys.modules:
        return False
    with _environment(_IMPORT_SETTINGS):
        _import_ray()
    return True


@cache
def _token() -> str:
    """The token of every Ray that this process starts: Ray reads it once and keeps it."""
    return secrets.token_hex(32)


@contextlib.contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and put back whatever was changed meanwhile, by us or by Ray. What the user set has precedence."""
    before = dict(os.environ)
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        for name in [name for name in os.environ if name not in before]:
            del os.environ[name]
        for name, value in before.items():
            if os.environ.get(name) != value:
                os.environ[name] = value


def _import_ray() -> Any:  # noqa: ANN401
    try:
        return import_module("ray")
    except ImportError as error:
        raise MissingExtraError("--engine ray", "cluster") from error


def _connect(ray: Any, address: str) -> None:  # noqa: ANN401
    _knock(address)
    try:
        ray.init(address=address, log_to_driver=False, configure_logging=False)
    except ImportError as error:
        raise UsageError(f"{address} needs Ray's client: pip install 'ray[client]'.") from error
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise UsageError(
            f"No Ray cluster could be reached at {address}: {_first_line(error)}. Check --ray-address, and that this "
            "machine and the cluster have the same versions of Python and Ray and the same token."
        ) from error


def _knock(address: str) -> None:
    """See whether anything answers at ``host:port`` at all: Ray itself takes half a minute to find out."""
    parts = urlsplit(address if "://" in address else f"ray://{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--ray-address {address!r} is not host:port, ray://host:port or auto.") from error
    if host is None or port is None:
        return
    try:
        socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        raise UsageError(
            f"No Ray cluster answers at {address} ({error.strerror or error}). Check --ray-address and that the "
            "cluster is running."
        ) from error


def _result(ray: Any, reference: Any, index: int) -> bytes:  # noqa: ANN401
    try:
        payload, failure = ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, ImportError):
            raise UsageError(
                f"A Ray worker cannot load the work: {_first_line(error.cause)}. Install the same tacit, with the "
                "same extras and plug-ins, on every node of the cluster."
            ) from error
        raise
    except ray.exceptions.RayError as error:
        raise TacitError(
            f"A Ray worker was lost at item {index}, repeatedly: {_first_line(error)}. This is mostly for lack of "
            "memory: use smaller batches or fewer --workers. Run the same command again to continue."
        ) from error
    if failure is not None:
        raise rebuild_error(failure)
    return bytes(payload)


def _call(work: Callable[[T], bytes], item: T) -> tuple[bytes, dict[str, Any] | None]:
    """Runs in a worker process. Errors meant for the user come back as data; others as Ray wraps them."""
    try:
        return work(item), None
    except TacitError as error:
        return b"", describe_error(error)


def _first_line(error: BaseException) -> str:
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return "".join(c if c.isprintable() else " " for c in text)[:300].rstrip(".")
