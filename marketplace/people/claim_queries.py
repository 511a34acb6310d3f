"""Reads of claims on imported organisations: the claimant's own, and those that staff decide or watch."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import STAFF, Actor
from marketplace.people.models import Claim, Organisation
from marketplace.people.queries import count_to_verify
from marketplace.people.relationships import is_ours, is_staff, is_watched_over


@prepared
def visible_to(actor: Actor) -> Select[Claim]:
    """A person's own claims, and those on organisations that the staff of a centre or network deal with."""
    own = Claim.user_id == actor.user_id
    if actor.is_system:
        return select(Claim)
    if not is_staff(actor):
        return select(Claim).where(own)
    centres = select(Organisation.id).where(Organisation.kind == "centre", is_watched_over(actor))
    return select(Claim).where(or_(own, is_ours(actor, Claim.centre_id), Claim.organisation_id.in_(centres)))


def readers_of(claim: Claim) -> set[int]:
    """Whom to tell of a claim: the claimant alone; staff find it on their desk."""
    return {claim.user_id}


def decided_by(actor: Actor) -> Select[Organisation]:
    """Imported organisations about whose claims this actor decides: staff of a centre, or of a network on centres."""
    theirs: ColumnElement[bool] = Organisation.id < 0
    if actor.role in STAFF:
        theirs = and_(Organisation.kind != "centre", exists().where(*_open_to(actor)))
    elif actor.network_operator_id is not None:
        theirs = and_(Organisation.kind == "centre", is_watched_over(actor))
    return select(Organisation).where(Organisation.is_reference, theirs)


def to_decide(actor: Actor) -> Select[Organisation]:
    """Those of them that somebody else claims now, the longest waiting first."""
    first = select(func.min(Claim.created_at)).where(*_open_to(actor)).correlate(Organisation).scalar_subquery()
    return (
        decided_by(actor)
        .where(exists().where(*_open_to(actor)))
        .options(joinedload(Organisation.region))
        .order_by(first, Organisation.id)
    )


def count_waiting(actor: Actor) -> Select[int]:
    """How many organisations wait for these staff: to be verified, or to be given to whoever claims them."""
    claimed = decided_by(actor).where(exists().where(*_open_to(actor))).with_only_columns(func.count())
    if actor.role not in STAFF:
        return claimed
    return select(count_to_verify(actor).scalar_subquery() + claimed.scalar_subquery())


def _open_to(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    checked = or_(Organisation.kind == "centre", Claim.centre_id == (actor.centre_id or 0))
    return Claim.organisation_id == Organisation.id, Claim.state == "open", Claim.user_id != actor.user_id, checked


def of_organisation(organisation_id: int, actor: Actor) -> Sequence[Claim]:
    """Every claim on an organisation that the reader may see, open ones first, oldest first."""
    query = (
        visible_to(actor)
        .where(Claim.organisation_id == organisation_id)
        .options(joinedload(Claim.user), joinedload(Claim.organisation))
    )
    return db.session.scalars(query.order_by(Claim.state != "open", Claim.id)).unique().all()


def open_of(organisation_id: int, user_id: int | None) -> Claim | None:
    """The claim of this person that is not decided yet."""
    return db.session.scalars(
        select(Claim).where(Claim.organisation_id == organisation_id, Claim.user_id == user_id, Claim.state == "open")
    ).one_or_none()


def count_open(user_id: int) -> int:
    """How many claims of a person wait."""
    return db.session.scalar(select(func.count()).where(Claim.user_id == user_id, Claim.state == "open")) or 0


def is_work_address(email: str, website: str | None) -> bool:
    """Whether an e-mail address belongs to a website's domain: a hint for staff, never a decision."""
    try:
        host = (urlsplit(website or "").hostname or "").removeprefix("www.")
    except ValueError:
        return False
    domain = email.rpartition("@")[2].lower()
    if "." not in host or "." not in domain:
        return False
    return host == domain or host.endswith(f".{domain}") or domain.endswith(f".{host}")
