"""The way out of alerts: opening it stops nothing, one press does, and only for whom it was signed (RFC 8058)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.following import unsubscribe_links
from marketplace.following.models import Follow
from marketplace.kernel.db import db
from marketplace.notifications.delivery import message_of
from marketplace.notifications.mail_preferences import refused_by
from marketplace.notifications.models import Mail
from tests.following.cast import WATER, challenge_in, happen, make_follow
from tests.world import Rows, World

BODY = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def follow(rows: Rows) -> Follow:
    with rows():
        World.kept()
        return make_follow(filters=WATER)


def token_of(app: Flask, follow: Follow, every: bool = False) -> str:
    with app.app_context():
        return unsubscribe_links.write(follow.user_id, 0 if every else follow.id)


def left(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Follow.id)))


def test_opening_the_link_shows_what_it_stops_and_stops_nothing(
    app: Flask, follow: Follow, client: FlaskClient
) -> None:
    for locale, word in (("en", "Water"), ("fr", "Eau"), ("ko", "물")):
        for method in ("GET", "HEAD"):
            page = client.open(f"/unsubscribe/{token_of(app, follow)}?lang={locale}", method=method)
            assert page.status_code == 200 and "Set-Cookie" not in page.headers
            assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert word in client.get(f"/unsubscribe/{token_of(app, follow)}?lang={locale}").text
    assert left(app) == [follow.id]


def test_one_press_of_a_mail_programme_stops_it_without_session_or_token(
    app: Flask, follow: Follow, client: FlaskClient
) -> None:
    address = f"/unsubscribe/{token_of(app, follow)}"
    for _ in range(2):  # programmes may send it again
        answer = client.post(address, data=BODY, content_type=FORM)
        assert answer.status_code == 200 and "You no longer follow it" in answer.text
        assert left(app) == []
    assert "You no longer follow it" in client.get(address).text


def test_button_of_the_page_sends_what_a_mail_programme_sends(app: Flask, follow: Follow, client: FlaskClient) -> None:
    page = client.get(f"/unsubscribe/{token_of(app, follow)}").text
    action = page.partition('<form method="post" action="')[2].partition('"')[0]
    assert 'name="List-Unsubscribe" value="One-Click"' in page
    assert client.post(action, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert left(app) == []


def test_link_for_every_alert_turns_them_off_and_keeps_what_is_followed(
    app: Flask, follow: Follow, client: FlaskClient
) -> None:
    address = f"/unsubscribe/{token_of(app, follow, every=True)}"
    assert "Stop all alerts by e-mail?" in client.get(address).text
    assert client.post(address, data=BODY, content_type=FORM).status_code == 200
    assert "Alerts by e-mail are off" in client.get(address).text
    with app.app_context():
        assert refused_by(follow.user_id) == {"alerts"}
    assert left(app) == [follow.id]


def test_press_may_come_in_parts(app: Flask, follow: Follow, client: FlaskClient) -> None:
    """RFC 8058 lets a mail programme send either form of body."""
    sent = {"List-Unsubscribe": "One-Click"}
    address = f"/unsubscribe/{token_of(app, follow)}"
    assert client.post(address, data=sent, content_type="multipart/form-data").status_code == 200
    assert left(app) == []


@pytest.mark.parametrize("body", ["", "List-Unsubscribe=One-Click&x=1", "list-unsubscribe=one-click", "x=1", "[]"])
def test_any_other_body_stops_nothing(app: Flask, follow: Follow, client: FlaskClient, body: str) -> None:
    assert client.post(f"/unsubscribe/{token_of(app, follow)}", data=body, content_type=FORM).status_code == 422
    assert left(app) == [follow.id]


@pytest.mark.parametrize("change", ["other", "cut", "swapped", "empty", "long", "foreign"])
def test_link_that_was_not_signed_here_leads_nowhere(
    app: Flask, follow: Follow, client: FlaskClient, change: str
) -> None:
    token = token_of(app, follow)
    wrong = {
        "other": token.replace(str(follow.id), str(follow.id + 1), 1),
        "cut": token[:-1],
        "swapped": token.swapcase(),
        "empty": f"{follow.user_id}-{follow.id}~",
        "long": token + "x" * 500,
        "foreign": "é" + token,
    }[change]
    for answer in (client.get(f"/unsubscribe/{wrong}"), client.post(f"/unsubscribe/{wrong}", data=BODY)):
        assert answer.status_code == 404
    assert left(app) == [follow.id]


def test_link_of_one_follow_stops_no_other(app: Flask, rows: Rows, follow: Follow, client: FlaskClient) -> None:
    with rows():
        other = make_follow(filters=WATER)
    client.post(f"/unsubscribe/{token_of(app, follow)}", data=BODY, content_type=FORM)
    assert left(app) == [other.id]


def test_no_other_route_takes_a_form_without_a_token(app: Flask) -> None:
    found = [name for name, view in app.view_functions.items() if getattr(view, "is_self_proving", False)]
    assert found == ["following.way_out_now"]
    assert app.extensions["csrf"]._exempt_views == {"marketplace.following.unsubscribe_views.way_out_now"}


def test_message_carries_the_headers_of_one_press(app: Flask, rows: Rows, client: FlaskClient) -> None:
    with rows():
        world = World.kept()
        follow = make_follow(filters=WATER)
        happen("challenge.publish", challenge_in(world))
        message = message_of(db.session.scalars(sa.select(Mail).where(Mail.user_id == follow.user_id)).one())
        site = app.config["SITE_URL"]
    assert message["List-Unsubscribe-Post"] == BODY
    address = str(message["List-Unsubscribe"])
    assert address.startswith("<http") and address.endswith(">")
    assert (
        client.post(address.strip("<>").removeprefix(site.rstrip("/")), data=BODY, content_type=FORM).status_code == 200
    )
    assert left(app) == []
