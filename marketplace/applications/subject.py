"""What an application is to the rest of the product."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, func, select

from marketplace.applications import queries
from marketplace.applications.models import Application, ApplicationParty
from marketplace.applications.next_steps import next_of
from marketplace.applications.states import TEAM, UNANSWERED
from marketplace.applications.timeline import told_as
from marketplace.calls.models import Call
from marketplace.calls.subject import calls_of_network
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.audiences import APPLICANTS, hears
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import Translated, _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Finding, Sides, Subject, own_part
from marketplace.kernel.turns import Next
from marketplace.people.queries import people_of


def _title(application: Application, locale: str) -> str:
    revision = application.current or application.unsent
    if application.challenge is not None:
        return application.challenge.title(locale)
    own = Translated(revision.title, revision.locale) if revision else ""
    return own or application.call.title(locale)


def _sides(application: Application) -> Sides:
    challenge = application.challenge
    return Sides.of(
        challenge.organisation_id if challenge is not None else None,
        application.organisation_id,
        centres=(application.managing_centre_id,),
        others=tuple(party.organisation_id for party in application.parties),
    )


def _coming(application: Application, reader: Actor, _: str) -> Next | None:
    found = next_of(application, reader, clock.now())
    return None if found.family == "stopped" else replace(found, zone=application.call.time_zone)


@own_part("challenge")
def _own_application(challenge: Challenge, reader: Actor) -> tuple[str, Application] | None:
    own = queries.live_of_party(reader, Application.challenge_id, challenge.id)
    return ("application", own[0]) if own else None


def _has_receipt(_: Actor, text: str) -> ColumnElement[bool]:
    """Whether a text is the number of its receipt, or the end of it."""
    return func.concat("-", Application.number).endswith(f"-{text.upper()}", autoescape=True)


APPLICATION = Subject(
    name="application",
    model=Application,
    path="/applications/{id}",
    title=_title,
    visible_to=queries.visible_to,
    readers_of=queries.readers_of,
    sides=_sides,
    columns={
        "challenge_id": Application.challenge_id,
        "call_id": Application.call_id,
        "company_id": select(Challenge.organisation_id)
        .where(Challenge.id == Application.challenge_id)
        .scalar_subquery(),
        "startup_id": Application.organisation_id,
    },
    coming=_coming,
    told_as=told_as,
    of_network=lambda actor: select(Application.id).where(Application.call_id.in_(calls_of_network(actor))),
    finding=Finding(
        _l("Applications"), _has_receipt, {"note": Application.number, "organisation_id": Application.organisation_id}
    ),
)


@hears(TEAM, "application")
def _team(_: Event, application: Application) -> set[int]:
    """Everyone who writes it."""
    return people_of(party.organisation_id for party in application.parties)


@hears(APPLICANTS, "challenge")
def _readers_of_words(event: Event, challenge: Challenge) -> set[int]:
    """Everybody whose application is written or sent, where words changed that they have read."""
    return queries.applicants(challenge) if event.data["corrected"] else set()


@hears(APPLICANTS, "call")
def _applicants(_: Event, call: Call) -> set[int]:
    """The teams of all live applications, drafts included."""
    parties = (
        select(ApplicationParty.organisation_id)
        .join(ApplicationParty.application)
        .where(Application.call_id == call.id, Application.state.in_(UNANSWERED))
    )
    return people_of(db.session.scalars(parties.distinct()))
