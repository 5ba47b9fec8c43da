"""Few-shot prompts as tokens, with the places of their answers."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from tacit.errors import DataError
from tacit.tuning.data.rows import IGNORED
from tacit.tuning.data.template import Rendered
from tacit.tuning.data.tokens import TextEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor, nn

    from tacit.tuning.retention.tasks.protocol import Task

KEEPING_SEEDS: Final = 2**63
"""Generated tasks for keeping have seeds from here on, those of `tacit retention` have seeds below, and those of the
checks from `tacit.tuning.train.gauge.GAUGE_SEEDS` on: however similar they are, no task is among two of them."""
KEEPING_TASKS: Final = 2**31
"""So many seeds there are for keeping."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of tokens, usually a demonstration.

    Attributes:
        ids: Its tokens.
        answer: Which of them belong to an answer.
    """

    ids: tuple[int, ...]
    answer: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ShotBatch:
    """Prompts of one batch, padded on the right.

    Attributes:
        ids: Tokens, shape ``(prompts, tokens)``.
        seen: 1 for a token, 0 for padding; of the same shape.
        answers: True at the tokens of answers, never at the first token; of the same shape.
    """

    ids: Tensor
    seen: Tensor
    answers: Tensor

    @classmethod
    def of(cls, prompts: Sequence[Piece], pad: int) -> ShotBatch:
        """Pad prompts to the longest.

        Args:
            prompts: At least one.
            pad: The token to pad with; nothing sees it.
        """
        longest = max(len(prompt.ids) for prompt in prompts)
        ids = torch.full((len(prompts), longest), pad)
        seen, answers = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt.ids)] = torch.tensor(prompt.ids)
            seen[row, : len(prompt.ids)] = 1
            answers[row, : len(prompt.ids)] = torch.tensor(prompt.answer)
        answers[:, 0] = False  # nothing stands before it that could predict it
        return cls(ids, seen, answers)

    def logits(self, model: nn.Module) -> Tensor:
        """What a model says where the tokens of answers come next, shape ``(answers, vocabulary)``; row by row."""
        device = next(model.parameters()).device
        asked: dict[str, Any] = {"input_ids": self.ids.to(device), "attention_mask": self.seen.to(device)}
        wanted = self.answers[:, 1:].to(device)
        if _chooses_logits(model):
            # Answers are few, and a row of logits is as long as the vocabulary.
            asked["logits_to_keep"] = wanted.any(0).nonzero().squeeze(-1)
            wanted = wanted[:, asked["logits_to_keep"]]
            return model(**asked).logits[wanted]  # type: ignore[no-any-return]
        return model(**asked).logits[:, :-1][wanted]  # type: ignore[no-any-return]

    @property
    def targets(self) -> Tensor:
        """The tokens of the answers, in the order of `logits`."""
        return self.ids[self.answers]

    def singles(self) -> Iterator[ShotBatch]:
        """Each prompt as a batch of its own."""
        for row in range(len(self.ids)):
            tokens = int(self.seen[row].sum())
            yield ShotBatch(*(whole[row : row + 1, :tokens] for whole in (self.ids, self.seen, self.answers)))


def _chooses_logits(model: nn.Module) -> bool:
    inner = getattr(model, "module", model)  # DistributedDataParallel's
    return "logits_to_keep" in inspect.signature(inner.forward).parameters


@dataclass(frozen=True)
class ShotBatches:
    """Batches of prompts, drawn in an order that depends on the seed alone.

    Attributes:
        batches: At least one.
        seed: Of the order.
    """

    batches: tuple[ShotBatch, ...]
    seed: int

    @property
    def answers(self) -> int:
        """Tokens of answers in all of them."""
        return sum(int(batch.answers.sum()) for batch in self.batches)

    @property
    def prompts(self) -> int:
        """How many there are."""
        return sum(len(batch.ids) for batch in self.batches)

    def draw(self, at: int) -> tuple[int, ShotBatch]:
        """The batch of a draw, and its number: each once before any comes again.

        Args:
            at: How many were drawn before.
        """
        times, place = divmod(at, len(self.batches))
        order = np.random.default_rng([self.seed, times]).permutation(len(self.batches))
        return int(order[place]), self.batches[order[place]]

    @classmethod
    def of(cls, prompts: Sequence[Piece], *, pad: int, batch: int, seed: int) -> ShotBatches:
        """Prompts in batches, those of one length together so that little is padding."""
        ordered = sorted(prompts, key=lambda prompt: len(prompt.ids))
        starts = range(0, len(ordered), batch)
        return cls(tuple(ShotBatch.of(ordered[start : start + batch], pad) for start in starts), seed)


def task_prompts(tokenizer: Any, names: Sequence[str], *, prompts: int, shots: int, seed: int) -> list[Piece]:  # noqa: ANN401 - transformers has no types
    """Few-shot prompts from generated tasks, each from a task of its own (`KEEPING_SEEDS`).

    Args:
        tokenizer: The model's.
        names: Families of tasks.
        prompts: How many.
        shots: Demonstrations in each; the question, with its answer, comes after them.
        seed: The same seed gives the same prompts.

    Raises:
        UsageError: If there is no such family.
    """
    from tacit.tuning.retention.tasks.protocol import make_task

    told = []
    for at in range(prompts):
        drawn = int(np.random.default_rng([seed, at]).integers(KEEPING_TASKS))
        told.append(_told(make_task(names[at % len(names)], seed=KEEPING_SEEDS + drawn, items=1, pool=shots)))
    return encode_marked(tokenizer, told)


def _told(task: Task) -> list[tuple[str, bool]]:
    """The pool and the first item of a task as text; true marks answers."""
    told = [(task.instruction, False)]
    for item in (*task.pool, task.items[0]):
        told += [(f"{task.before}{item.input}{task.between}", False), (f" {item.answer}", True), (task.after, False)]
    return told[:-1]


def encode_marked(tokenizer: Any, texts: Sequence[Sequence[tuple[str, bool]]]) -> list[Piece]:  # noqa: ANN401
    """Tokens of texts with marked stretches, with what the tokenizer puts before a text.

    Args:
        tokenizer: Of transformers.
        texts: Each as stretches, with whether it is an answer.
    """
    encoder = TextEncoder(tokenizer)
    rendered = []
    for stretches in texts:
        ends = list(accumulate(len(stretch) for stretch, _ in stretches))
        spans = [(end - len(stretch), end) for end, (stretch, answer) in zip(ends, stretches, strict=True) if answer]
        rendered.append(Rendered("".join(stretch for stretch, _ in stretches), tuple(spans)))
    before = (False,) * len(encoder.prefix)
    return [
        Piece((*encoder.prefix, *tokens.ids.tolist()), (*before, *tokens.learned.tolist()))
        for tokens in encoder.encode(rendered)
    ]


@dataclass(frozen=True, slots=True)
class Joint:
    """How examples are put before one another.

    Attributes:
        start: A token that only begins a text; taken off all examples but the first.
        end: A token that only ends a text; taken off all examples but the last.
        between: Tokens between two examples.
        every_answer: Whether demonstrations count as answers too, or the question alone.
    """

    start: int | None = None
    end: int | None = None
    between: tuple[int, ...] = ()
    every_answer: bool = True

    @classmethod
    def of(cls, tokenizer: Any, *, every_answer: bool) -> Joint:  # noqa: ANN401
        """With the tokens of a tokenizer; a chat's turns need nothing between them, other texts an empty line."""
        chat = getattr(tokenizer, "chat_template", None) is not None
        between = () if chat else tuple(tokenizer("\n\n", add_special_tokens=False)["input_ids"])
        return cls(tokenizer.bos_token_id, None if chat else TextEncoder(tokenizer).end, between, every_answer)

    def join(self, shown: Sequence[Piece], question: Piece, most: int) -> Piece | None:
        """The question after as many demonstrations as fit into `most` tokens, or ``None`` when none does."""
        last = _without(question, self.start, None)
        ids: list[int] = []
        answer: list[bool] = []
        for piece in shown:
            bare = _without(piece, self.start if ids else None, self.end)
            if len(ids) + len(bare.ids) + len(self.between) + len(last.ids) > most:
                break
            ids += [*bare.ids, *self.between]
            answer += [*(mark and self.every_answer for mark in bare.answer), *(False for _ in self.between)]
        return Piece((*ids, *last.ids), (*answer, *last.answer)) if ids else None


def example_prompts(
    examples: Sequence[Mapping[str, Any]], joint: Joint, *, shots: int, max_length: int, seed: int
) -> list[Piece]:
    """Few-shot prompts from examples that are tokens already: each once as the question, others before it.

    Args:
        examples: With ``input_ids`` and ``labels`` (`IGNORED` where nothing is learned) or TRL's masks.
        joint: How they are joined.
        shots: Demonstrations before the question, as many as fit.
        max_length: The most tokens of a prompt.
        seed: Of which demonstrations stand before which question, and in which order.

    Raises:
        DataError: If there are fewer than two examples, or none is short enough for a demonstration to fit.
    """
    if len(examples) < 2:
        raise DataError("Few-shot prompts need at least two examples: one to ask about and one to show.")
    pieces = [_piece(example) for example in examples]
    found = []
    for at, question in enumerate(pieces):
        others = np.random.default_rng([seed, at]).permutation(len(pieces) - 1)[:shots]
        prompt = joint.join([pieces[other + (other >= at)] for other in others], question, max_length)
        if prompt is not None:
            found.append(prompt)
    if not found:
        raise DataError(
            f"No two examples fit into {max_length} tokens, so there are no few-shot prompts. Raise --max-length, or "
            "leave out what needs them."
        )
    return found


def _piece(example: Mapping[str, Any]) -> Piece:
    """An example of whichever trainer: labels, TRL's mask of the completion, or everything is an answer."""
    ids = tuple(int(token) for token in example["input_ids"])
    if example.get("labels") is not None:
        return Piece(ids, tuple(int(label) != IGNORED for label in example["labels"]))
    mask = example.get("completion_mask") or example.get("assistant_masks") or [1] * len(ids)
    return Piece(ids, tuple(bool(marked) for marked in mask))


def _without(piece: Piece, start: int | None, end: int | None) -> Piece:
    first = int(start is not None and piece.ids[:1] == (start,))
    last = len(piece.ids) - int(end is not None and piece.ids[-1:] == (end,))
    return Piece(piece.ids[first:last], piece.answer[first:last])
