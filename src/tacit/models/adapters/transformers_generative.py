"""Generative models of transformers: how likely is each option as an answer about the image?

Options are scored by their likelihood. No reply is generated and nothing is looked for in one, so no score depends on
how an answer is phrased or parsed.
"""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from tacit.errors import UsageError
from tacit.models.protocol import TOO_LONG, TOO_MANY
from tacit.models.runtime import asking, parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.Image import Image

    from tacit.models.protocol import Attribute, Loading


class GenerativeScorer:
    """Log-likelihood of options, given an image and a question.

    ``normalised`` divides it by the option's bytes, which compares options of different length and does not depend on
    how a model cuts text into tokens (Gao 2021, "Multiple choice normalization in LM evaluation", and acc_norm of
    lm-evaluation-harness); ``total`` does not; ``letters`` lists the options with letters after the question and takes
    the likelihood of each letter.

    Args:
        name: What results call it.
        identity: What tells it from others.
        model: Made by ``AutoModelForImageTextToText``, on its device.
        processor: Made by ``AutoProcessor``.
        how: How it is asked.

    Raises:
        UsageError: If the model reads the question with one part and answers with another.
    """

    def __init__(self, name: str, identity: str, model: Any, processor: Any, how: Loading) -> None:  # noqa: ANN401
        if model.config.is_encoder_decoder:
            raise UsageError(f"{name} is an encoder-decoder ({type(model).__name__}); these cannot be probed yet.")
        self.name, self.identity = name, identity
        self.attributes: Mapping[str, Attribute] = {"params": parameters(model)}
        self._model, self._processor, self._how = model, processor, how
        # Padding behind the text: positions are then those of the text alone.
        processor.tokenizer.padding_side = "right"
        self._length = getattr(model.config.get_text_config(), "max_position_embeddings", None)

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> list[list[float] | str]:
        """See `tacit.models.protocol.OptionScorer.score`."""
        return [self._item(image, list(texts)) for image, texts in zip(images, options, strict=True)]

    def _item(self, image: Image, texts: list[str]) -> list[float] | str:
        if self._how.scoring == "letters":
            if len(texts) > len(ascii_uppercase):
                return TOO_MANY
            letters = list(ascii_uppercase[: len(texts)])
            listed = "\n".join(f"{letter}. {text}" for letter, text in zip(letters, texts, strict=True))
            question = f"{self._how.prompt}\n{listed}\nAnswer with the letter."
            return self._likelihoods(image, self._asked(question), letters)
        found = self._likelihoods(image, self._asked(self._how.prompt), texts)
        if isinstance(found, str) or self._how.scoring == "total":
            return found
        return [value / len(text.encode()) for value, text in zip(found, texts, strict=True)]

    def _asked(self, question: str) -> str:
        """The text up to where the answer begins."""
        if self._processor.chat_template:
            content = [{"type": "image"}, {"type": "text", "text": question}]
            asked: str = self._processor.apply_chat_template(
                [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
            )
            return asked
        return f"{getattr(self._processor, 'image_token', '')}\n{question} "

    def _likelihoods(self, image: Image, asked: str, answers: list[str]) -> list[float] | str:
        question = self._inputs(image, [asked])["input_ids"][0].tolist()
        found: list[float] = []
        batch = self._how.batch
        # One beginning for all answers, where the first of them departs from the question: tokenizers may join the
        # end of the question with the beginning of an answer.
        rows = [self._inputs(image, [asked + answer])["input_ids"][0].tolist() for answer in answers]
        if self._length is not None and max(map(len, rows)) > self._length:
            return TOO_LONG
        start = max(1, min(_shared(question, row) for row in rows))
        for first in range(0, len(answers), batch):
            texts = [asked + answer for answer in answers[first : first + batch]]
            found += self._sums(self._inputs(image, texts), start)
        return found

    def _inputs(self, image: Image, texts: list[str]) -> Any:  # noqa: ANN401 - tensors by name
        # A template may have written the token that begins a text already.
        begun = bool(self._processor.tokenizer.bos_token) and texts[0].startswith(self._processor.tokenizer.bos_token)
        inputs = self._processor(
            images=[[image] for _ in texts], text=texts, padding=True, return_tensors="pt", add_special_tokens=not begun
        )
        return inputs.to(self._model.device)

    def _sums(self, inputs: Any, start: int) -> list[float]:  # noqa: ANN401
        """Summed log-probabilities of each row's tokens from `start` on."""
        pixels = {name: v.to(self._model.dtype) if v.is_floating_point() else v for name, v in inputs.items()}
        with asking():
            logits = self._model(**pixels).logits
        tokens, mask = inputs["input_ids"][:, start:], inputs["attention_mask"][:, start:]
        if logits.shape[1] != inputs["input_ids"].shape[1]:
            raise UsageError(f"{self.name} ({type(self._model).__name__}) gives no logits for each token of a text.")
        told = logits[:, start - 1 : -1].float().log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
        return [float(value) for value in (told * mask).double().sum(dim=1).cpu()]


def _shared(one: list[int], other: list[int]) -> int:
    """How many tokens two texts have in common at their beginning."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
