"""Bring regions and zones to what ``data.py`` says."""

from __future__ import annotations

from sqlalchemy import Connection, TableClause, column, table
from sqlalchemy.dialects.postgresql import insert

from marketplace.places.data import REGIONS, ZONES

NAMES = ("name_en", "name_fr", "name_ko")
# Not the models: a migration runs this against the columns of its own day.
REGION = table("regions", *(column(name) for name in ("code", "country", *NAMES)))
ZONE = table("zones", *(column(name) for name in ("code", "region_code", "kind", *NAMES)))


def load_places(connection: Connection) -> int:
    """Add what is missing and correct the names; what an operator added stays. Returns how many places there are."""
    _store(connection, REGION, REGIONS)
    _store(connection, ZONE, ZONES)
    return len(REGIONS) + len(ZONES)


def _store(connection: Connection, into: TableClause, rows: tuple[tuple[str, ...], ...]) -> None:
    new = insert(into).values([dict(zip(into.c.keys(), row, strict=True)) for row in rows])
    changed = {name: new.excluded[name] for name in into.c.keys() if name != "code"}  # noqa: SIM118 - columns
    connection.execute(new.on_conflict_do_update(index_elements=["code"], set_=changed))
