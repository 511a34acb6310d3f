"""Weigh titles in search vectors, make them quicker to build, and index the catalogue's orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_scale"
down_revision = "0022_profiles"
branch_labels = None
depends_on = None

# Most text is plain ASCII, which needs no decomposing.
PLAIN = r"""
CREATE OR REPLACE FUNCTION tangent_plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(value) = length(value) THEN lower(value) ELSE
    lower(normalize(regexp_replace(normalize(coalesce(value, ''), NFD), '[\u0300-\u036f]', '', 'g'), NFC)) END
$$
"""

OLD_PLAIN = r"""
CREATE OR REPLACE FUNCTION tangent_plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(normalize(regexp_replace(normalize(coalesce(value, ''), NFD), '[\u0300-\u036f]', '', 'g'), NFC))
$$
"""

# The same vector as before, with the text made plain once and without bigrams where there is no Hangul.
VECTOR = """
CREATE OR REPLACE FUNCTION tangent_vector(locale text, value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN plain ~ '[가-힣]'
    THEN to_tsvector(config, regexp_replace(plain, '[가-힣]+', ' ', 'g'))
      || to_tsvector('pg_catalog.simple', tangent_bigrams(plain))
    ELSE to_tsvector(config, plain) END
  FROM (SELECT tangent_plain(value) AS plain,
    CASE WHEN locale = 'fr' THEN 'pg_catalog.french'::regconfig ELSE 'pg_catalog.english'::regconfig END AS config) AS a
$$
"""

OLD_VECTOR = """
CREATE OR REPLACE FUNCTION tangent_vector(locale text, value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN locale = 'fr' THEN to_tsvector('pg_catalog.french', tangent_latin(value))
              ELSE to_tsvector('pg_catalog.english', tangent_latin(value)) END
      || to_tsvector('pg_catalog.simple', tangent_bigrams(value))
$$
"""

WEIGHED = """
CREATE FUNCTION tangent_weighed(locale text, title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(tangent_vector(locale, title), 'A') || setweight(tangent_vector(locale, summary), 'B')
      || tangent_vector(locale, body)
$$
"""

TEXTS = {
    "challenge_texts": (
        "tangent_weighed(locale, coalesce(title, ''), coalesce(summary, ''), "
        "coalesce(problem, '') || ' ' || coalesce(why_now, '') || ' ' || coalesce(success_criteria, ''))",
        "tangent_vector(locale, coalesce(title, '') || ' ' || coalesce(summary, '') || ' ' || coalesce(problem, '')"
        " || ' ' || coalesce(why_now, '') || ' ' || coalesce(success_criteria, ''))",
    ),
    "organisation_texts": (
        "tangent_weighed(locale, coalesce(name, ''), '', coalesce(description, ''))",
        "tangent_vector(locale, coalesce(name, '') || ' ' || coalesce(description, ''))",
    ),
}


def _rebuild(place: int) -> None:
    for table, vectors in TEXTS.items():
        op.drop_index(f"ix_{table}_search", table_name=table)
        op.drop_column(table, "search")
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({vectors[place]}) STORED NOT NULL"
        )
        op.create_index(f"ix_{table}_search", table, ["search"], postgresql_using="gin")


def upgrade() -> None:
    for function in (PLAIN, VECTOR, WEIGHED):
        op.execute(function)
    for table in TEXTS:  # what a search reads of a row stays narrow; its texts lie beside it
        op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 256)")
    _rebuild(0)
    op.drop_index("ix_challenges_catalogue", table_name="challenges")
    op.create_index("ix_challenges_updated_at", "challenges", ["updated_at"])
    for column in ("opens_at", "closes_at"):
        op.create_index(
            f"ix_challenges_{column}", "challenges", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )
    op.create_index("ix_challenges_invited", "challenges", ["id"], postgresql_where=sa.text("visibility = 'invited'"))


def downgrade() -> None:
    for name in ("invited", "closes_at", "opens_at", "updated_at"):
        op.drop_index(f"ix_challenges_{name}", table_name="challenges")
    op.create_index(
        "ix_challenges_catalogue",
        "challenges",
        ["published_at", "id"],
        postgresql_where=sa.text("state = 'open' AND NOT is_reference"),
    )
    op.execute(OLD_PLAIN)
    op.execute(OLD_VECTOR)
    _rebuild(1)
    op.execute("DROP FUNCTION tangent_weighed")
    for table in TEXTS:
        op.execute(f"ALTER TABLE {table} RESET (toast_tuple_target)")
