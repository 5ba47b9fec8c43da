"""Scripted checks of an agent, in the manner of scenario testing.

    from tacit.dialogue.simulate import scenario
    from tacit.dialogue.simulate.scenario import agent, check, user

    result = scenario.run(bot, script=[
        user("Where is the museum?"), agent(), check(scenario.asks_back),
        user("The one in Elawyn."), agent(), check(scenario.says("Elawyn")),
    ])

The agent is anything with a chat interface (`tacit.dialogue.simulate.agents`). What the user says is given, or comes
from a simulated user, which needs no model or is one. Checks are functions; a judge is one that asks a model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from tacit.dialogue.records import Turn
from tacit.errors import CheckFailedError, TacitError, UsageError

if TYPE_CHECKING:
    from tacit.dialogue.replies import Kind
    from tacit.dialogue.simulate.agents import Replies
    from tacit.dialogue.simulate.script import Agent, Said


class User(Protocol):
    """A simulated user: says what comes next."""

    def say(self, turns: Sequence[Turn]) -> str | None:
        """What the user says after these turns; ``None`` when there is nothing left to say."""
        ...


class Judge(Protocol):
    """Tells whether a conversation meets a criterion."""

    def meets(self, turns: Sequence[Turn], criterion: str) -> tuple[bool, str]:
        """Whether it does, and why."""
        ...


@dataclass(slots=True)
class State:
    """A conversation while its script is carried out.

    Attributes:
        turns: What was said, oldest first.
        said: What the agent replied, oldest first, with what it told of its decisions.
    """

    turns: list[Turn] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @property
    def last(self) -> Said:
        """The agent's last reply.

        Raises:
            UsageError: If it has said nothing yet.
        """
        if not self.said:
            raise UsageError("The agent has said nothing yet: the script needs agent() before this.")
        return self.said[-1]


T = TypeVar("T")
Check = Callable[[State], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script; made by `user`, `agent`, `check`, `judge`, `proceed`, `succeed` and `fail`."""

    do: Literal["user", "agent", "check", "judge", "proceed", "succeed", "fail"]
    text: str = ""
    check: Check | None = None
    turns: int = 1


def user(text: str = "") -> Step:
    """The user says this, or whatever the simulated user says."""
    return Step("user", text)


def agent() -> Step:
    """The agent replies."""
    return Step("agent")


def check(function: Check, name: str = "") -> Step:
    """This must hold: the function gets the `State`, and returns ``False`` or fails an assertion if it does not."""
    return Step("check", name or getattr(function, "__name__", "check"), function)


def judge(criterion: str) -> Step:
    """The judge must find that the conversation meets a criterion, in words."""
    return Step("judge", criterion)


def proceed(turns: int = 1) -> Step:
    """The simulated user and the agent go on for some turns, or until the user has nothing left to say."""
    return Step("proceed", turns=turns)


def succeed(why: str = "") -> Step:
    """End here; what was checked so far counts."""
    return Step("succeed", why)


def fail(why: str = "") -> Step:
    """End here: reaching this line is a failure."""
    return Step("fail", why)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one check.

    Attributes:
        name: Of the check, or the criterion.
        passed: Whether it held.
        why: What was wrong, or the judge's reason.
        after: Number of turns that had been said.
    """

    name: str
    passed: bool
    why: str
    after: int


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What came of a script.

    Attributes:
        name: Of the scenario.
        agent: Who was asked.
        checks: In order; carrying on stops at the first that does not hold.
        turns: The conversation.
    """

    name: str
    agent: str
    checks: tuple[Checked, ...]
    turns: tuple[Turn, ...]

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return all(checked.passed for checked in self.checks)

    def transcript(self) -> str:
        """The conversation and the checks, as text."""
        lines = []
        for at, turn in enumerate(self.turns, 1):
            lines.append(f"{turn.role}: {turn.text}")
            lines += [
                f"    {'holds' if one.passed else 'DOES NOT HOLD'}: {one.name}" + (f" ({one.why})" if one.why else "")
                for one in self.checks
                if one.after == at
            ]
        return "\n".join(lines)

    def require(self) -> ScenarioResult:
        """This result, if everything held.

        Raises:
            CheckFailedError: If something did not; the message holds the conversation.
        """
        if not self.passed:
            missed = self.checks[-1]
            raise CheckFailedError(f"{self.name}: {missed.name} does not hold. {missed.why}\n{self.transcript()}")
        return self


def run(
    subject: Agent | Replies,
    script: Sequence[Step],
    *,
    name: str = "scenario",
    simulated: User | None = None,
    judged_by: Judge | None = None,
) -> ScenarioResult:
    """Carry out a script.

    Args:
        subject: Who is asked; anything that `tacit.dialogue.simulate.agents.as_agent` takes.
        script: Made of `user`, `agent`, `check`, ...
        name: What messages call it.
        simulated: Says what `user` without a text and `proceed` need.
        judged_by: Decides `judge`.

    Raises:
        UsageError: If the script needs a user or judge that is not given, or holds something else than steps.
        TacitError: What the agent raises.

    Example:
        >>> from tacit.dialogue.simulate import agents
        >>> bot = agents.from_function(lambda turns: "Which one do you mean?")
        >>> result = run(bot, [user("Where is it?"), agent(), check(asks_back), check(says("Leeds"))])
        >>> [(one.name, one.passed) for one in result.checks]
        [('asks_back', True), ("says 'Leeds'", False)]
    """
    from tacit.dialogue.simulate.agents import as_agent

    asked, state, checks = as_agent(subject), State(), list[Checked]()
    for step in script:
        if not isinstance(step, Step):
            raise UsageError(f"The script holds {type(step).__name__}; it is made of user(), agent(), check() ...")
        if step.do == "succeed":
            break
        if step.do == "fail":
            checks.append(Checked("fail", False, step.text, len(state.turns)))
        elif step.do == "check":
            checks.append(_checked(step, state))
        elif step.do == "judge":
            held, why = _given(judged_by, "judged_by", "judge()").meets(tuple(state.turns), step.text)
            checks.append(Checked(step.text, held, why, len(state.turns)))
        else:
            _talk(step, state, asked, simulated)
        if checks and not checks[-1].passed:
            break
    return ScenarioResult(name, asked.name, tuple(checks), tuple(state.turns))


def _talk(step: Step, state: State, subject: Agent, simulated: User | None) -> None:
    for _ in range(step.turns):
        if step.do in {"user", "proceed"}:
            text = step.text or _given(simulated, "simulated", "user() without a text").say(tuple(state.turns))
            if text is None:
                return
            state.turns.append(Turn("user", text))
        if step.do in {"agent", "proceed"}:
            said = subject.reply(tuple(state.turns))
            state.said.append(said)
            state.turns.append(Turn("assistant", said.text))


def _given(value: T | None, name: str, needed: str) -> T:
    if value is None:
        raise UsageError(f"The script has {needed}, which needs {name}=.")
    return value


def _checked(step: Step, state: State) -> Checked:
    assert step.check is not None  # noqa: S101 - `check` always gives one
    try:
        held, why = step.check(state) is not False, ""
    except AssertionError as error:
        held, why = False, str(error)
    except TacitError:
        raise
    except Exception as error:  # a check is foreign code; its failure is told like any other
        held, why = False, f"{type(error).__name__}: {error}"
    return Checked(step.text, held, why, len(state.turns))


def decided(*kinds: Kind) -> Check:
    """Check: the last reply was one of these decisions, as the agent tells or as its words sound."""

    def holds(state: State) -> None:
        from tacit.dialogue.simulate.hold import heard

        found = heard(state.last)
        if found not in kinds:
            raise AssertionError(f"it was {found}")

    holds.__name__ = f"decided {' or '.join(kinds)}"
    return holds


def asks_back(state: State) -> None:
    """Check: the last reply asks the user what is meant."""
    decided("clarify")(state)


def declines(state: State) -> None:
    """Check: the last reply says that the documents hold no answer."""
    decided("decline")(state)


def says(*wanted: str) -> Check:
    """Check: the last reply holds all of these words, in any case."""

    def holds(state: State) -> None:
        missing = [words for words in wanted if words.casefold() not in state.last.text.casefold()]
        if missing:
            raise AssertionError(f"it does not say {missing[0]!r}")

    holds.__name__ = f"says {', '.join(map(repr, wanted))}"
    return holds


def cites(*documents: str) -> Check:
    """Check: the last reply leans on all of these documents."""

    def holds(state: State) -> None:
        missing = [name for name in documents if name not in state.last.documents]
        if missing:
            raise AssertionError(f"it does not cite {missing[0]}")

    holds.__name__ = f"cites {', '.join(documents)}"
    return holds
