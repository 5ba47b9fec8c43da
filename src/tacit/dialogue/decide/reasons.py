"""Why something was decided, in one sentence for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.signals.asked import read_askings
from tacit.dialogue.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.decide.answerability import Answerability
    from tacit.dialogue.decide.reading import Reading

_MOST: Final = 8
"""Words that are told of a question."""
_BEGUN: Final = re.compile(r"^(?:(?:and|but|so|also|then)\W+)+", re.IGNORECASE)


def as_written(stems: Sequence[str], text: str) -> tuple[str, ...]:
    """Terms as the words of a text that they were made of, the first of each; those that are not there are left out.

    Example:
        >>> as_written(["llama", "weigh"], "How much do Llamas weigh?")
        ('Llamas', 'weigh')
    """
    first: dict[str, str] = {}
    for word in words(text):
        for term in terms(word):
            first.setdefault(term, word)
    return tuple(first[stem] for stem in stems if stem in first)


def looked_for(seen: Reading, *, missing: bool = False) -> tuple[str, ...]:
    """The words of the question, unless one sentence holds them all.

    Args:
        seen: The turn, read.
        missing: Only those that the best sentence lacks.
    """
    wanted = seen.missing if missing else tuple(seen.focus)
    return as_written(wanted, seen.situation.query.text)[:_MOST] if seen.missing else ()


def unasked(seen: Reading) -> tuple[str, ...]:
    """The words of the askings that nothing found gives, where others are given."""
    return tuple(_BEGUN.sub("", asking.text) for asking, given in read_askings(seen.situation) if given is False)


def listed(names: Sequence[str]) -> str:
    """Words in quotation marks, joined.

    Example:
        >>> listed(["a", "b", "c"])
        '"a", "b" and "c"'
    """
    quoted = [f'"{name}"' for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def decline_reason(seen: Reading, signals: Mapping[str, float | None], p: float, models: Answerability) -> str:
    """Why a turn is declined: nothing found, not the subject of the documents, or a question they seldom settle."""
    named = listed(as_written(tuple(seen.focus), seen.situation.query.text)[:_MOST])
    if not seen.passages:
        return f"The documents hold nothing on {named}." if named else "Nothing was found."
    if seen.focus and signals.get("coverage.all") == 0:
        return f"None of the passages found holds {named}."
    if signals.get("asked.open") == 1:
        return f"The documents know the subject, but no passage found says {listed(unasked(seen))}."
    likely = f"({p:.0%} likely to have no answer in the documents)"
    if models.foreign.predict(signals) > models.withheld.predict(signals):
        return f"No passage treats {named} together {likely}." if named else f"No passage fits the question {likely}."
    if (signals.get("question.narrow") or 0.0) > 0:
        return f"The passages found are near the subject, but do not seem to settle so narrow a question {likely}."
    if signals.get("question.remark"):
        return f"The turn remarks on the last reply, and the passages found do not seem to settle it {likely}."
    return f"The passages found do not seem to hold the answer {likely}."


def partial_reason(seen: Reading, open_: Sequence[str] = ()) -> str:
    """Which askings are open; if none is, which words of the question are not where the others are."""
    if open_:
        return f"No passage found says {listed(open_)}."
    return f"The passages found treat the question without {listed(looked_for(seen, missing=True))}."


def answer_reason(seen: Reading) -> str:
    """That there are passages, and whether a sentence holds all words of the question."""
    if seen.focus and not seen.missing:
        return "One sentence, with its title, holds all words of the question."
    return "The passages found are likely to hold the answer."
