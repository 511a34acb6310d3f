"""Each figure of a desk that leads somewhere leads to a list that holds as many."""

from __future__ import annotations

import re

import pytest

from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import make_collaboration
from tests.desk.test_views import fill
from tests.world import Rows, SignedIn, World

FIGURE = re.compile(r'<dt><a href="([^"]+)">([^<]+)</a></dt><dd>(\d+)</dd>')
CELL = re.compile(r'data-label="([^"]+)" data-number><a href="([^"]+)">(\d+)<')
ROW = re.compile(r'<tr role="row"><th scope="row"')


def _many_cases(world: World) -> None:
    """Cases on both sides of every border between what a list holds and what it does not."""
    fill(world, 2)
    late = make_call(world.programme)
    make_application(make_challenge(world.company, late, centre=world.centre), state="submitted")
    make_challenge(world.company, late, visibility="invited", centre=world.centre)
    close_call(late)  # no job has closed its challenges yet
    ahead = make_call(world.programme, opens=5, closes=20)
    make_challenge(world.company, ahead, centre=world.centre)
    sealed = make_call(world.programme)
    make_application(make_challenge(world.company, sealed, centre=world.cooperating), state="submitted")
    make_challenge(world.company, sealed, visibility="invited")
    make_challenge(world.company, sealed, visibility="anonymous", centre=world.cooperating)
    make_challenge(world.company, sealed, state="withdrawn")
    make_application(make_challenge())  # of other places
    for state in ("active", "suspended", "succeeded", "terminated"):
        ended = {"ended_cause": "both", "settlement": "None."} if state == "terminated" else {}
        make_collaboration(state=state, **ended)


def total_of(page: str) -> int:
    """How many a list says it holds: on its current tab, in its summary of pages, or as rows."""
    tab = re.search(r'aria-current="page"[^>]*>[^<]*<span class="count"[^>]*>(\d+)<', page)
    said = re.search(r"(\d+) (?:results|challenges)\b|One (result|challenge)\b", page)
    if tab:
        return int(tab[1])
    if said:
        return int(said[1] or 1)
    return len(ROW.findall(page))


@pytest.mark.parametrize(("role", "least"), [("manager", 3), ("cooperating_manager", 1), ("network_staff", 3)])
def test_figure_leads_to_as_many(rows: Rows, signed_in: SignedIn, role: str, least: int) -> None:
    with rows():
        world = World.kept()
        _many_cases(world)
    browser = signed_in(world.memberships[role])
    desk = browser.get("/desk").text
    led = [(words, href, int(number)) for href, words, number in FIGURE.findall(desk)]
    led += [(words, href, int(number)) for words, href, number in CELL.findall(desk)]
    assert len([number for _, _, number in led if number]) >= least, led
    found = {
        (words, href): (number, total_of(browser.get(href.replace("&amp;", "&")).text)) for words, href, number in led
    }
    assert {key: pair for key, pair in found.items() if pair[0] != pair[1]} == {}
