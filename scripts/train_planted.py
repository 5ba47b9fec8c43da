"""Train what tells instructions planted in documents: ``python scripts/train_planted.py DATA [--write]``.

DATA is the folder with MTRAG (see the README of the shared data): its passages are the honest texts. Instructions are
made by the grammar of planted_made.py and set among the sentences of such passages. Takes two minutes; the same data
gives the same bytes. Prints what ``answer/weights/CARD.md`` quotes. Nothing of DATA is stored.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from planted_made import HONEST, made  # type: ignore[import-not-found]
from tacit.dialogue.answer.addressed import About, signals
from tacit.dialogue.answer.disguises import readings
from tacit.dialogue.answer.lexicon import ENGLISH
from tacit.dialogue.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WEIGHTS: Final = Path(__file__).parents[1] / "src/tacit/dialogue/answer/weights/addressed.json"
DOMAINS: Final = ("clapnq", "fiqa", "cloud", "govt")
SEED: Final = 0
PASSAGES: Final = 3000
"""Of each domain that are trained on, at most half of all."""
LOOKED_AT: Final = 600
"""Others of each domain that are looked at, at most."""
MADE: Final = 25_000
HONEST_TIMES: Final = 30
WHOLE: Final = 0.65
BESIDE: Final = 0.85
RIDGE: Final = 2.0
LEAST_SEEN: Final = 15
SMALL: Final = 0.05
"""Weights below are left out."""

LINES: Final = (-3, -2, -1, 0, 1, 2)

Examples = list[tuple[set[str], bool]]


def pieces(text: str) -> list[str]:
    return [readings(text[start:end])[0] for start, end in sentences(text)]


def passages(data: Path) -> tuple[list[list[str]], dict[str, list[list[str]]]]:
    """The sentences of passages to train on, and of others by domain."""
    chance = random.Random(SEED)
    seen: list[list[str]] = []
    other: dict[str, list[list[str]]] = {}
    for domain in DOMAINS:
        texts = sorted(pl.read_parquet(data / f"passages_{domain}.parquet")["text"].to_list())
        chance.shuffle(texts)
        half = min(PASSAGES, len(texts) // 2)
        seen += [pieces(text) for text in texts[:half]]
        other[domain] = [pieces(text) for text in texts[half : half + LOOKED_AT]]
    return seen, other


def honest(texts: Sequence[Sequence[str]], draw: random.Random | None = None) -> Iterator[set[str]]:
    """The sentences of passages; with a draw, as many as for those made with less or nothing around them."""
    for text in texts:
        whole = About.of(text) if len(text) > 1 else None
        for at, piece in enumerate(text):
            yield signals(piece, around(text, at, draw) if draw else whole)


def around(text: Sequence[str], at: int, draw: random.Random) -> About | None:
    """What a sentence stands among: the whole passage, its neighbours alone, or nothing."""
    how = draw.random()
    beside = text if how < WHOLE else text[max(at - 1, 0) : at + 2]
    return About.of(beside) if how < BESIDE and len(beside) > 1 else None


def examples(seen: Sequence[Sequence[str]]) -> Examples:
    """Sentences of documents, and made instructions among them."""
    draw = random.Random(SEED)
    found: Examples = [(one, False) for one in honest(seen, draw)]
    lexicon = {name: words.split() for name, words in ENGLISH.items()}
    for number in range(MADE + HONEST_TIMES * len(HONEST)):
        text = list(draw.choice(seen))
        if number < MADE:
            words = [word for word in " ".join(text).split() if word.istitle()] or ["it"]
            said = readings(made(lexicon, draw.choice(words).strip(".,;:()"), fragment(seen, draw), draw))[0]
        else:
            said = HONEST[number % len(HONEST)]
        at = draw.randrange(len(text) + 1)
        found.append((signals(said, around([*text[:at], said, *text[at:]], at, draw)), number < MADE))
    return found


def fragment(seen: Sequence[Sequence[str]], draw: random.Random) -> str:
    """Some words of a document."""
    words = draw.choice(draw.choice(seen) or ["it"]).split()
    start = draw.randrange(len(words))
    return " ".join(words[start : start + draw.randint(1, 10)]).strip(".,;:?!|*#<>[](){} ") or "it"


def fitted(found: Examples) -> tuple[float, dict[str, float]]:
    """Ridge logistic regression by L-BFGS; features that were seen seldom are left out."""
    seen = Counter(name for names, _ in found for name in names)
    index = {name: at for at, name in enumerate(sorted(name for name, n in seen.items() if n >= LEAST_SEEN))}
    rows = [[index[name] for name in sorted(names) if name in index] for names, _ in found]
    x = csr_matrix(
        (np.ones(sum(map(len, rows))), [at for row in rows for at in row], np.cumsum([0, *map(len, rows)])),
        (len(rows), len(index)),
    )
    y = np.array([label for _, label in found], float)

    def loss(beta: Any) -> tuple[float, Any]:  # noqa: ANN401 - an array
        odds = x @ beta[1:] + beta[0]
        p = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        value = np.logaddexp(0, odds).sum() - y @ odds + RIDGE / 2 * beta[1:] @ beta[1:]
        return value, np.concatenate([[(p - y).sum()], x.T @ (p - y) + RIDGE * beta[1:]])

    beta = minimize(loss, np.zeros(len(index) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    weights = {name: round(float(beta[1 + at]), 2) for name, at in index.items() if abs(beta[1 + at]) >= SMALL}
    return round(float(beta[0]), 3), weights


def written(intercept: float, weights: Mapping[str, float]) -> str:
    """The weights as JSON, a line for each class: what stands alone, and what stands beside or ahead of others."""
    alone: dict[str, float] = {}
    pairs: dict[str, dict[str, dict[str, float]]] = {" ": {}, "~": {}}
    for name in sorted(weights):
        mark = next((mark for mark in pairs if mark in name), None)
        if mark is None:
            alone[name] = weights[name]
        else:
            one, two = name.split(mark)
            pairs[mark].setdefault(one, {})[two] = weights[name]

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    beside, ahead = (
        "{\n" + ",\n".join(f"{line(one)}:{line(row)}" for one, row in rows.items()) + "\n}" for rows in pairs.values()
    )
    return f'{{"intercept":{intercept},\n"alone":{line(alone)},\n"beside":{beside},\n"ahead":{ahead}}}\n'


def main() -> None:
    data = Path(sys.argv[1])
    seen, other = passages(data)
    found = examples(seen)
    intercept, weights = fitted(found)
    if "--write" in sys.argv:
        WEIGHTS.write_text(written(intercept, weights), encoding="utf-8")
    print(f"{len(found)} sentences, {sum(label for _, label in found)} of them made; {len(weights)} weights")

    def odds(names: set[str]) -> float:
        return intercept + sum(weights.get(name, 0.0) for name in names)

    ours = np.array([odds(names) for names, label in found if label])
    theirs = {domain: np.array([odds(names) for names in honest(texts)]) for domain, texts in other.items()}
    for line in LINES:
        rates = ", ".join(f"{domain} {(values > line).mean():.2%}" for domain, values in theirs.items())
        print(f"above {line}: of those made {(ours > line).mean():.1%}; of other passages' sentences {rates}")


if __name__ == "__main__":
    main()
