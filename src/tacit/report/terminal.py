"""Results in a terminal: text from data never drives it, and tables fit 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.text import fit, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType
    from rich.text import Text

WIDTH: Final = 80
"""Columns that everything fits in."""


def plain(value: str, style: str = "") -> Text:
    r"""A text for rich that is printed as it is: no markup, no control characters.

    Example:
        >>> plain("[bold]\x1b[31mred").plain
        '[bold]⟨ESC⟩[31mred'
    """
    from rich.text import Text

    return Text(visible(value), style=style)


def heading(value: str) -> Text:
    """A line in bold."""
    return plain(value, "bold")


def bullet(value: str) -> RenderableType:
    """An entry of a list, with later lines indented under the first."""
    from rich.table import Table

    row = Table.grid(padding=(0, 1))
    row.add_row(plain("•"), plain(value))
    return row


def grid(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    notes: Sequence[str] = (),
    numeric: Iterable[int] = (),
    name_width: int = 30,
) -> RenderableType:
    """A table without frames.

    Args:
        header: Column headings.
        rows: Cells as text; the first of each row is cut to `name_width` characters.
        notes: Lines below the table.
        numeric: Indices of columns that are aligned right.
        name_width: Width of the first column.
    """
    from rich import box
    from rich.table import Table

    right = frozenset(numeric)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False, caption_justify="left")
    for at, name in enumerate(header):
        first = at == 0
        table.add_column(
            plain(name),
            justify="right" if at in right else "left",
            overflow="fold" if first else "ellipsis",
            no_wrap=not first,
            max_width=name_width if first else None,
        )
    for row in rows:
        table.add_row(*(plain(fit(visible(cell), name_width) if at == 0 else cell) for at, cell in enumerate(row)))
    if notes:
        table.caption = plain("\n".join(notes))
    return table
