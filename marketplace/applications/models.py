"""What is proposed, by whom, and what was answered."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.applications.states import APPLICATION, UNOPENED
from marketplace.calls.models import Call, EligibilityRule, InCall
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import Model, Stateful, Versioned, one_of, pk
from marketplace.kernel.locales import _l
from marketplace.people.models import Organisation, User

ORIGINS = ("applied", "recommended", "joint", "follow_up")
PARTY_ROLES = ("lead", "company", "partner")
VERDICTS = ("meets", "fails", "cannot_tell")
FITS = ("strong", "possible", "weak")
OUTCOMES = ("selected", "reserve", "declined")
DECLINE_REASONS = ("fit", "readiness", "evidence", "team", "cost", "places", "other")


# Ids stand in addresses: they are drawn, so that none tells an applicant how many there are.
FIRST_DRAWN, IDS = 2**32, 2**47


def drawn_id() -> int:
    """An id that counts nothing, above those that were counted before."""
    return FIRST_DRAWN + secrets.randbelow(IDS)


class Application(InCall, Stateful, Model):
    """One startup's proposal to a call, most often to one of its challenges.

    ``organisation`` is the startup that leads; ``number`` is the receipt's, given at the first submission.
    """

    __tablename__ = "applications"
    in_the_way = _l("applications to it")
    __table_args__ = (
        CheckConstraint("(state = 'draft') OR (state = 'withdrawn') OR (number IS NOT NULL)", name="number"),
        Index(
            "uq_applications_live",
            "call_id",
            text("coalesce(challenge_id, 0)"),
            "organisation_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn' AND origin = 'applied'"),
        ),
        Index(None, "challenge_id", "state"),
        Index(None, "call_id", "state", "id"),
        Index(None, "organisation_id"),
        Index(None, "state_since", "id", postgresql_where=text("number IS NOT NULL")),  # the staff's list
    )
    machine = APPLICATION

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, default=drawn_id)
    state: Mapped[str] = mapped_column(one_of("state", tuple(APPLICATION.states)), default=APPLICATION.initial)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    origin: Mapped[str] = mapped_column(one_of("origin", ORIGINS), default="applied")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[str | None] = mapped_column(unique=True)
    submitted_at: Mapped[datetime | None]
    late_seconds: Mapped[int] = mapped_column(default=0)

    call: Mapped[Call] = relationship()
    challenge: Mapped[Challenge | None] = relationship()
    organisation: Mapped[Organisation] = relationship()
    parties: Mapped[list[ApplicationParty]] = relationship(
        back_populates="application", order_by="ApplicationParty.id", cascade="all, delete-orphan"
    )
    revisions: Mapped[list[ApplicationRevision]] = relationship(
        back_populates="application", order_by="ApplicationRevision.number", cascade="all, delete-orphan"
    )
    results: Mapped[list[EligibilityResult]] = relationship(
        order_by="EligibilityResult.id", cascade="all, delete-orphan"
    )
    opinions: Mapped[list[FitOpinion]] = relationship(order_by="FitOpinion.id", cascade="all, delete-orphan")
    decision: Mapped[Decision | None] = relationship(cascade="all, delete-orphan", uselist=False)
    offers: Mapped[list[PlaceOffer]] = relationship(order_by="PlaceOffer.id", cascade="all, delete-orphan")

    @property
    def company_party(self) -> ApplicationParty | None:
        """The company that named the startup, or writes with it."""
        return next((party for party in self.parties if party.role == "company"), None)

    @property
    def is_confirmed(self) -> bool:
        """Whether the startup has agreed to apply: until then a company has only named it."""
        return bool(self.revisions)

    @property
    def unsent(self) -> ApplicationRevision | None:
        """The revision that was never submitted, if there is one: it outlives what it was written for."""
        return next((r for r in reversed(self.revisions) if r.submitted_at is None), None)

    @property
    def draft(self) -> ApplicationRevision | None:
        """The revision being written, while the application can still be submitted."""
        return self.unsent if self.state in UNOPENED else None

    @property
    def current(self) -> ApplicationRevision | None:
        """The last submitted revision, which every reader beside the team is shown."""
        return next((r for r in reversed(self.revisions) if r.submitted_at is not None), None)


class ApplicationParty(Model):
    """An organisation in the application; ``signed_off_hash`` is the content it confirmed."""

    __tablename__ = "application_parties"
    __table_args__ = (UniqueConstraint("application_id", "organisation_id"), Index(None, "organisation_id"))

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(one_of("role", PARTY_ROLES))
    must_sign_off: Mapped[bool] = mapped_column(default=False)
    signed_off_hash: Mapped[str | None]
    signed_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_off_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()

    @property
    def has_signed_off(self) -> bool:
        """Whether it confirmed exactly what the draft says now."""
        draft = self.application.draft
        return draft is not None and self.signed_off_hash == draft.content_hash()


class ApplicationRevision(Model):
    """One version of the text. The database refuses changes once it is submitted."""

    __tablename__ = "application_revisions"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("trl_now BETWEEN 1 AND 9", name="trl"),
        Index(
            "uq_application_revisions_draft",
            "application_id",
            unique=True,
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )
    CONTENT = (
        "locale", "title", "solution", "fit", "evidence", "team", "timeline", "needs", "pair_evidence",
        "trl_now", "amount", "currency", "own_cash", "own_in_kind",
    )  # fmt: skip

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    number: Mapped[int]
    locale: Mapped[str] = mapped_column(default="en")
    title: Mapped[str] = mapped_column(default="")
    solution: Mapped[str] = mapped_column(default="")
    fit: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    team: Mapped[str] = mapped_column(default="")
    timeline: Mapped[str] = mapped_column(default="")
    needs: Mapped[str] = mapped_column(default="")
    pair_evidence: Mapped[str] = mapped_column(default="")
    trl_now: Mapped[int | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    own_cash: Mapped[Decimal | None]
    own_in_kind: Mapped[Decimal | None]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str | None]

    application: Mapped[Application] = relationship(back_populates="revisions")
    submitted_by: Mapped[User | None] = relationship()

    def content_hash(self) -> str:
        """SHA-256, in hexadecimal, of exactly what the parties confirm."""
        content = [[name, _as_hashed(getattr(self, name))] for name in self.CONTENT]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _as_hashed(value: Any) -> str:
    """An answer as it enters the hash: amounts with two decimals, whether typed or read from the database."""
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


class EligibilityResult(Model):
    """A rule's verdict on an application with the facts it used, and staff's word over it."""

    __tablename__ = "eligibility_results"
    __table_args__ = (
        CheckConstraint("override IS NULL OR override_reason IS NOT NULL", name="override_reason"),
        UniqueConstraint("application_id", "rule_id"),
    )

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rules.id"))
    verdict: Mapped[str] = mapped_column(one_of("verdict", VERDICTS))
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    override: Mapped[str | None] = mapped_column(one_of("override", VERDICTS))
    override_reason: Mapped[str | None]
    override_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    override_at: Mapped[datetime | None]

    rule: Mapped[EligibilityRule] = relationship(lazy="joined", innerjoin=True)
    override_by: Mapped[User | None] = relationship()

    @property
    def holds(self) -> str:
        """The verdict that counts: staff's where they gave one."""
        return self.override or self.verdict


class FitOpinion(Versioned, Model):
    """How the company sees an application to its challenge, with reasons; advisory or a gate by the notice."""

    __tablename__ = "fit_opinions"
    __table_args__ = (UniqueConstraint("application_id", "organisation_id"),)

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    fit: Mapped[str] = mapped_column(one_of("fit", FITS))
    reasons: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    author: Mapped[User] = relationship()


def _of_application(column: str) -> Callable[[Any], Any]:
    """A default that repeats a column of the decided application."""

    def read(context: Any) -> Any:
        wanted = context.get_current_parameters()["application_id"]
        row = select(Application.__table__.c[column]).where(Application.__table__.c.id == wanted)
        return context.connection.execute(row).scalar()

    return read


class Decision(Versioned, Model):
    """A prepared decision, seen by the managing centre alone until all of the call are released together.

    ``call_id`` and ``challenge_id`` repeat the application's, so that the database holds reserve ranks apart.
    """

    __tablename__ = "decisions"
    in_the_way = _l("decisions about it")
    __table_args__ = (
        CheckConstraint("(outcome = 'reserve') = (rank IS NOT NULL)", name="rank"),
        CheckConstraint("outcome <> 'declined' OR (reason_code IS NOT NULL AND comments <> '')", name="reasons"),
        ExcludeConstraint(
            ("call_id", "="),
            (text("coalesce(challenge_id, 0)"), "="),
            ("rank", "="),
            name="ex_decisions_rank",
            using="btree",
            where=text("outcome = 'reserve'"),
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(None, "call_id", "outcome"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), default=_of_application("call_id"))
    challenge_id: Mapped[int | None] = mapped_column(
        ForeignKey("challenges.id"), default=_of_application("challenge_id")
    )
    outcome: Mapped[str] = mapped_column(one_of("outcome", OUTCOMES))
    rank: Mapped[int | None]
    reason_code: Mapped[str | None] = mapped_column(one_of("reason_code", DECLINE_REASONS))
    comments: Mapped[str] = mapped_column(default="")
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    released_at: Mapped[datetime | None]

    prepared_by: Mapped[User] = relationship()

    @property
    def id(self) -> int:
        return self.application_id


class PlaceOffer(Model):
    """The place a reserve is offered after somebody stepped back, until a date."""

    __tablename__ = "place_offers"
    __table_args__ = (
        Index("uq_place_offers_live", "application_id", unique=True, postgresql_where=text("answer IS NULL")),
    )

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    offered_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    answer_by: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(one_of("answer", ("taken", "refused", "lapsed")))
    answered_at: Mapped[datetime | None]
