"""How large the study is: what each preset trains, and on how much."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from tacit.captions.world.probes.protocol import CONTROLS, FOUR
from tacit.studies.presets import pick

PROBES: Final = (*FOUR, *CONTROLS)
ARMS: Final = ("baseline", "sham", "curated", "synthetic", "elicited")


@dataclass(frozen=True, slots=True)
class Preset:
    """Everything that decides the numbers.

    Attributes:
        name: What users call it (``--preset NAME``).
        rates: How often ordinary captions state each type: the name of a corpus, or a share for each type.
        kinds: Kinds of models; the ladder and the arms are trained for each.
        widths: Of the models of the ladder; the last one is that of the arms.
        captions: Sizes of the training sets of the ladder; the last one is that of the arms.
        languages: Sets of languages that the captions of a ladder are in, joined with ``+``; models are asked in the
            first one of their set. Sets after the first are trained on the largest training set only.
        seeds: How many data sets and first weights of each model of the ladder and the doses.
        arm_seeds: The same for the arms.
        asked: Share of the captions of the elicited arm that are elicited.
        doses: For each size of the training set, how many of its captions are elicited.
        dose_width: Of the models that doses are given to.
        pool: Captions that curation may choose from.
        repeat: How often curation may repeat a caption.
        steps: Batches that every model sees.
        batch: Pairs in a batch.
        items: Questions of each probe.
        audited: Captions of each speaker that are audited.
        seed: Added to all seeds.
        device: Where models are trained.
    """

    name: str
    rates: str | dict[str, float] = "LAION-2B"
    kinds: tuple[str, ...] = ("dual-encoder",)
    widths: tuple[int, ...] = (16, 32, 64, 128)
    captions: tuple[int, ...] = (900, 3_000, 9_000)
    languages: tuple[str, ...] = ("en", "en+de")
    seeds: int = 3
    arm_seeds: int = 4
    asked: float = 0.3
    doses: dict[int, tuple[int, ...]] = field(
        default_factory=lambda: {3_000: (100, 300, 900), 9_000: (300, 900, 2_700)}
    )
    dose_width: int = 64
    pool: int = 40_000
    repeat: int = 20
    steps: int = 340
    batch: int = 256
    items: int = 720
    audited: int = 20_000
    seed: int = 0
    device: str = "cpu"

    def to_json(self) -> dict[str, Any]:
        """Plain values, without where it runs."""
        plain = asdict(self)
        del plain["device"]
        return plain


PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("default"),
        Preset(
            "quick",
            widths=(16, 32, 48),
            captions=(500, 1_000, 2_000),
            languages=("en",),
            seeds=2,
            arm_seeds=2,
            doses={2_000: (60, 600)},
            dose_width=32,
            pool=4_000,
            steps=60,
            items=72,
            audited=4_000,
        ),
        Preset(
            "full",
            kinds=("dual-encoder", "captioner"),
            widths=(16, 32, 64, 128, 256),
            captions=(1_000, 4_000, 16_000, 64_000),
            languages=("en", "de", "en+de"),
            seeds=5,
            arm_seeds=8,
            doses={
                4_000: (40, 120, 400, 1_200),
                16_000: (40, 120, 400, 1_200, 4_800),
                64_000: (120, 400, 1_200, 4_800, 19_200),
            },
            dose_width=128,
            pool=400_000,
            steps=3_000,
            items=1_440,
            audited=50_000,
        ),
    )
}
"""``quick`` shows that everything runs (half a minute); its numbers mean little."""


def get_preset(name: str, *, rates: str | dict[str, float] | None = None, seed: int = 0, device: str = "cpu") -> Preset:
    """Look a preset up and set what users may change.

    Args:
        name: One of `PRESETS`.
        rates: Other reporting rates of ordinary captions.
        seed: Of everything.
        device: Where models are trained, as PyTorch calls it.

    Raises:
        UsageError: If there is no such preset or device.

    Example:
        >>> get_preset("default").widths
        (16, 32, 64, 128)
    """
    found = replace(pick(PRESETS, name, seed), seed=seed, device=device)
    return replace(found, rates=rates) if rates is not None else found
