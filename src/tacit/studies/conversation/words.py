"""How things are called in reports."""

from __future__ import annotations

from typing import Final

TURNS: Final = {
    "plain": "plain questions",
    "switch": "a change of topic",
    "pronoun": "follow-ups with a pronoun",
    "near_miss": "what the document leaves open",
    "off_corpus": "what no document is about",
    "vague": "vague questions",
    "compound": "questions half of which is answered",
    "dispute": "disputes with a wrong claim",
    "doubt": "doubts without one",
    "greet": "small talk",
    "answerable": "answerable turns",
    "partial": "turns that are answered in part",
    "unanswerable": "unanswerable turns",
    "underspecified": "underspecified turns",
    "clarification": "disputes and misunderstandings",
    "conversational": "conversational turns",
    "all": "all turns",
}
"""Kinds of turns: of the made-up world, then of the data sets."""
AXES: Final = {
    "documents": "more documents in the index",
    "passages": "more passages shown",
    "told": "documents that tell more",
}
STEPS: Final = {
    "resolve": "resolving with weighted history",
    "decline": "declining",
    "clarify": "asking back",
    "repair": "repairing disputes",
    "compress": "compressing",
}
