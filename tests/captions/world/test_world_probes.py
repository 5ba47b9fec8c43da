"""Probes of the world: just one option is true, and only the picture tells which."""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.world.language import LANGUAGES, get_language
from tacit.captions.world.pictures import SIDE, draw_pictures
from tacit.captions.world.probes.option_set import write_option_set
from tacit.captions.world.probes.protocol import CONTROLS, FOUR, Probe, get_probe, probe, probe_names
from tacit.captions.world.scene import COLOURS, MOST, RELATIONS, SHAPES, SORTS, Sort, group
from tacit.captions.world.scoring import accuracy, credit, score_items
from tacit.captions.world.statement import Phrase, Statement
from tacit.errors import CheckFailedError, MissingExtraError, UsageError
from tacit.evidence.intervals import wilson
from tacit.evidence.outcomes import Outcomes
from tacit.io.evals.long import MISSING
from tacit.io.option_sets import read_option_set
from tacit.testing.probe import blind_accuracy, check_probe, probe_checks, shuffled_accuracy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tacit.captions.world.probes.protocol import ProbeItem, Question
    from tacit.evidence.estimate import Estimate

ALL = sorted({*FOUR, *CONTROLS, "negation-paper"})
WORTH = {"first": np.array([1.0, 0.4]), "second": np.array([0.4, 1.0]), "alike": np.array([1.0, 1.0])}


@cache
def drawn(name: str, items: int = 720, seed: int = 1) -> tuple[ProbeItem, ...]:
    """720 is a multiple of all numbers of cases and of options."""
    return tuple(get_probe(name).draw(items, np.random.default_rng(seed)))


def scored(items: Sequence[ProbeItem], judge: Callable[[ProbeItem, Statement], float]) -> NDArray[np.float64]:
    """Scores of a model, option by option."""
    return np.array([[judge(item, option) for option in item.options] for item in items], dtype=np.float64)


def value(items: Sequence[ProbeItem], judge: Callable[[ProbeItem, Statement], float]) -> float:
    found = accuracy(items, scored(items, judge)).value
    assert found is not None
    return found


def seen(item: ProbeItem, option: Statement) -> NDArray[np.float64]:
    """Whether the two things that an option of a negation probe names are there, in the order it names them."""
    assert option.denied is not None
    two = [float(item.scene.count(option.phrases[0].sort) > 0), float(item.scene.count(option.denied) > 0)]
    return np.array(two[::-1] if option.denied_first else two)


class TestEveryProbe:
    def test_there_are_no_others(self) -> None:
        assert list(probe_names()) == ALL

    @pytest.mark.parametrize("name", ALL)
    def test_who_knows_the_truth_is_always_right(self, name: str) -> None:
        assert value(drawn(name), lambda item, option: option.is_true(item.scene)) == 1.0

    @pytest.mark.parametrize(
        "name",
        [
            "temporal",
            *(pytest.param(name, marks=[pytest.mark.slow, pytest.mark.long]) for name in ALL if name != "temporal"),
        ],
    )
    def test_nothing_but_the_picture_tells(self, name: str) -> None:
        """Balance, repeatability, the blind learner on 4,000 items, and pictures exchanged among 4,000 items."""
        assert {outcome.name: outcome.detail for outcome in check_probe(get_probe(name)) if outcome.detail} == {}

    @pytest.mark.parametrize("name", ALL)
    @pytest.mark.parametrize("code", sorted(LANGUAGES))
    def test_lengths_and_places_are_no_help(self, name: str, code: str) -> None:
        items, say = drawn(name), get_language(code).say
        chance = get_probe(name).chance
        lengths = scored(items, lambda _, option: len(say(option)))
        for place in range(get_probe(name).options):
            assert float(np.mean([item.answer == place for item in items])) == pytest.approx(chance)
        for scores in (lengths, -lengths):
            found = accuracy(items, scores, 0.9973)
            assert found.low is not None
            assert found.high is not None
            assert found.low <= chance <= found.high

    @pytest.mark.parametrize("code", sorted(LANGUAGES))
    def test_options_differ_in_words(self, code: str) -> None:
        say = get_language(code).say
        for name in ALL:
            for item in drawn(name, 36):
                assert len({say(option) for option in item.options}) == len(item.options)

    @given(name=st.sampled_from(ALL), items=st.integers(0, 40), seed=st.integers(0, 1000))
    def test_any_number_of_items_is_balanced(self, name: str, items: int, seed: int) -> None:
        asked: list[Any] = []
        known = get_probe(name)

        def ask(case: Any, rng: np.random.Generator) -> Question:
            asked.append(case)
            return known.ask(case, rng)

        spy = Probe(name, known.options, known.cases, ask)
        places = Counter(item.answer for item in spy.draw(items, np.random.default_rng(seed)))
        cases = Counter(asked)
        assert sum(places.values()) == sum(cases.values()) == items
        assert max(places.values(), default=0) - min(places[place] for place in range(known.options)) <= 1
        assert max(cases.values(), default=0) - min(cases[case] for case in known.cases) <= 1


class TestWhatTheyAsk:
    def test_spatial_options_are_the_four_relations_of_the_same_two(self) -> None:
        items = drawn("spatial")
        for item in items:
            assert {option.relation for option in item.options} == set(RELATIONS)
            assert len({option.phrases for option in item.options}) == 1
            assert len(item.scene.things) == 2
        assert set(Counter(item.options[item.answer].relation for item in items).values()) == {180}

    def test_counting_options_are_two_to_ten_of_one_sort(self) -> None:
        items = drawn("counting")
        for item in items:
            assert {option.phrases[0].many for option in item.options} == set(range(2, MOST + 1))
            assert len({option.phrases[0].sort for option in item.options}) == 1
        assert set(Counter(len(item.scene.things) for item in items).values()) == {80}

    def test_temporal_options_differ_in_the_phase_only(self) -> None:
        items = drawn("temporal")
        for item in items:
            assert {option.phase for option in item.options} == {"before", "after"}
            assert len({(option.phrases, option.event) for option in item.options}) == 1
        assert list(Counter(item.scene.event for item in items).values()) == [120] * 6

    @pytest.mark.parametrize(("part", "every"), [("colour", COLOURS), ("shape", SHAPES)])
    def test_controls_differ_in_one_attribute_only(self, part: str, every: tuple[str, ...]) -> None:
        for item in drawn(part):
            sorts = [option.phrases[0].sort for option in item.options]
            assert len({getattr(sort, part) for sort in sorts}) == len(item.options) == len(every)
            assert len({sort._replace(**{part: ""}) for sort in sorts}) == 1

    def test_chance(self) -> None:
        assert [get_probe(name).chance for name in FOUR] == [1 / 4, 1 / 9, 1 / 4, 1 / 2]


class TestNegation:
    @pytest.mark.parametrize("order", list(WORTH))
    def test_who_passes_over_no_is_at_chance_exactly(self, order: str) -> None:
        assert value(drawn("negation"), lambda item, option: float(WORTH[order] @ seen(item, option))) == 0.25

    @pytest.mark.parametrize("keen", [0.5, 1.5])
    def test_so_is_who_names_badly(self, keen: float) -> None:
        """Presence is perceived with noise: whatever the signal, errors do not bring the answer nearer."""
        rng = np.random.default_rng(7)
        perceived: dict[int, NDArray[np.float64]] = {}

        def judge(item: ProbeItem, option: Statement) -> float:
            felt = perceived.setdefault(
                id(item), keen * np.array([item.scene.count(s) > 0 for s in SORTS]) + rng.normal(size=len(SORTS))
            )
            assert option.denied is not None
            return float(felt[SORTS.index(option.phrases[0].sort)] + felt[SORTS.index(option.denied)])

        found = accuracy(items := drawn("negation", 2000), scored(items, judge), 0.9973)
        assert found.low is not None
        assert found.high is not None
        assert found.low < 0.25 < found.high

    @pytest.mark.parametrize("at", [0, 1])
    def test_so_is_who_reads_one_thing_only(self, at: int) -> None:
        assert value(drawn("negation"), lambda item, option: seen(item, option)[at]) == 0.25

    @pytest.mark.parametrize("order", list(WORTH))
    def test_loose_colours_and_shapes_bring_little(self, order: str) -> None:
        """A bag of words proper: how much of each word there is, whatever it belongs to."""

        def judge(item: ProbeItem, option: Statement) -> float:
            assert option.denied is not None
            named = [option.phrases[0].sort, option.denied]
            much = [sum(len({*sort} & {*thing.sort}) for thing in item.scene.things) for sort in named]
            return float(WORTH[order] @ (much[::-1] if option.denied_first else much))

        assert value(drawn("negation"), judge) == pytest.approx(0.25, abs=0.05)

    def test_where_an_option_denies_says_nothing(self) -> None:
        items = drawn("negation")
        assert all(sorted(option.denied_first for option in i.options) == [False, False, True, True] for i in items)
        right = Counter(item.options[item.answer].denied_first for item in items)
        assert right[True] == right[False]
        assert {len(set(item.scene.sorts()) & set(SORTS)) for item in items} == {3}

    def test_the_paper_s_own_punishes_whoever_passes_over_no(self) -> None:
        items = drawn("negation-paper")
        assert value(items, lambda item, option: seen(item, option).sum()) == 0.0
        assert value(items, lambda item, option: -item.scene.count(option.denied or SORTS[0])) == 1.0


class TestControlsOfTheControls:
    """Leaks that the checks must find."""

    @staticmethod
    def leak(ask: Callable[[int, np.random.Generator], Question]) -> Probe:
        return Probe("leak", 4, (0, 1, 2, 3), ask)

    def test_a_word_that_is_true_more_often(self) -> None:
        def often_red(case: int, rng: np.random.Generator) -> Question:
            sort = Sort(("red", "red", "green", "blue")[case], "circle")
            named = [Statement((Phrase(Sort(colour, "circle")),)) for colour in ("red", "green", "blue", "yellow")]
            return group(rng, sort, 1), named

        found = blind_accuracy(self.leak(often_red), 800)
        assert found.low is not None
        assert found.low > 0.4

    def test_the_odd_one_out(self) -> None:
        def odd(case: int, rng: np.random.Generator) -> Question:
            true, other = rng.permutation(4)[:2].tolist()
            sorts = [Sort("red", "circle"), Sort("green", "square"), Sort("blue", "cross"), Sort("yellow", "triangle")]
            wrong = [Sort(sorts[other].colour, s.shape) for s in sorts if s.shape != sorts[true].shape]
            return group(rng, sorts[true], 1), [Statement((Phrase(s),)) for s in (sorts[true], *wrong)]

        found = blind_accuracy(self.leak(odd), 800)
        assert found.value is not None
        assert found.value > 0.9

    def test_pictures_that_are_all_alike(self) -> None:
        def always_two(case: int, rng: np.random.Generator) -> Question:
            named = [Statement((Phrase(SORTS[0], many=many, plural=True),)) for many in (2, 3, 4, 5)]
            return group(rng, SORTS[0], 2), named

        assert shuffled_accuracy(self.leak(always_two), 100).value == 1.0
        with pytest.raises(CheckFailedError, match=r"another item's picture is right 100.0% of the time; chance is 25"):
            dict(probe_checks(self.leak(always_two)))["another picture tells nothing"]()

    def test_checks_survive_a_broken_probe(self) -> None:
        def broken(case: int, rng: np.random.Generator) -> Question:
            raise RuntimeError("\x1b[31mno")

        assert {outcome.status for outcome in check_probe(self.leak(broken))} == {"failed"}
        assert len(probe_checks(self.leak(broken))) == 4


class TestRegistering:
    def test_options_that_are_all_false_are_refused(self) -> None:
        def none(case: int, rng: np.random.Generator) -> Question:
            return group(rng, SORTS[0], 1), [Statement((Phrase(sort),)) for sort in SORTS[1:5]]

        with pytest.raises(UsageError, match="gave 4 options of which 0 are true; it must give 4, just one"):
            Probe("none", 4, (0,), none).draw(1, np.random.default_rng(0))

    def test_a_name_cannot_be_taken_twice(self) -> None:
        get_probe("spatial")
        with pytest.raises(UsageError, match="Two probes are called 'spatial'"):
            probe("spatial", options=4, cases=(0,))(lambda case, rng: drawn("spatial")[0].scene)  # type: ignore[arg-type, return-value]

    def test_unknown_names_and_numbers(self) -> None:
        with pytest.raises(UsageError, match=r"no probe called 'sptial'. Installed: colour, counting"):
            get_probe("sptial")
        with pytest.raises(UsageError, match="cannot be -1 items"):
            drawn("spatial", -1)


class TestScoring:
    def test_ties_share_and_what_is_not_finite_has_no_score(self) -> None:
        items = drawn("spatial", 4)
        scores = np.full((4, 4), 0.5)
        scores[1, items[1].answer] = 0.6
        scores[2, (items[2].answer + 1) % 4] = 0.6
        scores[3, 0] = -np.inf
        np.testing.assert_array_equal(credit(items, scores), [0.25, 1.0, 0.0, np.nan])

    @given(scores=st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4), min_size=1, max_size=9))
    def test_turning_the_answer_over_all_places_shares_one_point(self, scores: list[list[float]]) -> None:
        """Whatever the scores, over all four possible answers they earn exactly one point: chance, by symmetry."""
        items = sorted(drawn("spatial", 4 * len(scores)), key=lambda item: item.answer)
        assert credit(items, np.array(scores * 4)).sum() == pytest.approx(len(scores))

    def test_outcomes_are_accepted(self) -> None:
        parts, rng = [], np.random.default_rng(3)
        for name in ("spatial", "counting"):
            items = drawn(name, 60)
            for params in (1e3, 1e4):
                scores = rng.normal(size=(60, len(items[0].options)))
                scores[0, 0] = np.nan
                parts.append(score_items(items, scores, f"m{params:g}", family="dual", axes={"params": params}))
        outcomes = Outcomes.from_frame(pl.concat(parts))
        assert outcomes.chance == {"spatial": 0.25, "counting": pytest.approx(1 / 9)}
        assert outcomes.systems["params"].to_list() == [1e3, 1e4]
        assert outcomes.missing() == {"error": 4}
        assert set(outcomes.missing()) < set(MISSING)
        cells = outcomes.cells("spatial")
        assert [int(n) for n in cells.n] == [59, 59]

    def test_accuracy_is_wilson_s(self) -> None:
        items = drawn("temporal", 40)
        scores = scored(items, lambda item, option: option.is_true(item.scene))
        scores[:10] *= -1
        scores[10:15] = np.nan
        assert accuracy(items, scores) == wilson(25, 35)

    def test_nothing_scored_is_no_zero(self) -> None:
        items = drawn("temporal", 3)
        found: Estimate = accuracy(items, np.full((3, 2), np.nan))
        assert (found.value, found.missing) == (None, "no item has a score")
        assert accuracy([], np.empty((0, 2))).missing == "there are no items"

    @pytest.mark.parametrize("shape", [(3, 2), (2, 4), (3, 4, 1), (3,)])
    def test_wrong_shapes_are_refused(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(UsageError, match="one score per option of each item"):
            credit(drawn("spatial", 3), np.zeros(shape))
        with pytest.raises(UsageError, match="no axis 'parms'"):
            score_items(drawn("spatial", 1), np.zeros((1, 4)), "m", axes={"parms": 3})


class TestOptionSet:
    def test_what_is_written_is_what_was_drawn(self, tmp_path: Path) -> None:
        Image = pytest.importorskip("PIL.Image")  # noqa: N806 - it is a module
        items = [*drawn("counting", 2), *drawn("negation", 2)]
        path = write_option_set(items, tmp_path / "set", get_language("de"), seed=5, enlarge=3)
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert [asked.options for asked in read_option_set(path).items] == [tuple(line["options"]) for line in lines]
        assert [line["id"] for line in lines] == ["counting-0", "counting-1", "negation-2", "negation-3"]
        for line, item, picture in zip(lines, items, draw_pictures([i.scene for i in items], 5), strict=True):
            assert set(line) == {"id", "image", "options", "answer", "capability", "cluster"}
            assert line["options"] == [get_language("de").say(option) for option in item.options]
            assert (line["answer"], line["capability"]) == (item.answer, item.capability)
            with Image.open(path.parent / line["image"]) as image:
                assert (image.format, image.size) == ("PNG", (3 * SIDE, 3 * SIDE))
                np.testing.assert_array_equal(np.asarray(image)[1::3, 1::3], picture)

    def test_same_seed_same_bytes(self, tmp_path: Path) -> None:
        pytest.importorskip("PIL.Image")
        one, two = (
            write_option_set(drawn("spatial", 3), tmp_path / name, get_language("en"), seed=2) for name in ("a", "b")
        )
        assert one.read_bytes() == two.read_bytes()
        images = [sorted(p.read_bytes() for p in (path.parent / "images").iterdir()) for path in (one, two)]
        assert images[0] == images[1]

    def test_an_option_set_is_not_overwritten(self, tmp_path: Path) -> None:
        pytest.importorskip("PIL.Image")
        write_option_set(drawn("spatial", 1), tmp_path, get_language("en"))
        with pytest.raises(UsageError, match="holds an option set already"):
            write_option_set(drawn("spatial", 1), tmp_path, get_language("en"))
        with pytest.raises(UsageError, match="not 0 times"):
            write_option_set(drawn("spatial", 1), tmp_path / "b", get_language("en"), enlarge=0)

    def test_without_pillow_it_says_what_to_install(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "PIL", None)
        with pytest.raises(MissingExtraError, match="tacit\\[checkpoints\\]"):
            write_option_set(drawn("spatial", 1), tmp_path, get_language("en"))
