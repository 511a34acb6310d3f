"""Count what changes in eligibility results and fit opinions too: the staff's list of applications shows them."""

from __future__ import annotations

from alembic import op

revision = "0038_screening_counts"
down_revision = "0037_one_syllable"
branch_labels = None
depends_on = None

SHOWN = ("eligibility_results", "fit_opinions")


def upgrade() -> None:
    for table in SHOWN:
        op.execute(
            f"CREATE TRIGGER {table}_catalogue AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tangent_catalogue_changed()"
        )


def downgrade() -> None:
    for table in SHOWN:
        op.execute(f"DROP TRIGGER {table}_catalogue ON {table}")
