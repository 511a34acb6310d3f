"""Written values in words, for comparisons: no code and no id on a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.calls.models import Call
from marketplace.challenges.labels import COMPANY_KINDS, FIELD_LABELS, IP_LABELS, RESOURCE_LABELS, VISIBILITY_LABELS
from marketplace.challenges.models import Challenge
from marketplace.challenges.sections import ENTRIES
from marketplace.kernel.db import db
from marketplace.kernel.locales import NAMES
from marketplace.people.models import Organisation
from marketplace.places.countries import countries
from marketplace.places.models import Region
from marketplace.web import filters
from marketplace.web.language import current_locale

WORDS: dict[str, dict[str, Any]] = {
    "fields": FIELD_LABELS,
    "resources": RESOURCE_LABELS,
    "ip_option": IP_LABELS,
    "visibility": VISIBILITY_LABELS,
    "described_kind": COMPANY_KINDS,
    "described_sector": FIELD_LABELS,
    "main_locale": NAMES,
}


def _region(code: str) -> str:
    region = db.session.get(Region, code)
    return region.name(current_locale()) if region else code


# How values of other kinds than words are read; they are stored as JSON has them.
READ_AS: dict[str, Callable[[Any], str]] = {
    "budget": lambda value: filters.number(Decimal(value)),
    "decision_date": lambda value: filters.day(date.fromisoformat(value)),
    "described_country": lambda code: countries(current_locale()).get(code, code),
    "described_region": _region,
}


def in_words(name: str, value: Any) -> str:
    """A stored value of the field ``name`` as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list) and name == "invited":
        return ", ".join(sorted(_organisations(value)))
    if name == "centre_id":
        return ", ".join(_organisations([value]))
    if name == "call_id":
        call = db.session.get(Call, value)
        text = call.texts.get(current_locale()) or call.texts.get(call.main_locale) if call else None
        return text.title if text else _("A call")
    if name in READ_AS:
        return READ_AS[name](value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    known = WORDS.get(name, {})
    if isinstance(value, list):
        return ", ".join(str(known.get(item, item)) for item in value)
    return str(known.get(value, value))


def facts_of(challenge: Challenge) -> list[tuple[Any, str]]:
    """What its page says by label and words alone, of what was written."""
    stated = [(entry, getattr(challenge, entry.name)) for entry in ENTRIES.values() if entry.is_fact]
    return [(entry.label, in_words(entry.name, value)) for entry, value in stated if value]


def _organisations(ids: list[int]) -> list[str]:
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids))).unique()
    return [row.name(current_locale()) for row in rows]
