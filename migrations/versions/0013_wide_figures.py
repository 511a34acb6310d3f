"""Let yearly figures hold the turnover of a large company in won."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_figures"
down_revision = "0020_catalogue"
branch_labels = None
depends_on = None

WIDE, NARROW = sa.Numeric(18, 2), sa.Numeric(14, 2)


def upgrade() -> None:
    for name in ("revenue", "investment"):
        op.alter_column("organisation_years", name, type_=WIDE, existing_type=NARROW)


def downgrade() -> None:
    for name in ("revenue", "investment"):
        op.alter_column("organisation_years", name, type_=NARROW, existing_type=WIDE)
