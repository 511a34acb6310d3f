"""Deeds on challenges: writing, sending, publishing, closing by the clock, filling."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.challenges import actions, drafting
from marketplace.challenges.models import Challenge, ChallengeInvitation
from marketplace.challenges.sections import differences, mark_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.history import steps_of
from tests.world import World


def draft(world: World) -> Challenge:
    return drafting.create_challenge(world.actor("company_owner"), title="Find leaks", main_locale="en")


def test_challenge_is_begun_by_demand_companies_alone(world: World) -> None:
    challenge = draft(world)
    assert (challenge.organisation, challenge.centre, challenge.state) == (world.company, world.centre, "draft")
    assert steps_of(challenge) == ["challenge.create"]
    for role in set(World.ROLES) - {"company_owner", "company_member", "other_company"}:
        with pytest.raises(Forbidden):
            drafting.create_challenge(world.actor(role), title="No", main_locale="en")


def test_two_people_write_different_sections_and_lose_nothing(world: World) -> None:
    challenge, actor = draft(world), world.actor("company_owner")
    need, startup = mark_of(challenge, "need"), mark_of(challenge, "startup")
    drafting.write_section(challenge, actor, "need", {}, {"en": {"problem": "It leaks."}}, seen=need)
    drafting.write_section(challenge, actor, "startup", {"trl_from": 4, "trl_to": 6}, {}, seen=startup)
    assert (challenge.texts["en"].problem, challenge.texts["en"].title, challenge.trl_to) == (
        "It leaks.",
        "Find leaks",
        6,
    )
    with pytest.raises(Stale):
        drafting.write_section(challenge, actor, "need", {}, {"en": {"problem": "Other"}}, seen=need)
    assert challenge.texts["en"].problem == "It leaks."


def test_writing_bumps_the_version_and_names_fields_not_values(world: World) -> None:
    challenge, actor = draft(world), world.actor("company_owner")
    before = challenge.version
    changed = drafting.write_section(challenge, actor, "need", {}, {"fr": {"title": "Des fuites"}})
    assert changed and challenge.version > before
    event = db.session.scalars(select(Event).where(Event.step == "challenge.edit")).one()
    assert event.data == {"fields": ["title"]}
    assert not drafting.write_section(challenge, actor, "need", {}, {"fr": {"title": "Des fuites"}})
    drafting.write_section(challenge, actor, "need", {}, {"fr": {"title": "Les fuites"}}, silently=True)
    assert steps_of(challenge).count("challenge.edit") == 1


def test_emptied_language_is_taken_away(world: World) -> None:
    challenge, actor = draft(world), world.actor("company_owner")
    drafting.write_section(challenge, actor, "need", {}, {"fr": {"title": "Des fuites"}})
    assert set(challenge.texts) == {"en", "fr"}
    drafting.write_section(challenge, actor, "need", {}, {"fr": {"title": ""}, "en": {"title": ""}})
    assert set(challenge.texts) == {"en"}


def test_description_states_true_facts_alone(world: World) -> None:
    challenge, actor = draft(world), world.actor("company_owner")
    for field, value in (("described_kind", "large"), ("described_region", "KR-26"), ("described_sector", "space")):
        with pytest.raises(Invalid) as refused:
            drafting.write_section(challenge, actor, "audience", {field: value}, {})
        assert refused.value.field == field


def test_only_verified_startups_are_invited(world: World) -> None:
    challenge, actor = draft(world), world.actor("company_owner")
    world.other_startup.state = "unverified"
    wanted = [world.startup.id, world.other_startup.id, world.other_company.id]
    drafting.write_section(challenge, actor, "audience", {"visibility": "invited"}, {}, invited=wanted)
    assert [row.organisation_id for row in challenge.invited] == [world.startup.id]


def test_text_is_closed_while_the_centre_reads_it(world: World) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="submitted")
    with pytest.raises(Blocked):
        drafting.write_section(challenge, world.actor("company_owner"), "need", {}, {})
    for role in set(World.ROLES) - {"company_owner", "company_member"}:
        with pytest.raises(Forbidden):
            drafting.write_section(challenge, world.actor(role), "need", {}, {})


def test_each_version_sent_is_kept_and_compared(world: World) -> None:
    company, staff = world.actor("company_owner"), world.actor("broker")
    challenge = make_challenge(world.company, None, centre=world.centre, state="draft")
    actions.submit_challenge(challenge, company)
    actions.take_up_challenge(challenge, staff)
    actions.ask_changes(challenge, staff, "Say what it costs.")
    drafting.write_section(challenge, company, "need", {}, {"en": {"why_now": "It costs more each year."}})
    actions.submit_challenge(challenge, company)
    first, second = (snapshot.content for snapshot in challenge.snapshots)
    assert differences(first, second) == [("why_now", "en", "Tariffs rise next year.", "It costs more each year.")]
    assert challenge.state == "in_review"
    assert challenge.submitted_at is not None


def test_version_seen_is_compared(world: World) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="submitted")
    with pytest.raises(Stale):
        actions.take_up_challenge(challenge, world.actor("manager"), challenge.version + 1)


def test_comments_are_between_company_and_centre(world: World) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="in_review")
    actions.comment_on_challenge(challenge, world.actor("company_member"), "We can share data.")
    actions.comment_on_challenge(challenge, world.actor("broker"), "Good.")
    with pytest.raises(Invalid):
        actions.comment_on_challenge(challenge, world.actor("broker"), " ")
    for role in set(World.ROLES) - {"company_owner", "company_member", "manager", "broker"}:
        with pytest.raises(Forbidden):
            actions.comment_on_challenge(challenge, world.actor(role), "Hello.")


def test_publication_places_and_dates_a_candidate(world: World) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="in_review")
    challenge.state = "candidate"
    call = make_call(world.programme)
    actions.publish_challenge(challenge, world.actor("manager"), call)
    assert (challenge.call, challenge.state) == (call, "open")
    assert challenge.published_at is not None
    assert steps_of(challenge) == ["challenge.place", "challenge.publish"]


def test_publication_for_invited_startups_alone_invites_them(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), state="candidate", visibility="invited")
    challenge.invited += [ChallengeInvitation(organisation=one) for one in (world.startup, world.other_startup)]
    actions.publish_challenge(challenge, world.actor("manager"))
    assert steps_of(challenge) == ["challenge.publish", "challenge.invite"]


def test_publication_in_a_call_of_another_centre_is_refused(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre, state="candidate")
    with pytest.raises(Invalid):
        actions.publish_challenge(challenge, world.actor("manager"), make_call())


def test_cooperating_centre_hands_its_candidate_to_the_managing_one_that_publishes_it(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, centre=world.cooperating, state="in_review")
    challenge.state = "candidate"
    reviewer = world.actor("cooperating_manager")
    with pytest.raises(Invalid):
        actions.place_challenge(challenge, reviewer, make_call())
    actions.place_challenge(challenge, reviewer, call)
    with pytest.raises(Forbidden):
        actions.publish_challenge(challenge, reviewer)
    actions.publish_challenge(challenge, world.actor("broker"))
    assert (challenge.state, challenge.call, steps_of(challenge)) == (
        "open",
        call,
        ["challenge.place", "challenge.publish"],
    )


def test_publishing_many_names_what_could_not_be(world: World) -> None:
    call = make_call(world.programme)
    good = make_challenge(world.company, call, centre=world.centre, state="candidate")
    bad = make_challenge(world.company, call, centre=world.centre, state="candidate", trl_from=None, trl_to=None)
    published, refused = actions.publish_challenges([good, bad], world.actor("manager"), call)
    assert published == [good]
    assert [(challenge.id, "Readiness" in reason) for challenge, reason in refused] == [(bad.id, True)]
    assert (good.state, bad.state) == ("open", "candidate")


def test_due_challenges_close_once(world: World) -> None:
    over = make_challenge(world.company, close_call(make_call(world.programme)))
    ahead = make_challenge(world.company, make_call(world.programme))
    imported = make_challenge(None, over.call, is_reference=True, source="x", source_id="1")
    assert actions.close_due(SYSTEM) == 1
    assert actions.close_due(SYSTEM) == 0
    assert (over.state, ahead.state, imported.state) == ("closed", "open", "open")
    assert steps_of(over) == ["challenge.close"]


def test_step_after_the_deadline_needs_no_job(world: World) -> None:
    challenge = make_challenge(world.company, close_call(make_call(world.programme)), centre=world.centre)
    actions.leave_unfilled(challenge, world.actor("manager"), "Nobody was ready.", challenge.version)
    assert challenge.state == "unfilled"
    assert steps_of(challenge) == ["challenge.close", "challenge.leave_unfilled"]


def test_last_pair_fills_the_challenge(world: World) -> None:
    challenge = make_challenge(world.company, close_call(make_call(world.programme)), startups_sought=2)
    actions.record_pair(challenge)
    assert challenge.state == "closed"
    actions.record_pair(challenge)
    assert challenge.state == "filled"


def test_pair_before_the_deadline_fills_at_closing(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), startups_sought=1)
    actions.record_pair(challenge)
    assert challenge.state == "open"
    close_call(challenge.call)  # type: ignore[arg-type]
    assert actions.close_due() == 1
    assert challenge.state == "filled"


def test_reopened_call_takes_its_challenges_along(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, state="closed")
    answered = make_challenge(world.company, call, state="filled")
    assert actions.reopen_with_call(call.id) == 1
    assert actions.reopen_with_call(call.id) == 0
    assert (challenge.state, answered.state) == ("open", "filled")


def test_call_still_over_reopens_nothing(world: World) -> None:
    call = close_call(make_call(world.programme))
    challenge = make_challenge(world.company, call, state="closed")
    assert actions.reopen_with_call(call.id) == 0
    assert challenge.state == "closed"


def test_reason_of_a_withdrawal_names_no_hidden_company(world: World) -> None:
    company, words = world.actor("company_owner"), "Haneul Water Utility has no money left."
    hidden = make_challenge(world.company, make_call(world.programme), visibility="anonymous")
    with pytest.raises(Invalid) as refused:
        actions.withdraw_challenge(hidden, company, words)
    assert refused.value.field == "reason" and hidden.state == "open"
    with pytest.raises(Forbidden):
        actions.withdraw_challenge(hidden, world.actor("other_company"), words)
    actions.withdraw_challenge(hidden, company, "We have no money left.")
    draft = make_challenge(world.company, None, centre=world.centre, state="draft", visibility="anonymous")
    actions.withdraw_challenge(draft, company, words)
    assert hidden.state == draft.state == "withdrawn"


def test_cancelled_call_ends_what_was_published(world: World) -> None:
    call = make_call(world.programme)
    published = make_challenge(world.company, call)
    candidate = make_challenge(world.company, call, centre=world.centre, state="candidate")
    assert actions.leave_with_cancelled_call(call.id, "No money.") == 1
    assert actions.leave_with_cancelled_call(call.id, "No money.") == 0
    assert (published.state, candidate.state, candidate.call) == ("withdrawn", "candidate", None)


def test_parallel_closing_closes_each_once(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        call = make_call(closes=10)
        ids = [make_challenge(call=call).id for _ in range(6)]
        call.opens_at, call.closes_at = clock.now() - timedelta(days=2), clock.now() - timedelta(days=1)
        db.session.commit()
    counts: list[int] = []

    def close() -> None:
        with committed_app.app_context(), open_unit():
            counts.append(actions.close_due(SYSTEM))
            db.session.commit()

    threads = [threading.Thread(target=close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context(), open_unit():
        closed = db.session.scalars(select(Event.subject_id).where(Event.step == "challenge.close")).all()
        assert sorted(closed) == sorted(ids)
        assert sum(counts) == 6


def test_parallel_pairs_are_both_counted(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        challenge = make_challenge(call=make_call(), startups_sought=4, state="closed")
        db.session.commit()
        id = challenge.id

    def pair() -> None:
        with committed_app.app_context(), open_unit():
            actions.record_pair(db.session.get_one(Challenge, id))
            db.session.commit()

    threads = [threading.Thread(target=pair) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context(), open_unit():
        found = db.session.get_one(Challenge, id)
        assert (found.pairs_confirmed, found.state) == (4, "filled")
