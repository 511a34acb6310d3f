"""Let calls be searched like challenges, and names be found by how they begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_search"
down_revision = "0027_claims"
branch_labels = None
depends_on = None

VECTOR = (
    "tangent_weighed(locale, coalesce(title, ''), coalesce(subject, ''), "
    "coalesce(eligibility, '') || ' ' || coalesce(how_to_apply, ''))"
)


def upgrade() -> None:
    op.execute(f"ALTER TABLE call_texts ADD COLUMN search tsvector GENERATED ALWAYS AS ({VECTOR}) STORED NOT NULL")
    op.create_index("ix_call_texts_search", "call_texts", ["search"], postgresql_using="gin")
    op.create_index(
        "ix_organisation_texts_beginning",
        "organisation_texts",
        [sa.text("tangent_plain(name) text_pattern_ops")],
    )


def downgrade() -> None:
    op.drop_index("ix_organisation_texts_beginning", table_name="organisation_texts")
    op.drop_index("ix_call_texts_search", table_name="call_texts")
    op.drop_column("call_texts", "search")
