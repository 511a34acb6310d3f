"""Rows from files of other systems: streamed, numbered, cleaned; a bad one is named, never half taken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from psycopg.errors import ProgramLimitExceeded
from sqlalchemy.exc import IntegrityError, OperationalError

from marketplace.kernel import amounts, writing
from marketplace.kernel.amounts import read_sum
from marketplace.kernel.days import NoSuchDay, NotADay, When, WhichDay, read_days, read_when
from marketplace.kernel.db import commit, db
from marketplace.kernel.locales import nfc
from marketplace.kernel.markup import unmarked

LONGEST = 1_000_000  # bytes in a line
BATCH = 200


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


def read_json_lines(path: Path) -> Iterator[Row]:
    """Stream the rows of a file that holds one JSON object on each line."""
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
    said = str(value)
    plain = unmarked(said) if len(said) <= 4 * longest else said
    if len(plain) > longest:
        raise Refused(f"{name} is longer than {longest} characters")
    return plain


def line(values: dict[str, Any], name: str, longest: int) -> str:
    """A name or a title, in one line; empty where it says nothing."""
    return writing.line(text(values, name, longest))


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
    if not value:
        return []
    try:
        return read_days(value)
    except NoSuchDay:
        raise Refused(f"{name} names a day that does not exist: {value[:40]}") from None
    except WhichDay:
        raise Refused(f"{name} can be two days, day or month first: {value[:40]}") from None
    except NotADay:
        raise Refused(f"{name} is not a date (YYYY-MM-DD): {value[:40]}") from None


def when(values: dict[str, Any], name: str, last: bool = False) -> When | None:
    """The first or last day of a value, with its hour and zone where it names them."""
    if not days(values, name):
        return None
    value = text(values, name)
    try:
        return read_when(value, last)
    except ValueError:
        raise Refused(f"{name} names an hour that is not clear: {value[:40]}") from None


def amount(values: dict[str, Any], name: str, currency: str | None = None) -> Decimal | None:
    """A sum of money to the cent, of at most twelve digits before the point."""
    value = values.get(name)
    if value in (None, ""):
        return None
    try:
        return read_sum(value, currency)
    except amounts.OutOfRange:
        reason = "is out of range"
    except amounts.WhichAmount:
        reason = "can be two amounts"
    except amounts.TooFine:
        reason = f"has more decimals than {currency or 'money'}"
    except amounts.OtherCurrency:
        reason = f"names another currency than {currency}"
    except amounts.NotAnAmount:
        reason = "is not an amount"
    raise Refused(f"{name} {reason}: {str(value)[:40]}")


def currency(values: dict[str, Any], name: str) -> str | None:
    """The code of a currency."""
    value = text(values, name, 3).upper()
    if value and value not in amounts.currencies():
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
