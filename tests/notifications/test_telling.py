"""Who is told of what: the table is complete, and nobody hears what they may not see."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.kernel import events, workflow
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.notifications import reactions
from marketplace.notifications.models import Notification
from marketplace.notifications.telling import TELLINGS, UNTOLD
from marketplace.subscriptions import SUBSCRIPTIONS
from tests.factories import World, close_call, make_application, make_call, make_challenge, make_pairing


def told(event: Event) -> set[int]:
    subject = reactions.load(event)
    return reactions.audience_of(event, subject)


def of(world: World, *roles: str) -> set[int]:
    return {world.memberships[role].user.id for role in roles}


def test_every_told_step_has_words() -> None:
    assert set(TELLINGS) - set(workflow.spoken()) == set()


def test_every_step_is_told_or_left_out_for_a_reason() -> None:
    assert set(workflow.spoken()) - set(TELLINGS) - set(UNTOLD) - set(SUBSCRIPTIONS) == set()
    assert set(UNTOLD) & set(TELLINGS) == set()
    assert all(UNTOLD.values())


def test_every_subscription_listens_to_a_spoken_step() -> None:
    assert set(SUBSCRIPTIONS) - set(workflow.spoken()) == set()


def test_who_acted_is_not_told(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, state="in_review", centre=world.centre)
    event = events.record("challenge.ask_changes", challenge, world.actor("company_owner"), reason="Because")
    assert told(event) == of(world, "company_member")


def test_sealed_application_is_told_to_its_team_alone(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, centre=world.centre)
    application = make_application(challenge, world.startup, state="submitted", author=world.user("startup_owner"))
    event = events.record("application.withdraw", application, SYSTEM, reason="Because")
    assert told(event) == of(world, "startup_owner", "startup_member")
    close_call(call)
    assert told(event) == of(world, "startup_owner", "startup_member", "manager", "broker")


def test_pairing_is_told_to_its_sides_and_centre_alone(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
    application = make_application(challenge, world.startup, state="selected", author=world.user("startup_owner"))
    pairing = make_pairing(application)
    event = events.record("pairing.request", pairing, world.actor("manager"))
    assert told(event) == of(world, "company_owner", "company_member", "startup_owner", "startup_member")


def test_amended_call_is_told_to_everybody_with_a_draft(world: World) -> None:
    call = make_call(world.programme)
    make_application(make_challenge(world.company, call), world.startup, author=world.user("startup_owner"))
    make_application(
        make_challenge(world.other_company, call), world.other_startup, state="withdrawn",
        author=world.user("other_startup"),
    )  # fmt: skip
    event = events.record("call.amend", call, world.actor("manager"), reason="A holiday")
    assert told(event) == of(world, "startup_owner", "startup_member")


def test_event_whose_subject_is_gone_tells_nobody(world: World) -> None:
    for step in sorted(TELLINGS):
        event = Event(id=10**9, step=step, subject_type=step.partition(".")[0], subject_id=10**12, data={})
        assert reactions.tell(event, None) is None, step
        assert db.session.scalars(sa.select(Notification.event_id)).all() == [], step
