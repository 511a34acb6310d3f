"""The staff's list of applications: columns instead of entities, at a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.applications.models import Application, EligibilityResult, FitOpinion
from marketplace.applications.queries import visible_to
from marketplace.applications.states import LISTED
from marketplace.calls.models import Call, CallText
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock, search
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.policy import Actor
from marketplace.kernel.unaccent import squeeze_name
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region

SIZE = 50
SORTS = ("since", "number", "startup", "challenge", "state", "eligibility", "fit", "region")


@dataclass(frozen=True)
class Filters:
    """What the address asks for; unknown values are left out. ``sort`` may begin with a minus."""

    state: str = ""
    call: str = ""
    challenge: str = ""
    eligibility: str = ""
    fit: str = ""
    region: str = ""
    age: str = ""
    q: str = ""
    sort: str = "since"
    within: bool = False  # the call is the page's own, not one of its filters

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        """The filters of an address."""
        given: dict[str, Any] = {name: args[name].strip()[:80] for name in _names() if args.get(name, "").strip()}
        found = cls(**given)
        allowed: dict[str, tuple[str, ...]] = {
            "state": LISTED,
            "eligibility": ("meets", "fails", "cannot_tell", "none"),
            "fit": ("strong", "possible", "weak", "none"),
            "age": ("7", "14", "30"),
        }
        wrong: dict[str, Any] = {name: "" for name, values in allowed.items() if getattr(found, name) not in values}
        wrong |= {name: "" for name in ("call", "challenge") if not _is_id(getattr(found, name))}
        if found.sort.removeprefix("-") not in SORTS:
            wrong["sort"] = "since"
        return replace(found, **wrong)

    def address(self, **changed: Any) -> str:
        """The query string of these filters with some changed; what is at its default is left out."""
        values = {name: getattr(self, name) for name in _names() if not (self.within and name == "call")} | changed
        kept = {k: v for k, v in values.items() if v and not (k == "sort" and v == "since") and (k, v) != ("page", 1)}
        return "?" + urlencode(kept) if kept else "?"

    @property
    def shape(self) -> Filters:
        """The same with a star for each value that is handed to a statement as a parameter."""
        given = {name: "*" for name in ("call", "challenge", "region", "q") if getattr(self, name)}
        return replace(self, within=False, **given)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters that stand for them."""
        pattern = f"%{self.q.replace('%', '').replace('_', '')}%" if self.q.strip("%_") else None
        ids = {name: int(getattr(self, name)) for name in ("call", "challenge") if getattr(self, name)}
        return {**ids, "region": self.region, "words": squeeze_name(self.q) or None, "number": pattern}

    @property
    def narrows(self) -> bool:
        """Whether anything but the order is asked for."""
        return any(getattr(self, name) for name in _names() if name != "sort" and not (self.within and name == "call"))


def _names() -> list[str]:
    return [f.name for f in fields(Filters) if f.name != "within"]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _in_language(table: Any, locale: str) -> ColumnElement[int]:
    """How far a text's language is from the reader's."""
    order = dict.fromkeys((locale, *LOCALES))
    return case({code: rank for rank, code in enumerate(order)}, value=table.locale, else_=len(LOCALES))


def text_column(column: InstrumentedAttribute[str], key: Any, outer: Any, locale: str) -> ColumnElement[str]:
    """One column of a text in the reader's language, or in the one it has."""
    table = column.class_
    written = select(column).where(key == outer, column != "")
    return written.order_by(_in_language(table, locale)).limit(1).scalar_subquery()


def name_of(organisation_id: Any, locale: str) -> ColumnElement[str]:
    """An organisation's name."""
    return text_column(OrganisationText.name, OrganisationText.organisation_id, organisation_id, locale)


def title_of(challenge_id: Any, locale: str) -> ColumnElement[str]:
    """A challenge's title."""
    return text_column(ChallengeText.title, ChallengeText.challenge_id, challenge_id, locale)


def verdict_of() -> ColumnElement[str]:
    """``fails``, ``cannot_tell`` or ``meets`` over all rules of an application; NULL where none was checked."""
    holds = func.coalesce(EligibilityResult.override, EligibilityResult.verdict)
    summed = case(
        (func.bool_or(holds == "fails"), "fails"),
        (func.bool_or(holds == "cannot_tell"), "cannot_tell"),
        (func.count() > 0, "meets"),
    )
    return (
        select(summed)
        .where(EligibilityResult.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )


def fit_of() -> ColumnElement[str]:
    """How the company sees the application; NULL where it gave no view."""
    return (
        select(FitOpinion.fit)
        .where(FitOpinion.application_id == Application.id)
        .order_by(FitOpinion.id)
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )


def _visible(actor: Actor) -> Select[Any]:
    """Ids of the applications in this reader's list, whatever is asked for."""
    return visible_to(actor).with_only_columns(Application.id).where(Application.number.is_not(None))


def _matching(actor: Actor, shape: Filters, *, but: str = "") -> Select[Any]:
    """Those that the filters let through; ``but`` names one to leave aside."""
    conditions: list[ColumnElement[bool]] = []
    if shape.call:
        conditions.append(Application.call_id == bindparam("call", type_=BigInteger))
    if shape.challenge:
        conditions.append(Application.challenge_id == bindparam("challenge", type_=BigInteger))
    if shape.state and but != "state":
        conditions.append(Application.state == shape.state)
    if shape.eligibility:
        conditions.append(_is_or_none(verdict_of(), shape.eligibility))
    if shape.fit:
        conditions.append(_is_or_none(fit_of(), shape.fit))
    if shape.region:
        located = select(Organisation.id).where(Organisation.region_code == bindparam("region", type_=Text))
        conditions.append(Application.organisation_id.in_(located))
    if shape.age:
        conditions.append(Application.state_since < clock.NOW - timedelta(days=int(shape.age)))
    if shape.q:
        conditions.append(_is_about(actor))
    return _visible(actor).where(and_(true(), *conditions))


def _is_or_none(value: ColumnElement[str], wanted: str) -> ColumnElement[bool]:
    return value.is_(None) if wanted == "none" else value == wanted


def _is_about(actor: Actor) -> ColumnElement[bool]:
    """Whether the receipt number, the startup or the challenge holds the words, however their letters are written.

    Only titles of challenges with applications are looked through.
    """
    words = bindparam("words", type_=Text)
    answered = _visible(actor).with_only_columns(Application.challenge_id).distinct()
    titles = select(ChallengeText.challenge_id, ChallengeText.title).where(ChallengeText.challenge_id.in_(answered))
    looked_through = titles.cte("titles").prefix_with("MATERIALIZED")  # else the titles of all are squeezed first
    return or_(
        Application.number.ilike(bindparam("number", type_=Text)),
        Application.organisation_id.in_(
            select(OrganisationText.organisation_id).where(func.strpos(OrganisationText.squeezed_name, words) > 0)
        ),
        Application.challenge_id.in_(
            select(looked_through.c.challenge_id).where(
                func.strpos(search.squeezed_key(looked_through.c.title), words) > 0
            )
        ),
    )


def _order(sort: str, key: Any, id: Any) -> list[Any]:
    """In the direction of ``sort``; by time or number as their index has it, so that a page reads no more than it."""
    backward = sort.startswith("-")
    if sort.removeprefix("-") in ("since", "number"):
        return [key.desc(), id.desc()] if backward else [key, id]
    return [key.desc().nulls_last() if backward else key.asc().nulls_last(), id]


def _sort_key(name: str, locale: str) -> Any:
    if name == "startup":
        return search.plain(name_of(Application.organisation_id, locale))
    if name == "challenge":
        return search.plain(title_of(Application.challenge_id, locale))
    if name == "state":
        return case({s: i for i, s in enumerate(LISTED)}, value=Application.state, else_=len(LISTED))
    if name == "eligibility":
        return verdict_of()
    if name == "fit":
        return case({"strong": 0, "possible": 1, "weak": 2}, value=fit_of(), else_=3)
    if name == "region":
        region = select(search.plain(_region_name(locale))).join(Organisation, Organisation.region_code == Region.code)
        return region.where(Organisation.id == Application.organisation_id).scalar_subquery()
    return Application.number if name == "number" else Application.state_since


def _region_name(locale: str) -> InstrumentedAttribute[str]:
    found: InstrumentedAttribute[str] = getattr(Region, f"name_{locale}", Region.name_en)
    return found


@dataclass(frozen=True)
class ListPage:
    """One page of rows, with what the whole list holds."""

    items: Sequence[Row[Any]]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Matches:
    """How many applications stand in each state, under all other filters; where words are asked for, also which."""

    counts: Mapping[str, int]
    ids: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def total(self, asked: Filters) -> int:
        """How many there are in the state that is asked for, or in all."""
        return self.counts.get(asked.state, 0) if asked.state else sum(self.counts.values())

    def of_state(self, asked: Filters) -> list[int]:
        """Ids of those."""
        return [id for state, ids in self.ids.items() if asked.state in ("", state) for id in ids]


def find_matches(actor: Actor, asked: Filters) -> Matches:
    """What answers the filters but that of the state, at one query: words are looked for once."""
    found = db.session.execute(_answering(actor, replace(asked.shape, state="", sort="")), asked.values).all()
    counts = {row.state: row.number for row in found}
    return Matches(counts, {row.state: row.ids for row in found} if asked.q else {})


@prepared
def _answering(actor: Actor, shape: Filters) -> Any:
    columns: list[Any] = [Application.state, func.count().label("number")]
    if shape.q:
        columns.append(func.array_agg(Application.id, type_=ARRAY(BigInteger)).label("ids"))
    return _matching(actor, shape).with_only_columns(*columns).group_by(Application.state)


def count_by_state(actor: Actor, asked: Filters) -> Mapping[str, int]:
    """How many applications stand in each state, under all other filters."""
    return find_matches(actor, asked).counts


def rows(
    actor: Actor, asked: Filters, locale: str, *, page: int = 1, size: int | None = SIZE, known: Matches | None = None
) -> ListPage:
    """The applications asked for, the first page of them where it lies past the end; ``size`` None reads all.

    ``known`` spares counting them.
    """
    known = known or find_matches(actor, asked)
    total = known.total(asked)
    if size is not None and (page - 1) * size >= total:
        page = 1
    query = _rows(actor, replace(asked.shape, q="*" if asked.q else ""), locale, page > 1, size)
    given = {**asked.values, "found": known.of_state(asked), "beyond": (page - 1) * (size or 0)}
    found = db.session.execute(query, given).all() if total else []
    return ListPage(found, page, size or max(1, len(found)), total)


@prepared
def _rows(actor: Actor, shape: Filters, locale: str, is_further: bool, size: int | None) -> Select[Any]:
    query = _matching(actor, shape)
    if shape.q:
        query = _visible(actor).where(Application.id == any_(bindparam("found", type_=ARRAY(BigInteger))))
    key = _sort_key(shape.sort.removeprefix("-"), locale).label("key")
    chosen = query.add_columns(key).order_by(*_order(shape.sort, key, Application.id))
    if size is not None:
        chosen = chosen.limit(literal_column(str(size)))  # a number that the plan may count on
    if is_further:
        chosen = chosen.offset(bindparam("beyond", type_=BigInteger))
    return _details(chosen, shape.sort, locale)


def _details(chosen: Select[Any], sort: str, locale: str) -> Select[Any]:
    """What the table shows of the chosen applications."""
    picked = chosen.subquery("picked")
    startup = _lateral(OrganisationText, OrganisationText.organisation_id, Application.organisation_id, locale, "name")
    challenge = _lateral(ChallengeText, ChallengeText.challenge_id, Application.challenge_id, locale, "title")
    call = _lateral(CallText, CallText.call_id, Application.call_id, locale, "title")
    return (
        select(
            Application.id,
            Application.number,
            Application.state,
            Application.state_since,
            Application.late_seconds,
            Application.call_id,
            Application.challenge_id,
            startup.c.words.label("startup"),
            startup.c.locale.label("startup_locale"),
            challenge.c.words.label("challenge"),
            challenge.c.locale.label("challenge_locale"),
            call.c.words.label("call"),
            call.c.locale.label("call_locale"),
            Call.time_zone.label("zone"),
            _region_name(locale).label("region"),
            verdict_of().label("verdict"),
            fit_of().label("fit"),
        )
        .join(picked, picked.c.id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Region, Region.code == Organisation.region_code)
        .outerjoin(startup, startup.c.present)
        .outerjoin(challenge, challenge.c.present)
        .outerjoin(call, call.c.present)
        .order_by(*_order(sort, picked.c.key, picked.c.id))
    )


def _lateral(table: Any, key: Any, outer: Any, locale: str, column: str) -> Any:
    return (
        select(getattr(table, column).label("words"), table.locale.label("locale"), (key == key).label("present"))
        .where(key == outer)
        .order_by(_in_language(table, locale))
        .limit(1)
        .lateral()
    )


def scope_of(actor: Actor) -> tuple[Any, ...]:
    """All that decides which applications are in this reader's list: its staff share what was found for one of them."""
    return actor.role, actor.organisation_id


def regions_of(actor: Actor, asked: Filters, locale: str) -> list[tuple[str, str]]:
    """Regions that applicants come from: code and name, in order."""
    only = Filters(call=asked.call)
    found = db.session.execute(_regions_of(actor, only.shape, locale), only.values)
    return [(code, words) for code, words in found]


@prepared
def _regions_of(actor: Actor, only: Filters, locale: str) -> Any:
    applicants = _matching(actor, only).with_only_columns(Application.organisation_id)
    name = _region_name(locale)
    return (
        select(Region.code, name)
        .where(Region.code.in_(select(Organisation.region_code).where(Organisation.id.in_(applicants))))
        .order_by(search.plain(name))
    )


def challenges_of(actor: Actor, call_id: int, locale: str, *, most: int = 60) -> list[tuple[int, str]]:
    """Challenges of a call with applications that may be seen: id and title; none where they are too many to list."""
    only = Filters(call=str(call_id))
    answered = _matching(actor, only.shape).with_only_columns(Application.challenge_id)
    title = title_of(Challenge.id, locale)
    found = select(Challenge.id, title).where(Challenge.id.in_(answered)).order_by(search.plain(title)).limit(most + 1)
    listed = [(id_, words) for id_, words in db.session.execute(found, only.values)]
    return listed if len(listed) <= most else []


def calls_of(actor: Actor, locale: str, *, most: int = 100) -> list[tuple[int, str]]:
    """Calls with applications that may be seen, newest first: id and title."""
    return [(id_, words) for id_, words in db.session.execute(_calls_of(actor, locale, most))]


@prepared
def _calls_of(actor: Actor, locale: str, most: int) -> Any:
    answered = _visible(actor).with_only_columns(Application.call_id)
    title = text_column(CallText.title, CallText.call_id, Call.id, locale)
    return select(Call.id, title).where(Call.id.in_(answered)).order_by(Call.id.desc()).limit(most)
