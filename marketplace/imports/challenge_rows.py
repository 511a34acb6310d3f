"""Rows of challenges: reference records as any source's, or candidates of a call that its staff then publish."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from marketplace.challenges.importing import first_words, summary_of
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.imports.models import Import
from marketplace.imports.queries import brought_by
from marketplace.imports.storing import Ready, Stored, actor_of, differing, frozen, settle
from marketplace.kernel import clock, events, search
from marketplace.kernel.db import db, touch
from marketplace.kernel.unaccent import identity, unaccented
from marketplace.network.models import Call, CallText
from marketplace.people.importing import fields_of
from marketplace.people.models import DEMAND_KINDS, Organisation, OrganisationText
from marketplace.people.relationships import dealt_with
from marketplace.places.hours import zone_of_place


def made_key(*parts: Any) -> str:
    """A key for a row whose source gives it none: the same words, the same row."""
    said = "\n".join(unaccented(str(part or "")) for part in parts)
    return "made " + hashlib.sha256(said.encode()).hexdigest()[:32]


def words_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The texts every challenge has, with what stands in for a missing one."""
    description = values["description"] or ""
    title = values["title"] or first_words(description)
    return {
        "title": title,
        "summary": values["summary"] or summary_of(description) or title,
        "problem": description,
        "success_criteria": values["criteria"] or "",
    }


def wrong_words(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What every challenge needs beyond its single fields."""
    found = []
    if not values["title"] and not values["description"]:
        found.append({"code": "no_words", "field": "title"})
    if values["prize"] is not None and values["currency"] is None:
        found.append({"code": "no_currency", "field": "currency"})
    return found


def wrong_record(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What keeps a row from being a reference record, of a challenge or a call."""
    found = wrong_words(values)
    if values["opens"] and values["closes"] and values["opens"].day > values["closes"].day:
        found.append({"code": "day_order", "field": "closes"})
    return found


class References:
    """Reference records, in a call per source; none is told to anybody."""

    def __init__(self, job: Import) -> None:
        self.job = job

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return wrong_record(values)

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(f"{values['source']} · {self._id(values)}")

    def _id(self, values: Mapping[str, Any]) -> str:
        return values["id"] or made_key(values["title"] or values["description"], values["sponsor"])

    def _identity(self, values: Mapping[str, Any]) -> tuple[str, str]:
        return identity(values["source"]), identity(self._id(values))

    def take(self, rows: list[Ready]) -> dict[int, Stored]:
        made: dict[int, dict[str, Any]] = {}
        calls = self._calls(rows, made)
        sponsors = self._sponsors(rows, made)
        known = self._known(rows)
        own = brought_by(self.job, [challenge.id for challenge in known.values()])
        found: dict[int, Stored] = {}
        for row in rows:
            values = row.values
            facts = self._facts(values, calls, sponsors)
            stored = self._one(known.get(self._identity(values)), row, facts, own)
            stored.made = made.get(row.number) if stored.result in ("added", "changed") else None
            found[row.number] = stored
        return found

    def _one(self, challenge: Challenge | None, row: Ready, facts: dict[str, Any], own: set[int]) -> Stored:
        locale, words = row.values["language"], words_of(row.values)
        if challenge is None:
            text = ChallengeText(locale=locale, **words)
            challenge = Challenge(
                source=row.values["source"], source_id=self._id(row.values), state="open", texts={locale: text}, **facts
            )
            db.session.add(challenge)
            return Stored("added", challenge)
        if not differs(challenge, facts, locale, words):
            return Stored("unchanged", challenge)
        if challenge.id not in own or not challenge.is_reference:
            return Stored.refused("not_yours")
        return Stored("changed", challenge, change(challenge, facts, locale, words))

    def _facts(
        self, values: Mapping[str, Any], calls: Mapping[str, tuple[int, str]], sponsors: Mapping[tuple[str, str], int]
    ) -> dict[str, Any]:
        call_id, zone = calls[identity(values["source"])]
        opens, closes = values["opens"], values["closes"]
        opens_at = opens.begins(zone) if opens else None
        sponsor = sponsors.get(sponsor_of(values)) if values["sponsor"] else None
        return {
            "main_locale": values["language"],
            "organisation_id": sponsor,
            "budget": values["prize"],
            "currency": values["currency"] if values["prize"] is not None else None,
            "fields": fields_of(values["categories"]),
            "source_url": values["url"],
            "licence": values["licence"],
            "call_id": call_id,
            "is_reference": True,
            "opens_at": opens_at,
            "closes_at": closes.ends(zone) if closes else None,
            "published_at": opens_at,
        }

    def _calls(self, rows: list[Ready], made: dict[int, dict[str, Any]]) -> dict[str, tuple[int, str]]:
        """The call and the zone of each source, made where it is missing."""
        sources = {identity(row.values["source"]): row for row in reversed(rows)}
        folded = func.tangent_identity(Call.source)
        query = select(folded, Call.id, Call.time_zone).where(folded.in_(sources), Call.source_id.is_(None))
        found = {source: (id, zone) for source, id, zone in db.session.execute(query)}
        for source, row in sources.items():
            if source not in found:
                locale, name = row.values["language"], row.values["source"]
                zone = zone_of(row.values, self.job)
                call = Call(
                    is_reference=True, source=name, track="top_down", time_zone=zone, main_locale=locale,
                    texts={locale: CallText(locale=locale, title=name)}, state="open",
                )  # fmt: skip
                db.session.add(call)
                db.session.flush()
                found[source] = call.id, zone
                made.setdefault(row.number, {})["call"] = call.id
        return found

    def _sponsors(self, rows: list[Ready], made: dict[int, dict[str, Any]]) -> dict[tuple[str, str], int]:
        """The sponsors as organisations that nobody has verified."""
        wanted: dict[tuple[str, str], Ready] = {}
        for row in rows:
            if row.values["sponsor"]:
                wanted.setdefault(sponsor_of(row.values), row)
        query = select(Organisation.source, Organisation.source_id, Organisation.id)
        known = db.session.execute(query.where(search.known_as(Organisation).in_(wanted)))
        found = {(identity(source or ""), identity(key or "")): id for source, key, id in known}
        fresh = {}
        for key, row in wanted.items():
            if key not in found:
                locale = row.values["language"]
                text = OrganisationText(locale=locale, name=row.values["sponsor"], description="")
                fresh[key] = Organisation(
                    source=row.values["source"], source_id=key[1], kind="large" if locale == "ko" else "public",
                    licence=row.values["licence"], texts={locale: text},
                )  # fmt: skip
        db.session.add_all(fresh.values())
        db.session.flush()
        for key, organisation in fresh.items():
            found[key] = organisation.id
            made.setdefault(wanted[key].number, {})["organisation"] = organisation.id
        return found

    def _known(self, rows: list[Ready]) -> dict[tuple[str, str], Challenge]:
        keys = [self._identity(row.values) for row in rows]
        query = select(Challenge).where(search.known_as(Challenge).in_(keys)).options(selectinload(Challenge.texts))
        found = db.session.scalars(query).unique()
        return {(identity(one.source or ""), identity(one.source_id or "")): one for one in found}


class Candidates:
    """Candidates of a call, complete enough to be published, and published by nobody but its staff."""

    def __init__(self, job: Import) -> None:
        self.job = job
        assert job.call is not None
        self.call = job.call
        self.source = f"call {job.call_id}"

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = wrong_words(values)
        low, high, decided = values["trl_from"], values["trl_to"], values["decision_date"]
        if low and high and low > high:
            found.append({"code": "trl_order", "field": "trl_from"})
        if decided and self.call.closes_at and decided < clock.day_of(self.call.closes_at, self.call.time_zone):
            found.append({"code": "decision_early", "field": "decision_date"})
        return found

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(values["id"] or made_key(values["title"], values["sponsor"]))

    def take(self, rows: list[Ready]) -> dict[int, Stored]:
        made: dict[int, dict[str, Any]] = {}
        companies = self._companies(rows, made)
        query = select(Challenge).where(
            search.known_as(Challenge).in_([(identity(self.source), row.key) for row in rows])
        )
        known = {
            identity(challenge.source_id or ""): challenge
            for challenge in db.session.scalars(query.options(selectinload(Challenge.texts))).unique()
        }
        found = {row.number: self._one(known.get(row.key), row, companies) for row in rows}
        db.session.flush()
        for number, stored in found.items():
            stored.made = made.get(number) if stored.result in ("added", "changed") else None
            if stored.result in ("added", "changed"):
                events.record("challenge.import", stored.subject, actor_of(self.job), data={"import": self.job.id})
        return found

    def _one(self, challenge: Challenge | None, row: Ready, companies: dict[str, int]) -> Stored:
        facts, words = self._facts(row.values, companies), self._words(row.values)
        locale = row.values["language"]
        if challenge is None:
            challenge = Challenge(
                source=self.source, source_id=row.values["id"] or row.key, state="candidate", submitted_at=clock.now(),
                created_by_id=self.job.started_by_id, texts={locale: ChallengeText(locale=locale, **words)}, **facts,
            )  # fmt: skip
            db.session.add(challenge)
            return Stored("added", challenge)
        if not differs(challenge, facts, locale, words):
            return Stored("unchanged", challenge)
        if challenge.state != "candidate" or challenge.call_id != self.call.id:
            return Stored.refused("moved_on")
        return Stored("changed", challenge, change(challenge, facts, locale, words))

    def _words(self, values: Mapping[str, Any]) -> dict[str, str]:
        further = {name: values[name] or "" for name in ("why_now", "constraints", "purchase_route")}
        return words_of(values) | further

    def _facts(self, values: Mapping[str, Any], companies: dict[str, int]) -> dict[str, Any]:
        programme = self.call.programme
        same = ("trl_from", "trl_to", "resources", "ip_option", "owner_name", "owner_role", "decision_date")
        return {name: values[name] for name in same} | {
            "main_locale": values["language"],
            "organisation_id": companies[identity(values["sponsor"])],
            "budget": values["prize"],
            "currency": values["currency"] if values["prize"] is not None else None,
            "fields": fields_of(values["categories"]),
            "startups_sought": values["startups_sought"] or 1,
            "call_id": self.call.id,
            "centre_id": programme.managing_centre_id if programme else None,
        }

    def _companies(self, rows: list[Ready], made: dict[int, dict[str, Any]]) -> dict[str, int]:
        """The companies by name: those this centre deals with, else new ones that nobody else is shown yet."""
        wanted: dict[str, Ready] = {}
        for row in rows:
            wanted.setdefault(identity(row.values["sponsor"]), row)
        plain = func.tangent_identity(OrganisationText.plain_name)
        query = (
            select(Organisation)
            .where(dealt_with(actor_of(self.job)))
            .join(OrganisationText, OrganisationText.organisation_id == Organisation.id)
            .where(plain.in_(wanted), Organisation.kind.in_(DEMAND_KINDS), Organisation.source.is_(None))
            .order_by(Organisation.state == "verified", Organisation.id.desc())
            .with_only_columns(plain, Organisation.id)
        )
        found: dict[str, int] = dict(db.session.execute(query).all())
        fresh = {}
        for name, row in wanted.items():
            if name not in found:
                locale = row.values["language"]
                text = OrganisationText(locale=locale, name=row.values["sponsor"], description="")
                fresh[name] = Organisation(kind=row.values["sponsor_kind"] or "large", texts={locale: text})
        db.session.add_all(fresh.values())
        db.session.flush()
        for name, organisation in fresh.items():
            found[name] = organisation.id
            made.setdefault(wanted[name].number, {})["organisation"] = organisation.id
        return found


def zone_of(values: Mapping[str, Any], job: Import) -> str:
    """Where the days of a source end: in its country, else that of its currency or language, else at the centre."""
    told = (values["country"], (values["currency"] or "")[:2], "KR" if values["language"] == "ko" else "")
    return next((zone for code in told if (zone := zone_of_place(code, ""))), job.centre.time_zone)


def sponsor_key(name: str) -> str:
    """The key of a sponsor within its source, the same as the command line gives it."""
    return f"sponsor {identity(name)}"


def sponsor_of(values: Mapping[str, Any]) -> tuple[str, str]:
    """What the sponsor of a row is known by."""
    return identity(values["source"]), sponsor_key(values["sponsor"])


def differs(record: Challenge | Call, facts: Mapping[str, Any], locale: str, words: Mapping[str, str]) -> bool:
    """Whether a record says anything else than the row."""
    text = record.texts.get(locale)
    return text is None or bool(differing(record, facts)) or bool(differing(text, words))


def change(record: Any, facts: Mapping[str, Any], locale: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Let a challenge, or a call from elsewhere, say what the row says; returns what it said before."""
    text = record.texts.get(locale)
    before = {
        "facts": frozen(differing(record, facts)),
        "locale": locale,
        "texts": None if text is None else differing(text, words),
    }
    settle(record, facts)
    if text is None:
        made = CallText if isinstance(record, Call) else ChallengeText
        record.texts[locale] = made(locale=locale, **words)
    else:
        settle(text, words)
    touch(record)  # so that its version tells of a change in its texts alone
    return before


def restore(challenge: Challenge, before: Mapping[str, Any], thaw: Any) -> None:
    """Let a challenge say again what it said before an import changed it."""
    settle(challenge, thaw(Challenge, before["facts"]))
    if before["texts"] is None:
        challenge.texts.pop(before["locale"], None)
    else:
        settle(challenge.texts[before["locale"]], before["texts"])
    touch(challenge)
