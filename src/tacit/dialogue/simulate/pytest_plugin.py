"""Scenarios in pytest: a fixture that carries out a script and fails with the whole conversation.

Installed with tacit; nothing is imported before a test asks for the fixture.

    def test_asks_which_museum(run_scenario):
        run_scenario(bot, [user("When was the museum founded?"), agent(), check(asks_back)])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.simulate.agents import Replies
    from tacit.dialogue.simulate.scenario import Judge, ScenarioResult, Step, User
    from tacit.dialogue.simulate.script import Agent


class RunScenario(Protocol):
    """What the fixture `run_scenario` is."""

    def __call__(
        self,
        subject: Agent | Replies,
        script: Sequence[Step],
        *,
        simulated: User | None = None,
        judged_by: Judge | None = None,
    ) -> ScenarioResult:
        """Carry out a script; the test fails if something does not hold."""
        ...


@pytest.fixture
def run_scenario(request: pytest.FixtureRequest) -> RunScenario:
    """Carry out a script of `tacit.dialogue.simulate.scenario`; what does not hold fails the test, and is shown."""
    from tacit.dialogue.simulate import scenario

    def run(
        subject: Agent | Replies,
        script: Sequence[Step],
        *,
        simulated: User | None = None,
        judged_by: Judge | None = None,
    ) -> ScenarioResult:
        result = scenario.run(subject, script, name=request.node.name, simulated=simulated, judged_by=judged_by)
        request.node.add_report_section("call", "conversation", result.transcript())
        if not result.passed:
            missed = result.checks[-1]
            pytest.fail(f"{missed.name} does not hold. {missed.why}".strip(), pytrace=False)
        return result

    return run
