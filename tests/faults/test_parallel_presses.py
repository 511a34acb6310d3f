"""Many people pressing at once against the real web processes."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import pytest
import sqlalchemy as sa

from deploy.health import ask
from marketplace.applications.models import Application, ApplicationRevision
from marketplace.calls.models import Award, Call, Stage
from marketplace.kernel.events import Event
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import application_to, challenge_in, closed_call, prepared
from tests.faults.harness import eventually, free_port
from tests.faults.site import Site
from tests.faults.visitor import Page, filled
from tests.people.cast import make_member, make_organisation
from tests.world import World

pytestmark = pytest.mark.faults

ROUNDS = 4
STARTUPS = 50


def together(acts: Sequence[Callable[[], Page]]) -> list[Page]:
    """Run all at the same moment, each in a thread."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Page]) -> Page:
        barrier.wait(timeout=60)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_managers_releasing_at_once_release_once(site: Site) -> None:
    with site.rows():
        world = World()
        second = make_member(world.centre.organisation, "manager")
        managers, calls = [world.memberships["manager"], second], []
        for _ in range(ROUNDS):
            call = closed_call(world, award_count=2)
            challenge = challenge_in(world, call, startups_sought=2)
            for outcome, rank in (("selected", None), ("selected", None), ("reserve", 1), ("declined", None)):
                prepared(world, application_to(world, challenge), outcome, rank=rank)
            calls.append(call.id)
    browsers = [site.visitor(manager) for manager in managers]

    for call_id in calls:
        address = f"/calls/{call_id}/release"
        forms = [filled(browser.get(address).form(address), sure="y") for browser in browsers]
        acts = [partial(b.post, address, f) for b, f in zip(browsers, forms, strict=True)]
        answers = sorted(together(acts), key=lambda page: page.status)

        assert [page.status for page in answers] == [303, 409]
        assert "these decisions are already released" in answers[1].text
        taken = sa.select(sa.func.count()).where(Award.call_id == call_id, Award.given_back_at.is_(None))
        assert site.one(taken) == 2
        states = sa.select(Application.state).where(Application.call_id == call_id)
        assert sorted(state for (state,) in site.ask(states)) == ["declined", "reserve", "selected", "selected"]
        released = sa.select(sa.func.count()).where(Event.step == "call.release", Event.subject_id == call_id)
        assert site.one(released) == 1


@pytest.fixture(scope="module")
def second_web(site: Site) -> Iterator[int]:
    """The port of a second web process on the same database and queue."""
    first, port = site.pieces.port, free_port()
    site.pieces.port = port
    try:
        process = site.pieces.spawn("web2", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")
    finally:
        site.pieces.port = first
    try:
        eventually(lambda: ask(port)[0] == 200, 60, lambda: site.pieces.log("web2"))
        yield port
    finally:
        site.pieces.kill(process)


def test_fifty_submissions_around_the_deadline_are_in_or_refused(site: Site, second_web: int) -> None:
    with site.rows():
        world = World()
        call = make_call(world.programme, award_count=5)
        challenge = make_challenge(world.company, call)
        drafts = []
        for _ in range(STARTUPS):
            owner = make_member(make_organisation("startup"))
            drafts.append((owner.user, make_application(challenge, owner.organisation, author=owner.user).id))
        call_id = call.id
    with ThreadPoolExecutor(8) as pool:
        browsers = list(pool.map(lambda draft: site.visitor(draft[0]), drafts))
        previews = list(pool.map(lambda b, d: b.get(f"/applications/{d[1]}/preview"), browsers, drafts))
    forms = [filled(page.form(f"/applications/{d[1]}/submission")) for page, d in zip(previews, drafts, strict=True)]
    deadline = time.time() + 4
    closing = datetime.fromtimestamp(deadline, UTC)
    for table in (Call, Stage):
        column = Call.id if table is Call else Stage.call_id
        site.do(sa.update(table).where(column == call_id, table.closes_at.is_not(None)).values(closes_at=closing))

    sent: dict[int, list[tuple[float, float, Page]]] = {}

    def press(i: int, port: int, moment: float) -> None:
        browser = browsers[i].at(port)
        site.wait_until(moment)
        begun = time.time()
        page = browser.post(f"/applications/{drafts[i][1]}/submission", forms[i])
        sent.setdefault(i, []).append((begun, time.time(), page))

    with ThreadPoolExecutor(2 * STARTUPS) as pool:
        pressed = []
        for i in range(STARTUPS):
            moment = deadline + 3 * (i / STARTUPS) - 2
            pressed.append(pool.submit(press, i, site.pieces.port, moment))
            if i % 2:  # a double press of the same form, which reaches another process
                pressed.append(pool.submit(press, i, second_web, moment))
        for one in pressed:
            one.result(timeout=120)

    numbers: list[str] = []
    outcome = Counter[str]()
    for i, (_, application_id) in enumerate(drafts):
        state, number = site.ask(
            sa.select(Application.state, Application.number).where(Application.id == application_id)
        )[0]
        receipts = [p for _, _, p in sent[i] if p.status == 303]
        refused = [p for _, _, p in sent[i] if p.status != 303]
        assert all(p.location == f"/applications/{application_id}/receipt" for p in receipts)
        for page in refused:
            assert page.status == 409 and re.search(r"closed|deadline", page.text), (page.status, page.text[:3000])
        if receipts:
            shown = browsers[i].get(receipts[0].location)
            assert (shown.status, state) == (200, "submitted")
            assert number and number in shown.text
            numbers.append(number)
        else:
            assert (state, number) == ("draft", None)
        outcome["in" if receipts else "refused"] += 1
        if any(answered < deadline for _, answered, _ in sent[i]):
            assert receipts, "answered before the deadline, and not in"
        if all(begun > deadline for begun, _, _ in sent[i]):
            assert not receipts, "sent after the deadline, and in"

    assert outcome["in"] > 0 and outcome["refused"] > 0, outcome
    assert len(set(numbers)) == len(numbers) == outcome["in"]
    stored = sa.select(sa.func.count()).where(Application.call_id == call_id, Application.number.is_not(None))
    assert site.one(stored) == len(numbers)
    mine = Event.subject_id.in_([application_id for _, application_id in drafts])
    events = sa.select(Event.subject_id).where(Event.step == "application.submit", mine)
    received = {(drafts[i][1],) for i in sent if any(page.status == 303 for *_, page in sent[i])}
    assert sorted(site.ask(events)) == sorted(received)
    late = sa.select(sa.func.count()).where(Application.call_id == call_id, Application.submitted_at > closing)
    assert site.one(late) == 0
    frozen = (
        sa.select(sa.func.count())
        .select_from(ApplicationRevision)
        .join(Application)
        .where(Application.call_id == call_id, ApplicationRevision.submitted_at.is_not(None))
    )
    assert site.one(frozen) == len(numbers)
    slowest = max(page.seconds for presses in sent.values() for *_, page in presses)
    print(f"{outcome['in']} in, {outcome['refused']} refused, the slowest answer took {slowest:.1f} s")


def test_double_presses_of_the_first_form_begin_one_application(site: Site, second_web: int) -> None:
    with site.rows():
        world = World()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call)
        owner = world.memberships["startup_owner"]
        ids = call.id, challenge.id
    browser = site.visitor(owner)
    address = f"/calls/{ids[0]}/applications"
    form = filled(browser.get(f"/challenges/{ids[1]}/applications/new").form(address))

    pages = together([partial(browser.at(p).post, address, form) for p in (site.pieces.port, second_web) * 3])

    assert {page.status for page in pages} == {303}
    assert len({page.location for page in pages}) == 1
    assert site.one(sa.select(sa.func.count()).where(Application.call_id == ids[0])) == 1
