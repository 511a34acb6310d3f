"""What calls are to the rest of the product."""

from __future__ import annotations

from sqlalchemy import Select, select

from marketplace.calls import queries
from marketplace.calls.models import Call, CallText
from marketplace.calls.states import PROGRAMME_STAFF
from marketplace.kernel.audiences import hears
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import CENTRE, Sides, Subject, Texts
from marketplace.network.subject import programmes_of_network


def calls_of_network(actor: Actor) -> Select[int]:
    """Ids of the calls of the programmes that its centres manage."""
    return select(Call.id).where(Call.programme_id.in_(programmes_of_network(actor)))


def _call_readers(call: Call) -> set[int] | None:
    return queries.readers_of(call) if call.state == "draft" else None


CALL = Subject(
    name="call",
    model=Call,
    path="/calls/{id}",
    title=Call.title,
    visible_to=queries.visible_to,
    readers_of=_call_readers,
    sides=lambda call: Sides.of(centres=(call.managing_centre_id,)),
    columns={"call_id": Call.id},
    texts=Texts(CallText.call_id, CallText.title, Call.main_locale),
    taken_by={"call.cancel": CENTRE},
    of_network=calls_of_network,
)


@hears(PROGRAMME_STAFF, "call")
def _programme_staff(_: Event, call: Call) -> set[int]:
    """The staff of all centres of the programme, and of its network."""
    return queries.readers_of(call)
