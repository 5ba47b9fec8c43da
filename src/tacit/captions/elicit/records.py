"""What is collected, as plain values: the store makes them, everything else only reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """An image to ask about.

    Attributes:
        id: Unique within the project.
        path: Where the file is, relative to the folder of images.
        ask: The types to ask for, in this order.
        annotators: How many people should see it; more than one where agreement is measured.
        problem: Why it cannot be shown, or ``""``.
    """

    id: int
    path: str
    ask: tuple[str, ...]
    annotators: int = 1
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Annotator:
    """A person with a link.

    Attributes:
        id: Unique within the project.
        name: As the person running the project calls them.
        paused: Whether they are given no more pictures for now.
    """

    id: int
    name: str
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person wrote about one type of one picture.

    Attributes:
        id: Unique within the project, in order of arrival.
        picture: `Picture.id`.
        path: `Picture.path`, for those who read the answer alone.
        annotator: `Annotator.id`.
        type: The type that was asked for.
        text: What was written; ``""`` when they said that there is nothing to say.
        nothing: Whether they said that there is nothing of this type to say about the picture.
        seconds: From the moment the question was shown until the answer was sent, pauses left out; ``None`` if
            unknown.
        stated: The types that the detector finds stated in the text.
        pasted: Whether text was pasted into the field.
        written_at: ISO 8601, UTC.
    """

    id: int
    picture: int
    path: str
    annotator: int
    type: str
    text: str
    nothing: bool
    seconds: float | None
    stated: tuple[str, ...]
    pasted: bool
    written_at: str


@dataclass(frozen=True, slots=True)
class Review:
    """What a second person judged of an answer.

    Attributes:
        answer: `Answer.id`.
        reviewer: `Annotator.id`; never the one who wrote the answer.
        asserts: Whether the text asserts something of the type asked for.
        shows: Whether the image shows what the text asserts; ``None`` where that cannot be told from the image, or
            nothing is asserted.
        reviewed_at: ISO 8601, UTC.
    """

    answer: int
    reviewer: int
    asserts: bool
    shows: bool | None
    reviewed_at: str
