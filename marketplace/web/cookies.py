"""Cookies of this site alone: under HTTPS their names begin with ``__Host-``, which no neighbour can set."""

from __future__ import annotations

from flask import Response, current_app


def cookie_name(name: str) -> str:
    """What the browser calls the cookie."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def keep(response: Response, name: str, value: str, seconds: int) -> None:
    """Let the browser keep a value, out of reach of scripts and of other sites' requests that change something."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(
        cookie_name(name), value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="Lax"
    )
