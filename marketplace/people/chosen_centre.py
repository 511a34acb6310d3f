"""The centre that an organisation turns to: to have its registration verified, or to say whose an entry is."""

from __future__ import annotations

from sqlalchemy import case, func, select

from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.locales import _l
from marketplace.people.models import Organisation

REGION, COUNTRY, ELSEWHERE = 0, 1, 2  # how near a centre is


def _by_nearness(organisation: Organisation) -> list[tuple[Organisation, int]]:
    country = (organisation.region_code or organisation.country or "")[:2]
    near = case(
        (Organisation.region_code == organisation.region_code, REGION),
        (func.left(Organisation.region_code, 2) == country, COUNTRY),
        else_=ELSEWHERE,
    )
    query = select(Organisation, near.label("near")).where(
        Organisation.kind == "centre", Organisation.is_reference.is_(False)
    )
    if organisation.is_demo:  # the demonstration turns to its own centres alone
        query = query.where(Organisation.is_demo)
    rows = db.session.execute(query.order_by(near, Organisation.is_demo, Organisation.id)).unique()
    return [(row[0], row[1]) for row in rows]


def centres_for(organisation: Organisation) -> list[Organisation]:
    """The centres that somebody works in, the nearest first."""
    return [centre for centre, _near in _by_nearness(organisation)]


def nearest_centres(organisation: Organisation) -> list[Organisation]:
    """Those of its region; where there is none of its country; else all."""
    found = _by_nearness(organisation)
    return [centre for centre, near in found if near == found[0][1]]


def centre_chosen(offered: list[Organisation], organisation: Organisation, chosen_id: int | None) -> Organisation:
    """The centre of this id among those offered; without one the first, where it is of the same country.

    Raises Invalid where the choice is left to nobody, and Blocked where no centre works here.
    """
    if not offered:
        raise Blocked(_l("No centre works here yet that could check it."))
    if chosen_id is not None:
        found = next((centre for centre in offered if centre.id == chosen_id), None)
    else:
        place = (organisation.region_code or organisation.country or "")[:2]
        found = offered[0] if place and (offered[0].region_code or "")[:2] == place else None
    if found is None:
        raise Invalid(_l("Choose a centre from the list."), field="centre_id")
    return found
