"""What a pairing is to the rest of the product."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import is_staffed_by
from marketplace.kernel import clock, search
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Finding, Sides, Subject
from marketplace.kernel.turns import Next
from marketplace.network.subject import centres_of_network
from marketplace.pairings import queries
from marketplace.pairings.models import Pairing
from marketplace.pairings.secrets import names_for
from marketplace.people.models import OrganisationText


def _title(pairing: Pairing, locale: str) -> str:
    return pairing.challenge.title(locale) if pairing.challenge is not None else pairing.call.title(locale)


def _coming(pairing: Pairing, reader: Actor, locale: str) -> Next | None:
    state = pairing.state_at(clock.now())
    if state != "requested":
        words = Pairing.machine.states[state].turn.words
        return Next(str(words)) if words else None
    side, zone = pairing.side_of(reader.party_id), pairing.call.time_zone
    if side is not None and getattr(pairing, f"{side}_accepts") is None:
        return Next(_("Your turn: accept or refuse"), by=pairing.answer_by, zone=zone, mine=True)
    names = names_for(pairing, reader, locale)
    silent = ", ".join(names[id] for id in pairing.silent_ids)
    return Next(_("%(who)s: accept or refuse", who=silent), by=pairing.answer_by, zone=zone)


def is_between(actor: Actor, text: str) -> ColumnElement[bool]:
    """Whether a side is called so; an anonymous company only for who follows its challenge or brokers the pair."""
    called = select(OrganisationText.organisation_id).where(search.contains(OrganisationText.squeezed_name, text))
    named = select(Challenge.id).where(
        Challenge.id == Pairing.challenge_id, or_(Challenge.visibility != "anonymous", is_staffed_by(actor))
    )
    known = or_(
        Pairing.challenge_id.is_(None), named.correlate(Pairing).exists(), Pairing.centre_id == (actor.centre_id or 0)
    )
    return or_(Pairing.startup_id.in_(called), Pairing.company_id.in_(called) & known)


PAIRING = Subject(
    name="pairing",
    model=Pairing,
    path="/pairings/{id}",
    title=_title,
    visible_to=queries.visible_to,
    readers_of=queries.readers_of,
    sides=lambda pairing: Sides.of(
        pairing.company_id, pairing.startup_id, centres=(pairing.centre_id, pairing.managing_centre_id)
    ),
    columns={name: getattr(Pairing, name) for name in ("challenge_id", "call_id", "company_id", "startup_id")},
    coming=_coming,
    of_network=lambda actor: select(Pairing.id).where(Pairing.centre_id.in_(centres_of_network(actor))),
    finding=Finding(_l("Pairings"), is_between, {"organisation_id": Pairing.startup_id}),
)
