"""Collaborations: the list, the page with everything on it, its history, and the steps that need a reason alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload

from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.collaborations import actions, board, milestones
from marketplace.collaborations.agreements import may_be_signed
from marketplace.collaborations.change_words import sentence
from marketplace.collaborations.forms import (
    CAUSE_WORDS,
    IP_WORDS,
    KIND_WORDS,
    NEXT_WORDS,
    NoteForm,
    ResultForm,
    StepForm,
)
from marketplace.collaborations.models import Agreement, Collaboration
from marketplace.collaborations.next_step import begins_on, next_of
from marketplace.collaborations.queries import (
    counts_of,
    has_late_milestone,
    notes_of,
    trouble_reason,
    visible_to,
    with_page,
    within_centre,
)
from marketplace.collaborations.states import ENDED, LIVE, TROUBLED
from marketplace.kernel import clock, policy
from marketplace.kernel.errors import Forbidden, Invalid, Missing
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import Choice, available_steps
from marketplace.network.models import Centre
from marketplace.pairings import timeline
from marketplace.pairings import views as pairing_views
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import names_of as organisation_names
from marketplace.pairings.secrets import company_of, is_known, names_for
from marketplace.people.views import zone_here
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.filters import state_of
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

blueprint = Blueprint("collaborations", __name__)
rail.place(50, _l("Collaborations"), "collaborations.index", "circle-dot", pairing_views.has_pairings)

STEPS = {
    "risk": "collaboration.flag_risk",
    "risk-clearance": "collaboration.clear_risk",
    "suspension": "collaboration.suspend",
    "resumption": "collaboration.resume",
    "report-handover": "collaboration.report",
    "report-return": "collaboration.return_report",
    "follow-up": "collaboration.follow_up",
    "archive": "collaboration.archive",
}
SHOWN = {"live": LIVE, "trouble": TROUBLED, "ended": ENDED}


def find_collaboration(collaboration_id: int) -> Collaboration:
    """The collaboration, if this reader may see it, with what its page shows."""
    return find(with_page(visible_to(current_actor()).where(Collaboration.id == collaboration_id)))


def address_of(collaboration: Collaboration, anchor: str | None = None) -> str:
    """The address of its page."""
    return url_for("collaborations.show", collaboration_id=collaboration.id, _anchor=anchor)


def names_of(collaboration: Collaboration, actor: Actor, *further: int) -> dict[int, str]:
    """What this reader calls the company, the startup, the centre and ``further`` organisations."""
    return names_for(collaboration.pairing, actor, current_locale(), collaboration.centre_id, *further)


def subjects_of(collaboration: Collaboration) -> list[tuple[str, int]]:
    """Everything whose events make up its history."""
    found = [("collaboration", collaboration.id), ("pairing", collaboration.pairing_id)]
    if collaboration.agreement is not None:
        found.append(("agreement", collaboration.agreement.id))
    found += [("milestone", milestone.id) for milestone in collaboration.milestones]
    return found + [("outcome", outcome.id) for outcome in collaboration.outcomes]


def changes_in_words(collaboration: Collaboration, names: dict[int, str]) -> Callable[[Event], Any]:
    """What an event says of a milestone's change: old beside new."""
    changes = {change.id: change for milestone in collaboration.milestones for change in milestone.changes}

    def say(event: Event) -> Any:
        change = changes.get(event.data.get("change", 0))
        return sentence(change, names) if change is not None else ""

    return say


def steps_of(subject: Any, actor: Actor) -> dict[str, Choice]:
    """The steps this actor may take, by their short names."""
    return {choice.step.name.partition(".")[2]: choice for choice in available_steps(subject, actor)}


@blueprint.get("/collaborations")
def index() -> Response:
    actor, locale = current_actor(), current_locale()
    if not pairing_views.has_pairings(actor):
        raise Forbidden(_("Collaborations are for centres, companies and startups. Act for one of them to see yours."))
    show = request.args.get("show", "live")
    query = visible_to(actor).options(
        joinedload(Collaboration.pairing).joinedload(Pairing.call).options(lazyload("*")),
        joinedload(Collaboration.pairing)
        .joinedload(Pairing.challenge)
        .selectinload(Challenge.texts)
        .load_only(ChallengeText.title),
        joinedload(Collaboration.centre).lazyload(Centre.organisation),
        joinedload(Collaboration.agreement).selectinload(Agreement.versions),
    )
    if show in SHOWN:
        query = query.where(Collaboration.state.in_(SHOWN[show]))
    centre = request.args.get("centre", "")
    query = within_centre(query, centre)
    if "overdue" in request.args:
        query = query.where(has_late_milestone())
    page = paginate(
        query.order_by(Collaboration.state_since.desc(), Collaboration.id.desc()), page_number(request.args.get("page"))
    )
    names = organisation_names((i for item in page for i in (item.company_id, item.startup_id)), locale)
    return make_response(
        render_template(
            "collaborations/index.html",
            page=page,
            show=show,
            zone=zone_here(),
            centre=centre,
            counts=counts_of(actor, centre),
            rows=[
                (
                    item,
                    company_of(item.pairing, actor, locale, names).name,
                    names.get(item.startup_id, ""),
                    begins_on(item, clock.today(item.centre.time_zone)),
                )
                for item in page
            ],
        )
    )


@blueprint.get("/collaborations/<int:collaboration_id>")
def show(collaboration_id: int) -> Response:
    return page_of(find_collaboration(collaboration_id))


def page_of(collaboration: Collaboration, status: int = 200, **context: Any) -> Response:
    """The page of a collaboration, with what was typed and refused."""
    actor, locale = current_actor(), current_locale()
    notes = notes_of(collaboration, 5 if "notes" not in request.args else None)
    names = names_of(collaboration, actor, *(note.organisation_id for note in notes))
    agreement = collaboration.agreement
    pairing, today = collaboration.pairing, clock.today(collaboration.centre.time_zone)
    entries, total = timeline.entries(
        subjects_of(collaboration), pairing, actor, locale, names,
        zone=zone_here(), limit=6, more=changes_in_words(collaboration, names),
    )  # fmt: skip
    context.setdefault("note_form", NoteForm(formdata=None))
    context.setdefault("result_form", ResultForm(formdata=None, version=collaboration.version))
    return make_response(
        render_template(
            "collaborations/show.html",
            collaboration=collaboration,
            agreement=agreement,
            version=(agreement.binding or agreement.proposed) if agreement else None,
            open_for_signature=agreement is not None and may_be_signed(agreement),
            names=names,
            hides_company=not is_known(collaboration.pairing, actor),
            zone=zone_here(),
            today=today,
            begins=begins_on(collaboration, today),
            next_step=next_of(collaboration, names, today, trouble_reason(collaboration)),
            steps=steps_of(collaboration, actor),
            outcome_steps={outcome.id: steps_of(outcome, actor) for outcome in collaboration.outcomes},
            may=lambda name: policy.can(actor, name, collaboration),
            notes=notes,
            entries=entries,
            total=total,
            words={"ip": IP_WORDS, "kind": KIND_WORDS, "cause": CAUSE_WORDS, "next": NEXT_WORDS},
            **{"failed": {}, **context},
        ),
        status,
    )


@blueprint.get("/collaborations/<int:collaboration_id>/history")
def history(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    names, pairing = names_of(collaboration, actor), collaboration.pairing
    entries, _total = timeline.entries(
        subjects_of(collaboration), pairing, actor, current_locale(), names,
        zone=zone_here(), more=changes_in_words(collaboration, names),
    )  # fmt: skip
    return make_response(
        render_template(
            "collaborations/history.html",
            collaboration=collaboration,
            names=names,
            entries=entries,
        )
    )


@blueprint.get("/pairings/<int:pairing_id>/collaboration")
def of_pairing(pairing_id: int) -> Response:
    found = actions.find_by_pairing(pairing_views.find_pairing(pairing_id))
    if found is None:
        raise Missing(_("This pairing has no collaboration: it was not confirmed."))
    return see_other(address_of(found))


@blueprint.post("/pairings/<int:pairing_id>/confirmation")
def confirm(pairing_id: int) -> Response:
    pairing = pairing_views.find_pairing(pairing_id)
    collaboration = actions.confirm_pair(pairing, current_actor(), version=StepForm().version_seen)
    flash(_("The pair is confirmed. The agreement is drafted from what both wrote: complete it and send it to them."))
    return see_other(address_of(collaboration))


@blueprint.post("/collaborations/<int:collaboration_id>/<noun>")
def take_step(collaboration_id: int, noun: str) -> Response:
    if noun not in STEPS:
        raise Missing
    collaboration, form = find_collaboration(collaboration_id), StepForm()
    try:
        actions.take_step(
            collaboration, current_actor(), STEPS[noun], reason=form.reason.data or "", version=form.version_seen
        )
    except Invalid as refused:
        return page_of(collaboration, 422, failed={noun: refused.message})
    label = state_of(collaboration, "owner" if current_actor().party_id else "staff")["label"]
    flash(_("Done. The collaboration now stands at: %(state)s.", state=label))
    return see_other(address_of(collaboration))


@blueprint.post("/collaborations/<int:collaboration_id>/notes")
def write_note(collaboration_id: int) -> Response:
    collaboration, actor, form = find_collaboration(collaboration_id), current_actor(), NoteForm()
    policy.require(actor, "collaboration.note", collaboration)
    if not form.validate():
        return page_of(collaboration, 422, note_form=form)
    if form.first_press() is None:
        milestones.write_note(collaboration, actor, text=form.text.data or "")
        form.led_to(address_of(collaboration, "notes"))
        flash(_("The note is kept. Both sides and the centre can read it."))
    return see_other(address_of(collaboration, "notes"))


board.open_lanes()
