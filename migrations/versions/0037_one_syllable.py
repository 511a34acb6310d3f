"""Find a Korean word of one syllable also where a particle follows it."""

from __future__ import annotations

from alembic import op

revision = "0037_one_syllable"
down_revision = "0036_names_read_from_index"
branch_labels = None
depends_on = None

# In a text, a word of one syllable and its particle are one pair: 물 is looked for as 물, 물을, 물이 …
SHORT = """
    WHEN length(word) = 1 THEN (
      SELECT string_agg(quote_literal(word || particle), ' | ')::tsquery
      FROM unnest(ARRAY['', '을', '를', '은', '는', '이', '가', '의', '와', '과', '로', '에', '도', '만']) AS particle)"""

HANGUL = r"""
CREATE OR REPLACE FUNCTION tangent_hangul(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE{short}
    WHEN length(word) > 2 AND word ~ '(에서|으로|을|를|은|는|이|가|의|와|과|로|에)$'
      THEN tangent_hangul_joined(word) || tangent_hangul_joined(regexp_replace(word, '(에서|으로|을|를|은|는|이|가|의|와|과|로|에)$', ''))
    ELSE tangent_hangul_joined(word) END
$$
"""


def upgrade() -> None:
    op.execute(HANGUL.replace("{short}", SHORT))


def downgrade() -> None:
    op.execute(HANGUL.replace("{short}", ""))
