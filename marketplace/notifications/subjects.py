"""How each kind of subject is found, titled, linked and seen, for messages about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.collaborations import queries as collaborations
from marketplace.collaborations.models import Agreement, Collaboration, Milestone, Outcome
from marketplace.imports import queries as imports
from marketplace.imports.models import Import
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import Said
from marketplace.network import queries as calls
from marketplace.network.models import Call
from marketplace.pairings import queries as pairings
from marketplace.pairings.models import Pairing
from marketplace.people import claim_queries as claims
from marketplace.people import queries as people
from marketplace.people.models import Claim, Invitation, Organisation, User
from marketplace.questions import queries as questions
from marketplace.questions.models import Question


@dataclass(frozen=True)
class Kind:
    """``title(subject, locale)``, ``path(subject)`` within the site, and ``readers(subject)`` as user ids.

    ``readers`` answers None where everybody may see the subject.
    """

    model: type[Any]
    title: Callable[[Any, str], str]
    path: Callable[[Any], str]
    readers: Callable[[Any], set[int] | None]


def _application_title(application: Application, locale: str) -> str:
    revision = application.current or application.unsent
    if application.challenge is not None:
        return application.challenge.title(locale)
    own = Said(revision.title, revision.locale) if revision else ""
    return own or application.call.title(locale)


def _call_readers(call: Call) -> set[int] | None:
    return calls.readers_of(call) if call.state == "draft" else None


def _challenge_readers(challenge: Challenge) -> set[int] | None:
    """Everybody where it is published for all; who applies to it then hears of it as well."""
    if challenge.state in challenges.PUBLISHED and challenge.visibility != "invited":
        return None
    return challenges.readers_of(challenge)


def _pairing_title(pairing: Pairing, locale: str) -> str:
    if pairing.challenge is not None:
        return pairing.challenge.title(locale)
    return pairing.call.title(locale)


def _question_title(question: Question, locale: str) -> str:
    return question.challenge.title(locale)


def _part_of(collaboration: Collaboration) -> str:
    return f"/collaborations/{collaboration.id}"


def _readers_of_part(part: Any) -> set[int]:
    return collaborations.readers_of(part.collaboration)


def _title_of_part(part: Any, locale: str) -> str:
    title: Said = part.collaboration.called(locale)
    return title


KINDS: dict[str, Kind] = {
    "user": Kind(User, lambda u, _: u.name, lambda _: "/settings", lambda u: {u.id}),
    "invitation": Kind(Invitation, lambda i, locale: i.organisation.name(locale), lambda _: "/desk", lambda _: set()),
    "organisation": Kind(Organisation, Organisation.name, lambda o: f"/organisations/{o.id}", people.readers_of),
    "claim": Kind(Claim, lambda c, locale: c.organisation.name(locale), lambda c: f"/claims/{c.id}", claims.readers_of),
    "call": Kind(Call, Call.title, lambda c: f"/calls/{c.id}", _call_readers),
    "challenge": Kind(Challenge, Challenge.title, lambda c: f"/challenges/{c.id}", _challenge_readers),
    "application": Kind(Application, _application_title, lambda a: f"/applications/{a.id}", applications.readers_of),
    "question": Kind(Question, _question_title, lambda q: f"/questions/{q.id}", questions.readers_of),
    "import": Kind(Import, lambda i, _: i.file_name, lambda i: f"/imports/{i.id}", imports.readers_of),
    "pairing": Kind(Pairing, _pairing_title, lambda p: f"/pairings/{p.id}", pairings.readers_of),
    "collaboration": Kind(Collaboration, Collaboration.called, _part_of, collaborations.readers_of),
    "agreement": Kind(Agreement, _title_of_part, lambda a: f"{_part_of(a.collaboration)}/agreement", _readers_of_part),
    "milestone": Kind(
        Milestone, _title_of_part, lambda m: f"{_part_of(m.collaboration)}/milestones/{m.id}", _readers_of_part
    ),
    "outcome": Kind(Outcome, _title_of_part, lambda o: _part_of(o.collaboration), _readers_of_part),
}


def kind_of(name: str) -> Kind:
    """The kind by its subject type. Raises KeyError for one that nobody is told about."""
    return KINDS[name]


def load(event: Event) -> Any:
    """The subject of an event as it stands now; None where it is gone."""
    return db.session.get(KINDS[event.subject_type].model, event.subject_id)
