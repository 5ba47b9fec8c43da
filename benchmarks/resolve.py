"""What history is worth: retrieval by the last turn, by weighted history and by an LLM's rewrite; shifts; filled slots.

Usage: python benchmarks/resolve.py [--skip-clarifications]

Reads MTRAG and MTRAG-UN in TACIT_REAL_DATA (default: ../shared/data beside the project), indexes the passages of each
domain with tantivy in a temporary folder, and prints R@5/N@5, the tables of docs/methods.md. Relevant passages are all
in the pool; ``govt`` is nearly closed (no distractors) and told apart; on UN the pool is easy, so only differences mean
anything. Weights were chosen on MTRAG; UN is a check.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.measure.retrieval import retrieval_scores
from tacit.dialogue.records import Passage, Query, Turn
from tacit.dialogue.resolve import HistoryWeights, PendingQuestion, Rewriter, WeightedHistory, fill, topic_shift
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Resolve = Callable[["Asked"], Query]

DATA: Final = Path(os.environ.get("TACIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
DOMAINS: Final = ("clapnq", "fiqa", "cloud", "govt")
OPEN: Final = DOMAINS[:3]
DRAWS: Final = 4000
PRONOUNS: Final = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|him|there|one|ones|such|same)\b", re.I
)
"""With at most two content words, the crude class of turns that do not stand alone."""
FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn with what came before it and what should be found."""

    conversation: str
    number: int
    domain: str
    history: tuple[Turn, ...]
    turn: str
    relevant: Mapping[str, int]
    rewrite: str = ""

    @property
    def standalone(self) -> bool:
        """Whether the turn seems to need no history."""
        return not PRONOUNS.search(self.turn) and len(set(content(self.turn))) > FEW


class Scripted:
    """A rewriter that says what the LLM of the data said."""

    def __init__(self, reply: str) -> None:
        self._reply = reply

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int) -> str:
        """The same whatever is asked."""
        del messages, max_tokens
        return self._reply


PLAIN: Final = WeightedHistory(HistoryWeights(user=0, answer=0))
WEIGHTED: Final = WeightedHistory()
WAYS: Final[dict[str, Resolve]] = {
    "last turn": lambda asked: PLAIN.resolve((), asked.turn),
    "all user turns": lambda asked: PLAIN.resolve(
        (), " ".join([*(said.text for said in asked.history if said.role == "user"), asked.turn])
    ),
    "LLM rewrite": lambda asked: PLAIN.resolve((), asked.rewrite or asked.turn),
    "weighted history": lambda asked: WEIGHTED.resolve(asked.history, asked.turn),
    "LLM rewrite + weighted": lambda asked: Rewriter(Scripted(asked.rewrite)).resolve(asked.history, asked.turn),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skip-clarifications", action="store_true", help="retrieval and shifts only")
    chosen = parser.parse_args()
    if not (DATA / "mtrag").is_dir():
        sys.exit(f"no MTRAG at {DATA / 'mtrag'}; set TACIT_REAL_DATA to the folder that holds it")
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        engines = {domain: index(domain, Path(folder) / domain) for domain in DOMAINS}
        print(f"indexed in {time.process_time() - began:.1f} CPU-s\n")
        mtrag(engines)
        un(engines)
        shifts()
        if not chosen.skip_clarifications:
            clarifications(engines)
        for engine in engines.values():
            engine.close()


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(DATA / "mtrag" / f"{name}.parquet")


def index(domain: str, folder: Path) -> TantivyEngine:
    engine = TantivyEngine(folder, create=True)
    rows = table(f"passages_{domain}").select("_id", "text", "title").fill_null("").rows()
    engine.write([Passage(name, text, title) for name, text, title in rows])
    engine.commit()
    return engine


def judged(name: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for query, passage, score in table(name).select("query_id", "passage_id", "score").rows():
        found[query][passage] = score
    return found


def mtrag_turns() -> dict[str, list[dict[str, Any]]]:
    conversations: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table("mtrag_turns").sort("conversation", "turn").to_dicts():
        conversations[row["conversation"]].append(row)
    return conversations


def history_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    return tuple(turn for row in rows for turn in (Turn("user", row["user"]), Turn("assistant", row["agent"])))


def scores(engines: Mapping[str, TantivyEngine], asked: Sequence[Asked], resolve: Resolve) -> NDArray[np.float64]:
    """Recall and nDCG at 5, shape (queries, 2)."""
    rows = []
    for one in asked:
        hits = engines[one.domain].search(resolve(one).terms, 10)
        told = retrieval_scores({hit.passage.id: hit.score for hit in hits}, one.relevant)
        rows.append((told["recall@5"], told["ndcg@5"]))
    return np.array(rows)


def mtrag(engines: Mapping[str, TantivyEngine]) -> None:
    relevant = judged("mtrag_qrels")
    rewrites = dict(table("mtrag_queries").select("query_id", "rewrite").rows())
    asked = [
        Asked(name, row["turn"], row["domain"], history_of(rows[:at]), row["user"], relevant[row["task_id"]],
              rewrites[row["task_id"]])
        for name, rows in mtrag_turns().items()
        for at, row in enumerate(rows)
        if row["task_id"] in relevant
    ]  # fmt: skip
    opened = np.array([one.domain in OPEN for one in asked])
    number = np.array([one.number for one in asked])
    alone = np.array([one.standalone for one in asked])
    domain = np.array([one.domain for one in asked])
    groups = {
        "open": opened, "turn 1": opened & (number == 1), "2-5": opened & (number > 1) & (number < 6),
        "6+": opened & (number > 5), "later alone": opened & (number > 1) & alone,
        "leaning": opened & (number > 1) & ~alone, **{name: domain == name for name in DOMAINS},
        "all": opened | ~opened,
    }  # fmt: skip
    heading("MTRAG, R@5/N@5", groups)
    found = {name: scores(engines, asked, way) for name, way in WAYS.items()}
    for name, values in found.items():
        row(name, values, groups)
    gain = found["weighted history"] - found["last turn"]
    of = [one.conversation for one in asked]
    print("\ngain over the last turn, with 95 % intervals (bootstrap of conversations)")
    for name in ("open", "2-5", "6+", "later alone", "leaning", "all"):
        print(f"  {name:<12}{between(gain[:, 0], of, groups[name])}  N@5 {between(gain[:, 1], of, groups[name])}")
    late, early = groups["6+"], groups["2-5"]
    print(f"  6+ less 2-5 {between(gain[:, 0], of, late, early)}  N@5 {between(gain[:, 1], of, late, early)}")
    rewritten = (found["LLM rewrite"] - found["last turn"])[:, 0]
    print(f"  6+ less 2-5, LLM rewrite {between(rewritten, of, late, early)}")
    took = time.perf_counter(), time.process_time()
    for one in asked:
        WEIGHTED.resolve(one.history, one.turn)
    print(f"\nresolving: {(time.process_time() - took[1]) / len(asked) * 1e3:.2f} ms of CPU a query")


def heading(title: str, groups: Mapping[str, NDArray[np.bool_]]) -> None:
    print(f"{title:<24}" + "".join(f"{name + f' {kept.sum()}':>16}" for name, kept in groups.items()))


def row(name: str, values: NDArray[np.float64], groups: Mapping[str, NDArray[np.bool_]]) -> None:
    cells = ("/".join(f"{value:.3f}" for value in values[kept].mean(axis=0)) for kept in groups.values())
    print(f"{name:<24}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def between(
    values: NDArray[np.float64],
    of: Sequence[str],
    kept: NDArray[np.bool_],
    other: NDArray[np.bool_] | None = None,
) -> str:
    """Mean of some, less that of others, with the percentile interval of a bootstrap of conversations."""
    _, place = np.unique(of, return_inverse=True)
    count = int(place.max()) + 1
    drawn = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), DRAWS)

    def means(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        total = drawn @ np.bincount(place[mask], values[mask], count)
        return np.asarray(total / np.maximum(drawn @ np.bincount(place[mask], minlength=count), 1))

    mean, draws = values[kept].mean(), means(kept)
    if other is not None:
        mean, draws = mean - values[other].mean(), draws - means(other)
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def un(engines: Mapping[str, TantivyEngine]) -> None:
    relevant = judged("mtragun_qrels")
    asked = [
        Asked(task["conversation"], task["turn"], task["domain"], said(task["messages"][:-1]),
              task["messages"][-1]["text"], relevant[task["task_id"]])
        for task in table("mtragun_tasks").to_dicts()
        if task["task_id"] in relevant
    ]  # fmt: skip
    alone = np.array([one.standalone for one in asked])
    groups = {"all": np.ones(len(asked), bool), "standalone": alone, "leaning": ~alone}
    groups |= {name: np.array([one.domain == name for one in asked]) for name in DOMAINS}
    heading("\nMTRAG-UN, a check", groups)
    found = {name: scores(engines, asked, WAYS[name]) for name in ("last turn", "all user turns", "weighted history")}
    for name, values in found.items():
        row(name, values, groups)
    gain = (found["weighted history"] - found["last turn"])[:, 0]
    print(f"  gain in R@5 {between(gain, [one.conversation for one in asked], groups['all'])}")


def said(messages: Sequence[Mapping[str, str]]) -> tuple[Turn, ...]:
    return tuple(Turn("user" if one["role"] == "user" else "assistant", one["text"]) for one in messages)


def shifts() -> None:
    """Two to five turns of one conversation of MTRAG, then three of another: where the topic changes is known."""
    conversations = list(mtrag_turns().values())
    draw = np.random.default_rng(0)
    rows = []
    for one in conversations:
        same = bool(draw.random() < 0.5)
        others = [two for two in conversations if two is not one and (two[0]["domain"] == one[0]["domain"]) == same]
        two = others[int(draw.integers(len(others)))]
        at = min(int(draw.integers(2, 6)), len(one))
        for first in {0, int(draw.integers(0, max(1, len(two) - 2)))}:
            stitched = [*one[:at], *two[first : first + 3]]
            for place in range(1, len(stitched)):
                earlier = [turn.text for turn in history_of(stitched[:place])]
                rows.append((topic_shift(earlier, stitched[place]["user"]).score, place == at, same))
    score, shifted, same_domain = (np.array(column) for column in zip(*rows, strict=True))
    print(f"\ntopic shifts in stitched conversations: {len(rows):,} turns, {shifted.sum()} shifts")
    for threshold in (0.9, 1.0, 1.1, 1.2, 1.35):
        flagged = score >= threshold
        right = (flagged & shifted).sum()
        print(
            f"  from {threshold:<5} precision {right / flagged.sum():.2f}  recall {right / shifted.sum():.2f}"
            f" (same domain {flagged[shifted & same_domain].mean():.2f},"
            f" other {flagged[shifted & ~same_domain].mean():.2f})"
            f"  false {flagged[~shifted].mean():.3f}"
        )


def options_of(reference: str) -> list[str]:
    """The names that a clarifying reply of MTRAG-UN offers: numbered, or behind "like", "such as" and "about"."""
    numbered = re.findall(r"\b\d\)\s*(.+?)(?=,?\s*(?:and\s+)?\b\d\)|[.?]|\Z)", reference, re.DOTALL)
    if not numbered:
        listed = re.search(r"(?:such as:?|\blike|asking about|thinking of)\s+([^?.]+)", reference)
        numbered = re.split(r",|\bor\b|\band\b", listed[1]) if listed else []
    named = [re.split(r",\s*(?:which|where|who|whose|with)\b", name)[0].strip(" ,") for name in numbered]
    named = [re.sub(r"\A(?:(?:the|or|and|events like|bonds like)\s+)+", "", name, flags=re.I) for name in named]
    wordy = (
        "aiding",
        "another",
        "has ",
        "some ",
        "stadium are",
        "other",
        "something",
        "where",
        "which",
        "do you",
        "more",
        "there",
        "who",
        "here",
    )
    return [name for name in named if 1 <= len(name.split()) <= 8 and not name.lower().startswith(wordy)]


def replies_to(options: Sequence[str], at: int) -> dict[str, str]:
    """Ways of choosing an option."""
    name = options[at]
    places = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    words = name.split()
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    middle = len(words[longest]) // 2
    typo = words[longest]
    typo = typo[: middle - 1] + typo[middle] + typo[middle - 1] + typo[middle + 1 :] if len(typo) > FEW else typo
    return {
        "place": f"the {places[at]} one", "number": str(at + 1), "letter": f"{chr(ord('a') + at)})", "name": name,
        "lower case": f"{name.lower()} please", "typing error": name.replace(words[longest], typo),
        "sentence": f"I mean {name}", "yes": f"yes, {name} please", "what about": f"What about {name}?",
        "for": f"for {name}",
    }  # fmt: skip


def clarifications(engines: Mapping[str, TantivyEngine]) -> None:
    """Replies to the reference replies of MTRAG-UN's underspecified turns, and turns that are no replies."""
    tasks = table("mtragun_tasks").filter(pl.col("answerability") == "UNDERSPECIFIED").to_dicts()
    offered = [(task, found) for task in tasks if (found := options_of(task["reference"]))]
    right: dict[str, list[bool]] = defaultdict(list)
    overlap: dict[str, list[float]] = defaultdict(list)
    for task, options in offered:
        before = said(task["messages"][:-1])
        question = task["messages"][-1]["text"]
        now = (*before, Turn("user", question), Turn("assistant", task["reference"]))
        for at in range(min(len(options), 8)):
            specified = top(engines[task["domain"]], before, f"{question} {options[at]}")
            for shape, reply in replies_to(options, at).items():
                filled = fill(PendingQuestion(question, tuple(options), task["reference"]), reply)
                right[shape].append(filled is not None and filled.chosen == (options[at],))
                turn = filled.question if filled else reply
                overlap["merged, " + shape].append(share(specified, top(engines[task["domain"]], before, turn)))
                overlap["with the exchange in the history"].append(
                    share(specified, top(engines[task["domain"]], now, turn))
                )
                overlap["reply alone, with history"].append(share(specified, top(engines[task["domain"]], now, reply)))
            opened = fill(PendingQuestion(question, (), task["reference"]), f"I mean {options[at]}")
            turn = opened.question if opened else options[at]
            overlap["open question, own words"].append(share(specified, top(engines[task["domain"]], before, turn)))
    print(f"\nclarifications: {len(tasks)} underspecified turns, {len(offered)} with {len(right['name'])} options")
    print("option recognised: " + ", ".join(f"{shape} {np.mean(values):.3f}" for shape, values in right.items()))
    print("share of the top 5 of the fully specified question that is found:")
    for name, values in overlap.items():
        print(f"  {name:<34} {np.mean(values):.3f}")
    asked = [row["user"] for rows in mtrag_turns().values() for row in rows[1:]]
    wrong = {turn: fill(PendingQuestion("How much is the fee?", ("Auburn", "San Bruno"), "Which city?"), turn)
             for turn in asked}  # fmt: skip
    taken = [turn for turn, filled in wrong.items() if filled is not None]
    questions = [turn for turn in wrong if turn.rstrip().endswith("?")]
    asking = sum(turn in taken for turn in questions) / len(questions)
    print(f"turns of MTRAG taken for a reply to another question: {len(taken) / len(wrong):.3f} of {len(wrong)};")
    print(f"  of those that end in a question mark {asking:.3f}")


def top(engine: TantivyEngine, history: Sequence[Turn], turn: str) -> list[str]:
    return [hit.passage.id for hit in engine.search(WEIGHTED.resolve(history, turn).terms, 5)]


def share(wanted: Sequence[str], found: Sequence[str]) -> float:
    return len(set(wanted) & set(found)) / len(wanted) if wanted else 1.0


if __name__ == "__main__":
    main()
