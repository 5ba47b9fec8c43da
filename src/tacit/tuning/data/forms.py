"""From rows, however their columns are called, to examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, UsageError
from tacit.io.columns import no_column, quoted
from tacit.io.evals.jsonparts import pick
from tacit.io.objects import is_text
from tacit.io.places import shown
from tacit.io.tables import MAX_TEXT_BYTES
from tacit.tuning.data.example import ASSISTANT, Example, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OURS: Final = ("prompt", "completion", "input", "messages")
"""What ``--map OURS=YOURS`` can name: ``input`` is what is put behind an instruction, after an empty line."""
PAIRS: Final = (
    ("prompt", "completion"),
    ("prompt", "response"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("question", "answer"),
    ("query", "response"),
    ("input", "output"),
)
"""Usual names of prompt and completion, the likeliest first."""
CHATS: Final = ("messages", "conversations")
INPUTS: Final = ("input", "context")
"""What stands beside an instruction (Alpaca's and Dolly's names)."""
ROLES: Final = ("system", "developer", "user", ASSISTANT, "tool")
NO_COMPLETION: Final = "empty completion"
"""The reason for leaving out an example that has nothing to learn."""
_SHAREGPT: Final = {"human": "user", "gpt": ASSISTANT}
_MEANT: Final = ("tool_calls", "function_call", "reasoning_content", "thinking", "images", "audio")
"""Fields of messages that templates write out; to leave them out would change what is said."""
_MOST_TURNS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Form:
    """Which column is what. Columns are named as in the data, with dots for what lies within one.

    Attributes:
        prompt: Text, or a list of messages.
        completion: As `prompt`.
        input: Text behind the prompt, if any.
        messages: A whole chat; then there is nothing else.
    """

    prompt: str = ""
    completion: str = ""
    input: str = ""
    messages: str = ""

    def told(self) -> dict[str, str]:
        """Ours and theirs."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}

    def roots(self, columns: Iterable[str]) -> list[str]:
        """The columns that are read."""
        paths = self.told().values()
        return [name for name in columns if any(path == name or path.startswith(f"{name}.") for path in paths)]


def form_of(columns: Sequence[str], wanted: Mapping[str, str], where: str) -> Form:
    """Which column is what: as the user says, and otherwise by usual names.

    Args:
        columns: Of the file.
        wanted: Columns by one of `OURS`.
        where: The file, for messages.

    Raises:
        UsageError: If a column is not there, or nothing has a usual name, or there are a chat and a pair.

    Example:
        >>> form_of(["instruction", "input", "output"], {}, "a.jsonl").told()
        {'prompt': 'instruction', 'completion': 'output', 'input': 'input'}
    """
    unknown = [name for name in wanted if name not in OURS]
    if unknown:
        raise UsageError(f"--map {shown(unknown[0])}=...: the columns of examples are {', '.join(OURS)}.")
    for path in wanted.values():
        if not Form(prompt=path).roots(columns):
            raise UsageError(f"{no_column(where, path, columns)} --map names it.")
    if "messages" in wanted:
        if len(wanted) > 1:
            raise UsageError("--map messages=... names a whole chat, so that nothing else can be mapped beside it.")
        return Form(messages=wanted["messages"])
    pair, chat = _pair(columns, wanted), next((name for name in CHATS if name in columns), "")
    if pair is None and (wanted or not chat):
        raise UsageError(
            f"{shown(where)}: no columns have usual names for a prompt and its completion, or for a chat. Say which "
            "they are with --map prompt=COLUMN --map completion=COLUMN, or --map messages=COLUMN. There are: "
            f"{', '.join(map(quoted, columns[:40]))}."
        )
    if pair is None:
        return Form(messages=chat)
    if chat and not wanted:
        raise UsageError(
            f"{shown(where)} has a chat in {quoted(chat)}, and a prompt and its completion in {quoted(pair[0])} and "
            f"{quoted(pair[1])}. Choose with --map messages={shown(chat)} or --map prompt={shown(pair[0])}."
        )
    beside = wanted.get("input") or ""
    if pair[0] == "instruction" and not beside:
        beside = next((name for name in INPUTS if name in columns), "")
    return Form(*pair, beside)


def _pair(columns: Sequence[str], wanted: Mapping[str, str]) -> tuple[str, str] | None:
    for usual in PAIRS:
        prompt, completion = wanted.get("prompt") or usual[0], wanted.get("completion") or usual[1]
        mapped = {wanted.get("prompt"), wanted.get("completion")}
        if all(name in mapped or name in columns for name in (prompt, completion)) and prompt != completion:
            return prompt, completion
    return None


class Rows:
    """Makes examples of the rows of one file.

    Args:
        form: Which column is what.

    Attributes:
        ignored: Fields of messages that were not read, with how many messages have them.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self.ignored: Counter[str] = Counter()

    def example(self, record: Mapping[str, Any], place: str) -> Example | None:
        """The example of a row, or ``None`` when it has no completion.

        Args:
            record: The row.
            place: File and row, for messages.

        Raises:
            DataError: If something is not what it should be.
        """
        form = self._form
        if form.messages:
            turns = self._turns(pick(record, form.messages), form.messages, place)
            first = len(list(takewhile(lambda turn: turn.role != ASSISTANT, turns)))
            found = Example(place, turns[:first], turns[first:])
        else:
            given, learned = pick(record, form.prompt), pick(record, form.completion)
            if isinstance(given, list) or isinstance(learned, list):
                found = self._turns_of_pair(given, learned, place)
            else:
                found = self._texts(record, given, learned, place)
        return found if _says_something(found) else None

    def _texts(self, record: Mapping[str, Any], given: object, learned: object, place: str) -> Example:
        prompt = _text(given, self._form.prompt, place)
        beside = pick(record, self._form.input) if self._form.input else None
        if beside is not None and (more := _text(beside, self._form.input, place)).strip():
            prompt = f"{prompt}\n\n{more}"
        return Example(place, prompt, "" if learned is None else _text(learned, self._form.completion, place))

    def _turns_of_pair(self, given: object, learned: object, place: str) -> Example:
        if isinstance(given, str) or isinstance(learned, str):
            raise DataError(
                f"{place}: {quoted(self._form.prompt)} and {quoted(self._form.completion)} must both be text or both "
                "be lists of messages. Write both the same way."
            )
        learned = [] if learned is None else learned
        return Example(
            place,
            self._turns(given, self._form.prompt, place),
            self._turns(learned, self._form.completion, place) if learned else (),
        )

    def _turns(self, value: object, name: str, place: str) -> tuple[Message, ...]:
        if not isinstance(value, list) or not 0 < len(value) <= _MOST_TURNS:
            what = f"a list of {len(value):,}" if isinstance(value, list) else _kind(value)
            raise DataError(
                f'{place}: {quoted(name)} must be a list of messages such as {{"role": "user", "content": "Hello"}}, '
                f"and is {what}. Correct or remove the row."
            )
        return tuple(self._turn(turn, f"{place}, message {at}") for at, turn in enumerate(value, start=1))

    def _turn(self, turn: object, place: str) -> Message:
        if not isinstance(turn, dict):
            raise DataError(f'{place} is {_kind(turn)}; it must be an object with "role" and "content".')
        names = ("role", "content") if turn.get("role") is not None else ("from", "value")
        role = turn.get(names[0])
        role = _SHAREGPT.get(role, role) if isinstance(role, str) else role
        if role not in ROLES:
            told = quoted(role) if isinstance(role, str) else _kind(role)
            raise DataError(f"{place} has the role {told}; it must be one of {', '.join(ROLES)}.")
        for name, value in turn.items():
            if name in _MEANT and value:
                raise DataError(
                    f"{place} has {quoted(name)}, which is not read. Write it into the content as the model's template "
                    "would, or remove the row."
                )
            if name not in names and value not in (None, ""):
                self.ignored[name] += 1
        content = turn.get(names[1])
        if content is None and role == ASSISTANT:
            content = ""
        return Message(role, _text(content, names[1], place))


def _says_something(example: Example) -> bool:
    if isinstance(example.completion, str):
        return bool(example.completion.strip())
    return any(turn.role == ASSISTANT and turn.content.strip() for turn in example.completion)


def _text(value: object, name: str, place: str) -> str:
    if not isinstance(value, str):
        raise DataError(
            f"{place}: {quoted(name)} is {_kind(value)}, and must be text. Correct or remove the row; numbers are "
            "written in quotes."
        )
    if not is_text(value):
        raise DataError(
            f"{place}: {quoted(name)} holds half of a surrogate pair, which is no character. Correct the row."
        )
    if len(value) > MAX_TEXT_BYTES:
        raise DataError(f"{place}: {quoted(name)} has {len(value):,} characters; {MAX_TEXT_BYTES:,} are the most.")
    return value


def _kind(value: object) -> str:
    """What a value is, without showing it: it may be deep or long."""
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return "not there" if value is None else kinds.get(type(value), type(value).__name__)
