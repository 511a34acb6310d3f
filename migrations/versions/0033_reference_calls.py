"""Keep notices of calls held elsewhere: several of one source, each by the source's own identifier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033_reference_calls"
down_revision = "0032_dropped_mail"
branch_labels = None
depends_on = None

HOLDS = sa.text("source_id IS NULL")


def upgrade() -> None:
    for name in ("source_id", "source_url", "licence"):
        op.add_column("calls", sa.Column(name, sa.Text(), nullable=True))
    op.drop_constraint("uq_calls_source", "calls", type_="unique")
    op.create_index("uq_calls_source", "calls", ["source"], unique=True, postgresql_where=HOLDS)
    op.create_unique_constraint("uq_calls_source_source_id", "calls", ["source", "source_id"])
    op.create_check_constraint(
        op.f("ck_calls_source_id"), "calls", "source_id IS NULL OR (is_reference AND source IS NOT NULL)"
    )
    op.drop_constraint(op.f("ck_imports_programme"), "imports", type_="check")
    op.create_check_constraint(op.f("ck_imports_programme"), "imports", "programme_id IS NULL OR subject = 'calls'")


def downgrade() -> None:
    # Notices and the imports that brought them have no place in the earlier tables.
    op.execute("DELETE FROM imports WHERE subject = 'calls' AND programme_id IS NULL")
    op.execute("DELETE FROM calls WHERE source_id IS NOT NULL")
    op.drop_constraint(op.f("ck_imports_programme"), "imports", type_="check")
    op.create_check_constraint(
        op.f("ck_imports_programme"), "imports", "(subject = 'calls') = (programme_id IS NOT NULL)"
    )
    op.drop_constraint(op.f("ck_calls_source_id"), "calls", type_="check")
    op.drop_constraint("uq_calls_source_source_id", "calls", type_="unique")
    op.drop_index("uq_calls_source", "calls")
    op.create_unique_constraint("uq_calls_source", "calls", ["source"])
    for name in ("licence", "source_url", "source_id"):
        op.drop_column("calls", name)
