"""A made-up corpus to try tacit on: three sources whose captions leave different things unsaid.

Every caption is drawn from the small grammar below, so that the first audit needs no download. The sources differ as
real ones do: web alt text is full of sizes, prices and brand names that look like counts and places, paid annotators
count and place now and then, and long machine-written descriptions place nearly everything. The rates are the
grammar's and stand for no real corpus.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

Templates = tuple[tuple[float, str], ...]

MAX_ROWS: Final = 10_000_000
COMPRESSION_LEVEL: Final = 3

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "who": (
        "A woman", "A man", "A girl", "A boy", "A gardener", "A nurse", "A cook", "A surfer", "A farmer", "A painter",
        "A dog", "A cat", "A goat", "A bus driver", "A climber", "An old man", "A young mother", "A drummer",
    ),
    "many": (
        "women", "men", "girls", "boys", "dogs", "cats", "goats", "cyclists", "hikers", "sailors", "bakers", "dancers",
        "swimmers", "ponies", "tourists", "waiters",
    ),
    "n": (
        "Two", "Two", "Two", "Two", "Two", "Two", "Three", "Three", "Three", "Four", "Four", "Five", "Six", "Seven",
        "Eight", "Eleven",
    ),
    "low": ("two", "two", "two", "two", "three", "three", "four", "five", "six"),
    "vague": ("Several", "Some", "A few", "Many", "A group of", "A crowd of", "A couple of"),
    "does": ("rests", "sings", "waves", "eats", "smiles", "works", "sleeps", "laughs", "stretches"),
    "do": ("rest", "sing", "wave", "eat", "smile", "work", "sleep", "laugh", "stretch"),
    "where": (
        "on a beach", "in a park", "at a market", "on a hillside", "in a kitchen", "in a workshop", "at a festival",
        "on a balcony", "in a meadow", "on a ferry", "in a library", "at a crossing",
    ),
    "rel": (
        "next to", "behind", "in front of", "near", "beside", "under", "above", "opposite",
        "to the left of", "across from", "on top of", "by",
    ),
    "what": (
        "a red tent", "a bench", "a fountain", "a parked van", "a stone wall", "a piano", "a willow", "a boat",
        "a stall", "a bonfire", "a ladder", "a statue", "a haystack", "a blue door",
    ),
    "other": ("a bucket", "a stray umbrella", "an iron gate", "a wheelbarrow", "a lantern", "a crate of apples"),
    "path": ("down the lane", "across the yard", "through the mud", "up the stairs", "around the track"),
    "goes": ("walks", "runs", "limps", "rides", "strolls", "hurries"),
    "wears": ("a straw hat", "a yellow coat", "a pair of glasses", "a pair of boots", "a striped scarf", "a wool cap"),
    "event": ("the race", "the storm", "the parade", "the match", "lunch", "the wedding", "the concert", "the harvest"),
    "soon": ("about to {verb}", "getting ready to {verb}", "preparing to {verb}"),
    "verb": ("leave", "jump", "dance", "start", "sit down", "climb", "sing", "dive"),
    "lack": ("without shoes", "without a helmet", "with no hat", "without an umbrella", "with no luggage"),
    "shape": ("shirtless", "barefoot", "homeless", "sleeveless"),
    "item": (
        "Lamp", "Backpack", "Sneakers", "Sofa", "Teapot", "Wall Clock", "Rain Jacket", "Phone Case", "Duvet Cover",
        "Desk", "Headphones", "Wrist Watch", "Garden Chair", "Mug", "Kettle",
    ),
    "gadget": ("Headphones", "Doorbell", "Mouse", "Speaker", "Keyboard", "Charger"),
    "brand": ("Norvik", "Halden", "Bluefinch", "Ostara", "Tamber", "Quillon", "Under Armour"),
    "hue": ("Black", "Navy", "Sage Green", "Ivory", "Rust", "Grey", "Teal"),
    "town": ("Porto", "Graz", "Bergen", "Lyon", "Ghent", "Split", "Turku", "Galway"),
    "size": ("Size {two}", "{two} cm", "UK {digit}.5", "{digit}0 x {two} in", "{two}0 ml"),
    "digit": ("2", "3", "4", "5", "6", "7", "8", "9"),
    "two": ("12", "18", "24", "28", "36", "37", "42", "48", "60"),
    "year": ("1964", "1987", "1999", "2008", "2013", "2016", "2019", "2022"),
    "scene": ("Old mill", "Lighthouse", "Harbour", "Market square", "Mountain hut", "Wooden bridge", "Vineyard"),
    "sign": ("No Parking", "Do Not Disturb", "No Smoking", "Keep Right"),
    "mood": ("calm", "festive", "solitary", "cheerful", "slightly wistful", "busy"),
    "light": ("soft morning light", "warm evening light", "the grey light of a rainy day", "harsh noon sun"),
    "tone": ("muted greens", "rich earth tones", "pale blues", "bright primary colours"),
}  # fmt: skip

CROWD: Final[Templates] = (
    (18, "{who} {does} {where}."),
    (12, "{who} {goes} {path}."),
    (8, "{who} wearing {wears} {does} {where}."),
    (12, "{vague} {many} {do} {where}."),
    (13, "{n} {many} {do} {where}."),
    (5, "{n} {many} {do} {rel} {what}."),
    (15, "{who} {does} {rel} {what}."),
    (3, "{who} {does} while {vague_low} {many} watch."),
    (2, "A {shape} man {does} {where}."),
    (1, "{who} is running after a ball {where}."),
    (1, "A 4 year old child {does} {where}."),
    (0.8, "{who} is {soon}."),
    (0.7, "{who} {does} after {event}."),
    (0.5, "{n} {many} are {soon} {where}."),
    (0.6, "{who} {lack} {does} {where}."),
    (0.2, "{who} is not looking at {what}."),
)
"""What paid annotators write: short, present tense."""

ALT_TEXT: Final[Templates] = (
    (22, "{brand} {item} - {hue}"),
    (20, "{brand} {item} {hue} {size}"),
    (8, "{item} under ${two}"),
    (5, "{item} {hue}, pack of {digit}"),
    (4, "Top {digit} hotels in {town}"),
    (4, "{digit} bedroom apartment for sale, {town}"),
    (9, "{scene} in {town}, {year}"),
    (5, "IMG_{two}{two} {town} {scene}.jpg"),
    (4, "Wireless {gadget} by {brand}"),
    (3, "{brand} No. {digit} {item}, {hue}"),
    (3, "Two-Tone {item} | {brand}"),
    (1.5, "Metal Sign: {sign}"),
    (1.5, "Still life with {hue} {item}, oil on canvas"),
    (1.5, "Ready-to-wear {year}: {hue} {item}"),
    (1.5, "Set of {digit} {hue} mugs"),
    (1.2, "{low} {many} {where}, stock photo"),
    (1, "{scene} near {town}"),
    (0.8, "{scene} with {what} in the background"),
    (0.8, "{scene} before and after renovation"),
    (0.4, "Coming soon: {brand} {item}"),
    (0.5, "Vector drawing of a {item} without background"),
    (0.3, "{item} not included"),
)
"""What stands on web pages: products, file names, places."""

ASSISTANT: Final[Templates] = (
    (14, "The image shows {low} {many} {where}. {extra}"),
    (20, "The image depicts {what} {where}, with {other} {rel} it. {extra}"),
    (16, "In this picture, {who_low} {does} {rel} {what}. {extra}"),
    (14, "The photograph captures {vague_low} {many} {where}. {extra}"),
    (8, "In the foreground, {who_low} {does}; {low} {many} can be seen in the background. {extra}"),
    (5, "The scene is dominated by {what} in the middle of the frame. {extra}"),
    (10, "The image features {what} {where}. {extra}"),
    (2, 'A sign reading "{sign}" is the focal point of the image. {extra}'),
)
"""What a language model writes when asked to describe."""

EXTRA: Final[Templates] = (
    (30, "The overall mood is {mood}."),
    (24, "The scene is bathed in {light}."),
    (20, "The palette of {tone} gives it a {mood} feel."),
    (9, "To the right of {what}, there is {other}."),
    (4, "There are no {many} in sight."),
    (2, "Nobody seems to be in a hurry."),
    (3, "It appears to have been taken shortly after {event}."),
    (2, "{who} seems to be {soon}."),
)

SOURCES: Final = (("alt_text", 0.35, 1), ("crowd", 0.5, 5), ("assistant", 0.15, 1))
"""Name, share of the captions, and captions per image."""

_STARTS: Final = {"alt_text": ALT_TEXT, "crowd": CROWD, "assistant": ASSISTANT}
_SHARED: Final = ("who", "many", "where", "what", "n")
"""What the five captions of one crowd image have in common."""

_SLOT: Final = re.compile(r"\{([a-z_]+)\}")


def _weighted(rng: random.Random, templates: Templates) -> str:
    at = rng.random() * sum(weight for weight, _ in templates)
    for weight, template in templates:
        at -= weight
        if at < 0:
            return template
    return templates[-1][1]


def _word(rng: random.Random, name: str) -> str:
    if name == "extra":
        return _weighted(rng, EXTRA)
    source, low, _ = name.partition("_low")
    words = WORDS[source]
    # Only `Random.random` is promised to give the same numbers in every Python version; `choice` is not.
    word = words[int(rng.random() * len(words))]
    return word[0].lower() + word[1:] if low else word


def _expand(rng: random.Random, text: str, fixed: Mapping[str, str]) -> str:
    while slot := _SLOT.search(text):
        name = slot[1]
        text = text[: slot.start()] + (fixed.get(name) or _word(rng, name)) + text[slot.end() :]
    return text


def sample_frame(rows: int = 20_000, seed: int = 0) -> pl.DataFrame:
    """Generate the corpus in memory.

    Args:
        rows: How many captions, from 1 to `MAX_ROWS`.
        seed: Decides every draw; a smaller corpus is the beginning of a larger one with the same seed.

    Returns:
        One row per caption: ``caption``, ``source`` (``alt_text``, ``crowd`` or ``assistant``) and ``image``; crowd
        captions come five to an image and share its scene.

    Raises:
        UsageError: If `rows` is out of range.

    Example:
        >>> sample_frame(3, seed=1).columns
        ['caption', 'source', 'image']
    """
    import polars as pl

    if not 1 <= rows <= MAX_ROWS:
        raise UsageError(f"A sample corpus has from 1 to {MAX_ROWS:,} captions; {rows:,} were asked for.")
    rng = random.Random(seed)  # noqa: S311 - a toy corpus, no secrets
    per_image: Templates = tuple((share / captions, name) for name, share, captions in SOURCES)
    size = {name: captions for name, _, captions in SOURCES}
    found: list[tuple[str, str, str]] = []
    image = 0
    while len(found) < rows:
        source = _weighted(rng, per_image)
        fixed = {name: _word(rng, name) for name in _SHARED} if size[source] > 1 else {}
        for _ in range(size[source]):
            text = _expand(rng, _weighted(rng, _STARTS[source]), fixed)
            found.append((text, source, f"{source}/{image:07d}.jpg"))
        image += 1
    schema = {"caption": pl.String, "source": pl.String, "image": pl.String}
    return pl.DataFrame(found[:rows], schema=schema, orient="row")


def write_sample(path: str | Path, rows: int = 20_000, seed: int = 0) -> Path:
    """Write a generated corpus as a parquet file, to try tacit on.

    Args:
        path: The file to write; an existing one is replaced.
        rows: How many captions.
        seed: The same seed and number of rows give the same bytes (with the same version of polars).

    Returns:
        The file written.

    Raises:
        UsageError: If `rows` is out of range or the file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_sample(f"{folder}/captions.parquet", rows=100).name
        'captions.parquet'
    """
    target = Path(path)
    frame = sample_frame(rows, seed)
    try:
        frame.write_parquet(target, compression="zstd", compression_level=COMPRESSION_LEVEL)
    except OSError as problem:
        raise UsageError(
            f"The sample corpus cannot be written to {target}: {problem}. Name a file in a folder that exists."
        ) from problem
    return target
