"""The staff's list of applications: over all calls, or of one; sealed until the call has closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload

from marketplace.applications.states import APPLICATION, LISTED
from marketplace.applications.views import lists_for
from marketplace.calls.models import Call
from marketplace.calls.queries import visible_to as calls_visible_to
from marketplace.evaluations import sealed_queries as sealed
from marketplace.evaluations import staff_queries as queries
from marketplace.evaluations.staff_queries import Filters
from marketplace.evaluations.wording import AGES, FITS, VERDICTS
from marketplace.kernel import clock
from marketplace.kernel.kept_statements import plan_once
from marketplace.kernel.locales import pick_text
from marketplace.kernel.policy import Actor, can, require
from marketplace.network.models import Programme
from marketplace.web import cache, tables
from marketplace.web.actor import current_actor
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number
from marketplace.web.tables import full_address, moment

blueprint = Blueprint("evaluations", __name__)


@lists_for(lambda actor: actor.centre_id is not None or actor.network_operator_id is not None)
def staff_index() -> Response:
    """All applications a centre or a network may open, and how many wait under seal."""
    actor, locale = current_actor(), current_locale()
    asked = Filters.read(request.args)
    if (format := tables.asked_format()) is not None:
        return _to_keep(actor, asked, locale, format)
    return _page(actor, asked, locale, call=None)


@blueprint.get("/calls/<int:call_id>/applications")
def of_call(call_id: int) -> Response:
    """The applications of one call: a table after its closing, before that only counts."""
    actor, locale = current_actor(), current_locale()
    call = find_call(call_id)
    require(actor, "call.list_applications", call)
    asked = replace(Filters.read({**request.args, "call": str(call.id)}), within=True)
    if not is_closed(call):
        counts = sealed.sealed_counts(call.id, locale) if can(actor, "call.see_counts", call) else None
        return make_response(render_template("evaluations/staff_sealed.html", call=call, counts=counts))
    if (format := tables.asked_format()) is not None:
        return _to_keep(actor, asked, locale, format)
    return _page(actor, asked, locale, call=call)


def find_call(call_id: int) -> Call:
    """A call this reader may know of, with the programme that rules ask about."""
    lean = (joinedload(Call.programme).options(lazyload(Programme.texts)),)
    return find(calls_visible_to(current_actor()).where(Call.id == call_id).options(*lean))


def is_closed(call: Call) -> bool:
    """Whether its applications may be opened by others than their teams."""
    return call.closes_at is not None and call.closes_at < clock.now()


def call_title(call: Call) -> str:
    """Its title in the page's language, or in the one it has."""
    text = pick_text(call.texts, current_locale())
    return text.title if text else ""


def _page(actor: Actor, asked: Filters, locale: str, *, call: Call | None) -> Response:
    drawn = cache.cached_part(lambda: _table(actor, asked, locale, call))
    return make_response(render_template("evaluations/staff_list.html", call=call, part=drawn))


def _table(actor: Actor, asked: Filters, locale: str, call: Call | None) -> str:
    plan_once()

    def kept(kind: str, key: Any, find: Any) -> Any:
        return cache.cached_value((kind, queries.scope_of(actor), key, locale), find)

    others = replace(asked, state="", sort="", within=False)
    known = kept("answering", others, lambda: queries.find_matches(actor, asked))
    listed = queries.rows(actor, asked, locale, page=page_number(request.args.get("page")), known=known)
    in_call = int(asked.call) if asked.call else 0
    return render_template(
        "evaluations/_staff_table.html",
        call=call,
        waiting=sealed.sealed_calls(actor, locale) if call is None else [],
        asked=asked,
        listed=listed,
        lines=_lines(listed.items, locale),
        tabs=_tabs(asked, known.counts),
        heads=_heads(asked, call is None),
        calls=kept("calls", None, lambda: queries.calls_of(actor, locale)) if call is None else [],
        challenges=kept("answered", in_call, lambda: queries.challenges_of(actor, in_call, locale)) if in_call else [],
        regions=kept("regions", in_call, lambda: queries.regions_of(actor, asked, locale)),
        options={
            "eligibility": [(code, words) for code, (_family, words) in VERDICTS.items()],
            "fit": [(code, words) for code, (_family, words) in FITS.items()],
            "age": list(AGES.items()),
        },
        here=request.path,
        may_decide=call is not None and can(actor, "call.prepare_decisions", call),
    )


def _lines(rows: Any, locale: str) -> list[dict[str, Any]]:
    """Rows as drawn: words looked up once, not once a row."""
    now = clock.now()
    states = {name: (state.family, str(state.staff)) for name, state in APPLICATION.states.items()}
    verdicts = {name: (family, str(words)) for name, (family, words) in VERDICTS.items()}
    fits = {name: (family, str(words)) for name, (family, words) in FITS.items()}
    return [
        {
            "row": row,
            "state": states[row.state],
            "verdict": verdicts[row.verdict or "none"],
            "fit": fits[row.fit] if row.fit else None,
            "days": days_since(row.state_since, now),
            "startup_lang": row.startup_locale if row.startup_locale != locale else "",
            "challenge_lang": row.challenge_locale if row.challenge_locale != locale else "",
            "call_lang": row.call_locale if row.call_locale != locale else "",
        }
        for row in rows
    ]


def days_since(instant: datetime, now: datetime) -> int:
    """Whole days that have passed."""
    return max(0, (now - instant).days)


def _tabs(asked: Filters, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """One way per state that occurs, with its number."""
    ways = [
        {"label": _("All"), "href": asked.address(state=""), "count": sum(counts.values()), "current": not asked.state}
    ]
    for state in LISTED:
        if counts.get(state) or asked.state == state:
            words = APPLICATION.states[state].staff
            way = {"label": words, "href": asked.address(state=state), "count": counts.get(state, 0)}
            ways.append({**way, "current": asked.state == state})
    return ways


def _heads(asked: Filters, with_call: bool) -> list[dict[str, Any]]:
    """The heads of the table; each sorts, and again the other way round."""
    words = {
        "startup": _("Startup"),
        "challenge": _("Challenge and call") if with_call else _("Challenge"),
        "state": _("State"),
        "since": _("Days in state"),
        "eligibility": _("Eligibility"),
        "fit": _("Fit, by the company"),
        "region": _("Region"),
    }
    heads = []
    for name, label in words.items():
        backwards = asked.sort == f"-{name}"
        ways = ("descending", "ascending") if name == "since" else ("ascending", "descending")  # days grow backwards
        sort = {name: ways[0], f"-{name}": ways[1]}.get(asked.sort)
        next_sort = name if backwards or asked.sort != name else f"-{name}"
        heads.append({"label": label, "href": asked.address(sort=next_sort), "sort": sort, "number": name == "since"})
    return heads


def _to_keep(actor: Actor, asked: Filters, locale: str, format: str) -> Response:
    """What the table shows, all pages of it."""
    listed = queries.rows(actor, asked, locale, size=None)
    head = [
        _("Receipt number"), _("Startup"), _("Region"), _("Call"), _("Challenge"), _("State"), _("In this state since"),
        _("Days in state"), _("Eligibility"), _("Fit, by the company"), _("Address"),
    ]  # fmt: skip
    lines = (
        [
            line["row"].number,
            line["row"].startup,
            line["row"].region,
            line["row"].call,
            line["row"].challenge,
            line["state"][1],
            moment(line["row"].state_since, line["row"].zone),
            line["days"],
            line["verdict"][1],
            line["fit"][1] if line["fit"] else "",
            full_address(url_for("applications.show", application_id=line["row"].id)),
        ]
        for line in _lines(listed.items, locale)
    )
    return tables.download("applications", [head, *lines], locale, format)
