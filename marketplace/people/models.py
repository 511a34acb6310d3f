"""People, how they sign in, the organisations they belong to and what they consented to."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    Numeric,
    Table,
    UniqueConstraint,
    and_,
    column,
    func,
    table,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from marketplace.kernel import search
from marketplace.kernel.db import Model, Stateful, Versioned, one_line, one_of, pk
from marketplace.kernel.locales import LOCALES, Translated, pick_part
from marketplace.people.states import CLAIM, ORGANISATION
from marketplace.places.hours import zone_of_place
from marketplace.places.models import Region, Zone

KINDS = (
    "large", "mid_size", "public", "sme", "startup", "non_profit", "municipality",
    "chamber", "research", "support", "funder", "centre",
)  # fmt: skip
DEMAND_KINDS = frozenset({"large", "mid_size", "public", "sme", "non_profit", "municipality"})
LEGAL_FORMS = ("sole_trader", "company", "cooperative", "association", "public_body", "other")
ORIGINS = ("new", "converted", "restarted")
ROLES = ("owner", "member", "manager", "broker", "network_staff", "evaluator")
LEADING_ROLES = ("owner", "manager", "network_staff")
# What an organisation may show of itself beside its name, kind and standing; and what it shows until it chooses.
SECTIONS = (
    "description", "website", "sectors", "region", "figures", "people", "challenges", "wins", "outcomes",
)  # fmt: skip
SHOWN_AT_FIRST = ("description", "website", "sectors", "region", "challenges", "outcomes")
CENTRES = table("centres", column("id"), column("time_zone"))  # of a package above
CONSENTS = ("terms", "privacy", "contact", "statistics")
TOKEN_PURPOSES = ("verify_email", "reset_password")


class User(Versioned, Model):
    """A person who may sign in; ``name`` is the one display name, in the order they write it."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[pk]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(one_line("name"))
    locale: Mapped[str | None] = mapped_column(one_of("locale", LOCALES))
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    opened_by: Mapped[str | None]  # hash of what the browser that signed up holds, until the address is confirmed
    time_zone: Mapped[str | None]  # of the zone database; None: that of the organisation acted for
    going_to: Mapped[str | None]  # the page that led to signing up, until the first sign-in leads back there

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")


class UserSession(Model):
    """A signed-in session on one device; the cookie holds its token, the row only the token's hash."""

    __tablename__ = "user_sessions"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None]
    device: Mapped[str | None]
    locale: Mapped[str | None] = mapped_column(one_of("locale", LOCALES))

    user: Mapped[User] = relationship()
    membership: Mapped[Membership | None] = relationship()


class MailToken(Model):
    """A link sent by e-mail that works once, until it expires; the row keeps its hash."""

    __tablename__ = "mail_tokens"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(one_of("purpose", TOKEN_PURPOSES))
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Model):
    """A failed sign-in, counted per account and address; written outside the refused request."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))

    id: Mapped[pk]
    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Consent(Model):
    """One consent, asked on its own; a withdrawal closes the row and a new consent is a new row."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("uq_consents_live", "user_id", "kind", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
    )

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(one_of("kind", CONSENTS))
    given_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    withdrawn_at: Mapped[datetime | None]


organisation_zones = Table(
    "organisation_zones",
    Model.metadata,
    Column("organisation_id", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column("zone_code", ForeignKey("zones.code"), primary_key=True),
)


class Organisation(Stateful, Model):
    """One profile, typed once and used everywhere.

    ``opened_on`` counts for a sole trader, ``registered_on`` for a company. ``source`` and ``source_id`` mark a
    record imported from elsewhere, which nobody manages until its people claim it. ``shown`` are the sections that
    strangers see; ``is_listed`` says that it may be found in the directory and by search engines.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        UniqueConstraint("registration_scheme", "registration_number"),
        Index(
            "uq_organisations_source_source_id",
            text("tangent_identity(source)"),
            text("tangent_identity(source_id)"),
            unique=True,
        ),
        Index(None, "region_code", "kind"),
    )
    machine = ORGANISATION

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(ORGANISATION.states)), default=ORGANISATION.initial)
    kind: Mapped[str] = mapped_column(one_of("kind", KINDS))
    registration_scheme: Mapped[str | None]
    registration_number: Mapped[str | None]
    legal_form: Mapped[str | None] = mapped_column(one_of("legal_form", LEGAL_FORMS))
    opened_on: Mapped[date | None]
    registered_on: Mapped[date | None]
    origin: Mapped[str | None] = mapped_column(one_of("origin", ORIGINS))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    country: Mapped[str | None]
    website: Mapped[str | None]
    sectors: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"), default=list)
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    source_url: Mapped[str | None]
    licence: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    is_listed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    shown: Mapped[list[str]] = mapped_column(
        server_default=text(f"'{json.dumps(SHOWN_AT_FIRST)}'::jsonb"), default=lambda: list(SHOWN_AT_FIRST)
    )
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    verifying_centre_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)  # as it chose

    region: Mapped[Region | None] = relationship()
    zones: Mapped[list[Zone]] = relationship(secondary=organisation_zones, order_by=Zone.code)
    texts: Mapped[dict[str, OrganisationText]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="selectin"
    )
    years: Mapped[list[OrganisationYear]] = relationship(order_by="OrganisationYear.year", cascade="all, delete-orphan")
    representatives: Mapped[list[Representative]] = relationship(
        order_by="Representative.id", cascade="all, delete-orphan"
    )
    contacts: Mapped[list[Contact]] = relationship(order_by="Contact.id", cascade="all, delete-orphan")

    @hybrid_property
    def is_reference(self) -> bool:
        """Whether it was imported and nobody has claimed it."""
        return self.source is not None and self.claimed_at is None

    @is_reference.inplace.expression
    @classmethod
    def _is_reference(cls) -> ColumnElement[bool]:
        return and_(cls.source.is_not(None), cls.claimed_at.is_(None))

    @property
    def is_verified(self) -> bool:
        return self.state == "verified"

    def shows(self, section: str) -> bool:
        """Whether strangers see this section; centres and records from elsewhere hide nothing."""
        return self.is_reference or self.kind == "centre" or section in self.shown

    def zone(self, otherwise: str = "UTC") -> str:
        """The time zone of its seat, as far as that is known."""
        return zone_of_place(self.region_code or self.country, otherwise)

    def name(self, locale: str) -> Translated:
        """Its name in ``locale``, or in the language it has."""
        return pick_part(self.texts, "name", locale)


class OrganisationText(Model):
    """Name and description in one language."""

    __tablename__ = "organisation_texts"
    in_the_way = None
    __table_args__ = (
        Index("ix_organisation_texts_search", "search", postgresql_using="gin"),
        Index(
            "ix_organisation_texts_beginning",
            "squeezed_name",
            postgresql_ops={"squeezed_name": "text_pattern_ops"},
            postgresql_include=["organisation_id"],
        ),
        Index("ix_organisation_texts_plain_name", "plain_name"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES), primary_key=True)
    name: Mapped[str] = mapped_column(one_line("name"))
    description: Mapped[str] = mapped_column(default="")
    plain_name: Mapped[str] = mapped_column(Computed("tangent_plain(name)", persisted=True), deferred=True)
    squeezed_name: Mapped[str] = mapped_column(Computed("tangent_squeezed(name)", persisted=True), deferred=True)
    search: Mapped[Any] = search.weighed_column("name", "", "description")


class OrganisationYear(Model):
    """A year's figures: the base line that later outcomes are measured against.

    Amounts are wider than elsewhere: the turnover of a large company in won has fifteen digits.
    """

    __tablename__ = "organisation_years"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revenue: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    investment: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str | None]
    staff: Mapped[int | None]


class Contact(Model):
    """A person to talk to, whom the organisation shows to everybody; ``role`` is in the language ``locale``."""

    __tablename__ = "contacts"

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES))
    name: Mapped[str] = mapped_column(one_line("name"))
    role: Mapped[str] = mapped_column(one_line("role"))
    email: Mapped[str | None]
    phone: Mapped[str | None]


class Representative(Model):
    """A person who legally represents the organisation; all of them must qualify.

    ``qualifies`` is what the organisation declares: True, False, or None where it has not said.
    """

    __tablename__ = "representatives"

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(one_line("name"))
    qualifies: Mapped[bool | None]


class Affiliation(Model):
    """``organisation`` is an affiliate or a shareholder of ``other``, declared or found by staff."""

    __tablename__ = "affiliations"
    __table_args__ = (
        CheckConstraint("organisation_id <> other_id", name="not_self"),
        UniqueConstraint("organisation_id", "other_id", "kind"),
    )

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(one_of("kind", ("affiliate", "shareholder")))


class Membership(Model):
    """A person's role in one organisation; staff roles belong to centres and network operators."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id"), Index(None, "organisation_id", "role"))

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(one_of("role", ROLES))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()


class Invitation(Model):
    """An invitation bound to one e-mail address, for seven days, taken once."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "organisation_id", "email"),)

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str]
    role: Mapped[str] = mapped_column(one_of("role", ROLES))
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class Claim(Stateful, Model):
    """Somebody says that an imported organisation is theirs; ``reason`` is their evidence, in their words.

    ``centre_id`` is the centre that checks it; a claim on a centre is checked by its network, and has none.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(None, "organisation_id", "state"),
        Index(
            "uq_claims_open",
            "organisation_id",
            "user_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )
    machine = CLAIM

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(CLAIM.states)), default=CLAIM.initial)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    position: Mapped[str] = mapped_column(one_line("position"))
    reason: Mapped[str]

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    user: Mapped[User] = relationship()
