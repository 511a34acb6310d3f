"""Every page of every role: keeps the secrets of others, leads nowhere closed, stays small.

A failure names the role, the address and what is wrong. The secret words are those of tests/crawl.py.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from tests.conftest import Rows
from tests.crawl import (
    AGREED,
    DECIDED,
    DRAFTED,
    HIDDEN_COMPANY,
    HIDDEN_OWNER,
    INVITED,
    NOTED,
    REVIEWED,
    SEALED,
    VIEWED,
    Estate,
    Walker,
    addresses,
    links_of,
)
from tests.factories import World

pytestmark = pytest.mark.crawl

Counted = Callable[[], AbstractContextManager[list[str]]]

COMPANY = {"company_owner", "company_member"}
STARTUP = {"startup_owner", "startup_member"}
STAFF = {"manager", "broker"}
CENTRES = {"cooperating_manager", "foreign_manager"}
NETWORKS = {"network_staff", "foreign_network_staff"}

# Who may read each secret, in the cast's own things and in those of the foreign network. Everybody else must not.
MAY_READ: dict[str, set[str]] = {
    SEALED: STARTUP,
    DRAFTED: STARTUP,
    DECIDED: STAFF | {"foreign_manager"},
    VIEWED: COMPANY | STAFF | {"network_staff", "other_company", "foreign_manager", "foreign_network_staff"},
    HIDDEN_OWNER: STAFF | {"network_staff"},
    INVITED: COMPANY | STAFF | {"network_staff"},
    REVIEWED: COMPANY | STAFF,
    AGREED: COMPANY | STARTUP | STAFF | NETWORKS | {"other_company", "other_startup", "foreign_manager"},
    NOTED: COMPANY | STARTUP | STAFF | NETWORKS | {"other_company", "other_startup", "foreign_manager"},
    # Centre and network staff find every organisation in their directory; what must not show is that it hides here.
    HIDDEN_COMPANY: STAFF | CENTRES | NETWORKS,
}
LANGUAGES = ("fr", "ko")
SAMPLE = ("anonymous", "company_owner", "startup_owner", "manager")
MOST_BYTES, MOST_QUERIES = 100_000, 15
# Pages that still ask more than MOST_QUERIES, and how many: only ever lowered.
ABOVE = {
    "applications.show": 24,
    "applications.new_in_challenge": 18,
    "applications.new_in_call": 17,
    "challenges.mine": 16,
    "challenges.show": 18,
    "network.call": 17,
    "people.show_organisation": 18,
}


@pytest.fixture
def estate(rows: Rows) -> Estate:
    with rows():
        return Estate()


@pytest.mark.parametrize("role", World.ROLES)
def test_pages_keep_secrets_and_stay_small(app: Flask, estate: Estate, count_queries: Counted, role: str) -> None:
    walker, wrong = Walker(app, estate, role), []
    hidden = [secret for secret, readers in MAY_READ.items() if role not in readers]
    for address in addresses(app, estate, "GET", *estate.values):
        for path in {address.path, *(f"{address.path}?{query}" for query in QUERIES.get(address.endpoint, ()))}:
            with count_queries() as seen:
                answer = walker.get(path)
            body = answer.get_data(as_text=True)
            wrong += [f"{path} tells “{secret}”" for secret in hidden if secret in body]
            if HIDDEN_COMPANY not in hidden and not address.endpoint.startswith("people.") and role in CENTRES:
                wrong += [f"{path} tells “{HIDDEN_COMPANY}”"] if HIDDEN_COMPANY in body else []
            if answer.status_code >= 500 and path != "/healthz":  # no worker runs here
                wrong.append(f"{path} answers {answer.status_code}")
            if len(answer.data) > MOST_BYTES:
                wrong.append(f"{path} has {len(answer.data)} bytes")
            if len(seen) > ABOVE.get(address.endpoint, MOST_QUERIES):
                wrong.append(f"{path} asks {len(seen)} queries")
    assert not wrong, "\n".join(wrong)


# Further doors to lists: export, other states, and a search for the first word of what is hidden.
SEARCHES = tuple(f"q={secret.partition(' ')[0]}" for secret in (HIDDEN_COMPANY, HIDDEN_OWNER, SEALED, INVITED))
QUERIES: dict[str, tuple[str, ...]] = {
    "challenges.index": (*SEARCHES, "state=closed", "state=all"),
    "challenges.reviews": (*SEARCHES, "state=open", "state=candidate"),
    "applications.index": ("export=csv", *SEARCHES),
    "applications.of_call": ("export=csv", *SEARCHES),
    "applications.board": ("export=csv",),
    "people.organisations": SEARCHES[1:],
    "network.calls": SEARCHES,
    "pairings.index": SEARCHES,
    "collaborations.index": SEARCHES,
}


@pytest.mark.parametrize("role", World.ROLES)
def test_links_lead_to_pages_that_their_reader_may_open(app: Flask, estate: Estate, role: str) -> None:
    walker = Walker(app, estate, role)
    wrong = closed_links(app, estate, walker, "en", "late", "sealed", "early", "anonymous")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", SAMPLE)
def test_links_lead_on_in_each_language(app: Flask, estate: Estate, role: str, language: str) -> None:
    walker = Walker(app, estate, role)
    wrong = closed_links(app, estate, walker, language, "late")
    assert not wrong, "\n".join(wrong)


def closed_links(app: Flask, estate: Estate, walker: Walker, language: str, *cases: str) -> list[str]:
    """Links on the pages that a role may open, and that it may not follow."""
    found: dict[str, str] = {}
    statuses: dict[str, int] = {}
    for address in addresses(app, estate, "GET", *cases):
        answer = walker.get(address.path, language)
        statuses[address.path] = answer.status_code
        if answer.mimetype == "text/html" and answer.status_code < 500:
            for link in links_of(answer.get_data(as_text=True), address.path):
                found.setdefault(link, address.path)
    wrong = []
    for link, page in sorted(found.items()):
        if link not in statuses:
            statuses[link] = walker.get(link, language).status_code
        if statuses[link] not in (200, 303, 304):
            wrong.append(f"{page} leads to {link}, which answers {statuses[link]}")
    return wrong
