"""The people of a journey and the call it runs in, with what they write in each language."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from marketplace.calls.models import Call, CallText, EligibilityRule
from marketplace.calls.tracks import template
from marketplace.kernel import clock
from marketplace.kernel.db import db
from tests.calls.cast import close_call, make_call
from tests.journeys.product import Product
from tests.network.cast import make_centre, make_programme
from tests.people.cast import make_member, make_organisation, make_user


@dataclass(frozen=True)
class Words:
    """What a journey types: ``title`` holds ``term``, which is searched for."""

    title: str
    term: str
    text: str
    revised: str
    short: str


WORDS = {
    "en": Words(
        "Hear leaks in buried iron mains",
        "buried mains",
        "Iron mains of sixty years lose a sixth of the water. Nobody sees where before the road gives way.",
        "Last winter it was 214 kilometres of pipe, 31 bursts and nine closed streets.",
        "Measured on two streets, checked by both sides.",
    ),
    "fr": Words(
        "Repérer l’usure des caténaires avant la panne",
        "caténaires",
        "Les caténaires s’usent sans bruit. Chaque panne arrête la ligne trois heures et coûte cher à la région.",
        "L’hiver dernier : 214 kilomètres surveillés à pied, 31 pannes, neuf lignes arrêtées.",
        "Mesuré sur deux lignes, vérifié par les deux parties.",
    ),
    "ko": Words(
        "노후 상수도관 누수를 소리로 찾기",
        "상수도관",
        "육십 년 된 주철관에서 물의 육분의 일이 샙니다. 도로가 꺼지기 전에는 아무도 위치를 모릅니다.",
        "지난겨울에는 관로 214킬로미터에서 파열이 31번 있었고 도로 아홉 곳을 막았습니다.",
        "두 구간에서 측정하고 양쪽이 함께 확인했습니다.",
    ),
}


@dataclass(frozen=True)
class Cast:
    """Addresses of the people, and ids of what they belong to."""

    staff: str
    company: str
    startup: str
    company_person: int
    startup_person: int
    company_id: int
    startup_id: int
    centre_id: int
    call_id: int


def gather(product: Product, language: str, name: str) -> Cast:
    """A centre with an open call, a company and a startup, one person each, in a language."""
    with product.rows():
        centre = make_centre()
        company = make_organisation("public", f"Haneul Works {name}")
        startup = make_organisation("startup", f"Loopwell {name}")
        people = {
            role: make_user(f"{role.title()} {name}", email=f"{role}-{name}@people.example", locale=language)
            for role in ("staff", "company", "startup")
        }
        make_member(centre.organisation, "manager", people["staff"])
        make_member(company, "owner", people["company"])
        make_member(startup, "owner", people["startup"])
        call = make_call(make_programme(centre), own_contribution_percent=20)
        call.decisions_by = (clock.now() + timedelta(days=30)).date()
        call.rules = [
            EligibilityRule(position=n, kind=kind, params=deepcopy(params))
            for n, (kind, params) in enumerate(template("top_down").rules, 1)
        ]
        speak(call, language)
        db.session.flush()
        return Cast(
            *(people[role].email for role in ("staff", "company", "startup")),
            *(people[role].id for role in ("company", "startup")),
            company.id, startup.id, centre.id, call.id,
        )  # fmt: skip


def speak(call: Call, language: str) -> None:
    """Give a call its words in one more language."""
    told = call.texts["en"]
    if language != "en":
        names = [name for name in CallText.__table__.columns.keys() if name not in ("call_id", "locale", "search")]  # noqa: SIM118
        call.texts[language] = CallText(locale=language, **{name: getattr(told, name) for name in names})


def deadline_passes(product: Product, call_id: int) -> None:
    """Tests move deadlines, not clocks."""
    with product.rows():
        close_call(db.session.get_one(Call, call_id))
    product.run_schedule("calls", "challenges")
    assert product.one(sa.select(Call.state).where(Call.id == call_id)) == "closed"
