"""Organisations, claims and invitations on desks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Select, case, exists, func, literal, null, or_, select, true

from marketplace.kernel import clock
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import (
    ANYBODY,
    CENTRE,
    NETWORK,
    NEWCOMER,
    PARTY,
    Wording,
    days_after,
    rows,
    turns_of,
    under_way_for,
    waits_for,
    within,
)
from marketplace.people import claim_queries as claims
from marketplace.people import queries
from marketplace.people.models import CENTRES, Claim, Invitation, Membership, Organisation, User
from marketplace.people.states import UNVERIFIED
from marketplace.people.subject import CLAIM, INVITATION, ORGANISATION

VERIFY_DAYS = 5


@waits_for(CENTRE, words={"organisation.verify": Wording(_l("Verify %(who)s"), _l("Check it"))})
def _to_verify(actor: Actor) -> Select[Any]:
    """Organisations that chose this centre to verify them, or that it works with."""
    return rows(
        ORGANISATION,
        queries.waiting_for(actor).join(CENTRES, CENTRES.c.id == actor.centre_id),
        "organisation.verify",
        zone=CENTRES.c.time_zone,
        **within(VERIFY_DAYS, Organisation.state_since),
    )


def _claims(number: int) -> Any:
    return ngettext("%(num)s claim", "%(num)s claims", number)


@waits_for(
    CENTRE,
    NETWORK,
    words={
        "claim.decide": Wording(
            _l("Say who speaks for %(who)s"), _l("Compare and decide"), ORGANISATION.path + "/claims", _claims
        )
    },
)
def _claimed(actor: Actor) -> Select[Any]:
    """Imported organisations that somebody says are theirs: one task each, however many claim it."""
    tally = (
        select(func.count().label("number"), func.min(Claim.created_at).label("since"))
        .where(Claim.organisation_id == Organisation.id, Claim.state == "open", Claim.user_id != actor.user_id)
        .where(or_(Organisation.kind == "centre", Claim.centre_id == (actor.centre_id or 0)))
        .correlate(Organisation)
        .lateral("tally")
    )
    query = (
        claims.decided_by(actor)
        .join(tally, true())
        .outerjoin(CENTRES, CENTRES.c.id == (actor.centre_id or Organisation.id))
        .where(tally.c.number > 0)
    )
    return rows(
        ORGANISATION,
        query,
        "claim.decide",
        number=tally.c.number,
        zone=CENTRES.c.time_zone,
        **within(VERIFY_DAYS, tally.c.since),
    )


@under_way_for(*ANYBODY, turns=turns_of(CLAIM))
def _own_claims(actor: Actor) -> Select[Any]:
    return rows(
        CLAIM,
        claims.visible_to(actor).where(Claim.user_id == actor.user_id, Claim.state == "open"),
        "claim.open",
        state=Claim.state,
        since=Claim.state_since,
    )


CORRECT_DAYS = 14


@waits_for(
    PARTY,
    words={
        "organisation.submit": Wording(_l("Have %(who)s verified by the centre"), _l("Complete the profile")),
        "organisation.correct": Wording(_l("Correct the profile of %(who)s as the centre asked"), _l("Correct it")),
    },
)
def _profile(actor: Actor) -> Select[Any]:
    """Owners ask the centre to verify their organisation, and correct what it found."""
    query = queries.visible_to(actor).where(
        Organisation.id == actor.party_id,
        Organisation.state.in_(UNVERIFIED),
        Organisation.source.is_(None),
        literal(actor.role == "owner"),
    )
    corrects = Organisation.state == "corrections"
    due = days_after(CORRECT_DAYS, Organisation.state_since)
    return rows(
        ORGANISATION,
        query,
        case((corrects, "organisation.correct"), else_="organisation.submit"),
        since=Organisation.state_since,
        due=case((corrects, due)),
        by_day=True,
    )


@waits_for(
    PARTY,
    words={
        "organisation.choose_shown": Wording(
            _l("%(who)s is verified, but nobody finds it yet: say what others see"),
            _l("Choose"),
            ORGANISATION.path + "/visibility",
        )
    },
)
def _visibility(actor: Actor) -> Select[Any]:
    """Verified now, but found by nobody: owners say once what others see."""
    chosen = select(Event.id).where(
        Event.step == "organisation.choose_shown",
        Event.subject_type == "organisation",
        Event.subject_id == Organisation.id,
    )
    query = queries.visible_to(actor).where(
        Organisation.id == actor.party_id,
        Organisation.state == "verified",
        Organisation.is_listed.is_(False),
        ~chosen.exists(),
        literal(actor.role == "owner"),
    )
    return rows(ORGANISATION, query, "organisation.choose_shown", since=Organisation.state_since)


@waits_for(
    *ANYBODY,
    words={
        "invitation.accept": Wording(_l("%(who)s invites you"), _l("Join"), "/invitations/{id}/acceptance", posts=True)
    },
)
def _invitations(actor: Actor) -> Select[Any]:
    return rows(
        INVITATION,
        invitations_to(actor, clock.NOW),
        "invitation.accept",
        since=Invitation.created_at,
        due=Invitation.expires_at,
    )


def invitations_to(actor: Actor, now: datetime) -> Select[Invitation]:
    """Invitations to this person's own address that can still be taken."""
    return (
        select(Invitation)
        .join(User, User.email == Invitation.email)
        .where(
            User.id == actor.user_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    )


@waits_for(
    NEWCOMER,
    words={
        "organisation.create": Wording(_l("Add your organisation, or join one"), _l("Add it"), "/organisations/new")
    },
)
def _newcomer(actor: Actor) -> Select[Any]:
    """Who belongs to no organisation adds or joins one."""
    belongs = exists().where(Membership.user_id == actor.user_id)
    query = select(User).where(User.id == actor.user_id, ~belongs)
    return rows(ORGANISATION, query, "organisation.create", id=User.id, organisation_id=null(), since=User.created_at)
