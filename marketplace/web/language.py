"""The page's language: the address, the person's setting, a cookie, then what the browser prefers.

An answer that is the same for everybody follows its address alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.urls import iri_to_uri

from marketplace.kernel.locales import DEFAULT, LOCALES, NAMES, WORDS, isolated
from marketplace.web.actor import current_actor, is_impersonal
from marketplace.web.cookies import cookie_name, keep

COOKIE = "language"


def current_locale() -> str:
    """The language of this reply or message: en, fr or ko."""
    found = get_locale()
    return found.language if found else DEFAULT


@pass_eval_context
def _gettext(context: EvalContext, string: str, /, **variables: Any) -> str:
    """What templates call ``_``: a format string, whose variables are escaped where the page is markup."""
    words = WORDS.get_translations().gettext(string)
    if context.autoescape:
        words = Markup(words)
    return words % _isolated(variables) if variables or "%" in words else words


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, number: int, /, **variables: Any) -> str:
    variables.setdefault("num", number)
    words = WORDS.get_translations().ngettext(one, many, number)
    return (Markup(words) if context.autoescape else words) % _isolated(variables)


def _isolated(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: isolated(value) for name, value in variables.items()}


def _choose() -> str:
    if not has_request_context():
        return DEFAULT
    if is_impersonal(request.endpoint):
        asked = request.args.get("lang", "")
        return asked if asked in LOCALES else DEFAULT
    offered = (request.args.get("lang"), current_actor().locale, request.cookies.get(cookie_name(COOKIE)))
    for code in offered:
        if code in LOCALES:
            return code
    return request.accept_languages.best_match(LOCALES) or DEFAULT


def address_in(code: str) -> str:
    """The address of this very page in another language."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    pairs = "&".join(f"{_quote(name)}={_quote(value)}" for name, value in [*query, ("lang", code)])
    return f"{iri_to_uri(request.path)}?{pairs}"


def _quote(text: str) -> str:
    return quote(text, safe="")


def languages() -> list[tuple[str, str, str]]:
    """Code, own name and address of this page for each language."""
    return [(code, NAMES[code], address_in(code)) for code in LOCALES]


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LOCALES and request.cookies.get(cookie_name(COOKIE)) != asked and not is_impersonal(request.endpoint):
        keep(response, COOKIE, asked, 365 * 86400)
    response.headers.setdefault("Content-Language", current_locale())
    return response


def _shown() -> dict[str, object]:
    actor = replace(current_actor(), page_locale=current_locale())
    return {"actor": actor, "locale": current_locale(), "languages": languages()}


def init_app(app: Flask) -> None:
    """Let Babel, templates and replies follow the reader's language."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel = Babel(app, locale_selector=_choose)
    babel.domain_instance = WORDS
    app.jinja_env.globals.update({"_": _gettext, "gettext": _gettext, "ngettext": _ngettext})
    app.context_processor(_shown)
    app.after_request(_remember)
