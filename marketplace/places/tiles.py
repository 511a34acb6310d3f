"""Where regions stand on a map of equal tiles: column and line (from 1), and a name short enough for a tile.

Neighbours stay neighbours as far as five columns allow. Regions without a place here follow below, five a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.kernel.locales import LOCALES
from marketplace.places.models import Region

COLUMNS = 5

# code: column, line, short name in English, French and Korean
PLACES: dict[str, tuple[int, int, str, str, str]] = {
    "KR-28": (1, 1, "Incheon", "Incheon", "인천"),
    "KR-11": (2, 1, "Seoul", "Séoul", "서울"),
    "KR-41": (3, 1, "Gyeonggi", "Gyeonggi", "경기"),
    "KR-42": (4, 1, "Gangwon", "Gangwon", "강원"),
    "KR-44": (1, 2, "Chungnam", "Chungnam", "충남"),
    "KR-50": (2, 2, "Sejong", "Sejong", "세종"),
    "KR-43": (3, 2, "Chungbuk", "Chungbuk", "충북"),
    "KR-47": (4, 2, "Gyeongbuk", "Gyeongbuk", "경북"),
    "KR-30": (2, 3, "Daejeon", "Daejeon", "대전"),
    "KR-27": (4, 3, "Daegu", "Daegu", "대구"),
    "KR-31": (5, 3, "Ulsan", "Ulsan", "울산"),
    "KR-45": (2, 4, "Jeonbuk", "Jeonbuk", "전북"),
    "KR-48": (4, 4, "Gyeongnam", "Gyeongnam", "경남"),
    "KR-26": (5, 4, "Busan", "Busan", "부산"),
    "KR-29": (1, 5, "Gwangju", "Gwangju", "광주"),
    "KR-46": (2, 5, "Jeonnam", "Jeonnam", "전남"),
    "KR-49": (1, 6, "Jeju", "Jeju", "제주"),
    "CA-QC-10": (2, 1, "Nord-Qc", "Nord-Qc", "노르뒤케벡"),
    "CA-QC-09": (4, 1, "Côte-Nord", "Côte-Nord", "코트노르"),
    "CA-QC-08": (1, 2, "Abitibi", "Abitibi", "아비티비"),
    "CA-QC-02": (3, 2, "Saguenay", "Saguenay", "사그네"),
    "CA-QC-01": (4, 2, "Bas-St-L.", "Bas-St-L.", "바생로랑"),
    "CA-QC-11": (5, 2, "Gaspésie", "Gaspésie", "가스페지"),
    "CA-QC-07": (1, 3, "Outaouais", "Outaouais", "우타우에"),
    "CA-QC-04": (2, 3, "Mauricie", "Mauricie", "모리시"),
    "CA-QC-03": (3, 3, "Cap.-Nat.", "Cap.-Nat.", "카피탈"),
    "CA-QC-12": (4, 3, "Chaud.-App.", "Chaud.-App.", "쇼디에르"),
    "CA-QC-18": (5, 3, "Îles", "Îles", "마들렌"),
    "CA-QC-15": (1, 4, "Laurentides", "Laurentides", "로랑티드"),
    "CA-QC-14": (2, 4, "Lanaudière", "Lanaudière", "라노디에르"),
    "CA-QC-17": (3, 4, "Centre-Qc", "Centre-Qc", "상트르"),
    "CA-QC-13": (1, 5, "Laval", "Laval", "라발"),
    "CA-QC-06": (2, 5, "Montréal", "Montréal", "몽레알"),
    "CA-QC-05": (3, 5, "Estrie", "Estrie", "에스트리"),
    "CA-QC-16": (2, 6, "Montérégie", "Montérégie", "몽테레지"),
    "FR-HDF": (3, 1, "Hauts-de-Fr.", "Hauts-de-Fr.", "오드프랑스"),
    "FR-NOR": (2, 2, "Normandy", "Normandie", "노르망디"),
    "FR-IDF": (3, 2, "Île-de-Fr.", "Île-de-Fr.", "일드프랑스"),
    "FR-GES": (4, 2, "Grand Est", "Grand Est", "그랑테스트"),
    "FR-BRE": (1, 3, "Brittany", "Bretagne", "브르타뉴"),
    "FR-PDL": (2, 3, "Pays Loire", "Pays Loire", "페이드라"),
    "FR-CVL": (3, 3, "Centre", "Centre", "상트르"),
    "FR-BFC": (4, 3, "Bourgogne", "Bourgogne", "부르고뉴"),
    "FR-NAQ": (2, 4, "N.-Aquitaine", "N.-Aquitaine", "누벨아키텐"),
    "FR-ARA": (4, 4, "Auv.-Rhône", "Auv.-Rhône", "오베르뉴"),
    "FR-OCC": (3, 5, "Occitania", "Occitanie", "옥시타니"),
    "FR-PAC": (4, 5, "Provence", "Provence", "프로방스"),
    "FR-20R": (5, 5, "Corsica", "Corse", "코르시카"),
    "FR-971": (1, 6, "Guadeloupe", "Guadeloupe", "과들루프"),
    "FR-972": (2, 6, "Martinique", "Martinique", "마르티니크"),
    "FR-973": (3, 6, "Guiana", "Guyane", "기아나"),
    "FR-974": (4, 6, "Réunion", "La Réunion", "레위니옹"),
    "FR-976": (5, 6, "Mayotte", "Mayotte", "마요트"),
}


@dataclass(frozen=True)
class Tile:
    """A region with its place on the map."""

    region: Region
    column: int
    line: int
    label: str


def lay_out_tiles(regions: Iterable[Region], locale: str) -> list[Tile]:
    """The tiles of some regions, line by line: in the order in which they are read and reached by keyboard."""
    known, others = [], []
    for region in regions:
        place = PLACES.get(region.code)
        if place is None:
            others.append(region)
        else:
            column, line, *labels = place
            known.append(Tile(region, column, line, labels[LOCALES.index(locale)]))
    below = max((tile.line for tile in known), default=0) + 1
    for number, region in enumerate(sorted(others, key=lambda region: region.code)):
        known.append(Tile(region, number % COLUMNS + 1, below + number // COLUMNS, region.name(locale)))
    return sorted(known, key=lambda tile: (tile.line, tile.column))


def group_of(code: str) -> str:
    """The map a region belongs to: its country, or the province whose own regions it is one of."""
    return code.rpartition("-")[0]
