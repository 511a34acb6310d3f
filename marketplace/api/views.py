"""The public data: lists and single things as JSON, and the document that describes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request

from marketplace.api import lists, openapi, shapes
from marketplace.api.answers import Body, as_json, data_view, problem
from marketplace.catalogue import results, row_cache
from marketplace.catalogue.filters import Filters
from marketplace.challenges.models import Challenge
from marketplace.challenges.views import for_page
from marketplace.kernel import clock
from marketplace.kernel.policy import ANONYMOUS
from marketplace.web import errors
from marketplace.web.actor import public
from marketplace.web.lookups import find

blueprint = Blueprint("api", __name__)
errors.answer_below("/api/v1/", problem)


def as_list(found: Any, data: list[Any]) -> Body:
    """A page of a list, as every list of the interface looks."""
    return as_json({"data": data, "next": found.next, "total": found.total})


@blueprint.get("/api/v1/challenges", endpoint="challenges")
@data_view
def list_challenges() -> Body:
    """The catalogue, filtered and sorted by its address."""
    now = clock.now()
    found = results.page_of(
        ANONYMOUS,
        Filters.of(request.args),
        now,
        request.args.get("cursor", ""),
        lists.size_of(request.args),
        load=lambda ids, _actor: row_cache.cached_rows("shapes", "", ids, lambda rows: _shapes(rows, now)),
    )
    return as_list(found, list(found.rows))


def _shapes(rows: Sequence[Challenge], now: datetime) -> dict[int, shapes.ChallengeEntry]:
    return {entry.id: entry for entry in shapes.challenges(rows, now, lists.slugs_of(rows))}


@blueprint.get("/api/v1/challenges/<int:id>", endpoint="challenge")
@data_view
def show_challenge(id: int) -> Body:
    """One challenge that is in the public list: what was withdrawn or is for some alone is not."""
    now = clock.now()
    query = results.find_published(ANONYMOUS, Filters(status="any"), now).where(Challenge.id == id)
    return as_json(shapes.challenge(find(for_page(query)), now))


@blueprint.get("/api/v1/calls", endpoint="calls")
@data_view
def list_calls() -> Body:
    """Published calls."""
    now = clock.now()
    found = lists.calls(request.args, now)
    return as_list(found, [shapes.call(row, now) for row in found.rows])


@blueprint.get("/api/v1/centres", endpoint="centres")
@data_view
def list_centres() -> Body:
    """Every centre."""
    found = lists.centres(request.args)
    return as_list(found, [shapes.centre(row) for row in found.rows])


@blueprint.get("/api/v1/organisations", endpoint="organisations")
@data_view
def list_organisations() -> Body:
    """Organisations that everybody may know of."""
    found = lists.organisations(request.args)
    return as_list(found, [shapes.organisation(row) for row in found.rows])


@blueprint.get("/api/v1/openapi.json", endpoint="document")
@data_view
def show_document() -> Body:
    """The description of all this, for programs."""
    return as_json(openapi.document())


@blueprint.get("/api", endpoint="show")
@public
def show() -> Response:
    """The description of all this, for people."""
    return make_response(
        render_template("api/show.html", document=openapi.document(), limit=_reads_per_minute(), type_of=type_of)
    )


def _reads_per_minute() -> int:
    return int(current_app.config["SETTINGS"].reads_per_minute)


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a few letters: ``string``, ``list of Money``, ``integer or null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(type_of(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{type_of(schema['items'])}]"
    if isinstance(schema.get("type"), list):
        return " | ".join(schema["type"])
    return str(schema.get("format") or schema.get("type"))
