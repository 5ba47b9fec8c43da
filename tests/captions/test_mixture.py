"""`tacit mix`: what is typed, what comes back, and what is said when it cannot be done."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import tacit
from tacit.captions.curate.mixture import mix_sources
from tacit.captions.curate.rates import parse_number, parse_rate, parse_share
from tacit.captions.validation import write_sample
from tacit.cli.main import main
from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two audited corpora."""
    places = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    for seed, place in enumerate(places):
        result = tacit.audit(write_sample(place / "captions.parquet", rows=500, seed=seed))
        (place / "result.json").write_text(result.to_json(), encoding="utf-8")
    return places


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["mix", *words])
    said = capsys.readouterr()
    return code, " ".join((said.out + said.err).split())


def test_the_paper_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "tallyqa=9000@100%", "llava=17,138@69/1000")
    assert code == 0
    assert said.startswith("39.0% of 26,138 items 95% interval 38.0–40.1%")
    assert "tallyqa 9,000 100%" in said
    assert "llava 17,138 6.9% 5.4–8.6%" in said
    assert "Taken as exact" not in said


def test_a_stated_rate_is_said_to_have_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = run(capsys, "9000@100%", "17138@6.9%")
    assert said.startswith("39.0% of 26,138 items Source")
    assert "Taken as exact: the rate of B." in said


def test_the_number_that_gives_a_share(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "x@100%", "17138@69/1000", "--target", "39%")
    assert code == 0
    assert "A: 9,019 items (interval: 8,542 to 9,426)" in said
    assert run(capsys, "?@1", "17138@69/1000", "--target", "0.39")[1] == said


def test_one_source_in_place_of_another() -> None:
    made = mix_sources(["x@100%", "y=x@69/1000"], target=0.39, total=26_138).mixtures[0]
    one, two = made.sources
    assert one.items + two.items == made.items == 26_138
    assert one.needed is not None
    assert two.needed is not None
    assert (two.needed.low, two.needed.high) == (26_138 - (one.needed.high or 0), 26_138 - (one.needed.low or 0))
    assert (made.share.value or 0) == pytest.approx(0.39, abs=1e-4)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["x/5000@100%", "17138@6.9%"], "9,019 items of A are needed, and there are only 5,000"),
        (["x@30%", "100@10%"], "without this source the share is below the target, and with it as well"),
        (["x@30%", "y=x@10%", "--total", "50"], "stays below the target even when this source takes the place of all"),
        (["x@100%", "y=x/10@6.9%", "--total", "50"], "there are only 10 items of y, and 32 are needed"),
        (["x@14/100", "1000@1/1000", "--target", "12%"], "no number is surely enough"),
    ],
)
def test_what_cannot_be_reached_is_said(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, *words, *([] if "--target" in words else ["--target", "39%"]))
    assert told in said
    # A number that may be enough reaches the target, as far as the rates are known.
    assert code == (0 if "no number is surely enough" in told else 1)
    assert ("is not reached: " in said) == ("tacit: error: Not reached: " in said) == bool(code)


def test_audits_give_every_type(audits: tuple[Path, Path]) -> None:
    made = mix_sources([f"1000@{audits[0]}", f"3000@{audits[1] / 'result.json'}"])
    assert [m.type for m in made.mixtures] == ["counting", "spatial", "negation", "temporal"]
    assert "corrected with one validation" in " ".join(made.remarks)
    for mixture in made.mixtures:
        low, high = (
            sum(s.items * (getattr(s.rate, end) or 0) for s in mixture.sources) / 4_000 for end in ("low", "high")
        )
        assert mixture.share.low == pytest.approx(low)
        assert mixture.share.high == pytest.approx(high)
    frame = made.to_frame()
    assert frame.height == 4 * 3
    assert frame["source"].null_count() == 4


def test_an_audit_beside_a_rate_given_by_hand(audits: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "9000@100%", f"1000@{audits[0]}")
    assert code == 2
    assert "Of which type are the rates given by hand? Say it with --type" in said
    code, said = run(capsys, "9000@100%", f"1000@{audits[0]}", "--type", "counting")
    assert code == 0
    assert "of 10,000 items state counting" in said
    code, said = run(capsys, "9000@100%", f"1000@{audits[0]}", "--type", "colour")
    assert (code, "the audits have counting, spatial" in said) == (2, True)
    code, said = run(capsys, f"x@{audits[0]}", f"1000@{audits[1]}", "--target", "50%")
    assert (code, "one type at a time: --type" in said) == (2, True)


def test_an_audit_without_a_corrected_rate_is_refused(audits: tuple[Path, Path], tmp_path: Path) -> None:
    content: dict[str, Any] = json.loads((audits[0] / "result.json").read_text())
    for entry in content["corrected"]:
        entry["share"] = replace(Estimate.none("too few labels")).to_json()
    (tmp_path / "result.json").write_text(json.dumps(content))
    with pytest.raises(
        Exception, match=r"no corrected rate of counting \(too few labels\).* give the detected rate as \d+/\d+"
    ):
        mix_sources([f"5@{tmp_path}"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["9000 100%"], "'9000 100%' is not a source. Write COUNT@RATE"),
        (["9000@5"], "A: '5' is not a share. Write it as 39% or 0.39"),
        (["9000@abc"], "A: 'abc' is not a rate, and there is no audit of that name. Write 69/1000"),
        (["9000@no/result.json"], "or name an audit's folder or its result.json."),
        (["9000@5/4"], "A: 5 of 4 is no share"),
        (["9000@0/0"], "A: 0 of 0 is no share"),
        (["9000@6.9%,8%,9%"], "should be the rate, then its lower and its upper limit"),
        (["nine@5%"], "A: 'nine' is not a whole number"),
        (["9/10@5%"], "/10 goes with x"),
        (["a=9@5%", "a=9@6%"], "Two sources have the same name"),
        (["x@5%", "9@6%"], "How many items of A? Say which share is wanted: --target 39%"),
        (["9@5%", "--target", "39%"], "no number is sought. Write x for it"),
        (["9@5%", "--target", "39"], "--target: '39' is not a share"),
        (["x@5%", "y=x@6%", "--target", "39%"], "2 numbers are sought; one is found, or two with the --total"),
        (["x@5%", "9@6%", "--target", "39%", "--total", "20"], "--total goes with two numbers that are sought"),
        (["x@5%", "y=x@6%", "30@7%", "--target", "39%", "--total", "20"], "--total 20 is less than the 30 items"),
        (["x@5%", "--target", "39%"], "There are no items to add to"),
        (["9@1\x1b[31m"], "A: '1\\x1b[31m' is not a rate"),
    ],
)
def test_errors_read_aloud(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, *words)
    assert code == 2
    assert told in said
    assert said.startswith("tacit: error: ")


def test_the_json_is_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mix", "x@100%", "17138@69/1000", "--target", "39%", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "tacit.mix/1"
    assert told["mixtures"][0]["sources"][0]["needed"]["items"] == 9_019
    assert told == json.loads(mix_sources(["x@100%", "17138@69/1000"], target=0.39).to_json())


@pytest.mark.parametrize(
    ("text", "value"), [("6.9%", 0.069), ("0.069", 0.069), (" 100% ", 1.0), ("0", 0.0), (".5", 0.5)]
)
def test_shares(text: str, value: float) -> None:
    assert parse_share(text, "x") == value
    assert parse_rate(text, "x").value == value


@pytest.mark.parametrize("text", ["", "%", "1e-3", "-1%", "101%", "٣٩%", "nan", "1..2"])
def test_no_shares(text: str) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        parse_share(text, "x")


@pytest.mark.parametrize("text", ["", "1,2", "1_00", "-1", "1.5", "٣", "9" * 16])
def test_no_numbers(text: str) -> None:
    with pytest.raises(UsageError, match="is not a whole number"):
        parse_number(text, "x")
