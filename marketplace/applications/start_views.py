"""Before anything is written: whom to apply with, whether the startup qualifies, and the start."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from marketplace.applications import actions, guards, queries
from marketplace.applications.checks import Check, asked_declarations, check_of, check_startup
from marketplace.applications.forms import StartForm
from marketplace.applications.models import Application
from marketplace.applications.partners import acts_as_company, candidates, live_application
from marketplace.applications.states import UNOPENED
from marketplace.applications.views import blueprint
from marketplace.calls.models import Call
from marketplace.calls.queries import visible_to as calls_visible_to
from marketplace.calls.rule_words import DECLARATIONS
from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import visible_to as challenges_visible_to
from marketplace.challenges.secrets import company_of, reveals
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Missing
from marketplace.network.models import Programme
from marketplace.people.directory import entries
from marketplace.people.models import Organisation
from marketplace.people.views import zone_here
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find


@blueprint.get("/calls/<int:call_id>/applications/new")
def new_in_call(call_id: int) -> ResponseReturnValue:
    """Where an application to a call begins."""
    return _begin(_call(call_id), None)


@blueprint.get("/challenges/<int:challenge_id>/applications/new")
def new_in_challenge(challenge_id: int) -> ResponseReturnValue:
    """Where an application to a challenge begins."""
    company = joinedload(Challenge.organisation).options(
        joinedload(Organisation.region), joinedload(Organisation.texts)
    )
    challenge = find(challenges_visible_to(current_actor()).where(Challenge.id == challenge_id).options(company))
    if challenge.call_id is None:
        raise Missing
    return _begin(_call(challenge.call_id), challenge)


def _call(call_id: int) -> Call:
    query = calls_visible_to(current_actor()).where(Call.id == call_id)
    return find(
        query.options(
            joinedload(Call.programme).joinedload(Programme.managing_centre),
            selectinload(Call.stages),
            selectinload(Call.rules),
        )
    )


def _challenge(call: Call, given: Any) -> Challenge | None:
    if not str(given or "").isdigit():
        return None
    query = challenges_visible_to(current_actor()).where(Challenge.id == int(given), Challenge.call_id == call.id)
    return find(query)


def _partner(given: Any, challenge: Challenge | None) -> Organisation | None:
    """The organisation named as the other side; none where the company hides, or guesses would find it out.

    It is one that the reader may find, or the company whose challenge names it.
    """
    if not str(given or "").isdigit() or (challenge is not None and not reveals(challenge, current_actor())):
        return None
    if challenge is not None and challenge.organisation_id == int(given):
        return challenge.organisation
    return find(entries(current_actor()).where(Organisation.source.is_(None), Organisation.id == int(given)))


def _own() -> Organisation:
    return db.session.get_one(Organisation, current_actor().party_id)


def _begin(call: Call, challenge: Challenge | None) -> ResponseReturnValue:
    """The one page that fits: the choice of a challenge, of a partner, the naming, or the check."""
    actor = current_actor()
    policy.require(actor, "application.create")
    if message := guards.answers_itself(call, challenge, actor.party_id):
        raise Blocked(message)
    page: dict[str, Any] = {"call": call, "challenge": challenge, "centre": _centre(call)}
    page["company"] = company_of(challenge, actor, current_locale()) if challenge else None
    page["closed"] = guards.why_closed(call, challenge, clock.now())
    partner = _partner(request.args.get("with"), challenge)
    begun = live_application(actor, call, challenge, partner.id if partner else None)
    if begun is not None and (partner is not None or call.origin == "applied"):
        return see_other(url_for("applications.show", application_id=begun.id))
    if page["closed"]:
        return render_template("applications/closed.html", **page)
    if call.needs_challenge and challenge is None:
        return render_template("applications/choose_challenge.html", challenges=_open_challenges(call), **page)
    as_company = acts_as_company(actor, call, challenge, partner)
    if call.origin == "recommended" and not as_company:
        return render_template("applications/named_by_company.html", **page)
    if call.origin != "applied" and partner is None:
        if challenge is None or as_company:
            return _choose_partner(page, as_company)
        if not reveals(challenge, actor):
            return render_template("applications/unnamed_company.html", **page)
        partner = challenge.organisation
    page |= {"partner": partner, "form": StartForm(challenge=_id(challenge), partner=_id(partner))}
    if as_company:
        return render_template("applications/name_startup.html", **page)
    return _check_page(page, check_startup(_own(), call, challenge, partner.id if partner else None))


def _id(row: Any) -> str:
    return str(row.id) if row is not None else ""


def _centre(call: Call) -> Any:
    return call.programme.managing_centre if call.programme else None


def _open_challenges(call: Call) -> list[Challenge]:
    actor = current_actor()
    query = challenges_visible_to(actor).where(Challenge.call_id == call.id, Challenge.state == "open")
    if call.origin == "applied":  # nobody answers what they ask for themselves
        query = query.where(Challenge.organisation_id.is_distinct_from(actor.party_id))
    return list(db.session.scalars(query.order_by(Challenge.id).options(joinedload(Challenge.organisation))))


def _choose_partner(page: dict[str, Any], as_company: bool) -> str:
    words = " ".join(request.args.get("q", "").split())[:100]
    found = candidates(current_actor(), page["call"], words, as_company=as_company)
    return render_template("applications/choose_partner.html", q=words, found=found, as_company=as_company, **page)


def _check_page(page: dict[str, Any], check: Check, application: Application | None = None) -> str:
    call = page["call"]
    asked = [
        (f"declare-{rule.id}-{code}", DECLARATIONS.get(code, code), check.declared.get((rule.id, code)))
        for rule, code in asked_declarations(call)
    ]
    full = guards.over_limit(call, guards.count_of(current_actor().party_id or 0, call, _of(application), drafts=True))
    return render_template(
        "applications/check.html",
        check=check, asked=asked, full=full, application=application, own=_own(), own_zone=zone_here(), **page,
    )  # fmt: skip


def _of(application: Application | None) -> int | None:
    return application.id if application is not None else None


@blueprint.post("/calls/<int:call_id>/declarations")
def declare(call_id: int) -> ResponseReturnValue:
    """Keep the self-declarations of the reader's startup for a call, and lead back to the check."""
    call = _call(call_id)
    form = StartForm()
    answers = {
        (rule.id, code): request.form[f"declare-{rule.id}-{code}"] == "applies"
        for rule, code in asked_declarations(call)
        if request.form.get(f"declare-{rule.id}-{code}") in ("applies", "clear")
    }
    policy.require(current_actor(), "application.create")
    actions.keep_declarations(_own(), call, answers, current_actor())
    return see_other(_back(call, form))


def _back(call: Call, form: StartForm) -> str:
    application_id = request.form.get("application", "")
    if application_id.isdigit():
        return url_for("applications.own_check", application_id=int(application_id)) + "#outcome"
    challenge = _challenge(call, form.challenge.data)
    values: dict[str, Any] = {"with": form.partner.data} if form.partner.data else {}
    if challenge is not None:
        return url_for("applications.new_in_challenge", challenge_id=challenge.id, **values) + "#outcome"
    return url_for("applications.new_in_call", call_id=call.id, **values) + "#outcome"


@blueprint.post("/calls/<int:call_id>/applications")
def create(call_id: int) -> ResponseReturnValue:
    """Begin the application; a second press leads to the same one."""
    call, actor = _call(call_id), current_actor()
    form = StartForm()
    policy.require(actor, "application.create")
    challenge = _challenge(call, form.challenge.data)
    partner = _partner(form.partner.data, challenge)
    as_company = acts_as_company(actor, call, challenge, partner)
    own = _own()
    startup, company = (partner, own) if as_company else (own, partner)
    if startup is None:
        raise Missing
    application = actions.start_application(call, challenge, actor, startup, company, locale=current_locale())
    if as_company:
        return see_other(url_for("applications.show", application_id=application.id))
    if application.draft is not None and application.draft.title and application.number is None:
        flash(_("Your draft begins with what you wrote before."))
    return see_other(url_for("applications.draft", application_id=application.id))


@blueprint.get("/applications/<int:application_id>/check")
def own_check(application_id: int) -> ResponseReturnValue:
    """The check again: before a startup that a company named agrees, while it writes, and until staff have judged."""
    application = _named(application_id)
    if application.state not in UNOPENED:
        return see_other(url_for("applications.show", application_id=application.id))
    call, challenge, party = application.call, application.challenge, application.company_party
    page = {
        "call": call,
        "challenge": challenge,
        "centre": _centre(call),
        "company": None,
        "closed": guards.why_closed(call, challenge, clock.now()),
        "partner": party.organisation if party else None,
        "form": StartForm(challenge=_id(challenge), version=application.version),
    }
    return _check_page(page, check_of(application), application)


def _named(application_id: int) -> Application:
    actor = current_actor()
    application = find(queries.with_parts(queries.visible_to(actor)).where(Application.id == application_id))
    policy.require(actor, "application.confirm", application)
    return application


@blueprint.post("/applications/<int:application_id>/confirmation")
def confirm(application_id: int) -> ResponseReturnValue:
    """Agree to apply with the company."""
    application = _named(application_id)
    form = StartForm()
    actions.confirm_application(application, current_actor(), version=form.version_seen, locale=current_locale())
    return see_other(url_for("applications.draft", application_id=application.id))
