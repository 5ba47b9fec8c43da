"""Whether a turn asks nothing of the documents: greetings, thanks, goodbyes, questions about the assistant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.registry import signal
from tacit.dialogue.text.terms import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

_PHRASES: Final = re.compile(
    r"\b(?:"
    r"(?:hi|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day|night))(?: there| everyone| all)?"
    r"|how (?:are|r) (?:you|u|things)(?: doing)?(?: today)?|how do you do|how is it going|how's it going|what's up|sup"
    r"|nice (?:to meet|meeting|talking (?:to|with)) you"
    r"|(?:many |lots of )?(?:thanks|thank (?:you|u)|thx|ty|cheers)(?: a lot| so much| very much| again| a bunch)?"
    r"(?: for (?:your|the|all (?:your|the)|all|that|this|everything|explaining|clarifying|helping)"
    r"(?: (?:help|answers?|information|info|explanation|time|support|this|that|me|assistance))?)?"
    r"|(?:i )?(?:really )?appreciate (?:it|that|your help|the help)"
    r"|(?:good ?)?bye(?: bye)?|see (?:you|ya)(?: later| soon| tomorrow)?|take care|have a (?:nice|good"
    r"|great) (?:day|one|evening"
    r"|weekend)|farewell|cya|talk to you later"
    r"|(?:(?:that|this|it|which|you|your (?:answer|help|explanation))(?:'s|'ve)? (?:(?:really|has|have|had|was|is|all"
    r"|just|certainly|definitely|already|very|so) )*)?(?:helps?|helped|clears? (?:it|that|things|this|everything) up"
    r"|cleared (?:it|that|things|this|everything) up|answers? (?:it|that|(?:all )?my questions?)"
    r"|answered (?:it|that|(?:all )?my questions?)|(?:exactly |all |just )*what i (?:needed|wanted|was looking for)"
    r"|all i (?:need|needed|wanted)(?: to know)?)(?: me)?(?: a lot| very much| so much| a bunch| out)?"
    r"|(?:very |quite |really |so |perfectly |much |crystal |all |super )+(?:clear|clearer|kind|informative|good"
    r"|helpful|useful|nice|interesting|thorough|great|detailed|impressive)"
    r"|(?:that|this|it|everything)(?:'s| is| was| sounds| looks)(?: very| quite| really| so| perfectly| much| crystal"
    r"| all| most)* (?:clear|clearer|informative|thorough|kind|right|perfect|enough)(?: now| for now| for today)?"
    r"|ok|okay|k|alright|all right|fine|cool|great|nice|awesome|perfect|excellent|wonderful|amazing|super|wow|omg"
    r"|oh my god|lol"
    r"|haha+|got it|i see|good to know|sounds good|makes sense|(?:that|this|it)(?:'s| is| was) (?:very |really |so "
    r"|all )*"
    r"(?:good|great|cool|helpful|useful|nice|fine|perfect|awesome|amazing|interesting|all|it|it for now)"
    r"|very (?:good|helpful|useful|nice|interesting)|(?:good|great|nice|well) (?:job|work|done|answer)"
    r"|you(?:'re| are)(?: so| very| really)? (?:great|awesome|helpful|smart|the best|funny|nice|amazing|welcome)"
    r"|no (?:problem|worries|more questions)|never ?mind|that will be all|nothing else|i(?:'m| am) (?:done|good|fine)"
    r"|(?:can|could|would|will) you (?:please )?help(?: me)?(?: out)?|i need (?:some |your )?help|help(?: me)?"
    r"|i have (?:a|some|another) questions?|may i ask (?:you )?(?:a|some) questions?"
    r"|(?:who|what) are you|what(?:'s| is) your name|do you have a name|are you (?:a |an )?(?:human|robot|bot|real"
    r"|person|machine"
    r"|ai|chatbot|there)|who (?:made|built|created|wrote) you|what can (?:you|u) do(?: for me)?|how (?:can"
    r"|do) you (?:help"
    r"|work)(?: me)?|what can i ask(?: you)?|what do you (?:do|know)(?: about)?|tell me a joke|tell me about yourself"
    r")\b",
    re.IGNORECASE,
)
_AROUND: Final = """
a ah again and but for friend i it just me much my now oh please sir so then to too very well you
"""
_FILLERS: Final = frozenset(_AROUND.split())


def asks_nothing(text: str) -> bool:
    """Whether a turn is made of phrases of small talk only.

    Example:
        >>> [asks_nothing(text) for text in ("Thank you, that helps.", "Hello, what is an ETF?", "")]
        [True, False, False]
    """
    rest, phrases = _PHRASES.subn(" ", text.replace("’", "'"))
    return bool(phrases) and all(word in _FILLERS for word in words(rest.lower()))


@signal
class SmallTalk:
    """``whole``: 1 if the turn is made of phrases of small talk only; a question beside a greeting is none."""

    name = "small_talk"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        return {"small_talk.whole": float(asks_nothing(situation.turn))}
