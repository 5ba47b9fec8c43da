"""Chats by their Jinja templates: where in the text the assistant speaks, and what of it only looks like a token."""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, TacitError, UsageError
from tacit.io.places import shown
from tacit.tuning.data.example import ASSISTANT, Example, Message
from tacit.tuning.data.template import Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.tuning.data.template import Span, Template

_GENERATION: Final = re.compile(r"\{%-?\s*generation\s*-?%\}")
_DATE: Final = (
    "{%- macro strftime_now(format='') -%}{%- if format == '%Y-%m-%d' -%}2024-07-26{%- else -%}26 Jul 2024"
    "{%- endif -%}{%- endmacro -%}"
)
"""Templates that write today's date would give other tokens tomorrow. This is the one that Llama 3's falls back on."""
_ADVICE: Final = "Name another with --template, or correct the tokenizer's chat_template."
_ANYTHING: Final = "\uf8ff"
"""Said in place of a turn, to see where in the text a turn begins."""
_PRIVATE: Final = range(0xE000, 0xF8FF)
"""Characters that Unicode leaves to private use; two that a chat does not use mark places in it."""


class ChatWriter:
    """Writes out chats by a template.

    Args:
        tokenizer: The model's.
        template: A chat template; an empty one is the tokenizer's.
        special: What spells a special token; ``None`` to let the data spell them.

    Raises:
        UsageError: If neither has a template.
    """

    def __init__(self, tokenizer: Any, template: Template, special: re.Pattern[str] | None) -> None:  # noqa: ANN401 - transformers has no types
        text = template.text or getattr(tokenizer, "chat_template", None)
        if isinstance(text, dict):
            text = text.get("default")
        if not isinstance(text, str) or not text:
            raise UsageError(
                "The data are chats, and the model's tokenizer has no chat template. Give one with --template FILE, or "
                "data with prompt and completion."
            )
        self._text = _DATE + text if "strftime_now" in text else text
        self._marked = bool(_GENERATION.search(text))
        self._tokenizer = tokenizer
        self._special = special

    def write(self, example: Example) -> Rendered:
        """Write out a chat. The turns of the assistant in its completion are learned.

        Args:
            example: Of turns, or of text, which becomes a turn of the user and one of the assistant.

        Raises:
            DataError: If the template refuses the turns, or writes a turn differently when others follow.
            UsageError: If it leaves out what is to be learned.
        """
        written, first = _turns(example)
        marks = _Marks(written, self._special, example.id)
        turns = marks.put(written)
        spans = (self._by_tags if self._marked else self._by_prefixes)(turns, first, example.id)
        whole = self._render(turns, example.id)
        learned, end = "".join(whole[start:stop] for start, stop in spans), 0
        for content in (turn.content.strip() for turn in turns[first:] if turn.role == ASSISTANT):
            at = learned.find(content, end)
            if at < 0:
                raise UsageError(
                    f"{example.id}: the chat template leaves out or changes what the assistant says, so that it cannot "
                    f"be learned. {_ADVICE}"
                )
            end = at + len(content)
        return marks.take(whole, spans, example.id)

    def _render(self, turns: Sequence[Message], where: str, *, asked: bool = False) -> str:
        told = [{"role": turn.role, "content": turn.content} for turn in turns]
        with _explained(where):
            return str(
                self._tokenizer.apply_chat_template(
                    told, chat_template=self._text, tokenize=False, add_generation_prompt=asked
                )
            )

    def _by_prefixes(self, turns: Sequence[Message], first: int, where: str) -> list[Span]:
        """A turn stands between the text that asks for it and the text that ends with it."""
        whole = self._render(turns, where)
        spans: list[Span] = []
        for at in range(first, len(turns)):
            if turns[at].role != ASSISTANT:
                continue
            before, asked = (self._render(turns[:at], where, asked=ask) if at else "" for ask in (False, True))
            told = self._render(turns[: at + 1], where)
            if not whole.startswith(told) or not told.startswith((before, asked)):
                raise DataError(
                    f"{where}: the chat template writes message {at + 1} differently when others follow, so that it "
                    "cannot be told what to learn. Use a template that marks it with {% generation %} (TRL ships such "
                    "for many models), or let each chat end with the turn to learn, as prompt and completion."
                )
            start = len(asked)
            if not told.startswith(asked):
                # What asks for a turn may open what the turn does not have, such as a thought. Learned is what differs
                # from it, and what is said in any case.
                other = self._render([*turns[:at], Message(ASSISTANT, _ANYTHING)], where)
                start = min(_common(asked, told), max(other.find(_ANYTHING, len(before)), 0))
            spans.append((start, len(told)))
        return spans

    def _by_tags(self, turns: Sequence[Message], first: int, where: str) -> list[Span]:
        """The template itself says what the assistant generates."""
        from transformers.utils.chat_template_utils import render_jinja_template

        told = [{"role": turn.role, "content": turn.content} for turn in turns]
        with _explained(where):
            rendered: Any = render_jinja_template(
                [told],
                chat_template=self._text,
                return_assistant_tokens_mask=True,
                **self._tokenizer.special_tokens_map,
            )
        whole, spans = rendered[0][0], rendered[1][0]
        # What asks for nothing and ends there may have an end of its own, so only what is common is the prompt.
        read = _common(self._render(turns[:first], where), whole) if first else 0
        return [(int(start), int(stop)) for start, stop in spans if start >= read]


class _Marks:
    """Takes what spells special tokens out of a chat before its template sees it, and puts it back into the text.

    After that it is known which special tokens the template wrote, and which ones the data only spell.
    """

    def __init__(self, turns: Sequence[Message], special: re.Pattern[str] | None, where: str) -> None:
        there = set().union(*(turn.content for turn in turns))
        free = [*islice((char for code in _PRIVATE if (char := chr(code)) not in there), 2)]
        if len(free) < 2:
            raise DataError(f"{where} uses all characters that Unicode leaves to private use. Remove the row.")
        self._open, self._close = free
        self._special = special
        self._taken: list[str] = []

    def put(self, turns: Sequence[Message]) -> list[Message]:
        """The turns with marks in place of special tokens."""
        if self._special is None:
            return list(turns)
        return [Message(turn.role, self._special.sub(self._mark, turn.content)) for turn in turns]

    def _mark(self, match: re.Match[str]) -> str:
        self._taken.append(match[0])
        return f"{self._open}{len(self._taken) - 1}{self._close}"

    def take(self, whole: str, spans: Sequence[Span], where: str) -> Rendered:
        """The text without marks, and where things then are in it."""
        parts: list[str] = []
        literal: list[Span] = []
        ends, grown, end = [], [0], 0
        for match in re.finditer(f"{self._open}(\\d+){self._close}", whole) if self._taken else ():
            told = self._taken[int(match[1])]
            parts += [whole[end : match.start()], told]
            start = match.start() + grown[-1]
            literal.append((start, start + len(told)))
            grown.append(grown[-1] + len(told) - len(match[0]))
            end = match.end()
            ends.append(end)
        text = "".join([*parts, whole[end:]])
        if self._taken and (self._open in text or self._close in text):
            raise DataError(f"{where}: the chat template cuts through what is said in the chat. {_ADVICE}")
        moved = [tuple(place + grown[bisect_right(ends, place)] for place in span) for span in spans]
        return Rendered(text, tuple((start, stop) for start, stop in moved), tuple(literal))


def _turns(example: Example) -> tuple[list[Message], int]:
    """All turns, and how many of them are the prompt."""
    if isinstance(example.prompt, str) or isinstance(example.completion, str):
        prompt = [Message("user", str(example.prompt))]
        return [*prompt, Message(ASSISTANT, str(example.completion))], 1
    return [*example.prompt, *example.completion], len(example.prompt)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    alike = min(len(one), len(other))
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), alike)


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Templates are programs of others, and raise what they like, on purpose too."""
    try:
        yield
    except (TacitError, MemoryError):
        raise
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DataError(
            f"{where}: the chat template cannot write this chat ({shown(lines[0][:200])}). Correct the order and roles "
            "of its messages, or name another template with --template."
        ) from error
