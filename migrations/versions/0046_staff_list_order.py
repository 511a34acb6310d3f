"""Find the staff's list in its own order: by the time in a state, of what was ever submitted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046_staff_list_order"
down_revision = "0045_what_the_public_sees"
branch_labels = None
depends_on = None

NAME = "ix_applications_state_since_id"


def upgrade() -> None:
    op.create_index(NAME, "applications", ["state_since", "id"], postgresql_where=sa.text("number IS NOT NULL"))


def downgrade() -> None:
    op.drop_index(NAME, "applications")
