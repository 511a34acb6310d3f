"""What a challenge says, section by section: the order of the drafting, the names of its fields, what is missing."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from marketplace.kernel.locales import _l


@dataclass(frozen=True)
class Section:
    """A part of the drafting: ``values`` are columns of the challenge, ``texts`` columns of its languages."""

    name: str
    label: Any
    question: Any
    values: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


SECTIONS = (
    Section(
        "need",
        _l("The need"),
        _l("What should be solved, and why does it matter now?"),
        ("main_locale", "fields"),
        ("title", "summary", "problem", "why_now", "constraints", "success_criteria"),
    ),
    Section(
        "startup",
        _l("The startup you look for"),
        _l("How far along should the solution be, and how many startups do you want to work with?"),
        ("trl_from", "trl_to", "startups_sought"),
    ),
    Section(
        "offer",
        _l("What you offer"),
        _l("What does the startup get from you to do the work?"),
        ("resources", "budget", "currency", "payment_days"),
        ("resources_words", "payment_terms"),
    ),
    Section(
        "terms",
        _l("Rights, decision and purchase"),
        _l("Who decides, when, and what follows a good pilot?"),
        ("ip_option", "owner_name", "owner_role", "decision_date"),
        ("ip_words", "purchase_route"),
    ),
    Section(
        "audience",
        _l("Who sees it"),
        _l("May everybody know that the challenge is yours?"),
        ("visibility", "described_kind", "described_region", "described_country", "described_sector"),
        ("anonymous_as",),
    ),
    Section(
        "destination",
        _l("Where it goes"),
        _l("Which centre should read it, and for which call?"),
        ("centre_id", "call_id"),
    ),
)

LABELS = {
    "main_locale": _l("Main language"),
    "fields": _l("Fields of technology"),
    "title": _l("Title"),
    "summary": _l("Public summary"),
    "problem": _l("The problem"),
    "why_now": _l("Why now"),
    "constraints": _l("Constraints"),
    "success_criteria": _l("What counts as success"),
    "trl_from": _l("Readiness from"),
    "trl_to": _l("Readiness to"),
    "startups_sought": _l("Startups sought"),
    "resources": _l("Resources offered"),
    "resources_words": _l("Resources in words"),
    "budget": _l("Budget"),
    "currency": _l("Currency"),
    "payment_days": _l("Paid within (days)"),
    "payment_terms": _l("Payment terms in words"),
    "ip_option": _l("Rights to the result"),
    "ip_words": _l("Rights in words"),
    "owner_name": _l("Problem owner"),
    "owner_role": _l("Role of the problem owner"),
    "decision_date": _l("Decision date"),
    "purchase_route": _l("Route to purchase after a pilot"),
    "visibility": _l("Visibility"),
    "described_kind": _l("Kind of company"),
    "described_region": _l("Region"),
    "described_country": _l("Country"),
    "described_sector": _l("Sector"),
    "anonymous_as": _l("Description in your own words"),
    "invited": _l("Invited startups"),
    "centre_id": _l("Centre"),
    "call_id": _l("Call"),
}

NEEDED_TEXTS = ("title", "summary", "problem", "success_criteria", "purchase_route")
NEEDED_VALUES = (
    "trl_from", "trl_to", "resources", "ip_option", "owner_name", "decision_date", "centre_id",
)  # fmt: skip


def section(name: str) -> Section:
    """The section of that name. Raises KeyError for an unknown one."""
    for found in SECTIONS:
        if found.name == name:
            return found
    raise KeyError(name)


def section_of(field: str) -> Section:
    """The section where a field is written."""
    for found in SECTIONS:
        if field in found.values or field in found.texts or (field == "invited" and found.name == "audience"):
            return found
    raise KeyError(field)


def missing(challenge: Any) -> list[str]:
    """The fields still needed before the challenge can be sent, in the order of the drafting."""
    text = challenge.texts.get(challenge.main_locale)
    wanted = {name for name in NEEDED_VALUES if not getattr(challenge, name)}
    wanted |= {name for name in NEEDED_TEXTS if text is None or not (getattr(text, name) or "").strip()}
    if challenge.ip_option == "other" and (text is None or not (text.ip_words or "").strip()):
        wanted.add("ip_words")
    if challenge.budget is not None and not challenge.currency:
        wanted.add("currency")
    if challenge.visibility == "invited" and not challenge.invited:
        wanted.add("invited")
    if challenge.centre is not None:
        wanted.discard("centre_id")
    return [name for name in LABELS if name in wanted]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return sorted(str(item) for item in value)
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def content_of(challenge: Any, *names: str) -> dict[str, Any]:
    """Every written value, ready for JSON: ``budget``, ``title.fr``, ``invited``; of the sections named, or of all."""
    found: dict[str, Any] = {}
    for part in SECTIONS:
        if names and part.name not in names:
            continue
        found.update({name: _plain(getattr(challenge, name)) for name in part.values})
        for code, text in sorted(challenge.texts.items()):
            found.update({f"{name}.{code}": getattr(text, name) or "" for name in part.texts if getattr(text, name)})
        if part.name == "audience":
            found["invited"] = sorted(row.organisation_id for row in challenge.invited)
    return found


def mark_of(challenge: Any, name: str) -> int:
    """The version of one section: it changes when, and only when, what is written there changes.

    So two people may write different sections at once, and neither loses a word.
    """
    written = json.dumps(content_of(challenge, name), sort_keys=True, default=str)
    return zlib.crc32(written.encode()) % 1_000_000_000


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    """Field, language (or empty), earlier and later value, in the order of the drafting."""
    order = list(LABELS)
    changed = [key for key in {**before, **after} if (before.get(key) or None) != (after.get(key) or None)]
    changed.sort(key=lambda key: (order.index(key.partition(".")[0]), key))
    return [(key.partition(".")[0], key.partition(".")[2], before.get(key), after.get(key)) for key in changed]
