"""Every page of the demonstration that its accounts can reach, looked at closely."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from marketplace.people.demo import PASSWORD
from tests import services
from tests.journeys.pages import reached_by
from tests.journeys.person import OVERFLOW, Person
from tests.journeys.product import Product

pytestmark = pytest.mark.browser

ROLES = ("", "network", "staff", "company", "startup", "evaluator")
LANGUAGES = ("en", "fr", "ko")
MAIN = ("/", "/challenges", "/desk", "/applications", "/pairings", "/collaborations", "/calls", "/settings")


@pytest.fixture(scope="module")
def demonstration(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with the demonstration loaded."""
    made = Product(where, tmp_path_factory.mktemp("demonstration"))
    try:
        made.flask("demo", "load")
        made.start()
        yield made
    finally:
        made.stop()


def arrive(browser: Browser, product: Product, role: str, language: str, *, dark: bool = False) -> Person:
    """Somebody at a browser, signed in as a demo account; without a role, a visitor."""
    person = Person(browser, product, language, dark=dark)
    return person.sign_in(f"{role}@demo.example", PASSWORD) if role else person


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_sound(browser: Browser, demonstration: Product, role: str) -> None:
    """All pages a role reaches, in the three languages by turns, at both widths; no link leads astray."""
    people = [arrive(browser, demonstration, role, language) for language in LANGUAGES]
    paths, broken = reached_by(people[0], "/desk" if role else "/")
    for n, path in enumerate(paths):
        person = people[(n + len(role)) % len(people)]
        person.visit(path).look(again=True)
    for person in people:
        person.close()
    findings = sorted({finding for person in people for finding in person.findings})
    assert not broken + findings, "\n".join(broken + findings)
    assert len(paths) > 10


@pytest.mark.parametrize("role", ROLES)
def test_main_pages_are_sound_in_every_language_light_and_dark(
    browser: Browser, demonstration: Product, role: str
) -> None:
    """The pages people open most, dark for contrast; each language has its own lengths of words."""
    findings: list[str] = []
    for n, language in enumerate(LANGUAGES):
        person = arrive(browser, demonstration, role, language, dark=n == len(role) % 3)
        for path in MAIN:
            response = person.page.goto(path)
            if response is None or response.status == 403 or urlsplit(person.page.url).path != path:
                person.complaints.clear()
                continue
            if n == len(role) % 3:
                findings += [f"{path} ({language}, dark): {found}" for found in person.violations()]
            with person.on_a_phone():
                if over := person.page.evaluate(OVERFLOW):
                    findings.append(f"{path} ({language}): {over}")
        person.close()
    assert not findings, "\n".join(findings)
