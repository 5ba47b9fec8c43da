"""Which models the study trains, and the work of training and asking one of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tacit.captions.world.language import get_language
from tacit.captions.world.pictures import draw_pictures
from tacit.captions.world.probes.protocol import get_probe
from tacit.captions.world.scoring import credit
from tacit.studies.reporting_bias.corpora import Pairs, Rates, say, speak, up_to, words_in
from tacit.studies.reporting_bias.presets import ARMS, PROBES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.captions.world.models.vocabulary import Vocabulary
    from tacit.captions.world.probes.protocol import ProbeItem
    from tacit.studies.reporting_bias.presets import Preset


@dataclass(frozen=True, slots=True)
class Run:
    """One model to train.

    Attributes:
        phase: ``ladder``, ``dose`` or ``arm``.
        arm: One of `ARMS` for an arm, else ``""``.
        kind: Of the model.
        width: Of the model.
        captions: In the training set; for an arm, those of the elicited one.
        asked: How many of them are elicited, or, for another arm, are replaced by as many words of something else.
        languages: Of the captions, joined with ``+``.
        seed: Of data and weights.
    """

    phase: str
    arm: str
    kind: str
    width: int
    captions: int
    asked: int
    languages: str
    seed: int

    @property
    def system(self) -> str:
        """A name that no other run of the study has."""
        what = self.arm or (f"{self.asked}-asked" if self.phase == "dose" else "ladder")
        return f"{self.kind}-{what}-w{self.width}-n{self.captions}-{self.languages}-s{self.seed}"


def runs_of(preset: Preset) -> list[Run]:
    """All models of the study, those on the same captions next to each other."""
    home, largest = preset.languages[0], preset.captions[-1]
    ladder = [
        Run("ladder", "", kind, width, captions, 0, languages, seed)
        for kind in preset.kinds
        for width in preset.widths
        for captions in preset.captions
        for languages in (preset.languages if captions == largest else (home,))
        for seed in range(preset.seeds)
    ]
    doses = [
        Run("dose", "", preset.kinds[0], preset.dose_width, captions, asked, home, seed)
        for captions, numbers in preset.doses.items()
        for asked in numbers
        for seed in range(preset.seeds)
    ]
    arms = [
        Run("arm", arm, kind, preset.widths[-1], largest, round(largest * preset.asked), home, seed)
        for kind in preset.kinds
        for arm in ARMS
        for seed in range(preset.arm_seeds)
    ]
    return sorted([*ladder, *doses, *arms], key=lambda run: (run.seed, run.phase == "dose", run.phase == "arm"))


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is told; plain data.

    Attributes:
        preset: The study.
        run: The model.
        curated: Rows of the pool that the curated arm adds, repeated ones as often as they are repeated.
    """

    preset: Preset
    run: Run
    curated: tuple[int, ...] = ()


def train_and_ask(task: Task) -> bytes:
    """Train one model and ask it all probes.

    Returns:
        JSON: what was trained on what, and for each probe how far each item was answered rightly (`credit`).
    """
    import torch

    from tacit.captions.world.models.training import Recipe, ask, count_parameters, train

    preset, run = task.preset, task.run
    if preset.device == "cpu":
        torch.set_num_threads(1)  # one model per process is faster than one model on all processors
    pairs = compose(task)
    texts = pairs.texts(run.languages)
    known = vocabulary(preset.languages, frozen(preset), preset.seed)
    recipe = Recipe(run.kind, run.width, preset.steps, preset.batch, seed=preset.seed + run.seed, device=preset.device)
    model = train(recipe, pairs.pictures, known.encode(texts), len(known.words))
    answers = {
        name: credit(items, ask(model, pictures, options)).tolist()
        for name, (items, pictures, options) in questions(preset, run.languages.split("+")[0]).items()
    }
    done = {
        "run": asdict(run),
        "params": count_parameters(model),
        "captions": len(texts),
        "words": words_in(texts),
        "telling": pairs.telling(),
        "right": answers,
    }
    return json.dumps(done).encode()


def compose(task: Task) -> Pairs:
    """The training set of a run.

    All arms begin with the same ordinary captions. The elicited arm then adds elicited ones; the others add something
    else, up to as many words.
    """
    run, seed, rates = task.run, task.preset.seed + task.run.seed, frozen(task.preset)
    # Drawn at one size, of which others are the beginning: only the sham needs more.
    drawn = max(*task.preset.captions, *task.preset.doses) * (2 if run.arm == "sham" else 1)
    ordinary = speak("ordinary", drawn, seed, rates)
    base = ordinary.take(slice(0, run.captions - run.asked))
    if not run.asked or run.arm == "baseline":
        return base
    asked = speak("elicited", run.asked, seed, rates)
    if run.arm in {"", "elicited"}:
        return base + asked
    words = words_in(asked.texts(run.languages))
    if run.arm == "sham":
        more = ordinary.take(slice(len(base), len(ordinary)))
    elif run.arm == "synthetic":
        more = speak("synthetic", 3 * run.asked, seed, rates)
    else:
        more = _from_pool(task.preset, task.curated)
    return base + up_to(more, run.languages, words)


@lru_cache(maxsize=1)
def _pool(size: int, seed: int, rates: Rates) -> tuple[Sequence[Any], Sequence[Any]]:
    return say("pool", size, seed, rates)


def _from_pool(preset: Preset, rows: Sequence[int]) -> Pairs:
    scenes, statements = _pool(preset.pool, preset.seed, frozen(preset))
    chosen = [scenes[row] for row in rows]
    return Pairs(chosen, draw_pictures(chosen, preset.seed), [statements[row] for row in rows])


def frozen(preset: Preset) -> Rates:
    """The rates of a preset as something hashable."""
    return preset.rates if isinstance(preset.rates, str) else tuple(sorted(preset.rates.items()))


@lru_cache(maxsize=1)
def vocabulary(languages: tuple[str, ...], rates: Rates, seed: int) -> Vocabulary:
    """The words of all languages of the study, the same for every model."""
    from tacit.captions.world.models.vocabulary import Vocabulary

    heard = [statement for source in ("ordinary", "elicited") for statement in say(source, _HEARD, seed, rates)[1]]
    codes = dict.fromkeys(code for joined in languages for code in joined.split("+"))
    return Vocabulary.of(get_language(code).say(statement) for code in codes for statement in heard)


_HEARD = 3_000
"""Captions of each speaker that are enough to hear every word of the world many times over."""

Questions = tuple["list[ProbeItem]", "NDArray[np.uint8]", "NDArray[np.int64]"]


def questions(preset: Preset, language: str) -> dict[str, Questions]:
    """The items of each probe with their pictures and options as numbers, the same for every model."""
    return _questions(preset.items, preset.seed, language, vocabulary(preset.languages, frozen(preset), preset.seed))


@lru_cache(maxsize=4)
def _questions(items: int, seed: int, language: str, known: Vocabulary) -> dict[str, Questions]:
    asked = {}
    for at, name in enumerate(PROBES):
        drawn = get_probe(name).draw(items, np.random.default_rng([seed, 5, at]))
        texts = [get_language(language).say(option) for item in drawn for option in item.options]
        options = known.encode(texts).reshape(items, len(drawn[0].options), -1)
        asked[name] = (drawn, draw_pictures([item.scene for item in drawn], seed + at), options)
    return asked
