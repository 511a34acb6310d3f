"""What one box finds beside challenges. Each list comes from the door of its own package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from markupsafe import Markup
from sqlalchemy import Select, case, exists, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from marketplace.calls import queries as call_queries
from marketplace.calls.models import Call, CallText
from marketplace.calls.states import CURRENT
from marketplace.kernel import search, subjects
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.network import queries as network
from marketplace.network.models import Centre, Programme
from marketplace.notifications.titles import names, title_markup, title_of
from marketplace.people import directory
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region

T = TypeVar("T")


@dataclass(frozen=True)
class TopHits(Generic[T]):
    """The best of what was found, and how many there are in all."""

    rows: Sequence[T] = ()
    total: int = 0


def calls(actor: Actor, text: str, now: datetime, most: int) -> TopHits[Call]:
    """Calls whose notice answers: open ones first, then by how well they match."""
    rank = _rank(CallText, CallText.call_id == Call.id, text)
    is_over = case((Call.is_reference, 2), (call_queries.state_at(now).in_(CURRENT), 0), else_=1)
    query = call_queries.visible_to(actor).where(call_queries.has_text(text))
    query = query.options(joinedload(Call.programme).joinedload(Programme.managing_centre))
    return _some(query.order_by(is_over, rank.desc(), Call.id.desc()), most)


def organisations(actor: Actor, text: str, most: int) -> TopHits[Organisation]:
    """Organisations that this reader may find: those whose name holds it first. Centres are listed apart."""
    named = select(OrganisationText.organisation_id).where(search.contains(OrganisationText.squeezed_name, text))
    query = directory.entries(actor, text).where(Organisation.kind != "centre")
    return _some(query.order_by(case((Organisation.id.in_(named), 0), else_=1), Organisation.id.desc()), most)


def centres(actor: Actor, text: str, most: int) -> TopHits[Centre]:
    """Centres by what they say of themselves, or by the region they stand in."""
    words = search.ids_of(OrganisationText.organisation_id, OrganisationText.search, text)
    called = search.contains(OrganisationText.squeezed_name, text)
    named = exists().where(OrganisationText.organisation_id == Organisation.id, called)
    names = (Region.name_en, Region.name_fr, Region.name_ko)
    region = select(Region.code).where(or_(*(search.contains(search.squeezed_key(name), text) for name in names)))
    found = or_(Organisation.id.in_(words), named, Organisation.region_code.in_(region))
    query = network.centres_visible_to(actor).join(Centre.organisation).where(found)
    return _some(
        query.options(joinedload(Centre.organisation).joinedload(Organisation.region)).order_by(Centre.slug), most
    )


@dataclass(frozen=True)
class Hit:
    """A thing that staff may open: what it is called, whose it is, and its number where it has one."""

    title: Markup
    owner: Markup
    note: str
    href: str


@dataclass(frozen=True)
class Hits(TopHits[Hit]):
    """What was found of one kind."""

    label: Any = ""


def things(actor: Actor, text: str, most: int, locale: str) -> list[Hits]:
    """All kinds of things that are found through their own doors, for the staff of a centre or network."""
    found = {declared.name: declared.finding for declared in subjects.subjects().values() if declared.finding}
    rows = db.session.execute(union_all(*(_cut(kind, actor, text, most) for kind in found))).all()
    named = names(rows, locale)
    return [
        Hits([_hit(row, named, locale) for row in own], own[0].total, finding.label)
        for kind, finding in found.items()
        if (own := [row for row in rows if row.type == kind])
    ]


def _cut(kind: str, actor: Actor, text: str, most: int) -> Select[Any]:
    declared = subjects.kind_of(kind)
    assert declared.finding is not None
    query = declared.visible_to(actor).where(declared.finding.by(actor, text)).order_by(declared.model.id.desc())
    row = subjects.row_of(declared, query, **declared.finding.columns)
    return select(row.add_columns(func.count().over().label("total")).limit(most).subquery())


def _hit(row: Any, named: Any, locale: str) -> Hit:
    owner = title_markup(named, "organisation_id", row.organisation_id, locale)
    return Hit(title_of(row, named, locale), owner, row.note or "", row.address)


@dataclass(frozen=True)
class NameMatch:
    """A thing whose name begins as somebody types."""

    kind: str
    id: int
    name: str
    locale: str
    slug: str = ""


def names_beginning(text: str, most: int) -> list[NameMatch]:
    """Organisations, centres and calls that everybody may find and whose name begins so."""
    known = directory.entries(ANONYMOUS).with_only_columns(Organisation.id)
    bodies = (
        select(OrganisationText.organisation_id, OrganisationText.name, OrganisationText.locale, Centre.slug)
        .outerjoin(Centre, Centre.id == OrganisationText.organisation_id)
        .where(search.begins(OrganisationText.squeezed_name, text), OrganisationText.organisation_id.in_(known))
        .order_by(func.length(OrganisationText.name), OrganisationText.organisation_id)
        .limit(most)
    )
    notices = (
        select(CallText.call_id, CallText.title, CallText.locale)
        .where(search.begins(search.squeezed_key(CallText.title), text))
        .where(CallText.call_id.in_(call_queries.visible_to(ANONYMOUS).with_only_columns(Call.id)))
        .order_by(func.length(CallText.title), CallText.call_id)
        .limit(most)
    )
    found = [
        NameMatch("centre" if slug else "organisation", id, name, locale, slug or "")
        for id, name, locale, slug in db.session.execute(bodies)
    ]
    found += [NameMatch("call", id, title, locale) for id, title, locale in db.session.execute(notices)]
    return list({(item.kind, item.id): item for item in found}.values())


def _rank(texts: Any, own: Any, text: str) -> Any:
    best = func.max(func.ts_rank(texts.search, func.tangent_query(text), 1))
    return func.coalesce(select(best).where(own).scalar_subquery(), 0)


def _some(query: Select[Any], most: int) -> TopHits[Any]:
    rows = db.session.execute(query.add_columns(func.count().over()).limit(most)).unique().all()
    return TopHits([row[0] for row in rows], rows[0][1] if rows else 0)
