"""Calls with their stages and rules, and what stands against an organisation that applies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marketplace.calls.awards import record_award
from marketplace.calls.models import Call, CallText, EligibilityRule, Sanction, Stage
from marketplace.network.models import Programme
from marketplace.people.models import Affiliation
from tests.factories import Case, add, days_from_now, makes, now, number
from tests.network.cast import make_programme
from tests.people.cast import actor_of, secret_of

READERS = {
    "": "add_rule new_call",
    "everybody": "index show",
    "manager": "impose_sanction record_award reopen_call",
    "staff": """
        amend_call change_rule edit_call edit_money edit_notice edit_rules edit_stages
        preview_call
    """,
}
DOERS = {
    "": "add_rule create_call",
    "manager": """
        cancel_call close_out_call copy_call impose_sanction lift_sanction publish_call record_award
        reopen_call set_award_aside set_connection_aside take_award_off
    """,
    "staff": """
        add_stage amend_call change_rule edit_money edit_notice edit_stages move_stage
        remove_rule remove_stage
    """,
}


@makes
def make_call(programme: Programme | None = None, *, opens: int = -10, closes: int = 10, **values: Any) -> Call:
    """A published call whose window lies ``opens`` to ``closes`` days from now."""
    window = {"opens_at": days_from_now(opens), "closes_at": days_from_now(closes)}
    values.setdefault("state", "open")
    values.setdefault("track", "top_down")
    values.setdefault("time_zone", "Asia/Seoul")
    values.setdefault("notice_date", window["opens_at"].date())
    values.setdefault("award_count", 3)
    values.setdefault("award_amount", Decimal(100_000_000))
    values.setdefault("currency", "KRW")
    call = Call(programme=programme or make_programme(), **{**window, **values})
    words = {
        name: f"Words on {name}."
        for name in CallText.__table__.columns.keys()  # noqa: SIM118 - a collection of columns, not a dict
        if name not in ("call_id", "locale", "search")
    }
    call.texts = {"en": CallText(locale="en", **{**words, "title": f"Call {number()}"})}
    call.stages = [
        Stage(
            position=1,
            kind="startups_apply",
            actor="startups",
            opens_at=call.opens_at,
            closes_at=call.closes_at,
        ),
        Stage(position=2, kind="screening", actor="centre"),
        Stage(position=3, kind="agreement", actor="both"),
    ]
    call.rules = [EligibilityRule(position=1, kind="kind", params={"kinds": ["startup"]})]
    return add(call)


@makes
def close_call(call: Call, ago: timedelta = timedelta(minutes=1)) -> Call:
    """Move the deadline into the past: tests move deadlines, not clocks."""
    call.closes_at = now() - ago
    if call.opens_at is None or call.opens_at >= call.closes_at:
        call.opens_at = call.closes_at - timedelta(days=1)
    for stage in call.stages:
        if stage.kind == "startups_apply":
            stage.opens_at, stage.closes_at = call.opens_at, call.closes_at
    return call


def _nouns(call: Call) -> dict[str, Any]:
    return {"calls": call, "stages": call.stages[0], "rules": call.rules[0]}


def _late(case: Case) -> dict[str, Any]:
    startup, secret, day = case.startup, secret_of(case), date(2025, 3, 1)
    grant = {"title": f"{secret} grant", "awarded_on": day, "ends_on": day, "today": day}
    sanction = Sanction(
        network_id=case.programme.managing_centre.network_id, organisation_id=startup.id, reason=f"{secret} report",
        starts_on=date(2025, 1, 1), ends_on=date(2025, 6, 1),
    )  # fmt: skip
    return {
        **_nouns(close_call(make_call(case.programme, state="closed"))),
        "awards": record_award(startup, actor_of(case.people["manager"]), programme=None, **grant),
        "connections": add(Affiliation(organisation_id=case.company.id, other_id=startup.id, kind="shareholder")),
        "sanctions": add(sanction),
    }


ESTATE = {
    "late": _late,
    "sealed": lambda case: _nouns(make_call(case.programme)),
    "early": lambda case: _nouns(make_call(case.programme, state="draft", opens=5, closes=20)),
    "anonymous": lambda case: {"calls": make_call(case.programme)},
}
