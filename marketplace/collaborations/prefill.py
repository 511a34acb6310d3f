"""The first draft of an agreement, from what the application and the challenge say."""

from __future__ import annotations

from marketplace.applications.models import ApplicationRevision
from marketplace.challenges.models import ChallengeText
from marketplace.collaborations.models import AgreementParty, AgreementVersion
from marketplace.kernel.locales import LOCALES, pick_text
from marketplace.network.models import Centre
from marketplace.pairings.models import Pairing

HEADINGS = {
    "en": ("The need", "The solution", "Success criteria", "Timeline", "What the company provides", "Payment terms"),
    "fr": (
        "Le besoin", "La solution", "Critères de réussite", "Calendrier", "Ce que l’entreprise fournit",
        "Modalités de paiement",
    ),
    "ko": ("해결할 과제", "해결 방안", "성공 기준", "일정", "수요기업의 제공 사항", "지급 조건"),
}  # fmt: skip


def locale_of(pairing: Pairing) -> str:
    """The language the pair writes in: the application's, the challenge's, else the centre's first."""
    revision = pairing.application.current if pairing.application else None
    if revision is not None:
        return revision.locale if revision.locale in LOCALES else "en"
    if pairing.challenge is not None:
        return pairing.challenge.main_locale
    return _first_language(pairing.centre)


def _first_language(centre: Centre) -> str:
    return next((code for code in centre.languages if code in LOCALES), "en")


def title_of(pairing: Pairing, locale: str) -> str:
    """A title that names no company: the challenge's, or the application's."""
    if pairing.challenge is not None and pairing.challenge.title(locale):
        return pairing.challenge.title(locale)
    revision = pairing.application.current if pairing.application else None
    if revision is not None and revision.title:
        return revision.title
    text = pick_text(pairing.call.texts, locale)
    return text.title if text else ""


def first_version(pairing: Pairing, locale: str) -> AgreementVersion:
    """Version 1: parties, purpose, amount and intellectual property, with a text to work on."""
    revision = pairing.application.current if pairing.application else None
    text = pairing.challenge.text_in(locale) if pairing.challenge else None
    challenge = pairing.challenge
    amount = revision.amount if revision and revision.amount is not None else pairing.call.award_amount
    currency = (revision.currency if revision else None) or pairing.call.currency
    return AgreementVersion(
        number=1,
        purpose=(text.summary if text else "") or title_of(pairing, locale),
        amount=amount,
        currency=currency if amount is not None else None,
        ip_option=challenge.ip_option if challenge else None,
        ip_terms=text.ip_words if text else "",
        ruling_locale=locale,
        text=_text(revision, text, locale),
        parties=[
            AgreementParty(organisation=pairing.company),
            AgreementParty(organisation=pairing.startup),
        ],
    )


def _text(revision: ApplicationRevision | None, text: ChallengeText | None, locale: str) -> str:
    bodies = (
        text.problem if text else "",
        revision.solution if revision else "",
        text.success_criteria if text else "",
        revision.timeline if revision else "",
        (revision.needs if revision else "") or (text.resources_words if text else ""),
        text.payment_terms if text else "",
    )
    found = [(heading, body.strip()) for heading, body in zip(HEADINGS[locale], bodies, strict=True) if body.strip()]
    return "\n\n".join(f"{number}. {heading}\n{body}" for number, (heading, body) in enumerate(found, 1))
