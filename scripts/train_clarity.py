"""Train what tells vague turns, disputes and small talk: ``python scripts/train_clarity.py DATA SCRATCH [--write]``.

DATA is the folder with MTRAG (see the README of the shared data); indexes are kept in SCRATCH. MTRAG has no vague
turns, so they are made: full questions of which the name is taken out, and the questions of clarity_made.py, behind
another conversation or none. Behind the right one they stay clear. Takes a minute; the same data gives the same bytes.
Prints what ``decide/weights/CLARITY.md`` quotes; MTRAG-UN is only looked at. Nothing of DATA is stored.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from clarity_made import LOOSE, MADE, NAMES, POINTERS  # type: ignore[import-not-found]
from tacit.dialogue.decide.clarity import SIGNALS
from tacit.dialogue.decide.model import LogisticModel
from tacit.dialogue.decide.registry import read_signals
from tacit.dialogue.decide.training import cross_fit
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Passage, Turn
from tacit.dialogue.resolve.weighted import WeightedHistory
from tacit.dialogue.text.terms import content
from tacit.evidence.auroc import auroc
from tacit.evidence.classification import score
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WEIGHTS: Final = Path(__file__).parents[1] / "src/tacit/dialogue/decide/weights/clarity.json"
TRAINED_ON: Final = (
    "MTRAG (arXiv 2501.03468): 110 conversations, their turns in place; vague turns made of its questions and of 165 "
    "questions written for this project"
)
DOMAINS: Final = ("clapnq", "fiqa", "govt", "cloud")
SEED: Final = 0
PARTS: Final = 10
NUMBERS: Final = (
    "definite.new", "definite.recent", "definite.other", "definite.orphans", "definite.first",
    "definite.second", "linked.sentences", "linked.passages",
)  # fmt: skip
CUES: Final = tuple(
    f"dispute.{cue}" for cue in ("meant", "doubt", "heard", "you", "unclear", "against", "so", "tag", "statement")
)
FALSE: Final = 0.05
"""Share of MTRAG's answerable turns that may be asked back: the threshold is the lowest that keeps it."""
VAGUE: Final = 0.15
"""Share of vague turns that probabilities are calibrated for: MTRAG-UN's (arXiv 2602.23184). Made ones are more."""


@dataclass(frozen=True, slots=True)
class Example:
    """A turn in a conversation; of kind ``real`` if it was said as it stands."""

    situation: Situation
    group: str
    kind: str
    vague: bool
    labels: dict[str, Any]


class Library:
    """One index per domain."""

    def __init__(self, data: Path, scratch: Path) -> None:
        self.engines = {domain: _engine(data, scratch, domain) for domain in DOMAINS}

    def situation(self, domain: str, history: Sequence[Turn], turn: str) -> Situation:
        """What a decider would see."""
        query = WeightedHistory().resolve(history, turn)
        engine = self.engines[domain]
        hits = engine.search(query.terms, 10) if query.terms else []
        return Situation(tuple(history), turn, query, hits, engine)


def _engine(data: Path, scratch: Path, domain: str) -> TantivyEngine:
    folder = scratch / domain
    if (folder / "meta.json").exists():
        return TantivyEngine(folder)
    engine = TantivyEngine(folder, create=True)
    frame = pl.read_parquet(data / f"passages_{domain}.parquet")
    engine.write([Passage(*row) for row in frame.select("_id", "text", pl.col("title").fill_null("")).iter_rows()])
    engine.commit()
    return engine


def conversations(data: Path) -> dict[str, list[dict[str, Any]]]:
    """MTRAG turn by turn."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pl.read_parquet(data / "mtrag_turns.parquet").sort("conversation", "turn").iter_rows(named=True):
        found[row["conversation"]].append(row)
    return found


def history(rows: Sequence[dict[str, Any]]) -> list[Turn]:
    """Rows as turns."""
    return [turn for row in rows for turn in (Turn("user", row["user"]), Turn("assistant", row["agent"]))]


def examples(data: Path, library: Library) -> list[Example]:
    """All that is trained on."""
    chance = random.Random(SEED)
    talks = conversations(data)
    found = [
        Example(library.situation(row["domain"], history(rows[:at]), row["user"]), group, "real", False, row)
        for group, rows in talks.items()
        for at, row in enumerate(rows)
    ]
    queries = pl.read_parquet(data / "mtrag_queries.parquet")
    for kind, group, domain, before, turn, vague in (*_unnamed(talks, queries, chance), *_made(talks, chance)):
        found.append(Example(library.situation(domain, before, turn), group, kind, vague, {}))
    return found


_FIRST: Final = 0.15
"""Of the made turns, those that open a conversation."""
_NEAR: Final = 5
_ANY: Final = re.compile(
    r"(?<!\w)(?:the |a |an )?("
    + "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
    + r")(?!\w)",
    re.IGNORECASE,
)
_FOLDED: Final = {name.lower(): noun for name, noun in NAMES.items()}


def _unnamed(
    talks: dict[str, list[dict[str, Any]]], queries: pl.DataFrame, chance: random.Random
) -> Iterator[tuple[str, str, str, list[Turn], str, bool]]:
    """Full questions (an LLM's rewrites) without their names: vague, but not in place, where the name was spoken of."""
    rewrites = dict(queries.select("query_id", "rewrite").iter_rows())
    for group, rows in talks.items():
        for at, row in enumerate(rows):
            full = rewrites.get(row["task_id"], "").replace("|user|:", "").strip()
            found = _ANY.search(full)
            if not found:
                continue
            name = found[1].lower()
            noun = chance.choice(POINTERS).format(_FOLDED[name])
            vague = full[: found.start()] + noun + full[found.end() :]
            if _ANY.search(vague) or len(content(vague)) < 2:
                continue
            before, own = _other(talks, group, row["domain"], chance, full), history(rows[:at])
            if not any(name in turn.text.lower() for turn in before):
                yield "unnamed", group, row["domain"], before, vague[:1].upper() + vague[1:], True
            if any(name in turn.text.lower() for turn in own[-4:]):
                yield "kept", group, row["domain"], own, vague[:1].upper() + vague[1:], False
            yield "full", group, row["domain"], own, full, False


def _other(
    talks: dict[str, list[dict[str, Any]]], group: str, domain: str, chance: random.Random, near: str
) -> list[Turn]:
    """Nothing, or the beginning of another conversation: in three of four cases one of the domain that is near a text.

    The shares are those that the makers of MTRAG-UN report (arXiv 2602.23184).
    """
    if chance.random() < _FIRST:
        return []
    same = chance.random() < 0.75
    names = sorted(name for name, rows in talks.items() if name != group and (rows[0]["domain"] == domain) == same)
    if same:
        wanted = set(content(near))
        names.sort(key=lambda name: -len(wanted & {t for turn in history(talks[name]) for t in content(turn.text)}))
        names = names[:_NEAR]
    rows = talks[chance.choice(names)]
    return history(rows[: chance.randint(1, min(6, len(rows)))])


def _made(
    talks: dict[str, list[dict[str, Any]]], chance: random.Random
) -> Iterator[tuple[str, str, str, list[Turn], str, bool]]:
    for made in MADE:
        group = f"made {made.noun}"
        for question in made.questions:
            noun = chance.choice(POINTERS).format(made.noun)
            name = chance.choice(made.names)
            vague, named = question.format(noun), question.format(name)
            yield "made", group, made.domain, _other(talks, "", made.domain, chance, vague), vague, True
            yield "named", group, made.domain, _other(talks, "", made.domain, chance, named), named, False
            first = chance.choice([other for other in made.questions if other != question])
            told = [Turn("user", first.format(name)), Turn("assistant", f"{name} is a {made.noun}.")]
            yield "anaphor", group, made.domain, told, vague, False
            yield "pronoun", group, made.domain, told, question.format("it"), False
            yield "orphan", group, made.domain, [], question.format("it"), True
            within = f"{first.format(name).rstrip('?')}, and {question[:1].lower()}{question[1:].format('it')}"
            yield "within", group, made.domain, _other(talks, "", made.domain, chance, within), within, False
    for at, question in enumerate(LOOSE):
        for domain in DOMAINS:
            yield "loose", f"loose {at}", domain, _other(talks, "", domain, chance, question), question, True


def check(data: Path, library: Library) -> list[Example]:
    """MTRAG-UN."""
    found = []
    for row in pl.read_parquet(data / "mtragun_tasks.parquet").sort("task_id").iter_rows(named=True):
        turns = [Turn(turn["role"], turn["text"]) for turn in row["messages"]]
        situation = library.situation(row["domain"], turns[:-1], turns[-1].text)
        vague = row["answerability"] == "UNDERSPECIFIED"
        found.append(Example(situation, row["conversation"], "real", vague, row))
    return found


def trained(made: list[Example]) -> tuple[dict[str, LogisticModel], dict[str, float]]:
    """The models, and where they draw the line."""
    rows = [read_signals(example.situation, SIGNALS) for example in made]
    asked = [at for at, e in enumerate(made) if e.labels.get("answerability") != "CONVERSATIONAL"]
    later = [at for at in asked if made[at].kind == "real" and made[at].situation.history]
    real = [at for at, example in enumerate(made) if example.kind == "real"]
    models, above = {}, {}

    def learn(target: str, of: list[int], labels: list[bool], names: Sequence[str]) -> Any:  # noqa: ANN401 - an array
        truth = [int(label) for label in labels]
        model, out = cross_fit(
            [rows[at] for at in of], truth, [made[at].group for at in of], names, target=target, parts=PARTS, seed=SEED
        )
        models[target] = replace(model, trained_on=TRAINED_ON)
        print(f"{target}: n {len(of)}, positives {sum(truth)}, AUROC {told(model.auroc)}")
        return out

    out = learn("underspecified", asked, [made[at].vague for at in asked], NUMBERS)
    model = models["underspecified"]
    share = model.positives / model.n
    moved = log(VAGUE / (1 - VAGUE)) - log(share / (1 - share))
    models["underspecified"] = replace(model, offset=model.offset + moved)
    plain = [at for at, e in enumerate(asked) if made[e].labels.get("answerability") == "ANSWERABLE"]
    above["underspecified"] = shifted(float(np.quantile(out[plain], 1 - FALSE, method="higher")), moved)
    for kind in sorted({made[at].kind for at in asked}):
        these = np.array([made[at].kind == kind for at in asked])
        print(f"  asked back: {(out[these] > shifted(above['underspecified'], -moved)).mean():.3f} of {kind}")

    labels = [made[at].labels["multi_turn"] == "Clarification" for at in later]
    out = learn("dispute", later, labels, CUES)
    above["dispute"] = max(sorted(set(out.tolist())), key=lambda line: score(labels, out > line).f1.value or 0.0)
    report("MTRAG dispute, cross-validated", labels, out > above["dispute"])

    labels = [made[at].labels["answerability"] == "CONVERSATIONAL" for at in real]
    out = learn("small_talk", real, labels, ["small_talk.whole"])
    above["small_talk"] = 0.5
    models["small_talk"] = replace(
        models["small_talk"], auroc=Estimate.none("too few turns of small talk", n=len(real))
    )
    report("MTRAG small talk, cross-validated", labels, out > above["small_talk"])
    return models, {name: round(line, 4) for name, line in above.items()}


def shifted(probability: float, by: float) -> float:
    """A probability whose log odds are moved."""
    return 1 / (1 + exp(-(log(probability / (1 - probability)) + by)))


def measured(models: dict[str, LogisticModel], above: dict[str, float], checks: list[Example]) -> None:
    """What the models do on MTRAG-UN."""
    rows = [read_signals(example.situation, SIGNALS) for example in checks]
    truth = np.array([example.vague for example in checks])
    out = np.array([models["underspecified"].predict(row) for row in rows])
    print(f"MTRAG-UN vague: AUROC {told(auroc(out, truth.astype(int)))}, mean {out.mean():.3f} of {truth.mean():.3f}")
    report("MTRAG-UN vague", truth, out > above["underspecified"])
    for name in ("ANSWERABLE", "PARTIAL", "UNANSWERABLE"):
        these = np.array([example.labels["answerability"] == name for example in checks])
        print(f"  asked back: {(out[these] > above['underspecified']).sum()} of {these.sum()} {name}")
    later = [at for at, example in enumerate(checks) if example.situation.history]
    labels = [checks[at].labels["multi_turn"] == "Clarification" for at in later]
    report("MTRAG-UN dispute", labels, [models["dispute"].predict(rows[at]) > above["dispute"] for at in later])
    small = sum(models["small_talk"].predict(row) > above["small_talk"] for row in rows)
    print(f"MTRAG-UN small talk: {small} of {len(rows)} (there is none)")


def report(name: str, truth: Any, found: Any) -> None:  # noqa: ANN401 - arrays
    scores = score(np.asarray(truth, bool), np.asarray(found, bool))
    print(f"{name}: P {told(scores.precision)}, R {told(scores.recall)}, F1 {told(scores.f1)}")


def told(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate.missing
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


def main() -> None:
    data, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    library = Library(data, scratch)
    models, above = trained(examples(data, library))
    measured(models, above, check(data, library))
    if "--write" in sys.argv:
        values = {"above": above, "models": {name: model.to_json() for name, model in models.items()}}
        WEIGHTS.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
