"""What a centre's page says of collaborations and what they led to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select

from marketplace.collaborations.models import Collaboration, Outcome
from marketplace.collaborations.states import OUTCOME_CONFIRMED
from marketplace.kernel.locales import _l
from marketplace.network.figures import belongs, figure
from marketplace.network.models import Centre


def _of(centre: Centre) -> ColumnElement[bool]:
    return and_(
        Collaboration.centre_id == centre.id,
        belongs(centre, Collaboration.startup_id),
        belongs(centre, Collaboration.company_id),
    )


@figure(
    40,
    _l("Collaborations"),
    _l("Work of a company and a startup that has begun, running or ended, whatever its result."),
)
def _begun(centre: Centre, _: datetime) -> Select[int]:
    return select(func.count(Collaboration.id)).where(_of(centre), Collaboration.state != "planned")


@figure(
    50,
    _l("Outcomes verified"),
    _l("Contracts, investments, jobs and the like that the centre has checked against their evidence."),
)
def _verified(centre: Centre, _: datetime) -> Select[int]:
    joined = select(func.count(Outcome.id)).join(Collaboration, Collaboration.id == Outcome.collaboration_id)
    return joined.where(_of(centre), Outcome.state.in_(OUTCOME_CONFIRMED))
