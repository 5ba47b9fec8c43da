"""Step one of the study: what the captions leave unsaid, by auditing them; and what choosing among them could reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.corpus import facts, make_captions
from tacit.captions.world.language import get_language
from tacit.captions.world.rates import reporting_rates
from tacit.captions.world.scene import draw_scene
from tacit.errors import DataError
from tacit.studies.reporting_bias.corpora import make_speaker, say, words_in
from tacit.studies.reporting_bias.result import Curated, Unsaid
from tacit.studies.reporting_bias.runs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.audit.result import AuditResult
    from tacit.studies.reporting_bias.presets import Preset

_AUDITED: Final = ("ordinary", "elicited", "synthetic")


def audit_speakers(preset: Preset, folder: Path) -> tuple[Unsaid, ...]:
    """Audit captions of every speaker: ordinary ones in each language, the others in the first.

    Args:
        preset: The study.
        folder: For the captions and facts while they are audited.
    """
    codes = dict.fromkeys(code for joined in preset.languages for code in joined.split("+"))
    rng = np.random.default_rng([preset.seed, 6])
    scenes = [draw_scene(rng) for _ in range(preset.audited)]
    known = folder / "facts.parquet"
    facts(scenes, preset.seed).write_parquet(known)
    knob = reporting_rates(preset.rates)
    found: list[Unsaid] = []
    for at, code in enumerate(codes):
        for source in _AUDITED if not at else _AUDITED[:1]:
            speaker = make_speaker(source, preset.seed, frozen(preset))
            captions = make_captions(scenes, speaker, get_language(code), preset.seed + at)
            place = folder / f"{source}-{code}.parquet"
            captions.to_frame().select("image", "caption").write_parquet(place)
            audited = _audit(place, code, preset.seed, known)
            found += unsaid(audited, source, code, knob if source == "ordinary" else {})
    return tuple(found)


def _audit(place: Path, language: str, seed: int, known: Path) -> AuditResult:
    from tacit.captions.audit.api import audit

    return audit(place, text="caption", image="image", facts=known, language=language, seed=seed, workers=1)


def unsaid(audited: AuditResult, speaker: str, language: str, knob: dict[str, float]) -> list[Unsaid]:
    """The rows of one audit."""
    from tacit.evidence.estimate import Estimate

    reported = {entry.type: entry.stated for entry in audited.reported if not entry.subtype and not entry.number}
    unknown = Estimate.none("nobody said what the pictures show (--facts)")
    return [Unsaid(speaker, language, t, knob.get(t), audited.rate(t).share, reported.get(t, unknown)) for t in TYPES]


def curate_pool(preset: Preset, folder: Path) -> tuple[Curated, tuple[int, ...]]:
    """Choose, among ordinary captions, what states most of what is left unsaid.

    Every type is wanted in as many of the chosen captions as in those of the elicited arm.

    Returns:
        What came of it, and the rows of the pool in random order, repeated ones as often as they are repeated.
    """
    import polars as pl

    from tacit.captions.curate.api import curate

    language = get_language(preset.languages[0].split("+")[0])
    _, statements = say("pool", preset.pool, preset.seed, frozen(preset))
    place = folder / "pool.parquet"
    texts = [language.say(statement) for statement in statements]
    pl.DataFrame({"id": [str(at) for at in range(len(texts))], "caption": texts}).write_parquet(place)
    wanted, budget = _wanted(preset, words_in(texts) / len(texts), language.code)
    target = ",".join(f"{type_}={100 * share:.6g}%" for type_, share in wanted.items())
    chosen = curate(place, target=target, budget=budget, max_repeat=preset.repeat, id="id", text="caption",
                    language=language.code, seed=preset.seed, workers=1)  # fmt: skip
    frame = chosen.to_frame()
    if not frame.height:
        raise DataError("Curation chose nothing from the pool of ordinary captions.")
    rows = np.repeat(frame["id"].cast(pl.Int64).to_numpy(), frame["weight"].to_numpy().astype(int))
    rows = np.random.default_rng([preset.seed, 7]).permutation(rows)
    reached = {entry.type: entry.share for entry in chosen.types if entry.type in wanted}
    repeats = int(frame["weight"].max())  # type: ignore[arg-type]
    summed = Curated(preset.pool, frame.height, repeats, reached, wanted, tuple(chosen.notes))
    return summed, tuple(rows.tolist())


def _wanted(preset: Preset, words: float, language: str) -> tuple[dict[str, float], int]:
    """The share wanted of each type, and how many ordinary captions have as many words as the elicited ones."""
    asked = round(preset.captions[-1] * preset.asked)
    _, statements = say("elicited", asked, preset.seed, frozen(preset))
    texts = [get_language(language).say(statement) for statement in statements]
    shares = {t: sum(t in statement.states() for statement in statements) / asked for t in TYPES}
    return {t: min(share, _MOST) for t, share in shares.items()}, max(round(words_in(texts) / words), 1)


_MOST: Final = 0.5
"""No selection of existing captions is asked for more than this: all of one type would leave no room for others."""


def audit_real(paths: Sequence[str], language: str, seed: int) -> tuple[AuditResult, dict[str, float]]:
    """Audit real captions, and say which reporting rates a speaker like them would have.

    The rate of a type is the one corrected for the detector's errors where there is one, else the detected one, kept
    within what the world can say.
    """
    from tacit.captions.audit.api import audit
    from tacit.captions.audit.result import ALL
    from tacit.captions.world.rates import REPORTING

    audited = audit(list(paths), language=language, seed=seed)
    corrected = {e.type: e.share for e in audited.corrected if e.group == ALL and e.share.value is not None}
    rates = {t: corrected.get(t, audited.rate(t).share).value or 0.0 for t in TYPES}
    floor = min(share for shares in REPORTING.values() for share in shares.values())
    return audited, {t: min(max(share, floor), _HIGHEST[t]) for t, share in rates.items()}


_HIGHEST: Final = {"counting": 0.3, "spatial": 0.6, "negation": 0.9, "temporal": 0.3}
"""There is not more to report in the scenes of the world."""
