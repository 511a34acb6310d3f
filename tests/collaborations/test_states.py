"""Every transition of collaboration, agreement, milestone and outcome, for every role, and what blocks them."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.collaborations import agreements
from marketplace.collaborations.models import Agreement
from marketplace.kernel import clock
from marketplace.kernel.errors import Blocked, Forbidden, Invalid
from marketplace.kernel.workflow import fire, machine
from tests.collaborations.cast import begun, confirmed, drafted, milestone_of, outcome_of, report_of, signed, to_sign
from tests.factories import add
from tests.roles import COMPANY, STARTUP
from tests.world import World

CENTRE = {"manager", "broker"}
ALL = COMPANY | STARTUP | CENTRE
SYSTEM = {"system"}
WHO = {
    "collaboration.start": SYSTEM,
    "collaboration.flag_risk": ALL,
    "collaboration.clear_risk": CENTRE,
    "collaboration.suspend": CENTRE,
    "collaboration.resume": CENTRE,
    "collaboration.report": STARTUP,
    "collaboration.return_report": CENTRE,
    "collaboration.succeed": CENTRE,
    "collaboration.judge_partial": CENTRE,
    "collaboration.judge_good_faith_failure": CENTRE,
    "collaboration.judge_failed": CENTRE,
    "collaboration.follow_up": CENTRE,
    "collaboration.archive": CENTRE,
    "collaboration.terminate": CENTRE,
    "agreement.send": CENTRE,
    "agreement.return": ALL,
    "agreement.open_signing": CENTRE,
    "agreement.redraft": CENTRE,
    "agreement.refuse": {"company_owner", "startup_owner"},
    "agreement.refuse_amendment": {"company_owner", "startup_owner"},
    "agreement.take_effect": SYSTEM,
    "agreement.amend": ALL,
    "agreement.drop_amendment": CENTRE,
    "agreement.complete": SYSTEM,
    "agreement.terminate": CENTRE,
    "milestone.meet": COMPANY | CENTRE,
    "milestone.partially_meet": COMPANY | CENTRE,
    "milestone.miss": COMPANY | CENTRE,
    "milestone.reschedule": COMPANY | CENTRE | SYSTEM,
    "outcome.countersign": COMPANY,
    "outcome.verify": CENTRE,
    "outcome.publish": CENTRE,
    "outcome.dispute": COMPANY | CENTRE,
    "outcome.supersede": STARTUP | CENTRE,
}
STEPS = {
    step.name: step
    for subject in ("collaboration", "agreement", "milestone", "outcome")
    for step in machine(subject).steps
}


def ready(world: World, name: str, source: str) -> Any:
    """A subject in the source state of a step, with its guards satisfied."""
    kind = name.partition(".")[0]
    if kind == "agreement":
        agreement = to_sign(world) if name == "agreement.take_effect" else drafted(world)
        if name == "agreement.take_effect":
            for party in agreement.proposed.parties:
                add_signature(party)
        agreement.state = source
        agreement.proposed.offered_at = clock.now()
        return agreement
    if kind == "milestone":
        return milestone_of(begun(world), source)
    if kind == "outcome":
        return outcome_of(world, source)
    collaboration = begun(world, source, next_step="buy", ended_cause="both", settlement="Settled.")
    report_of(world, collaboration, "Useful.")
    collaboration.agreement.state = "active"
    return collaboration


def add_signature(party: Any) -> None:
    from marketplace.collaborations.models import Signature

    party.signature = Signature(
        user_id=party.signer_id, address=None, text_hash=party.version.text_hash(), authority_declared=True
    )
    add(party.signature)


def test_table_names_every_step() -> None:
    assert set(STEPS) == set(WHO)


def taken(world: World, name: str, subject: Any, role: str) -> bool:
    """Whether a role takes a step from where its subject stands; one that may not changes nothing."""
    source = subject.state
    try:
        fire(name, subject, world.actor(role), reason="Because.")
    except Forbidden:
        assert subject.state == source, (name, source, role)
        return False
    assert subject.state == STEPS[name].target, (name, source, role)
    return True


@pytest.mark.parametrize("kind", ["collaboration", "agreement", "milestone", "outcome"])
def test_step_is_for_its_roles_alone_and_needs_a_reason_that_others_read(world: World, kind: str) -> None:
    steps = {name: step for name, step in STEPS.items() if name.startswith(f"{kind}.")}
    who: dict[tuple[str, str], set[str]] = {}
    common = ready(world, f"{kind}.any", machine(kind).initial)
    for name, step in steps.items():
        subject = ready(world, name, step.sources[0]) if name == "agreement.take_effect" else common
        for source in step.sources:
            who[name, source] = set()
            for role in (*World.ROLES, "system"):
                subject.state = source
                if taken(world, name, subject, role):
                    who[name, source].add(role)
        if step.reason:
            subject.state = step.sources[0]
            with pytest.raises(Invalid):
                fire(name, subject, world.actor(sorted(WHO[name])[0]), reason=" ")
    assert who == {(name, source): WHO[name] for name, step in steps.items() for source in step.sources}


def test_start_needs_an_agreement_in_force(world: World) -> None:
    with pytest.raises(Blocked):
        fire("collaboration.start", confirmed(world), world.actor("system"))


def test_report_needs_judged_milestones_and_a_report(world: World) -> None:
    collaboration, startup = begun(world), world.actor("startup_owner")
    with pytest.raises(Blocked):
        fire("collaboration.report", collaboration, startup)
    report_of(world, collaboration)
    milestone = milestone_of(collaboration)
    with pytest.raises(Blocked):
        fire("collaboration.report", collaboration, startup)
    milestone.state = "not_met"
    fire("collaboration.report", collaboration, startup)
    assert collaboration.state == "final_report"


def test_follow_up_needs_the_next_step(world: World) -> None:
    with pytest.raises(Blocked):
        fire("collaboration.follow_up", begun(world, "succeeded"), world.actor("manager"))


def test_sending_needs_the_terms_and_signing_needs_the_signers(world: World) -> None:
    agreement = confirmed(world).agreement
    assert isinstance(agreement, Agreement)
    with pytest.raises(Blocked):
        fire("agreement.send", agreement, world.actor("manager"))
    agreement = drafted(world)
    agreements.take_step(agreement, world.actor("manager"), "agreement.send")
    agreement.proposed.parties[0].signer_id = None
    with pytest.raises(Blocked):
        fire("agreement.open_signing", agreement, world.actor("manager"))


def test_effect_needs_every_signature(world: World) -> None:
    with pytest.raises(Blocked):
        fire("agreement.take_effect", to_sign(world), world.actor("system"))


def test_milestones_stay_as_they_are_after_the_end(world: World) -> None:
    milestone = milestone_of(begun(world, "archived"))
    with pytest.raises(Blocked):
        fire("milestone.meet", milestone, world.actor("manager"))


def test_publication_needs_both_consents(world: World) -> None:
    outcome = outcome_of(world, "verified")
    outcome.company_may_publish = False
    with pytest.raises(Blocked):
        fire("outcome.publish", outcome, world.actor("manager"))


def test_signed_collaboration_is_under_way(world: World) -> None:
    agreement = signed(world)
    assert (agreement.state, agreement.collaboration.state) == ("active", "active")
