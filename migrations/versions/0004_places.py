"""Start with the known regions and zones."""

from __future__ import annotations

from alembic import op

from marketplace.places.actions import load_places

revision = "0004_places"
down_revision = "0003_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    load_places(op.get_bind())


def downgrade() -> None:
    """Leaves the places: organisations may stand in them."""
