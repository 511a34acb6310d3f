"""Reads of questions: what is published goes with its challenge, the rest is the asker's and the centre's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, lazyload, selectinload

from marketplace.calls.models import Call
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme
from marketplace.network.queries import programmes_managed_by
from marketplace.people.models import Organisation
from marketplace.people.queries import members
from marketplace.questions.models import Question
from marketplace.questions.states import SHOWN


@prepared
def visible_to(actor: Actor) -> Select[Question]:
    """Published questions on challenges this reader may see, their own, and those they look over."""
    return select(Question).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    seen = challenges.visible_to(actor).with_only_columns(Challenge.id)
    published = Question.state.in_(SHOWN) & Question.challenge_id.in_(seen)
    return or_(published, _is_own(actor), _is_managed(actor))


def _is_own(actor: Actor) -> ColumnElement[bool]:
    return Question.asker_id == actor.party_id if actor.party_id is not None else false()


def _is_managed(actor: Actor) -> ColumnElement[bool]:
    """What the managing centre was sent; what its asker took back is no longer its business."""
    if actor.centre_id is None:
        return false()
    calls = select(Call.id).where(Call.programme_id.in_(programmes_managed_by(actor.centre_id)))
    managed = select(Challenge.id).where(Challenge.call_id.in_(calls))
    return (Question.state != "withdrawn") & Question.challenge_id.in_(managed)


def readers_of(question: Question) -> set[int] | None:
    """Ids of the people who may see a question; None where everybody may."""
    challenge = question.challenge
    if question.state in SHOWN and challenge.visibility in ("public", "anonymous"):
        return None
    found = set(db.session.scalars(members([question.asker_id], ("owner", "member"))))
    if question.state != "withdrawn":
        found |= set(db.session.scalars(members([question.managing_centre_id], ("manager", "broker"))))
    return found | challenges.readers_of(challenge) if question.state in SHOWN else found


def with_challenge(query: Select[Question]) -> Select[Question]:
    """Load what a question's page and its rules need."""
    managing = joinedload(Programme.managing_centre).lazyload(Centre.organisation)
    call = joinedload(Question.challenge).joinedload(Challenge.call)
    return query.options(
        call.joinedload(Call.programme).options(lazyload(Programme.texts), managing),
        joinedload(Question.asker).joinedload(Organisation.texts),
        selectinload(Question.answers),
    )


def of_challenge(challenge_id: int, actor: Actor) -> Select[Question]:
    """A challenge's questions for this reader: what waits for the centre first, then the newest."""
    waits = case((Question.state == "asked", 0), else_=1)
    newest = func.coalesce(Question.published_at, Question.created_at).desc()
    return (
        visible_to(actor)
        .where(Question.challenge_id == challenge_id)
        .order_by(waits, newest, Question.id.desc())
        .options(selectinload(Question.answers))
    )


def newest_of(challenge_id: int, actor: Actor, most: int) -> Sequence[Question]:
    """The first of a challenge's questions, and one more where there are more."""
    return db.session.scalars(of_challenge(challenge_id, actor).limit(most + 1)).all()
