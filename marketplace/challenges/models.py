"""What demand companies need."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from marketplace.calls.models import Call, InCall
from marketplace.calls.states import RELEASED
from marketplace.challenges.states import ANSWERED, CHALLENGE
from marketplace.kernel import search
from marketplace.kernel.db import Model, Stateful, one_line, one_of, pk
from marketplace.kernel.locales import LOCALES, Translated, _l, pick_part, pick_text
from marketplace.kernel.workflow import State
from marketplace.network.models import Centre
from marketplace.people.models import Organisation, User
from marketplace.places.models import Region

IP_OPTIONS = ("startup_keeps", "company_licence", "joint", "transfer", "other")
VISIBILITIES = ("public", "anonymous", "invited")
RESOURCES = ("data", "site", "experts", "equipment", "money")
FIELDS = (
    "ai", "software", "robotics", "mobility", "energy", "environment", "water", "health", "bio", "food",
    "materials", "manufacturing", "construction", "logistics", "security", "space", "education", "culture",
    "finance", "public_services", "agriculture", "electronics",
)  # fmt: skip


class Challenge(InCall, Stateful, Model):
    """A need to be answered.

    Secrets: ``organisation`` while the company is anonymous and ``owner_name`` until the call reveals them are
    read through ``secrets.company_of`` and ``secrets.owner_of`` alone. ``opens_at`` and ``closes_at`` are its own
    only for reference records; else the call's hold. ``source_*`` mark a reference record. ``described_*`` are the
    true facts that stand for an anonymous company; lists filter and count it by them alone.
    """

    __tablename__ = "challenges"
    in_the_way = _l("challenges in it")
    __table_args__ = (
        CheckConstraint("trl_from BETWEEN 1 AND 9 AND trl_to BETWEEN trl_from AND 9", name="trl"),
        CheckConstraint("startups_sought > 0", name="startups_sought"),
        Index(
            "uq_challenges_source_source_id",
            text("tangent_identity(source)"),
            text("tangent_identity(source_id)"),
            unique=True,
        ),
        Index(None, "call_id", "state"),
        Index(None, "organisation_id"),
        Index(None, "centre_id", "state"),
        Index(None, "state", "published_at"),
        Index("ix_challenges_updated_at", "updated_at"),
        Index("ix_challenges_opens_at", "opens_at", postgresql_where=text("opens_at IS NOT NULL")),
        Index("ix_challenges_closes_at", "closes_at", postgresql_where=text("closes_at IS NOT NULL")),
        Index("ix_challenges_invited", "id", postgresql_where=text("visibility = 'invited'")),
    )
    machine = CHALLENGE

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(CHALLENGE.states)), default=CHALLENGE.initial)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    main_locale: Mapped[str] = mapped_column(one_of("main_locale", LOCALES), default="en")
    visibility: Mapped[str] = mapped_column(one_of("visibility", VISIBILITIES), default="public")
    fields: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"), default=list)
    resources: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"), default=list)
    trl_from: Mapped[int | None]
    trl_to: Mapped[int | None]
    startups_sought: Mapped[int] = mapped_column(default=1)
    budget: Mapped[Decimal | None]
    currency: Mapped[str | None]
    payment_days: Mapped[int | None]
    ip_option: Mapped[str | None] = mapped_column(one_of("ip_option", IP_OPTIONS))
    owner_name: Mapped[str | None] = mapped_column(one_line("owner_name"))
    owner_role: Mapped[str | None] = mapped_column(one_line("owner_role"))
    decision_date: Mapped[date | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    described_kind: Mapped[str | None]
    described_region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    described_country: Mapped[str | None]
    described_sector: Mapped[str | None]
    pairs_confirmed: Mapped[int] = mapped_column(default=0, server_default="0")
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    source_url: Mapped[str | None]
    licence: Mapped[str | None]
    is_reference: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation | None] = relationship()
    centre: Mapped[Centre | None] = relationship()
    call: Mapped[Call | None] = relationship()
    region_described: Mapped[Region | None] = relationship()
    texts: Mapped[dict[str, ChallengeText]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="selectin"
    )
    invited: Mapped[list[ChallengeInvitation]] = relationship(cascade="all, delete-orphan")
    snapshots: Mapped[list[ChallengeSnapshot]] = relationship(
        order_by="ChallengeSnapshot.number", cascade="all, delete-orphan"
    )
    comments: Mapped[list[ReviewComment]] = relationship(order_by="ReviewComment.id", cascade="all, delete-orphan")

    def opening(self) -> datetime | None:
        """When applications open: its own instant, else the call's."""
        return self.opens_at or (self.call.opens_at if self.call else None)

    def closing(self) -> datetime | None:
        """When applications close: its own instant, else the call's."""
        return self.closes_at or (self.call.closes_at if self.call else None)

    def state_at(self, now: datetime) -> str:
        """The state that holds at ``now``, closed by the deadline even before a job has run.

        ``queries.state_at`` is the same in SQL.
        """
        closing = self.closing()
        if self.state != "open":
            return self.state
        if self.is_reference:
            # open only where its own dates say so; what opens later is told by its opening, as elsewhere
            return "open" if closing is not None and now <= closing else "archived"
        return "closed" if closing is not None and now > closing else "open"

    @property
    def is_answered(self) -> bool:
        """Whether the decisions on its applications are announced."""
        return self.call is not None and not self.is_reference and self.call.state in RELEASED

    def shown_as(self, state: str) -> State:
        """How a state reads: a closed challenge is no longer being decided once its call is."""
        return ANSWERED if state == "closed" and self.is_answered else CHALLENGE.states[state]

    @property
    def zone(self) -> str:
        """The zone in which its days count and its instants are shown: the call's, else its centre's."""
        if self.call is not None:
            return self.call.time_zone
        return self.centre.time_zone if self.centre is not None else "UTC"

    @property
    def answer_by(self) -> date | None:
        """The day by which every applicant has an answer: the call's, whose decisions are released together."""
        return (self.call.decisions_by if self.call else None) or self.decision_date

    @property
    def replaced_day(self) -> date | None:
        """The day that the company had promised, where its call answers on another."""
        day = self.decision_date
        return day if day is not None and self.call is not None and self.answer_by != day else None

    def text_in(self, locale: str) -> ChallengeText | None:
        """Its words in ``locale``, else in its main language."""
        return pick_text(self.texts, locale, self.main_locale)

    def title(self, locale: str) -> Translated:
        """Its title in ``locale``, or in the language it has."""
        return pick_part(self.texts, "title", locale, self.main_locale)


class ChallengeText(Model):
    """A challenge in one language. ``search`` leaves out ``anonymous_as`` and everything that is secret."""

    __tablename__ = "challenge_texts"
    in_the_way = None
    __table_args__ = (Index("ix_challenge_texts_search", "search", postgresql_using="gin"),)

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES), primary_key=True)
    title: Mapped[str] = mapped_column(one_line("title"), default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    why_now: Mapped[str] = mapped_column(default="")
    constraints: Mapped[str] = mapped_column(default="")
    success_criteria: Mapped[str] = mapped_column(default="")
    resources_words: Mapped[str] = mapped_column(default="")
    payment_terms: Mapped[str] = mapped_column(default="")
    ip_words: Mapped[str] = mapped_column(default="")
    purchase_route: Mapped[str] = mapped_column(default="")
    anonymous_as: Mapped[str] = mapped_column(one_line("anonymous_as"), default="")
    search: Mapped[Any] = search.weighed_column("title", "summary", "problem", "why_now", "success_criteria")


class ChallengeInvitation(Model):
    """A startup that may see an invited-only challenge."""

    __tablename__ = "challenge_invitations"
    in_the_way = _l("startups invited to it")

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)

    organisation: Mapped[Organisation] = relationship()


class ReviewComment(Model):
    """A remark between the centre and the company during review; comments are kept."""

    __tablename__ = "review_comments"
    in_the_way = None

    id: Mapped[pk]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    author: Mapped[User] = relationship()


class ChallengeSnapshot(Model):
    """What the company sent at one time, so that the centre sees what changed since; never changed afterwards."""

    __tablename__ = "challenge_snapshots"
    in_the_way = None

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(server_default=func.statement_timestamp())
    content: Mapped[dict[str, Any]]
