"""Two versions: of what the public sees, and of all that staff see besides.

Each differs after every committed change of its tables: a trigger on them adds a row to ``catalogue_changes`` in the
writer's own transaction, which says whether it is public. What applicants, judges and staff write under seal moves the
second alone, so that no public answer tells of it, by its content or by being drawn anew. Count and sum of the visible
rows differ from any earlier pair even when transactions commit out of order, since rows are only swept when they are
an hour old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, true
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import clock
from marketplace.kernel.db import Model, db, pk

Version = tuple[int, int]


class CatalogueChange(Model):
    """One statement that changed a table whose changes count."""

    __tablename__ = "catalogue_changes"

    id: Mapped[pk]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    is_public: Mapped[bool] = mapped_column(server_default=true())


_COUNT, _SUM = func.count(CatalogueChange.id), func.sum(CatalogueChange.id)
_VERSIONS = select(
    func.statement_timestamp(),
    _COUNT.filter(CatalogueChange.is_public),
    func.coalesce(_SUM.filter(CatalogueChange.is_public), 0),
    _COUNT,
    func.coalesce(_SUM, 0),
)


@dataclass(frozen=True)
class Versions:
    """The versions at the instant of this unit of work."""

    now: datetime
    public: Version
    whole: Version


def versions() -> Versions:
    """Both versions, at one query."""
    instant, *numbers = db.session.execute(_VERSIONS).one()
    count, total, count_whole, total_whole = map(int, numbers)
    return Versions(clock.start_at(instant), (count, total), (count_whole, total_whole))


def version() -> tuple[datetime, Version]:
    """The instant of this unit of work and the version of what the public sees, at one query."""
    found = versions()
    return found.now, found.public


def sweep() -> None:
    """Forget changes of more than an hour ago."""
    hour = func.clock_timestamp() - timedelta(hours=1)
    db.session.execute(delete(CatalogueChange).where(CatalogueChange.at < hour))
