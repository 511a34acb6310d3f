"""Eligibility of a startup for a call before, at and after writing: facts from the profile and its declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from marketplace.applications.models import Application, EligibilityResult
from marketplace.calls.eligibility import CANNOT_TELL, Judgement, judge_rules
from marketplace.calls.eligibility_facts import facts_of, load_rules
from marketplace.calls.models import Call, Declaration, EligibilityRule
from marketplace.challenges.models import Challenge
from marketplace.challenges.secrets import reveals
from marketplace.kernel.db import db
from marketplace.kernel.locales import LOCALES, _l
from marketplace.kernel.policy import ANONYMOUS
from marketplace.people.models import Organisation

AFFILIATES = "not_affiliated"


@dataclass(frozen=True)
class Check:
    """Every rule with its verdict, and what was declared, by rule and code.

    ``is_veiled`` says that the company does not give its name: the rule on affiliates is not told then, since its
    verdict would say who the company is.
    """

    judgements: list[Judgement]
    declared: Mapping[tuple[int, str], Declaration]
    is_veiled: bool = False

    @property
    def failing(self) -> list[Judgement]:
        return [judgement for judgement in self.judgements if judgement.verdict == "fails"]

    def count(self, verdict: str) -> int:
        """How many rules have this verdict."""
        return sum(judgement.verdict == verdict for judgement in self.judgements)


def check_startup(
    organisation: Organisation, call: Call, challenge: Challenge | None, partner_id: int | None = None
) -> Check:
    """Judge every rule of the call over what is known of a startup now; a partner writes along and is known to it."""
    declared = declarations_of(organisation, call)
    is_veiled = challenge is not None and partner_id is None and not reveals(challenge, ANONYMOUS)
    company_id = challenge.organisation_id if challenge is not None and not is_veiled else partner_id
    said = {code: row.excluded for (_, code), row in declared.items()}
    judgements = judge_rules(call, facts_of(organisation, call, company_id, said))
    if is_veiled:
        judgements = [_veiled(item) if item.kind == AFFILIATES else item for item in judgements]
    return Check(judgements, declared, is_veiled)


def _veiled(judgement: Judgement) -> Judgement:
    words = _l("The company does not give its name.")
    return replace(judgement, verdict=CANNOT_TELL, facts_text=words, change_text="", facts={})


def demand_company_of(application: Application) -> int | None:
    """The company an application is about: that of its challenge, or the party it is written with."""
    if application.challenge is not None:
        return application.challenge.organisation_id
    party = application.company_party
    return party.organisation_id if party is not None else None


def check_of(application: Application) -> Check:
    """The check of the startup that leads an application, over the facts of now."""
    party = application.company_party
    partner_id = party.organisation_id if party is not None else None
    return check_startup(application.organisation, application.call, application.challenge, partner_id)


def declarations_of(organisation: Organisation, call: Call) -> dict[tuple[int, str], Declaration]:
    """What a startup has declared for the rules of a call."""
    load_rules([call])
    rules = [rule.id for rule in call.rules]
    rows = db.session.scalars(
        select(Declaration).where(Declaration.organisation_id == organisation.id, Declaration.rule_id.in_(rules))
    )
    return {(row.rule_id, row.code): row for row in rows}


def asked_declarations(call: Call) -> list[tuple[EligibilityRule, str]]:
    """Each self-declaration that the call asks for, with its rule."""
    load_rules([call])
    return [(rule, code) for rule in call.rules if rule.kind == "declaration" for code in rule.params.get("codes", ())]


def keep_results(application: Application, check: Check) -> None:
    """Store the verdicts with the facts used, in numbers and in each language's words, over those of before.

    What is veiled stays open until the centre judges it.
    """
    # nothing is kept of what was never submitted
    kept = {result.rule_id: result for result in application.results} if application.number else {}
    for judgement in check.judgements:
        if judgement.rule_id is None or (check.is_veiled and judgement.kind == AFFILIATES):
            continue
        result = kept.get(judgement.rule_id)
        if result is None:
            result = EligibilityResult(application_id=application.id, rule_id=judgement.rule_id)
            db.session.add(result)
        result.verdict = judgement.verdict
        result.facts = kept_facts(judgement)


def kept_facts(judgement: Judgement) -> dict[str, Any]:
    """The facts of a verdict as they are kept: in numbers, and in each language's words."""
    return {**judgement.facts, "words": judgement_words(judgement)}


def judgement_words(judgement: Judgement) -> dict[str, dict[str, str]]:
    """The rule, the facts and what would change them, as each language reads them now."""
    said: dict[str, Any] = {}
    for code in LOCALES:
        with force_locale(code):
            said[code] = {
                "rule": str(judgement.text), "facts": str(judgement.facts_text), "change": str(judgement.change_text),
            }  # fmt: skip
    return said
