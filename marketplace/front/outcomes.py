"""What came of a pair, in its own words."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Collaboration, Outcome
from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing
from marketplace.people.models import Organisation


def newest_outcome() -> Outcome | None:
    """The newest published outcome that says something and whose sides both show theirs, under their own names."""
    company, startup = aliased(Organisation), aliased(Organisation)
    sides = (Collaboration.company, Collaboration.startup)
    named = [joinedload(side).joinedload(Organisation.texts) for side in sides]
    found = (
        select(Outcome)
        .join(Outcome.collaboration)
        .join(company, Collaboration.company)
        .join(startup, Collaboration.startup)
        .join(Collaboration.pairing)
        .outerjoin(Pairing.challenge)
        .where(
            Outcome.state == "published",
            Outcome.description != "",
            company.shown.contains(["outcomes"]),
            startup.shown.contains(["outcomes"]),
            or_(Challenge.id.is_(None), Challenge.visibility == "public"),
        )
        .options(contains_eager(Outcome.collaboration).options(*named))
        .order_by(Outcome.happened_on.desc(), Outcome.id.desc())
        .limit(1)
    )
    return db.session.scalars(found).unique().first()
