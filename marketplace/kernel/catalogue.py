"""The version of what the public sees: it differs after every committed change of a public table.

A trigger on each of those tables adds a row to ``catalogue_changes`` in the writer's own transaction. Count and sum of
the visible rows differ from any earlier pair even when transactions commit out of order, since rows are only swept
when they are an hour old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import clock
from marketplace.kernel.db import Model, db, pk

Version = tuple[int, int]


class CatalogueChange(Model):
    """One statement that changed a public table."""

    __tablename__ = "catalogue_changes"

    id: Mapped[pk]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


_VERSION = select(
    func.statement_timestamp(), func.count(CatalogueChange.id), func.coalesce(func.sum(CatalogueChange.id), 0)
)


def version() -> tuple[datetime, Version]:
    """The instant of this unit of work and the catalogue's version, at one query."""
    instant, count, total = db.session.execute(_VERSION).one()
    return clock.start_at(instant), (int(count), int(total))


def sweep() -> None:
    """Forget changes of more than an hour ago."""
    hour = func.clock_timestamp() - timedelta(hours=1)
    db.session.execute(delete(CatalogueChange).where(CatalogueChange.at < hour))
