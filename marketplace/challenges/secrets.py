"""What an anonymous company hides, answered as this reader may see it. Nothing else reads these columns for pages."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.challenges.models import Challenge
from marketplace.challenges.policy import is_own, reviews
from marketplace.kernel import clock
from marketplace.kernel.locales import pick
from marketplace.kernel.policy import Actor


@dataclass(frozen=True)
class Company:
    """The company as shown: ``organisation_id`` is None where only a description may be seen."""

    name: str
    locale: str
    organisation_id: int | None
    is_described: bool


def reveals(challenge: Challenge, actor: Actor, *, paired: bool = False) -> bool:
    """Whether this reader may know who the company is. ``paired`` says that a pairing joins both."""
    if challenge.visibility != "anonymous" or is_own(actor, challenge) or reviews(actor, challenge):
        return True
    if actor.is_system or actor.network_operator_id is not None:
        return True
    rule = challenge.call.identity_revealed if challenge.call else "never"
    closing = challenge.closing()
    return (rule == "at_closing" and closing is not None and clock.now() > closing) or (rule == "at_pairing" and paired)


def company_of(challenge: Challenge, actor: Actor, locale: str, *, paired: bool = False) -> Company:
    """The company's name in ``locale``, or its description."""
    organisation = challenge.organisation
    if organisation is not None and reveals(challenge, actor, paired=paired):
        text = pick(organisation.texts, locale)
        return Company(text.name if text else "", text.locale if text else locale, organisation.id, False)
    described = {code: text for code, text in challenge.texts.items() if text.anonymous_as.strip()}
    shown = pick(described, locale)
    return Company(shown.anonymous_as if shown else "", shown.locale if shown else locale, None, True)


def owner_of(challenge: Challenge, actor: Actor, *, paired: bool = False) -> tuple[str, str] | None:
    """Name and role of the problem owner; None while hidden or not named."""
    if not challenge.owner_name or not reveals(challenge, actor, paired=paired):
        return None
    return challenge.owner_name, challenge.owner_role or ""
