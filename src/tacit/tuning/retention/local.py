"""Asks causal language models of transformers: demonstrations are read once, questions after them in batches.

Each option is scored by its log-likelihood; nothing is generated. Three things make it fast, and none changes a score:

* Keys and values of the demonstrations are computed once for all questions that follow them, and where one context
  goes on from another (8 demonstrations, then the same and 8 more) only what is new is read.
* Questions of similar length go through the model together, padded on the right. What stands to the right is not seen
  by causal attention, so there is nothing to mask, and positions are those of the text alone.
* An option of one token costs nothing more than its question. Longer ones go on from the question's keys and values,
  for which only questions of one length go together: padding would be in what they go on from.

Whether this holds for a model is not taken on trust: whenever a context is longer than any before, two of its
questions are also scored without any of it, and if that differs, the model is asked the plain way from then on.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from copy import deepcopy
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import torch

from tacit.errors import UsageError
from tacit.io.places import shown
from tacit.tuning.retention.protocol import Answer
from tacit.tuning.retention.reasons import NOT_FINITE, TOO_LONG
from tacit.tuning.retention.rows import Encoder, shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from tacit.tuning.retention.protocol import Prompt
    from tacit.tuning.retention.rows import Row, Tokens

BATCH: Final = 16
TOLERANCE: Final = {torch.float64: 1e-3, torch.float32: 1e-3, torch.float16: 0.05, torch.bfloat16: 0.3}
"""By how much the two ways may differ in a log-likelihood: rounding, as the model's numbers have it."""
_PROVEN: Final = 2
"""Questions scored both ways."""
_LONGER: Final = 1.1
"""A context is proven anew when it is longer than those before by this factor."""
_WORDS: Final = 200
_T = TypeVar("_T")


class LocalAnswerer:
    """See the module; an `Answerer`.

    Nothing is kept from one call to the next, so the model may be trained in between. It is asked in evaluation mode
    and left in the mode it was in.

    Args:
        model: A causal language model of transformers, on its device.
        tokenizer: Its tokenizer.
        name: What results call it.
        identity: Hash of whatever its answers depend on.
        batch: Questions, or options, that go through it at a time.

    Attributes:
        name: As given.
        identity: As given.
        proof: The largest difference in a log-likelihood between the two ways, as far as both were tried; ``None``
            before any was.
        remarks: What was done otherwise than said above, and why, in sentences.

    Raises:
        UsageError: If the model is an encoder-decoder, or `batch` is not positive.
    """

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers has no types
        tokenizer: Any,  # noqa: ANN401
        *,
        name: str,
        identity: str,
        batch: int = BATCH,
    ) -> None:
        if model.config.is_encoder_decoder:
            raise UsageError(
                f"{shown(name)} is an encoder-decoder ({type(model).__name__}). Retention can be measured of models "
                "that read prompt and answer as one text (decoders)."
            )
        if batch < 1:
            raise UsageError(f"The model is asked one question at a time at least, not {batch}.")
        self.name, self.identity = name, identity
        self.proof: float | None = None
        self.remarks: tuple[str, ...] = ()
        self._model, self._batch = model, batch
        self._encoder = Encoder(tokenizer)
        self._length = _length(model.config.get_text_config())
        self._keeps = "logits_to_keep" in inspect.signature(model.forward).parameters
        self._sharing = True
        self._proven = 0.0

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        """Answer each prompt, in order.

        Args:
            prompts: Those of one context stand together, and a context that begins with another comes after it.

        Returns:
            One per prompt; missing where a prompt with its longest option has more tokens than the model reads, or a
            score is no number.
        """
        found: list[Answer] = []
        with _asking(self._model):
            told = _Told(self._read)
            for context, group in groupby(prompts, key=lambda prompt: prompt.context):
                found += self._ask(context, list(group), told)
        return found

    def _ask(self, context: str, prompts: Sequence[Prompt], told: _Told) -> list[Answer]:
        rows = self._encoder.rows(prompts)
        fitting = [row for row in rows if self._length is None or row.longest <= self._length]
        shape = len(rows), max(len(row.tails) for row in rows)
        scores = self._by_sharing(context, fitting, shape, told) if fitting and self._sharing else None
        if scores is None:
            scores = _Scores(*shape)
            self._plain(fitting, scores)
        there = {row.place for row in fitting}
        return [self._answer(row, scores) if row.place in there else Answer(None, missing=TOO_LONG) for row in rows]

    def _answer(self, row: Row, scores: _Scores) -> Answer:
        told = scores.told[row.place, : len(row.tails)]
        if not np.isfinite(told).all():
            return Answer(None, missing=NOT_FINITE)
        return Answer(int(told.argmax()), tuple(told.tolist()), self._begins(row, int(scores.said[row.place])))

    def _begins(self, row: Row, token: int) -> bool:
        """Whether a token that the model would go on with is how one of the options begins."""
        if any(tail[0] == token for tail in row.tails):
            return True
        said = self._encoder.text([token])
        return bool(said.strip()) and any(self._encoder.text(tail).startswith(said) for tail in row.tails)

    def _by_sharing(self, context: str, rows: Sequence[Row], shape: tuple[int, int], told: _Told) -> _Scores | None:
        """Scores of rows; ``None`` where they turn out not to be those of the plain way."""
        (start,) = self._encoder.texts([context])
        # The last token of a question is read with it, whatever the context: there the answer is told.
        start = start[: min(min(shared(start, row.stem), len(row.stem) - 1) for row in rows)]
        scores = _Scores(*shape)
        try:
            self._shared(start, rows, scores, told)
        except torch.OutOfMemoryError:
            raise
        except Exception as error:  # caches are of many kinds, each with limits of its own
            self._give_up(f"it does not go on from what it has read ({type(error).__name__}: {error})"[:_WORDS])
            return None
        if len(start) <= self._proven * _LONGER:
            return scores
        tried, plain = rows[:_PROVEN], _Scores(*shape)
        self._plain(tried, plain)
        places = [row.place for row in tried]
        # What is no number either way is alike: an answer without a score.
        apart = np.nan_to_num(np.abs(scores.told[places] - plain.told[places]), nan=0.0)
        self._proven = len(start)
        self.proof = max(self.proof or 0.0, float(apart.max()))
        if self.proof <= TOLERANCE.get(self._model.dtype, TOLERANCE[torch.float32]):
            return scores
        self._give_up(f"scores after {len(start)} tokens of context differ by {self.proof:.2g}")
        return None

    def _give_up(self, why: str) -> None:
        self._sharing = False
        self.remarks += (
            f"{shown(self.name)} ({type(self._model).__name__}) reads every prompt as a whole, which is slower: "
            f"{shown(why)}.",
        )

    def _shared(self, start: Tokens, rows: Sequence[Row], scores: _Scores, told: _Told) -> None:
        """Score rows whose stems begin with `start`."""
        told.read(start)
        for batch in _batches(rows, self._batch, lambda row: len(row.stem), lambda row: any(row.paths)):
            read = [row.stem[len(start) :] for row in batch]
            keep = len(read[-1]) - len(read[0]) + 1
            logits, memory = self._read(read, told.copies(len(batch)), keep)
            ends = [len(tokens) - len(read[-1]) + keep - 1 for tokens in read]
            scores.say(batch, ends, logits)
            scores.add(
                [(at, end, row, option, 0) for at, (row, end) in enumerate(zip(batch, ends, strict=True))
                 for option in range(len(row.tails))],
                logits,
            )  # fmt: skip
            on = [
                (at, row, path, options) for at, row in enumerate(batch) for path, options in row.paths.items() if path
            ]
            for first in range(0, len(on), self._batch):
                part = on[first : first + self._batch]
                paths = [path for _, _, path, _ in part]
                logits, _ = self._read(paths, _pick(memory, [at for at, _, _, _ in part]), max(map(len, paths)))
                scores.add(
                    [(at, step, row, option, step + 1) for at, (_, row, path, options) in enumerate(part)
                     for option in options for step in range(len(path))],
                    logits,
                )  # fmt: skip

    def _plain(self, rows: Sequence[Row], scores: _Scores) -> None:
        """Score rows with everything read from the beginning, and nothing padded."""
        whole = [(row, path, options) for row in rows for path, options in row.paths.items()]
        for part in _batches(whole, self._batch, lambda one: len(one[0].stem) + len(one[1]), lambda _: True):
            read = [(*row.stem, *path) for row, path, _ in part]
            keep = len(read[0]) - min(len(row.stem) for row, _, _ in part) + 1
            logits, _ = self._read(read, None, keep, remember=False)
            ends = [len(row.stem) - len(read[0]) + keep - 1 for row, _, _ in part]
            scores.say([row for row, _, _ in part], ends, logits)
            scores.add(
                [(at, end + step, row, option, step)
                 for at, ((row, path, options), end) in enumerate(zip(part, ends, strict=True))
                 for option in options for step in range(len(path) + 1)],
                logits,
            )  # fmt: skip

    def _read(
        self,
        rows: Sequence[Tokens],
        memory: Any,  # noqa: ANN401
        keep: int,
        *,
        remember: bool = True,
    ) -> tuple[Tensor, Any]:
        """Logits of the last `keep` places of rows padded to the longest, and the memory with them in it."""
        longest = max(map(len, rows))
        # The last token again: the token that is meant for padding has no position in some models.
        padded = [[*row, *row[-1:] * (longest - len(row))] for row in rows]
        ids = torch.tensor(padded, device=self._model.device)
        past = 0 if memory is None else memory.get_seq_length()
        seen = torch.ones(len(rows), past + longest, dtype=torch.long, device=ids.device)
        kept = {"logits_to_keep": keep} if self._keeps else {}
        out = self._model(input_ids=ids, attention_mask=seen, past_key_values=memory, use_cache=remember, **kept)
        return out.logits[:, -keep:], out.get("past_key_values")


class _Told:
    """The context that a model has in mind, which grows."""

    def __init__(self, read: Any) -> None:  # noqa: ANN401 - `LocalAnswerer._read`
        self._read = read
        self._tokens: Tokens = ()
        self._memory: Any = None

    def read(self, tokens: Tokens) -> None:
        """Have the model read a context; only what is new of it, if it goes on from the one before."""
        if tokens[: len(self._tokens)] != self._tokens:
            self._tokens, self._memory = (), None
        new = tokens[len(self._tokens) :]
        if new:
            _, self._memory = self._read([new], self._memory, 1)
            self._tokens = tokens

    def copies(self, count: int) -> Any:  # noqa: ANN401 - a cache of transformers
        """What the model has in mind, as many times."""
        return None if self._memory is None else _pick(self._memory, [0] * count)


def _pick(memory: Any, rows: Sequence[int]) -> Any:  # noqa: ANN401
    """A copy of a cache with these of its rows: reading on changes a cache."""
    copy = deepcopy(memory)
    copy.reorder_cache(torch.tensor(rows))
    return copy


class _Scores:
    """Log-likelihoods, as they come in.

    Attributes:
        told: Shape ``(rows, options)``.
        said: The token each row would be continued with; shape ``(rows,)``.
    """

    def __init__(self, rows: int, options: int) -> None:
        self.told: NDArray[np.float64] = np.zeros((rows, options))
        self.said: NDArray[np.int64] = np.zeros(rows, dtype=np.int64)

    def say(self, rows: Sequence[Row], ends: Sequence[int], logits: Tensor) -> None:
        """Note what each row goes on with behind its end."""
        tokens = logits[torch.arange(len(rows)), torch.tensor(ends)].argmax(-1)
        self.said[[row.place for row in rows]] = tokens.cpu().numpy()

    def add(self, wanted: Sequence[tuple[int, int, Row, int, int]], logits: Tensor) -> None:
        """Add log-probabilities.

        Args:
            wanted: For each the row and the place in `logits`, and of which token: row, option, place in its tail.
            logits: Shape ``(rows, places, vocabulary)``.
        """
        at, places = (torch.tensor([one[part] for one in wanted], device=logits.device) for part in (0, 1))
        tokens = torch.tensor([row.tails[option][step] for _, _, row, option, step in wanted], device=logits.device)
        told = logits.float().log_softmax(-1)[at, places, tokens].double().cpu().numpy()
        np.add.at(self.told, ([one[2].place for one in wanted], [one[3] for one in wanted]), told)


def _batches(
    rows: Sequence[_T], most: int, length: Callable[[_T], int], alone: Callable[[_T], bool]
) -> Iterator[list[_T]]:
    """Rows by length.

    Args:
        rows: In any order.
        most: Rows of a batch.
        length: Of a row.
        alone: Whether a row must not stand beside rows of other lengths, for which it would be padded.
    """
    batch: list[_T] = []
    for row in sorted(rows, key=length):
        if batch and (
            len(batch) == most or (length(batch[0]) != length(row) and any(alone(one) for one in (*batch, row)))
        ):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _length(config: Any) -> int | None:  # noqa: ANN401
    """How many tokens a model reads; ``None`` when its configuration does not say."""
    found = [getattr(config, name, None) for name in ("max_position_embeddings", "max_seq_len", "n_positions", "n_ctx")]
    return next((value for value in found if isinstance(value, int) and value > 0), None)


@contextmanager
def _asking(model: Any) -> Iterator[None]:  # noqa: ANN401
    """While a model is asked: no dropout, no gradients.

    Not inference mode: a model that is being trained may keep what it made then, and no gradient could pass that.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad(), torch.backends.cudnn.flags(deterministic=True, benchmark=False, allow_tf32=False):
            yield
    finally:
        for module, mode in modes:
            module.training = mode
