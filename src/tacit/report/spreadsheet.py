"""Tables as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes Excel, LibreOffice or Google Sheets read a cell as a formula (OWASP, "CSV injection")."""

Cell = str | int | float | bool | None


def cell(value: Cell) -> str | int | float:
    r"""A value as a cell that is text or a number, never a formula.

    Args:
        value: Numbers stay numbers. Text that a spreadsheet would take for a formula gets a leading apostrophe, which
            spreadsheets take as "this is text"; leading blanks do not hide it. Lone surrogates and NUL, which CSV
            files cannot hold, are spelt out. None is an empty cell.

    Example:
        >>> cell("=1+1"), cell("-2 dogs"), cell("two dogs"), cell(-2), cell(None)
        ("'=1+1", "'-2 dogs", 'two dogs', -2, '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "⟨NUL⟩").encode("utf-8", "backslashreplace").decode("utf-8")
    risky = text.startswith(_STARTS) or text.lstrip().startswith(_STARTS) or text.startswith("\n")
    return f"'{text}" if risky else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    r"""A table as CSV text (RFC 4180, lines ended by ``\n``), safe to open in a spreadsheet.

    Args:
        header: Names of the columns.
        rows: Cells, row by row.

    Example:
        >>> print(csv_text(["group", "captions"], [["@SUM(A1)", 3]]), end="")
        group,captions
        '@SUM(A1),3
    """
    return "".join(",".join(_quoted(cell(value)) for value in row) + "\n" for row in (header, *rows))


def _quoted(value: str | int | float) -> str:
    """Python's own writer leaves a carriage return bare, which other readers take for the end of a row."""
    shown = str(value)
    return '"' + shown.replace('"', '""') + '"' if any(c in shown for c in '",\r\n') else shown
