"""What a collaboration led to: claimed, countersigned, verified, published; corrections supersede."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from marketplace.collaborations.models import OUTCOME_KINDS, Collaboration, Outcome
from marketplace.collaborations.states import OUTCOME_UNPUBLISHED, WITHOUT_OUTCOMES
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import fire

MONEY_KINDS = ("contract", "purchase", "investment")


def _check(collaboration: Collaboration, content: dict[str, Any]) -> dict[str, Any]:
    kind, value, currency = content.get("kind"), content.get("value"), content.get("currency") or None
    if kind not in OUTCOME_KINDS:
        raise Invalid(_l("Choose what kind of outcome it is."), field="kind")
    if value is not None and value < 0:
        raise Invalid(_l("A value is not negative."), field="value")
    if kind == "jobs":
        currency = None
        if value is None or value != int(value):
            raise Invalid(_l("Give the number of jobs."), field="value")
    elif kind in MONEY_KINDS and value is None:
        raise Invalid(_l("Give the value."), field="value")
    elif value is not None and not currency:
        raise Invalid(_l("Choose the currency of the value."), field="currency")
    elif value is None:
        currency = None
    if content["happened_on"] > clock.today(collaboration.startup.zone(collaboration.centre.time_zone)):
        raise Invalid(_l("An outcome lies in the past. Give the day it happened."), field="happened_on")
    address = urlsplit(content["evidence_url"].strip())
    if address.scheme not in ("http", "https") or not address.hostname:
        raise Invalid(
            _l("Give the address of a page or document that shows it, beginning with https:// or http://."),
            field="evidence_url",
        )
    return {**content, "currency": currency, "evidence_url": content["evidence_url"].strip()}


def claim_outcome(collaboration: Collaboration, actor: Actor, content: dict[str, Any]) -> Outcome:
    """Record an outcome with its evidence, as the startup claims it."""
    policy.require(actor, "outcome.claim", collaboration)
    if collaboration.state in WITHOUT_OUTCOMES:
        raise Blocked(_l("Outcomes are claimed from the start of the work until it is archived."))
    outcome = Outcome(collaboration=collaboration, **_check(collaboration, content))
    db.session.add(outcome)
    touch(collaboration)
    db.session.flush()
    events.record("outcome.claim", outcome, actor, after=outcome.state)
    return outcome


def take_step(
    outcome: Outcome,
    actor: Actor,
    step: str,
    *,
    reason: str = "",
    company_consents: bool | None = None,
    version: int | None = None,
) -> None:
    """Countersign, verify, publish or dispute; a countersignature carries the company's consent to publish."""
    policy.require(actor, step, outcome)
    expect_version(outcome, version)
    if step == "outcome.countersign" and company_consents is not None:
        outcome.company_may_publish = company_consents
    fire(step, outcome, actor, reason=reason)
    touch(outcome.collaboration)


def set_consent(outcome: Outcome, actor: Actor, *, consents: bool, version: int | None = None) -> None:
    """Give or take back one side's consent while the outcome is not published."""
    policy.require(actor, "outcome.consent", outcome)
    expect_version(outcome, version)
    if outcome.state not in OUTCOME_UNPUBLISHED:
        raise Blocked(_l("Consent is given before the publication."))
    if actor.party_id == outcome.collaboration.company_id:
        outcome.company_may_publish = consents
    else:
        outcome.may_publish = consents
    db.session.flush()
    touch(outcome.collaboration)
    events.record("outcome.consent", outcome, actor, data={"consents": consents})


def correct_outcome(
    outcome: Outcome, actor: Actor, content: dict[str, Any], *, reason: str, version: int | None = None
) -> Outcome:
    """Replace an outcome: the new row begins as a claim, the old one stays readable and marked."""
    policy.require(actor, "outcome.supersede", outcome)
    expect_version(outcome, version)
    checked = _check(outcome.collaboration, content)
    fire("outcome.supersede", outcome, actor, reason=reason)
    fresh = Outcome(collaboration=outcome.collaboration, supersedes_id=outcome.id, **checked)
    db.session.add(fresh)
    touch(outcome.collaboration)
    db.session.flush()
    events.record("outcome.claim", fresh, actor, after=fresh.state, data={"supersedes": outcome.id})
    return fresh
