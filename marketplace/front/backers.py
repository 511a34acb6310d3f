"""Who stands behind it: centres that somebody works in, and companies that chose to be found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network.models import Centre, Network
from marketplace.network.queries import working_centres
from marketplace.people import directory
from marketplace.people.models import DEMAND_KINDS, Organisation

NAMED = 8  # of each kind


def is_company() -> ColumnElement[bool]:
    """Organisations that may post a challenge; those that run a network are no companies among others."""
    return and_(Organisation.kind.in_(DEMAND_KINDS), Organisation.id.not_in(select(Network.operator_id)))


def centres() -> Sequence[Centre]:
    """The first centres, by their addresses."""
    texts = joinedload(Centre.organisation).options(joinedload(Organisation.texts), joinedload(Organisation.region))
    return db.session.scalars(working_centres().options(texts).order_by(Centre.slug).limit(NAMED)).unique().all()


def companies(locale: str) -> Sequence[Organisation]:
    """The first verified companies, by name."""
    found = directory.entries(ANONYMOUS, standing="verified").where(is_company())
    named = directory.order_by_name(found.options(joinedload(Organisation.texts)), locale)
    return db.session.scalars(named.limit(NAMED)).unique().all()
