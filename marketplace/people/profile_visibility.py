"""What an organisation chooses to show of itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from marketplace.kernel import events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Invalid, Missing, expect_version
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.people import queries
from marketplace.people.models import SECTIONS, Contact, Organisation, User

MOST_CONTACTS = 12


def choose_shown(
    organisation: Organisation,
    actor: Actor,
    *,
    is_listed: bool,
    sections: Collection[str],
    version: int | None = None,
) -> None:
    """Say whether it may be found, and which sections strangers see."""
    policy.require(actor, "organisation.choose_shown", organisation)
    expect_version(organisation, version)
    chosen = [section for section in SECTIONS if section in sections]
    changed = sorted({*chosen} ^ {*organisation.shown}) + (["is_listed"] if is_listed != organisation.is_listed else [])
    if not changed and has_chosen(organisation):
        return
    organisation.is_listed, organisation.shown = is_listed, chosen
    db.session.flush()
    events.record("organisation.choose_shown", organisation, actor, data={"fields": changed})


def has_chosen(organisation: Organisation) -> bool:
    """Whether its owners have said once what others see, be it to leave it as it was."""
    chosen = select(Event.id).where(
        Event.step == "organisation.choose_shown",
        Event.subject_type == "organisation",
        Event.subject_id == organisation.id,
    )
    return bool(db.session.scalar(select(chosen.exists())))


def add_contact(
    organisation: Organisation,
    actor: Actor,
    *,
    name: str,
    role: str,
    locale: str,
    email: str | None = None,
    phone: str | None = None,
) -> None:
    """Name a person to talk to; ``role`` is written in ``locale``."""
    policy.require(actor, "organisation.edit", organisation)
    if len(organisation.contacts) >= MOST_CONTACTS:
        raise Invalid(_l("At most %(most)s people can be named. Remove one first.", most=MOST_CONTACTS), field="name")
    organisation.contacts.append(Contact(name=name, role=role, locale=locale, email=email, phone=phone))
    _changed(organisation, actor)


def remove_contact(organisation: Organisation, actor: Actor, contact_id: int) -> None:
    """Take a person off the list."""
    policy.require(actor, "organisation.edit", organisation)
    found = next((row for row in organisation.contacts if row.id == contact_id), None)
    if found is None:
        raise Missing
    organisation.contacts.remove(found)
    _changed(organisation, actor)


def _changed(organisation: Organisation, actor: Actor) -> None:
    touch(organisation)
    db.session.flush()
    events.record("organisation.edit", organisation, actor, data={"fields": ["contacts"]})


def take_off_profiles(user: User, actor: Actor) -> None:
    """Take somebody who closes their account off the profiles of their organisations, where they stand by name."""
    for organisation in [seat.organisation for seat in queries.seats(user.id)]:
        for field in ("representatives", "contacts"):
            rows: list[Any] = getattr(organisation, field)
            if own := [row for row in rows if _is_of(row, user)]:
                for row in own:
                    rows.remove(row)
                touch(organisation)
                db.session.flush()
                events.record("organisation.edit", organisation, actor, data={"fields": [field]})


def _is_of(row: Any, user: User) -> bool:
    has_name = " ".join(row.name.split()).casefold() == " ".join(user.name.split()).casefold()
    return has_name or (getattr(row, "email", None) or "").lower() == user.email
