"""Eligibility rules as data: pure functions from a rule and the facts to a verdict.

Params by kind, all of them public on the call's page:

==================  =====================================================================================
age                 ``{"years": 7, "extended_years": 10, "extended_fields": [sector codes]}``
region              ``{"regions": [codes]}``: headquarters in one of them
zone                ``{"zones": [codes]}``: a site in one of them
kind                ``{"kinds": [organisation kinds]}``
representatives     ``{}``: everyone who represents the organisation qualifies
no_earlier_award    ``{}``: nothing won in this programme before
running_grants      ``{"most": 1}``: grants that run on the notice date
not_affiliated      ``{}``: neither affiliate nor shareholder of the demand company, nor the other way round
no_sanction         ``{}``: no ban of the network that holds today, in the call's zone
declaration         ``{"codes": [codes of DECLARATIONS]}``: declared one by one by the startup
==================  =====================================================================================

Age counts in whole calendar years: in if ``notice_date <= start + years`` (29 February becomes 28 February). The
start is the opening date of a sole trader and the registration date of anything else. A sole trader that was
converted to a company goes on: the opening date counts, not the registration. A restarted firm is a new firm and
counts from its own start; whether it truly is new is for staff to judge, who may overrule any verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marketplace.calls.models import EligibilityRule
from marketplace.calls.rule_words import DECLARATIONS, KINDS_IN_WORDS, place, sentence
from marketplace.kernel import clock
from marketplace.kernel.locales import Sentence, _l
from marketplace.kernel.sentences import all_of, any_of, day, fill
from marketplace.people.sectors import SECTORS
from marketplace.places.models import Named

MEETS, FAILS, CANNOT_TELL = "meets", "fails", "cannot_tell"


@dataclass(frozen=True)
class Facts:
    """What is known of an organisation on a call's notice date; ``queries.facts_of`` gathers it.

    ``declarations`` says by code whether the exclusion applies (True) or not (False). ``sanctions`` holds the last
    days of bans that hold today; ``running`` the last days (None: open) of grants that run on the notice date.
    ``representatives`` holds what each is declared to be: True qualifies, False does not, None not said.
    """

    organisation_id: int
    notice_date: date
    today: date
    kind: str = ""
    legal_form: str | None = None
    origin: str | None = None
    opened_on: date | None = None
    registered_on: date | None = None
    sectors: frozenset[str] = frozenset()
    region_code: str | None = None
    zone_codes: frozenset[str] = frozenset()
    representatives: tuple[bool | None, ...] = ()
    earlier_awards: tuple[date, ...] = ()
    running: tuple[date | None, ...] = ()
    company_id: int | None = None
    affiliations: tuple[str, ...] = ()
    sanctions: tuple[date, ...] = ()
    declarations: Mapping[str, bool] = field(default_factory=dict)
    places: Mapping[str, Named] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Judgement:
    """A rule's verdict: the rule in words, the facts it used, and what would change it (empty where nothing need).

    ``facts`` is the same for machines, ready for JSON. The three texts are put into words when read.
    """

    rule_id: int | None
    kind: str
    verdict: str
    text: Any
    facts_text: Any
    change_text: Any = ""
    facts: dict[str, Any] = field(default_factory=dict)


Verdict = tuple[str, Any, Any, dict[str, Any]]  # verdict, facts in words, what would change it, facts for machines


COMPLETE = _l("Complete the profile and the answer is there at once.")


def years_after(start: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February where there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def day_in(instant: datetime, zone: str) -> date:
    """The calendar day of an instant in a zone of the IANA database."""
    return clock.day_of(instant, zone)


def start_of(facts: Facts) -> tuple[date | None, str]:
    """The day age counts from and the column that says it; without a legal form, None and ``legal_form``."""
    if facts.legal_form is None:
        return None, "legal_form"
    if facts.legal_form == "sole_trader" or facts.origin == "converted":
        return facts.opened_on, "opened_on"
    return facts.registered_on, "registered_on"


def _age(params: Mapping[str, Any], facts: Facts) -> Verdict:
    start, counted = start_of(facts)
    known: dict[str, Any] = {"notice_date": facts.notice_date.isoformat(), "counted": counted}
    if start is None:
        missing = {
            "legal_form": _l("The legal form is missing from the profile, so we do not know which date counts."),
            "opened_on": _l("The opening date is missing from the profile."),
            "registered_on": _l("The registration date is missing from the profile."),
        }[counted]
        return CANNOT_TELL, missing, COMPLETE, known
    years = _years(params, facts)
    limit = years_after(start, years)
    known |= {"start": start.isoformat(), "years": years, "limit": limit.isoformat()}
    words = (
        _l("Opened on %(start)s; the notice is of %(notice)s, and %(years)s years end on %(limit)s.")
        if counted == "opened_on"
        else _l("Registered on %(start)s; the notice is of %(notice)s, and %(years)s years end on %(limit)s.")
    )
    told = fill(words, start=day(start), notice=day(facts.notice_date), years=years, limit=day(limit))
    if facts.notice_date <= limit:
        return MEETS, told, "", known
    change = fill(
        _l("Only a notice of %(limit)s or earlier would be in time. A wrong date can be corrected in the profile."),
        limit=day(limit),
    )
    longer, fields = int(params.get("extended_years", years)), params.get("extended_fields", ())
    if not fields or facts.notice_date > years_after(start, longer):
        return FAILS, told, change, known
    more = fill(
        _l("In these fields it may be %(more)s years old: %(fields)s. If it works in one, add it to the profile."),
        more=longer,
        fields=all_of(SECTORS.get(code, code) for code in fields),
    )
    return FAILS, told, Sentence(lambda: f"{change} {more}"), known


def _years(params: Mapping[str, Any], facts: Facts) -> int:
    years = int(params.get("years", 7))
    if facts.sectors & set(params.get("extended_fields", ())):
        return max(years, int(params.get("extended_years", years)))
    return years


def _region(params: Mapping[str, Any], facts: Facts) -> Verdict:
    known = {"region": facts.region_code}
    if facts.region_code is None:
        return CANNOT_TELL, _l("The headquarters region is missing from the profile."), COMPLETE, known
    told = fill(_l("The headquarters is in %(region)s."), region=place(facts.region_code, facts.places))
    if facts.region_code in params.get("regions", ()):
        return MEETS, told, "", known
    change = fill(
        _l("A headquarters registered in %(regions)s would change this."),
        regions=any_of(place(code, facts.places) for code in params.get("regions", ())),
    )
    return FAILS, told, change, known


def _zone(params: Mapping[str, Any], facts: Facts) -> Verdict:
    known = {"zones": sorted(facts.zone_codes)}
    told: Any = _l("The profile names no zone.")
    if facts.zone_codes:
        told = fill(
            _l("The profile names %(zones)s."), zones=all_of(place(c, facts.places) for c in sorted(facts.zone_codes))
        )
    if facts.zone_codes & set(params.get("zones", ())):
        return MEETS, told, "", known
    change = fill(
        _l("A site in %(zones)s would change this: if there is one, add it to the profile."),
        zones=any_of(place(code, facts.places) for code in params.get("zones", ())),
    )
    return FAILS, told, change, known


def _kind(params: Mapping[str, Any], facts: Facts) -> Verdict:
    told = fill(_l("By its profile it belongs to: %(kind)s."), kind=KINDS_IN_WORDS.get(facts.kind, facts.kind))
    if facts.kind in params.get("kinds", ()):
        return MEETS, told, "", {"kind": facts.kind}
    change = _l("Nothing changes this, unless the profile is wrong: then correct it.")
    return FAILS, told, change, {"kind": facts.kind}


def _representatives(_: Mapping[str, Any], facts: Facts) -> Verdict:
    said = facts.representatives
    known = {"named": len(said), "qualify": sum(q is True for q in said), "do_not": sum(q is False for q in said)}
    told: Any = fill(
        _l("%(qualify)s of %(named)s representatives are declared to qualify."),
        qualify=known["qualify"],
        named=known["named"],
    )
    if known["do_not"]:
        return FAILS, told, _l("All of them must qualify. A change in the register would change this."), known
    if not said:
        told = _l("The profile names no representative.")
    if not said or None in said:
        return CANNOT_TELL, told, _l("Name every representative in the profile and say whether they qualify."), known
    return MEETS, told, "", known


def _no_earlier_award(_: Mapping[str, Any], facts: Facts) -> Verdict:
    known = {"awarded_on": [d.isoformat() for d in facts.earlier_awards]}
    if not facts.earlier_awards:
        return MEETS, _l("No award of this programme is on record."), "", known
    told = fill(_l("Awarded in this programme on %(days)s."), days=all_of(day(d) for d in facts.earlier_awards))
    return FAILS, told, _l("Nothing changes this here; other programmes stay open."), known


def _running_grants(params: Mapping[str, Any], facts: Facts) -> Verdict:
    most, ends = int(params.get("most", 0)), sorted(d for d in facts.running if d is not None)
    known = {"running": len(facts.running), "ends_on": [d.isoformat() for d in ends]}
    told = fill(_l("Grants on record that run on the notice date: %(count)s."), count=len(facts.running))
    if len(facts.running) <= most:
        return MEETS, told, "", known
    too_many = len(facts.running) - most
    if len(ends) < too_many:
        return FAILS, told, _l("A grant that has ended counts no more: send its closing letter to the centre."), known
    change = _l("Enough of them have ended by %(day)s: a notice after that day would be in time.")
    return FAILS, told, fill(change, day=day(ends[too_many - 1])), known


def _not_affiliated(_: Mapping[str, Any], facts: Facts) -> Verdict:
    known = {"company": facts.company_id, "links": sorted(facts.affiliations)}
    if facts.company_id is None:
        return CANNOT_TELL, _l("It is not known yet which company this is about."), _l("Choose a challenge."), known
    if facts.company_id == facts.organisation_id:
        return FAILS, _l("This is the demand company itself."), _l("Nothing changes this."), known
    if not facts.affiliations:
        return MEETS, _l("No link with the demand company is on record."), "", known
    told = (
        _l("A shareholding with the demand company is on record.")
        if "shareholder" in facts.affiliations
        else _l("An affiliation with the demand company is on record.")
    )
    return FAILS, told, _l("If the link has ended, send the centre the paper that shows it."), known


def _no_sanction(_: Mapping[str, Any], facts: Facts) -> Verdict:
    known = {"ends_on": [d.isoformat() for d in facts.sanctions]}
    if not facts.sanctions:
        return MEETS, _l("No exclusion is in force."), "", known
    last = max(facts.sanctions)
    told = fill(_l("Excluded from the network’s programmes until %(day)s."), day=day(last))
    return FAILS, told, fill(_l("Applying is possible again after %(day)s."), day=day(last)), known


def _declaration(params: Mapping[str, Any], facts: Facts) -> Verdict:
    codes = tuple(params.get("codes", ()))
    said = {code: facts.declarations[code] for code in codes if code in facts.declarations}
    known = {"declared": said}
    applies = [code for code in codes if said.get(code)]
    open_codes = [code for code in codes if code not in said]
    if applies:
        told = fill(_l("Declared to apply: %(things)s."), things=all_of(DECLARATIONS.get(c, c) for c in applies))
        return FAILS, told, _l("Once it is settled, declare it anew."), known
    if open_codes:
        told = fill(_l("Not declared yet: %(things)s."), things=all_of(DECLARATIONS.get(c, c) for c in open_codes))
        return CANNOT_TELL, told, _l("Declare for each that it does not apply."), known
    return MEETS, _l("Declared: none of this applies."), "", known


JUDGES: dict[str, Callable[[Mapping[str, Any], Facts], Verdict]] = {
    "age": _age,
    "region": _region,
    "zone": _zone,
    "kind": _kind,
    "representatives": _representatives,
    "no_earlier_award": _no_earlier_award,
    "running_grants": _running_grants,
    "not_affiliated": _not_affiliated,
    "no_sanction": _no_sanction,
    "declaration": _declaration,
}


def judge_rule(rule: EligibilityRule, facts: Facts) -> Judgement:
    """What a rule says of the facts. Raises KeyError for a kind that nobody wrote."""
    verdict, told, change, known = JUDGES[rule.kind](rule.params, facts)
    return Judgement(rule.id, rule.kind, verdict, sentence(rule.kind, rule.params, facts.places), told, change, known)


def judge_rules(call: Any, facts: Facts) -> list[Judgement]:
    """Every rule of a call, in its order."""
    return [judge_rule(rule, facts) for rule in call.rules]


def overall_verdict(judgements: Iterable[Judgement]) -> str:
    """``fails`` if any fails, else ``cannot_tell`` if any cannot tell, else ``meets``."""
    verdicts = {judgement.verdict for judgement in judgements}
    return next((verdict for verdict in (FAILS, CANNOT_TELL) if verdict in verdicts), MEETS)
