"""Telling people: in their language, once, in chunks, and without the names an anonymous company hides."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from marketplace.challenges.actions import publish_challenge
from marketplace.challenges.drafting import invite_startup
from marketplace.challenges.models import ChallengeInvitation
from marketplace.kernel import clock, events, relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.policy import SYSTEM
from marketplace.notifications import inbox, reactions, rendering
from marketplace.notifications.models import Mail, Notification
from marketplace.people.models import Membership, User, UserSession
from marketplace.people.sessions import open_session
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.people.cast import make_organisation
from tests.world import World


def ask_changes(world: World, **values: object) -> Event:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, state="in_review", centre=world.centre, **values)
    return events.record("challenge.ask_changes", challenge, world.actor("manager"), reason="Name the pipes.")


def mails() -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.to)))


def test_everybody_concerned_is_told_once_in_their_language(world: World) -> None:
    world.memberships["company_owner"].user.locale = "fr"
    world.memberships["company_member"].user.locale = "ko"
    event = ask_changes(world)
    for _ in range(2):
        assert reactions.tell(event, None) is None
    found = {mail.user_id: mail for mail in mails()}
    owner, member = world.user("company_owner"), world.user("company_member")
    assert set(found) == {owner.id, member.id}
    assert {m.locale for m in found.values()} == {"fr", "ko"}
    assert "Name the pipes." in found[owner.id].body
    told = db.session.scalars(sa.select(Notification.user_id).where(Notification.event_id == event.id))
    assert sorted(told) == sorted([owner.id, member.id])


def test_person_without_a_confirmed_address_gets_no_mail(world: World) -> None:
    world.memberships["company_owner"].user.email_verified_at = None
    reactions.tell(ask_changes(world), None)
    assert [mail.user_id for mail in mails()] == [world.user("company_member").id]


def test_person_without_a_language_reads_mail_in_that_of_their_last_page(world: World) -> None:
    user = world.user("company_owner")
    assert rendering.locale_of(user) == "en"
    open_session(user, None, None)
    db.session.scalars(sa.select(UserSession).where(UserSession.user_id == user.id)).one().locale = "ko"
    db.session.flush()
    assert rendering.locale_of(user) == "ko"
    user.locale = "fr"
    assert rendering.locale_of(user) == "fr"


def test_anonymous_company_stays_unnamed_in_every_mail(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, visibility="anonymous", centre=world.centre)
    application = make_application(challenge, world.startup, state="submitted", author=world.user("startup_owner"))
    event = events.record("application.submit", application, world.actor("startup_owner"))
    reactions.tell(event, None)
    close_call(call)
    event = events.record("application.withdraw", application, SYSTEM, reason="The challenge was withdrawn.")
    reactions.tell(event, None)
    sent = [
        mail for mail in mails() if mail.user_id in {world.user("startup_owner").id, world.user("startup_member").id}
    ]
    assert len(sent) == 4
    for mail in sent:
        assert "Haneul" not in mail.subject + mail.body
        assert challenge.owner_name not in mail.subject + mail.body


@pytest.mark.parametrize("at_publication", [True, False])
def test_invited_startup_is_told_that_it_is_invited(world: World, at_publication: bool) -> None:
    state = "candidate" if at_publication else "open"
    challenge = make_challenge(world.company, make_call(world.programme), state=state, visibility="invited")
    if at_publication:
        challenge.invited.append(ChallengeInvitation(organisation=world.startup))
        publish_challenge(challenge, world.actor("manager"))
    else:
        invite_startup(challenge, world.startup, world.actor("company_owner"))
    made = sa.select(Event).where(Event.subject_id == challenge.id)
    for event in db.session.scalars(made.where(Event.step.in_(("challenge.publish", "challenge.invite")))):
        reactions.tell(event, None)
    startup = {world.user(role).id for role in ("startup_owner", "startup_member")}
    told = [mail for mail in mails() if mail.user_id in startup]
    assert {mail.user_id for mail in told} == startup and len(told) == 2
    for mail in told:
        assert "invited you to apply" in mail.subject and "Find leaks" in mail.subject
        assert "Haneul Water Utility shows this challenge to invited startups alone." in mail.body
        assert "Applications close on" in mail.body and "KST" in mail.body
    (row,) = db.session.scalars(sa.select(Notification).where(Notification.user_id == world.user("startup_owner").id))
    (line,) = inbox.lines([row], world.actor("startup_owner"), (), "en")
    assert str(line.what) == "invited you to apply"


def test_receipt_has_number_and_closing(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
    application = make_application(challenge, world.startup, state="submitted", author=world.user("startup_owner"))
    application.submitted_at = clock.now()
    reactions.tell(events.record("application.submit", application, world.actor("startup_owner")), None)
    (mail, _) = mails()
    assert application.number in mail.subject
    assert "KST" in mail.body
    assert f"/applications/{application.id}" in mail.body


def _crowd(organisation_id: int, size: int) -> None:
    now = clock.now()
    people = db.session.scalars(
        sa.insert(User).returning(User.id),
        [{"email": f"crowd{n}@people.example", "name": f"Crowd {n}", "email_verified_at": now} for n in range(size)],
    ).all()
    db.session.execute(
        sa.insert(Membership),
        [{"user_id": user_id, "organisation_id": organisation_id, "role": "member"} for user_id in people],
    )


def test_large_audience_is_served_though_one_chunk_fails_midway(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "CHUNK", 20)
    crowded = make_organisation("public", "Crowded company")
    _crowd(crowded.id, 120)
    challenge = make_challenge(crowded, state="in_review", centre=world.centre)
    events.record("challenge.ask_changes", challenge, world.actor("manager"), reason="Say more.")
    db.session.commit()
    real, failures = reactions.mail_people, iter([False, False, True])

    def fails_once(*told: object) -> None:
        if next(failures, False):
            raise RuntimeError("interrupted")
        real(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(reactions, "mail_people", fails_once)
    relay.run_due()
    row = db.session.scalars(sa.select(Outbox).where(Outbox.done_at.is_(None))).one()
    assert (row.attempts, row.cursor is not None) == (1, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 2 * reactions.CHUNK
    row.due_at = sa.func.clock_timestamp()
    db.session.commit()
    relay.run_due()
    for table in (Mail, Notification):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 120
    assert db.session.scalar(sa.select(sa.func.count()).where(Outbox.done_at.is_(None))) == 0
