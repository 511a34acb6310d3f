"""What can be wrong with a file or a row, in words that say what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.kernel.locales import _l

WORDS: dict[str, Any] = {
    # of the file as a whole
    "empty": _l("The file holds nothing. Save it again from the program it comes from, then send it once more."),
    "only_headers": _l("The file holds the names of columns and no row below them."),
    "too_large": _l("The file is larger than %(most)s MB. Cut it into several files."),
    "too_many_rows": _l("The file holds more than %(most)s rows. Cut it into several files."),
    "too_many_blank": _l("The file holds more than %(most)s empty or hidden rows. Delete them and send it again."),
    "error_header": _l("The name of a column is an error: “%(value)s”. Mend the sheet, then send it again."),
    "too_slow": _l("Reading took too long, so it was ended. Cut the file into several, or save it as CSV."),
    "too_many_columns": _l("The file has more than %(most)s columns. Take out those that are not needed."),
    "broken": _l("The file is damaged or not what its name says. Save it again, as CSV (UTF-8) if nothing else helps."),
    "bomb": _l("Unpacked, this workbook would be far larger than it may be. Save the sheet as CSV and send that."),
    "nested": _l("There are further files inside this workbook. Save the sheet alone, as CSV or as a new workbook."),
    "macros": _l("Workbooks with macros are not taken. Save it as an ordinary workbook (.xlsx) or as CSV."),
    "encrypted": _l("The workbook is locked with a password. Save it without one."),
    "old_excel": _l("This is a workbook of the old kind (.xls). Save it as .xlsx or as CSV."),
    "other_format": _l("This is neither CSV, nor a workbook (.xlsx), nor JSON Lines. Save it as one of these."),
    "json_list": _l("This is one JSON list. Write one object on each line instead (JSON Lines)."),
    # of a row: what could not be read
    "stray_byte": _l("Line %(line)s holds a byte that is no text (%(value)s). Mend it, or save the file as UTF-8."),
    "not_csv": _l("The row cannot be read as CSV: look for a quotation mark that is never closed."),
    "not_csv_until": _l(
        "Up to line %(last)s nothing can be told apart: look for a quotation mark that is never closed."
    ),
    "too_many_cells": _l("The row has %(found)s cells, the head %(expected)s: a separator in a text needs quotes."),
    "too_few_cells": _l("The row has %(found)s cells, the head %(expected)s: a line may be broken in two."),
    "named_twice": _l("“%(value)s” stands twice in the same object."),
    "error_cell": _l("The cell holds an error: “%(value)s”. Mend the formula, or write its value."),
    "not_computed": _l("The cell holds a formula that was never computed. Save the workbook in its program first."),
    "otherwise_shown": _l("The cell holds %(value)s and shows something else. Write it as a text or a plain number."),
    "merged_cells": _l("“%(value)s” stretches across several columns. Take the cells apart."),
    "long_line": _l("The line is longer than %(most)s characters."),
    "long_cell": _l("The cell holds more than %(most)s characters."),
    "not_json": _l("The line is not JSON."),
    "not_an_object": _l("The line is JSON, yet not an object with named values."),
    # what a value is not
    "missing": _l("This is needed and is missing."),
    "not_a_text": _l("This is not a text or a number."),
    "too_long": _l("This is longer than %(most)s characters."),
    "not_a_day": _l("“%(value)s” is not a day. Write it as 2026-03-31."),
    "no_such_day": _l("There is no such day: “%(value)s”."),
    "which_day": _l("“%(value)s” can be two days: day or month first? Write it as 2026-03-31."),
    "not_an_hour": _l("The hour in “%(value)s” is not clear. Write it in the centre’s zone, as 2026-03-31 16:00."),
    "not_an_amount": _l("“%(value)s” is not an amount. Write it in figures, such as 140000000 or 1250.50."),
    "which_amount": _l("“%(value)s” can be two amounts. Write it without separators, such as 1000 or 1000.00."),
    "too_fine": _l("“%(value)s” has more decimals than the currency (%(currency)s). Round it."),
    "other_currency": _l("“%(value)s” names another currency than %(currency)s. Mend one of the two."),
    "out_of_range": _l("“%(value)s” is too large or below zero."),
    "not_a_number": _l("“%(value)s” is not a whole number from %(least)s to %(most)s."),
    "not_a_currency": _l("“%(value)s” is not the code of a currency, such as KRW, CAD or EUR."),
    "not_a_link": _l("“%(value)s” is not a web address that begins with https:// or http://."),
    "not_a_language": _l("“%(value)s” is not one of the languages here: en, fr or ko."),
    "not_a_choice": _l("“%(value)s” is not one of: %(allowed)s."),
    # what stands in the way here
    "twice": _l("Line %(line)s of this file has the same identifier, or the same title and company."),
    "not_yours": _l("The same record is here already, and it was not your centre that imported it. It stays as it is."),
    "moved_on": _l("It was imported before and has been published, changed or ended since. Change it there."),
    "database": _l("The database refuses the row (%(value)s)."),
}  # fmt: skip


def register(words: Mapping[str, Any]) -> None:
    """Add what can be wrong with the rows of one kind, by its code."""
    WORDS.update(words)


def in_words(problem: dict[str, Any]) -> str:
    """A problem as a sentence in the language of this reply."""
    words = str(WORDS[problem["code"]])
    return words % problem if "%(" in words else words
