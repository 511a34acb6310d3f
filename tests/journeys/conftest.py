"""A browser, the running product, and people who each sit at a browser of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.browser import executable
from tests import services
from tests.journeys.person import Person
from tests.journeys.product import Product

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--force-color-profile=srgb",
    "--js-flags=--single-threaded",  # helpers would take the cores from other tests
    # Of several such lists the last counts: this one repeats what of Playwright's matters here, and adds that a page
    # opened after another of the same site takes its frame over; making a new one takes a third of opening a page.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,"
    "NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,RenderDocument,"
    "ThirdPartyStoragePartitioning",
)  # fmt: skip

Arrives = Callable[..., Person]
Launch = Callable[[], Browser]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Launch]:
    """Starts a browser; without one, tests are skipped here and fail where all must run."""
    found = executable()
    if found is None:
        reason = "there is no browser: `python -m deploy.browser` gets one"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        yield lambda: playwright.chromium.launch(executable_path=str(found), args=list(ARGUMENTS), timeout=30_000)


@pytest.fixture(scope="session")
def browsers(chromium: Launch) -> Iterator[list[Browser]]:
    """The one browser of this run, and those before it that were ended because they hung."""
    started: list[Browser] = []
    yield started
    for browser in started:
        browser.close()


@pytest.fixture
def browser(chromium: Launch, browsers: list[Browser]) -> Browser:
    """The browser of this run."""
    if not browsers or not browsers[-1].is_connected():
        browsers.append(chromium())
    return browsers[-1]


@pytest.fixture(scope="session")
def product(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product as it runs for people, with no rows yet."""
    made = Product(where, tmp_path_factory.mktemp("product"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def arrives(browser: Browser, product: Product) -> Iterator[Arrives]:
    """``arrives("fr")``: somebody at a fresh browser; with an e-mail address, signed in."""
    people: list[Person] = []

    def arrive(language: str = "en", email: str = "", **options: Any) -> Person:
        person = Person(browser, product, language, **options)
        people.append(person)
        return person.sign_in(email) if email else person

    yield arrive
    if browser.is_connected():
        for person in people:
            person.close()
    findings = sorted({finding for person in people for finding in person.findings})
    assert not findings, "\n".join(findings)
