"""Words of the events that only notifications make."""

from __future__ import annotations

from marketplace.kernel.locales import _l
from marketplace.kernel.words import Words

Words(
    "operations.retry",
    _l("had a stuck step tried again"),
    staff_only=True,
    silent="it is on record for the network's staff",
)
