"""Links by mail and reminders: each goes once to whom it is meant for, however often its reaction runs."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from marketplace.applications.submission import reopen_application
from marketplace.calls.models import Call
from marketplace.kernel import clock, events
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.notifications import links, reminders
from marketplace.notifications.models import Mail, Notification
from marketplace.people import member_actions
from marketplace.people.models import MailToken
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.notifications.cast import mails
from tests.people.cast import make_user
from tests.world import World


def test_verification_link_is_sent_once_and_stays_valid(world: World) -> None:
    user = make_user(email_verified_at=None, locale="fr")
    event = events.record("user.sign_up", user, ANONYMOUS)
    links.send_verification(event, None)
    token = db.session.scalars(sa.select(MailToken)).one().token_hash
    links.send_verification(event, None)
    assert db.session.scalars(sa.select(MailToken)).one().token_hash == token
    (mail,) = mails()
    assert (mail.to, mail.locale) == (user.email, "fr")
    assert "/verification/" in mail.body


def test_confirmed_or_closed_account_gets_no_verification(world: World) -> None:
    links.send_verification(events.record("user.sign_up", make_user(), ANONYMOUS), None)
    closed = make_user(email_verified_at=None, deactivated_at=clock.now())
    links.send_verification(events.record("user.sign_up", closed, ANONYMOUS), None)
    assert mails() == []


def test_reset_link_is_never_in_notifications(world: World) -> None:
    event = events.record("user.ask_reset", make_user(), ANONYMOUS)
    for _ in range(2):
        links.send_reset(event, None)
    (mail,) = mails()
    assert "/password/" in mail.body
    assert db.session.scalars(sa.select(Notification)).all() == []


def test_invitation_goes_to_the_invited_address_alone(world: World) -> None:
    actor = world.actor("company_owner")
    invitation = member_actions.invite(world.company, actor, "new@people.example", "member")
    event = db.session.scalars(sa.select(events.Event).where(events.Event.step == "invitation.send")).one()
    for _ in range(2):
        links.send_invitation(event, None)
    (mail,) = mails()
    assert (mail.to, mail.user_id) == ("new@people.example", None)
    assert "/invitations/" in mail.body
    member_actions.revoke_invitation(invitation, actor)
    db.session.execute(sa.delete(Mail))
    links.send_invitation(event, None)
    assert mails() == []


def draft_closing(world: World, days: float) -> None:
    call = make_call(world.programme)
    call.closes_at = clock.now() + timedelta(days=days)
    make_application(make_challenge(world.company, call), world.startup, author=world.memberships["startup_owner"].user)


def test_drafters_are_reminded_once_at_each_distance(world: World) -> None:
    draft_closing(world, 6.5)
    draft_closing(world, 30)
    assert [reminders.remind_due(), reminders.remind_due()] == [2, 0]
    assert {mail.user_id for mail in mails()} == {
        world.memberships[role].user_id for role in ("startup_owner", "startup_member")
    }
    draft_closing(world, 0.5)
    assert [reminders.remind_due(), reminders.remind_due()] == [2, 0]
    assert "1 day left" in mails()[-1].subject


def test_changes_that_are_not_submitted_are_reminded_of(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme, closes=5), centre=world.centre)
    application = make_application(challenge, world.startup, state="submitted", author=world.user("startup_owner"))
    assert reminders.remind_due() == 0
    reopen_application(application, world.actor("startup_owner"))
    assert [reminders.remind_due(), reminders.remind_due()] == [2, 0]
    assert "changes that are not submitted yet" in mails()[0].body and "a draft" not in mails()[0].body


def test_extended_deadline_is_reminded_anew(world: World) -> None:
    draft_closing(world, 0.5)
    reminders.remind_due()
    call = db.session.scalars(sa.select(Call)).one()
    call.closes_at = clock.now() + timedelta(days=5)
    db.session.flush()
    assert reminders.remind_due() == 2
    assert mails()[-1].key.count(":7:") == 1
