"""Who sees which challenge, who is told, and what lists and counts may know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marketplace.challenges import catalogue, queries
from marketplace.challenges.filters import Filters
from marketplace.challenges.models import Challenge, ChallengeInvitation, ChallengeText
from marketplace.challenges.secrets import company_of, owner_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from tests.factories import World, close_call, make_call, make_challenge, make_organisation, make_region

COMPANY = {"company_owner", "company_member"}
INSIDERS = {*COMPANY, "manager", "broker", "network_staff"}
# the World's company sits in KR-27, the co-operating centre in KR-26
SEEN = {
    ("draft", "public"): COMPANY,
    ("submitted", "public"): INSIDERS,
    ("in_review", "anonymous"): INSIDERS,
    ("candidate", "invited"): INSIDERS,
    ("rejected", "public"): INSIDERS,
    ("open", "public"): set(World.ROLES),
    ("open", "anonymous"): set(World.ROLES),
    ("open", "invited"): {*INSIDERS, "startup_owner", "startup_member"},
    ("closed", "invited"): {*INSIDERS, "startup_owner", "startup_member"},
    ("filled", "public"): set(World.ROLES),
    ("archived", "anonymous"): set(World.ROLES),
}


def of(world: World, state: str, visibility: str, **values: Any) -> Challenge:
    found = make_challenge(
        world.company, make_call(world.programme), centre=world.centre, state=state, visibility=visibility, **values
    )
    found.invited.append(ChallengeInvitation(organisation_id=world.startup.id))
    db.session.flush()
    return found


@pytest.mark.parametrize(("state", "visibility"), list(SEEN))
def test_challenge_is_seen_by_its_readers_alone(world: World, state: str, visibility: str) -> None:
    challenge = of(world, state, visibility)
    seen = {
        role
        for role in World.ROLES
        if db.session.scalars(queries.visible_to(world.actor(role)).where(Challenge.id == challenge.id)).unique().all()
    }
    assert seen == SEEN[state, visibility]


@pytest.mark.parametrize(("state", "visibility"), list(SEEN))
def test_nobody_is_told_of_what_they_may_not_see(world: World, state: str, visibility: str) -> None:
    challenge = of(world, state, visibility)
    told = queries.readers_of(challenge)
    by_user = {world.actor(role).user_id: role for role in World.ROLES if world.actor(role).user_id}
    roles = {by_user[id] for id in told if id in by_user}
    assert roles <= SEEN[state, visibility]
    assert roles >= SEEN[state, visibility] & COMPANY
    if state != "draft":
        assert roles >= {"manager", "broker", "network_staff"}


def test_co_operating_centre_sees_its_own_region_alone(world: World) -> None:
    near = make_organisation("large", region_code="KR-26")
    call = make_call(world.programme)
    seen = make_challenge(near, call, centre=world.centre, state="in_review")
    make_challenge(world.company, call, centre=world.centre, state="in_review")
    found = db.session.scalars(queries.visible_to(world.actor("cooperating_manager"))).unique().all()
    assert found == [seen]


def test_withdrawn_draft_stays_the_companys_own(world: World) -> None:
    challenge = of(world, "withdrawn", "public")
    assert db.session.scalars(queries.visible_to(world.actor("manager"))).unique().all() == []
    challenge.published_at = clock.now()
    db.session.flush()
    assert db.session.scalars(queries.visible_to(ANONYMOUS)).unique().all() == [challenge]


def test_state_is_the_same_in_sql_and_python(world: World) -> None:
    now = clock.now()
    over = close_call(make_call(world.programme))
    for call in (make_call(world.programme), over):
        make_challenge(world.company, call)
    make_challenge(None, over, is_reference=True, source="x", source_id="1")
    make_challenge(None, make_call(world.programme), is_reference=True, source="x", source_id="2")
    for state in ("draft", "filled", "withdrawn"):
        make_challenge(world.company, over, state=state)
    query = db.session.query(Challenge, queries.state_at(now)).outerjoin(Challenge.call)
    rows = query.all()
    assert len(rows) == 7
    assert [stored for _, stored in rows] == [challenge.state_at(now) for challenge, _ in rows]


def listed(world: World, role: str = "anonymous", **filters: Any) -> set[int]:
    now, actor = clock.now(), world.actor(role)
    chosen = Filters(**filters)
    facets = catalogue.facets_of(actor, chosen.status, now, now + timedelta(days=7))
    page = catalogue.page_of(actor, chosen, now, 1, facets)
    assert page.total == len(page.items)
    return {challenge.id for challenge in page.items}


def test_list_shows_open_challenges_by_the_clock(world: World) -> None:
    shown = of(world, "open", "public")
    over = make_challenge(world.company, close_call(make_call(world.programme)))
    imported = make_challenge(None, make_call(world.programme), is_reference=True, source="x", source_id="1")
    for state in ("draft", "submitted", "candidate", "rejected"):
        of(world, state, "public")
    assert listed(world) == {shown.id}
    assert listed(world, "company_owner") == {shown.id}
    assert listed(world, "manager") == {shown.id}
    assert listed(world, status="closed") == {over.id}
    assert listed(world, status="reference") == {imported.id}
    assert listed(world, status="any") == {shown.id, over.id, imported.id}


def test_list_is_searched_in_three_languages(world: World) -> None:
    challenge = of(world, "open", "public")
    other = of(world, "open", "public")
    challenge.texts["fr"] = ChallengeText(locale="fr", title="Réutiliser l’eau de rinçage")
    challenge.texts["ko"] = ChallengeText(locale="ko", title="헹굼물을 다시 쓰기")
    db.session.flush()
    assert listed(world, text="pipes") == {challenge.id, other.id}
    for words in ("reutilise", "RINÇAGE", "헹굼물", "다시"):
        assert listed(world, text=words) == {challenge.id}
    assert listed(world, text="the") == set()


def test_anonymous_company_is_found_by_its_description_alone(world: World) -> None:
    challenge = of(world, "open", "anonymous")
    for role in ("anonymous", "company_owner", "manager", "startup_owner"):
        assert listed(world, role, regions=("KR-27",)) == set()
    assert listed(world, text="Haneul") == set()
    assert listed(world, text="Secretname") == set()
    challenge.described_region = "KR-27"
    db.session.flush()
    assert listed(world, regions=("KR-27",)) == {challenge.id}


def test_counts_never_count_what_their_reader_may_not_see(world: World) -> None:
    now = clock.now()
    of(world, "open", "public", fields=["water"])
    of(world, "open", "anonymous", fields=["energy"])
    of(world, "open", "invited", fields=["space"])
    of(world, "submitted", "public", fields=["bio"])
    seen = catalogue.facets_of(ANONYMOUS, "open", now, now + timedelta(days=11))
    assert (seen.total, seen.closing_soon) == (2, 2)
    assert (seen.fields, seen.regions, seen.tracks) == ({"water": 1, "energy": 1}, {"KR-27": 1}, {"top_down": 2})
    invited = catalogue.facets_of(world.actor("startup_owner"), "open", now, now + timedelta(days=1))
    assert (invited.total, invited.closing_soon, invited.fields["space"]) == (3, 0, 1)


def test_filters_narrow_together_and_any_of_a_kind(world: World) -> None:
    make_region("KR-26")
    near = make_challenge(make_organisation("large", region_code="KR-26"), make_call(track="on_demand"), fields=["ai"])
    here = of(world, "open", "public", fields=["water", "ai"])
    assert listed(world, fields=("ai",)) == {near.id, here.id}
    assert listed(world, fields=("water", "bio")) == {here.id}
    assert listed(world, fields=("ai",), tracks=("on_demand",)) == {near.id}
    assert listed(world, regions=("KR-26", "KR-27")) == {near.id, here.id}


def test_order_is_newest_first_or_closing_soonest(world: World) -> None:
    now = clock.now()
    early = make_challenge(world.company, make_call(world.programme, closes=9), published_at=now - timedelta(days=3))
    late = make_challenge(world.company, make_call(world.programme, closes=12), published_at=now)

    def order(sort: str) -> list[int]:
        query = catalogue.ordered(catalogue.listed(ANONYMOUS, Filters(), now), sort)
        return [row.id for row in db.session.scalars(query).unique()]

    assert order("newest") == [late.id, early.id]
    assert order("closing") == [early.id, late.id]


KNOWS = {"company_owner", "company_member", "manager", "broker", "network_staff"}


@pytest.mark.parametrize("rule", ["never", "at_closing", "at_pairing"])
def test_anonymous_company_is_known_to_its_own_and_its_centres(world: World, rule: str) -> None:
    challenge = of(world, "open", "anonymous")
    challenge.call.identity_revealed = rule  # type: ignore[union-attr]
    knowing = {
        role for role in World.ROLES if company_of(challenge, world.actor(role), "en").name == "Haneul Water Utility"
    }
    assert knowing == KNOWS
    assert {role for role in World.ROLES if owner_of(challenge, world.actor(role)) is not None} == KNOWS
    close_call(challenge.call)  # type: ignore[arg-type]
    assert (owner_of(challenge, ANONYMOUS) is not None) is (rule == "at_closing")
    paired = company_of(challenge, world.actor("startup_owner"), "en", paired=True)
    assert paired.is_described is (rule == "never")


def test_description_is_made_of_stated_facts(world: World) -> None:
    challenge = of(
        world, "open", "anonymous", described_kind="public", described_sector="water", described_country="KR"
    )
    challenge.texts["en"].anonymous_as = ""
    shown = company_of(challenge, ANONYMOUS, "en")
    assert (shown.name, shown.organisation_id) == ("Public company, Water, South Korea", None)
