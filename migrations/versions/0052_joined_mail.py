"""Let several pieces of news to one person leave as one message."""

from __future__ import annotations

from alembic import op

revision = "0052_joined_mail"
down_revision = "0051_days"
branch_labels = None
depends_on = None

STATES = ("queued", "sending", "sent", "failed", "dropped")


def _hold(states: tuple[str, ...]) -> None:
    op.execute("ALTER TABLE mails DROP CONSTRAINT ck_mails_state")
    named = ", ".join(f"'{state}'" for state in states)
    op.execute(f"ALTER TABLE mails ADD CONSTRAINT ck_mails_state CHECK (state IN ({named}))")


def upgrade() -> None:
    _hold((*STATES, "joined"))


def downgrade() -> None:
    op.execute("UPDATE mails SET state = 'sent' WHERE state = 'joined'")
    _hold(STATES)
