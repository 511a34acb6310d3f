"""Draw the numbers of receipts instead of counting them: who applied could count all sealed applications by theirs."""

from __future__ import annotations

from alembic import op

revision = "0049_drawn_numbers"
down_revision = "0048_own_time_zone"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP SEQUENCE application_numbers")


def downgrade() -> None:
    op.execute("CREATE SEQUENCE application_numbers START WITH 900001")  # above those that were counted before
