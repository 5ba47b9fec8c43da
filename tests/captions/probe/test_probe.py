"""A probe's numbers, with models whose accuracy is known; what is missing; and runs that are cut short."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.probe.probe_work import Fixed, Reader, save_image, spatial_set, write_items

from tacit.captions.probe import ask as asking
from tacit.captions.probe.api import probe
from tacit.captions.probe.pictures import MOST_PIXELS, exchanged, read_picture
from tacit.captions.probe.scoring import right_share, softmax
from tacit.captions.probe.settings import ProbeSettings
from tacit.errors import DataError, UsageError
from tacit.evidence.intervals import wilson
from tacit.judge.api import read_outcomes
from tacit.judge.api import scale as judge
from tacit.judge.judging import Question
from tacit.verify.api import compare_files

ROOT = Path(__file__).resolve().parents[3]
BOTH = ProbeSettings(controls=("blind", "shuffled"), seed=3)


def test_an_oracle_is_always_right_and_its_controls_are_not(tmp_path: Path) -> None:
    found = probe(spatial_set(tmp_path), [Reader()], settings=BOTH)
    asked = found.score("spatial")
    assert (asked.accuracy.value, asked.chance, asked.ties, asked.scored) == (1.0, 0.25, 0, 80)
    assert asked.accuracy == wilson(80, 80)
    assert asked.corrected.value == 1.0
    assert found.score("spatial", condition="blind").accuracy.value == 0.25
    shuffled = found.score("spatial", condition="shuffled").accuracy
    assert shuffled.value is not None
    assert shuffled.value < 0.5
    assert not any(score.solvable for score in found.scores)
    assert not found.examples
    assert not found.remarks


def test_accuracy_is_the_share_that_is_right(tmp_path: Path) -> None:
    wrong = Reader("wrong", lambda answer, number: (answer + (number % 5 == 0)) % 4)
    found = probe(spatial_set(tmp_path), [wrong])
    assert found.score("spatial").accuracy == wilson(64, 80)
    assert found.score("spatial").corrected.value == pytest.approx((0.8 - 0.25) / 0.75)
    example = found.examples[0]
    assert len(found.examples) == 3
    assert (example.item, example.answer, example.chosen, example.margin) == ("1", 0, 1, -1.0)
    right = math.e / (math.e + 3)
    mean = 0.8 * right + 0.2 / (math.e + 3)
    assert found.score("spatial").probability.value == pytest.approx(mean)


def test_a_constant_model_is_at_chance_and_told_to_be_tied(tmp_path: Path) -> None:
    found = probe(spatial_set(tmp_path), [Fixed("constant", lambda texts: [0.5] * len(texts))])
    score = found.score("spatial")
    assert (score.accuracy.value, score.corrected.value, score.ties) == (0.25, 0.0, 80)
    assert score.probability.value == 0.25
    assert any("in 80 of 80 items several options share the highest score" in words for words in found.remarks)


@given(st.lists(st.sampled_from([0.0, 1.0, 2.5, -3.0]), min_size=2, max_size=6))
def test_ties_share_one_point_among_all_options(scores: list[float]) -> None:
    shares = [right_share(scores, at)[0] for at in range(len(scores))]
    assert sum(shares) == pytest.approx(1.0)
    assert {share for share in shares if share} == {1 / right_share(scores, 0)[1]}
    assert sum(softmax(scores)) == pytest.approx(1.0)
    # Rounding in the last digits of float32 makes no winner.
    assert [
        right_share([s * (1 + 1e-8 * k) for k, s in enumerate(scores)], at)[0] for at in range(len(scores))
    ] == shares


def test_items_of_one_image_make_one_observation(tmp_path: Path) -> None:
    file = spatial_set(tmp_path)
    items = [json.loads(line) for line in file.read_text().splitlines()]
    again = [{**item, "id": f"{at}-{k}"} for k in range(5) for at, item in enumerate(items)]
    wrong = Reader("wrong", lambda answer, number: (answer + (number % 5 < 2)) % 4)
    once = probe(file, [wrong]).score("spatial").accuracy
    many = probe(write_items(tmp_path, again), [wrong]).score("spatial").accuracy
    assert many.value == once.value == 0.6
    assert many.n == 400
    assert many.method.endswith("80 clusters")
    assert many.low is not None
    assert once.low is not None
    assert many.low == pytest.approx(once.low, abs=0.02)
    named = [{**item, "cluster": str(at % 10)} for at, item in enumerate(items)]
    assert probe(write_items(tmp_path, named), [wrong]).score("spatial").accuracy.method.endswith("10 clusters")


def test_what_cannot_be_scored_keeps_its_reason(tmp_path: Path) -> None:
    from PIL import Image

    save_image(tmp_path / "good.png", 1)
    (tmp_path / "broken.png").write_bytes((tmp_path / "good.png").read_bytes()[:40])
    (tmp_path / "page.png").write_text("<html>")
    Image.new("1", (MOST_PIXELS // 4_000 + 1, 4_000)).save(tmp_path / "huge.png")
    (tmp_path / "folder.png").mkdir()
    names = ["good.png", "broken.png", "page.png", "huge.png", "none.png", "folder.png", "good.png"]
    items = [{"image": name, "options": ["a", "b"], "answer": 1, "capability": "c"} for name in names]
    items[-1]["options"] = ["a", "nan"]
    odd = Fixed("odd", lambda texts: [math.nan, 1.0] if "nan" in texts else [0.0, 1.0])
    long = Fixed("long", lambda texts: "option too long")
    out = tmp_path / "out"
    found = probe(write_items(tmp_path, items), [odd, long], out=out)
    score = found.score("c", "odd")
    assert (score.items, score.scored) == (7, 1)
    assert dict(score.not_scored) == {
        "image broken": 2, "image missing": 2, "image too large": 1, "score not finite": 1,
    }  # fmt: skip
    assert found.score("c", "long").accuracy.missing == "no item of it has a score"
    rows = pl.read_parquet(out / "outcomes.parquet").filter(pl.col("system") == "odd")
    assert rows["missing"].to_list() == [None, *["not run"] * 5, "error"]
    assert rows["score"].to_list() == [1.0, *[None] * 6]
    assert "c, odd, as asked: 6 of 7 items not scored" in "\n".join(found.remarks)
    assert "long" in found.summary()
    assert "no item of it has a score" in (out / "report.html").read_text(encoding="utf-8")


def test_pictures_are_upright_rgb_and_only_of_known_formats(tmp_path: Path) -> None:
    from PIL import Image

    turned = Image.new("L", (8, 4), 10)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    picture = read_picture(tmp_path / "turned.jpg")
    assert not isinstance(picture, str)
    assert (picture.size, picture.mode) == ((4, 8), "RGB")
    Image.new("RGB", (4, 4)).save(tmp_path / "a.ppm")
    assert read_picture(tmp_path / "a.ppm") == "image broken"
    os.mkfifo(tmp_path / "pipe.png")
    assert read_picture(tmp_path / "pipe.png") == "image missing"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("pqrst")), max_size=30), st.integers(0, 5))
def test_nobody_is_shown_its_own_image_when_that_can_be(items: list[tuple[str, str]], seed: int) -> None:
    capabilities, contents = [c for c, _ in items], [i for _, i in items]
    found = exchanged(capabilities, contents, seed)
    for at, other in enumerate(found):
        own = [i for c, i in items if c == capabilities[at]]
        if other is None:
            assert max(map(own.count, own)) > len(own) / 2
        else:
            assert capabilities[other] == capabilities[at]
            assert contents[other] != contents[at]


def test_a_set_that_needs_no_image_is_said_to(tmp_path: Path) -> None:
    file = spatial_set(tmp_path)
    items = [json.loads(line) for line in file.read_text().splitlines()]
    for item in items:
        item["options"][item["answer"]] += ", clearly"
    knows = Fixed("reads texts", lambda texts: [float("clearly" in text) for text in texts])
    found = probe(write_items(tmp_path, items), [knows], settings=BOTH)
    assert found.score("spatial", condition="blind").solvable
    assert found.score("spatial", condition="shuffled").solvable
    assert not found.score("spatial").solvable
    told = "\n".join(found.remarks)
    assert "spatial, reads texts: solvable without the image. 100 % (95.4–100) right" in told.replace("\u00a0", " ")
    assert "choosing the longest option gets 100 %" in told.replace("\u00a0", " ")


def test_the_outcomes_are_what_scale_and_compare_read(tmp_path: Path) -> None:
    file = spatial_set(tmp_path)

    def step(k: int) -> Reader:
        """Right on k + 1 of 8 items."""
        return Reader(f"m{k}", lambda answer, number: answer if number % 8 <= k else (answer + 1) % 4, 10.0 ** (6 + k))

    (tmp_path / "known.csv").write_text("system,family,samples\n" + "".join(f"m{k},f,{k + 1}M\n" for k in range(6)))
    out = tmp_path / "out"
    found = probe(file, [step(k) for k in range(6)], settings=BOTH, systems=tmp_path / "known.csv", out=out)
    outcomes = read_outcomes([out / "outcomes.parquet"])
    assert outcomes.chance == {"spatial": 0.25}
    assert outcomes.systems.select("system", "family", "params", "samples").row(2) == ("m2", "f", 1e8, 3e6)
    assert found.to_outcomes().rows.equals(outcomes.rows)
    both = [out / "outcomes.parquet", out / "beside.parquet"]
    asked = Question(axes=("params",), capabilities=("spatial",), companions={"spatial": "spatial (probability)"})
    assert judge(both, question=asked).verdict("spatial").verdict == "scaling"
    result = compare_files(f"{both[0]}::m1", f"{both[0]}::m4")
    assert result.comparison("spatial").effect.value == pytest.approx(0.375)
    assert read_outcomes([both[1]]).capabilities == ("spatial (blind)", "spatial (probability)", "spatial (shuffled)")


def test_a_run_that_is_cut_short_goes_on_without_asking_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PIECE", 16)
    file, out = spatial_set(tmp_path), tmp_path / "out"
    whole = probe(file, [Reader("a"), Reader("b")], settings=BOTH, out=tmp_path / "whole")

    class Fails(Reader):
        def score(self, images: Any, options: Any) -> Any:
            if self.asked >= 32:
                raise KeyboardInterrupt
            return super().score(images, options)

    with pytest.raises(KeyboardInterrupt):
        probe(file, [Reader("a"), Fails("b")], settings=BOTH, out=out)
    first, second = Reader("a"), Reader("b")
    with pytest.raises(UsageError):
        probe(file, [first], settings=BOTH, out=out)
    again = probe(file, [first, second], settings=BOTH, out=out)
    assert (first.asked, second.asked) == (0, 3 * 80 - 32)
    assert again == whole
    for name in ("result.json", "report.html", "outcomes.parquet", "beside.parquet"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    file, out = spatial_set(tmp_path, items=200), tmp_path / "out"
    code = (
        "import os, signal, sys\n"
        "from tests.captions.probe.probe_work import Reader\n"
        "from tacit.captions.probe.api import probe\n"
        "class Killed(Reader):\n"
        "    def score(self, images, options):\n"
        "        if self.asked >= 128:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return super().score(images, options)\n"
        "probe(sys.argv[1], [Killed()], out=sys.argv[2])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file), str(out)], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    reader = Reader()
    assert probe(file, [reader], out=out).score("spatial").accuracy == wilson(200, 200)
    assert reader.asked == 200 - 128


def test_models_and_their_answers_are_checked(tmp_path: Path) -> None:
    file = spatial_set(tmp_path, items=8)
    with pytest.raises(UsageError, match="Two models are called 'reader'"):
        probe(file, [Reader(), Reader()])
    with pytest.raises(DataError, match="gave 2 scores for the 4 options of item '1'"):
        probe(file, [Fixed("short", lambda texts: [0.0, 1.0])])

    class Few(Reader):
        def score(self, images: Any, options: Any) -> list[list[float]]:
            return super().score(images[1:], options[1:])

    with pytest.raises(DataError, match="asked about 8 items and answered for 7"):
        probe(file, [Few()])

    class Fails(Reader):
        def score(self, images: Any, options: Any) -> list[list[float]]:
            raise RuntimeError("CUDA out of memory")

    with pytest.raises(DataError, match=r"Model 'reader' failed on items '1' to '8': RuntimeError: CUDA .* --batch 1"):
        probe(file, [Fails()])
    (tmp_path / "known.csv").write_text("system,params\nother,7B\n")
    with pytest.raises(UsageError, match="says nothing of model 'reader'"):
        probe(file, [Reader()], systems=tmp_path / "known.csv")
    with pytest.raises(UsageError, match="--control is one of blind, shuffled, not 'deaf'"):
        ProbeSettings(controls=("deaf",))
