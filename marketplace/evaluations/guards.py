"""Guards of the deciding side that must query: sealed files, the gate, prepared decisions, what release still lacks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select

from marketplace.applications.models import Application, Decision, EligibilityResult, FitOpinion
from marketplace.applications.states import PENDING
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import guard

NAMED = 5  # receipts named in a refusal


@guard("call.reopen")
def is_unopened(call: Any) -> Any:
    ids = select(Application.id).where(Application.call_id == call.id)
    opened = exists().where(
        Event.subject_type == "application", Event.step == "application.open_file", Event.subject_id.in_(ids)
    )
    if db.session.scalar(select(opened)):
        return _l("Somebody has already opened a sealed application, so the call cannot be opened again.")
    return None


@guard(
    "application.confirm_eligible", "application.find_ineligible", "application.shortlist", "application.unshortlist"
)
def is_being_examined(application: Any) -> Any:
    if application.call.state_at(clock.now()) != "closed":
        return _l("The decisions of this call are released, so nothing is screened any more.")
    return None


@guard("application.confirm_eligible")
def meets_every_rule(application: Any) -> Any:
    rows = db.session.execute(
        select(EligibilityResult.verdict, EligibilityResult.override).where(
            EligibilityResult.application_id == application.id
        )
    ).all()
    if any((override or verdict) != "meets" for verdict, override in rows):
        return _l("A rule is not met, or cannot be told. Judge it yourself with a reason first.")
    return None


@guard("application.find_ineligible", "application.unshortlist")
def is_unprepared(application: Any) -> Any:
    prepared = exists().where(Decision.application_id == application.id, Decision.released_at.is_(None))
    if db.session.scalar(select(prepared)):
        return _l("A decision is prepared for this application. Take it back first.")
    return None


@guard("application.select", "application.put_on_reserve")
def passes_the_gate(application: Any) -> Any:
    """Where the notice makes the company's view a gate, a place asks for at least a possible fit."""
    if application.call.fit_role != "gate" or application.challenge_id is None:
        return None
    fits = exists().where(FitOpinion.application_id == application.id, FitOpinion.fit.in_(("strong", "possible")))
    if not db.session.scalar(select(fits)):
        return _l("By the notice the company must find at least a possible fit first.")
    return None


@guard("call.release")
def everything_is_decided(call: Any) -> Any:
    """Names what is still to be screened or decided; None where every application has its answer."""
    if count := count_unscreened(call.id):
        return _l("Still to be screened: %(count)s. Confirm or refuse their eligibility first.", count=count)
    numbers = undecided_numbers(call.id)
    if numbers:
        named = ", ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
        return _l("Without a decision: %(count)s (%(numbers)s).", count=len(numbers), numbers=named)
    return None


def count_unscreened(call_id: int) -> int:
    """How many submitted applications of a call still wait for their eligibility to be confirmed."""
    return db.session.scalar(
        select(func.count()).where(Application.call_id == call_id, Application.state == "submitted")
    ) or 0  # fmt: skip


def undecided_numbers(call_id: int) -> list[str]:
    """Receipt numbers of eligible and shortlisted applications of a call without a prepared decision."""
    decided = exists().where(Decision.application_id == Application.id)
    return list(
        db.session.scalars(
            select(Application.number)
            .where(Application.call_id == call_id, Application.state.in_(PENDING), ~decided)
            .order_by(Application.id)
        )
    )
