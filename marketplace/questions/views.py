"""A question's own page, and each step on it; asking is in ``challenge_views``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _

from marketplace.challenges.secrets import reveals
from marketplace.kernel import clock, policy
from marketplace.kernel.errors import Invalid
from marketplace.kernel.events import last_reason
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.workflow import available_steps
from marketplace.people.views import zone_here
from marketplace.questions import actions, queries, secrets
from marketplace.questions.forms import AnswerForm, LookOverForm, PlainForm, ReasonForm
from marketplace.questions.models import Question
from marketplace.questions.policy import is_asker
from marketplace.web import form_recovery, rail
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("questions", __name__)
PAGES = ("of_challenge", "new", "ask", "show", "publish", "decline", "withdraw", "answer", "correct")
rail.join("catalogue.index", tuple(f"questions.{name}" for name in PAGES))

DONE = {
    "publish": lambda: _("The question is published. The company has been asked to answer."),
    "decline": lambda: _("The question stays unpublished. Who asked it reads your reason."),
    "withdraw": lambda: _("The question is withdrawn. Nobody else reads it."),
    "answer": lambda: _("The answer is published for everybody."),
    "correct": lambda: _("The correction is published. The earlier answer stays readable below it."),
    "correct_hidden": lambda: _(
        "The correction is published. Only the company and the centre still read the earlier answer."
    ),
}


def find_question(id: int) -> Question:
    """The question, if this reader may see it, with what its page and its rules need."""
    return find(queries.with_challenge(queries.visible_to(current_actor()).where(Question.id == id)))


@blueprint.get("/questions/<int:id>")
def show(id: int) -> Response:
    """One question: to those who act on it with what they can do, to others as it was published."""
    return page_of(find_question(id))


def page_of(question: Question, status: int = 200, **context: Any) -> Response:
    """The page of a question, with what was typed and refused."""
    actor = current_actor()
    steps = {choice.step.name.partition(".")[2]: choice for choice in available_steps(question, actor)}
    context.setdefault("look_over", _look_over(question) if "publish" in steps else None)
    context.setdefault("answering", _answering(question) if {"answer", "correct"} & set(steps) else None)
    shown = render_template(
        "questions/show.html",
        question=question,
        words=secrets.shown_words(question, actor),
        original=secrets.original_of(question, actor),
        earlier=secrets.earlier_of(question, actor),
        asker=secrets.asker_of(question, actor),
        is_own=is_asker(actor, question),
        declined_because=last_reason("question.decline", question) if question.state == "declined" else "",
        zone=question.challenge.zone,
        own_zone=zone_here(),
        overdue=question.is_overdue(clock.now()),
        steps=steps,
        **{"failed": "", **context},
    )
    return make_response(shown, status)


def _look_over(question: Question) -> LookOverForm:
    return LookOverForm(version=question.version, wording=question.wording or question.original)


def _answering(question: Question) -> AnswerForm:
    answer = question.answer
    given = {"words": answer.words, "locale": answer.locale} if answer else {"locale": current_locale()}
    return AnswerForm(version=question.version, **given)


def _done(question: Question, step: str) -> Response:
    flash(str(DONE[step]()), "done")
    return see_other(url_for("questions.show", id=question.id))


@blueprint.post("/questions/<int:id>/publication")
def publish(id: int) -> Response:
    question, actor, form = find_question(id), current_actor(), LookOverForm()
    policy.require(actor, "question.publish", question)
    form_recovery.compare(lambda: _look_over(question))
    if not form.validate_on_submit() or not form.take(
        lambda: actions.publish_question(question, actor, wording=form.wording.data or "", version=form.version_seen)
    ):
        return page_of(question, 422, look_over=form)
    return _done(question, "publish")


@blueprint.post("/questions/<int:id>/refusal")
def decline(id: int) -> Response:
    question, form = find_question(id), ReasonForm()
    policy.require(current_actor(), "question.decline", question)
    form_recovery.compare(lambda: ReasonForm(version=question.version))
    reason = form.reason.data or ""
    if not form.validate_on_submit():
        return page_of(question, 422, failed=form.reason.errors[0], given=reason)
    try:
        actions.decline_question(question, current_actor(), reason=reason, version=form.version_seen)
    except Invalid as refused:
        return page_of(question, 422, failed=refused.message, given=reason)
    return _done(question, "decline")


@blueprint.post("/questions/<int:id>/withdrawal")
def withdraw(id: int) -> Response:
    question, form = find_question(id), PlainForm()
    form_recovery.compare(lambda: PlainForm(version=question.version))
    actions.withdraw_question(question, current_actor(), version=form.version_seen)
    return _done(question, "withdraw")


@blueprint.post("/questions/<int:id>/answer")
def answer(id: int) -> Response:
    question = find_question(id)
    policy.require(current_actor(), "question.answer", question)
    return _answered(question, "answer")


@blueprint.post("/questions/<int:id>/correction")
def correct(id: int) -> Response:
    question = find_question(id)
    policy.require(current_actor(), "question.correct", question)
    return _answered(question, "correct")


def _answered(question: Question, step: str) -> Response:
    form, actor = AnswerForm(), current_actor()
    form_recovery.compare(lambda: _answering(question))
    act = actions.answer_question if step == "answer" else actions.correct_answer
    if not form.validate_on_submit() or not form.take(
        lambda: act(
            question, actor, words=form.words.data or "", locale=form.locale.data or "", version=form.version_seen
        )
    ):
        return page_of(question, 422, answering=form)
    hidden = step == "correct" and not reveals(question.challenge, ANONYMOUS)
    return _done(question, "correct_hidden" if hidden else step)
