"""Reads of collaborations: seen by whom the pairing is seen by."""

from __future__ import annotations

from sqlalchemy import Select, select

from marketplace.collaborations.models import Collaboration
from marketplace.kernel.policy import Actor
from marketplace.pairings import queries as pairings
from marketplace.pairings.models import Pairing


def visible_to(actor: Actor) -> Select[Collaboration]:
    """Collaborations of pairings this reader may see."""
    seen = pairings.visible_to(actor).with_only_columns(Pairing.id)
    return select(Collaboration).where(Collaboration.pairing_id.in_(seen))


def readers_of(collaboration: Collaboration) -> set[int]:
    """Ids of the people who may see a collaboration."""
    return pairings.readers_of(collaboration.pairing)
