"""Whose turn it is: each state says who acts next and on what, once; pages, desks, boards and mails read it there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from marketplace.kernel import audiences
from marketplace.kernel.audiences import Audience
from marketplace.kernel.locales import _l


@dataclass(frozen=True)
class Turn:
    """Who acts next: ``audience`` by the roles that steps tell, ``who`` in words; ``words`` is what is waited for."""

    audience: Audience
    who: Any
    words: Any = ""

    def to(self, words: Any) -> Turn:
        """The same people, with what those who wait read of it."""
        return replace(self, words=words)


COMPANY = Turn(audiences.COMPANY, _l("The company"))
STARTUP = Turn(audiences.STARTUP, _l("The startup"))
STARTUPS = Turn(audiences.APPLICANTS, _l("Startups"))
CENTRE = Turn(audiences.STAFF, _l("The centre"))
SIDES = Turn(audiences.SIDES, _l("Company and startup"))
EVERYONE = Turn(audiences.EVERYONE, _l("Company, startup and centre"))
READERS = Turn(audiences.READERS, _l("Its people"))
CLOCK = Turn(Audience(()), _l("Nobody before its day"))
NOBODY = Turn(Audience(()), _l("Nobody"))
