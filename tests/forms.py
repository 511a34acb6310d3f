"""How tests send forms: with what a page's form carries unseen."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient


def token_in(page: str) -> str:
    """The CSRF token of the first form of a page."""
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def carried(page: str, action: str) -> dict[str, str]:
    """What the form of a page that goes to an address carries unseen: its token, key and version."""
    forms = re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL)
    here = re.compile(rf'action="{re.escape(action.partition("?")[0])}["?]')
    to_it = [inner for tag, inner in forms if here.search(unescape(tag))]
    to_itself = [inner for tag, inner in forms if "action=" not in tag and "csrf_token" in inner]
    found = next(iter(to_it + to_itself), "")
    unseen = re.findall(r'<input[^>]*?name="(version|once)"[^>]*?value="([^"]*)"', found)
    return {"csrf_token": token_in(page), **dict(unseen)}


def hidden(page: str, name: str, near: str = "") -> str:
    """The value of a hidden field, after a mark in the page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page[page.index(near) :])
    assert found, name
    return unescape(found[1])


def send(browser: FlaskClient, drawn: str, address: str, **fields: Any) -> Any:
    """Send a form to an address, as a page that was drawn before carries it."""
    return browser.post(address, data={**carried(drawn, address), **fields})


def post(browser: FlaskClient, page: str, address: str = "", **fields: Any) -> Any:
    """Send a form as its page carries it, to an address or back to the page."""
    return send(browser, browser.get(page).get_data(as_text=True), address or page, **fields)
