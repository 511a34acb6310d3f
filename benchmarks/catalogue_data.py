"""A catalogue of any size, written by COPY: challenges adopted into calls, reference records, and organisations."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from benchmarks import texts
from marketplace.calls.models import TRACKS, Call
from marketplace.challenges.models import FIELDS, IP_OPTIONS, Challenge
from marketplace.challenges.reference_rows import summary_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Centre
from marketplace.people.models import Organisation
from marketplace.people.sector_signs import sectors_of
from marketplace.people.sessions import open_session
from marketplace.places.models import Region
from tests.calls.cast import make_call
from tests.network.cast import make_centre, make_network, make_programme
from tests.people.cast import make_member, make_organisation

CENTRES, CALLS, COMPANIES = 12, 60, 1200
KOREAN = 0.2  # of the challenges
KINDS = ("large", "mid_size", "public", "sme", "municipality")
CURRENCIES = ((None, 0), ("EUR", 1), ("USD", 1), ("CAD", 1), ("KRW", 1500))
CHALLENGE = (
    "id", "state", "organisation_id", "centre_id", "call_id", "main_locale", "visibility", "fields", "resources",
    "trl_from", "trl_to", "startups_sought", "budget", "currency", "ip_option", "owner_name", "owner_role",
    "decision_date", "published_at", "opens_at", "closes_at", "described_kind", "described_region", "described_sector",
    "is_reference", "source", "source_id", "version", "created_at", "updated_at",
)  # fmt: skip
CHALLENGE_TEXT = (
    "challenge_id", "locale", "title", "summary", "problem", "why_now", "constraints", "success_criteria",
    "resources_words", "payment_terms", "ip_words", "purchase_route", "anonymous_as",
)  # fmt: skip
ORGANISATION = (
    "id", "state", "kind", "region_code", "country", "sectors", "legal_form", "registered_on", "source", "source_id",
    "version",
)  # fmt: skip
ORGANISATION_TEXT = ("organisation_id", "locale", "name", "description")


@dataclass
class Catalogue:
    """A catalogue that grows; ``startup`` is the session of somebody who reads it for a startup."""

    challenges: int = 0
    organisations: int = 0
    startup: str = ""
    calls: list[tuple[int, int]] = field(default_factory=list)  # id, centre
    companies: list[int] = field(default_factory=list)
    centres: list[int] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    choice: random.Random = field(default_factory=lambda: random.Random(11))

    def begin(self) -> None:
        """The centres, their calls, and somebody to read for a startup."""
        self.regions = list(db.session.scalars(select(Region.code).order_by(Region.code)))
        network = make_network()
        centres = [make_centre(network, self.regions[n * 4 % len(self.regions)]) for n in range(CENTRES)]
        for n in range(CALLS):
            opens, closes = (5, 40 + n) if n % 12 == 0 else (-60, -2 - n) if n % 12 == 6 else (-30 - n, 1 + n * 2)
            programme = make_programme(centres[n % CENTRES])
            call = make_call(
                programme, opens=opens, closes=closes, track=TRACKS[n % len(TRACKS)],
                state="published" if n % 12 == 0 else "closed" if n % 12 == 6 else "open",
            )  # fmt: skip
            self.calls.append((call.id, centres[n % CENTRES].id))
        self.centres = [centre.id for centre in centres]
        startup = make_member(make_organisation("startup", "Reader"))
        self.startup = open_session(startup.user, None, "bench", startup)
        db.session.commit()

    def grow(self, challenges: int, organisations: int) -> None:
        """Add what is missing to reach these numbers, then gather statistics."""
        found = texts.read()
        first = _highest(Organisation) + 1
        wanted = range(self.organisations, organisations)
        rows = [self._organisation(n, first + n - self.organisations, found) for n in wanted]
        _copy("organisations", ORGANISATION, (row for row, _ in rows))
        _copy("organisation_texts", ORGANISATION_TEXT, (words for _, words in rows))
        self.companies += [row[0] for row, _ in rows if row[2] in KINDS]
        self.organisations = max(organisations, self.organisations)
        first, now = _highest(Challenge) + 1, clock.now()
        for start in range(self.challenges, challenges, 5000):
            part = [
                self._challenge(n, first + n - self.challenges, found, now)
                for n in range(start, min(start + 5000, challenges))
            ]
            _copy("challenges", CHALLENGE, (row for row, _ in part))
            _copy("challenge_texts", CHALLENGE_TEXT, (words for _, words in part))
        self.challenges = max(challenges, self.challenges)
        for table in ("organisations", "challenges"):
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")

    def _organisation(self, n: int, id: int, found: texts.Texts) -> tuple[list[Any], list[Any]]:
        choice, source = self.choice, found.organisations[n % len(found.organisations)]
        demand = n % 16 == 0
        imported = not demand and n % 3 == 0
        again = n // len(found.organisations)
        words = source if not again else found.varied(source, choice)
        name = source.title if not again else f"{source.title} {words.title.split(' ')[0]} {again}"
        row = [
            id, "unverified" if imported else "verified", choice.choice(KINDS) if demand else "startup",
            choice.choice(self.regions), None, json.dumps(choice.sample(FIELDS, choice.randint(0, 2))), "company",
            "2022-05-01", "bench" if imported else None, f"o-{n}" if imported else None, 1,
        ]  # fmt: skip
        return row, [id, source.locale, name[:400], words.body]

    def _challenge(self, n: int, id: int, found: texts.Texts, now: datetime) -> tuple[list[Any], list[Any]]:
        choice, source = self.choice, found.challenges[n % len(found.challenges)]
        if choice.random() < KOREAN:
            words = texts.korean(choice)
        else:
            words = source if n < len(found.challenges) else found.varied(source, choice)
        call, centre = choice.choice(self.calls)
        kind = choice.random()
        reference = kind < 0.08
        state, visibility = ("draft" if kind > 0.99 else "open"), "public"
        if 0.08 < kind < 0.13:
            visibility = "anonymous"
        elif 0.13 < kind < 0.14:
            visibility = "invited"
        currency, rate = choice.choice(CURRENCIES)
        level = choice.randint(1, 7)
        published = now - timedelta(minutes=n * 7 + choice.randint(0, 5))
        row = [
            id, state, choice.choice(self.companies), None if reference else centre, None if reference else call,
            words.locale, visibility, json.dumps(sectors_of(list(words.categories)) or choice.sample(FIELDS, 2)),
            '["data"]', level, min(9, level + choice.randint(0, 3)), 1,
            choice.choice((8, 15, 40, 90, 200, 400)) * 1000 * rate if currency else None, currency,
            choice.choice(IP_OPTIONS), "Owner", "Head", (now + timedelta(days=40)).date(),
            published if state == "open" else None,
            published if reference else None, published + timedelta(days=30) if reference else None,
            choice.choice(KINDS), choice.choice(self.regions), choice.choice(FIELDS),
            reference, "bench" if reference else None, f"c-{n}" if reference else None, 1, published, published,
        ]  # fmt: skip
        told = [words.title, summary_of(words.body), words.body, *[""] * 7, "A company in the south"]
        return row, [id, words.locale, *told]


def _copy(table: str, columns: Iterable[str], rows: Iterator[list[Any]]) -> None:
    cursor = db.session.connection().connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _highest(model: type[Organisation | Challenge | Call | Centre]) -> int:
    found: int | None = db.session.scalar(select(model.id).order_by(model.id.desc()).limit(1))
    return found or 0
