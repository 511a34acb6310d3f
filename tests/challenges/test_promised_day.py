"""A call answers all its applicants on one day: a company that promised another is told before and when it counts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.calls.models import Call
from marketplace.challenges.actions import publish_challenge
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications.models import Mail
from marketplace.notifications.reactions import tell
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World


def candidate(world: World, promised: int, answered: int | None) -> tuple[Challenge, Call]:
    today = clock.now().date()
    day = today + timedelta(days=answered) if answered else None
    call = make_call(world.programme, decisions_by=day)
    challenge: Challenge = make_challenge(
        world.company, state="candidate", call=call, decision_date=today + timedelta(days=promised), centre=world.centre
    )
    return challenge, call


def mail_after(challenge: Challenge, world: World) -> str:
    publish_challenge(challenge, world.actor("manager"))
    tell(
        db.session.scalars(select(Event).where(Event.step == "challenge.publish").order_by(Event.id.desc())).first(),
        None,
    )  # type: ignore[arg-type]
    return db.session.scalars(select(Mail.body).order_by(Mail.id.desc())).first() or ""


def test_company_is_told_which_day_counts(world: World) -> None:
    challenge, _ = candidate(world, 30, 50)
    assert "You had promised an answer by" in mail_after(challenge, world)


def test_nothing_is_said_where_no_other_day_counts(world: World) -> None:
    for answered in (30, None):
        challenge, _ = candidate(world, 30, answered)
        assert "promised" not in mail_after(challenge, world)


def test_both_sides_read_it_before_the_publication(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        challenge, _ = candidate(world, 30, 50)
    review = signed_in(world.memberships["manager"]).get(f"/challenges/{challenge.id}/review").text
    assert "The company promised an answer by" in review and "answers by" in review
    assert (
        "You promised an answer by"
        in signed_in(world.memberships["company_owner"]).get(f"/challenges/{challenge.id}").text
    )
