"""A form that creates something is taken once: its key is stored with where the first press led."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, db


class OnceKey(Model):
    """One press of one drawn form; swept after a week."""

    __tablename__ = "once_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def claim_key(key: str) -> str | None:
    """Take the key for this transaction: None for the first press, else where the first one led.

    A second press waits for the first transaction, so two parallel presses cannot both be first.
    """
    # Asked for the row itself: a count of rows is not to be had from an insert of this kind.
    taken = db.session.scalar(insert(OnceKey).values(key=key).on_conflict_do_nothing().returning(OnceKey.key))
    if taken is not None:
        return None
    row = db.session.get(OnceKey, key)
    return (row.location if row else None) or ""


def remember_redirect(key: str, location: str) -> None:
    """Remember where the first press led."""
    db.session.execute(update(OnceKey).where(OnceKey.key == key).values(location=location))


def sweep() -> None:
    """Forget the presses of more than a week ago."""
    week = func.clock_timestamp() - timedelta(days=7)
    db.session.execute(delete(OnceKey).where(OnceKey.created_at < week))
