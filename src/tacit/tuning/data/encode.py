"""Examples as tokens, with what is learned marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.io.places import shown
from tacit.tuning.data.chat import ChatWriter
from tacit.tuning.data.pack import pack
from tacit.tuning.data.rows import DataSummary, Row
from tacit.tuning.data.template import Rendered, Template, plain
from tacit.tuning.data.tokens import TextEncoder, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.data.example import Example, Examples

TooLong = Literal["error", "drop", "truncate-prompt"]
SpecialText = Literal["text", "tokens"]

TOO_LONG: Final = "too long"
COMPLETION_TOO_LONG: Final = "completion too long"
_TOGETHER: Final = 1_000


@dataclass(frozen=True)
class Encoded:
    """Examples that a model can be trained on.

    Attributes:
        rows: At least one.
        summary: What became of the examples.
        is_packed: Whether rows hold several examples.
    """

    rows: tuple[Row, ...]
    summary: DataSummary
    is_packed: bool = False

    def packed(self, max_length: int, *, seed: int) -> Encoded:
        """The same examples, several to a row; see `tacit.tuning.data.pack.pack`.

        Args:
            max_length: Tokens of a row.
            seed: The same seed gives the same rows.

        Raises:
            UsageError: If an example is longer than a row.
        """
        rows = pack(self.rows, max_length, seed)
        fill = (self.summary.learned + self.summary.masked) / (len(rows) * max_length)
        return Encoded(tuple(rows), replace(self.summary, sequences=len(rows), fill=fill), is_packed=True)

    def features(self) -> list[dict[str, Any]]:
        """The rows as trainers take them."""
        return [row.features(packed=self.is_packed) for row in self.rows]


class Encoder:
    """Encodes examples: prompts are read, completions are learned.

    Text is written out by a plain template and ended with the tokenizer's end of text; chats are written out by the
    chat template, and the turns of the assistant in the completion are learned, through what ends them.

    Where data spell a special token (``<|im_end|>`` in what a user said), it stands for itself: it is encoded as text,
    letter by letter, and counted, because otherwise whoever wrote the data could write turns of others. Special tokens
    of a template stay tokens. Data that were written out for a model beforehand need ``special="tokens"``.

    Args:
        tokenizer: The model's, of transformers.
        max_length: Tokens of an example, with what goes before and behind it.
        template: See `Template.of`.
        too_long: What to do with longer ones: refuse, leave out, or cut off the beginning of the prompt.
        special: Whether special tokens that the data spell are text or tokens.
        mask_prompt: Whether prompts are only read; else all but what the tokenizer puts first is learned.

    Raises:
        UsageError: If an option is impossible.
    """

    def __init__(
        self,
        tokenizer: Any,  # noqa: ANN401 - transformers has no types
        *,
        max_length: int,
        template: Template | str | None = None,
        too_long: TooLong = "error",
        special: SpecialText = "text",
        mask_prompt: bool = True,
    ) -> None:
        for name, value, choices in (
            ("--too-long ", too_long, get_args(TooLong)),
            ("special=", special, get_args(SpecialText)),
        ):
            if value not in choices:
                raise UsageError(f"{name}{shown(str(value))}: there are {', '.join(choices)}.")
        if max_length < 2:
            raise UsageError(
                f"--max-length {max_length}: it must be at least 2, for a token is predicted from another."
            )
        self._text = TextEncoder(tokenizer)
        self._tokenizer = tokenizer
        self._most = max_length
        self._too_long = too_long
        self._mask_prompt = mask_prompt
        self._template = template if isinstance(template, Template) else Template.of(template)
        self._special = self._text.special if special == "text" else None
        self._chat: ChatWriter | None = None
        others = {tokenizer.unk_token_id, tokenizer.pad_token_id, tokenizer.bos_token_id} - {tokenizer.eos_token_id}
        self._ends = {*tokenizer.all_special_ids, self._text.end} - others - {None}
        # GPT-2's is its end of text, and says nothing.
        self._unknown = tokenizer.unk_token_id if tokenizer.unk_token_id in others else None

    def encode(self, examples: Examples) -> Encoded:
        """Encode examples, in their order.

        Raises:
            DataError: If an example cannot be written out, has no token to learn, or is too long (see `too_long`).
            InsufficientDataError: If none is left.
            UsageError: If there are chats and no chat template, or the template leaves out completions.
        """
        if not len(examples):
            raise InsufficientDataError("There are no examples to encode. At least one is needed.")
        rows: list[Row] = []
        counts: Counter[str] = Counter()
        dropped = Counter(examples.dropped)
        long: list[tuple[int, str]] = []
        for start in range(0, len(examples), _TOGETHER):
            some = examples.items[start : start + _TOGETHER]
            written = [self._write(example) for example in some]
            for example, one, tokens in zip(some, written, self._text.encode(written), strict=True):
                row, why = self._fit(self._row(example, tokens))
                if why in (TOO_LONG, COMPLETION_TOO_LONG):
                    long.append((len(row.ids), row.id))
                    dropped[why] += 1
                    continue
                counts["truncated"] += bool(why)
                counts["spelled"] += bool(one.literal)
                rows.append(row)
        self._check_long(long, len(examples))
        if not rows:
            raise InsufficientDataError(
                f"Of {len(examples):,} examples none fits into {self._most:,} tokens; the shortest has "
                f"{min(long)[0]:,}. Raise --max-length, or give shorter examples."
            )
        return Encoded(tuple(rows), self._summary(examples, rows, dict(dropped), counts))

    def _write(self, example: Example) -> Rendered:
        if not example.is_chat and self._template.kind == "plain":
            return plain(example, self._template, self._special)
        if self._chat is None:
            if self._template.kind == "plain" and self._template.text:
                raise UsageError(
                    f"{example.id} is a chat, and --template is a text with a placeholder for a prompt. Name a Jinja "
                    "chat template, or leave it out to use the tokenizer's."
                )
            template = self._template if self._template.kind == "chat" else Template("chat")
            self._chat = ChatWriter(self._tokenizer, template, self._special)
        return self._chat.write(example)

    def _row(self, example: Example, tokens: Tokens) -> Row:
        ids, learned = tokens.ids, tokens.learned
        before: Sequence[int] = ()
        if not example.is_chat and self._template.kind == "plain":
            before = () if tuple(ids[: len(self._text.prefix)]) == self._text.prefix else self._text.prefix
            if self._text.end is not None and ids[-1:].tolist() != [self._text.end]:
                ids, learned = np.append(ids, np.int32(self._text.end)), np.append(learned, True)
        if not self._mask_prompt:
            learned = np.ones_like(learned)
        ids = np.concatenate([np.asarray(before, np.int32), ids]).astype(np.int32)
        learned = np.concatenate([np.zeros(len(before), bool), learned])
        learned[:1] = False  # Nothing stands before it that could predict it.
        if not learned.any():
            raise DataError(
                f"{example.id}: the tokenizer leaves no token of the completion that could be learned. Remove the row, "
                "or put a prompt before its completion."
            )
        return Row(example.id, ids, learned)

    def _fit(self, row: Row) -> tuple[Row, str]:
        """The row as it is used, and why it is not, or what was done to it."""
        over = len(row.ids) - self._most
        if over <= 0:
            return row, ""
        if self._too_long != "truncate-prompt":
            return row, TOO_LONG
        kept = len(self._text.prefix) if tuple(row.ids[: len(self._text.prefix)]) == self._text.prefix else 0
        first = int(np.argmax(row.learned))
        if not self._mask_prompt or first - kept < over or first - over < 1:
            return row, COMPLETION_TOO_LONG
        left = np.r_[0:kept, kept + over : len(row.ids)]
        return Row(row.id, row.ids[left], row.learned[left]), "truncated"

    def _check_long(self, long: list[tuple[int, str]], among: int) -> None:
        if long and self._too_long == "error":
            length, where = max(long)
            raise DataError(
                f"{len(long):,} of {among:,} examples are longer than {self._most:,} tokens; the longest, {where}, has "
                f"{length:,}. Raise --max-length as far as the model reads, or choose --too-long drop to leave them "
                "out, or --too-long truncate-prompt to cut off the beginning of their prompts."
            )

    def _summary(
        self, examples: Examples, rows: Sequence[Row], dropped: dict[str, int], counts: Counter[str]
    ) -> DataSummary:
        learned = sum(int(row.learned.sum()) for row in rows)
        ended = sum(int(row.ids[row.learned][-1]) in self._ends for row in rows)
        unknown = (
            0 if self._unknown is None else sum(int((row.ids[row.learned] == self._unknown).sum()) for row in rows)
        )
        return DataSummary(
            rows=len(examples) + sum(examples.dropped.values()),
            used=len(rows),
            dropped=dropped,
            duplicates=examples.duplicates,
            learned=learned,
            masked=sum(len(row.ids) for row in rows) - learned,
            longest=max(len(row.ids) for row in rows),
            truncated=counts["truncated"],
            spelled=counts["spelled"],
            unended=len(rows) - ended,
            unknown=unknown,
            sequences=len(rows),
        )
