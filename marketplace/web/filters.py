"""How instants, days, money and texts are written, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import nh3
from babel.dates import format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, get_flashed_messages, session
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from marketplace.kernel import clock
from marketplace.kernel.dates import day_in, days_between, hour_in, instant_in
from marketplace.kernel.language import language_of
from marketplace.kernel.locales import NAMES, Translated, pick_text
from marketplace.kernel.written_days import whole_day
from marketplace.web.forms import in_error, only_choice
from marketplace.web.language import current_locale

_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h3", "h4", "blockquote", "code", "pre", "br", "hr"}


def instant(value: datetime | None, zone: str = "UTC") -> str:
    """``12 March 2027, 16:00 KST``: an absolute instant in a zone, which is named."""
    if value is None:
        return "–"
    return instant_in(value.astimezone(ZoneInfo(zone)), current_locale())


def stamp(value: datetime, zone: str = "UTC") -> str:
    """An instant for machines; where only its day is known, the day."""
    return (whole_day(value.astimezone(ZoneInfo(zone))) or value).isoformat()


def hour(value: datetime | time) -> str:
    """``16:00``, in French ``16 h 00``."""
    return hour_in(value, current_locale())


def day(value: date | datetime | None, zone: str = "") -> str:
    """A calendar day in words: ``12 March 2027``; that of an instant is a zone's."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = clock.day_of(value, zone)
    return day_in(value.year, value.month, value.day, current_locale())


def relative(value: date | datetime | None, zone: str | None = None) -> str:
    """How far off, from now: ``in 5 days``, ``3 days ago``; in a zone, by its calendar."""
    if value is None:
        return ""
    now = clock.now()
    if isinstance(value, datetime):
        delta = value - now
    elif not (delta := value - clock.today(zone or "UTC")):
        return str(_("today"))
    # Up to two months days are counted: "in 1 week" would be wrong by three for a deadline in ten days.
    near = timedelta(days=1) <= abs(delta) < timedelta(days=60)
    if near and zone and isinstance(value, datetime):
        delta = timedelta(days=days_between(now, value, zone))
    return format_timedelta(
        delta,
        add_direction=True,
        threshold=60 if near else 1.3,
        granularity="day" if near else "second",
        locale=current_locale(),
    )


def money(amount: Decimal | int | None, currency: str | None) -> str:
    """Number and ISO 4217 code, grouped as the reader's language does; no cents where there are none."""
    if amount is None:
        return "–"
    return _money(amount, currency or "XXX", current_locale())


@lru_cache(4096)
def _money(amount: Decimal | int, currency: str, locale: str) -> str:
    pattern = "#,##0.00 ¤¤" if amount % 1 else "#,##0 ¤¤"
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)


def number(value: Decimal | int | float | None) -> str:
    """A number, grouped as the reader's language does."""
    return "–" if value is None else _number(value, current_locale())


@lru_cache(4096)
def _number(value: Decimal | int | float, locale: str) -> str:
    return format_decimal(value, locale=locale)


def paragraphs(text: str | None) -> Markup:
    """Plain text as paragraphs and line breaks, escaped."""
    blocks = [block.strip() for block in (text or "").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n"))) for block in blocks
    )


def spoken(words: Any) -> Any:
    """Words of a person, marked with their language where it is not the page's."""
    if not isinstance(words, str) or isinstance(words, Markup):
        return words
    found = words.locale if isinstance(words, Translated) else language_of(words)
    if found in ("", current_locale()):
        return words
    return Markup('<span lang="{}">{}</span>').format(found, words)


def language_note(words: Any) -> str:
    """What follows words of a person in plain text: their language, where it is not the reader's."""
    if not words or not isinstance(words, Translated) or words.locale == current_locale():
        return ""
    return f" ({_('text in: %(language)s', language=NAMES[words.locale])})"


def markdown(text: str | None) -> Markup:
    """Light formatting (paragraphs, lists, emphasis, links), sanitised."""
    rendered = _markdown.render(text or "")
    return Markup(nh3.clean(rendered, tags=_TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener"))


def state_of(subject: Any, view: str = "owner", state: str | None = None) -> Any:
    """The State of a subject as its ``owner`` or ``staff`` reads it: ``.family`` and ``.label``."""
    name = state or subject.state_at(clock.now())
    found = subject.shown_as(name)
    return {"name": name, "family": found.family, "label": found.staff if view == "staff" else found.owner}


def text_of(texts: Any) -> Any:
    """The row of content to show in this page's language; its ``locale`` says which it is."""
    return pick_text(texts, current_locale())


def language_name(code: str) -> str:
    """A language's own name."""
    return NAMES.get(code, code)


def flashes() -> list[tuple[str, str]]:
    """Category and words of each message waiting for this page; only a session that exists is opened."""
    return get_flashed_messages(with_categories=True) if session else []  # type: ignore[return-value]


def init_app(app: Flask) -> None:
    """Make all of them Jinja filters, and ``flashes`` a global."""
    for filter_ in (
        instant,
        stamp,
        day,
        relative,
        money,
        number,
        paragraphs,
        markdown,
        state_of,
        text_of,
        language_name,
        language_of,
        spoken,
        language_note,
    ):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals |= {"flashes": flashes, "in_error": in_error, "only_choice": only_choice}
