"""From text to tokens, with exact borders between what is read and what is learned.

A tokenizer may join the end of a prompt with the beginning of its completion into one token. The model never sees such
a token: it is asked with the tokens of the prompt alone. So wherever the tokens of a whole text are not those of its
parts, the parts are encoded apart, provided that they still spell the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tacit.tuning.data.template import Rendered, Span

_PROBE: Final = "a"


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A text as tokens.

    Attributes:
        ids: Shape ``(tokens,)``.
        learned: Which are learned; of the same shape.
    """

    ids: NDArray[np.int32]
    learned: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Encoding:
    ids: list[int]
    offsets: list[Span]


class TextEncoder:
    """Encodes texts with a tokenizer of transformers.

    Args:
        tokenizer: The model's.

    Attributes:
        prefix: Tokens that it puts before every text.
        end: The token that ends a text, if it has one.
        special: What spells a special token; ``None`` if it has none.
    """

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 - transformers has no types
        self._tokenizer = tokenizer
        self._fast = bool(getattr(tokenizer, "is_fast", False))
        bare = list(tokenizer(_PROBE, add_special_tokens=False)["input_ids"])
        whole = list(tokenizer(_PROBE)["input_ids"])
        at = next((at for at in range(len(whole)) if whole[at : at + len(bare)] == bare), 0)
        self.prefix: tuple[int, ...] = tuple(whole[:at])
        after = whole[at + len(bare) :]
        self.end: int | None = after[-1] if after else tokenizer.eos_token_id
        added = getattr(tokenizer, "added_tokens_decoder", {}).values()
        spelled = {*tokenizer.all_special_tokens, *(str(token) for token in added if token.special)} - {""}
        # The longest first, for one may begin another.
        parts = sorted(spelled, key=lambda token: (-len(token), token))
        self.special: re.Pattern[str] | None = re.compile("|".join(map(re.escape, parts))) if parts else None

    def encode(self, rendered: Sequence[Rendered]) -> list[Tokens]:
        """Encode texts, without the tokens that go before and behind them."""
        texts, literals = [one.text for one in rendered], [one.literal for one in rendered]
        wholes = self._encode(texts, literals) if self._fast else [None] * len(texts)
        cuts = [_cuts(one, whole) for one, whole in zip(rendered, wholes, strict=True)]
        parts = [[(start, stop) for start, stop in pairwise(places) if stop > start] for places in cuts]
        apart = iter(
            self._encode(
                [text[start:stop] for text, spans in zip(texts, parts, strict=True) for start, stop in spans],
                [_within(one.literal, span) for one, spans in zip(rendered, parts, strict=True) for span in spans],
            )
        )
        found = []
        for one, whole, spans in zip(rendered, wholes, parts, strict=True):
            pieces = [next(apart) for _ in spans]
            found.append(self._joined(one, whole, spans, pieces))
        return found

    def _joined(self, one: Rendered, whole: _Encoding | None, spans: list[Span], pieces: list[_Encoding]) -> Tokens:
        ids = [token for piece in pieces for token in piece.ids]
        if whole is not None and (not pieces or (ids != whole.ids and not self._same(ids, whole.ids))):
            return Tokens(np.asarray(whole.ids, np.int32), _overlap(whole.offsets, one.learned, len(one.text)))
        marks = [
            _overlap([(start + a, start + b) for a, b in piece.offsets], one.learned, stop)
            if self._fast
            else np.full(len(piece.ids), any(a <= start and stop <= b for a, b in one.learned))
            for (start, stop), piece in zip(spans, pieces, strict=True)
        ]
        return Tokens(np.asarray(ids, np.int32), np.concatenate([np.zeros(0, bool), *marks]).astype(bool))

    def _same(self, ids: list[int], others: list[int]) -> bool:
        spell = self._tokenizer.decode
        return bool(spell(ids, clean_up_tokenization_spaces=False) == spell(others, clean_up_tokenization_spaces=False))

    def _encode(self, texts: Sequence[str], literals: Sequence[Sequence[Span]]) -> list[_Encoding]:
        usual = [at for at, literal in enumerate(literals) if not literal]
        found = dict(zip(usual, self._call([texts[at] for at in usual], split=False), strict=True))
        return [
            found[at] if at in found else self._spelled(text, literal)
            for at, (text, literal) in enumerate(zip(texts, literals, strict=True))
        ]

    def _spelled(self, text: str, literal: Sequence[Span]) -> _Encoding:
        """A text that spells special tokens: those are cut out that are meant, and the rest holds none."""
        meant: list[Span] = []
        for start, stop in pairwise([0, *(place for span in literal for place in span), len(text)]):
            if (start, stop) not in literal and self.special is not None:
                meant += [match.span() for match in self.special.finditer(text, start, stop)]
        spans = [span for span in pairwise([0, *(p for span in meant for p in span), len(text)]) if span[1] > span[0]]
        pieces = [self._call([text[start:stop]], split=(start, stop) not in meant)[0] for start, stop in spans]
        return _Encoding(
            [token for piece in pieces for token in piece.ids],
            [(start + a, start + b) for (start, _), piece in zip(spans, pieces, strict=True) for a, b in piece.offsets],
        )

    def _call(self, texts: list[str], *, split: bool) -> list[_Encoding]:
        if not texts:
            return []
        told = self._tokenizer(
            texts,
            add_special_tokens=False,
            split_special_tokens=split,
            return_attention_mask=False,
            return_offsets_mapping=self._fast,
            verbose=False,
        )
        offsets = told["offset_mapping"] if self._fast else [[] for _ in texts]
        return [_Encoding(ids, places) for ids, places in zip(told["input_ids"], offsets, strict=True)]


def _cuts(one: Rendered, whole: _Encoding | None) -> list[int]:
    """Where to encode apart: at each border that tokens of the whole may cross; nowhere if they cross none."""
    borders = sorted({place for span in one.learned for place in span} - {0, len(one.text)})
    if whole is not None:
        borders = [at for at in borders if one.text[at - 1].isspace() or _crossed(whole, at)]
        if not borders:
            return []
    return [0, *borders, len(one.text)]


def _crossed(whole: _Encoding, at: int) -> bool:
    """Whether a token lies on both sides of a place, or may: some tokenizers leave white space out of their offsets."""
    starts, stops = np.asarray(whole.offsets, np.int64).reshape(-1, 2).T
    across = (starts < at) & (stops > at)
    return bool((across | ((starts == at) & (stops == at))).any())


def _within(literal: Iterable[Span], span: Span) -> list[Span]:
    """What of it lies within a part, in places of the part."""
    start, stop = span
    return [(max(a, start) - start, min(b, stop) - start) for a, b in literal if a < stop and b > start]


def _overlap(offsets: Sequence[Span], spans: Sequence[Span], stop: int) -> NDArray[np.bool_]:
    """Which tokens touch a span.

    Args:
        offsets: Of the tokens; one without extent belongs to the character before which it stands, if there is one.
        spans: What is learned.
        stop: Where the text of the tokens ends.
    """
    changes = np.zeros(max(stop, *(end for _, end in spans)) + 1, np.int64)
    for start, end in spans:
        changes[start] += 1
        changes[end] -= 1
    counted = np.concatenate([[0], np.cumsum(np.cumsum(changes) > 0)])
    starts, stops = np.asarray(offsets, np.int64).reshape(-1, 2).T
    starts = np.minimum(starts, stop - 1)
    return np.asarray(counted[np.maximum(stops, starts + 1)] > counted[starts], dtype=bool)
