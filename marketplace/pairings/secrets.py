"""The sides of a pair as this reader may see them: an anonymous company stays a description where its call says so."""

from __future__ import annotations

from marketplace.challenges import secrets
from marketplace.challenges.secrets import Company
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.pairings.models import Pairing
from marketplace.pairings.policy import brokers, is_side
from marketplace.pairings.queries import names_of
from marketplace.people import queries as people
from marketplace.people.models import Organisation


def is_known(pairing: Pairing, actor: Actor) -> bool:
    """Whether this reader may know who the company is."""
    challenge = pairing.challenge
    if challenge is None or actor.party_id == pairing.company_id or brokers(actor, pairing):
        return True
    return secrets.reveals(challenge, actor, paired=is_side(actor, pairing))


def company_of(pairing: Pairing, actor: Actor, locale: str, names: dict[int, str] | None = None) -> Company:
    """The company's name in ``locale``, or its description; ``names`` spares a query where they are known."""
    if pairing.challenge is None or is_known(pairing, actor):
        names = names if names is not None else names_of([pairing.company_id], locale)
        return Company(names.get(pairing.company_id, ""), locale, pairing.company_id, False)
    return secrets.company_of(pairing.challenge, actor, locale, paired=is_side(actor, pairing))


def names_for(pairing: Pairing, actor: Actor, locale: str, *further: int) -> dict[int, str]:
    """What this reader calls the sides and the centre (and further organisations), by id, in one query."""
    names = names_of([pairing.company_id, pairing.startup_id, pairing.centre_id, *further], locale)
    return {**names, pairing.company_id: company_of(pairing, actor, locale, names).name}


def openable_ids(pairing: Pairing, actor: Actor) -> set[int]:
    """Ids of the organisations of a pair whose pages this reader may open and know to be theirs, in one query."""
    wanted = {pairing.company_id, pairing.startup_id, pairing.centre_id}
    if not is_known(pairing, actor):
        wanted.discard(pairing.company_id)
    found = people.visible_to(actor).where(Organisation.id.in_(wanted)).with_only_columns(Organisation.id)
    return set(db.session.scalars(found))


def reads_reason(pairing: Pairing, actor: Actor, side: str) -> bool:
    """Whether this reader may read why a side answered as it did.

    A side reads the other's reason after its own answer, or once the pairing has ended.
    """
    own = pairing.side_of(actor.party_id)
    if own is None or own == side or pairing.state != "requested":
        return True
    return getattr(pairing, f"{own}_accepts") is not None
