"""A simulated user who says what a script says, for `scenario.proceed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.simulate.hold import sounds_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.records import Turn
    from tacit.dialogue.simulate.script import Script


class ScriptedUser:
    """Says the turns of a script, one after the other, and `Move.if_asked` when asked back.

    It keeps nothing: where it is follows from the conversation, so that one user serves any number of them.

    Args:
        script: What is said.

    Example:
        >>> from tacit.dialogue.records import Turn
        >>> from tacit.dialogue.simulate.script import Move, Script
        >>> user = ScriptedUser(Script("s", (Move("Where is the museum?", if_asked="The one in Elawyn."),)))
        >>> turns = [Turn("user", user.say([])), Turn("assistant", "There are two. Which one do you mean?")]
        >>> user.say(turns)
        'The one in Elawyn.'
        >>> user.say([*turns, Turn("user", "The one in Elawyn."), Turn("assistant", "By the river.")]) is None
        True
    """

    def __init__(self, script: Script) -> None:
        self._moves = script.moves

    def say(self, turns: Sequence[Turn]) -> str | None:
        """See `scenario.User.say`. Turns of the user that are not in the script are passed over."""
        at, answered = 0, False
        for turn in turns:
            if turn.role != "user":
                continue
            if at < len(self._moves) and turn.text == self._moves[at].text:
                at, answered = at + 1, False
            elif at and turn.text == self._moves[at - 1].if_asked:
                answered = True
        if at and not answered and turns[-1].role == "assistant" and sounds_like(turns[-1].text) == "clarify":
            asked = self._moves[at - 1].if_asked
            if asked:
                return asked
        return self._moves[at].text if at < len(self._moves) else None
