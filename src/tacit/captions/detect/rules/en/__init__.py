"""The English detector."""

from __future__ import annotations

from tacit.captions.detect.protocol import register
from tacit.captions.detect.rules.en import counting, negation, spatial_near, temporal
from tacit.captions.detect.rules_detector import RuleDetector


@register
class TacitEnglish(RuleDetector):
    """Counting, spatial, negation and temporal statements in English captions."""

    name = "tacit"
    version = "1"
    language = "en"
    validated = "see docs/methods.md"
    lexers = (*counting.LEXERS, *spatial_near.LEXERS, *negation.LEXERS, *temporal.LEXERS)
