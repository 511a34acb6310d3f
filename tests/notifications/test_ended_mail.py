"""Words of a message go when it has ended, since keys to accounts are among them; a try still to come keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from marketplace.kernel.policy import Actor
from marketplace.notifications import actions, delivery, retention
from marketplace.notifications.models import URGENT, USUAL, Mail
from tests.notifications.smtp_server import running
from tests.notifications.test_delivery import make_mail, point_at
from tests.world import World

KEY = "https://tangent.example/password/a-key"


def words() -> list[tuple[str, str, object]]:
    db.session.expire_all()
    return [(mail.state, mail.body, mail.headers) for mail in db.session.scalars(sa.select(Mail).order_by(Mail.id))]


def test_words_of_a_sent_message_are_gone(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_mail(body=KEY, headers={"List-Unsubscribe": "<https://tangent.example/unsubscribe/a-key>"})
    with running() as server:
        point_at(app, server.url, monkeypatch)
        assert delivery.deliver_due() == 1
    assert KEY in server.received[0].get_content()
    assert words() == [("sent", "", {})]


def test_where_nothing_is_sent_messages_end_at_once(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"environment": "production", "mail_transport": "none"}
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **told))
    make_mail(body=KEY)
    assert delivery.deliver_due() == 0
    assert words() == [("dropped", "", {})]


def test_words_stay_where_mail_is_only_kept(world: World) -> None:
    make_mail(body=KEY)
    delivery.deliver_due()
    retention.sweep()
    assert words() == [("sent", KEY, {})]


@pytest.mark.parametrize(("priority", "left"), [(URGENT, ""), (USUAL, KEY)])
def test_link_that_could_not_be_sent_is_gone_and_news_may_be_tried_again(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, priority: int, left: str
) -> None:
    mail = make_mail(body=KEY, priority=priority, attempts=delivery.MAX_ATTEMPTS - 1)
    point_at(app, "smtp://127.0.0.1:9", monkeypatch)
    delivery.deliver_due()
    assert words() == [("failed", left, {})]
    keeper = Actor(is_operator=True)
    if left:
        actions.retry_mail(mail, keeper)
        mail.state, mail.attempts, mail.due_at = "failed", delivery.MAX_ATTEMPTS, clock.now() - timedelta(days=8)
        retention.sweep()
        assert words() == [("failed", "", {})]
    with pytest.raises(Blocked):
        actions.retry_mail(mail, keeper)


def test_sweeping_takes_the_words_of_what_was_sent_before(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mail(body=KEY, state="sent", sent_at=clock.now())
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp_url="smtp://mail.example"))
    retention.sweep()
    assert words() == [("sent", "", {})]
