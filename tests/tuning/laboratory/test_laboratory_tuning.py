"""Tuning in the laboratory: only what was chosen moves, the same seed gives the same, and bounds are held."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch", reason="the extra `laboratory` is not installed")

import torch

from tacit.tuning.laboratory.bases import base_model
from tacit.tuning.laboratory.examination import Examination
from tacit.tuning.laboratory.parameters import choose_parameters
from tacit.tuning.laboratory.recipes import KEEPS, UPDATES, Recipe
from tacit.tuning.laboratory.transformer import Transformer
from tacit.tuning.laboratory.tuning import Tuned, tune
from tacit.tuning.laboratory.worlds import Lines, Symbols

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUND = 0.02


@pytest.fixture(autouse=True, scope="module")
def _few_prompts() -> Iterator[None]:
    """A quarter of those of a study: measuring takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tacit.tuning.laboratory.examination.PROMPTS", 100)
        yield


@pytest.fixture(scope="module")
def exam() -> Examination:
    return Examination(Symbols())


@pytest.fixture(scope="module")
def base() -> Transformer:
    return base_model("symbols", 2, 0)


@pytest.fixture(scope="module")
def matched(base: Transformer, exam: Examination) -> dict[tuple[str, str], Tuned]:
    before = exam.measure(base)
    recipes = [Recipe(u, k, BOUND, 200, weight=0.1 if k == "l2" else 1.0) for u in ("all", "value") for k in KEEPS]
    return {(r.update, r.keep): tune(base, exam, r, 0, before=before) for r in recipes}


@pytest.mark.parametrize("update", UPDATES)
def test_what_is_not_chosen_stays_to_the_bit(base: Transformer, update: str) -> None:
    model = copy.deepcopy(base)
    chosen = choose_parameters(model, update, 0)
    optimizer = torch.optim.AdamW(chosen, lr=1e-2, weight_decay=0.1)
    prompts = Symbols().skill(torch.Generator().manual_seed(0), 1, 64)
    for _ in range(3):
        Symbols().loss(model(prompts.context, prompts.queries, torch.tensor([0])), prompts.targets).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = {name.replace(".parametrizations.weight.original", ".weight"): p for name, p in model.named_parameters()}
    moved = {name for name, p in base.named_parameters() if not torch.equal(p, after[name])}
    wanted = {
        "all": {"read", "norm", "up", "query"}, "attention": {"query", "key", "value", "output"}, "value": {"value"},
        "output": {"output"}, "mlp": {"up", "down"}, "lora-value": set(),
    }[update]  # fmt: skip
    kinds = {name.split(".")[-2] if "." in name else name for name in moved}
    assert wanted <= kinds or update == "all"
    if update != "all":
        assert kinds == wanted
    if update == "lora-value":
        assert not torch.equal(model.stack()[0].value.weight, base.stack()[0].value.weight)


@pytest.mark.slow
def test_recipes_reach_the_bound(matched: dict[tuple[str, str], Tuned]) -> None:
    for recipe, found in matched.items():
        assert found.reached, recipe
        assert found.after.skill <= BOUND < found.base.skill


@pytest.mark.slow
def test_values_alone_leave_the_attention_of_the_first_layer_as_it_was(matched: dict[tuple[str, str], Tuned]) -> None:
    for keep in KEEPS:
        assert matched["value", keep].drift[0] == 0
        assert matched["value", keep].drift[1] > 0
        assert matched["all", keep].drift[0] > 0


@pytest.mark.slow
def test_distilling_keeps_more_than_tuning_alone(matched: dict[tuple[str, str], Tuned]) -> None:
    for update in ("all", "value"):
        plain, kept = (matched[update, keep].after.unseen[-1].mean() for keep in ("none", "few-shot"))
        assert float(kept) < float(plain) - 0.02


@pytest.mark.slow
def test_averaging_goes_back_as_far_as_the_bound_allows(matched: dict[tuple[str, str], Tuned]) -> None:
    found = matched["all", "average"]
    assert 0 < found.alpha < 1
    assert found.steps > matched["all", "none"].steps


def test_the_same_seed_gives_the_same_and_the_base_stays(base: Transformer, exam: Examination) -> None:
    before = copy.deepcopy(base.state_dict())
    one, same, other = (tune(base, exam, Recipe("value", "few-shot", None, 6), seed) for seed in (1, 1, 2))
    assert torch.equal(one.after.unseen, same.after.unseen)
    assert one.curve == same.curve
    assert one.curve != other.curve
    assert all(torch.equal(before[name], tensor) for name, tensor in base.state_dict().items())


def test_no_steps_leave_everything_as_it_was(base: Transformer, exam: Examination) -> None:
    found = tune(base, exam, Recipe("all", "none", None, 0), 0)
    assert torch.equal(found.base.unseen, found.after.unseen)
    assert found.drift == (0.0, 0.0)


def test_a_pull_that_is_strong_enough_leaves_the_model_where_it_was() -> None:
    base, exam = base_model("lines", 1, 0), Examination(Lines())
    free, held = (tune(base, exam, Recipe("all", "l2", None, 20, weight=weight), 0) for weight in (0.0, 1e3))
    moved = [float((found.after.unseen - found.base.unseen).abs().mean()) for found in (free, held)]
    assert moved[1] < moved[0] / 4
