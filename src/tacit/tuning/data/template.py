"""How an example is written out as one text, which parts of it are learned, and which only look like tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tacit.errors import UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from tacit.tuning.data.example import Example

Span = tuple[int, int]
PROMPT: Final = "{prompt}"
COMPLETION: Final = "{completion}"
CHAT: Final = "chat"
_JINJA: Final = re.compile(r"\{[{%]")
_LARGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """An example as it is written out.

    Attributes:
        text: The whole.
        learned: Where in it, in characters, what is learned stands.
        literal: Where the data spell special tokens, which are read as what they are: text.
    """

    text: str
    learned: tuple[Span, ...]
    literal: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A wording for examples.

    Attributes:
        kind: ``plain`` for a text with placeholders, ``chat`` for a Jinja template of turns.
        text: The wording; empty for the usual one (plain) or the tokenizer's own (chat).
    """

    kind: Literal["plain", "chat"] = "plain"
    text: str = ""

    @classmethod
    def of(cls, value: str | None) -> Template:
        r"""From what a user names.

        Args:
            value: ``None`` for the usual wording (prompt, space, completion; chats by the tokenizer's template);
                ``chat`` to put prompts and completions into the tokenizer's chat template; a text with ``{prompt}`` and
                perhaps ``{completion}``; a Jinja chat template; or a file that holds one of the latter two.

        Raises:
            UsageError: If it is none of these.

        Example:
            >>> Template.of("Q: {prompt}\nA:").kind, Template.of("{% for m in messages %}{% endfor %}").kind
            ('plain', 'chat')
        """
        if value is None or value == CHAT:
            return cls(CHAT if value else "plain")
        if not _JINJA.search(value) and PROMPT not in value:
            value = _file(value)
        if _JINJA.search(value):
            return cls("chat", value)
        if value.count(PROMPT) != 1 or value.count(COMPLETION) > 1 or COMPLETION in value.split(PROMPT)[0]:
            raise UsageError(
                f"--template {shown(value[:80])}: it must hold {PROMPT} once, and {COMPLETION} at most once, behind it."
            )
        return cls("plain", value)


def _file(value: str) -> str:
    try:
        place = Path(value).expanduser()
        found = place.read_text("utf-8") if place.is_file() and place.stat().st_size <= _LARGEST else ""
    except (OSError, RuntimeError, ValueError):
        found = ""
    if not found:
        raise UsageError(
            f"--template {shown(value[:80])} is neither a text with {PROMPT}, nor a Jinja template, nor 'chat', nor a "
            "file that holds one."
        )
    return found


def gap_between(prompt: str, completion: str) -> str:
    r"""A space, unless there is white space already or nothing before it.

    Example:
        >>> gap_between("2+2=", "4"), gap_between("Answer:\n", "4")
        (' ', '')
    """
    return "" if not prompt or prompt[-1].isspace() or completion[0].isspace() else " "


def plain(example: Example, template: Template, special: re.Pattern[str] | None) -> Rendered:
    r"""Write out a prompt and its completion.

    Where nothing else is said, a space is put between the two, unless there is white space already.

    Args:
        example: Of text.
        template: A plain one.
        special: What spells a special token; ``None`` to let the data spell them.

    Example:
        >>> from tacit.tuning.data.example import Example
        >>> plain(Example("1", "2+2=", "4"), Template(), None)
        Rendered(text='2+2= 4', learned=((4, 6),), literal=())
    """
    prompt, completion = str(example.prompt), str(example.completion)
    before, _, rest = (template.text or PROMPT).partition(PROMPT)
    between, explicit, after = rest.partition(COMPLETION)
    head = f"{before}{prompt}{between}"
    gap = "" if explicit else gap_between(head, completion)
    text = f"{head}{gap}{completion}{after}"
    literal = (
        []
        if special is None
        else [
            (match.start() + at, match.end() + at)
            for at, part in ((len(before), prompt), (len(head) + len(gap), completion))
            for match in special.finditer(part)
        ]
    )
    return Rendered(text, ((len(head), len(text)),), tuple(literal))
