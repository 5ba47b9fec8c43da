"""Gap 3, what conversations need: replies over documents that know when not to answer.

The names below are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.lazy import exports

if TYPE_CHECKING:
    from tacit.dialogue.conversation import Conversation, ConversationSettings, Steps
    from tacit.dialogue.index.api import Index
    from tacit.dialogue.measure.api import RagEvalSettings, rag_eval
    from tacit.dialogue.measure.converse import Replying
    from tacit.dialogue.records import Hit, Passage, Query, Span, Turn
    from tacit.dialogue.replies import Citation, Decision, Reply
    from tacit.dialogue.steps import make_steps, open_index

__all__ = [
    "Citation",
    "Conversation",
    "ConversationSettings",
    "Decision",
    "Hit",
    "Index",
    "Passage",
    "Query",
    "RagEvalSettings",
    "Reply",
    "Replying",
    "Span",
    "Steps",
    "Turn",
    "make_steps",
    "open_index",
    "rag_eval",
]

_HOME: Final = {
    "Citation": "tacit.dialogue.replies",
    "Conversation": "tacit.dialogue.conversation",
    "ConversationSettings": "tacit.dialogue.conversation",
    "Decision": "tacit.dialogue.replies",
    "Hit": "tacit.dialogue.records",
    "Index": "tacit.dialogue.index.api",
    "Passage": "tacit.dialogue.records",
    "Query": "tacit.dialogue.records",
    "RagEvalSettings": "tacit.dialogue.measure.api",
    "Reply": "tacit.dialogue.replies",
    "Replying": "tacit.dialogue.measure.converse",
    "Span": "tacit.dialogue.records",
    "Steps": "tacit.dialogue.conversation",
    "Turn": "tacit.dialogue.records",
    "make_steps": "tacit.dialogue.steps",
    "open_index": "tacit.dialogue.steps",
    "rag_eval": "tacit.dialogue.measure.api",
}
"""Where each exported name lives."""

__getattr__, __dir__ = exports(__name__, _HOME)
