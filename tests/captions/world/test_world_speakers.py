"""Speakers: what they say is true, and how often they say what."""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.language import LANGUAGES
from tacit.captions.world.rates import ELICITED, REPORTING, reporting_rates
from tacit.captions.world.scene import LANDMARKS, Scene, draw_scene
from tacit.captions.world.speakers.elicited import ElicitedSpeaker
from tacit.captions.world.speakers.pragmatic import PragmaticSpeaker
from tacit.captions.world.speakers.speech_acts import DRAWN, Mind, choices, expected_rate, question_rate, situations
from tacit.captions.world.speakers.synthetic import SyntheticSpeaker
from tacit.captions.world.speakers.telling import Situation, Speaker, situation_of, tell
from tacit.errors import DataError, UsageError

SEEDS = st.integers(0, 2**32 - 1)
LONGEST = 20
"""Words of the longest caption; models may cut what is longer."""


def drawn(many: int, seed: int = 0) -> list[Scene]:
    rng = np.random.default_rng(seed)
    return [draw_scene(rng) for _ in range(many)]


@given(SEEDS, st.sets(st.sampled_from(TYPES)))
def test_what_is_told_is_true_and_is_what_was_chosen(seed: int, wanted: set[str]) -> None:
    rng = np.random.default_rng(seed)
    scene = draw_scene(rng)
    types = [type_ for type_ in scene.opportunities() if type_ in wanted]
    statement = tell(scene, types, rng)
    assert statement.is_true(scene)
    assert list(statement.states()) == types
    assert sorted(phrase.sort for phrase in statement.phrases) == sorted(scene.sorts())
    first, *others = statement.phrases
    if scene.event is not None or statement.relation is not None:
        assert first.sort == scene.things[0].sort
    if statement.relation is not None:
        assert others[0].sort in LANDMARKS


SCENES_TO_LEARN = drawn(300)
SPEAKERS: list[Speaker] = [
    PragmaticSpeaker({}, Mind(alpha=0)),
    PragmaticSpeaker(dict.fromkeys(TYPES, 0.5)),
    ElicitedSpeaker(TYPES),
    ElicitedSpeaker(TYPES, ELICITED),
    SyntheticSpeaker.learn(
        SCENES_TO_LEARN, [tell(scene, (), np.random.default_rng(0)) for scene in SCENES_TO_LEARN], 2.0
    ),
]


@given(SEEDS, st.sampled_from(SPEAKERS))
def test_every_speaker_is_truthful_and_short(seed: int, speaker: Speaker) -> None:
    rng = np.random.default_rng(seed)
    scene = draw_scene(rng)
    statement = speaker.choose(scene, rng)
    assert statement.is_true(scene)
    assert all(len(language.say(statement).split()) <= LONGEST for language in LANGUAGES.values())


def test_what_is_told_cannot_be_guessed() -> None:
    rng = np.random.default_rng(1)
    scenes = drawn(4000)
    said = [ElicitedSpeaker(TYPES).choose(scene, rng) for scene in scenes]
    relations = Counter(s.relation for s in said if s.relation and not s.event)
    assert set(relations) == {"left", "right", "above", "below"}
    assert all(many / relations.total() == pytest.approx(0.25, abs=0.04) for many in relations.values())
    for layout in (True, False):
        first = [s.denied_first for s in said if (s.relation is None) is layout]
        assert np.mean(first) == pytest.approx(0.5, abs=0.04)
    phases = Counter(s.phase for s in said if s.phase)
    assert phases["before"] / phases.total() == pytest.approx(0.5, abs=0.05)
    # No sort is denied more than others, and what is denied is always like something that is there.
    denied = Counter(s.denied for s in said)
    assert max(denied.values()) / min(denied.values()) < 1.4
    for scene, statement in zip(scenes, said, strict=True):
        assert statement.denied is not None
        assert any(statement.denied.colour == s.colour or statement.denied.shape == s.shape for s in scene.sorts())


# -- the pragmatic speaker ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", DRAWN)
def test_a_speaker_without_aim_chooses_blindly(situation: Situation) -> None:
    chances = [p for _, p in choices(situation, frozenset(TYPES), Mind(alpha=0))]
    assert chances == pytest.approx([1 / len(chances)] * len(chances))


@pytest.mark.parametrize("situation", DRAWN)
def test_a_speaker_to_whom_words_are_dear_only_names(situation: Situation) -> None:
    [(told, chance), *_] = choices(situation, frozenset(TYPES), Mind(word=1000.0))
    assert told == ()
    assert chance == pytest.approx(1.0)


@pytest.mark.parametrize("situation", DRAWN)
@pytest.mark.parametrize("asked", [(), ("negation",), TYPES])
def test_a_strict_speaker_tells_what_is_asked_and_nothing_else(situation: Situation, asked: tuple[str, ...]) -> None:
    chances = dict(choices(situation, frozenset(asked), Mind(alpha=1000.0)))
    assert chances[tuple(type_ for type_ in situation.types if type_ in asked)] == pytest.approx(1.0)


def test_an_answer_that_could_have_been_expected_is_not_worth_its_words() -> None:
    """If presence was never expected, absence is no news even where somebody asks (the paper's account of negation)."""
    here = Situation(("counting", "negation"), 1)
    told = dict(choices(here, frozenset({"negation"}), Mind(expected=0.0)))
    assert told["negation",] < 0.001
    assert dict(choices(here, frozenset({"negation"}), Mind()))["negation",] > 0.999


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0, 5))
def test_the_expected_rate_is_that_of_all_questions_together(likely: list[float], alpha: float) -> None:
    """`expected_rate` looks at one question at a time; here every set of questions is gone through."""
    mind = Mind(alpha=alpha)
    chance = dict(zip(TYPES, likely, strict=True))
    exact = dict.fromkeys(TYPES, 0.0)
    for asked in chain.from_iterable(combinations(TYPES, many) for many in range(5)):
        weight = prod(chance[t] if t in asked else 1 - chance[t] for t in TYPES)
        for situation, share in DRAWN.items():
            for told, p in choices(situation, frozenset(asked), mind):
                for type_ in told:
                    exact[type_] += weight * share * p
    assert [expected_rate(t, chance[t], mind) for t in TYPES] == pytest.approx([exact[t] for t in TYPES])


@given(st.sampled_from(TYPES), st.floats(0.001, 0.33))
def test_the_knob_is_set_exactly(type_: str, rate: float) -> None:
    assert expected_rate(type_, question_rate(type_, rate)) == pytest.approx(rate)


def test_what_is_assumed_of_drawn_scenes_holds() -> None:
    seen = situations(drawn(4000))
    assert set(seen) == set(DRAWN)
    assert [seen[s] for s in DRAWN] == pytest.approx(list(DRAWN.values()), abs=0.025)


def test_a_speaker_can_be_set_for_other_scenes() -> None:
    scenes = [draw_scene(np.random.default_rng(seed), "group") for seed in range(2000)]
    speaker = PragmaticSpeaker.reporting({"counting": 0.6}, world=situations(scenes))
    rng = np.random.default_rng(1)
    told = np.mean([speaker.choose(scene, rng).states() == ("counting",) for scene in scenes])
    assert told == pytest.approx(0.6, abs=4 * np.sqrt(0.24 / 2000))
    for none_of_it in (situations(scenes), {}):
        with pytest.raises(UsageError, match=r"in 0 of these scenes"):
            PragmaticSpeaker.reporting({"spatial": 0.1}, world=none_of_it)


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        (
            "LAION-5B",
            r"No reporting rates are known as 'LAION-5B'\. There are: LAION-2B, COCO, LLaVA-1\.5 train, Molmo",
        ),
        ({"colour": 0.1}, r"no type 'colour'"),
        ({"spatial": 1.1}, r"share for spatial is 1\.1"),
        ({"spatial": float("nan")}, r"share for spatial is nan"),
        ({"spatial": 0.7}, r"in a share of 0\.7 .*always asked in 0\.667\. .*report in 0\.667"),
        ({"temporal": 0.4}, r"in a share of 0\.4 .*always asked in 0\.333\. .*report in 0\.333"),
        ({"negation": 0.0}, r"without the question it states negation in 0\.0001"),
    ],
)
def test_rates_that_cannot_be_reached_are_refused(rates: str | dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        PragmaticSpeaker.reporting(rates)


@pytest.mark.parametrize("bad", [{"alpha": -1.0}, {"expected": 1.0}, {"effort": float("nan")}, {"word": float("inf")}])
def test_a_mind_that_makes_no_sense_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="must not have negative or infinite"):
        Mind(**bad)


def test_published_rates_are_the_judged_ones() -> None:
    assert list(REPORTING) == ["LAION-2B", "COCO", "LLaVA-1.5 train", "Molmo train"]
    coco = {"counting": 0.104, "spatial": 0.037, "negation": 0.001, "temporal": 0.001}
    assert reporting_rates("COCO") == pytest.approx(coco)
    assert reporting_rates({"temporal": 0.2, "counting": 0.1}) == {"counting": 0.1, "temporal": 0.2}


# -- the elicited and the synthetic speaker ----------------------------------------------------------------------------


@pytest.mark.parametrize("asks", [("spatial",), ("counting", "negation"), TYPES])
def test_an_elicited_speaker_answers_what_is_asked_and_nothing_else(asks: tuple[str, ...]) -> None:
    rng = np.random.default_rng(2)
    for scene in drawn(200):
        answered = ElicitedSpeaker(asks).choose(scene, rng).states()
        assert answered == tuple(type_ for type_ in scene.opportunities() if type_ in asks)


def test_an_elicited_speaker_succeeds_as_often_as_told() -> None:
    rng, scenes = np.random.default_rng(2), drawn(4000)
    said = [ElicitedSpeaker(TYPES, ELICITED).choose(scene, rng).states() for scene in scenes]
    for type_, success in ELICITED.items():
        there = [type_ in types for types, scene in zip(said, scenes, strict=True) if type_ in scene.opportunities()]
        assert np.mean(there) == pytest.approx(success, abs=4 * np.sqrt(success * (1 - success) / len(there)))


@pytest.mark.parametrize(
    ("asks", "success", "message"),
    [
        ((), {}, "at least one type"),
        (("size",), {}, "no type 'size'"),
        (("spatial",), {"spatial": 2.0}, "share for spatial is 2.0"),
        (("spatial",), {"negation": 0.5}, "negation, which is not asked for"),
    ],
)
def test_elicitation_that_makes_no_sense_is_refused(
    asks: tuple[str, ...], success: dict[str, float], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        ElicitedSpeaker(asks, success)


@pytest.mark.slow
def test_a_synthetic_speaker_inherits_the_bias_and_sharpens_it() -> None:
    rng, scenes = np.random.default_rng(4), drawn(3000)
    first = PragmaticSpeaker.reporting({"counting": 0.3, "spatial": 0.05, "negation": 0.1})
    said = [first.choose(scene, rng) for scene in scenes]
    for sharpness in (1.0, 2.0):
        heir = SyntheticSpeaker.learn(scenes, said, sharpness)
        # What the heir is expected to say of the scenes that it learnt from, against what it learnt.
        for type_ in TYPES:
            p = {
                situation: sum(q for types, q in options if type_ in types)
                for situation, options in heir.habits.items()
            }
            expected = sum(p[situation_of(scene)] for scene in scenes) / len(scenes)
            learnt = sum(type_ in statement.states() for statement in said) / len(scenes)
            if sharpness == 1:
                assert expected == pytest.approx(learnt)
                drawn_rate = np.mean([type_ in heir.choose(scene, rng).states() for scene in scenes])
                assert drawn_rate == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 3000) + 1e-9)
            elif type_ == "counting":  # told in nine of ten such scenes: what is usual becomes more so
                assert expected > learnt
            else:
                assert expected < learnt / 2 or learnt == 0


def test_a_synthetic_speaker_only_names_what_it_never_learnt_to_tell() -> None:
    rng = np.random.default_rng(4)
    groups = [draw_scene(rng, "group") for _ in range(50)]
    heir = SyntheticSpeaker.learn(groups, [ElicitedSpeaker(("counting",)).choose(scene, rng) for scene in groups])
    assert heir.choose(draw_scene(rng, "group"), rng).states() == ("counting",)
    assert heir.choose(draw_scene(rng, "event"), rng).states() == ()


def test_a_synthetic_speaker_needs_something_to_learn_from() -> None:
    scenes = drawn(2)
    said = [tell(scene, (), np.random.default_rng(0)) for scene in scenes]
    with pytest.raises(DataError, match="2 scenes and 1 statements"):
        SyntheticSpeaker.learn(scenes, said[:1])
    with pytest.raises(DataError, match="0 scenes"):
        SyntheticSpeaker.learn([], [])
    with pytest.raises(UsageError, match="sharpness is 0"):
        SyntheticSpeaker.learn(scenes, said, 0.0)
