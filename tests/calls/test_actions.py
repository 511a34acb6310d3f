"""What is done with programmes, calls and places: guards, roles, deadlines, and parallel transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.calls import actions as call_actions
from marketplace.calls import awards, editor, guards, progress
from marketplace.calls.models import NOTICE, Award, Call, CallText, EligibilityRule, Sanction, Stage
from marketplace.calls.queries import count_places
from marketplace.calls.stages import instant_of, local_of, set_window
from marketplace.calls.tracks import TEMPLATES
from marketplace.kernel import clock, workflow
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Refusal, Stale
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.network import actions
from marketplace.people.models import Organisation
from tests.calls.cast import close_call, make_call
from tests.factories import days_from_now
from tests.history import steps_of
from tests.people.cast import make_organisation
from tests.world import World


def draft_call(world: World) -> Call:
    """A draft that lacks nothing."""
    call = editor.create_call(
        world.programme, world.actor("manager"), title="Water call", locale="en", track="top_down"
    )
    editor.write_notice(call, {"en": {name: f"Words on {name}" for name in NOTICE}})
    call.award_count, call.award_amount, call.currency = 3, Decimal(100), "KRW"
    db.session.flush()
    stage = next(stage for stage in call.stages if stage.kind == "startups_apply")
    window = {"actor": "startups", "opens_at": days_from_now(1), "closes_at": days_from_now(20), "cut": None}
    editor.change_plan(
        call, world.actor("broker"), notice_date=clock.today(call.time_zone), decisions_by=None,
        stages={stage.id: window}, version=None,
    )  # fmt: skip
    return call


def stage_of(call: Call, kind: str) -> Stage:
    return next(stage for stage in call.stages if stage.kind == kind)


@pytest.mark.parametrize(("track", "kind"), list(TEMPLATES))
def test_create_call_makes_stages_and_rules_of_its_track(world: World, track: str, kind: str | None) -> None:
    actor = world.actor("manager")
    call = editor.create_call(world.programme, actor, title="A", locale="fr", track=track, bottom_up_kind=kind)
    assert [(s.kind, s.actor) for s in call.stages] == list(TEMPLATES[track, kind].stages)
    assert [s.position for s in call.stages] == list(range(1, len(call.stages) + 1))
    assert sum(s.kind == "startups_apply" for s in call.stages) == 1
    assert [r.kind for r in call.rules] == [k for k, _ in TEMPLATES[track, kind].rules]
    assert (call.time_zone, call.currency, call.state) == ("Asia/Seoul", "KRW", "draft")


def test_create_call_wants_a_kind_of_the_track(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        editor.create_call(world.programme, world.actor("manager"), title="A", locale="en", track="bottom_up")
    assert refused.value.field == "bottom_up_kind"


def test_window_of_the_applying_stage_is_the_calls(world: World) -> None:
    call = draft_call(world)
    stage = next(stage for stage in call.stages if stage.kind == "startups_apply")
    assert (call.opens_at, call.closes_at) == (stage.opens_at, stage.closes_at)
    editor.remove_stage(stage, world.actor("manager"), version=None)
    assert (call.opens_at, call.closes_at) == (None, None)
    assert [s.position for s in call.stages] == list(range(1, len(call.stages) + 1))


def test_stages_move_and_keep_their_numbers(world: World) -> None:
    call, actor = draft_call(world), world.actor("manager")
    second = call.stages[1]
    editor.move_stage(second, actor, -1, version=None)
    db.session.expire(call, ["stages"])
    assert call.stages[0] is second
    with pytest.raises(Blocked):
        editor.move_stage(second, actor, -1, version=None)
    with pytest.raises(Invalid):
        editor.add_stage(call, actor, kind="startups_apply", by="startups", version=None)


def test_editing_a_stage_bumps_the_version_of_its_call(world: World) -> None:
    call, actor = draft_call(world), world.actor("manager")
    seen = call.version
    editor.add_stage(call, actor, kind="paper", by="panel", version=seen)
    assert call.version > seen
    with pytest.raises(Stale):
        editor.add_stage(call, actor, kind="meetup", by="both", version=seen)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda call: setattr(call.texts["en"], "contact", " "),
        lambda call: setattr(call.texts["en"], "ranking_figure", ""),
        lambda call: setattr(call, "award_count", None),
        lambda call: setattr(call, "budget", Decimal(299)),
        lambda call: setattr(call, "notice_date", None),
        lambda call: setattr(call, "closes_at", clock.now() - timedelta(days=2)),
        lambda call: setattr(call, "decisions_by", clock.now().date()),
        lambda call: setattr(call, "notice_date", days_from_now(400).date()),
        lambda call: setattr(call, "notice_date", days_from_now(-370).date()),
        lambda call: setattr(call, "budget", call.programme.budget + 1),
        lambda call: set_window(stage_of(call, "screening"), days_from_now(-19), days_from_now(-18)),
        lambda call: set_window(stage_of(call, "screening"), days_from_now(10), days_from_now(30)),
        lambda call: set_window(stage_of(call, "companies_apply"), days_from_now(2), None),
        lambda call: call.rules.clear(),
        lambda call: call.rules.append(EligibilityRule(position=9, kind="region", params={})),
    ],
)
def test_publish_is_blocked_until_nothing_is_missing(world: World, spoil: Any) -> None:
    call = draft_call(world)
    spoil(call)
    with db.session.no_autoflush, pytest.raises(Blocked):
        call_actions.publish_call(call, world.actor("manager"))
    assert call.state == "draft"


def test_budget_is_held_against_the_programmes_in_the_same_currency(world: World) -> None:
    call = draft_call(world)
    call.notice_date = days_from_now(-360).date()
    call.budget = call.programme.budget + 1
    asked = dict(guards.missing_parts(call))
    assert list(asked) == ["money"] and "larger than its programme" in str(asked["money"])
    call.currency = "CAD"
    assert list(guards.missing_parts(call)) == []
    call.currency, call.budget = call.programme.currency, call.programme.budget
    call_actions.publish_call(call, world.actor("manager"))


def test_answers_are_promised_in_the_calls_own_zone(world: World) -> None:
    call = draft_call(world)
    zone = ZoneInfo(call.time_zone)
    closes = days_from_now(20).astimezone(zone).replace(hour=8)
    set_window(stage_of(call, "startups_apply"), call.opens_at, closes.astimezone(UTC))
    call.decisions_by = closes.date() - timedelta(days=1)
    with db.session.no_autoflush, pytest.raises(Blocked):
        call_actions.publish_call(call, world.actor("manager"))
    call.decisions_by = closes.date()
    call_actions.publish_call(call, world.actor("manager"))


def test_stages_may_overlap_as_long_as_they_follow_each_other(world: World) -> None:
    call = draft_call(world)
    set_window(stage_of(call, "companies_apply"), days_from_now(-5), days_from_now(10))
    set_window(stage_of(call, "screening"), days_from_now(20.1), days_from_now(30))
    set_window(stage_of(call, "paper"), days_from_now(25), None)
    call_actions.publish_call(call, world.actor("manager"))


def test_publish_and_the_clock_open_and_close(world: World) -> None:
    call = draft_call(world)
    call_actions.publish_call(call, world.actor("manager"))
    assert call.state == "published"
    assert call_actions.open_and_close_due() == 0
    call.opens_at = days_from_now(-1)
    assert (call_actions.open_and_close_due(), call_actions.open_and_close_due()) == (1, 0)
    close_call(call)
    assert (call_actions.open_and_close_due(), call_actions.open_and_close_due()) == (1, 0)
    assert steps_of(call)[-3:] == ["call.publish", "call.open", "call.close"]
    assert call.state == "closed"


def test_a_window_that_passed_unseen_opens_and_closes_at_once(world: World) -> None:
    call = make_call(world.programme, opens=-20, closes=-10, state="published")
    reference = make_call(world.programme, opens=-20, closes=-10, state="open", is_reference=True)
    assert call_actions.open_and_close_due(SYSTEM) == 1
    assert (call.state, reference.state) == ("closed", "open")
    with pytest.raises(Forbidden):
        call_actions.open_and_close_due(world.actor("manager"))


MATRIX = {
    "call.publish": ("draft", {"manager"}),
    "call.open": ("published", set()),
    "call.close": ("open", set()),
    "call.reopen": ("closed", {"manager"}),
    "call.release": ("closed", {"manager"}),
    "call.start": ("decided", {"manager", "broker"}),
    "call.close_out": ("decided", {"manager"}),
    "call.cancel": ("open", {"manager"}),
}


@pytest.mark.parametrize("step", list(MATRIX))
def test_step_is_taken_by_its_roles_alone(world: World, step: str) -> None:
    source, roles = MATRIX[step]
    took = set()
    call = make_call(world.programme, state=source, **({"opens": 5, "closes": 10} if source == "draft" else {}))
    for role in World.ROLES:
        call.state = source
        try:
            workflow.fire(step, call, world.actor(role), reason="Because.")
        except Refusal as refusal:
            if not isinstance(refusal, Forbidden):
                took.add(role)  # allowed, but a guard of another package wants more
        else:
            took.add(role)
    assert took == roles


def test_cancel_wants_a_reason(world: World) -> None:
    call = make_call(world.programme)
    with pytest.raises(Invalid) as refused:
        call_actions.cancel_call(call, world.actor("manager"), " ")
    assert refused.value.field == "reason"
    call_actions.cancel_call(call, world.actor("manager"), "No budget.")
    assert call.state == "cancelled"


def test_reopen_sets_a_new_closing_instant(world: World) -> None:
    call = close_call(make_call(world.programme, state="open"))
    manager = world.actor("manager")
    with pytest.raises(Invalid):
        call_actions.reopen_call(call, manager, closes_at=days_from_now(-1), reason="Outage")
    call_actions.reopen_call(call, manager, closes_at=days_from_now(2), reason="Outage")
    assert (call.state, call.state_at(clock.now())) == ("open", "open")
    assert call.stages[0].closes_at == call.closes_at
    assert steps_of(call) == ["call.close", "call.reopen"]


def test_amend_moves_the_deadline_later_and_says_what_changed(world: World) -> None:
    call = make_call(world.programme)
    later = days_from_now(11)
    call.stages[1].opens_at, call.stages[1].closes_at = later, days_from_now(15)
    before, manager = call.closes_at, world.actor("broker")
    assert before is not None
    changed = call_actions.amend_call(
        call,
        manager,
        reason="A holiday.",
        closes_at=before + timedelta(days=3),
        notice={"en": {"contact": "Ask us"}, "fr": {"title": "Appel", "contact": "Écrivez-nous"}},
        shift=True,
    )
    assert changed == ["contact.en", "title.fr", "contact.fr", "closes_at", "stages"]
    assert call.stages[0].closes_at == call.closes_at == before + timedelta(days=3)
    assert call.stages[1].opens_at == later + timedelta(days=3)
    event = db.session.scalars(select(Event).where(Event.step == "call.amend")).one()
    assert event.data["fields"] == changed and event.reason and event.reason.text == "A holiday."
    assert "Ask us" not in str(event.data)


def test_amend_leaves_no_promise_and_no_stage_before_the_deadline(world: World) -> None:
    call, manager = make_call(world.programme), world.actor("manager")
    before = call.closes_at
    assert before is not None
    promised = call.decisions_by = (before + timedelta(days=5)).date()
    moved = before + timedelta(days=30)
    with pytest.raises(Invalid) as refused:
        call_actions.amend_call(call, manager, reason="x", closes_at=moved)
    assert (refused.value.field, call.closes_at) == ("shift", before)
    changed = call_actions.amend_call(call, manager, reason="x", closes_at=moved, shift=True)
    assert changed == ["closes_at", "decisions_by"]
    assert call.decisions_by == promised + timedelta(days=30)
    call.stages[1].opens_at = moved + timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        call_actions.amend_call(call, manager, reason="x", closes_at=moved + timedelta(days=2))
    assert refused.value.field == "shift"


def test_line_of_stages_calls_none_done_that_has_not_ended(app: Flask, world: World) -> None:
    call = make_call(world.programme)
    call.stages[1].opens_at, call.stages[1].closes_at = days_from_now(-20), days_from_now(-19)
    with app.test_request_context():
        steps = progress.stage_steps(call)
    assert [(step["current"], step["done"]) for step in steps] == [(True, False), (False, False), (False, False)]
    call.state, call.stages[0].closes_at = "decided", days_from_now(-1)
    call.stages[2].closes_at = days_from_now(9)
    with app.test_request_context():
        assert [step["done"] for step in progress.stage_steps(call)] == [True, True, False]


def test_companies_without_a_deadline_are_not_done_while_they_can_send(app: Flask, world: World) -> None:
    call = draft_call(world)
    set_window(stage_of(call, "startups_apply"), days_from_now(-1), days_from_now(20))
    call_actions.publish_call(call, world.actor("manager"))

    def first() -> tuple[bool, bool]:
        with app.test_request_context():
            step = progress.stage_steps(call)[0]
        return step["current"], step["done"]

    assert stage_of(call, "companies_apply").position == 1 and call.state == "open"
    assert first() == (False, False)
    stage_of(call, "companies_apply").closes_at = days_from_now(-2)
    assert first() == (False, True)
    stage_of(call, "companies_apply").closes_at = None
    close_call(call)
    assert first() == (False, True)


def test_without_the_startups_stage_publication_asks_for_it(world: World) -> None:
    call, actor = draft_call(world), world.actor("broker")
    editor.remove_stage(stage_of(call, "startups_apply"), actor, version=None)
    asked = {section: str(words) for section, words in guards.missing_parts(call)}
    assert asked["stages"].startswith("Add the stage in which startups apply")


def test_amend_never_takes_time_away_and_never_touches_a_closed_call(world: World) -> None:
    call, manager = make_call(world.programme), world.actor("manager")
    assert call.closes_at is not None
    with pytest.raises(Invalid) as refused:
        call_actions.amend_call(call, manager, reason="x", closes_at=call.closes_at - timedelta(hours=1))
    assert refused.value.field == "closes_at"
    with pytest.raises(Invalid):
        call_actions.amend_call(call, manager, reason="x")
    close_call(call)
    with pytest.raises(Blocked):
        call_actions.amend_call(call, manager, reason="x", closes_at=days_from_now(3))
    with pytest.raises(Forbidden):
        call_actions.amend_call(make_call(world.programme), world.actor("cooperating_manager"), reason="x")


def test_published_call_is_not_edited(world: World) -> None:
    call, manager = make_call(world.programme), world.actor("manager")
    with pytest.raises(Blocked):
        editor.remove_rule(call, call.rules[0], manager, version=None)
    with pytest.raises(Forbidden):
        editor.add_stage(call, world.actor("cooperating_manager"), kind="paper", by="panel", version=None)


def test_copy_keeps_everything_but_dates(world: World) -> None:
    call = make_call(world.programme)
    call.texts["ko"] = CallText(locale="ko", title="공고")
    copy = editor.copy_call(call, world.actor("manager"))
    assert (copy.state, copy.opens_at, copy.closes_at, copy.notice_date) == ("draft", None, None, None)
    assert {code: text.title for code, text in copy.texts.items()} == {
        code: text.title for code, text in call.texts.items()
    }
    assert [s.kind for s in copy.stages] == [s.kind for s in call.stages]
    assert [r.params for r in copy.rules] == [r.params for r in call.rules]
    assert not {r.id for r in copy.rules} & {r.id for r in call.rules}


def test_local_times_are_those_of_the_calls_zone() -> None:
    local = datetime(2027, 3, 12, 16, 0)  # noqa: DTZ001 - a wall-clock time, as a form gives it
    instant = instant_of(local, "Asia/Seoul")
    assert instant is not None and instant.isoformat() == "2027-03-12T07:00:00+00:00"
    assert local_of(instant, "Asia/Seoul") == local
    with pytest.raises(Invalid):
        instant_of(datetime(2027, 3, 14, 2, 30), "America/Toronto")  # noqa: DTZ001


def test_award_is_held_once_and_given_back_once(world: World) -> None:
    call = make_call(world.programme, award_count=2)
    award = awards.take_award(call, world.startup, 11, 7, 1, SYSTEM)
    assert awards.take_award(call, world.startup, 11, 7, 1, SYSTEM) is award
    assert count_places(call.id).call == 1
    with pytest.raises(Blocked):  # the challenge seeks one
        awards.take_award(call, world.other_startup, 12, 7, 1, SYSTEM)
    with pytest.raises(Blocked):  # one a startup
        awards.take_award(call, world.startup, 13, 8, 1, SYSTEM)
    awards.give_back_award(award, SYSTEM)
    awards.give_back_award(award, SYSTEM)
    assert count_places(call.id).call == 0
    assert awards.take_award(call, world.other_startup, 12, 7, 1, SYSTEM).programme_id == world.programme.id
    assert count_places(call.id, 7, world.startup.id).organisation == 0


def test_places_are_never_given_twice_in_parallel(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        call = make_call(award_count=3, awards_per_startup=9)
        startup = make_organisation()
        db.session.commit()
        call_id, startup_id = call.id, startup.id
    start = Barrier(8)

    def take(application_id: int) -> bool:
        with committed_app.app_context(), open_unit():
            held = db.session.get_one(Call, call_id)
            organisation = db.session.get_one(Organisation, startup_id)
            start.wait()
            try:
                awards.take_award(held, organisation, application_id, application_id % 2, 2, SYSTEM)
            except Blocked:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(take, range(1, 9)))
    with committed_app.app_context():
        rows = db.session.scalars(select(Award).where(Award.call_id == call_id)).all()
        assert sum(won) == len(rows) == 3
        assert max(sum(r.challenge_id == c for r in rows) for c in (0, 1)) <= 2


def test_parallel_clocks_open_each_call_once(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        for _ in range(6):
            make_call(state="published")
        db.session.commit()
    start = Barrier(4)

    def run(_: int) -> int:
        with committed_app.app_context(), open_unit():
            start.wait()
            moved = call_actions.open_and_close_due()
            db.session.commit()
            return moved

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 6
    with committed_app.app_context():
        assert len(db.session.scalars(select(Event).where(Event.step == "call.open")).all()) == 6


def test_earlier_awards_and_sanctions_are_recorded_by_managers(world: World) -> None:
    days = {"awarded_on": date(2026, 1, 1), "ends_on": None, "title": "Earlier", "today": date(2026, 1, 1)}
    manager, cooperating = world.actor("manager"), world.actor("cooperating_manager")
    awards.record_award(world.startup, manager, programme=world.programme, **days)  # type: ignore[arg-type]
    awards.record_award(world.startup, manager, programme=None, **days)  # type: ignore[arg-type]
    for actor, programme in ((cooperating, world.programme), (cooperating, None), (world.actor("broker"), None)):
        with pytest.raises(Forbidden):
            awards.record_award(world.startup, actor, programme=programme, **days)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        tomorrow = days | {"awarded_on": date(2026, 1, 2)}
        awards.record_award(world.startup, manager, programme=None, **tomorrow)  # type: ignore[arg-type]
    assert refused.value.field == "awarded_on"
    span = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "reason": "Copied."}
    awards.impose_sanction(world.startup, world.network, manager, **span)  # type: ignore[arg-type]
    for other in (cooperating, world.actor("foreign_manager")):
        with pytest.raises(Forbidden):
            awards.impose_sanction(world.startup, world.network, other, **span)  # type: ignore[arg-type]
    sanction = db.session.scalars(select(Sanction)).one()
    awards.lift_sanction(sanction, world.network, manager, reason="Repaid.", today=date(2026, 6, 2))
    assert sanction.ends_on == date(2026, 6, 1)


def test_programme_is_changed_by_its_managing_staff(world: World) -> None:
    values = {
        "first_year": 2026, "last_year": 2029, "budget": None, "currency": "KRW", "funder": None,
        "cooperating_centres": [world.cooperating, world.centre],
    }  # fmt: skip
    manager = world.actor("manager")
    programme = actions.create_programme(world.centre, manager, values, {"en": {"name": "New", "summary": ""}})
    assert programme.cooperating_centres == [world.cooperating]
    assert programme.currency is None
    actions.change_programme(programme, world.actor("broker"), values, {"fr": {"name": "Neuf", "summary": "S"}})
    assert {c: t.name for c, t in programme.texts.items()} == {"fr": "Neuf"}
    with pytest.raises(Invalid):
        actions.change_programme(programme, manager, {**values, "last_year": 2020}, {"fr": {"name": "Neuf"}})
    with pytest.raises(Forbidden):
        actions.change_programme(programme, world.actor("foreign_manager"), values, {"fr": {"name": "N"}})


def test_award_recorded_by_mistake_is_taken_off_by_the_centre_that_recorded_it(world: World) -> None:
    day, manager = date(2026, 1, 1), world.actor("manager")
    award = awards.record_award(
        world.startup, manager, programme=None, title="Mistake", awarded_on=day, ends_on=None, today=day
    )
    won = Award(organisation_id=world.startup.id, call_id=make_call(world.programme).id, awarded_on=day)
    db.session.add(won)
    db.session.flush()
    for role, one in (("cooperating_manager", award), ("foreign_manager", award), ("broker", award), ("manager", won)):
        with pytest.raises(Forbidden):
            awards.take_award_off(one, world.actor(role), reason="Wrong firm.")
    with pytest.raises(Invalid):
        awards.take_award_off(award, manager, reason=" ")
    awards.take_award_off(award, manager, reason="Wrong firm.")
    db.session.flush()
    assert db.session.scalars(select(Award)).all() == [won]
    event = db.session.scalars(select(Event).where(Event.step == "award.take_off")).one()
    assert event.subject_id == award.id and event.reason is not None and event.reason.text == "Wrong firm."
