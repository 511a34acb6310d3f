"""Reads of people and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.kernel import clock, search
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.people.addresses import normal_address
from marketplace.people.models import (
    LEADING_ROLES,
    Affiliation,
    Consent,
    Contact,
    Invitation,
    MailToken,
    Membership,
    Organisation,
    OrganisationText,
    User,
    UserSession,
)
from marketplace.people.relationships import is_dealt_with, is_staff


@prepared
def visible_to(actor: Actor) -> Select[Organisation]:
    """Organisations this reader may know of: centres, verified and imported ones, their own, those staff deal with."""
    return select(Organisation).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    known = or_(Organisation.state == "verified", Organisation.source.is_not(None), Organisation.kind == "centre")
    if not actor.signed_in:
        return known
    own = Organisation.id.in_(select(Membership.organisation_id).where(Membership.user_id == actor.user_id))
    return or_(known, own, is_dealt_with(actor)) if is_staff(actor) else or_(known, own)


def members(organisation_ids: Iterable[int | None], roles: Iterable[str] | None = None) -> Select[int]:
    """Ids of active people who belong to any of the organisations, in any of the roles."""
    found = (
        select(Membership.user_id)
        .join(Membership.user)
        .where(
            Membership.organisation_id.in_([i for i in organisation_ids if i is not None]),
            User.deactivated_at.is_(None),
        )
    )
    return found.where(Membership.role.in_(tuple(roles))) if roles is not None else found


def people_of(organisation_ids: Iterable[int | None], *roles: str) -> set[int]:
    """Ids of the active people who write for any of the organisations, or have one of the roles there."""
    return set(db.session.scalars(members(organisation_ids, roles or ("owner", "member"))))


def has_members(organisation_id: int) -> bool:
    """Whether anybody with an account belongs to an organisation."""
    return db.session.scalar(members([organisation_id]).limit(1)) is not None


def readers_of(organisation: Organisation) -> set[int]:
    """Ids of the people to tell about an organisation: its own."""
    return set(db.session.scalars(members([organisation.id])))


def user_by_email(email: str) -> User | None:
    """The active person with this address."""
    return db.session.scalars(
        select(User).where(User.email == normal_address(email), User.deactivated_at.is_(None))
    ).one_or_none()


def count_events(step: str, subject_type: str, subject_id: int, since: datetime) -> int:
    """How often a step was taken on a subject since an instant."""
    found = select(func.count()).where(
        Event.subject_type == subject_type, Event.subject_id == subject_id, Event.step == step, Event.at > since
    )
    return db.session.scalar(found) or 0


def live_token(token_hash: str, purpose: str, *, lock: bool = False) -> MailToken | None:
    """The unused token whose time is not over; ``lock`` holds others off until the transaction ends."""
    query = select(MailToken).where(
        MailToken.token_hash == token_hash,
        MailToken.purpose == purpose,
        MailToken.used_at.is_(None),
        MailToken.expires_at > clock.now(),
    )
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def live_invitation(token_hash: str, *, lock: bool = False) -> Invitation | None:
    """The invitation of a link, while it can still be taken."""
    query = select(Invitation).where(
        Invitation.token_hash == token_hash,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def live_consent(user_id: int, kind: str) -> Consent | None:
    """The consent that holds now."""
    return db.session.scalars(
        select(Consent).where(Consent.user_id == user_id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
    ).one_or_none()


def consents_of(user_id: int) -> dict[str, Consent]:
    """The consents that hold now, by kind."""
    rows = db.session.scalars(select(Consent).where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None)))
    return {row.kind: row for row in rows}


def sessions_of(user_id: int) -> list[UserSession]:
    """The live sessions of a person, first the one used last."""
    return list(
        db.session.scalars(
            select(UserSession)
            .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > clock.now())
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


def has_role(organisation_id: int, role: str) -> bool:
    """Whether anybody has this role there."""
    return bool(
        db.session.scalar(
            select(
                select(Membership.id)
                .where(Membership.organisation_id == organisation_id, Membership.role == role)
                .exists()
            )
        )
    )


def is_member(organisation_id: int, email: str) -> bool:
    """Whether the person with this address belongs to the organisation."""
    found = members([organisation_id]).where(User.email == email)
    return bool(db.session.scalar(select(found.exists())))


def membership_of(user_id: int, organisation_id: int) -> Membership | None:
    """The person's role there."""
    return db.session.scalars(
        select(Membership).where(Membership.user_id == user_id, Membership.organisation_id == organisation_id)
    ).one_or_none()


def leaders(organisation_id: int) -> set[int]:
    """Ids of the active people who lead an organisation."""
    return set(db.session.scalars(members([organisation_id], LEADING_ROLES)))


def leading_roles(organisation_id: int, but: int) -> set[str]:
    """The roles in which others than this person lead an organisation."""
    found = members([organisation_id], LEADING_ROLES).where(Membership.user_id != but)
    return set(db.session.scalars(found.with_only_columns(Membership.role)))


def has_others(organisation_id: int, user_id: int) -> bool:
    """Whether anybody but this person belongs to an organisation."""
    return db.session.scalar(members([organisation_id]).where(Membership.user_id != user_id).limit(1)) is not None


def members_of(organisation_id: int) -> list[Membership]:
    """Everybody who belongs to an organisation, by name."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.user)
            .where(Membership.organisation_id == organisation_id, User.deactivated_at.is_(None))
            .options(contains_eager(Membership.user))
            .order_by(search.plain(User.name), Membership.id)
        )
    )


def open_invitations(organisation_id: int, email: str | None = None) -> list[Invitation]:
    """Invitations that can still be taken, oldest first."""
    query = select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    if email is not None:
        query = query.where(Invitation.email == email)
    return list(db.session.scalars(query.order_by(Invitation.id)))


def registered_elsewhere(organisation_id: int, scheme: str | None, number: str) -> bool:
    """Whether another organisation has this registration number."""
    found = select(Organisation.id).where(
        Organisation.registration_scheme == scheme,
        Organisation.registration_number == number,
        Organisation.id != organisation_id,
    )
    return bool(db.session.scalar(select(found.exists())))


def name_key(locale: str) -> ScalarSelect[str]:
    """The sort key of an organisation's name as the page shows it."""
    order = case((OrganisationText.locale == locale, 0), else_=1)
    return (
        select(OrganisationText.plain_name)
        .where(OrganisationText.organisation_id == Organisation.id)
        .order_by(order, OrganisationText.locale)
        .limit(1)
        .scalar_subquery()
    )


def to_verify(actor: Actor) -> Select[Organisation]:
    """Organisations that wait for this centre: those of its own region first, then the longest waiting."""
    own_region = select(Organisation.region_code).where(Organisation.id == actor.organisation_id).scalar_subquery()
    return (
        waiting_for(actor)
        .options(joinedload(Organisation.region))
        .order_by(case((Organisation.region_code == own_region, 0), else_=1), Organisation.state_since, Organisation.id)
    )


def waiting_for(actor: Actor) -> Select[Organisation]:
    """Organisations that wait for verification by this centre: it is the one they chose, or they work with it."""
    return select(Organisation).where(_waits(actor))


def waiting_for_any(actor: Actor) -> Select[Organisation]:
    """Those of the centre's country that wait for no centre in particular: to be named, not to be opened."""
    own = select(func.left(Organisation.region_code, 2)).where(Organisation.id == actor.organisation_id)
    return (
        select(Organisation)
        .where(
            Organisation.state == "submitted",
            Organisation.kind != "centre",
            Organisation.verifying_centre_id.is_(None),
            func.left(Organisation.region_code, 2) == own.scalar_subquery(),
            ~is_dealt_with(actor),
        )
        .order_by(Organisation.state_since, Organisation.id)
    )


def count_to_verify(actor: Actor) -> Select[int]:
    """How many organisations wait for verification by the staff this person belongs to."""
    return select(func.count()).select_from(Organisation).where(_waits(actor))


def _waits(actor: Actor) -> ColumnElement[bool]:
    chosen = Organisation.verifying_centre_id
    ours = or_(chosen == (actor.centre_id or 0), and_(chosen.is_(None), is_dealt_with(actor)))
    return and_(Organisation.state == "submitted", Organisation.kind != "centre", ours)


def corrections_asked(organisation: Organisation) -> Event | None:
    """The last time a centre asked for corrections, with its reason."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.subject_type == "organisation",
            Event.subject_id == organisation.id,
            Event.step == "organisation.ask_corrections",
        )
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()


def contacts_of(organisation_id: int) -> list[Contact]:
    """The people to talk to whom an organisation names."""
    query = select(Contact).where(Contact.organisation_id == organisation_id)
    return list(db.session.scalars(query.order_by(Contact.id)))


def affiliations_of(organisation_id: int) -> list[tuple[Affiliation, Organisation]]:
    """What the organisation declared, with the other organisation."""
    rows = db.session.execute(
        select(Affiliation, Organisation)
        .join(Organisation, Organisation.id == Affiliation.other_id)
        .where(Affiliation.organisation_id == organisation_id)
        .order_by(Affiliation.id)
    )
    return [(row[0], row[1]) for row in rows]


def demo_accounts_exist() -> bool:
    """Whether anybody of the demonstration, whose password is public, may sign in here."""
    return bool(db.session.scalar(select(select(User.id).where(User.is_demo).exists())))


def seats(user_id: int) -> list[Membership]:
    """Every role a person has with its organisation, first the oldest."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.user_id == user_id)
            .options(joinedload(Membership.organisation))
            .order_by(Membership.id)
        ).unique()
    )
