"""Remember the page that led to signing up, until the first sign-in leads back there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034_way_back"
down_revision = "0033_reference_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("going_to", sa.Text()))


def downgrade() -> None:
    op.drop_column("users", "going_to")
