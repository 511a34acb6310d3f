"""What staff do with an import; the worker's part is in ``job.py``, taking one back in ``reversal.py``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, BinaryIO

from sqlalchemy import delete, update

from marketplace.imports import kinds, limits, queries, sheets, values
from marketplace.imports.limits import Unreadable
from marketplace.imports.models import PIECE_BYTES, Import, ImportPiece, ImportRow
from marketplace.imports.problems import in_words
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import Sentence, _l, nfc
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import fire

OLE = b"\xd0\xcf\x11\xe0"


def upload_import(
    actor: Actor,
    *,
    file: BinaryIO,
    file_name: str,
    kind: str,
    target: Any = None,
    encoding: str | None = None,
) -> Import:
    """Keep a file; the worker reads it next. Raises Invalid where it is seen at once that it cannot be read."""
    policy.require(actor, "import.create")
    _expect_open(actor, kinds.KINDS[kind].target, target)
    try:
        size, format = _look_at(file, file_name, None if actor.is_system else limits.MOST_BYTES)
    except Unreadable as unreadable:
        raise Invalid(_said(unreadable.problem), field="file") from unreadable
    job = Import(
        centre_id=actor.centre_id,
        started_by_id=actor.user_id,
        kind=kind,
        target_id=target.id if target is not None else None,
        file_name=(nfc(PurePath(file_name.replace("\\", "/")).name).replace("\n", " ").strip() or "–")[:200],
        size=size,
        format=format,
        encoding=None if format == "xlsx" else encoding or None,
        kept_until=clock.now() + limits.KEPT,
    )
    db.session.add(job)
    db.session.flush()
    file.seek(0)
    for position, piece in enumerate(iter(lambda: file.read(PIECE_BYTES), b"")):
        db.session.add(ImportPiece(import_id=job.id, position=position, data=piece))
        db.session.flush()
    events.record("import.upload", job, actor, after=job.state)
    return job


def _expect_open(actor: Actor, of: kinds.Target | None, target: Any) -> None:
    """Refuse what this actor may not fill, or what takes no more; it cannot go until this is committed."""
    if of is None:
        return
    if not actor.is_system:
        policy.require(actor, of.permission, target)
    held = db.session.get(of.model, target.id, with_for_update={"read": True, "key_share": True})
    if held is None or not of.takes(target):
        raise Invalid(of.closed, field=of.name)


def _said(problem: dict[str, Any]) -> Sentence:
    return Sentence(lambda: in_words(problem))


def _look_at(file: BinaryIO, file_name: str, most: int | None) -> tuple[int, str]:
    """Size and format by what the file begins with, then by its name."""
    size = file.seek(0, 2)
    if size == 0:
        raise Unreadable("empty")
    if most is not None and size > most:
        raise Unreadable("too_large", most=most // 1_000_000)
    file.seek(0)
    head, ending = file.read(4096), PurePath(file_name).suffix.lower()
    if head.startswith(OLE):
        raise Unreadable("old_excel")
    if head.startswith(b"PK"):
        sheets.check_workbook(file)
        return size, "xlsx"
    if ending in (".xlsx", ".xlsm", ".xls", ".ods", ".pdf", ".docx", ".zip") or head.startswith((b"%PDF", b"\x1f\x8b")):
        raise Unreadable("other_format")
    bare = head.decode("utf-8-sig", "replace").replace("\0", "").lstrip("\ufeff \t\r\n")
    if ending in (".jsonl", ".ndjson", ".json") or bare.startswith("{"):
        return size, "jsonl"
    return size, "csv"


def match_columns(
    job: Import, actor: Actor, mapping: Mapping[str, Mapping[str, Any]], *, version: int | None = None
) -> None:
    """Say which column tells which field, and have the whole file tried out; nothing is imported by that."""
    policy.require(actor, "import.check", job)
    expect_version(job, version)
    job.mapping = checked_mapping(job, mapping)
    job.state_since = clock.now()
    cleared = update(ImportRow).where(ImportRow.import_id == job.id, ImportRow.verdict.is_not(None))
    db.session.execute(cleared.where(ImportRow.key.is_not(None)).values(verdict=None, key=None, reasons=[]))
    db.session.execute(cleared.values(verdict=None))
    fire("import.check", job, actor)


def checked_mapping(job: Import, mapping: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The mapping, if every field that is needed has a column or a value, and every value is one."""
    kept: dict[str, dict[str, Any]] = {}
    for name, field in job.becomes.by_name().items():
        said = dict(mapping.get(name, {}))
        column, constant = said.get("column"), said.get("constant")
        if column is not None and not 0 <= column < len(job.headers):
            raise Invalid(_l("Choose a column of this file."), field=f"column_{name}")
        if constant:
            try:
                values.read_value(field, constant)
            except values.WrongValue as wrong:
                raise Invalid(_said(wrong.problem), field=f"constant_{name}") from wrong
        if field.required and column is None and not constant:
            raise Invalid(_l("Choose a column, or write one value for all rows."), field=f"column_{name}")
        if column is not None or constant:
            kept[name] = {key: value for key, value in said.items() if value not in (None, "")}
    job.becomes.check(kept)
    return kept


def start_import(job: Import, actor: Actor, *, version: int | None = None) -> None:
    """Have the worker take the rows that the trial found good."""
    policy.require(actor, "import.start", job)
    expect_version(job, version)
    if job.becomes.target is not None and not job.becomes.target.takes(job.target):
        raise Blocked(job.becomes.target.closed_since)
    fire("import.start", job, actor)


def stop_import(job: Import, actor: Actor) -> None:
    """Leave the rest of the rows; what was imported stays, and can be undone."""
    fire("import.stop", job, actor, data={"rows": queries.result(job)})


def discard_import(job: Import, actor: Actor, *, version: int | None = None) -> None:
    """Put a file away unimported, and forget what it held."""
    fire("import.discard", job, actor, version=version)
    forget_cells(job)


def forget_cells(job: Import) -> None:
    """Delete the file and what its cells say; what became of each row stays."""
    db.session.execute(delete(ImportPiece).where(ImportPiece.import_id == job.id))
    held = update(ImportRow).where(ImportRow.import_id == job.id, ImportRow.cells.is_not(None))
    db.session.execute(held.values(cells=None))
    job.forgotten_at = clock.now()
    db.session.flush()
