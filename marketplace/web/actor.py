"""Who is asking. ``people`` says how a session becomes an actor; a view is closed unless it says ``@public``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.kernel.reader import read_as

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Open a view to everybody; all others ask for a sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def impersonal(view: View) -> View:
    """Open a view to everybody and answer all alike: it reads neither session nor cookie, and leaves none."""
    view.is_impersonal = True  # type: ignore[attr-defined]
    return public(view)


def self_proving(view: View) -> View:
    """Take what is sent without a token of a form: the address itself is signed, and nobody else knows it."""
    view.is_self_proving = True  # type: ignore[attr-defined]
    return impersonal(view)


def is_impersonal(endpoint: str | None) -> bool:
    """Whether an endpoint's view says ``@impersonal``."""
    return getattr(current_app.view_functions.get(endpoint or ""), "is_impersonal", False)


def current_actor() -> Actor:
    """The actor of this request; ANONYMOUS without a session, and for views that are the same for everybody."""
    if "actor" not in g:
        known = not is_impersonal(request.endpoint) and current_user.is_authenticated
        g.actor = current_user.actor() if known else ANONYMOUS
        if known:
            read_as(g.actor)
    actor: Actor = g.actor
    return actor


def is_public(endpoint: str | None) -> bool:
    """Whether an endpoint's view says ``@public``."""
    view = current_app.view_functions.get(endpoint or "")
    return view is None or getattr(view, "is_public", False)


def _require_sign_in() -> None:
    if request.endpoint and not is_public(request.endpoint) and not current_actor().signed_in:
        raise Unauthorized


def init_app(app: Flask) -> None:
    """Close every route that is not public."""
    app.before_request(_require_sign_in)
