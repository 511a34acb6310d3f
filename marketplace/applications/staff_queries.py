"""The staff's list of applications: columns instead of entities, at a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.applications.models import Application, ApplicationRevision, EligibilityResult, FitOpinion
from marketplace.applications.queries import visible_to
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock, search
from marketplace.kernel.db import db
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.policy import Actor
from marketplace.kernel.prepared import prepared
from marketplace.network.models import Call, CallText
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region

SIZE = 50
SORTS = ("since", "number", "startup", "challenge", "state", "eligibility", "fit", "region")
STATES = (
    "submitted", "eligible", "ineligible", "shortlisted", "selected", "reserve", "declined", "stepped_back",
    "withdrawn",
)  # fmt: skip


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
            "state": STATES,
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


def word(column: InstrumentedAttribute[str], key: Any, outer: Any, locale: str) -> ColumnElement[str]:
    """One column of a text in the reader's language, or in the one it has."""
    table = column.class_
    return select(column).where(key == outer).order_by(_in_language(table, locale)).limit(1).scalar_subquery()


def name_of(organisation_id: Any, locale: str) -> ColumnElement[str]:
    """An organisation's name."""
    return word(OrganisationText.name, OrganisationText.organisation_id, organisation_id, locale)


def title_of(challenge_id: Any, locale: str) -> ColumnElement[str]:
    """A challenge's title."""
    return word(ChallengeText.title, ChallengeText.challenge_id, challenge_id, locale)


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


def _matching(actor: Actor, asked: Filters, locale: str, *, but: str = "") -> Select[Any]:
    """Ids of the visible applications that the filters let through; ``but`` names one to leave aside."""
    query = visible_to(actor).with_only_columns(Application.id).where(Application.number.is_not(None))
    conditions: list[ColumnElement[bool]] = []
    if asked.call:
        conditions.append(Application.call_id == int(asked.call))
    if asked.challenge:
        conditions.append(Application.challenge_id == int(asked.challenge))
    if asked.state and but != "state":
        conditions.append(Application.state == asked.state)
    if asked.eligibility:
        conditions.append(_is_or_none(verdict_of(), asked.eligibility))
    if asked.fit:
        conditions.append(_is_or_none(fit_of(), asked.fit))
    if asked.region:
        located = select(Organisation.id).where(Organisation.region_code == asked.region)
        conditions.append(Application.organisation_id.in_(located))
    if asked.age:
        conditions.append(Application.state_since < clock.NOW - timedelta(days=int(asked.age)))
    if asked.q:
        conditions.append(_is_about(asked.q))
    return query.where(and_(*conditions)) if conditions else query


def _is_or_none(value: ColumnElement[str], wanted: str) -> ColumnElement[bool]:
    return value.is_(None) if wanted == "none" else value == wanted


def _is_about(words: str) -> ColumnElement[bool]:
    """Whether the receipt number, the startup or the challenge holds the words, whatever their case and accents."""
    return or_(
        Application.number.ilike(f"%{words.replace('%', '').replace('_', '')}%") if words.strip("%_") else False,
        exists().where(
            OrganisationText.organisation_id == Application.organisation_id,
            search.contains(OrganisationText.squeezed_name, words),
        ),
        exists().where(
            ChallengeText.challenge_id == Application.challenge_id,
            search.contains(search.squeezed_key(ChallengeText.title), words),
        ),
    )


def _order(sort: str, locale: str) -> list[Any]:
    key = _sort_key(sort.removeprefix("-"), locale)
    return [key.desc().nulls_last() if sort.startswith("-") else key.asc().nulls_last(), Application.id]


def _sort_key(name: str, locale: str) -> Any:
    if name == "startup":
        return search.plain(name_of(Application.organisation_id, locale))
    if name == "challenge":
        return search.plain(title_of(Application.challenge_id, locale))
    if name == "state":
        return case({s: i for i, s in enumerate(STATES)}, value=Application.state, else_=len(STATES))
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
class Listed:
    """One page of rows, with what the whole list holds."""

    items: Sequence[Row[Any]]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def rows(actor: Actor, asked: Filters, locale: str, *, page: int = 1, size: int | None = SIZE) -> Listed:
    """The applications asked for: one query, or two where the page lies past the end; ``size`` None reads all."""
    found = db.session.execute(_rows(actor, asked, locale, page, size)).all()
    if not found and page > 1:
        return rows(actor, asked, locale, page=1, size=size)
    return Listed(found, page, size or max(1, len(found)), found[0].total if found else 0)


@prepared
def _rows(actor: Actor, asked: Filters, locale: str, page: int, size: int | None) -> Select[Any]:
    chosen = _matching(actor, asked, locale).add_columns(
        func.count().over().label("total"), func.row_number().over(order_by=_order(asked.sort, locale)).label("place")
    )
    chosen = chosen.order_by("place")
    if size is not None:
        chosen = chosen.limit(size).offset((page - 1) * size)
    return _details(chosen, locale)


def _details(chosen: Select[Any], locale: str) -> Select[Any]:
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
            picked.c.total,
        )
        .join(picked, picked.c.id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Region, Region.code == Organisation.region_code)
        .outerjoin(startup, startup.c.present)
        .outerjoin(challenge, challenge.c.present)
        .outerjoin(call, call.c.present)
        .order_by(picked.c.place)
    )


def _lateral(table: Any, key: Any, outer: Any, locale: str, column: str) -> Any:
    return (
        select(getattr(table, column).label("words"), table.locale.label("locale"), (key == key).label("present"))
        .where(key == outer)
        .order_by(_in_language(table, locale))
        .limit(1)
        .lateral()
    )


def counts(actor: Actor, asked: Filters, locale: str) -> dict[str, int]:
    """How many applications stand in each state, under all other filters."""
    return {row[0]: row[1] for row in db.session.execute(_counts(actor, asked, locale))}


@prepared
def _counts(actor: Actor, asked: Filters, locale: str) -> Any:
    chosen = _matching(actor, asked, locale, but="state").with_only_columns(Application.state, func.count())
    return chosen.group_by(Application.state)


def regions_of(actor: Actor, asked: Filters, locale: str) -> list[tuple[str, str]]:
    """Regions that applicants come from: code and name, in order."""
    found = db.session.execute(_regions_of(actor, Filters(call=asked.call), locale))
    return [(code, words) for code, words in found]


@prepared
def _regions_of(actor: Actor, only: Filters, locale: str) -> Any:
    applicants = _matching(actor, only, locale).with_only_columns(Application.organisation_id)
    name = _region_name(locale)
    return (
        select(Region.code, name)
        .where(Region.code.in_(select(Organisation.region_code).where(Organisation.id.in_(applicants))))
        .order_by(search.plain(name))
    )


def challenges_of(actor: Actor, call_id: int, locale: str, *, most: int = 60) -> list[tuple[int, str]]:
    """Challenges of a call with applications that may be seen: id and title; none where they are too many to list."""
    answered = _matching(actor, Filters(call=str(call_id)), locale).with_only_columns(Application.challenge_id)
    title = title_of(Challenge.id, locale)
    found = select(Challenge.id, title).where(Challenge.id.in_(answered)).order_by(search.plain(title)).limit(most + 1)
    listed = [(id_, words) for id_, words in db.session.execute(found)]
    return listed if len(listed) <= most else []


def calls_of(actor: Actor, locale: str, *, most: int = 100) -> list[tuple[int, str]]:
    """Calls with applications that may be seen, newest first: id and title."""
    return [(id_, words) for id_, words in db.session.execute(_calls_of(actor, locale, most))]


@prepared
def _calls_of(actor: Actor, locale: str, most: int) -> Any:
    answered = _matching(actor, Filters(), locale).with_only_columns(Application.call_id)
    title = word(CallText.title, CallText.call_id, Call.id, locale)
    return select(Call.id, title).where(Call.id.in_(answered)).order_by(Call.id.desc()).limit(most)


def titles_of(application_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The last submitted title of each application, with its language."""
    latest = (
        select(ApplicationRevision.application_id, ApplicationRevision.title, ApplicationRevision.locale)
        .distinct(ApplicationRevision.application_id)
        .where(ApplicationRevision.application_id.in_(application_ids), ApplicationRevision.submitted_at.is_not(None))
        .order_by(ApplicationRevision.application_id, ApplicationRevision.number.desc())
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(latest)} if application_ids else {}
