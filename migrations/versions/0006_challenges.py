"""Describe anonymous companies by facts, keep what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_challenges"
down_revision = "0005_apply"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenge_snapshots",
        sa.Column("challenge_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_snapshots_challenge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("challenge_id", "number", name=op.f("pk_challenge_snapshots")),
    )
    op.add_column("challenges", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("challenges", sa.Column("described_kind", sa.Text(), nullable=True))
    op.add_column("challenges", sa.Column("described_region", sa.Text(), nullable=True))
    op.add_column("challenges", sa.Column("described_country", sa.Text(), nullable=True))
    op.add_column("challenges", sa.Column("described_sector", sa.Text(), nullable=True))
    op.add_column("challenges", sa.Column("pairs_confirmed", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_challenges_catalogue",
        "challenges",
        ["published_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open' AND NOT is_reference"),
    )
    op.create_foreign_key(
        op.f("fk_challenges_described_region"), "challenges", "regions", ["described_region"], ["code"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_challenges_described_region"), "challenges", type_="foreignkey")
    op.drop_index(
        "ix_challenges_catalogue",
        table_name="challenges",
        postgresql_where=sa.text("state = 'open' AND NOT is_reference"),
    )
    op.drop_column("challenges", "pairs_confirmed")
    op.drop_column("challenges", "described_sector")
    op.drop_column("challenges", "described_country")
    op.drop_column("challenges", "described_region")
    op.drop_column("challenges", "described_kind")
    op.drop_column("challenges", "submitted_at")
    op.drop_table("challenge_snapshots")
