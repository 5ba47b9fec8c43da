"""Scenarios: scripts on any agent, and the pytest plugin in a session of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tacit.dialogue.records import Turn
from tacit.dialogue.simulate import agents, scenario
from tacit.dialogue.simulate.scenario import (
    agent,
    asks_back,
    check,
    declines,
    fail,
    judge,
    proceed,
    says,
    succeed,
    user,
)
from tacit.errors import CheckFailedError, EndpointError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

pytest_plugins = ["pytester"]


def answering(turns: Sequence[Turn]) -> str:
    if "hotel" in turns[-1].text:
        return "I don't know; the documents do not mention a hotel."
    return "It is in Leeds." if len(turns) > 2 else "There are two. Which one do you mean?"


BOT = agents.from_function(answering, name="bot")


class Two:
    """Says two things, then nothing."""

    def say(self, turns: Sequence[Turn]) -> str | None:
        spoken = sum(turn.role == "user" for turn in turns)
        return ("Where is it?", "The one by the river.")[spoken] if spoken < 2 else None


class Strict:
    def meets(self, turns: Sequence[Turn], criterion: str) -> tuple[bool, str]:
        return criterion in turns[-1].text, f"{len(turns)} turns read"


def test_a_script_is_carried_out_in_order() -> None:
    result = scenario.run(
        BOT,
        [user("Where is it?"), agent(), check(asks_back), user("By the river."), agent(), check(says("leeds")),
         user("Is there a hotel?"), agent(), check(declines)],
    )  # fmt: skip
    assert result.passed
    assert [turn.role for turn in result.turns] == ["user", "assistant"] * 3
    assert result.require() is result


def test_it_stops_where_something_does_not_hold_and_says_where() -> None:
    result = scenario.run(
        BOT, [user("Where?"), agent(), check(says("Leeds")), user("Never said"), agent()], name="where"
    )
    assert not result.passed
    assert len(result.turns) == 2
    with pytest.raises(CheckFailedError, match=r"where: says 'Leeds' does not hold. it does not say 'Leeds'") as told:
        result.require()
    assert "assistant: There are two." in str(told.value)


def test_users_and_judges_may_be_simulated() -> None:
    script = [proceed(9), judge("Leeds")]
    result = scenario.run(BOT, script, simulated=Two(), judged_by=Strict())
    assert result.passed
    assert len(result.turns) == 4
    assert result.checks[0].why == "4 turns read"
    with pytest.raises(UsageError, match=r"judge\(\), which needs judged_by="):
        scenario.run(BOT, script, simulated=Two())
    with pytest.raises(UsageError, match="needs simulated="):
        scenario.run(BOT, [user()])


@pytest.mark.parametrize(
    ("function", "why"),
    [(lambda _: False, ""), (lambda state: 1 / len(state.said[1:]), "ZeroDivisionError: division by zero")],
)
def test_a_check_fails_in_any_way(function: scenario.Check, why: str) -> None:
    result = scenario.run(BOT, [user("Where?"), agent(), check(function, "mine")])
    assert result.checks == (scenario.Checked("mine", False, why, 2),)


def test_scripts_may_end_early() -> None:
    assert scenario.run(BOT, [user("Where?"), succeed(), fail()]).passed
    assert not scenario.run(BOT, [user("Where?"), fail("not here")]).passed
    with pytest.raises(UsageError, match="has said nothing yet"):
        scenario.run(BOT, [check(asks_back)])


def test_anything_that_replies_is_an_agent() -> None:
    class Plain:
        name = "plain"

        def reply(self, turns: Sequence[Turn]) -> str:
            return answering(turns)

    async def later(turns: Sequence[Turn]) -> str:
        await asyncio.sleep(0)
        return answering(turns)

    async def in_a_loop() -> scenario.ScenarioResult:
        return scenario.run(later, script)

    script = [user("Where is it?"), agent(), check(asks_back)]
    results = [scenario.run(bot, script) for bot in (answering, later, Plain())]  # type: ignore[arg-type]
    assert all(result.passed for result in (*results, asyncio.run(in_a_loop())))
    assert [result.agent for result in results] == ["answering", "later", "plain"]
    with pytest.raises(UsageError, match="int is no agent"):
        scenario.run(3, script)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="The script holds str"):
        scenario.run(answering, ["Where is it?"])  # type: ignore[list-item]


def test_what_the_agent_raises_is_raised() -> None:
    def broken(_: Sequence[Turn]) -> str:
        raise EndpointError("gone")

    with pytest.raises(EndpointError, match="gone"):
        scenario.run(agents.from_function(broken), [user("Where?"), agent()])
    with pytest.raises(UsageError, match="returned int"):
        scenario.run(agents.from_function(lambda _: 3), [user("Where?"), agent()])  # type: ignore[arg-type,return-value]


def test_the_fixture_fails_a_test_and_shows_the_conversation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from tacit.dialogue.simulate import agents
        from tacit.dialogue.simulate.scenario import agent, check, says, user

        def test_bot(run_scenario):
            bot = agents.from_function(lambda turns: "No idea at all.")
            run_scenario(bot, [user("Where is it?"), agent(), check(says("Leeds"))])
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*says 'Leeds' does not hold*", "*user: Where is it?*", "*assistant: No idea at all.*"]
    )
