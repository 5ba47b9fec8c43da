"""What an audit was asked to do, as plain data that can travel to any worker."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tacit.captions.detect.protocol import Detector

AUTO: Final = "auto"
"""The language that stands for "tell each caption's language, and audit those that have a validated detector"."""
MAX_CHARACTERS: Final = 100_000
"""A longer text is not a caption; it is counted as not audited."""
MAX_GROUPS: Final = 10_000
"""More groups than this cannot be told apart in a report, and their tallies would no longer fit in memory."""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Everything that can change the numbers of an audit, apart from the captions.

    Attributes:
        detector: Name of the detector.
        languages: ISO 639-1 codes of the captions that are audited.
        text: The column that holds the caption.
        group_by: The grouping column, or ``""``.
        compare: Name of a second detector, or ``""``.
        auto: Whether the language of each caption is told first.
        look: Captions of which the language is told when `auto` is off; 0 for none.
        draw: Captions to draw for labelling from each set of types they state; 0 for none.
        hits: Whether all hits are kept.
        seed: Of everything drawn.
        image: The column that names each caption's image, when there are facts of images; otherwise ``""``.
    """

    detector: str
    languages: tuple[str, ...]
    text: str
    group_by: str = ""
    compare: str = ""
    auto: bool = False
    look: int = 0
    draw: int = 0
    hits: bool = False
    seed: int = 0
    image: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; two audits with equal ones do the same work."""
        settings = asdict(self)
        if not self.image:
            del settings["image"]
        return settings

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to read."""
        return tuple(dict.fromkeys(filter(None, (self.text, self.group_by, self.image))))

    def detectors(self, name: str) -> dict[str, Detector]:
        """A detector of this name for each language.

        Raises:
            UsageError: If there is none for one of them.
        """
        from tacit.captions.detect.protocol import get_detector

        return {language: get_detector(name, language) for language in self.languages}
