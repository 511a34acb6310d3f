"""Visits."""

from __future__ import annotations

from marketplace.visits.states import VISIT
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, Stateful, pk


class Visit(Stateful, Model):
    """Who visits which centre, and to see what."""

    __tablename__ = "visits"
    machine = VISIT

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(default=VISIT.initial)
    startup_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    title: Mapped[str]
    locale: Mapped[str]
