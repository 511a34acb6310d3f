"""News within minutes is one message with what comes next; what carries a date of its own comes alone."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.collaborations import agreements, milestones
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications import bundles, delivery, reactions
from marketplace.notifications.models import Mail
from tests.collaborations.cast import drafted, signed
from tests.world import World


def told(*steps: str) -> None:
    """Run the telling of the newest event of each step."""
    for step in steps:
        event = db.session.scalars(sa.select(Event).where(Event.step == step).order_by(Event.id.desc()).limit(1)).one()
        reactions.tell(event, None)


def mails_to(world: World, role: str) -> list[Mail]:
    mine = sa.select(Mail).where(Mail.user_id == world.memberships[role].user_id).order_by(Mail.id)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def test_message_says_what_comes_next_and_by_when(world: World) -> None:
    agreement = drafted(world)
    agreements.take_step(agreement, world.actor("manager"), "agreement.send")
    agreements.take_step(agreement, world.actor("manager"), "agreement.open_signing")
    told("agreement.open_signing")
    (mail,) = mails_to(world, "startup_owner")
    assert f"What comes next: {world.company.name('en')}, {world.startup.name('en')}: sign the agreement" in mail.body


def test_first_news_leaves_at_once_and_the_next_waits_for_more(world: World) -> None:
    collaboration = signed(world).collaboration
    for text in ("Pumps are in.", "Pumps run.", "Pumps are loud."):
        milestones.write_note(collaboration, world.actor("company_owner"), text=text)
        told("collaboration.note")
    first, second, third = mails_to(world, "startup_owner")
    now = db.session.scalar(sa.select(sa.func.clock_timestamp()))
    assert first.due_at <= now < second.due_at == third.due_at <= now + bundles.PAUSE
    db.session.execute(sa.update(Mail).values(due_at=now))
    db.session.flush()
    second.state = first.state = "queued"
    first.state = "sent"
    db.session.flush()
    bundles.gather_news(second)
    db.session.flush()
    assert [mail.state for mail in mails_to(world, "startup_owner")] == ["sent", "queued", "joined"]
    assert second.subject.startswith("2 pieces of news: ")
    assert second.body.count("wrote a progress note") == 2 and second.body.count("What comes next:") == 2


def test_decisions_and_receipts_wait_for_nothing() -> None:
    assert bundles.may_wait("collaboration.note")
    for step in ("application.submit", "application.decline", "application.select", "call.amend"):
        assert not bundles.may_wait(step), step


def test_news_that_waited_reaches_nobody_who_may_not_read_it_any_more(world: World) -> None:
    collaboration = signed(world).collaboration
    for text in ("Pumps are in.", "Pumps run."):
        milestones.write_note(collaboration, world.actor("company_owner"), text=text)
        told("collaboration.note")
    long_ago = sa.func.clock_timestamp() - 2 * bundles.PAUSE
    db.session.execute(sa.update(Mail).values(created_at=long_ago, due_at=long_ago))
    db.session.delete(world.memberships["startup_owner"])
    db.session.flush()
    delivery.deliver_due()
    assert {mail.state for mail in mails_to(world, "startup_owner")} == {"dropped"}
    others = sa.select(Mail.state).where(Mail.user_id != world.memberships["startup_owner"].user_id)
    assert "dropped" not in set(db.session.scalars(others))
