"""Workbooks (XLSX): weighed before they are opened, then streamed; no formula is computed, no macro taken."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from marketplace.imports import limits
from marketplace.imports.limits import Unreadable

ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".ods", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar")
ENCRYPTED = 0x1


def weigh(file: BinaryIO) -> None:
    """Refuse what is no workbook, hides something, or would unpack to more than it may. Opens none of its parts."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            if any(part.flag_bits & ENCRYPTED for part in parts):
                raise Unreadable("encrypted")
            macros = _has_macros(packed)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as failure:
        raise Unreadable("broken") from failure
    names = {part.filename.lower() for part in parts}
    unpacked, packed_size = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > limits.MOST_PARTS or unpacked > limits.MOST_UNPACKED:
        raise Unreadable("bomb")
    if unpacked > limits.GROWS_FROM and unpacked > limits.MOST_RATIO * max(packed_size, 1):
        raise Unreadable("bomb")
    if any(p.filename.lower().endswith("sharedstrings.xml") and p.file_size > limits.MOST_SHARED for p in parts):
        raise Unreadable("bomb")
    if macros:
        raise Unreadable("macros")
    if any(name.endswith(ARCHIVES) for name in names):
        raise Unreadable("nested")
    if "xl/workbook.xml" not in names:
        raise Unreadable("other_format")


def _has_macros(packed: zipfile.ZipFile) -> bool:
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in packed.namelist()):
        return True
    found = next((part for part in packed.infolist() if part.filename == "[Content_Types].xml"), None)
    if found is None or found.file_size > 1_000_000:
        return False
    with packed.open(found) as types:
        return b"macroenabled" in types.read(1_000_001).lower()


def rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """Line and cells of each row of the first sheet that is shown; what the sheet says of its own size is ignored."""
    from openpyxl import DEFUSEDXML, load_workbook  # here, since it takes a tenth of a second that few need

    assert DEFUSEDXML, "workbooks are read through a parser that expands no entities"
    weigh(file)
    file.seek(0)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if not shown:
            raise Unreadable("empty")
        sheet = shown[0]
        sheet.reset_dimensions()
        for line, values in enumerate(sheet.iter_rows(max_col=limits.MOST_COLUMNS + 1, values_only=True), 1):
            cells = list(values)
            while cells and cells[-1] is None:
                cells.pop()
            yield line, [_plain(value) for value in cells]
    finally:
        book.close()


def _plain(value: Any) -> Any:
    """A cell as JSON can hold it: days without an hour as days, whole numbers without a fraction."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
