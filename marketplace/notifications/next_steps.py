"""What comes next on a subject and by when, for the readers of a message about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.applications import next_steps as applications
from marketplace.applications.models import Application
from marketplace.applications.queries import live_of_party
from marketplace.challenges import presenting
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Milestone, MilestoneChange
from marketplace.collaborations.outlook import outlook_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.policy import managing_centre_id
from marketplace.network.wording import day, instant
from marketplace.pairings.models import Pairing
from marketplace.pairings.secrets import names_for
from marketplace.people.models import Membership, User
from marketplace.questions.models import Question


def readers(users: Iterable[User], subject: Any) -> dict[int, Actor]:
    """Each person as the one they are on the subject: by the seat in an organisation that takes part in it."""
    ids, taking_part = [user.id for user in users], _organisations(subject)
    query = select(Membership).where(Membership.user_id.in_(ids)).options(joinedload(Membership.organisation))
    found: dict[int, Actor] = {}
    for seat in db.session.scalars(query.order_by(Membership.id)):
        if seat.organisation_id in taking_part or seat.user_id not in found:
            found[seat.user_id] = Actor(
                user_id=seat.user_id, organisation_id=seat.organisation_id, role=seat.role,
                organisation_kind=seat.organisation.kind, organisation_verified=seat.organisation.is_verified,
                membership_id=seat.id, email_verified=True,
            )  # fmt: skip
    return found


def _organisations(subject: Any) -> set[int | None]:
    whole = getattr(subject, "collaboration", subject)
    named = {getattr(whole, name, None) for name in ("company_id", "startup_id", "organisation_id", "centre_id")}
    parties = {party.organisation_id for party in getattr(subject, "parties", ())}
    return named | parties | {managing_centre_id(getattr(whole, "pairing", whole))}


def coming(subject: Any, reader: Actor, locale: str) -> str:
    """What happens next, in words to this reader, with its day; nothing where nothing is to come."""
    title, by, zone = _next(subject, reader, locale)
    if not title or by is None:
        return title
    when = instant(by, zone) if isinstance(by, datetime) else day(by)
    return str(_("%(what)s, by %(when)s", what=title, when=when))


def _next(subject: Any, reader: Actor, locale: str) -> tuple[str, datetime | date | None, str]:
    now, nothing = clock.now(), ("", None, "UTC")
    if isinstance(subject, Challenge) and (own := live_of_party(reader, Application.challenge_id, subject.id)):
        return _next(own[0], reader, locale)
    if isinstance(subject, Challenge):
        found: Any = presenting.next_of(subject, reader, now)
        return nothing if found.family == "stopped" else (found.title, found.by, subject.zone)
    if isinstance(subject, Application):
        found = applications.next_of(subject, reader, now)
        by = None if found.until else found.by
        return nothing if found.family == "stopped" else (found.title, by, subject.call.time_zone)
    if isinstance(subject, Pairing):
        return _of_pairing(subject, reader, locale, now)
    if isinstance(subject, Question):
        waits = subject.state == "published" and subject.answer_by is not None
        zone = subject.challenge.zone
        return (_("The company or the centre answers"), subject.answer_by, zone) if waits else nothing
    collaboration = getattr(subject, "collaboration", subject)
    if not hasattr(collaboration, "milestones"):
        return nothing
    names = names_for(collaboration.pairing, reader, locale, collaboration.centre_id)
    if isinstance(subject, Milestone) and subject.asked_change is not None:
        return _of_change(subject.asked_change, reader, names), None, "UTC"
    outlook = outlook_of(collaboration, names, clock.today(collaboration.centre.time_zone))
    return outlook.title, outlook.due, collaboration.centre.time_zone


def _of_change(change: MilestoneChange, reader: Actor, names: dict[int, str]) -> str:
    """Who has still to agree; those who are asked read it of themselves."""
    if reader.party_id in change.silent_ids:
        return str(_("Agree to a change of the milestone “%(title)s”, or refuse it", title=change.old_title))
    return str(_("%(who)s: agree or refuse", who=", ".join(names[id] for id in change.silent_ids)))


def _of_pairing(pairing: Pairing, reader: Actor, locale: str, now: datetime) -> tuple[str, datetime | None, str]:
    zone, state = pairing.call.time_zone, pairing.state_at(now)
    if state == "accepted":
        return _("The centre confirms the pair"), None, zone
    if state != "requested":
        return "", None, zone
    side = pairing.side_of(reader.party_id)
    if side is not None and getattr(pairing, f"{side}_accepts") is None:
        return _("Your turn: accept or refuse"), pairing.answer_by, zone
    names = names_for(pairing, reader, locale)
    silent = ", ".join(names[id] for id in pairing.silent_ids)
    return _("%(who)s: accept or refuse", who=silent), pairing.answer_by, zone
