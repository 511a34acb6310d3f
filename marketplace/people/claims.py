"""Claims on imported organisations: made by a person, decided by a centre, or by a network where a centre is claimed.

Who else claims is nobody's to know.
"""

from __future__ import annotations

from sqlalchemy import select

from marketplace.kernel import clock, events, policy, workflow
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.typed_text import says_something
from marketplace.people import claim_queries
from marketplace.people.chosen_centre import centre_chosen, nearest_centres
from marketplace.people.models import SHOWN_AT_FIRST, Claim, Membership, Organisation, User
from marketplace.people.relationships import is_watched

MOST_OPEN = 5  # claims of one person


def make_claim(
    organisation: Organisation, actor: Actor, *, position: str, reason: str, centre_id: int | None = None
) -> Claim:
    """Say that an imported organisation is one's own, and how a centre near it can tell: by default the nearest."""
    policy.require(actor, "claim.make", organisation)
    if not organisation.is_reference:
        raise Blocked(_l("The organisation is managed by its people already. Ask one of its owners for an invitation."))
    if organisation.kind == "centre" and not is_watched(organisation):
        raise Blocked(
            _l("Nobody works here for its network yet, so nobody could check your claim. Write to who runs this site.")
        )
    if not says_something(reason):
        raise Invalid(_l("Say how the centre can tell that it is yours."), field="reason")
    user = db.session.get_one(User, actor.user_id, with_for_update=True)
    if claim_queries.open_of(organisation.id, user.id) is not None:
        raise Blocked(_l("You have claimed it already. The centre has not decided yet."))
    if claim_queries.count_open(user.id) >= MOST_OPEN:
        raise Blocked(_l("%(most)s claims of yours wait already. Withdraw one, or wait for an answer.", most=MOST_OPEN))
    claim = Claim(organisation=organisation, user=user, position=position.strip(), reason=reason.strip())
    if organisation.kind != "centre":
        claim.centre_id = centre_chosen(nearest_centres(organisation), organisation, centre_id).id
    db.session.add(claim)
    db.session.flush()
    events.record("claim.make", claim, actor)
    return claim


def accept_claim(claim: Claim, actor: Actor, *, version: int | None = None) -> None:
    """Hand the organisation to the claimant, who leads it from now on; other claims on it end."""
    policy.require(actor, "claim.accept", claim)
    expect_version(claim, version)
    _lock(claim)
    workflow.fire("claim.accept", claim, actor)
    organisation = claim.organisation
    organisation.claimed_at, organisation.verifying_centre_id = clock.now(), claim.centre_id
    organisation.is_listed, organisation.shown = True, list(SHOWN_AT_FIRST)  # it was public before
    role = "manager" if organisation.kind == "centre" else "owner"
    db.session.add(Membership(user=claim.user, organisation=organisation, role=role))
    db.session.flush()
    events.record("organisation.claim", organisation, actor, data={"claim": claim.id})
    others = select(Claim).where(Claim.organisation_id == organisation.id, Claim.state == "open")
    for other in db.session.scalars(others.order_by(Claim.id)).all():
        workflow.fire("claim.lapse", other, SYSTEM)


def _lock(claim: Claim) -> None:
    """Let one decision on an organisation wait for another, and see what that one did."""
    locked = select(Organisation).where(Organisation.id == claim.organisation_id)
    db.session.scalars(locked.with_for_update(of=Organisation).execution_options(populate_existing=True)).unique().one()


def refuse_claim(claim: Claim, actor: Actor, reason: str, *, version: int | None = None) -> None:
    """Refuse, with a reason that the claimant reads."""
    workflow.fire("claim.refuse", claim, actor, reason=reason, version=version)


def withdraw_claim(claim: Claim, actor: Actor) -> None:
    """Take one's own claim back."""
    workflow.fire("claim.withdraw", claim, actor)
