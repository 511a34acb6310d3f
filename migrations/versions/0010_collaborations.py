"""Record who ended a collaboration, consents and offered texts; hold what was signed or verified."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_collaborations"
down_revision = "0006_challenges"
branch_labels = None
depends_on = None

# A verified outcome never changes but in its state and in the consents to publish it.
OUTCOME = """
CREATE FUNCTION tangent_outcome_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state NOT IN ('verified', 'published', 'superseded') THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR
     (NEW.collaboration_id, NEW.kind, NEW.value, NEW.currency, NEW.happened_on, NEW.evidence_url, NEW.description,
      NEW.supersedes_id)
     IS DISTINCT FROM
     (OLD.collaboration_id, OLD.kind, OLD.value, OLD.currency, OLD.happened_on, OLD.evidence_url, OLD.description,
      OLD.supersedes_id)
  THEN
    RAISE EXCEPTION 'a verified outcome cannot change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""

# A text that anybody signed never changes, nor do its parties.
VERSION = """
CREATE FUNCTION tangent_version_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM signatures s JOIN agreement_parties p ON p.id = s.party_id WHERE p.version_id = OLD.id)
  THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR
     (NEW.agreement_id, NEW.number, NEW.purpose, NEW.starts_on, NEW.ends_on, NEW.amount, NEW.currency, NEW.ip_option,
      NEW.ip_terms, NEW.governing_law, NEW.ruling_locale, NEW.text)
     IS DISTINCT FROM
     (OLD.agreement_id, OLD.number, OLD.purpose, OLD.starts_on, OLD.ends_on, OLD.amount, OLD.currency, OLD.ip_option,
      OLD.ip_terms, OLD.governing_law, OLD.ruling_locale, OLD.text)
  THEN
    RAISE EXCEPTION 'a signed text cannot change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""

PARTY = """
CREATE FUNCTION tangent_party_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM signatures s JOIN agreement_parties p ON p.id = s.party_id
             WHERE p.version_id = coalesce(OLD.version_id, NEW.version_id)) THEN
    RAISE EXCEPTION 'the parties of a signed text cannot change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""

HELD = (
    ("outcomes", "tangent_outcome_held"),
    ("agreement_versions", "tangent_version_held"),
    ("agreement_parties", "tangent_party_held"),
)


def upgrade() -> None:
    op.add_column(
        "collaborations",
        sa.Column(
            "ended_by",
            sa.Enum(
                "company",
                "startup",
                "both",
                "centre",
                name="ended_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "agreement_versions",
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
    )
    op.add_column("agreement_versions", sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "outcomes", sa.Column("company_may_publish", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.alter_column("outcomes", "company_may_publish", server_default=None)
    for function in (OUTCOME, VERSION, PARTY):
        op.execute(function)
    for table, function in HELD:
        op.execute(
            f"CREATE TRIGGER {table}_held BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    for table, function in HELD:
        op.execute(f"DROP TRIGGER {table}_held ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_column("outcomes", "company_may_publish")
    op.drop_column("agreement_versions", "offered_at")
    op.drop_column("agreement_versions", "created_at")
    op.drop_column("collaborations", "ended_by")
