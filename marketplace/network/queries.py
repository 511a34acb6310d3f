"""Reads of networks and programmes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Network, Programme, programme_centres
from marketplace.people.leadership import hangs_on_people
from marketplace.people.models import Membership, Organisation, User
from marketplace.people.relationships import finds_watchers, reason_to_watch

Published = Callable[[], Select[Any]]  # ids of programmes of which something is published

_published: list[Published] = []


def publishes_programmes(published: Published) -> Published:
    """Declare which programmes are public, since something of theirs is: packages above know what."""
    _published.append(published)
    return published


def programmes_managed_by(centre_id: int) -> Select[int]:
    """Ids of programmes whose managing centre this is."""
    return select(Programme.id).where(Programme.managing_centre_id == centre_id)


def programmes_joined_by(centre_id: int) -> Select[int]:
    """Ids of programmes this centre co-operates in."""
    return select(programme_centres.c.programme_id).where(programme_centres.c.centre_id == centre_id)


def programmes_watched_by(operator_id: int) -> Select[int]:
    """Ids of programmes run by the centres of the network that an organisation operates."""
    return (
        select(Programme.id)
        .join(Centre, Programme.managing_centre_id == Centre.id)
        .join(Network, Centre.network_id == Network.id)
        .where(Network.operator_id == operator_id)
    )


def region_of(centre_id: int) -> Select[str | None]:
    """The region a centre stands in."""
    return select(Organisation.region_code).where(Organisation.id == centre_id)


def programmes_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Which programmes' unpublished things this actor may see, as a condition on ``Programme.id``."""
    if actor.centre_id is not None:
        return or_(
            Programme.id.in_(programmes_managed_by(actor.centre_id)),
            Programme.id.in_(programmes_joined_by(actor.centre_id)),
        )
    if actor.network_operator_id is not None:
        return Programme.id.in_(programmes_watched_by(actor.network_operator_id))
    return Programme.id.is_(None)


@reason_to_watch
def _of_its_network(actor: Actor) -> ColumnElement[bool]:
    own = select(Centre.id).join(Centre.network).where(Network.operator_id == actor.network_operator_id)
    return Organisation.id.in_(own)


@finds_watchers
def watchers_of(centre_id: int) -> Select[int]:
    """Ids of the staff of a centre's network."""
    operator = select(Network.operator_id).join(Centre, Centre.network_id == Network.id).where(Centre.id == centre_id)
    return (
        select(Membership.user_id)
        .join(Membership.user)
        .where(
            Membership.organisation_id.in_(operator),
            Membership.role == "network_staff",
            User.deactivated_at.is_(None),
        )
    )


def programmes_visible_to(actor: Actor) -> Select[Programme]:
    """Programmes of which something is published, and those the reader works in."""
    if actor.is_system:
        return select(Programme)
    published = (Programme.id.in_(ids()) for ids in _published)
    return select(Programme).where(or_(*published, programmes_seen_by(actor)))


def centres_visible_to(_: Actor) -> Select[Centre]:
    """Centres are public."""
    return select(Centre).where(true())


def working_centres(*, with_demo: bool = True) -> Select[Centre]:
    """Centres that somebody works in, not those on record alone; ``with_demo`` includes invented ones."""
    query = select(Centre).join(Centre.organisation).where(~Organisation.is_reference)
    return query if with_demo else query.where(Centre.is_demo.is_(False))


def staff_of_programme(programme: Programme | None) -> list[int]:
    """Ids of the organisations whose staff work in a programme: its centres, first the managing one."""
    if programme is None:
        return []
    return [programme.managing_centre_id, *(centre.id for centre in programme.cooperating_centres)]


@hangs_on_people(_l("A centre with its programmes"))
def _staffed(organisation_id: int) -> Select[int]:
    own = select(func.count()).select_from(Centre).join(Organisation, Organisation.id == Centre.id)
    return own.where(Centre.id == organisation_id, ~Organisation.is_reference)


@hangs_on_people(_l("A network with its centres"))
def _operated(organisation_id: int) -> Select[int]:
    return select(func.count()).select_from(Network).where(Network.operator_id == organisation_id)
