"""Let staff import files: the file in pieces, its rows, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030_imports"
down_revision = "0028_search"
branch_labels = None
depends_on = None

STATES = (
    "reading", "unreadable", "mapping", "checking", "checked", "running", "done", "stopped", "undone", "discarded",
)  # fmt: skip
VERDICTS = ("added", "changed", "unchanged", "refused")
CLOCK = "clock_timestamp()"


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", _one_of("state", STATES), nullable=False),
        sa.Column("centre_id", sa.BigInteger(), nullable=False),
        sa.Column("started_by_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", _one_of("subject", ("challenges", "calls")), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("programme_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("format", _one_of("format", ("csv", "xlsx", "jsonl")), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("delimiter", sa.Text(), nullable=True),
        sa.Column("headers", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("headers_mark", sa.Text(), nullable=True),
        sa.Column("mapping", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("problem", JSONB(), nullable=True),
        sa.Column("row_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), server_default=sa.text(CLOCK), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text(CLOCK), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text(CLOCK), nullable=False),
        sa.CheckConstraint("call_id IS NULL OR subject = 'challenges'", name=op.f("ck_imports_call")),
        sa.CheckConstraint("(subject = 'calls') = (programme_id IS NOT NULL)", name=op.f("ck_imports_programme")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_imports_centre_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name=op.f("fk_imports_started_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_imports_call_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_imports_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_call_id"), "imports", ["call_id"])
    op.create_index(op.f("ix_imports_centre_id_id"), "imports", ["centre_id", "id"])
    op.create_index(op.f("ix_imports_centre_id_headers_mark"), "imports", ["centre_id", "headers_mark"])
    op.create_table(
        "import_pieces",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_pieces_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_pieces")),
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", JSONB(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("verdict", _one_of("verdict", VERDICTS), nullable=True),
        sa.Column("outcome", _one_of("outcome", VERDICTS), nullable=True),
        sa.Column("reasons", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_version", sa.Integer(), nullable=True),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("made", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_rows")),
    )
    op.create_index(op.f("ix_import_rows_import_id_verdict"), "import_rows", ["import_id", "verdict"])
    op.create_index(op.f("ix_import_rows_import_id_outcome"), "import_rows", ["import_id", "outcome"])
    op.create_index(op.f("ix_import_rows_import_id_key"), "import_rows", ["import_id", "key"])
    op.create_index(
        "ix_import_rows_subject", "import_rows", ["subject_id"], postgresql_where=sa.text("subject_id IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("import_pieces")
    op.drop_table("imports")
