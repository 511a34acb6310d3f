"""How the collaborations of the story went, each in the language its people write in."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """A milestone: ``due`` in days ago (negative: ahead), ``owner`` a side of the pair."""

    title: str
    due: float
    owner: str
    state: str
    note: str = ""
    reason: str = ""  # where it was not fully met


class Note(NamedTuple):
    """A progress note, ``ago`` in days, of the company, the startup or the centre."""

    ago: float
    author: str
    text: str


class Course(NamedTuple):
    """A collaboration from milestones to its end; ``trouble`` is the reason of a risk or of an early end."""

    locale: str
    milestones: tuple[Mark, ...]
    notes: tuple[Note, ...] = ()
    trouble: str = ""
    settlement: str = ""
    goals: str = ""
    reached: str = ""
    spending: str = ""
    opinion: str = ""
    next_words: str = ""
    outcome: str = ""


COURSES = {
    "haneul": Course(
        "ko",
        (
            Mark("마이크 120개 매설", -45, "startup", "scheduled", "협약이 발효된 뒤 순찰 경로를 따라 하루 네 곳씩 묻습니다."),
            Mark("확인 굴착 열 번", -150, "company", "scheduled"),
        ),
        (Note(7, "centre", "협약 초안에 대한 두 기관의 의견을 모두 반영했습니다. 읽고 서명해 주십시오."),),
    ),
    "norvik": Course(
        "ko",
        (
            Mark("한 노선에 센서 20개 설치", 190, "startup", "met"),
            Mark("냉장 창고에 시험 장비 설치", 12, "company", "scheduled", "영하 25도에서 200시간을 견디는지 확인하는 장비입니다."),
            Mark("팔레트 500개 운행", -40, "startup", "scheduled"),
        ),
        (
            Note(150, "startup", "한 노선을 한 달 운행했습니다. 잃어버린 센서는 없고, 추위에 배터리가 닳은 것이 두 개입니다."),
            Note(14, "startup", "시험 장비가 없으면 새 배터리가 겨울을 견디는지 보일 수 없습니다. 두 번 요청드렸습니다."),
            Note(11, "centre", "두 기관과 통화했습니다. 노르빅이 장비의 도착일을 알려 주기로 했습니다."),
            Note(4, "company", "장비가 아직 통관 중입니다. 날짜가 정해지는 대로 이곳에 적겠습니다."),
        ),
        trouble="시험 장비가 오지 않았습니다. 이번 겨울을 놓치면 내구 시험도 놓칩니다.",
    ),
    "dasom": Course(
        "ko",
        (
            Mark("2번 라인에 첫 카메라 설치", 160, "startup", "met"),
            Mark(
                "카메라 세 대로 주간 검사", 60, "startup", "partially_met",
                reason="주간은 기준을 지켰으나, 교대 시각의 조명 때문에 오판이 남았습니다.",
            ),
            Mark("야간 검사와 보고", -20, "startup", "scheduled"),
        ),
        (
            Note(58, "company", "주간 검사는 좋습니다. 밤에는 조명이 깜박여 오판이 나옵니다. 새 조명 전원을 주문했습니다."),
            Note(30, "startup", "전원을 바꾼 뒤 야간 오판이 하루 스무 건에서 세 건으로 줄었습니다."),
        ),
        outcome="기름 반사를 없애는 조명 방법을 두 기관의 이름으로 함께 출원했습니다.",
    ),
    "maree": Course(
        "en",
        (
            Mark("One berth on the plan", 230, "startup", "met"),
            Mark("All trains on the plan", 170, "startup", "met"),
            Mark("Whole quay for a month", 110, "startup", "met"),
        ),
        (
            Note(165, "startup", "All trains are on the plan. Foremen overruled it nine times; seven times they were right."),
            Note(108, "company", "The yard stopped printing its plan. We want to keep this."),
        ),
        goals="Plan every ship, train and crew of the quay by the minute, for a month.",
        reached="The whole quay ran on the plan for a month. Cranes waited four minutes for a train instead of eleven, and ships left four hours sooner.",
        spending="Wages 46%, servers and screens 31%, tests 18%, travel 5%.",
        opinion="We keep it, and order it for the other berths.",
        next_words="A supply contract for three years.",
        outcome="Three years of the quay plan for all berths.",
    ),
    "mirae": Course(
        "ko",
        (
            Mark("게이트 12곳 설치", 200, "startup", "met"),
            Mark("3개월 청취", 40, "startup", "met"),
        ),
        (
            Note(38, "startup", "고장 열 건 중 아홉 건을 미리 알렸습니다. 나머지 한 건은 빗소리에 묻혔습니다."),
            Note(24, "company", "정비 계획을 알림에 맞춰 바꿨습니다. 그 뒤로 교량 위에서 멈춘 열차가 없습니다."),
        ),
        goals="비바람 속에서도 베어링 고장 열 건 중 아홉 건을 30일 전에 알립니다.",
        reached="게이트 12곳에서 3개월 동안 고장 열 건 중 아홉 건을 평균 34일 전에 알렸습니다. 비 오는 날의 정확도는 더 높여야 합니다.",
        spending="인건비 52%, 재료비 29%, 시험비 14%, 출장비 5%.",
    ),
    "clairval": Course(
        "fr",
        (
            Mark("Quarante lampes dans la vieille ville", 200, "startup", "met"),
            Mark(
                "Deux cents lampes", 120, "startup", "not_met",
                reason="Cent douze lampes posées sur deux cents ; la pose s’est arrêtée sur décision du conseil.",
            ),
        ),
        (
            Note(135, "company", "Des riverains se plaignent du scintillement. Le conseil veut une réponse avant l’hiver."),
            Note(128, "startup", "Le défaut vient d’un lot de variateurs. Les remplacer prendrait dix semaines ; le conseil en donne quatre."),
        ),
        trouble="La ville a retiré son autorisation après les plaintes ; personne n’est en faute.",
        settlement="Deux tiers de l’aide ont payé les lampes qui restent en place ; le solde est rendu en trois versements.",
    ),
    "hanbit": Course(
        "ko",
        (
            Mark("떡용 그리퍼 제작", 150, "startup", "met"),
            Mark("일주일 동안 분당 50개", -10, "startup", "scheduled"),
        ),
        (
            Note(20, "startup", "이번 주에는 분당 44개입니다. 전분 가루가 도움이 됩니다."),
            Note(8, "company", "야간 세척까지 확인했습니다. 다음 주에는 온종일 돌려 보겠습니다."),
        ),
        outcome="두 번째 라인을 맡을 기술자 두 명을 채용했습니다.",
    ),
}  # fmt: skip


class Paper(NamedTuple):
    """An agreement's terms in the language that rules."""

    purpose: str
    text: str
    ip_terms: str
    law: str
    capacity: str


PAPERS = {
    "en": Paper(
        "Trial: {title}",
        "The parties work together on the trial described in the application. The startup delivers the milestones; the "
        "company gives the site, the data and the people it named. The centre follows the work and pays the grant by "
        "milestones.\n\nEach party keeps what it brought. Confidential matters stay so for three years. A dispute is "
        "first put before the centre.",
        "The startup keeps what it makes; the company may use it on the site of the trial for two years.",
        "The law of the demonstration country",
        "Representative",
    ),
    "fr": Paper(
        "Essai : {title}",
        "Les parties mènent ensemble l’essai décrit dans la candidature. La jeune pousse réalise les jalons ; "
        "l’entreprise fournit le site, les données et les personnes qu’elle a désignées. Le pôle suit les travaux et "
        "verse l’aide jalon par jalon.\n\nChaque partie garde ce qu’elle a apporté. Ce qui est confidentiel le reste "
        "pendant trois ans. Tout différend est d’abord porté devant le pôle.",
        "La jeune pousse garde ce qu’elle crée ; l’entreprise peut s’en servir deux ans sur le site de l’essai.",
        "Le droit du pays de démonstration",
        "Direction",
    ),
    "ko": Paper(
        "실증: {title}",
        "당사자는 신청서에 적은 실증을 함께 수행합니다. 스타트업은 마일스톤을 이행하고, 기업은 약속한 현장과 데이터, 인력을 "
        "제공합니다. 센터는 진행을 살피고 마일스톤에 따라 지원금을 지급합니다.\n\n각 당사자가 가져온 것은 그 당사자에게 남습니다. "
        "비밀은 3년 동안 지킵니다. 분쟁이 생기면 먼저 센터에 조정을 구합니다.",
        "스타트업은 만든 것을 그대로 보유하고, 기업은 실증 현장에서 2년 동안 사용할 수 있습니다.",
        "시연 국가의 법",
        "대표",
    ),
}  # fmt: skip
