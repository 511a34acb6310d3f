"""Taking an import back as a whole: all of it or nothing, and only while nothing depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, literal, select, true, union_all
from sqlalchemy.orm import aliased, selectinload

from marketplace.challenges.models import Challenge
from marketplace.imports import call_rows, challenge_rows
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.storing import thawed
from marketplace.kernel import policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import fire
from marketplace.network.models import Call
from marketplace.people.models import Organisation

MODELS: dict[str, Any] = {"challenges": Challenge, "calls": Call}
BATCH = 500
# Rows that are a part of the thing itself, and go with it.
PARTS = frozenset({
    "challenge_texts", "challenge_snapshots", "review_comments", "call_texts", "stages", "eligibility_rules",
    "organisation_texts",
})  # fmt: skip
WORDS = {
    "applications": _l("applications to it"),
    "questions": _l("questions about it"),
    "pairings": _l("pairs built on it"),
    "decisions": _l("decisions about it"),
    "challenges": _l("challenges in it"),
    "challenge_invitations": _l("startups invited to it"),
    "awards": _l("awards made in it"),
    "imports": _l("imports into it"),
    "topics": _l("people who follow it"),
}
# Rows that count only while others refer to them: a topic is nothing without a follower.
ONLY_WITH = {"topics": ("follows", "topic_id")}
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
    model, found = MODELS[job.subject], []
    changed = _since(job, model)
    if changed.number:
        found.append(changed)
    later = _later(job)
    if later.number:
        found.append(later)
    return found + _referring(job, model)


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
        .join(run, and_(run.id == other.import_id, run.subject == job.subject))
        .where(_rows(job, "added", "changed"), run.state.in_(("running", "done", "stopped")))
    )
    return replace(_named(_l("later imports that hold the same records"), later), may_go=True)


def referring(model: Any) -> list[tuple[str, Any]]:
    """Every column of other tables that refers to a model, but those of its own parts."""
    own: Table = model.__table__
    return [
        (table.name, key.parent)
        for table in db.metadata.sorted_tables
        if table.name not in PARTS
        for key in sorted(table.foreign_keys, key=lambda key: str(key.parent.name))
        if key.column.table is own
    ]


def _referring(job: Import, model: Any) -> list[Dependent]:
    added = select(ImportRow.subject_id).where(_rows(job, "added"))
    parts = [
        select(literal(name).label("name"), func.count(column.distinct()).label("number"),
               func.min(column).label("first")).where(column.in_(added), _counts(column))
        for name, column in referring(model)
    ]  # fmt: skip
    rows = db.session.execute(union_all(*parts)).all() if parts else []
    return [
        Dependent(WORDS.get(name, _l("further work that refers to it")), number, [first], name in ONLY_WITH)
        for name, number, first in rows
        if number
    ]


def undo_import(job: Import, actor: Actor, *, version: int | None = None) -> dict[str, int]:
    """Remove what an import added and give back what it changed. Raises Blocked where anything depends on it."""
    policy.require(actor, "import.undo", job)
    expect_version(job, version)
    model = MODELS[job.subject]
    touched = select(ImportRow.subject_id).where(_rows(job, "added", "changed"))
    db.session.execute(select(model.id).where(model.id.in_(touched)).order_by(model.id).with_for_update())
    if dependents(job):
        raise Blocked(_l("Something depends on what was imported, so it cannot be undone as a whole any more."))
    restored = _restore(job, model)
    made = _made(job)
    db.session.flush()
    db.session.expunge_all()
    removed = _remove(model, select(ImportRow.subject_id).where(_rows(job, "added")))
    calls = _remove(Call, select(Call.id).where(Call.id.in_(made["call"]), _unused(Call)))
    organisations = _remove(
        Organisation,
        select(Organisation.id).where(
            Organisation.id.in_(made["organisation"]), Organisation.state == "unverified", _unused(Organisation)
        ),
    )
    counts = {"removed": removed, "restored": restored, "organisations": organisations, "calls": calls}
    job = db.session.get_one(Import, job.id)
    fire("import.undo", job, actor, data=counts)
    return counts


def _remove(model: Any, ids: Select[Any]) -> int:
    return len(db.session.scalars(delete(model).where(model.id.in_(ids)).returning(model.id)).all())


def _restore(job: Import, model: Any) -> int:
    """Give changed records their earlier words and values back."""
    restore: Any = {"challenges": challenge_rows.restore, "calls": call_rows.restore}[job.subject]
    query = select(ImportRow).where(_rows(job, "changed")).order_by(ImportRow.number)
    number, last = 0, 0
    while rows := db.session.scalars(query.where(ImportRow.number > last).limit(BATCH)).all():
        ids = [row.subject_id for row in rows]
        found = db.session.scalars(select(model).where(model.id.in_(ids)).options(selectinload(model.texts))).unique()
        subjects = {subject.id: subject for subject in found}
        for row in rows:
            restore(subjects[row.subject_id], row.before or {}, thawed)
        db.session.flush()
        number, last = number + len(rows), rows[-1].number
    return number


def _made(job: Import) -> dict[str, list[int]]:
    """Organisations and calls that were made beside the records."""
    found: dict[str, list[int]] = {"organisation": [], "call": []}
    query = select(ImportRow.made).where(ImportRow.import_id == job.id, ImportRow.made.is_not(None))
    for made in db.session.scalars(query):
        for name, id in (made or {}).items():
            found[name].append(id)
    return found


def _unused(model: Any) -> ColumnElement[bool]:
    """Whether nothing refers to a row any more."""
    return and_(*(~exists().where(column == model.id, _counts(column)) for _, column in referring(model)))


def _counts(column: Any) -> ColumnElement[bool]:
    """Whether a row that refers to something stands for anything itself."""
    if column.table.name not in ONLY_WITH:
        return true()
    other, key = ONLY_WITH[column.table.name]
    return exists().where(db.metadata.tables[other].c[key] == column.table.c.id)
