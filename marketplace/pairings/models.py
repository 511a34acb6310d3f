"""A company and a startup whom the centre brings together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.applications.models import Application
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import Model, Stateful, one_of, pk
from marketplace.network.models import Call, Centre
from marketplace.pairings.states import PAIRING
from marketplace.people.models import Organisation


class Pairing(Stateful, Model):
    """A pair under way; each side answers once, with a reason, until ``answer_by``.

    ``centre`` brokers it: the managing centre, or the co-operating centre of the region.
    """

    __tablename__ = "pairings"
    __table_args__ = (
        CheckConstraint("company_id <> startup_id", name="two_sides"),
        CheckConstraint(
            "state NOT IN ('accepted', 'confirmed') OR (company_accepts AND startup_accepts)", name="both_accept"
        ),
        Index(
            "uq_pairings_application",
            "application_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'accepted', 'confirmed')"),
        ),
        Index(None, "call_id", "state"),
        Index(None, "company_id"),
        Index(None, "startup_id"),
    )
    machine = PAIRING

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(PAIRING.states)), default=PAIRING.initial)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    startup_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    answer_by: Mapped[datetime]
    company_accepts: Mapped[bool | None]
    company_reason: Mapped[str | None]
    company_answered_at: Mapped[datetime | None]
    startup_accepts: Mapped[bool | None]
    startup_reason: Mapped[str | None]
    startup_answered_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship()
    centre: Mapped[Centre] = relationship()
    challenge: Mapped[Challenge | None] = relationship()
    application: Mapped[Application | None] = relationship()
    company: Mapped[Organisation] = relationship(foreign_keys=[company_id])
    startup: Mapped[Organisation] = relationship(foreign_keys=[startup_id])
