"""Compare words without the many ways to write one letter, and find what is written apart, joined or hyphenated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041_letters"
down_revision = "0040_milestone_changes"
branch_labels = None
depends_on = None

UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u2800\u3164"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0"
    "™®©℠"
)
APOSTROPHES, HYPHENS = "´ʹʻʼʽˈ‘’‛′", "‐‑‒–—―−﹘"
FROM = APOSTROPHES + HYPHENS + UNSEEN  # what has no counterpart is taken out
TO = "''" * len(APOSTROPHES) + "-" * len(HYPHENS)

# Most text is plain ASCII, which needs no decomposing.
PLAIN = rf"""
CREATE OR REPLACE FUNCTION tangent_plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(value) = length(value) THEN lower(value) ELSE
    normalize(translate(replace(replace(replace(replace(replace(
      lower(regexp_replace(normalize(translate(coalesce(value, ''), '{FROM}', '{TO}'), NFKD),
        '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]', '', 'g')),
      'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'þ', 'th'), 'ŋ', 'ng'),
      'øłđðħıȷŧƒςʼ', 'olddhijtfσ'''), NFC) END
$$
"""

SQUEEZED = r"""
CREATE FUNCTION tangent_squeezed(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(tangent_plain(value), E' \t\n''-', '')
$$
"""

# Wi-Fi as wifi, O'Brien as obrien; an elided article is no part of a word.
TOGETHER = r"""
CREATE FUNCTION tangent_together(plain text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    regexp_replace(plain, '(?<=[[:alnum:]])-(?=[[:alnum:]])', '', 'g'),
    '\m(?!([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'')([[:alnum:]]+)''(?=[[:alnum:]]{3})', '\1', 'g')
$$
"""

APART = r"""
CREATE FUNCTION tangent_apart(plain text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(plain, '-+/', '   ')
$$
"""

# Words that are written in several parts, in one, each with two neighbours on either side for phrases.
COMPOUNDS = r"""
CREATE FUNCTION tangent_compounds(plain text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_agg(tangent_apart(tangent_together(concat_ws(' ', before2, before, word, after, after2))), ' ')
  FROM (
    SELECT word, lag(word) OVER words AS before, lag(word, 2) OVER words AS before2,
      lead(word) OVER words AS after, lead(word, 2) OVER words AS after2
    FROM regexp_split_to_table(plain, '\s+') WITH ORDINALITY AS split(word, place) WINDOW words AS (ORDER BY place)
  ) AS near
  WHERE word ~ '[[:alpha:]]' AND word <> tangent_together(word)
$$
"""

WORDS = r"""
CREATE FUNCTION tangent_words(config regconfig, plain text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN plain ~ '[-''+/]'
    THEN to_tsvector(config, tangent_apart(plain)) || to_tsvector(config, coalesce(tangent_compounds(plain), ''))
    ELSE to_tsvector(config, plain) END
$$
"""

VECTOR = """
CREATE OR REPLACE FUNCTION tangent_vector(locale text, value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN plain ~ '[가-힣]'
    THEN tangent_words(config, regexp_replace(plain, '[가-힣]+', ' ', 'g'))
      || to_tsvector('pg_catalog.simple', tangent_bigrams(plain))
    ELSE tangent_words(config, plain) END
  FROM (SELECT tangent_plain(value) AS plain,
    CASE WHEN locale = 'fr' THEN 'pg_catalog.french'::regconfig ELSE 'pg_catalog.english'::regconfig END AS config OFFSET 0) AS a
$$
"""

# The parts one after the other, or the word in one; the parts alone only where none is too common to be looked for.
WORD = r"""
CREATE FUNCTION tangent_word(config regconfig, word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN numnode(parts) > 2 THEN parts || whole ELSE whole END
  FROM (SELECT plainto_tsquery(config, tangent_apart(tangent_together(word))) AS whole,
    phraseto_tsquery(config, regexp_replace(tangent_apart(word),
      '(?<=[[:alpha:]])(?=[[:digit:]])|(?<=[[:digit:]])(?=[[:alpha:]])', ' ', 'g')) AS parts) AS a
$$
"""

# Of two words of which one is short or a figure, the two in one: covid 19, wi fi, 3 d.
PAIRS = r"""
CREATE FUNCTION tangent_pairs(plain text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(regexp_replace(regexp_replace(plain,
    '\m([[:alpha:]]{2,}) +([[:digit:]]+)\M', '\1\2', 'g'),
    '\m([[:digit:]]+) +([[:alpha:]])\M', '\1\2', 'g'),
    '\m(?!(a|an|as|at|au|by|d|de|du|en|et|in|is|it|l|la|le|of|on|or|ou|to|un)\M)([[:alpha:]]{1,2}) +([[:alpha:]]{2,})\M',
    '\1\2', 'g')
$$
"""

ASKED = r"""
CREATE FUNCTION tangent_asked(config regconfig, plain text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN pairs = plain THEN said
    ELSE said || plainto_tsquery(config, tangent_apart(tangent_together(pairs))) END
  FROM (SELECT tangent_pairs(plain) AS pairs, CASE WHEN plain ~ '[-''+/0-9]' THEN coalesce((
      SELECT string_agg(format('(%s)', part), ' & ')::tsquery
      FROM (SELECT tangent_word(config, word) AS part FROM regexp_split_to_table(plain, '\s+') AS word) AS parts
      WHERE numnode(part) > 0), ''::tsquery)
    ELSE plainto_tsquery(config, plain) END AS said) AS a
$$
"""

QUERY = """
CREATE OR REPLACE FUNCTION tangent_query(value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN plain ~ '[가-힣]' THEN
      (tangent_asked('pg_catalog.french', latin) || tangent_asked('pg_catalog.english', latin))
      && coalesce((SELECT string_agg(format('(%s)', tangent_hangul(word[1])), ' & ')::tsquery
        FROM regexp_matches(plain, '[가-힣]+', 'g') AS word), ''::tsquery)
    ELSE tangent_asked('pg_catalog.french', plain) || tangent_asked('pg_catalog.english', plain) END
  FROM (SELECT tangent_plain(value) AS plain, tangent_latin(value) AS latin) AS a
$$
"""

PHRASED = r"""
CREATE FUNCTION tangent_phrased(config regconfig, plain text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN numnode(parts) > 2 THEN said || whole || parts ELSE said || whole END
  FROM (SELECT phraseto_tsquery(config, tangent_apart(plain)) AS said,
    phraseto_tsquery(config, tangent_apart(tangent_together(tangent_pairs(plain)))) AS whole,
    phraseto_tsquery(config, regexp_replace(tangent_apart(plain),
      '(?<=[[:alpha:]])(?=[[:digit:]])|(?<=[[:digit:]])(?=[[:alpha:]])', ' ', 'g')) AS parts) AS a
$$
"""

PHRASE = r"""
CREATE FUNCTION tangent_phrase(value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (tangent_phrased('pg_catalog.french', latin) || tangent_phrased('pg_catalog.english', latin))
    && phraseto_tsquery('pg_catalog.simple', tangent_bigrams(value))
  FROM (SELECT tangent_latin(value) AS latin) AS a
$$
"""

NEW = (
    "tangent_phrase(text)",
    "tangent_phrased(regconfig, text)",
    "tangent_asked(regconfig, text)",
    "tangent_pairs(text)",
    "tangent_word(regconfig, text)",
    "tangent_words(regconfig, text)",
    "tangent_compounds(text)",
    "tangent_apart(text)",
    "tangent_together(text)",
    "tangent_squeezed(text)",
)

OLD_PLAIN = r"""
CREATE OR REPLACE FUNCTION tangent_plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(value) = length(value) THEN lower(value) ELSE
    lower(normalize(regexp_replace(normalize(coalesce(value, ''), NFD), '[\u0300-\u036f]', '', 'g'), NFC)) END
$$
"""

OLD_VECTOR = """
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

OLD_QUERY = """
CREATE OR REPLACE FUNCTION tangent_query(value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value ~ '[가-힣]|[^\\x01-\\x7f]' THEN
      (plainto_tsquery('pg_catalog.french', tangent_latin(value))
        || plainto_tsquery('pg_catalog.english', tangent_latin(value)))
      && coalesce((SELECT string_agg(format('(%s)', tangent_hangul(word[1])), ' & ')::tsquery
        FROM regexp_matches(tangent_plain(value), '[가-힣]+', 'g') AS word), ''::tsquery)
    ELSE plainto_tsquery('pg_catalog.french', lower(value)) || plainto_tsquery('pg_catalog.english', lower(value)) END
$$
"""

VECTORS = {
    "challenge_texts": (
        "tangent_weighed(locale, coalesce(title, ''), coalesce(summary, ''), "
        "coalesce(problem, '') || ' ' || coalesce(why_now, '') || ' ' || coalesce(success_criteria, ''))"
    ),
    "organisation_texts": "tangent_weighed(locale, coalesce(name, ''), '', coalesce(description, ''))",
    "call_texts": (
        "tangent_weighed(locale, coalesce(title, ''), coalesce(subject, ''), "
        "coalesce(eligibility, '') || ' ' || coalesce(how_to_apply, ''))"
    ),
}
BEGINNING, PLAIN_NAME = "ix_organisation_texts_beginning", "ix_organisation_texts_plain_name"


def upgrade() -> None:
    for function in (PLAIN, SQUEEZED, TOGETHER, APART, COMPOUNDS, WORDS, VECTOR):
        op.execute(function)
    for function in (WORD, PAIRS, ASKED, QUERY, PHRASED, PHRASE):
        op.execute(function)
    op.drop_index(BEGINNING, table_name="organisation_texts")
    _rebuild()
    _keep("squeezed_name", "tangent_squeezed(name)")
    op.create_index(PLAIN_NAME, "organisation_texts", ["plain_name"])
    _index_beginning("squeezed_name")


def downgrade() -> None:
    op.drop_index(BEGINNING, table_name="organisation_texts")
    op.drop_index(PLAIN_NAME, table_name="organisation_texts")
    op.drop_column("organisation_texts", "squeezed_name")
    for function in (OLD_PLAIN, OLD_VECTOR, OLD_QUERY):
        op.execute(function)
    _rebuild()
    _index_beginning("plain_name")
    for name in NEW:
        op.execute(f"DROP FUNCTION {name}")


def _keep(name: str, computed: str) -> None:
    kept = sa.Computed(computed, persisted=True)
    op.add_column("organisation_texts", sa.Column(name, sa.Text(), kept, nullable=False))


def _rebuild() -> None:
    """Work out anew what is kept of each text."""
    op.drop_column("organisation_texts", "plain_name")
    _keep("plain_name", "tangent_plain(name)")
    for table, vector in VECTORS.items():
        op.drop_index(f"ix_{table}_search", table_name=table)
        op.drop_column(table, "search")
        op.execute(f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({vector}) STORED NOT NULL")
        op.create_index(f"ix_{table}_search", table, ["search"], postgresql_using="gin")


def _index_beginning(column: str) -> None:
    op.create_index(
        BEGINNING,
        "organisation_texts",
        [column],
        postgresql_ops={column: "text_pattern_ops"},
        postgresql_include=["organisation_id"],
    )
