"""A walk over every route of the product, filled with the things of an `Estate`: for the tests of roles and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urldefrag

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from marketplace.kernel.db import db
from tests.conftest import counted, sign_in
from tests.estate import Estate, Values
from tests.forms import token_in


@dataclass(frozen=True)
class Address:
    """A route with its variables filled."""

    endpoint: str
    path: str
    case: str


VARIABLE = re.compile(r"<(?:(?P<converter>[a-z]+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


def routes(app: Flask, method: str) -> list[Rule]:
    """Every route that answers a method, but the interface kit of development."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted((rule for rule in found if not rule.endpoint.startswith("kit.")), key=lambda rule: rule.rule)


def addresses(app: Flask, estate: Estate, method: str, *cases: str) -> list[Address]:
    """Each route of a method under each case, once per address."""
    found: dict[str, Address] = {}
    for case in cases:
        for rule in routes(app, method):
            for path in _paths(rule, estate.values[case]):
                found.setdefault(path, Address(rule.endpoint, path, case))
    return list(found.values())


def _paths(rule: Rule, values: Values) -> list[str]:
    """A rule's addresses: one, or one for each word that it lets through."""
    paths = [""]
    rest = rule.rule
    while found := VARIABLE.search(rest):
        before = rest[: found.start()]
        filling = _fillings(rule, found["converter"] or "", found["name"], before, values)
        paths = [f"{path}{before}{value}" for path in paths for value in filling]
        rest = rest[found.end() :]
    return [path + rest for path in paths]


def _fillings(rule: Rule, converter: str, name: str, before: str, values: Values) -> list[Any]:
    if converter == "any":
        return sorted(rule._converters[name].items)  # type: ignore[attr-defined]
    noun = before.rstrip("/").rpartition("/")[2]
    named = name.removesuffix("_id") + "s"
    key = {"token": "token", "noun": rule.endpoint}.get(name, named if named in values else noun or name)
    assert key in values, f"{rule.rule}: name in tests/crawl.py (Estate or WORDS) what fills “{key}” before <{name}>"
    return [values[key]]


HREF = re.compile(r'<a\s(?:[^>"]|"[^"]*")*?href="([^"]+)"')


def hrefs_of(page: str) -> list[str]:
    """Where the links of a page lead, as it says so."""
    return [unescape(href) for href in HREF.findall(page)]


def links_of(page: str, at: str = "/") -> set[str]:
    """Where the links of a page lead within the site, without the places on pages."""
    inside = set()
    for href in hrefs_of(page):
        address = urldefrag(href).url
        if address.startswith("?"):
            address = at.partition("?")[0] + address
        if address.startswith("/") and not address.startswith(("//", "/assets/")):
            inside.add(address)
    return inside


def status_of(answer: Any) -> int:
    """The status of an answer; 401 where it leads to sign-in."""
    return 401 if "/sign-in?next=" in (answer.location or "") else int(answer.status_code)


@dataclass(frozen=True)
class Visit:
    """What a page answered, and how many queries it took."""

    path: str
    status: int
    body: str
    size: int
    queries: int

    def links(self) -> set[str]:
        """Where it leads; only a page of the product has links."""
        return links_of(self.body, self.path) if "<html" in self.body[:200] else set()


class Walker:
    """One role at a browser. What a request changes, in rows or cookies, is undone: no address tells on another."""

    def __init__(self, app: Flask, estate: Estate, role: str, language: str = "en") -> None:
        self.app, self.estate, self.role = app, estate, role
        self._headers = {"Accept-Language": language}
        world = estate.world
        browser = sign_in(app, world.memberships.get(role) or world.user(role))
        form = "/sign-in" if role == "anonymous" else "/settings"
        self._token = token_in(browser.get(form, headers=self._headers).text)
        self._session = browser.get_cookie("session")
        self.visits: dict[str, Visit] = {}

    def _browser(self) -> FlaskClient:
        browser = self.app.test_client()
        if self._session:
            browser.set_cookie("session", self._session.value)
        return browser

    def get(self, path: str) -> Any:
        """Ask for a page."""
        with undone(self.app):
            return self._browser().get(path, headers=self._headers)

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form, by default an empty one."""
        with undone(self.app):
            return self._browser().post(path, data={"csrf_token": self._token, **fields}, headers=self._headers)

    def visit(self, path: str) -> Visit:
        """Ask for a page once."""
        if path not in self.visits:
            with counted() as seen:
                answer = self.get(path)
            body = answer.get_data().decode("utf-8", "replace")  # a workbook to download is no text
            self.visits[path] = Visit(path, status_of(answer), body, len(answer.data), len(seen))
        return self.visits[path]


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Let requests commit as they like, and take it back afterwards (inside ``rolled_back`` alone)."""
    connection: Any = db._app_engines[app][None]
    point = connection.begin_nested()
    try:
        yield
    finally:
        if point.is_active:
            point.rollback()
