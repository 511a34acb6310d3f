"""Bind what functions call when they are made: a dump is restored, and indexes are tended, without a search path."""

from __future__ import annotations

import re

from alembic import op

revision = "0053_bound_functions"
down_revision = "0052_joined_mail"
branch_labels = None
depends_on = None

OURS = (
    "SELECT pg_get_functiondef(pg_proc.oid) FROM pg_proc JOIN pg_language ON pg_language.oid = prolang "
    "WHERE lanname = 'sql' AND pronamespace = current_schema()::regnamespace AND proname LIKE 'tangent\\_%' "
    "ORDER BY pg_proc.oid"
)
_text = re.compile(r"\nAS \$function\$\s*(.*?);?\s*\$function\$\s*\Z", re.DOTALL)
_bound = re.compile(r"\nBEGIN ATOMIC\s*(.*?);?\s*END\s*\Z", re.DOTALL)


def upgrade() -> None:
    _write(_text, "\nBEGIN ATOMIC\n{};\nEND")


def downgrade() -> None:
    _write(_bound, "\nAS $function$\n{}\n$function$")


def _write(known: re.Pattern[str], form: str) -> None:
    connection = op.get_bind()
    for (made,) in connection.exec_driver_sql(OURS).all():
        if (body := known.search(made)) is not None:
            connection.exec_driver_sql(made[: body.start()] + form.format(body[1]))
