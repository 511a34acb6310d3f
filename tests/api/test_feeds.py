"""Feeds and calendars: whole by their standards, steady over changes, silent about what is not public."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from flask.testing import FlaskClient

from marketplace.api import feed_views
from marketplace.challenges.models import ChallengeText
from marketplace.kernel import clock
from marketplace.kernel.db import db
from tests.api.test_views import hide, make
from tests.calls.cast import close_call
from tests.factories import again
from tests.world import Rows, SignedIn, World

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(client: FlaskClient, query: str = "") -> ElementTree.Element:
    answer = client.get(f"/challenges.atom{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return ElementTree.fromstring(answer.data)


def text(node: ElementTree.Element, name: str) -> str:
    found = node.find(f"a:{name}", ATOM)
    assert found is not None and found.text, name
    return found.text


def events(client: FlaskClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/challenges.ics{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
    found = {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def is_instant(value: str) -> bool:
    return value.endswith("Z") and datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None


def test_feed_has_what_atom_asks_for(rows: Rows, client: FlaskClient) -> None:
    made = [make(rows), make(rows)]
    with rows():
        again(made[0]).texts["en"].title = "Pipes & <leaks> \x01 of “old” 파이프"
    root = feed(client)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = root.findall("a:entry", ATOM)
    assert len(entries) == 2
    for node in (root, *entries):
        assert text(node, "id").startswith("http") and text(node, "title") and is_instant(text(node, "updated"))
        assert node.find("a:author/a:name", ATOM) is not None
    assert len({text(entry, "id") for entry in entries}) == 2
    (own,) = [link.get("href") for link in root.findall("a:link", ATOM) if link.get("rel") == "self"]
    assert own == text(root, "id")
    assert {text(entry, "title") for entry in entries} >= {"Pipes & <leaks>  of “old” 파이프"}
    assert text(root, "updated") == max(text(entry, "updated") for entry in entries)
    assert all(entry.find("a:summary", ATOM).get(LANG) == "en" for entry in entries)  # type: ignore[union-attr]


def test_empty_feed_is_whole(client: FlaskClient) -> None:
    root = feed(client, "?q=nothing+has+these+words")
    assert is_instant(text(root, "updated")) and not root.findall("a:entry", ATOM)


def test_feed_follows_the_filters_and_names_itself(rows: Rows, client: FlaskClient) -> None:
    water, energy = make(rows), make(rows, fields=["energy"])
    root = feed(client, "?field=energy&lang=fr")
    assert [text(entry, "id").rpartition("/")[2] for entry in root.findall("a:entry", ATOM)] == [str(energy.id)]
    assert text(root, "id").endswith("/challenges.atom?field=energy&lang=fr")
    assert root.get(LANG) == "fr"
    assert str(water.id) != str(energy.id)


def test_entry_keeps_its_id_and_tells_its_change(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    (before,) = feed(client).findall("a:entry", ATOM)
    with rows():
        changed = again(challenge)
        changed.texts["en"].title = "Another title"
        changed.updated_at = clock.now() + timedelta(seconds=5)
    (after,) = feed(client).findall("a:entry", ATOM)
    assert text(before, "id") == text(after, "id")
    assert text(before, "updated") < text(after, "updated")


def test_nothing_hidden_is_told(rows: Rows, signed_in: SignedIn) -> None:
    hidden = hide(rows)
    make(rows, visibility="anonymous")
    with rows():
        for number, challenge in enumerate(hidden):
            again(challenge).texts["en"].title = f"Unseen {number}"
        memberships = World.kept().memberships
    secrets = ("Unseen ", "Haneul", "Secretname", *(f"challenge-{challenge.id}-" for challenge in hidden))
    for role in ("anonymous", "company_owner", "manager"):
        browser = signed_in(memberships.get(role))
        for address in ("/challenges.atom", "/challenges.ics"):
            for query in ("", "?status=any", "?status=closed", "?q=Unseen&status=any"):
                answer = browser.get(address + query)
                found = answer.get_data(as_text=True)
                assert (role, address + query, [secret for secret in secrets if secret in found]) == (
                    role, address + query, [],
                )  # fmt: skip
                assert "Set-Cookie" not in answer.headers


def test_calendar_tells_deadline_and_answer(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    found = events(client)
    assert set(found) == {f"challenge-{challenge.id}-deadline", f"challenge-{challenge.id}-answer"}
    deadline = found[f"challenge-{challenge.id}-deadline"]
    closing = challenge.call.closes_at  # type: ignore[union-attr]
    assert closing is not None and deadline["DTSTART"].dt == closing.replace(microsecond=0)
    assert found[f"challenge-{challenge.id}-answer"]["DTSTART"].dt == challenge.decision_date
    assert deadline["STATUS"] == "CONFIRMED"


def test_calendar_keeps_its_uids_and_counts_changes(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    before = events(client)
    with rows():
        call = again(challenge).call
        call.closes_at += timedelta(days=2)
    after = events(client)
    assert set(before) == set(after)
    name = f"challenge-{challenge.id}-deadline"
    assert after[name]["DTSTART"].dt - before[name]["DTSTART"].dt == timedelta(days=2)
    assert int(after[name]["SEQUENCE"]) > int(before[name]["SEQUENCE"])


def test_calendar_cancels_what_was_withdrawn_and_says_no_more(rows: Rows, client: FlaskClient) -> None:
    with rows():
        now = clock.now()
    gone = make(rows, state="withdrawn", published_at=now, submitted_at=now)
    secret = make(rows, state="withdrawn", published_at=now, submitted_at=now, visibility="invited")
    found = events(client)
    assert set(found) == {f"challenge-{gone.id}-deadline", f"challenge-{gone.id}-answer"}
    for event in found.values():
        assert event["STATUS"] == "CANCELLED"
        assert str(event["SUMMARY"]) == "This challenge was withdrawn"
        assert "DESCRIPTION" not in event and "URL" not in event
    assert secret.id != gone.id
    assert events(client, "?field=energy") == {}


def test_answer_stays_in_the_calendar_after_the_deadline(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    with rows():
        close_call(again(challenge).call)
    assert f"challenge-{challenge.id}-answer" in events(client)
    assert events(client, "?status=open") == {}


def test_long_and_odd_words_survive_the_calendar(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    words = "물, 관; \\ 파이프의 누수를 " * 20 + "\nsecond line"
    with rows():
        changed = again(challenge)
        changed.texts["ko"] = ChallengeText(locale="ko", title=words.replace("\n", " "), summary=words)
    found = events(client, "?lang=ko")[f"challenge-{challenge.id}-deadline"]
    assert str(found["DESCRIPTION"]) == words


@pytest.mark.parametrize("address", ["/challenges.atom", "/challenges.ics"])
def test_subscription_is_sent_again_only_when_it_changed(rows: Rows, client: FlaskClient, address: str) -> None:
    challenge = make(rows)
    mark = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
    with rows():
        db.session.delete(again(challenge).texts["en"])
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize("address", ["/challenges.atom", "/challenges.ics"])
def test_unknown_filter_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(f"{address}?field=nothing").status_code == 422


def test_catalogue_leads_to_the_feed_of_what_it_shows(rows: Rows, client: FlaskClient) -> None:
    make(rows)
    page = client.get("/challenges?field=water&sort=closing&lang=fr").get_data(as_text=True)
    for name in ("atom", "ics"):
        address = f"/challenges.{name}?field=water&amp;sort=closing&amp;lang=fr"
        assert page.count(f'href="{address}"') == 2
    assert client.get("/challenges.atom?field=water&sort=closing&lang=fr").status_code == 200


def test_calendar_says_when_it_does_not_hold_all(
    rows: Rows, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_views, "DATES", 1)
    make(rows)
    assert "X-WR-CALDESC:A calendar holds 1 challenges" in client.get("/challenges.ics").get_data(as_text=True)
    monkeypatch.setattr(feed_views, "DATES", 2)
    assert "X-WR-CALDESC" not in client.get("/challenges.ics?q=").get_data(as_text=True)
