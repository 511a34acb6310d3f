"""The lists that pages of this package show, each at a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import nfc
from marketplace.kernel.policy import Actor
from marketplace.network.models import TRACKS, Award, Call, Centre, Network, Programme
from marketplace.network.queries import (
    centres_visible_to,
    has_text,
    is_notice,
    is_public,
    programmes_seen_by,
    state_at,
    visible_to,
)
from marketplace.network.states import CURRENT, PAST
from marketplace.people.models import Organisation

LONGEST = 200  # characters of a search
STATUSES = {
    "current": CURRENT,
    "past": PAST,
    "draft": ("draft",),
}


def calls_for(actor: Actor, wanted: Mapping[str, str]) -> Select[Call]:
    """Calls this reader may see, by ``q``, ``status``, ``track``, ``region`` and ``centre``; soonest deadline first."""
    now = clock.now()
    query = visible_to(actor).outerjoin(Call.programme).outerjoin(Programme.managing_centre)
    status = wanted.get("status") or "current"
    if status == "reference":
        query = query.where(Call.is_reference)
    else:
        query = query.where(Call.is_reference.is_(False), state_at(now).in_(STATUSES.get(status, STATUSES["current"])))
    if words := nfc(wanted.get("q", "")).strip()[:LONGEST]:
        query = query.where(has_text(words))
    if wanted.get("track") in TRACKS:
        query = query.where(Call.track == wanted["track"], ~is_notice())  # a notice says nothing of tracks
    if wanted.get("region"):
        region = select(Organisation.id).where(Organisation.region_code == wanted["region"])
        query = query.where(or_(Centre.id.in_(region)))
    if wanted.get("centre"):
        query = query.where(Centre.slug == wanted["centre"])
    soon = case((Call.closes_at >= now, Call.closes_at))
    query = query.order_by(soon.asc().nulls_last(), Call.closes_at.desc().nulls_last(), Call.id.desc())
    return query.options(joinedload(Call.programme).joinedload(Programme.managing_centre))


def centres_with_calls() -> list[Centre]:
    """Centres that run a published call, for filters."""
    running = exists().where(Programme.managing_centre_id == Centre.id, Call.programme_id == Programme.id, is_public())
    return list(db.session.scalars(select(Centre).where(running).options(joinedload(Centre.organisation).joinedload(
        Organisation.region))).unique())  # fmt: skip


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
    published = select(Call.programme_id).where(is_public(), Call.programme_id.is_not(None))
    part = or_(Programme.managing_centre_id == centre.id, Programme.cooperating_centres.any(Centre.id == centre.id))
    query = select(Programme).where(part, or_(Programme.id.in_(published), programmes_seen_by(actor)))
    query = query.options(joinedload(Programme.texts))
    return list(db.session.scalars(query.order_by(Programme.first_year.desc(), Programme.id)).unique())


def with_centres(query: Select[Programme]) -> Select[Programme]:
    """Load what a list or page of programmes shows."""
    return query.options(
        joinedload(Programme.managing_centre),
        joinedload(Programme.funder),
        selectinload(Programme.cooperating_centres),
    )


def figures_of(network: Network) -> dict[int, dict[str, int]]:
    """Per centre of a network: programmes it manages, calls open now, calls in all, places given."""
    now = clock.now()
    state = state_at(now)
    counted = (
        select(
            Programme.managing_centre_id,
            func.count(Programme.id.distinct()),
            func.count(Call.id).filter(state == "open", Call.is_reference.is_(False)),
            func.count(Call.id).filter(Call.state != "draft"),
        )
        .outerjoin(Call, Call.programme_id == Programme.id)
        .join(Programme.managing_centre)
        .where(Centre.network_id == network.id)
        .group_by(Programme.managing_centre_id)
    )
    found: dict[int, dict[str, int]] = {
        row[0]: {"programmes": row[1], "open": row[2], "calls": row[3], "awards": 0}
        for row in db.session.execute(counted)
    }
    awards = (
        select(Programme.managing_centre_id, func.count(Award.id))
        .join(Programme, Award.programme_id == Programme.id)
        .where(Programme.managing_centre_id.in_(found), Award.given_back_at.is_(None))
        .group_by(Programme.managing_centre_id)
    )
    for centre_id, number in db.session.execute(awards):
        found[centre_id]["awards"] = number
    return found


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


def calls_of_network(network: Network, actor: Actor, most: int) -> list[Call]:
    """Calls of its centres that are open or announced, the soonest deadline first; the centres are at hand already."""
    own = select(Programme.id).join(Programme.managing_centre).where(Centre.network_id == network.id)
    if not network.operator.is_demo:
        own = own.where(Centre.is_demo.is_(False))
    query = visible_to(actor).where(
        Call.programme_id.in_(own), Call.is_reference.is_(False), state_at(clock.now()).in_(STATUSES["current"])
    )
    query = query.options(joinedload(Call.programme).options(lazyload("*")), joinedload(Call.texts))
    return list(db.session.scalars(query.order_by(Call.closes_at.asc().nulls_last(), Call.id).limit(most)).unique())
