"""The centre's board, the same as a list and as CSV; for a company or startup, its own pairings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Text, cast, literal, select, union, union_all

from marketplace.calls.models import CallText
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Forbidden
from marketplace.kernel.kept_statements import plan_once, prepared
from marketplace.kernel.locales import LOCALES, _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import machine
from marketplace.pairings import board
from marketplace.pairings.board import Card, Filters
from marketplace.pairings.forms import number
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import names_of, state_at, visible_to, with_sides
from marketplace.pairings.secrets import company_of
from marketplace.pairings.states import LIVE
from marketplace.pairings.views import blueprint, has_pairings
from marketplace.people.models import Organisation
from marketplace.places.models import Region
from marketplace.web import tables
from marketplace.web.actor import current_actor
from marketplace.web.filters import day, instant
from marketplace.web.language import current_locale
from marketplace.web.lookups import page_number
from marketplace.web.tables import moment


def _filters() -> Filters:
    args = request.args
    return Filters(
        call_id=number(args.get("call")),
        region=args.get("region", "")[:12],
        overdue="overdue" in args,
        mine="mine" in args,
        whole=args.get("all", "")[:20],
    )


@blueprint.get("/pairings")
def index() -> Response:
    actor = current_actor()
    if not has_pairings(actor):
        raise Forbidden(_("Pairings are for centres, companies and startups. Act for one of them to see yours."))
    return _own(actor) if actor.party_id is not None else _board(actor)


def _board(actor: Actor) -> Response:
    filters, locale = _filters(), current_locale()
    plan_once()
    as_table = request.args.get("view") == "table"
    lanes, endings = board.read_board(actor, replace(filters, cap=40 if as_table else filters.cap), locale)
    calls, regions = _choices(actor, locale)
    urgent = next((card for lane in lanes for card in lane.cards if card.late), None)
    return make_response(
        render_template(
            "pairings/table.html" if as_table else "pairings/board.html",
            lanes=lanes,
            filters=filters,
            urgent=urgent,
            total=sum(lane.total for lane in lanes),
            endings=endings,
            calls=calls,
            regions=regions,
            with_args=_with_args,
            address_of=address_of,
            label_of=label_of,
            family_of=family_of,
            due_of=due_of,
            may_open=actor.centre_id is not None,
        )
    )


def _with_args(**changes: Any) -> str:
    """This address with other arguments; None takes one away."""
    kept = {**request.args.to_dict(), **changes}
    return url_for("pairings.index", **{name: value for name, value in kept.items() if value is not None})


def _choices(actor: Actor, locale: str) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    """The calls and regions of the pairs this reader sees, in one query."""
    titles: dict[int, dict[str, str]] = {}
    names: list[tuple[str, str]] = []
    for key, code, label in db.session.execute(_chosen_from(actor, locale)):
        if code == "-":
            names.append((key, label))
        else:
            titles.setdefault(int(key), {})[code] = label
    order = (locale, *LOCALES)
    found = [(key, next(t[code] for code in order if code in t)) for key, t in titles.items()]
    return sorted(found, reverse=True), sorted(names, key=lambda option: option[1])


@prepared
def _chosen_from(actor: Actor, locale: str) -> Any:
    seen = visible_to(actor).with_only_columns(Pairing.call_id, Pairing.company_id, Pairing.startup_id).cte("seen")
    sides = union(select(seen.c.company_id), select(seen.c.startup_id))
    calls = select(cast(CallText.call_id, Text), cast(CallText.locale, Text), CallText.title).where(
        CallText.call_id.in_(select(seen.c.call_id))
    )
    codes = select(Organisation.region_code).where(Organisation.id.in_(sides))
    regions = select(Region.code, literal("-"), getattr(Region, f"name_{locale}")).where(Region.code.in_(codes))
    return union_all(calls, regions)


def _own(actor: Actor) -> Response:
    locale, now = current_locale(), clock.now()
    live = state_at(now).in_(LIVE)
    query = with_sides(visible_to(actor)).order_by(live.desc(), Pairing.answer_by.desc(), Pairing.id.desc())
    page = paginate(query, page_number(request.args.get("page")))
    names = names_of((i for p in page for i in (p.company_id, p.startup_id)), locale)
    rows = [
        {
            "pairing": pairing,
            "state": pairing.state_at(now),
            "company": company_of(pairing, actor, locale, names).name,
            "startup": names.get(pairing.startup_id, ""),
            "mine": getattr(pairing, f"{pairing.side_of(actor.party_id)}_accepts") is None,
        }
        for pairing in page
    ]
    return make_response(render_template("pairings/own.html", page=page, rows=rows))


KINDS = {"pairing": _l("Pairing"), "collaboration": _l("Collaboration")}


@blueprint.get("/pairings.csv", defaults={"format": "csv"})
@blueprint.get("/pairings.xlsx", defaults={"format": "xlsx"})
def export(format: str) -> Response:
    """The board as a table to keep."""
    actor = current_actor()
    if actor.party_id is not None or not has_pairings(actor):
        raise Forbidden(_("Only a centre and its network export the board."))
    lanes, _endings = board.read_board(actor, replace(_filters(), cap=None), current_locale())
    head = [
        _("Kind"), _("Reference"), _("Demand company"), _("Startup"), _("State"), _("In this state since"),
        _("Days in this state"), _("Who acts next"), _("By when"), _("Overdue"), _("Address"),
    ]  # fmt: skip
    lines = (_line(card) for lane in lanes for card in lane.cards)
    return tables.download("pairings", [head, *lines], current_locale(), format)


def _line(card: Card) -> list[Any]:
    return [
        KINDS[card.kind], card.id, card.company, card.startup, label_of(card), moment(card.since, card.zone), card.age,
        card.acts_words, moment(card.due, card.zone), card.late, tables.full_address(address_of(card)),
    ]  # fmt: skip


def address_of(card: Any) -> str:
    """The page of a card."""
    endpoint = "pairings.show" if card.kind == "pairing" else "collaborations.show"
    return url_for(endpoint, **{f"{card.kind}_id": card.id})


def label_of(card: Any) -> str:
    """The state of a card as staff read it."""
    return str(machine(card.kind).states[card.state].staff)


def family_of(card: Any) -> str:
    """The colour family of a card's state."""
    return machine(card.kind).states[card.state].family


def due_of(card: Any) -> str:
    """The day or instant a card is due, in words."""
    if card.due is None:
        return ""
    return instant(card.due, card.zone) if hasattr(card.due, "hour") else day(card.due)
