"""What a challenge is to the rest of the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select

from marketplace.calls.subject import calls_of_network
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.next_steps import next_of
from marketplace.challenges.secrets import company_of
from marketplace.challenges.states import INVITED, PUBLISHED, RECEIVERS
from marketplace.kernel import clock
from marketplace.kernel.audiences import hears
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.kernel.sentences import day, fill, instant
from marketplace.kernel.subjects import COMPANY, Sides, Subject, Texts
from marketplace.kernel.turns import Next
from marketplace.network.subject import centres_of_network
from marketplace.people.queries import people_of


def _readers(challenge: Challenge) -> set[int] | None:
    """Everybody where it is published for all; who applies to it then hears of it as well."""
    if challenge.state in PUBLISHED and challenge.visibility != "invited":
        return None
    return queries.readers_of(challenge)


def _coming(challenge: Challenge, reader: Actor, _: str) -> Next | None:
    found = next_of(challenge, reader, clock.now())
    return None if found.family == "stopped" else replace(found, zone=challenge.zone)


def _more(event: Event, challenge: Challenge, locale: str) -> Any:
    if event.step == "challenge.invite":
        return _invitation(challenge, locale)
    if event.step == "challenge.publish" and event.data.get("promised"):
        words = _l(
            "You had promised an answer by %(promised)s. In this call everybody is answered by %(answer)s: that day"
            " stands on the page."
        )
        promised, answer = (day(date.fromisoformat(event.data[name])) for name in ("promised", "answer_by"))
        return fill(words, promised=promised, answer=answer)
    return ""


def _invitation(challenge: Challenge, locale: str) -> Any:
    company, closing = company_of(challenge, ANONYMOUS, locale).name, challenge.closing()
    if closing is None or challenge.call is None:
        return fill(_l("%(company)s shows this challenge to invited startups alone."), company=company)
    words = _l("%(company)s shows this challenge to invited startups alone. Applications close on %(instant)s.")
    return fill(words, company=company, instant=instant(closing, challenge.call.time_zone))


def challenges_of_network(actor: Actor) -> Select[int]:
    """Ids of the challenges in a network's calls, and of those brought to one of its centres."""
    brought = and_(Challenge.call_id.is_(None), Challenge.centre_id.in_(centres_of_network(actor)))
    return select(Challenge.id).where(or_(Challenge.call_id.in_(calls_of_network(actor)), brought))


CHALLENGE = Subject(
    name="challenge",
    model=Challenge,
    path="/challenges/{id}",
    title=Challenge.title,
    visible_to=queries.visible_to,
    readers_of=_readers,
    sides=lambda challenge: Sides.of(
        challenge.organisation_id, centres=(challenge.centre_id, challenge.managing_centre_id)
    ),
    columns={"challenge_id": Challenge.id, "company_id": Challenge.organisation_id},
    texts=Texts(ChallengeText.challenge_id, ChallengeText.title, Challenge.main_locale),
    coming=_coming,
    more=_more,
    taken_by={"challenge.withdraw": COMPANY},
    of_network=challenges_of_network,
)


@hears(RECEIVERS, "challenge")
def _receivers(_: Event, challenge: Challenge) -> set[int]:
    """The staff of the centre that manages the call, where another one put the challenge there."""
    managing = challenge.managing_centre_id
    return people_of([managing], "manager", "broker") if managing != challenge.centre_id else set()


@hears(INVITED, "challenge")
def _invited(event: Event, challenge: Challenge) -> set[int]:
    """The startups that an invitation names, as far as they are still invited."""
    ids = [invitation.organisation_id for invitation in challenge.invited]
    return people_of([id for id in ids if id in event.data["organisations"]])
