"""A pairing's own pages, for the centre and both sides; the board and its list are in ``board_views``."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import lazyload

from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, Missing
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import Choice, available_steps
from marketplace.network.queries import staff_of_programme
from marketplace.pairings import actions, choices, timeline
from marketplace.pairings.forms import AnswerForm, PairingForm, ReasonForm, number
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import live_of_application, visible_to, with_sides
from marketplace.pairings.secrets import is_known, names_for, openable_ids, reads_reason
from marketplace.people.views import zone_here
from marketplace.web import panels, rail
from marketplace.web.actor import current_actor
from marketplace.web.forms import options
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("pairings", __name__)


def has_pairings(actor: Actor) -> bool:
    """Whether the address lists anything for this role."""
    return bool(actor.party_id or actor.centre_id or actor.network_operator_id)


rail.place(40, _l("Pairings"), "pairings.index", "blend", has_pairings)


def find_pairing(pairing_id: int) -> Pairing:
    """The pairing, if this reader may see it, with what its page shows."""
    return find(with_sides(visible_to(current_actor()).where(Pairing.id == pairing_id)))


@blueprint.get("/pairings/<int:pairing_id>")
def show(pairing_id: int) -> Response:
    return page_of(find_pairing(pairing_id))


def page_of(pairing: Pairing, status: int = 200, **context: Any) -> Response:
    """The page of a pairing, with what was typed and refused."""
    actor, locale = current_actor(), current_locale()
    names, zone = names_for(pairing, actor, locale), pairing.call.time_zone
    entries, _total = timeline.entries([("pairing", pairing.id)], pairing, actor, locale, names, zone=zone_here())
    side = pairing.side_of(actor.party_id)
    context.setdefault("form", AnswerForm(formdata=None, version=pairing.version))
    return make_response(
        render_template(
            "pairings/show.html",
            pairing=pairing,
            state=pairing.state_at(clock.now()),
            zone=zone,  # of the deadline
            own_zone=zone_here(),
            names=names,
            hides_company=not is_known(pairing, actor),
            openable=openable_ids(pairing, actor),
            application=_readable(pairing, actor),
            side=side,
            may_answer=side is not None and getattr(pairing, f"{side}_accepts") is None,
            reads=lambda of: reads_reason(pairing, actor, of),
            steps=_steps(pairing, actor),
            reminds=policy.can(actor, "pairing.remind", pairing),
            entries=entries,
            **{"failed": {}, **context},
        ),
        status,
    )


def _readable(pairing: Pairing, actor: Actor) -> Application | None:
    """The application behind the pair, where this reader may open it."""
    if pairing.application_id is None:
        return None
    query = applications.visible_to(actor).where(Application.id == pairing.application_id)
    return db.session.scalars(query.options(lazyload("*"))).one_or_none()


def _steps(pairing: Pairing, actor: Actor) -> dict[str, Choice]:
    return {choice.step.name.partition(".")[2]: choice for choice in available_steps(pairing, actor)}


@blueprint.post("/pairings/<int:pairing_id>/answer")
def answer(pairing_id: int) -> Response:
    pairing, actor = find_pairing(pairing_id), current_actor()
    policy.require(actor, "pairing.answer", pairing)
    form = AnswerForm()
    if not form.validate_on_submit() or not form.take(
        lambda: actions.answer_pairing(
            pairing, actor, accepts=form.answer.data == "accept", reason=form.reason.data or ""
        )
    ):
        return page_of(pairing, 422, form=form)
    flash(_("Your answer is recorded."))
    return see_other(url_for("pairings.show", pairing_id=pairing.id))


@blueprint.post("/pairings/<int:pairing_id>/reminders")
def remind(pairing_id: int) -> Response:
    pairing = find_pairing(pairing_id)
    actions.remind_sides(pairing, current_actor())
    flash(_("The reminder is on its way to who has not answered."))
    return see_other(url_for("pairings.show", pairing_id=pairing.id))


@blueprint.post("/pairings/<int:pairing_id>/lapse")
def lapse(pairing_id: int) -> Response:
    pairing, form = find_pairing(pairing_id), ReasonForm()
    try:
        actions.lapse_pairing(pairing, current_actor(), reason=form.reason.data or "", version=form.version_seen)
    except Invalid as refused:
        return page_of(pairing, 422, failed={"lapse": refused.message})
    flash(_("The pairing has lapsed. Both sides are told why."))
    return see_other(url_for("pairings.show", pairing_id=pairing.id))


# Opening one: from a selected application, or directly where the track has none.


def _application(text: str | None) -> Application | None:
    wanted = number(text)
    if wanted is None:
        return None
    return find(applications.visible_to(current_actor()).where(Application.id == wanted))


@blueprint.get("/pairings/new")
def new() -> Response:
    actor = current_actor()
    application = _application(request.args.get("application"))
    if application is not None:
        policy.require(actor, "pairing.request", application.call)
        found = live_of_application(application.id)
        if found is not None:
            return see_other(url_for("pairings.show", pairing_id=found.id))
        if application.state != "selected":
            raise Blocked(_("A pairing is opened from a selected application. This one is not selected."))
    elif actor.centre_id is None:
        policy.require(actor, "pairing.request", None)
    return _form_page(_drawn(application, PairingForm(centre_id=actor.centre_id)), application)


def _drawn(application: Application | None, form: PairingForm) -> PairingForm:
    """The form with what may be chosen: all is settled where there is an application, but perhaps the company."""
    actor, locale = current_actor(), current_locale()
    if application is None:
        form.call_id.choices = options(choices.calls_for(actor, locale))
        form.company_id.choices = options(choices.companies(actor, locale))
        form.startup_id.choices = options(choices.startups(actor, locale))
        form.centre_id.choices = options(choices.centres_for(actor, locale))
        return form
    company = actions.company_of_application(application)
    form.application_id.data = str(application.id)
    form.call_id.choices = options([(application.call_id, choices.title_of(application.call, locale))])
    form.startup_id.choices = options([(application.organisation_id, application.organisation.name(locale))])
    found = [(company.id, company.name(locale))] if company else choices.companies(actor, locale)
    form.company_id.choices = options(found)
    form.centre_id.choices = options(choices.centres_of(staff_of_programme(application.call.programme), actor, locale))
    return form


def _form_page(form: PairingForm, application: Application | None, status: int = 200) -> Response:
    return make_response(render_template("pairings/new.html", form=form, application=application), status)


@blueprint.post("/pairings")
def create() -> Response:
    actor = current_actor()
    application = _application(request.form.get("application_id"))
    if application is not None:
        policy.require(actor, "pairing.request", application.call)
    elif actor.centre_id is None:
        policy.require(actor, "pairing.request", None)
    form = _drawn(application, PairingForm())
    if not form.validate():
        return _form_page(form, application, 422)
    earlier = form.first_press()
    if earlier is not None:
        return see_other(earlier or url_for("pairings.index"))
    pairing = form.take(lambda: _request(form, application, actor))
    if pairing is None:
        return _form_page(form, application, 422)
    flash(_("Both sides have been asked. You see here who has answered."))
    return see_other(form.led_to(url_for("pairings.show", pairing_id=pairing.id)))


def _request(form: PairingForm, application: Application | None, actor: Actor) -> Pairing:
    call = application.call if application else choices.call_of(actor, form.call_id.data)
    company, startup = choices.organisation(form.company_id.data), choices.organisation(form.startup_id.data)
    if call is None or company is None or startup is None:
        raise Missing
    day = form.answer_by.data
    assert day is not None  # validated
    return actions.request_pairing(
        call,
        company,
        startup,
        actor,
        answer_by=datetime.combine(day, time(23, 59), ZoneInfo(call.time_zone)),
        application=application,
        centre_id=form.centre_id.data,
        message=form.message.data or "",
    )


# What pages of packages below show of pairings.


def _application_panel(application: Any, actor: Actor) -> str:
    live = live_of_application(application.id)
    if live is not None and not _sees(live, actor):
        live = None
    may_open = (
        live is None and application.state == "selected" and policy.can(actor, "pairing.request", application.call)
    )
    if live is None and not may_open:
        return ""
    state = live.state_at(clock.now()) if live else ""
    return render_template("pairings/_application.html", pairing=live, state=state, application=application)


def _sees(pairing: Pairing, actor: Actor) -> bool:
    found: int | None = db.session.scalar(
        visible_to(actor).where(Pairing.id == pairing.id).with_only_columns(Pairing.id)
    )
    return found is not None


def _challenge_panel(challenge: Any, actor: Actor) -> str:
    if not has_pairings(actor):
        return ""
    found = db.session.scalars(
        with_sides(visible_to(actor)).where(Pairing.challenge_id == challenge.id).order_by(Pairing.id.desc())
    ).all()
    if not found:
        return ""
    shown = [(p, p.state_at(clock.now()), names_for(p, actor, current_locale())) for p in found]
    return render_template("pairings/_challenge.html", pairings=shown)


panels.register("application", "main", _application_panel)
panels.register("challenge", "main", _challenge_panel)
