"""Taking an import back as a whole: all of it or nothing, and only while nothing depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, literal, select, true, union_all
from sqlalchemy.orm import aliased, selectinload

from marketplace.imports import kinds
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.row_store import restore_record
from marketplace.imports.states import STARTED
from marketplace.kernel import policy
from marketplace.kernel.db import Model, db
from marketplace.kernel.errors import Blocked, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import fire

BATCH = 500
MOST_NAMED = 5


@dataclass
class Dependent:
    """What stands in the way: a kind of thing in words, on how many records, the first of these; may it ever go?"""

    words: Any
    number: int
    ids: list[int] = field(default_factory=list)
    may_go: bool = False


def dependents(job: Import) -> list[Dependent]:
    """All that depends on the rows of an import, at a constant number of queries."""
    model = job.becomes.model
    found = [_since(job, model), _later(job), _filled(job, model)]
    return [each for each in found if each.number] + _referring(job, model)


def _rows(job: Import, *outcomes: str) -> ColumnElement[bool]:
    return and_(ImportRow.import_id == job.id, ImportRow.outcome.in_(outcomes))


def _named(words: Any, query: Select[Any]) -> Dependent:
    ids = query.distinct().subquery()
    number = db.session.scalar(select(func.count()).select_from(ids)) or 0
    first = db.session.scalars(select(ids.c[0]).order_by(ids.c[0]).limit(MOST_NAMED)).all() if number else []
    return Dependent(words, number, list(first))


def _since(job: Import, model: Any) -> Dependent:
    """Records that were changed, published or moved on since the import."""
    moved = select(ImportRow.subject_id).join(model, model.id == ImportRow.subject_id)
    moved = moved.where(_rows(job, "added", "changed"), model.version != ImportRow.subject_version)
    return _named(_l("changes made since, by hand, by a step or by another import"), moved)


def _later(job: Import) -> Dependent:
    """Records that a later import holds too."""
    other, run = aliased(ImportRow), aliased(Import)
    later = (
        select(ImportRow.subject_id)
        .join(other, and_(other.subject_id == ImportRow.subject_id, other.import_id > job.id))
        .join(run, and_(run.id == other.import_id, run.kind.in_(kinds.names_of(job.becomes.model))))
        .where(_rows(job, "added", "changed"), run.state.in_(STARTED))
    )
    return replace(_named(_l("later imports that hold the same records"), later), may_go=True)


def _filled(job: Import, model: Any) -> Dependent:
    """Records that other imports go into."""
    filling = [kind.name for kind in kinds.KINDS.values() if kind.target is not None and kind.target.model is model]
    into = select(Import.target_id).where(Import.kind.in_(filling))
    added = select(ImportRow.subject_id).where(_rows(job, "added"), ImportRow.subject_id.in_(into))
    return _named(_l("imports into it"), added)


def referring_columns(model: Any) -> list[Any]:
    """Every column of other tables that refers to a model, but those of its own parts."""
    own: Table = model.__table__
    return [
        key.parent
        for table in db.metadata.sorted_tables
        if _model_of(table).in_the_way is not None
        for key in sorted(table.foreign_keys, key=lambda key: str(key.parent.name))
        if key.column.table is own
    ]


def _model_of(table: Any) -> Any:
    """The model of a table; any, of one that only joins two others."""
    return next((mapper.class_ for mapper in Model.registry.mappers if mapper.local_table is table), Model)


def _referring(job: Import, model: Any) -> list[Dependent]:
    added, columns = select(ImportRow.subject_id).where(_rows(job, "added")), referring_columns(model)
    parts = [
        select(
            literal(n).label("n"), func.count(column.distinct()).label("number"), func.min(column).label("first")
        ).where(column.in_(added), _counts(column))
        for n, column in enumerate(columns)
    ]
    rows = db.session.execute(union_all(*parts)).all() if parts else []
    models = [_model_of(column.table) for column in columns]
    return [
        Dependent(models[n].in_the_way, number, [first], models[n].in_the_way_with is not None)
        for n, number, first in rows
        if number
    ]


def undo_import(job: Import, actor: Actor, *, version: int | None = None) -> dict[str, int]:
    """Remove what an import added and give back what it changed. Raises Blocked where anything depends on it."""
    policy.require(actor, "import.undo", job)
    expect_version(job, version)
    kind, model = job.becomes, job.becomes.model
    touched = select(ImportRow.subject_id).where(_rows(job, "added", "changed"))
    db.session.execute(select(model.id).where(model.id.in_(touched)).order_by(model.id).with_for_update())
    if dependents(job):
        raise Blocked(_l("Something depends on what was imported, so it cannot be undone as a whole any more."))
    restored = _restore(job, model)
    made = _made(job)
    db.session.flush()
    db.session.expunge_all()
    removed = _remove(model, select(ImportRow.subject_id).where(_rows(job, "added")))
    counts = {"removed": removed, "restored": restored}
    for name, beside in kind.beside.items():
        only = and_(beside.model.id.in_(made.get(name, ())), beside.only, _unused(beside.model))
        counts[name] = _remove(beside.model, select(beside.model.id).where(only))
    job = db.session.get_one(Import, job.id)
    fire("import.undo", job, actor, data=counts)
    return counts


def _remove(model: Any, ids: Select[Any]) -> int:
    return len(db.session.scalars(delete(model).where(model.id.in_(ids)).returning(model.id)).all())


def _restore(job: Import, model: Any) -> int:
    """Give changed records their earlier words and values back."""
    query = select(ImportRow).where(_rows(job, "changed")).order_by(ImportRow.number)
    number, last = 0, 0
    while rows := db.session.scalars(query.where(ImportRow.number > last).limit(BATCH)).all():
        ids = [row.subject_id for row in rows]
        found = db.session.scalars(select(model).where(model.id.in_(ids)).options(selectinload(model.texts))).unique()
        subjects = {subject.id: subject for subject in found}
        for row in rows:
            (job.becomes.restore or restore_record)(subjects[row.subject_id], row.before or {})
        db.session.flush()
        number, last = number + len(rows), rows[-1].number
    return number


def _made(job: Import) -> dict[str, list[int]]:
    """What was made beside the records, by its name."""
    found: dict[str, list[int]] = {}
    query = select(ImportRow.made).where(ImportRow.import_id == job.id, ImportRow.made.is_not(None))
    for made in db.session.scalars(query):
        for name, id in (made or {}).items():
            found.setdefault(name, []).append(id)
    return found


def _unused(model: Any) -> ColumnElement[bool]:
    """Whether nothing refers to a row any more."""
    return and_(*(~exists().where(column == model.id, _counts(column)) for column in referring_columns(model)))


def _counts(column: Any) -> ColumnElement[bool]:
    """Whether a row that refers to something stands for anything itself."""
    if (beside := _model_of(column.table).in_the_way_with) is None:
        return true()
    key = db.metadata.tables[beside[0]].c[beside[1]]
    return exists().where(key == column.table.c.id)
