"""Count what the public sees apart from what only staff see; an applicant's writes move nothing public."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045_what_the_public_sees"
down_revision = "0044_dealings"
branch_labels = None
depends_on = None

HIDDEN = ("applications", "decisions", "awards", "users", "eligibility_results", "fit_opinions")
EACH = (
    "CREATE TRIGGER {0}_catalogue AFTER INSERT OR UPDATE OR DELETE ON {0} "
    "FOR EACH STATEMENT EXECUTE FUNCTION tangent_catalogue_changed({1})"
)
COUNTS = (
    "CREATE OR REPLACE FUNCTION tangent_catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN INSERT INTO catalogue_changes {0}; RETURN NULL; END $$"
)


def upgrade() -> None:
    op.add_column(
        "catalogue_changes", sa.Column("is_public", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.execute(COUNTS.format("(is_public) VALUES (TG_NARGS = 0)"))
    for table in HIDDEN:
        op.execute(f"DROP TRIGGER {table}_catalogue ON {table}")
        op.execute(EACH.format(table, "'hidden'"))
    # whose places a decided call announces: a step that leads there or away is told with it
    op.execute(
        "CREATE TRIGGER applications_selected AFTER UPDATE OF state ON applications FOR EACH ROW "
        "WHEN (OLD.state IS DISTINCT FROM NEW.state AND 'selected' IN (OLD.state, NEW.state)) "
        "EXECUTE FUNCTION tangent_catalogue_changed()"
    )
    op.execute(EACH.format("outcomes", ""))


def downgrade() -> None:
    op.execute("DROP TRIGGER outcomes_catalogue ON outcomes")
    op.execute("DROP TRIGGER applications_selected ON applications")
    for table in HIDDEN:
        op.execute(f"DROP TRIGGER {table}_catalogue ON {table}")
        op.execute(EACH.format(table, ""))
    op.execute(COUNTS.format("DEFAULT VALUES"))
    op.drop_column("catalogue_changes", "is_public")
