"""Ask both sides before a milestone under a signed agreement moves, and let the database hold to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040_milestone_changes"
down_revision = "0039_one_list_of_sectors"
branch_labels = None
depends_on = None

HELD = """
CREATE FUNCTION tangent_milestone_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.title, NEW.owner_id, NEW.due_on) IS DISTINCT FROM (OLD.title, OLD.owner_id, OLD.due_on)
        AND EXISTS (
            SELECT FROM agreements JOIN agreement_versions ON agreement_versions.agreement_id = agreements.id
            WHERE agreements.collaboration_id = NEW.collaboration_id
                AND agreement_versions.in_force_at IS NOT NULL AND agreement_versions.ended_at IS NULL)
        AND NOT EXISTS (
            SELECT FROM milestone_changes
            WHERE milestone_id = NEW.id AND answer = 'agreed'
                AND (title, owner_id, due_on) = (NEW.title, NEW.owner_id, NEW.due_on))
    THEN
        RAISE EXCEPTION 'a milestone under a signed agreement moves as both sides agreed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'milestone_held';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "milestone_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("milestone_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("old_title", sa.Text(), nullable=False),
        sa.Column("old_owner_id", sa.BigInteger(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("company_agrees", sa.Boolean(), nullable=False),
        sa.Column("startup_agrees", sa.Boolean(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "agreed", "refused", "withdrawn", name="answer", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(answer = 'agreed') <= (company_agrees AND startup_agrees)",
            name=op.f("ck_milestone_changes_both_agree"),
        ),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name=op.f("fk_milestone_changes_milestone_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["organisations.id"], name=op.f("fk_milestone_changes_asked_by_id")),
        sa.ForeignKeyConstraint(["old_owner_id"], ["organisations.id"], name=op.f("fk_milestone_changes_old_owner_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_milestone_changes_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_changes")),
    )
    op.create_index(op.f("ix_milestone_changes_milestone_id"), "milestone_changes", ["milestone_id"])
    op.create_index(
        "uq_milestone_changes_open",
        "milestone_changes",
        ["milestone_id"],
        unique=True,
        postgresql_where=sa.text("answer IS NULL"),
    )
    op.execute(HELD)
    op.execute(
        "CREATE TRIGGER milestones_held BEFORE UPDATE OF title, owner_id, due_on ON milestones "
        "FOR EACH ROW EXECUTE FUNCTION tangent_milestone_held()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER milestones_held ON milestones")
    op.execute("DROP FUNCTION tangent_milestone_held()")
    op.drop_table("milestone_changes")
