"""A browser without scripts: keeps cookies, reads forms, sends them as a person would; follows nothing by itself."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any

from tests.people.cast import PASSWORD

Fields = list[tuple[str, str]]


@dataclass
class PageForm:
    """A form as it stands on a page."""

    action: str
    method: str = "get"
    fields: Fields = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self._form: PageForm | None = None
        self._name = self._text = self._option = ""
        self._kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in given):
                return
            self._form.fields.append((given["name"], given.get("value", "on" if kind == "checkbox" else "")))
        elif tag in ("textarea", "select"):
            self._kind, self._name, self._text = tag, given.get("name", ""), ""
        elif tag == "option" and self._kind == "select" and ("selected" in given or not self._text):
            self._text = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._kind == "textarea":
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._kind and self._form is not None:
            self._form.fields.append((self._name, self._text.removeprefix("\n")))
            self._kind = ""
        elif tag == "form":
            self._form = None


@dataclass
class Page:
    """What came back."""

    path: str
    status: int
    text: str
    location: str
    seconds: float

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def forms(self) -> list[PageForm]:
        """The forms on it, in order."""
        return self._read.forms

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return self._read.links

    def form(self, action: str) -> PageForm:
        """The form that goes to an address; fails naming those there are."""
        found = next((f for f in self.forms if f.action.partition("?")[0] == action), None)
        assert found, f"{self.path} ({self.status}) has no form to {action}, only {[f.action for f in self.forms]}"
        return found


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    """One person at one browser. Not shared between threads, but `copy` is."""

    def __init__(self, port: int, language: str = "en") -> None:
        self.home, self.language, self.cookies = f"http://127.0.0.1:{port}", language, CookieJar()
        self._open = urllib.request.build_opener(_Stay(), urllib.request.HTTPCookieProcessor(self.cookies)).open

    def at(self, port: int) -> Visitor:
        """The same person at another web process."""
        other = Visitor(port, self.language)
        for cookie in self.cookies:
            other.cookies.set_cookie(cookie)
        return other

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._send(path, None)

    def post(self, path: str, fields: Fields) -> Page:
        """Send fields."""
        return self._send(path, urllib.parse.urlencode(fields).encode())

    def press(self, page: Page, action: str, **typed: str) -> Page:
        """Send a form of a page with what is typed into it."""
        return self.post(action, filled(page.form(action), **typed))

    def sign_in(self, email: str) -> Page:
        """Through the front door; ends at the desk."""
        answer = self.press(self.get("/sign-in"), "/sign-in", email=email, password=PASSWORD)
        assert (answer.status, answer.location) == (303, "/desk"), f"{answer.status}: {answer.text[:600]}"
        return answer

    def _send(self, path: str, data: bytes | None) -> Page:
        headers = {"Accept-Language": self.language, "Accept": "text/html", "Referer": self.home + path}
        request = urllib.request.Request(self.home + path, data, headers)
        begun = time.monotonic()
        try:
            reply = self._open(request, timeout=60)
        except urllib.error.HTTPError as refusal:
            reply = refusal
        with reply:
            text = reply.read().decode("utf-8", "replace")
            seen: HTTPMessage = reply.headers
            location = urllib.parse.urlsplit(seen.get("Location", ""))._replace(scheme="", netloc="").geturl()
            return Page(path, reply.status, text, location, time.monotonic() - begun)


def filled(form: PageForm, **typed: str) -> Fields:
    """The fields of a form with these values in place of what stood there."""
    return [(name, value) for name, value in form.fields if name not in typed] + list(typed.items())
