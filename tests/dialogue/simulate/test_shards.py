"""Requests in one turn or in several, and what is made of the scores."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.records import Turn
from tacit.dialogue.simulate import agents
from tacit.dialogue.simulate.aptitude import hold_requests
from tacit.dialogue.simulate.script import Move, Said, Script
from tacit.dialogue.simulate.shards import (
    SETTINGS,
    Request,
    clause_requests,
    shard_script,
    world_requests,
)
from tacit.dialogue.simulate.world import make_world
from tacit.errors import UsageError

WORLD = make_world(20, seed=5)
REQUESTS = world_requests(WORLD, 12, seed=5)


@given(seed=st.integers(0, 100))
def test_all_details_together_fit_one_thing(seed: int) -> None:
    by_document = {thing.document: thing for thing in WORLD.things}
    for request in world_requests(WORLD, 4, seed=seed):
        thing = by_document[request.documents[0]]
        assert set(request.answers) <= set(thing.facts.values())
        clauses = [shard[0] for shard in request.shards[1:]]
        if request.domain == "details":
            fitting = [
                other for other in WORLD.things if other.kind is thing.kind and all(
                    f"It is called {other.name}." == clause
                    or any(f"It {made.clause.format(value=other.facts[made.key])}." == clause for made in other.told)
                    for clause in clauses
                )
            ]  # fmt: skip
            assert fitting == [thing]
            assert all(answer not in text for answer in request.answers for text in (request.full[0], *clauses)
                       if len(answer) > 3)  # fmt: skip


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.id)
def test_every_setting_says_every_shard(request_: Request) -> None:
    made = {setting: [move.text for move in shard_script(request_, setting, 3, seed=1).moves] for setting in SETTINGS}
    shards = made["sharded"]
    assert len(shards) == len(request_.shards)
    assert all(any(text in wordings for wordings in request_.shards) for text in shards)
    assert made["full"][0] in request_.full
    assert all(text in made["concat"][0] for text in shards)
    assert made["recap"][:-1] == shards
    assert all(text in made["recap"][-1] for text in shards)
    assert made["snowball"][-1] == " ".join(shards)
    assert len(made["concat"]) == len(made["full"]) == 1


def test_repetitions_differ_and_seeds_repeat_them() -> None:
    texts = {tuple(move.text for move in shard_script(REQUESTS[0], "sharded", at).moves) for at in range(10)}
    assert len(texts) > 3
    assert shard_script(REQUESTS[0], "recap", 4, seed=9) == shard_script(REQUESTS[0], "recap", 4, seed=9)
    with pytest.raises(UsageError, match="no setting 'half'"):
        shard_script(REQUESTS[0], "half")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("where was the gin invented and where is it used today", 2),
        ("How do I read yields? What do the columns mean?", 2),
        ("where does it snow the most in north carolina?", 0),
        ("Pros and cons of stocks", 0),
        ("Really? Where do the guinea pigs sleep?", 0),
    ],
)
def test_first_turns_are_cut_where_another_question_begins(text: str, clauses: int) -> None:
    requests = clause_requests([Script("c", (Move(text, passages=("p",)),), "d")])
    assert [len(request.shards) for request in requests] == ([clauses] if clauses else [])
    assert not clause_requests([Script("c", (Move(text),))])


def knowing(turns: Sequence[Turn]) -> Said:
    """Answers the second time it is asked, and only if the first wording was an even number of words."""
    users = [turn.text for turn in turns if turn.role == "user"]
    return Said("It is 1912." if len(users) > 1 and len(users[0].split()) % 2 == 0 else "Which one?")


def test_percentiles_are_taken_over_repetitions_and_averaged_over_requests() -> None:
    request = Request("r", ("When was it founded?",), (("When was it?", "Say when!"), ("The old one.",)), ("1912",))
    agent = agents.from_function(knowing, name="bot")
    other = Request("s", request.full, request.shards, ("2001",))
    result = hold_requests(agent, [request, other], settings=["full", "sharded"], repetitions=20, seed=2)
    scores = np.array([one.score for one in result.scored if one.setting == "sharded"]).reshape(2, 20)
    assert 0 < scores[0].mean() < 1
    assert scores[1].max() == 0
    sharded = result.setting("sharded")
    assert sharded.performance.value == pytest.approx(scores.mean())
    assert sharded.aptitude.value == pytest.approx(np.percentile(scores, 90, axis=1).mean())
    assert sharded.unreliability.value == pytest.approx(
        (np.percentile(scores, 90, axis=1) - np.percentile(scores, 10, axis=1)).mean()
    )
    assert (sharded.aptitude.n, sharded.aptitude.low is not None) == (2, True)
    assert result.setting("full").performance.value == 0
    with pytest.raises(KeyError, match="snowball"):
        result.setting("snowball")


def test_results_are_told_in_every_form() -> None:
    agent = agents.from_function(knowing, name="bot")
    result = hold_requests(agent, REQUESTS[:2], repetitions=2)
    assert result == hold_requests(agent, REQUESTS[:2], repetitions=2)
    assert json.loads(result.to_json())["settings"][0]["setting"] == "full"
    assert result.to_frame().height == len(SETTINGS) * 3
    assert max(map(len, result.summary().splitlines())) <= 80
    assert len(result.to_outcomes().capabilities) == len(SETTINGS)
    with pytest.raises(UsageError, match="at least one request"):
        hold_requests(agent, [])


def test_quoting_everything_is_not_knowing() -> None:
    request = Request("r", ("When?",), (("When?",), ("The old one.",)), ("1912",), ("right.md",))
    for documents, score in ((("wrong.md", "right.md"), 0), (("right.md", "wrong.md"), 1), ((), 1)):
        said = Said("It was 1912.", "answer", documents)
        agent = agents.from_function(lambda _, said=said: said)  # type: ignore[misc]
        assert hold_requests(agent, [request], settings=["full"], repetitions=1).scored[0].score == score
