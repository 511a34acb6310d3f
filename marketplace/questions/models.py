"""What startups ask about an open challenge, and what everybody is answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.calls.models import Call, InCall
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import Model, Stateful, one_of, pk
from marketplace.kernel.locales import LOCALES, _l
from marketplace.people.models import Organisation
from marketplace.questions.states import QUESTION

SIDES = ("company", "centre")


class Question(InCall, Stateful, Model):
    """A question in the ``locale`` of who asked it; ``wording`` is what the centre published of it.

    Secrets: ``asker`` and ``original`` are read through ``secrets`` alone; of who asked, no row or event says more.
    """

    __tablename__ = "questions"
    in_the_way = _l("questions about it")
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('published', 'answered') OR (wording IS NOT NULL AND published_at IS NOT NULL "
            "AND answer_by IS NOT NULL)",
            name="published",
        ),
        Index(None, "challenge_id", "state"),
        Index(None, "asker_id"),
    )
    machine = QUESTION

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(QUESTION.states)), default=QUESTION.initial)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES))
    original: Mapped[str]
    wording: Mapped[str | None]
    published_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]

    challenge: Mapped[Challenge] = relationship()
    asker: Mapped[Organisation] = relationship()
    answers: Mapped[list[QuestionAnswer]] = relationship(
        order_by="QuestionAnswer.id", cascade="all, delete-orphan", back_populates="question"
    )

    @property
    def call(self) -> Call | None:
        """The call whose managing centre looks the question over."""
        return self.challenge.call

    @property
    def company_id(self) -> int | None:
        """The company that is asked."""
        return self.challenge.organisation_id

    @property
    def startup_id(self) -> int:
        """The organisation that asked: messages say "the startup", and no more."""
        return self.asker_id

    @property
    def answer(self) -> QuestionAnswer | None:
        """The answer that counts: the last."""
        return self.answers[-1] if self.answers else None

    def is_overdue(self, now: datetime) -> bool:
        """Whether an answer was promised for an earlier instant."""
        return self.state == "published" and self.answer_by is not None and now > self.answer_by


class QuestionAnswer(Model):
    """An answer, and after it each correction. ``side`` says who speaks, never a person.

    Earlier answers are read through ``secrets`` alone.
    """

    __tablename__ = "question_answers"

    id: Mapped[pk]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(one_of("side", SIDES))
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES))
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    question: Mapped[Question] = relationship(back_populates="answers")
