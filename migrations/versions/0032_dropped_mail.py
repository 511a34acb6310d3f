"""Let a message that is no longer true be dropped before it leaves."""

from __future__ import annotations

from alembic import op

revision = "0032_dropped_mail"
down_revision = "0031_compounds"
branch_labels = None
depends_on = None

NAME = op.f("ck_mails_state")


def _allow(*states: str) -> None:
    op.drop_constraint(NAME, "mails", type_="check")
    op.create_check_constraint(NAME, "mails", f"state IN ({', '.join(repr(state) for state in states)})")


def upgrade() -> None:
    _allow("queued", "sending", "sent", "failed", "dropped")


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE state = 'dropped'")
    _allow("queued", "sending", "sent", "failed")
