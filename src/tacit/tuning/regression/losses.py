"""Zero-shot and few-shot losses, and their gradients as closed forms.

The gradients are those that autograd gives, as a test holds, in a fraction of its time: a model has 56 numbers, and to
record what is done to them costs more than to do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

    from tacit.tuning.regression.data import Prompts
    from tacit.tuning.regression.model import LinearAttention


def squared_error(model: LinearAttention, prompts: Prompts) -> Tensor:
    """``E (y_hat - y)^2`` over prompts: ``L_FS``, or ``L_ZS`` if they are queries alone."""
    return (model(prompts) - prompts.answers).square().mean()


def gradients(model: LinearAttention, prompts: Prompts) -> dict[str, Tensor]:
    """Gradients of `squared_error`, by the names of the model's tensors.

    With ``y_hat = z_q'Q G v``, where G is the mean of ``z z'`` over the tokens of a prompt, and ``e = 2 (y_hat - y) /
    prompts``, ``dQ`` is the sum of ``e z_q (G v)'`` and ``dv`` that of ``e G Q'z_q``. For queries and keys apart the
    chain rule gives ``dW_Q = W_K dQ'`` and ``dW_K = W_Q dQ``.

    Without demonstrations G is ``z_q z_q'``, whose last row is 0. So the gradient of ``v_y`` is then exactly 0, and
    whatever is trained, ``v_y`` stays as it is, bit for bit.
    """
    tokens, queries = prompts.tokens, prompts.tokens[:, -1]
    looked = queries @ model.query_key
    if tokens.shape[1] == 1:
        score = (looked * queries).sum(-1, keepdim=True)
        found = (queries @ model.value).unsqueeze(-1) * queries
        seen = score * queries
    else:
        grams = tokens.mT @ tokens / tokens.shape[1]
        found = grams @ model.value
        seen = (grams @ looked.unsqueeze(-1)).squeeze(-1)
    error = ((looked * found).sum(-1) - prompts.answers) * (2 / len(tokens))
    merged, value = queries.T @ (error.unsqueeze(-1) * found), error @ seen
    if "query_key" in model.tensors:
        return {"query_key": merged, "value": value}
    query, key = model.tensors["query"], model.tensors["key"]
    return {"query": key @ merged.T, "key": query @ merged, "value": value}


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
