"""Every page of every role: answers those it is for, keeps the secrets of others, leads nowhere closed, stays small.

Each role walks to one thing of every noun in each case of the estate, and on along the links it meets: one of each
kind of address. The roles take turns in the three languages. A failure names the address and what is wrong.
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.applications.cast import SEALED
from tests.challenges.cast import HIDDEN_COMPANY, HIDDEN_OWNER, INVITED
from tests.crawl import Walker, addresses
from tests.estate import Estate, gathered
from tests.test_roles import READERS, wrongly_answered
from tests.world import World

pytestmark = pytest.mark.crawl

LANGUAGES = ("en", "fr", "ko")
MOST_BYTES, MOST_QUERIES = 100_000, 15
FOLLOWED = 1  # links of one kind that are followed, beyond the estate's own addresses

# Further doors to lists: export, other states, and a search for the first word of what is hidden.
SEARCHES = tuple(f"q={secret.partition(' ')[0]}" for secret in (HIDDEN_COMPANY, HIDDEN_OWNER, SEALED, INVITED))
QUERIES: dict[str, tuple[str, ...]] = {
    "catalogue.index": (*SEARCHES, "state=closed", "state=all"),
    "challenges.reviews": (*SEARCHES, "state=open", "state=candidate"),
    "applications.index": ("export=csv", *SEARCHES),
    "evaluations.of_call": ("export=csv", *SEARCHES),
    "evaluations.board": ("export=csv",),
    "people.organisations": SEARCHES[1:],
    "calls.index": SEARCHES,
    "pairings.index": SEARCHES,
    "collaborations.index": SEARCHES,
}


def kind_of(app: Flask, path: str) -> str:
    """What an address shows: its endpoint and the names it asks with; empty where no route matches."""
    parts = urlsplit(path)
    try:
        endpoint, _ = app.url_map.bind("").match(parts.path, "GET")
    except (HTTPException, RequestRedirect):
        return ""
    return " ".join([str(endpoint), *sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})])


def walk(walker: Walker) -> dict[str, str]:
    """Visit the estate's addresses and the links met on the way; answers each link with a page it stands on."""
    waiting: list[str] = []
    for address in addresses(walker.app, walker.estate, "GET", *walker.estate.values):
        waiting += [address.path, *(f"{address.path}?{query}" for query in QUERIES.get(address.endpoint, ()))]
    known, followed, places = set(waiting), Counter[str](), dict[str, str]()
    for path in waiting:
        visit = walker.visit(path)
        for link in sorted(visit.links()) if visit.status == 200 else ():
            kind = kind_of(walker.app, link)
            if " lang" in kind:  # the same page in another language
                continue
            places.setdefault(link, path)
            if link not in known and (not kind or followed[kind] < FOLLOWED):
                followed[kind] += 1
                known.add(link)
                waiting.append(link)
    return places


def closed(walker: Walker, places: dict[str, str]) -> list[str]:
    """Links on the pages that a role may open, and that it may not follow; who is nobody yet may have to sign in."""
    fine = (200, 303, 401) if walker.role == "anonymous" else (200, 303)
    visited = {link: walker.visits[link].status for link in places if link in walker.visits}
    return [f"{places[link]} leads to {link}: {status}" for link, status in visited.items() if status not in fine]


@pytest.mark.parametrize("role", World.ROLES)
def test_pages_answer_their_readers_keep_secrets_lead_on_and_stay_small(
    peopled: tuple[Flask, Estate], role: str
) -> None:
    app, estate = peopled
    walker = Walker(app, estate, role, LANGUAGES[World.ROLES.index(role) % len(LANGUAGES)])
    walker.get("/challenges")  # the catalogue is taken into memory once a process, not once a page
    wrong = closed(walker, walk(walker))
    answers = ((address, walker.visit(address.path).status) for address in addresses(app, estate, "GET", "late"))
    wrong += wrongly_answered(role, READERS, answers)
    hidden = [secret for secret, readers in gathered("SECRETS").items() if role not in readers]
    for path, visit in walker.visits.items():
        wrong += [f"{path} tells “{secret}”" for secret in hidden if secret in visit.body]
        if visit.status >= 500 and path != "/healthz":  # no worker runs here
            wrong.append(f"{path} answers {visit.status}")
        if visit.size > MOST_BYTES:
            wrong.append(f"{path} has {visit.size} bytes")
        if visit.queries > MOST_QUERIES:
            wrong.append(f"{path} asks {visit.queries} queries")
    assert not wrong, "\n".join(wrong)
