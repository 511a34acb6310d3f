"""Which startup applies where, how far each application has got, and what the companies say to it."""

from __future__ import annotations

from typing import NamedTuple


class Proposal(NamedTuple):
    """One application's words in ``locale``; ``title`` where no challenge lends its own, ``pair`` of earlier work."""

    locale: str
    trl: int
    solution: str
    fit: str
    evidence: str
    team: str
    timeline: str
    needs: str
    title: str = ""
    pair: str = ""


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
    Entry("top_down", "clairval", "lumen", "withdrawn", 0, "Nous avons choisi de bien faire une seule chose cette année."),
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
    Entry("on_demand", "haneul", "gyeol", "declined", 0, "제시하신 근거는 선로의 것이며, 압력이 걸린 관로의 기록이 아닙니다."),
    Entry("on_demand", "boreale", "lumen", "declined", 0, "The readiness level does not reach what the company can host."),
    Entry("on_demand", "lacombe", "vieuxfer", "ineligible", 0, "Registered more than eight years before the notice date; the call admits seven."),
    # follow-up: running collaborations
    Entry("follow_up", "norvik", "onda", "selected"),
    Entry("follow_up", "dasom", "saebit", "selected"),
    Entry("follow_up", "maree", "brume", "selected"),
    Entry("follow_up", "mirae", "gyeol", "selected"),
    Entry("follow_up", "clairval", "lumen", "selected"),
    Entry("follow_up", "hanbit", "dure", "selected"),
    Entry("follow_up", "hanbit", "mulgyeol", "stepped_back", 0, "담당 기술자 두 명이 봄에 회사를 떠났습니다."),
    Entry("follow_up", "dasom", "nacre", "reserve", 1),
    Entry("follow_up", "mirae", "brume", "declined", 0, "Good work, but fewer places than strong proposals."),
    Entry("follow_up", "clairval", "byeolha", "declined", 0, "두 기관의 이전 협업은 조명과 관계가 없습니다."),
    Entry("follow_up", "norvik", "nacre", "declined", 0, "No earlier work together was shown."),
)  # fmt: skip


# What a company wrote about the fit, in its own language.
OPINIONS = {
    ("on_demand", "haneul", "loopwell"): "우리 관로를 가장 잘 알고, 우리가 겪는 문제에 그대로 답합니다.",
    ("on_demand", "haneul", "byeolha"): "좋은 방법이지만 우리 도로에서 한 번 더 시험해야 합니다.",
    ("on_demand", "haneul", "gyeol"): "흥미롭지만 물이 흐르는 관에서 들은 기록이 없습니다.",
    ("on_demand", "boreale", "thermia"): "Ils connaissent nos fumées et n’arrêtent aucune cuve.",
    ("on_demand", "boreale", "ardoise"): "Du bon travail ; il faudrait un second essai sur nos tubes.",
    ("on_demand", "boreale", "lumen"): "Intéressant, mais trente watts ne changent rien à notre problème.",
    ("on_demand", "lacombe", "nacre"): "Nos ébavureurs ont réglé la cellule eux-mêmes dès le premier jour.",
    ("on_demand", "lacombe", "ardoise"): "La poussière baisse, mais il faudrait changer tous nos outils.",
    ("follow_up", "norvik", "onda"): "겨울 시험을 함께 해 보았고, 같은 노선에서 늘릴 수 있습니다.",
    ("follow_up", "norvik", "nacre"): "우리 창고에서 본 적이 없고, 상하차를 바꿔야 합니다.",
    ("follow_up", "dasom", "saebit"): "2번 라인 검사원들이 이 카메라를 믿습니다.",
    ("follow_up", "dasom", "nacre"): "쓸모가 있으나 카메라가 먼저입니다. 내년에 다시 보고 싶습니다.",
    ("follow_up", "maree", "brume"): "시범 선석에서 이미 효과를 보았습니다. 부두 전체로 넓히고 싶습니다.",
    ("follow_up", "mirae", "gyeol"): "1번 기지에서 고장을 실제로 먼저 들었습니다.",
    ("follow_up", "mirae", "brume"): "계획은 훌륭하지만 지금은 고장을 먼저 아는 일이 급합니다.",
    ("follow_up", "clairval", "lumen"): "La rue des Tanneurs marche bien ; les habitants en demandent d’autres.",
    ("follow_up", "clairval", "byeolha"): "Utile un jour, mais ce n’est pas de l’éclairage.",
    ("follow_up", "hanbit", "dure"): "만두 라인에서 매일 쓰고 있어 믿고 맡길 수 있습니다.",
    ("follow_up", "hanbit", "mulgyeol"): "폐기를 줄이는 데 꼭 필요합니다.",
}


class Pair(NamedTuple):
    """A pairing that came of a selected application, both sides’ answers, and its collaboration's state if any."""

    call: str
    company: str
    startup: str
    pairing: str
    collaboration: str
    company_says: str
    startup_says: str


PAIRS = (
    Pair(
        "on_demand", "haneul", "loopwell", "confirmed", "planned",
        "현장과 전담 인력을 준비했습니다.", "우리 마이크를 증명할 가장 좋은 곳입니다.",
    ),
    Pair(
        "on_demand", "boreale", "thermia", "requested", "",
        "La place à côté de la ligne trois est réservée, l’équipe aussi.", "",
    ),
    Pair(
        "on_demand", "lacombe", "nacre", "accepted", "",
        "La travée est libre dès le mois prochain.", "Aucune fonderie ne nous apprendra davantage.",
    ),
    Pair(
        "follow_up", "norvik", "onda", "confirmed", "at_risk",
        "한 노선과 냉장 창고 한 동을 내어 드립니다.", "겨울 전체를 기록할 수 있는 드문 기회입니다.",
    ),
    Pair(
        "follow_up", "dasom", "saebit", "confirmed", "active",
        "품질팀 네 명이 함께합니다.", "주간과 야간을 모두 볼 수 있는 라인입니다.",
    ),
    Pair(
        "follow_up", "maree", "brume", "confirmed", "follow_up",
        "관제실에 자리를 마련했습니다.", "The whole quay is what we built this for.",
    ),
    Pair(
        "follow_up", "mirae", "gyeol", "confirmed", "final_report",
        "기지 세 곳의 정비 기록을 엽니다.", "바퀴 소리를 세 기지에서 모두 들을 수 있습니다.",
    ),
    Pair(
        "follow_up", "clairval", "lumen", "confirmed", "terminated",
        "La vieille ville attend ces lampes.", "Deux cents lampes, et les habitants à côté de nous.",
    ),
    Pair(
        "follow_up", "hanbit", "dure", "confirmed", "active",
        "두 번째 라인을 밤마다 두 시간 비워 둡니다.", "떡은 만두보다 어렵습니다. 그래서 하고 싶습니다.",
    ),
)  # fmt: skip
