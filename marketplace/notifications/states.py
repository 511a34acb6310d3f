"""Words of the events that only notifications make."""

from __future__ import annotations

from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import words

words("call.closing_soon", _l("reminds you: applications close soon"))
