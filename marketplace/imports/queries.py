"""Reads of imports: a centre's own, and for network staff those of its centres."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from marketplace.imports import kinds, readership
from marketplace.imports.models import VERDICTS, Import, ImportPiece, ImportRow
from marketplace.imports.states import TAKEN, WAITING
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor

WORK = "imports.job."  # what the worker does with a file, by the names that the outbox gives


@prepared
def visible_to(actor: Actor) -> Select[Import]:
    """Imports of the centre this person works for, or of the centres of the network they watch over."""
    return select(Import).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.centre_id is not None:
        return Import.centre_id == actor.centre_id
    if actor.network_operator_id is not None:
        return Import.centre_id.in_(readership.of_centres().watched(actor))
    return false()


def failed_work(job: Import) -> Outbox | None:
    """What the worker has to do for this import and failed at, if it did."""
    own = (Event.subject_type == "import", Event.subject_id == job.id, Outbox.reaction.startswith(WORK))
    # The first try is counted when it begins, and may be under way.
    failed = or_(Outbox.last_error.is_not(None) & (Outbox.attempts > 0), Outbox.attempts > 1)
    query = select(Outbox).join(Event).where(*own, Outbox.done_at.is_(None), failed)
    return db.session.scalars(query.order_by(Outbox.id.desc()).limit(1)).first()


def readers_of(job: Import) -> set[int]:
    """Ids of the people who may see an import."""
    return set() if job.centre_id is None else readership.of_centres().readers(job.centre_id)


def waiting_for(actor: Actor) -> Select[int]:
    """How many of the centre's imports wait for a person."""
    return visible_to(actor).where(Import.state.in_(WAITING)).with_only_columns(func.count(Import.id))


def with_people(query: Select[Import]) -> Select[Import]:
    """Load the centre of an import and whoever sent it."""
    return query.options(joinedload(Import.centre), joinedload(Import.started_by).options(lazyload("*")))


def targets_of(jobs: Iterable[Import]) -> list[Any]:
    """What the rows of imports go into, loaded at once; each ``target`` then costs no query while these are held."""
    wanted: dict[Any, set[int]] = {}
    for job in jobs:
        if job.target_id is not None and job.becomes.target is not None:
            wanted.setdefault(job.becomes.target.model, set()).add(job.target_id)
    return [
        found
        for model, ids in wanted.items()
        for found in db.session.scalars(select(model).where(model.id.in_(ids))).unique()
    ]


def count_reached(job: Import) -> int:
    """How many rows the worker has dealt with in what it does now."""
    column = {"checking": ImportRow.verdict, "running": ImportRow.outcome}.get(job.state)
    done = select(func.count()).where(ImportRow.import_id == job.id)
    return db.session.scalar(done if column is None else done.where(column.is_not(None))) or 0


def counts(job_ids: Iterable[int], column: Any = ImportRow.outcome) -> dict[int, dict[str, int]]:
    """By import: how many rows have each verdict (or outcome); rows without one are counted under an empty name."""
    found: dict[int, dict[str, int]] = {id: {} for id in job_ids}
    rows = (
        select(ImportRow.import_id, column, func.count())
        .where(ImportRow.import_id.in_(list(found)))
        .group_by(ImportRow.import_id, column)
    )
    for id, value, number in db.session.execute(rows):
        found[id][value or ""] = number
    return found


def result(job: Import) -> dict[str, int]:
    """How many rows have each outcome by now, and how many are left."""
    found = counts([job.id])[job.id]
    return {**{verdict: found.get(verdict, 0) for verdict in VERDICTS}, "left": found.get("", 0)}


def rows_of(job: Import) -> Select[ImportRow]:
    """An import's rows in the order of the file."""
    return select(ImportRow).where(ImportRow.import_id == job.id).order_by(ImportRow.number)


def refused_rows(job: Import) -> Select[ImportRow]:
    """The rows refused by the import, or by its trial where it has not run."""
    return rows_of(job).where(
        or_(ImportRow.outcome == "refused", ImportRow.outcome.is_(None) & (ImportRow.verdict == "refused"))
    )


def earlier_mapping(job: Import) -> dict[str, Any]:
    """How the centre matched the same columns to the same kind of thing the last time."""
    found = db.session.scalars(
        select(Import.mapping)
        .where(
            Import.centre_id == job.centre_id,
            Import.headers_mark == job.headers_mark,
            Import.kind == job.kind,
            Import.id != job.id,
            Import.mapping != {},
        )
        .order_by(Import.id.desc())
        .limit(1)
    ).first()
    return found or {}


def has_taken() -> ColumnElement[bool]:
    """Whether rows of an import were taken, or are being taken."""
    return Import.state.in_(("running", *TAKEN))


def ids_brought_by(job: Import, ids: list[int]) -> set[int]:
    """Which of these records the importing centre itself brought here, and may change by importing them again."""
    query = (
        select(ImportRow.subject_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(
            ImportRow.subject_id.in_(ids),
            ImportRow.outcome == "added",
            Import.kind.in_(kinds.names_of(job.becomes.model)),
            Import.centre_id == job.centre_id,
            has_taken(),
        )
    )
    return {id for id in db.session.scalars(query) if id is not None}


def file_of(job: Import) -> Select[bytes]:
    """The pieces of the file, in order."""
    return select(ImportPiece.data).where(ImportPiece.import_id == job.id).order_by(ImportPiece.position)
