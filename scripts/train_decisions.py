"""Train the models that decide again from MTRAG, and write their weights where the package keeps them.

``OMP_NUM_THREADS=1 python scripts/train_decisions.py``: a minute and a half of one core, most of it for the indexes.
The same data gives the same bytes. What it prints is what ``decide/weights/CARD.md`` quotes; MTRAG-UN is only looked
at here, nothing is chosen by it.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from decision_data import ANSWERED, SEED, Data, Signals, Task, load  # type: ignore[import-not-found]
from tacit.dialogue.decide.answerability import Answerability, combined
from tacit.dialogue.decide.model import LogisticModel
from tacit.dialogue.decide.registry import read_signals
from tacit.dialogue.decide.risk import aurc, risk_curve
from tacit.dialogue.decide.signals.relevance import NUMBERS, likely_share, passage_numbers
from tacit.dialogue.decide.training import cross_fit, fit, folds
from tacit.dialogue.protocols import Situation
from tacit.errors import UsageError
from tacit.evidence.auroc import auroc, fold_auroc
from tacit.evidence.estimate import Estimate

Numbers = npt.NDArray[np.float64]

WEIGHTS: Final = Path(__file__).parents[1] / "src/tacit/dialogue/decide/weights"
SOURCE: Final = "MTRAG (arXiv 2501.03468), 110 conversations by people, domains clapnq, fiqa, cloud and govt"
PARTS: Final = 5
RIDGE: Final = 3.0
WITHHELD: Final = ("question.narrow", "question.remark", "relevance.share")
FOREIGN: Final = (
    "coverage.depth", "coverage.phrase", "coverage.best", "coverage.mass", "relevance.share", "collection.size"
)  # fmt: skip
PARTIAL: Final = ("coverage.depth", "coverage.phrase")
SHARE: Final = 0.05
"""Share of turns that are taken to be about something else than the documents."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    data = Path(os.environ.get("TACIT_REAL_DATA", Path(__file__).parents[2] / "shared/data")) / "mtrag"
    parser.add_argument("--data", type=Path, default=data, help="the folder with MTRAG's tables")
    parser.add_argument("--indexes", type=Path, help="a folder to keep the indexes in, for the next time")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the folder to write")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        train(load(chosen.data, chosen.indexes or Path(folder)), chosen.out)


# Training


@dataclass(frozen=True)
class Held:
    """Turns with the probabilities they get from models that have not seen their conversation.

    Attributes:
        tasks: Those of the benchmark, then the foreign ones.
        own: How many are of the benchmark.
        withheld: Probability of being unanswerable though on the subject.
        foreign: Probability of being about something else.
        unanswerable: Either.
        partial: Probability of being answerable only in part.
    """

    tasks: list[Task]
    own: int
    withheld: Numbers
    foreign: Numbers
    unanswerable: Numbers
    partial: Numbers

    @property
    def labels(self) -> list[int]:
        """1 for the unanswerable ones of the benchmark."""
        return [int(one.label == "UNANSWERABLE") for one in self.tasks[: self.own]]


def train(data: Data, out: Path) -> None:
    relevance = train_relevance(data)
    foreign, judged = data.foreign, [one for one in data.tasks if one.label in (*ANSWERED, "UNANSWERABLE")]
    answered = [one for one in judged if one.label in ANSWERED]
    withheld, p_withheld = learn("unanswerable", WITHHELD, judged, ("UNANSWERABLE",))
    partial, _ = learn("partial", PARTIAL, answered, ("PARTIAL",))
    # Half of the partial turns are of a few conversations, so that five folds differ much in their share of them, and
    # so do the intercepts of the models. Left out one by one, conversations leave the intercept alone.
    alone, p_partial = learn("partial", PARTIAL, answered, ("PARTIAL",), len({one.conversation for one in answered}))
    partial = replace(alone, auroc=partial.auroc)
    everywhere = [*judged, *foreign, *data.small]
    other, p_other = learn("foreign", FOREIGN, everywhere, ("FOREIGN",))
    # Two fifths of the training set are foreign; that many turns are not (Elkan 2001, eq. 9).
    shift = logit(SHARE) - logit(sum(one.label == "FOREIGN" for one in everywhere) / len(everywhere))
    other = replace(other, offset=other.offset + float(shift))
    everywhere_p = 1 / (1 + np.exp(-(logit(p_other) + shift)))
    p_other = everywhere_p[: len(judged) + len(foreign)]
    # The models of the first two have not seen what they were not trained on.
    p_withheld = np.append(p_withheld, [withheld.predict(one.signals) for one in foreign])
    rest = iter(p_partial.tolist())
    p_partial = np.array(
        [next(rest) if one.label in ANSWERED else partial.predict(one.signals) for one in [*judged, *foreign]]
    )
    both = zip(p_withheld.tolist(), p_other.tolist(), [*judged, *foreign], strict=True)
    p = np.array([combined(first, second, one.signals) for first, second, one in both])
    held = Held([*judged, *foreign], len(judged), p_withheld, p_other, p, p_partial)
    some = round(SHARE / (1 - SHARE) * held.own)
    # Evenly over the sorted probabilities: the foreign turns at their share, in whole numbers.
    sample = np.quantile(p[held.own :], (np.arange(some) + 0.5) / some, method="nearest")
    curve = risk_curve(np.round(np.append(p[: held.own], sample), 4), held.labels + [1] * some)
    models = Answerability(withheld, other, partial, *choose(held), curve)
    write(out, relevance, models)
    report(held, data, models)
    small_report(data.small, everywhere_p[len(held.tasks) :], models)


def write(out: Path, relevance: LogisticModel, models: Answerability) -> None:
    files = {
        "relevance": relevance.to_json(),
        "foreign": {"model": models.foreign.to_json(), "share": SHARE},
        "decline": {
            "model": models.withheld.to_json(), "above": models.decline_above, "curve": models.curve.to_json()
        },
        "partial": {"model": models.partial.to_json(), "above": models.partial_above},
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for name, values in files.items():
        (out / f"{name}.json").write_text(json.dumps(rounded(values), indent=1) + "\n", encoding="utf-8")


def logit(p: float | Numbers) -> Numbers:
    return np.log(np.divide(p, np.subtract(1, p)))


def learn(
    target: str, names: tuple[str, ...], tasks: list[Task], labels: tuple[str, ...], parts: int = PARTS
) -> tuple[LogisticModel, Numbers]:
    model, p = cross_fit(
        [one.signals for one in tasks], [int(one.label in labels) for one in tasks],
        [one.conversation for one in tasks], names, target=target, ridge=RIDGE, parts=parts, seed=SEED,
    )  # fmt: skip
    return replace(model, trained_on=SOURCE), p


def train_relevance(data: Data) -> LogisticModel:
    """The model of passages; sets the signals of all tasks, each by a model that has not seen its conversation."""
    tasks, own = data.tasks, [*data.tasks, *data.foreign, *data.small]
    known = [one for one in tasks if one.relevant]
    pairs = [
        (row, int(hit.passage.id in one.relevant), one.conversation)
        for one in known
        for hit, row in zip(one.found.hits, passage_numbers(one.found), strict=True)
    ]
    rows, labels, groups = (list(column) for column in zip(*pairs, strict=True))
    whole, _ = cross_fit(rows, labels, groups, NUMBERS, target="relevant", ridge=RIDGE, parts=PARTS, seed=SEED)
    conversations = sorted({one.conversation for one in tasks})
    fold = dict(zip(conversations, folds(conversations, [0] * len(conversations), PARTS, SEED), strict=True))
    for part in range(PARTS):
        kept = [at for at, group in enumerate(groups) if fold[group] != part]
        held = [one for one in own if fold[one.conversation] == part]
        model = fit([rows[at] for at in kept], [labels[at] for at in kept], NUMBERS, target="relevant", ridge=RIDGE)
        sign(held, model)
    sign(data.checks, whole)
    return replace(whole, trained_on=SOURCE)


def sign(tasks: list[Task], model: LogisticModel) -> None:
    for one in tasks:
        one.signals = signals(one.found, model)
        one.without = signals(one.deleted, model) if one.deleted else {}


def signals(situation: Situation, model: LogisticModel) -> Signals:
    read = read_signals(situation, ["asked", "collection", "coverage", "question"])
    return read | {"relevance.share": likely_share(situation, model)}


def choose(held: Held) -> tuple[float, float]:
    """Thresholds of the best mean F1 over answer, partial and decline, with foreign turns at their share."""
    kinds = {"ANSWERABLE": 0, "PARTIAL": 1, "UNANSWERABLE": 2, "FOREIGN": 2}
    truth = np.array([kinds[one.label] for one in held.tasks])
    weight = np.ones(len(truth))
    weight[held.own :] = SHARE / (1 - SHARE) * held.own / (len(truth) - held.own)
    best = (-1.0, 1.0, 1.0)
    steps = np.arange(0.5, 1, 0.01)
    for first in np.round(np.quantile(held.unanswerable[: held.own], steps), 4).tolist():
        for second in np.round(np.quantile(held.partial, steps), 4).tolist():
            chosen = np.where(held.unanswerable > first, 2, np.where(held.partial > second, 1, 0))
            best = max(best, (macro_f1(truth, chosen, weight), first, second))
    return best[1], best[2]


def macro_f1(truth: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64], weight: Numbers) -> float:
    parts = []
    for kind in range(3):
        right = weight[(truth == kind) & (chosen == kind)].sum()
        parts.append(2 * right / (weight[truth == kind].sum() + weight[chosen == kind].sum()))
    return round(float(np.mean(parts)), 9)


def rounded(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Six digits: what lies beyond depends on the linear algebra of the machine."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list | tuple) else value


# Report


def report(held: Held, data: Data, models: Answerability) -> None:
    checks = data.checks
    labels, own = np.array(held.labels), held.tasks[: held.own]
    fold = folds([one.conversation for one in own], held.labels, PARTS, SEED)
    both = held.unanswerable[: held.own]
    for name, p in (("unanswerable", both), ("withheld alone", held.withheld[: held.own])):
        print(f"{name}: {told(fold_auroc(p, labels, fold))}, pooled {told(auroc(p, labels))}, "
              f"by conversation {bootstrap(own, p, labels)}, AURC {aurc(p, held.labels):.4f}")  # fmt: skip
    for name in ("clapnq fiqa cloud", "clapnq", "fiqa", "cloud", "govt"):
        at = np.array([one.domain in name.split() for one in own])
        print(f"  {name}: {told(auroc(both[at], labels[at]))} ({labels[at].sum()} of {at.sum()})")
    print(f"AURC at random {labels.mean():.4f}")
    large = [int(one.label == "FOREIGN") for one in held.tasks]
    print(f"foreign, large collections alone: {told(auroc(held.foreign, large))}")
    for model in (models.foreign, models.partial):
        print(f"{model.target}: {model.positives} of {model.n}, {told(model.auroc)}")
    deletion([one for one in own if one.deleted and one.domain != "govt"], models)
    for label, score in (("UNANSWERABLE", models.unanswerable), ("PARTIAL", models.partial.predict)):
        kept = [one for one in checks if one.label == label or one.label in ANSWERED]
        is_so = [int(one.label == label) for one in kept]
        print(f"MTRAG-UN, {label}: {told(auroc([score(one.signals) for one in kept], is_so))} ({sum(is_so)})")
    for name, tasks, first, second in (
        ("MTRAG", held.tasks, held.unanswerable, held.partial),
        ("MTRAG-UN", checks, [models.unanswerable(one.signals) for one in checks],
         [models.partial.predict(one.signals) for one in checks]),
    ):  # fmt: skip
        counts = Counter(
            (one.label, "decline" if p > models.decline_above else "partial" if q > models.partial_above else "answer")
            for one, p, q in zip(tasks, first, second, strict=True)
        )
        print(name, *(f"{label}>{kind} {n}" for (label, kind), n in sorted(counts.items())), sep="  ")
    for model in (models.withheld, models.foreign, models.partial):
        print(model.target, *(f"{w.name} {w.coefficient:.3f} ({w.missing:.3f})" for w in model.weights), sep="  ")
    print("above", models.decline_above, models.partial_above)
    for share in (None, 0.2):
        for risk in (0.03, 0.05, 0.08, 0.1, 0.15):
            try:
                point = models.curve.point(risk, share)
                print("risk", risk, share, point.threshold, told(point.risk), "coverage", told(point.coverage))
            except UsageError as error:
                print(error)


def small_report(tasks: list[Task], foreign: Numbers, models: Answerability) -> None:
    """How many turns are declined over small collections, by a foreign model that has not seen their conversation."""
    counts: dict[tuple[int, str], list[bool]] = defaultdict(list)
    for one, p in zip(tasks, foreign.tolist(), strict=True):
        unanswerable = combined(models.withheld.predict(one.signals), p, one.signals)
        counts[one.found.statistics.passages(), one.label].append(unanswerable > models.decline_above)
    for (size, label), declined in sorted(counts.items()):
        print(f"small, {size} passages, {label}: {sum(declined)} of {len(declined)} declined")


def deletion(tasks: list[Task], models: Answerability) -> None:
    """Whether the score rises when the relevant passages are taken out of what is searched; bare scores beside it."""
    hit = np.array([one.hit for one in tasks])
    names = ("unanswerable", "relevance.share", "best BM25", "sum of BM25")
    before = [scores(one.signals, one.found, models) for one in tasks]
    after = [scores(one.without, one.deleted or one.found, models) for one in tasks]
    for at, name in enumerate(names):
        first, second = (np.array([row[at] for row in rows]) for rows in (before, after))
        wins = (second > first) + 0.5 * (second == first)
        pooled = auroc(np.append(second, first), [1] * len(tasks) + [0] * len(tasks))
        print(f"deletion, {name}: paired {wins.mean():.3f} ({len(tasks)}), with a relevant one found "
              f"{wins[hit].mean():.3f} ({hit.sum()}), pooled {told(pooled)}")  # fmt: skip


def scores(signals: Signals, found: Situation, models: Answerability) -> tuple[float, ...]:
    bm25 = [hit.score for hit in found.hits] or [0.0]
    return models.unanswerable(signals), -(signals["relevance.share"] or 0.0), -max(bm25), -sum(bm25)


def bootstrap(tasks: list[Task], scores: Numbers, labels: npt.NDArray[np.int64], draws: int = 1000) -> str:
    groups: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(tasks):
        groups[one.conversation].append(at)
    rows, rng = [np.array(group) for group in groups.values()], np.random.default_rng(SEED)
    values = []
    for _ in range(draws):
        drawn = np.concatenate([rows[k] for k in rng.integers(len(rows), size=len(rows))])
        if (value := auroc(scores[drawn], labels[drawn]).value) is not None:
            values.append(value)
    return "[{:.3f}, {:.3f}]".format(*np.quantile(values, [0.025, 0.975]))


def told(estimate: Estimate) -> str:
    if estimate.value is None:
        return estimate.missing
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


if __name__ == "__main__":
    main()
