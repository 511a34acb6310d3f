"""Devices known to an account: a browser in which its owner signed in goes on where strangers have to wait.

What the browser holds is signed and says nothing but which accounts it knows; it opens nothing by itself.
"""

from __future__ import annotations

import secrets

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from marketplace.people.sign_in_throttle import account_key
from marketplace.web.cookies import cookie_name, keep

YEAR_SECONDS = 365 * 86400
MOST = 5  # accounts that one browser remembers
MARK = 16  # letters of an account's key that tell it from the others


def mark_of(email: str) -> str | None:
    """The mark under which this browser is known to an account; None where it is not."""
    return _known().get(account_key(email)[:MARK])


def remember_device(email: str) -> None:
    """Know this browser from now on, by the answer to this request."""
    mine, known = account_key(email)[:MARK], _known()
    kept = {mine: known.pop(mine, secrets.token_hex(8)), **known}
    value = _signer().dumps(dict(list(kept.items())[:MOST]))

    @after_this_request
    def _keep(response: Response) -> Response:
        keep(response, "device", str(value), YEAR_SECONDS)
        return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="known-device")


def _known() -> dict[str, str]:
    try:
        found: dict[str, str] = _signer().loads(request.cookies.get(cookie_name("device"), ""), max_age=YEAR_SECONDS)
    except BadData:
        return {}
    return found
