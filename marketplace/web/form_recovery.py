"""Nothing typed is lost: what was sent under an ended session or an old version is kept in the answer itself.

A held form is signed into the sign-in page and offered again once the person is back. It is taken from this
site's own pages only, never from another site's form. Of its fields, those that a form of this product has are kept;
passwords, one-time codes and files never are: the page says that they are to be given again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from marketplace.web import known_fields
from marketplace.web.actor import current_actor, is_public

HOUR_SECONDS = 3600
SIGN_IN = "/sign-in"
VERSION = "version"
CARRIED = (VERSION, "once")  # by every form, whatever was typed
LONGEST = 500  # an address to go on to
NOT_TYPED = frozenset({"csrf_token", "held"})


def sent_form() -> dict[str, Any]:
    """The address and fields of this request, for a form that sends them again, and what it has to leave out.

    The version it was drawn from goes along: what others saved meanwhile is compared, never written over.
    """
    names, left_out = known_fields.known_names()
    fields, again = [], ["file" for file in request.files.values() if file.filename]
    for name, value in request.form.items(multi=True):
        plain = known_fields.plain_name(name)
        if plain in left_out:
            again += [left_out[plain]] * bool(value)
        elif name not in NOT_TYPED and (plain in names or known_fields.is_of_family(name)):
            fields.append((name, value))
    return {
        "action": request.full_path.rstrip("?"),
        "fields": fields,
        "again": list(dict.fromkeys(again)),
        "page": page_behind(),
    }


def for_page(sent: dict[str, Any]) -> dict[str, Any]:
    """The same for a page, which names what is to be given again."""
    return sent | {"again": [known_fields.GIVEN_AGAIN[kind] for kind in sent["again"]]}


def over_stored(version: Any) -> dict[str, Any]:
    """The same with the version that is stored now, where it is known, for somebody who has seen that one."""
    sent = for_page(sent_form())
    if version is None:
        return sent
    typed = [(name, value) for name, value in sent["fields"] if name != VERSION]
    return sent | {"fields": typed, "version": version}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="held-form")


def _is_own() -> bool:
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site in ("same-origin", "none") and (origin in (None, request.host_url.rstrip("/")))


def offer_again() -> Response:
    """Keep what was sent: offer to send it again, after signing in where that is needed."""
    if not _is_own():
        return make_response(render_template("errors/400.html", reason=None), 400)
    if request.path == SIGN_IN:  # its page is too old: what it holds for its reader goes on to a fresh one
        token = request.form.get("held")
        carried = {"held": token if held_form(token) else "", "next": request.form.get("next", "")[:LONGEST]}
        return make_response(render_template("errors/signed_out.html", **carried), 400)
    sent = sent_form()
    if current_actor().signed_in or is_public(request.endpoint):
        return make_response(render_template("errors/resend.html", resend=for_page(sent)), 400)
    kept = _signer().dumps(sent) if any(name != VERSION for name, _ in sent["fields"]) else ""
    going_on = _own_page() or url_for("desk.show")
    shown = render_template("errors/signed_out.html", held=kept, again=sent["again"], next=going_on)
    return make_response(shown, 401)


def _own_page() -> str:
    """The page of this site that the request was sent from; empty where it was none."""
    referrer = request.referrer or ""
    own = request.host_url.rstrip("/")
    return referrer.removeprefix(own) if referrer.startswith(own + "/") else ""


def page_behind() -> str:
    """The page that this request was sent from; where that is none to be opened, the nearest one above its address."""
    routes, page = current_app.create_url_adapter(request), _own_page()
    assert routes is not None
    if page and not page.startswith("//") and routes.test(page.partition("?")[0], "GET"):
        return page
    path = request.path
    while path and not routes.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or url_for("desk.show")


def held_form(token: str | None) -> dict[str, Any] | None:
    """What a sign-in page kept; None where there is nothing, or it is older than an hour."""
    if not token:
        return None
    try:
        found: dict[str, Any] = _signer().loads(token, max_age=HOUR_SECONDS)
    except BadData:
        return None
    return found


def compare(fresh: Callable[[], Any]) -> None:
    """Name the form as it would be drawn from the stored row, in case this change comes too late."""
    g.fresh_form = fresh


def differing_fields() -> dict[str, Any] | None:
    """Label, typed and stored value of each field that differs, and the stored version."""
    fresh = g.get("fresh_form")
    if fresh is None:
        return None
    g.drawing_fresh = True  # so that the form is filled from the row, not from what was sent
    try:
        form = fresh()
    finally:
        g.drawing_fresh = False
    return {"rows": list(_differing(form)), "version": form.version.data}


def _differing(form: Any, language: str = "") -> Iterator[dict[str, Any]]:
    for name, field in form._fields.items():
        if field.type == "FormField":
            yield from _differing(field.form, f" ({field.label.text})")
            continue
        typed = request.form.get(field.name)
        if name in CARRIED or typed is None or field.type == "CSRFTokenField":
            continue
        if known_fields.omission_of(type(field), field.render_kw):
            continue
        stored = field._value() if hasattr(field, "_value") else str(field.data or "")
        is_same = typed.replace("\r\n", "\n").strip() == str(stored).replace("\r\n", "\n").strip()
        if not is_same and not _means_the_same(field, request.form.getlist(field.name)):
            yield {"name": field.name, "label": f"{field.label.text}{language}", "yours": typed, "theirs": stored}


def _means_the_same(field: Any, typed: list[str]) -> bool:
    """Whether another spelling is read as the stored value, as an amount with or without its commas is."""
    stored = field.data
    try:
        field.process_formdata(typed)
    except ValueError:
        return False
    return bool(field.data == stored)
