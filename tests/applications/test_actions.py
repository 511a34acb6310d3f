"""The applicant's deeds: who may, when, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.applications import actions, offers, queries, submission
from marketplace.applications.completeness import WRITTEN, gaps_of
from marketplace.applications.models import Application, ApplicationParty, ApplicationRevision, PlaceOffer
from marketplace.applications.reactions import withdraw_with_call, withdraw_with_challenge
from marketplace.calls.awards import award_of, take_award
from marketplace.calls.models import Call
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.events import Event, record
from marketplace.kernel.policy import SYSTEM, Actor
from tests.applications.cast import CONTENT, make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import prepared
from tests.factories import add, together
from tests.history import steps_of
from tests.world import World

TEAM = ("startup_owner", "startup_member")


@pytest.fixture
def call(world: World) -> Call:
    return make_call(world.programme)


def draft_of(world: World, call: Call, **values: Any) -> Application:
    """A complete draft of the world's startup to the world's company."""
    return make_application(make_challenge(world.company, call), world.startup, **values)


def submitted(world: World, call: Call) -> Application:
    application = draft_of(world, call)
    submission.submit_application(application, world.actor("startup_owner"))
    return application


def decided(world: World, call: Call, *states: str, seats: int = 1) -> list[Application]:
    """A decided call with an application in each state to one challenge, the first of the world's startup."""
    challenge = make_challenge(world.company, call, startups_sought=seats)
    found = []
    for number, state in enumerate(states):
        application = make_application(challenge, world.startup if number == 0 else None, state=state)
        if state == "reserve":
            rank = sum(a.state == "reserve" for a in found) + 1
            prepared(world, application, "reserve", rank=rank, released_at=clock.now())
        if state == "selected":
            prepared(world, application, "selected", released_at=clock.now())
            take_award(call, application.organisation, application.id, challenge.id, seats, world.actor("manager"))
        found.append(application)
    close_call(call).state = "decided"
    db.session.flush()
    return found


Deed = Callable[[Application, Actor], object]
DEEDS: dict[str, tuple[str, Deed]] = {
    "save": ("draft", lambda a, x: actions.save_draft(a, {"team": "Two."}, x)),
    "submit": ("draft", lambda a, x: submission.submit_application(a, x)),
    "discard": ("draft", lambda a, x: submission.discard_draft(a, x)),
    "reopen": ("submitted", lambda a, x: submission.reopen_application(a, x)),
    "withdraw": ("submitted", lambda a, x: submission.withdraw_application(a, x, reason="We moved on.")),
    "step_back": ("selected", lambda a, x: submission.step_back_application(a, x, reason="We moved on.")),
}


LEADS_TO = {
    "save": "draft",
    "submit": "submitted",
    "discard": "withdrawn",
    "reopen": "submitted",
    "withdraw": "withdrawn",
    "step_back": "stepped_back",
}


@pytest.mark.parametrize("deed", DEEDS)
def test_only_the_team_acts_on_its_application(world: World, call: Call, deed: str) -> None:
    state, act = DEEDS[deed]
    application = draft_of(world, call, state=state)
    for role in set(World.ROLES) - set(TEAM):
        with pytest.raises(Forbidden):
            act(application, world.actor(role))
        assert (role, application.state) == (role, state)


@pytest.mark.parametrize("role", TEAM)
@pytest.mark.parametrize("deed", DEEDS)
def test_everybody_of_the_team_acts_on_its_application(world: World, call: Call, deed: str, role: str) -> None:
    state, act = DEEDS[deed]
    application = draft_of(world, call, state=state)
    act(application, world.actor(role))
    assert application.state == LEADS_TO[deed]


@pytest.mark.parametrize(
    ("deed", "states"),
    [
        ("discard", ("draft",)),
        ("withdraw", ("draft", "submitted", "eligible", "shortlisted")),
        ("step_back", ("selected", "reserve")),
    ],
)
def test_leaving_depends_on_the_state(world: World, call: Call, deed: str, states: tuple[str, ...]) -> None:
    ends = {"discard": "withdrawn", "withdraw": "withdrawn", "step_back": "stepped_back"}[deed]
    with together():
        made = {state: draft_of(world, call, state=state) for state in Application.machine.states}
    for state, application in made.items():
        if state in states:
            DEEDS[deed][1](application, world.actor("startup_owner"))
            assert application.state == ends
        else:
            with pytest.raises(Blocked):
                DEEDS[deed][1](application, world.actor("startup_owner"))
            assert application.state == state


@pytest.mark.parametrize("deed", [submission.withdraw_application, submission.step_back_application])
def test_leaving_asks_for_a_reason(world: World, call: Call, deed: Any) -> None:
    state = "submitted" if deed is submission.withdraw_application else "selected"
    with pytest.raises(Invalid) as refused:
        deed(draft_of(world, call, state=state), world.actor("startup_owner"), reason="  ")
    assert refused.value.field == "reason"


def test_submission_freezes_numbers_and_judges(world: World, call: Call) -> None:
    application = draft_of(world, call)
    revision = submission.submit_application(application, world.actor("startup_owner"))
    assert (application.state, application.late_seconds) == ("submitted", 0)
    assert revision.sha256 == revision.content_hash()
    assert revision.submitted_at == application.submitted_at == clock.now() or revision.submitted_at is not None
    assert [result.verdict for result in application.results] == ["meets"]
    assert application.results[0].facts["words"]["fr"]["rule"]
    assert steps_of(application) == ["application.submit"]
    with pytest.raises(IntegrityError, match="cannot change"), db.session.begin_nested():
        db.session.execute(text("UPDATE application_revisions SET title = 'x' WHERE id = :id"), {"id": revision.id})


def test_second_submission_changes_nothing(world: World, call: Call) -> None:
    application = submitted(world, call)
    number = application.number
    submission.submit_application(application, world.actor("startup_member"))
    assert (application.number, steps_of(application)) == (number, ["application.submit"])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " "}, "Give your application a title."),
        ({"trl_now": None}, "Say which readiness level you have reached."),
        ({"amount": None}, "Say which amount you ask for."),
        ({"amount": Decimal(150_000_000)}, "50,000,000 KRW too much"),
    ],
)
def test_gap_stops_the_submission(world: World, call: Call, values: dict[str, Any], words: str) -> None:
    application = draft_of(world, call)
    actions.save_draft(application, values, world.actor("startup_owner"))
    with pytest.raises(Blocked) as refused:
        submission.submit_application(application, world.actor("startup_owner"))
    assert words in str(refused.value.message)
    assert (application.state, application.number) == ("draft", None)


@pytest.mark.parametrize(("own", "fits"), [(Decimal(17_999_999), False), (Decimal(18_000_000), True)])
def test_own_contribution_counts_cash_and_kind_together(world: World, own: Decimal, fits: bool) -> None:
    application = draft_of(world, make_call(world.programme, own_contribution_percent=20))
    halves = {"own_cash": own - 8_000_000, "own_in_kind": Decimal(8_000_000)}
    actions.save_draft(application, halves, world.actor("startup_owner"))
    if fits:
        submission.submit_application(application, world.actor("startup_owner"))
    else:
        with pytest.raises(Blocked, match="1 KRW is missing"):
            submission.submit_application(application, world.actor("startup_owner"))


@pytest.mark.parametrize("state", ["withdrawn", "filled", "unfilled"])
def test_ended_challenge_refuses_and_keeps_the_draft(world: World, call: Call, state: str) -> None:
    application = draft_of(world, call)
    assert application.challenge is not None
    application.challenge.state = state
    with pytest.raises(Blocked, match="no application can be submitted"):
        submission.submit_application(application, world.actor("startup_owner"))
    assert application.draft is not None and application.draft.solution == CONTENT["solution"]


def test_company_does_not_answer_its_own_challenge(world: World, call: Call) -> None:
    call.rules = []  # a call that would take an organisation of any kind
    challenge = make_challenge(world.company, call)
    with pytest.raises(Blocked, match="of their own organisation"):
        actions.start_application(call, challenge, world.actor("company_owner"), world.company)
    actions.start_application(call, challenge, world.actor("other_company"), world.other_company)


def test_cancelled_call_refuses(world: World, call: Call) -> None:
    application = draft_of(world, call)
    call.state = "cancelled"
    with pytest.raises(Blocked, match="cancelled"):
        submission.submit_application(application, world.actor("startup_owner"))


def test_limit_of_the_call_counts_submissions(world: World, call: Call) -> None:
    submitted(world, call)
    second = draft_of(world, call)
    with pytest.raises(Blocked, match="allows 1 of each startup"):
        submission.submit_application(second, world.actor("startup_owner"))


def test_withdrawn_application_makes_room(world: World, call: Call) -> None:
    first = submitted(world, call)
    submission.withdraw_application(first, world.actor("startup_owner"), reason="A better idea.")
    second = draft_of(world, call)
    submission.submit_application(second, world.actor("startup_owner"))
    assert second.state == "submitted" and second.number != first.number


def test_reopened_application_keeps_counting_until_submitted_again(world: World, call: Call) -> None:
    actor, application = world.actor("startup_owner"), submitted(world, call)
    number, first = application.number, application.current
    draft = submission.reopen_application(application, actor)
    actions.save_draft(application, {"team": "Six engineers."}, actor)
    assert application.current is first and (draft.number, draft.solution) == (2, CONTENT["solution"])
    submission.submit_application(application, actor)
    assert application.current is draft and application.number == number
    assert [r.team for r in application.revisions] == [CONTENT["team"], "Six engineers."]
    assert steps_of(application) == ["application.submit", "application.reopen", "application.resubmit"]


def test_reopened_application_can_be_kept_as_it_was(world: World, call: Call) -> None:
    actor, application = world.actor("startup_owner"), submitted(world, call)
    submission.reopen_application(application, actor)
    submission.keep_submitted(application, actor)
    assert application.draft is None and len(application.revisions) == 1


def test_nothing_is_reopened_after_the_close(world: World, call: Call) -> None:
    application = submitted(world, call)
    close_call(call)
    with pytest.raises(Blocked, match="closed on"):
        submission.reopen_application(application, world.actor("startup_owner"))


def test_stale_version_is_refused(world: World, call: Call) -> None:
    actor, application = world.actor("startup_owner"), draft_of(world, call)
    seen = application.version
    actions.save_draft(application, {"team": "Six."}, actor, version=seen)
    for deed in (submission.submit_application, submission.discard_draft):
        with pytest.raises(Stale):
            deed(application, actor, version=seen)
    with pytest.raises(Stale):
        actions.save_draft(application, {"team": "Seven."}, actor, version=seen)


def test_saving_the_same_changes_nothing(world: World, call: Call) -> None:
    actor, application = world.actor("startup_owner"), draft_of(world, call)
    seen = application.version
    assert not actions.save_draft(application, {"team": CONTENT["team"]}, actor, version=seen)
    assert application.version == seen and steps_of(application) == []


def test_deleted_draft_loses_its_text(world: World, call: Call) -> None:
    application = draft_of(world, call)
    submission.discard_draft(application, world.actor("startup_owner"))
    db.session.refresh(application)
    assert (application.state, application.revisions) == ("withdrawn", [])


# Two who write together


def joint(world: World, **values: Any) -> Application:
    call = make_call(world.programme, track="on_demand", **values)
    application = actions.start_application(call, None, world.actor("startup_owner"), world.startup, world.company)
    actions.save_draft(application, CONTENT, world.actor("startup_owner"))
    return application


def test_joint_application_needs_both_confirmations(world: World) -> None:
    application = joint(world)
    startup, company = world.actor("startup_owner"), world.actor("company_member")
    with pytest.raises(Blocked, match="Every party has to confirm"):
        submission.submit_application(application, startup)
    for actor in (startup, company):
        assert application.draft is not None
        actions.sign_off_application(application, actor, content_hash=application.draft.content_hash())
    submission.submit_application(application, startup)
    assert application.state == "submitted"


def test_any_change_undoes_the_confirmations(world: World) -> None:
    application = joint(world)
    assert application.draft is not None
    read = application.draft.content_hash()
    actions.sign_off_application(application, world.actor("company_owner"), content_hash=read)
    actions.save_draft(application, {"team": "Others."}, world.actor("company_owner"))
    assert [party.signed_off_hash for party in application.parties] == [None, None]
    with pytest.raises(Blocked, match="changed since you read it"):
        actions.sign_off_application(application, world.actor("startup_owner"), content_hash=read)


def test_only_parties_asked_confirm(world: World) -> None:
    application = joint(world)
    assert application.draft is not None
    confirm = {"content_hash": application.draft.content_hash()}
    parties, confirmed = {*TEAM, "company_owner", "company_member"}, set()
    for role in World.ROLES:
        for party in application.parties:
            party.signed_off_hash = None
        try:
            actions.sign_off_application(application, world.actor(role), **confirm)
        except Forbidden:
            assert [party.signed_off_hash for party in application.parties] == [None, None], role
        else:
            confirmed |= {role} if any(party.signed_off_hash for party in application.parties) else set()
    assert confirmed == parties


def test_company_names_a_startup_which_agrees_and_submits(world: World) -> None:
    call = make_call(world.programme, track="bottom_up", bottom_up_kind="private_linked")
    company, startup = world.actor("company_owner"), world.actor("startup_owner")
    application = actions.start_application(call, None, company, world.startup, world.company)
    assert not application.is_confirmed and application.origin == "recommended"
    with pytest.raises(Forbidden):
        actions.confirm_application(application, company)
    actions.confirm_application(application, startup)
    with pytest.raises(Forbidden):
        actions.save_draft(application, CONTENT, company)
    actions.save_draft(application, CONTENT, startup)
    submission.submit_application(application, startup)
    assert steps_of(application) == ["application.recommend", "application.confirm", "application.submit"]


def test_named_startup_may_refuse_and_company_take_back(world: World) -> None:
    call = make_call(world.programme, track="bottom_up", bottom_up_kind="private_linked")
    company = world.actor("company_owner")
    for role in ("startup_owner", "company_owner"):
        application = actions.start_application(call, None, company, world.startup, world.company)
        submission.withdraw_application(application, world.actor(role), reason="Not now.")
        assert application.state == "withdrawn"


def test_two_companies_may_name_one_startup_without_learning_of_each_other(world: World) -> None:
    call = make_call(world.programme, track="bottom_up", bottom_up_kind="private_linked")
    first = actions.start_application(call, None, world.actor("company_owner"), world.startup, world.company)
    second = actions.start_application(call, None, world.actor("other_company"), world.startup, world.other_company)
    assert first.id != second.id
    actions.confirm_application(first, world.actor("startup_owner"))
    with pytest.raises(Blocked, match="allows 1 of each startup"):
        actions.confirm_application(second, world.actor("startup_owner"))


def test_follow_up_asks_for_evidence_of_the_pair(world: World) -> None:
    call = make_call(world.programme, track="follow_up")
    startup = world.actor("startup_owner")
    application = actions.start_application(call, None, startup, world.startup, world.company)
    actions.save_draft(application, CONTENT, startup)
    with pytest.raises(Blocked, match="done together"):
        submission.submit_application(application, startup)


def test_start_leads_the_same_parties_to_the_same_application(world: World, call: Call) -> None:
    challenge, startup = make_challenge(world.company, call), world.actor("startup_owner")
    begun = [actions.start_application(call, challenge, startup, world.startup) for _ in range(2)]
    assert begun[0] is begun[1]
    assert (begun[0].draft.currency, begun[0].draft.locale) == ("KRW", "en")  # type: ignore[union-attr]


# Places that come free


def test_step_back_gives_the_award_back_and_asks_the_best_reserve(world: World, call: Call) -> None:
    selected, first, second = decided(world, call, "selected", "reserve", "reserve")
    submission.step_back_application(selected, world.actor("startup_owner"), reason="Bought by another.")
    assert award_of(selected.id) is None
    assert ([o.answer for o in first.offers], second.offers) == ([None], [])
    assert first.offers[0].answer_by > clock.now() + timedelta(days=6)
    assert steps_of(first) == ["application.offer_place"]


def team_of(application: Application) -> Actor:
    from marketplace.people.models import Membership
    from tests.people.cast import actor_of

    rows = select(Membership).where(Membership.organisation_id == application.organisation_id)
    return actor_of(db.session.scalars(rows).first())


def test_reserve_takes_the_place(world: World, call: Call) -> None:
    selected, first = decided(world, call, "selected", "reserve")
    submission.step_back_application(selected, world.actor("startup_owner"), reason="Bought.")
    offers.take_place(first, team_of(first))
    assert (first.state, first.offers[0].answer) == ("selected", "taken")
    assert award_of(first.id) is not None


def test_refused_place_goes_to_the_next(world: World, call: Call) -> None:
    selected, first, second = decided(world, call, "selected", "reserve", "reserve")
    submission.step_back_application(selected, world.actor("startup_owner"), reason="Bought.")
    offers.refuse_place(first, team_of(first), reason="No time now.")
    assert (first.state, first.offers[0].answer) == ("stepped_back", "refused")
    assert [o.answer for o in second.offers] == [None]


def test_lapsed_offer_goes_to_the_next_once(world: World, call: Call) -> None:
    selected, first, second = decided(world, call, "selected", "reserve", "reserve")
    submission.step_back_application(selected, world.actor("startup_owner"), reason="Bought.")
    first.offers[0].answer_by = clock.now() - timedelta(minutes=1)
    db.session.flush()
    with pytest.raises(Blocked, match="without an answer"):
        offers.take_place(first, team_of(first))
    assert [offers.lapse_offers(SYSTEM), offers.lapse_offers(SYSTEM)] == [1, 0]
    assert (first.offers[0].answer, [o.answer for o in second.offers]) == ("lapsed", [None])


def test_no_offer_without_a_free_place(world: World, call: Call) -> None:
    decided(world, call, "selected", "reserve")
    challenge = db.session.scalars(select(Application)).first().challenge  # type: ignore[union-attr]
    assert offers.offer_next_reserve(call, challenge, world.actor("manager")) is None
    assert db.session.scalars(select(PlaceOffer)).all() == []


def test_place_is_refused_to_those_without_an_offer(world: World, call: Call) -> None:
    _, reserve = decided(world, call, "selected", "reserve")
    with pytest.raises(Blocked, match="No place is offered"):
        offers.take_place(reserve, team_of(reserve))


@pytest.mark.parametrize(
    "written",
    [
        {name: value}
        for name in (*WRITTEN, "trl_now", "amount")
        for value in (("", " \n") if name in WRITTEN else (None,))
    ]
    + [{"amount": Decimal(amount), "own_cash": Decimal(10**8)} for amount in (0, 100_000_000, 100_000_001)]
    + [{"own_cash": Decimal(own), "own_in_kind": None} for own in (9, 10)]
    + [{}],
)
@pytest.mark.parametrize("origin", ["joint", "follow_up"])
def test_query_and_form_agree_on_what_is_complete(world: World, origin: str, written: dict[str, Any]) -> None:
    call = make_call(world.programme, award_amount=100_000_000, own_contribution_percent=10)
    draft = {**CONTENT, "pair_evidence": "A pilot.", "amount": Decimal(100), "own_cash": Decimal(10), **written}
    application = make_application(make_challenge(world.company, call), world.startup, origin=origin)
    for name, value in draft.items():
        setattr(application.draft, name, value)
    db.session.flush()
    complete = select(Application.id).join(Call).join(ApplicationRevision).where(queries.is_complete())
    assert bool(db.session.scalars(complete).all()) == (gaps_of(application) == [])


# What ends from above


def test_withdrawn_challenge_ends_its_live_applications_once(world: World, call: Call) -> None:
    challenge = make_challenge(world.company, call)
    live = [make_application(challenge, state=state) for state in ("draft", "submitted", "shortlisted")]
    kept = make_application(challenge, state="declined")
    elsewhere = make_application(make_challenge(world.company, call), state="draft")
    event = record("challenge.withdraw", challenge, world.actor("company_owner"), reason="The site burned down.")
    for _ in range(2):
        assert withdraw_with_challenge(event, None) is None
    assert [a.state for a in live] == ["withdrawn"] * 3
    assert (kept.state, elsewhere.state) == ("declined", "draft")
    assert steps_of(live[0]) == ["application.withdraw"]
    told = db.session.scalars(select(Event).where(Event.subject_id == live[0].id, Event.step == "application.withdraw"))
    assert told.one().reason.text == "The site burned down."  # type: ignore[union-attr]


def test_withdrawal_goes_on_after_a_chunk(world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.applications.reactions.CHUNK", 2)
    challenge = make_challenge(world.company, call)
    live = [make_application(challenge, state="submitted") for _ in range(3)]
    event = record("call.cancel", call, world.actor("manager"), reason="No budget.")
    cursor = withdraw_with_call(event, None)
    assert cursor == sorted(a.id for a in live)[1] and withdraw_with_call(event, cursor) is None
    assert {a.state for a in live} == {"withdrawn"}


# Who may read


def test_drafters_are_the_teams_that_write(world: World, call: Call) -> None:
    writing = draft_of(world, call)
    make_application(writing.challenge, state="submitted")
    team = {world.memberships[role].user_id for role in TEAM}
    assert {a.id for a in db.session.scalars(queries.drafts_of_call(call))} == {writing.id}
    assert queries.drafters(writing.challenge) == team | {writing.created_by_id}  # type: ignore[arg-type]


STATES = ("draft", "submitted", "eligible", "declined", "withdrawn")


@pytest.mark.parametrize("closed", [False, True])
def test_visible_to_agrees_with_readers(world: World, call: Call, closed: bool) -> None:
    made = {state: draft_of(world, call, state=state) for state in STATES}
    for application in made.values():
        add(ApplicationParty(application=application, organisation=world.other_company, role="company"))
    if closed:
        close_call(call)
    readers = {state: queries.readers_of(application) for state, application in made.items()}
    for role in World.ROLES:
        actor = world.actor(role)
        seen = set(db.session.scalars(queries.visible_to(actor)).unique())
        for state, application in made.items():
            assert (role, state, actor.user_id in readers[state]) == (role, state, application in seen)
        if not closed and role not in (*TEAM, "other_company"):
            assert (role, seen) == (role, set())
