"""Sending mail: once, in any script, later where it fails, and at most once more where its worker died."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.notifications import delivery, smtp
from marketplace.notifications.models import Mail
from tests.factories import add
from tests.notifications.smtp_server import Server, running
from tests.world import World

NUMBERS = iter(range(10**6))


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with running() as found:
        yield found


def point_at(app: Flask, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp_url=url))


def make_mail(subject: str = "Hello", **values: object) -> Mail:
    values = {"to": "person@people.example", "locale": "en", "body": "Good day.\n", "headers": {}, **values}
    values.setdefault("due_at", clock.now() - timedelta(seconds=1))
    return add(Mail(key=f"test:{next(NUMBERS)}", subject=subject, **values))


def states() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Mail.state).order_by(Mail.id)))


@pytest.mark.parametrize(
    ("locale", "subject", "body"),
    [
        ("en", "Changes asked", "Hello.\n"),
        ("fr", "Réponse à votre candidature : « Été »", "Bonjour, ça va ?\n"),
        ("ko", "참여기업 선정 결과를 알려 드립니다", "안녕하세요. 결과를 확인해 주십시오.\n"),
    ],
)
def test_message_arrives_in_any_script(
    world: World, app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch, locale: str, subject: str, body: str
) -> None:
    point_at(app, server.url, monkeypatch)
    make_mail(subject, locale=locale, body=body)
    assert delivery.deliver_due() == 1
    (message,) = server.received
    assert (message["Subject"], message.get_content().replace("\r\n", "\n")) == (subject, body)
    assert (message["To"], message["Content-Language"]) == ("person@people.example", locale)
    assert states() == ["sent"]


def test_second_run_sends_nothing_more(
    world: World, app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(app, server.url, monkeypatch)
    make_mail()
    assert [delivery.deliver_due(), delivery.deliver_due()] == [1, 0]
    assert len(server.received) == 1


def test_refused_message_waits_longer_each_time_and_is_given_up(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(refuse=True) as server:
        point_at(app, server.url, monkeypatch)
        mail = make_mail()
        pauses = []
        for _ in range(delivery.MAX_ATTEMPTS):
            assert delivery.deliver_due() == 0
            db.session.refresh(mail)
            pauses.append(mail.due_at)
            mail.due_at = sa.func.clock_timestamp() - timedelta(seconds=1)
            db.session.commit()
        assert states() == ["failed"]
        assert pauses == sorted(pauses)
        assert "451" in (mail.last_error or "")
        assert delivery.deliver_due() == 0


@pytest.mark.parametrize("local", ["=?utf-8?q?a=0Ab?=", "=?utf-8?b?w6k=?="])
def test_message_that_cannot_be_written_holds_up_no_other(
    world: World, app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch, local: str
) -> None:
    point_at(app, server.url, monkeypatch)
    make_mail(headers={"Reply-To": f"{local}@people.example"})
    make_mail()
    assert delivery.deliver_due() == 1
    assert states() == ["queued", "sent"]


def test_server_that_is_away_keeps_the_message(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as server:
        point_at(app, server.url, monkeypatch)
    server.server_close()
    mail = make_mail()
    assert (delivery.deliver_due(), states()) == (0, ["queued"])
    with running() as back:
        point_at(app, back.url, monkeypatch)
        mail.due_at = clock.now() - timedelta(seconds=1)
        db.session.commit()
        assert delivery.deliver_due() == 1
        assert len(back.received) == 1


@pytest.mark.parametrize(("most", "connections"), [(1000, 1), (2, 3)])
def test_messages_of_one_run_share_a_connection_while_the_server_keeps_it(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, most: int, connections: int
) -> None:
    with running(most=most) as server:
        point_at(app, server.url, monkeypatch)
        for _ in range(5):
            make_mail()
        assert delivery.deliver_due() == 5
        assert len(server.received) == 5 and server.commands.count("EHLO") == connections


def test_message_of_a_dead_worker_is_sent_once_more_at_most(
    world: World, app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(app, server.url, monkeypatch)
    mail = make_mail()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(smtp.Post, "send", dies)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                delivery.deliver_due()
            db.session.rollback()
            db.session.refresh(mail)
            assert mail.state == "sending"
            mail.due_at = clock.now() - timedelta(seconds=1)
            db.session.commit()
    assert delivery.deliver_due() == 0
    assert server.received == []


def test_message_under_way_is_left_to_its_worker(
    world: World, app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(app, server.url, monkeypatch)
    make_mail(state="sending", due_at=clock.now() + timedelta(seconds=30))
    assert delivery.deliver_due() == 0


def test_repeat_carries_the_same_message_id(world: World) -> None:
    mail = make_mail()
    assert delivery.message_of(mail)["Message-ID"] == delivery.message_of(mail)["Message-ID"]


def test_password_is_never_sent_without_tls(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as server:
        monkeypatch.setattr(smtp, "LOOPBACK", ())
        point_at(app, server.url.replace("smtp://", "smtp://user:secret@"), monkeypatch)
        make_mail()
        assert delivery.deliver_due() == 0
        assert "AUTH" not in server.commands
        assert server.received == []


def test_offered_tls_that_fails_is_not_passed_over(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(offers=("STARTTLS", "8BITMIME")) as server:
        point_at(app, server.url, monkeypatch)
        make_mail()
        assert delivery.deliver_due() == 0
        assert "STARTTLS" in server.commands
        assert server.received == []


def test_without_a_server_mail_is_kept_outside_production(world: World) -> None:
    make_mail()
    assert (delivery.deliver_due(), states()) == (1, ["sent"])


def test_production_without_a_server_keeps_mail_waiting(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], environment="production"))
    make_mail()
    assert (delivery.deliver_due(), states()) == (0, ["queued"])


@pytest.mark.parametrize(("transport", "sent"), [("tls", 0), ("plain", 1)])
def test_production_sends_nothing_that_others_could_read_unless_told_to(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, transport: str, sent: int
) -> None:
    with running() as server:
        change = {"smtp_url": server.url, "environment": "production", "mail_transport": transport}
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **change))
        make_mail()
        assert delivery.deliver_due() == sent
        assert len(server.received) == sent
