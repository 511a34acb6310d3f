"""What a file can tell of a call, and of anything that has a title, a budget and a window."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from marketplace.calls.labels import BOTTOM_UP_KINDS, TRACKS
from marketplace.imports.fields import CURRENCY, ID, LANGUAGE, LICENCE, SOURCE, URL, Field
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.places.hours import zone_of_place
from marketplace.places.import_fields import COUNTRY

TITLE = Field(
    "title", _l("Title"), _l("A short title. Where it is missing, the first words of the description stand in."),
    "line", "Find leaks in buried pipes",
    aliases="name, challenge, topic, heading, titre, intitulé, nom, défi, 제목, 과제명, 과제 제목, 명칭, 공고명, "
    "사업명",
)  # fmt: skip
TITLE_NEEDED = replace(TITLE, help=_l("A short title."), required=True)
DESCRIPTION = Field(
    "description", _l("Description of the problem"), _l("What should be solved, in full. Markup is taken out."),
    "text", "A third of the water is lost on its way. The pipes lie one to three metres deep.",
    aliases="problem, text, body, need, details, detail, content, descriptif, texte, besoin, problème, contenu, "
    "설명, 내용, 과제내용, 과제 내용, 문제, 상세내용, 본문, 공고내용, 사업개요",
)  # fmt: skip
BUDGET = Field(
    "prize", _l("Budget or prize"), _l("One amount, without the currency."), "amount", "140000000",
    aliases="budget, amount, award, reward, grant, funding, montant, dotation, prix, subvention, 예산, 금액, "
    "상금, 지원금, 지원금액, 사업비",
)  # fmt: skip
OPENS = Field(
    "opens", _l("Opens on"), _l("A day, written 2026-03-31. Of several days in a cell the first counts."), "day",
    "2026-03-02",
    aliases="open, opening, opening date, open date, start, start date, starts, release date, ouverture, "
    "date d’ouverture, date d'ouverture, début, date de début, 시작일, 접수시작, 접수시작일, 개시일, "
    "신청시작일",
)  # fmt: skip
CLOSES = Field(
    "closes", _l("Closes on"), _l("A day, written 2026-03-31. Of several days in a cell the last counts."), "day",
    "2026-03-31", last=True,
    aliases="close, closing, closing date, close date, deadline, end, end date, due, due date, clôture, "
    "date limite, date de clôture, échéance, fin, date de fin, 마감, 마감일, 접수마감, 접수마감일, "
    "종료일, 신청마감일",
)  # fmt: skip
# Of records from elsewhere: a day alone is a day, an hour that is named counts.
WINDOW = (
    replace(OPENS, kind="when", help=_l("A day, written 2026-03-31, with an hour and a zone where they are known.")),
    replace(CLOSES, kind="when", help=_l("The last day, or the hour of it: 2026-03-31 16:00 KST.")),
)
TRACK = Field(
    "track", _l("How it starts"),
    _l("One of: top_down, bottom_up, on_demand, follow_up; or its words on this site."), "choice", "top_down",
    required=True, choices=TRACKS,
    aliases="type, kind, volet, parcours, 유형, 트랙, 과제유형",
)  # fmt: skip
LINKED = Field(
    "bottom_up_kind", _l("What a recommendation is linked to"),
    _l("Only where companies recommend: private_linked, cluster_linked or zone_linked."), "choice",
    choices=BOTTOM_UP_KINDS,
    aliases="linked to, lié à, 연계유형, 연계",
)  # fmt: skip
SUBJECT = Field(
    "subject", _l("Subject of the call"), _l("What the call is about."), "text",
    "Pilots that save water in cities.",
    aliases="description, object, purpose, objet, descriptif, 공고내용, 사업개요, 내용, 목적",
)  # fmt: skip


def _notice(name: str, label: Any, aliases: str) -> Field:
    return Field(name, label, _l("A part of the notice, in words."), "text", aliases=aliases)


NOTICE = (
    _notice("eligibility", _l("Who may apply"), "who may apply, admissibilité, éligibilité, 신청자격, 지원자격"),
    _notice("how_to_apply", _l("How to apply"), "how to apply, application, comment postuler, 신청방법"),
    _notice("amount", _l("What is granted"), "support, aide, soutien, 지원규모, 지원내용"),
    _notice("basis_of_selection", _l("Basis of selection"), "selection, sélection, 평가방법, 선정기준"),
    _notice("ranking_figure", _l("The figure that ranks"), "ranking, classement, 순위기준"),
    _notice("contact", _l("Contact"), "contacts, personne-ressource, 문의, 문의처"),
)
NOTICE_DATE = Field(
    "notice_date", _l("Notice date"), _l("The day on which age and seat are judged."), "day",
    aliases="notice date, published, date de l’avis, date d’avis, 공고일, 공고일자",
)  # fmt: skip
DECISIONS_BY = Field(
    "decisions_by", _l("Answers promised by"), _l("The day by which applicants get their answer."), "day",
    aliases="decisions by, results, date des résultats, résultats, 발표일, 선정발표",
)  # fmt: skip
AWARDS = Field(
    "award_count", _l("Number of awards"), _l("How many pairs may be chosen."), "number", "10", least=1,
    most=100_000,
    aliases="awards, number of awards, places, nombre de lauréats, lauréats, 선정규모, 선정수, 지원과제수",
)  # fmt: skip
AWARD_AMOUNT = Field(
    "award_amount", _l("Amount of an award"), _l("One amount, without the currency."), "amount", "140000000",
    aliases="amount of an award, amount per award, grant, montant par projet, montant, 과제당 지원금, 지원금액, "
    "지원금",
)  # fmt: skip
OWN_SHARE = Field(
    "own_contribution_percent", _l("Own contribution of the startup (%)"), _l("A whole number from 0 to 100."),
    "number", "20", least=0, most=100,
    aliases="own contribution, mise de fonds, contribution, 자기부담, 자기부담률",
)  # fmt: skip
NOTICE_TEXT = _l("What the other programme announces, in full. Markup is taken out.")
MOMENT = _l("A day and an hour in the centre’s zone: 2026-03-31 16:00. Without an hour, the whole day counts.")

REFERENCE = (
    ID, TITLE, replace(DESCRIPTION, label=_l("Text of the notice"), help=NOTICE_TEXT, example=SUBJECT.example),
    NOTICE[0], LANGUAGE, *WINDOW, BUDGET, CURRENCY, URL, SOURCE, COUNTRY, LICENCE,
)  # fmt: skip
DRAFT = (
    ID, TITLE_NEEDED, SUBJECT, *NOTICE, LANGUAGE, TRACK, LINKED, NOTICE_DATE,
    replace(OPENS, kind="moment", help=MOMENT), replace(CLOSES, kind="moment", help=MOMENT), DECISIONS_BY,
    AWARDS, AWARD_AMOUNT, BUDGET, CURRENCY, OWN_SHARE,
)  # fmt: skip

TITLE_WORDS = 12


def first_words(description: str) -> str:
    """A title for what has none."""
    words = description.split()
    return " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")


def expect_words(names: Container[str]) -> None:
    """Refuse a file that tells neither title nor description."""
    if "title" not in names and "description" not in names:
        raise Invalid(_l("Choose a column for the title or for the description."), field="column_title")


def wrong_words(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a row needs beyond its single fields."""
    found = []
    if not values["title"] and not values["description"]:
        found.append({"code": "no_words", "field": "title"})
    if values["prize"] is not None and values["currency"] is None:
        found.append({"code": "no_currency", "field": "currency"})
    return found


def wrong_record(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What keeps a row from being a reference record, of a challenge or a call."""
    found = wrong_words(values)
    if values["opens"] and values["closes"] and values["opens"].day > values["closes"].day:
        found.append({"code": "day_order", "field": "closes"})
    return found


def zone_of(values: Mapping[str, Any], otherwise: str) -> str:
    """Where the days of a source end: in its country, else that of its currency or language, else at the centre."""
    told = (values["country"], (values["currency"] or "")[:2], "KR" if values["language"] == "ko" else "")
    return next((zone for code in told if (zone := zone_of_place(code, ""))), otherwise)


def instants(values: Mapping[str, Any], zone: str) -> dict[str, datetime | None]:
    """When a record from elsewhere opens and closes, by its own days and hours."""
    opens, closes = values["opens"], values["closes"]
    return {
        "opens_at": opens.begins(zone) if opens else None,
        "closes_at": closes.ends(zone) if closes else None,
    }


def origin(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a record from elsewhere says of its language, its money and where it is from."""
    return {
        "main_locale": values["language"],
        "budget": values["prize"],
        "currency": values["currency"] if values["prize"] is not None else None,
        "source_url": values["url"],
        "licence": values["licence"],
    }
