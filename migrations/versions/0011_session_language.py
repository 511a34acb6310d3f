"""Remember the language of a session, for the mail of people who have set none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_language"
down_revision = "0010_collaborations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_sessions", sa.Column("locale", sa.String(length=40)))
    op.create_check_constraint(op.f("ck_user_sessions_locale"), "user_sessions", "locale IN ('en', 'fr', 'ko')")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_user_sessions_locale"), "user_sessions")
    op.drop_column("user_sessions", "locale")
