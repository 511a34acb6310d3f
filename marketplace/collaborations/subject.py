"""What a collaboration and its parts are to the rest of the product: a part is called, seen and told as the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_, select

from marketplace.challenges.models import ChallengeText
from marketplace.collaborations.change_words import sentence
from marketplace.collaborations.models import (
    Agreement,
    Collaboration,
    Milestone,
    MilestoneChange,
    Outcome,
)
from marketplace.collaborations.next_step import next_of, turn_of_change
from marketplace.collaborations.queries import readers_of, visible_to
from marketplace.kernel import clock, search
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import Translated, _l
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.kernel.subjects import Finding, Sides, Subject
from marketplace.kernel.turns import Next
from marketplace.network.subject import centres_of_network
from marketplace.pairings import subject as pairings
from marketplace.pairings.models import Pairing
from marketplace.pairings.secrets import names_for

PAIRED = select(Pairing.challenge_id).where(Pairing.id == Collaboration.pairing_id).scalar_subquery()
NAMES: dict[str, Any] = {
    "challenge_id": PAIRED,
    "company_id": Collaboration.company_id,
    "startup_id": Collaboration.startup_id,
    "title": case((PAIRED.is_(None), Collaboration.title)),  # else its challenge's, in the reader's language
    "locale": Collaboration.locale,
}


def _sides(collaboration: Collaboration) -> Sides:
    pair = pairings.PAIRING.sides(collaboration.pairing)
    return Sides.of(
        collaboration.company_id, collaboration.startup_id, centres=(collaboration.centre_id, *pair.centres)
    )


def _coming(collaboration: Collaboration, reader: Actor, locale: str) -> Next:
    names, zone = _names(collaboration, reader, locale), collaboration.centre.time_zone
    return replace(next_of(collaboration, names, clock.today(zone)), zone=zone)


def _names(collaboration: Collaboration, reader: Actor, locale: str) -> dict[int, str]:
    return names_for(collaboration.pairing, reader, locale, collaboration.centre_id)


def _of_network(actor: Actor) -> Select[int]:
    return select(Collaboration.id).where(Collaboration.centre_id.in_(centres_of_network(actor)))


def _is_called(actor: Actor, text: str) -> ColumnElement[bool]:
    """Whether its title holds a text in any language, or the name of one of its sides does."""
    titles = search.contains(search.squeezed_key(ChallengeText.title), text)
    titled = select(Pairing.id).join(ChallengeText, ChallengeText.challenge_id == Pairing.challenge_id).where(titles)
    between = select(Pairing.id).where(pairings.is_between(actor, text))
    own = search.contains(search.squeezed_key(Collaboration.title), text)
    return or_(Collaboration.pairing_id.in_(titled), Collaboration.pairing_id.in_(between), own)


COLLABORATION = Subject(
    name="collaboration",
    model=Collaboration,
    path="/collaborations/{id}",
    title=Collaboration.called,
    visible_to=visible_to,
    readers_of=readers_of,
    sides=_sides,
    columns=NAMES,
    coming=_coming,
    of_network=_of_network,
    finding=Finding(_l("Collaborations"), _is_called, {"organisation_id": Collaboration.startup_id}),
)


def _part(name: str, model: Any, path: str, **more: Any) -> Subject:
    """A part of a collaboration, on a page of its own or on that of the whole."""

    def whole(column: Any) -> Any:
        return select(column).where(Collaboration.id == model.collaboration_id).scalar_subquery()

    def called(part: Any, locale: str) -> Translated:
        title: Translated = part.collaboration.called(locale)
        return title

    return Subject(
        name=name,
        model=model,
        path=path,
        title=called,
        visible_to=lambda actor: select(model).where(
            model.collaboration_id.in_(visible_to(actor).with_only_columns(Collaboration.id))
        ),
        readers_of=readers_of,
        sides=lambda part: _sides(part.collaboration),
        columns={column: whole(value) for column, value in NAMES.items()},
        of_network=lambda actor: select(model.id).where(model.collaboration_id.in_(_of_network(actor))),
        **{"coming": lambda part, reader, locale: _coming(part.collaboration, reader, locale)} | more,
    )


def _coming_of_milestone(milestone: Milestone, reader: Actor, locale: str) -> Next:
    if milestone.asked_change is None:
        return _coming(milestone.collaboration, reader, locale)
    return Next(turn_of_change(milestone.asked_change, reader, _names(milestone.collaboration, reader, locale)))


def _change(event: Event, milestone: Milestone, locale: str) -> Any:
    """What becomes of a signed milestone, old beside new; the company by the name that everybody may know."""
    if "change" not in event.data:
        return ""
    change = db.session.get_one(MilestoneChange, event.data["change"])
    return sentence(change, _names(milestone.collaboration, ANONYMOUS, locale))


AGREEMENT = _part("agreement", Agreement, "/collaborations/{collaboration_id}/agreement")
MILESTONE = _part(
    "milestone",
    Milestone,
    "/collaborations/{collaboration_id}/milestones/{id}",
    coming=_coming_of_milestone,
    more=_change,
)
OUTCOME = _part("outcome", Outcome, "/collaborations/{collaboration_id}")
