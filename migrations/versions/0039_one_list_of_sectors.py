"""Keep organisations' sectors under the codes that calls, challenges and filters know.

Nothing is taken back on the way down: these codes were known before too.
"""

from __future__ import annotations

import json

from alembic import op

revision = "0039_one_list_of_sectors"
down_revision = "0038_screening_counts"
branch_labels = None
depends_on = None

# What a code of the profile becomes; the first of several where one alone is described.
BECOMES = {
    "aerospace": ["space", "security"],
    "agri_food": ["food", "agriculture"],
    "bio_health": ["bio", "health"],
    "ict": ["software"],
    "semiconductors": ["electronics"],
}
OLD = ", ".join(f"'{code}'" for code in BECOMES)


def upgrade() -> None:
    becomes = f"CAST('{json.dumps(BECOMES)}' AS jsonb)"
    op.get_bind().exec_driver_sql(
        f"""
        UPDATE organisations SET sectors = (
            SELECT jsonb_agg(code ORDER BY place) FROM (
                SELECT new.code, min(old.place * 10 + new.place) AS place
                FROM jsonb_array_elements_text(sectors) WITH ORDINALITY AS old(code, place),
                    jsonb_array_elements_text(
                        coalesce({becomes} -> old.code, jsonb_build_array(old.code))
                    ) WITH ORDINALITY AS new(code, place)
                GROUP BY new.code
            ) AS codes
        ) WHERE EXISTS (SELECT FROM jsonb_array_elements_text(sectors) AS old(code) WHERE code IN ({OLD}))
        """
    )
    op.get_bind().exec_driver_sql(
        f"UPDATE challenges SET described_sector = {becomes} -> described_sector ->> 0 "
        f"WHERE described_sector IN ({OLD})"
    )


def downgrade() -> None:
    pass
