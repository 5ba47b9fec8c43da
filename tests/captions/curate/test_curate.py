"""A selection holds what was asked for, whatever the corpus is cut into and whoever does the work."""

from __future__ import annotations

import json
import pickle
import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.captions.audit_work import save

from tacit.captions.curate.api import curate
from tacit.captions.curate.notes import UPWEIGHTING
from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import get_detector
from tacit.captions.validation import write_sample
from tacit.errors import DataError, UsageError
from tacit.runs.engine import check_importable
from tacit.runs.journal import JOURNAL_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.captions.curate.settings import CurateSettings
    from tacit.io.tables import Unit

TARGET = "counting=20%,spatial=25%,negation=10%"
PHRASES = {"counting": "two dogs", "spatial": "a cup next to a plate", "negation": "a man without a hat",
           "": "a red kite"}  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    path = write_sample(tmp_path_factory.mktemp("sample") / "all.parquet", rows=1_500, seed=3)
    frame = pl.read_parquet(path).select("caption").with_row_index("name").cast(pl.String)
    # Copies under other names, so that it matters which of them is taken.
    copies = frame.sample(200, seed=1).with_columns(name=pl.col("name") + "-copy")
    return pl.concat([frame, copies])


def states(caption: str) -> set[str]:
    return {hit.kind.type for hit in get_detector().detect(caption) if hit.kind.counts}


def test_targets_are_reached_and_the_list_says_so(corpus: pl.DataFrame, tmp_path: Path) -> None:
    result = curate(save(tmp_path / "a.parquet", corpus), target=TARGET, budget=200, id="name")
    chosen = result.to_frame()
    assert result.met
    assert result.size == chosen["weight"].sum() == 200
    assert {o.type: o.chosen for o in result.types if o.wanted} == {"counting": 40, "spatial": 50, "negation": 20}
    captions = dict(corpus.select("name", "caption").iter_rows())
    for name, row, types in chosen.select("id", "row", "types").iter_rows():
        assert corpus["name"][row] == name
        assert states(captions[name]) == set(types)
    texts = [captions[name] for name in chosen["id"]]
    assert len(set(texts)) == len(texts), "a text was taken under two names"
    copies = corpus.group_by("caption").len()
    assert dict(zip(texts, chosen["copies"], strict=True)) == dict(
        copies.filter(pl.col("caption").is_in(texts)).iter_rows()
    )


def test_cuts_order_and_threads_change_nothing(corpus: pl.DataFrame, tmp_path: Path) -> None:
    whole = curate(save(tmp_path / "whole" / "a.parquet", corpus), target=TARGET, budget=150, id="name", seed=5)
    for parts, workers in ((1, 2), (9, 1), (7, 3)):
        place = tmp_path / f"{parts} parts"
        shuffled = corpus.sample(fraction=1, shuffle=True, seed=parts)
        for at, part in enumerate(shuffled.iter_slices(-(-corpus.height // parts))):
            save(place / f"{at:02d}.parquet", part)
        cut = curate(place, target=TARGET, budget=150, id="name", seed=5, workers=workers)
        assert cut.to_json() == whole.to_json(), (parts, workers)
        assert cut.chosen.drop("file", "row").equals(whole.chosen.drop("file", "row")), (parts, workers)
    assert curate(place, target=TARGET, budget=150, id="name", seed=6).to_json() != whole.to_json()


def test_work_travels(corpus: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an engine is given can be taken to another machine, evaluation items and all, and does the same there."""
    from tacit.runs.engines.local import LocalEngine

    bench = save(tmp_path / "bench" / "b.parquet", corpus.select("caption").head(5))
    asked: dict[str, Any] = {"target": TARGET, "budget": 150, "exclude_benchmarks": [bench]}
    path = save(tmp_path / "a.parquet", corpus)
    here = curate(path, **asked)

    def elsewhere(self: LocalEngine, work: Any, items: Any) -> Any:
        for index, item in items:
            check_importable(work)
            there, sent = pickle.loads(pickle.dumps((work, item)))  # noqa: S301 - our own
            yield index, there(sent)

    monkeypatch.setattr(LocalEngine, "run", elsewhere)
    assert curate(path, **asked).to_json() == here.to_json()


@given(
    counts=st.fixed_dictionaries({name: st.integers(0, 12) for name in PHRASES}),
    shares=st.dictionaries(st.sampled_from(["counting", "spatial", "negation"]), st.integers(1, 60), min_size=1),
    budget=st.integers(1, 30), repeat=st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_always_holds(
    tmp_path: Path, counts: dict[str, int], shares: dict[str, int], budget: int, repeat: int
) -> None:
    texts = [f"{PHRASES[name]} in colour {chr(97 + at)}" for name, n in counts.items() for at in range(n)]
    path = save(tmp_path / "a.parquet", pl.DataFrame({"caption": texts}, schema={"caption": pl.String}))
    target = ",".join(f"{name}={share}%" for name, share in shares.items())
    if not texts:
        with pytest.raises(DataError, match="rows can be chosen"):
            curate(path, target=target, budget=budget, max_repeat=repeat)
        return
    result = curate(path, target=target, budget=budget, max_repeat=repeat)
    weights = result.chosen["weight"]
    assert result.size == weights.sum() == min(budget, len(texts))
    assert max(weights.to_list()) <= repeat
    for outcome in result.types:
        if outcome.wanted is None:
            continue
        there = counts[outcome.type] * repeat
        assert outcome.met == (outcome.chosen >= outcome.wanted)
        # Every caption states one type at most: targets that fit together are reached wherever there are enough.
        assert outcome.met or there < outcome.wanted or sum(o.wanted or 0 for o in result.types) > result.size
        assert outcome.most_repeated <= 1 or counts[outcome.type] < outcome.wanted
        assert outcome.met or any(outcome.type in note for note in result.notes)


def test_repetition_is_named_then_used(tmp_path: Path) -> None:
    texts = [f"a man without a hat, {at}" for at in range(20)] + [f"a red kite {chr(97 + at % 26)} {at}" for at in
                                                                  range(1, 2_000)]  # fmt: skip
    path = save(tmp_path / "a.parquet", {"caption": texts})
    short = curate(path, target="negation=5%", budget=1_000)
    assert not short.met
    assert short.type("negation").chosen == 20
    told = " ".join(short.notes)
    assert "5.0\u00a0% of 1,000 needs 50, and there are 20 different ones" in told
    assert "2.5 times" in told
    assert "--max-repeat 3" in told
    reached = curate(path, target="negation=5%", budget=1_000, max_repeat=3)
    mine = reached.chosen.filter(pl.col("types").list.contains("negation"))
    assert reached.met
    assert mine["weight"].sum() == 50
    assert set(mine["weight"]) == {2, 3}
    assert UPWEIGHTING in reached.notes
    assert re.search(r"\)\* +2.5 times$", reached.summary(), re.MULTILINE)
    assert set(reached.chosen.filter(~pl.col("types").list.contains("negation"))["weight"]) == {1}


def test_evaluation_items_are_never_chosen(corpus: pl.DataFrame, tmp_path: Path) -> None:
    items = corpus["caption"].unique(maintain_order=True).head(40)
    bench = save(tmp_path / "bench.parquet", {"caption": items.str.to_uppercase()})
    path = save(tmp_path / "a.parquet", corpus)
    out = tmp_path / "out"
    result = curate(path, target="spatial=20%", budget=1_000, id="name", exclude_benchmarks=[bench], out=out)
    captions = dict(corpus.select("name", "caption").iter_rows())
    assert not {captions[name] for name in result.chosen["id"]} & set(items)
    flagged = corpus.filter(pl.col("caption").is_in(items.to_list()))
    exact = result.excluded.filter(pl.col("kind") == "exact")
    assert sorted(exact["id"]) == sorted(flagged["name"])
    assert sum(n for _, _, n in result.overlaps) == result.excluded.height
    assert result.pool == corpus.height - result.excluded.height
    assert pl.read_parquet(out / "excluded.parquet").equals(result.excluded)
    assert pl.read_parquet(out / "chosen.parquet").equals(result.chosen)


def test_what_cannot_be_avoided_is_said(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", {"caption": [f"two dogs next to tree {chr(97 + at)}" for at in range(20)]})
    result = curate(path, target="counting=10%", budget=10)
    assert result.met
    assert result.type("counting").excess == 9
    assert "could not be avoided" in " ".join(result.notes)


def test_a_run_goes_on_where_it_stopped(corpus: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tacit.captions.curate.unit import curate_unit

    for at, part in enumerate(corpus.iter_slices(200)):
        save(tmp_path / "parts" / f"{at}.parquet", part)
    calls: list[int] = []
    stop_at = 5

    def stopping(settings: CurateSettings, numbered: tuple[int, Unit]) -> bytes:
        calls.append(numbered[0])
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        return curate_unit(settings, numbered)

    asked: dict[str, Any] = {"target": TARGET, "budget": 100, "workers": 1}
    monkeypatch.setattr("tacit.captions.curate.collect.curate_unit", stopping)
    monkeypatch.setattr("tacit.runs.engines.local.check_importable", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        curate(tmp_path / "parts", out=tmp_path / "out", **asked)
    assert (tmp_path / "out" / JOURNAL_NAME).exists()
    calls.clear()
    stop_at = -1
    resumed = curate(tmp_path / "parts", out=tmp_path / "out", **asked)
    assert sorted(calls) == list(range(4, 9))
    monkeypatch.undo()
    whole = curate(tmp_path / "parts", out=tmp_path / "whole", **asked)
    for name in ("result.json", "report.html", "chosen.parquet"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    assert resumed.chosen.equals(whole.chosen)
    with pytest.raises(UsageError, match="another run"):
        curate(tmp_path / "parts", out=tmp_path / "out", **{**asked, "budget": 99})


def test_labels_replace_the_shipped_accuracy(corpus: pl.DataFrame, tmp_path: Path) -> None:
    from tacit.captions.audit.draw import draw

    path = save(tmp_path / "a.parquet", corpus)
    drawn = draw([str(path)], tmp_path / "labels.jsonl", number=60)
    rows = [{"caption": label.caption, **dict.fromkeys(TYPES, at % 2)} for at, label in enumerate(drawn.queue)]
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = curate(path, target="spatial=20%", budget=100, labels=tmp_path / "labels.jsonl")
    spatial = result.type("spatial")
    assert spatial.source == "labels"
    assert spatial.precision.value is not None
    assert spatial.true_share.value == pytest.approx(spatial.precision.value * spatial.share)


@pytest.mark.slow
@pytest.mark.real
def test_two_no_longer_fills_the_quota(real_data: Path) -> None:
    path = real_data / "captions" / "flickr30k_en.parquet"
    result = curate(path, target="counting=20%,negation=4%", budget=2_000)
    numbers = {part.name: part for part in result.parts if part.number}
    stated = sum(part.in_pool for part in numbers.values())
    assert numbers["2"].in_pool / stated > 0.6
    # Eight numbers or more are there often enough for an even share of 400 places.
    often = [part.chosen for part in numbers.values() if part.in_pool > 80]
    assert len(often) >= 7
    assert max(often) - min(often) <= 8, often
    assert result.met


def test_hostile_captions(tmp_path: Path) -> None:
    texts = ["<script>alert(1)</script> two dogs", "two \x1b[31mcats \u202e", "[bold]no hat[/bold]"] + [
        f"a kite {chr(97 + at)}" for at in range(9)]  # fmt: skip
    ids = ["<img src=x>", "=cmd()", "\x00", *map(str, range(9))]
    bench = save(tmp_path / "b<script>.parquet", {"caption": ["a kite a", "<b>two</b> dogs"]})
    path = save(tmp_path / "a.parquet", {"caption": texts, "id": ids})
    out = tmp_path / "out"
    result = curate(path, target="counting=10%", budget=12, id="id", exclude_benchmarks=[bench], out=out)
    page = (out / "report.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "\x1b" not in result.summary()
    assert json.loads((out / "result.json").read_text())["met"] is True


def test_the_rest_is_a_random_sample(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", {"caption": [f"a kite {at}" for at in range(1, 61)]})
    seeds = random.Random(0).sample(range(10**6), 8)
    drawn = [row for seed in seeds for row in curate(path, target="negation=1%", budget=20, seed=seed).chosen["row"]]
    # Eight draws of a third: a caption that is in all of them, or many in none, would be odd.
    assert max(Counter(drawn).values()) <= 7
    assert len(set(drawn)) > 50


def test_names_must_be_single_values(tmp_path: Path) -> None:
    path = save(tmp_path / "a.parquet", {"caption": ["two dogs"], "tags": [["x"]]})
    with pytest.raises(UsageError, match=r"--id: column 'tags' .* holds a list"):
        curate(path, target=TARGET, budget=1, id="tags")


def test_captions_without_a_name_go_by_file_and_row(tmp_path: Path) -> None:
    """Rows count within the file, however many units and files stand before."""
    save(tmp_path / "a.parquet", {"caption": ["a kite", None, ""], "key": ["x", "y", "z"]})
    save(tmp_path / "b.parquet", {"caption": [None, "two dogs"], "key": ["v", None]})
    result = curate([tmp_path / "a.parquet", tmp_path / "b.parquet"], target="counting=50%", budget=5, id="key")
    assert sorted(result.chosen.select("id", "row").iter_rows()) == [(f"{tmp_path / 'b.parquet'}:1", 1), ("x", 0)]
    assert "fewer than the budget of 5" in " ".join(result.notes)
