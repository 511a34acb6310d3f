"""The calls, as everybody reads them."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from marketplace.calls import labels, listing, progress
from marketplace.calls.eligibility_facts import load_rules, place_names
from marketplace.calls.models import Call
from marketplace.calls.queries import visible_to, with_notice
from marketplace.calls.rule_words import sentence
from marketplace.kernel import clock, policy
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people.relationships import is_staff
from marketplace.web import cache, rail
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import page_or_fragment
from marketplace.web.lookups import find, page_number

blueprint = Blueprint("calls", __name__)

FILTERS = ("q", "status", "track", "region", "centre")

PAGES_OF_CALLS = (
    "index", "show", "new_call", "create_call", "edit_call", "preview_call", "edit_notice", "edit_money", "edit_stages",
    "add_stage", "edit_rules", "add_rule", "change_rule", "amend_call", "reopen_call",
)  # fmt: skip
rail.place(
    30, _l("Calls"), "calls.index", "megaphone", lambda actor: actor.signed_in,
    within=tuple(f"calls.{name}" for name in PAGES_OF_CALLS),
)  # fmt: skip


@blueprint.get("/calls", endpoint="index")
@public
@cache.shared
def list_calls() -> Response:
    """Calls to apply to, soonest deadline first."""
    actor = current_actor()
    wanted = {name: request.args.get(name, "") for name in FILTERS}
    page = paginate(listing.calls_for(actor, wanted), page_number(request.args.get("page")))
    return page_or_fragment(
        "calls/index.html",
        "calls/_results.html",
        page=page,
        wanted=wanted,
        chosen=sum(bool(value) for name, value in wanted.items() if name != "q"),
        text=" ".join(wanted["q"].split())[: listing.LONGEST],
        centres=listing.centres_with_calls(),
        labels=labels,
        now=clock.now(),
        sees_drafts=is_staff(actor),
        link=_link_to(wanted),
        options=_options,
    )


def _options(pairs: list[tuple[str, Any]], chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": label, "count": None, "checked": value == chosen} for value, label in pairs]


def _link_to(wanted: dict[str, str]) -> Any:
    kept: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    return lambda number: url_for("calls.index", **kept, page=number)


@blueprint.get("/calls/<int:id>", endpoint="show")
@public
@cache.shared
def show_call(id: int) -> Response:
    """The notice of a call."""
    actor = current_actor()
    return call_page(find(with_notice(visible_to(actor).where(Call.id == id))), actor)


def call_page(call: Call, actor: Actor, *, preview: bool = False) -> Response:
    """A call's page as ``actor`` sees it; ``preview`` shows a draft as the public will."""
    load_rules([call])
    reader = ANONYMOUS if preview else actor
    places = place_names({rule.kind for rule in call.rules})
    answer = make_response(
        render_template(
            "calls/show.html",
            call=call,
            next_step=progress.next_of(call),
            steps=progress.stage_steps(call),
            rules=[sentence(rule.kind, rule.params, places) for rule in call.rules],
            amendments=[] if preview else progress.amendments(call),
            labels=labels,
            now=clock.now(),
            press=secrets.token_urlsafe(16),
            preview=preview,
            works=not call.is_reference and policy.can(reader, "call.edit", call),
            leads=not call.is_reference and policy.can(reader, "call.cancel", call),
        )
    )
    if call.is_reference or preview or call.state == "draft":
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer
