"""A form that is drawn with a version is refused without one: nothing is written over unseen, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import sign_in
from tests.crawl import Walker, addresses, status_of
from tests.estate import Estate
from tests.faults.visitor import Page, PageForm, filled

FREE = {"pairings.answer"}  # an answer writes over none: the other side's must not stand in its way
TYPED = {
    "reason": "Because of this", "title": "Another title", "answer": "accept", "verdict": "met", "sure": "y",
    "next_step": "Order twenty", "happened_on": "2026-03-01", "name": "A name",
}  # fmt: skip


def forms_of(walker: Walker) -> Iterator[tuple[str, PageForm]]:
    """Each route whose form carries a version, with that form as it stands on a page of this role."""
    routes, known = walker.app.url_map.bind(""), set(FREE)
    for address in addresses(walker.app, walker.estate, "GET", "late", "early"):
        visit = walker.visit(address.path)
        for form in Page(address.path, 200, visit.body, "", 0).forms if 'name="version"' in visit.body else ():
            action = form.action or address.path
            if form.method == "post" and dict(form.fields).get("version"):
                endpoint, _ = routes.match(action.partition("?")[0], "POST")
                if endpoint not in known:
                    known.add(endpoint)
                    yield endpoint, PageForm(action, "post", form.fields)


@pytest.mark.parametrize(("role", "least"), [("manager", 20), ("startup_owner", 8), ("company_owner", 4)])
def test_every_form_drawn_with_a_version_is_refused_without(
    peopled: tuple[Flask, Estate], role: str, least: int
) -> None:
    walker = Walker(*peopled, role)
    refused, wrong = set(), []
    for endpoint, form in forms_of(walker):
        sent = {
            name: TYPED.get(name, value) if name == "title" else value or TYPED.get(name, "")
            for name, value in form.fields
        }
        for version in ({}, {"version": "x"}):
            bare = {name: value for name, value in sent.items() if name != "version"}
            status = status_of(walker.post(form.action, **bare, **version))
            if status == 409:
                refused.add(endpoint)
            elif status != 422 or status_of(walker.post(form.action, **sent)) != 422:  # 422: there is more to fill in
                wrong.append(f"{form.action} with {version}: {status}")
    assert not wrong and len(refused) >= least, "\n".join([*wrong, *sorted(refused)])


def test_step_sent_without_a_version_keeps_its_reason_and_goes_on(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    call = estate.values["early"]["calls"]
    browser = sign_in(app, estate.world.memberships["manager"])
    shown = browser.get(f"/calls/{call}/edit")
    action = f"/calls/{call}/cancellation"
    fields = dict(filled(Page("", 200, shown.text, "", 0).form(action), reason="The money for it is gone."))
    del fields["version"]
    refused = browser.post(action, data=fields)
    assert refused.status_code == 409 and "The money for it is gone." in refused.text
    again = Page("", 409, refused.text, "", 0).form(action)
    assert browser.post(action, data=dict(again.fields)).status_code == 303
