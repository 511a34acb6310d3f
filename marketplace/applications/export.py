"""Tables as CSV that spreadsheets read: UTF-8 with its mark, and no cell that begins a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

MARK = "\ufeff"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: Any) -> str:
    """The cell as text; what a spreadsheet would compute begins with an apostrophe instead."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def moment(value: date | datetime | None, zone: str) -> str:
    """A day, or an instant to the second in a zone with its distance to UTC; empty where there is none."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return value.isoformat() if value is not None else ""


def to_csv(head: Sequence[Any], lines: Iterable[Sequence[Any]]) -> str:
    """The whole table as text."""
    out = io.StringIO(newline="")
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue()
