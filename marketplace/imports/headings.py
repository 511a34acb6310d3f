"""The headers that other files give our fields, in English, French and Korean; the likelier ones first."""

from __future__ import annotations

HEADINGS = {
    "id": """
        id, identifier, reference, ref, number, no, code, key, identifiant, référence, numéro, 번호, 식별자,
        아이디, 관리번호, 과제번호, 공고번호
    """,
    "title": """
        title, name, challenge, topic, heading, titre, intitulé, nom, défi, 제목, 과제명, 과제 제목, 명칭,
        공고명, 사업명
    """,
    "description": """
        description, problem, text, body, need, details, detail, content, descriptif, texte, besoin, problème,
        contenu, 설명, 내용, 과제내용, 과제 내용, 문제, 상세내용, 본문, 공고내용, 사업개요
    """,
    "summary": """
        summary, abstract, teaser, résumé, sommaire, chapeau, 요약, 개요, 요지
    """,
    "sponsor": """
        sponsor, company, organisation, organization, agency, demand company, funder, owner, entreprise,
        organisme, commanditaire, financeur, société, 기업, 기업명, 수요기업, 수요기업명, 기관, 기관명, 주최,
        주관기관, 회사
    """,
    "language": """
        language, lang, locale, langue, 언어
    """,
    "categories": """
        categories, category, field, fields, tags, tag, keywords, sector, sectors, theme, themes, catégorie,
        catégories, domaine, domaines, thématique, mots-clés, secteur, 분야, 기술분야, 카테고리, 키워드, 업종
    """,
    "country": """
        country, pays, 국가, 나라
    """,
    "opens": """
        opens, open, opening, opening date, open date, start, start date, starts, release date, ouverture,
        date d’ouverture, date d'ouverture, début, date de début, 시작일, 접수시작, 접수시작일, 개시일,
        신청시작일
    """,
    "closes": """
        closes, close, closing, closing date, close date, deadline, end, end date, due, due date, clôture,
        date limite, date de clôture, échéance, fin, date de fin, 마감, 마감일, 접수마감, 접수마감일, 종료일,
        신청마감일
    """,
    "prize": """
        prize, budget, amount, award, reward, grant, funding, montant, dotation, prix, subvention, 예산, 금액,
        상금, 지원금, 지원금액, 사업비
    """,
    "currency": """
        currency, devise, monnaie, 통화, 화폐
    """,
    "criteria": """
        criteria, success criteria, success, evaluation, critères, critères de succès, critères de réussite,
        성공기준, 평가기준, 기준, 성과목표
    """,
    "url": """
        url, link, web, website, address, source url, lien, adresse, site, site web, 링크, 주소, 누리집,
        홈페이지
    """,
    "source": """
        source, origin, provenance, portal, portail, origine, 출처
    """,
    "licence": """
        licence, license, terms, rights, licence d’utilisation, 라이선스, 이용허락, 이용조건
    """,
    "sponsor_kind": """
        sponsor_kind, kind of company, company type, type d’entreprise, 기업유형, 기업규모
    """,
    "why_now": """
        why_now, why now, background, context, contexte, pourquoi maintenant, 배경, 추진배경, 필요성
    """,
    "constraints": """
        constraints, requirements, contraintes, exigences, 제약, 제약조건, 요구사항
    """,
    "trl_from": """
        trl_from, trl from, trl min, trl, trl minimum, 최소 trl, trl 하한, 기술성숙도
    """,
    "trl_to": """
        trl_to, trl to, trl max, trl maximum, 최대 trl, trl 상한
    """,
    "startups_sought": """
        startups_sought, startups sought, places, number of startups, nombre de jeunes pousses, 모집기업수,
        선정기업수, 모집 수
    """,
    "resources": """
        resources, resources offered, offer, support, ressources, ressources offertes, soutien, 지원내용,
        제공자원, 지원 자원, 자원
    """,
    "ip_option": """
        ip_option, ip, ip option, rights, intellectual property, propriété intellectuelle, pi, droits,
        지식재산권, 지식재산, 권리귀속, 결과물 권리
    """,
    "owner_name": """
        owner_name, problem owner, contact, contact person, responsable, personne-ressource, 담당자, 담당자명,
        과제책임자
    """,
    "owner_role": """
        owner_role, role, function, position, fonction, poste, 직책, 직위
    """,
    "decision_date": """
        decision_date, decision, decision date, answer by, date de décision, décision, 결정일, 선정일, 발표일
    """,
    "purchase_route": """
        purchase_route, purchase, purchase route, next step, after the pilot, suite, achat, voie d’achat, 구매,
        구매경로, 후속계획, 후속 구매
    """,
    "subject": """
        subject, description, object, purpose, objet, descriptif, 공고내용, 사업개요, 내용, 목적
    """,
    "eligibility": """
        eligibility, who may apply, admissibilité, éligibilité, 신청자격, 지원자격
    """,
    "how_to_apply": """
        how_to_apply, how to apply, application, comment postuler, 신청방법
    """,
    "amount": """
        amount, support, aide, soutien, 지원규모, 지원내용
    """,
    "basis_of_selection": """
        basis_of_selection, selection, sélection, 평가방법, 선정기준
    """,
    "ranking_figure": """
        ranking_figure, ranking, classement, 순위기준
    """,
    "contact": """
        contact, contacts, personne-ressource, 문의, 문의처
    """,
    "track": """
        track, type, kind, volet, parcours, 유형, 트랙, 과제유형
    """,
    "bottom_up_kind": """
        bottom_up_kind, linked to, lié à, 연계유형, 연계
    """,
    "notice_date": """
        notice_date, notice date, published, date de l’avis, date d’avis, 공고일, 공고일자
    """,
    "decisions_by": """
        decisions_by, decisions by, results, date des résultats, résultats, 발표일, 선정발표
    """,
    "award_count": """
        award_count, awards, number of awards, places, nombre de lauréats, lauréats, 선정규모, 선정수,
        지원과제수
    """,
    "award_amount": """
        award_amount, amount of an award, amount per award, grant, montant par projet, montant, 과제당 지원금,
        지원금액, 지원금
    """,
    "own_contribution_percent": """
        own_contribution_percent, own contribution, mise de fonds, contribution, 자기부담, 자기부담률
    """,
}


def of(name: str) -> tuple[str, ...]:
    """The headers by which a field is known."""
    return tuple(" ".join(words.split()) for words in HEADINGS.get(name, "").split(","))
