"""Every page of people and organisations: who gets it, and that it answers at a constant price."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.people.models import Membership
from tests.network.cast import make_centre
from tests.people.cast import make_member, make_organisation, make_user
from tests.world import Rows, SignedIn


@pytest.fixture
def cast(rows: Rows) -> dict[str, Membership]:
    with rows():
        centre = make_centre()
        startup = make_organisation("startup", "Loopwell", verifying_centre_id=centre.organisation.id)
        return {
            "owner": make_member(startup, "owner", make_user("Ola Owner")),
            "member": make_member(startup, "member"),
            "manager": make_member(centre.organisation, "manager"),
            "other": make_member(make_organisation("public", "Water Works")),
        }


PAGES = {
    "/sign-up": ("anonymous",),
    "/sign-up?as=company": ("anonymous",),
    "/sign-up?as=startup": ("anonymous",),
    "/sign-up?as=person": ("anonymous",),
    "/sign-up/sent": ("anonymous", "owner"),
    "/verification": ("anonymous", "owner"),
    "/password": ("anonymous", "owner"),
    "/password/sent": ("anonymous", "owner"),
    "/terms": ("anonymous", "owner"),
    "/privacy": ("anonymous", "owner"),
    "/settings": ("owner", "member", "manager", "other"),
    "/settings/password": ("owner", "manager"),
    "/settings/closing": ("owner", "manager"),
    "/switch": ("owner", "manager"),
    "/organisations": ("anonymous", "owner", "member", "manager", "other"),
    "/organisations/new": ("owner", "manager"),
    "/organisations/{id}": ("anonymous", "owner", "member", "manager", "other"),
    "/organisations/{id}/edit": ("owner",),
    "/organisations/{id}/members": ("owner", "member", "manager"),
    "/verifications": ("manager",),
}
PUBLIC = {page for page, who in PAGES.items() if "anonymous" in who}


OPEN_TO_MEMBERS = {"/settings/password", "/settings/closing", "/switch", "/organisations/new"}
PLAIN = {"/sign-up/sent", "/verification", "/password", "/password/sent", "/terms", "/privacy"}  # of nobody's own


def test_a_page_answers_those_it_is_for_and_no_others(signed_in: SignedIn, cast: dict[str, Membership]) -> None:
    wrong = []
    for role in ("owner", "member", "manager", "other"):
        browser = signed_in(cast[role])
        for page, who in PAGES.items():
            if page in PLAIN and role != "owner":
                continue
            answer = browser.get(page.format(id=cast["owner"].organisation_id))
            if page.startswith("/sign-up?") or page == "/sign-up":
                wrong += [(role, page)] if (answer.status_code, answer.location) != (303, "/settings") else []
                continue
            expected = 200 if role in who or page in PUBLIC | OPEN_TO_MEMBERS else 403
            wrong += [(role, page, answer.status_code)] if answer.status_code != expected else []
    assert wrong == []


def test_a_page_that_is_not_public_asks_for_a_sign_in(client: FlaskClient, cast: dict[str, Membership]) -> None:
    for page in PAGES:
        answer = client.get(page.format(id=cast["owner"].organisation_id))
        if page in PUBLIC:
            assert (page, answer.status_code) == (page, 200)
        else:
            assert (page, answer.status_code) == (page, 303)
            assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("lang", ["en", "fr", "ko"])
def test_pages_answer_in_each_language(
    client: FlaskClient, signed_in: SignedIn, cast: dict[str, Membership], lang: str
) -> None:
    owner = signed_in(cast["owner"])
    wrong = []
    for page in PAGES:
        path = page.format(id=cast["owner"].organisation_id)
        browser = client if page.startswith("/sign-up") else owner
        text = browser.get(f"{path}{'&' if '?' in path else '?'}lang={lang}").text
        if page != "/verifications" and not ("<h1" in text and f'<html lang="{lang}"' in text):
            wrong.append(page)
    assert wrong == []


def test_every_closed_route_asks_for_a_sign_in(app: Flask, client: FlaskClient) -> None:
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("people.")
        and "GET" in (rule.methods or ())
        and not getattr(app.view_functions[rule.endpoint], "is_public", False)
    ]
    assert len(closed) >= 10
    for rule in closed:
        path = re.sub(r"<int:\w+>", "1", rule.rule)
        assert client.get(path).location.startswith("/sign-in?next="), rule.rule


def test_the_list_of_organisations_costs_the_same_for_one_and_three(
    rows: Rows, signed_in: SignedIn, cast: dict[str, Membership], count_queries
) -> None:
    browser = signed_in(cast["owner"])
    browser.get("/organisations")
    with count_queries() as few:
        browser.get("/organisations?q=loopwell")
    with rows():
        make_organisation("startup", "Loopwell Zwei")
        make_organisation("startup", "Loopwell Trois")
    with count_queries() as many:
        text = browser.get("/organisations?q=LOOPWÉLL").get_data(as_text=True)
    assert "Loopwell Trois" in text
    assert len(few) == len(many) <= 15
