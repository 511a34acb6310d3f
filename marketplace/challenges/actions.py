"""A challenge's way: sent, reviewed, published, closed by the clock, answered or not."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.calls.models import Call
from marketplace.challenges import guards, queries
from marketplace.challenges.models import Challenge, ChallengeSnapshot, ReviewComment
from marketplace.challenges.sections import content_of
from marketplace.challenges.states import LIVE
from marketplace.kernel import clock, events, policy, workflow
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.typed_text import says_something
from marketplace.network.queries import staff_of_programme

BATCH = 200


def submit_challenge(challenge: Challenge, actor: Actor, version: int | None = None) -> None:
    """Send it to the centre, for the first time or after changes were asked; what was sent is kept."""
    step = "challenge.resubmit" if challenge.state == "revision" else "challenge.submit"
    workflow.fire(step, challenge, actor, version=version)
    challenge.submitted_at = challenge.submitted_at or clock.now()
    number = len(challenge.snapshots) + 1
    challenge.snapshots.append(ChallengeSnapshot(number=number, content=content_of(challenge)))
    db.session.flush()


def take_up_challenge(challenge: Challenge, actor: Actor, version: int | None = None) -> None:
    """Start the review."""
    workflow.fire("challenge.take_up", challenge, actor, version=version)


def ask_changes(challenge: Challenge, actor: Actor, reason: str, version: int | None = None) -> None:
    """Send it back with what should change; the request joins the comments."""
    workflow.fire("challenge.ask_changes", challenge, actor, reason=reason, version=version)


def accept_challenge(challenge: Challenge, actor: Actor, version: int | None = None) -> None:
    """Take it as a candidate."""
    workflow.fire("challenge.accept", challenge, actor, version=version)


def reject_challenge(challenge: Challenge, actor: Actor, reason: str, version: int | None = None) -> None:
    """Do not take it, and say why."""
    workflow.fire("challenge.reject", challenge, actor, reason=reason, version=version)


def comment_on_challenge(challenge: Challenge, actor: Actor, text: str) -> ReviewComment:
    """Add a remark between company and centre."""
    policy.require(actor, "challenge.comment", challenge)
    if not says_something(text):
        raise Invalid(_l("Write the comment first."), field="text")
    comment = ReviewComment(challenge_id=challenge.id, author_id=actor.user_id, text=text.strip())
    db.session.add(comment)
    events.record("challenge.comment", challenge, actor)
    return comment


def place_challenge(challenge: Challenge, actor: Actor, call: Call, version: int | None = None) -> None:
    """Put a candidate into a call of the actor's programmes; the centre that manages the call publishes it there."""
    policy.require(actor, "challenge.place", challenge)
    expect_version(challenge, version)
    if actor.centre_id not in staff_of_programme(call.programme):
        raise Invalid(_l("Choose a call of a programme that your centre manages or co-operates in."), field="call")
    if challenge.state != "candidate":
        raise Blocked(_l("Only a candidate is placed in a call."))
    if challenge.call_id != call.id:
        challenge.call = call
        db.session.flush()
        events.record("challenge.place", challenge, actor, data={"call_id": call.id})


def publish_challenge(challenge: Challenge, actor: Actor, call: Call | None = None, version: int | None = None) -> None:
    """Publish a candidate within a call, placing it there first where one is given; the startups invited are told."""
    policy.require(actor, "challenge.publish", challenge)
    expect_version(challenge, version)
    if call is not None:
        place_challenge(challenge, actor, call)
    promised, answered = challenge.replaced_day, challenge.answer_by
    days = {"promised": promised.isoformat(), "answer_by": answered.isoformat()} if promised and answered else None
    workflow.fire("challenge.publish", challenge, actor, data=days)
    challenge.published_at = clock.now()
    db.session.flush()
    if challenge.visibility == "invited":
        invited = sorted(row.organisation_id for row in challenge.invited)
        events.record("challenge.invite", challenge, actor, data={"organisations": invited})


def publish_challenges(
    found: Sequence[Challenge], actor: Actor, call: Call
) -> tuple[list[Challenge], list[tuple[Challenge, str]]]:
    """Publish what can be published in one call; the rest is named with what blocks it and stays as it was."""
    published, refused = [], []
    for challenge in found:
        try:
            with db.session.begin_nested():
                publish_challenge(challenge, actor, call)
            published.append(challenge)
        except Blocked as blocked:
            refused.append((challenge, str(blocked.message)))
    return published, refused


def close_due(actor: Actor = SYSTEM) -> int:
    """Close every challenge whose deadline passed a while ago; safe to run twice and in parallel. Returns how many.

    Whoever was in time may be waiting still, and a challenge that is filled when it closes takes nothing more.
    """
    closed = 0
    while ids := db.session.scalars(queries.due_to_close(clock.answered()).limit(BATCH)).all():
        for challenge in ids:
            _close(challenge, actor)
        closed += len(ids)
        if len(ids) < BATCH:
            break
    return closed


def close_if_due(challenge: Challenge, actor: Actor = SYSTEM) -> None:
    """Close it if its deadline has passed but no job has said so yet; steps that need ``closed`` call this first."""
    if challenge.state != "open" or challenge.state_at(clock.now()) != "closed":
        return
    db.session.refresh(challenge, with_for_update={"of": Challenge})
    if challenge.state == "open" and challenge.state_at(clock.now()) == "closed":
        _close(challenge, actor)


def _close(challenge: Challenge, actor: Actor) -> None:
    workflow.fire("challenge.close", challenge, actor)
    _fill_if_answered(challenge, actor)


def _fill_if_answered(challenge: Challenge, actor: Actor) -> None:
    if challenge.state == "closed" and challenge.pairs_confirmed >= challenge.startups_sought:
        workflow.fire("challenge.fill", challenge, actor)


def record_pair(challenge: Challenge, actor: Actor = SYSTEM) -> None:
    """Count one confirmed pair; the last one sought fills the challenge, at its closing if that is still to come.

    The row is locked, so that two confirmations at once both count.
    """
    policy.require(actor, "challenge.pair", challenge)
    db.session.refresh(challenge, with_for_update={"of": Challenge})
    close_if_due(challenge)
    challenge.pairs_confirmed += 1
    db.session.flush()
    events.record("challenge.pair", challenge, actor, data={"pairs": challenge.pairs_confirmed})
    _fill_if_answered(challenge, actor)


def reopen_challenge(challenge: Challenge, actor: Actor = SYSTEM, reason: str | None = None) -> None:
    """Open it again with its call."""
    workflow.fire("challenge.reopen", challenge, actor, reason=reason)


def reopen_with_call(call_id: int, actor: Actor = SYSTEM) -> int:
    """Open again every challenge that closed with a call which was opened again. Returns how many."""
    closed = db.session.scalars(
        select(Challenge).where(Challenge.call_id == call_id, Challenge.state == "closed").with_for_update()
    ).all()
    ahead = [row for row in closed if not row.is_reference and (row.closing() or clock.now()) >= clock.now()]
    for challenge in ahead:
        reopen_challenge(challenge, actor)
    return len(ahead)


def leave_with_cancelled_call(call_id: int, reason: str, actor: Actor = SYSTEM) -> int:
    """When a call is cancelled, published challenges end with it; others wait for another call."""
    rows = db.session.scalars(select(Challenge).where(Challenge.call_id == call_id).with_for_update()).all()
    ended = [row for row in rows if row.state in LIVE and not row.is_reference]
    for challenge in ended:
        workflow.fire("challenge.withdraw", challenge, actor, reason=reason)
    for challenge in rows:
        if challenge.published_at is None and not challenge.is_reference:
            challenge.call = None
            touch(challenge)
    db.session.flush()
    return len(ended)


def leave_unfilled(challenge: Challenge, actor: Actor, reason: str, version: int | None = None) -> None:
    """End it without a startup, and say why."""
    policy.require(actor, "challenge.leave_unfilled", challenge)
    expect_version(challenge, version)
    close_if_due(challenge)
    workflow.fire("challenge.leave_unfilled", challenge, actor, reason=reason)


def archive_challenge(challenge: Challenge, actor: Actor, version: int | None = None) -> None:
    """Put an answered or unanswered challenge away."""
    workflow.fire("challenge.archive", challenge, actor, version=version)


def withdraw_challenge(challenge: Challenge, actor: Actor, reason: str, version: int | None = None) -> None:
    """Take it back, with the reason that applicants are told; that of a hidden company must not name it."""
    policy.require(actor, "challenge.withdraw", challenge)
    expect_version(challenge, version)
    if challenge.published_at is not None and (message := guards.gives_away(challenge, reason)):
        raise Invalid(message, field="reason")
    close_if_due(challenge)
    workflow.fire("challenge.withdraw", challenge, actor, reason=reason)
