"""The lists of calls that pages show, each at a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, case, exists, or_, select
from sqlalchemy.orm import joinedload, lazyload

from marketplace.calls.models import TRACKS, Call
from marketplace.calls.queries import has_text, is_notice, is_public, state_at, visible_to
from marketplace.calls.states import CURRENT, PAST
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import nfc
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Network, Programme
from marketplace.network.queries import programmes_managed_by
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


def calls_of_centre(centre: Centre, actor: Actor, most: int) -> tuple[list[Call], list[Call]]:
    """Calls that the centre manages: open and announced ones by deadline, and the newest that have closed."""
    now = clock.now()
    current, past, state = STATUSES["current"], STATUSES["past"], state_at(now)
    own = Call.programme_id.in_(programmes_managed_by(centre.id))
    query = visible_to(actor).where(own, Call.is_reference.is_(False), state.in_((*current, *past)))
    query = query.order_by(state.in_(current).desc(), Call.closes_at.desc().nulls_last(), Call.id.desc())
    calls = db.session.scalars(query.limit(most)).all()
    ahead = [call for call in calls if call.state_at(now) in current]
    return ahead[::-1], [call for call in calls if call.state_at(now) in past]


def calls_of_programme(programme: Programme, actor: Actor) -> list[Call]:
    """All its calls that this reader may see, drafts and the latest deadline first."""
    query = visible_to(actor).where(Call.programme_id == programme.id)
    return list(db.session.scalars(query.order_by(Call.closes_at.desc().nulls_first(), Call.id.desc())))
