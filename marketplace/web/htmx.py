"""One view answers a page or the fragment of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request
from flask_htmx import HTMX

htmx = HTMX()


def wants_fragment() -> bool:
    """Whether htmx asks for a part: not when it restores history or follows a boosted link."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_fragment(page: str, fragment: str, /, status: int = 200, **context: Any) -> Response:
    """Render ``fragment`` for htmx, else ``page``; both get the same context."""
    return make_response(render_template(fragment if wants_fragment() else page, **context), status)


def see_other(location: str) -> Response:
    """Lead on after a deed; htmx follows with a full page."""
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = location
        return response
    answer = redirect(location, code=303)
    assert isinstance(answer, Response)
    return answer


def init_app(app: Flask) -> None:
    """Read htmx's request headers."""
    htmx.init_app(app)
    app.jinja_env.globals["is_fragment"] = lambda: bool(request) and wants_fragment()
