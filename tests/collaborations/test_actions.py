"""Confirming, signing, amending, ending, outcomes: what holds, also in the database and in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from marketplace.calls.awards import take_award
from marketplace.collaborations import actions, agreements, milestones, outcomes
from marketplace.collaborations.actions import confirm_pair
from marketplace.collaborations.models import Agreement, Collaboration, Outcome, Signature
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Refusal, Stale
from marketplace.kernel.events import Event
from marketplace.kernel.unit_of_work import open_unit
from marketplace.pairings.models import Pairing
from tests.collaborations.cast import (
    CLAIM,
    TERMS,
    begun,
    confirmed,
    drafted,
    milestone_of,
    outcome_of,
    report_of,
    sign,
    signed,
    to_sign,
)
from tests.history import steps_of
from tests.pairings.cast import pair
from tests.people.cast import make_member
from tests.world import World

# Confirmation


def forbidden(act: Callable[[str], object], roles: Iterable[str]) -> set[str]:
    """The roles that may not do it."""
    found = set()
    for role in roles:
        try:
            act(role)
        except Forbidden:
            found.add(role)
    return found


def database_refuses(*statements: str) -> None:
    """The database itself lets none of them through."""
    for statement in statements:
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(sa.text(statement))
            pytest.fail(statement)


def test_confirmation_is_for_the_managing_centre(world: World) -> None:
    pairing, staff = pair(world, "accepted"), {"manager", "broker"}
    others = set(World.ROLES) - staff
    assert forbidden(lambda role: confirm_pair(pairing, world.actor(role)), others) == others
    assert db.session.scalar(sa.select(Collaboration.id)) is None
    for role in staff:
        assert confirm_pair(pair(world, "accepted"), world.actor(role)).state == "planned"


def test_confirmation_drafts_the_agreement_and_fills_the_challenge(world: World) -> None:
    collaboration = confirmed(world)
    version = collaboration.agreement.proposed
    challenge = collaboration.pairing.challenge
    assert (version.number, version.amount, version.currency) == (1, 90_000_000, "KRW")
    assert version.ip_option == challenge.ip_option
    assert [p.organisation_id for p in version.parties] == [world.company.id, world.startup.id]
    assert "Sensors that hear leaks." in version.text and "The need" in version.text
    assert challenge.state == "filled"


def test_confirmation_needs_both_acceptances(world: World) -> None:
    with pytest.raises(Blocked):
        confirm_pair(pair(world), world.actor("manager"))


def test_parallel_confirmations_make_one_collaboration(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        pairing_id, actor = pair(world, "accepted").id, world.actor("manager")
        db.session.commit()
    gate, made = Barrier(4), []

    def run() -> None:
        with committed_app.app_context(), open_unit():
            pairing = db.session.get_one(Pairing, pairing_id)
            gate.wait()
            try:
                made.append(confirm_pair(pairing, actor).id)
                db.session.commit()
            except Refusal:
                db.session.rollback()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Collaboration)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).where(Event.step == "pairing.confirm")) == 1
    assert len(set(made)) == 1


def test_database_refuses_a_second_collaboration_of_a_pair(world: World) -> None:
    collaboration = begun(world)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            sa.text(
                "INSERT INTO collaborations"
                " (state, pairing_id, centre_id, company_id, startup_id, title, locale, version)"
                " SELECT state, pairing_id, centre_id, company_id, startup_id, title, locale, 1 FROM collaborations"
                " WHERE id = :id"
            ),
            {"id": collaboration.id},
        )


# Signatures


def test_nobody_but_the_named_person_signs(world: World) -> None:
    agreement = to_sign(world)
    others = set(World.ROLES) - {"company_owner", "startup_owner"}
    assert forbidden(lambda role: sign(world, agreement, role), others) == others
    assert db.session.scalar(sa.select(Signature.party_id)) is None


def test_signature_holds_person_time_address_and_hash(world: World) -> None:
    agreement = to_sign(world)
    text_hash = agreement.proposed.text_hash()
    sign(world, agreement, "company_owner")
    row = db.session.scalars(sa.select(Signature)).one()
    assert row.user_id == world.memberships["company_owner"].user_id
    assert (row.address, row.text_hash, row.authority_declared) == ("192.0.2.7", text_hash, True)
    assert row.signed_at is not None and agreement.state == "signing"


def test_signature_needs_authority(world: World) -> None:
    agreement = to_sign(world)
    with pytest.raises(Invalid) as refused:
        sign(world, agreement, "company_owner", has_authority=False)
    assert refused.value.field == "authority"


def test_signature_is_given_once(world: World) -> None:
    agreement = to_sign(world)
    sign(world, agreement, "company_owner")
    with pytest.raises(Blocked):
        sign(world, agreement, "company_owner")


def test_signature_of_another_text_is_refused(world: World) -> None:
    agreement = to_sign(world)
    with pytest.raises(Stale):
        sign(world, agreement, "company_owner", text_hash="0" * 64)


@pytest.mark.parametrize("state", ["drafting", "review"])
def test_signature_waits_until_the_signing_is_open(world: World, state: str) -> None:
    agreement = drafted(world)
    if state == "review":
        agreements.take_step(agreement, world.actor("manager"), "agreement.send")
    with pytest.raises(Blocked):
        sign(world, agreement, "company_owner")


def test_centre_signs_where_it_is_a_party(world: World) -> None:
    agreement = to_sign(world, centre_joins=True)
    for role in ("company_owner", "startup_owner"):
        sign(world, agreement, role)
    assert agreement.state == "signing"
    sign(world, agreement, "manager")
    assert (agreement.state, agreement.collaboration.state) == ("active", "active")


def test_last_signature_starts_the_work_and_the_call(world: World) -> None:
    agreement = to_sign(world)
    agreement.collaboration.pairing.call.state = "decided"
    for role in ("company_owner", "startup_owner"):
        sign(world, agreement, role)
    assert agreement.collaboration.state == "active"
    assert agreement.collaboration.pairing.call.state == "running"
    assert steps_of(agreement)[-3:] == ["agreement.sign", "agreement.sign", "agreement.take_effect"]


def test_hash_is_the_same_after_it_was_stored(world: World) -> None:
    agreement = drafted(world)
    before = agreement.proposed.text_hash()
    db.session.flush()
    db.session.expire_all()
    assert db.session.get_one(Agreement, agreement.id).proposed.text_hash() == before


def test_two_last_signatures_at_once_put_it_in_force(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        agreement = to_sign(world)
        agreement_id, text_hash = agreement.id, agreement.proposed.text_hash()
        actors = [world.actor("company_owner"), world.actor("startup_owner")]
        db.session.commit()
    gate = Barrier(2)

    def run(actor: Any) -> None:
        with committed_app.app_context(), open_unit():
            found = db.session.get_one(Agreement, agreement_id)
            gate.wait()
            agreements.sign_agreement(found, actor, text_hash=text_hash, has_authority=True, address=None)
            db.session.commit()

    threads = [Thread(target=run, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        assert db.session.get_one(Agreement, agreement_id).state == "active"


# Texts and amendments


def test_text_the_parties_saw_is_never_edited(world: World) -> None:
    agreement = to_sign(world)
    staff = world.actor("manager")
    sign(world, agreement, "company_owner")
    with pytest.raises(Blocked):
        agreements.edit_agreement(agreement, staff, {**TERMS, "text": "Other."})
    agreements.take_step(agreement, staff, "agreement.redraft", reason="A slip.")
    fresh = agreements.edit_agreement(agreement, staff, {**TERMS, "text": "Other."})
    old = agreement.versions[0]
    assert (fresh.number, old.text, fresh.text) == (2, TERMS["text"], "Other.")
    assert old.ended_at is not None and old.parties[0].signature is not None
    assert all(party.signature is None for party in fresh.parties)


def test_amendment_leaves_the_old_version_in_force_until_all_signed(world: World) -> None:
    agreement, staff = signed(world), world.actor("manager")
    first = agreement.in_force
    agreements.take_step(agreement, world.actor("startup_owner"), "agreement.amend", reason="More pipes.")
    with pytest.raises(Blocked):
        agreements.offer_amendment(agreement, staff)
    agreements.edit_agreement(agreement, staff, {**TERMS, "text": "Twenty pipes."})
    with pytest.raises(Blocked):
        sign(world, agreement, "company_owner")
    agreements.offer_amendment(agreement, staff)
    sign(world, agreement, "company_owner")
    assert (agreement.state, agreement.in_force) == ("amending", first)
    sign(world, agreement, "startup_owner")
    assert (agreement.state, agreement.in_force.text, agreement.in_force.number) == ("active", "Twenty pipes.", 2)
    assert first.ended_at is not None
    assert agreement.collaboration.state == "active"


def test_change_of_an_offered_amendment_needs_new_signatures(world: World) -> None:
    agreement, staff = signed(world), world.actor("manager")
    agreements.take_step(agreement, staff, "agreement.amend", reason="More pipes.")
    agreements.edit_agreement(agreement, staff, {**TERMS, "text": "Twenty pipes."})
    agreements.offer_amendment(agreement, staff)
    read = agreement.proposed.text_hash()
    sign(world, agreement, "company_owner")
    agreements.edit_agreement(agreement, staff, {**TERMS, "text": "Thirty pipes."})
    agreements.offer_amendment(agreement, staff)
    with pytest.raises(Stale):
        sign(world, agreement, "startup_owner", text_hash=read)
    sign(world, agreement, "startup_owner")
    assert agreement.state == "amending"
    sign(world, agreement, "company_owner")
    assert agreement.in_force.text == "Thirty pipes."


def test_dropped_amendment_leaves_what_was(world: World) -> None:
    agreement, staff = signed(world), world.actor("manager")
    agreements.take_step(agreement, staff, "agreement.amend", reason="More pipes.")
    agreements.take_step(agreement, staff, "agreement.drop_amendment", reason="No money.")
    assert (agreement.state, agreement.in_force.number, agreement.proposed) == ("active", 1, None)


def test_each_party_names_its_own_member(world: World) -> None:
    agreement = confirmed(world).agreement
    colleague = make_member(world.startup, "member").user_id
    named = {"organisation_id": world.startup.id, "signer_id": colleague, "capacity": "Founder"}
    agreements.name_signer(agreement, world.actor("startup_owner"), **named)
    assert agreement.proposed.party_of(world.startup.id).signer_id == colleague
    with pytest.raises(Invalid):
        agreements.name_signer(agreement, world.actor("company_owner"), **named)
    for wrong in ({"signer_id": world.memberships["other_startup"].user_id}, {"capacity": " "}):
        with pytest.raises(Invalid):
            agreements.name_signer(agreement, world.actor("startup_owner"), **{**named, **wrong})


def test_database_holds_what_was_signed(world: World) -> None:
    sign(world, to_sign(world), "company_owner")
    database_refuses(
        "UPDATE signatures SET text_hash = 'x'",
        "DELETE FROM signatures",
        "UPDATE agreement_versions SET text = 'x'",
        "DELETE FROM agreement_versions",
        "UPDATE agreement_parties SET capacity = 'x'",
    )


# The end


def test_early_end_ends_the_agreement_too(world: World) -> None:
    agreement, staff = signed(world), world.actor("manager")
    said = {"cause": "outside", "ended_by": "both", "settlement": "Half is paid.", "reason": "Flood."}
    for missing in ("settlement", "reason", "cause"):
        with pytest.raises(Invalid) as refused:
            actions.terminate_collaboration(agreement.collaboration, staff, **{**said, missing: ""})
        assert refused.value.field == missing
    actions.terminate_collaboration(agreement.collaboration, staff, **said)
    found = agreement.collaboration
    assert (found.state, agreement.state, agreement.in_force) == ("terminated", "terminated", None)
    assert (found.ended_by, found.ended_cause, found.settlement) == ("both", "outside", "Half is paid.")


@pytest.mark.parametrize(
    ("result", "needs_reason"),
    [("succeeded", False), ("partial", True), ("good_faith_failure", True), ("failed", True)],
)
def test_result_completes_the_agreement(world: World, result: str, needs_reason: bool) -> None:
    agreement, staff = signed(world), world.actor("manager")
    collaboration = agreement.collaboration
    report_of(world, collaboration, "Useful.")
    actions.take_step(collaboration, world.actor("startup_owner"), "collaboration.report")
    if needs_reason:
        with pytest.raises(Invalid):
            actions.judge_result(collaboration, staff, result=result)
    actions.judge_result(collaboration, staff, result=result, reason="Weighed.")
    assert (collaboration.state, agreement.state) == (result, "completed")


@pytest.mark.parametrize("early", [True, False])
def test_end_of_the_work_ends_the_grant(world: World, early: bool) -> None:
    collaboration, staff = signed(world).collaboration, world.actor("manager")
    pairing = collaboration.pairing
    assert pairing.application_id is not None
    award = take_award(pairing.call, pairing.startup, pairing.application_id, pairing.challenge_id, None, staff)
    assert award.ends_on is None
    if early:
        said = {"cause": "outside", "ended_by": "both", "settlement": "Half is paid.", "reason": "Flood."}
        actions.terminate_collaboration(collaboration, staff, **said)
    else:
        report_of(world, collaboration, "Useful.")
        actions.take_step(collaboration, world.actor("startup_owner"), "collaboration.report")
        actions.judge_result(collaboration, staff, result="succeeded")
    assert award.ends_on == clock.today(pairing.call.time_zone)


def test_report_and_opinion_carry_their_version(world: World) -> None:
    collaboration = begun(world)
    startup, company = world.actor("startup_owner"), world.actor("company_owner")
    words = {"goals": "Leaks.", "reached": "Nine.", "spending": ""}
    with pytest.raises(Forbidden):
        actions.write_report(collaboration, company, **words)
    with pytest.raises(Blocked):
        actions.give_opinion(collaboration, company, opinion="Good.")
    report = actions.write_report(collaboration, startup, **words)
    with pytest.raises(Stale):
        actions.write_report(collaboration, startup, **words, version=report.version + 1)
    actions.take_step(collaboration, startup, "collaboration.report")
    actions.give_opinion(collaboration, company, opinion="Good.")
    with pytest.raises(Invalid):
        actions.set_next_step(collaboration, company, next_step="buy", words=" ")
    actions.set_next_step(collaboration, company, next_step="buy", words="Forty sensors.")
    assert (report.company_opinion, collaboration.next_step) == ("Good.", "buy")


# Milestones and outcomes


def test_change_of_a_child_bumps_the_collaboration(world: World) -> None:
    collaboration, staff = begun(world), world.actor("manager")
    version = collaboration.version
    milestone = milestone_of(collaboration)
    milestones.judge_milestone(milestone, staff, verdict="partially_met", reason="Half of it.")
    db.session.flush()
    assert collaboration.version > version
    with pytest.raises(Stale):
        actions.take_step(collaboration, staff, "collaboration.suspend", reason="Late.", version=version)


def test_judged_milestone_is_changed_by_scheduling_again_alone(world: World) -> None:
    milestone, startup = milestone_of(begun(world), "not_met"), world.actor("startup_owner")
    new = {"title": "More", "owner_id": world.company.id, "due_on": milestone.due_on}
    with pytest.raises(Blocked):
        milestones.edit_milestone(milestone, startup, **new)
    with pytest.raises(Forbidden):
        milestones.reschedule_milestone(milestone, startup, due_on=milestone.due_on, reason="Winter.")
    milestones.reschedule_milestone(milestone, world.actor("company_owner"), due_on=milestone.due_on, reason="Winter.")
    milestones.edit_milestone(milestone, startup, **new)
    assert (milestone.state, milestone.title) == ("scheduled", "More")
    with pytest.raises(Invalid):
        milestones.edit_milestone(milestone, startup, **{**new, "owner_id": world.other_company.id})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ({"evidence_url": "https:///path"}, "evidence_url"),
        ({"value": None, "currency": None}, "value"),
        ({"currency": ""}, "currency"),
        ({"kind": "jobs", "value": None}, "value"),
        ({"happened_on": TERMS["ends_on"]}, "happened_on"),
        ({"kind": "gift"}, "kind"),
    ],
)
def test_claim_refuses_what_cannot_be_checked(world: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        outcomes.claim_outcome(begun(world), world.actor("startup_owner"), {**CLAIM, **change})
    assert refused.value.field == field


def test_claim_waits_for_the_start_of_the_work(world: World) -> None:
    with pytest.raises(Blocked):
        outcomes.claim_outcome(begun(world, "planned"), world.actor("startup_owner"), dict(CLAIM))


def test_outcome_goes_from_claim_to_publication(world: World) -> None:
    outcome = outcomes.claim_outcome(begun(world), world.actor("startup_owner"), dict(CLAIM))
    with pytest.raises(Forbidden):
        outcomes.take_step(outcome, world.actor("startup_owner"), "outcome.countersign")
    outcomes.take_step(outcome, world.actor("company_owner"), "outcome.countersign", company_consents=False)
    outcomes.take_step(outcome, world.actor("manager"), "outcome.verify")
    with pytest.raises(Blocked):
        outcomes.take_step(outcome, world.actor("manager"), "outcome.publish")
    outcomes.set_consent(outcome, world.actor("company_member"), consents=True)
    outcomes.take_step(outcome, world.actor("manager"), "outcome.publish")
    assert outcome.state == "published"


@pytest.mark.parametrize("state", ["verified", "published"])
def test_database_holds_a_verified_outcome(world: World, state: str) -> None:
    outcome_of(world, state)
    database_refuses("UPDATE outcomes SET value = 1", "UPDATE outcomes SET evidence_url = 'x'", "DELETE FROM outcomes")


def test_correction_is_a_new_claim_and_keeps_the_old(world: World) -> None:
    outcome = outcome_of(world, "verified")
    fresh = outcomes.correct_outcome(
        outcome, world.actor("startup_owner"), {**CLAIM, "value": CLAIM["value"] * 2}, reason="A zero was missing."
    )
    assert (outcome.state, outcome.value) == ("superseded", CLAIM["value"])
    assert (fresh.state, fresh.supersedes_id) == ("claimed", outcome.id)
    with pytest.raises(Blocked):
        outcomes.correct_outcome(outcome, world.actor("startup_owner"), dict(CLAIM), reason="Again.")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outcome)) == 2
