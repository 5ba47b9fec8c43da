"""The annotation plan: which images to ask about, what to ask for each, and what that should yield and cost."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tacit.errors import DataError
from tacit.io.places import explained, shown
from tacit.runs.atomic import write_atomic, writing

FORMAT: Final = "tacit annotation plan 1"


class PlannedImage(BaseModel):
    """One image to ask about.

    Attributes:
        image: As the corpus names it: a path relative to the folder of images, or an id that is one without suffix.
        ask: The types to ask for, in this order.
        annotators: How many people should answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    image: Annotated[str, Field(min_length=1)]
    ask: Annotated[tuple[str, ...], Field(min_length=1)]
    annotators: Annotated[int, Field(ge=1)] = 1

    @field_validator("image")
    @classmethod
    def _stays_inside(cls, image: str) -> str:
        """A plan may come from elsewhere; the names in it must not lead out of the folder of images."""
        parts = image.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or parts[0].endswith(":") or not image.isprintable():
            raise ValueError("an image is named relative to the folder of images, without .. and in printable letters")
        return image

    @field_validator("ask")
    @classmethod
    def _asks_once(cls, ask: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(ask)) < len(ask):
            raise ValueError("a type is asked for twice")
        return ask


class ExpectedYield(BaseModel):
    """What answers of one type are expected to bring.

    Attributes:
        type: The type asked for.
        asked: Answers that the plan asks for, those for agreement included.
        share: Expected share of answers that truly state the type, 0 to 1.
        low: Lower end of its interval.
        high: Upper end.
        source: What the share rests on, in a sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    asked: Annotated[int, Field(ge=0)]
    share: Annotated[float, Field(ge=0, le=1)]
    low: Annotated[float, Field(ge=0, le=1)]
    high: Annotated[float, Field(ge=0, le=1)]
    source: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.share <= self.high:
            raise ValueError("the share does not lie between low and high")
        return self


class Plan(BaseModel):
    """What to ask whom about which images, as `tacit elicit --plan` reads it.

    Attributes:
        format: Marks the file.
        items: The images, in the order in which they are asked about.
        wanted: For each type, how many answers that truly state it are wanted.
        yields: What is expected, one entry per type asked for.
        wage: Pay per hour, in `currency`.
        currency: ISO 4217 code.
        seconds: Expected time of one answer, by type.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["tacit annotation plan 1"] = FORMAT
    items: tuple[PlannedImage, ...]
    wanted: dict[str, int]
    yields: tuple[ExpectedYield, ...]
    wage: Annotated[float, Field(ge=0)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    seconds: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        twice = [image for image, times in Counter(item.image for item in self.items).items() if times > 1]
        if twice:
            raise ValueError(f"image {twice[0][:80]!r} is there twice; name it once, with all that is asked about it")
        return self

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a plan that was written.

        Raises:
            DataError: If there is no such file, or it is not a plan; the message says what is wrong with it.
        """
        with explained(os.fspath(path)):
            content = Path(path).read_bytes()
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            message = shown(f"{os.fspath(path)} is not an annotation plan: {where}: {first['msg']}.")
            raise DataError(f"{message} Write it again with tacit plan.") from None

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the plan, so that a reader sees all of it or nothing.

        Raises:
            DataError: If the file cannot be written.

        Example:
            >>> import tempfile
            >>> made = Plan(
            ...     items=(PlannedImage(image="a.jpg", ask=("counting",)),), wanted={}, yields=(), wage=15, seconds={}
            ... )
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     made.write(f"{folder}/plan.json")
            ...     Plan.read(f"{folder}/plan.json") == made
            True
        """
        with writing(Path(path)):
            write_atomic(Path(path), (self.model_dump_json(indent=1) + "\n").encode("utf-8", "surrogatepass"))
