"""The one programme of the story and its four calls, a track each."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from marketplace.calls.models import Call, CallText, EligibilityRule, Stage
from marketplace.calls.tracks import Template, template
from marketplace.demo.cast import Said
from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Programme, ProgrammeText

MILLION = Decimal(1_000_000)
MIDNIGHT, CLOSING = 15, 7  # hours of UTC: 00:00 and 16:00 in Seoul


class Told(NamedTuple):
    """A call: ``opens`` and ``closes`` in days ago (negative: ahead), ``awards`` of ``amount`` million won."""

    key: str
    track: str
    kind: str | None
    state: str
    opens: float
    closes: float
    decided: float
    awards: int
    amount: int
    fit: str
    title: Said
    subject: Said


CALLS = (
    Told(
        "top_down", "top_down", None, "open", 25, -12.3, -45, 6, 140, "advisory",
        Said("Problems set by companies", "Problèmes posés par les entreprises", "문제해결형: 기업이 낸 과제"),
        Said(
            "Companies of five regions publish what they cannot solve alone; young companies propose how.",
            "Des entreprises de cinq régions publient ce qu’elles ne peuvent résoudre seules ; de jeunes pousses proposent comment.",
            "다섯 지역의 기업이 혼자 풀기 어려운 과제를 내고, 스타트업이 해결 방안을 제안합니다.",
        ),
    ),
    Told(
        "bottom_up", "bottom_up", "private_linked", "closed", 55, 23, 2, 4, 100, "gate",
        Said("Startups that companies recommend", "Jeunes pousses recommandées par les entreprises", "자율제안형: 기업이 추천한 스타트업"),
        Said(
            "A company names the startup it chose in its own programme; the startup confirms and completes.",
            "Une entreprise désigne la jeune pousse choisie dans son programme ; celle-ci confirme et complète.",
            "기업이 자체 프로그램에서 고른 스타트업을 추천하고, 스타트업이 확인하고 보완합니다.",
        ),
    ),
    Told(
        "on_demand", "on_demand", None, "decided", 120, 60, 21, 3, 120, "advisory",
        Said("Proposals written together", "Propositions écrites ensemble", "수요기반형: 함께 쓰는 제안"),
        Said(
            "Company and startup found each other and sign one proposal.",
            "Entreprise et jeune pousse se sont trouvées et signent une même proposition.",
            "서로를 찾은 기업과 스타트업이 하나의 제안에 함께 서명합니다.",
        ),
    ),
    Told(
        "follow_up", "follow_up", None, "running", 400, 360, 320, 7, 120, "advisory",
        Said("Next steps of proven pairs", "La suite des duos éprouvés", "후속협업: 검증된 협업의 다음 단계"),
        Said(
            "Pairs that worked together elsewhere go from trial to use.",
            "Des duos qui ont déjà travaillé ensemble passent de l’essai à l’usage.",
            "다른 사업에서 함께 일한 기업과 스타트업이 시험에서 도입으로 나아갑니다.",
        ),
    ),
)  # fmt: skip

NOTICE = {
    "eligibility": Said(
        "Startups up to seven years old on the notice date, ten in named new-industry fields; the rules below are all there is.",
        "Jeunes pousses de sept ans au plus à la date de l’avis, dix dans les domaines nouveaux nommés ; les règles ci-dessous sont les seules.",
        "공고일 기준 창업 7년 이내, 명시된 신산업 분야는 10년 이내의 스타트업. 아래 규칙이 전부입니다.",
    ),
    "how_to_apply": Said(
        "Check your eligibility, write the draft here, submit before the closing hour. You get a receipt at once.",
        "Vérifiez votre admissibilité, rédigez ici, déposez avant l’heure de clôture. Le reçu est immédiat.",
        "자격을 확인하고 이곳에서 초안을 작성해 마감 시각 전에 제출하십시오. 접수증이 바로 발급됩니다.",
    ),
    "amount": Said(
        "A grant per award as stated, with one fifth of it as your own contribution in cash or in kind.",
        "Une aide par place comme indiqué, avec un cinquième d’apport propre en argent ou en nature.",
        "선정 건별로 명시된 금액을 지원하며, 그 5분의 1을 현금 또는 현물로 부담합니다.",
    ),
    "basis_of_selection": Said(
        "Eligibility, then a shortlist by the centre, the company’s view of the fit, and the centre’s decision with reasons.",
        "Admissibilité, puis présélection par le pôle, avis de l’entreprise sur l’adéquation et décision motivée du pôle.",
        "자격 확인 후 센터의 예비 선정, 기업의 적합성 의견, 사유를 밝힌 센터의 결정 순으로 진행합니다.",
    ),
    "ranking_figure": Said(
        "The centre’s rank per challenge.", "Le rang donné par le pôle pour chaque défi.", "과제별 센터 순위.",
    ),
    "contact": Said(
        "Kim Seoha, Garam Regional Innovation Centre, contact-garam@demo.example",
        "Kim Seoha, Pôle régional d’innovation de Garam, contact-garam@demo.example",
        "가람창조혁신센터 김서하, contact-garam@demo.example",
    ),
}  # fmt: skip

PROGRAMME = Said("Tangent demonstration programme", "Programme de démonstration Tangent", "탄젠트 시연 사업")
SUMMARY = Said(
    "Five invented centres, nine companies and their startups, one year of working together.",
    "Cinq pôles inventés, neuf entreprises et leurs jeunes pousses, une année de travail en commun.",
    "가상의 센터 다섯 곳, 기업 아홉 곳과 스타트업이 함께한 한 해입니다.",
)


def make(scene: Scene) -> None:
    """Make the programme and its calls."""
    year = clock.now().year
    programme = Programme(
        managing_centre=scene.centres["garam"],
        cooperating_centres=[centre for slug, centre in scene.centres.items() if slug != "garam"],
        funder=scene.parties["funder"],
        first_year=year - 1,
        last_year=year + 1,
        budget=4_000 * MILLION,
        currency="KRW",
        texts={
            code: ProgrammeText(locale=code, name=getattr(PROGRAMME, code), summary=getattr(SUMMARY, code))
            for code in Said._fields
        },
    )
    db.session.add(programme)
    for told in CALLS:
        scene.calls[told.key] = _call(scene, programme, told)


def _call(scene: Scene, programme: Programme, told: Told) -> Call:
    opens_at, closes_at = _hour(told.opens, 0), _hour(told.closes, CLOSING)
    chosen = template(told.track, told.kind)
    call = Call(
        programme=programme,
        state=told.state,
        track=told.track,
        bottom_up_kind=told.kind,
        main_locale="en",
        time_zone="Asia/Seoul",
        notice_date=clock.day_of(opens_at, "UTC"),
        opens_at=opens_at,
        closes_at=closes_at,
        grace_seconds=30,
        decisions_by=clock.day_of(days_ago(told.decided), "UTC"),
        award_count=told.awards,
        award_amount=told.amount * MILLION,
        budget=told.awards * told.amount * MILLION,
        currency="KRW",
        own_contribution_percent=20,
        applications_per_startup=3,
        awards_per_startup=1,
        fit_role=told.fit,
        texts={code: _notice(told, code) for code in Said._fields},
        stages=_stages(told, chosen.stages),
        rules=[
            EligibilityRule(position=n, kind=kind, params=deepcopy(params))
            for n, (kind, params) in enumerate(_rules(chosen), 1)
        ],
    )
    db.session.add(call)
    db.session.flush()
    for stage in call.stages:
        if stage.kind == "startups_apply":
            stage.opens_at, stage.closes_at = opens_at, closes_at
    _past(scene, call, told)
    return call


def _rules(chosen: Template) -> list[tuple[str, dict[str, Any]]]:
    """The usual rules; whoever won before is admitted, within one running grant."""
    swapped = ("running_grants", {"most": 1})
    return [swapped if kind == "no_earlier_award" else (kind, params) for kind, params in chosen.rules]


def _hour(ago: float, hour: int) -> datetime:
    """A full hour, some days ago."""
    return days_ago(ago).replace(hour=hour, minute=0, second=0, microsecond=0)


def _notice(told: Told, code: str) -> CallText:
    words = {name: getattr(said, code) for name, said in NOTICE.items()}
    return CallText(locale=code, title=getattr(told.title, code), subject=getattr(told.subject, code), **words)


def _stages(told: Told, kinds: Sequence[tuple[str, str]]) -> list[Stage]:
    """The companies' window before the startups'; then what an answer waits for, until the promised day; the rest."""
    order = [kind for kind, _ in kinds]
    applying, decision = order.index("startups_apply"), order.index("final") if "final" in order else len(order) - 1
    days, found = told.closes - told.decided, []
    for at, (kind, actor) in enumerate(kinds):
        window: tuple[datetime, datetime] | tuple[None, None] = (None, None)
        if kind == "companies_apply":
            window = _hour(told.opens + 40, MIDNIGHT), _hour(told.opens + 12, CLOSING)
        elif applying < at <= decision:
            begins, ends = (told.closes - days * (n - applying) // (decision - applying) for n in (at - 1, at))
            window = _hour(begins, MIDNIGHT), _hour(ends, CLOSING)
        elif at > decision:
            begins = told.decided - 10 * (at - decision - 1)
            window = _hour(begins, MIDNIGHT), _hour(begins - 9, CLOSING)
        found.append(Stage(position=at + 1, kind=kind, actor=actor, opens_at=window[0], closes_at=window[1]))
    return found


def _past(scene: Scene, call: Call, told: Told) -> None:
    staff = scene.voices["garam"]
    happened("call.publish", call, staff, told.opens + 3, before="draft", after="published")
    happened("call.open", call, None, call.opens_at or told.opens, before="published", after="open")
    if told.state in ("closed", "decided", "running"):
        happened("call.close", call, None, call.closes_at or told.closes, before="open", after="closed")
    if told.state in ("decided", "running"):
        happened("call.release", call, staff, told.decided, before="closed", after="decided")
    if told.state == "running":
        happened("call.start", call, None, told.decided - 20, before="decided", after="running")
    since = {"open": call.opens_at, "closed": call.closes_at, "decided": days_ago(told.decided)}
    call.state_since = since.get(told.state) or days_ago(told.decided - 20)
