"""Which kinds of message reach a person by e-mail: what they refused, and what comes in any case."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from marketplace.kernel.db import db
from marketplace.kernel.mail_kinds import MailKind, mail_kinds
from marketplace.notifications.models import MailRefusal
from marketplace.people.models import User


def refusable_kinds() -> list[str]:
    """The kinds that may be refused, by name."""
    return [kind.name for kind in mail_kinds() if kind.fixed is None]


def is_refused(kind: str) -> ColumnElement[bool]:
    """Whether a person refused a kind of message, over ``User``; a kind that always comes cannot be."""
    return select(MailRefusal.kind).where(MailRefusal.user_id == User.id, MailRefusal.kind == kind).exists()


def refused_by(user_id: int) -> set[str]:
    """The kinds that a person refused."""
    return set(db.session.scalars(select(MailRefusal.kind).where(MailRefusal.user_id == user_id)))


def users_refusing(kind: MailKind, user_ids: list[int]) -> set[int]:
    """Which of these people refused a kind; nobody can refuse one that always comes."""
    if kind.fixed is not None:
        return set()
    found = select(MailRefusal.user_id).where(MailRefusal.kind == kind.name, MailRefusal.user_id.in_(user_ids))
    return set(db.session.scalars(found))
