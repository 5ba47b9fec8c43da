"""Manifests name what a run was made from and no secrets; fingerprints tell runs apart and nothing else."""

from __future__ import annotations

import json
import math
import random
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tacit.errors import DataError
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest, read_manifest, to_json
from tacit.runs.scrub import is_secret, plain, scrub_url

NOW = datetime(2026, 3, 1, 12, 0, 0, 999, tzinfo=UTC)
SECRET = "hunter2"  # noqa: S105 - everybody knows it

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
settings_ = st.dictionaries(
    st.text(min_size=1),
    st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8),
    max_size=6,
)
inputs_ = st.lists(st.builds(InputRecord, st.text(), st.integers(0, 2**40), st.text(min_size=1)), max_size=4)
safe = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-_", min_size=1, max_size=12)


def shuffled(value: Any, draw: random.Random) -> Any:
    """The same mappings in another order."""
    if isinstance(value, dict):
        keys = list(value)
        draw.shuffle(keys)
        return {key: shuffled(value[key], draw) for key in keys}
    return [shuffled(item, draw) for item in value] if isinstance(value, list) else value


@given(settings_, inputs_, st.randoms(use_true_random=False))
def test_fingerprint_is_of_content_not_of_order_or_place(
    settings: dict[str, Any], inputs: list[InputRecord], draw: random.Random
) -> None:
    moved = [InputRecord("elsewhere", r.bytes, r.digest) for r in inputs]
    one = fingerprint("audit", settings, inputs)
    assert one == fingerprint("audit", shuffled(settings, draw), moved)
    assert len(one) == 64


@given(settings_, st.text(min_size=1), scalars, scalars)
def test_fingerprint_changes_with_any_setting(settings: dict[str, Any], name: str, one: object, other: object) -> None:
    assume(not is_secret(name) and plain(one, keep_query=True) != plain(other, keep_query=True))
    assume(json.dumps(one) != json.dumps(other))
    assert fingerprint("a", {**settings, name: one}, []) != fingerprint("a", {**settings, name: other}, [])


def test_fingerprint_changes_with_kind_content_order_and_version(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = InputRecord("a", 1, "sha256:aa"), InputRecord("b", 1, "sha256:bb")
    made = [
        fingerprint("audit", {}, [a, b]),
        fingerprint("curate", {}, [a, b]),
        fingerprint("audit", {}, [b, a]),
        fingerprint("audit", {}, [a]),
        fingerprint("audit", {}, [a, InputRecord("b", 2, "sha256:bb")]),
    ]
    monkeypatch.setattr("tacit.runs.manifest.__version__", "99")
    made.append(fingerprint("audit", {}, [a, b]))
    assert len(set(made)) == len(made)


def test_fingerprint_ignores_rotated_secrets_but_not_the_rest_of_a_query() -> None:
    def of(url: str, key: str = "k1") -> str:
        return fingerprint("elicit", {"endpoint": url, "api_key": key}, [])

    url = "https://me:pw@host/v1?part=2&X-Amz-Signature=abc&token=t"
    assert of(url) == of("https://you:wp@host/v1?part=2&X-Amz-Signature=xyz&token=u", "k2")
    assert of(url) != of(url.replace("part=2", "part=3"))


@given(safe, safe, st.sampled_from(["https", "s3", "postgresql+psycopg2", "HF"]), st.text(max_size=20))
def test_no_password_or_query_survives(host: str, path: str, scheme: str, around: str) -> None:
    url = f"{scheme}://user:{SECRET}@{host}/{path}?q={SECRET}#{SECRET}"
    cleaned = scrub_url(f"{around} {url} {around}")
    assert SECRET not in cleaned
    assert f"{scheme}://{host}/{path}" in cleaned
    made = make_manifest(
        "k",
        {
            "nested": [{"url": url}, (Path(url),)],
            "api_key": SECRET,
            "deep": {"HF_TOKEN": SECRET, "dbPassword": [SECRET]},
        },
        [InputRecord(url, 1, "sha256:aa")],
        seed=None,
        started=NOW,
        notes={"address": f"ray://{SECRET}@{host}:10001"},
    )
    assert SECRET not in to_json(made).decode()


def test_odd_urls() -> None:
    assert scrub_url(f"https://a@b:{SECRET}@host/x") == "https://host/x"
    assert scrub_url(f"http://host?{SECRET}") == "http://host"
    assert scrub_url("C:\\data and 50% of a?b=c") == "C:\\data and 50% of a?b=c"
    assert scrub_url("s3://bucket/day=1/a b.parquet") == "s3://bucket/day=1/a b.parquet"


@pytest.mark.parametrize("name", ["max_tokens", "tokenizer", "pad_token", "key", "join_key", "author", "passage"])
def test_ordinary_names_are_not_taken_for_secrets(name: str) -> None:
    assert plain({name: "x"}) == {name: "x"}


class Colour(Enum):
    RED = "red"


def test_plain_values() -> None:
    made = plain(
        {"a": Colour.RED, "b": date(2026, 1, 2), "c": {3, 1, 2}, "d": Path("x") / "y", "e": NOW, "token": None}
    )
    assert made == {"a": "red", "b": "2026-01-02", "c": [1, 2, 3], "d": "x/y", "e": NOW.isoformat(), "token": None}
    with pytest.raises(TypeError, match=r"settings\.a\[1\] is a object"):
        plain({"a": [1, object()]})
    with pytest.raises(ValueError, match=r"settings\.a is nan"):
        plain({"a": math.nan})


def test_manifest_says_what_made_it() -> None:
    made = make_manifest("audit", {"x": 1}, [InputRecord("a", 1, "sha256:aa")], seed=5, started=NOW)
    import numpy
    import polars

    assert made["versions"]["polars"] == polars.__version__
    assert made["versions"]["numpy"] == numpy.__version__
    assert made["inputs"] == [{"path": "a", "bytes": 1, "digest": "sha256:aa"}]
    assert made["started"] == "2026-03-01T12:00:00+00:00"
    assert made["fingerprint"] == fingerprint("audit", {"x": 1}, [InputRecord("b", 1, "sha256:aa")])
    with pytest.raises(ValueError, match="time zone"):
        make_manifest("audit", {}, [], seed=None, started=NOW.replace(tzinfo=None))


def test_manifest_round_trip_and_odd_text(tmp_path: Path) -> None:
    made = make_manifest("audit", {"file": "caf\udce9 \u2028 <script>"}, [], seed=1, started=NOW)
    (tmp_path / "manifest.json").write_bytes(to_json(made))
    assert read_manifest(tmp_path / "manifest.json") == made
    assert read_manifest(tmp_path / "nothing.json") is None
    assert read_manifest(tmp_path) is None


def test_input_records(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    record = InputRecord.of(tmp_path / "a")
    assert (record.bytes, record.digest[:15]) == (3, "sha256:ba7816bf")
    with pytest.raises(DataError, match=r"Cannot read .*missing"):
        InputRecord.of(tmp_path / "missing")
