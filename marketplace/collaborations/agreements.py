"""Writing, naming signers, signing and amending an agreement: a text the parties saw is never edited again."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.models import IP_OPTIONS
from marketplace.collaborations.models import Agreement, AgreementParty, AgreementVersion, Signature
from marketplace.collaborations.states import AGREEMENT, AGREEMENT_UNSIGNED, AGREEMENT_WRITABLE, is_complete
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, Stale, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire, obstacle
from marketplace.pairings.queries import speaks_for


def _proposed(agreement: Agreement) -> AgreementVersion:
    version = agreement.proposed
    if version is None:
        raise Blocked(_l("There is no text being worked on. Begin an amendment first."))
    return version


def _copy(version: AgreementVersion, number: int) -> AgreementVersion:
    return AgreementVersion(
        number=number,
        **{name: getattr(version, name) for name in AgreementVersion.TERMS},
        parties=[
            AgreementParty(organisation=p.organisation, signer=p.signer, capacity=p.capacity) for p in version.parties
        ],
    )


def _editable(agreement: Agreement) -> AgreementVersion:
    """The version to write on: what the parties have seen is ended, and a copy takes its place."""
    version = _proposed(agreement)
    if version.offered_at is None and not version.is_signed_by_any:
        return version
    version.ended_at = clock.now()
    db.session.flush()
    fresh = _copy(version, version.number + 1)
    agreement.versions.append(fresh)
    db.session.flush()
    return fresh


def _touched(agreement: Agreement) -> None:
    touch(agreement)
    touch(agreement.collaboration)
    db.session.flush()


def edit_agreement(
    agreement: Agreement, actor: Actor, terms: dict[str, Any], *, version: int | None = None
) -> AgreementVersion:
    """Change the terms being drafted or amended. Raises Invalid, Blocked, Stale."""
    policy.require(actor, "agreement.edit", agreement)
    expect_version(agreement, version)
    if agreement.state not in AGREEMENT_WRITABLE:
        raise Blocked(_l("The text is changed while it is drafted or amended. Take it back, or begin an amendment."))
    _check(terms)
    before = _proposed(agreement)
    changed = [name for name in AgreementVersion.TERMS if name in terms and getattr(before, name) != terms[name]]
    if not changed:
        return before
    draft = _editable(agreement)
    for name in changed:
        setattr(draft, name, terms[name])
    _touched(agreement)
    events.record("agreement.edit", agreement, actor, data={"version": draft.number, "fields": changed})
    return draft


def _check(terms: dict[str, Any]) -> None:
    starts, ends = terms.get("starts_on"), terms.get("ends_on")
    if starts and ends and starts > ends:
        raise Invalid(_l("It has to end after it starts."), field="ends_on")
    if terms.get("ip_option") and terms["ip_option"] not in IP_OPTIONS:
        raise Invalid(_l("Choose one of the answers."), field="ip_option")
    if terms.get("amount") is not None and not terms.get("currency"):
        raise Invalid(_l("Choose the currency of the amount."), field="currency")


def name_signer(
    agreement: Agreement,
    actor: Actor,
    *,
    organisation_id: int,
    signer_id: int,
    capacity: str,
    version: int | None = None,
) -> AgreementParty:
    """Name who signs for a party, and in which capacity: a member of it, named by the party itself or by the centre."""
    policy.require(actor, "agreement.name_signer", agreement)
    expect_version(agreement, version)
    if actor.party_id is not None and actor.party_id != organisation_id:
        raise Invalid(_l("Each party names its own signer."), field="signer_id")
    if agreement.state not in AGREEMENT_UNSIGNED:
        raise Blocked(_l("Who signs is settled before the signing begins. Take the text back to change it."))
    if not speaks_for(signer_id, organisation_id):
        raise Invalid(_l("Choose a member of this party."), field="signer_id")
    if not says_something(capacity):
        raise Invalid(_l("Say in which capacity this person signs, such as managing director."), field="capacity")
    draft = _editable(agreement) if agreement.state == "amending" else _proposed(agreement)
    party = draft.party_of(organisation_id)
    if party is None:
        raise Blocked(_l("This organisation is not a party of the agreement."))
    party.signer_id, party.capacity = signer_id, capacity.strip()
    db.session.flush()
    db.session.expire(party, ["signer"])
    _touched(agreement)
    events.record("agreement.name_signer", agreement, actor, data={"organisation": organisation_id})
    return party


def set_centre_as_party(agreement: Agreement, actor: Actor, *, joins: bool, version: int | None = None) -> None:
    """Make the centre a third party, or take it out again."""
    policy.require(actor, "agreement.join", agreement)
    expect_version(agreement, version)
    if agreement.state not in AGREEMENT_WRITABLE:
        raise Blocked(_l("The parties are settled while the agreement is drafted or amended."))
    centre = agreement.collaboration.centre
    if (_proposed(agreement).party_of(centre.id) is not None) == joins:
        return
    draft = _editable(agreement)
    party = draft.party_of(centre.id)
    if joins:
        draft.parties.append(AgreementParty(organisation=centre.organisation))
    elif party is not None:
        draft.parties.remove(party)
        db.session.delete(party)
    _touched(agreement)
    events.record("agreement.join", agreement, actor, data={"joins": joins})


def take_step(agreement: Agreement, actor: Actor, step: str, *, reason: str = "", version: int | None = None) -> None:
    """Send, return, open for signature, refuse, take back, amend, or drop an amendment."""
    fire(step, agreement, actor, reason=reason, version=version)
    if step in ("agreement.send", "agreement.open_signing"):
        draft = _proposed(agreement)
        draft.offered_at = draft.offered_at or clock.now()
    elif step == "agreement.amend" and agreement.in_force is not None:
        agreement.versions.append(_copy(agreement.in_force, agreement.versions[-1].number + 1))
    elif step in ("agreement.drop_amendment", "agreement.refuse_amendment"):
        _proposed(agreement).ended_at = clock.now()
    db.session.flush()
    touch(agreement.collaboration)


def offer_amendment(agreement: Agreement, actor: Actor, *, version: int | None = None) -> None:
    """Show the amendment to the parties and open it for their signatures."""
    policy.require(actor, "agreement.offer", agreement)
    expect_version(agreement, version)
    if agreement.state != "amending":
        raise Blocked(_l("There is no amendment to offer."))
    draft = _proposed(agreement)
    if draft.offered_at is not None:
        raise Blocked(_l("The amendment has been offered already."))
    if message := is_complete(agreement):
        raise Blocked(message)
    if agreement.in_force is not None and agreement.in_force.text_hash() == draft.text_hash():
        raise Blocked(_l("Nothing differs from the version in force. Change the text first."))
    draft.offered_at = clock.now()
    _touched(agreement)
    events.record("agreement.offer", agreement, actor, data={"version": draft.number})


def may_be_signed(agreement: Agreement) -> bool:
    """Whether the proposed text is open for signatures."""
    version = agreement.proposed
    return version is not None and (
        agreement.state == "signing" or (agreement.state == "amending" and version.offered_at is not None)
    )


def sign_agreement(
    agreement: Agreement, actor: Actor, *, text_hash: str, has_authority: bool, address: str | None
) -> Signature:
    """Sign exactly the text of ``text_hash``. The last signature puts it in force and starts the work.

    The agreement is locked, so that two last signatures at once see each other. Raises Stale where the text
    is no longer the one that was read.
    """
    db.session.refresh(agreement, with_for_update={"of": Agreement})
    db.session.expire(agreement, ["versions"])
    for known in agreement.versions:
        for each in known.parties:
            db.session.expire(each, ["signature"])
    policy.require(actor, "agreement.sign", agreement)
    if not may_be_signed(agreement):
        raise Blocked(_l("The agreement is not open for signature now."))
    draft = _proposed(agreement)
    party = draft.party_of(actor.organisation_id)
    assert party is not None and actor.user_id is not None
    if party.signature is not None:
        raise Blocked(_l("You have signed this text already."))
    if draft.text_hash() != text_hash:
        raise Stale(agreement)
    if not has_authority:
        raise Invalid(_l("Declare that you may sign for your organisation."), field="authority")
    party.signature = Signature(
        user_id=actor.user_id,
        signed_at=clock.now(),
        address=address,
        text_hash=text_hash,
        authority_declared=True,
    )
    db.session.flush()
    events.record("agreement.sign", agreement, actor, data={"version": draft.number, "text_hash": text_hash})
    if all(other.signature is not None for other in draft.parties):
        _take_effect(agreement, draft)
    return party.signature


def _take_effect(agreement: Agreement, draft: AgreementVersion) -> None:
    step = next(step for step in AGREEMENT.steps if step.name == "agreement.take_effect")
    if message := obstacle(step, agreement):
        raise Blocked(message)
    fire("agreement.take_effect", agreement, SYSTEM)
    before, now = agreement.in_force, clock.now()
    if before is not None:
        before.ended_at = now
        db.session.flush()
    draft.in_force_at = now
    db.session.flush()
    collaboration = agreement.collaboration
    if collaboration.state == "planned":
        fire("collaboration.start", collaboration, SYSTEM)
        if collaboration.pairing.call.state == "decided":
            fire("call.start", collaboration.pairing.call, SYSTEM)
