"""Who acted, as a side and never by name: an anonymous company stays so in every list and message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.kernel.events import Event
from marketplace.kernel.subjects import CENTRE, COMPANY, STARTUP, kind_of, told_as


def side_of(event: Event, kinds: Mapping[int, str], company_id: int | None, startup_id: int | None) -> Any:
    """The side behind an event; None where the clock, or a person without an organisation, acted.

    ``kinds`` maps organisations to their kind, for those that are neither this company nor this startup.
    """
    acting, told = event.acting_id, told_as(event)
    if acting is None:
        return kind_of(told.partition(".")[0]).taken_by.get(told)
    if acting == startup_id:
        return STARTUP
    if acting == company_id:
        return COMPANY
    return {"centre": CENTRE, "startup": STARTUP}.get(kinds.get(acting, ""), COMPANY)
