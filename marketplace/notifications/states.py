"""Words of the events that only notifications make."""

from __future__ import annotations

from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import words

words("call.closing_soon", _l("applications close soon"))
words("operations.retry", _l("had a stuck step tried again"), staff_only=True)
