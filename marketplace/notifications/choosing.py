"""Which kinds of message reach a person by e-mail: what they may refuse, what comes in any case, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.notifications.models import MailRefusal
from marketplace.people.models import User


@dataclass(frozen=True)
class Kind:
    """``steps`` are those of ``TELLINGS`` (or their subjects); ``fixed`` says why a kind comes in any case."""

    name: str
    label: Any
    says: Any
    steps: tuple[str, ...] = ()
    fixed: Any = None


_DATED = _l("It carries a date from which rights and time limits run, so it always comes.")
_ACCESS = _l("It protects your account and is sent only when somebody asks for it, so it always comes.")

# The first kind that names a step, or its subject, holds it.
KINDS: tuple[Kind, ...] = (
    Kind(
        "decisions",
        _l("Receipts and decisions"),
        _l("That an application arrived, whether it is eligible, and what was decided."),
        (
            "application.submit", "application.resubmit", "application.confirm_eligible",
            "application.find_ineligible", "application.select", "application.put_on_reserve", "application.decline",
            "application.offer_place", "application.take_place", "application.refuse_place",
            "application.lapse_offer",
        ),
        _DATED,
    ),
    Kind(
        "access",
        _l("Access to your account"),
        _l("Links to confirm your address, set a new password or accept an invitation."),
        ("user", "invitation"),
        _ACCESS,
    ),
    Kind(
        "drafts",
        _l("Deadlines of your drafts"),
        _l("Reminders seven days and one day before a call closes, and every change of its notice or deadline."),
        ("call.closing_soon", "call.amend", "call.reopen", "call.cancel"),
    ),
    Kind(
        "applications",
        _l("Your applications"),
        _l("Invitations of partners, confirmations and withdrawals."),
        ("application",),
    ),
    Kind(
        "challenges",
        _l("Your challenges"),
        _l("Where a challenge of yours, or one you are invited to, stands in review, and what became of it."),
        ("challenge",),
    ),
    Kind(
        "questions",
        _l("Questions and answers"),
        _l("What was asked and answered about your challenges, and about those you write an application for."),
        ("question",),
    ),
    Kind(
        "pairings",
        _l("Pairings and collaborations"),
        _l("Requests, agreements to read or sign, milestones, reports and outcomes."),
        ("pairing", "agreement", "collaboration", "milestone", "outcome"),
    ),
    Kind(
        "organisation",
        _l("Your organisation"),
        _l("Its verification, corrections that a centre asks for, and the answer to a claim."),
        ("organisation", "claim"),
    ),
    Kind(
        "imports",
        _l("Your imports"),
        _l("That a file of yours is imported, was stopped by somebody else, or cannot be read."),
        ("import",),
    ),
    Kind("calls", _l("Calls you run"), _l("Publication and release of the calls of your programmes."), ("call",)),
    Kind(
        "alerts",
        _l("What you follow"),
        _l("Alerts and digests on the challenges, organisations, centres, fields and searches you follow."),
    ),
)  # fmt: skip
REFUSABLE = tuple(kind.name for kind in KINDS if kind.fixed is None)


def kind_of(step: str) -> str:
    """The kind of message a step makes. Raises LookupError for a step that no kind names."""
    for wanted in (step, step.partition(".")[0]):
        for kind in KINDS:
            if wanted in kind.steps:
                return kind.name
    raise LookupError(f"no kind of message names {step}")


def is_refused(kind: str) -> ColumnElement[bool]:
    """Whether a person refused a kind of message, over ``User``; a kind that always comes cannot be."""
    return select(MailRefusal.kind).where(MailRefusal.user_id == User.id, MailRefusal.kind == kind).exists()


def refused_by(user_id: int) -> set[str]:
    """The kinds that a person refused."""
    return set(db.session.scalars(select(MailRefusal.kind).where(MailRefusal.user_id == user_id)))


def refusing(kind: str, user_ids: list[int]) -> set[int]:
    """Which of these people refused a kind; nobody can refuse one that always comes."""
    if kind not in REFUSABLE:
        return set()
    found = select(MailRefusal.user_id).where(MailRefusal.kind == kind, MailRefusal.user_id.in_(user_ids))
    return set(db.session.scalars(found))
