"""A name or a title of one long word makes no page wider than its screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from marketplace.kernel.db import db
from marketplace.people.demo import PASSWORD
from tests import services
from tests.journeys.pages import reached_by
from tests.journeys.person import DESKTOP, OVERFLOW, PHONE, Person
from tests.journeys.product import Product

pytestmark = pytest.mark.browser

ROLES = ("", "staff", "company", "startup")  # the others' pages are of the same kinds
WORD = "Abwasseraufbereitungsanlagenbetriebsgesellschaft" * 3
NAMED = {
    "awards": ("title",), "call_texts": ("title",), "centres": ("contact_name",),
    "challenge_texts": ("title", "summary"),
    "challenges": ("owner_name", "owner_role", "source"), "collaborations": ("title",), "contacts": ("name", "role"),
    "follows": ("name",), "milestones": ("title", "note"),
    "application_revisions": ("title",), "organisation_texts": ("name", "description"),
    "organisations": ("source", "website"), "programme_texts": ("name", "summary"), "representatives": ("name",),
    "users": ("name",), "event_reasons": ("text",), "imports": ("file_name",), "questions": ("original", "wording"),
}  # fmt: skip


@pytest.fixture(scope="module")
def wordy(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demonstration, in which everything is called by one long word."""
    made = Product(where, tmp_path_factory.mktemp("long-words"))
    try:
        made.flask("demo", "load")
        with made.rows():
            db.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # what is signed, too
            for table, columns in NAMED.items():
                for column in columns:
                    word = f"https://{WORD}.example" if column == "website" else WORD
                    filled = sa.text(f"UPDATE {table} SET {column} = :word WHERE {column} <> ''")
                    db.session.execute(filled, {"word": word[:127]})
        made.start()
        yield made
    finally:
        made.stop()


def test_long_word_widens_no_page(browser: Browser, wordy: Product) -> None:
    findings, seen = [], set[str]()
    for role in ROLES:
        person = Person(browser, wordy)
        if role:
            person.page.goto("/sign-in")
            person.page.fill("[name=email]", f"{role}@demo.example")
            person.page.fill("[name=password]", PASSWORD)
            person.page.click("main form button[type=submit]")
            person.page.wait_for_url("**/desk")
        reached, _broken = reached_by(person, "/desk" if role else "/")
        for kind, path in sorted(reached.items()):
            if kind in seen:
                continue
            seen.add(kind)
            person.page.goto(path)
            for screen in (DESKTOP, PHONE):
                person.page.set_viewport_size(screen)
                if found := person.page.evaluate(OVERFLOW):
                    findings.append(f"{role or 'visitor'} {path}: {found}")
        person.close()
    assert len(seen) > 60
    assert not findings, "\n".join(findings)
