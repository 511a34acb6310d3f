"""What the worker does with an import, in chunks: each is a transaction of its own and leaves a cursor behind.

Whoever is killed in the middle loses one chunk, which is done again; what was committed is never done twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from rq.timeouts import BaseTimeoutException
from sqlalchemy import delete, func, insert, select, update

from marketplace.imports import limits, matching, queries
from marketplace.imports.file_reader import Raw, Reader
from marketplace.imports.limits import Unreadable
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.row_store import Ready, StoredRow, store_batch
from marketplace.kernel import relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.workflow import fire

READ = 1000  # rows in a chunk
READ_SHEET = 5000  # of a workbook: whoever goes on elsewhere has to read it from its beginning
CHUNK = 200
MOST_READINGS = 2  # of one part; what ended its worker each time is not read a third time
LOCK = 7_311_026  # imports store one chunk at a time, so that two of the same record make one

# Where this process stands in a file it reads: import → rows read, the rest, the reader.
_open: dict[int, tuple[int, Iterator[Raw], Reader]] = {}


class _TriedOut(Exception):
    """Takes back what a trial stored."""


def read_file(event: Event, cursor: int | None) -> int | None:
    """Turn the file into rows."""
    job, done = _held(event, "reading"), cursor or 0
    if job is None:
        _close(event.subject_id)
        return None
    most = READ_SHEET if job.format == "xlsx" else READ
    try:
        if relay.silent_tries(event, read_file) > MOST_READINGS:
            raise Unreadable("too_slow")
        rest, reader = _reading(job, done)
        rows = list(islice(rest, most))
    except Unreadable as unreadable:
        _give_up(job, unreadable)
        return None
    except BaseTimeoutException:
        _give_up(job, Unreadable("too_slow"))
        return None
    if rows:
        values = [
            {
                "import_id": job.id, "number": done + n, "line": raw.line, "cells": raw.cells,
                "reasons": [raw.problem] if raw.problem else [],
            }
            for n, raw in enumerate(rows, 1)
        ]  # fmt: skip
        db.session.execute(insert(ImportRow), values)
    if len(rows) == most:
        _open[job.id] = (done + most, rest, reader)
        return done + most
    _close(job.id)
    job.headers, job.headers_mark = reader.headers, matching.mark_of(reader.headers)
    job.encoding, job.delimiter = reader.encoding, reader.delimiter
    job.row_count, job.hidden_count = done + len(rows), reader.hidden
    fire("import.read", job, SYSTEM)
    return None


def _give_up(job: Import, unreadable: Unreadable) -> None:
    _close(job.id)
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == job.id))
    job.problem = unreadable.problem
    fire("import.give_up", job, SYSTEM)


def _reading(job: Import, done: int) -> tuple[Iterator[Raw], Reader]:
    """The rows from the next one on: where this process stopped, else from the file's beginning."""
    held = _open.get(job.id)
    if held is not None and held[0] == done:
        return held[1], held[2]
    _close(job.id)
    reader = Reader(_file(job), job.format, job.encoding, most=None if job.centre_id else limits.MOST_AT_ONCE_BYTES)
    rest = iter(reader)
    _open[job.id] = (0, rest, reader)
    for _ in islice(rest, done):
        pass
    return rest, reader


def _close(import_id: int) -> None:
    held = _open.pop(import_id, None)
    if held is not None:
        cast(Any, held[1]).close()
        held[2].file.close()


def _file(job: Import) -> BinaryIO:
    """The file in one piece, where only this process reads it."""
    file = TemporaryFile()  # noqa: SIM115 - the reader keeps it
    for piece in db.session.scalars(queries.file_of(job).execution_options(yield_per=1)):
        file.write(piece)
    file.seek(0)
    return cast(BinaryIO, file)


def try_out(event: Event, cursor: int | None) -> int | None:
    """Find out what an import would do, and write none of it."""
    job = _held(event, "checking")
    if job is None:
        return None
    rows = _next(job, cursor)
    if not rows:
        fire("import.report", job, SYSTEM)
        return None
    found: dict[int, StoredRow] = {}
    ready, keys = _prepare(job, rows, found, ImportRow.verdict)
    numbers = [row.number for row in rows]
    try:
        with db.session.begin_nested():
            found |= store_batch(lambda: job.becomes.store(job), ready)
            raise _TriedOut
    except _TriedOut:
        db.session.expire_all()
    for number in numbers:
        stored = found[number]
        values = {"verdict": stored.result, "reasons": stored.reasons, "key": keys.get(number)}
        db.session.execute(
            update(ImportRow).where(ImportRow.import_id == job.id, ImportRow.number == number).values(values)
        )
    return numbers[-1]


def run(event: Event, cursor: int | None) -> int | None:
    """Take the rows; what they become, and what became of them, are committed together."""
    job = _held(event, "running")
    if job is None:
        return None
    rows = _next(job, cursor)
    if not rows:
        fire("import.finish", job, SYSTEM, data={"rows": queries.result(job)})
        return None
    found: dict[int, StoredRow] = {}
    ready, keys = _prepare(job, rows, found, ImportRow.outcome)
    found |= store_batch(lambda: job.becomes.store(job), ready)
    db.session.flush()
    for row in rows:
        stored = found[row.number]
        row.outcome, row.reasons, row.key = stored.result, stored.reasons, keys.get(row.number)
        row.before, row.made = stored.before, stored.made
        if stored.subject is not None:
            row.subject_id, row.subject_version = stored.subject.id, stored.subject.version
    db.session.flush()
    return rows[-1].number


def _held(event: Event, state: str) -> Import | None:
    """The import, locked, if it still waits for this."""
    job = db.session.get(Import, event.subject_id, with_for_update={"of": Import}, populate_existing=True)
    return job if job is not None and job.state == state else None


def _next(job: Import, cursor: int | None) -> list[ImportRow]:
    return list(db.session.scalars(queries.rows_of(job).where(ImportRow.number > (cursor or 0)).limit(CHUNK)))


def _prepare(
    job: Import, rows: list[ImportRow], found: dict[int, StoredRow], column: Any
) -> tuple[list[Ready], dict[int, str]]:
    """Rows that may be stored and all rows' keys; ``found`` hears of those that are refused before."""
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    known, store = job.becomes.by_name(), job.becomes.store(job)
    matched = {}
    for row in rows:
        if unread := [reason for reason in row.reasons if "field" not in reason and not row.key]:
            found[row.number] = StoredRow("refused", reasons=unread)
            continue
        one = matching.match_row(row.cells or [], job.mapping, known)
        problems = one.problems or store.problems(one.values)
        if problems:
            found[row.number] = StoredRow("refused", reasons=problems)
        else:
            matched[row.number] = one.values
    keys = {number: store.key(values) for number, values in matched.items()}
    earlier = _earlier(job, list(keys.values()), rows[0].number, column)
    ready = []
    for row in rows:
        if row.number in matched:
            if (line := earlier.setdefault(keys[row.number], row.line)) != row.line:
                found[row.number] = StoredRow.refused("twice", line=line)
            else:
                ready.append(Ready(row.number, keys[row.number], matched[row.number]))
    return ready, keys


def _earlier(job: Import, keys: list[str], before: int, column: Any) -> dict[str, int]:
    """Lines further up in the file that have the same key and were not refused."""
    query = select(ImportRow.key, func.min(ImportRow.line)).where(
        ImportRow.import_id == job.id, ImportRow.number < before, ImportRow.key.in_(keys), column != "refused"
    )
    return {key: line for key, line in db.session.execute(query.group_by(ImportRow.key)) if key}
