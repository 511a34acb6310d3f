"""A page of notifications in words: made on reading, and only of what the reader may still see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.applications.timeline import told_as
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.collaborations import queries as collaborations
from marketplace.collaborations.models import Agreement, Collaboration, Milestone, Outcome
from marketplace.imports import queries as imports
from marketplace.imports.models import Import
from marketplace.imports.wording import result_in_words
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.network import queries as calls
from marketplace.network.models import Call
from marketplace.notifications.models import Notification
from marketplace.notifications.naming import names, title_of
from marketplace.notifications.sides import side_of
from marketplace.notifications.telling import words_for
from marketplace.pairings import queries as pairings
from marketplace.pairings.models import Pairing
from marketplace.people import claim_queries as claims
from marketplace.people import queries as people
from marketplace.people.models import Claim, Organisation
from marketplace.questions import queries as questions
from marketplace.questions.models import Question

SHAPE: dict[str, Any] = {
    "type": Text(),
    "id": BigInteger(),
    "page_id": BigInteger(),
    "challenge_id": BigInteger(),
    "call_id": BigInteger(),
    "organisation_id": BigInteger(),
    "company_id": BigInteger(),
    "startup_id": BigInteger(),
    "title": Text(),
    "locale": Text(),
    "here": Boolean(),  # whether the organisation acted for now may open it
}
PATHS = {
    "organisation": "/organisations/{0}",
    "claim": "/claims/{0}",
    "call": "/calls/{0}",
    "challenge": "/challenges/{0}",
    "application": "/applications/{0}",
    "question": "/questions/{0}",
    "import": "/imports/{0}",
    "pairing": "/pairings/{0}",
    "collaboration": "/collaborations/{0}",
    "agreement": "/collaborations/{0}/agreement",
    "milestone": "/collaborations/{0}/milestones/{1}",
    "outcome": "/collaborations/{0}",
}
DOORS: dict[str, tuple[Any, Any]] = {
    "organisation": (Organisation, people.visible_to),
    "claim": (Claim, claims.visible_to),
    "call": (Call, calls.visible_to),
    "challenge": (Challenge, challenges.visible_to),
    "application": (Application, applications.visible_to),
    "question": (Question, questions.visible_to),
    "import": (Import, imports.visible_to),
    "pairing": (Pairing, pairings.visible_to),
    "collaboration": (Collaboration, collaborations.visible_to),
}
PARTS: dict[str, Any] = {"agreement": Agreement, "milestone": Milestone, "outcome": Outcome}


@dataclass(frozen=True)
class Line:
    """One notification: what happened to what, by which side, and where; ``elsewhere`` needs another seat.

    ``figures`` are those of an import that ended.
    """

    id: int
    at: datetime
    what: Any
    who: Any
    title: Markup
    path: str
    elsewhere: bool
    is_new: bool
    figures: str = ""


def lines(found: Sequence[Notification], actor: Actor, seats: Sequence[Actor], locale: str) -> list[Line]:
    """The notifications in words, at a constant number of queries."""
    events = _events({row.event_id for row in found})
    subjects = _subjects({(row.subject_type, row.subject_id) for row in found}, actor, seats)
    named = names(subjects.values(), locale)
    kinds = _kinds({event.acting_id for event in events.values()})
    drawn = []
    for row in found:
        subject = subjects.get((row.subject_type, row.subject_id))
        event = events.get(row.event_id or 0)
        who = side_of(event, kinds, subject) if event else None
        title = title_of(subject, named, locale) if subject is not None else Markup("")
        path = _path_to(subject) if subject is not None else ""
        elsewhere = subject is not None and not subject.here
        what = words_for(told_as(event) if event else row.step)
        figures = result_in_words(event.data.get("rows")) if event and row.subject_type == "import" else ""
        drawn.append(Line(row.id, row.created_at, what, who, title, path, elsewhere, row.read_at is None, figures))
    return drawn


def _path_to(subject: Any) -> str:
    """Where a subject can be opened; nothing where another seat is needed."""
    return PATHS[subject.type].format(subject.page_id, subject.id) if subject.here else ""


def _events(ids: set[int | None]) -> dict[int, Event]:
    query = select(Event).where(Event.id.in_(ids - {None})).options(joinedload(Event.reason))
    return {event.id: event for event in db.session.scalars(query).unique()}


def _kinds(ids: set[int | None]) -> dict[int, str]:
    query = select(Organisation.id, Organisation.kind).where(Organisation.id.in_(ids - {None}))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _subjects(wanted: Iterable[tuple[str, int]], actor: Actor, seats: Sequence[Actor]) -> dict[tuple[str, int], Any]:
    """What may be seen of the subjects, now or in another seat of the same person."""
    by_type: dict[str, set[int]] = {}
    for kind, id_ in wanted:
        by_type.setdefault(kind, set()).add(id_)
    parts = [_part(kind, ids, actor, seats) for kind, ids in sorted(by_type.items()) if kind in PATHS]
    if not parts:
        return {}
    return {(row.type, row.id): row for row in db.session.execute(union_all(*parts))}


def _part(kind: str, ids: set[int], actor: Actor, seats: Sequence[Actor]) -> Select[Any]:
    model = PARTS.get(kind) or DOORS[kind][0]
    root, key = (Collaboration, model.collaboration_id) if kind in PARTS else (model, model.id)
    visible_to = DOORS["collaboration" if kind in PARTS else kind][1]

    def may(seat: Actor) -> ColumnElement[bool]:
        found: ColumnElement[bool] = key.in_(visible_to(seat).with_only_columns(root.id))
        return found

    query = select(model).where(model.id.in_(ids), or_(false(), *(may(seat) for seat in (actor, *seats))))
    if kind in PARTS:
        query = query.join(Collaboration, Collaboration.id == model.collaboration_id)
    if kind == "application":
        query = query.outerjoin(Challenge, Challenge.id == Application.challenge_id)
    if kind == "question":
        query = query.join(Challenge, Challenge.id == Question.challenge_id)
    given = {"type": literal(kind), "id": model.id, "page_id": key, "here": may(actor), **_columns(kind)}
    return query.with_only_columns(
        *(cast(given.get(name, null()), type_).label(name) for name, type_ in SHAPE.items()), maintain_column_froms=True
    )


def _columns(kind: str) -> dict[str, Any]:
    if kind == "organisation":
        return {"organisation_id": Organisation.id}
    if kind == "claim":
        return {"organisation_id": Claim.organisation_id}
    if kind == "call":
        return {"call_id": Call.id}
    if kind == "import":
        return {"title": Import.file_name}
    if kind == "challenge":
        return {"challenge_id": Challenge.id, "company_id": Challenge.organisation_id}
    if kind == "application":
        return {
            "challenge_id": Application.challenge_id,
            "call_id": Application.call_id,
            "company_id": Challenge.organisation_id,
            "startup_id": Application.organisation_id,
        }
    if kind == "question":
        return {
            "challenge_id": Question.challenge_id,
            "company_id": Challenge.organisation_id,
            "startup_id": Question.asker_id,
        }
    if kind == "pairing":
        return {name: getattr(Pairing, name) for name in ("challenge_id", "call_id", "company_id", "startup_id")}
    paired = select(Pairing.challenge_id).where(Pairing.id == Collaboration.pairing_id).scalar_subquery()
    return {
        "challenge_id": paired,
        "company_id": Collaboration.company_id,
        "startup_id": Collaboration.startup_id,
        "title": case((paired.is_(None), Collaboration.title)),  # else its challenge's, in the reader's language
        "locale": Collaboration.locale,
    }
