"""Which topics an event concerns, who may hear of it by them, and whether there is still something to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from marketplace.calls.models import Call
from marketplace.catalogue import filter_conditions
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import PUBLISHED
from marketplace.following.models import Follow, Topic
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.words import alerts
from marketplace.people.models import User
from marketplace.questions.models import Question


def root_of(subject: Any) -> Any:
    """The call or the challenge whose news something is: that of a question is its challenge's."""
    return subject.challenge if isinstance(subject, Question) else subject


def still_holds(event: Event, subject: Any, now: datetime) -> bool:
    """Whether there is still something to tell; of reference records there never is."""
    if root_of(subject).is_reference:
        return False
    return alerts()[event.step].holds(event, subject, now)


def topics_of(event: Event, subject: Any) -> Any:
    """Which topics an event concerns by its subject; searches are matched apart.

    An anonymous challenge is no news of its organisation: an alert would tell whose it is.
    """
    if event.subject_type == "question":
        return Topic.challenge_id == subject.challenge_id
    is_new = alerts()[event.step].is_new
    if event.subject_type == "challenge" and is_new:
        named = subject.organisation_id if subject.visibility != "anonymous" else None
        return or_(Topic.organisation_id == named if named else false(), Topic.centre_id.in_(_centres_of(subject)))
    if event.subject_type == "challenge":
        return Topic.challenge_id == subject.id
    if is_new:
        return Topic.centre_id == subject.managing_centre_id
    return Topic.challenge_id.in_(_published_in(subject))


def _centres_of(challenge: Challenge) -> set[int]:
    """The centres that its page names, and no other: that of an anonymous company tells its region."""
    found = (filter_conditions.centre_shown(challenge), challenge.managing_centre_id)
    return {centre for centre in found if centre is not None}


def _published_in(call: Call) -> Any:
    own = Challenge.is_reference.is_(False)
    return select(Challenge.id).where(Challenge.call_id == call.id, own, Challenge.state.in_(PUBLISHED))


@dataclass(frozen=True)
class Audience:
    """Who may hear of an event, whatever they follow.

    ``readers`` are all who may see its subject, None where everybody may; ``of_topic`` are those who may know of a
    followed challenge by invitation; ``is_demo`` tells people of the demonstration alone; ``is_unnamed`` hides
    whose challenge it is.
    """

    readers: frozenset[int] | None
    of_topic: Mapping[int, frozenset[int]]
    is_demo: bool
    is_unnamed: bool

    def holds(self, user: User, topic: Topic) -> bool:
        """Whether one person may hear of it by one topic."""
        if (self.is_demo and not user.is_demo) or (self.is_unnamed and topic.organisation_id):
            return False
        known = self.of_topic.get(topic.challenge_id or 0)
        return (self.readers is None or user.id in self.readers) and (known is None or user.id in known)

    def condition(self) -> ColumnElement[bool] | None:
        """The same over ``Follow``, ``Topic`` and ``User``; None where everybody may."""
        found: list[ColumnElement[bool]] = [User.is_demo.is_(True)] if self.is_demo else []
        if self.is_unnamed:
            found.append(Topic.organisation_id.is_(None))
        if self.readers is not None:
            found.append(Follow.user_id.in_(self.readers))
        for challenge_id, known in self.of_topic.items():
            other = or_(Topic.challenge_id.is_(None), Topic.challenge_id != challenge_id)
            found.append(or_(other, Follow.user_id.in_(known)))
        return and_(*found) if found else None


def audience_of(event: Event, subject: Any) -> Audience:
    """Who may hear of an event as things stand now."""
    if event.subject_type == "call":
        of_topic = {row.id: frozenset(challenges.readers_of(row)) for row in _invited_only(subject)}
        return Audience(None, of_topic, _is_demo(subject), False)
    challenge = root_of(subject)
    return Audience(_readers(challenge), {}, _is_demo(challenge), challenge.visibility == "anonymous")


def _readers(challenge: Challenge) -> frozenset[int] | None:
    is_published = challenge.state in PUBLISHED or challenge.published_at is not None
    if is_published and challenge.visibility in ("public", "anonymous"):
        return None
    return frozenset(challenges.readers_of(challenge))


def is_public(challenge_id: int) -> bool:
    """Whether everybody may see a challenge."""
    seen = challenges.visible_to(ANONYMOUS).where(Challenge.id == challenge_id)
    return db.session.scalar(seen.with_only_columns(Challenge.id)) is not None


def _invited_only(call: Call) -> list[Challenge]:
    followed = select(Topic.challenge_id).where(Topic.challenge_id.is_not(None))
    found = select(Challenge).where(Challenge.call_id == call.id, Challenge.visibility == "invited")
    return list(db.session.scalars(found.where(Challenge.id.in_(followed))).unique())


def _is_demo(root: Challenge | Call) -> bool:
    call = root if isinstance(root, Call) else root.call
    programme = call.programme if call is not None else None
    return programme is not None and programme.managing_centre.is_demo
