"""What the catalogue counts for desks, and whom it gives something to begin with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func

from marketplace.catalogue.filter_conditions import has_status, responsible_centre
from marketplace.challenges.fit import is_startup
from marketplace.challenges.queries import join_call_and_company, visible_to
from marketplace.kernel import clock
from marketplace.kernel.figures import counted_of_centres
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import begins


@counted_of_centres("open")
def _open(actor: Actor) -> Select[int, int]:
    """Open challenges of each centre that lists name for them."""
    centre = responsible_centre()
    return (
        join_call_and_company(visible_to(actor))
        .where(has_status("open", clock.NOW))
        .with_only_columns(centre.label("centre_id"), func.count().label("number"), maintain_column_froms=True)
        .group_by(centre)
    )


@begins
def _catalogue(actor: Actor) -> tuple[str, Any]:
    if is_startup(actor):
        return "/challenges?qualify=yes", _l("See the challenges you qualify for")
    return "/challenges", _l("See the open challenges")
