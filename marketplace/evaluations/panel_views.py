"""What the deciding side shows on pages of others: the answer to an applicant, ways on for staff, a call's results."""

from __future__ import annotations

from typing import Any

from flask import render_template

from marketplace.applications import policy
from marketplace.applications.models import Application
from marketplace.calls.models import Call
from marketplace.calls.states import RELEASED
from marketplace.challenges.models import Challenge
from marketplace.challenges.policy import is_own
from marketplace.challenges.states import UNREVIEWED
from marketplace.evaluations import compare_queries
from marketplace.evaluations.queries import public_results
from marketplace.evaluations.screening import register_of
from marketplace.evaluations.sealed_queries import sealed_for_challenge
from marketplace.evaluations.views import is_closed
from marketplace.evaluations.wording import FITS, JUDGED, OUTCOMES, REASONS
from marketplace.kernel.events import last_reason
from marketplace.kernel.policy import Actor, can
from marketplace.web import panels
from marketplace.web.language import current_locale


def _is_staff(actor: Actor) -> bool:
    return actor.centre_id is not None or actor.network_operator_id is not None


def answer_panel(application: Application, actor: Actor) -> str:
    """To team and staff: why it is not eligible, or what was decided, once that is released."""
    if not (_is_staff(actor) or policy.is_party(actor, application)):
        return ""
    decision = application.decision if application.decision and application.decision.released_at else None
    refused = application.state == "ineligible"
    if decision is None and not refused:
        return ""
    return render_template(
        "evaluations/_decision.html",
        application=application,
        decision=decision,
        refusal=last_reason("application.find_ineligible", application) if refused else None,
        findings=register_of(application) if refused else [],
        opinions=application.opinions if decision else [],
        outcomes=OUTCOMES,
        reasons=REASONS,
        fits=FITS,
        judged_words=JUDGED,
    )


def ways_on(application: Application, actor: Actor) -> str:
    """Where staff and the company go on from an application."""
    if application.number is None or not policy.is_unsealed(application) or policy.is_party(actor, application):
        return ""
    may_view = can(actor, "application.give_opinion", application)
    if not (_is_staff(actor) or policy.is_answered_company(actor, application)):
        return ""
    return render_template(
        "evaluations/_ways_on.html",
        application=application,
        is_staff=_is_staff(actor),
        may_view=may_view and application.call.state not in RELEASED,
    )


def call_panel(call: Call, actor: Actor) -> str:
    """Ways on for the call's staff; once it is decided, the results that everybody may read."""
    is_staff = not call.is_reference and can(actor, "call.list_applications", call)
    results = public_results(call.id, current_locale()) if call.state in RELEASED else []
    if not is_staff and not results:
        return ""
    return render_template(
        "evaluations/_call_panel.html",
        call=call,
        is_staff=is_staff,
        counts=can(actor, "call.see_counts", call),
        may_prepare=can(actor, "call.prepare_decisions", call) and is_closed(call),
        closed=is_closed(call),
        released=call.state in RELEASED,
        results=results,
    )


def challenge_panel(challenge: Challenge, actor: Actor) -> str:
    """To the company and the staff: how many applied, under seal; afterwards the way to the comparison."""
    call = challenge.call
    if call is None or challenge.is_reference or challenge.state in UNREVIEWED:
        return ""
    own = is_own(actor, challenge)
    if not own and not can(actor, "call.list_applications", call):
        return ""
    closed = is_closed(call)
    counted: Any = None
    if not closed and (own or can(actor, "call.see_counts", call)):
        counted = sealed_for_challenge(challenge.id)
    eligible = len(compare_queries.comparable_applications(actor, challenge.id, current_locale())) if closed else 0
    return render_template(
        "evaluations/_challenge_panel.html",
        challenge=challenge,
        call=call,
        own=own,
        closed=closed,
        counted=counted,
        eligible=eligible,
    )


panels.register("application", "main", answer_panel)
panels.register("application", "main", ways_on)
panels.register("call", "main", call_panel)
panels.register("challenge", "main", challenge_panel)
