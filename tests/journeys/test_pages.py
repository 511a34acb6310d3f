"""Every page of the demonstration that its accounts can reach, looked at closely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, StorageState

from marketplace.kernel.locales import LOCALES
from marketplace.people.demo import PASSWORD
from tests import services
from tests.journeys.pages import Look, looks, reached_by
from tests.journeys.person import Person
from tests.journeys.product import Product

pytestmark = pytest.mark.browser

ROLES = ("", "network", "staff", "company", "startup", "evaluator")


@dataclass
class Tour:
    """Who can reach what in the demonstration; signed in once each."""

    product: Product
    sessions: dict[str, StorageState] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    planned: list[Look] = field(default_factory=list)

    def plan(self, browser: Browser) -> None:
        """Follow every link as every role."""
        reached = {}
        for role in ROLES:
            person = Person(browser, self.product)
            if role:
                person.sign_in(f"{role}@demo.example", PASSWORD)
            reached[role], broken = reached_by(person, "/desk" if role else "/")
            assert len(reached[role]) > 10, reached[role]
            self.broken += [f"{role}: {link}" for link in broken]
            self.sessions[role] = person.context.storage_state()
            person.close()
        self.planned = looks(reached)


@pytest.fixture(scope="module")
def tour(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """The product with the demonstration loaded."""
    made = Product(where, tmp_path_factory.mktemp("demonstration"))
    try:
        made.flask("demo", "load")
        made.start()
        yield Tour(made)
    finally:
        made.stop()


@pytest.mark.parametrize("language", LOCALES)
def test_every_page_is_sound(browser: Browser, tour: Tour, language: str) -> None:
    """Each kind of page that any role reaches, at both widths, light or dark; no link leads astray."""
    if not tour.planned:
        tour.plan(browser)
    assert not tour.broken, "\n".join(tour.broken)
    wanted = [look for look in tour.planned if look.language == language]
    findings: set[str] = set()
    for role in ROLES:
        tour.product.looked.clear()  # each role sees pages of its own
        person = Person(browser, tour.product, language, session=tour.sessions[role])
        for look in wanted:
            if look.role == role:
                person.visit(look.path, dark=look.dark).look_on_the_other_screen()
        findings.update(f"{role or 'visitor'}: {finding}" for finding in person.findings)
        person.close()
    assert not findings, "\n".join(sorted(findings))
