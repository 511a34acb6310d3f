"""Staff find receipts, pairs, collaborations and people by one box: those they may open, and nobody else any."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.kernel import subjects
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.models import Membership, User
from marketplace.search.queries import things
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import HIDDEN_COMPANY, make_challenge
from tests.collaborations.cast import make_collaboration
from tests.conftest import sign_in
from tests.estate import Estate
from tests.pairings.cast import make_pairing
from tests.people.cast import OURS, THEIRS, make_member, make_organisation, make_user
from tests.world import Rows, SignedIn, World

STAFF = ("manager", "broker", "cooperating_manager", "foreign_manager", "network_staff", "foreign_network_staff")
ADDRESS = re.compile(r'<h3><a href="(/(?:applications|pairings|collaborations)/\d+|/organisations/\d+/members)"')


def paired(world: World, **values: Any) -> Any:
    """A collaboration with its challenge, application and pair."""
    challenge = make_challenge(world.company, close_call(make_call(world.programme, state="decided")), **values)
    application = make_application(challenge, world.startup, state="selected")
    return make_collaboration(make_pairing(application, state="confirmed"), state="active")


def found_by(browser: Any, words: str) -> set[str]:
    """Addresses of the things that a search leads to."""
    answer = browser.get("/search", query_string={"q": words})
    assert answer.status_code == 200
    return set(ADDRESS.findall(answer.text))


def test_staff_find_what_they_work_on_by_its_number_its_name_and_its_people(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        collaboration = paired(world)
        collaboration.pairing.challenge.texts["en"].title = "Zirconium valves"
        make_member(world.startup, "member", make_user("Ximena Quark", email="ximena@people.example"))
        pairing = collaboration.pairing
        number, application = str(pairing.application.number), f"/applications/{pairing.application_id}"
        pair, work = f"/pairings/{pairing.id}", f"/collaborations/{collaboration.id}"
        people = f"/organisations/{world.startup.id}/members"
    expected = {
        number: {application}, number.lower(): {application}, number.rpartition("-")[2]: {application},
        "loopwell": {pair, work}, "Haneul Water": {pair, work}, "zirconium": {work},
        "quark": {people}, "ximena@people": {people}, number[:-1]: set(), "people.example": set(),
    }  # fmt: skip
    for role in ("manager", "network_staff"):
        browser = signed_in(world.memberships[role])
        assert {words: found_by(browser, words) for words in expected} == expected, role
    text = signed_in(world.memberships["manager"]).get(f"/search?q={number}").text
    assert "One found" in text and f"1 result for “{number}”." in text and "Loopwell" in text


def test_nobody_finds_what_they_may_not_open(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    with app.app_context(), open_unit():
        words = {HIDDEN_COMPANY, OURS, THEIRS, "T-SEALED", "leak", "e"}
        words |= set(db.session.scalars(select(Application.number).where(Application.number.is_not(None))))
        words |= set(db.session.scalars(select(User.email).join(Membership).order_by(Membership.id).limit(4)))
        kinds = [declared for declared in subjects.subjects().values() if declared.finding is not None]
        for role in STAFF:
            actor = estate.world.actor(role)
            may = {
                declared.address(thing)
                for declared in kinds
                for thing in db.session.scalars(declared.visible_to(actor)).unique()
            }
            hits = [hit for text in sorted(words) for kind in things(actor, text, 100, "en") for hit in kind.rows]
            assert (role, {hit.href for hit in hits} - may) == (role, set())
            assert hits, role


def test_nobody_but_staff_is_shown_any_of_it(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    for role in World.ROLES:
        person = estate.world.memberships.get(role) or (estate.world.person if role == "person" else None)
        found = found_by(sign_in(app, person), "e")
        assert (role, bool(found)) == (role, role in STAFF)


def test_anonymous_company_is_not_found_by_whom_it_hides_from(world: World) -> None:
    collaboration = paired(world, visibility="anonymous")
    collaboration.pairing.challenge.call.identity_revealed = "never"
    other = paired(world)
    db.session.flush()
    pairing, seen = subjects.kind_of("pairing"), {}
    assert pairing.finding is not None
    for role in World.ROLES:
        actor = world.actor(role)
        for words in ("Haneul", "Loopwell"):
            query = pairing.visible_to(actor).where(pairing.finding.by(actor, words))
            seen[role, words] = set(db.session.scalars(query.with_only_columns(pairing.model.id)))
    both = {collaboration.pairing_id, other.pairing_id}
    for role in ("manager", "broker", "network_staff"):
        assert seen[role, "Haneul"] == seen[role, "Loopwell"] == both, role
    for role in ("startup_owner", "startup_member"):
        assert (seen[role, "Haneul"], seen[role, "Loopwell"]) == ({other.pairing_id}, both)
    assert not seen["foreign_manager", "Haneul"] | seen["other_startup", "Loopwell"] | seen["anonymous", "Loopwell"]


def test_number_of_queries_is_constant(rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]) -> None:
    def another() -> None:
        with rows():
            paired(World.kept())

    another()
    with rows():
        seat = World.kept().memberships["manager"]
    browser = signed_in(seat)
    found_by(browser, "loopwell")
    with count_queries() as one:
        assert len(found_by(browser, "loopwell")) == 2
    another()
    another()
    found_by(browser, "loopwell")  # what is public is read anew
    with count_queries() as three:
        assert len(found_by(browser, "loopwell")) == 6
    assert len(one) == len(three) <= 15


def test_most_are_counted_and_the_newest_shown(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        for number in range(7):
            make_member(world.startup, "member", make_user(f"Ximena {number}"))
        make_member(make_organisation("startup"), "member", make_user("Ximena elsewhere"))
    text = signed_in(world.memberships["manager"]).get("/search?q=ximena").text
    assert "7 found" in text and "7 results for “ximena”." in text and "The newest are shown." in text
    assert "Ximena 6" in text and "Ximena 0" not in text and "elsewhere" not in text
