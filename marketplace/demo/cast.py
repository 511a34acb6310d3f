"""Who is in the story: regions, centres, companies, startups and people, all invented and plainly so."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """The same words in English, French and Korean."""

    en: str
    fr: str
    ko: str


class Region(NamedTuple):
    """Codes of country XD, which no country will ever have."""

    code: str
    name: Said


class Centre(NamedTuple):
    slug: str
    region: str
    zone: str
    name: Said
    description: Said
    contact: str


class Party(NamedTuple):
    """A company or a startup with the one person who speaks for it."""

    key: str
    kind: str
    region: str
    sectors: tuple[str, ...]
    name: Said
    description: Said
    person: str
    years: int  # since it began
    staff: int


REGIONS = (
    Region("XD-01", Said("Garam", "Garam", "가람")),
    Region("XD-02", Said("Haedam", "Haedam", "해담")),
    Region("XD-03", Said("Nuri", "Nuri", "누리")),
    Region("XD-04", Said("Clairval", "Clairval", "클레르발")),
    Region("XD-05", Said("Boréale", "Boréale", "보레알")),
)

CENTRES = (
    Centre(
        "garam", "XD-01", "Asia/Seoul",
        Said("Garam Regional Innovation Centre", "Pôle régional d’innovation de Garam", "가람창조혁신센터"),
        Said(
            "Manages the demonstration programme and brokers pairs across five invented regions.",
            "Gère le programme de démonstration et met en relation des entreprises de cinq régions inventées.",
            "시연 사업을 주관하며, 가상의 다섯 지역에서 기업과 스타트업을 연계합니다.",
        ),
        "Kim Seoha",
    ),
    Centre(
        "haedam", "XD-02", "Asia/Seoul",
        Said("Haedam Innovation Centre", "Centre d’innovation de Haedam", "해담혁신센터"),
        Said(
            "Works with port and food companies.", "Travaille avec les entreprises du port et de l’alimentation.",
            "항만과 식품 기업을 지원합니다.",
        ),
        "Park Noeul",
    ),
    Centre(
        "nuri", "XD-03", "Asia/Seoul",
        Said("Nuri Innovation Centre", "Centre d’innovation de Nuri", "누리혁신센터"),
        Said(
            "Works with precision manufacturers.", "Travaille avec les fabricants de précision.",
            "정밀 제조 기업을 지원합니다.",
        ),
        "Yun Daon",
    ),
    Centre(
        "clairval", "XD-04", "America/Toronto",
        Said("Clairval Innovation Pole", "Pôle d’innovation de Clairval", "클레르발 혁신거점"),
        Said(
            "Brings towns and young companies together.", "Rapproche les villes et les jeunes entreprises.",
            "도시와 젊은 기업을 이어 줍니다.",
        ),
        "Élise Marchand",
    ),
    Centre(
        "boreale", "XD-05", "America/Toronto",
        Said("Boréale Innovation Pole", "Pôle d’innovation de Boréale", "보레알 혁신거점"),
        Said(
            "Works with metal and energy producers.", "Travaille avec les producteurs de métal et d’énergie.",
            "금속과 에너지 기업을 지원합니다.",
        ),
        "Mathis Gagnon",
    ),
)  # fmt: skip

OPERATOR = Said("Demonstration Network of Centres", "Réseau de démonstration des centres", "시연 센터 네트워크")
FUNDER = Said("Invented Ministry of Young Companies", "Ministère inventé des jeunes entreprises", "가상창업부")

COMPANIES = (
    Party(
        "haneul", "public", "XD-01", ("water",),
        Said("Haneul Water Utility", "Régie des eaux Haneul", "하늘수도공사"),
        Said(
            "Runs 1,240 km of water mains in the Garam region.",
            "Exploite 1 240 km de conduites d’eau dans la région de Garam.",
            "가람 지역에서 1,240km의 상수도관을 운영합니다.",
        ),
        "Son Hyewon", 41, 620,
    ),
    Party(
        "norvik", "large", "XD-02", ("logistics", "food"),
        Said("Norvik Cold Chain", "Norvik Chaîne du froid", "노르빅콜드체인"),
        Said(
            "Keeps and carries chilled goods through two ports.",
            "Entrepose et transporte des produits réfrigérés par deux ports.",
            "두 항만에서 냉장 화물을 보관하고 운송합니다.",
        ),
        "Oh Taeyul", 28, 1900,
    ),
    Party(
        "boreale", "large", "XD-05", ("materials", "energy"),
        Said("Boréale Aluminium", "Boréale Aluminium", "보레알알루미늄"),
        Said(
            "Melts and casts aluminium with river power.",
            "Fond et coule de l’aluminium grâce à l’énergie des rivières.",
            "수력으로 알루미늄을 제련하고 주조합니다.",
        ),
        "Camille Roy", 63, 3100,
    ),
    Party(
        "dasom", "mid_size", "XD-03", ("manufacturing",),
        Said("Dasom Precision", "Dasom Précision", "다솜정밀"),
        Said(
            "Machines small metal parts for pumps and valves.",
            "Usine de petites pièces métalliques pour pompes et vannes.",
            "펌프와 밸브용 소형 금속 부품을 가공합니다.",
        ),
        "Im Garyeong", 19, 410,
    ),
    Party(
        "lacombe", "mid_size", "XD-04", ("materials",),
        Said("Fonderie Lacombe", "Fonderie Lacombe", "라콩브주조"),
        Said(
            "Casts iron in small series.", "Coule la fonte en petites séries.", "소량 주철 부품을 생산합니다.",
        ),
        "Hugo Lacombe", 74, 240,
    ),
    Party(
        "maree", "large", "XD-02", ("logistics",),
        Said("Marée Logistique", "Marée Logistique", "마레물류"),
        Said(
            "Moves containers between quays and trains.",
            "Déplace des conteneurs entre les quais et les trains.",
            "부두와 철도 사이에서 컨테이너를 운송합니다.",
        ),
        "Baek Sori", 33, 1500,
    ),
    Party(
        "mirae", "public", "XD-01", ("mobility",),
        Said("Mirae Rail Works", "Ateliers ferroviaires Mirae", "미래철도정비"),
        Said(
            "Looks after the trains of three regions.", "Entretient les trains de trois régions.",
            "세 지역의 열차를 정비합니다.",
        ),
        "Jeong Haram", 22, 870,
    ),
    Party(
        "clairval", "municipality", "XD-04", ("public_services",),
        Said("Town of Clairval", "Ville de Clairval", "클레르발시"),
        Said(
            "A town of 48,000 people on a cold river.", "Une ville de 48 000 personnes au bord d’une rivière froide.",
            "찬 강가에 자리한 인구 4만 8천 명의 도시입니다.",
        ),
        "Maude Pelletier", 150, 530,
    ),
    Party(
        "hanbit", "large", "XD-02", ("food",),
        Said("Hanbit Foods", "Hanbit Alimentation", "한빛식품"),
        Said(
            "Cooks ready meals for four million tables.", "Prépare des repas pour quatre millions de tables.",
            "400만 식탁에 간편식을 공급합니다.",
        ),
        "Cho Areum", 37, 2600,
    ),
)  # fmt: skip

STARTUPS = (
    Party(
        "loopwell", "startup", "XD-01", ("water", "ai"),
        Said("Loopwell", "Loopwell", "루프웰"),
        Said("Listens to pipes and finds leaks.", "Écoute les conduites et trouve les fuites.", "배관의 소리를 듣고 누수를 찾습니다."),
        "Ryu Sebin", 3, 11,
    ),
    Party(
        "onda", "startup", "XD-02", ("electronics", "logistics"),
        Said("Onda Labs", "Onda Labs", "온다랩스"),
        Said("Thin sensors that travel with cold goods.", "Des capteurs fins qui voyagent avec le froid.", "냉장 화물과 함께 이동하는 얇은 센서를 만듭니다."),
        "Nam Ijun", 4, 14,
    ),
    Party(
        "thermia", "startup", "XD-05", ("energy",),
        Said("Thermia", "Thermia", "테르미아"),
        Said("Turns waste heat into steam.", "Transforme la chaleur perdue en vapeur.", "폐열을 증기로 바꿉니다."),
        "Océane Tremblay", 5, 18,
    ),
    Party(
        "nacre", "startup", "XD-04", ("robotics",),
        Said("Nacre Robotique", "Nacre Robotique", "나크르로보틱"),
        Said("Robots that grind rough castings.", "Des robots qui ébavurent les pièces coulées.", "주물의 거친 면을 다듬는 로봇을 만듭니다."),
        "Loïc Bergeron", 2, 9,
    ),
    Party(
        "saebit", "startup", "XD-03", ("electronics", "manufacturing"),
        Said("Saebit Sensors", "Saebit Capteurs", "새빛센서"),
        Said("Cameras that see burrs of 20 micrometres.", "Des caméras qui voient des bavures de 20 micromètres.", "20마이크로미터 버를 보는 카메라를 만듭니다."),
        "Hwang Nabi", 3, 12,
    ),
    Party(
        "gyeol", "startup", "XD-01", ("ai", "mobility"),
        Said("Gyeol Systems", "Gyeol Systèmes", "결시스템즈"),
        Said("Hears wheel wear before it is felt.", "Entend l’usure des roues avant qu’on la sente.", "바퀴 마모를 소리로 먼저 알아냅니다."),
        "Seo Dain", 6, 21,
    ),
    Party(
        "brume", "startup", "XD-05", ("software", "logistics"),
        Said("Brume Analytics", "Brume Analytique", "브륌애널리틱스"),
        Said("Plans quays minute by minute.", "Planifie les quais à la minute près.", "부두 운영을 분 단위로 계획합니다."),
        "Noémie Fortin", 4, 16,
    ),
    Party(
        "lumen", "startup", "XD-04", ("public_services", "energy"),
        Said("Lumen Tracé", "Lumen Tracé", "뤼멘트라세"),
        Said("Street light where somebody walks.", "De la lumière là où quelqu’un marche.", "사람이 걷는 곳만 밝히는 가로등을 만듭니다."),
        "Samuel Ouellet", 2, 7,
    ),
    Party(
        "dure", "startup", "XD-03", ("robotics", "food"),
        Said("Dure Robotics", "Dure Robotique", "두레로보틱스"),
        Said("Grippers that pack soft food.", "Des pinces qui emballent les aliments fragiles.", "무른 식품을 포장하는 그리퍼를 만듭니다."),
        "Gu Eunsol", 3, 13,
    ),
    Party(
        "byeolha", "startup", "XD-01", ("water", "environment"),
        Said("Byeolha Water", "Byeolha Eau", "별하워터"),
        Said("Maps what flows under streets.", "Cartographie ce qui coule sous les rues.", "도로 아래의 흐름을 지도로 만듭니다."),
        "Ma Rohan", 2, 6,
    ),
    Party(
        "ardoise", "startup", "XD-05", ("materials",),
        Said("Ardoise Matériaux", "Ardoise Matériaux", "아르두아즈"),
        Said("New uses for furnace dust.", "De nouveaux usages pour la poussière de four.", "용광로 분진의 새 쓰임을 찾습니다."),
        "Alix Poirier", 1, 5,
    ),
    Party(
        "mulgyeol", "startup", "XD-02", ("ai", "food"),
        Said("Mulgyeol Vision", "Mulgyeol Vision", "물결비전"),
        Said("Sees freshness through the wrap.", "Voit la fraîcheur à travers l’emballage.", "포장을 뜯지 않고 신선도를 봅니다."),
        "Tak Yeoreum", 3, 10,
    ),
    Party(
        "vieuxfer", "startup", "XD-04", ("manufacturing",),
        Said("Vieux Fer Numérique", "Vieux Fer Numérique", "비외페르"),
        Said("Gives old machines a voice.", "Donne une voix aux vieilles machines.", "오래된 기계에 목소리를 줍니다."),
        "Jules Caron", 9, 8,
    ),
)  # fmt: skip
