"""`locate_values`: where the values of a model's attention are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from tacit.errors import UsageError
from tacit.tuning.locate.discover import Found, attention_modules
from tacit.tuning.locate.refusals import refuse_quantised, refuse_tied
from tacit.tuning.locate.towers import check_scope, towers_of
from tacit.tuning.locate.values import Attention, Skipped, ValueMap

if TYPE_CHECKING:
    from torch import nn

Which = Literal["self", "cross", "both"]
WHICH: Final = ("self", "cross", "both")
_SHOWN: Final = 3


def locate_values(model: nn.Module, *, scope: str | None = None, attention: Which = "self") -> ValueMap:
    """Where the values of a model's attention are: which slices of which tensors of its state dict.

    A fused projection (queries, keys and values in one tensor) is read by the rules of the model's family, see
    `tacit.tuning.locate.families`; one that no family knows is refused. `tacit.tuning.locate.check.check_values` proves
    the answer on the model itself.

    Args:
        model: A model of transformers, open_clip or torch, with its weights.
        scope: The tower: ``language``, ``vision``, ``audio``, ``encoder``, ``decoder``, ``connector`` or ``all``. It
            can be left out where there is only one.
        attention: ``self``, ``cross`` (a decoder's attention to its encoder, a language model's to pictures) or
            ``both``. Pooling heads that ask with a learnt query count as ``self``.

    Raises:
        UsageError: If there are several towers and none is named; if a fused projection is of no known family; if no
            values are found that are nothing else besides (keys and values may share a tensor); if they are tied to
            something else; or if the weights are quantised.

    Example:
        >>> from torch import nn
        >>> values = locate_values(nn.MultiheadAttention(8, 2))
        >>> [(part.tensor, part.runs) for part in values.parts]
        [('in_proj_weight', ((16, 24),)), ('in_proj_bias', ((16, 24),))]
    """
    if attention not in WHICH:
        raise UsageError(f"There is no attention {attention!r}. It is one of {', '.join(WHICH)}.")
    refuse_quantised(model)
    found = attention_modules(model)
    if not found:
        raise UsageError(
            f"No attention was found in this {type(model).__name__}: no module has a value projection by a known name. "
            "If it does have attention, it is of a family that tacit.tuning.locate.families lacks."
        )
    towers = towers_of([each.name for each in found])
    meant = check_scope(model, towers, scope)
    kept: list[tuple[Found, str]] = []
    skipped: list[Skipped] = []
    for each, tower in zip(found, towers, strict=True):
        if tower not in meant:
            skipped.append(Skipped(each.name, f"outside the scope: it is in the tower {tower}"))
        elif attention not in (each.kind, "both"):
            skipped.append(Skipped(each.name, f"outside the scope: it is {each.kind}-attention"))
        elif not each.known:
            _refuse_unknown(each)
        elif each.reason:
            skipped.append(Skipped(each.name, each.reason))
        else:
            kept.append((each, tower))
    if not kept:
        _refuse_nothing(model, skipped)
    values = ValueMap(type(model).__name__, _numbered(kept), tuple(skipped))
    refuse_tied(model, values)
    return values


def _numbered(kept: list[tuple[Found, str]]) -> tuple[Attention, ...]:
    count: Counter[tuple[str, str]] = Counter()
    attentions = []
    for each, tower in kept:
        layer = count[tower, each.kind]
        count[tower, each.kind] += 1
        attentions.append(Attention(each.name, each.kind, tower, layer, each.layout, each.parts))
    return tuple(attentions)


def _refuse_unknown(found: Found) -> None:
    raise UsageError(
        f"{found.name}: {found.reason}, and a guess would train something else. Name another scope, or add the family "
        "to tacit.tuning.locate.families (one entry)."
    )


def _refuse_nothing(model: nn.Module, skipped: list[Skipped]) -> None:
    told = Counter(each.reason for each in skipped)
    reasons = "; ".join(f"{count} times: {reason}" for reason, count in told.most_common(_SHOWN))
    raise UsageError(
        f"This {type(model).__name__} has no values that could be trained by themselves ({reasons}). Choose another "
        "scope or attention, or another set of weights than the values (--update)."
    )
