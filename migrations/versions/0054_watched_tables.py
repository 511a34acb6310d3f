"""Tell kept pages of an organisation's zones, and of each collaboration that begins: a figure of its centre counts it."""

from __future__ import annotations

from alembic import op

revision = "0054_watched_tables"
down_revision = "0053_bound_functions"
branch_labels = None
depends_on = None

TOLD = "EXECUTE FUNCTION tangent_catalogue_changed()"


def upgrade() -> None:
    op.execute(
        "CREATE TRIGGER organisation_zones_catalogue AFTER INSERT OR UPDATE OR DELETE ON organisation_zones "
        f"FOR EACH STATEMENT {TOLD}"
    )
    op.execute(
        "CREATE TRIGGER collaborations_begun AFTER UPDATE OF state ON collaborations FOR EACH ROW "
        f"WHEN ((OLD.state = 'planned') <> (NEW.state = 'planned')) {TOLD}"
    )
    op.execute(
        "CREATE TRIGGER collaborations_added AFTER INSERT ON collaborations FOR EACH ROW "
        f"WHEN (NEW.state <> 'planned') {TOLD}"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER collaborations_added ON collaborations")
    op.execute("DROP TRIGGER collaborations_begun ON collaborations")
    op.execute("DROP TRIGGER organisation_zones_catalogue ON organisation_zones")
