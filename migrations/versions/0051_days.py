"""Keep a deadline of which only the day is known as a day: its last instant, to the microsecond."""

from __future__ import annotations

from alembic import op

revision = "0051_days"
down_revision = "0050_identities"
branch_labels = None
depends_on = None

# Records from elsewhere were given an hour in UTC that their sources never said.
TABLES = ("challenges", "calls")


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"UPDATE {table} SET closes_at = closes_at + interval '999999 microseconds' "
            "WHERE is_reference AND (closes_at AT TIME ZONE 'UTC')::time = '23:59:59'"
        )
        op.execute(
            f"UPDATE {table} SET opens_at = opens_at + interval '1 microsecond' "
            "WHERE is_reference AND (opens_at AT TIME ZONE 'UTC')::time = '00:00'"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(
            f"UPDATE {table} SET opens_at = date_trunc('second', opens_at), "
            "closes_at = date_trunc('second', closes_at) WHERE is_reference"
        )
