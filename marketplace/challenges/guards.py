"""What must hold before a step and needs the database: wide descriptions, kept secrets, live calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select

from marketplace.calls.states import CURRENT
from marketplace.challenges.secrets import reveals
from marketplace.challenges.sections import LABELS
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import NAMES, Sentence, _l
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.unaccent import unaccent
from marketplace.kernel.workflow import guard
from marketplace.people.models import DEMAND_KINDS, Organisation
from marketplace.people.queries import has_members

LEAST_FITTING = 5
WRITTEN = (
    "title", "summary", "problem", "why_now", "constraints", "success_criteria", "resources_words",
    "payment_terms", "ip_words", "purchase_route", "anonymous_as",
)  # fmt: skip
LEGAL_WORDS = frozenset((
    "inc", "ltd", "co", "corp", "corporation", "company", "limited", "llc", "plc", "sa", "sas", "sarl",
    "ltee", "gmbh", "ag", "주식회사", "유한회사", "재단법인",
))  # fmt: skip


def count_matching(kind: str | None, region: str | None, country: str | None, sector: str | None) -> int:
    """How many verified demand organisations a description fits."""
    query = select(func.count()).select_from(Organisation).where(Organisation.state == "verified")
    query = query.where(Organisation.kind == kind if kind else Organisation.kind.in_(DEMAND_KINDS))
    if region:
        query = query.where(Organisation.region_code == region)
    elif country:
        query = query.where(or_(Organisation.country == country, Organisation.region_code.startswith(f"{country}-")))
    if sector:
        query = query.where(Organisation.sectors.contains([sector]))
    return db.session.scalar(query) or 0


def count_described(challenge: Any) -> int:
    """How many verified organisations this challenge's description fits."""
    return count_matching(
        challenge.described_kind,
        challenge.described_region,
        challenge.described_country,
        challenge.described_sector,
    )


@guard("challenge.submit", "challenge.resubmit", "challenge.publish")
def is_where_it_belongs(challenge: Any) -> Any:
    """Nothing of the demonstration comes to a centre that exists."""
    company, call = challenge.organisation, challenge.call
    managing = call.programme.managing_centre if call is not None and call.programme is not None else None
    centres = [centre for centre in (challenge.centre, managing) if centre is not None]
    if company is not None and company.is_demo and any(not centre.is_demo for centre in centres):
        return _l("An invented company can turn to invented centres alone.")
    return None


def is_absent(challenge: Any) -> bool:
    """Whether nobody with an account belongs to the company, as after an import."""
    return challenge.organisation_id is None or not has_members(challenge.organisation_id)


@guard("challenge.ask_changes")
def company_can_answer(challenge: Any) -> Any:
    """Changes are asked of a company in which somebody can make them."""
    if is_absent(challenge):
        return _l("Nobody of the company has an account here yet, so nobody could make the changes.")
    return None


@guard("challenge.reject")
def company_had_its_say(challenge: Any) -> Any:
    """Outside the review, a challenge is rejected only where nobody of the company can change it."""
    if challenge.state == "in_review" or is_absent(challenge):
        return None
    return _l("The company can still change it. It can be rejected while you review it.")


@guard("challenge.submit", "challenge.resubmit")
def answers_in_time(challenge: Any) -> Any:
    """The day by which the company decides is still to come."""
    if challenge.decision_date and challenge.decision_date < clock.today(challenge.zone):
        return _l("The decision date has passed. Choose a later one.")
    return None


@guard("challenge.submit", "challenge.resubmit", "challenge.accept", "challenge.publish")
def is_wide_enough(challenge: Any) -> Any:
    """An anonymous company's description must fit at least five verified companies."""
    if challenge.visibility != "anonymous":
        return None
    found = count_described(challenge)
    if found >= LEAST_FITTING:
        return None
    return _l(
        "Verified organisations that the description of the company fits: %(found)s. It must fit at least %(least)s, "
        "or readers could guess. Make it wider: leave out the sector, the region or the kind of company.",
        found=found,
        least=LEAST_FITTING,
    )


@guard("challenge.submit", "challenge.resubmit", "challenge.accept", "challenge.publish")
def keeps_its_secrets(challenge: Any) -> Any:
    """An anonymous challenge's texts name neither the company, nor its website, nor the problem owner."""
    if challenge.visibility != "anonymous":
        return None
    telling = [
        (name, code)
        for code, text in challenge.texts.items()
        for name in WRITTEN
        if names_company(challenge, getattr(text, name) or "")
    ]
    if not telling:
        return None
    return _l(
        "These texts give away who the company is, by its name, its website or the problem owner’s name: %(fields)s. "
        "Reword them.",
        fields=Sentence(lambda: ", ".join(f"{LABELS[name]} ({NAMES[code]})" for name, code in telling)),
    )


def gives_away(challenge: Any, text: str) -> Any:
    """Why strangers cannot be given these words: they name a company that is hidden from them; None where they can."""
    if reveals(challenge, ANONYMOUS) or not names_company(challenge, text):
        return None
    return _l(
        "This gives away who the company is: it holds its name, its website or the problem owner’s name. Reword it."
    )


def names_company(challenge: Any, text: str) -> bool:
    """Whether a text holds the company's name, its website or the problem owner's name."""
    organisation = challenge.organisation
    return holds_any(text, [challenge.owner_name or "", *(names_of(organisation) if organisation is not None else ())])


def names_of(organisation: Organisation) -> list[str]:
    """What names an organisation: its name in each language, and its website."""
    return [*(row.name for row in organisation.texts.values()), *_of_website(organisation.website or "")]


def _of_website(address: str) -> list[str]:
    host = (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
    labels = host.split(".")
    return [host, labels[0]] if len(labels[0]) >= 5 else [host]


def holds_any(text: str, names: Iterable[str]) -> bool:
    """Whether a text holds one of the names, whatever the case, accents, spaces and legal form."""
    spaced = f" {' '.join(_tokens(text))} "
    squeezed = spaced.replace(" ", "")
    for name in names:
        tokens = [token for token in _tokens(name) if token not in LEGAL_WORDS]
        for order in ([*tokens], [*reversed(tokens)]):
            joined = "".join(order)
            if len(joined) < 2:
                continue
            if f" {' '.join(order)} " in spaced or ((len(joined) >= 6 or _is_hangul(joined)) and joined in squeezed):
                return True
    return False


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", unaccent(text).replace("(주)", " "))


def _is_hangul(text: str) -> bool:
    return all("가" <= c <= "힣" for c in text)


@guard("challenge.submit")
def companies_may_apply(challenge: Any) -> Any:
    """A call aimed at takes challenges during its companies' stage."""
    if challenge.call is None:
        return None
    for stage in challenge.call.stages:
        if stage.kind == "companies_apply" and stage.opens_at is not None and clock.arrived() < stage.opens_at:
            return _l("The call you chose does not take challenges yet. Send it later, or choose no call.")
        if stage.kind == "companies_apply" and stage.closes_at is not None and clock.arrived() > stage.closes_at:
            return _l("The call you chose no longer takes challenges. Choose another call, or none.")
    return None


@guard("challenge.publish")
def call_is_live(challenge: Any) -> Any:
    """A challenge is published in a call that is announced or open, before its deadline."""
    call = challenge.call
    if call is None:
        return None
    state = call.state_at(clock.now())
    if call.is_reference:
        return _l("Reference records take no challenges. Choose a call of your programme.")
    if state == "draft":
        return _l("The call is still a draft. Publish the call first, then its challenges.")
    if state not in CURRENT:
        return _l("Applications to this call have closed. Choose a call that is announced or open.")
    return None


@guard("challenge.publish")
def name_can_be_told(challenge: Any) -> Any:
    """Who signs with an anonymous company has to learn its name at some time."""
    if challenge.visibility != "anonymous" or challenge.call is None or challenge.call.identity_revealed != "never":
        return None
    return _l(
        "This call never shows the name of an anonymous company, yet the startup has to know with whom it signs. "
        "Choose a call that shows the name at its closing or to the startup it is paired with."
    )


@guard("challenge.reopen")
def deadline_lies_ahead(challenge: Any) -> Any:
    """A challenge opens again only with a new deadline."""
    closing = challenge.closing()
    if closing is not None and clock.now() > closing:
        return _l("The deadline has passed. Move the deadline of the call first.")
    return None
