"""The company's side: applications to its challenges, side by side, and its view on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload

from marketplace.applications import queries
from marketplace.applications.access_log import note_opening
from marketplace.applications.models import Application, FitOpinion
from marketplace.applications.policy import is_answered_company
from marketplace.applications.states import APPLICATION, PENDING
from marketplace.applications.views import lists_for
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.challenges.policy import is_own
from marketplace.challenges.queries import visible_to as challenges_visible_to
from marketplace.evaluations import compare_queries, opinions
from marketplace.evaluations.forms import OpinionForm, version_of
from marketplace.evaluations.screening_views import find_application
from marketplace.evaluations.sealed_queries import sealed_for_company
from marketplace.evaluations.views import blueprint, call_title, is_closed
from marketplace.evaluations.wording import FITS
from marketplace.kernel import policy
from marketplace.kernel.errors import Blocked, Forbidden
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme
from marketplace.people.models import DEMAND_KINDS
from marketplace.web import form_recovery, tables
from marketplace.web.actor import current_actor
from marketplace.web.filters import money
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

MOST = 8  # columns beside each other
AT_FIRST = 4


@lists_for(lambda actor: actor.party_id is not None and actor.organisation_kind in DEMAND_KINDS - {"sme"})
def company_index() -> Response:
    """A company's page: its challenges with what is in, the applications it may open, and its own."""
    actor, locale = current_actor(), current_locale()
    assert actor.party_id is not None
    return make_response(
        render_template(
            "evaluations/company_list.html",
            challenges=compare_queries.answered_challenges(actor.party_id, locale),
            sealed=sealed_for_company(actor.party_id, locale),
            received=compare_queries.received_applications(actor, locale),
            applications=queries.applications_of(actor),
            fits=FITS,
            states=APPLICATION.states,
        )
    )


def _find_challenge(challenge_id: int) -> Challenge:
    lean = joinedload(Challenge.call).options(
        lazyload(Call.texts),
        joinedload(Call.programme).options(
            lazyload(Programme.texts),
            joinedload(Programme.managing_centre).options(lazyload(Centre.organisation), joinedload(Centre.network)),
        ),
    )
    return find(challenges_visible_to(current_actor()).where(Challenge.id == challenge_id).options(lean))


@dataclass(frozen=True)
class Column:
    """One candidate in the comparison: the application as last submitted, and the company's view."""

    application: Application
    startup: str
    revision: Any
    opinion: FitOpinion | None


@blueprint.get("/challenges/<int:challenge_id>/applications/comparison")
def comparison(challenge_id: int) -> Response:
    """The eligible applications to a challenge, side by side: for its company, and for staff."""
    actor = current_actor()
    challenge = _find_challenge(challenge_id)
    call = challenge.call
    lists = call is not None and policy.can(actor, "call.list_applications", call)
    if not (is_own(actor, challenge) or lists):
        raise Forbidden(_l("Only the company that posts the challenge and the staff of the centres compare."))
    if call is None or not is_closed(call):
        return make_response(render_template("evaluations/compare_sealed.html", challenge=challenge, call=call))
    listed = compare_queries.comparable_applications(actor, challenge.id, current_locale())
    columns = _columns(actor, challenge, {row.id: row.startup for row in listed})
    note_opening([column.application for column in columns], actor)
    if (format := tables.asked_format()) is not None:
        return tables.download("comparison", _table(columns, call), current_locale(), format)
    return make_response(_page(actor, challenge, call, listed, columns))


def _columns(actor: Actor, challenge: Challenge, names: dict[int, str]) -> list[Column]:
    """The applications asked for in the address, or the first few."""
    asked = [int(text) for text in request.args.getlist("choose") if text.isascii() and text.isdigit()]
    ids = [i for i in names if i in asked][:MOST] or list(names)[:AT_FIRST]
    found = compare_queries.load_compared(actor, ids)
    return [Column(a, names[a.id], a.current, opinions.opinion_of(a, challenge.organisation_id)) for a in found]


def _page(actor: Actor, challenge: Challenge, call: Call, listed: list[Any], columns: list[Column]) -> str:
    pending = [row.id for row in listed if row.state in PENDING]
    chosen = [column.application.id for column in columns]
    return render_template(
        "evaluations/compare.html",
        challenge=challenge,
        call=call,
        listed=listed,
        columns=columns,
        chosen=chosen,
        groups=_groups(columns, call, only_differences=bool(request.args.get("differences"))),
        differences=bool(request.args.get("differences")),
        fits=FITS,
        is_company=is_own(actor, challenge),
        pending=pending,
        given=compare_queries.views_given(pending, challenge.organisation_id),
        may_view=[a.id for a in (c.application for c in columns) if policy.can(actor, "application.give_opinion", a)],
    )


TEXTS = (
    ("solution", _l("The solution")),
    ("fit", _l("Fit with the need")),
    ("timeline", _l("Timeline")),
    ("evidence", _l("Evidence so far")),
    ("team", _l("The team")),
    ("needs", _l("What is needed from the company")),
    ("pair_evidence", _l("What the pair has done together")),
)


def _groups(columns: list[Column], call: Call, *, only_differences: bool) -> list[tuple[Any, list[Any]]]:
    """The rows under their heads; those without a value anywhere are left out."""
    revisions = [column.revision for column in columns]

    def line(name: str, label: Any, kind: str = "text") -> dict[str, Any]:
        return {"name": name, "label": label, "kind": kind, "values": [getattr(r, name, None) for r in revisions]}

    words = dict(TEXTS)
    answer = [*(line(name, words[name]) for name in ("solution", "fit", "timeline"))]
    answer.append(line("trl_now", _l("Readiness now"), "trl"))
    means = [
        line("amount", _l("Amount asked"), "money"),
        line("own_cash", _l("Own cash"), "money"),
        line("own_in_kind", _l("Own contribution in kind"), "money"),
        *(line(name, words[name]) for name in ("team", "evidence", "pair_evidence", "needs")),
    ]

    def counts(row: dict[str, Any]) -> bool:
        said = any(value not in (None, "") for value in row["values"])
        return said and not (only_differences and len(columns) > 1 and len(set(row["values"])) == 1)

    return [(_l("The answer"), list(filter(counts, answer))), (_l("The means"), list(filter(counts, means)))]


def _table(columns: list[Column], call: Call) -> list[list[Any]]:
    """The comparison as a table to keep: one line a question, one column a candidate."""
    lines: list[list[Any]] = [[_("Receipt number"), *(c.application.number for c in columns)]]
    for _head, rows in _groups(columns, call, only_differences=bool(request.args.get("differences"))):
        for row in rows:
            values = row["values"]
            if row["kind"] == "money":
                values = [
                    money(v, c.revision.currency or call.currency) if v is not None else ""
                    for v, c in zip(values, columns, strict=True)
                ]
            lines.append([str(row["label"]), *values])
    lines.append([_("How well it fits"), *(str(FITS[c.opinion.fit][1]) if c.opinion else "" for c in columns)])
    lines.append([_("Reasons"), *(c.opinion.reasons if c.opinion else "" for c in columns)])
    return [[_("Question"), *(c.startup for c in columns)], *lines]


@blueprint.get("/applications/<int:application_id>/opinion")
def opinion(application_id: int) -> Response:
    """The company's view on one application: its form, beside what the startup proposes."""
    application = _own(application_id)
    return _opinion_page(application, _drawn(application))


def _own(application_id: int) -> Application:
    """An application to a challenge of the actor's company, which it opens with this."""
    application = find_application(application_id)
    actor = current_actor()
    if is_answered_company(actor, application):
        note_opening([application], actor)
        if application.state not in PENDING:
            raise Blocked(_l("The decisions of this call are released, so the company’s view is closed."))
    policy.require(actor, "application.give_opinion", application)
    return application


def _drawn(application: Application) -> OpinionForm:
    held = opinions.opinion_of(application, current_actor().party_id)
    form = OpinionForm(formdata=None, obj=held)
    form.version.data = str(version_of(held))
    return form


def _opinion_page(application: Application, form: OpinionForm, status: int = 200) -> Response:
    page = render_template(
        "evaluations/opinion.html",
        application=application,
        challenge=application.challenge,
        call=application.call,
        revision=application.current,
        form=form,
        call_title=call_title(application.call),
    )
    return make_response(page, status)


@blueprint.post("/applications/<int:application_id>/opinion")
def give_opinion(application_id: int) -> ResponseReturnValue:
    """Record the company's view."""
    application = _own(application_id)
    form = OpinionForm()
    form_recovery.compare(lambda: _drawn(application))
    if form.validate_on_submit() and form.take(lambda: _give(application, form)):
        flash(_("Your view is on record. You can change it until the decisions are released."), "done")
        return see_other(url_for("evaluations.comparison", challenge_id=application.challenge_id))
    return _opinion_page(application, form, 422)


def _give(application: Application, form: OpinionForm) -> FitOpinion:
    return opinions.give_opinion(
        application, current_actor(), fit=form.fit.data, reasons=form.reasons.data or "", version=form.version_seen
    )
