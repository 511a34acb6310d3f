"""Keep names and titles in one line, and addresses as mail travels by them; mend what was stored otherwise."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op
from email_validator import EmailNotValidError, validate_email

revision = "0043_one_line"
down_revision = "0042_hidden_rows"
branch_labels = None
depends_on = None

LINES = {
    "awards": ("title",),
    "call_texts": ("title",),
    "centres": ("contact_name",),
    "challenge_texts": ("title", "anonymous_as"),
    "challenges": ("owner_name", "owner_role"),
    "claims": ("position",),
    "collaborations": ("title",),
    "contacts": ("name", "role"),
    "follows": ("name",),
    "milestones": ("title",),
    "organisation_texts": ("name",),
    "programme_texts": ("name",),
    "representatives": ("name",),
    "users": ("name",),
}
ENDS = r"[\n\r\v\f\u0085\u2028\u2029]"
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def upgrade() -> None:
    op.execute("ALTER TABLE milestones DISABLE TRIGGER USER")  # what is signed keeps its words, in one line
    for table, columns in LINES.items():
        for column in columns:
            op.execute(
                f"UPDATE {table} SET {column} ="
                rf" btrim(regexp_replace(translate({column}, '{TURNING}', ''), '[ \t]*{ENDS}\s*', ' ', 'g'))"
                rf" WHERE {column} ~ '{ENDS}|[{TURNING}]'"
            )
            op.create_check_constraint(f"{column}_line", table, rf"{column} !~ '{ENDS}'")
    op.execute("ALTER TABLE milestones ENABLE TRIGGER USER")
    for table in ("users", "invitations", "contacts"):
        _mend_addresses(table, is_alone=table == "users")


def downgrade() -> None:
    for table, columns in LINES.items():
        for column in columns:
            op.drop_constraint(f"{column}_line", table, type_="check")


def _mend_addresses(table: str, is_alone: bool) -> None:
    """Write each address as it is taken from now on; one whose form another account has stays, and is told apart."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT id, email FROM {table} WHERE email ~ '[^\\x21-\\x7e]'")).all()
    taken = set(connection.scalars(sa.text(f"SELECT email FROM {table}"))) if is_alone else set()
    for id, email in rows:
        if (found := _normal(email)) != email and found not in taken:
            connection.execute(sa.text(f"UPDATE {table} SET email = :new WHERE id = :id"), {"new": found, "id": id})
            taken |= {found} if is_alone else set()


def _normal(email: str) -> str:
    composed = unicodedata.normalize("NFKC", email).lower()
    seen = "".join(c for c in composed if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    try:
        found = validate_email(seen, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return seen
    return f"{found.local_part}@{found.ascii_domain}".lower()
