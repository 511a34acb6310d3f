"""Which encoding a file of text is in, and what separates its cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from itertools import islice
from typing import BinaryIO

NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp949": "CP949 / EUC-KR",
    "cp1252": "Windows-1252",
}
CHOICES = ("utf-8", "utf-16", "cp949", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
BLOCK_BYTES = 1_000_000

_stray = re.compile("[\udc80-\udcff]")
_wide = re.compile("[^\x00-\x7f\udc80-\udcff]")
_hangul = re.compile("[가-힣]")


def errors_of(encoding: str) -> str:
    """How bytes that are no text are let through, so that they spoil their own row alone."""
    return "replace" if encoding.startswith("utf-16") else "surrogateescape"


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of a file, by its mark, else by what its bytes can be. Leaves it at its beginning."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.count(0) * 4 > len(head):
        return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    stray, wide, _ = _weigh(file, "utf-8")
    if stray == 0 or wide > stray:
        return "utf-8"
    stray, wide, hangul = _weigh(file, "cp949")
    return "cp949" if hangul * 2 >= wide and hangul > stray * 10 else "cp1252"


def _weigh(file: BinaryIO, encoding: str) -> tuple[int, int, int]:
    """Read as this encoding: bytes that are none of it, characters beyond ASCII, Hangul among them."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    stray = wide = hangul = 0
    file.seek(0)
    while True:
        block = file.read(BLOCK_BYTES)
        text = decoder.decode(block, final=not block)
        stray += len(_stray.findall(text))
        wide += len(_wide.findall(text))
        hangul += len(_hangul.findall(text))
        if not block:
            break
    file.seek(0)
    return stray, wide, hangul


def delimiter_of(sample: str) -> str:
    """What separates the cells of the first lines: what cuts most of them into as many cells as the first."""
    scores = {found: _score(sample, found) for found in DELIMITERS}
    return max(DELIMITERS, key=lambda found: scores[found])


def _score(sample: str, delimiter: str) -> tuple[int, float]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        lines = [cells for cells in islice(reader, 30) if any(cells)]
    except csv.Error:
        return 0, 0.0
    if not lines or len(lines[0]) < 2:
        return 0, 0.0
    alike = sum(len(cells) == len(lines[0]) for cells in lines) / len(lines)
    return (1 if alike > 0.5 else 0), alike * len(lines[0])
