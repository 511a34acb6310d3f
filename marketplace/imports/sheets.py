"""Workbooks (XLSX): weighed before they are opened, then streamed; no formula is computed, no macro taken."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from marketplace.imports import limits
from marketplace.imports.limits import Unreadable
from marketplace.imports.sheet_rows import Sheet, SheetRow

ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".ods", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar")
ENCRYPTED = 0x1


def check_workbook(file: BinaryIO) -> None:
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
    if len(parts) > limits.MOST_PARTS or unpacked > limits.MOST_UNPACKED_BYTES:
        raise Unreadable("bomb")
    if unpacked > limits.GROWS_FROM_BYTES and unpacked > limits.MOST_RATIO * max(packed_size, 1):
        raise Unreadable("bomb")
    if any(p.filename.lower().endswith("sharedstrings.xml") and p.file_size > limits.MOST_SHARED_BYTES for p in parts):
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


def rows(file: BinaryIO) -> Iterator[SheetRow]:
    """The rows of the first sheet that is shown, as they stand in it; what it says of its own size is ignored."""
    from openpyxl import DEFUSEDXML  # here, since it takes a tenth of a second that few need
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    assert DEFUSEDXML, "workbooks are read through a parser that expands no entities"
    check_workbook(file)
    file.seek(0)
    book = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    with book.archive as packed:
        _count_tags(packed)
        book.read_manifest()
        book.read_strings()
        book.read_workbook()
        apply_stylesheet(packed, book.wb)
        sheets = [(sheet, rel.target) for sheet, rel in book.parser.find_sheets() if rel.target in book.valid_files]
        sheets = [(sheet, part) for sheet, part in sheets if "chartsheet" not in part]
        shown = [part for sheet, part in sheets if sheet.state == "visible"] or [part for _, part in sheets]
        if not shown:
            raise Unreadable("empty")
        yield from Sheet(book, shown[0])


def _count_tags(packed: zipfile.ZipFile) -> None:
    """Refuse parts that are read as a whole and hold more than anybody wrote: each tag costs time."""
    for part in packed.infolist():
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels")) or "/worksheets/" in name:
            continue
        most = limits.MOST_TEXT_TAGS if name.endswith("sharedstrings.xml") else limits.MOST_TAGS
        with packed.open(part) as opened:
            found = 0
            while block := opened.read(1_000_000):
                found += block.count(b"<")
                if found > most:
                    raise Unreadable("bomb")
