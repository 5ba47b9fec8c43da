from __future__ import annotations

import pytest

from tacit.errors import UsageError
from tacit.models.endpoint.address import environment_key, read_address


@pytest.mark.parametrize(
    "address",
    ["endpoint:m", "endpoint:m@ftp://a/v1", "endpoint:m@http://", "endpoint:m@http://u:p@h/v1",
     "endpoint:m@https://h/v1?key=1", "endpoint:@http://h/v1", "completions:m@http://h/v1#x"],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError, match="address of an endpoint"):
        read_address(address)


@pytest.mark.parametrize("kind", ["endpoint", "COMPLETIONS"])
def test_other_paths_of_the_same_endpoint(kind: str) -> None:
    assert read_address(f"{kind}:m@https://h:1/v1/").beside("/embeddings") == "https://h:1/v1/embeddings"


def test_the_key_that_is_named_for_tacit_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_API_KEY", "")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert environment_key() is None
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    assert environment_key() == "theirs"
    monkeypatch.setenv("TACIT_API_KEY", "ours")
    assert environment_key() == "ours"
