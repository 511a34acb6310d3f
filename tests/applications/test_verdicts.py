"""Whether one qualifies follows the facts: judged anew when they change, told once, and off the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.applications.actions import keep_declarations
from marketplace.applications.checks import check_of, keep_results
from marketplace.applications.models import Application
from marketplace.applications.next_steps import next_of
from marketplace.applications.reactions import judge_anew
from marketplace.calls.models import EligibilityRule
from marketplace.desk import queries as desk
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications.models import Notification
from marketplace.notifications.reactions import tell
from marketplace.people.organisation_actions import add_representative
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import add
from tests.people.cast import make_organisation
from tests.world import World

FOUNDERS = {"kind": "representatives", "params": {}}


def applied(world: World, *rules: dict[str, Any]) -> Application:
    """A submitted application of the cast's startup, with its verdicts on record."""
    call = make_call(world.programme)
    call.rules = [EligibilityRule(position=n, **rule) for n, rule in enumerate(rules, 1)]
    application: Application = make_application(make_challenge(world.company, call), world.startup, state="submitted")
    keep_results(application, check_of(application))
    db.session.flush()
    db.session.expire(application, ["results"])
    return application


def asked_on_desk(world: World) -> list[str]:
    return [row.kind for row in desk.tasks(world.actor("startup_owner"), clock.now())[0]]


def last(step: str) -> Event | None:
    return db.session.scalar(select(Event).where(Event.step == step).order_by(Event.id.desc()).limit(1))


def test_fact_that_was_missing_ends_the_task_with_one_message(world: World) -> None:
    application = applied(world, FOUNDERS)
    owner = world.actor("startup_owner")
    assert "application.unclear" in asked_on_desk(world)
    assert "cannot be told yet" in next_of(application, owner, clock.now()).title
    add_representative(world.startup, owner, "Ada Example", True)
    changed = last("organisation.edit")
    assert changed is not None
    for _again in range(2):
        judge_anew(changed, None)
    assert [result.verdict for result in application.results] == ["meets"]
    assert application.results[0].facts["words"]["fr"]["rule"]
    assert "application.unclear" not in asked_on_desk(world)
    assert "nothing to do" in next_of(application, owner, clock.now()).title
    told = db.session.scalars(select(Event).where(Event.step == "application.judge_anew")).all()
    assert [event.data for event in told] == [{"before": "cannot_tell", "after": "meets"}]
    tell(told[0], None)
    read = select(Notification.user_id).where(Notification.step == "application.judge_anew")
    assert owner.user_id in db.session.scalars(read).all()


def test_declaration_is_judged_at_once(world: World) -> None:
    application = applied(world, {"kind": "declaration", "params": {"codes": ["tax_debts"]}})
    assert application.results[0].verdict == "cannot_tell"
    rule = application.call.rules[0]
    keep_declarations(world.startup, application.call, {(rule.id, "tax_debts"): False}, world.actor("startup_owner"))
    assert application.results[0].verdict == "meets"


def test_after_the_close_only_what_could_not_be_told_is_filled_in(world: World) -> None:
    application = applied(world, {"kind": "kind", "params": {"kinds": ["startup"]}}, FOUNDERS)
    close_call(application.call)
    world.startup.kind = "sme"
    add_representative(world.startup, world.actor("startup_owner"), "Ada Example", True)
    judge_anew(last("organisation.edit"), None)  # type: ignore[arg-type]
    assert [result.verdict for result in application.results] == ["meets", "meets"]


def test_word_of_the_centre_and_what_it_has_examined_stay(world: World) -> None:
    judged, examined = applied(world, FOUNDERS), applied(world, FOUNDERS)
    judged.results[0].override, judged.results[0].override_reason = "fails", "Not by our register."
    examined.state = "eligible"
    db.session.flush()
    add_representative(world.startup, world.actor("startup_owner"), "Ada Example", True)
    judge_anew(last("organisation.edit"), None)  # type: ignore[arg-type]
    assert judged.results[0].holds == "fails"
    assert examined.results[0].verdict == "cannot_tell"
    assert last("application.judge_anew") is None


def test_others_are_not_touched(world: World) -> None:
    application = applied(world, FOUNDERS)
    other = make_organisation("startup")
    add(Event(step="organisation.edit", subject_type="organisation", subject_id=other.id))
    judge_anew(last("organisation.edit"), None)  # type: ignore[arg-type]
    assert application.results[0].verdict == "cannot_tell"
