"""A company and a startup whom the centre brings together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.applications.models import Application
from marketplace.calls.models import Call, InCall
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import Model, Stateful, one_of, pk
from marketplace.kernel.locales import _l
from marketplace.network.models import Centre
from marketplace.pairings.states import PAIRING
from marketplace.people.models import Organisation


class Pairing(InCall, Stateful, Model):
    """A pair under way; each side answers once, with a reason, until ``answer_by``.

    ``centre`` brokers it: the managing centre, or the co-operating centre of the region.
    """

    __tablename__ = "pairings"
    in_the_way = _l("pairs built on it")
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

    def state_at(self, now: datetime) -> str:
        """The state that holds at ``now``: expired by its date even before a job has run.

        ``queries.state_at`` is the same in SQL.
        """
        return "expired" if self.state == "requested" and now > self.answer_by else self.state

    @property
    def silent_ids(self) -> list[int]:
        """The sides that have not answered yet, the company first."""
        sides = ((self.company_id, self.company_accepts), (self.startup_id, self.startup_accepts))
        return [side for side, accepts in sides if accepts is None]

    def side_of(self, organisation_id: int | None) -> str | None:
        """Which side an organisation is: company, startup, or None."""
        return {self.company_id: "company", self.startup_id: "startup"}.get(organisation_id or 0)
