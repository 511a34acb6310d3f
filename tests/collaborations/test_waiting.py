"""What waits in collaborations, agreements, milestones and outcomes, for both sides, the centre and the network."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marketplace.collaborations.models import AgreementParty, AgreementVersion, Collaboration, Outcome
from marketplace.collaborations.states import OPINION_WAIT
from marketplace.kernel import clock
from tests.collaborations.cast import make_collaboration, milestone_of, report_of
from tests.collaborations.test_signed import asked as asked_change
from tests.desks import Cases, asked, expected
from tests.factories import add
from tests.pairings.test_waiting import in_decided_call
from tests.roles import COMPANY, SIDES, STAFF, STARTUP
from tests.world import World


def work_in(world: World, state: str, **values: Any) -> Collaboration:
    return make_collaboration(in_decided_call(world, "confirmed"), state=state, **values)


def change_asked(world: World) -> None:
    asked_change(world, "startup_owner", milestone_of(work_in(world, "active"), days=100))


def to_draft(world: World) -> None:
    """An agreement that the centre still writes, with its first version."""
    add(AgreementVersion(agreement=work_in(world, "planned").agreement, number=1))


def agreement_in(world: World, state: str, signer: str | None) -> None:
    """An agreement whose one party is the startup; ``signer`` names the role that signs."""
    agreement = work_in(world, "planned").agreement
    assert agreement is not None
    agreement.state = state
    version = add(AgreementVersion(agreement=agreement, number=1))
    user = world.memberships[signer].user if signer else None
    add(AgreementParty(version=version, organisation=world.startup, signer=user))


def milestone_in(world: World, days: int) -> None:
    milestone_of(work_in(world, "active"), due_on=clock.today("Asia/Seoul") + timedelta(days=days))


def outcome_in(world: World, state: str) -> None:
    work = work_in(world, "follow_up")
    add(
        Outcome(collaboration=work, state=state, kind="jobs", value=3, happened_on=date(2026, 1, 5),
                evidence_url="https://evidence.example")
    )  # fmt: skip


NETWORK = {"network_staff"}
CASES: Cases = [
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
    ("all judged", lambda w: milestone_of(work_in(w, "active"), "met"), {"collaboration.report": STARTUP}),
    ("agreement to draft", to_draft, {"agreement.draft": STAFF}),
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
    ("milestone ahead", lambda w: milestone_in(w, 5), {"milestone.reach": STARTUP}),
    ("milestone far ahead", lambda w: milestone_in(w, 50), {}),
    (
        "milestone overdue",
        lambda w: milestone_in(w, -2),
        {"milestone.reach": STARTUP, "milestone.judge": COMPANY, "milestone.overdue": STAFF,
         "network.milestone": NETWORK},
    ),
    ("change asked by the startup", change_asked, {"milestone.answer_change": COMPANY}),
    ("outcome claimed", lambda w: outcome_in(w, "claimed"), {"outcome.countersign": COMPANY}),
    ("outcome countersigned", lambda w: outcome_in(w, "evidenced"), {"outcome.verify": STAFF}),
]  # fmt: skip


def test_collaboration_waits_for_who_acts_next(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)
