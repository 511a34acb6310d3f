"""Challenges from elsewhere: reference records in a call per source, or trial challenges of a call of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.challenges.models import RESOURCES, Challenge, ChallengeText
from marketplace.kernel import clock, rows, search
from marketplace.kernel.db import db
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.rows import Refused
from marketplace.network.models import Call, CallText
from marketplace.people import importing as organisations
from marketplace.people.models import Organisation
from marketplace.places.hours import zone_of_place

TITLE_WORDS = 12
SUMMARY = 280  # characters


def importer(call: Call | None = None, source: str | None = None) -> Callable[[dict[str, Any]], str]:
    """What stores one row: id, title, sponsor, description, language, opens, closes, prize, currency, categories,
    url, source, licence, criteria. With ``call`` each becomes a trial challenge of it, else a reference record.
    """
    call_id = call.id if call else None

    def store(values: dict[str, Any]) -> str:
        found_source = rows.text(values, "source", 500) or source
        key = rows.text(values, "id", 200)
        if not found_source or not key:
            raise Refused("the row names no source or no id")
        locale = rows.one(values, "language", LOCALES, "en")
        words = _words(values)
        facts = _facts(values, found_source, locale)
        if call_id is None:
            facts |= _as_reference(values, found_source, locale)
        else:
            facts |= _as_trial(db.session.get_one(Call, call_id), words)
            found_source = f"trial {call_id}: {found_source}"
        return _upsert(found_source, key, facts, locale, words)

    return store


def _words(values: dict[str, Any]) -> dict[str, str]:
    description = rows.text(values, "description")
    title = rows.line(values, "title", 1000) or first_words(description)
    if not title:
        raise Refused("the row has neither a title nor a description")
    return {
        "title": title,
        "summary": summary_of(description) or title,
        "problem": description,
        "success_criteria": rows.text(values, "criteria"),
    }


def first_words(description: str) -> str:
    """A title for what has none."""
    words = description.split()
    return " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")


def summary_of(description: str) -> str:
    """Its beginning, cut between words."""
    flat = " ".join(description.split())
    return flat if len(flat) <= SUMMARY else flat[:SUMMARY].rsplit(" ", 1)[0] + "…"


def _facts(values: dict[str, Any], source: str, locale: str) -> dict[str, Any]:
    currency = rows.currency(values, "currency")
    budget = rows.amount(values, "prize", currency)
    if budget is not None and currency is None:
        raise Refused("the prize has no currency")
    return {
        "main_locale": locale,
        "organisation_id": _sponsor(values, source, locale),
        "budget": budget,
        "currency": currency if budget is not None else None,
        "fields": organisations.fields_of(rows.words(values, "categories")),
        "source_url": rows.link(values, "url"),
        "licence": rows.text(values, "licence", 500) or None,
    }


def _sponsor(values: dict[str, Any], source: str, locale: str) -> int | None:
    """The sponsor as an organisation nobody has verified."""
    name = rows.line(values, "sponsor", 500)
    if not name:
        return None
    key = f"sponsor {search.identity(name)}"
    kind = "large" if locale == "ko" else "public"
    facts = {"kind": kind, "licence": rows.text(values, "licence", 500) or None}
    organisations.upsert(source, key, facts, locale, {"name": name, "description": ""})
    db.session.flush()
    found = select(Organisation.id).where(organisations.is_known_as(Organisation, source, key))
    return db.session.scalars(found).one()


def _as_reference(values: dict[str, Any], source: str, locale: str) -> dict[str, Any]:
    """A record that holds its own dates and takes no application."""
    opens, closes = rows.when(values, "opens"), rows.when(values, "closes", last=True)
    if opens and closes and opens.day > closes.day:
        opens = None
    call_id, zone = _call_of(values, source, locale)
    opens_at = opens.begins(zone) if opens else None
    return {
        "call_id": call_id,
        "is_reference": True,
        "opens_at": opens_at,
        "closes_at": closes.ends(zone) if closes else None,
        "published_at": opens_at,
    }


def _call_of(values: dict[str, Any], source: str, locale: str) -> tuple[int, str]:
    """The call that holds a source's records, made at the first of them, and the zone in which its days end."""
    known = func.tangent_identity(Call.source) == search.identity(source)
    found = db.session.execute(select(Call.id, Call.time_zone).where(known, Call.source_id.is_(None))).one_or_none()
    if found is not None:
        return found[0], found[1]
    currency, spoken = rows.text(values, "currency", 3), "KR" if locale == "ko" else ""
    told = (rows.text(values, "country", 2).upper(), currency[:2], spoken)
    zone = next((zone for code in told if (zone := zone_of_place(code, ""))), "UTC")
    text = CallText(locale=locale, title=source)
    call = Call(
        is_reference=True, source=source, track="top_down", time_zone=zone, main_locale=locale, texts={locale: text},
        state="open",
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    return call.id, zone


def _as_trial(call: Call, words: dict[str, str]) -> dict[str, Any]:
    """A challenge that can be applied to: what the source does not say gets a plain value, said to be one."""
    words["success_criteria"] = words["success_criteria"] or words["summary"]
    words["problem"] = words["problem"] or words["title"]
    words["purchase_route"] = "Not stated by the source; this challenge was adopted for a trial."
    closing = call.closes_at or clock.now()
    decided = call.decisions_by or clock.day_of(closing + timedelta(days=30), call.time_zone)
    return {
        "call_id": call.id,
        "centre_id": call.programme.managing_centre_id if call.programme else None,
        "is_reference": False,
        "resources": [RESOURCES[0]],
        "trl_from": 3,
        "trl_to": 7,
        "ip_option": "startup_keeps",
        "owner_name": "Trial",
        "decision_date": decided,
    }


def _upsert(source: str, key: str, facts: dict[str, Any], locale: str, words: dict[str, str]) -> str:
    found = db.session.scalars(select(Challenge).where(organisations.is_known_as(Challenge, source, key))).one_or_none()
    if found is None:
        text = ChallengeText(locale=locale, **words)
        facts.setdefault("published_at", clock.now())
        db.session.add(Challenge(source=source, source_id=key, state="open", texts={locale: text}, **facts))
        return "added"
    changed = rows.settle(found, facts)
    if set(found.texts) != {locale}:
        found.texts = {locale: ChallengeText(locale=locale, **words)}
        return "changed"
    return "changed" if rows.settle(found.texts[locale], words) or changed else "unchanged"
