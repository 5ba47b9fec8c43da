"""How often real captions state each type: what the speakers of the world can be set to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.detect.hits import TYPES
from tacit.captions.published import PUBLISHED
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REPORTING: Final[dict[str, dict[str, float]]] = {
    corpus: {rate.type: rate.share for rate in PUBLISHED if rate.basis == "judged" and rate.corpus == corpus}
    for corpus in dict.fromkeys(rate.corpus for rate in PUBLISHED if rate.basis == "judged")
}
"""Share of captions, 0 to 1, that state each type in people's judgement, by corpus (Kamath et al. 2026, Table 1)."""

ELICITED: Final[dict[str, float]] = {"counting": 0.39, "spatial": 0.14, "negation": 0.52, "temporal": 0.44}
"""Share of captions that state each type when people are asked for all four (Kamath et al. 2026, the study with 100
COCO images; one caption each)."""


def reporting_rates(rates: str | Mapping[str, float]) -> dict[str, float]:
    """Reporting rates by name, or checked if they are given.

    Args:
        rates: A name in `REPORTING`, or shares of captions by type. A type that is left out is one that nobody asks
            for.

    Returns:
        Share of all captions by type, 0 to 1, in the order of `tacit.captions.detect.hits.TYPES`.

    Raises:
        UsageError: If there is no corpus of that name, no such type, or a share is not between 0 and 1.

    Example:
        >>> reporting_rates("LAION-2B")
        {'counting': 0.017, 'spatial': 0.001, 'negation': 0.001, 'temporal': 0.002}
    """
    if isinstance(rates, str):
        found = REPORTING.get(rates)
        if found is None:
            raise UsageError(f"No reporting rates are known as {rates!r}. There are: {', '.join(REPORTING)}.")
        rates = found
    check_shares(rates)
    return {type_: float(rates[type_]) for type_ in TYPES if type_ in rates}


def check_types(types: Iterable[str]) -> None:
    """Say so if something is not a type.

    Raises:
        UsageError: With the types there are.
    """
    unknown = [type_ for type_ in types if type_ not in TYPES]
    if unknown:
        raise UsageError(f"There is no type {unknown[0]!r}. The types are: {', '.join(TYPES)}.")


def check_shares(shares: Mapping[str, float]) -> None:
    """Say so if shares are not shares of types.

    Raises:
        UsageError: Naming the type and the number.
    """
    check_types(shares)
    for type_, share in shares.items():
        if not 0 <= share <= 1:
            raise UsageError(f"The share for {type_} is {share}; it must be between 0 and 1.")
