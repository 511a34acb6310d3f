"""Keep reserve ranks apart, per call and challenge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_decide"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("call_id", sa.BigInteger(), nullable=True))
    op.add_column("decisions", sa.Column("challenge_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE decisions SET call_id = a.call_id, challenge_id = a.challenge_id"
        " FROM applications a WHERE a.id = decisions.application_id"
    )
    op.alter_column("decisions", "call_id", nullable=False)
    op.create_index(op.f("ix_decisions_call_id_outcome"), "decisions", ["call_id", "outcome"])
    op.create_foreign_key(op.f("fk_decisions_challenge_id"), "decisions", "challenges", ["challenge_id"], ["id"])
    op.create_foreign_key(op.f("fk_decisions_call_id"), "decisions", "calls", ["call_id"], ["id"])
    # Deferred, so that a whole list can be numbered anew within one transaction.
    op.execute(
        "ALTER TABLE decisions ADD CONSTRAINT ex_decisions_rank EXCLUDE USING btree"
        " (call_id WITH =, coalesce(challenge_id, 0) WITH =, rank WITH =)"
        " WHERE (outcome = 'reserve') DEFERRABLE INITIALLY DEFERRED"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE decisions DROP CONSTRAINT ex_decisions_rank")
    op.drop_constraint(op.f("fk_decisions_call_id"), "decisions", type_="foreignkey")
    op.drop_constraint(op.f("fk_decisions_challenge_id"), "decisions", type_="foreignkey")
    op.drop_index(op.f("ix_decisions_call_id_outcome"), table_name="decisions")
    op.drop_column("decisions", "challenge_id")
    op.drop_column("decisions", "call_id")
