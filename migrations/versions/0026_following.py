"""Let people follow, be told at once or in a digest, and choose which kinds of message they want by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_following"
down_revision = "0025_scale"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")
QUEUED = sa.text("state IN ('queued', 'sending')")


def _instant(name: str, **values: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, **values)  # type: ignore[arg-type]


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    op.create_table(
        "topics",
        _id(),
        sa.Column("challenge_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("centre_id", sa.BigInteger(), nullable=True),
        sa.Column("query", sa.Text(), nullable=True),
        _instant("created_at", server_default=NOW),
        sa.CheckConstraint(
            "num_nonnulls(challenge_id, organisation_id, centre_id, query) = 1", name=op.f("ck_topics_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_topics_challenge_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_topics_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_topics_centre_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("challenge_id", name=op.f("uq_topics_challenge_id")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_topics_organisation_id")),
        sa.UniqueConstraint("centre_id", name=op.f("uq_topics_centre_id")),
        sa.UniqueConstraint("query", name=op.f("uq_topics_query")),
    )
    op.create_table(
        "follows",
        _id(),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum("now", "daily", "weekly", name="frequency", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        _instant("created_at", server_default=NOW),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_follows_user_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_follows_topic_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("topic_id", "user_id", name=op.f("uq_follows_topic_id_user_id")),
    )
    op.create_index(op.f("ix_follows_user_id_id"), "follows", ["user_id", "id"])
    op.create_table(
        "rhythms",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6", name=op.f("ck_rhythms_hour_and_weekday")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_rhythms_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_rhythms")),
    )
    op.create_table(
        "news",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_news_event_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_news_topic_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "topic_id", name=op.f("pk_news")),
    )
    op.create_index(op.f("ix_news_topic_id"), "news", ["topic_id"])
    op.create_table(
        "digest_items",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("follow_id", sa.BigInteger(), nullable=False),
        _instant("due_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_digest_items_user_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_digest_items_event_id")),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follows.id"], name=op.f("fk_digest_items_follow_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "event_id", name=op.f("pk_digest_items")),
    )
    op.create_index(op.f("ix_digest_items_due_at"), "digest_items", ["due_at"])
    op.create_index(op.f("ix_digest_items_follow_id"), "digest_items", ["follow_id"])
    op.create_table(
        "mail_refusals",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_refusals_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_mail_refusals")),
    )
    op.add_column("mails", sa.Column("priority", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))
    op.drop_index("ix_mails_queued", table_name="mails")
    op.create_index("ix_mails_queued", "mails", ["priority", "due_at", "id"], postgresql_where=QUEUED)


def downgrade() -> None:
    op.drop_index("ix_mails_queued", table_name="mails")
    op.create_index("ix_mails_queued", "mails", ["due_at"], postgresql_where=QUEUED)
    op.drop_column("mails", "priority")
    for table in ("mail_refusals", "digest_items", "news", "rhythms", "follows", "topics"):
        op.drop_table(table)
