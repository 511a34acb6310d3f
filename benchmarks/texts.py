"""Texts to measure with: real ones where a folder holds them, invented ones elsewhere, multiplied with varied words.

``BENCH_TEXTS`` names a folder with ``challenges.jsonl`` and ``startups.jsonl``; without it, ``../shared/data`` beside
the checkout is looked at. Nothing of them is kept in the project.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from config import ROOT

LONGEST = 2000  # characters of a body
WORD = re.compile(r"[^\W\d_]{3,}")
INVENTED = {
    "en": "pipe leak sensor battery line robot cold chain waste heat burr weld map dust noise valve seal port crane "
    "detect measure reduce recycle sort predict repair water energy concrete harvest traffic patient school",
    "fr": "conduite fuite capteur batterie ligne robot chaîne froide déchet chaleur soudure carte bruit vanne joint "
    "port grue eau détecter mesurer réduire recycler trier prédire réparer énergie béton récolte trafic patient école",
}  # fmt: skip


def _words(text: str) -> list[str]:
    return text.split()


# A Korean task is a subject, what is done to it and what is sought, written together or apart, with particles.
SUBJECTS = _words(
    "배관 누수 센서 배터리 로봇 저온 물류 폐열 용접 지도 소음 밸브 항만 크레인 수자원 혁신 공정 자동화 포장재 지게차 "
    "산업안전 반도체 디스플레이 풍력 태양광 수소 폐기물 농업 축산 수산 의료 간호 교육 관광 문화 건설 교량 터널 도로 "
    "철도 자율주행 전기차 충전 데이터 인공지능 영상 음성 번역 보안 결제 보험 부동산 유통 식품 화장품 "
    "섬유 철강 조선 항공 위성"
)
DEEDS = _words("탐지 예측 관리 분석 절감 최적화 재활용 검사 안전 제어 측정 진단 설계 운영 개선 추적 정비 개발")
SOUGHT = _words("과제 기술 시스템 솔루션 플랫폼 서비스 장치 소재 알고리즘 모델")
PARTICLES = ("을", "를", "이", "가", "은", "의", "에서", "으로", "과", "")


@dataclass(frozen=True)
class Text:
    """One challenge or one organisation, as it is written."""

    locale: str
    title: str
    body: str
    categories: tuple[str, ...] = ()
    key: str = ""


@dataclass
class Texts:
    """What there is to write from. ``real`` says whether it was found or invented."""

    challenges: list[Text]
    organisations: list[Text]
    real: bool
    words: dict[str, list[str]] = field(default_factory=dict)

    def varied(self, source: Text, choice: random.Random) -> Text:
        """The text with one word in five exchanged for another of its language, and a title of its own."""
        if source.locale == "ko":
            return korean(choice, source)
        return Text(
            source.locale,
            self._exchanged(source.title, source.locale, choice, 3)[:300],
            self._exchanged(source.body, source.locale, choice, 5),
            source.categories,
        )

    def _exchanged(self, text: str, locale: str, choice: random.Random, every: int) -> str:
        words, parts = self.words[locale], text.split(" ")
        for place in range(choice.randrange(every), len(parts), every):
            parts[place] = words[int(choice.random() * len(words))]
        return " ".join(parts)


def korean(choice: random.Random, source: Text | None = None) -> Text:
    """A task in Korean: compounds and particles as people write them."""
    subject, deed, sought = choice.choice(SUBJECTS), choice.choice(DEEDS), choice.choice(SOUGHT)
    joint = choice.choice(("", " "))
    title = f"{subject}{joint}{deed} {sought}"
    sentences = []
    for _ in range(choice.randint(3, 12)):
        words = [
            f"{choice.choice(SUBJECTS)}{choice.choice(('', ' '))}{choice.choice(DEEDS)}{choice.choice(PARTICLES)}",
            f"{choice.choice(SOUGHT)}{choice.choice(PARTICLES)}",
        ]
        choice.shuffle(words)
        sentences.append(f"{' '.join(words)} 찾는다.")
    own = source.body if source is not None and source.locale == "ko" else ""
    body = f"{subject}의 {deed}{choice.choice(PARTICLES)} 위한 {sought}{choice.choice(PARTICLES)} 찾는다. "
    return Text("ko", title, f"{body}{own} {' '.join(sentences)}".strip(), source.categories if source else ())


def folder() -> Path | None:
    """Where real texts lie."""
    named = os.environ.get("BENCH_TEXTS")
    found = Path(named) if named else ROOT.parent / "shared" / "data"
    return found if (found / "challenges.jsonl").is_file() else None


@cache
def read() -> Texts:
    """The texts of the folder, else invented ones."""
    place = folder()
    if place is None:
        choice = random.Random(1)
        invented = [_invented(n, choice) for n in range(900)]
        found = Texts(invented, [Text(t.locale, f"Firm {n}", t.body) for n, t in enumerate(invented)], False)
    else:
        found = Texts(
            list(_rows(place / "challenges.jsonl", "title")), list(_rows(place / "startups.jsonl", "name")), True
        )
    for locale in ("en", "fr"):
        spoken = (word for text in found.challenges if text.locale == locale for word in WORD.findall(text.body))
        found.words[locale] = list(spoken) or INVENTED[locale].split()
    return found


def _rows(path: Path, title: str) -> Iterator[Text]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            body = " ".join((row.get("description") or "").replace("\0", "").split())[:LONGEST]
            categories = row.get("categories") or ([row["sector"]] if row.get("sector") else [])
            name = " ".join((row.get(title) or body[:80]).split())
            yield Text(row["language"], name, body, tuple(categories), row["id"])


def _invented(n: int, choice: random.Random) -> Text:
    locale = ("en", "en", "fr")[n % 3]
    words = INVENTED[locale].split()
    title = " ".join(choice.choice(words) for _ in range(6))
    return Text(locale, title.capitalize(), " ".join(choice.choice(words) for _ in range(250)))
