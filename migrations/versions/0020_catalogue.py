"""Count what changes in the public tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_catalogue"
down_revision = "0011_language"
branch_labels = None
depends_on = None

PUBLIC = (
    "regions",
    "zones",
    "organisations",
    "organisation_texts",
    "networks",
    "centres",
    "programmes",
    "programme_texts",
    "programme_centres",
    "calls",
    "call_texts",
    "stages",
    "eligibility_rules",
    "challenges",
    "challenge_texts",
    "applications",
    "decisions",
    "awards",
    "users",
)


def upgrade() -> None:
    op.create_table(
        "catalogue_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_changes")),
    )
    op.execute(
        "CREATE FUNCTION tangent_catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO catalogue_changes DEFAULT VALUES; RETURN NULL; END $$"
    )
    for table in PUBLIC:
        op.execute(
            f"CREATE TRIGGER {table}_catalogue AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tangent_catalogue_changed()"
        )


def downgrade() -> None:
    for table in PUBLIC:
        op.execute(f"DROP TRIGGER {table}_catalogue ON {table}")
    op.execute("DROP FUNCTION tangent_catalogue_changed()")
    op.drop_table("catalogue_changes")
