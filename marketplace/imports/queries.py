"""Reads of imports: a centre's own, and for network staff those of its centres."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from marketplace.imports.models import VERDICTS, Import, ImportPiece, ImportRow
from marketplace.imports.states import WAITING
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call, Centre, Network, Programme
from marketplace.people.queries import members

WORK = "imports.working."  # what the worker does with a file, by the names that the outbox gives


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
        watched = select(Centre.id).join(Network).where(Network.operator_id == actor.network_operator_id)
        return Import.centre_id.in_(watched)
    return false()


def failing(job: Import) -> Outbox | None:
    """What the worker has to do for this import and failed at, if it did."""
    own = (Event.subject_type == "import", Event.subject_id == job.id, Outbox.reaction.startswith(WORK))
    # The first try is counted when it begins, and may be under way.
    failed = or_(Outbox.last_error.is_not(None) & (Outbox.attempts > 0), Outbox.attempts > 1)
    query = select(Outbox).join(Event).where(*own, Outbox.done_at.is_(None), failed)
    return db.session.scalars(query.order_by(Outbox.id.desc()).limit(1)).first()


def readers_of(job: Import) -> set[int]:
    """Ids of the people who may see an import."""
    staff = members([job.centre_id], ("manager", "broker"))
    watchers = members([job.centre.network.operator_id], ("network_staff",))
    return set(db.session.scalars(staff)) | set(db.session.scalars(watchers))


def waiting_for(actor: Actor) -> Select[int]:
    """How many of the centre's imports wait for a person."""
    return visible_to(actor).where(Import.state.in_(WAITING)).with_only_columns(func.count(Import.id))


def with_destination(query: Select[Import]) -> Select[Import]:
    """Load what an import's page and its rules need."""
    managing = joinedload(Programme.managing_centre)
    return query.options(
        joinedload(Import.centre).joinedload(Centre.organisation),
        joinedload(Import.started_by).options(lazyload("*")),
        joinedload(Import.call).joinedload(Call.programme).options(managing),
        joinedload(Import.programme).options(managing),
    )


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
            Import.subject == job.subject,
            Import.call_id.is_(None) == (job.call_id is None),
            Import.programme_id.is_(None) == (job.programme_id is None),
            Import.id != job.id,
            Import.mapping != {},
        )
        .order_by(Import.id.desc())
        .limit(1)
    ).first()
    return found or {}


def brought_by(job: Import, ids: list[int]) -> set[int]:
    """Which of these records the importing centre itself brought here, and may change by importing them again."""
    query = (
        select(ImportRow.subject_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(
            ImportRow.subject_id.in_(ids),
            ImportRow.outcome == "added",
            Import.subject == job.subject,
            Import.centre_id == job.centre_id,
            Import.state.in_(("running", "done", "stopped")),
        )
    )
    return {id for id in db.session.scalars(query) if id is not None}


def file_of(job: Import) -> Select[bytes]:
    """The pieces of the file, in order."""
    return select(ImportPiece.data).where(ImportPiece.import_id == job.id).order_by(ImportPiece.position)
