"""What a centre's page says of applications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select

from marketplace.applications.models import Application
from marketplace.calls.figures import calls_of
from marketplace.calls.models import Call
from marketplace.kernel.locales import _l
from marketplace.network.figures import belongs, figure
from marketplace.network.models import Centre


@figure(30, _l("Applications received"), _l("Handed in to its calls that have closed, whatever became of them."))
def _received(centre: Centre, now: datetime) -> Select[int]:
    """Nothing is told of a call that still takes applications."""
    return select(func.count(Application.id)).where(
        Application.call_id.in_(calls_of(centre).where(Call.closes_at < now)),
        Application.submitted_at.is_not(None),
        belongs(centre, Application.organisation_id),
    )
