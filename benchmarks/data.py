"""Four thousand challenges and two thousand applications, of varied words in three languages, made in bulk."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, text

from marketplace.applications.models import Application, ApplicationParty, ApplicationRevision, EligibilityResult
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.collaborations.models import Agreement, Collaboration
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Centre
from marketplace.pairings.models import Pairing
from marketplace.people.models import Organisation, User
from marketplace.people.sessions import open_session
from tests.applications.cast import CONTENT, make_application
from tests.calls.cast import make_call
from tests.network.cast import make_centre, make_programme
from tests.people.cast import make_member, make_organisation
from tests.places.cast import make_region

STAFF = 400
FIELDS = ("ai", "robotics", "energy", "water", "health", "materials", "logistics", "food", "space", "mobility")
WORDS = {
    "en": "pipe leak sensor battery line robot cold chain waste heat burr weld map dust noise valve seal port crane",
    "fr": "conduite fuite capteur batterie chaîne froid déchet chaleur soudure carte bruit vanne joint port grue eau",
    "ko": "배관 누수 센서 배터리 로봇 저온 물류 폐열 용접 지도 소음 밸브 항만 크레인 수자원 과제 혁신 공정 자동화",
}


@dataclass
class Cast:
    """Tokens of signed-in people and ids of rows that the cases visit."""

    manager: str = ""
    challenge_id: int = 0
    challenge_ids: list[int] = field(default_factory=list)
    drafts: list[tuple[str, int]] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)  # of startups
    staff: list[str] = field(default_factory=list)  # of the one centre


def load(challenges: int, applications: int, submissions: int) -> Cast:
    """Fill an empty database; commits as it goes."""
    random.seed(7)
    make_region("KR-27")
    centre = make_centre()
    manager = make_member(centre.organisation, "manager")
    programme = make_programme(centre)
    open_call = make_call(programme, applications_per_startup=1000, award_count=200)
    closed_call = make_call(
        programme, opens=-60, closes=-20, state="closed", applications_per_startup=1000, award_count=200
    )
    companies = [make_organisation("large", f"Company {n}") for n in range(120)]
    startups = [make_organisation("startup", f"Startup {n}") for n in range(600)]
    people = {startup.id: make_member(startup).user for startup in startups}
    db.session.commit()
    cast = Cast(manager=open_session(manager.user, None, "bench", manager))
    found = [_challenge(n, random.choice(companies), open_call, centre) for n in range(challenges - 200)]
    _store(found)
    old = [_challenge(n, random.choice(companies), closed_call, centre) for n in range(200)]
    _store(old)
    cast.challenge_id = found[len(found) // 2].id
    cast.challenge_ids = [challenge.id for challenge in found]
    _store([_application(n, old, startups, people, closed_call) for n in range(applications)])
    _pairs(closed_call, centre)
    _drafts(cast, submissions, found, startups, people, open_call)
    _people(cast, centre, people)
    db.session.commit()
    return cast


def _people(cast: Cast, centre: Centre, owners: dict[int, User]) -> None:
    """A thousand who are signed in: six hundred owners, and staff of the one centre."""
    staff = [make_member(centre.organisation, ("manager", "broker")[n % 2]) for n in range(STAFF)]
    cast.owners = [open_session(user, None, "bench") for user in owners.values()]
    cast.staff = [open_session(member.user, None, "bench", member) for member in staff]


def grow(applications: int) -> None:
    """As many more applications to the closed call, by one statement: other startups to the same challenges."""
    db.session.execute(
        text(
            "INSERT INTO applications (state, call_id, challenge_id, organisation_id, origin, created_by_id, number,"
            " submitted_at, state_since, late_seconds, version)"
            " SELECT 'eligible', p.call_id, c.challenge_id, o.organisation_id, 'applied', p.created_by_id,"
            " 'G-' || row_number() OVER (), p.submitted_at, p.submitted_at, 0, 1"
            " FROM (SELECT * FROM applications WHERE number LIKE 'B-%' ORDER BY id LIMIT 1) p,"
            " (SELECT DISTINCT challenge_id FROM applications WHERE number LIKE 'B-%') c,"
            " (SELECT DISTINCT organisation_id FROM applications WHERE number LIKE 'B-%') o"
            " WHERE NOT EXISTS (SELECT 1 FROM applications a WHERE a.challenge_id = c.challenge_id"
            " AND a.organisation_id = o.organisation_id) LIMIT :number"
        ),
        {"number": applications},
    )
    db.session.execute(
        text(
            "INSERT INTO eligibility_results (application_id, rule_id, verdict, facts)"
            " SELECT a.id, r.id, 'meets', '{}' FROM applications a JOIN eligibility_rules r ON r.call_id = a.call_id"
            " WHERE a.number LIKE 'G-%'"
        )
    )
    db.session.commit()


def _store(rows: Sequence[object]) -> None:
    for start in range(0, len(rows), 500):
        db.session.add_all(rows[start : start + 500])
        db.session.flush()
    db.session.commit()


def _words(locale: str, count: int) -> str:
    return " ".join(random.choice(WORDS[locale].split()) for _ in range(count))


def _challenge(n: int, company: Organisation, call: Call, centre: Centre) -> Challenge:
    locale = ("en", "fr", "ko")[n % 3]
    text = ChallengeText(
        locale=locale,
        title=f"{_words(locale, 5).capitalize()} {n}",
        summary=_words(locale, 25),
        problem=_words(locale, 150),
        why_now=_words(locale, 40),
        success_criteria=_words(locale, 40),
        purchase_route=_words(locale, 10),
    )
    now = clock.now()
    return Challenge(
        state="open", organisation=company, call=call, centre=centre, main_locale=locale, texts={locale: text},
        fields=random.sample(FIELDS, 2), resources=["data"], trl_from=3, trl_to=6, budget=Decimal(50_000_000),
        currency="KRW", ip_option="startup_keeps", owner_name="Owner", owner_role="Head",
        decision_date=(now + timedelta(days=40)).date(), published_at=now - timedelta(minutes=n),
    )  # fmt: skip


def _application(
    n: int, challenges: list[Challenge], startups: list[Organisation], people: dict[int, User], call: Call
) -> Application:
    startup, challenge = startups[n % len(startups)], challenges[(n * 7 + n // len(startups)) % len(challenges)]
    state = ("submitted", "eligible", "eligible", "shortlisted")[n % 4]
    at = (call.closes_at or clock.now()) - timedelta(hours=n % 200 + 1)
    return Application(
        call=call, challenge=challenge, organisation=startup, created_by_id=people[startup.id].id, state=state,
        number=f"B-{n:06}", submitted_at=at, parties=[ApplicationParty(organisation=startup, role="lead")],
        revisions=[
            ApplicationRevision(
                number=1, submitted_at=at, submitted_by_id=people[startup.id].id, **CONTENT
            )
        ],
        results=[EligibilityResult(rule_id=rule.id, verdict="meets", facts={}) for rule in call.rules],
    )  # fmt: skip


def _pairs(call: Call, centre: Centre) -> None:
    """Three hundred pairings and collaborations in many states for the board."""
    chosen = db.session.scalars(select(Application).where(Application.call_id == call.id).limit(300)).unique().all()
    for n, application in enumerate(chosen):
        state = ("requested", "accepted", "declined", "confirmed", "confirmed")[n % 5]
        answered = {"company_accepts": True, "startup_accepts": True} if state in ("accepted", "confirmed") else {}
        challenge = application.challenge
        assert challenge is not None
        pairing = Pairing(
            state=state, call=call, centre=centre, challenge=challenge, application=application,
            company_id=challenge.organisation_id, startup_id=application.organisation_id,
            answer_by=clock.now() + timedelta(days=n % 14 - 3), **answered,
        )  # fmt: skip
        db.session.add(pairing)
        if state == "confirmed":
            kind = ("planned", "active", "at_risk", "succeeded")[n % 4]
            db.session.add(
                Collaboration(
                    state=kind, pairing=pairing, centre=centre, company_id=pairing.company_id,
                    startup_id=pairing.startup_id, title=challenge.title("en"), agreement=Agreement(),
                )
            )  # fmt: skip
    db.session.commit()


def _drafts(
    cast: Cast,
    count: int,
    challenges: list[Challenge],
    startups: list[Organisation],
    people: dict[int, User],
    call: Call,
) -> None:
    for n in range(count):
        startup = startups[n % len(startups)]
        draft = make_application(challenges[n % len(challenges)], startup, author=people[startup.id], call=call)
        cast.drafts.append((open_session(people[startup.id], None, "bench"), draft.id))
