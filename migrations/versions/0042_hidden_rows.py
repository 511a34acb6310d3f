"""Count the rows of a workbook that it does not show and that are left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042_hidden_rows"
down_revision = "0041_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("hidden_count", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("imports", "hidden_count")
