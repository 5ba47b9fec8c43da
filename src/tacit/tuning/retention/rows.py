"""Prompts as tokens: what all of one context share, what each question adds, and where each option departs from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.protocol import Prompt

Tokens = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt as tokens.

    Attributes:
        place: Its number among the prompts.
        stem: What comes before every option; at least one token.
        tails: How each option goes on from there.
    """

    place: int
    stem: Tokens
    tails: tuple[Tokens, ...]

    @property
    def paths(self) -> dict[Tokens, list[int]]:
        """What a model has to read behind the stem to tell the likelihood of each option, and of which options."""
        found: dict[Tokens, list[int]] = {}
        for option, tail in enumerate(self.tails):
            found.setdefault(tail[:-1], []).append(option)
        return found

    @property
    def longest(self) -> int:
        """Tokens of the stem with the longest option."""
        return len(self.stem) + max(map(len, self.tails))


class Encoder:
    """Cuts texts into tokens.

    A text is always cut as a whole: tokenizers may join the end of a question with the beginning of an answer, so
    pieces that are cut apart would be tokens that the model never saw. What texts have in common is then found among
    the tokens.

    Args:
        tokenizer: Of transformers.
    """

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 - transformers has no types
        self._tokenizer = tokenizer
        # Only what stands before a text: a token that ends it would stand between question and answer.
        plain, whole = (tokenizer("a", add_special_tokens=special)["input_ids"] for special in (False, True))
        starts = [at for at in range(len(whole)) if whole[at : at + len(plain)] == plain]
        self._begin: Tokens = tuple(whole[: starts[0]]) if starts else ()

    def texts(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokens of texts, with what the tokenizer puts before a text."""
        if not texts:
            return []
        cut = self._tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        return [(*self._begin, *ids) for ids in cut]

    def rows(self, prompts: Sequence[Prompt]) -> list[Row]:
        """Prompts as rows, in order.

        Raises:
            UsageError: If there is no token before an answer.
        """
        stems = self.texts([prompt.context + prompt.question for prompt in prompts])
        whole = iter(self.texts([p.context + p.question + option for p in prompts for option in p.options]))
        rows = []
        for place, (prompt, stem) in enumerate(zip(prompts, stems, strict=True)):
            ends = [next(whole) for _ in prompt.options]
            # One beginning for all options, where the first of them departs from the question.
            start = min(shared(stem, end) for end in ends)
            if not start:
                raise UsageError(
                    "There is no token before an answer, so a model has nothing to go by. Put a text before the input."
                )
            rows.append(Row(place, stem[:start], tuple(end[start:] for end in ends)))
        return rows

    def text(self, tokens: Sequence[int]) -> str:
        """Tokens as text, as they are."""
        said: str = self._tokenizer.decode(list(tokens), clean_up_tokenization_spaces=False)
        return said


def shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two texts have in common at their beginning.

    Example:
        >>> shared((1, 2, 3), (1, 2, 4, 5)), shared((), (1,))
        (2, 0)
    """
    both = min(len(one), len(other))
    return next((at for at in range(both) if one[at] != other[at]), both)
