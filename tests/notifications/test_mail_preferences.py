"""Which messages come by e-mail: every told step has its kind, what is refused stays in the product alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel import clock, events, words
from marketplace.kernel.db import db
from marketplace.kernel.mail_kinds import mail_kinds
from marketplace.notifications import actions, delivery, links, mail_preferences, reactions, reminders
from marketplace.notifications.models import URGENT, Mail, MailRefusal, Notification
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.forms import token_in
from tests.world import Rows, SignedIn, World

FORMAL = ("decision", "receipt", "place_offer")


def fixed() -> set[str]:
    return {kind.name for kind in mail_kinds() if kind.fixed}


def test_every_told_step_has_one_kind(app: Flask) -> None:
    of_their_own = {"alerts", "access"}
    assert {words.mail_kind_of(step).name for step in words.told_steps()} | of_their_own == {
        k.name for k in mail_kinds()
    }
    with pytest.raises(LookupError):
        words.mail_kind_of("nothing.happens")


def test_decisions_and_access_always_come(app: Flask) -> None:
    assert fixed() == {"access", "decisions"}
    dated = [step for step, said in words.all_words().items() if said.tells and said.tells.mail in FORMAL]
    assert {words.mail_kind_of(step).name for step in dated} == {"decisions"}


def mailed() -> set[int | None]:
    return set(db.session.scalars(sa.select(Mail.user_id)))


def test_refused_kind_is_told_in_the_product_alone(world: World) -> None:
    owner, member = (world.memberships[role].user_id for role in ("company_owner", "company_member"))
    actions.choose_mail(owner, [kind for kind in mail_preferences.refusable_kinds() if kind != "challenges"])
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
    event = events.record("challenge.accept", challenge, world.actor("manager"))
    reactions.tell(event, None)
    assert mailed() == {member}
    assert set(db.session.scalars(sa.select(Notification.user_id))) == {owner, member}


def test_refused_reminder_is_a_line_alone(world: World) -> None:
    owner, member = (world.memberships[role].user_id for role in ("startup_owner", "startup_member"))
    actions.choose_mail(owner, [])
    make_application(
        make_challenge(world.company, make_call(world.programme, closes=3)), world.startup,
        author=world.user("startup_owner"),
    )  # fmt: skip
    assert reminders.remind_due() == 2
    assert mailed() == {member}
    assert set(db.session.scalars(sa.select(Notification.user_id))) == {owner, member}


def test_what_always_comes_cannot_be_refused(world: World) -> None:
    owner = world.memberships["startup_owner"].user_id
    actions.choose_mail(owner, [])
    for kind in fixed():
        actions.refuse_mail(owner, kind)
        db.session.add(MailRefusal(user_id=owner, kind=kind))  # not even where the row is there
    db.session.flush()
    application = make_application(
        make_challenge(world.company, make_call(world.programme)), world.startup, state="submitted",
        author=world.user("startup_owner"),
    )  # fmt: skip
    reactions.tell(events.record("application.decline", application, world.actor("manager"), reason="Because"), None)
    links.send_reset(
        events.record("user.ask_reset", world.memberships["startup_owner"].user, world.actor("person")), None
    )
    assert owner in mailed()
    priorities = db.session.scalars(sa.select(Mail.priority).where(Mail.user_id == owner).order_by(Mail.priority)).all()
    assert list(priorities) == [URGENT, 1]


def test_page_shows_every_kind_and_keeps_the_choice(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    browser = signed_in(world.memberships["startup_owner"])
    page = browser.get("/settings/messages").text
    assert all(str(kind.says) in page for kind in mail_kinds())
    assert page.count("checked") == len(mail_preferences.refusable_kinds())
    assert "/settings/messages" in browser.get("/settings").text
    sent = {"csrf_token": token_in(page), "kind": ["drafts", "alerts", "nonsense"]}
    assert browser.post("/settings/messages", data=sent).status_code == 303
    with rows():
        wanted = set(mail_preferences.refusable_kinds()) - mail_preferences.refused_by(
            world.memberships["startup_owner"].user_id
        )
    assert wanted == {"drafts", "alerts"}
    assert browser.get("/settings/messages").text.count("checked") == 2
    browser.post("/settings/messages", data={**sent, "kind": list(mail_preferences.refusable_kinds())})
    with rows():
        assert mail_preferences.refused_by(world.memberships["startup_owner"].user_id) == set()


def test_urgent_mail_goes_before_thousands_that_wait(world: World) -> None:
    now = clock.now()
    db.session.execute(
        sa.insert(Mail),
        [
            {
                "key": f"bulk:{n}", "to": f"p{n}@people.example", "locale": "en", "subject": "News", "body": "News.\n",
                "headers": {}, "priority": 2, "due_at": now,
            }
            for n in range(3000)
        ],
    )  # fmt: skip
    links.send_reset(
        events.record("user.ask_reset", world.memberships["startup_owner"].user, world.actor("person")), None
    )
    assert delivery.deliver_due(limit=1) == 1
    sent = db.session.scalars(sa.select(Mail.to).where(Mail.state == "sent")).all()
    assert list(sent) == [world.memberships["startup_owner"].user.email]
