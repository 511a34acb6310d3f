"""The centre's side: the list of what waits, the review of one challenge, publication, and its end."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from marketplace.calls.models import Call
from marketplace.challenges import actions, guards, page_facts, queries
from marketplace.challenges.history import thread, timeline
from marketplace.challenges.labels import TRACK_LABELS
from marketplace.challenges.models import Challenge
from marketplace.challenges.next_steps import next_of
from marketplace.challenges.secrets import company_of, facts_in_words
from marketplace.challenges.sections import LABELS, SECTIONS, content_of, differences, section_of
from marketplace.challenges.states import CHALLENGE, REVIEWED, TO_REVIEW, UNDER_REVIEW
from marketplace.challenges.views import blueprint, for_page, waiting_for
from marketplace.challenges.wording import in_words
from marketplace.kernel import clock, policy, typed_text, workflow
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.people.views import zone_here
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

DEEDS = {
    "challenge.take_up": "challenges.take_up",
    "challenge.accept": "challenges.accept",
    "challenge.ask_changes": "challenges.ask_changes",
    "challenge.reject": "challenges.reject",
    "challenge.archive": "challenges.archive",
}

rail.place(
    15,
    _l("To review"),
    "challenges.reviews",
    "inbox",
    lambda actor: actor.centre_id is not None,
    waiting_for,
    within=("challenges.reviews", "challenges.review"),
)


@blueprint.get("/challenges/review")
def reviews() -> str:
    """What this centre reviews and publishes, longest in its state first."""
    actor, now = current_actor(), clock.now()
    policy.require(actor, "challenge.list_reviews")
    state = request.args.get("state", "")
    states = (state,) if state in (*UNDER_REVIEW, *REVIEWED) else TO_REVIEW
    shown = queries.state_at(now)
    staffed = queries.visible_to(actor).outerjoin(Call, Call.id == Challenge.call_id)
    staffed = staffed.where(queries.is_staffed_by(actor), Challenge.is_reference.is_(False))
    each = staffed.with_only_columns(shown.label("state"), maintain_column_froms=True).subquery()
    counted = select(each.c.state, func.count()).group_by(each.c.state)
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    query = staffed.where(shown.in_(states)).order_by(Challenge.state_since, Challenge.id)
    if (term := request.args.get("q", "").strip()[:200]) != "":
        query = query.where(queries.has_text(term))
    page = paginate(queries.for_rows(query, actor), page_number(request.args.get("page")), 50)
    return render_template(
        "challenges/reviews.html",
        rows=[page_facts.row_of(challenge, actor, current_locale(), now) for challenge in page],
        page=page,
        counts=counts,
        state=state if state in (*UNDER_REVIEW, *REVIEWED) else "",
        states=[*UNDER_REVIEW, *REVIEWED],
        waiting=sum(counts.get(name, 0) for name in TO_REVIEW),
        staff_label=lambda name: CHALLENGE.states[name].staff,
        term=term,
        calls=queries.calls_to_publish_in(actor, now) if state == "candidate" else [],
        who_acts=lambda name: CHALLENGE.states[name].turn.who,
    )


@blueprint.get("/challenges/<int:id>/review")
def review(id: int) -> str:
    """The review of one challenge: what was sent, what changed, what was said, what can be done."""
    actor, now, locale = current_actor(), clock.now(), current_locale()
    challenge = find(for_page(queries.visible_to(actor).where(Challenge.id == id)))
    policy.require(actor, "challenge.follow", challenge)
    sent = [snapshot.content for snapshot in challenge.snapshots]
    latest = content_of(challenge)
    changes = differences(sent[-2], sent[-1]) if len(sent) > 1 else []
    if sent and challenge.state == "revision" and policy.can(actor, "challenge.edit", challenge):
        changes = differences(sent[-1], latest)
    zone, own = challenge.zone, policy.can(actor, "challenge.edit", challenge)
    return render_template(
        "challenges/review.html",
        challenge=challenge,
        title=challenge.title(locale) or _("Untitled"),
        company=company_of(challenge, actor, locale),
        state=challenge.state_at(now),
        zone=zone,
        next=next_of(challenge, actor, now),
        own=own,
        follows=True,
        on_review=True,
        choices=_choices(challenge, actor),
        deeds=DEEDS,
        calls=queries.calls_to_publish_in(actor, now) if challenge.state == "candidate" else [],
        handed_to=queries.calls_to_hand_to(challenge, actor, now),
        remarks=thread(challenge, locale),
        may_comment=policy.can(actor, "challenge.comment", challenge),
        written=[] if own else _written(latest),
        changes=[(LABELS[name], code, in_words(name, old), in_words(name, new)) for name, code, old, new in changes],
        versions=len(sent),
        fits=guards.count_described(challenge) if challenge.visibility == "anonymous" else None,
        least=guards.LEAST_FITTING,
        described=facts_in_words(challenge, locale),
        own_zone=zone_here(),
        timeline=timeline(challenge, actor, locale, zone_here()),
        tracks=TRACK_LABELS,
    )


def _written(content: dict[str, Any]) -> list[tuple[Any, list[tuple[Any, str, str]]]]:
    """All that the company wrote, by section: label, language (or none) and words of each field."""
    order, found = list(LABELS), dict[str, list[tuple[Any, str, str]]]()
    for key in sorted(content, key=lambda key: (order.index(key.partition(".")[0]), key)):
        name, _dot, code = key.partition(".")
        if words := in_words(name, content[key]):
            found.setdefault(section_of(name).name, []).append((LABELS[name], code, words))
    return [(part.label, found[part.name]) for part in SECTIONS if part.name in found]


def _choices(challenge: Challenge, actor: Actor) -> dict[str, workflow.Choice]:
    """The steps this person may take; the deadline counts even before a job has closed the challenge."""
    over = challenge.state == "open" and challenge.state_at(clock.now()) == "closed"
    found = {choice.step.name: choice for choice in workflow.available_steps(challenge, actor)}
    if challenge.state != "in_review" and (refusal := found.get("challenge.reject")) and refusal.blocked:
        del found[refusal.step.name]  # the company's turn comes first
    late = next(step for step in workflow.machine("challenge").steps if step.name == "challenge.leave_unfilled")
    if over and policy.can(actor, late.name, challenge):
        found[late.name] = workflow.Choice(late)
    return found


def find_for_step(id: int) -> tuple[Challenge, Actor, int | None]:
    """The challenge, held for a step, who takes it, and the version their page was drawn from."""
    actor = current_actor()
    challenge = find(
        queries.visible_to(actor).where(Challenge.id == id).options(lazyload("*")).with_for_update(of=Challenge)
    )
    return challenge, actor, Form().version_seen


def _reason() -> str:
    return typed_text.clean_lines(request.form.get("reason", ""))


def _back(id: int, words: str) -> Response:
    flash(words, "done")
    return see_other(url_for("challenges.review", id=id))


@blueprint.post("/challenges/<int:id>/review")
def take_up(id: int) -> Response:
    """Start the review."""
    challenge, actor, version = find_for_step(id)
    actions.take_up_challenge(challenge, actor, version)
    return _back(id, _("The review has started. The company sees that somebody reads it."))


@blueprint.post("/challenges/<int:id>/candidacy")
def accept(id: int) -> Response:
    """Take it as a candidate."""
    challenge, actor, version = find_for_step(id)
    actions.accept_challenge(challenge, actor, version)
    return _back(id, _("Taken as a candidate. It can now be published within a call."))


@blueprint.post("/challenges/<int:id>/revisions")
def ask_changes(id: int) -> Response:
    """Ask for changes."""
    challenge, actor, version = find_for_step(id)
    actions.ask_changes(challenge, actor, _reason(), version)
    return _back(id, _("The company reads what should change and sends it again."))


@blueprint.post("/challenges/<int:id>/rejection")
def reject(id: int) -> Response:
    """Reject it."""
    challenge, actor, version = find_for_step(id)
    actions.reject_challenge(challenge, actor, _reason(), version)
    return _back(id, _("Rejected, with your reason."))


@blueprint.post("/challenges/<int:id>/comments")
def comment(id: int) -> Response:
    """Add a comment."""
    actor = current_actor()
    challenge = find(queries.visible_to(actor).where(Challenge.id == id))
    policy.require(actor, "challenge.comment", challenge)
    actions.comment_on_challenge(challenge, actor, typed_text.clean_lines(request.form.get("text", "")))
    return see_other(url_for("challenges.review", id=id) + "#comments")


@blueprint.post("/challenges/<int:id>/no-answer")
def leave_unfilled(id: int) -> Response:
    """End it without a startup."""
    challenge, actor, version = find_for_step(id)
    actions.leave_unfilled(challenge, actor, _reason(), version)
    return _back(id, _("Ended without a startup. The company reads your reason."))


@blueprint.post("/challenges/<int:id>/archiving")
def archive(id: int) -> Response:
    """Put it away."""
    challenge, actor, version = find_for_step(id)
    actions.archive_challenge(challenge, actor, version)
    return _back(id, _("Archived. It stays readable."))
