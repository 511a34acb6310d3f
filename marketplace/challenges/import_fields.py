"""What a file can tell of a challenge: of one from elsewhere, and of a candidate of a call."""

from __future__ import annotations

from dataclasses import replace

from marketplace.calls.import_fields import BUDGET, DESCRIPTION, TITLE, TITLE_NEEDED, WINDOW
from marketplace.challenges.labels import COMPANY_KINDS, IP_LABELS, RESOURCE_LABELS
from marketplace.imports.fields import CURRENCY, ID, LANGUAGE, LICENCE, SOURCE, URL, Field, require
from marketplace.kernel.locales import _l
from marketplace.people.models import DEMAND_KINDS
from marketplace.places.import_fields import COUNTRY

SPONSOR = Field(
    "sponsor", _l("Company or sponsor"), _l("The name of the organisation that has the problem."), "line",
    "Haneul Water (invented)",
    aliases="company, organisation, organization, agency, demand company, funder, owner, entreprise, organisme, "
    "commanditaire, financeur, société, 기업, 기업명, 수요기업, 수요기업명, 기관, 기관명, 주최, "
    "주관기관, 회사",
)  # fmt: skip
SUMMARY = Field(
    "summary", _l("Public summary"),
    _l("Two or three sentences. Where it is missing, the description’s beginning."), "text",
    "We want to hear leaks before the street does.",
    aliases="abstract, teaser, résumé, sommaire, chapeau, 요약, 개요, 요지",
)  # fmt: skip
CRITERIA = Field(
    "criteria", _l("What counts as success"), _l("How both sides will know that it worked."), "text",
    "Nine leaks of ten are found within a week.",
    aliases="success criteria, success, evaluation, critères, critères de succès, critères de réussite, "
    "성공기준, 평가기준, 기준, 성과목표",
)  # fmt: skip
CATEGORIES = Field(
    "categories", _l("Fields and key words"),
    _l("Several are separated by semicolons. What they mean is matched to the fields of technology used here."),
    "list", "water; sensors",
    aliases="category, field, fields, tags, tag, keywords, sector, sectors, theme, themes, catégorie, "
    "catégories, domaine, domaines, thématique, mots-clés, secteur, 분야, 기술분야, 카테고리, 키워드, "
    "업종",
)  # fmt: skip
SPONSOR_KIND = Field(
    "sponsor_kind", _l("Kind of company"),
    _l("Used where the company is not known here yet: large, mid_size, public, sme, non_profit or municipality."),
    "choice", "large", choices={code: words for code, words in COMPANY_KINDS.items() if code in DEMAND_KINDS},
    aliases="kind of company, company type, type d’entreprise, 기업유형, 기업규모",
)  # fmt: skip
TRL_FROM = Field(
    "trl_from", _l("Readiness from"), _l("The lowest readiness level sought, from 1 to 9."), "number", "4",
    required=True, least=1, most=9,
    aliases="trl from, trl min, trl, trl minimum, 최소 trl, trl 하한, 기술성숙도",
)  # fmt: skip
TRL_TO = Field(
    "trl_to", _l("Readiness to"), _l("The highest readiness level sought, from 1 to 9."), "number", "7",
    required=True, least=1, most=9,
    aliases="trl to, trl max, trl maximum, 최대 trl, trl 상한",
)  # fmt: skip
RESOURCES = Field(
    "resources", _l("Resources offered"),
    _l("One or more of: data, site, experts, equipment, money; separated by semicolons."), "choices", "data; site",
    required=True, choices=RESOURCE_LABELS,
    aliases="resources offered, offer, support, ressources, ressources offertes, soutien, 지원내용, 제공자원, "
    "지원 자원, 자원",
)  # fmt: skip
IP = Field(
    "ip_option", _l("Rights to the result"),
    _l("One of: startup_keeps, company_licence, joint, transfer; or its words on this site."), "choice",
    "startup_keeps", required=True, choices={code: words for code, words in IP_LABELS.items() if code != "other"},
    aliases="ip, ip option, rights, intellectual property, propriété intellectuelle, pi, droits, 지식재산권, "
    "지식재산, 권리귀속, 결과물 권리",
)  # fmt: skip
OWNER = Field(
    "owner_name", _l("Problem owner"),
    _l("The person at the company who owns the problem. Kept from the public until the call reveals it."), "line",
    "Kim Haneul", required=True,
    aliases="problem owner, contact, contact person, responsable, personne-ressource, 담당자, 담당자명, "
    "과제책임자",
)  # fmt: skip
OWNER_ROLE = Field(
    "owner_role", _l("Role of the problem owner"), _l("What this person does at the company."), "line",
    "Head of networks",
    aliases="role, function, position, fonction, poste, 직책, 직위",
)  # fmt: skip
DECISION = Field(
    "decision_date", _l("Decision date"), _l("The day the company promises an answer, written 2026-06-30."), "day",
    "2026-06-30", required=True, last=True,
    aliases="decision, decision date, answer by, date de décision, décision, 결정일, 선정일, 발표일",
)  # fmt: skip
PURCHASE = Field(
    "purchase_route", _l("Route to purchase after a pilot"),
    _l("What follows a good pilot, and who decides on it."), "text", "A framework contract for two years.",
    required=True,
    aliases="purchase, purchase route, next step, after the pilot, suite, achat, voie d’achat, 구매, 구매경로, "
    "후속계획, 후속 구매",
)  # fmt: skip
WHY_NOW = Field(
    "why_now", _l("Why now"), _l("What makes it urgent."), "text",
    aliases="why now, background, context, contexte, pourquoi maintenant, 배경, 추진배경, 필요성",
)  # fmt: skip
CONSTRAINTS = Field(
    "constraints", _l("Constraints"), _l("What a solution must respect."), "text",
    aliases="requirements, contraintes, exigences, 제약, 제약조건, 요구사항",
)  # fmt: skip
SOUGHT = Field(
    "startups_sought", _l("Startups sought"), _l("How many startups may be chosen; one where nothing is said."),
    "number", "1", least=1, most=100,
    aliases="startups sought, places, number of startups, nombre de jeunes pousses, 모집기업수, 선정기업수, "
    "모집 수",
)  # fmt: skip

REFERENCE = (
    ID, TITLE, DESCRIPTION, SUMMARY, SPONSOR, LANGUAGE, CATEGORIES, *WINDOW, BUDGET, CURRENCY, CRITERIA, URL, SOURCE,
    COUNTRY, LICENCE,
)  # fmt: skip
# The operator answers for what the command line takes: a row need not name its licence.
ON_RECORD = (*REFERENCE[:-1], replace(LICENCE, required=False))
CANDIDATE = (
    ID, TITLE_NEEDED, *require(SPONSOR), SPONSOR_KIND, *require(DESCRIPTION), SUMMARY, *require(CRITERIA), LANGUAGE,
    WHY_NOW, CONSTRAINTS, CATEGORIES, TRL_FROM, TRL_TO, SOUGHT, RESOURCES, BUDGET, CURRENCY, IP, OWNER, OWNER_ROLE,
    DECISION, PURCHASE,
)  # fmt: skip
