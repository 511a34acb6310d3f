"""Rows from files of other systems: streamed, numbered, cleaned; a bad one is named, never half taken."""

from __future__ import annotations

import csv
import html
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import list_currencies
from psycopg.errors import ProgramLimitExceeded
from sqlalchemy.exc import IntegrityError, OperationalError

from marketplace.kernel.db import commit, db
from marketplace.kernel.locales import nfc

LONGEST = 1_000_000  # bytes in a line
BATCH = 200
DELIMITERS = (",", ";", "\t")
STRAY = re.compile("[\udc80-\udcff\ufffd]")
TAG = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|a|b|i|u|em|strong|h[1-6]|table|t[rdh]|tbody|img|font|sup|sub)\b[^>]*>", re.I
)
BLOCK = re.compile(r"<(?:/p|br\s*/?|/div|/li|/h[1-6]|/tr)\s*>", re.I)
DAY = re.compile(r"\b(\d{4})[-./](\d{1,2})[-./](\d{1,2})\b")


class Refused(Exception):
    """A row cannot be taken; the message says why, in English, for the report."""


@dataclass
class Row:
    """A row of a file: its line (from 1) and its values by column, or what makes it unreadable."""

    line: int
    values: dict[str, Any]
    problem: str = ""


@dataclass
class Tally:
    """What became of the rows; ``refusals`` are (line, id, reason)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[tuple[int, str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"added {self.added}, changed {self.changed}, unchanged {self.unchanged}"
        return f"{counts}, refused {len(self.refusals)}"


def read(path: Path) -> Iterator[Row]:
    """Stream the rows of a JSON Lines or CSV file, by its ending (``.csv``, else JSON Lines)."""
    return _read_csv(path) if path.suffix.lower() == ".csv" else _read_json_lines(path)


def _read_json_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            yield _json_row(number, raw)


def _json_row(number: int, raw: bytes) -> Row:
    if len(raw) > LONGEST:
        return Row(number, {}, "the line is longer than a megabyte")
    try:
        values = json.loads(raw.decode("utf-8-sig"))
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Row(number, {}, "the line holds half a character, such as \\ud83d alone")
    except UnicodeDecodeError:
        return Row(number, {}, "the line is not UTF-8 text")
    except (ValueError, RecursionError):
        return Row(number, {}, "the line is not JSON")
    return Row(number, values) if isinstance(values, dict) else Row(number, {}, "the line is not a JSON object")


def _read_csv(path: Path) -> Iterator[Row]:
    """UTF-8, or UTF-16 with its mark, between commas, semicolons or tabs, as spreadsheets write it.

    Lists inside a cell are separated by semicolons; a stray byte spoils its own row alone.
    """
    with path.open("rb") as marked:
        is_wide = marked.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    encoding, errors = ("utf-16", "replace") if is_wide else ("utf-8-sig", "surrogateescape")
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        head = file.readline(LONGEST)
        file.seek(0)
        reader = csv.reader(_without_nul(file), delimiter=max(DELIMITERS, key=head.count))
        columns = [name.strip() for name in next(reader, [])]
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(reader.line_num, {}, f"the row is not CSV: {error}")
                continue
            if any(cell.strip() for cell in cells):
                yield _csv_row(reader.line_num, columns, cells)


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)


def _csv_row(line: int, columns: list[str], cells: list[str]) -> Row:
    if any(STRAY.search(cell) for cell in cells):
        return Row(line, {}, "the row holds a byte that is no text in UTF-8 or UTF-16")
    if len(cells) != len(columns):
        return Row(line, {}, f"the row has {len(cells)} cells, the head {len(columns)}")
    return Row(line, {name: cell for name, cell in zip(columns, cells, strict=True) if cell.strip()})


def take(rows: Iterable[Row], store: Callable[[dict[str, Any]], str], tick: Callable[[], object]) -> Tally:
    """Give each row to ``store`` inside a savepoint; it answers added, changed or unchanged, or raises Refused.

    Commits every BATCH rows: what was taken stays taken when a later row, or the process, fails.
    """
    tally = Tally()
    for count, row in enumerate(rows, 1):
        key = str(row.values.get("id", ""))[:100]
        try:
            if row.problem:
                raise Refused(row.problem)
            with db.session.begin_nested():
                result = store(row.values)
                db.session.flush()
            setattr(tally, result, getattr(tally, result) + 1)
        except Refused as refusal:
            tally.refusals.append((row.line, key, str(refusal)))
        except IntegrityError as error:
            name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
            tally.refusals.append((row.line, key, f"the database refuses it ({name or 'constraint'})"))
        except OperationalError as error:
            if not isinstance(error.orig, ProgramLimitExceeded):
                raise
            tally.refusals.append((row.line, key, "source, id and sponsor are too long together"))
        tick()
        if count % BATCH == 0:
            commit()
            db.session.expunge_all()
    commit()
    return tally


def text(values: dict[str, Any], name: str, longest: int = 100_000) -> str:
    """A text value without markup or control characters; empty where there is none."""
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, (str, int, float)):
        raise Refused(f"{name} is not a text")
    plain = html.unescape(TAG.sub("", BLOCK.sub("\n", str(value))))
    plain = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u00a0]+", " ", nfc(plain))).strip()
    if len(plain) > longest:
        raise Refused(f"{name} is longer than {longest} characters")
    return plain


def words(values: dict[str, Any], name: str) -> list[str]:
    """A list of short texts; in CSV separated by semicolons."""
    value = values.get(name)
    if value is None:
        return []
    found = value if isinstance(value, list) else str(value).split(";")
    if not all(isinstance(item, (str, int, float)) for item in found):
        raise Refused(f"{name} is not a list of texts")
    return [cleaned for item in found if (cleaned := nfc(str(item)).strip())]


def days(values: dict[str, Any], name: str) -> list[date]:
    """Every day named in a value, in order of appearance; spans name two or more."""
    value = text(values, name)
    try:
        found = [date(int(y), int(m), int(d)) for y, m, d in DAY.findall(value)]
    except ValueError:
        raise Refused(f"{name} names a day that does not exist: {value[:40]}") from None
    if value and not found:
        raise Refused(f"{name} is not a date (YYYY-MM-DD): {value[:40]}")
    return found


def amount(values: dict[str, Any], name: str) -> Decimal | None:
    """A sum of money to the cent, of at most twelve digits before the point."""
    value = values.get(name)
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value)).quantize(Decimal("0.01"))
        fits = 0 <= found < Decimal(10) ** 12
    except InvalidOperation:
        raise Refused(f"{name} is not an amount: {str(value)[:40]}") from None
    if not fits:
        raise Refused(f"{name} is out of range: {str(value)[:40]}")
    return found


@cache
def currencies() -> frozenset[str]:
    """The codes of all currencies."""
    return frozenset(list_currencies())


def currency(values: dict[str, Any], name: str) -> str | None:
    """The code of a currency."""
    value = text(values, name, 3).upper()
    if value and value not in currencies():
        raise Refused(f"{name} is not a code of ISO 4217: {value}")
    return value or None


def link(values: dict[str, Any], name: str) -> str | None:
    """A web address; other schemes are refused."""
    value = text(values, name, 2000)
    if not value:
        return None
    if not re.match(r"https?://[^\s/]+", value, re.I):
        raise Refused(f"{name} is not a web address: {value[:40]}")
    return value


def one(values: dict[str, Any], name: str, allowed: Iterable[str], default: str | None = None) -> str:
    """A value out of a fixed set."""
    value = text(values, name, 200) or default or ""
    if value not in set(allowed):
        raise Refused(f"{name} must be one of {', '.join(allowed)}, not “{value[:40]}”")
    return value


def settle(row: Any, values: dict[str, Any]) -> bool:
    """Give a stored row these values; whether anything differed."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)
