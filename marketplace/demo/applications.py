"""What the startups of the story propose, each in its own language, and where each application has got to."""

from __future__ import annotations

from typing import NamedTuple


class Proposal(NamedTuple):
    """A startup's words, used for each of its applications; ``locale`` is the language they are in."""

    locale: str
    solution: str
    evidence: str
    team: str
    timeline: str
    trl: int


PROPOSALS = {
    "loopwell": Proposal(
        "ko",
        "소화전에 자석으로 붙이는 마이크와, 밤의 배경음을 학습해 누수음을 가려내는 모델입니다.",
        "12km 시험 구간에서 누수 9건 중 8건을 2m 이내로 찾았습니다.",
        "음향 2명, 현장 5명, 소프트웨어 4명.",
        "1개월 설치, 5개월 청취, 1개월 보고.",
        5,
    ),
    "onda": Proposal(
        "ko", "화물 포장재 사이에 넣는 얇은 온도 센서와 위변조를 막는 기록입니다.", "팔레트 20개로 겨울 한 철 시험했습니다.",
        "전자 6명, 물류 3명, 운영 5명.", "2개월 준비, 6개월 운행.", 6,
    ),
    "thermia": Proposal(
        "fr", "Un échangeur à film tombant qui se nettoie en marche et alimente un petit réseau de vapeur.",
        "Deux mille heures dans une verrerie, 4 % de perte de rendement.", "Dix-huit personnes, dont sept soudeurs.",
        "Trois mois de montage, six mois d’essai.", 6,
    ),
    "nacre": Proposal(
        "fr", "Un bras qui mesure chaque pièce avant de l’ébavurer, réglé en une demi-heure.",
        "Onze séries dans deux fonderies.", "Neuf personnes, mécanique et vision.", "Quatre mois en tout.", 5,
    ),
    "saebit": Proposal(
        "ko", "편광 조명으로 기름 반사를 없애고 버의 그림자만 남기는 카메라입니다.", "고객사 라인에서 부품 4만 개를 검사했습니다.",
        "광학 4명, 제조 5명, 운영 3명.", "1개월 설치, 4개월 검증.", 6,
    ),
    "gyeol": Proposal(
        "ko", "선로 옆 마이크로 바퀴와 베어링의 마모를 듣고 교체 시기를 예고합니다.", "차량 기지 한 곳에서 7개월 운영했습니다.",
        "음향 6명, 철도 8명, 운영 7명.", "6개월 설치와 검증.", 7,
    ),
    "brume": Proposal(
        "fr", "Un plan de quai recalculé chaque minute à partir des navires, des trains et des équipes.",
        "Un poste à quai suivi pendant une saison.", "Seize personnes, calcul et exploitation.", "Cinq mois.", 7,
    ),
    "lumen": Proposal(
        "fr", "Des lampes qui se préviennent l’une l’autre quand quelqu’un passe.", "Une rue de quarante lampes.",
        "Sept personnes.", "Trois mois de pose, trois d’observation.", 6,
    ),
    "dure": Proposal(
        "ko", "공기압으로 모양이 바뀌는 손가락이 무른 식품을 감싸 듭니다.", "만두 6만 개, 손상률 0.4%.", "로봇 8명, 식품 5명.",
        "2개월 설계, 4개월 시험.", 6,
    ),
    "byeolha": Proposal(
        "en", "Ground radar on a street sweeper draws a map of what flows below.", "Thirty kilometres mapped for two towns.",
        "Six people: radar, maps, field.", "Six months, one district a month.", 4,
    ),
    "ardoise": Proposal(
        "fr", "Un liant qui se brûle à basse température et rend le sable à la fonderie.", "Deux tonnes traitées en atelier.",
        "Cinq personnes, chimie et fonderie.", "Huit mois.", 3,
    ),
    "mulgyeol": Proposal(
        "en", "A camera that reads freshness through the wrap and rejects what will not last.", "Two lines, three weeks.",
        "Ten people: optics, food safety, software.", "Five months.", 5,
    ),
    "vieuxfer": Proposal(
        "fr", "Un boîtier que l’on pose sur une vieille machine et qui dit quand elle fatigue.", "Quarante machines suivies.",
        "Huit personnes.", "Quatre mois.", 7,
    ),
}  # fmt: skip


class Entry(NamedTuple):
    """One application: ``need`` is the company's challenge in that call; ``reason`` is given where it was refused."""

    call: str
    need: str
    startup: str
    state: str
    rank: int = 0
    reason: str = ""


ENTRIES = (
    # the open call: drafts, and sealed applications
    Entry("top_down", "haneul", "loopwell", "draft"),
    Entry("top_down", "haneul", "byeolha", "submitted"),
    Entry("top_down", "haneul", "gyeol", "submitted"),
    Entry("top_down", "dasom", "saebit", "submitted"),
    Entry("top_down", "dasom", "mulgyeol", "draft"),
    Entry("top_down", "hanbit", "dure", "submitted"),
    Entry("top_down", "hanbit", "mulgyeol", "submitted"),
    Entry("top_down", "boreale", "thermia", "draft"),
    Entry("top_down", "clairval", "brume", "submitted"),
    Entry("top_down", "clairval", "lumen", "withdrawn", 0, "We decided to do one thing well this year."),
    Entry("top_down", "norvik", "onda", "draft"),
    # the recommended ones: closed, being examined and decided
    Entry("bottom_up", "maree", "onda", "submitted"),
    Entry("bottom_up", "lacombe", "vieuxfer", "ineligible", 0, "Registered more than eight years before the notice date; the call admits seven."),
    Entry("bottom_up", "boreale", "ardoise", "submitted"),
    Entry("bottom_up", "haneul", "byeolha", "eligible"),
    Entry("bottom_up", "hanbit", "mulgyeol", "eligible"),
    Entry("bottom_up", "clairval", "lumen", "shortlisted"),
    Entry("bottom_up", "dasom", "saebit", "shortlisted"),
    Entry("bottom_up", "mirae", "gyeol", "shortlisted"),
    Entry("bottom_up", "norvik", "thermia", "eligible"),
    # on demand: decided, pairs being made
    Entry("on_demand", "haneul", "loopwell", "selected"),
    Entry("on_demand", "boreale", "thermia", "selected"),
    Entry("on_demand", "lacombe", "nacre", "selected"),
    Entry("on_demand", "haneul", "byeolha", "reserve", 1),
    Entry("on_demand", "boreale", "ardoise", "reserve", 1),
    Entry("on_demand", "lacombe", "ardoise", "declined", 0, "The cell needs a change of tools that costs more than the award."),
    Entry("on_demand", "haneul", "gyeol", "declined", 0, "The evidence is from rails, not from pipes under pressure."),
    Entry("on_demand", "boreale", "lumen", "declined", 0, "The readiness level does not reach what the company can host."),
    Entry("on_demand", "lacombe", "vieuxfer", "ineligible", 0, "Registered more than eight years before the notice date; the call admits seven."),
    # follow-up: running collaborations
    Entry("follow_up", "norvik", "onda", "selected"),
    Entry("follow_up", "dasom", "saebit", "selected"),
    Entry("follow_up", "maree", "brume", "selected"),
    Entry("follow_up", "mirae", "gyeol", "selected"),
    Entry("follow_up", "clairval", "lumen", "selected"),
    Entry("follow_up", "hanbit", "dure", "selected"),
    Entry("follow_up", "hanbit", "mulgyeol", "stepped_back", 0, "Our two engineers left in the spring."),
    Entry("follow_up", "dasom", "nacre", "reserve", 1),
    Entry("follow_up", "mirae", "brume", "declined", 0, "Good work, but fewer places than strong proposals."),
    Entry("follow_up", "clairval", "byeolha", "declined", 0, "The pair’s earlier work does not cover lighting."),
    Entry("follow_up", "norvik", "nacre", "declined", 0, "No earlier work together was shown."),
)  # fmt: skip


class Pair(NamedTuple):
    """A pairing that came of a selected application, and its collaboration's state if there is one."""

    call: str
    company: str
    startup: str
    pairing: str
    collaboration: str = ""


PAIRS = (
    Pair("on_demand", "haneul", "loopwell", "confirmed", "planned"),
    Pair("on_demand", "boreale", "thermia", "requested"),
    Pair("on_demand", "lacombe", "nacre", "accepted"),
    Pair("follow_up", "norvik", "onda", "confirmed", "at_risk"),
    Pair("follow_up", "dasom", "saebit", "confirmed", "active"),
    Pair("follow_up", "maree", "brume", "confirmed", "follow_up"),
    Pair("follow_up", "mirae", "gyeol", "confirmed", "final_report"),
    Pair("follow_up", "clairval", "lumen", "confirmed", "terminated"),
    Pair("follow_up", "hanbit", "dure", "confirmed", "active"),
)
