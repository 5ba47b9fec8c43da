"""How far it is, while a model trains: curves on a terminal, a line now and then in a log, or nothing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Final, TextIO

from tacit.report.figures import count, percent
from tacit.report.terminal import tight
from tacit.runs.progress import LINE_SECONDS, duration
from tacit.tuning.train.sparkline import BARS, PLAIN, sparkline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.train.watch import Check

_WIDTH: Final = 40


class Live:
    """Shows loss, held-out loss and retention as they come.

    Args:
        checks: What is measured on the way; looked at whenever something is shown.
        stream: Where to; standard error when ``None``.
    """

    def __init__(self, checks: Sequence[Check], stream: TextIO | None = None) -> None:
        self._checks = checks
        self._stream = sys.stderr if stream is None else stream
        self._losses: list[float] = []
        self._live: Any = None
        self._next = 0.0
        self._first: tuple[float, int] | None = None

    def begin(self, losses: Sequence[float]) -> None:
        """Begin, with the losses of the steps that were made before the run was cut short."""
        self._losses = list(losses)
        self._first = (time.monotonic(), len(self._losses))
        self._next = time.monotonic() + LINE_SECONDS
        if self._stream.isatty():
            from rich.console import Console
            from rich.live import Live as Screen

            self._live = Screen(console=Console(file=self._stream), transient=True, auto_refresh=False)
            self._live.start()

    def after(self, step: int, steps: int, loss: float) -> None:
        """Show a step."""
        self._losses.append(loss)
        now = time.monotonic()
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text("\n".join(self.lines(step, steps))), refresh=True)
        elif now >= self._next:
            self._next = now + LINE_SECONDS
            self._stream.write(self.line(step, steps) + "\n")
            self._stream.flush()

    def close(self) -> None:
        """Leave the terminal as it was; doing so twice is harmless."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def line(self, step: int, steps: int) -> str:
        """How far it is, in one line."""
        parts = [f"step {count(step)} of {count(steps)}", f"loss {self._losses[-1]:.3f}"]
        if self._checks:
            last = self._checks[-1]
            if last.held_out is not None:
                parts.append(f"held out {last.held_out:.3f}")
            if last.reading is not None and last.reading.retention.value is not None:
                parts.append(f"few-shot ability left {tight(percent(last.reading.retention.value))}")
        left = self._left(step, steps)
        return ", ".join([*parts, f"{left} left"] if left else parts)

    def lines(self, step: int, steps: int) -> list[str]:
        """The same with a curve of each."""
        encoding = (getattr(self._stream, "encoding", None) or "").lower()
        bars = BARS if encoding.startswith("utf") else PLAIN
        found = [self.line(step, steps), f"loss      {sparkline(self._losses, _WIDTH, bars=bars)}"]
        held_out = [check.held_out for check in self._checks if check.held_out is not None]
        if held_out:
            found.append(f"held out  {sparkline(held_out, _WIDTH, bars=bars)}")
        kept = [check.reading.retention.value for check in self._checks if check.reading is not None]
        known = [value for value in kept if value is not None]
        if known:
            found.append(f"few-shot  {sparkline(known, _WIDTH, low=0.0, high=1.0, bars=bars)}")
        return found

    def _left(self, step: int, steps: int) -> str:
        if self._first is None or step <= self._first[1]:
            return ""
        each = (time.monotonic() - self._first[0]) / (step - self._first[1])
        return duration(each * (steps - step))
