"""What a confirmed pair does together: agreement, milestones, notes, report and outcomes."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.models import IP_OPTIONS
from marketplace.collaborations.states import AGREEMENT, COLLABORATION, MILESTONE, OUTCOME
from marketplace.kernel.db import Model, Stateful, Versioned, one_line, one_of, pk
from marketplace.kernel.locales import LOCALES, Translated
from marketplace.network.models import Centre
from marketplace.pairings.models import Pairing
from marketplace.people.models import Organisation, User

NEXT_STEPS = ("buy", "invest", "extend", "stop")
CAUSES = ("company", "startup", "both", "centre", "outside")
ENDERS = ("company", "startup", "both", "centre")
CHANGE_ANSWERS = ("agreed", "refused", "withdrawn")
OUTCOME_KINDS = ("contract", "purchase", "investment", "joint_research", "ip", "jobs")


class Collaboration(Stateful, Model):
    """The work of one confirmed pair, from agreement to what it led to."""

    __tablename__ = "collaborations"
    __table_args__ = (
        CheckConstraint(
            "state <> 'terminated' OR (ended_cause IS NOT NULL AND settlement IS NOT NULL)", name="termination"
        ),
        Index(None, "company_id"),
        Index(None, "startup_id"),
        Index(None, "centre_id", "state"),
    )
    machine = COLLABORATION

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(COLLABORATION.states)), default=COLLABORATION.initial)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairings.id"), unique=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    startup_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str] = mapped_column(one_line("title"))
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES), default="en")
    ended_cause: Mapped[str | None] = mapped_column(one_of("ended_cause", CAUSES))
    ended_by: Mapped[str | None] = mapped_column(one_of("ended_by", ENDERS))
    settlement: Mapped[str | None]
    next_step: Mapped[str | None] = mapped_column(one_of("next_step", NEXT_STEPS))
    next_step_words: Mapped[str | None]

    pairing: Mapped[Pairing] = relationship()
    centre: Mapped[Centre] = relationship()
    company: Mapped[Organisation] = relationship(foreign_keys=[company_id])
    startup: Mapped[Organisation] = relationship(foreign_keys=[startup_id])
    agreement: Mapped[Agreement | None] = relationship(back_populates="collaboration", uselist=False)
    milestones: Mapped[list[Milestone]] = relationship(back_populates="collaboration", order_by="Milestone.due_on")
    notes: Mapped[list[ProgressNote]] = relationship(order_by="ProgressNote.id.desc()")
    report: Mapped[FinalReport | None] = relationship(uselist=False)
    outcomes: Mapped[list[Outcome]] = relationship(back_populates="collaboration", order_by="Outcome.id")

    def called(self, locale: str) -> Translated:
        """What it is called in ``locale``: as its challenge, else as it was called at first."""
        challenge = self.pairing.challenge
        return (challenge.title(locale) if challenge else None) or Translated(self.title, self.locale)


class Agreement(Stateful, Model):
    """The contract of a collaboration; its text lives in versions, the last unsigned one is proposed."""

    __tablename__ = "agreements"
    machine = AGREEMENT

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(AGREEMENT.states)), default=AGREEMENT.initial)
    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaborations.id"), unique=True)

    collaboration: Mapped[Collaboration] = relationship(back_populates="agreement")
    versions: Mapped[list[AgreementVersion]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number"
    )

    @property
    def in_force(self) -> AgreementVersion | None:
        """The version that binds the parties now."""
        return next((v for v in reversed(self.versions) if v.in_force_at and not v.ended_at), None)

    @property
    def binding(self) -> AgreementVersion | None:
        """The version in force, or after an early end the one that was."""
        return next((v for v in reversed(self.versions) if v.in_force_at), None)

    @property
    def proposed(self) -> AgreementVersion | None:
        """The version being drafted, read or signed."""
        last = self.versions[-1] if self.versions else None
        return last if last and last.in_force_at is None and last.ended_at is None else None


class AgreementVersion(Model):
    """One exact text; a change of it is a new version that needs new signatures.

    Once ``offered_at`` is set the parties have seen it: it is never edited again, the next edit makes a new version.
    The database refuses to change one that was signed.
    """

    __tablename__ = "agreement_versions"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        Index(
            "uq_agreement_versions_in_force",
            "agreement_id",
            unique=True,
            postgresql_where=text("in_force_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )
    TERMS = (
        "purpose", "starts_on", "ends_on", "amount", "currency", "ip_option", "ip_terms", "governing_law",
        "ruling_locale", "text",
    )  # fmt: skip

    id: Mapped[pk]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    number: Mapped[int]
    purpose: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    ip_option: Mapped[str | None] = mapped_column(one_of("ip_option", IP_OPTIONS))
    ip_terms: Mapped[str] = mapped_column(default="")
    governing_law: Mapped[str] = mapped_column(default="")
    ruling_locale: Mapped[str] = mapped_column(one_of("ruling_locale", LOCALES), default="en")
    text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    offered_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    agreement: Mapped[Agreement] = relationship(back_populates="versions")
    parties: Mapped[list[AgreementParty]] = relationship(back_populates="version", order_by="AgreementParty.id")

    def text_hash(self) -> str:
        """SHA-256, in hexadecimal, of all terms and of who signs for whom."""
        terms = [[name, _exact(getattr(self, name))] for name in self.TERMS]
        signers = sorted([party.organisation_id, party.signer_id or 0, party.capacity] for party in self.parties)
        return hashlib.sha256(json.dumps([terms, signers], ensure_ascii=False).encode()).hexdigest()

    @property
    def is_signed_by_any(self) -> bool:
        return any(party.signature is not None for party in self.parties)

    def party_of(self, organisation_id: int | None) -> AgreementParty | None:
        """The party that an organisation is in this version."""
        return next((party for party in self.parties if party.organisation_id == organisation_id), None)


def _exact(value: object) -> str:
    """A term as it is hashed: the same before and after it was stored."""
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


class AgreementParty(Model):
    """An organisation bound by a version, and the person who signs for it."""

    __tablename__ = "agreement_parties"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id"), Index(None, "signer_id"))

    id: Mapped[pk]
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    capacity: Mapped[str] = mapped_column(default="")

    version: Mapped[AgreementVersion] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()
    signer: Mapped[User | None] = relationship()
    signature: Mapped[Signature | None] = relationship(back_populates="party", uselist=False)


class Signature(Model):
    """An explicit act: who, when, from which address, over which exact text. Never changed or deleted."""

    __tablename__ = "signatures"

    party_id: Mapped[int] = mapped_column(ForeignKey("agreement_parties.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime] = mapped_column(server_default=func.statement_timestamp())
    address: Mapped[str | None]
    text_hash: Mapped[str]
    authority_declared: Mapped[bool]

    party: Mapped[AgreementParty] = relationship(back_populates="signature")
    user: Mapped[User] = relationship()


class Milestone(Stateful, Model):
    """Something due by a day from one of the parties."""

    __tablename__ = "milestones"
    machine = MILESTONE

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(MILESTONE.states)), default=MILESTONE.initial)
    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaborations.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str] = mapped_column(one_line("title"))
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")

    collaboration: Mapped[Collaboration] = relationship(back_populates="milestones")
    owner: Mapped[Organisation] = relationship()
    changes: Mapped[list[MilestoneChange]] = relationship(back_populates="milestone", order_by="MilestoneChange.id")

    @property
    def asked_change(self) -> MilestoneChange | None:
        """The change that waits for an answer."""
        return next((change for change in self.changes if change.answer is None), None)


class MilestoneChange(Model):
    """Another title, owner or day of a milestone whose agreement is in force: it counts once both sides agree.

    The row keeps both readings, so that history can say what became of what. Of one milestone one change is open at a
    time; the database lets no milestone under a signed agreement move without one that both sides agreed to.
    """

    __tablename__ = "milestone_changes"
    __table_args__ = (
        Index("uq_milestone_changes_open", "milestone_id", unique=True, postgresql_where=text("answer IS NULL")),
        CheckConstraint("(answer = 'agreed') <= (company_agrees AND startup_agrees)", name="both_agree"),
    )
    TERMS = ("title", "owner_id", "due_on")

    id: Mapped[pk]
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    reason: Mapped[str]
    old_title: Mapped[str]
    old_owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    old_due_on: Mapped[date]
    title: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    due_on: Mapped[date]
    company_agrees: Mapped[bool] = mapped_column(default=False)
    startup_agrees: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str | None] = mapped_column(one_of("answer", CHANGE_ANSWERS))

    milestone: Mapped[Milestone] = relationship(back_populates="changes")

    @property
    def silent_ids(self) -> list[int]:
        """The sides that have not agreed yet."""
        whole = self.milestone.collaboration
        sides = ((whole.company_id, self.company_agrees), (whole.startup_id, self.startup_agrees))
        return [organisation_id for organisation_id, agrees in sides if not agrees]

    @property
    def differing(self) -> list[tuple[str, Any, Any]]:
        """Name, old and new value of what is to change."""
        pairs = ((name, getattr(self, f"old_{name}"), getattr(self, name)) for name in self.TERMS)
        return [(name, old, new) for name, old, new in pairs if old != new]


class ProgressNote(Model):
    """What happened since the last note, as one of the parties or the centre tells it."""

    __tablename__ = "progress_notes"

    id: Mapped[pk]
    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaborations.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    author: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class FinalReport(Versioned, Model):
    """Goals against what was reached, in the startup's words, with the company's opinion beside."""

    __tablename__ = "final_reports"

    id: Mapped[pk]
    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaborations.id"), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    goals: Mapped[str]
    reached: Mapped[str]
    spending: Mapped[str] = mapped_column(default="")
    company_opinion: Mapped[str] = mapped_column(default="")


class Outcome(Stateful, Model):
    """What the collaboration led to: claimed by the startup, countersigned by the company, verified by the centre.

    A verified outcome never changes: the database refuses it, a correction is a new row that supersedes it.
    ``may_publish`` is the startup's consent, ``company_may_publish`` the company's. Jobs are a number
    without currency.
    """

    __tablename__ = "outcomes"
    __table_args__ = (CheckConstraint("(value IS NULL) = (currency IS NULL) OR kind = 'jobs'", name="currency"),)
    machine = OUTCOME

    id: Mapped[pk]
    state: Mapped[str] = mapped_column(one_of("state", tuple(OUTCOME.states)), default=OUTCOME.initial)
    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaborations.id"), index=True)
    kind: Mapped[str] = mapped_column(one_of("kind", OUTCOME_KINDS))
    value: Mapped[Decimal | None]
    currency: Mapped[str | None]
    happened_on: Mapped[date]
    evidence_url: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    may_publish: Mapped[bool] = mapped_column(default=False)
    company_may_publish: Mapped[bool] = mapped_column(default=False)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("outcomes.id"), unique=True)

    collaboration: Mapped[Collaboration] = relationship(back_populates="outcomes")
