"""Impossible settings are refused by the name of their option."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tacit.errors import UsageError
from tacit.tuning.train.few_shot_loss import annealed
from tacit.tuning.train.objectives.protocol import available_keepers, keeper, make_keeper
from tacit.tuning.train.settings import AUTO, TuneSettings


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"learning_rate": 0.0}, "--lr 0.0: it must be above 0"),
        ({"learning_rate": float("nan")}, "--lr nan"),
        ({"stop_at_retention": 1.2}, "--stop-at-retention 1.2: it must be above 0 and at most 1"),
        ({"average": 0.0}, "--average 0.0"),
        ({"average": float("inf")}, "--average inf"),
        ({"batch": 0}, "--batch 0: it must be at least 1"),
        ({"precision": "int8"}, "--precision int8: there are float32, bfloat16, float16"),
        ({"too_long": "cut"}, "--too-long cut"),
        ({"few_shot_loss": 0.5, "packing": True}, "--few-shot-loss"),
    ],
)
def test_impossible_settings(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("(", r"\(")):
        TuneSettings(**options)


def test_an_unknown_setting_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no setting 'rnak'.*rank"):
        TuneSettings.of({"rnak": 4})


def test_defaults_follow_what_trains() -> None:
    rates = {update: TuneSettings(update=update).rate for update in ("value", "lora-value", "all")}
    assert rates == {"value": 1e-4, "lora-value": 2e-4, "all": 2e-5}
    assert TuneSettings(measure=False).measures_retention is False
    assert TuneSettings(measure=False, average=AUTO).measures_retention is True


def test_what_cannot_change_the_result_is_not_in_it() -> None:
    assert TuneSettings(checkpoint_every=3).to_json() == TuneSettings().to_json()
    assert json.loads(json.dumps(TuneSettings().to_json()))["learning_rate"] == 1e-4


def test_the_weight_falls_to_zero_in_a_straight_line() -> None:
    assert [annealed(1.0, step, 3) for step in range(3)] == [1.0, 0.5, 0.0]
    assert annealed(1.0, 0, 1) == 1.0  # a run of one step has its first weight


def test_keepers_by_name() -> None:
    assert list(available_keepers()) == ["ewc", "few-shot", "kl", "l2", "none"]
    with pytest.raises(UsageError, match=r"no such objective.*few-shot"):
        make_keeper("fewshot")
    with pytest.raises(UsageError, match="Two keepers are called 'kl'"):
        keeper("kl")(make_keeper)  # type: ignore[arg-type]
