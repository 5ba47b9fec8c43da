"""Settings as plain JSON values without secrets, for manifests and fingerprints."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any, Final

REMOVED: Final = "(removed)"

_SECRET: Final = re.compile(
    r"(?:^|_)(?:secret|password|passwd|passphrase|pwd|credentials?|authorization|bearer|cookies?"
    r"|(?:api|access|private|account|secret|encryption|signing)_?key|apikey)(?:$|_)"
    r"|(?:^|_)(?:api|auth|access|bearer|session|refresh|security|sas|id|hf|hub|oauth)_?token$|^token$"
)
"""Names whose values are secrets. ``max_tokens``, ``tokenizer``, ``pad_token`` and a join ``key`` are not."""

_SECRET_PARAMETER: Final = re.compile(
    r"^(?:x-(?:amz|goog)-.*|sig|signature|key|awsaccesskeyid|googleaccessid|expires)$"
)
"""Further names that are secret, or change with each signature, in the query of a URL."""

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# One slash is enough: that is what becomes of a URL which somebody passed through Path.
_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+:/{1,2})(?:[^\s/?#\"'<>]*@)?(?P<place>[^\s?#\"'<>]*)"
    r"(?:\?(?P<query>[^\s#\"'<>]*))?(?:\#[^\s\"'<>]*)?"
)


def is_secret(name: str) -> bool:
    """Whether a setting of this name holds a secret.

    Example:
        >>> [is_secret(n) for n in ("api_key", "HF-Token", "apiKey", "max_tokens", "tokenizer", "key")]
        [True, True, True, False, False, False]
    """
    return _SECRET.search(_CAMEL.sub("_", name).lower().replace("-", "_")) is not None


def scrub_url(text: str, *, keep_query: bool = False) -> str:
    """Take user names, passwords, queries and fragments out of every URL in a text.

    Args:
        text: Any text.
        keep_query: Keep the query apart from parameters that are secrets or signatures, because what is left can
            tell one resource from another. For fingerprints, which nobody can read back.

    Example:
        >>> scrub_url("s3://id:secret@bucket/a.parquet?sig=1#x and hf://datasets/a")
        's3://bucket/a.parquet and hf://datasets/a'
        >>> scrub_url("https://host/v1?part=2&sig=abc", keep_query=True)
        'https://host/v1?part=2'
    """
    if ":/" not in text:
        return text

    def clean(match: re.Match[str]) -> str:
        parameters = (match["query"] or "").split("&") if keep_query else []
        kept = [p for p in parameters if p and not _secret_parameter(p.partition("=")[0])]
        return match["scheme"] + match["place"] + ("?" + "&".join(kept) if kept else "")

    return _URL.sub(clean, text)


def _secret_parameter(name: str) -> bool:
    return is_secret(name) or _SECRET_PARAMETER.match(name.lower()) is not None


def plain(value: object, *, keep_query: bool = False, where: str = "settings") -> Any:  # noqa: ANN401 - JSON
    """A setting as JSON values, without secrets.

    Args:
        value: None, a boolean, number, string, path, date, enumeration member, or a mapping, list, tuple or set of
            those. Sets are sorted.
        keep_query: As in `scrub_url`.
        where: Named in errors.

    Returns:
        The same in JSON's types; values whose name says that they are secrets are replaced by ``(removed)``.

    Raises:
        TypeError: If a value is of another type: whether it is equal from run to run could not be told.
        ValueError: If a number is not finite.

    Example:
        >>> from pathlib import Path
        >>> plain({"api_key": "sk-1", "model": "m", "sizes": (1, 2), "data": Path("a/b")})
        {'api_key': '(removed)', 'model': 'm', 'sizes': [1, 2], 'data': 'a/b'}
    """
    if isinstance(value, Enum):
        return plain(value.value, keep_query=keep_query, where=where)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{where} is {value}, which JSON cannot hold")
        return value
    if isinstance(value, str):
        return scrub_url(value, keep_query=keep_query)
    if isinstance(value, PurePath):
        return scrub_url(value.as_posix(), keep_query=keep_query)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {
            str(key): REMOVED
            if is_secret(str(key)) and item
            else plain(item, keep_query=keep_query, where=f"{where}.{key}")
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(item, keep_query=keep_query, where=f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, set | frozenset):
        items = [plain(item, keep_query=keep_query, where=where) for item in value]
        return sorted(items, key=lambda item: (type(item).__name__, item))
    raise TypeError(f"{where} is a {type(value).__name__}; settings are plain values, lists and mappings")
