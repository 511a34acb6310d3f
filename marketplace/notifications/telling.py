"""Who is told of what, and by which message: one table.

An audience answers user ids; whoever may not see the subject is dropped afterwards, so that no audience can leak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.applications import queries as applications
from marketplace.applications.models import Application, ApplicationParty
from marketplace.challenges.models import Challenge
from marketplace.imports.models import Import
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.subjects import kind_of
from marketplace.kernel.workflow import words_of
from marketplace.network import queries as calls
from marketplace.network.models import Call
from marketplace.network.policy import managing_centre_id
from marketplace.people.queries import members
from marketplace.questions.models import Question

Audience = Callable[[Event, Any], set[int]]


@dataclass(frozen=True)
class Telling:
    """``mail`` names the template; ``with_reason`` shows the event's reason; ``with_actor`` tells who acted too.

    ``what`` says to the audience what happened, where the words of the step are for others.
    """

    audience: Audience
    mail: str = "message"
    with_reason: bool = False
    with_actor: bool = False
    what: Any = None


def _people(organisation_ids: list[int | None], *roles: str) -> set[int]:
    return set(db.session.scalars(members(organisation_ids, roles or ("owner", "member"))))


def staff(_: Event, subject: Any) -> set[int]:
    """Managers and brokers of the centre that manages or reviews the subject."""
    centres = [managing_centre_id(subject), getattr(subject, "centre_id", None)]
    return _people(centres, "manager", "broker")


def handed(_: Event, challenge: Challenge) -> set[int]:
    """The staff of the centre that manages the call, where another one put the challenge there."""
    managing = managing_centre_id(challenge)
    return _people([managing], "manager", "broker") if managing != challenge.centre_id else set()


def company(_: Event, subject: Any) -> set[int]:
    """The people of the company: of a challenge, or of a pairing or collaboration."""
    return _people([getattr(subject, "company_id", None) or getattr(subject, "organisation_id", None)])


def both(event: Event, challenge: Challenge) -> set[int]:
    """The company that posts a challenge, and the centre's staff who review it."""
    return company(event, challenge) | staff(event, challenge)


def invited(event: Event, challenge: Challenge) -> set[int]:
    """The startups that an invitation names, as far as they are still invited."""
    ids = [invitation.organisation_id for invitation in challenge.invited]
    return _people([id for id in ids if id in event.data["organisations"]])


def team(_: Event, application: Application) -> set[int]:
    """Everyone who writes the application."""
    return _people([party.organisation_id for party in application.parties])


def readers_of_words(event: Event, challenge: Challenge) -> set[int]:
    """The staff, and where words changed that they have read, everybody whose application is written or sent."""
    found = staff(event, challenge)
    return found | applications.applicants(challenge) if event.data["corrected"] else found


def sides(_: Event, pairing: Any) -> set[int]:
    """Company and startup of a pairing or collaboration."""
    return _people([pairing.company_id, pairing.startup_id])


def claimant(_: Event, claim: Any) -> set[int]:
    """The person who claims an organisation, and nobody else who does."""
    return {claim.user_id}


def everyone_in(event: Event, subject: Any) -> set[int]:
    """Company, startup and centre staff of a collaboration or of a part of it."""
    collaboration = getattr(subject, "collaboration", subject)
    pairing = getattr(collaboration, "pairing", collaboration)
    centres = [pairing.centre_id, managing_centre_id(pairing)]
    return sides(event, pairing) | _people(centres, "manager", "broker")


def readers(event: Event, subject: Any) -> set[int]:
    """Everyone who may see the subject and is part of it."""
    return kind_of(event.subject_type).readers_of(subject) or set()


def programme_staff(_: Event, call: Call) -> set[int]:
    """The staff of all centres of the programme, and of its network."""
    return calls.readers_of(call)


def starter(_: Event, job: Import) -> set[int]:
    """Who sent the file, and nobody else: what an import brings is told by its own steps, or by none."""
    return {job.started_by_id}


def asker(_: Event, question: Question) -> set[int]:
    """The people of the startup that asked."""
    return _people([question.asker_id])


def asked(event: Event, question: Question) -> set[int]:
    """Who waits for an answer or needs it: the asker, all who write an application to the challenge, who answers."""
    waiting = asker(event, question) | applications.drafters(question.challenge)
    return waiting | company(event, question) | staff(event, question)


def drafters(_: Event, call: Call) -> set[int]:
    """The teams of all live applications to a call, drafts included."""
    parties = (
        select(ApplicationParty.organisation_id)
        .join(ApplicationParty.application)
        .where(Application.call_id == call.id, Application.state.in_(("draft", "submitted", "eligible", "shortlisted")))
    )
    return _people(list(db.session.scalars(parties.distinct())))


TELLINGS: dict[str, Telling] = {
    # people
    "organisation.verify": Telling(readers),
    "organisation.ask_corrections": Telling(readers, with_reason=True),
    "organisation.gain_award": Telling(readers),
    "organisation.lose_award": Telling(readers, with_reason=True),
    "organisation.exclude": Telling(readers, with_reason=True),
    "organisation.admit": Telling(readers, with_reason=True),
    "organisation.gain_affiliation": Telling(readers),
    "organisation.set_aside": Telling(readers, with_reason=True),
    "claim.accept": Telling(claimant),
    "claim.refuse": Telling(claimant, with_reason=True),
    "claim.lapse": Telling(claimant),
    # challenges
    "challenge.submit": Telling(staff),
    "challenge.resubmit": Telling(staff),
    "challenge.take_up": Telling(company),
    "challenge.ask_changes": Telling(company, with_reason=True),
    "challenge.accept": Telling(company),
    "challenge.reject": Telling(company, with_reason=True),
    "challenge.place": Telling(handed),
    "challenge.publish": Telling(company),
    "challenge.invite": Telling(invited, what=_l("invited you to apply")),
    "challenge.correct": Telling(readers_of_words, with_reason=True),
    "challenge.comment": Telling(both),
    "challenge.fill": Telling(company),
    "challenge.leave_unfilled": Telling(company, with_reason=True),
    "challenge.withdraw": Telling(both, with_reason=True),
    # calls
    "call.amend": Telling(drafters, "amendment", with_reason=True),
    "call.reopen": Telling(lambda e, s: drafters(e, s) | programme_staff(e, s), with_reason=True),
    "call.cancel": Telling(lambda e, s: drafters(e, s) | programme_staff(e, s), with_reason=True),
    "call.publish": Telling(programme_staff),
    "call.release": Telling(staff),
    # applications
    "application.submit": Telling(team, "receipt", with_actor=True),
    "application.confirm_eligible": Telling(team),
    "application.find_ineligible": Telling(team, "decision", with_reason=True),
    "application.select": Telling(team, "decision"),
    "application.put_on_reserve": Telling(team, "decision"),
    "application.decline": Telling(team, "decision", with_reason=True),
    "application.offer_place": Telling(team, "place_offer"),
    "application.take_place": Telling(lambda e, s: staff(e, s) | team(e, s)),
    "application.withdraw": Telling(lambda e, s: team(e, s) | staff(e, s), with_reason=True, with_actor=True),
    "application.step_back": Telling(lambda e, s: team(e, s) | staff(e, s), with_reason=True, with_actor=True),
    "application.judge_anew": Telling(team),
    "application.recommend": Telling(team),
    "application.invite": Telling(team),
    "application.confirm": Telling(team),
    "application.sign_off": Telling(team),
    "application.resubmit": Telling(team, "receipt", with_actor=True),
    "application.refuse_place": Telling(lambda e, s: staff(e, s) | team(e, s), with_reason=True),
    "application.lapse_offer": Telling(lambda e, s: staff(e, s) | team(e, s)),
    # questions
    "question.ask": Telling(staff),
    "question.publish": Telling(lambda e, s: asker(e, s) | company(e, s)),
    "question.decline": Telling(asker, with_reason=True),
    "question.answer": Telling(asked),
    "question.correct": Telling(asked),
    # imports
    "import.give_up": Telling(starter),
    "import.stop": Telling(starter),
    "import.finish": Telling(starter),
    # pairings
    "pairing.request": Telling(sides, with_reason=True),
    "pairing.answer": Telling(lambda e, s: staff(e, s)),
    "pairing.accept": Telling(everyone_in),
    "pairing.decline": Telling(everyone_in, with_reason=True),
    "pairing.expire": Telling(everyone_in),
    "pairing.confirm": Telling(everyone_in),
    "pairing.lapse": Telling(everyone_in, with_reason=True),
    "pairing.remind": Telling(sides),
    # collaborations
    "agreement.send": Telling(everyone_in),
    "agreement.return": Telling(everyone_in, with_reason=True),
    "agreement.open_signing": Telling(everyone_in),
    "agreement.redraft": Telling(everyone_in, with_reason=True),
    "agreement.refuse": Telling(everyone_in, with_reason=True),
    "agreement.refuse_amendment": Telling(everyone_in, with_reason=True),
    "agreement.sign": Telling(everyone_in),
    "agreement.take_effect": Telling(everyone_in),
    "agreement.amend": Telling(everyone_in, with_reason=True),
    "agreement.offer": Telling(everyone_in),
    "agreement.join": Telling(everyone_in),
    "agreement.drop_amendment": Telling(everyone_in, with_reason=True),
    "collaboration.start": Telling(everyone_in),
    "collaboration.note": Telling(everyone_in),
    "collaboration.flag_risk": Telling(everyone_in, with_reason=True),
    "collaboration.clear_risk": Telling(everyone_in, with_reason=True),
    "collaboration.suspend": Telling(everyone_in, with_reason=True),
    "collaboration.resume": Telling(everyone_in, with_reason=True),
    "collaboration.report": Telling(everyone_in),
    "collaboration.return_report": Telling(everyone_in, with_reason=True),
    "collaboration.succeed": Telling(everyone_in),
    "collaboration.judge_partial": Telling(everyone_in, with_reason=True),
    "collaboration.judge_good_faith_failure": Telling(everyone_in, with_reason=True),
    "collaboration.judge_failed": Telling(everyone_in, with_reason=True),
    "collaboration.follow_up": Telling(everyone_in),
    "collaboration.terminate": Telling(everyone_in, with_reason=True),
    "collaboration.give_opinion": Telling(everyone_in),
    "collaboration.set_next_step": Telling(everyone_in),
    "milestone.plan": Telling(everyone_in),
    "milestone.edit": Telling(everyone_in),
    "milestone.ask_change": Telling(everyone_in, with_reason=True),
    "milestone.refuse_change": Telling(everyone_in, with_reason=True),
    "milestone.withdraw_change": Telling(everyone_in),
    "milestone.change": Telling(everyone_in),
    "milestone.meet": Telling(everyone_in),
    "milestone.partially_meet": Telling(everyone_in, with_reason=True),
    "milestone.miss": Telling(everyone_in, with_reason=True),
    "milestone.reschedule": Telling(everyone_in, with_reason=True),
    "outcome.claim": Telling(everyone_in),
    "outcome.countersign": Telling(everyone_in),
    "outcome.verify": Telling(everyone_in),
    "outcome.publish": Telling(everyone_in),
    "outcome.dispute": Telling(everyone_in, with_reason=True),
    "outcome.supersede": Telling(everyone_in, with_reason=True),
}


def words_for(step: str) -> Any:
    """What those who are told of a step read."""
    telling = TELLINGS.get(step)
    return telling.what if telling and telling.what else words_of(step).past


_OWN = "only who did it is concerned"
_STAFF = "it concerns the staff alone, who see it on their desk"
_EARLY = "nobody but its author knows of it yet"
_CLOCK = "the dates were announced, and desks show what follows"
_ELSEWHERE = "another step of the same moment tells it"

# Steps that tell nobody, and why.
UNTOLD: dict[str, str] = {
    "user.verify_email": _OWN,
    "user.change_password": _OWN,
    "user.change": _OWN,
    "user.give_consent": _OWN,
    "user.withdraw_consent": _OWN,
    "user.end_sessions": _OWN,
    "user.sign_in": _OWN,
    "user.sign_out": _OWN,
    "user.fail_sign_in": "it is on record for whoever looks into it, and whoever fails may be a stranger",
    "user.lock_out": "it is on record for whoever looks into it, and whoever fails may be a stranger",
    "user.deactivate": _OWN,
    "organisation.create": _OWN,
    "organisation.edit": _OWN,
    "organisation.choose_shown": _OWN,
    "organisation.amend": "the centre finds it among those to verify",
    "organisation.claim": "the claim that was accepted tells it",
    "claim.make": "the centre finds it on its desk and among those to verify",
    "claim.withdraw": "the centre no longer finds it among those to decide",
    "organisation.choose_centre": "the centre finds it among those to verify",
    "organisation.submit": "the centre finds it among those to verify",
    "invitation.accept": "the list of members shows it",
    "invitation.revoke": "the link simply ends",
    "membership.change_role": "the person sees it at the next page",
    "membership.end": "the person sees it at the next page",
    "programme.create": _STAFF,
    "programme.edit": _STAFF,
    "call.create": _STAFF,
    "call.edit": _STAFF,
    "call.open": _CLOCK,
    "call.close": _CLOCK,
    "call.start": "the collaboration itself tells it",
    "call.close_out": _STAFF,
    "call.closing_soon": "reminders tell it, each drafter apart",
    "centre.create": _STAFF,
    "centre.edit": _STAFF,
    "network.create": _STAFF,
    "award.take": _ELSEWHERE,
    "award.give_back": _ELSEWHERE,
    "award.end": _STAFF,
    "award.record": _ELSEWHERE,
    "award.take_off": _ELSEWHERE,
    "sanction.impose": _ELSEWHERE,
    "sanction.lift": _ELSEWHERE,
    "challenge.create": _EARLY,
    "challenge.edit": _EARLY,
    "challenge.pair": _ELSEWHERE,
    "challenge.close": _CLOCK,
    "challenge.reopen": "the call that opened again tells it",
    "challenge.archive": "nothing changes for anybody",
    "application.start": _EARLY,
    "application.discard": _EARLY,
    "application.reopen": _EARLY,
    "application.keep": _EARLY,
    "application.open_file": "who reads a file is on record, not news",
    "application.override_rule": "the verdict itself is told",
    "application.check_again": "the verdict itself is told",
    "application.give_opinion": "the company's view is for the decision, which is told",
    "application.shortlist": "nothing is told before the decisions are released together",
    "application.unshortlist": "nothing is told before the decisions are released together",
    "question.withdraw": "nobody but the centre had read it, and its desk no longer shows it",
    "milestone.agree_change": "the change itself tells it, and the desk shows who has still to agree",
    "agreement.edit": "its text is sent for reading as a whole",
    "agreement.name_signer": "the page of the agreement shows it",
    "collaboration.write_report": _EARLY,
    "outcome.consent": "the page of the collaboration shows it",
    "agreement.complete": _ELSEWHERE,
    "agreement.terminate": _ELSEWHERE,
    "collaboration.archive": "nothing changes for anybody",
    "challenge.import": "candidates wait among those to publish, records tell nobody",
    "import.upload": _OWN,
    "import.read": "the page of the import shows it, and the list of imports counts it",
    "import.check": _OWN,
    "import.report": "the page of the import shows it, and the list of imports counts it",
    "import.start": _OWN,
    "import.undo": "nothing depended on it",
    "import.discard": _OWN,
    "operations.retry": "it is on record for the network's staff",
}
