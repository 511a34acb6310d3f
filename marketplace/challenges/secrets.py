"""What an anonymous company hides, answered as this reader may see it. Nothing else reads these columns for pages."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from flask_babel import gettext as _

from marketplace.challenges.labels import COMPANY_KINDS, FIELD_LABELS
from marketplace.challenges.models import Challenge
from marketplace.challenges.policy import follows
from marketplace.challenges.states import LEFT_OUT, PUBLISHED
from marketplace.kernel import clock
from marketplace.kernel.locales import pick_text
from marketplace.kernel.policy import Actor


@dataclass(frozen=True)
class Company:
    """The company as shown: ``organisation_id`` is None where only a description may be seen.

    ``note`` says what kind of company it is and where, as far as this reader may know.
    """

    name: str
    locale: str
    organisation_id: int | None
    is_described: bool
    note: str = ""


def reveals(challenge: Challenge, actor: Actor, *, paired: bool = False) -> bool:
    """Whether this reader may know who the company is. ``paired`` says that a pairing joins both."""
    if challenge.visibility != "anonymous" or follows(actor, challenge):
        return True
    rule = challenge.call.identity_revealed if challenge.call else "never"
    return (rule == "at_closing" and _has_closed(challenge)) or (rule == "at_pairing" and paired)


def ended_early(challenge: Challenge) -> bool:
    """Whether it was withdrawn, rejected or cancelled with its call: no later instant reveals the company."""
    is_cancelled = challenge.call is not None and challenge.call.state == "cancelled"
    return is_cancelled or challenge.state in LEFT_OUT


def _has_closed(challenge: Challenge) -> bool:
    """Whether it was published, stayed so, and applications have closed."""
    closing = challenge.closing()
    return challenge.state in PUBLISHED and not ended_early(challenge) and closing is not None and clock.now() > closing


def company_of(challenge: Challenge, actor: Actor, locale: str, *, paired: bool = False) -> Company:
    """The company's name in ``locale``, or its description."""
    if not reveals(challenge, actor, paired=paired):
        return describe_company(challenge, locale)
    organisation = challenge.organisation
    if organisation is None:
        return Company(challenge.source or "", locale, None, False)
    text = pick_text(organisation.texts, locale)
    place = organisation.region.name(locale) if organisation.region else country_name(organisation.country, locale)
    kind = "" if organisation.is_reference else str(COMPANY_KINDS.get(organisation.kind, ""))
    note = ", ".join(part for part in (kind, place) if part)
    return Company(text.name if text else "", text.locale if text else locale, organisation.id, False, note)


def describe_company(challenge: Challenge, locale: str) -> Company:
    """The company as strangers see it: its own words where it wrote some, beside the facts it chose to state."""
    facts = facts_in_words(challenge, locale)
    written = {code: text for code, text in challenge.texts.items() if (text.anonymous_as or "").strip()}
    shown = pick_text(written, locale)
    if shown is None:
        return Company(facts, locale, None, True)
    return Company(shown.anonymous_as, shown.locale, None, True, facts)


def facts_in_words(challenge: Challenge, locale: str) -> str:
    """The stated facts in words: ``Public company, Water, Gyeongbuk``."""
    kind = COMPANY_KINDS.get(challenge.described_kind or "", "") or _("A company that does not give its name")
    sector = FIELD_LABELS.get(challenge.described_sector or "", "")
    region = challenge.region_described
    place = region.name(locale) if region else country_name(challenge.described_country, locale)
    return ", ".join(str(part) for part in (kind, sector, place) if part)


def country_name(code: str | None, locale: str) -> str:
    """The name of a country by its ISO 3166-1 code; nothing for a code that no country has."""
    return str(Locale.parse(locale).territories.get(code, "")) if code else ""


def owner_of(challenge: Challenge, actor: Actor, *, paired: bool = False) -> tuple[str, str] | None:
    """Name and role of the problem owner; None while hidden or not named."""
    if not challenge.owner_name or not reveals(challenge, actor, paired=paired):
        return None
    return challenge.owner_name, challenge.owner_role or ""
