"""What a challenge says, section by section: the order of the drafting, the names of its fields, what is missing."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marketplace.kernel.locales import _l


@dataclass(frozen=True)
class Entry:
    """One thing that is written: a column of the challenge, or of its texts where ``is_text``.

    ``width`` and ``affix`` are those of its control. What ``is_fact`` stands on the public page by its label and its
    value in words; everything else has a place of its own there.
    """

    name: str
    label: Any
    is_needed: bool = False  # before the challenge can be sent
    is_text: bool = False
    width: str = ""
    affix: Any = ""
    is_fact: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the drafting, with its entries in their order."""

    name: str
    label: Any
    question: Any
    entries: tuple[Entry, ...]

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Its columns of the challenge."""
        return tuple(entry.name for entry in self.entries if not entry.is_text and entry.name != "invited")

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Its columns of each language."""
        return tuple(entry.name for entry in self.entries if entry.is_text)


def _text(name: str, label: Any, *, is_needed: bool = False) -> Entry:
    return Entry(name, label, is_needed, is_text=True)


SECTIONS = (
    Section(
        "need",
        _l("The need"),
        _l("What should be solved, and why does it matter now?"),
        (
            Entry("main_locale", _l("Main language")),
            Entry("fields", _l("Fields of technology")),
            _text("title", _l("Title"), is_needed=True),
            _text("summary", _l("Public summary"), is_needed=True),
            _text("problem", _l("The problem"), is_needed=True),
            _text("why_now", _l("Why now")),
            _text("constraints", _l("Constraints")),
            _text("success_criteria", _l("What counts as success"), is_needed=True),
        ),
    ),
    Section(
        "startup",
        _l("The startup you look for"),
        _l("How far along should the solution be, and how many startups do you want to work with?"),
        (
            Entry("trl_from", _l("Readiness from"), is_needed=True, width="short"),
            Entry("trl_to", _l("Readiness to"), is_needed=True, width="short"),
            Entry("startups_sought", _l("Startups sought"), width="short", is_fact=True),
        ),
    ),
    Section(
        "offer",
        _l("What you offer"),
        _l("What does the startup get from you to do the work?"),
        (
            Entry("resources", _l("Resources offered"), is_needed=True),
            _text("resources_words", _l("Resources in words")),
            Entry("budget", _l("Budget"), width="half"),
            Entry("currency", _l("Currency"), width="short"),
            Entry("payment_days", _l("Paid within (days)"), width="short", affix=_l("days")),
            _text("payment_terms", _l("Payment terms in words")),
        ),
    ),
    Section(
        "terms",
        _l("Rights, decision and purchase"),
        _l("Who decides, when, and what follows a good pilot?"),
        (
            Entry("ip_option", _l("Rights to the result"), is_needed=True),
            _text("ip_words", _l("Rights in words")),
            Entry("owner_name", _l("Problem owner"), is_needed=True, width="half"),
            Entry("owner_role", _l("Role of the problem owner"), width="half"),
            Entry("decision_date", _l("Decision date"), is_needed=True, width="short"),
            _text("purchase_route", _l("Route to purchase after a pilot"), is_needed=True),
        ),
    ),
    Section(
        "audience",
        _l("Who sees it"),
        _l("May everybody know that the challenge is yours?"),
        (
            Entry("visibility", _l("Visibility")),
            Entry("described_kind", _l("Kind of company")),
            Entry("described_region", _l("Region")),
            Entry("described_country", _l("Country")),
            Entry("described_sector", _l("Sector")),
            _text("anonymous_as", _l("Description in your own words")),
            Entry("invited", _l("Invited startups")),
        ),
    ),
    Section(
        "destination",
        _l("Where it goes"),
        _l("Which centre should read it, and for which call?"),
        (Entry("centre_id", _l("Centre"), is_needed=True), Entry("call_id", _l("Call"))),
    ),
)
ENTRIES = {entry.name: entry for part in SECTIONS for entry in part.entries}
LABELS = {name: entry.label for name, entry in ENTRIES.items()}


def section(name: str) -> Section:
    """The section of that name. Raises KeyError for an unknown one."""
    for found in SECTIONS:
        if found.name == name:
            return found
    raise KeyError(name)


def section_of(field: str) -> Section:
    """The section where a field is written."""
    return next(found for found in SECTIONS if ENTRIES[field] in found.entries)


def missing_fields(challenge: Any) -> list[str]:
    """The fields still needed before the challenge can be sent, in the order of the drafting."""
    text = challenge.texts.get(challenge.main_locale)
    needed = [entry for entry in ENTRIES.values() if entry.is_needed]
    wanted = {entry.name for entry in needed if not entry.is_text and not getattr(challenge, entry.name)}
    written = (entry.name for entry in needed if entry.is_text)
    wanted |= {name for name in written if text is None or not (getattr(text, name) or "").strip()}
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
