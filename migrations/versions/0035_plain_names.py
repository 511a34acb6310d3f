"""Keep the names of organisations as they are compared, so that none is worked out anew for each search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035_plain_names"
down_revision = "0034_way_back"
branch_labels = None
depends_on = None

BEGINNING = "ix_organisation_texts_beginning"


def upgrade() -> None:
    op.drop_index(BEGINNING, table_name="organisation_texts")
    kept = sa.Computed("tangent_plain(name)", persisted=True)
    op.add_column("organisation_texts", sa.Column("plain_name", sa.Text(), kept, nullable=False))
    op.create_index(BEGINNING, "organisation_texts", ["plain_name"], postgresql_ops={"plain_name": "text_pattern_ops"})


def downgrade() -> None:
    op.drop_index(BEGINNING, table_name="organisation_texts")
    op.drop_column("organisation_texts", "plain_name")
    op.create_index(BEGINNING, "organisation_texts", [sa.text("tangent_plain(name) text_pattern_ops")])
