"""What a language is, and which ones there are."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from tacit.captions.world.languages.de import German
from tacit.captions.world.languages.en import English
from tacit.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

    from tacit.captions.world.statement import Statement


class Language(Protocol):
    """Puts statements into words.

    Attributes:
        code: ISO 639-1 code.
        name: Its English name.
    """

    code: ClassVar[str]
    name: ClassVar[str]

    def say(self, statement: Statement) -> str:
        """Put a statement into words.

        The text is in lower case, its words are separated by single spaces and there is no punctuation, so that
        splitting it at spaces is a tokeniser. Statements that say different things have different texts.
        """
        ...


LANGUAGES: Final[dict[str, Language]] = {language.code: language for language in (English(), German())}
"""The languages there are, by code."""


def get_language(code: str) -> Language:
    """Look a language up.

    Raises:
        UsageError: If there is none of that code; the message lists what there is.

    Example:
        >>> get_language("de").name
        'German'
    """
    found = LANGUAGES.get(code)
    if found is None:
        raise UsageError(f"The world has no language {code!r}. It has: {', '.join(LANGUAGES)}.")
    return found


@dataclass(frozen=True, slots=True)
class Mixed:
    """Captions in several languages, each caption in one.

    Attributes:
        codes: Of the languages.
        weights: What share of captions is in each, up to a common factor.

    Raises:
        UsageError: If a language is not there, or the weights are not positive numbers, one for each.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(1)
        >>> [Mixed(("en", "de"), (1, 3)).draw(rng).code for _ in range(6)]
        ['de', 'de', 'en', 'de', 'de', 'de']
    """

    codes: tuple[str, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        for code in self.codes:
            get_language(code)
        if (
            len(self.codes) != len(self.weights)
            or not self.codes
            or not all(0 < w < float("inf") for w in self.weights)
        ):
            raise UsageError(
                f"A mixture needs a positive weight for each language; got {self.weights} for {self.codes}."
            )

    def draw(self, rng: np.random.Generator) -> Language:
        """Draw the language of one caption."""
        ends = list(accumulate(self.weights))
        at = bisect_right(ends, float(rng.random()) * ends[-1])
        return LANGUAGES[self.codes[min(at, len(ends) - 1)]]
