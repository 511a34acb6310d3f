"""Agreements on desks: to write, to read, to open for signature, to sign."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from marketplace.collaborations.models import Agreement, AgreementParty, AgreementVersion, Collaboration, Signature
from marketplace.collaborations.queries import visible_with_call
from marketplace.collaborations.states import AGREEMENT_PROPOSED
from marketplace.collaborations.subject import AGREEMENT
from marketplace.collaborations.waiting import name_columns
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import CENTRE, PARTY, Wording, rows, waits_for, within

DRAFT_DAYS, AGREE_DAYS = 14, 7


def _agreed(actor: Actor) -> Select[Collaboration]:
    return visible_with_call(actor).join(Agreement, Agreement.collaboration_id == Collaboration.id)


@waits_for(
    CENTRE,
    words={
        "agreement.draft": Wording(_l("Write the agreement of “%(title)s”"), _l("Write it")),
        "agreement.open_signing": Wording(_l("Open the agreement of “%(title)s” for signature"), _l("Open it")),
    },
)
def _to_write(actor: Actor) -> Select[Any]:
    steps = {"drafting": "agreement.draft", "review": "agreement.open_signing"}
    days = case({"drafting": DRAFT_DAYS, "review": AGREE_DAYS}, value=Agreement.state)
    return rows(
        AGREEMENT,
        _agreed(actor).where(Agreement.state.in_(steps), Collaboration.state == "planned"),
        case(steps, value=Agreement.state),
        **within(days, Agreement.state_since),
        **name_columns(),
    )


READ_DAYS = 7


@waits_for(PARTY, words={"agreement.read": Wording(_l("Read the agreement of “%(title)s”"), _l("Read it"))})
def _to_read(actor: Actor) -> Select[Any]:
    query = _agreed(actor).where(Agreement.state == "review")
    return rows(AGREEMENT, query, "agreement.read", **within(READ_DAYS, Agreement.state_since), **name_columns())


SIGN_DAYS = 7


@waits_for(
    CENTRE,
    PARTY,
    words={
        "agreement.sign": Wording(_l("Sign the agreement of “%(title)s”"), _l("Read and sign")),
        "agreement.name_signer": Wording(_l("Name who signs the agreement of “%(title)s”"), _l("Name them")),
    },
)
def _to_sign(actor: Actor) -> Select[Any]:
    """Agreements that wait for this very person's signature, or for their organisation to name who signs."""
    unnamed = AgreementParty.signer_id.is_(None)
    query = (
        _agreed(actor)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(
            AgreementVersion.in_force_at.is_(None),
            AgreementVersion.ended_at.is_(None),
            AgreementParty.organisation_id == actor.organisation_id,
            or_(_signs(actor), and_(Agreement.state.in_(AGREEMENT_PROPOSED), unnamed)),
        )
    )
    return rows(
        AGREEMENT,
        query,
        case((unnamed, "agreement.name_signer"), else_="agreement.sign"),
        **within(SIGN_DAYS, Agreement.state_since),
        **name_columns(),
    )


def _signs(actor: Actor) -> ColumnElement[bool]:
    """Whether the row's version is open to the signature that this person has not given."""
    signed = select(Signature.party_id).where(Signature.party_id == AgreementParty.id)
    offered = and_(Agreement.state == "amending", AgreementVersion.offered_at.is_not(None))
    return and_(or_(Agreement.state == "signing", offered), AgreementParty.signer_id == actor.user_id, ~signed.exists())
