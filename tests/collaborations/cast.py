"""Collaborations in every state; what the World's sides agree on goes through the actions themselves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marketplace.collaborations import agreements, outcomes
from marketplace.collaborations.actions import confirm_pair
from marketplace.collaborations.models import (
    Agreement,
    AgreementParty,
    AgreementVersion,
    Collaboration,
    FinalReport,
    Milestone,
    Outcome,
    ProgressNote,
)
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing
from tests.factories import Case, add, makes, stored
from tests.pairings.cast import make_pairing, pair
from tests.roles import NETWORKS, SIDES, STAFF
from tests.world import World

AGREED = "Caracal clause of the agreement"  # in an agreement
NOTED = "Tapir note on progress"  # in a progress note

READERS = SIDES | STAFF | NETWORKS | {"other_company", "other_startup", "foreign_manager"}
SECRETS = {AGREED: READERS, NOTED: READERS}
WORDS = {
    "collaborations.take_step": "risk",
    "collaborations.take_agreement_step": "review",
    "collaborations.take_outcome_step": "countersignature",
    "collaborations.answer_milestone_change": "refusal",
}
READERS = {
    "company": "give_opinion set_next_step",
    "company startup staff network_staff": "agreement agreement_differences history milestone of_pairing show",
    "parties centre_staff networks": "index",
    "staff": "edit_agreement terminate",
    "startup": "claim_outcome write_report",
    "startup staff": "correct_outcome name_signer plan_milestone",
}
DOERS = {
    "": "sign",
    "company": "give_opinion set_next_step take_outcome_step",
    "company staff": "judge_milestone reschedule_milestone",
    "company startup": "answer_milestone_change consent_to_publication",
    "company startup staff": "ask_milestone_change take_step write_note",
    "staff": "confirm edit_agreement join_centre judge_result offer_amendment take_agreement_step terminate",
    "startup": "claim_outcome write_report",
    "startup staff": "correct_outcome edit_milestone name_signer plan_milestone",
}

TERMS: dict[str, Any] = {
    "purpose": "Find leaks.",
    "starts_on": date(2027, 1, 4),
    "ends_on": date(2027, 8, 31),
    "amount": Decimal(90_000_000),
    "currency": "KRW",
    "ip_option": "startup_keeps",
    "ip_terms": "",
    "governing_law": "Korean law, Daegu District Court",
    "ruling_locale": "en",
    "text": "1. Scope\nSensors on ten pipes.\n\n2. Payment\nIn two parts.",
}


@makes
def make_collaboration(pairing: Pairing | None = None, *, state: str = "planned", **values: Any) -> Collaboration:
    pairing = stored(pairing or make_pairing(state="confirmed"))
    values.setdefault("title", "Leaks in old pipes")
    return add(
        Collaboration(
            state=state,
            pairing=pairing,
            centre=pairing.centre,
            company_id=pairing.company_id,
            startup_id=pairing.startup_id,
            agreement=Agreement(),
            **values,
        )
    )


@makes
def begun(world: World, state: str = "active", **values: Any) -> Collaboration:
    """A collaboration in a state, its agreement drafted only."""
    return make_collaboration(pair(world, "confirmed"), state=state, **values)


def confirmed(world: World, **values: Any) -> Collaboration:
    """One that the centre has just confirmed."""
    return confirm_pair(pair(world, "accepted", **values), world.actor("manager"))


def drafted(world: World, *, centre_joins: bool = False) -> Agreement:
    """An agreement whose terms are written and whose signers are named."""
    agreement = confirmed(world).agreement
    assert agreement is not None
    staff = world.actor("manager")
    agreements.edit_agreement(agreement, staff, dict(TERMS))
    signers = [(world.company, "company_owner"), (world.startup, "startup_owner")]
    if centre_joins:
        agreements.set_centre_as_party(agreement, staff, joins=True)
        signers.append((world.centre.organisation, "manager"))
    for organisation, role in signers:
        agreements.name_signer(
            agreement,
            staff,
            organisation_id=organisation.id,
            signer_id=world.memberships[role].user_id,
            capacity="Director",
        )
    return agreement


def to_sign(world: World, *, centre_joins: bool = False) -> Agreement:
    """An agreement open for signature."""
    agreement, staff = drafted(world, centre_joins=centre_joins), world.actor("manager")
    agreements.take_step(agreement, staff, "agreement.send")
    agreements.take_step(agreement, staff, "agreement.open_signing")
    return agreement


def sign(world: World, agreement: Agreement, role: str, **values: Any) -> None:
    """Sign the proposed text as a role."""
    assert agreement.proposed is not None
    given = {"text_hash": agreement.proposed.text_hash(), "has_authority": True, "address": "192.0.2.7", **values}
    agreements.sign_agreement(agreement, world.actor(role), **given)


def signed(world: World) -> Agreement:
    """An agreement in force, its collaboration under way."""
    agreement = to_sign(world)
    sign(world, agreement, "company_owner")
    sign(world, agreement, "startup_owner")
    return agreement


def milestone_of(collaboration: Collaboration, state: str = "scheduled", days: int = 30, **values: Any) -> Milestone:
    return add(
        Milestone(
            collaboration=collaboration,
            state=state,
            title="Sensors hear a leak",
            owner_id=collaboration.startup_id,
            **{"due_on": clock.now().date() + timedelta(days=days), **values},
        )
    )


def report_of(world: World, collaboration: Collaboration, opinion: str = "") -> FinalReport:
    found = FinalReport(
        collaboration_id=collaboration.id,
        author_id=world.memberships["startup_owner"].user_id,
        goals="Find leaks.",
        reached="Found nine.",
        company_opinion=opinion,
    )
    collaboration.report = found
    return add(found)


CLAIM: dict[str, Any] = {
    "kind": "purchase",
    "value": Decimal(50_000_000),
    "currency": "KRW",
    "happened_on": date(2026, 3, 2),
    "evidence_url": "https://news.example/purchase",
    "description": "Forty sensors.",
    "may_publish": True,
}


def outcome_of(world: World, state: str = "claimed", **values: Any) -> Outcome:
    outcome = outcomes.claim_outcome(begun(world), world.actor("startup_owner"), {**CLAIM, **values})
    outcome.state = state
    outcome.company_may_publish = True
    db.session.flush()
    return outcome


def _late(case: Case) -> dict[str, Any]:
    collaboration = make_collaboration(case["pairings"], state="active")
    version = AgreementVersion(
        agreement_id=collaboration.agreement.id, number=1, purpose="Find leaks.", text=f"{AGREED} {case.mark}",
        offered_at=clock.now(),
        parties=[AgreementParty(organisation_id=one.id) for one in (case.company, case.startup)],
    )  # fmt: skip
    note = ProgressNote(
        collaboration_id=collaboration.id, author_id=case.author.id, organisation_id=case.startup.id,
        text=f"{NOTED} {case.mark}",
    )  # fmt: skip
    outcome = Outcome(
        collaboration_id=collaboration.id, kind="jobs", value=3, happened_on=date(2026, 3, 1),
        evidence_url="https://news.example/jobs",
    )  # fmt: skip
    for row in (version, note, outcome):
        add(row)
    return {
        "collaborations": collaboration,
        "signers": case.startup,
        "milestones": milestone_of(collaboration, days=20),
        "outcomes": outcome,
    }


ESTATE = {"late": _late}
