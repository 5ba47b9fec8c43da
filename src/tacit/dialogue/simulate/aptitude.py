"""How well and how reliably an agent does in each way of putting a request: aptitude and unreliability.

Laban, Hayashi, Zhou and Neville (2025, arXiv 2505.06120), section "Metric Selection": of the scores S of the
repetitions of a request, the averaged performance is their mean, the aptitude their 90th percentile, and the
unreliability their 90th less their 10th percentile; each is averaged over requests. What an agent does best is its
aptitude, and how far its worst falls behind is its unreliability.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from tacit._version import __version__
from tacit.dialogue.simulate.hold import hold, holds
from tacit.dialogue.simulate.shards import SETTINGS, Request, Setting, shard_script
from tacit.errors import UsageError
from tacit.evidence.comparing.paired import mean_score
from tacit.evidence.estimate import Estimate
from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from tacit.dialogue.simulate.agents import Replies
    from tacit.dialogue.simulate.hold import Held
    from tacit.dialogue.simulate.script import Agent
    from tacit.evidence.outcomes import Outcomes

SCHEMA: Final = "tacit.shards/1"
Measure = Literal["performance", "aptitude", "unreliability"]
MEASURES: Final[tuple[Measure, ...]] = ("performance", "aptitude", "unreliability")


@dataclass(frozen=True, slots=True)
class SettingScores:
    """One way of putting requests.

    Attributes:
        setting: Which one.
        performance: Mean score.
        aptitude: 90th percentile of the scores of a request, averaged over requests.
        unreliability: 90th less 10th percentile, likewise.
    """

    setting: Setting
    performance: Estimate
    aptitude: Estimate
    unreliability: Estimate


@dataclass(frozen=True, slots=True)
class Scored:
    """One repetition of a request.

    Attributes:
        request: Its id.
        setting: How it was put.
        repetition: Its number, from 0.
        score: Share of the right answers that were given, between 0 and 1.
    """

    request: str
    setting: Setting
    repetition: int
    score: float


@dataclass(frozen=True)
class ShardResult(Summarised):
    """Everything that was found. The same agent, requests and seed give the same bytes.

    Attributes:
        tacit: Version that made it.
        agent: Who was asked.
        requests: How many.
        repetitions: How often each was put in each way.
        settings: Scores by the way of putting requests.
        scored: Every score; not in the JSON.
    """

    tacit: str
    agent: str
    requests: int
    repetitions: int
    settings: tuple[SettingScores, ...]
    scored: tuple[Scored, ...] = field(repr=False, compare=False)

    def setting(self, name: Setting) -> SettingScores:
        """The scores of one way of putting requests.

        Raises:
            KeyError: If it was not among them.
        """
        for found in self.settings:
            if found.setting == name:
                return found
        raise KeyError(f"no setting {name}")

    def to_json(self) -> str:
        """The content of ``result.json``."""
        content = {
            "schema": SCHEMA, "tacit": self.tacit, "agent": self.agent, "requests": self.requests,
            "repetitions": self.repetitions, "settings": [asdict(found) for found in self.settings],
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The scores as text of at most 80 columns."""
        from tacit.report.terminal import as_text, grid, print_blocks

        rows = [(found.setting, *(_told(getattr(found, name)) for name in MEASURES)) for found in self.settings]
        level = f"{self.settings[0].performance.level:.0%}"
        notes = (f"{self.agent}, {self.requests:,} requests, {self.repetitions:,} times each. Intervals of {level}.",)
        table = grid(("request put", *MEASURES), rows, notes=notes, numeric=range(1, 4), folding=())
        return as_text(lambda console: print_blocks(console, [[table]]))

    def to_frame(self) -> pl.DataFrame:
        """The scores as a polars table: one row per setting and measure."""
        import polars as pl

        rows: list[dict[str, Any]] = [
            {"agent": self.agent, "setting": found.setting, "measure": name, **asdict(getattr(found, name))}
            for found in self.settings
            for name in MEASURES
        ]
        texts = dict.fromkeys(("agent", "setting", "measure", "method", "missing"), pl.String)
        numbers = dict.fromkeys(("value", "low", "high", "level"), pl.Float64)
        return pl.DataFrame(rows, schema_overrides={**texts, **numbers, "n": pl.Int64})

    def to_long(self) -> pl.DataFrame:
        """Every score in the long format of evaluation results: settings are capabilities, requests items."""
        from tacit.io.evals.long import as_long

        rows = [
            {"system": self.agent, "capability": f"request, {one.setting}", "item": one.request,
             "repeat": str(one.repetition), "score": one.score}
            for one in self.scored
        ]  # fmt: skip
        return as_long(rows, "the simulation")

    def to_outcomes(self) -> Outcomes:
        """The scores as the checked table that `tacit.compare` takes."""
        from tacit.evidence.outcomes import Outcomes

        return Outcomes.from_frame(self.to_long(), unit="share")


def _told(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    value = f"{estimate.value:.2f}"
    return value if estimate.low is None else f"{value} ({estimate.low:.2f}-{estimate.high:.2f})"


def hold_requests(
    agent: Agent | Replies,
    requests: Sequence[Request],
    *,
    settings: Sequence[Setting] = SETTINGS,
    repetitions: int = 10,
    level: float = 0.95,
    seed: int = 0,
    told: Callable[[Held], None] | None = None,
) -> ShardResult:
    """Put requests in several ways, some times each, and sum up.

    The score of a repetition is the share of the right answers that any reply of its conversation holds: as in the
    paper, who gets there before the last shard is right. Replies that lean first on another document do not count.

    Args:
        agent: Who is asked; anything that `tacit.dialogue.simulate.agents.as_agent` takes.
        requests: What is asked.
        settings: In which ways.
        repetitions: How often each; 10 as in the paper. Percentiles of few repetitions say little.
        level: Nominal coverage of the intervals, over requests.
        seed: Of wordings, orders and intervals.
        told: Is told of every turn.

    Raises:
        UsageError: If there is no request, setting or repetition.
        TacitError: What the agent raises.

    Example:
        >>> from tacit.dialogue.simulate import agents
        >>> request = Request("r", ("When was it founded?",), (("When?",), ("It is in Elawyn.",)), ("1912",))
        >>> knows = agents.from_function(lambda turns: "In 1912." if len(turns) > 1 else "Which one?", name="bot")
        >>> result = hold_requests(knows, [request, request], settings=["full", "sharded"], repetitions=2)
        >>> [found.performance.value for found in result.settings]
        [0.0, 1.0]
    """
    from tacit.dialogue.simulate.agents import as_agent

    if not requests or not settings or repetitions < 1:
        raise UsageError("There must be at least one request, one setting and one repetition.")
    agent = as_agent(agent)
    scored = tuple(
        Scored(request.id, setting, repetition, _score(request, hold(
            agent, [shard_script(request, setting, repetition, seed=seed)], told=told
        )))
        for setting in settings for request in requests for repetition in range(repetitions)
    )  # fmt: skip
    scores = tuple(
        _setting(setting, np.array([one.score for one in scored if one.setting == setting]).reshape(-1, repetitions),
                 level, seed)
        for setting in settings
    )  # fmt: skip
    return ShardResult(__version__, agent.name, len(requests), repetitions, scores, scored)


def _score(request: Request, turns: Sequence[Held]) -> float:
    """Share of the right answers that were given. Quoting many documents, one of which is right, is not giving one."""
    if not request.answers:
        return float(any(turn.found for turn in turns))
    meant = [turn.said.text for turn in turns if not turn.said.documents or turn.said.documents[0] in request.documents]
    return sum(any(holds(text, answer) for text in meant) for answer in request.answers) / len(request.answers)


def _setting(setting: Setting, scores: NDArray[np.float64], level: float, seed: int) -> SettingScores:
    """Scores of one setting, of shape (requests, repetitions)."""
    low, high = np.percentile(scores, (10, 90), axis=1)
    # What is drawn are requests: their repetitions are no evidence on other requests.
    means = (mean_score(values, level=level, method="bounded", draws=2_000, seed=seed)
             for values in (scores.mean(axis=1), high, high - low))  # fmt: skip
    return SettingScores(setting, *means)
