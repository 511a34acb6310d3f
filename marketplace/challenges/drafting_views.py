"""The company's side: begin, write section by section, preview, send, withdraw, and the list of its own."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.calls.models import Call
from marketplace.challenges import actions, corrections, drafting, guards, page_facts, queries, tallies
from marketplace.challenges.forms import FORMS, AudienceForm, NewForm, SectionForm
from marketplace.challenges.history import requested_changes
from marketplace.challenges.labels import (
    COMPANY_KINDS,
    IP_MEANINGS,
    VISIBILITY_MEANINGS,
)
from marketplace.challenges.models import Challenge
from marketplace.challenges.next_steps import next_of
from marketplace.challenges.secrets import country_name, facts_in_words
from marketplace.challenges.sections import ENTRIES, LABELS, SECTIONS, mark_of, missing_fields, section_of
from marketplace.challenges.states import WRITABLE
from marketplace.challenges.views import blueprint, for_page, page_context
from marketplace.kernel import clock, policy, search, workflow
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid, Missing
from marketplace.kernel.locales import LOCALES, NAMES, _l, pick_text
from marketplace.kernel.paging import Page
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.network.queries import working_centres
from marketplace.people import directory
from marketplace.people.models import Organisation, OrganisationText
from marketplace.people.views import zone_here
from marketplace.web import form_recovery, rail
from marketplace.web.actor import current_actor
from marketplace.web.filters import hour
from marketplace.web.forms import Form, options
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

FOUND = 12  # startups a search by name shows

rail.place(
    10,
    _l("My challenges"),
    "challenges.mine",
    "file-text",
    lambda actor: policy.can(actor, "challenge.create"),
    within=tuple(
        f"challenges.{name}" for name in ("mine", "new", "create", "edit", "edit_section", "save_section", "preview")
    ),
)


def find_own(actor: Actor, id: int) -> Select[Challenge]:
    """A challenge the actor's company writes."""
    return for_page(queries.visible_to(actor).where(Challenge.id == id, Challenge.organisation_id == actor.party_id))


def lock_own(actor: Actor, id: int) -> Challenge:
    """The same, locked: saves of different sections wait for each other instead of failing."""
    found = find(find_own(actor, id).with_for_update(of=Challenge))
    policy.require(actor, "challenge.edit", found)
    return found


@blueprint.get("/challenges/mine")
def mine() -> str:
    """The company's own challenges, newest first."""
    actor, now = current_actor(), clock.now()
    policy.require(actor, "challenge.create")
    query = queries.visible_to(actor).where(Challenge.organisation_id == actor.party_id)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number = min(page_number(request.args.get("page")), max(1, -(-total // queries.PAGE)))
    query = queries.for_rows(query.order_by(Challenge.id.desc()), actor)
    query = query.options(joinedload(Challenge.call).selectinload(Call.stages))  # the company's next step names its own
    found = db.session.scalars(query.limit(queries.PAGE).offset((number - 1) * queries.PAGE)).unique().all()
    rows = [(page_facts.row_of(c, actor, current_locale(), now), next_of(c, actor, now)) for c in found]
    return render_template(
        "challenges/mine.html",
        rows=rows,
        page=Page(found, number, queries.PAGE, total),
        received=tallies.applications_of([c.id for c in found]),
    )


@blueprint.get("/challenges/new")
def new() -> str:
    """The first question of a new challenge."""
    policy.require(current_actor(), "challenge.create")
    form = NewForm(main_locale=current_locale())
    return render_template("challenges/new.html", form=form, call=_call_aimed())


def _call_aimed() -> Call | None:
    wanted = page_number(request.values.get("call")) if request.values.get("call") else None
    return next((call for call in drafting.calls_for_companies() if call.id == wanted), None)


@blueprint.post("/challenges")
def create() -> Response:
    """Begin a challenge."""
    actor = current_actor()
    policy.require(actor, "challenge.create")
    form = NewForm()
    if not form.validate():
        return make_response(render_template("challenges/new.html", form=form, call=_call_aimed()), 422)
    if (led := form.first_press()) is not None:
        return see_other(led or url_for("challenges.mine"))
    challenge = drafting.create_challenge(
        actor, title=form.title.data or "", main_locale=form.main_locale.data, call=_call_aimed()
    )
    return see_other(form.led_to(url_for("challenges.edit_section", id=challenge.id, name="need")))


@blueprint.get("/challenges/<int:id>/edit")
def edit(id: int) -> str:
    """All sections with what is missing in each, the preview and the button that sends it; later, why none is open."""
    actor = current_actor()
    challenge = find(find_own(actor, id))
    policy.require(actor, "challenge.edit", challenge)
    now = clock.now()
    choices = {choice.step.name: choice for choice in workflow.available_steps(challenge, actor)}
    return render_template(
        "challenges/edit.html",
        **_draft(challenge),
        next=next_of(challenge, actor, now),
        state=challenge.state_at(now),
        send=choices.get("challenge.submit") or choices.get("challenge.resubmit"),
        withdraw=choices.get("challenge.withdraw"),
        uncorrectable=corrections.correction_obstacle(challenge),
        own=True,
        follows=True,
    )


def _draft(challenge: Challenge) -> dict[str, Any]:
    """What every page of the drafting shows: sections, what is missing, where one stands."""
    wanted = missing_fields(challenge)
    return {
        "challenge": challenge,
        "title": challenge.title(current_locale()) or _("Untitled"),
        "sections": SECTIONS,
        "labels": LABELS,
        "missing": [(name, section_of(name)) for name in wanted],
        "writable": challenge.state in WRITABLE,
        "zone": challenge.zone,
        "requested": requested_changes(challenge, current_locale()),
        "own_zone": zone_here(),
    }


@blueprint.get("/challenges/<int:id>/edit/<name>")
def edit_section(id: int, name: str) -> Response:
    """One section of the drafting."""
    challenge = find(find_own(current_actor(), id))
    policy.require(current_actor(), "challenge.edit", challenge)
    if name not in FORMS:
        raise Missing
    if challenge.state not in WRITABLE:
        return see_other(url_for("challenges.edit", id=id))
    return _section_page(challenge, FORMS[name].drawn(challenge))


def _section_page(challenge: Challenge, form: SectionForm, status: int = 200) -> Response:
    _offer_places(form)
    names = [part.name for part in SECTIONS]
    place = names.index(form.name)
    context = _draft(challenge) | {
        "form": form,
        "section": SECTIONS[place],
        "entries": ENTRIES,
        "following": names[place + 1] if place + 1 < len(names) else None,
        "sets": [
            (code, NAMES[code], code in challenge.texts, bool(form[f"text_{code}"].errors))
            for code in (challenge.main_locale, *(c for c in LOCALES if c != challenge.main_locale))
            if f"text_{code}" in form._fields
        ],
        "meanings": {"ip_option": IP_MEANINGS, "visibility": VISIBILITY_MEANINGS},
    }
    if isinstance(form, AudienceForm):
        context |= _audience(challenge, form)
    return make_response(render_template("challenges/section.html", **context), status)


def _offer_places(form: SectionForm) -> None:
    if form.name != "destination":
        return
    locale = current_locale()
    centres = db.session.scalars(
        working_centres().options(selectinload(Centre.organisation).selectinload(Organisation.texts))
    ).unique()
    form["centre_id"].choices = options([("", _("Choose")), *((c.id, c.organisation.name(locale)) for c in centres)])
    calls = drafting.calls_for_companies()
    named = [(call.id, text.title) for call in calls if (text := pick_text(call.texts, locale)) is not None]
    form["call_id"].choices = options([("", _("No call yet: the centre finds one")), *named])


def _audience(challenge: Challenge, form: AudienceForm) -> dict[str, Any]:
    """The invited, the startups found by name, and how many organisations a description fits."""
    locale, company = current_locale(), challenge.organisation
    chosen = set(form.invited.data or [])
    term = (request.args.get("startup") or form.startup.data or "").strip()
    query = directory.entries(current_actor()).where(Organisation.kind == "startup", Organisation.state == "verified")
    found: list[Organisation] = []
    if term:
        named = select(OrganisationText.organisation_id).where(search.contains(OrganisationText.squeezed_name, term))
        found = list(db.session.scalars(query.where(Organisation.id.in_(named)).limit(FOUND)).unique())
    kept = list(db.session.scalars(query.where(Organisation.id.in_(chosen))).unique()) if chosen else []
    invited = [row.organisation for row in challenge.invited if row.organisation_id in chosen]
    rows = {row.id: row for row in [*invited, *kept, *found]}
    form.invited.choices = options((row.id, row.name(locale)) for row in rows.values())
    return {"term": term, "found": len(found), "company": company, **_fitting(challenge, form)}


def _fitting(challenge: Challenge, form: AudienceForm) -> dict[str, Any]:
    stated = form.describe(challenge)
    company = challenge.organisation
    region = company.region if company else None
    shown = Challenge(**stated, region_described=region if stated["described_region"] else None)
    return {
        "fitting": guards.count_matching(*stated.values()),
        "least": guards.LEAST_FITTING,
        "described": facts_in_words(shown, current_locale()),
        "kind_words": COMPANY_KINDS.get(company.kind, "") if company else "",
        "region_words": region.name(current_locale()) if region else "",
        "country_words": country_name(region.country, current_locale()) if region else "",
    }


@blueprint.get("/challenges/<int:id>/fitting")
def fitting(id: int) -> str:
    """How many verified organisations a description would fit, while it is chosen."""
    challenge = find(find_own(current_actor(), id))
    form = AudienceForm.drawn(challenge, request.args)
    return render_template("challenges/_fitting.html", challenge=challenge, **_fitting(challenge, form))


def _write(challenge: Challenge, actor: Actor, form: SectionForm, *, silently: bool = False) -> None:
    values, invited = form.sent_values(), None
    if isinstance(form, AudienceForm):
        values |= form.describe(challenge)
        invited = form.invited.data or []
    drafting.write_section(
        challenge,
        actor,
        form.name,
        values,
        form.sent_texts(),
        seen=form.version_seen,
        invited=invited,
        silently=silently,
    )


def _sent(actor: Actor, id: int, name: str) -> tuple[Challenge, SectionForm]:
    """The challenge, held, and what was typed in one of its sections."""
    challenge = lock_own(actor, id)
    if name not in FORMS:
        raise Missing
    form = FORMS[name].drawn(challenge, request.form)
    _offer_places(form)
    return challenge, form


@blueprint.post("/challenges/<int:id>/sections/<name>")
def save_section(id: int, name: str) -> Response:
    """Save one section, then go on to the next one."""
    actor = current_actor()
    challenge, form = _sent(actor, id, name)
    form_recovery.compare(lambda: FORMS[name].drawn(challenge))
    if not form.validate():
        return _section_page(challenge, form, 422)
    form.take(lambda: _write(challenge, actor, form))
    if form.errors:
        return _section_page(challenge, form, 422)
    if "look" in request.form:
        return see_other(
            url_for("challenges.edit_section", id=id, name=name, startup=form["startup"].data or None) + "#invited"
        )
    flash(_("Saved"), "done")
    following = request.form.get("following", "")
    if following in FORMS:
        return see_other(url_for("challenges.edit_section", id=id, name=following))
    return see_other(url_for("challenges.edit", id=id))


@blueprint.post("/challenges/<int:id>/drafts/<name>")
def autosave(id: int, name: str) -> Response:
    """Save what can be saved of a section while it is written; the reply carries its new mark."""
    actor = current_actor()
    challenge, form = _sent(actor, id, name)
    complete = form.validate()
    try:
        _write(challenge, actor, form, silently=True)
    except Invalid:
        complete = False
    at = clock.now().astimezone(ZoneInfo(zone_here()))
    reply = render_template(
        "challenges/_saved.html",
        time=hour(at),
        version=mark_of(challenge, name),
        complete=complete,
        late=guards.companies_may_apply(challenge),
    )
    return make_response(reply)


@blueprint.get("/challenges/<int:id>/preview")
def preview(id: int) -> str:
    """The page as a startup will see it: for the company and those who review it."""
    actor = current_actor()
    challenge = find(for_page(queries.visible_to(actor).where(Challenge.id == id)))
    policy.require(actor, "challenge.follow", challenge)
    return render_template("challenges/show.html", **page_context(challenge, actor, preview=True))


@blueprint.post("/challenges/<int:id>/submission")
def submit(id: int) -> Response:
    """Send it to the centre, for the first time or again."""
    actor = current_actor()
    challenge = lock_own(actor, id)
    actions.submit_challenge(challenge, actor)
    flash(_("Sent. The centre reads it next; you are told as soon as there is news."), "done")
    return see_other(url_for("challenges.show", id=id))


@blueprint.post("/challenges/<int:id>/withdrawal")
def withdraw(id: int) -> Response:
    """Withdraw it with a reason."""
    actor = current_actor()
    challenge = lock_own(actor, id)
    actions.withdraw_challenge(challenge, actor, request.form.get("reason", ""), Form().version_seen)
    flash(_("Withdrawn. Everybody who applied is told, with your reason."), "done")
    return see_other(url_for("challenges.mine"))
