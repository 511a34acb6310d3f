"""The sides of a pair as this reader may see them: an anonymous company stays a description where its call says so."""

from __future__ import annotations

from marketplace.challenges import secrets
from marketplace.challenges.secrets import Company
from marketplace.kernel.locales import pick
from marketplace.kernel.policy import Actor
from marketplace.pairings.models import Pairing
from marketplace.pairings.policy import brokers, is_side
from marketplace.people.models import Organisation


def company_of(pairing: Pairing, actor: Actor, locale: str) -> Company:
    """The company's name in ``locale``, or its description."""
    known = pairing.challenge is None or actor.party_id == pairing.company_id or brokers(actor, pairing)
    if known or pairing.challenge is None:
        return _shown(pairing.company, locale)
    return secrets.company_of(pairing.challenge, actor, locale, paired=is_side(actor, pairing))


def startup_of(pairing: Pairing, locale: str) -> Company:
    """The startup's name in ``locale``: a startup is never hidden from those who see its pairing."""
    return _shown(pairing.startup, locale)


def _shown(organisation: Organisation, locale: str) -> Company:
    text = pick(organisation.texts, locale)
    return Company(text.name if text else "", text.locale if text else locale, organisation.id, False)


def reads_reason(pairing: Pairing, actor: Actor, side: str) -> bool:
    """Whether this reader may read why a side answered as it did.

    A side reads the other's reason after its own answer, or once the pairing has ended.
    """
    own = pairing.side_of(actor.party_id)
    if own is None or own == side or pairing.state != "requested":
        return True
    return getattr(pairing, f"{own}_accepts") is not None
