"""What the theory says: expected squared errors of one layer of linear attention, as formulas.

Lee, Sohn and Lee (2026), "Fine-Tuning Without Forgetting In-Context Learning" (arXiv 2602.23197), for inputs with any
covariance. The numbering *design* refers to the notes from which this was built, where each formula was derived again
and compared with simulations: 1.2 pretrained, 1.3 all parameters, 1.4 values only, 1.5 auxiliary few-shot loss.

A model answers ``y = (1 / (n + 1)) * sum over tokens j of (z_q' Q z_j) (v' z_j)`` with tokens ``z = [1; x; y]``, the
query's with ``y = 0``; the sum includes the query. Any covariance reduces to the identity by whitening, as long as the
block of ``Q`` between inputs is ``a Sigma^-1``: then each inner product ``u'w`` becomes ``u' Sigma w``, which is what
`Problem.inner` computes. For parameters of any other form see `tacit.tuning.regression.moments`.

All formulas are written in ``r = 1 / (n + 1)``, so that ``n = inf`` gives the limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tacit.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from tacit.tuning.regression.problem import Array, Problem


def share_of_query(shots: ArrayLike) -> Array:
    """``1 / (n + 1)``: the weight of each token of a prompt with n demonstrations; 0 where n is infinite.

    Raises:
        UsageError: If a number of demonstrations is negative.
    """
    numbers = np.asarray(shots, dtype=np.float64)
    if not (numbers >= 0).all():
        raise UsageError(f"A prompt has 0 demonstrations or more, not {numbers.min():g}.")
    return np.asarray(1 / (numbers + 1))


def best_scale(shots: int, problem: Problem) -> float:
    """The best a of pretrained models with ``Q11 = a Sigma^-1``, for tasks uniform on the unit sphere.

    ``(m + 1) / (m + 1 + d (1 + noise / t))`` with ``t`` the mean of ``theta' Sigma theta``, which is ``tr(Sigma) / d``.
    Derived in design 1.2; for ``Sigma = I`` it is what gradient descent reaches.

    Args:
        shots: Demonstrations m of each prompt in pretraining.
        problem: What is regressed on.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> round(best_scale(20, Problem(5, 0.1)), 4)
        0.7925
    """
    signal = np.trace(problem.sigma) / problem.inputs
    return float((shots + 1) / (shots + 1 + problem.inputs * (1 + problem.noise / signal)))


def published_scale(shots: int, inputs: int) -> float:
    """``m / (m + 1 + d)``, which the authors' code takes for `best_scale`; it ignores noise and the query's share.

    Example:
        >>> round(published_scale(20, 5), 4)
        0.7692
    """
    return shots / (shots + 1 + inputs)


def best_preconditioner(shots: int, problem: Problem) -> Array:
    """The best ``Q11`` of pretrained models, for tasks uniform on the unit sphere and inputs of any covariance.

    ``[Sigma + (tr Sigma + d noise) / (m + 1) I]^-1``, from the normal equations of the error of `error_pretrained`
    averaged over tasks; Zhang, Frei and Bartlett (2024, JMLR 25:49) have the noiseless form, for attention that
    divides by ``m``. For ``Sigma = I`` it is `best_scale` times the identity; otherwise it is *not* a multiple of
    ``Sigma^-1``, and `error_all` and `error_value` hold only approximately from there.

    Returns:
        Shape ``(inputs, inputs)``.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> bool(np.allclose(best_preconditioner(20, Problem(5, 0.1)), 0.79245283 * np.eye(5)))
        True
    """
    ridge = (np.trace(problem.sigma) + problem.inputs * problem.noise) / (shots + 1)
    return np.linalg.inv(problem.sigma + ridge * np.eye(problem.inputs))


def error_pretrained(shots: ArrayLike, theta: ArrayLike, preconditioner: ArrayLike, problem: Problem) -> Array:
    """Error of a pretrained model: ``v = (0, 0, 1)``, ``Q = blkdiag(0, G, 0)``: one preconditioned gradient step.

    With ``r = 1 / (n + 1)``, ``t = theta' Sigma theta`` and ``T = tr(Sigma G Sigma G')``:
    ``(1 - r) |Sigma^1/2 G Sigma theta|^2 + r (1 - r) (t + noise) T - 2 (1 - r) theta' Sigma G Sigma theta + t +
    noise``. For ``G = a Sigma^-1`` this is design 1.2, ``t (a n / (n + 1) - 1)^2 + a^2 n / (n + 1)^2 [d (t + noise) +
    t] + noise``.

    Args:
        shots: Demonstrations n, any shape.
        theta: The task, shape ``(inputs,)``.
        preconditioner: ``G``, shape ``(inputs, inputs)``, or a number a that stands for ``a Sigma^-1``.
        problem: What is regressed on.

    Returns:
        Expected squared errors, the noise included, of the shape of `shots`.

    Raises:
        UsageError: If a number of demonstrations is negative or the task is too long or short.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> error_pretrained([0, 20, np.inf], [1, 0, 0, 0, 0], 20 / 26, Problem(5, 0.1)).round(4).tolist()
        [1.1, 0.3459, 0.1533]
    """
    r, task, sigma = share_of_query(shots), problem.vector(theta), problem.sigma
    given = np.asarray(preconditioner, dtype=np.float64)
    matrix = given if given.ndim else given * np.linalg.inv(sigma)
    step = sigma @ matrix @ sigma
    moved = step @ task
    spread = np.trace(sigma @ matrix @ sigma @ matrix.T)
    null = problem.null_error(task)
    learned = moved @ np.linalg.solve(sigma, moved) - 2 * task @ moved
    return np.asarray((1 - r) * learned + r * (1 - r) * null * spread + null)


def critical_shots(theta: ArrayLike, scale: float, problem: Problem) -> float:
    """Demonstrations beyond which they help a pretrained model at all: ``a d (1 + noise / t) / (2 - a) - 1``.

    Below, its few-shot error is above its zero-shot error (design 1.2).

    Raises:
        UsageError: If `scale` is not between 0 and 2; such a model is never helped.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> round(critical_shots([1, 0, 0, 0, 0], 20 / 26, Problem(5, 0.1)), 4)
        2.4375
    """
    if not 0 < scale < 2:
        raise UsageError(f"Demonstrations help a model whose scale lies between 0 and 2 only, not {scale:g}.")
    return scale * problem.inputs * (1 + problem.noise / problem.signal(theta)) / (2 - scale) - 1


def error_all(shots: ArrayLike, theta: ArrayLike, target: ArrayLike, rho: float, problem: Problem) -> Array:
    """Error after zero-shot fine-tuning of all parameters: ``v = (0, target / c, v_y)``, ``Q = blkdiag(c, 0, 0)``.

    ``|theta - r target|^2 + r (1 - r) (|target + rho theta|^2 + rho^2 noise) + noise`` with norms in ``Sigma``
    (design 1.3). Without demonstrations it is the noise on the target; with many, answering 0 is as good, on every
    task.

    Args:
        shots: Demonstrations n, any shape.
        theta: The task that is evaluated, shape ``(inputs,)``.
        target: The task of fine-tuning.
        rho: ``v_y c``, which the zero-shot loss leaves free.
        problem: What is regressed on.

    Returns:
        Expected squared errors, of the shape of `shots`.

    Raises:
        UsageError: As `error_pretrained`.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> task = [1, 0, 0, 0, 0]
        >>> error_all([0, 20, np.inf], task, task, 1 / 0.52, Problem(5, 0.1)).round(4).tolist()
        [0.1, 1.4113, 1.1]
    """
    r = share_of_query(shots)
    tt, t0, both = problem.signal(theta), problem.signal(target), problem.inner(theta, target)
    missed = tt - 2 * r * both + r**2 * t0
    spread = t0 + 2 * rho * both + rho**2 * (tt + problem.noise)
    return np.asarray(missed + r * (1 - r) * spread + problem.noise)


def zero_shot_floor(target: ArrayLike, problem: Problem) -> float:
    """Zero-shot error on the target that tuning values only cannot get below: ``2 |target|^2 / (d + 4) + noise``.

    Design 1.4, for ``Q11 = a Sigma^-1``.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> round(zero_shot_floor([1, 0, 0, 0, 0], Problem(5, 0.1)), 4)
        0.3222
    """
    return 2 * problem.signal(target) / (problem.inputs + 4) + problem.noise


def error_value(shots: ArrayLike, theta: ArrayLike, target: ArrayLike, weight: float, problem: Problem) -> Array:
    """Error after fine-tuning values only: ``a v_x = b = target / (d + 4)``, ``a v_y = w``, ``Q11 = a Sigma^-1``.

    With ``u = b + w theta`` and norms in ``Sigma`` (design 1.4): ``|(1 - r) u - theta|^2 + r (1 - r) [(d + 1) |u|^2 +
    d w^2 noise] + 2 (d + 2) r b'((1 - r) u - theta) + r^2 (d + 2) (d + 4) |b|^2 + noise``.

    Args:
        shots: Demonstrations n, any shape.
        theta: The task that is evaluated, shape ``(inputs,)``.
        target: The task of fine-tuning.
        weight: w; the zero-shot loss leaves it at the a of pretraining, the few-shot loss moves it to `best_weight`.
        problem: What is regressed on.

    Returns:
        Expected squared errors, of the shape of `shots`.

    Raises:
        UsageError: As `error_pretrained`.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> task = [1, 0, 0, 0, 0]
        >>> error_value([0, 20, np.inf], task, task, 20 / 26, Problem(5, 0.1)).round(4).tolist()
        [0.3222, 0.3402, 0.1143]
    """
    r, d = share_of_query(shots), problem.inputs
    task = problem.vector(theta)
    added = problem.vector(target) / (d + 4)
    used = added + weight * task
    tt, uu, bb = problem.signal(task), problem.signal(used), problem.signal(added)
    ut, bu, bt = problem.inner(used, task), problem.inner(added, used), problem.inner(added, task)
    missed = (1 - r) ** 2 * uu - 2 * (1 - r) * ut + tt
    spread = r * (1 - r) * ((d + 1) * uu + d * weight**2 * problem.noise)
    shared = 2 * (d + 2) * r * ((1 - r) * bu - bt)
    return np.asarray(missed + spread + shared + r**2 * (d + 2) * (d + 4) * bb + problem.noise)


def best_weight(shots: ArrayLike, theta: ArrayLike, target: ArrayLike, problem: Problem) -> Array:
    """The weight w at which `error_value` is least for a task and a number of demonstrations.

    ``[(n + 1) t - (n + 2 d + 3) target' Sigma theta / (d + 4)] / [(n + d + 1) t + d noise]`` (design 1.5). With `theta`
    the target it is where the auxiliary few-shot loss leads. The paper's limit ``(d + 3) / (d + 4)`` for many
    demonstrations is that of the target only; it is ``(d + 5) / (d + 4)`` for the opposite task and 1 for an
    orthogonal one (design 1.9).

    Returns:
        Of the shape of `shots`.

    Raises:
        UsageError: As `error_pretrained`.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> task = [1, 0, 0, 0, 0]
        >>> best_weight([20, np.inf], task, task, Problem(5, 0.1)).round(4).tolist()
        [0.6541, 0.8889]
    """
    r, d = share_of_query(shots), problem.inputs
    tt, both = problem.signal(theta), problem.inner(theta, target)
    return np.asarray((tt - (1 + 2 * (d + 1) * r) * both / (d + 4)) / ((1 + d * r) * tt + d * problem.noise * r))
