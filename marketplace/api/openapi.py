"""The OpenAPI 3.1 document, read from the declared shapes and the filters of the pages."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from flask import current_app

from marketplace.api import lists, shapes
from marketplace.calls.models import TRACKS
from marketplace.catalogue import filters
from marketplace.kernel import cursors
from marketplace.kernel.locales import LOCALES, _l
from marketplace.people.models import KINDS
from marketplace.web.lookups import GREATEST

PLAIN = {str: "string", int: "integer", bool: "boolean"}
Allowed = tuple[str, ...] | re.Pattern[str] | None


@dataclass(frozen=True)
class Parameter:
    """One filter of an address; ``many`` may be given several times and widens the answer."""

    name: str
    text: Any
    allowed: Allowed = None
    many: bool = False
    usual: str = ""


@dataclass(frozen=True)
class Operation:
    """A read: where, what it answers, and its parameters. A list answers rows of ``shape``."""

    path: str
    name: str
    text: Any
    shape: type
    parameters: tuple[Parameter, ...] = ()
    is_list: bool = True


STATUS = _l("Usual is open. Reference records come from public sources.")
WORDS = {
    "q": _l("Words, in English, French or Korean"),
    "sort": _l("Best match where there are words, else newest first"),
    **{each.name: each.about for each in filters.FILTERS},
}
ONWARD = (
    Parameter("limit", _l("Rows of one answer, 1 to 100"), re.compile("[1-9][0-9]?|100"), usual=str(lists.SIZE)),
    Parameter("cursor", _l("The value of next in the answer before"), lists.CURSOR),
)
MARK = re.compile(rf"[A-Za-z0-9_.-]{{1,{cursors.LONGEST}}}")  # as the catalogue's own pages write them


def _filters() -> Iterator[Parameter]:
    yield Parameter("q", WORDS["q"])
    yield Parameter("status", STATUS, filters.STATUSES, usual="open")
    for each in filters.FILTERS:
        if each.column:  # what is the reader's own is for pages alone
            yield Parameter(each.name, each.about, each.allowed, many=each.is_many)
    yield Parameter("sort", WORDS["sort"], filters.SORTS)


OF_CHALLENGES = tuple(_filters())
REGION = Parameter("region", WORDS["region"], lists.REGION, many=True)
OPERATIONS = (
    Operation(
        "/api/v1/challenges", "challenges", _l("Challenges, as the catalogue lists them"), shapes.ChallengeEntry,
        (*OF_CHALLENGES, ONWARD[0], Parameter("cursor", ONWARD[1].text, MARK)),
    ),
    Operation(
        "/api/v1/challenges/{id}", "challenge", _l("One challenge with all its texts"), shapes.ChallengeFull,
        is_list=False,
    ),
    Operation(
        "/api/v1/calls", "calls", _l("Calls for applications, newest first"), shapes.CallEntry,
        (
            Parameter("q", WORDS["q"]),
            Parameter("status", STATUS, lists.STATUSES, usual="open"),
            Parameter("track", WORDS["track"], TRACKS, many=True),
            REGION,
            Parameter("centre", WORDS["centre"], lists.SLUG, many=True),
            *ONWARD,
        ),
    ),
    Operation(
        "/api/v1/centres", "centres", _l("Innovation centres"), shapes.CentreEntry,
        (Parameter("q", WORDS["q"]), REGION, *ONWARD),
    ),
    Operation(
        "/api/v1/organisations", "organisations", _l("Organisations that everybody may know of"),
        shapes.OrganisationEntry,
        (
            Parameter("q", _l("Part of a name, in any language, without accents")),
            Parameter("kind", WORDS["kind"], KINDS, many=True), REGION, *ONWARD,
        ),
    ),
)  # fmt: skip
REFUSALS = {
    "400": _l("The request cannot be read."),
    "404": _l("There is no such thing, or it is not public."),
    "422": _l("A parameter holds what it cannot hold; the answer names it and says what it can be."),
    "429": _l("More requests than one address may send in a minute; Retry-After says how many seconds to wait."),
}


def document() -> dict[str, Any]:
    """The whole document, its words in the language of this request."""
    components: dict[str, Any] = {"Problem": _problem()}
    paths = {operation.path: {"get": _operation(operation, components)} for operation in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": str(_l("%(site)s, public data", site=current_app.config["SITE_NAME"])),
            "version": "1",
            "description": str(
                _l(
                    "What everybody may read, without an account. Lists answer data, next and total: ask for next as "
                    "cursor until it is null. Answers carry an ETag."
                )
            ),
        },
        "servers": [{"url": current_app.config["SITE_URL"]}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    row = schema_of(operation.shape, components)
    whole = {"type": "array", "items": row}
    answered = _closed({"data": whole, "next": {"type": ["string", "null"]}, "total": {"type": "integer"}})
    drawn = [_parameter(parameter) for parameter in operation.parameters]
    if not operation.is_list:
        number = {"type": "integer", "minimum": 0, "maximum": GREATEST}
        drawn.append({"name": "id", "in": "path", "required": True, "schema": number})
    refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": operation.name,
        "summary": str(operation.text),
        "parameters": drawn,
        "responses": {
            "200": {
                "description": str(_l("What was asked for")),
                "content": {"application/json": {"schema": answered if operation.is_list else row}},
            },
            "304": {"description": str(_l("Nothing has changed since the ETag that was sent."))},
            **{code: {"description": str(text), "content": refused} for code, text in REFUSALS.items()},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    if isinstance(parameter.allowed, tuple):
        value["enum"] = list(parameter.allowed)
    elif parameter.allowed is not None:
        value["pattern"] = f"^(?:{parameter.allowed.pattern})$"
    else:
        value["maxLength"] = filters.LONGEST
    if parameter.usual:
        value["default"] = parameter.usual
    drawn: dict[str, Any] = {"name": parameter.name, "in": "query", "description": str(parameter.text), "schema": value}
    if parameter.many:
        drawn |= {"schema": {"type": "array", "items": value, "maxItems": filters.MOST}, "explode": True}
    return drawn


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    fields = {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "field": text}
    return {"type": "object", "properties": fields, "required": ["type", "title", "status"]}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def schema_of(kind: Any, components: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a declared type; dataclasses go to ``components`` under their names."""
    if get_origin(kind) is Annotated:
        base, note = get_args(kind)
        found = schema_of(base, components)
        return {**found, "format": note} if note == "uri" else {**found, "description": str(note)}
    if is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]
        if name not in components:
            components[name] = {}
            hints = get_type_hints(kind, include_extras=True)
            components[name] = _closed({field: schema_of(hint, components) for field, hint in hints.items()})
        return {"$ref": f"#/components/schemas/{name}"}
    if kind is datetime:
        return {"type": "string", "format": "date-time"}
    return {"type": PLAIN[kind]} if kind in PLAIN else _combined(kind, components)


def _combined(kind: Any, components: dict[str, Any]) -> dict[str, Any]:
    inner = get_args(kind)
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(inner)}
    if get_origin(kind) is list:
        return {"type": "array", "items": schema_of(inner[0], components)}
    if get_origin(kind) is dict:
        return {
            "type": "object",
            "additionalProperties": schema_of(inner[1], components),
            "propertyNames": {"enum": list(LOCALES)},
        }
    if get_origin(kind) in (Union, types.UnionType):
        parts = [schema_of(part, components) for part in inner if part is not type(None)]
        return {"anyOf": [*parts, {"type": "null"}]}
    raise TypeError(f"no schema for {kind}")
