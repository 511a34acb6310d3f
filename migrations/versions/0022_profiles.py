"""Let organisations choose what others see of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_profiles"
down_revision = "0021_questions"
branch_labels = None
depends_on = None

SHOWN = '\'["description", "website", "sectors", "region", "challenges", "outcomes"]\'::jsonb'


def upgrade() -> None:
    op.add_column("organisations", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("organisations", sa.Column("is_listed", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "organisations", sa.Column("shown", postgresql.JSONB(), server_default=sa.text(SHOWN), nullable=False)
    )
    op.add_column("organisations", sa.Column("is_demo", sa.Boolean(), server_default="false", nullable=False))
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "locale",
            sa.Enum("en", "fr", "ko", name="locale", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contacts_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_organisation_id"), "contacts", ["organisation_id"])
    op.execute(
        "CREATE TRIGGER contacts_catalogue AFTER INSERT OR UPDATE OR DELETE ON contacts "
        "FOR EACH STATEMENT EXECUTE FUNCTION tangent_catalogue_changed()"
    )
    # what the demonstration invented: what stands in its country, and who runs or funds its network
    op.execute(
        "UPDATE organisations SET is_demo = true WHERE region_code LIKE 'XD-%' OR country = 'XD' "
        "OR id IN (SELECT operator_id FROM networks WHERE slug = 'demo') "
        "OR id IN (SELECT funder_id FROM programmes JOIN centres ON centres.id = managing_centre_id WHERE centres.is_demo)"
    )


def downgrade() -> None:
    op.drop_table("contacts")
    for column in ("is_demo", "shown", "is_listed", "claimed_at"):
        op.drop_column("organisations", column)
