"""What people are reminded of ahead of a date: each package registers its own, notifications send them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from marketplace.kernel.mail_kinds import MailKind


@dataclass(frozen=True)
class Reminder:
    """``due`` answers ``subject_id``, ``user_id``, ``days`` left and a ``key`` that is given once, at an instant.

    ``load`` reads the subjects by their ids, with what the template ``mail`` says of them.
    """

    step: str
    subject: str
    kind: MailKind
    mail: str
    due: Callable[[datetime], Select[Any]]
    load: Callable[[Collection[int]], dict[int, Any]]

    def __post_init__(self) -> None:
        _reminders[self.step] = self


_reminders: dict[str, Reminder] = {}


def reminders() -> list[Reminder]:
    """Every registered reminder."""
    return list(_reminders.values())
