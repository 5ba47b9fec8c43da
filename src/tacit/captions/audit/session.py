"""Labelling in the terminal: one caption at a time, one line of keys, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.captions.audit.labels import Labels, write_labels
from tacit.captions.detect.hits import TYPES
from tacit.captions.words import type_word
from tacit.report.figures import interval, percent
from tacit.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.captions.audit.draw import Draw, Standing
    from tacit.captions.audit.labels import Label

KEYS: Final = {type_[0]: type_ for type_ in TYPES}
HELP: Final = """\
What does the text itself assert of the pictured scene?

  c  counting   the exact number of things: "two dogs", "a single bird"; not "several", ages, prices, sizes
  s  spatial    one thing placed relative to another or to the frame: "next to a tree", "in the background";
                not a bare in, on or at, nor a path ("walks along the road")
  n  negation   a word that negates: "without a hat", "not smiling"; not "shirtless", "No. 5" or a quoted sign
  t  temporal   the moment related to one before or after it: "about to jump", "after the race"; not "while"

Type the letters of what it states, e.g. "cs", or just Enter when it states none of them.
A "?" behind a letter means that you cannot say: "cs?". Other keys: x skip, b back, h help, q quit.
"""


def label_captions(drawn: Draw, file: Path, *, ask: Callable[[str], str | None], say: Callable[[str], None]) -> Labels:
    """Ask about each caption of a draw, and write every answer down at once.

    Args:
        drawn: The captions.
        file: Where labels are kept.
        ask: Shows a prompt and returns the line typed, or ``None`` at the end of the input.
        say: Shows text.

    Returns:
        All labels, those made earlier included.

    Raises:
        DataError: If the file cannot be written.
    """
    labels = drawn.labels
    before = len(labels.labels)
    if not drawn.queue:
        say(f"There is nothing left to label: all that can be drawn is in {file}.")
        return labels
    say(HELP)
    at = 0
    while at < len(drawn.queue):
        label = drawn.queue[at]
        say(f"[{at + 1}/{len(drawn.queue)}]  {visible(label.caption)}")
        answer = ask("> ")
        if answer is None:
            say("")
            break
        if answer.strip().lower() == "q":
            break
        key = answer.strip().lower()
        if key == "h":
            say(HELP)
        elif key == "b":
            if at == 0:
                say("This is the first one.")
                continue
            at -= 1
            labels = replace(labels, labels=tuple(k for k in labels.labels if k.caption != drawn.queue[at].caption))
            write_labels(file, labels)
        elif key == "x":
            at += 1
        else:
            states = read_answer(key)
            if states is None:
                say(f"{visible(answer.strip())!r} is not one of {', '.join(KEYS)}, x, b, h or q. Type h for help.")
                continue
            labels = _with(labels, replace(label, states=states))
            write_labels(file, labels)
            at += 1
    new, number = len(labels.labels) - before, len(labels.labels)
    say(f"{new:,} new label{'s' if new != 1 else ''}, {number:,} in all{f', in {file}' if number else ''}.")
    return labels


def read_answer(keys: str) -> tuple[bool | None, ...] | None:
    """What a line of keys says of each type; ``None`` when it cannot be read.

    Example:
        >>> read_answer("cs?")
        (True, None, False, False)
        >>> read_answer("")
        (False, False, False, False)
    """
    said: dict[str, bool | None] = dict.fromkeys(TYPES, False)
    last = ""
    for key in keys.replace(" ", "").replace(",", ""):
        if key == "?" and last:
            said[last] = None
        elif key in KEYS:
            last = KEYS[key]
            said[last] = True
        else:
            return None
    return tuple(said[type_] for type_ in TYPES)


def describe(standings: Sequence[Standing]) -> str:
    """What the labels tell so far, as text."""
    lines = []
    for standing in standings:
        share, accuracy = standing.corrected.share, standing.accuracy
        name = type_word(accuracy.type).name
        if share.value is None:
            lines.append(f"{name:<9} not known yet: {share.missing}")
            continue
        parts = [f"{name:<9} truly in {percent(share.value)} ({interval(share)})"]
        for what, estimate in (("precision", accuracy.precision), ("recall", accuracy.recall)):
            value = estimate.value
            parts.append(
                f"{what} {percent(value)} ({interval(estimate)})" if value is not None else f"{what} not known"
            )
        if standing.plan is not None and standing.plan.labels:
            parts.append(f"{standing.plan.labels:,} more labels would halve the interval")
        lines.append("; ".join(parts))
    return "\n".join(lines)


def _with(labels: Labels, label: Label) -> Labels:
    kept = tuple(known for known in labels.labels if known.caption != label.caption)
    return replace(labels, labels=(*kept, label))
