"""What came of a pair, in its own words."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Collaboration, Outcome
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.pairings.models import Pairing
from marketplace.people import directory
from marketplace.people.models import Organisation


def newest_outcome() -> Outcome | None:
    """The newest published outcome that says something, of two sides that may both be found and show theirs by name."""
    named_here = select(Organisation.id).where(directory.is_public(), directory.sees_section(ANONYMOUS, "outcomes"))
    sides = (Collaboration.company, Collaboration.startup)
    named = [joinedload(side).joinedload(Organisation.texts) for side in sides]
    found = (
        select(Outcome)
        .join(Outcome.collaboration)
        .join(Collaboration.pairing)
        .outerjoin(Pairing.challenge)
        .where(
            Outcome.state == "published",
            Outcome.description != "",
            Collaboration.company_id.in_(named_here),
            Collaboration.startup_id.in_(named_here),
            or_(Challenge.id.is_(None), Challenge.visibility == "public"),
        )
        .options(contains_eager(Outcome.collaboration).options(*named))
        .order_by(Outcome.happened_on.desc(), Outcome.id.desc())
        .limit(1)
    )
    return db.session.scalars(found).unique().first()
