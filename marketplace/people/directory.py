"""The directory: which organisations may be found, by whom, and by what of themselves.

Public are centres, records from elsewhere (marked as such), and the verified organisations that chose to be found. A
section that an organisation hides neither shows nor answers a search or a filter, except for its own people and the
staff who deal with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload

from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.people.models import Membership, Organisation, OrganisationText
from marketplace.people.queries import name_key
from marketplace.people.relationships import is_dealt_with, is_staff


def is_public() -> ColumnElement[bool]:
    """Whether everybody may find it. One that was claimed stays while its people have it verified."""
    vouched = or_(Organisation.state == "verified", Organisation.claimed_at.is_not(None))
    return or_(Organisation.kind == "centre", Organisation.is_reference, and_(vouched, Organisation.is_listed))


def sees_all(actor: Actor) -> ColumnElement[bool]:
    """Whether the reader sees all of it: its own people, and staff who deal with it."""
    if actor.is_system:
        return true()
    if not actor.signed_in:
        return false()
    own = Organisation.id.in_(select(Membership.organisation_id).where(Membership.user_id == actor.user_id))
    return or_(own, is_dealt_with(actor)) if is_staff(actor) else own


def sees_section(actor: Actor, section: str) -> ColumnElement[bool]:
    """Whether the reader sees this section of it; ``Organisation.shows`` says it of strangers."""
    shown = or_(Organisation.is_reference, Organisation.kind == "centre", Organisation.shown.contains([section]))
    return or_(shown, sees_all(actor)) if actor.signed_in else shown


def entries(
    actor: Actor, text: str = "", *, kinds: list[str] | None = None, regions: list[str] | None = None,
    standing: str = "",
) -> Select[Organisation]:  # fmt: skip
    """What this reader may find, without an order: by words, kinds, regions (codes) and standing."""
    query = select(Organisation).where(or_(is_public(), sees_all(actor)) if actor.signed_in else is_public())
    if text.strip():
        query = query.where(_answers(actor, text.strip()))
    if kinds:
        query = query.where(Organisation.kind.in_(kinds))
    if regions:
        query = query.where(Organisation.region_code.in_(regions), sees_section(actor, "region"))
    if standing == "verified":
        query = query.where(Organisation.state == "verified", Organisation.is_reference.is_(False))
    if standing == "reference":
        query = query.where(Organisation.is_reference)
    return query.options(joinedload(Organisation.region))


def _answers(actor: Actor, text: str) -> ColumnElement[bool]:
    """By words of name and description where both are shown; else by a part of its name alone."""
    by_name = select(OrganisationText.organisation_id).where(search.contains(OrganisationText.squeezed_name, text))
    by_words = search.ids_of(OrganisationText.organisation_id, OrganisationText.search, text)
    return or_(
        Organisation.id.in_(by_name),
        and_(Organisation.id.in_(by_words), sees_section(actor, "description")),
    )


def order_by_name(query: Select[Organisation], locale: str) -> Select[Organisation]:
    """The list in the order of the names that the page shows: records from elsewhere come last."""
    return query.order_by(Organisation.is_reference, name_key(locale), Organisation.id)


def open_regions(actor: Actor, rows: Sequence[Organisation]) -> set[int]:
    """Ids of those in a list whose region this reader sees."""
    hiding = [row.id for row in rows if not row.shows("region")]
    known = {row.id for row in rows} - set(hiding)
    if not hiding or not actor.signed_in:
        return known
    return known | set(db.session.scalars(select(Organisation.id).where(Organisation.id.in_(hiding), sees_all(actor))))
