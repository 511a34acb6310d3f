"""Whose turn it is: each state says who acts next and on what, once; pages, desks, boards and mails read it there.

``next_of(thing, …)`` of each package answers a `Next`: the turn of its state, in closer words where it knows more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
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


@dataclass(frozen=True)
class Next:
    """What is next on a thing, to one reader: ``title`` and ``text``, coloured by ``family``.

    ``by`` is an instant, or a day as it is in ``zone``; ``until``: all wait till then. ``who`` acts, and ``mine`` says
    that it is the reader's own side; ``part_id`` is the part of the thing that it is done on.
    """

    title: str
    text: str = ""
    family: str = "waiting"
    by: datetime | date | None = None
    who: str = ""
    mine: bool = False
    until: bool = False
    zone: str = "UTC"
    part_id: int | None = None


COMPANY = Turn(audiences.COMPANY, _l("The company"))
STARTUP = Turn(audiences.STARTUP, _l("The startup"))
STARTUPS = Turn(audiences.APPLICANTS, _l("Startups"))
CENTRE = Turn(audiences.STAFF, _l("The centre"))
SIDES = Turn(audiences.SIDES, _l("Company and startup"))
EVERYONE = Turn(audiences.EVERYONE, _l("Company, startup and centre"))
READERS = Turn(audiences.READERS, _l("Its people"))
CLOCK = Turn(Audience(()), _l("Nobody before its day"))
NOBODY = Turn(Audience(()), _l("Nobody"))
