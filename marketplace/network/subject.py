"""What programmes and centres are to the rest of the product."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from marketplace.kernel.audiences import DESK
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Sides, Subject, Texts
from marketplace.kernel.words import Words
from marketplace.network import queries
from marketplace.network.models import Centre, Network, Programme, ProgrammeText
from marketplace.people.queries import people_of


def centres_of_network(actor: Actor) -> Select[int]:
    """Ids of the centres of the network whose staff this actor belongs to."""
    return select(Centre.id).join(Centre.network).where(Network.operator_id == actor.network_operator_id)


def programmes_of_network(actor: Actor) -> Select[int]:
    """Ids of the programmes that these centres manage."""
    return select(Programme.id).where(Programme.managing_centre_id.in_(centres_of_network(actor)))


def _staff_of(*organisation_ids: int) -> set[int]:
    return people_of(organisation_ids, "manager", "broker")


def _centre_name(centre: Centre, locale: str) -> Any:
    return centre.organisation.name(locale)


PROGRAMME = Subject(
    name="programme",
    model=Programme,
    path="/programmes/{id}",
    title=Programme.name,
    visible_to=queries.programmes_visible_to,
    readers_of=lambda programme: _staff_of(*queries.staff_of_programme(programme)),
    sides=lambda programme: Sides.of(centres=tuple(queries.staff_of_programme(programme))),
    columns={"programme_id": Programme.id},
    texts=Texts(ProgrammeText.programme_id, ProgrammeText.name),
    of_network=programmes_of_network,
)
CENTRE_ITSELF = Subject(
    name="centre",
    model=Centre,
    path="/centres/{slug}",
    title=_centre_name,
    visible_to=queries.centres_visible_to,
    readers_of=lambda centre: _staff_of(centre.id),
    sides=lambda centre: Sides.of(centres=(centre.id,)),
    columns={"organisation_id": Centre.id},
    of_network=centres_of_network,
)

Words("programme.create", _l("set up the programme"), staff_only=True, silent=DESK)
Words("programme.edit", _l("changed the programme"), staff_only=True, silent=DESK)
Words("network.create", _l("set up the network"), staff_only=True, silent=DESK)
Words("centre.create", _l("set up the centre"), staff_only=True, silent=DESK)
Words("centre.edit", _l("changed the centre’s page"), staff_only=True, silent=DESK)
