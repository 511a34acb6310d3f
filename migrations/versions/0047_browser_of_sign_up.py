"""Know the browser in which somebody signed up, until the address is confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047_browser_of_sign_up"
down_revision = "0046_staff_list_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("opened_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "opened_by")
