"""Calls of a programme with their stages and eligibility rules; awards, and what stands against one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from marketplace.calls.states import CALL, CURRENT
from marketplace.kernel import search
from marketplace.kernel.db import Model, Stateful, one_line, one_of, pk
from marketplace.kernel.locales import LOCALES, Translated, _l, pick_part
from marketplace.network.models import Programme
from marketplace.people.models import User

TRACKS = ("top_down", "bottom_up", "on_demand", "follow_up")

BOTTOM_UP_KINDS = ("private_linked", "cluster_linked", "zone_linked")

STAGE_KINDS = (
    "companies_apply", "startups_apply", "screening", "paper", "meetup",
    "presentation", "refinement", "final", "agreement",
)  # fmt: skip

STAGE_ACTORS = ("companies", "startups", "both", "centre", "panel")

RULE_KINDS = (
    "age", "region", "zone", "kind", "representatives", "no_earlier_award", "running_grants",
    "not_affiliated", "no_sanction", "declaration",
)  # fmt: skip

NOTICE = (
    "title", "subject", "eligibility", "how_to_apply", "amount", "basis_of_selection", "ranking_figure", "contact",
)  # fmt: skip

FIT_ROLES = ("advisory", "gate")

ORIGIN_OF_TRACK = {"top_down": "applied", "bottom_up": "recommended", "on_demand": "joint", "follow_up": "follow_up"}


class Call(Stateful, Model):
    """A notice to apply. ``opens_at`` and ``closes_at`` are the window of its startups-apply stage.

    Reference calls come from elsewhere, and nobody applies to them here: one with a ``source_id`` is a notice, one
    without holds the challenges of its ``source``. Questions on a call's challenges are taken until
    ``questions_close_days`` before it closes, each answered within ``answer_working_days``.
    """

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("grace_seconds BETWEEN 0 AND 3600", name="grace"),
        CheckConstraint("questions_close_days BETWEEN 0 AND 60", name="questions_close"),
        CheckConstraint("answer_working_days BETWEEN 1 AND 30", name="answer_working"),
        CheckConstraint("own_contribution_percent BETWEEN 0 AND 100", name="own_contribution"),
        CheckConstraint("is_reference OR programme_id IS NOT NULL", name="programme"),
        CheckConstraint("source_id IS NULL OR (is_reference AND source IS NOT NULL)", name="source_id"),
        Index(
            "uq_calls_source_source_id",
            text("tangent_identity(source)"),
            text("tangent_identity(source_id)"),
            unique=True,
        ),
        Index(
            "uq_calls_source", text("tangent_identity(source)"), unique=True, postgresql_where=text("source_id IS NULL")
        ),
        Index(None, "programme_id"),
        Index(None, "state", "closes_at"),
    )
    machine = CALL

    id: Mapped[pk]
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id"))
    state: Mapped[str] = mapped_column(one_of("state", tuple(CALL.states)), default=CALL.initial)
    track: Mapped[str] = mapped_column(one_of("track", TRACKS))
    bottom_up_kind: Mapped[str | None] = mapped_column(one_of("bottom_up_kind", BOTTOM_UP_KINDS))
    main_locale: Mapped[str] = mapped_column(one_of("main_locale", LOCALES), default="en")
    time_zone: Mapped[str]
    notice_date: Mapped[date | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    grace_seconds: Mapped[int] = mapped_column(default=0)
    questions_close_days: Mapped[int] = mapped_column(default=3, server_default="3")
    answer_working_days: Mapped[int] = mapped_column(default=5, server_default="5")
    decisions_by: Mapped[date | None]
    award_count: Mapped[int | None]
    award_amount: Mapped[Decimal | None]
    budget: Mapped[Decimal | None]
    currency: Mapped[str | None]
    own_contribution_percent: Mapped[int] = mapped_column(default=0)
    applications_per_startup: Mapped[int] = mapped_column(default=1)
    awards_per_startup: Mapped[int] = mapped_column(default=1)
    fit_role: Mapped[str] = mapped_column(one_of("fit_role", FIT_ROLES), default="advisory")
    identity_revealed: Mapped[str] = mapped_column(
        one_of("identity_revealed", ("never", "at_closing", "at_pairing")), default="at_pairing"
    )
    is_reference: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    source_url: Mapped[str | None]
    licence: Mapped[str | None]

    programme: Mapped[Programme | None] = relationship()
    texts: Mapped[dict[str, CallText]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="selectin"
    )
    stages: Mapped[list[Stage]] = relationship(
        back_populates="call", order_by="Stage.position", cascade="all, delete-orphan"
    )
    rules: Mapped[list[EligibilityRule]] = relationship(
        order_by="EligibilityRule.position", cascade="all, delete-orphan"
    )

    @property
    def origin(self) -> str:
        """How applications to this track come about: applied, recommended, joint or follow_up."""
        return ORIGIN_OF_TRACK[self.track]

    @property
    def managing_centre_id(self) -> int | None:
        """The centre that manages its programme; none for records from elsewhere."""
        return self.programme.managing_centre_id if self.programme is not None else None

    @property
    def is_notice(self) -> bool:
        """Whether it is the notice of a call held elsewhere, not what holds the challenges of a source."""
        return self.is_reference and self.source_id is not None

    @property
    def needs_challenge(self) -> bool:
        """Whether an application must answer a published challenge."""
        return self.track == "top_down"

    def title(self, locale: str) -> Translated:
        """Its title in ``locale``, or in the language it has."""
        return pick_part(self.texts, "title", locale, self.main_locale)

    def state_at(self, now: datetime) -> str:
        """The state that holds at ``now``: a window that opened or closed counts before any job has run.

        ``queries.state_at`` is the same in SQL.
        """
        if self.is_notice and self.state == "open":
            # open only where its own dates say so
            has_opened = self.opens_at is None or self.opens_at <= now
            if self.closes_at is None or now > self.closes_at:
                return "closed"
            return "open" if has_opened else "published"
        if self.is_reference or self.opens_at is None or self.closes_at is None:
            return self.state
        if self.state in CURRENT and now > self.closes_at:
            return "closed"
        if self.state == "published" and now >= self.opens_at:
            return "open"
        return self.state


class InCall:
    """What belongs to a call, or to none yet."""

    call: Any

    @property
    def managing_centre_id(self) -> int | None:
        """The centre that manages the call."""
        found: int | None = self.call.managing_centre_id if self.call is not None else None
        return found


class CallText(Model):
    """The notice in one language."""

    __tablename__ = "call_texts"
    in_the_way = None
    __table_args__ = (Index("ix_call_texts_search", "search", postgresql_using="gin"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES), primary_key=True)
    title: Mapped[str] = mapped_column(one_line("title"))
    subject: Mapped[str] = mapped_column(default="")
    eligibility: Mapped[str] = mapped_column(default="")
    how_to_apply: Mapped[str] = mapped_column(default="")
    amount: Mapped[str] = mapped_column(default="")
    basis_of_selection: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    ranking_figure: Mapped[str] = mapped_column(default="")
    search: Mapped[Any] = search.weighed_column("title", "subject", "eligibility", "how_to_apply")


class Stage(Model):
    """One stage of a call, made from its track's template; ``cut`` is how many go on."""

    __tablename__ = "stages"
    in_the_way = None
    __table_args__ = (
        UniqueConstraint("call_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("opens_at < closes_at", name="window"),
    )

    id: Mapped[pk]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(one_of("kind", STAGE_KINDS))
    actor: Mapped[str] = mapped_column(one_of("actor", STAGE_ACTORS))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    cut: Mapped[int | None]

    call: Mapped[Call] = relationship(back_populates="stages")


class EligibilityRule(Model):
    """A rule as data; ``eligibility.py`` documents the params of each kind."""

    __tablename__ = "eligibility_rules"
    in_the_way = None
    __table_args__ = (Index(None, "call_id", "position"),)

    id: Mapped[pk]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(one_of("kind", RULE_KINDS))
    params: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)


class Award(Model):
    """A place won in a call, or an earlier grant on record; given back when the startup steps down.

    It belongs to the network of its programme; a grant from elsewhere to that of the centre which put it on record.
    ``challenge_id`` and ``application_id`` name rows of packages above.
    """

    __tablename__ = "awards"
    in_the_way = _l("awards made in it")
    __table_args__ = (
        Index(None, "call_id", "challenge_id"),
        Index(None, "organisation_id"),
        Index("uq_awards_application", "application_id", unique=True, postgresql_where=text("given_back_at IS NULL")),
    )

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id"), index=True)
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    challenge_id: Mapped[int | None] = mapped_column(BigInteger)
    application_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(one_line("title"), default="")
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    awarded_on: Mapped[date]
    ends_on: Mapped[date | None]
    given_back_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Sanction(Model):
    """A ban from a network's programmes until a day; the reason is for the sanctioned and for staff."""

    __tablename__ = "sanctions"

    id: Mapped[pk]
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    reason: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class SetAside(Model):
    """What others put on record about an organisation, and what a centre does not count in the calls it manages."""

    __tablename__ = "set_asides"
    __table_args__ = (
        UniqueConstraint("centre_id", "award_id"),
        UniqueConstraint("centre_id", "affiliation_id"),
        CheckConstraint("num_nonnulls(award_id, affiliation_id) = 1", name="one_row"),
    )

    id: Mapped[pk]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id", ondelete="CASCADE"), index=True)
    affiliation_id: Mapped[int | None] = mapped_column(ForeignKey("affiliations.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Declaration(Model):
    """A self-declaration a startup gave for a rule of a call: whether the exclusion applies to it."""

    __tablename__ = "declarations"
    __table_args__ = (UniqueConstraint("organisation_id", "rule_id", "code"),)

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rules.id", ondelete="CASCADE"))
    code: Mapped[str]
    excluded: Mapped[bool]
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    declared_by: Mapped[User] = relationship(lazy="joined")
