"""An import names the kind of its rows and what they go into, and one of the command line has no centre."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055_import_kinds"
down_revision = "0054_watched_tables"
branch_labels = None
depends_on = None

KIND = """
    CASE WHEN subject = 'calls' AND programme_id IS NULL THEN 'reference_calls' WHEN subject = 'calls' THEN 'draft_calls'
    WHEN call_id IS NULL THEN 'reference_challenges' ELSE 'candidates' END
"""
# Work that waits is found under the names that its module has now.
MOVED = "UPDATE outbox SET reaction = replace(reaction, '{}.', '{}.') WHERE reaction LIKE '{}.%'"
WORK = ("imports.working", "imports.job")


def upgrade() -> None:
    op.add_column("imports", sa.Column("kind", sa.Text()))
    op.add_column("imports", sa.Column("target_id", sa.BigInteger()))
    op.execute(f"UPDATE imports SET kind = {KIND}, target_id = coalesce(call_id, programme_id)")
    op.alter_column("imports", "kind", nullable=False)
    op.drop_index(op.f("ix_imports_call_id"), "imports")
    op.drop_column("imports", "call_id")
    op.drop_column("imports", "programme_id")
    op.drop_column("imports", "subject")
    op.alter_column("imports", "centre_id", nullable=True)
    op.alter_column("imports", "started_by_id", nullable=True)
    op.create_check_constraint(op.f("ck_imports_centre"), "imports", "(centre_id IS NULL) = (started_by_id IS NULL)")
    op.create_index(op.f("ix_imports_target_id"), "imports", ["target_id"])
    op.execute(MOVED.format(*WORK, WORK[0]))


def downgrade() -> None:
    op.execute(MOVED.format(*reversed(WORK), WORK[1]))
    op.drop_index(op.f("ix_imports_target_id"), "imports")
    op.drop_constraint(op.f("ck_imports_centre"), "imports", type_="check")
    # Files of the command line have no place in the earlier table; what they brought stays.
    op.execute("DELETE FROM imports WHERE centre_id IS NULL")
    op.alter_column("imports", "centre_id", nullable=False)
    op.alter_column("imports", "started_by_id", nullable=False)
    subject = sa.Enum("challenges", "calls", name="subject", native_enum=False, length=40)
    op.add_column("imports", sa.Column("subject", subject))
    op.add_column("imports", sa.Column("call_id", sa.BigInteger()))
    op.add_column("imports", sa.Column("programme_id", sa.BigInteger()))
    op.execute("""
        UPDATE imports SET subject = CASE WHEN kind LIKE '%calls' THEN 'calls' ELSE 'challenges' END,
        call_id = CASE WHEN kind = 'candidates' THEN target_id END,
        programme_id = CASE WHEN kind = 'draft_calls' THEN target_id END
    """)
    op.alter_column("imports", "subject", nullable=False)
    op.create_check_constraint(op.f("ck_imports_subject"), "imports", "subject IN ('challenges', 'calls')")
    op.create_check_constraint(op.f("ck_imports_call"), "imports", "call_id IS NULL OR subject = 'challenges'")
    op.create_check_constraint(op.f("ck_imports_programme"), "imports", "programme_id IS NULL OR subject = 'calls'")
    op.create_foreign_key(op.f("fk_imports_call_id"), "imports", "calls", ["call_id"], ["id"])
    op.create_foreign_key(op.f("fk_imports_programme_id"), "imports", "programmes", ["programme_id"], ["id"])
    op.create_index(op.f("ix_imports_call_id"), "imports", ["call_id"])
    op.drop_column("imports", "target_id")
    op.drop_column("imports", "kind")
