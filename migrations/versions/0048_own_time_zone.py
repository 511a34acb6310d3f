"""Give each person a time zone of their own, begun from that of their digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048_own_time_zone"
down_revision = "0047_browser_of_sign_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("time_zone", sa.Text(), nullable=True))
    op.execute("UPDATE users SET time_zone = rhythms.zone FROM rhythms WHERE rhythms.user_id = users.id")
    op.drop_column("rhythms", "zone")


def downgrade() -> None:
    op.add_column("rhythms", sa.Column("zone", sa.Text(), server_default="UTC", nullable=False))
    op.execute("UPDATE rhythms SET zone = coalesce(users.time_zone, 'UTC') FROM users WHERE users.id = rhythms.user_id")
    op.alter_column("rhythms", "zone", server_default=None)
    op.drop_column("users", "time_zone")
