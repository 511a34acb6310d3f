"""What the public interface says of each thing: the answers, their documentation and nothing that is not public.

Texts come in every language they have, by language code. Each shape is drawn for somebody without an account; the
OpenAPI document is read from these very declarations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale

from marketplace.calls.models import Call
from marketplace.calls.states import CURRENT
from marketplace.challenges.models import Challenge
from marketplace.challenges.secrets import Company as Seen
from marketplace.challenges.secrets import company_of
from marketplace.kernel.locales import LOCALES, _l
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.written_days import whole_day
from marketplace.network.models import Centre
from marketplace.people.models import Organisation
from marketplace.places.models import Region

Texts = Annotated[dict[str, str], _l("By language: en, fr or ko. A language that is missing was not written.")]
Status = Annotated[
    Literal["open", "upcoming", "closed", "reference"],
    _l("Reference records come from public sources: nobody applies to them here."),
]
Address = Annotated[str, "uri"]


@dataclass(frozen=True)
class Place:
    """A region."""

    code: Annotated[str, "ISO 3166-2"]
    country: Annotated[str, "ISO 3166-1"]
    name: Texts


@dataclass(frozen=True)
class Money:
    """An amount; the currency is its ISO 4217 code."""

    amount: Annotated[str, _l("A decimal number, as text")]
    currency: str | None


@dataclass(frozen=True)
class Source:
    """Where a reference record comes from."""

    name: str
    url: str | None
    licence: str | None


@dataclass(frozen=True)
class Company:
    """Who posts a challenge; where the name is not shown, a description stands for it and ``id`` is null."""

    id: int | None
    name: Texts
    is_described: Annotated[bool, _l("The company does not give its name: what stands here describes it")]
    kind: str | None
    region: str | None
    country: str | None
    sector: str | None


@dataclass(frozen=True)
class ChallengeEntry:
    """A challenge in a list."""

    id: int
    url: Address
    status: Status
    state: str
    title: Texts
    summary: Texts
    company: Company
    call: Annotated[int | None, _l("Number of the call that it is published in")]
    track: str | None
    centre: Annotated[str | None, _l("Short name of the centre; null where it would tell who the company is")]
    fields: list[str]
    trl_from: int | None
    trl_to: int | None
    budget: Money | None
    startups_sought: int
    ip_option: str | None
    resources: list[str]
    published_at: datetime | None
    opens_at: datetime | None
    closes_at: Annotated[datetime | None, _l("Applications are in time up to and including this instant")]
    opens_on: Annotated[str | None, _l("The first day, where only the day is known")]
    closes_on: Annotated[str | None, _l("The last day, where only the day is known; it counts until it has ended")]
    decision_date: Annotated[str | None, _l("The day by which every applicant has an answer")]
    source: Source | None


@dataclass(frozen=True)
class ChallengeFull(ChallengeEntry):
    """A challenge with all its texts."""

    problem: Texts
    why_now: Texts
    constraints: Texts
    success_criteria: Texts
    resources_words: Texts
    payment_terms: Texts
    ip_words: Texts
    purchase_route: Texts
    payment_days: int | None


@dataclass(frozen=True)
class CallEntry:
    """A call for applications."""

    id: int
    url: Address
    status: Status
    state: str
    track: str | None
    title: Texts
    subject: Texts
    centre: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    opens_on: Annotated[str | None, _l("The first day, where only the day is known")]
    closes_on: Annotated[str | None, _l("The last day, where only the day is known; it counts until it has ended")]
    time_zone: Annotated[str, _l("A zone of the IANA database")]
    notice_date: str | None
    decisions_by: str | None
    award_count: int | None
    award_amount: Money | None
    budget: Money | None
    source: str | None
    source_url: str | None
    licence: str | None


@dataclass(frozen=True)
class CentreEntry:
    """A regional innovation centre."""

    slug: str
    url: Address
    name: Texts
    description: Texts
    region: Place | None
    network: str
    time_zone: str
    languages: list[str]
    website: str | None
    is_demo: Annotated[bool, _l("Part of the demonstration: invented")]
    status: Annotated[Literal["working", "reference"], _l("Nobody works here yet in a centre that is on record alone.")]
    source: Source | None


@dataclass(frozen=True)
class OrganisationEntry:
    """A verified organisation that chose to be found, a centre, or a record from a public source.

    What an organisation hides is empty here.
    """

    id: int
    url: Address
    kind: str
    name: Texts
    description: Texts
    region: Place | None
    country: str | None
    sectors: list[str]
    website: str | None
    status: Annotated[
        Literal["verified", "centre", "claimed", "reference"],
        _l("Reference records come from public sources; one that its people manage is claimed until it is verified."),
    ]
    source: Source | None


def address(path: str) -> str:
    """A page's lasting address, with the site's own name whatever name it was asked under."""
    return f"{current_app.config['SITE_URL']}{path}"


def status_of(is_reference: bool, state: str, opens_at: datetime | None, now: datetime) -> Any:
    """The word that filters use."""
    if is_reference:
        return "reference"
    if state in CURRENT:
        return "upcoming" if state == "published" or (opens_at is not None and opens_at > now) else "open"
    return "closed"


def _day(at: datetime | None, zone: str) -> str | None:
    """The day that an instant stands for, where no hour is known."""
    found = whole_day(at.astimezone(ZoneInfo(zone))) if at is not None else None
    return found.isoformat() if found is not None else None


def challenges(rows: Sequence[Challenge], now: datetime, slugs: Mapping[int, str]) -> list[ChallengeEntry]:
    """The rows of a list; ``slugs`` names their centres by id."""
    companies = _companies(rows)
    return [ChallengeEntry(**_challenge(row, companies[row.id], now, slugs.get(row.centre_id or 0))) for row in rows]


def challenge(row: Challenge, now: datetime) -> ChallengeFull:
    """One challenge with its texts."""
    names = (
        "problem", "why_now", "constraints", "success_criteria", "resources_words", "payment_terms", "ip_words",
        "purchase_route",
    )  # fmt: skip
    texts: dict[str, Any] = {name: _texts(row.texts, name) for name in names}
    slug = row.centre.slug if row.centre else None
    facts = _challenge(row, _companies([row])[row.id], now, slug)
    return ChallengeFull(**facts, **texts, payment_days=row.payment_days)


def _challenge(row: Challenge, company: Company, now: datetime, slug: str | None) -> dict[str, Any]:
    state = row.state_at(now)
    return {
        "id": row.id,
        "url": address(f"/challenges/{row.id}"),
        "status": status_of(row.is_reference, state, row.opening(), now),
        "state": state,
        "title": _texts(row.texts, "title"),
        "summary": _texts(row.texts, "summary"),
        "company": company,
        "call": row.call_id,
        "track": row.call.track if row.call and not row.is_reference else None,
        "centre": None if row.is_reference or company.is_described else slug,
        "fields": list(row.fields),
        "trl_from": row.trl_from,
        "trl_to": row.trl_to,
        "budget": _money(row.budget, row.currency),
        "startups_sought": row.startups_sought,
        "ip_option": row.ip_option,
        "resources": list(row.resources),
        "published_at": row.published_at,
        "opens_at": row.opening(),
        "closes_at": row.closing(),
        "opens_on": _day(row.opening(), row.zone),
        "closes_on": _day(row.closing(), row.zone),
        "decision_date": row.answer_by.isoformat() if row.answer_by else None,
        "source": _source(row),
    }


def _companies(rows: Sequence[Challenge]) -> dict[int, Company]:
    """Who posts each challenge, as strangers may know, in every language."""
    seen: dict[int, list[Seen]] = {}
    for locale in LOCALES:
        with force_locale(locale):
            for row in rows:
                seen.setdefault(row.id, []).append(company_of(row, ANONYMOUS, locale))
    return {row.id: _company(row, seen[row.id]) for row in rows}


def _company(row: Challenge, seen: list[Seen]) -> Company:
    name = {each.locale: each.name for each in seen if each.name}
    if row.organisation is None or seen[0].organisation_id is None:
        told = (row.described_kind, row.described_region, row.described_country, row.described_sector)
        return Company(None, name, seen[0].is_described, *(told if seen[0].is_described else (None,) * 4))
    own = row.organisation
    country = own.region.country if own.region else own.country
    return Company(own.id, name, False, own.kind, own.region_code, country, None)


def call(row: Call, now: datetime) -> CallEntry:
    state = row.state_at(now)
    centre = row.programme.managing_centre.slug if row.programme else None
    return CallEntry(
        row.id, address(f"/calls/{row.id}"), status_of(row.is_reference, state, row.opens_at, now), state,
        None if row.is_notice else row.track, _texts(row.texts, "title"), _texts(row.texts, "subject"), centre,
        row.opens_at, row.closes_at, _day(row.opens_at, row.time_zone),
        _day(row.closes_at, row.time_zone), row.time_zone, row.notice_date.isoformat() if row.notice_date else None,
        row.decisions_by.isoformat() if row.decisions_by else None, row.award_count,
        _money(row.award_amount, row.currency), _money(row.budget, row.currency), row.source, row.source_url,
        row.licence,
    )  # fmt: skip


def centre(row: Centre) -> CentreEntry:
    own = row.organisation
    return CentreEntry(
        row.slug, address(f"/centres/{row.slug}"), _texts(own.texts, "name"), _texts(own.texts, "description"),
        _place(own.region), row.network.slug, row.time_zone, list(row.languages), own.website, row.is_demo,
        "reference" if own.is_reference else "working", _source(own),
    )  # fmt: skip


def organisation(row: Organisation) -> OrganisationEntry:
    status: Any = "reference" if row.is_reference else "centre" if row.kind == "centre" else row.state
    place = row.region if row.shows("region") else None
    country = (place.country if place else row.country) if row.shows("region") else None
    return OrganisationEntry(
        row.id, address(f"/organisations/{row.id}"), row.kind, _texts(row.texts, "name"),
        _texts(row.texts, "description") if row.shows("description") else {}, _place(place), country,
        list(row.sectors) if row.shows("sectors") else [], row.website if row.shows("website") else None,
        status if status in ("reference", "centre", "verified") else "claimed", _source(row),
    )  # fmt: skip


def _texts(texts: Mapping[str, Any], name: str) -> dict[str, str]:
    return {code: getattr(texts[code], name) for code in LOCALES if code in texts and getattr(texts[code], name)}


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    return None if amount is None else Money(format(amount, "f"), currency)


def _place(region: Region | None) -> Place | None:
    return Place(region.code, region.country, {code: region.name(code) for code in LOCALES}) if region else None


def _source(row: Challenge | Organisation) -> Source | None:
    """Where it was taken from; an organisation keeps its source after its people have claimed it."""
    kept = isinstance(row, Organisation) or row.is_reference
    return Source(row.source, row.source_url, row.licence) if kept and row.source else None
