"""A published text is corrected in the open, and what others rely on stays as it was published."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.challenges.corrections import correct_challenge
from marketplace.challenges.models import Challenge
from marketplace.following.alerts import still_holds, topics_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.events import Event
from marketplace.notifications.reactions import audience_of
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.forms import token_in
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World

NOTE = "A figure was wrong in the problem."
FRENCH = {"title": "Trouver les fuites", "summary": "Les conduites fuient.", "success_criteria": "À trois mètres près."}


def published(world: World, **values: Any) -> Challenge:
    challenge: Challenge = make_challenge(world.company, make_call(world.programme), **values)
    return challenge


def correct(challenge: Challenge, world: World, note: str = NOTE, **texts: dict[str, str]) -> list[str]:
    return correct_challenge(challenge, world.actor("company_owner"), texts, note)


def last() -> Event:
    found = db.session.scalars(select(Event).where(Event.step == "challenge.correct").order_by(Event.id.desc()))
    return found.first() or pytest.fail("nothing was recorded")


def test_correction_changes_the_text_and_keeps_what_was_published(world: World) -> None:
    challenge = published(world)
    before = challenge.version
    changed = correct(challenge, world, en={"problem": "Iron pipes lose a seventh of the water."})
    assert changed == ["problem.en"] and challenge.version > before and challenge.state == "open"
    assert challenge.texts["en"].problem == "Iron pipes lose a seventh of the water."
    assert [row.content["problem.en"][:16] for row in challenge.snapshots] == ["Iron pipes of si", "Iron pipes lose "]
    event = last()
    assert event.data == {"fields": ["problem.en"], "corrected": ["problem.en"]}
    assert event.reason is not None and event.reason.text == NOTE
    found = select(Challenge.id).join(Challenge.texts).where(db.text("search @@ to_tsquery('english', 'seventh')"))
    assert challenge.id in db.session.scalars(found).all()


def test_language_is_added_whole_and_told_to_nobody_who_need_not_read_it(world: World) -> None:
    challenge = published(world)
    author = make_application(challenge, world.startup).created_by_id
    assert correct(challenge, world, fr=FRENCH) == ["title.fr", "summary.fr", "success_criteria.fr"]
    assert author not in audience_of(last(), challenge)
    assert not still_holds(last(), challenge, clock.now())
    correct(challenge, world, fr={"summary": "Les vieilles conduites fuient."})
    assert author in audience_of(last(), challenge)
    assert still_holds(last(), challenge, clock.now())
    assert "challenge_id" in str(topics_of(last(), challenge))


@pytest.mark.parametrize("name", ["success_criteria", "constraints", "ip_words", "purchase_route", "payment_terms"])
def test_what_binds_stays_as_published(world: World, name: str) -> None:
    challenge = published(world)
    setattr(challenge.texts["en"], name, "As it was published.")
    db.session.flush()
    with pytest.raises(Invalid, match="binds"):
        correct(challenge, world, en={name: "Something that costs more."})
    with pytest.raises(Invalid, match="not taken out"):
        correct(challenge, world, en={"summary": " "})
    with pytest.raises(Invalid, match="Nothing is different"):
        correct(challenge, world, en={name: "As it was published."})
    with pytest.raises(Invalid, match="everybody will read"):
        correct(challenge, world, " ", en={"summary": "Old pipes leak, and nobody sees where."})
    with pytest.raises(Invalid, match="in this language too"):
        correct(challenge, world, ko={"summary": "오래된 관이 샙니다."})


def test_text_binds_where_it_stands_alone_and_cannot_be_added_after_publication(world: World) -> None:
    with pytest.raises(Invalid, match="binds"):
        correct(published(world), world, en={"payment_terms": "All at the end."})


def test_hidden_company_is_given_away_neither_by_text_nor_by_note(world: World) -> None:
    for _ in range(5):
        make_organisation("public")
    challenge = published(world, visibility="anonymous")
    with pytest.raises(Invalid, match="give away"):
        correct(challenge, world, en={"summary": "The pipes of Haneul Water Utility leak."})
    db.session.refresh(challenge)
    with pytest.raises(Invalid, match="gives away"):
        correct(challenge, world, "Haneul Water Utility misspelt it.", en={"summary": "Old pipes leak."})


@pytest.mark.parametrize("state", ["candidate", "withdrawn", "filled"])
def test_only_what_is_open_is_corrected_and_by_its_company_alone(world: World, state: str) -> None:
    text = {"en": {"summary": "Old pipes leak."}}
    with pytest.raises(Blocked):
        correct(published(world, state=state), world, **text)
    challenge = published(world)
    for role in ("manager", "startup_owner", "other_company"):
        with pytest.raises(Forbidden):
            correct_challenge(challenge, world.actor(role), text, NOTE)
    with pytest.raises(Stale):
        correct_challenge(challenge, world.actor("company_owner"), text, NOTE, challenge.version - 1)
    close_call(challenge.call)
    with pytest.raises(Blocked, match="closed"):
        correct(challenge, world, **text)


def open_challenge(rows: Rows, **values: Any) -> tuple[World, Challenge]:
    with rows():
        world = World.kept()
        return world, published(world, **values)


def test_page_shows_what_when_and_why_to_everybody(client: FlaskClient, rows: Rows, signed_in: SignedIn) -> None:
    world, challenge = open_challenge(rows)
    tag = client.get(f"/challenges/{challenge.id}").headers.get("ETag")
    browser = signed_in(world.memberships["company_owner"])
    here = f"/challenges/{challenge.id}/corrections"
    page = browser.get(f"{here}/new").text
    assert 'name="text_en-summary"' in page and 'name="text_en-success_criteria"' not in page
    assert 'name="text_fr-success_criteria"' in page and "What stays as published" in page
    version = page.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
    sent = {"csrf_token": token_in(page), "version": version, "text_en-summary": "Old pipes leak unseen.", "note": ""}
    refused = browser.post(here, data=sent)
    assert refused.status_code == 422 and "Old pipes leak unseen." in refused.text
    assert browser.post(here, data=sent | {"note": NOTE}).status_code == 303
    shown = client.get(f"/challenges/{challenge.id}")
    assert "Old pipes leak unseen." in shown.text and NOTE in shown.text and "Public summary (English)" in shown.text
    assert shown.headers.get("ETag") != tag
    late = browser.post(here, data=sent | {"note": NOTE, "text_en-summary": "Other words."})
    assert late.status_code == 409 and "Other words." in late.text and "Old pipes leak unseen." in late.text


def test_section_of_a_published_challenge_leads_to_the_correction(rows: Rows, signed_in: SignedIn) -> None:
    world, challenge = open_challenge(rows)
    browser = signed_in(world.memberships["company_owner"])
    answer = browser.get(f"/challenges/{challenge.id}/edit/need", follow_redirects=True)
    assert answer.request.path == f"/challenges/{challenge.id}/edit"
    assert f"/challenges/{challenge.id}/corrections/new" in answer.text and "It is with the centre" not in answer.text
    assert f"/challenges/{challenge.id}/corrections/new" in browser.get(f"/challenges/{challenge.id}").text


def test_section_sent_too_late_keeps_what_was_typed(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, make_call(world.programme), state="draft")
    browser = signed_in(world.memberships["company_owner"])
    page = browser.get(f"/challenges/{challenge.id}/edit/need").text
    with rows():
        db.session.get_one(Challenge, challenge.id).state = "submitted"
    words = "Pipes that nobody has seen for sixty years."
    sent = {"csrf_token": token_in(page), "main_locale": "en", "text_en-title": "Pipes", "text_en-problem": words}
    answer = browser.post(f"/challenges/{challenge.id}/sections/need", data=sent)
    assert answer.status_code == 409 and words in answer.text and "It is with the centre now" in answer.text
