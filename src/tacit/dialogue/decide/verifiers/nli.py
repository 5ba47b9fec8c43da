"""A cross-encoder from a folder reads question and passage together: QNLI, NLI or a reranker."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.records import Passage

_LONGEST: Final = 512
"""Tokens of question and passage together."""
_PASSAGES: Final = 6


class NliVerifier:
    """Probability that one of the passages entails, answers or fits the question, by a model of pairs of texts.

    Args:
        folder: A checkpoint in safetensors with its tokeniser: a sequence classifier with a label ``entailment`` (or
            ``LABEL_0`` and ``LABEL_1``, of which the second is taken), or with one output (a reranker).

    Raises:
        UsageError: If there is no such folder.
        MissingExtraError: If transformers is not installed.
        DataError: If it cannot be read as a classifier of texts.
    """

    name = "nli"

    def __init__(self, folder: str | Path) -> None:
        if not Path(folder).is_dir():
            raise UsageError(f"There is no folder {shown(str(folder))}. Name one that holds a cross-encoder.")
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            raise MissingExtraError("Verifying with a cross-encoder", "tuning") from error
        try:
            # No code that comes with a checkpoint is run, and nothing is unpickled.
            safe = {"local_files_only": True, "trust_remote_code": False}
            self._tokens: Any = AutoTokenizer.from_pretrained(str(folder), **safe)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(
                str(folder), use_safetensors=True, **safe
            ).eval()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise DataError(f"{shown(str(folder))} cannot be read as a classifier of texts: {error}") from error
        self._wanted = wanted_label(self._model.config.id2label, str(folder))

    def verify(self, question: str, passages: Sequence[Passage]) -> float | None:
        """The highest probability over the first 6 passages; ``None`` if there are none."""
        if not passages:
            return None
        import torch

        texts = [f"{passage.title}\n{passage.text}".strip() for passage in passages[:_PASSAGES]]
        with torch.inference_mode():
            batch = self._tokens(
                [question] * len(texts), texts, truncation="only_second", max_length=_LONGEST, padding=True,
                return_tensors="pt",
            )  # fmt: skip
            rows = self._model(**batch).logits.tolist()
        return max(probability(row, self._wanted) for row in rows)


def wanted_label(labels: Mapping[int, str], source: str) -> int | None:
    """The output that stands for an answer; ``None`` if there is only one.

    Raises:
        DataError: If it cannot be told.

    Example:
        >>> wanted_label({0: "contradiction", 1: "entailment", 2: "neutral"}, "a model")
        1
    """
    names = {int(at): name.lower() for at, name in labels.items()}
    if len(names) == 1:
        return None
    for at, name in names.items():
        if name in {"entailment", "entail", "entailed", "yes", "relevant", "answerable"}:
            return at
    if names == {0: "label_0", 1: "label_1"}:
        return 1
    raise DataError(f"{shown(source)} has no label called entailment, but {', '.join(names.values())}.")


def probability(logits: Sequence[float], wanted: int | None) -> float:
    """Softmax of the wanted output, or the sigmoid of the only one.

    Example:
        >>> probability([0.0], None), probability([1.0, 1.0], 1)
        (0.5, 0.5)
    """
    if wanted is None:
        return 1 / (1 + math.exp(-min(max(logits[0], -30.0), 30.0)))
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    return powers[wanted] / math.fsum(powers)
