"""Know a record by its source and identifier however they are spelt: without marks nobody sees, kinds of signs, case."""

from __future__ import annotations

from alembic import op

revision = "0050_identities"
down_revision = "0049_drawn_numbers"
branch_labels = None
depends_on = None

IDENTITY = r"""
CREATE FUNCTION tangent_identity(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path FROM CURRENT AS $$
  SELECT coalesce(nullif(btrim(regexp_replace(
    regexp_replace(tangent_plain(value), '\(주\)|주식회사', ' ', 'g'), '[ \t\n\u2028\u2029]+', ' ', 'g'), ' '), ''),
    tangent_plain(value))
$$
"""
TABLES = ("challenges", "calls", "organisations")


def upgrade() -> None:
    op.execute(IDENTITY)
    for table in TABLES:
        op.drop_constraint(f"uq_{table}_source_source_id", table, type_="unique")
        # Records that were taken twice stay apart, each as it is.
        op.execute(
            f"UPDATE {table} SET source_id = {table}.source_id || ' · ' || {table}.id FROM {table} AS first "
            f"WHERE first.id < {table}.id AND tangent_identity(first.source) = tangent_identity({table}.source) "
            f"AND tangent_identity(first.source_id) = tangent_identity({table}.source_id)"
        )
        op.execute(
            f"CREATE UNIQUE INDEX uq_{table}_source_source_id ON {table} "
            "(tangent_identity(source), tangent_identity(source_id))"
        )
    op.drop_index("uq_calls_source", "calls")
    op.execute(
        "UPDATE calls SET source = calls.source || ' · ' || calls.id FROM calls AS first "
        "WHERE first.id < calls.id AND first.source_id IS NULL AND calls.source_id IS NULL "
        "AND tangent_identity(first.source) = tangent_identity(calls.source)"
    )
    op.execute("CREATE UNIQUE INDEX uq_calls_source ON calls (tangent_identity(source)) WHERE source_id IS NULL")
    op.execute("UPDATE import_rows SET key = tangent_identity(key) WHERE key <> tangent_identity(key)")


def downgrade() -> None:
    op.drop_index("uq_calls_source", "calls")
    op.execute("CREATE UNIQUE INDEX uq_calls_source ON calls (source) WHERE source_id IS NULL")
    for table in TABLES:
        op.drop_index(f"uq_{table}_source_source_id", table)
        op.create_unique_constraint(f"uq_{table}_source_source_id", table, ["source", "source_id"])
    op.execute("DROP FUNCTION tangent_identity(text)")
