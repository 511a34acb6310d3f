"""On a challenge: the list of its questions, the form to ask one, and the panel on its page."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload

from marketplace.calls.models import Call
from marketplace.challenges import queries as challenges
from marketplace.challenges.fit import is_startup
from marketplace.challenges.models import Challenge
from marketplace.challenges.policy import is_own
from marketplace.kernel import clock, policy
from marketplace.kernel.errors import Blocked
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme
from marketplace.network.policy import is_managing_staff
from marketplace.people.views import zone_here
from marketplace.questions import actions, guards, queries, secrets
from marketplace.questions.dates import taken_until
from marketplace.questions.forms import AskForm
from marketplace.questions.models import Question
from marketplace.questions.policy import is_asker
from marketplace.questions.views import blueprint
from marketplace.web import cache, panels
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

FEW = 5  # on the page of the challenge


def find_challenge(id: int) -> Challenge:
    """The challenge, if this reader may see it, with its call and who manages it."""
    managing = joinedload(Programme.managing_centre).lazyload(Centre.organisation)
    programme = joinedload(Challenge.call).joinedload(Call.programme).options(lazyload(Programme.texts), managing)
    return find(challenges.visible_to(current_actor()).where(Challenge.id == id).options(programme))


@blueprint.get("/challenges/<int:id>/questions")
@public
@cache.shared
def of_challenge(id: int) -> Response:
    """All that was asked and answered about a challenge."""
    challenge, actor = find_challenge(id), current_actor()
    page = paginate(queries.of_challenge(challenge.id, actor), page_number(request.args.get("page")))
    return make_response(
        render_template("questions/of_challenge.html", page=page, **list_context(challenge, actor, list(page)))
    )


def list_context(challenge: Challenge, actor: Actor, found: list[Question]) -> dict[str, Any]:
    """What every list of a challenge's questions says."""
    now = clock.now()
    return {
        "challenge": challenge,
        "questions": found,
        "words_of": lambda question: secrets.shown_words(question, actor),
        "earlier_of": lambda question: secrets.earlier_of(question, actor),
        "own": lambda question: is_asker(actor, question),
        "until": taken_until(challenge),
        "closed": guards.window_obstacle(challenge, now),
        "zone": challenge.zone,
        "own_zone": zone_here(challenge.zone),
        "unverified": is_startup(actor) and not actor.organisation_verified and not is_own(actor, challenge),
        "may_ask": policy.can(actor, "question.ask", challenge),
        "looks_over": is_managing_staff(actor, challenge),
        "is_asked": is_own(actor, challenge),
        "now": now,
    }


@blueprint.get("/challenges/<int:id>/questions/new")
def new(id: int) -> Response:
    """Where a question is written; where none is taken, the page says why."""
    challenge, actor = find_challenge(id), current_actor()
    policy.require(actor, "question.ask", challenge)
    _expect_taken(challenge, actor)
    return _form_page(challenge, AskForm(locale=current_locale()))


def _expect_taken(challenge: Challenge, actor: Actor) -> None:
    if message := guards.question_obstacle(challenge, actor, clock.now()):
        raise Blocked(message)


def _form_page(challenge: Challenge, form: AskForm, status: int = 200) -> Response:
    context = list_context(challenge, current_actor(), [])
    return make_response(render_template("questions/new.html", form=form, **context), status)


@blueprint.post("/challenges/<int:id>/questions")
def ask(id: int) -> Response:
    challenge, actor, form = find_challenge(id), current_actor(), AskForm()
    policy.require(actor, "question.ask", challenge)
    if not form.validate_on_submit():
        return _form_page(challenge, form, 422)
    earlier = form.first_press()
    if earlier is not None:
        return see_other(earlier or url_for("questions.of_challenge", id=challenge.id))
    words, locale = form.words.data or "", form.locale.data or current_locale()
    question = form.take(lambda: actions.ask_question(challenge, actor, words=words, locale=locale))
    if question is None:
        return _form_page(challenge, form, 422)
    flash(_("Your question is with the centre. You see here what becomes of it."))
    return see_other(form.led_to(url_for("questions.show", id=question.id)))


def _panel(challenge: Challenge, actor: Actor) -> str:
    """On a challenge's page: what was asked and answered, and the way to ask."""
    if challenge.is_reference or challenge.call is None or not challenge.published_at:
        return ""
    found = list(queries.newest_of(challenge.id, actor, FEW))
    context = list_context(challenge, actor, found[:FEW])
    if not found and context["closed"]:
        return ""
    return render_template("questions/_panel.html", more=len(found) > FEW, **context)


panels.register("challenge", "main", _panel)
