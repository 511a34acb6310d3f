"""What a desk holds for each role, and what it must never show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy import Row

from marketplace.applications import actions
from marketplace.applications.models import Decision, EligibilityResult, PlaceOffer
from marketplace.challenges.models import Challenge, ChallengeInvitation
from marketplace.collaborations.models import AgreementParty, AgreementVersion, Collaboration, Milestone, Outcome
from marketplace.collaborations.states import OPINION_WAIT
from marketplace.desk import figures, queries
from marketplace.desk.tasks import task_of, work_of
from marketplace.kernel import clock, waiting
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call
from marketplace.notifications.titles import names
from marketplace.people.models import Invitation
from marketplace.web.filters import relative
from tests.collaborations.cast import milestone_of as milestone_in
from tests.collaborations.cast import report_of
from tests.collaborations.test_signed import asked as asked_change
from tests.factories import (
    CONTENT,
    World,
    add,
    close_call,
    make_application,
    make_call,
    make_challenge,
    make_collaboration,
    make_member,
    make_organisation,
    make_pairing,
)

STAFF = {"manager", "broker"}
COMPANY, STARTUP = {"company_owner", "company_member"}, {"startup_owner", "startup_member"}
SIDES = COMPANY | STARTUP
NETWORK = {"network_staff"}


def call_of(world: World, **values: Any) -> Call:
    return make_call(world.programme, **values)


def challenge_of(world: World, **values: Any) -> Any:
    values.setdefault("call", call_of(world))
    return make_challenge(world.company, centre=world.centre, **values)


def invitation_of(world: World) -> Any:
    return challenge_of(world, visibility="invited", invited=[ChallengeInvitation(organisation=world.startup)])


def followed_invitation(world: World) -> Any:
    return application_of(world, "draft", challenge=invitation_of(world))


def application_of(world: World, state: str, **values: Any) -> Any:
    challenge = values.pop("challenge", None) or challenge_of(world)
    author = world.memberships["startup_owner"].user
    application = make_application(challenge, world.startup, state=state, author=author, **values)
    if state not in ("draft", "withdrawn"):
        close_call(challenge.call)
    return application


def pairing_of(world: World, **values: Any) -> Any:
    pairing = make_pairing(application_of(world, "selected"), **values)
    pairing.call.state = "decided"
    db.session.flush()
    return pairing


def work_in(world: World, state: str, **values: Any) -> Any:
    return make_collaboration(pairing_of(world, state="confirmed"), state=state, **values)


def change_asked(world: World) -> None:
    milestone = milestone_in(work_in(world, "active"), days=100)
    asked_change(world, "startup_owner", milestone)


def agreement_in(world: World, state: str, signer: str | None) -> None:
    """An agreement whose one party is the startup; ``signer`` names the role that signs."""
    agreement = work_in(world, "planned").agreement
    agreement.state = state
    version = add(AgreementVersion(agreement=agreement, number=1))
    user = world.memberships[signer].user if signer else None
    add(AgreementParty(version=version, organisation=world.startup, signer=user))


def drafted(world: World) -> AgreementVersion:
    """The first version of an agreement that the centre still writes."""
    return add(AgreementVersion(agreement=work_in(world, "planned").agreement, number=1))  # type: ignore[no-any-return]


def milestone_of(world: World, days: int, owner: str = "startup") -> None:
    work = work_in(world, "active")
    due = clock.today("Asia/Seoul") + timedelta(days=days)
    add(Milestone(collaboration=work, owner_id=getattr(world, owner).id, title="A first trial", due_on=due))


def outcome_of(world: World, state: str) -> None:
    work = work_in(world, "follow_up")
    add(
        Outcome(collaboration=work, state=state, kind="jobs", value=3, happened_on=date(2026, 1, 5),
                evidence_url="https://evidence.example")
    )  # fmt: skip


def closed_call(world: World, *states: str, decided: bool = False) -> None:
    challenge = challenge_of(world)
    for state in states:
        startup = make_organisation("startup")
        application = make_application(challenge, startup, state=state)
        if decided:
            add(
                Decision(application_id=application.id, call_id=challenge.call_id, outcome="reserve", rank=1,
                         prepared_by_id=world.memberships["manager"].user.id)
            )  # fmt: skip
    close_call(challenge.call)


def unclear(world: World) -> None:
    application = application_of(world, "submitted")
    rule = application.call.rules[0]
    add(EligibilityResult(application_id=application.id, rule=rule, verdict="cannot_tell"))


def place(world: World, days: int) -> None:
    application = application_of(world, "reserve")
    add(PlaceOffer(application_id=application.id, answer_by=clock.now() + timedelta(days=days)))


def together(world: World, begins: str, **call: Any) -> Any:
    """An application of the startup and the company, begun by one of them."""
    return actions.start_application(call_of(world, **call), None, world.actor(begins), world.startup, world.company)


def named_startup(world: World) -> None:
    together(world, "company_owner", track="bottom_up", bottom_up_kind="private_linked")


def reopened(world: World) -> Any:
    """An application opened again after it was submitted."""
    author = world.memberships["startup_owner"].user
    application = make_application(challenge_of(world), world.startup, state="submitted", author=author)
    actions.reopen_application(application, world.actor("startup_owner"))
    return application


def joint(world: World, **content: Any) -> None:
    application = together(world, "startup_owner", track="on_demand")
    actions.save_draft(application, content, world.actor("startup_owner"))


# What is made, and which role is asked for what because of it; others for nothing.
CASES: list[tuple[str, Callable[[World], object], dict[str, set[str]]]] = [
    ("submitted challenge", lambda w: challenge_of(w, state="submitted", call=None), {"challenge.take_up": STAFF}),
    ("challenge in review", lambda w: challenge_of(w, state="in_review", call=None), {"challenge.review": STAFF}),
    ("candidate", lambda w: challenge_of(w, state="candidate"), {"challenge.place": STAFF}),
    ("draft challenge", lambda w: challenge_of(w, state="draft", call=None), {"challenge.finish": COMPANY}),
    ("asked changes", lambda w: challenge_of(w, state="revision", call=None), {"challenge.change": COMPANY}),
    ("invitation", invitation_of, {"challenge.apply": STARTUP}),
    ("invitation that was followed", followed_invitation, {"application.finish": STARTUP}),
    ("draft call", lambda w: call_of(w, state="draft"), {"call.publish": {"manager"}}),
    ("to screen", lambda w: closed_call(w, "submitted", "submitted"), {"call.screen": STAFF}),
    (
        "to prepare",
        lambda w: closed_call(w, "eligible", "shortlisted"),
        {"call.prepare": STAFF, "challenge.compare": COMPANY},
    ),
    (
        "to release",
        lambda w: closed_call(w, "shortlisted", decided=True),
        {"call.release": {"manager"}, "challenge.compare": COMPANY},
    ),
    ("nobody applied", lambda w: closed_call(w), {"call.release": {"manager"}}),
    ("draft application", lambda w: application_of(w, "draft"), {"application.finish": STARTUP}),
    ("startup named by a company", named_startup, {"application.confirm": STARTUP}),
    ("joint draft half written", lambda w: joint(w, title="Listening"), {"application.finish": STARTUP}),
    (
        "joint draft all written",
        lambda w: joint(w, **CONTENT),
        {"application.finish": STARTUP, "application.sign_off": COMPANY},
    ),
    ("application opened again", reopened, {"application.change": STARTUP}),
    ("unclear eligibility", unclear, {"call.screen": STAFF, "application.unclear": STARTUP}),
    ("place offered", lambda w: place(w, 3), {"application.take_place": STARTUP, "call.release": {"manager"}}),
    ("place no longer offered", lambda w: place(w, -3), {"call.release": {"manager"}}),
    ("pairing asked", lambda w: pairing_of(w), {"pairing.answer": SIDES}),
    ("company answered", lambda w: pairing_of(w, company_accepts=True), {"pairing.answer": STARTUP}),
    (
        "pairing about to expire",
        lambda w: pairing_of(w, answer_by=clock.now() + timedelta(days=1)),
        {"pairing.answer": SIDES, "pairing.remind": STAFF},
    ),
    (
        "expired pairing",
        lambda w: pairing_of(w, answer_by=clock.now() - timedelta(days=1)),
        {},
    ),
    ("both accepted", lambda w: pairing_of(w, state="accepted"), {"pairing.confirm": STAFF}),
    ("at risk", lambda w: work_in(w, "at_risk"), {"collaboration.at_risk": STAFF, "network.at_risk": NETWORK}),
    (
        "suspended",
        lambda w: work_in(w, "suspended"),
        {"collaboration.suspended": STAFF, "network.suspended": NETWORK},
    ),
    ("final report", lambda w: work_in(w, "final_report"), {"collaboration.give_opinion": COMPANY}),
    (
        "opinion given",
        lambda w: report_of(w, work_in(w, "final_report"), "Useful."),
        {"collaboration.judge": STAFF},
    ),
    (
        "opinion not given in time",
        lambda w: work_in(w, "final_report", state_since=clock.now() - OPINION_WAIT),
        {"collaboration.judge": STAFF, "collaboration.give_opinion": COMPANY},
    ),
    ("change of a milestone asked by the startup", change_asked, {"milestone.answer_change": COMPANY}),
    (
        "succeeded",
        lambda w: work_in(w, "succeeded"),
        {"collaboration.next_step": COMPANY, "outcome.claim": STARTUP},
    ),
    (
        "next step said",
        lambda w: work_in(w, "succeeded", next_step="buy"),
        {"collaboration.follow_up": STAFF, "outcome.claim": STARTUP},
    ),
    ("agreement to draft", drafted, {"agreement.draft": STAFF}),
    (
        "agreement to sign",
        lambda w: agreement_in(w, "signing", "startup_member"),
        {"agreement.sign": {"startup_member"}},
    ),
    (
        "agreement without signer",
        lambda w: agreement_in(w, "review", None),
        {"agreement.read": SIDES, "agreement.open_signing": STAFF, "agreement.name_signer": STARTUP},
    ),
    ("milestone ahead", lambda w: milestone_of(w, 5), {"milestone.reach": STARTUP}),
    ("milestone far ahead", lambda w: milestone_of(w, 50), {}),
    (
        "milestone overdue",
        lambda w: milestone_of(w, -2),
        {"milestone.reach": STARTUP, "milestone.judge": COMPANY, "milestone.overdue": STAFF,
         "network.milestone": NETWORK},
    ),
    ("outcome claimed", lambda w: outcome_of(w, "claimed"), {"outcome.countersign": COMPANY}),
    ("outcome countersigned", lambda w: outcome_of(w, "evidenced"), {"outcome.verify": STAFF}),
]  # fmt: skip


def kinds(world: World, role: str) -> list[str]:
    return [row.kind for row in queries.tasks(world.actor(role), clock.now())[0]]


def all_made(world: World) -> dict[tuple[type, int], str]:
    """Make the things of every case; the case that each challenge, call and collaboration is of."""
    case_of: dict[tuple[type, int], str] = {}
    for name, make, _ in CASES:
        make(world)
        for model in (Challenge, Call, Collaboration):
            for id in db.session.scalars(sa.select(model.id)):
                case_of.setdefault((model, id), name)
    return case_of


def subject_of(row: Any) -> tuple[type, int]:
    if row.challenge_id:
        return Challenge, row.challenge_id
    return (Call, row.call_id) if row.call_id else (Collaboration, row.part_id)


def read_out(actor: Actor, tasks: Sequence[Row[Any]], others: Sequence[Row[Any]]) -> None:
    """Every task has its words, and everything under way says whose turn it is."""
    now, found = clock.now(), names([*tasks, *others], "en")
    for row in tasks:
        task = task_of(row, found, now, "en")
        assert task.title and "None" not in task.href
    for row in others:
        assert row.kind in waiting.turns()
        assert work_of(row, found, now, "en", actor.centre_id is not None).title


def test_task_reaches_its_roles_alone_in_words_and_is_counted(world: World) -> None:
    case_of, now = all_made(world), clock.now()
    found: dict[str, dict[str, set[str]]] = {name: {} for name, _, _ in CASES}
    for role in World.ROLES:
        actor = world.actor(role)
        rows, total = queries.tasks(actor, now)
        assert (role, len(rows), total) == (role, total, db.session.scalar(queries.count(actor)))
        read_out(actor, rows, queries.others(actor, now)[0])
        for row in rows:
            if row.kind not in ("organisation.create", "pairing.request"):
                found[case_of[subject_of(row)]].setdefault(row.kind, set()).add(role)
    expected = {name: roles for name, _, roles in CASES}
    assert found == expected
    assert {kind for roles in expected.values() for kind in roles} <= set(waiting.wordings())


def test_place_without_a_pair_is_the_centres_to_open(world: World) -> None:
    application_of(world, "selected").call.state = "decided"
    db.session.flush()
    assert kinds(world, "manager") == ["pairing.request"]
    assert kinds(world, "startup_owner") == []


def test_late_comes_before_soon_and_undated_last(world: World) -> None:
    milestone_of(world, -2)
    milestone_of(world, 5)
    pairing_of(world, answer_by=clock.now() + timedelta(days=2))
    organisation = world.startup
    organisation.state = "unverified"
    db.session.flush()
    assert kinds(world, "startup_owner") == [
        "milestone.reach", "pairing.answer", "milestone.reach", "organisation.submit",
    ]  # fmt: skip


def test_desk_and_pages_count_the_same_days(world: World) -> None:
    night = clock.now().astimezone(ZoneInfo("Asia/Seoul")).replace(hour=0, minute=0) + timedelta(days=12)
    for minutes in (1, 24 * 60 - 1):
        pairing_of(world, answer_by=night + timedelta(minutes=minutes))
    rows, now = queries.tasks(world.actor("company_owner"), clock.now())[0], clock.now()
    found = names(rows, "en")
    with current_app.test_request_context():
        shown = [(task_of(row, found, now, "en").when.lower(), relative(row.due, row.zone)) for row in rows]
    assert len(shown) == 2 and [desk for desk, _ in shown] == [page for _, page in shown]


def test_staff_of_a_centre_verify_the_organisations_that_chose_it(world: World) -> None:
    for centre in (world.centre, world.cooperating):
        make_organisation("startup", state="submitted", verifying_centre_id=centre.id)
    assert kinds(world, "manager") == ["organisation.verify"]
    assert kinds(world, "cooperating_manager") == ["organisation.verify"]
    assert kinds(world, "foreign_manager") == []


def test_network_staff_see_calls_whose_answers_are_late(world: World) -> None:
    close_call(call_of(world, decisions_by=clock.today("Asia/Seoul") - timedelta(days=3)), timedelta(days=20))
    assert kinds(world, "network_staff") == ["call.overdue"]
    assert kinds(world, "foreign_network_staff") == []


def test_person_is_asked_to_belong_somewhere_and_told_of_invitations(world: World) -> None:
    add(
        Invitation(
            organisation=world.company, email=world.person.email, role="member", token_hash="x",
            invited_by_id=world.memberships["company_owner"].user.id, expires_at=clock.now() + timedelta(days=2),
        )
    )  # fmt: skip
    assert kinds(world, "person") == ["invitation.accept", "organisation.create"]
    make_member(make_organisation("startup"), "owner", world.person)
    assert kinds(world, "person") == ["invitation.accept"]


@pytest.mark.parametrize("role", ["startup_owner", "cooperating_manager", "manager"])
def test_anonymous_company_is_named_to_nobody_by_a_desk(world: World, role: str) -> None:
    challenge = challenge_of(world, visibility="anonymous")
    pairing = make_pairing(application_of(world, "selected", challenge=challenge))
    pairing.centre = world.cooperating
    challenge_of(world, visibility="anonymous", state="in_review", call=None)
    db.session.flush()
    actor, now = world.actor(role), clock.now()
    rows = [*queries.tasks(actor, now)[0], *queries.others(actor, now)[0]]
    found = names(rows, "en")
    shown = [f"{t.title} {t.note}" for t in (task_of(row, found, now, "en") for row in queries.tasks(actor, now)[0])]
    assert [line for line in shown if "Haneul" in line] == []


def test_sealed_applications_are_on_no_desk_but_their_teams(world: World) -> None:
    make_application(
        challenge_of(world), world.startup, state="submitted", author=world.memberships["startup_owner"].user
    )
    now = clock.now()
    for role in set(World.ROLES) - STARTUP - {"person"}:
        rows = queries.tasks(world.actor(role), now)[0]
        assert [row.kind for row in rows if row.kind.startswith(("application", "call"))] == []


def turns(world: World, role: str) -> list[str]:
    return sorted(row.kind for row in queries.others(world.actor(role), clock.now())[0])


def test_application_opened_again_is_its_teams_turn_until_the_call_closes(world: World) -> None:
    application = reopened(world)
    assert (kinds(world, "startup_owner"), turns(world, "startup_owner")) == (["application.change"], [])
    close_call(application.call)
    assert (kinds(world, "startup_owner"), turns(world, "startup_owner")) == ([], ["application.submitted"])


def test_network_staff_follow_what_their_centres_do(world: World) -> None:
    close_call(call_of(world, decisions_by=clock.today("Asia/Seoul") + timedelta(days=9)), timedelta(days=3))
    challenge_of(world)
    pairing_of(world)
    work_in(world, "active")
    assert turns(world, "network_staff") == ["call.closed", "call.open", "collaboration.active", "pairing.requested"]
    assert turns(world, "foreign_network_staff") == []


def test_evaluator_finds_the_calls_of_the_centre_alone(world: World) -> None:
    application_of(world, "submitted")
    work_in(world, "at_risk")
    call_of(world, state="draft")
    assert turns(world, "evaluator") == ["call.closed"]
    assert kinds(world, "evaluator") == []


def test_figures_of_a_network_count_for_the_centre_that_looks_after_the_case(world: World) -> None:
    challenge = challenge_of(world)
    challenge.centre = world.cooperating
    make_application(challenge, world.startup, state="submitted")
    hidden = challenge_of(world)  # the centre of an anonymous company would tell its region
    hidden.centre, hidden.visibility = world.cooperating, "anonymous"
    work_in(world, "at_risk")
    now = clock.now()
    found = {row.slug: tuple(row)[2:] for row in figures.of_network(world.actor("network_staff"), now, "en")}
    assert found[world.cooperating.slug] == (1, 1, 0, 0, 0)
    assert found[world.centre.slug] == (1, 1, 0, 1, 1)
    elsewhere = figures.of_network(world.actor("foreign_network_staff"), now, "en")
    assert {world.centre.slug, world.cooperating.slug} & {row.slug for row in elsewhere} == set()
