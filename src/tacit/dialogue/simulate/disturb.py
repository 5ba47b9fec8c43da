"""Scripts made harder: topics switched, names replaced by pronouns, answers disputed, questions of other worlds asked.

Each function takes scripts and returns new ones, the same for the same seed; `Move.made` says how a turn was made. What
cannot be done safely to a script is not done to it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tacit.dialogue.simulate.script import Move, Script
from tacit.dialogue.simulate.words import DISPUTES, DOUBTS, OFF_CORPUS
from tacit.dialogue.text.stopwords import STOPWORDS
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHARE: Final = 0.25
"""Of scripts or turns that are changed; MTRAG-UN stitches a quarter of its conversations."""

_HEADS: Final = (
    "museum|ferry|festival|printer|glacier|clinic|hospital|school|university|college|library|house|hotel|restaurant|"
    "bridge|tower|castle|church|temple|palace|park|garden|river|lake|mountain|island|valley|desert|city|town|village|"
    "county|state|company|bank|market|exchange|agency|department|office|commission|committee|council|union|party|court|"
    "act|law|treaty|agreement|constitution|programme|program|project|mission|award|prize|cup|league|tournament|war|"
    "battle|revolution|film|movie|novel|book|album|song|series|magazine|newspaper|telescope|engine|database|server"
)
"""Last words of names that "it" and "that ..." can stand for: things, never people."""
_ASKING: Final = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
_NAME: Final = re.compile(
    rf"(?:\b(?P<asking>(?i:{_ASKING})) )?(?P<whole>\b(?:[Tt]he )?(?P<name>"
    rf"(?:(?!(?i:{_ASKING}|the|and|in|on|when|where|who|what|which|why|how)\b)[A-Z][\w-]+ )+"
    rf"(?P<head>(?i:{_HEADS}))\b))"
)
"""A name of two words or more, and whether the verb of a question stands before it, so that no noun can follow."""
_ENDS: Final = re.compile(r"['’]s\b|\W*$|[?.;:!)]|,(?! [A-Z])")
_CALLED: Final = re.compile(r"\b(?:what|who) (?:is|are|was|were) $", re.IGNORECASE)
"""Before a name, behind which a noun may follow: "What is the Score Agreement level?"."""
_PINNED: Final = re.compile(
    r"(?:\b(?:a|an|another|any|this|that|these|those|my|your|our|their)|['’]s)\s+$", re.IGNORECASE
)
_SUBJECT: Final = "do|are|were|did|can|could|should|will|would"
_PLURAL: Final = re.compile(
    rf"\b(?:(?P<subject>(?i:{_SUBJECT}))|of|about|for|with|to|in|on|from|by|at) "
    r"(?P<phrase>(?:[a-z]+ )+[a-z]+[^siu\W\d]s)\b"
)
"""A plural of several words behind a verb or a preposition, where "they" or "them" can stand."""


def stitch(scripts: Sequence[Script], *, share: float = SHARE, seed: int = 0) -> list[Script]:
    """Switch the topic: a beginning of another conversation of the same domain before some of the conversations.

    The first turn of the conversation is made ``switch``. A first turn stands alone, so nothing else changes.

    Args:
        scripts: What is changed.
        share: How many of them; those that are alone in their domain stay as they are.
        seed: Of what is drawn.

    Raises:
        UsageError: If the share is no share.

    Example:
        >>> scripts = [Script("a", (Move("Where?"), Move("Why?"))), Script("b", (Move("Who?"),))]
        >>> [(script.id, [move.text for move in script.moves]) for script in stitch(scripts, share=1)]
        [('b+a', ['Who?', 'Where?', 'Why?']), ('a+b', ['Where?', 'Who?'])]
    """
    changed = []
    for script, draw in _drawn("stitch", scripts, share, seed):
        others = [other for other in scripts if other.domain == script.domain and other.id != script.id]
        if draw is None or not others:
            changed.append(script)
            continue
        other = draw.choice(others)
        before = other.moves[: (len(other.moves) + 1) // 2]
        first = replace(script.moves[0], made="switch")
        changed.append(Script(f"{other.id}+{script.id}", (*before, first, *script.moves[1:]), script.domain))
    return changed


def pronominalise(scripts: Sequence[Script], *, share: float = 1.0, seed: int = 0) -> list[Script]:
    """Replace what the turn before named by a pronoun: ``it``, ``its``, ``that NOUN``, ``they`` or ``them``.

    Only where it is clear what is meant and the sentence stays one: a name that ends in a word for a thing ("Elawyn
    Museum"), if the user's turn before has this name and no other; a plural of several words ("guinea pigs") behind a
    verb or a preposition. After an inserted turn nothing is replaced.

    Args:
        scripts: What is changed.
        share: Of turns where it can be done.
        seed: Of what is drawn.

    Raises:
        UsageError: If the share is no share.

    Example:
        >>> script = Script("s", (Move("Where is Elawyn Museum?"), Move("When was Elawyn Museum founded?")))
        >>> pronominalise([script], seed=5)[0].moves[1].text
        'When was it founded?'
    """
    changed = []
    for script, draw in _each("pronominalise", scripts, share, seed):
        moves = list(script.moves[:1])
        for before, move in zip(script.moves, script.moves[1:], strict=False):
            text = _leaning(before, move, draw)
            if text is None or draw.random() >= share:
                moves.append(move)
            else:
                moves.append(replace(move, text=text, standalone=move.standalone or move.text, made="pronoun"))
        changed.append(replace(script, moves=tuple(moves)))
    return changed


def _leaning(before: Move, move: Move, draw: random.Random) -> str | None:
    """A turn with what the one before named replaced, if that can be done."""
    if before.made in {"off_corpus", "vague", "greet", "dispute", "doubt"}:
        return None
    named, earlier = _name(move.text), {found["name"] for found in _NAME.finditer(before.text)}
    if named and {named["name"]} == earlier:
        start, end = named.span("whole")
        its = move.text.startswith(("'s", "’s"), end)
        word = draw.choice(("it", f"that {named['head'].lower()}"))
        if its and word == "it":
            word, end = "its", end + 2
        return _capital(move.text[:start] + word + move.text[end:])
    plural = _PLURAL.search(move.text)
    if plural and not named and _is_plural(plural, before.text):
        word = "they" if plural["subject"] else "them"
        return move.text[: plural.start("phrase")] + word + move.text[plural.end() :]
    return None


def _name(text: str) -> re.Match[str] | None:
    """The one name in a text, if a pronoun can stand for it: nothing beside it belongs to it."""
    names = list(_NAME.finditer(text))
    if len(names) != 1 or _PINNED.search(text, 0, names[0].start("whole")):
        return None
    asked = names[0]["asking"] and not _CALLED.search(text, 0, names[0].start("whole"))
    return names[0] if asked or _ENDS.match(text, names[0].end()) else None


def _is_plural(found: re.Match[str], before: str) -> bool:
    """Whether words are one phrase with nothing behind that may belong to it, and were said before."""
    follows = re.match(r"\s+([a-z]+)", found.string[found.end() :])
    ends = found["subject"] or follows is None or follows[1] in STOPWORDS
    said = re.search(rf"\b{re.escape(found['phrase'])}\b", before, re.IGNORECASE)
    return bool(ends and said) and STOPWORDS.isdisjoint(found["phrase"].split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def dispute(scripts: Sequence[Script], *, share: float = SHARE, seed: int = 0) -> list[Script]:
    """Insert disputes after answered turns: with a wrong claim where right answers are known, else a doubt.

    A wrong claim is another right answer of the scripts to a question that begins alike. What is expected is a
    repair that leans on the same passages. They are made ``dispute`` and ``doubt``.

    Args:
        scripts: What is changed.
        share: Of turns that have an answer after which there is one.
        seed: Of what is drawn.

    Raises:
        UsageError: If the share is no share.

    Example:
        >>> script = Script("s", (Move("When?", expect="answer", answer="1912"),))
        >>> [move.expect for move in dispute([script], share=1)[0].moves]
        ['answer', 'repair']
    """
    answers: dict[str, set[str]] = {}
    for move in (move for script in scripts for move in script.moves if move.answer):
        answers.setdefault(_sort(move), set()).add(move.answer)
    changed = []
    for script, draw in _each("dispute", scripts, share, seed):
        moves: list[Move] = []
        for move in script.moves:
            moves.append(move)
            if move.expect == "answer" and draw.random() < share:
                moves.append(_disputing(move, answers, draw))
        changed.append(replace(script, moves=tuple(moves)))
    return changed


def _disputing(move: Move, answers: Mapping[str, set[str]], draw: random.Random) -> Move:
    claims = sorted(answers.get(_sort(move), set()) - {move.answer}) if move.answer else []
    text = draw.choice(DISPUTES).format(draw.choice(claims)) if claims else draw.choice(DOUBTS)
    return replace(
        move, text=text, standalone=move.standalone or move.text, expect="repair", accept=(), options=(),
        made="dispute" if claims else "doubt", if_asked="", recorded="",
    )  # fmt: skip


def _sort(move: Move) -> str:
    """What sort of thing is asked for: the first two words of the question."""
    return " ".join((move.standalone or move.text).lower().split()[:2])


def off_corpus(
    scripts: Sequence[Script], *, others: Sequence[Script] = (), share: float = SHARE, seed: int = 0
) -> list[Script]:
    """Insert questions that the documents do not answer; they are to be declined, and are made ``off_corpus``.

    They are put at the end, or before a turn that is known to stand alone, so that no turn leans on them.

    Args:
        scripts: What is changed.
        others: Conversations of other domains, whose first turns are asked; without them, questions of general
            knowledge.
        share: Of the places where one can be.
        seed: Of what is drawn.

    Raises:
        UsageError: If the share is no share, or the others are of the same domain.

    Example:
        >>> cats = Script("c", (Move("What do cats eat?"),), "cats")
        >>> [move.text for move in off_corpus([Script("s", (Move("Where?"),))], others=[cats], share=1)[0].moves]
        ['Where?', 'What do cats eat?']
    """
    changed = []
    for script, draw in _each("off_corpus", scripts, share, seed):
        questions = [other.moves[0].text for other in others if other.domain != script.domain] if others else OFF_CORPUS
        if not questions:
            raise UsageError(
                f"All other conversations are of the domain {script.domain!r} too; its documents know them."
            )
        moves: list[Move] = []
        for move in (*script.moves, None):
            alone = move is None or move.standalone == move.text
            if moves and alone and draw.random() < share:
                text = draw.choice(questions)
                moves.append(Move(text, text, "decline", made="off_corpus"))
            if move is not None:
                moves.append(move)
        changed.append(replace(script, moves=tuple(moves)))
    return changed


def vague(scripts: Sequence[Script], *, share: float = 1.0, seed: int = 0) -> list[Script]:
    """Drop what identifies from first turns: "Elawyn Museum" becomes "the museum", which may be any.

    Done where a first turn holds one name, as for `pronominalise`. The agent is expected
    to ask back, and is told the name. That there are several is not checked: the documents must hold more than one.

    Args:
        scripts: What is changed.
        share: Of scripts where it can be done.
        seed: Of what is drawn.

    Raises:
        UsageError: If the share is no share.

    Example:
        >>> script = Script("s", (Move("When was Elawyn Museum founded?"),))
        >>> move = vague([script])[0].moves[0]
        >>> move.text, move.expect, move.if_asked
        ('When was the museum founded?', 'clarify', 'Elawyn Museum')
    """
    changed = []
    for script, draw in _drawn("vague", scripts, share, seed):
        move = script.moves[0]
        named = _name(move.text)
        if draw is None or named is None:
            changed.append(script)
            continue
        start, end = named.span("whole")
        text = f"{move.text[:start]}the {named['head'].lower()}{move.text[end:]}"
        first = replace(
            move, text=_capital(text), expect="clarify", accept=(),
            standalone=move.standalone or move.text, made="vague", if_asked=named["name"], recorded="",
        )  # fmt: skip
        changed.append(replace(script, moves=(first, *script.moves[1:])))
    return changed


Disturbance = Callable[..., "list[Script]"]
DISTURBANCES: Final[dict[str, Disturbance]] = {
    "switch": stitch, "pronoun": pronominalise, "dispute": dispute, "off_corpus": off_corpus, "vague": vague,
}  # fmt: skip


def _each(what: str, scripts: Sequence[Script], share: float, seed: int) -> Iterator[tuple[Script, random.Random]]:
    """Scripts, each with chances of its own, so that what is drawn does not depend on the others."""
    if not 0 <= share <= 1:
        raise UsageError(f"The share must lie between 0 and 1, not {share!r}.")
    for script in scripts:
        yield script, random.Random(f"tacit {what} {seed} {script.id}")  # noqa: S311 - not for secrets


def _drawn(
    what: str, scripts: Sequence[Script], share: float, seed: int
) -> Iterator[tuple[Script, random.Random | None]]:
    """Scripts, with chances for those that are to be changed."""
    for script, draw in _each(what, scripts, share, seed):
        yield script, draw if draw.random() < share else None
