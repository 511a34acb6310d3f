"""Descriptions wide enough, secrets kept, calls that are live."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from marketplace.calls.models import Stage
from marketplace.challenges import guards
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock, policy, workflow
from marketplace.kernel.errors import Blocked
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.people.cast import make_organisation
from tests.roles import STAFF
from tests.world import World


def anonymous(world: World, state: str = "draft", **values: object) -> Challenge:
    call = None if state == "draft" else make_call(world.programme)
    found = make_challenge(world.company, call, centre=world.centre, state=state, visibility="anonymous", **values)
    found.texts["en"].anonymous_as = "A utility"
    return found


def others(number: int, **values: object) -> None:
    for _ in range(number):
        make_organisation("public", **values)


def test_description_counts_verified_demand_organisations_alone(world: World) -> None:
    world.company.sectors = ["water"]
    others(3, sectors=["water"])
    others(2, sectors=["water"], state="unverified")
    make_organisation("startup", sectors=["water"])
    assert guards.count_matching("public", None, None, "water") == 4
    assert guards.count_matching(None, "KR-27", None, "water") == 4
    assert guards.count_matching(None, None, "KR", "water") == 4
    assert guards.count_matching(None, None, "CA", "water") == 0


@pytest.mark.parametrize(("step", "state"), [
    ("challenge.submit", "draft"), ("challenge.resubmit", "revision"),
    ("challenge.accept", "in_review"), ("challenge.publish", "candidate"),
])  # fmt: skip
def test_anonymous_company_needs_five_that_fit(world: World, step: str, state: str) -> None:
    actor = world.actor("company_owner" if step in ("challenge.submit", "challenge.resubmit") else "manager")
    challenge = anonymous(world, state, described_kind="public", described_sector="water")
    world.company.sectors = ["water"]
    others(3, sectors=["water"])
    with pytest.raises(Blocked) as blocked:
        workflow.fire(step, challenge, actor)
    assert "fits: 4." in str(blocked.value.message)
    others(1, sectors=["water"])
    workflow.fire(step, challenge, actor)
    assert challenge.state != state


@pytest.mark.parametrize(
    "words",
    [
        "At Haneul Water Utility we lose water.",
        "at HANEUL-WATER UTILITY",
        "Write to us: www.haneulwater.example",
        "Ask Secretname Owner about it",
        "haneulwaterutility",
    ],
)
def test_anonymous_text_that_names_the_company_is_refused(world: World, words: str) -> None:
    world.company.website = "https://www.haneulwater.example/about"
    others(6)
    challenge = anonymous(world, owner_name="Owner Secretname")
    challenge.texts["en"].problem = words
    with pytest.raises(Blocked) as blocked:
        workflow.fire("challenge.submit", challenge, world.actor("company_owner"))
    assert "give away" in str(blocked.value.message)
    assert "Haneul" not in str(blocked.value.message) and "Secretname" not in str(blocked.value.message)


def test_every_text_that_names_the_company_is_told_at_once_with_its_language(world: World) -> None:
    others(6)
    challenge = anonymous(world)
    challenge.texts["fr"] = ChallengeText(challenge_id=challenge.id, locale="fr", title="Haneul Water Utility")
    challenge.texts["en"].problem = challenge.texts["en"].why_now = "Haneul Water Utility loses water."
    with pytest.raises(Blocked) as blocked:
        workflow.fire("challenge.submit", challenge, world.actor("company_owner"))
    told = str(blocked.value.message)
    assert ": The problem (English), Why now (English), Title (Français). Reword" in told


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("하늘수도공사는 물을 잃습니다", ["하늘수도공사"], True),
        ("(주)하늘수도의 관", ["㈜하늘수도"], True),
        ("Régie des Eaux Boréale", ["Regie des eaux boreale inc."], True),
        ("A boring text about water", ["Ring"], False),
        ("Nothing", ["", "SA"], False),
        ("We use ion sensors", ["Ion"], True),
        ("No region is named", ["Ion"], False),
    ],
)
def test_names_are_found_whatever_their_spelling(text: str, names: list[str], found: bool) -> None:
    assert guards.holds_any(text, names) is found


def test_named_challenge_may_name_its_company(world: World) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="draft")
    challenge.texts["en"].problem = "Haneul Water Utility loses water."
    workflow.fire("challenge.submit", challenge, world.actor("company_owner"))
    assert challenge.state == "submitted"


@pytest.mark.parametrize(("opens", "closes", "taken"), [(-5, 5, True), (-5, -1, False), (1, 5, False)])
def test_call_takes_challenges_during_its_companies_stage(world: World, opens: int, closes: int, taken: bool) -> None:
    call, now = make_call(world.programme), clock.now()
    call.stages.append(
        Stage(
            position=9, kind="companies_apply", actor="companies",
            opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes),
        )
    )  # fmt: skip
    challenge = make_challenge(world.company, call, centre=world.centre, state="draft")
    if taken:
        workflow.fire("challenge.submit", challenge, world.actor("company_owner"))
        assert challenge.state == "submitted"
    else:
        with pytest.raises(Blocked):
            workflow.fire("challenge.submit", challenge, world.actor("company_owner"))


@pytest.mark.parametrize("state", ["draft", "closed", "decided", "cancelled"])
def test_publication_needs_a_call_that_is_announced_or_open(world: World, state: str) -> None:
    challenge = make_challenge(world.company, make_call(world.programme, state=state), centre=world.centre,
                               state="candidate")  # fmt: skip
    with pytest.raises(Blocked):
        workflow.fire("challenge.publish", challenge, world.actor("manager"))


def test_publication_is_refused_after_the_deadline_and_with_an_answer_before_it(world: World) -> None:
    late = make_challenge(world.company, close_call(make_call(world.programme)), centre=world.centre, state="candidate")
    hasty = make_challenge(world.company, make_call(world.programme), centre=world.centre, state="candidate",
                           decision_date=clock.now().date())  # fmt: skip
    for challenge in (late, hasty):
        with pytest.raises(Blocked):
            workflow.fire("challenge.publish", challenge, world.actor("manager"))


def test_anonymous_challenge_needs_a_call_that_tells_the_name_some_day(world: World) -> None:
    others(6)
    challenge = anonymous(world, "candidate")
    call = challenge.call
    assert call is not None
    call.identity_revealed = "never"
    with pytest.raises(Blocked) as blocked:
        workflow.fire("challenge.publish", challenge, world.actor("manager"))
    assert "whom it signs" in str(blocked.value.message)
    call.identity_revealed = "at_pairing"
    workflow.fire("challenge.publish", challenge, world.actor("manager"))
    assert challenge.state == "open"


@pytest.mark.parametrize(("step", "state"), [("challenge.submit", "draft"), ("challenge.resubmit", "revision")])
def test_answer_promised_for_a_day_that_has_passed_is_not_sent(world: World, step: str, state: str) -> None:
    challenge = make_challenge(world.company, state=state, centre=world.centre, decision_date=date(2020, 1, 1))
    with pytest.raises(Blocked) as blocked:
        workflow.fire(step, challenge, world.actor("company_owner"))
    assert "has passed" in str(blocked.value.message)


def test_candidate_that_cannot_be_published_goes_back_to_its_company(world: World) -> None:
    call = make_call(world.programme, closes=30)
    soon = (clock.now() + timedelta(days=3)).date()
    challenge = make_challenge(world.company, call, state="candidate", centre=world.centre, decision_date=soon)
    with pytest.raises(Blocked):
        workflow.fire("challenge.publish", challenge, world.actor("manager"))
    workflow.fire("challenge.ask_changes", challenge, world.actor("manager"), reason="Answer after the close.")
    assert policy.can(world.actor("company_owner"), "challenge.edit", challenge)
    challenge.decision_date = (clock.now() + timedelta(days=40)).date()
    workflow.fire("challenge.resubmit", challenge, world.actor("company_owner"))
    assert challenge.state == "in_review"


def test_changes_are_asked_only_where_somebody_can_make_them(world: World) -> None:
    staff, nobodys = world.actor("manager"), make_organisation("large", state="unverified")
    for state in ("in_review", "candidate"):
        challenge = make_challenge(nobodys, make_call(world.programme), state=state)
        with pytest.raises(Blocked) as blocked:
            workflow.fire("challenge.ask_changes", challenge, staff, reason="Say more.")
        assert "Nobody of the company" in str(blocked.value.message)


@pytest.mark.parametrize("state", ["revision", "candidate"])
def test_staff_alone_reject_outside_the_review_and_only_while_nobody_of_the_company_is_here(
    world: World, state: str
) -> None:
    call = make_call(world.programme)
    theirs = make_challenge(world.company, call, state=state)
    with pytest.raises(Blocked) as blocked:
        workflow.fire("challenge.reject", theirs, world.actor("manager"), reason="Not wanted.")
    assert "can still change it" in str(blocked.value.message)
    for role in (*set(World.ROLES) - STAFF, *STAFF):
        nobodys = make_challenge(make_organisation("large", state="unverified"), call, state=state)
        assert (role, workflow.allows("challenge.reject", nobodys, world.actor(role))) == (role, role in STAFF)
    workflow.fire("challenge.reject", nobodys, world.actor("manager"), reason="Not wanted.")
    assert nobodys.state == "rejected"
