"""Small models: they learn what captions say, compute what they claim to, and touch nothing outside them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tacit.captions.world.language import get_language
from tacit.captions.world.models.vocabulary import END, LONGEST, PAD, START, UNKNOWN, Vocabulary
from tacit.captions.world.pictures import draw_pictures
from tacit.captions.world.probes.protocol import get_probe
from tacit.captions.world.scoring import accuracy
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tacit.captions.world.models.training import Model, Recipe

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra 'laboratory')")

KINDS = ("dual-encoder", "captioner")
COLOUR = get_probe("colour")
SEEN = COLOUR.draw(360, np.random.default_rng(0))
ASKED = COLOUR.draw(180, np.random.default_rng(1))
SAID = [get_language("en").say(item.options[item.answer]) for item in SEEN]
OPTIONS = [[get_language("en").say(option) for option in item.options] for item in ASKED]
KNOWN = Vocabulary.of(SAID)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Any:
    """So that tests that run side by side do not wait for each other; put back, since it holds for the process."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def recipe(kind: str, **other: Any) -> Recipe:
    from tacit.captions.world.models.training import Recipe

    return replace(Recipe(kind, width=16, steps=60, batch=32, rate=2e-2), **other)


@cache
def trained(kind: str, steps: int = 60) -> Model:
    from tacit.captions.world.models.training import train

    return train(recipe(kind, steps=steps), shown(), KNOWN.encode(SAID), len(KNOWN.words))


@cache
def shown() -> NDArray[np.uint8]:
    return draw_pictures([item.scene for item in SEEN], seed=2)


@cache
def asked() -> NDArray[np.uint8]:
    return draw_pictures([item.scene for item in ASKED], seed=3)


@cache
def options() -> NDArray[np.int64]:
    return KNOWN.encode([text for texts in OPTIONS for text in texts]).reshape(len(ASKED), COLOUR.options, LONGEST)


def ask(model: Model, pictures: NDArray[np.uint8], texts: NDArray[np.int64]) -> NDArray[np.float64]:
    from tacit.captions.world.models.training import ask as ask_all

    return ask_all(model, pictures, texts)


def loss(model: Model) -> float:
    """On one picture for each thing that is said: others of the same caption would be wrong for a dual encoder."""
    each = [SAID.index(text) for text in sorted(set(SAID))]
    with torch.no_grad():
        return float(model.loss(torch.from_numpy(shown()[each]), torch.from_numpy(KNOWN.encode(SAID)[each])))


class TestVocabulary:
    def test_words_have_numbers_whatever_the_order_of_the_texts(self) -> None:
        assert Vocabulary.of(SAID) == Vocabulary.of(reversed(SAID)) == KNOWN
        numbers = KNOWN.encode(["a red circle", "a circle"])
        assert numbers.shape == (2, LONGEST)
        assert [KNOWN.words[at] for at in numbers[0, :3]] == ["a", "red", "circle"]
        assert (numbers[0, 3:] == PAD).all()
        assert numbers[1, :3].tolist() == [numbers[0, 0], numbers[0, 2], PAD]

    @pytest.mark.parametrize("text", ["mauve", "<pad>", "<end>", "RED", "re\u0301d", "", "a\x00", "red\n"])
    def test_words_that_were_never_read_are_unknown(self, text: str) -> None:
        assert KNOWN.encode([f"a {text} circle"])[0, 1] == UNKNOWN

    def test_names_of_special_numbers_are_words_like_others_when_they_are_written(self) -> None:
        assert Vocabulary.of(["<pad> b"]).encode(["<pad> b"])[0, :2].tolist() == [4, 5]

    def test_a_caption_that_is_too_long_is_named(self) -> None:
        longest = " ".join(["red"] * (LONGEST - 1))
        assert (KNOWN.encode([longest])[0, :-1] != PAD).all()
        with pytest.raises(DataError, match=rf"Caption 2 has {LONGEST} words; the models read {LONGEST - 1}: 'red"):
            KNOWN.encode(["red", f"{longest} red"])


class TestTraining:
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_captions_say_is_learnt_from_the_pictures(self, kind: str) -> None:
        model = trained(kind)
        assert loss(model) < loss(trained(kind, 0)) / 2
        learnt = accuracy(ASKED, ask(model, asked(), options())).value
        assert learnt is not None
        assert learnt > 0.8
        for blind in (np.full_like(asked(), 128), np.roll(asked(), 1, axis=0)):
            guessed = accuracy(ASKED, ask(model, blind, options()), 0.9973)
            assert guessed.low is not None
            assert guessed.high is not None
            assert guessed.low <= COLOUR.chance <= guessed.high

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_same_recipe_gives_the_same_weights_and_leaves_pytorch_as_it_was(self, kind: str) -> None:
        from tacit.captions.world.models.training import count_parameters, train

        def state() -> list[Any]:
            settings = (torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads())
            flags = (torch.are_deterministic_algorithms_enabled(), torch.backends.mkldnn.enabled)
            return [*settings, *flags, torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()]  # type: ignore[index]

        def weights(**other: Any) -> list[bytes]:
            made = train(recipe(kind, **{"steps": 3, **other}), shown(), KNOWN.encode(SAID), len(KNOWN.words))
            assert not made.training
            assert count_parameters(made) == sum(part.numel() for part in made.parameters())
            return [part.detach().numpy().tobytes() for part in made.state_dict().values()]

        torch.manual_seed(5)
        before = state()
        first = weights()
        assert state() == before
        torch.manual_seed(6)  # of no consequence
        assert weights() == first
        assert weights(seed=1) != first
        assert weights(steps=0, seed=0) != weights(steps=0, seed=1)

    def test_every_pair_is_seen_once_in_each_pass(self) -> None:
        from tacit.captions.world.models.training import _batches

        order = _batches(10, recipe("captioner", steps=6, batch=5))
        assert order.shape == (6, 5)
        for start in (0, 2, 4):
            assert sorted(order[start : start + 2].ravel()) == list(range(10))
        assert order[:2].tolist() != order[2:4].tolist()
        assert _batches(3, recipe("captioner", steps=2, batch=5)).shape == (2, 3)

    def test_requests_that_make_no_sense(self) -> None:
        from tacit.captions.world.models.training import train

        with pytest.raises(UsageError, match=r"'oracle'\. There are: dual-encoder, captioner"):
            train(recipe("oracle"), shown(), KNOWN.encode(SAID), len(KNOWN.words))
        for pictures in (0, 5):
            with pytest.raises(UsageError, match=f"there are {pictures} pictures and 0 captions"):
                train(recipe("captioner"), shown()[:pictures], KNOWN.encode([]), len(KNOWN.words))


class TestScores:
    @pytest.mark.parametrize("kind", KINDS)
    def test_neither_padding_nor_order_nor_company_matters(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        model, pictures, texts = trained(kind), asked()[:40], options()[:40]
        scores = ask(model, pictures, texts)
        long = np.tile(KNOWN.encode([" ".join(["red"] * (LONGEST - 1))]), (len(texts), 1, 1))
        padded = ask(model, pictures, np.concatenate([texts, long], axis=1))  # now nothing is trimmed
        np.testing.assert_allclose(padded[:, :-1], scores, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(ask(model, pictures, texts[:, ::-1].copy())[:, ::-1], scores, rtol=1e-5, atol=1e-5)
        monkeypatch.setattr("tacit.captions.world.models.training._CHUNK", 7)
        np.testing.assert_allclose(ask(model, pictures, texts), scores, rtol=1e-5, atol=1e-5)
        assert scores.dtype == np.float64
        assert ask(model, pictures[:0], texts[:0]).shape == (0, COLOUR.options)

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_order_of_words_matters(self, kind: str) -> None:
        texts = KNOWN.encode(["a red circle", "circle red a"]).reshape(1, 2, LONGEST)
        (one, other) = ask(trained(kind), asked()[:1], texts)[0]
        assert abs(one - other) > 1e-4


def rows(tensor: Any) -> list[list[float]]:
    return [[float(value) for value in row] for row in tensor.detach().double()]


def test_the_loss_of_the_dual_encoder_is_that_of_clip() -> None:
    """Radford et al. 2021, figure 3, in plain Python."""
    from tacit.captions.world.models.dual_encoder import DualEncoder

    model = trained("dual-encoder")
    assert isinstance(model, DualEncoder)
    seen, said = torch.from_numpy(shown()[:9]), torch.from_numpy(KNOWN.encode(SAID[:9]))
    pictures, texts = rows(model.pictures(seen)), rows(model.texts(said))

    def cosine(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)

    scale = math.exp(float(model.log_scale.detach()))
    table = [[scale * cosine(picture, text) for text in texts] for picture in pictures]

    def miss(row: list[float], right: int) -> float:
        return math.log(sum(math.exp(value) for value in row)) - row[right]

    each = [miss(row, at) for at, row in enumerate(table)]
    each += [miss(list(column), at) for at, column in enumerate(zip(*table, strict=True))]
    assert float(model.loss(seen, said).detach()) == pytest.approx(sum(each) / 18, rel=1e-4)
    found = ask(model, shown()[:9], KNOWN.encode(SAID[:9])[:, None])
    np.testing.assert_allclose(found[:, 0] * scale, [table[at][at] for at in range(9)], rtol=1e-4, atol=1e-4)


def test_the_captioner_says_how_likely_each_word_is_after_those_before() -> None:
    """Word by word, each from the picture, the four words before and the sum of all before."""
    from torch.nn.functional import gelu

    from tacit.captions.world.models.captioner import MEMORY, Captioner

    model = trained("captioner")
    assert isinstance(model, Captioner)
    texts = ["a red circle", "two blue squares a red circle", "a"]  # one longer than the memory; an unknown word
    numbers = KNOWN.encode(texts)
    total, written = [], 0
    for picture, text in zip(torch.from_numpy(shown()), numbers, strict=False):
        words = [int(word) for word in text if word != PAD]
        probability = 0.0
        for at, following in enumerate([*words, END]):
            before = [START, *words[:at]]
            known = model.word(torch.tensor(before))
            gap = torch.zeros(max(MEMORY - len(before), 0), known.shape[1])
            recent = torch.cat([gap, known[-MEMORY:]]).flatten()
            hidden = gelu(model.before(torch.cat([recent, known.sum(0)])) + model.pictures(picture[None])[0])
            logits = model.next(hidden + gelu(model.think(hidden)))
            probability += float(logits.log_softmax(0)[following].detach())
            written += 1
        total.append(probability)
    np.testing.assert_allclose(ask(model, shown()[:3], numbers[:, None])[:, 0], total, rtol=1e-4)
    mean = float(model.loss(torch.from_numpy(shown()[:3]), torch.from_numpy(numbers)).detach())
    assert mean == pytest.approx(-sum(total) / written, rel=1e-4)
