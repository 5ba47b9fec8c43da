"""Zero-shot and few-shot losses, and their gradients as closed forms.

The gradients are those that autograd gives, as a test holds, in a fraction of its time: a model has 56 numbers, and to
record what is done to them costs more than to do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tacit.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

    from tacit.tuning.regression.data import Prompts
    from tacit.tuning.regression.model import LinearAttention

Pull = tuple["Tensor", "Tensor"]
"""What a loss asks of ``Q``, as rows whose outer products with the queries add up to its gradient, and of ``v``."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each loss counts.

    Attributes:
        zero_shot: Of ``L_ZS = E (y_hat - y)^2`` on the query alone.
        few_shot: Of ``L_FS``, the same with demonstrations.
    """

    zero_shot: float
    few_shot: float


def squared_error(model: LinearAttention, prompts: Prompts) -> Tensor:
    """``E (y_hat - y)^2`` over prompts: ``L_FS``, or ``L_ZS`` if they are queries alone."""
    return (model(prompts) - prompts.answers).square().mean()


def gradients(model: LinearAttention, prompts: Prompts, weights: Weights) -> dict[str, Tensor]:
    """Gradients of the weighted sum of both losses, by the names of the model's tensors.

    The zero-shot loss is on the queries of the same prompts. For queries and keys apart, the chain rule gives
    ``dW_Q = W_K dQ'`` and ``dW_K = W_Q dQ``.

    Raises:
        UsageError: If no loss counts.
    """
    queries = prompts.tokens[:, -1]
    looked = queries @ model.query_key
    pulls = []
    if weights.zero_shot:
        pulls.append(_zero_shot(model, queries, looked, prompts.answers, weights.zero_shot))
    if weights.few_shot:
        pulls.append(_few_shot(model, prompts, looked, weights.few_shot))
    if not pulls:
        raise UsageError("At least one of the losses must count.")
    merged = queries.T @ sum(rows for rows, _ in pulls)
    value = sum(more for _, more in pulls)
    if "query_key" in model.tensors:
        return {"query_key": merged, "value": value}
    query, key = model.tensors["query"], model.tensors["key"]
    return {"query": key @ merged.T, "key": query @ merged, "value": value}


def _zero_shot(model: LinearAttention, queries: Tensor, looked: Tensor, answers: Tensor, weight: float) -> Pull:
    """``y_hat = (z'Qz) (v'z)``: with ``c = 2 weight (y_hat - y) / prompts``, the sums of ``c (v'z) z`` and ``c (z'Qz) z``.

    The last number of z is 0, so the gradient of ``v_y`` is exactly 0: it stays as it is, bit for bit.
    """
    score, own = (looked * queries).sum(-1), queries @ model.value
    error = (score * own - answers) * (2 * weight / len(answers))
    return (error * own).unsqueeze(-1) * queries, (error * score) @ queries


def _few_shot(model: LinearAttention, prompts: Prompts, looked: Tensor, weight: float) -> Pull:
    """``y_hat = z_q'Q G v`` with G the mean of ``z z'`` over the tokens: the sums of ``c G v`` and ``c G Q'z_q``."""
    tokens = prompts.tokens
    grams = tokens.mT @ tokens / tokens.shape[1]
    found = grams @ model.value
    error = ((looked * found).sum(-1) - prompts.answers) * (2 * weight / len(found))
    value = (looked * error.unsqueeze(-1)).reshape(-1) @ grams.reshape(-1, grams.shape[-1])
    return error.unsqueeze(-1) * found, value


def annealed(step: int, steps: int) -> float:
    """Weight of the few-shot loss at a step, falling from 1 to 0 in a straight line: ``(T - 1 - t) / (T - 1)``.

    Design 1.1; a single step has weight 0.

    Raises:
        UsageError: If there is no such step.

    Example:
        >>> [annealed(step, 5) for step in range(5)]
        [1.0, 0.75, 0.5, 0.25, 0.0]
    """
    if not 0 <= step < steps:
        raise UsageError(f"There is no step {step} among {steps}.")
    return (steps - 1 - step) / (steps - 1) if steps > 1 else 0.0
