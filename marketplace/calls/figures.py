"""What pages of centres count of calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from marketplace.calls.models import Call
from marketplace.calls.queries import is_public, state_at
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.network.figures import figure
from marketplace.network.models import Centre, Programme
from marketplace.network.queries import programmes_managed_by


def open_calls(now: datetime) -> dict[int, int]:
    """Calls open now, by id of the managing centre, at one query."""
    query = (
        select(Programme.managing_centre_id, func.count(Call.id))
        .join(Call, Call.programme_id == Programme.id)
        .where(_is_open(now))
        .group_by(Programme.managing_centre_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


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
