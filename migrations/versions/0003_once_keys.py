"""Keep the keys of forms that create."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_once"
down_revision = "0002_decide"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "once_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_once_keys")),
    )


def downgrade() -> None:
    op.drop_table("once_keys")
