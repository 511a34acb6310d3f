"""One zone for one reader: begun from the browser, chosen in the settings."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from marketplace.challenges.corrections import correct_challenge
from marketplace.kernel.db import db
from marketplace.people import passwords, time_zones
from marketplace.people.models import User
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.forms import token_in
from tests.people.cast import PASSWORD, make_user
from tests.questions.cast import make_question
from tests.world import Rows, SignedIn, World


def signs_in(client: FlaskClient, rows: Rows, user_id: int, email: str, zone: str) -> str | None:
    token = token_in(client.get("/sign-in").get_data(as_text=True))
    sent = {"csrf_token": token, "email": email, "password": PASSWORD, "zone": zone}
    assert client.post("/sign-in", data=sent).status_code == 303
    with rows():
        return db.session.get_one(User, user_id).time_zone


def test_every_zone_is_offered_once_in_the_language_of_the_page() -> None:
    for locale, city in (("en", "Seoul"), ("fr", "Séoul"), ("ko", "서울")):
        offered = {choice.value: choice.label for choice in time_zones.zone_choices(locale)}
        assert offered["Asia/Seoul"] == city and len(offered) > 400 and "America/Montreal" not in offered
    assert time_zones.read_zone("America/Montreal") == "America/Toronto"
    assert [time_zones.read_zone(given) for given in ("Moon/Base", "", None, "../etc/passwd")] == [None] * 4


def test_cities_whose_zone_was_renamed_keep_their_name_in_every_language() -> None:
    assert [time_zones.city_of(zone, "ko") for zone in ("Asia/Kolkata", "Atlantic/Faroe")] == ["콜카타", "페로 제도"]
    latin = {c.value for c in time_zones.zone_choices("ko") if "/" in c.value and str(c.label).isascii()}
    assert latin <= {"America/Coyhaique"}  # too new to have a name


def test_call_names_its_zone_by_the_city(rows: Rows, client: FlaskClient) -> None:
    with rows():
        call = make_call(World.kept().programme, notice_date=date(2026, 11, 6))
    page = client.get(f"/calls/{call.id}?lang=ko").text
    assert "시간대(서울)" in page and "Asia/" not in page


def test_first_sign_in_takes_the_zone_of_the_browser_and_no_later_one(client: FlaskClient, rows: Rows) -> None:
    with rows():
        user = make_user(password_hash=passwords.hash_password(PASSWORD))
        user_id, email = user.id, user.email
    assert signs_in(client, rows, user_id, email, "Moon/Base") is None
    for given in ("America/Montreal", "Asia/Seoul"):
        client.delete_cookie("session")
        assert signs_in(client, rows, user_id, email, given) == "America/Toronto"


def test_settings_change_the_zone_that_pages_show(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        member = World.kept().memberships["manager"]
    browser = signed_in(member)
    page = browser.get("/settings").get_data(as_text=True)
    version = page.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
    sent = {"csrf_token": token_in(page), "version": version, "name": "Kim", "locale": "", "time_zone": "Moon/Base"}
    assert browser.post("/settings", data=sent).status_code == 422
    assert browser.post("/settings", data={**sent, "time_zone": "Pacific/Auckland"}).status_code == 303
    assert "NZDT" in browser.get("/settings").get_data(as_text=True)


def test_what_happened_is_told_in_the_readers_zone_and_to_strangers_in_the_calls(
    client: FlaskClient, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        world = World.kept()
        for member in world.memberships.values():
            member.user.time_zone = "Asia/Tokyo"
        challenge = make_challenge(world.company, make_call(world.programme))
        correct_challenge(challenge, world.actor("company_owner"), {"en": {"summary": "Old pipes leak."}}, "A slip.")
        question = make_question(challenge, world.startup, state="answered")
        draft = make_application(challenge, world.startup)
        at, hour = f"/challenges/{challenge.id}", draft.updated_at.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%H:%M")
    assert "JST" not in client.get(at).text
    startup, company = signed_in(world.memberships["startup_owner"]), signed_in(world.memberships["company_owner"])
    for page in (company.get(at).text, startup.get(at).text):
        told = page.partition(": the company corrected")[0].rpartition(">")[2]
        assert told.endswith("JST") and "KST" in page.partition("Closes")[2][:400]
    page = startup.get(f"/questions/{question.id}").text
    assert "KST" not in page and page.count("JST") >= 3
    assert f"Saved {hour}" in startup.get(f"/applications/{draft.id}/draft").text


def test_cities_stand_in_the_order_of_their_letters() -> None:
    cities = [choice.label for choice in time_zones.zone_choices("en") if choice.value.startswith("America/")]
    assert cities.index("Mérida") < cities.index("Mexico City")
