"""Security headers, caching and what an answer varies by."""

from __future__ import annotations

from flask import Flask, Response, g, request

from marketplace.web.actor import current_actor, is_impersonal, is_public

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def leave_nothing(response: Response) -> Response:
    """Let the browser forget what it kept of somebody who goes: pages, and drafts on this device."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _is_private(response: Response) -> bool:
    """Whether an answer is for its reader alone: somebody signed in, whoever may become so, or the holder of a form."""
    if is_impersonal(request.endpoint):
        return False
    reader = g.get("actor")
    return bool(
        (reader is not None and reader.signed_in)
        or not is_public(request.endpoint)
        or "csrf_token" in g
        or "Set-Cookie" in response.headers
    )


def _finish(response: Response) -> Response:
    if "token" in (request.view_args or {}):  # the address is a key: no page that follows is told of it
        response.headers.setdefault("Referrer-Policy", "strict-origin")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "frame-ancestors *" in response.headers["Content-Security-Policy"]:
        del response.headers["X-Frame-Options"]  # its own policy lets other sites show it
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    is_private = _is_private(response)
    if is_private:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html":
        response.vary.update(("HX-Request", "Cookie", "Accept-Language"))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if not is_private and _may_match(response):
            response.add_etag(weak=True)
            response.make_conditional(request)
    return response


def _may_match(response: Response) -> bool:
    """An anonymous public page holds nothing of its reader, so the same bytes may be kept."""
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and is_public(request.endpoint)
        and not current_actor().signed_in
    )


def init_app(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_finish)
