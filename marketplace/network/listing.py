"""The lists that pages of this package show, each at a constant number of queries."""

from __future__ import annotations

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Network, Programme
from marketplace.network.queries import centres_visible_to, programmes_visible_to
from marketplace.people.models import Organisation


def centres_by_network(actor: Actor, slug: str | None = None) -> list[tuple[Network, list[Centre]]]:
    """Every network with its centres, or the one of this name; invented centres stand in invented networks alone."""
    operator = aliased(Organisation)
    query = centres_visible_to(actor).join(Centre.network).join(operator, operator.id == Network.operator_id)
    query = query.where(or_(Centre.is_demo.is_(False), operator.is_demo))
    centres = db.session.scalars(
        (query if slug is None else query.where(Network.slug == slug))
        .options(
            joinedload(Centre.organisation).joinedload(Organisation.region),
            joinedload(Centre.network).joinedload(Network.operator).joinedload(Organisation.texts),
        )
        .order_by(Centre.network_id, Centre.slug)
    ).unique()
    found: dict[int, tuple[Network, list[Centre]]] = {}
    for centre in centres:
        found.setdefault(centre.network_id, (centre.network, []))[1].append(centre)
    return list(found.values())


def programmes_of(centre: Centre, actor: Actor) -> list[Programme]:
    """Programmes a centre manages or joins, as far as the reader may see them."""
    part = or_(Programme.managing_centre_id == centre.id, Programme.cooperating_centres.any(Centre.id == centre.id))
    query = programmes_visible_to(actor).where(part).options(joinedload(Programme.texts))
    return list(db.session.scalars(query.order_by(Programme.first_year.desc(), Programme.id)).unique())


def with_centres(query: Select[Programme]) -> Select[Programme]:
    """Load what a list or page of programmes shows."""
    return query.options(
        joinedload(Programme.managing_centre),
        joinedload(Programme.funder),
        selectinload(Programme.cooperating_centres),
    )


def networks_visible_to(actor: Actor) -> Select[Network]:
    """The networks whose page a reader may open: those that have a centre, and that which their organisation runs."""
    shared = exists().where(Centre.network_id == Network.id)
    return select(Network).where(or_(shared, Network.operator_id == (actor.network_operator_id or 0)))


def networks_at_work(actor: Actor) -> Select[Network]:
    """Those that somebody works for, or in one of whose centres somebody works: not those on record alone."""
    centre = aliased(Organisation)
    works = exists().where(Centre.network_id == Network.id, Centre.id == centre.id, ~centre.is_reference)
    query = networks_visible_to(actor).join(Network.operator)
    return query.where(or_(~Organisation.is_reference, works))


def networks_watched_by(actor: Actor) -> Select[Network]:
    """The network that a reader's organisation runs."""
    return select(Network).where(Network.operator_id == (actor.network_operator_id or 0))
