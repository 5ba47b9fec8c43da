"""Gain a skill and keep what was there: tune few entries, exactly, and measure what that did to in-context learning.

The names below are loaded when they are first used, so that importing this loads no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.lazy import exports

if TYPE_CHECKING:
    from tacit.tuning.locate.api import locate_values
    from tacit.tuning.locate.check import check_values
    from tacit.tuning.partial.export import export
    from tacit.tuning.partial.hold import hold
    from tacit.tuning.partial.sets import select
    from tacit.tuning.train.tuning import ValueTuning

__all__ = ["ValueTuning", "check_values", "export", "hold", "locate_values", "select"]

_HOME: Final = {
    "ValueTuning": "tacit.tuning.train.tuning",
    "check_values": "tacit.tuning.locate.check",
    "export": "tacit.tuning.partial.export",
    "hold": "tacit.tuning.partial.hold",
    "locate_values": "tacit.tuning.locate.api",
    "select": "tacit.tuning.partial.sets",
}
"""Where each exported name lives."""

__getattr__, __dir__ = exports(__name__, _HOME)
