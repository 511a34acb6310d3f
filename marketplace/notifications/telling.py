"""Who is told of what, and by which message: one table.

An audience answers user ids; whoever may not see the subject is dropped afterwards, so that no audience can leak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.applications.models import Application, ApplicationParty
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.network import queries as calls
from marketplace.network.models import Call
from marketplace.network.policy import managing_centre_id
from marketplace.notifications.subjects import kind_of
from marketplace.people.queries import members

Audience = Callable[[Event, Any], set[int]]


@dataclass(frozen=True)
class Telling:
    """``mail`` names the template of the message; ``with_reason`` shows the event's reason to those told."""

    audience: Audience
    mail: str = "message"
    with_reason: bool = False


def _people(organisation_ids: list[int | None], *roles: str) -> set[int]:
    return set(db.session.scalars(members(organisation_ids, roles or ("owner", "member"))))


def staff(_: Event, subject: Any) -> set[int]:
    """Managers and brokers of the centre that manages or reviews the subject."""
    centres = [managing_centre_id(subject), getattr(subject, "centre_id", None)]
    return _people(centres, "manager", "broker")


def company(_: Event, subject: Any) -> set[int]:
    """The people of the company: of a challenge, or of a pairing or collaboration."""
    return _people([getattr(subject, "company_id", None) or getattr(subject, "organisation_id", None)])


def team(_: Event, application: Application) -> set[int]:
    """Everyone who writes the application."""
    return _people([party.organisation_id for party in application.parties])


def sides(_: Event, pairing: Any) -> set[int]:
    """Company and startup of a pairing or collaboration."""
    return _people([pairing.company_id, pairing.startup_id])


def everyone_in(event: Event, subject: Any) -> set[int]:
    """Company, startup and centre staff of a collaboration or of a part of it."""
    collaboration = getattr(subject, "collaboration", subject)
    pairing = getattr(collaboration, "pairing", collaboration)
    centres = [pairing.centre_id, managing_centre_id(pairing)]
    return sides(event, pairing) | _people(centres, "manager", "broker")


def readers(event: Event, subject: Any) -> set[int]:
    """Everyone who may see the subject and is part of it."""
    return kind_of(event.subject_type).readers(subject) or set()


def programme_staff(_: Event, call: Call) -> set[int]:
    """The staff of all centres of the programme, and of its network."""
    return calls.readers_of(call)


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
    # challenges
    "challenge.submit": Telling(staff),
    "challenge.resubmit": Telling(staff),
    "challenge.take_up": Telling(company),
    "challenge.ask_changes": Telling(company, with_reason=True),
    "challenge.accept": Telling(company),
    "challenge.reject": Telling(company, with_reason=True),
    "challenge.publish": Telling(lambda e, s: company(e, s) | readers(e, s)),
    "challenge.fill": Telling(company),
    "challenge.leave_unfilled": Telling(company, with_reason=True),
    "challenge.withdraw": Telling(staff, with_reason=True),
    # calls
    "call.amend": Telling(drafters, "amendment", with_reason=True),
    "call.reopen": Telling(lambda e, s: drafters(e, s) | programme_staff(e, s), with_reason=True),
    "call.cancel": Telling(lambda e, s: drafters(e, s) | programme_staff(e, s), with_reason=True),
    "call.publish": Telling(programme_staff),
    "call.release": Telling(staff),
    # applications
    "application.submit": Telling(team, "receipt"),
    "application.confirm_eligible": Telling(team),
    "application.find_ineligible": Telling(team, "decision", with_reason=True),
    "application.select": Telling(team, "decision"),
    "application.put_on_reserve": Telling(team, "decision"),
    "application.decline": Telling(team, "decision", with_reason=True),
    "application.offer_place": Telling(team, "place_offer"),
    "application.take_place": Telling(lambda e, s: staff(e, s) | team(e, s)),
    "application.withdraw": Telling(lambda e, s: team(e, s) | staff(e, s), with_reason=True),
    "application.step_back": Telling(lambda e, s: team(e, s) | staff(e, s), with_reason=True),
    "application.recommend": Telling(team),
    "application.invite": Telling(team),
    "application.confirm": Telling(team),
    "application.sign_off": Telling(team),
    "application.resubmit": Telling(team, "receipt"),
    "application.lapse_offer": Telling(lambda e, s: staff(e, s) | team(e, s)),
    # pairings
    "pairing.request": Telling(sides),
    "pairing.answer": Telling(lambda e, s: staff(e, s)),
    "pairing.accept": Telling(everyone_in),
    "pairing.decline": Telling(everyone_in),
    "pairing.expire": Telling(everyone_in),
    "pairing.confirm": Telling(everyone_in),
    "pairing.lapse": Telling(everyone_in, with_reason=True),
    "pairing.remind": Telling(sides),
    # collaborations
    "agreement.send": Telling(everyone_in),
    "agreement.return": Telling(everyone_in, with_reason=True),
    "agreement.open_signing": Telling(everyone_in),
    "agreement.redraft": Telling(everyone_in, with_reason=True),
    "agreement.sign": Telling(everyone_in),
    "agreement.take_effect": Telling(everyone_in),
    "agreement.amend": Telling(everyone_in, with_reason=True),
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
    "milestone.meet": Telling(everyone_in),
    "milestone.partially_meet": Telling(everyone_in, with_reason=True),
    "milestone.miss": Telling(everyone_in, with_reason=True),
    "milestone.reschedule": Telling(everyone_in, with_reason=True),
    "outcome.claim": Telling(everyone_in),
    "outcome.countersign": Telling(everyone_in),
    "outcome.verify": Telling(everyone_in),
    "outcome.dispute": Telling(everyone_in, with_reason=True),
    "outcome.supersede": Telling(everyone_in, with_reason=True),
}
