"""What a file may hold; the pages state these before anything is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

MOST_BYTES = 20_000_000
MOST_SENT_BYTES = 48_000_000  # of one request: what lies between is refused on the form, and what was typed stays
MOST_ROWS = 100_000
MOST_AT_ONCE_BYTES = 10_000_000  # of a file that the operator brings on the command line
MOST_SHEET_ROWS = 20_000  # of a workbook, whose parts take long to read
MOST_BLANK = 50_000  # empty or hidden rows, which take time too
MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000  # characters of a line of JSON
LONGEST_CELL = 100_000
KEPT = timedelta(days=30)  # file and cells, after which both are forgotten

# Of a workbook, before any part of it is opened.
MOST_PARTS = 1_000
MOST_UNPACKED_BYTES = 250_000_000
MOST_SHARED_BYTES = 80_000_000  # the table of texts, which lies in memory while the sheet is read
MOST_RATIO = 150  # of unpacked to packed, above GROWS_FROM
GROWS_FROM_BYTES = 5_000_000

# Of its parts while they are read: what a part may hold in tags, which cost time however short they are.
MOST_SHEET_TAGS = 4_000_000
MOST_TEXT_TAGS = 3_000_000
MOST_TAGS = 300_000
MOST_CELL_TAGS = 20_000
MOST_MERGED = 20_000


class Unreadable(Exception):
    """The file as a whole cannot be read; ``problem`` is a code of ``problems.py`` with what it names."""

    def __init__(self, code: str, **named: Any) -> None:
        super().__init__(code)
        self.problem = {"code": code, **named}
