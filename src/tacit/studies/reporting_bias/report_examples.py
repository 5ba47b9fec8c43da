"""Pictures of the world with what people say of them, and with what a model is asked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.world.language import LANGUAGES
from tacit.captions.world.pictures import SIDE, draw_pictures
from tacit.captions.world.probes.protocol import get_probe
from tacit.captions.world.scene import draw_scene
from tacit.report.html import Html, el, figure, join
from tacit.studies.reporting_bias.corpora import make_speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.captions.world.scene import Layout, Scene
    from tacit.studies.reporting_bias.corpora import Rates

_LAYOUTS: Final[tuple[Layout, ...]] = ("group", "several", "event", "several")
_SEED: Final = 1
_ZOOM: Final = 7
_HALF: Final = 130
"""Each of a dot's three colours is drawn as on or off, by this level: noise is far from both."""
_ON: Final = 225
_OFF: Final = 45
_SOUGHT: Final = {
    "spatial": "Where is the thing, seen from the landmark?",
    "counting": "How many are there?",
    "negation": "What is there, and what is not?",
    "temporal": "Is it about to happen, or has it just happened?",
}


def picture_svg(picture: NDArray[np.uint8], told: str) -> Html:
    """A picture as a drawing of a page, without its noise.

    Args:
        picture: Levels, shape ``(SIDE, SIDE, 3)``.
        told: What it shows; read out.
    """
    lit = picture >= _HALF
    runs: dict[str, str] = defaultdict(str)
    for row in range(SIDE):
        start = 0
        while start < SIDE:
            colour, end = tuple(lit[row, start]), start + 1
            while end < SIDE and tuple(lit[row, end]) == colour:
                end += 1
            if any(colour):
                shown = "#{:02x}{:02x}{:02x}".format(*(_ON if on else _OFF for on in colour))
                runs[shown] += f"M{start} {row}h{end - start}v1h{start - end}z"
            start = end
    board = el("rect", width=SIDE, height=SIDE, fill="#101010")
    paths = (el("path", d=path, fill=colour) for colour, path in sorted(runs.items()))
    size = {"width": SIDE * _ZOOM, "height": SIDE * _ZOOM}
    box = {"viewBox": f"0 0 {SIDE} {SIDE}", "shape_rendering": "crispEdges", "xmlns": "http://www.w3.org/2000/svg"}
    return el("svg", el("title", told), board, *paths, **size, **box, role="img", aria_label=told)


def _scenes() -> list[Scene]:
    rng = np.random.default_rng(_SEED)
    return [draw_scene(rng, layout) for layout in _LAYOUTS]


def examples(rates: Rates, seed: int = 0, language: str = "en") -> Html:
    """Four pictures, each with a caption by the ordinary speaker and one by the speaker who is asked.

    Args:
        rates: Of the ordinary speaker.
        seed: Of the speakers.
        language: ISO 639-1 code.
    """
    spoken, rng, scenes = LANGUAGES[language], np.random.default_rng(_SEED), _scenes()
    ordinary, asked = (make_speaker(source, seed, rates) for source in ("ordinary", "elicited"))
    shown = []
    for scene, picture in zip(scenes, draw_pictures(scenes, _SEED), strict=True):
        usual, answer = (spoken.say(speaker.choose(scene, rng)) for speaker in (ordinary, asked))
        words = join([el("b", "Ordinary: "), f"“{usual}”", el("br"), el("b", "Asked: "), f"“{answer}”"])
        shown.append(el("div", figure(picture_svg(picture, f"Picture: {answer}"), words), class_="tile"))
    return el("div", *shown, class_="tiles")


def questions(types: Sequence[str], language: str = "en") -> Html:
    """One question of each probe: a picture and the statements of which a model must choose the true one.

    Args:
        types: Names of built-in probes; others are left out.
        language: ISO 639-1 code.
    """
    spoken, shown = LANGUAGES[language], []
    for name in types:
        if name not in _SOUGHT:
            continue
        probe = get_probe(name)
        [item] = probe.draw(1, np.random.default_rng(_SEED))
        options = [spoken.say(option) for option in item.options]
        right = options[item.answer]
        listed = [el("b", f"✓ {option}") if option == right else option for option in options]
        words = join(part for option in listed for part in (option, el("br")))
        head = el("p", el("b", name.capitalize()), el("br"), _SOUGHT[name])
        [picture] = draw_pictures([item.scene], _SEED)
        shown.append(el("div", head, figure(picture_svg(picture, f"Picture: {right}"), words), class_="tile"))
    return el("div", *shown, class_="tiles") if shown else Html("")
