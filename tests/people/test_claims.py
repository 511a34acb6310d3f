"""Claims on imported organisations: each step × role, what follows an acceptance, and what nobody learns."""

from __future__ import annotations

import re
import threading
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel import clock, policy, workflow
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Refusal, Stale
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.unit_of_work import open_unit
from marketplace.network.models import Centre, Network
from marketplace.network.queries import working_centres
from marketplace.people import actions, chosen_centre, claim_queries, claims, queries
from marketplace.people.models import SHOWN_AT_FIRST, Claim, Membership, Organisation, User
from marketplace.people.post_login_redirect import way_back
from marketplace.people.states import CLAIM
from tests.forms import carried, hidden, post, token_in
from tests.imports.desk import brought
from tests.network.cast import make_centre, make_network
from tests.people.cast import actor_of, make_member, make_organisation, make_user
from tests.world import Rows, SignedIn, World

DECIDERS = {"manager", "broker"}
WATCHERS = DECIDERS | {"network_staff"}
SAYS = {"position": "Founder", "reason": "The imprint of the website names me."}


def imported(**values: object) -> Organisation:
    given = {"state": "unverified", "source": "a register", "source_id": "77", "licence": "CC-BY", "is_listed": False}
    return make_organisation("startup", "Pipistrelle Sonar", **{**given, **values})


def claim_of(user: User, organisation: Organisation | None = None, state: str = "open") -> Claim:
    organisation = organisation or imported()
    made = Claim(organisation=organisation, user=user, state=state, **SAYS)
    if organisation.kind != "centre":
        made.centre_id = chosen_centre.nearest_centres(organisation)[0].id
    db.session.add(made)
    db.session.flush()
    return made


TARGETS = {
    "claim.accept": "accepted",
    "claim.refuse": "refused",
    "claim.lapse": "lapsed",
    "claim.withdraw": "withdrawn",
}


@pytest.mark.parametrize("step", TARGETS)
def test_a_step_moves_an_open_claim_alone(world: World, step: str) -> None:
    organisation = imported()
    doer = {"claim.lapse": SYSTEM, "claim.withdraw": world.actor("person")}.get(step, world.actor("manager"))
    for state in CLAIM.states:
        claim = claim_of(world.person, organisation, state)
        if state == "open":
            event = workflow.fire(step, claim, doer, reason="The imprint names somebody else.")
            assert (event.before, event.after, claim.state) == ("open", TARGETS[step], TARGETS[step])
        else:
            with pytest.raises(Blocked):
                workflow.fire(step, claim, doer, reason="The imprint names somebody else.")
            assert claim.state == state


@pytest.mark.parametrize("step", TARGETS)
def test_centres_that_deal_with_it_decide_and_the_claimant_withdraws(world: World, step: str) -> None:
    claim = claim_of(world.person)
    may: set[str] = {"claim.withdraw": {"person"}, "claim.lapse": set()}.get(step, set(DECIDERS))
    for role in set(World.ROLES) - may:
        with pytest.raises(Forbidden):
            workflow.fire(step, claim, world.actor(role), reason="A reason.")
        assert (role, claim.state) == (role, "open")
    for role in may:
        claim = claim_of(world.person, imported(source_id=role))
        workflow.fire(step, claim, world.actor(role), reason="A reason.")
        assert (role, claim.state) == (role, TARGETS[step])


def test_claims_are_seen_by_their_claimant_and_the_staff_who_deal_with_it(world: World) -> None:
    one = imported()
    theirs = claim_of(make_user(), one)
    own = {role: claim_of(user, one) for role in World.ROLES if (user := world.user(role)) is not None}
    for role in World.ROLES:
        seen = set(db.session.scalars(claim_queries.visible_to(world.actor(role)).with_only_columns(Claim.id)))
        mine = {own[role].id} if role in own else set()
        assert (role, seen) == (role, {theirs.id, *(claim.id for claim in own.values())} if role in WATCHERS else mine)
    assert {role: claim_queries.readers_of(claim) for role, claim in own.items()} == {
        role: {claim.user_id} for role, claim in own.items()
    }


def test_nobody_decides_on_a_claim_of_their_own(world: World) -> None:
    manager = world.memberships["manager"]
    claim = claim_of(manager.user)
    with pytest.raises(Forbidden):
        claims.accept_claim(claim, actor_of(manager))
    assert claim.organisation not in db.session.scalars(claim_queries.to_decide(actor_of(manager))).unique().all()
    assert claim.organisation in db.session.scalars(claim_queries.to_decide(world.actor("broker"))).unique().all()


def test_only_people_with_a_confirmed_address_claim_what_nobody_manages(world: World) -> None:
    one, person = imported(), world.actor("person")
    with pytest.raises(Forbidden):
        claims.make_claim(one, world.actor("anonymous"), **SAYS)
    with pytest.raises(Forbidden):
        claims.make_claim(one, Actor(user_id=world.person.id), **SAYS)
    with pytest.raises(Blocked):
        claims.make_claim(world.centre.organisation, person, **SAYS)
    with pytest.raises(Blocked):
        claims.make_claim(world.startup, person, **SAYS)
    with pytest.raises(Invalid):
        claims.make_claim(one, person, position="Founder", reason="  ")
    claims.make_claim(one, person, **SAYS)
    with pytest.raises(Blocked):
        claims.make_claim(one, person, **SAYS)
    for number in range(claims.MOST_OPEN - 1):
        claims.make_claim(imported(source_id=f"more {number}"), person, **SAYS)
    with pytest.raises(Blocked):
        claims.make_claim(imported(source_id="one too many"), person, **SAYS)


def test_an_accepted_claim_hands_the_organisation_over_and_ends_the_others(world: World) -> None:
    claim, other = claim_of(world.person), None
    one = claim.organisation
    other = claim_of(make_user(), one)
    claims.accept_claim(claim, world.actor("manager"), version=claim.version)
    membership = queries.membership_of(world.person.id, one.id)
    assert membership is not None and membership.role == "owner"
    assert (one.is_reference, one.state, one.source, one.licence) == (False, "unverified", "a register", "CC-BY")
    assert (one.is_listed, one.shown) == (True, list(SHOWN_AT_FIRST))
    assert (claim.state, other.state) == ("accepted", "lapsed")
    with pytest.raises(Refusal):
        claims.accept_claim(other, world.actor("manager"))


def test_a_claim_is_refused_with_a_reason_and_can_be_made_again(world: World) -> None:
    claim = claim_of(world.person)
    with pytest.raises(Invalid):
        claims.refuse_claim(claim, world.actor("manager"), " ")
    with pytest.raises(Stale):
        claims.refuse_claim(claim, world.actor("manager"), "No.", version=claim.version + 1)
    claims.refuse_claim(claim, world.actor("manager"), "The imprint names somebody else.")
    assert claims.make_claim(claim.organisation, world.actor("person"), **SAYS).state == "open"


def test_a_person_whose_account_is_closed_gets_nothing(world: World) -> None:
    claim = claim_of(world.person)
    world.person.deactivated_at = claim.created_at
    with pytest.raises(Blocked):
        claims.accept_claim(claim, world.actor("manager"))


def test_a_new_import_leaves_alone_what_its_people_manage(world: World) -> None:
    row = {"id": "9", "name": "Pipistrelle Sonar", "description": "Old words.", "source": "a register", "country": "KR"}
    assert brought("organisations", row, language="en") == [("added", "")]
    one = db.session.scalars(select(Organisation).where(Organisation.source_id == "9")).unique().one()
    assert brought("organisations", {**row, "description": "Newer words."}, language="en") == [("changed", "")]
    one = db.session.get_one(Organisation, one.id)
    claims.accept_claim(claim_of(world.person, one), world.actor("manager"))
    one.texts["en"].description, one.website = "Our own words.", "https://ours.example"
    db.session.flush()
    newest = {**row, "description": "Newest words.", "website": "https://theirs.example"}
    assert brought("organisations", newest, language="en") == [("unchanged", "")]
    one = db.session.get_one(Organisation, one.id)
    db.session.refresh(one)
    assert (one.texts["en"].description, one.website) == ("Our own words.", "https://ours.example")


def test_a_claim_goes_to_the_nearest_centre_that_somebody_works_in(world: World) -> None:
    """A country that has centres on record alone is everybody's: the claimant says who checks."""
    centre = make_centre(make_network(), "FR-BRE")
    near = imported(region_code="FR-BRE")
    assert claims.make_claim(near, world.actor("person"), **SAYS).centre_id == centre.id
    with pytest.raises(Invalid):
        claims.make_claim(near, world.actor("startup_owner"), **SAYS, centre_id=world.centre.id)
    centre.organisation.source, centre.organisation.source_id = "a list", "1"
    db.session.flush()
    with pytest.raises(Invalid):
        claims.make_claim(near, world.actor("other_startup"), **SAYS)
    claim = claims.make_claim(near, world.actor("other_startup"), **SAYS, centre_id=world.centre.id)
    claims.accept_claim(claim, world.actor("manager"))
    assert claim.state == "accepted"


@pytest.mark.parametrize(
    ("email", "website", "fits"),
    [
        ("ann@sonar.example", "https://www.sonar.example/en", True),
        ("ann@mail.sonar.example", "https://sonar.example", True),
        ("ann@sonar.example", "https://shop.sonar.example", True),
        ("ann@notsonar.example", "https://sonar.example", False),
        ("ann@sonar.example", None, False),
        ("ann@example", "https://sonar.example", False),
        ("ann@sonar.example", "https://[broken", False),
    ],
)
def test_a_work_address_is_recognised_and_decides_nothing(email: str, website: str | None, fits: bool) -> None:
    assert claim_queries.is_work_address(email, website) == fits


@pytest.fixture
def people(rows: Rows) -> dict[str, Membership | User]:
    with rows():
        world = World.kept()
        one = imported(website="https://sonar.example")
        first = make_user("Wilhelmina First", email="w.first@sonar.example")
        second = make_user("Barnaby Second", email="barnaby@elsewhere.example")
        for user in (first, second):
            claim_of(user, one)
        return {"first": first, "second": second, "manager": world.memberships["manager"],
                "foreign": world.memberships["foreign_manager"]}  # fmt: skip


def test_claims_stand_side_by_side_for_staff_and_unseen_for_everybody_else(
    app: Flask, client: FlaskClient, signed_in: SignedIn, people: dict[str, Membership | User]
) -> None:
    with app.app_context():
        rows = {claim.user_id: claim for claim in db.session.scalars(select(Claim))}
        mine, theirs = rows[people["first"].id], rows[people["second"].id]
    path = f"/organisations/{mine.organisation_id}"
    staff = signed_in(people["manager"])
    page = staff.get(f"{path}/claims").get_data(as_text=True)
    assert "Wilhelmina First" in page and "Barnaby Second" in page and "2 claims to decide" in page
    queue = staff.get("/verifications").get_data(as_text=True)
    assert "Pipistrelle Sonar" in queue and '<span class="count">1</span>' in queue
    desk = staff.get("/desk").get_data(as_text=True)
    assert "Say who speaks for" in desk and "2 claims" in desk
    own = signed_in(people["first"])
    assert "Barnaby" not in own.get(f"/claims/{mine.id}").get_data(as_text=True)
    assert own.get(f"/claims/{theirs.id}").status_code == 404
    assert own.get(f"{path}/claims").status_code == 403
    assert "The centre, or its network, looks at your claim" in own.get("/desk").get_data(as_text=True)
    assert signed_in(people["foreign"]).get(f"/claims/{mine.id}").status_code == 404
    for reader in (client, own, signed_in(people["foreign"])):
        public = reader.get(path).get_data(as_text=True)
        assert "Barnaby" not in public and "Wilhelmina" not in public.replace("Wilhelmina First", "", 4)
    assert "Wilhelmina" not in client.get(path).get_data(as_text=True)


def test_a_claim_goes_from_the_page_to_the_owner(
    app: Flask, client: FlaskClient, signed_in: SignedIn, people: dict[str, Membership | User], rows: Rows
) -> None:
    with rows():
        one, person = imported(source_id="new"), make_user("Clara Claimant")
    path = f"/organisations/{one.id}"
    assert f"{path}/claims/new" in client.get(path).get_data(as_text=True)
    assert "You need an account" in client.get(f"{path}/claims/new").get_data(as_text=True)
    browser, staff = signed_in(person), signed_in(people["manager"])
    empty = post(browser, f"{path}/claims/new", position="Founder")
    assert empty.status_code == 405  # the form posts to the claims themselves
    token = {"csrf_token": token_in(browser.get(f"{path}/claims/new").get_data(as_text=True))}
    kept = browser.post(f"{path}/claims", data={**token, "position": "Founder", "reason": ""})
    assert kept.status_code == 422 and 'value="Founder"' in kept.get_data(as_text=True)
    sent = browser.post(f"{path}/claims", data={**token, **SAYS})
    assert sent.status_code == 303 and "/claims/" in sent.location
    assert browser.post(f"{path}/claims", data={**token, **SAYS}).status_code == 409
    number = sent.location.rpartition("/")[2]
    deed = carried(staff.get(f"{path}/claims").text, f"/claims/{number}/refusal")
    lacking = staff.post(f"/claims/{number}/refusal", data=deed)
    assert lacking.status_code == 422 and "Give a reason" in lacking.get_data(as_text=True)
    assert staff.post(f"/claims/{number}/acceptance", data=deed).location == path
    assert "yours to manage" in browser.get(f"/claims/{number}").get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert "First taken from a public source: a register" in page and "Claim this organisation" not in page


def test_claims_cost_the_same_however_many(rows: Rows, signed_in: SignedIn, count_queries) -> None:  # type: ignore[no-untyped-def]
    with rows():
        one, manager = imported(), World.kept().memberships["manager"]
        claim_of(make_user(), one)
    staff = signed_in(manager)
    staff.get(f"/organisations/{one.id}/claims")
    with count_queries() as first:
        staff.get(f"/organisations/{one.id}/claims")
    with rows():
        again = db.session.get_one(Organisation, one.id)
        for _ in range(2):
            claim_of(make_user(), again)
    with count_queries() as third:
        staff.get(f"/organisations/{one.id}/claims")
    assert len(first) == len(third) <= 15


def test_two_acceptances_at_once_make_one_owner(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        manager = make_member(make_centre().organisation, "manager")
        one = imported()
        ids = [claim_of(make_user(), one).id for _ in range(2)]
        actor, organisation_id = actor_of(manager), one.id
        db.session.commit()
    gate, outcomes = threading.Barrier(2), []

    def accept(claim_id: int) -> None:
        with committed_app.app_context(), open_unit():
            claim = db.session.get_one(Claim, claim_id)
            gate.wait()
            try:
                claims.accept_claim(claim, actor)
                db.session.commit()
                outcomes.append("done")
            except Exception as refused:
                db.session.rollback()
                outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=accept, args=(claim_id,)) for claim_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        owners = db.session.scalars(select(Membership).where(Membership.organisation_id == organisation_id)).all()
        states = sorted(db.session.scalars(select(Claim.state).where(Claim.id.in_(ids))))
    assert outcomes.count("done") == 1, outcomes
    assert len(owners) == 1 and states == ["accepted", "lapsed"]


@pytest.mark.parametrize("wanted", ["person", "company"])
def test_whoever_signs_up_to_claim_comes_back_to_that_claim(
    app: Flask, client: FlaskClient, rows: Rows, wanted: str
) -> None:
    with rows():
        organisation = imported()
    here = f"/organisations/{organisation.id}/claims/new"
    offered = re.search(r'href="(/sign-up[^"]*)"', client.get(here).get_data(as_text=True))
    assert offered is not None
    page = unescape(offered[1]).replace("as=person", f"as={wanted}")
    data = {"name": "Neu", "email": "new@people.example", "password": "four quiet rivers", "terms": "y", "privacy": "y"}
    if wanted == "company":
        data |= {"organisation_name": "Neu AG", "organisation_kind": "public"}
    sent = post(client, page, **(data | {"next": hidden(client.get(page).get_data(as_text=True), "next")}))
    assert unescape(str(sent.location)) == f"/sign-up/sent?next={here}"
    with app.app_context():
        token = actions.issue_token(queries.user_by_email("new@people.example"), "verify_email")
        db.session.commit()
    assert post(client, f"/verification/{token}").location == f"/sign-in?next={here}"
    other_device = app.test_client()
    signed_in = {"email": data["email"], "password": data["password"]}
    assert post(other_device, "/sign-in", **signed_in).location == here
    assert "Send the claim" in other_device.get(here).get_data(as_text=True)
    assert post(app.test_client(), "/sign-in", **signed_in).location == "/desk"  # once


AWAY = ("//evil.example", "https://evil.example/", "/\\evil.example", "/x" * 300)


@pytest.mark.parametrize("target", AWAY)
def test_no_way_back_leads_out_of_the_site(target: str) -> None:
    assert way_back(target) is None


def test_signing_up_keeps_no_way_out_of_the_site(app: Flask, client: FlaskClient) -> None:
    kept = {
        target: hidden(client.get("/sign-up", query_string={"as": "person", "next": target}).text, "next")
        for target in AWAY
    }
    assert kept == dict.fromkeys(AWAY, "")
    data = {"name": "Neu", "email": "new@people.example", "password": "four quiet rivers", "terms": "y", "privacy": "y"}
    assert post(client, "/sign-up?as=person", **(data | {"next": AWAY[0]})).location == "/sign-up/sent"
    with app.app_context():
        assert db.session.scalars(select(User.going_to).where(User.email == data["email"])).one() is None


def on_record(network: Network | None) -> Organisation:
    centre = make_centre(network, "FR-BRE").organisation
    centre.source, centre.source_id, centre.state = "a list", f"centre {centre.id}", "unverified"
    db.session.flush()
    return centre


def test_who_speaks_for_a_centre_on_record_is_said_by_the_staff_of_its_network(world: World) -> None:
    claim = claim_of(make_user(), on_record(world.network))
    for role in World.ROLES:
        actor = world.actor(role)
        seen = claim in db.session.scalars(claim_queries.visible_to(actor)).unique().all()
        waits = claim.organisation in db.session.scalars(claim_queries.to_decide(actor)).unique().all()
        compares = policy.can(actor, "claim.compare", claim.organisation)
        assert (role, {seen, waits, compares}) == (role, {role == "network_staff"})
        if role != "network_staff":
            with pytest.raises(Forbidden):
                claims.accept_claim(claim, actor)
            assert (role, claim.state) == (role, "open")
    staff = world.actor("network_staff")
    assert db.session.scalar(claim_queries.count_waiting(staff)) == 1
    claims.accept_claim(claim, staff)
    assert claim.state == "accepted"


def test_an_accepted_claim_on_a_centre_gives_it_a_manager_who_works_there(world: World) -> None:
    centre, person = on_record(world.network), world.actor("person")
    claim = claims.make_claim(centre, person, **SAYS)
    claims.accept_claim(claim, world.actor("network_staff"))
    membership = queries.membership_of(world.person.id, centre.id)
    assert membership is not None and (membership.role, centre.is_reference) == ("manager", False)
    assert centre.id in db.session.scalars(working_centres().with_only_columns(Centre.id)).all()
    assert actor_of(membership).centre_id == centre.id


def test_a_centre_whose_network_nobody_works_for_cannot_be_claimed_yet(
    world: World,
) -> None:
    with pytest.raises(Blocked):
        claims.make_claim(on_record(make_network()), world.actor("person"), **SAYS)


def test_a_centre_on_record_is_claimed_and_given_in_the_browser(
    app: Flask, client: FlaskClient, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        world = World.kept()
        centre, orphan = on_record(world.network), on_record(make_network())
        slug = db.session.get_one(Centre, centre.id).slug
        watcher, manager, person = world.memberships["network_staff"], world.memberships["manager"], make_user("Clara")
    path = f"/organisations/{centre.id}"
    assert f"{path}/claims/new" in client.get(f"/centres/{slug}").get_data(as_text=True)
    assert "nobody on this site" in client.get(f"/organisations/{orphan.id}/claims/new").get_data(as_text=True)
    browser, staff = signed_in(person), signed_in(watcher)
    token = {"csrf_token": token_in(browser.get(f"{path}/claims/new").get_data(as_text=True))}
    sent = browser.post(f"{path}/claims", data={**token, **SAYS})
    assert sent.status_code == 303
    assert "The network looks at your claim" in browser.get(sent.location).get_data(as_text=True)
    assert f"{path}/claims" in staff.get("/verifications").get_data(as_text=True)
    assert "Say who speaks for" in staff.get("/desk").get_data(as_text=True)
    assert signed_in(manager).get(f"{path}/claims").status_code == 403
    page = staff.get(f"{path}/claims").get_data(as_text=True)
    version = re.findall(r'name="version"[^>]*value="(\d+)"', page)[0]
    data = {"csrf_token": token_in(page), "version": version}
    assert staff.post(f"{sent.location}/acceptance", data=data).status_code == 303
    assert "On record from a public source" not in client.get(f"/centres/{slug}").get_data(as_text=True)


def test_a_network_on_record_stands_with_those_at_work_once_a_centre_of_it_works(
    rows: Rows, client: FlaskClient
) -> None:
    with rows():
        network = make_network()
        network.operator.source, network.operator.source_id = "a list", "a network"
        centre, _ = on_record(network), on_record(network)
    path = f"/networks/{network.slug}"

    def stands() -> tuple[bool, bool, bool]:
        answer = client.get(path)
        page, listed = answer.get_data(as_text=True), client.get("/sitemaps/networks/1.xml").get_data(as_text=True)
        return "nobody of these centres works here" in page, "X-Robots-Tag" in answer.headers, f"{path}<" in listed

    assert stands() == (True, True, False)
    with rows():
        db.session.get_one(Organisation, centre.id).claimed_at = clock.now()
    assert stands() == (False, False, True)
    assert client.get(path).get_data(as_text=True).count("On record") == 1  # the centre that still is
