"""Number receipts by a sequence; let several companies name one startup in a call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_apply"
down_revision = "0004_places"
branch_labels = None
depends_on = None

COLUMNS = ["call_id", sa.literal_column("coalesce(challenge_id, 0)"), "organisation_id"]


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("application_numbers")))
    op.drop_index("uq_applications_live", table_name="applications")
    op.create_index(
        "uq_applications_live",
        "applications",
        COLUMNS,
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn' AND origin = 'applied'"),
    )


def downgrade() -> None:
    op.drop_index("uq_applications_live", table_name="applications")
    op.create_index(
        "uq_applications_live",
        "applications",
        COLUMNS,
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.execute(sa.schema.DropSequence(sa.Sequence("application_numbers")))
