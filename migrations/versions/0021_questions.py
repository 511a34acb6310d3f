"""Let startups ask about open challenges, and calls say until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021_questions"
down_revision = "0013_figures"
branch_labels = None
depends_on = None

STATES = ("asked", "published", "answered", "declined", "withdrawn")
LOCALES = ("en", "fr", "ko")
PUBLIC = ("questions", "question_answers")


def _one_of(column: str, values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.add_column("calls", sa.Column("questions_close_days", sa.Integer(), server_default="3", nullable=False))
    op.add_column("calls", sa.Column("answer_working_days", sa.Integer(), server_default="5", nullable=False))
    op.create_check_constraint(op.f("ck_calls_questions_close"), "calls", "questions_close_days BETWEEN 0 AND 60")
    op.create_check_constraint(op.f("ck_calls_answer_working"), "calls", "answer_working_days BETWEEN 1 AND 30")
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", _one_of("state", STATES, "state"), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=False),
        sa.Column("locale", _one_of("locale", LOCALES, "locale"), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state_since", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'answered') OR (wording IS NOT NULL AND published_at IS NOT NULL "
            "AND answer_by IS NOT NULL)",
            name=op.f("ck_questions_published"),
        ),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenges.id"], name=op.f("fk_questions_challenge_id")),
        sa.ForeignKeyConstraint(["asker_id"], ["organisations.id"], name=op.f("fk_questions_asker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_challenge_id_state"), "questions", ["challenge_id", "state"])
    op.create_index(op.f("ix_questions_asker_id"), "questions", ["asker_id"])
    op.create_table(
        "question_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("side", _one_of("side", ("company", "centre"), "side"), nullable=False),
        sa.Column("locale", _one_of("locale", LOCALES, "locale"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_answers_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answers")),
    )
    op.create_index(op.f("ix_question_answers_question_id"), "question_answers", ["question_id"])
    for table in PUBLIC:
        op.execute(
            f"CREATE TRIGGER {table}_catalogue AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tangent_catalogue_changed()"
        )


def downgrade() -> None:
    op.drop_table("question_answers")
    op.drop_table("questions")
    op.drop_constraint(op.f("ck_calls_answer_working"), "calls", type_="check")
    op.drop_constraint(op.f("ck_calls_questions_close"), "calls", type_="check")
    op.drop_column("calls", "answer_working_days")
    op.drop_column("calls", "questions_close_days")
