"""Let a part of a name be looked for in the index of names alone."""

from __future__ import annotations

from alembic import op

revision = "0036_names_read_from_index"
down_revision = "0035_plain_names"
branch_labels = None
depends_on = None

BEGINNING = "ix_organisation_texts_beginning"


def upgrade() -> None:
    _create(["organisation_id"])


def downgrade() -> None:
    _create([])


def _create(beside: list[str]) -> None:
    op.drop_index(BEGINNING, table_name="organisation_texts")
    op.create_index(
        BEGINNING,
        "organisation_texts",
        ["plain_name"],
        postgresql_ops={"plain_name": "text_pattern_ops"},
        postgresql_include=beside,
    )
