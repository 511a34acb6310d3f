"""What the companies of the story need, in their words and in three languages."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.demo.cast import Said

WHY = Said(
    "The budget is there this year, and the people who know the problem still work here.",
    "Le budget existe cette année, et les personnes qui connaissent le problème sont encore là.",
    "올해 예산이 있고, 문제를 아는 사람들이 아직 이곳에서 일합니다.",
)
NO_LIMITS = Said("", "", "")


class Need(NamedTuple):
    """A challenge. ``place`` is the call it stands in (or none yet) and ``state`` where it has got to."""

    company: str
    place: str
    state: str
    fields: tuple[str, ...]
    trl: tuple[int, int]
    budget: int  # million KRW
    ip: str
    title: Said
    summary: Said
    problem: Said
    success: Said
    why: Said = WHY
    limits: Said = NO_LIMITS


NEEDS = (
    Need(
        "haneul", "top_down", "open", ("water", "ai"), (4, 6), 140, "startup_keeps",
        Said("Find leaks in old pipes without opening the street", "Repérer les fuites des vieilles conduites sans ouvrir la rue", "도로를 파지 않고 노후 관로의 누수 찾기"),
        Said(
            "Our iron mains are sixty years old. We lose 17% of treated water and find most leaks when the road sinks.",
            "Nos conduites de fonte ont soixante ans. Nous perdons 17 % de l’eau traitée et découvrons la plupart des fuites quand la chaussée s’affaisse.",
            "우리 주철관은 60년이 되었습니다. 정수한 물의 17%를 잃고, 대부분의 누수는 도로가 꺼진 뒤에야 발견합니다.",
        ),
        Said(
            "The network has 1,240 km of mains, 410 km of them cast iron from before 1970. Acoustic correlators need two valves within a hundred metres; only one valve in three is reachable. A leak stays under ground for 94 days on average.",
            "Le réseau compte 1 240 km de conduites, dont 410 km de fonte posée avant 1970. Les corrélateurs acoustiques demandent deux vannes accessibles tous les cent mètres ; nous n’en avons qu’une sur trois. Une fuite reste en moyenne 94 jours sous terre.",
            "관망은 1,240km이며 그중 410km는 1970년 이전의 주철관입니다. 음향 상관기는 100m마다 밸브 두 개가 필요하지만 접근 가능한 밸브는 셋 중 하나입니다. 누수는 평균 94일 동안 땅속에 남습니다.",
        ),
        Said(
            "A leak above 2 L/min is located within three metres in under ten days, with less than one false alarm per kilometre and month, and nobody’s water is cut off to install it.",
            "Une fuite de plus de 2 L/min est située à moins de trois mètres près en moins de dix jours, avec moins d’une fausse alerte par kilomètre et par mois, et une pose qui ne coupe l’eau à personne.",
            "분당 2L를 넘는 누수를 열흘 안에 3m 이내로 찾고, 오경보는 km당 월 1회 미만이며, 설치할 때 단수가 없어야 합니다.",
        ),
        why=Said(
            "The regional council has promised to halve the loss by the end of its term, and one street in ten is due to be repaved anyway.",
            "Le conseil régional a promis de réduire la perte de moitié avant la fin de son mandat, et une rue sur dix sera de toute façon refaite.",
            "지역 의회가 임기 안에 누수율을 절반으로 줄이기로 했고, 어차피 도로 열 곳 중 한 곳을 다시 포장합니다.",
        ),
        limits=Said(
            "No lid may weigh more than before, nothing may touch drinking water, and work in the street ends at six in the morning.",
            "Aucun tampon plus lourd, rien qui touche l’eau potable, et la rue est rendue à six heures du matin.",
            "뚜껑은 더 무거워질 수 없고, 먹는 물에 닿는 장치는 쓸 수 없으며, 도로 작업은 아침 6시에 끝나야 합니다.",
        ),
    ),
    Need(
        "dasom", "top_down", "open", ("manufacturing", "ai"), (5, 7), 120, "company_licence",
        Said("See burrs of 20 µm on a moving line", "Voir des bavures de 20 µm sur une ligne en marche", "움직이는 라인에서 20µm 버 찾기"),
        Said(
            "Burrs smaller than a hair jam our customers’ valves. People find them by touch, one part in five.",
            "Des bavures plus fines qu’un cheveu bloquent les vannes de nos clients. On les trouve au toucher, une pièce sur cinq.",
            "머리카락보다 얇은 버가 고객의 밸브를 막습니다. 지금은 다섯 개 중 하나를 손끝으로 검사합니다.",
        ),
        Said(
            "Parts pass at 40 a minute, wet with oil. Cameras we tried take the oil’s shine for a burr.",
            "Les pièces passent à 40 par minute, couvertes d’huile. Les caméras essayées prennent le reflet de l’huile pour une bavure.",
            "부품은 기름에 젖은 채 분당 40개씩 지나갑니다. 시험한 카메라는 기름의 반사를 버로 착각했습니다.",
        ),
        Said(
            "Every part is looked at; at most one burr in a thousand is missed.",
            "Chaque pièce est examinée ; au plus une bavure sur mille échappe.",
            "모든 부품을 검사하고 버 미검출은 1,000개 중 하나 이하여야 합니다.",
        ),
        why=Said(
            "Our largest customer asks for every part to be inspected from next year on.",
            "Notre plus gros client exige dès l’an prochain que chaque pièce soit contrôlée.",
            "가장 큰 고객이 내년부터 모든 부품의 검사 기록을 요구합니다.",
        ),
        limits=Said(
            "Ninety centimetres above the belt, oil mist, and no more than two seconds of delay.",
            "Quatre-vingt-dix centimètres au-dessus de la bande, un brouillard d’huile, deux secondes de retard au plus.",
            "벨트 위 공간은 90cm이고 기름 안개가 있으며, 지연은 2초를 넘을 수 없습니다.",
        ),
    ),
    Need(
        "hanbit", "top_down", "open", ("food", "robotics"), (4, 6), 100, "startup_keeps",
        Said("Pack soft dumplings without crushing them", "Emballer des raviolis tendres sans les écraser", "무른 만두를 터뜨리지 않고 포장하기"),
        Said(
            "Two hundred people pack by hand what no gripper holds gently enough.",
            "Deux cents personnes emballent à la main ce qu’aucune pince ne tient assez doucement.",
            "어떤 그리퍼도 충분히 부드럽게 잡지 못하는 제품을 200명이 손으로 포장합니다.",
        ),
        Said(
            "A dumpling weighs 28 g, differs in shape and tears above 1.5 N. The line has four metres to spare.",
            "Un ravioli pèse 28 g, change de forme et se déchire au-dessus de 1,5 N. La ligne laisse quatre mètres libres.",
            "만두는 28g이고 모양이 제각각이며 1.5N을 넘으면 찢어집니다. 라인의 여유 공간은 4m입니다.",
        ),
        Said(
            "Sixty pieces a minute, fewer than five in a thousand damaged, washed down every night.",
            "Soixante pièces par minute, moins de cinq sur mille abîmées, lavage chaque nuit.",
            "분당 60개, 손상률 0.5% 미만, 매일 밤 세척할 수 있어야 합니다.",
        ),
        why=Said(
            "A third of the packers retire within five years, and nobody follows them.",
            "Un tiers des emballeuses part à la retraite d’ici cinq ans, et personne ne prend la suite.",
            "포장 인력의 3분의 1이 5년 안에 은퇴하지만 뒤를 이을 사람이 없습니다.",
        ),
        limits=Said(
            "Food contact, water jets at night, and the line must run by hand within ten minutes.",
            "Contact alimentaire, jets d’eau la nuit, et un retour au travail manuel en dix minutes.",
            "식품에 닿는 재질이어야 하고, 밤마다 물로 씻으며, 10분 안에 수작업으로 돌아갈 수 있어야 합니다.",
        ),
    ),
    Need(
        "boreale", "top_down", "open", ("energy", "materials"), (5, 8), 180, "joint",
        Said("Use the heat of a furnace that never sleeps", "Utiliser la chaleur d’un four qui ne dort jamais", "쉬지 않는 용광로의 열 활용하기"),
        Said(
            "Eleven megawatts leave our stacks at 180 °C, day and night.",
            "Onze mégawatts quittent nos cheminées à 180 °C, jour et nuit.",
            "11메가와트의 열이 180°C로 밤낮없이 굴뚝을 빠져나갑니다.",
        ),
        Said(
            "Dust and fluorides eat exchangers within a year. The town’s heating network begins 800 metres away.",
            "La poussière et les fluorures rongent les échangeurs en un an. Le réseau de chaleur de la ville commence à 800 mètres.",
            "분진과 불화물 때문에 열교환기가 1년 안에 부식됩니다. 도시 난방망은 800m 거리에서 시작합니다.",
        ),
        Said(
            "Half a megawatt recovered for six months with less than 5% loss of yield.",
            "Un demi-mégawatt récupéré pendant six mois avec moins de 5 % de perte de rendement.",
            "6개월 동안 0.5메가와트를 회수하고 효율 저하는 5% 미만이어야 합니다.",
        ),
        why=Said(
            "The town rebuilds its boiler house in two years and wants to know by then whether it may be smaller.",
            "La ville refait sa chaufferie dans deux ans et veut savoir d’ici là si elle peut la prévoir plus petite.",
            "시가 2년 뒤 보일러 시설을 새로 지으며, 그전에 규모를 줄일 수 있는지 알고 싶어 합니다.",
        ),
        limits=Said(
            "The furnace is never stopped, and nothing may raise the pressure in the stacks.",
            "Le four ne s’arrête jamais, et rien ne doit augmenter la pression dans les cheminées.",
            "용광로는 멈추지 않으며, 굴뚝의 압력을 높여서는 안 됩니다.",
        ),
    ),
    Need(
        "clairval", "top_down", "open", ("public_services", "environment"), (6, 8), 60, "startup_keeps",
        Said("Know which street freezes first", "Savoir quelle rue gèle la première", "어느 길이 먼저 어는지 알기"),
        Said(
            "We salt all streets because we do not know which ones need it.",
            "Nous salons toutes les rues faute de savoir lesquelles en ont besoin.",
            "어느 길이 필요한지 몰라 모든 길에 제설제를 뿌립니다.",
        ),
        Said(
            "212 km of streets, four lorries, nine weather stations, and a river that makes its own fog.",
            "212 km de rues, quatre camions, neuf stations météo et une rivière qui fabrique son propre brouillard.",
            "도로 212km, 제설차 4대, 기상 관측소 9곳, 그리고 스스로 안개를 만드는 강이 있습니다.",
        ),
        Said(
            "A forecast per street three hours ahead; 30% less salt in one winter without one more accident.",
            "Une prévision par rue trois heures à l’avance ; 30 % de sel en moins en un hiver sans un accident de plus.",
            "세 시간 전 도로별 예보로, 사고를 늘리지 않고 한 겨울에 제설제를 30% 줄여야 합니다.",
        ),
        why=Said(
            "Salt has doubled in price, and the river is the town’s drinking water.",
            "Le prix du sel a doublé, et la rivière est l’eau potable de la ville.",
            "제설제 값이 두 배가 되었고, 그 강이 바로 시의 식수원입니다.",
        ),
        limits=Said(
            "No new masts in the old town; drivers read the forecast on the screen they have.",
            "Pas de nouveau mât dans la vieille ville ; les équipes lisent la prévision sur leur écran actuel.",
            "구시가지에는 기둥을 새로 세울 수 없고, 운전원은 지금 쓰는 화면으로 예보를 봅니다.",
        ),
    ),
    Need(
        "norvik", "top_down", "open", ("logistics", "electronics"), (4, 7), 90, "company_licence",
        Said("Prove that a container stayed cold", "Prouver qu’un conteneur est resté froid", "컨테이너가 계속 차가웠음을 증명하기"),
        Said(
            "A buyer refused nine loads last year, and nobody could show what had happened on the way.",
            "Un acheteur a refusé neuf chargements l’an dernier, et personne n’a pu montrer ce qui s’était passé en route.",
            "지난해 한 구매사가 화물 아홉 건을 거절했지만 운송 중에 무슨 일이 있었는지 아무도 보여 주지 못했습니다.",
        ),
        Said(
            "Loggers are taken out, lost or replaced. We need a trail that both sides trust.",
            "Les enregistreurs sont retirés, perdus ou remplacés. Il nous faut une trace à laquelle les deux parties se fient.",
            "기록계는 빠지거나 분실되거나 바뀝니다. 양쪽이 모두 믿을 수 있는 기록이 필요합니다.",
        ),
        Said(
            "Four hundred loads with a complete record that the buyer’s own inspector accepts.",
            "Quatre cents chargements avec un relevé complet que l’inspecteur de l’acheteur accepte.",
            "화물 400건의 전체 기록을 구매사 검사관이 인정해야 합니다.",
        ),
        why=Said(
            "The buyer signs for three years in the spring, or not at all.",
            "L’acheteur signe au printemps pour trois ans, ou pas du tout.",
            "구매사는 내년 봄에 3년 계약을 맺거나, 아니면 거래를 끊습니다.",
        ),
        limits=Said(
            "Nothing that beeps, nothing with lithium above the airline’s limit, and no extra minute at the gate.",
            "Rien qui sonne, pas de lithium au-delà de la limite aérienne, pas une minute de plus à la porte.",
            "소리가 나서는 안 되고, 리튬은 항공 기준 이내여야 하며, 출입구에서 시간이 더 걸려서는 안 됩니다.",
        ),
    ),
    # its call has closed: the company's view of who answered it is waited for
    Need(
        "haneul", "bottom_up", "closed", ("water", "environment"), (4, 6), 100, "startup_keeps",
        Said("Know a gully is blocked before it floods", "Savoir qu’un avaloir est bouché avant l’inondation", "물에 잠기기 전에 막힌 빗물받이 알기"),
        Said("Three districts flood again at every long rain.", "Trois quartiers sont inondés à chaque longue pluie.", "긴 비가 올 때마다 세 구역이 다시 잠깁니다."),
        Said(
            "Crews clean 4,000 gullies by the calendar and learn from callers which ones were blocked.",
            "Les équipes curent 4 000 avaloirs selon le calendrier et apprennent par téléphone lesquels étaient bouchés.",
            "작업반이 빗물받이 4,000곳을 날짜에 맞춰 청소하지만, 어디가 막혔는지는 신고를 받고서야 압니다.",
        ),
        Said("Eight blocked gullies in ten named a day ahead.", "Huit avaloirs bouchés sur dix signalés un jour avant.", "막힌 빗물받이 열 곳 중 여덟 곳을 하루 전에 알려야 합니다."),
    ),
    Need(
        "maree", "", "candidate", ("logistics", "ai"), (5, 7), 110, "company_licence",
        Said("Tell a crane what comes next", "Dire à une grue ce qui vient ensuite", "크레인에게 다음 작업 알려 주기"),
        Said("Cranes wait eleven minutes for each train.", "Les grues attendent onze minutes par train.", "크레인은 열차마다 11분을 기다립니다."),
        Said(
            "The yard’s plan is printed at six in the morning and wrong by seven.",
            "Le plan du terminal est imprimé à six heures et faux à sept.",
            "야드 계획은 아침 6시에 인쇄되고 7시면 이미 맞지 않습니다.",
        ),
        Said("Waiting under four minutes for a month.", "Moins de quatre minutes d’attente pendant un mois.", "한 달 동안 대기 시간을 4분 미만으로 줄여야 합니다."),
    ),
    Need(
        "mirae", "", "in_review", ("mobility", "electronics"), (4, 6), 130, "startup_keeps",
        Said("Hear a bearing fail a month early", "Entendre un roulement lâcher un mois à l’avance", "베어링 고장을 한 달 먼저 듣기"),
        Said("Two trains stopped on bridges last winter.", "Deux trains se sont arrêtés sur des ponts l’hiver dernier.", "지난겨울 열차 두 대가 교량 위에서 멈췄습니다."),
        Said(
            "Bearings are changed by mileage: too early, or too late.",
            "Les roulements sont changés au kilométrage : trop tôt ou trop tard.",
            "베어링을 주행 거리로만 교체해 너무 이르거나 너무 늦습니다.",
        ),
        Said("Nine failures in ten announced thirty days ahead.", "Neuf pannes sur dix annoncées trente jours avant.", "고장 열 건 중 아홉 건을 30일 전에 예고해야 합니다."),
    ),
    Need(
        "lacombe", "", "revision", ("materials", "environment"), (3, 5), 50, "startup_keeps",
        Said("Give foundry sand a second life", "Donner une seconde vie au sable de fonderie", "주물사에 두 번째 쓰임 주기"),
        Said("Three thousand tonnes a year go to landfill.", "Trois mille tonnes par an vont à l’enfouissement.", "해마다 3천 톤을 매립합니다."),
        Said(
            "Binder residue keeps the sand from being used again.",
            "Les résidus de liant empêchent de réutiliser le sable.",
            "점결제 잔류물 때문에 모래를 다시 쓸 수 없습니다.",
        ),
        Said("Half of it used again without a change in castings.", "La moitié réutilisée sans effet sur les pièces.", "주물 품질을 유지하며 절반을 재사용해야 합니다."),
    ),
    Need(
        "haneul", "", "draft", ("water", "energy"), (4, 6), 80, "startup_keeps",
        Said("Pump when power is cheap", "Pomper quand l’énergie est bon marché", "전기가 쌀 때 양수하기"),
        Said("Pumps run by habit.", "Les pompes tournent par habitude.", "펌프가 습관대로 돌아갑니다."),
        Said("Forty stations, four tariffs, one operator at night.", "Quarante stations, quatre tarifs, un opérateur la nuit.", "가압장 40곳, 요금제 4개, 야간 운전원 1명입니다."),
        Said("A tenth less paid for power.", "Un dixième de moins payé pour l’énergie.", "전기 요금을 10% 줄여야 합니다."),
    ),
    Need(
        "haneul", "", "revision", ("water", "electronics"), (5, 7), 60, "company_licence",
        Said("Read meters under a flooded lid", "Lire les compteurs sous un couvercle inondé", "물에 잠긴 뚜껑 아래 계량기 읽기"),
        Said(
            "One meter in nine stands under water, and radio does not leave the pit.",
            "Un compteur sur neuf est sous l’eau, et la radio ne sort pas du regard.",
            "계량기 아홉 대 중 한 대가 물에 잠겨 전파가 밖으로 나오지 않습니다.",
        ),
        Said(
            "Somebody pumps each pit dry by hand, twice a year, for 7,400 meters.",
            "On vide chaque regard à la main, deux fois par an, pour 7 400 compteurs.",
            "계량기 7,400대를 위해 한 해 두 번 손으로 물을 퍼냅니다.",
        ),
        Said("Ninety-five readings in a hundred arrive each day.", "Chaque jour, 95 relevés sur cent arrivent.", "매일 검침값의 95%가 들어와야 합니다."),
    ),
    Need(
        "maree", "", "submitted", ("environment",), (4, 6), 70, "joint",
        Said("Keep dust on the quay", "Garder la poussière sur le quai", "부두의 먼지 잡기"),
        Said("Neighbours sweep our ore from their windows.", "Les voisins balaient notre minerai de leurs fenêtres.", "이웃이 창틀에서 우리 광석 먼지를 쓸어냅니다."),
        Said("Water sprays freeze from November to March.", "L’arrosage gèle de novembre à mars.", "살수 장치는 11월부터 3월까지 얼어붙습니다."),
        Said("Half the dust at the fence in winter.", "Moitié moins de poussière à la clôture en hiver.", "겨울철 경계선의 먼지를 절반으로 줄여야 합니다."),
    ),
    Need(
        "hanbit", "", "rejected", ("food",), (6, 8), 40, "transfer",
        Said("A cheaper label", "Une étiquette moins chère", "더 싼 라벨"),
        Said("Labels cost too much.", "Les étiquettes coûtent trop cher.", "라벨이 너무 비쌉니다."),
        Said("We want them for less.", "Nous les voulons à moindre prix.", "더 싸게 사고 싶습니다."),
        Said("A lower price.", "Un prix plus bas.", "더 낮은 가격."),
    ),
)  # fmt: skip

# The nine pairs that earlier calls made: what was asked.
PAIRED = (
    Need(
        "haneul", "on_demand", "filled", ("water",), (5, 7), 140, "startup_keeps",
        Said("Listen to pipes at night", "Écouter les conduites la nuit", "밤에 관로의 소리 듣기"),
        Said("A pilot of 40 km with buried microphones.", "Un essai de 40 km avec des micros enterrés.", "매설 마이크로 40km를 시험합니다."),
        Said("At night the street is quiet enough to hear 2 L/min.", "La nuit, la rue est assez calme pour entendre 2 L/min.", "밤에는 분당 2L의 누수도 들을 만큼 조용합니다."),
        Said("Eight leaks in ten found.", "Huit fuites sur dix trouvées.", "누수 열 건 중 여덟 건을 찾아야 합니다."),
    ),
    Need(
        "norvik", "follow_up", "filled", ("logistics",), (6, 8), 120, "company_licence",
        Said("Cold sensors for five hundred pallets", "Des capteurs de froid pour cinq cents palettes", "팔레트 500개에 냉장 센서 달기"),
        Said("From a trial of twenty to a route.", "D’un essai de vingt à une ligne entière.", "20개 시험에서 한 노선 전체로 넓힙니다."),
        Said("The test rig decides whether sensors last a winter.", "Le banc d’essai dira si les capteurs tiennent un hiver.", "시험 장비로 센서가 겨울을 견디는지 확인합니다."),
        Said("Ninety-eight in a hundred still answer in spring.", "Quatre-vingt-dix-huit sur cent répondent encore au printemps.", "봄에도 100개 중 98개가 응답해야 합니다."),
    ),
    Need(
        "boreale", "on_demand", "closed", ("energy",), (5, 7), 180, "joint",
        Said("Steam from pot-room heat", "De la vapeur avec la chaleur des cuves", "전해로 열로 증기 만들기"),
        Said("A first loop beside line three.", "Une première boucle près de la ligne trois.", "3번 라인 옆 첫 순환 설비입니다."),
        Said("The exchanger must be cleaned while it runs.", "L’échangeur doit se nettoyer en marche.", "가동 중에 열교환기를 청소해야 합니다."),
        Said("Half a megawatt for six months.", "Un demi-mégawatt pendant six mois.", "6개월 동안 0.5메가와트."),
    ),
    Need(
        "dasom", "follow_up", "filled", ("manufacturing",), (6, 8), 120, "company_licence",
        Said("Three cameras on line two", "Trois caméras sur la ligne deux", "2번 라인의 카메라 세 대"),
        Said("Inspection of every pump housing.", "Le contrôle de chaque corps de pompe.", "모든 펌프 하우징을 검사합니다."),
        Said("Oil, vibration and night shifts.", "Huile, vibrations et équipes de nuit.", "기름과 진동, 야간 근무 조건입니다."),
        Said("One burr in a thousand missed.", "Une bavure sur mille manquée.", "미검출 1,000분의 1."),
    ),
    Need(
        "lacombe", "on_demand", "closed", ("robotics",), (4, 6), 90, "startup_keeps",
        Said("Grind castings without people in the dust", "Ébavurer sans exposer personne à la poussière", "분진 속 사람 없이 주물 연마하기"),
        Said("A cell for series of twenty.", "Une cellule pour des séries de vingt.", "20개 소량 생산용 셀입니다."),
        Said("Each casting differs by a few millimetres.", "Chaque pièce diffère de quelques millimètres.", "주물마다 몇 mm씩 다릅니다."),
        Said("A casting every four minutes.", "Une pièce toutes les quatre minutes.", "4분마다 하나."),
    ),
    Need(
        "maree", "follow_up", "archived", ("logistics", "ai"), (6, 9), 150, "company_licence",
        Said("Plan the quay by the minute", "Planifier le quai à la minute", "부두를 분 단위로 계획하기"),
        Said("From a pilot berth to the whole quay.", "D’un poste pilote au quai entier.", "시범 선석에서 부두 전체로."),
        Said("Ships, trains and people on one plan.", "Navires, trains et équipes sur un même plan.", "선박, 열차, 사람을 하나의 계획에."),
        Said("Turnaround shorter by a tenth.", "Une escale plus courte d’un dixième.", "접안 시간을 10% 줄여야 합니다."),
    ),
    Need(
        "mirae", "follow_up", "filled", ("mobility", "ai"), (6, 8), 130, "startup_keeps",
        Said("Microphones beside the rails", "Des micros au bord des rails", "선로 옆 마이크"),
        Said("Twelve gates, three depots.", "Douze portiques, trois dépôts.", "게이트 12곳, 차량 기지 3곳."),
        Said("Rain and wind drown the bearing.", "La pluie et le vent couvrent le roulement.", "비바람 소리에 베어링 소리가 묻힙니다."),
        Said("Nine failures in ten heard early.", "Neuf pannes sur dix entendues tôt.", "고장 열 건 중 아홉 건을 미리."),
    ),
    Need(
        "clairval", "follow_up", "filled", ("public_services", "energy"), (6, 8), 60, "startup_keeps",
        Said("Light that follows people", "Une lumière qui suit les gens", "사람을 따라가는 빛"),
        Said("Two hundred lamps in the old town.", "Deux cents lampes dans la vieille ville.", "구시가지 가로등 200개."),
        Said("Residents complained about flicker.", "Des riverains se sont plaints du scintillement.", "주민들이 깜박임을 호소했습니다."),
        Said("Half the power, no complaint.", "Moitié moins d’énergie, aucune plainte.", "전력 절반, 민원 없음."),
    ),
    Need(
        "hanbit", "follow_up", "filled", ("food", "robotics"), (5, 7), 100, "startup_keeps",
        Said("Hands for rice cakes", "Des mains pour les gâteaux de riz", "떡을 집는 손"),
        Said("A gripper proven on dumplings, for a second line.", "Une pince éprouvée sur les raviolis, pour une seconde ligne.", "만두로 검증한 그리퍼를 두 번째 라인에 적용합니다."),
        Said("Rice cakes stick to everything.", "Le gâteau de riz colle à tout.", "떡은 어디에나 달라붙습니다."),
        Said("Fifty a minute for a week.", "Cinquante par minute pendant une semaine.", "일주일 동안 분당 50개."),
    ),
)  # fmt: skip
