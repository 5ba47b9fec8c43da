"""The model, its gradients, the protocol of the experiments, and what it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tacit.errors import UsageError
from tacit.tuning.regression.closed_forms import best_scale, best_weight, zero_shot_floor
from tacit.tuning.regression.moments import expected_error, solve_values
from tacit.tuning.regression.problem import Problem, draw_task, sphere_mean

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra 'laboratory')")

if TYPE_CHECKING:
    from tacit.tuning.regression.fit import Recipe
    from tacit.tuning.regression.model import LinearAttention, Update

PROBLEM = Problem()
TARGET = draw_task(5, 0)
NULL = 1.1


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Any:
    """So that tests that run side by side do not wait for each other; put back, since it holds for the process."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def pretrained() -> LinearAttention:
    """What pretraining leads to, without doing it."""
    from tacit.tuning.regression.model import LinearAttention

    query_key = np.zeros((7, 7))
    query_key[1:-1, 1:-1] = best_scale(20, PROBLEM) * np.eye(5)
    return LinearAttention.merged(query_key, np.eye(7)[-1])


def tuned(update: Update, recipe: Recipe, *, few_shot: bool = False) -> LinearAttention:
    from tacit.tuning.regression.fit import fine_tune

    return fine_tune(pretrained(), PROBLEM, TARGET, recipe, 0, update=update, few_shot=few_shot)


def retention(model: LinearAttention) -> float:
    """On unseen tasks with 20 demonstrations, exactly."""

    def gain(of: LinearAttention) -> float:
        query_key, value = of.arrays()
        return NULL - float(sphere_mean(lambda theta: expected_error(query_key, value, 20, theta, PROBLEM), 5))

    return gain(model) / gain(pretrained())


@pytest.mark.parametrize("split", [False, True])
def test_the_model_is_one_layer_of_linear_attention(split: bool) -> None:
    from tacit.tuning.regression.data import draw_prompts, generator
    from tacit.tuning.regression.model import LinearAttention

    model = LinearAttention.initial(PROBLEM, 1, split=split, spread=0.5)
    prompts = draw_prompts(PROBLEM, 3, 4, generator(2))
    values = torch.randn(7, 7, generator=generator(3))
    values[-1] = model.value  # the other rows reach other coordinates only
    for tokens, answer in zip(prompts.tokens, model(prompts), strict=True):
        layer = tokens + (tokens @ model.query_key @ tokens.T) @ (tokens @ values.T) / 5
        torch.testing.assert_close(answer, layer[-1, -1])
    if split:
        first, last = tokens[0], tokens[-1]
        scored = (model.tensors["query"] @ last) @ (model.tensors["key"] @ first)
        torch.testing.assert_close(scored, last @ model.query_key @ first)


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("shots", [0, 6])
def test_gradients_are_those_of_autograd(split: bool, shots: int) -> None:
    from tacit.tuning.regression.data import draw_prompts, generator
    from tacit.tuning.regression.losses import gradients, squared_error
    from tacit.tuning.regression.model import LinearAttention

    model = LinearAttention.initial(PROBLEM, 1, split=split, spread=0.5)
    prompts = draw_prompts(PROBLEM, 50, shots, generator(2))
    for tensor in model.tensors.values():
        tensor.requires_grad_()
    squared_error(model, prompts).backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for name, found in gradients(model, prompts).items():
            torch.testing.assert_close(found, model.tensors[name].grad)


def test_a_step_is_that_of_pytorch() -> None:
    from tacit.tuning.regression.data import draw_pool, generator, prompts_from
    from tacit.tuning.regression.fit import Recipe
    from tacit.tuning.regression.losses import squared_error

    recipe = Recipe(iterations=25, batch=8, queries=16, shots=4, rate=0.03, clip=0.5, pool=50)
    tensors = {name: tensor.clone().requires_grad_() for name, tensor in pretrained().tensors.items()}
    by_torch = type(pretrained())(tensors)
    optimiser = torch.optim.SGD(tensors.values(), lr=0.03, momentum=0.9)
    pool, draw = draw_pool(PROBLEM, TARGET, 50, generator(0, 4)), generator(0, 5)
    for at in range(25):
        zero_shot = squared_error(by_torch, prompts_from(pool, 16, 0, draw))
        few_shot = squared_error(by_torch, prompts_from(pool, 8, 4, draw))
        optimiser.zero_grad()
        (zero_shot + (24 - at) / 24 * few_shot).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(tensors.values(), 0.5)
        optimiser.step()
    for name, tensor in tuned("all", recipe, few_shot=True).tensors.items():
        torch.testing.assert_close(tensor, tensors[name].detach(), rtol=1e-4, atol=1e-5)


def test_prompts_are_what_the_problem_says() -> None:
    from tacit.tuning.regression.data import draw_pool, draw_prompts, generator, prompts_from

    problem = Problem(2, 0.5, ((2.0, 0.6), (0.6, 1.0)))
    pool = draw_pool(problem, [0.6, -0.8], 200_000, generator(1)).double()
    wanted = np.array([[1.0, 0, 0, 0], [0, 2.0, 0.6, 0.72], [0, 0.6, 1.0, -0.44], [0, 0.72, -0.44, 1.284]])
    np.testing.assert_allclose((pool.T @ pool / len(pool)).numpy(), wanted, atol=0.02)
    prompts = prompts_from(pool, 30, 3, generator(2))
    assert (prompts.tokens[:, -1, -1] == 0).all()
    assert set(prompts.answers.tolist()) <= set(pool[:, -1].tolist())
    own = draw_prompts(Problem(2, 0.0), 500, 3, generator(3))
    # Without noise three demonstrations tell each prompt's task, which has length 1 and answers its query.
    tasks = torch.linalg.lstsq(own.tokens[:, :3, 1:-1].double(), own.tokens[:, :3, -1:].double()).solution
    torch.testing.assert_close(tasks.norm(dim=1), torch.ones(500, 1).double(), rtol=1e-3, atol=1e-3)
    answers = (own.tokens[:, -1:, 1:-1].double() @ tasks).flatten()
    torch.testing.assert_close(answers, own.answers.double(), rtol=1e-3, atol=1e-3)


def test_tuning_values_changes_nothing_else_and_never_the_weight_of_answers() -> None:
    from tacit.tuning.regression.fit import Recipe

    start = pretrained()
    after = tuned("value", Recipe(iterations=200, queries=50))
    assert torch.equal(after.query_key, start.query_key)
    assert after.value[-1].item() == start.value[-1].item(), "bit for bit: its gradient is exactly 0"
    assert not torch.equal(after.value[1:-1], start.value[1:-1])
    assert torch.equal(pretrained().value, start.value)


@pytest.mark.slow
def test_zero_shot_tuning_of_all_destroys_learning_in_context() -> None:
    from tacit.tuning.regression.fit import Recipe

    after = tuned("all", Recipe(iterations=3_000, queries=200))
    query_key, value = after.arrays()
    block = query_key[1:-1, 1:-1]
    assert np.linalg.norm(block + block.T) / 2 < 0.03 * best_scale(20, PROBLEM) * np.sqrt(5)
    assert expected_error(query_key, value, 0, TARGET, PROBLEM) < 0.105
    assert retention(after) < 0


def test_zero_shot_tuning_of_values_ends_at_the_solution_of_the_linear_system() -> None:
    from tacit.tuning.regression.fit import Recipe

    after = tuned("value", Recipe(iterations=800, queries=2_000))
    query_key, value = after.arrays()
    np.testing.assert_allclose(value, solve_values(*pretrained().arrays(), TARGET, PROBLEM), atol=0.02)
    assert expected_error(query_key, value, 0, TARGET, PROBLEM) < 1.05 * zero_shot_floor(TARGET, PROBLEM)
    assert retention(after) >= 0.90


@pytest.mark.slow
def test_the_few_shot_loss_moves_the_weight_to_the_best_for_the_target() -> None:
    from tacit.tuning.regression.fit import Recipe

    after = tuned("value", Recipe(iterations=1_500, batch=150, queries=300), few_shot=True)
    weight = after.arrays()[1][-1] * best_scale(20, PROBLEM)
    assert weight == pytest.approx(float(best_weight(20, TARGET, TARGET, PROBLEM)), abs=0.02)
    assert retention(after) >= 0.85
    without = tuned("value", Recipe(iterations=500, queries=300))
    errors = [float(expected_error(*model.arrays(), 20, TARGET, PROBLEM)) for model in (after, without)]
    assert errors[0] < errors[1], "better on the target with as many demonstrations as it was trained with"


def test_what_is_trained_and_what_is_not() -> None:
    from tacit.tuning.regression.fit import Recipe, fine_tune
    from tacit.tuning.regression.model import LinearAttention

    recipe = Recipe(iterations=3, queries=10)
    start = LinearAttention.initial(PROBLEM, 1, split=True)
    updates: dict[Update, set[str]] = {
        "query": {"query"}, "key": {"key"}, "query-key": {"query", "key"}, "value": {"value"},
        "all": {"query", "key", "value"},
    }  # fmt: skip
    for update, wanted in updates.items():
        after = fine_tune(start, PROBLEM, TARGET, recipe, 0, update=update)
        assert {name for name, was in start.tensors.items() if not torch.equal(was, after.tensors[name])} == wanted
    assert tuned("query-key", recipe).value.equal(pretrained().value)
    with pytest.raises(UsageError, match="no 'query' to train"):
        tuned("query", recipe)


def test_the_same_seed_gives_the_same_model() -> None:
    from tacit.tuning.regression.fit import Recipe, pretrain

    recipe = Recipe(iterations=5, batch=20)
    one, again, other = (pretrain(PROBLEM, recipe, seed) for seed in (3, 3, 4))
    assert one.query_key.equal(again.query_key)
    assert one.value.equal(again.value)
    assert not one.value.equal(other.value)


def test_what_makes_no_sense_is_refused() -> None:
    from tacit.tuning.regression.fit import Recipe
    from tacit.tuning.regression.losses import annealed

    with pytest.raises(UsageError, match="queries must be at least 1"):
        Recipe(queries=0)
    with pytest.raises(UsageError, match="no step 5"):
        annealed(5, 5)
    assert annealed(0, 1) == 0


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("split", [False, True])
def test_pretraining_finds_the_best_scale(split: bool) -> None:
    from tacit.tuning.regression.fit import Recipe, pretrain

    model = pretrain(PROBLEM, Recipe(), 0, split=split)
    query_key, value = model.arrays()
    np.testing.assert_allclose(query_key[1:-1, 1:-1] * value[-1], best_scale(20, PROBLEM) * np.eye(5), atol=0.03)
