"""Rules and dates: the day before, the day, the day after, leap days, and zones either side of midnight."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.calls.eligibility import (
    CANNOT_TELL,
    FAILS,
    JUDGES,
    MEETS,
    Facts,
    day_in,
    judge_rule,
    judge_rules,
    overall_verdict,
    years_after,
)
from marketplace.calls.eligibility_facts import Case, facts_of, facts_of_many
from marketplace.calls.models import RULE_KINDS, Award, EligibilityRule, Sanction
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people.models import Affiliation, Representative
from marketplace.places.models import Zone
from tests.calls.cast import make_call
from tests.factories import add
from tests.network.cast import make_centre, make_programme
from tests.people.cast import make_organisation
from tests.world import World

NOTICE = date(2027, 2, 9)
BASE = Facts(organisation_id=1, notice_date=NOTICE, today=NOTICE, kind="startup", legal_form="company")
days = st.dates(date(1980, 1, 1), date(2060, 12, 31))


def rule(kind: str, **params: object) -> EligibilityRule:
    return EligibilityRule(id=1, kind=kind, params=params, position=1)


def verdict(kind: str, facts: Facts, **params: object) -> str:
    return judge_rule(rule(kind, **params), facts).verdict


def test_every_kind_has_a_judge() -> None:
    assert tuple(JUDGES) == RULE_KINDS


@given(start=days, years=st.integers(1, 15))
def test_age_is_in_to_the_day_and_out_one_day_over(start: date, years: int) -> None:
    limit = years_after(start, years)
    for offset, expected in ((-1, MEETS), (0, MEETS), (1, FAILS)):
        facts = replace(BASE, registered_on=start, notice_date=limit + timedelta(days=offset))
        assert verdict("age", facts, years=years) == expected


@given(year=st.sampled_from([2012, 2016, 2020, 2024]), years=st.integers(1, 12))
def test_age_of_a_leap_day_ends_on_the_leap_day_or_the_day_before_march(year: int, years: int) -> None:
    limit = years_after(date(year, 2, 29), years)
    assert (limit.month, limit.day) == ((2, 29) if years % 4 == 0 else (2, 28))
    facts = replace(BASE, registered_on=date(year, 2, 29), notice_date=date(year + years, 3, 1))
    assert verdict("age", facts, years=years) == FAILS


@given(
    instant=st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    zone=st.sampled_from(["Asia/Seoul", "America/Toronto", "UTC", "Pacific/Auckland"]),
)
def test_day_is_the_calendar_day_of_the_zone(instant: datetime, zone: str) -> None:
    found = day_in(instant, zone)
    midnight = datetime(found.year, found.month, found.day, tzinfo=ZoneInfo(zone))
    following = found + timedelta(days=1)
    assert midnight <= instant < datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))


def test_day_differs_either_side_of_midnight() -> None:
    instant = datetime(2027, 3, 1, 14, 59, tzinfo=UTC)
    assert [day_in(instant + timedelta(minutes=m), "Asia/Seoul") for m in (0, 1)] == [
        date(2027, 3, 1),
        date(2027, 3, 2),
    ]
    assert day_in(instant, "America/Toronto") == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("form", "origin", "opened", "registered", "expected"),
    [
        ("sole_trader", "new", date(2015, 1, 1), date(2026, 1, 1), FAILS),
        ("sole_trader", "new", date(2026, 1, 1), date(2015, 1, 1), MEETS),
        ("company", "new", date(2015, 1, 1), date(2026, 1, 1), MEETS),
        ("company", "converted", date(2015, 1, 1), date(2026, 1, 1), FAILS),
        ("company", "converted", None, date(2026, 1, 1), CANNOT_TELL),
        ("company", "restarted", date(2015, 1, 1), date(2026, 1, 1), MEETS),
        ("company", None, date(2026, 1, 1), None, CANNOT_TELL),
        (None, None, date(2026, 1, 1), date(2026, 1, 1), CANNOT_TELL),
    ],
)
def test_age_takes_its_start_by_legal_form(
    form: str | None, origin: str | None, opened: date | None, registered: date | None, expected: str
) -> None:
    facts = replace(BASE, legal_form=form, origin=origin, opened_on=opened, registered_on=registered)
    assert verdict("age", facts, years=7) == expected


def test_age_is_longer_in_the_named_fields() -> None:
    params = {"years": 7, "extended_years": 10, "extended_fields": ["ai"]}
    old = replace(BASE, registered_on=date(2018, 2, 9))
    assert verdict("age", old, **params) == FAILS
    assert verdict("age", replace(old, sectors=frozenset({"ai", "water"})), **params) == MEETS
    assert verdict("age", replace(old, sectors=frozenset({"ai"}), registered_on=date(2017, 2, 8)), **params) == FAILS


def test_age_that_fails_names_the_fields_with_more_years_where_they_would_help(app: Flask) -> None:
    rule = EligibilityRule(kind="age", params={"years": 7, "extended_years": 10, "extended_fields": ["bio", "space"]})
    old = replace(BASE, registered_on=date(2018, 2, 9))
    with app.test_request_context():
        told = str(judge_rule(rule, old).change_text)
        assert "10 years" in told and "Biotechnology" in told and "Space" in told
        older = replace(old, registered_on=date(2010, 2, 9))
        assert "Space" not in str(judge_rule(rule, older).change_text)


@pytest.mark.parametrize(
    ("kind", "params", "changed", "expected"),
    [
        ("region", {"regions": ["KR-27"]}, {"region_code": "KR-27"}, MEETS),
        ("region", {"regions": ["KR-27"]}, {"region_code": "KR-26"}, FAILS),
        ("region", {"regions": ["KR-27"]}, {}, CANNOT_TELL),
        ("zone", {"zones": ["z1"]}, {"zone_codes": frozenset({"z1", "z2"})}, MEETS),
        ("zone", {"zones": ["z1"]}, {"zone_codes": frozenset({"z2"})}, FAILS),
        ("zone", {"zones": ["z1"]}, {}, FAILS),
        ("kind", {"kinds": ["startup"]}, {}, MEETS),
        ("kind", {"kinds": ["sme"]}, {}, FAILS),
        ("representatives", {}, {"representatives": (True, True)}, MEETS),
        ("representatives", {}, {"representatives": (True, None)}, CANNOT_TELL),
        ("representatives", {}, {"representatives": (None, False)}, FAILS),
        ("representatives", {}, {}, CANNOT_TELL),
        ("no_earlier_award", {}, {}, MEETS),
        ("no_earlier_award", {}, {"earlier_awards": (date(2026, 1, 1),)}, FAILS),
        ("running_grants", {"most": 1}, {"running": (date(2027, 5, 1),)}, MEETS),
        ("running_grants", {"most": 0}, {"running": (date(2027, 5, 1),)}, FAILS),
        ("running_grants", {"most": 1}, {"running": (None, None)}, FAILS),
        ("not_affiliated", {}, {}, CANNOT_TELL),
        ("not_affiliated", {}, {"company_id": 2}, MEETS),
        ("not_affiliated", {}, {"company_id": 1}, FAILS),
        ("not_affiliated", {}, {"company_id": 2, "affiliations": ("shareholder",)}, FAILS),
        ("no_sanction", {}, {}, MEETS),
        ("no_sanction", {}, {"sanctions": (date(2027, 12, 31),)}, FAILS),
        (
            "declaration",
            {"codes": ["tax_arrears", "insolvency"]},
            {"declarations": {"tax_arrears": False}},
            CANNOT_TELL,
        ),
        (
            "declaration",
            {"codes": ["tax_arrears", "insolvency"]},
            {"declarations": {"tax_arrears": False, "insolvency": False}},
            MEETS,
        ),
        ("declaration", {"codes": ["tax_arrears", "insolvency"]}, {"declarations": {"insolvency": True}}, FAILS),
    ],
)
def test_rule_judges_its_facts(
    world: World, kind: str, params: dict[str, object], changed: dict[str, object], expected: str
) -> None:
    judged = judge_rule(rule(kind, **params), replace(BASE, **changed))  # type: ignore[arg-type]
    assert judged.verdict == expected
    assert bool(str(judged.change_text)) == (expected != MEETS)
    assert str(judged.text) and str(judged.facts_text)
    assert json.loads(json.dumps(judged.facts)) == judged.facts


def test_sanction_shows_its_last_day(world: World) -> None:
    judged = judge_rule(rule("no_sanction"), replace(BASE, sanctions=(date(2027, 12, 31),)))
    assert str(judged.facts_text) == "Excluded from the network’s programmes until 31 December 2027."


@given(st.lists(st.sampled_from([MEETS, CANNOT_TELL, FAILS])))
def test_overall_is_the_worst_verdict(verdicts: list[str]) -> None:
    judgements = [replace(judge_rule(rule("kind", kinds=["startup"]), BASE), verdict=v) for v in verdicts]
    worst = max(verdicts, key=[MEETS, CANNOT_TELL, FAILS].index, default=MEETS)
    assert overall_verdict(judgements) == worst


def test_facts_are_those_of_the_notice_date_and_the_network(world: World) -> None:
    call = make_call(world.programme, notice_date=NOTICE)
    call.rules = [EligibilityRule(position=n, kind=kind, params={}) for n, kind in enumerate(RULE_KINDS)]
    startup, today = world.startup, clock.today(call.time_zone)
    other = make_programme(world.foreign_centre)
    add(Zone(code="z1", region_code="KR-27", kind="cluster", name_en="Zone", name_fr="Zone", name_ko="구역"))
    startup.zones = [db.session.get_one(Zone, "z1")]
    add(Representative(organisation_id=startup.id, name="A", qualifies=True))
    add(Affiliation(organisation_id=world.company.id, other_id=startup.id, kind="shareholder"))
    for programme, start, end, back in (
        (world.programme, date(2026, 1, 1), NOTICE, None),
        (other, date(2026, 1, 1), NOTICE - timedelta(days=1), None),
        (None, NOTICE + timedelta(days=1), None, None),
        (world.programme, date(2026, 2, 1), None, clock.now()),
    ):
        add(
            Award(
                organisation_id=startup.id,
                programme_id=programme.id if programme else None,
                awarded_on=start,
                ends_on=end,
                given_back_at=back,
            )
        )
    for network, start, end in (
        (world.network, -10, 0),
        (world.network, -10, -1),
        (world.network, 1, 10),
        (world.foreign_network, -10, 10),
    ):
        add(
            Sanction(
                network_id=network.id,
                organisation_id=startup.id,
                reason="A plan was not its own.",
                starts_on=today + timedelta(days=start),
                ends_on=today + timedelta(days=end),
            )
        )
    facts = facts_of(startup, call, world.company.id, {"tax_arrears": False})
    assert facts.zone_codes == {"z1"}
    assert facts.representatives == (True,)
    assert facts.affiliations == ("shareholder",)
    assert facts.earlier_awards == (date(2026, 1, 1),)
    assert facts.running == (NOTICE,)
    assert facts.sanctions == (today,)
    assert facts.declarations == {"tax_arrears": False}
    assert [j.kind for j in judge_rules(call, facts)] == list(RULE_KINDS)


def test_facts_of_many_cost_the_same_for_one_and_twenty(world: World, count_queries) -> None:  # type: ignore[no-untyped-def]
    centre = make_centre()
    calls = [make_call(make_programme(centre)) for _ in range(4)]
    for call in calls:
        call.rules = [EligibilityRule(position=n, kind=kind, params={}) for n, kind in enumerate(RULE_KINDS)]
    startup = make_organisation()
    counts = []
    for number in (1, 20):
        db.session.flush()
        db.session.expire_all()
        cases = [Case(startup, calls[n % 4], world.company.id) for n in range(number)]
        for case in cases:
            assert case.call.id and case.organisation.id  # loaded by the list itself
        with count_queries() as seen:
            facts = facts_of_many(cases)
            assert [len(judge_rules(case.call, f)) for case, f in zip(cases, facts, strict=True)] == [10] * number
        counts.append(len([s for s in seen if "statement_timestamp" not in s]))
    assert counts[0] == counts[1] <= 10
