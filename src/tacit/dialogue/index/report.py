"""What `tacit index` did."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from tacit.report.figures import count, listing
from tacit.report.terminal import as_text, bullet, heading, plain, print_blocks
from tacit.report.text import shorten

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.dialogue.documents.source import Unreadable

SCHEMA: Final = "tacit.index-report/1"
_NAMES: Final = 3
_REASONS: Final = 12
_LONG: Final = 160


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What changed in an index, in files.

    Attributes:
        folder: The index.
        added: Files that were not there before.
        changed: Files that were read again.
        removed: Files that are gone.
        unchanged: Files that were not read, because they are as they were.
        empty: Documents and rows without a word, which make no passage.
        unreadable: What could not be read, with reasons.
        passages: Passages in the index now.
        seconds: How long it took.
    """

    folder: str
    added: int
    changed: int
    removed: int
    unchanged: int
    empty: int
    unreadable: tuple[Unreadable, ...]
    passages: int
    seconds: float

    def to_json(self) -> str:
        """For programs."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    def summary(self) -> str:
        """For people, as text of at most 80 columns."""
        return as_text(lambda console: print_report(self, console))


def print_report(report: IndexReport, console: Console) -> None:
    """Print what changed, and by reason what could not be read."""
    told = [
        f"{count(number)} {word}"
        for word in ("added", "changed", "removed", "unchanged")
        if (number := getattr(report, word))
    ]
    lines: list[RenderableType] = [
        heading(f"{report.folder}: {_many(report.passages, 'passage')}"),
        plain(f"Files: {listing(told) or 'none'}. {report.seconds:.1f} s.", "dim"),
    ]
    if report.empty:
        lines.append(plain(f"{_many(report.empty, 'document')} without a word.", "dim"))
    blocks = [lines]
    for part, title in ((False, "Not read:"), (True, "Read in part, or with a remark:")):
        if found := [one for one in report.unreadable if one.part is part]:
            blocks.append([plain(title, "bold"), *_reasons(found)])
    blocks.append([plain(f"Next: tacit chat {report.folder}", "dim")])
    print_blocks(console, blocks)


def _reasons(found: list[Unreadable]) -> list[RenderableType]:
    numbers: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for one in found:
        numbers[one.reason] += one.count
        names.setdefault(one.reason, []).append(one.name)
    lines: list[RenderableType] = []
    for reason, number in numbers.most_common(_REASONS):
        files = names[reason]
        which = ", ".join(shorten(name, _LONG) for name in files[:_NAMES]) + (", ..." if len(files) > _NAMES else "")
        lines.append(bullet(f"{count(number)}: {shorten(reason, 2 * _LONG)} ({which})"))
    if len(numbers) > _REASONS:
        lines.append(plain(f"{count(len(numbers) - _REASONS)} more reasons; --json lists all.", "dim"))
    return lines


def _many(number: int, thing: str) -> str:
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"
