"""Both parties do and report; the centre watches, judges and verifies."""

from __future__ import annotations

from typing import Any

from marketplace.collaborations.models import Collaboration
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.pairings.policy import brokers, is_side

CENTRE = _l("the staff of the centre")
SIDES = _l("the company and the startup")
ALL = _l("the company, the startup and the staff of the centre")


def collaboration_of(subject: Any) -> Collaboration:
    """The collaboration a subject belongs to, or the subject itself."""
    found: Collaboration = subject if isinstance(subject, Collaboration) else subject.collaboration
    return found


def is_centre(actor: Actor, subject: Any) -> bool:
    """Whether the actor is staff of the centre that brokers or manages the collaboration."""
    return brokers(actor, collaboration_of(subject).pairing)


def is_party(actor: Actor, subject: Any) -> bool:
    """Whether the actor speaks for the company or the startup."""
    return is_side(actor, collaboration_of(subject).pairing)


def is_startup(actor: Actor, subject: Any) -> bool:
    """Whether the actor speaks for the startup."""
    return actor.party_id is not None and actor.party_id == collaboration_of(subject).startup_id


def is_company(actor: Actor, subject: Any) -> bool:
    """Whether the actor speaks for the company."""
    return actor.party_id is not None and actor.party_id == collaboration_of(subject).company_id


@grants(
    "collaboration.note", "collaboration.flag_risk", "agreement.return", "agreement.amend", "milestone.ask_change",
    who=ALL,
)  # fmt: skip
def _anyone_in_it(actor: Actor, subject: Any) -> bool:
    return is_party(actor, subject) or is_centre(actor, subject)


@grants(
    "collaboration.suspend", "collaboration.resume", "collaboration.clear_risk", "collaboration.return_report",
    "collaboration.succeed", "collaboration.judge_partial", "collaboration.judge_good_faith_failure",
    "collaboration.judge_failed", "collaboration.follow_up", "collaboration.archive", "collaboration.terminate",
    "agreement.join", "agreement.offer", "agreement.edit", "agreement.send", "agreement.open_signing",
    "agreement.redraft", "agreement.drop_amendment", "agreement.terminate", "outcome.verify", "outcome.publish",
    who=CENTRE,
)  # fmt: skip
def _centre(actor: Actor, subject: Any) -> bool:
    return is_centre(actor, subject)


@grants("collaboration.start", "agreement.take_effect", "agreement.complete", who=_l("the last signature"))
def _signed(actor: Actor, _: Any) -> bool:
    return actor.is_system


@grants("agreement.sign", who=_l("the person whom a party named to sign"))
def _sign(actor: Actor, agreement: Any) -> bool:
    version = agreement.proposed
    return version is not None and any(
        party.signer_id == actor.user_id and party.organisation_id == actor.organisation_id for party in version.parties
    )


@grants("agreement.refuse", "agreement.refuse_amendment", who=_l("the person whom a party named to sign"))
def _refuse_to_sign(actor: Actor, agreement: Any) -> bool:
    version = agreement.proposed
    party = version.party_of(actor.organisation_id) if version is not None else None
    return party is not None and party.signer_id == actor.user_id and party.signature is None


@grants("agreement.name_signer", who=_l("the party itself, or the centre"))
def _name_signer(actor: Actor, agreement: Any) -> bool:
    return is_party(actor, agreement) or is_centre(actor, agreement)


@grants("collaboration.report", "collaboration.write_report", "outcome.claim", who=_l("the startup"))
def _startup(actor: Actor, subject: Any) -> bool:
    return is_startup(actor, subject)


@grants("outcome.supersede", who=_l("the startup, or the staff of the centre"))
def _supersede(actor: Actor, subject: Any) -> bool:
    return is_startup(actor, subject) or is_centre(actor, subject)


@grants(
    "milestone.meet", "milestone.partially_meet", "milestone.miss",
    who=_l("the company, or the staff of the centre"),
)  # fmt: skip
def _judge_milestone(actor: Actor, subject: Any) -> bool:
    return is_company(actor, subject) or is_centre(actor, subject)


@grants("milestone.reschedule", who=_l("the company, or the staff of the centre; under an agreement both sides agree"))
def _reschedule(actor: Actor, subject: Any) -> bool:
    return actor.is_system or is_company(actor, subject) or is_centre(actor, subject)


@grants("outcome.countersign", "collaboration.set_next_step", "collaboration.give_opinion", who=_l("the company"))
def _company(actor: Actor, subject: Any) -> bool:
    return is_company(actor, subject)


@grants("milestone.plan", "milestone.edit", who=_l("the startup, or the staff of the centre"))
def _plan(actor: Actor, subject: Any) -> bool:
    return is_startup(actor, subject) or is_centre(actor, subject)


@grants("milestone.agree_change", "milestone.refuse_change", who=_l("the side that was asked"))
def _answer_change(actor: Actor, milestone: Any) -> bool:
    change = milestone.asked_change
    if change is None:
        return is_party(actor, milestone)
    agreed = change.company_agrees if is_company(actor, milestone) else change.startup_agrees
    return is_party(actor, milestone) and not agreed


@grants("milestone.withdraw_change", who=_l("whoever asked for the change"))
def _withdraw_change(actor: Actor, milestone: Any) -> bool:
    change = milestone.asked_change
    mine = change is not None and change.asked_by_id == actor.organisation_id
    return mine and (is_party(actor, milestone) or is_centre(actor, milestone))


@grants("milestone.change", who=_l("the second side that agrees"))
def _change(actor: Actor, _: Any) -> bool:
    return actor.is_system


@grants("outcome.consent", who=SIDES)
def _consent(actor: Actor, subject: Any) -> bool:
    return is_party(actor, subject)


@grants("outcome.dispute", who=_l("the company, or the staff of the centre"))
def _dispute(actor: Actor, subject: Any) -> bool:
    return is_company(actor, subject) or is_centre(actor, subject)
