"""Every route × every role, on things of the cast, of strangers, and that do not exist.

READERS of each package's cast says who may open each page of the cast's own things in a closed call, DOERS who may
press each button there, whatever else its form needs: endpoints by the groups and roles that may, none where no address
made here leads to them (the links of mails, say). A route that is missing there fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from flask import Flask

from tests.crawl import Address, Walker, addresses, routes, status_of
from tests.estate import CASTS, Estate
from tests.roles import COMPANY, NETWORKS, SIDES, STAFF, STARTUP
from tests.world import World

GROUPS: dict[str, Iterable[str]] = {
    "everybody": World.ROLES,
    "parties": SIDES | {"other_company", "other_startup"},
    "centre_staff": STAFF | {"cooperating_manager", "foreign_manager"},
    "people": set(World.ROLES) - {"anonymous"},
    "company": COMPANY,
    "startup": STARTUP,
    "others": {"other_company", "other_startup"},
    "staff": STAFF,
    "networks": NETWORKS,
}

OWN = {"READERS": {"": "assets.show", "everybody": "health.show"}}  # of no package


def dealt(table: str) -> dict[str, str]:
    """Who may use each endpoint, as the casts of all packages say it in a table."""
    parts = [("", OWN.get(table, {}))]
    parts += [(f"{cast.__name__.split('.')[1]}.", getattr(cast, table, {})) for cast in CASTS]
    return {f"{package}{name}": who for package, part in parts for who, names in part.items() for name in names.split()}


READERS, DOERS = dealt("READERS"), dealt("DOERS")


# Done; asked for what is missing; not in this state. And: not for this role; a link that leads nowhere or has ended.
DONE = (200, 303, 400, 409, 422)
REFUSED = (403, 404, 410)


def roles(words: str) -> frozenset[str]:
    """The roles that groups and roles name."""
    return frozenset().union(*(GROUPS.get(word, {word}) for word in words.split()))


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    for method, table, name in (("GET", READERS, "READERS"), ("POST", DOERS, "DOERS")):
        known = {rule.endpoint for rule in routes(app, method)}
        assert known - set(table) == set(), f"add these to {name} of their package's cast: who may use them?"
        assert set(table) - known == set(), f"{name} of a cast names routes that are gone"


def wrongly_answered(role: str, table: dict[str, str], answers: Iterable[tuple[Address, int]]) -> list[str]:
    """Addresses whose status lets a role in that may not use them, or keeps one out that may."""
    wrong = []
    for address, status in answers:
        may = role in roles(table[address.endpoint])
        expected = (503,) if address.path == "/healthz" else DONE if may else REFUSED  # no worker runs here
        if status not in expected and (role, may, status) != ("anonymous", False, 401):
            wrong.append(f"{address.endpoint} ({address.path}) answers {status}, {'may' if may else 'may not'}")
    return wrong


@pytest.mark.crawl
@pytest.mark.parametrize("role", World.ROLES)
def test_forms_answer_those_who_may_send_them(peopled: tuple[Flask, Estate], role: str) -> None:
    app, estate = peopled
    walker = Walker(app, estate, role)
    answers = ((address, status_of(walker.post(address.path))) for address in addresses(app, estate, "POST", "late"))
    wrong = wrongly_answered(role, DOERS, answers)
    assert not wrong, "\n".join(wrong)
