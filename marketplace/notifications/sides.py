"""Who acted, as a side and never by name: an anonymous company stays so in every list and message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.applications.timeline import told_as
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l

COMPANY, STARTUP, CENTRE = _l("the company"), _l("the startup"), _l("the centre")
ENDERS = {"challenge.withdraw": COMPANY, "call.cancel": CENTRE}  # who takes the steps that end applications


def side_of(event: Event, kinds: Mapping[int, str], sides: Any) -> Any:
    """The side behind an event; None where the clock, or a person without an organisation, acted.

    ``kinds`` maps organisations to their kind; ``sides`` may have ``company_id`` and ``startup_id``.
    """
    acting = event.acting_id
    if acting is None:
        return ENDERS.get(told_as(event))
    if acting == getattr(sides, "startup_id", None):
        return STARTUP
    if acting == getattr(sides, "company_id", None):
        return COMPANY
    return {"centre": CENTRE, "startup": STARTUP}.get(kinds.get(acting, ""), COMPANY)
