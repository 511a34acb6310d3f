"""What one network writes and knows stays its own: rows that rules read, and deeds about an organisation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.calls import award_views, awards
from marketplace.calls.eligibility_facts import facts_of
from marketplace.calls.models import Award, Call, EligibilityRule
from marketplace.kernel.db import db
from marketplace.kernel.errors import Forbidden, Invalid
from marketplace.kernel.events import Event
from marketplace.kernel.policy import can
from marketplace.pairings.models import Pairing
from marketplace.people import directory
from marketplace.people.models import Affiliation
from marketplace.people.organisation_actions import add_affiliation
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import add
from tests.network.cast import make_programme
from tests.pairings.cast import make_pairing
from tests.people.cast import make_organisation
from tests.world import World

DAY = date(2026, 1, 5)


def call_of(programme: Any) -> Call:
    call = make_call(programme)
    kinds = ("running_grants", "no_earlier_award", "not_affiliated", "no_sanction")
    call.rules = [EligibilityRule(position=n, kind=kind, params={}) for n, kind in enumerate(kinds)]
    db.session.flush()
    return call


def grant(world: World, role: str, title: str = "Earlier grant") -> Award:
    return awards.record_award(
        world.startup, world.actor(role), programme=None, title=title, awarded_on=DAY, ends_on=None, today=DAY
    )


def propose(world: World) -> Pairing:
    """The other network's centre proposes the startup for a pair, without an application."""
    challenge = make_challenge(world.other_company, make_call(make_programme(world.foreign_centre)))
    pairing = make_pairing(make_application(challenge))
    pairing.startup, pairing.application = world.startup, None
    db.session.flush()
    return pairing


def deal_with(world: World) -> None:
    """The startup has dealings with the other network too: it said yes to a pair there."""
    propose(world).startup_accepts = True
    db.session.flush()


DEEDS = ("organisation.put_on_record", "organisation.set_aside", "organisation.verify", "organisation.view_private")


def test_a_manager_nearby_who_may_see_an_organisation_writes_nothing_about_it(world: World) -> None:
    rival, span = world.actor("foreign_manager"), {"starts_on": DAY, "ends_on": date(2099, 1, 1), "reason": "No."}
    assert {name for name in DEEDS if can(rival, name, world.startup)} == set()
    with pytest.raises(Forbidden):
        grant(world, "foreign_manager")
    with pytest.raises(Forbidden):
        awards.impose_sanction(world.startup, world.foreign_network, rival, **span)  # type: ignore[arg-type]


def test_to_be_proposed_for_a_pair_is_no_dealing_until_one_says_yes(world: World) -> None:
    rival = world.actor("foreign_manager")
    pairing = propose(world)
    assert not can(rival, "organisation.view_private", world.startup)
    pairing.startup_accepts = True
    db.session.flush()
    assert can(rival, "organisation.view_private", world.startup)
    assert not can(rival, "organisation.verify", world.startup)  # the centre it chose alone takes verification away


def test_rules_read_what_the_calls_own_network_recorded(world: World) -> None:
    deal_with(world)
    ours, theirs = call_of(world.programme), call_of(make_programme(world.foreign_centre))
    grant(world, "foreign_manager")
    add(Award(organisation_id=world.startup.id, programme_id=theirs.programme_id, awarded_on=DAY))
    assert len(facts_of(world.startup, ours).running) == 0
    assert len(facts_of(world.startup, theirs).running) == 2
    grant(world, "manager")
    assert (len(facts_of(world.startup, ours).running), len(facts_of(world.startup, theirs).running)) == (1, 2)


def test_awards_of_a_network_are_read_by_its_staff_and_the_organisation(world: World) -> None:
    deal_with(world)
    grant(world, "manager", "Ours"), grant(world, "foreign_manager", "Theirs")

    def read(role: str) -> set[str]:
        networks = None if role == "startup_owner" else award_views.network_ids_of(world.actor(role))
        return {award.title for award, _of, _by in award_views.awards_of(world.startup, networks)}

    roles = ("manager", "network_staff", "foreign_manager", "foreign_network_staff", "startup_owner")
    assert {role: read(role) for role in roles} == {
        "manager": {"Ours"}, "network_staff": {"Ours"}, "foreign_manager": {"Theirs"},
        "foreign_network_staff": {"Theirs"}, "startup_owner": {"Ours", "Theirs"},
    }  # fmt: skip


def test_a_managing_centre_sets_aside_what_others_put_on_record(world: World) -> None:
    world.startup.verifying_centre_id = world.cooperating.id
    ours, beside = call_of(world.programme), call_of(make_programme(world.cooperating))
    row = grant(world, "cooperating_manager")
    add_affiliation(world.company, world.actor("company_owner"), world.startup, "shareholder")
    link = db.session.scalars(select(Affiliation)).one()
    world.startup.verifying_centre_id = world.centre.id
    db.session.flush()

    def read(call: Call) -> tuple[int, tuple[str, ...]]:
        found = facts_of(world.startup, call, world.company.id)
        return len(found.running), found.affiliations

    assert read(ours) == read(beside) == (1, ("shareholder",))
    for role in ("broker", "foreign_manager", "network_staff"):
        with pytest.raises(Forbidden):
            awards.set_aside_record(world.startup, row, world.actor(role), reason="Somebody else's.")
    with pytest.raises(Invalid):
        awards.set_aside_record(world.startup, row, world.actor("manager"), reason=" ")
    for one in (row, link, row):
        awards.set_aside_record(world.startup, one, world.actor("manager"), reason="Somebody else's.")
    assert (read(ours), read(beside)) == ((0, ()), (1, ("shareholder",)))
    steps = db.session.scalars(
        select(Event.step).where(Event.subject_type == "organisation", Event.subject_id == world.startup.id)
    ).all()
    assert sorted(steps) == [
        "organisation.gain_affiliation", "organisation.gain_award", "organisation.set_aside", "organisation.set_aside",
    ]  # fmt: skip


def test_unlisted_organisations_are_found_by_those_they_deal_with_alone(world: World) -> None:
    unlisted = make_organisation("startup", "Quiet Quoll", is_listed=False, verifying_centre_id=world.centre.id)
    finding = {
        role
        for role in World.ROLES
        if unlisted in db.session.scalars(directory.entries(world.actor(role), "Quoll")).unique().all()
    }
    assert finding == {"manager", "broker", "network_staff"}
