"""Fields of JSON that others wrote, each of the kind it has to be or an error that says where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tacit.errors import DataError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object at one place.

    Attributes:
        values: The object.
        where: File, line and path in the line, for messages.

    Example:
        >>> fields = Fields({"a": "text", "b": [{"c": 1}]}, "x.jsonl, line 2")
        >>> fields.text("a"), [part.number("c") for part in fields.objects("b")]
        ('text', [1.0])
        >>> fields.text("b")
        Traceback (most recent call last):
        tacit.errors.DataError: x.jsonl, line 2: b must be a text, and is a list.
    """

    values: Mapping[str, Any]
    where: str

    def text(self, name: str, default: str | None = None) -> str:
        """A text.

        Raises:
            DataError: If it is no text, or not there and there is no default.
        """
        return str(self._get(name, str, "a text", default))

    def number(self, name: str) -> float:
        """A finite number.

        Raises:
            DataError: If it is none.
        """
        value = self._get(name, (int, float), "a number", None)
        if isinstance(value, bool) or not math.isfinite(value):
            raise self.wrong(name, "a finite number", value)
        return float(value)

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list; none if it is not there.

        Raises:
            DataError: If it is no list of objects.
        """
        for at, value in enumerate(self._get(name, list, "a list", [])):
            if not isinstance(value, dict):
                raise self.wrong(f"{name}[{at}]", "an object", value)
            yield Fields(value, f"{self.where}: {name}[{at}]")

    def part(self, name: str) -> Fields | None:
        """An object; ``None`` if it is not there.

        Raises:
            DataError: If it is something else.
        """
        if self.values.get(name) is None:
            return None
        return Fields(self._get(name, dict, "an object", None), f"{self.where}: {name}")

    def first(self, *names: str) -> str:
        """The first text of a list of labels, or a label by itself, under the first of the names that is there.

        Raises:
            DataError: If it is neither.
        """
        name = next((name for name in names if self.values.get(name) is not None), None)
        if name is None:
            return ""
        value = self.values[name]
        value = (value[0] if value else "") if isinstance(value, list) else value
        if not isinstance(value, str):
            raise self.wrong(name, "a label or a list of labels", value)
        return value

    def wrong(self, name: str, wanted: str, value: object) -> DataError:
        """The error for a field that is not what it has to be."""
        return DataError(f"{shown(self.where)}: {shown(name)} must be {wanted}, and is {_kind(value)}.")

    def _get(self, name: str, kind: type[T] | tuple[type, ...], wanted: str, default: T | None) -> Any:  # noqa: ANN401
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            raise DataError(f"{shown(self.where)}: {shown(name)} is missing; it must be {wanted}.")
        if not isinstance(value, kind):
            raise self.wrong(name, wanted, value)
        return value


def _kind(value: object) -> str:
    if value is None:
        return "missing"
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), f"the number {value!r}"[:40])
