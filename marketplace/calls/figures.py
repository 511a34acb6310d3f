"""What pages of centres count of calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from marketplace.calls.models import Award, Call
from marketplace.calls.queries import is_public, state_at
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.network.figures import counts_open, counts_work, figure
from marketplace.network.models import Centre, Network, Programme
from marketplace.network.queries import programmes_managed_by


def calls_of(centre: Centre) -> Select[int]:
    """Ids of the published calls that a centre manages."""
    return select(Call.id).where(
        Call.programme_id.in_(programmes_managed_by(centre.id)), Call.is_reference.is_(False), is_public()
    )


def _is_open(now: datetime) -> ColumnElement[bool]:
    return (state_at(now) == "open") & Call.is_reference.is_(False)


@figure(10, _l("Open calls"), _l("Calls that it manages and that take applications today."))
def _open_calls(centre: Centre, now: datetime) -> Select[int]:
    return select(func.count(Call.id)).where(Call.id.in_(calls_of(centre)), _is_open(now))


@counts_open("calls")
def _by_centre(now: datetime) -> dict[str, int]:
    query = select(Centre.slug, func.count(Call.id)).join(Programme, Programme.managing_centre_id == Centre.id)
    query = query.join(Call, Call.programme_id == Programme.id).where(_is_open(now)).group_by(Centre.slug)
    return {row[0]: row[1] for row in db.session.execute(query)}


@counts_work(_l("Programmes"), _l("Open calls"), _l("Calls so far"), _l("Awards"))
def work_of(network: Network) -> dict[int, list[int]]:
    """Per centre of a network: programmes it manages, calls open now, calls in all, places given."""
    own = select(Programme.managing_centre_id).join(Programme.managing_centre).where(Centre.network_id == network.id)
    own = own.group_by(Programme.managing_centre_id)
    counted = own.outerjoin(Call, Call.programme_id == Programme.id).add_columns(
        func.count(Programme.id.distinct()),
        func.count(Call.id).filter(_is_open(clock.now())),
        func.count(Call.id).filter(Call.state != "draft"),
    )
    given = own.join(Award, Award.programme_id == Programme.id).where(Award.given_back_at.is_(None))
    awards = {row[0]: row[1] for row in db.session.execute(given.add_columns(func.count(Award.id)))}
    return {id_: [*numbers, awards.get(id_, 0)] for id_, *numbers in db.session.execute(counted)}
