"""Edits against paraphrases: the divergence against scipy, the test's level and power, the matching."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from tacit.errors import DataError, UsageError
from tacit.evidence.comparing.divergence import (
    changed_share,
    edit_against_paraphrase,
    jensen_shannon,
    matched_paraphrases,
    sign_flip,
)


def test_divergence_is_scipys_distance_squared() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet([0.3] * 4, (2, 50))
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2, axis=1) ** 2, abs=1e-12)
    assert (jensen_shannon(p, p) == 0).all()


def test_sign_flip_is_the_exact_permutation_test() -> None:
    x = np.random.default_rng(1).normal(0.4, 1, 10)
    signs = np.array(list(product([-1, 1], repeat=10)))
    exact = (np.abs(signs @ x) >= abs(x.sum()) - 1e-12).mean()
    assert sign_flip(x, draws=40_000) == pytest.approx(exact, abs=0.01)


def test_whole_clusters_flip() -> None:
    member = np.repeat(np.arange(6), 50)
    x = np.repeat([1.0, 1, 1, 1, 1, 1], 50)
    # Of 64 ways to flip six clusters, two are as extreme.
    assert sign_flip(x, member, draws=20_000) == pytest.approx(2 / 64, abs=0.006)
    assert sign_flip(x, draws=999) == 0.001


def answers(items: int, edit: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every rewrite moves an answer 30 % of the way to a random one; the edit moves it further by `edit`."""
    rng = np.random.default_rng(seed)
    base = rng.dirichlet([4, 4, 4], items)
    noise = rng.dirichlet([4, 4, 4], (items, 6))
    paraphrases = 0.7 * base[:, None] + 0.3 * noise[:, 1:]
    return base, (0.7 - edit) * base + (0.3 + edit) * noise[:, 0], paraphrases


@pytest.mark.slow
def test_level_and_power() -> None:
    def rejected(edit: float, runs: int) -> float:
        return float(
            np.mean([edit_against_paraphrase(*answers(60, edit, s), draws=199).p_value <= 0.05 for s in range(runs)])
        )

    assert rejected(0.0, 150) <= 0.05 + 0.04
    assert rejected(0.15, 30) > 0.9


def test_flips_and_divergences_are_averaged_within_items() -> None:
    base, edited, paraphrases = answers(80, 0.2, 0)
    found = edit_against_paraphrase(base, edited, paraphrases, draws=500)
    assert found.edit.value == pytest.approx(jensen_shannon(base, edited).mean())
    assert found.paraphrase.value == pytest.approx(jensen_shannon(base[:, None], paraphrases).mean())
    expected = jensen_shannon(base, edited).mean() - jensen_shannon(base[:, None], paraphrases).mean()
    assert found.difference.value == pytest.approx(expected)
    assert found.paraphrase_flips.value == pytest.approx((paraphrases.argmax(-1) != base.argmax(-1)[:, None]).mean())
    assert found.flip_difference.n == 80


def test_a_missing_paraphrase_is_no_paraphrase_without_effect() -> None:
    base, edited, paraphrases = answers(40, 0.2, 0)
    ragged = paraphrases.copy()
    ragged[:, 4] = np.nan
    full = edit_against_paraphrase(base, edited, paraphrases[:, :4], draws=500)
    assert edit_against_paraphrase(base, edited, ragged, draws=500) == full


def test_changed_share_and_matching() -> None:
    text = "the nurse said that she would be late"
    assert changed_share(text, text) == 0
    assert changed_share(text, text.replace("she", "he")) == 1 / 8
    assert changed_share(text, text + " again today") == 2 / 10
    assert changed_share("", "") == 0
    assert changed_share("a b", "c d e") == 1
    paraphrases = ["the nurse said that she will be late", "it may get late, she said"]
    assert matched_paraphrases(text, text.replace("she", "he"), paraphrases, tolerance=0.05) == [0]


@given(st.text(alphabet="ab ", max_size=30), st.text(alphabet="ab ", max_size=30))
def test_changed_share_is_a_share(a: str, b: str) -> None:
    assert 0 <= changed_share(a, b) <= 1
    assert (changed_share(a, b) == 0) == (a.split() == b.split())


def test_what_is_refused() -> None:
    base, edited, paraphrases = answers(5, 0.2, 0)
    with pytest.raises(DataError, match="Shapes"):
        edit_against_paraphrase(base, edited[:4], paraphrases)
    with pytest.raises(DataError, match="Item 2 has no paraphrase"):
        edit_against_paraphrase(base, edited, np.where(np.arange(5)[:, None, None] == 2, np.nan, paraphrases))
    with pytest.raises(DataError, match="probability distribution"):
        jensen_shannon([0.5, 0.6], [0.5, 0.5])
    with pytest.raises(DataError, match="probability distribution"):
        jensen_shannon([np.nan, 0.6], [0.5, 0.5])
    with pytest.raises(UsageError, match="at least 1 flip"):
        sign_flip([1.0], draws=0)
