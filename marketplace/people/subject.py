"""What organisations, claims, memberships and invitations are to the rest of the product."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from marketplace.kernel import search
from marketplace.kernel.audiences import COMPANY, READERS, STAFF, STARTUP, hears
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Finding, Sides, Subject, Texts, kind_of
from marketplace.people import claim_queries, queries
from marketplace.people.models import Claim, Invitation, Membership, Organisation, OrganisationText, User
from marketplace.people.relationships import is_dealt_with, is_staff, is_watched_over
from marketplace.people.states import CLAIMANT


def houses_of_network(actor: Actor) -> Select[int]:
    """Ids of the centres of a network, and of the organisation that runs it."""
    watched = (Organisation.kind == "centre") & is_watched_over(actor)
    return select(Organisation.id).where(or_(watched, Organisation.id == actor.network_operator_id))


def _organisation_name(part: Any, locale: str) -> str:
    name: str = part.organisation.name(locale)
    return name


@prepared
def _members_visible_to(actor: Actor) -> Select[Membership]:
    """Members of one's own organisation, and of those that staff deal with."""
    own = Organisation.id == actor.organisation_id
    opened = queries.visible_to(actor).where(or_(own, is_dealt_with(actor)) if is_staff(actor) else own)
    active = select(User.id).where(User.deactivated_at.is_(None))
    found = select(Membership).where(Membership.organisation_id.in_(opened.with_only_columns(Organisation.id)))
    return found.where(Membership.user_id.in_(active))


def _invitations_of(actor: Actor) -> Select[Invitation]:
    return select(Invitation).join(User, User.email == Invitation.email).where(User.id == actor.user_id)


def _is_person(_: Actor, text: str) -> ColumnElement[bool]:
    """Whether a member's name holds a text, or their address begins with it."""
    called = search.contains(search.squeezed_key(User.name), text)
    return Membership.user_id.in_(select(User.id).where(or_(called, User.email.istartswith(text, autoescape=True))))


ORGANISATION = Subject(
    name="organisation",
    model=Organisation,
    path="/organisations/{id}",
    title=Organisation.name,
    visible_to=queries.visible_to,
    readers_of=queries.readers_of,
    sides=lambda organisation: Sides.of(others=(organisation.id,)),
    columns={"organisation_id": Organisation.id},
    texts=Texts(OrganisationText.organisation_id, OrganisationText.name),
    of_network=houses_of_network,
)
CLAIM = Subject(
    name="claim",
    model=Claim,
    path="/claims/{id}",
    title=_organisation_name,
    visible_to=claim_queries.visible_to,
    readers_of=claim_queries.readers_of,
    sides=lambda claim: Sides.of(others=(claim.organisation_id,)),
    columns={"organisation_id": Claim.organisation_id},
)
MEMBERSHIP = Subject(
    name="membership",
    model=Membership,
    path="/organisations/{organisation_id}/members",
    title=lambda membership, _: membership.user.name,
    visible_to=_members_visible_to,
    readers_of=lambda membership: set(db.session.scalars(queries.members([membership.organisation_id]))),
    sides=lambda membership: Sides.of(others=(membership.organisation_id,)),
    columns={"title": select(User.name).where(User.id == Membership.user_id).scalar_subquery()},
    finding=Finding(_l("People"), _is_person, {"organisation_id": Membership.organisation_id}),
)
INVITATION = Subject(
    name="invitation",
    model=Invitation,
    path="/desk",
    title=_organisation_name,
    visible_to=_invitations_of,
    readers_of=lambda invitation: set(db.session.scalars(select(User.id).where(User.email == invitation.email))),
    sides=lambda invitation: Sides.of(others=(invitation.organisation_id,)),
    columns={"organisation_id": Invitation.organisation_id},
    of_network=lambda actor: select(Invitation.id).where(Invitation.organisation_id.in_(houses_of_network(actor))),
)


def _sides(event: Event, subject: Any) -> Sides:
    return kind_of(event.subject_type).sides(subject)


@hears(STAFF)
def _staff(event: Event, subject: Any) -> set[int]:
    """Managers and brokers of the centres of any subject."""
    return queries.people_of(_sides(event, subject).centres, "manager", "broker")


@hears(COMPANY)
def _company(event: Event, subject: Any) -> set[int]:
    """The people of its company."""
    return queries.people_of([_sides(event, subject).company_id])


@hears(STARTUP)
def _startup(event: Event, subject: Any) -> set[int]:
    """The people of its startup."""
    return queries.people_of([_sides(event, subject).startup_id])


@hears(READERS)
def _readers(event: Event, subject: Any) -> set[int]:
    """All who may see it and are part of it."""
    return kind_of(event.subject_type).readers_of(subject) or set()


@hears(CLAIMANT, "claim")
def _claimant(_: Event, claim: Claim) -> set[int]:
    """The person who claims an organisation, and nobody else who does."""
    return {claim.user_id}
