"""What can be seen only with both models at hand: losses on the target, divergence, and attention drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError
from tacit.tuning.retention.divergence import Divergence, divergence
from tacit.tuning.retention.language_model import load_language_model
from tacit.tuning.retention.prompts import plan_prompts
from tacit.tuning.retention.target import Change, loss_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.tuning.retention.drift import Drift
    from tacit.tuning.retention.language_model import LanguageModel
    from tacit.tuning.retention.protocol import Prompt
    from tacit.tuning.retention.settings import RetentionSettings
    from tacit.tuning.retention.sources import Source
    from tacit.tuning.retention.target import Target
    from tacit.tuning.retention.tasks.protocol import Task
    from tacit.tuning.retention.tokens import Encoded

MOST_TOKENS: Final = 2048
"""Longer examples of the target are left out."""
DRIFT_SHOTS: Final = 8
"""Demonstrations in a prompt on which attention is compared; fewer where fewer were asked for."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What was seen.

    Attributes:
        loss: On the target.
        divergence: On the target's inputs.
        drift: Of attention, on few-shot prompts.
        notes: Why something is not there, in sentences.
    """

    loss: Change | None = None
    divergence: Divergence | None = None
    drift: Drift | None = None
    notes: tuple[str, ...] = ()


def look_inside(
    base: Source, tuned: Sequence[Source], tasks: Sequence[Task], target: Target | None, settings: RetentionSettings
) -> Iterator[Inside]:
    """Compare each tuned model with the base, token by token and layer by layer.

    Args:
        base: The base; loaded once, if any tuned model is local too.
        tuned: Loaded one after the other.
        tasks: Where few-shot prompts come from.
        target: The new task, if there is one.
        settings: How models are loaded and how much is looked at.

    Yields:
        One per tuned model.
    """
    wanted = bool(target or settings.drift_prompts)
    first: LanguageModel | None = None
    for source in tuned:
        if not wanted:
            yield Inside()
        elif base.folder is None or source.folder is None:
            yield Inside(notes=("Divergence and attention drift need both models on this machine.",))
        else:
            first = first or load_language_model(base.folder, settings.loading)
            second = load_language_model(source.folder, settings.loading, under=source.under)
            yield _compare(first, second, tasks, target, settings)


def _compare(
    base: LanguageModel, tuned: LanguageModel, tasks: Sequence[Task], target: Target | None, settings: RetentionSettings
) -> Inside:
    from tacit.tuning.retention.drift import attention_drift
    from tacit.tuning.retention.tokens import compare_tokens

    vocabularies = [both.model.get_input_embeddings().weight.shape[0] for both in (base, tuned)]
    if vocabularies[0] != vocabularies[1]:
        return Inside(notes=(f"The vocabularies differ ({vocabularies[0]:,} and {vocabularies[1]:,} tokens), so the "
                             "models cannot be compared token by token.",))  # fmt: skip
    notes: list[str] = []
    loss = kl = drift = None
    if target is not None:
        table = compare_tokens(base.model, tuned.model, encode_target(base, target))
        loss, kl = loss_change(table, settings.level), divergence(table, settings.level)
    prompts = drift_prompts(tasks, settings)
    if prompts:
        ids = [base.tokenizer(prompt.context + prompt.question)["input_ids"] for prompt in prompts]
        try:
            drift = attention_drift(base.model, tuned.model, ids, settings.level)
        except UsageError as error:
            notes.append(str(error))
    return Inside(loss, kl, drift, tuple(notes))


def drift_prompts(tasks: Sequence[Task], settings: RetentionSettings) -> list[Prompt]:
    """Few-shot prompts, one draw and item after the other, task by task in turn.

    Args:
        tasks: Where they come from.
        settings: How many, and with how many demonstrations at most.
    """
    shots = max((k for k in settings.shots if k <= DRIFT_SHOTS), default=min(settings.shots))
    found: list[Prompt] = []
    for at in range(settings.drift_prompts):
        task, turn = tasks[at % len(tasks)], at // len(tasks)
        plan = list(plan_prompts(task, (shots,), settings.draws, settings.seed))
        draws = [asked for asked in plan if asked.draw == turn % settings.draws] or plan
        found.append(draws[turn % len(draws)].prompt)
    return found


def encode_target(model: LanguageModel, target: Target) -> list[Encoded]:
    """The examples as tokens, of which those of the completions count.

    Raises:
        InsufficientDataError: If all are longer than the model reads.
    """
    from tacit.tuning.data.encode import Encoder
    from tacit.tuning.data.example import Examples
    from tacit.tuning.retention.tokens import Encoded

    length: int | None = getattr(model.model.config.get_text_config(), "max_position_embeddings", None)
    encoder = Encoder(model.tokenizer, max_length=min(length or MOST_TOKENS, MOST_TOKENS), too_long="drop")
    return [Encoded(row.ids, row.learned) for row in encoder.encode(Examples(target.examples)).rows]
