"""Which challenges a startup qualifies for: one verdict a call, since its challenges share the rules.

The rule on affiliates asks who the company is: challenges of companies that everybody knows and that are linked with
the startup fail it, and an anonymous company's are judged by the other rules alone, as ``fit`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from marketplace.calls import eligibility
from marketplace.calls.eligibility_facts import Case, Knowledge, facts_of_many, knowledge_of
from marketplace.calls.models import Call
from marketplace.catalogue.bitmap_index import Snapshot
from marketplace.catalogue.facet_counts import Index
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.kernel.shelf import per_app
from marketplace.people.models import Affiliation, Organisation

LASTS = timedelta(minutes=1)
ROOM_BYTES = 2 * 2**20  # of all startups' verdicts in each process
WORDS = {eligibility.MEETS: "yes", eligibility.CANNOT_TELL: "maybe"}


@dataclass(frozen=True)
class Verdicts:
    """Ids of calls by verdict, ids of challenges that fail for their company, and until when this is told."""

    calls: dict[str, list[int]]
    linked: list[int]
    version: Any
    until: datetime


def add_verdicts(index: Index, actor: Actor, now: datetime) -> tuple[Index, Knowledge | None]:
    """The index with what this reader's startup qualifies for, and what was read to tell it, where that was now."""
    verdicts, known = _verdicts(index, actor, now)
    told = replace(index, reader=actor.party_id, qualify=tuple(_bits(part, verdicts) for part in index.parts))
    return told, known


def _bits(part: Snapshot, verdicts: Verdicts) -> dict[str, int]:
    status, calls = part.bits.get("status", {}), part.bits.get("calls", {})
    live = (status.get("open", 0) | status.get("upcoming", 0)) & ~part.of_ids(verdicts.linked)
    return {
        word: live & reduce(or_, (calls.get(str(id), 0) for id in verdicts.calls[word]), 0) for word in WORDS.values()
    }


def _verdicts(index: Index, actor: Actor, now: datetime) -> tuple[Verdicts, Knowledge | None]:
    version, found = index.whole, _kept().get(actor.party_id)
    if found is not None and found.version == version and now < found.until:
        return found, None
    found, known = _judged(index.parts, actor, version, now)
    _kept().put(actor.party_id, found)
    return found, known


def _weight(verdicts: Verdicts) -> int:
    return 1024 + 40 * (len(verdicts.linked) + sum(map(len, verdicts.calls.values())))


_kept = per_app("qualifying", ROOM_BYTES, _weight)


def _judged(parts: Sequence[Snapshot], actor: Actor, version: Any, now: datetime) -> tuple[Verdicts, Knowledge]:
    startup = db.session.get_one(Organisation, actor.party_id)
    live = [
        int(id)
        for part in parts
        for id, bits in part.bits.get("calls", {}).items()
        if bits & (part.bits["status"].get("open", 0) | part.bits["status"].get("upcoming", 0))
    ]
    calls = db.session.scalars(select(Call).where(Call.id.in_(live)).options(lazyload(Call.texts))).all()
    found: dict[str, list[int]] = {word: [] for word in WORDS.values()}
    asking = []
    cases = [Case(startup, call) for call in calls]
    known = knowledge_of(cases)
    for call, facts in zip(calls, facts_of_many(cases, known), strict=True):
        judgements = eligibility.judge_rules(call, facts)
        if any(item.kind == "not_affiliated" for item in judgements):
            asking.append(call.id)
        verdict = eligibility.overall_verdict(item for item in judgements if item.kind != "not_affiliated")
        if verdict in WORDS:
            found[WORDS[verdict]].append(call.id)
    return Verdicts(found, _linked(startup.id, asking) if asking else [], version, now + LASTS), known


def _linked(startup_id: int, calls: list[int]) -> list[int]:
    """Challenges of these calls whose company is known to all and linked with the startup, or the startup itself."""
    links = (
        select(Affiliation.other_id)
        .where(Affiliation.organisation_id == startup_id)
        .union(select(Affiliation.organisation_id).where(Affiliation.other_id == startup_id))
    )
    company = Challenge.organisation_id
    query = select(Challenge.id).where(
        Challenge.call_id.in_(calls), Challenge.visibility != "anonymous", (company == startup_id) | company.in_(links)
    )
    return list(db.session.scalars(query))
