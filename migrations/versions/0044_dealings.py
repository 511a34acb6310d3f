"""Say which centre an organisation or a claimant turned to, which network an award is of, and what is set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044_dealings"
down_revision = "0043_one_line"
branch_labels = None
depends_on = None

# The working centre of the region, else of the country; what is in neither waits until its people choose one.
NEAREST = """
    SELECT centre.id FROM organisations AS centre
    WHERE centre.kind = 'centre' AND (centre.source IS NULL OR centre.claimed_at IS NOT NULL)
        AND left(centre.region_code, 2) = left({of}.region_code, 2) AND (centre.is_demo OR NOT {of}.is_demo)
    ORDER BY centre.region_code <> {of}.region_code, centre.is_demo <> {of}.is_demo, centre.id LIMIT 1
"""
VERIFIED_BY = """
    SELECT centre.id FROM events JOIN organisations AS centre ON centre.id = events.acting_id
    WHERE subject_type = 'organisation' AND subject_id = organisations.id AND step = 'organisation.verify'
        AND centre.kind = 'centre'
    ORDER BY events.id DESC LIMIT 1
"""
RECORDED_IN = """
    SELECT centres.network_id FROM events JOIN centres ON centres.id = events.acting_id
    WHERE subject_type = 'award' AND subject_id = awards.id AND step = 'award.record' LIMIT 1
"""


def upgrade() -> None:
    for table, column in (("organisations", "verifying_centre_id"), ("claims", "centre_id")):
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_{column}_organisations"), table, "organisations", [column], ["id"])
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.add_column("awards", sa.Column("network_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_awards_network_id_networks"), "awards", "networks", ["network_id"], ["id"])
    op.create_table(
        "set_asides",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("centre_id", sa.BigInteger(), nullable=False),
        sa.Column("award_id", sa.BigInteger(), nullable=True),
        sa.Column("affiliation_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(award_id, affiliation_id) = 1", name=op.f("ck_set_asides_one_row")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_set_asides_centre_id_centres")),
        sa.ForeignKeyConstraint(
            ["award_id"], ["awards.id"], name=op.f("fk_set_asides_award_id_awards"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["affiliation_id"],
            ["affiliations.id"],
            name=op.f("fk_set_asides_affiliation_id_affiliations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_asides")),
        sa.UniqueConstraint("centre_id", "award_id", name=op.f("uq_set_asides_centre_id_award_id")),
        sa.UniqueConstraint("centre_id", "affiliation_id", name=op.f("uq_set_asides_centre_id_affiliation_id")),
    )
    op.create_index(op.f("ix_set_asides_award_id"), "set_asides", ["award_id"])
    op.create_index(op.f("ix_set_asides_affiliation_id"), "set_asides", ["affiliation_id"])
    _look_back()


def _look_back() -> None:
    """Whoever verified an organisation stays its centre; what waits, waits for the nearest."""
    op.execute(
        f"UPDATE organisations SET verifying_centre_id ="
        f" coalesce(({VERIFIED_BY}), ({NEAREST.format(of='organisations')}))"
        " WHERE kind <> 'centre' AND state IN ('submitted', 'corrections', 'verified')"
    )
    op.execute(
        f"UPDATE claims SET centre_id = ({NEAREST.format(of='claimed')}) FROM organisations AS claimed"
        " WHERE claimed.id = claims.organisation_id AND claimed.kind <> 'centre' AND claims.state = 'open'"
    )
    op.execute(f"UPDATE awards SET network_id = ({RECORDED_IN})")


def downgrade() -> None:
    op.drop_table("set_asides")
    op.drop_column("awards", "network_id")
    op.drop_column("claims", "centre_id")
    op.drop_column("organisations", "verifying_centre_id")
