"""Networks, their centres, and the programmes they run."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from marketplace.kernel.db import Model, Versioned, one_line, one_of, pk
from marketplace.kernel.locales import LOCALES, Translated, pick_part
from marketplace.people.models import Organisation


class Network(Versioned, Model):
    """Centres that share challenges, services and evidence; its operator's staff watch over them alone."""

    __tablename__ = "networks"

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(unique=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), unique=True)

    operator: Mapped[Organisation] = relationship()
    centres: Mapped[list[Centre]] = relationship(back_populates="network", order_by="Centre.slug")


class Centre(Versioned, Model):
    """A regional innovation centre: an organisation of kind ``centre`` with a zone (IANA) and a contact."""

    __tablename__ = "centres"

    id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(unique=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    time_zone: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"), default=list)
    contact_name: Mapped[str | None] = mapped_column(one_line("contact_name"))
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    network: Mapped[Network] = relationship(back_populates="centres")


programme_centres = Table(
    "programme_centres",
    Model.metadata,
    Column("programme_id", ForeignKey("programmes.id", ondelete="CASCADE"), primary_key=True),
    Column("centre_id", ForeignKey("centres.id"), primary_key=True),
)


class Programme(Versioned, Model):
    """Years of funding under one managing centre; co-operating centres see and broker their own region's cases."""

    __tablename__ = "programmes"
    __table_args__ = (CheckConstraint("first_year <= last_year", name="years"),)

    id: Mapped[pk]
    managing_centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), index=True)
    funder_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    first_year: Mapped[int]
    last_year: Mapped[int]
    budget: Mapped[Decimal | None]
    currency: Mapped[str | None]

    managing_centre: Mapped[Centre] = relationship()
    funder: Mapped[Organisation | None] = relationship()
    cooperating_centres: Mapped[list[Centre]] = relationship(secondary=programme_centres, order_by=Centre.slug)
    texts: Mapped[dict[str, ProgrammeText]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="selectin"
    )

    def name(self, locale: str) -> Translated:
        """Its name in ``locale``, or in the language it has."""
        return pick_part(self.texts, "name", locale)


class ProgrammeText(Model):
    """A programme's name and summary in one language."""

    __tablename__ = "programme_texts"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES), primary_key=True)
    name: Mapped[str] = mapped_column(one_line("name"))
    summary: Mapped[str] = mapped_column(default="")
