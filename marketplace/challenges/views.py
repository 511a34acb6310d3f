"""The page of one challenge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Select, func
from sqlalchemy.orm import joinedload, lazyload

from marketplace.calls.models import Call
from marketplace.challenges import corrections, fit, labels, page_facts, participation, queries, tallies, wording
from marketplace.challenges.history import timeline
from marketplace.challenges.models import Challenge
from marketplace.challenges.next_steps import next_of
from marketplace.challenges.secrets import company_of, owner_of
from marketplace.challenges.states import TO_REVIEW
from marketplace.kernel import clock, policy
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import pick_text
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.network.models import Centre, Programme
from marketplace.people.models import Organisation, OrganisationText
from marketplace.people.views import zone_here
from marketplace.web import cache
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import page_or_fragment
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("challenges", __name__)
cache.ends_at(queries.next_turn)


def for_page(query: Select[Challenge]) -> Select[Challenge]:
    """Load what the page of one challenge shows."""
    return query.options(
        joinedload(Challenge.call)
        .joinedload(Call.programme)
        .options(
            lazyload(Programme.texts),
            joinedload(Programme.managing_centre).options(lazyload(Centre.organisation), joinedload(Centre.network)),
        ),
        joinedload(Challenge.call).joinedload(Call.stages),
        joinedload(Challenge.organisation).options(
            joinedload(Organisation.region), joinedload(Organisation.texts).load_only(OrganisationText.name)
        ),
        joinedload(Challenge.centre)
        .joinedload(Centre.organisation)
        .joinedload(Organisation.texts)
        .load_only(OrganisationText.name),
        joinedload(Challenge.region_described),
    )


@blueprint.get("/challenges/<int:id>")
@public
@cache.shared
def show(id: int) -> Response:
    """The page of one challenge."""
    actor = current_actor()
    challenge = find(for_page(queries.visible_to(actor).where(Challenge.id == id)))
    return page_or_fragment("challenges/show.html", "challenges/_next.html", **page_context(challenge, actor))


def page_context(challenge: Challenge, actor: Actor, *, preview: bool = False) -> dict[str, Any]:
    """What the page says to this reader; a preview says what it says to strangers."""
    now, locale = clock.now(), current_locale()
    reader = ANONYMOUS if preview else actor
    zone = challenge.zone
    happened = [] if preview else timeline(challenge, reader, locale, zone_here(zone))
    follows = not preview and policy.can(actor, "challenge.follow", challenge)
    return {
        "challenge": challenge,
        "text": challenge.text_in(locale),
        "said": page_facts.texts_of(challenge, locale),
        "call_text": pick_text(challenge.call.texts, locale) if challenge.call else None,
        "company": company_of(challenge, reader, locale),
        "owner": owner_of(challenge, reader),
        "reveal_note": page_facts.reveal_note(challenge, reader),
        "state": challenge.state_at(now),
        "zone": zone,
        "now": now,
        "today": clock.day_of(now, zone),
        "over": page_facts.standing_of(challenge, now).is_over,
        "stated": [] if challenge.is_reference else wording.facts_of(challenge),
        "next": next_of(challenge, reader, now, participation.parts_of(reader, [challenge.id]).get(challenge.id)),
        "ahead": page_facts.what_happens(challenge, now),
        "timeline": happened,
        "corrections": [line for line in reversed(happened) if line.step == "challenge.correct"],
        "uncorrectable": None if preview else corrections.correction_obstacle(challenge),
        "fit": None if preview else fit.fit_of(challenge, actor, now),
        "received": _received(challenge, reader, now),
        "follows": follows,
        "own": not preview and policy.can(actor, "challenge.edit", challenge),
        "preview": preview,
        "is_listed": not preview and _is_listed(challenge),
        "labels": labels,
    }


def _is_listed(challenge: Challenge) -> bool:
    """Whether the catalogue leads to it as something to take part in, so that it is found from elsewhere too."""
    return bool(challenge.published_at) and not challenge.is_reference and challenge.visibility != "invited"


def _received(challenge: Challenge, reader: Actor, now: datetime) -> int | None:
    """How many applications it has; told to all once no more can come, before to those whom ``follow`` admits alone.

    Each one is sent under seal, and anybody can open an account.
    """
    if challenge.state_at(now) == "open" and not policy.can(reader, "challenge.follow", challenge):
        return None
    return tallies.applications_of([challenge.id]).get(challenge.id)


@prepared
def waiting_for(actor: Actor) -> Select[Any]:
    """How many challenges wait for this centre's review or publication: what its list holds under "To review"."""
    seen = queries.visible_to(actor).where(
        queries.is_staffed_by(actor), Challenge.is_reference.is_(False), Challenge.state.in_(TO_REVIEW)
    )
    return seen.with_only_columns(func.count(), maintain_column_froms=True)
