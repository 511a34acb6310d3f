"""What people do with an organisation's profile, and what a centre finds about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from marketplace.kernel import clock, events, policy, workflow
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Invalid, Missing, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.people import queries, registrations
from marketplace.people.chosen_centre import centre_chosen, centres_for
from marketplace.people.models import (
    Affiliation,
    Membership,
    Organisation,
    OrganisationText,
    OrganisationYear,
    Representative,
    User,
)
from marketplace.places.hours import FIRST, zone_of_place
from marketplace.places.models import Region
from marketplace.places.queries import zones_named

# What a centre has looked at: a verified organisation that changes one of these is looked at again.
VERIFIED_FACTS = frozenset(
    {
        "kind", "legal_form", "opened_on", "registered_on", "origin", "registration_scheme",
        "registration_number", "region_code", "country", "zones", "name",
    }
)  # fmt: skip
PLAIN_FIELDS = ("kind", "legal_form", "opened_on", "registered_on", "origin", "website", "sectors")
FIRST_YEAR = 1950


def create_organisation(
    actor: Actor, *, kind: str, name: str, locale: str, region_code: str | None = None
) -> Membership:
    """Add an organisation with its first owner: the person who adds it."""
    policy.require(actor, "organisation.create")
    if kind == "centre":
        raise Invalid(_l("A centre is added by its network."), field="kind")
    organisation = Organisation(
        kind=kind,
        region_code=region_code,
        country=_country_of(region_code),
        texts={locale: OrganisationText(locale=locale, name=name)},
    )
    membership = Membership(user=db.session.get_one(User, actor.user_id), organisation=organisation, role="owner")
    db.session.add_all([organisation, membership])
    db.session.flush()
    events.record("organisation.create", organisation, actor)
    return membership


def _country_of(region_code: str | None) -> str | None:
    region = db.session.get(Region, region_code) if region_code else None
    return region.country if region else None


def edit_organisation(
    organisation: Organisation, actor: Actor, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change the profile: ``texts`` by locale, ``zones`` by code, the rest by column.

    Where the organisation was verified and a verified fact changes, the centre is asked again.
    """
    policy.require(actor, "organisation.edit", organisation)
    expect_version(organisation, version)
    changed = _set_plain(organisation, values)
    changed |= _set_place(organisation, values)
    changed |= _set_registration(organisation, values)
    changed |= _set_texts(organisation, values["texts"])
    if not changed:
        return
    touch(organisation)
    fields = {"fields": sorted(changed)}
    if organisation.is_verified and changed & VERIFIED_FACTS:
        workflow.fire("organisation.amend", organisation, actor, data=fields)
    else:
        db.session.flush()
        events.record("organisation.edit", organisation, actor, data=fields)


def _set_plain(organisation: Organisation, values: Mapping[str, Any]) -> set[str]:
    """Set columns that need no thought; returns the names of those that changed."""
    if (values["kind"] == "centre") != (organisation.kind == "centre"):
        raise Invalid(_l("A centre is added by its network."), field="kind")
    changed = {name for name in PLAIN_FIELDS if (values[name] or None) != (getattr(organisation, name) or None)}
    for name in changed:
        setattr(organisation, name, values[name] or ([] if name == "sectors" else None))
    return changed


def _set_place(organisation: Organisation, values: Mapping[str, Any]) -> set[str]:
    region = values["region_code"] or None
    place = {"region_code": region, "country": _country_of(region) or values["country"] or None}
    changed = {name for name, value in place.items() if value != getattr(organisation, name)}
    for name in changed:
        setattr(organisation, name, place[name])
    if set(values["zones"]) != {zone.code for zone in organisation.zones}:
        organisation.zones = zones_named(values["zones"])
        changed.add("zones")
    return changed


def _set_registration(organisation: Organisation, values: Mapping[str, Any]) -> set[str]:
    scheme = values["registration_scheme"] or None
    number = registrations.normal_number(scheme, values["registration_number"] or "") if scheme else None
    if scheme and (wrong := registrations.number_problem(scheme, number or "")):
        raise Invalid(wrong, field="registration_number")
    if number and queries.registered_elsewhere(organisation.id, scheme, number):
        raise Invalid(
            _l("Another organisation here has this number. If it is yours, ask one of its owners for an invitation."),
            field="registration_number",
        )
    stored = {"registration_scheme": scheme, "registration_number": number}
    changed = {name for name, value in stored.items() if value != getattr(organisation, name)}
    for name in changed:
        setattr(organisation, name, stored[name])
    return changed


def _set_texts(organisation: Organisation, texts: Mapping[str, Mapping[str, str]]) -> set[str]:
    """Set name and description by language; a name that was there and changed counts as a verified fact."""
    if not any(text["name"] for text in texts.values()):
        raise Invalid(_l("Give the name in at least one language."), field="name_en")
    changed: set[str] = set()
    for locale, text in texts.items():
        stored = organisation.texts.get(locale)
        if not text["name"] and text["description"]:
            raise Invalid(_l("Give the name in this language too, or leave both empty."), field=f"name_{locale}")
        if stored is None:
            if text["name"]:
                organisation.texts[locale] = OrganisationText(locale=locale, **text)
                changed.add(f"text_{locale}")
        elif not text["name"]:
            del organisation.texts[locale]
            changed |= {"name", f"text_{locale}"}
        elif (stored.name, stored.description) != (text["name"], text["description"]):
            changed |= {f"text_{locale}"} | ({"name"} if stored.name != text["name"] else set())
            stored.name, stored.description = text["name"], text["description"]
    return changed


def submit_organisation(organisation: Organisation, actor: Actor, *, centre_id: int | None = None) -> None:
    """Ask a centre to verify the registration: the one that is chosen, else the nearest."""
    waits_for_nobody = organisation.state == "submitted" and organisation.verifying_centre_id is None
    if waits_for_nobody:
        policy.require(actor, "organisation.submit", organisation)
    else:
        workflow.fire("organisation.submit", organisation, actor)
    chosen_id = centre_id or organisation.verifying_centre_id
    organisation.verifying_centre_id = centre_chosen(centres_for(organisation), organisation, chosen_id).id
    db.session.flush()
    if waits_for_nobody:
        events.record("organisation.choose_centre", organisation, actor)


def verify_organisation(organisation: Organisation, actor: Actor, *, version: int | None = None) -> None:
    """Confirm what the profile says."""
    policy.require(actor, "organisation.verify", organisation)
    expect_version(organisation, version)
    organisation.verifying_centre_id = organisation.verifying_centre_id or actor.centre_id
    workflow.fire("organisation.verify", organisation, actor)


def ask_corrections(organisation: Organisation, actor: Actor, reason: str) -> None:
    """Ask for corrections, with a reason that the members read."""
    workflow.fire("organisation.ask_corrections", organisation, actor, reason=reason)


def add_representative(organisation: Organisation, actor: Actor, name: str, qualifies: bool | None) -> None:
    """Name a person who legally represents the organisation, and whether they qualify."""
    policy.require(actor, "organisation.edit", organisation)
    organisation.representatives.append(Representative(name=name, qualifies=qualifies))
    _child_changed(organisation, actor, "representatives")


def remove_representative(organisation: Organisation, actor: Actor, representative_id: int) -> None:
    """Take a representative off the profile."""
    policy.require(actor, "organisation.edit", organisation)
    found = next((row for row in organisation.representatives if row.id == representative_id), None)
    if found is None:
        raise Missing
    organisation.representatives.remove(found)
    _child_changed(organisation, actor, "representatives")


def set_year(
    organisation: Organisation,
    actor: Actor,
    year: int,
    *,
    revenue: Decimal | None,
    investment: Decimal | None,
    currency: str | None,
    staff: int | None,
) -> None:
    """Write one year's figures; a year that is there already is replaced."""
    policy.require(actor, "organisation.edit", organisation)
    if not FIRST_YEAR <= year <= clock.today(organisation.zone(FIRST)).year:
        raise Invalid(_l("Give a year that has begun already."), field="year")
    if not currency and (revenue is not None or investment is not None):
        raise Invalid(_l("Choose the currency of the amounts."), field="currency")
    row = next((found for found in organisation.years if found.year == year), None)
    if row is None:
        row = OrganisationYear(year=year)
        organisation.years.append(row)
    row.revenue, row.investment, row.currency, row.staff = revenue, investment, currency, staff
    _child_changed(organisation, actor, "years")


def remove_year(organisation: Organisation, actor: Actor, year: int) -> None:
    """Take a year's figures off the profile."""
    policy.require(actor, "organisation.edit", organisation)
    found = next((row for row in organisation.years if row.year == year), None)
    if found is None:
        raise Missing
    organisation.years.remove(found)
    _child_changed(organisation, actor, "years")


def add_affiliation(organisation: Organisation, actor: Actor, other: Organisation, kind: str) -> None:
    """Declare that the organisation is an affiliate or a shareholder of another."""
    policy.require(actor, "organisation.edit", organisation)
    if other.id == organisation.id:
        raise Invalid(_l("An organisation is no affiliate of itself."), field="other_id")
    if kind not in ("affiliate", "shareholder"):
        raise Invalid(_l("Choose how they are connected."), field="kind")
    there = db.session.scalar(
        select(Affiliation.id).where(
            Affiliation.organisation_id == organisation.id, Affiliation.other_id == other.id, Affiliation.kind == kind
        )
    )
    if there is None:
        db.session.add(Affiliation(organisation_id=organisation.id, other_id=other.id, kind=kind))
        _child_changed(organisation, actor, "affiliations")
        events.record("organisation.gain_affiliation", other, actor)


def remove_affiliation(organisation: Organisation, actor: Actor, affiliation_id: int) -> None:
    """Take a connection off the profile."""
    policy.require(actor, "organisation.edit", organisation)
    row = db.session.get(Affiliation, affiliation_id)
    if row is None or row.organisation_id != organisation.id:
        raise Missing
    db.session.delete(row)
    _child_changed(organisation, actor, "affiliations")


def _child_changed(organisation: Organisation, actor: Actor, field: str) -> None:
    touch(organisation)
    db.session.flush()
    events.record("organisation.edit", organisation, actor, data={"fields": [field]})


def is_future(day: date | None, place: str | None) -> bool:
    """Whether a day has not come yet where the organisation is; where that is unknown, nowhere."""
    return day is not None and day > clock.today(zone_of_place(place, FIRST))
