"""One person at one browser: opens pages, fills forms as they stand, and looks closely at every page seen."""

from __future__ import annotations

import os
import re
import signal
from contextlib import contextmanager, suppress
from functools import cache
from threading import Event, Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error

from config import ROOT
from marketplace.kernel.locales import LOCALES
from tests.faults.harness import command_of, descendants
from tests.journeys.product import Product
from tests.people.cast import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Response, StorageState

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
FIND = """async () => (window.axe || loadAxe(), await axe.run(document, {resultTypes: ['violations'],
    preload: false, rules: {'target-size': {enabled: true}}})).violations.map(
    (v) => `${v.id}: ${v.help}\\n` + v.nodes.slice(0, 3).map((n) => `    ${n.html.slice(0, 300)}\\n    ${
        [...n.any, ...n.all, ...n.none].map((c) => c.message).join(' ')}`).join('\\n'))"""
OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return '';
    const over = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > wide + 1);
    return `${document.documentElement.scrollWidth} px on ${wide}: `
        + over.slice(-3).map((e) => e.outerHTML.slice(0, 160)).join(' | ');
}"""


@cache
def axe_source() -> str:
    """The checker, for each page to run when it is looked at; nothing loads it, so the pages' policy stays on."""
    return f"window.loadAxe = () => {{{AXE.read_text('utf-8')}\n}};"


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Steps that know no limit of their own: when they hang, end the browser they wait for, so that they fail."""
    late = Event()

    def end() -> None:
        late.set()
        for pid in descendants(os.getpid()):
            if "chrom" in command_of(pid).partition(" ")[0]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    timer = Timer(seconds, end)
    timer.start()
    try:
        yield
    except Error as error:
        if late.is_set():
            raise AssertionError(f"{what} took more than {seconds:.0f} s") from error
        raise
    finally:
        timer.cancel()


class Person:
    """``visit``, ``press`` and ``follow``; each page they lead to is looked at, at a desk or on a ``phone``.

    Where the same is done in every language (``in_turn``), axe looks at each kind of page in one of them: neither
    structure nor colours depend on the words. That it fits the screen is seen in all.
    """

    def __init__(
        self,
        browser: Browser,
        product: Product,
        language: str = "en",
        *,
        scripts: bool = True,
        phone: bool = False,
        session: StorageState | None = None,
        in_turn: bool = False,
    ) -> None:
        self.product, self.language, self.scripts, self.in_turn = product, language, scripts, in_turn
        locale = {"en": "en-GB", "fr": "fr-FR", "ko": "ko-KR"}[language]
        self.context = browser.new_context(
            base_url=product.home, locale=locale, viewport=PHONE if phone else DESKTOP, java_script_enabled=scripts,
            reduced_motion="reduce", storage_state=session,
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(axe_source())
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.findings: list[str] = []
        self.page.on("pageerror", lambda problem: self.complaints.append(f"script: {problem}"))
        self.page.on("console", self._hear)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    @property
    def path(self) -> str:
        """Where this person is."""
        return urlsplit(self.page.url).path

    @property
    def numbers(self) -> list[int]:
        """The numbers in the address of the page: ids."""
        return [int(part) for part in self.path.split("/") if part.isdecimal()]

    def visit(self, path: str, *, dark: bool = False) -> Person:
        """Open a page."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self._arrive(self.page.goto(path))
        return self

    def follow(self, path: str) -> Person:
        """Press a link of the page that leads to an address."""
        link = self.page.locator(f'a[href="{path}"]:visible').first
        assert link.count(), f"{self.path} has no link to {path}"
        with self.page.expect_navigation() as arrival:
            link.click()
        self._arrive(arrival.value)
        return self

    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """Through the front door."""
        self.visit("/sign-in").press("/sign-in", email=email, password=password)
        assert self.path == "/desk", self.path
        return self

    def press(self, action: str, **values: Any) -> Person:
        """Fill the form that goes to an address (none: to its own page) and press its button."""
        form = self.form(action, *values)
        self.fill(form, **values)
        buttons = form.locator('.actions button[type="submit"]')
        button = buttons.first if buttons.count() else form.locator('button[type="submit"]').first
        if not button.is_visible():  # what cannot be taken back asks first
            form.locator("details.ask > summary").last.click()
        with self.page.expect_navigation() as arrival:
            button.click()
        self._arrive(arrival.value)
        return self

    def form(self, action: str, *names: str) -> Locator:
        """The form that goes to an address and has these fields, unfolded where it asks first."""
        wanted = f'form[action="{action}"]' if action else 'main form[method="post"]:not([action])'
        wanted += "".join(f':has([name="{name}"])' for name in names)
        form = self.page.locator(wanted).first
        assert form.count(), f"{self.path} has no form to {action or 'itself'}: {self.actions()}"
        if not form.is_visible():
            dialog = self.page.locator("dialog", has=self.page.locator(wanted)).first
            folded = self.page.locator("details", has=self.page.locator(wanted)).first
            opener = (
                dialog.locator("xpath=preceding-sibling::button[1]") if dialog.count() else folded.locator("summary")
            )
            opener.first.click()
        return form

    def actions(self) -> list[str]:
        """Where the forms of this page go."""
        return [form.get_attribute("action") or "" for form in self.page.locator("form").all()]

    def fill(self, form: Locator, **values: Any) -> None:
        """Put values into fields by their names: text, a date, a choice, True for a tick, a list for several."""
        for name, value in values.items():
            control = form.locator(f'[name="{name}"]')
            kind = control.first.evaluate("e => e.type")
            if kind == "hidden":  # the only choice, which is said rather than asked
                assert control.input_value() == str(value)
            elif kind in ("radio", "checkbox"):
                given = value if isinstance(value, list) else [value]
                for one in given:
                    box = control.first if one is True else form.locator(f'[name="{name}"][value="{one}"]')
                    box.check()
            elif kind.startswith("select"):
                control.select_option(str(value))
            else:
                self._reveal(control)
                control.fill(str(value))

    def _reveal(self, control: Locator) -> None:
        """Texts of several languages show one at a time: press the one wanted."""
        if control.is_visible():
            return
        index = control.evaluate(
            "e => { const part = e.closest('[data-language]');"
            " return [...part.parentElement.querySelectorAll(':scope > [data-language]')].indexOf(part); }"
        )
        sets = self.page.locator("[data-languages]", has=self.page.locator(f'[name="{control.get_attribute("name")}"]'))
        sets.locator(".language-tabs button").nth(index).click()

    def _arrive(self, response: Response | None) -> None:
        assert response is not None
        assert response.status < 400, f"{response.url}: {response.status}\n{self.page.locator('main').inner_text()}"
        self.look()

    def look(self, *, again: bool = False) -> None:
        """Language and console of this page; the rest once for each kind of page in a language.

        What axe finds and what does not fit is kept: a test names all of it together.
        """
        assert self.page.locator("html").get_attribute("lang") == self.language, self.path
        kind = re.sub(r"\d+", "N", self.path) + "".join(sorted(parse_qs(urlsplit(self.page.url).query)))
        seen = (self.language, self.scripts, kind)
        if again or seen not in self.product.looked:
            self.product.looked.add(seen)
            turn = LOCALES[sum(kind.encode()) % len(LOCALES)]
            if self.scripts and (not self.in_turn or turn == self.language):  # without, axe would wait for ever
                self._search()
            self._measure()
        assert not self.complaints, f"{self.path}: {self.complaints}"

    def _search(self) -> None:
        with within(40, f"the look at {self.path}"):
            self.findings += [f"{self.path} ({self.language}): {found}" for found in self.violations()]

    def violations(self) -> list[str]:
        """What axe finds on the page as it stands."""
        found: list[str] = self.page.evaluate(FIND)
        return found

    def _measure(self) -> None:
        if over := self.page.evaluate(OVERFLOW):
            self.findings.append(f"{self.path} ({self.language}): too wide, {over}")

    def look_on_the_other_screen(self) -> None:
        """Whether the page fits a phone after a desk, a desk after a phone; what comes next is seen there too."""
        self.page.set_viewport_size(DESKTOP if self.page.viewport_size == PHONE else PHONE)  # type: ignore[arg-type]
        self._measure()

    def close(self) -> None:
        """Leave."""
        with within(20, "closing the browser"):
            self.context.close()
