"""What the centre may choose from when it opens a pairing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, or_, select

from marketplace.calls.models import Call
from marketplace.calls.states import LIVE
from marketplace.kernel.db import db
from marketplace.kernel.locales import LOCALES, pick_text
from marketplace.kernel.policy import Actor
from marketplace.kernel.unaccent import unaccent
from marketplace.network.models import Programme, programme_centres
from marketplace.network.queries import programmes_joined_by, programmes_managed_by
from marketplace.pairings.queries import names_of
from marketplace.people.directory import entries
from marketplace.people.models import DEMAND_KINDS, Organisation, OrganisationText

Options = list[tuple[int, str]]


def title_of(call: Call, locale: str) -> str:
    """A call's title in ``locale``, or in the language it has."""
    text = pick_text(call.texts, locale)
    return text.title if text else ""


def _calls(actor: Actor) -> Select[Call]:
    worked = or_(
        Call.programme_id.in_(programmes_managed_by(actor.centre_id or 0)),
        Call.programme_id.in_(programmes_joined_by(actor.centre_id or 0)),
    )
    states = LIVE
    return select(Call).where(worked, Call.state.in_(states), Call.track != "top_down", Call.is_reference.is_(False))


def calls_for(actor: Actor, locale: str) -> Options:
    """Calls whose track takes pairs without an application, of programmes the actor's centre works in."""
    found = db.session.scalars(_calls(actor).order_by(Call.id.desc())).all()
    return [(call.id, title_of(call, locale)) for call in found]


def call_of(actor: Actor, call_id: int | None) -> Call | None:
    """The chosen call, if it is one of them."""
    return db.session.scalars(_calls(actor).where(Call.id == call_id)).one_or_none()


def organisation(organisation_id: int | None) -> Organisation | None:
    """The chosen organisation."""
    return db.session.get(Organisation, organisation_id) if organisation_id else None


def companies(actor: Actor, locale: str) -> Options:
    """Verified demand companies by name."""
    return _organisations(actor, tuple(DEMAND_KINDS), locale)


def startups(actor: Actor, locale: str) -> Options:
    """Verified startups and small companies by name."""
    return _organisations(actor, ("startup", "sme"), locale)


def _organisations(actor: Actor, kinds: tuple[str, ...], locale: str) -> Options:
    findable = entries(actor).with_only_columns(Organisation.id)
    rows = db.session.execute(
        select(OrganisationText.organisation_id, OrganisationText.locale, OrganisationText.name)
        .join(Organisation, Organisation.id == OrganisationText.organisation_id)
        .where(Organisation.state == "verified", Organisation.kind.in_(kinds), Organisation.source.is_(None))
        .where(Organisation.id.in_(findable))
    )
    found: dict[int, dict[str, str]] = {}
    for organisation_id, code, name in rows:
        found.setdefault(organisation_id, {})[code] = name
    named = [(key, next(n[c] for c in (locale, *LOCALES) if c in n)) for key, n in found.items()]
    return sorted(named, key=lambda option: unaccent(option[1]))


def centres_of(centre_ids: Iterable[int], actor: Actor, locale: str) -> Options:
    """Centres that may broker: all of the programme for its managing centre, else one's own."""
    wanted = list(centre_ids)
    if not wanted or actor.centre_id != wanted[0]:
        wanted = [actor.centre_id] if actor.centre_id in wanted else []
    names = names_of(wanted, locale)
    return [(centre_id, names.get(centre_id, "")) for centre_id in wanted]


def centres_for(actor: Actor, locale: str) -> Options:
    """One's own centre, and those that co-operate in its programmes."""
    managed = select(Programme.id).where(Programme.managing_centre_id == (actor.centre_id or 0))
    others = select(programme_centres.c.centre_id).where(programme_centres.c.programme_id.in_(managed)).distinct()
    wanted = [actor.centre_id or 0, *(i for i in db.session.scalars(others) if i != actor.centre_id)]
    names = names_of(wanted, locale)
    return [(centre_id, names.get(centre_id, "")) for centre_id in wanted]
