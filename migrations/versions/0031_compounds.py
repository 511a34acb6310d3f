"""Find a Korean compound where it is written apart, and a word asked for with its particle."""

from __future__ import annotations

from alembic import op

revision = "0031_compounds"
down_revision = "0030_imports"
branch_labels = None
depends_on = None

# Of a word of four syllables or more, the pair across one border may be missing: 혁신과제 is found in 혁신 과제. A
# particle at its end is looked for, but need not be there.
HANGUL = r"""
CREATE FUNCTION tangent_hangul(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN length(word) > 2 AND word ~ '(에서|으로|을|를|은|는|이|가|의|와|과|로|에)$'
      THEN tangent_hangul_joined(word) || tangent_hangul_joined(regexp_replace(word, '(에서|으로|을|를|은|는|이|가|의|와|과|로|에)$', ''))
    ELSE tangent_hangul_joined(word) END
$$
"""

JOINED = r"""
CREATE FUNCTION tangent_hangul_joined(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN length(word) BETWEEN 4 AND 12 THEN (
      SELECT string_agg(format('(%s)', plainto_tsquery('pg_catalog.simple',
        tangent_bigrams(left(word, place)) || ' ' || tangent_bigrams(substr(word, place + 1)))), ' | ')::tsquery
      FROM generate_series(2, length(word) - 2) AS place)
    ELSE plainto_tsquery('pg_catalog.simple', tangent_bigrams(word)) END
$$
"""

QUERY = """
CREATE OR REPLACE FUNCTION tangent_query(value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value ~ '[가-힣]|[^\\x01-\\x7f]' THEN
      (plainto_tsquery('pg_catalog.french', tangent_latin(value))
        || plainto_tsquery('pg_catalog.english', tangent_latin(value)))
      && coalesce((SELECT string_agg(format('(%s)', tangent_hangul(word[1])), ' & ')::tsquery
        FROM regexp_matches(tangent_plain(value), '[가-힣]+', 'g') AS word), ''::tsquery)
    ELSE plainto_tsquery('pg_catalog.french', lower(value)) || plainto_tsquery('pg_catalog.english', lower(value)) END
$$
"""

OLD_QUERY = """
CREATE OR REPLACE FUNCTION tangent_query(value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (plainto_tsquery('pg_catalog.french', tangent_latin(value))
          || plainto_tsquery('pg_catalog.english', tangent_latin(value)))
      && plainto_tsquery('pg_catalog.simple', tangent_bigrams(value))
$$
"""


def upgrade() -> None:
    for function in (JOINED, HANGUL, QUERY):
        op.execute(function)


def downgrade() -> None:
    op.execute(OLD_QUERY)
    op.execute("DROP FUNCTION tangent_hangul(text)")
    op.execute("DROP FUNCTION tangent_hangul_joined(text)")
