"""Organisations and their people, with what an organisation has in the estate."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import update

from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people import passwords
from marketplace.people.models import (
    Affiliation,
    Claim,
    Contact,
    Invitation,
    Membership,
    Organisation,
    OrganisationText,
    Representative,
    User,
)
from tests.factories import Case, add, days_from_now, makes, now, number
from tests.roles import STAFF, STARTUP

CLAIMED = "Vulture evidence of a claimant"  # in a claim on an imported organisation
# Of an organisation, for its own people and the staff who deal with it, and for no other network: its register number,
# a founder, a member's address, an award and an exclusion on its record.
OURS = "Gharial"
THEIRS = "Basilisk"

SECRETS = {
    CLAIMED: STAFF | {"network_staff", "foreign_manager", "foreign_network_staff"},
    OURS: STARTUP | STAFF | {"network_staff"},
    THEIRS: {"other_startup", "foreign_manager", "foreign_network_staff"},
}
WORDS = {"consents": "contact", "sessions": 999_999_999}
READERS = {
    "": "accept_invitation reset_password verify_email",
    "centre_staff networks": "verifications",
    "everybody": """
        ask_reset ask_verification new_claim organisations privacy reset_sent show_organisation sign_in sign_up
        signed_up terms
    """,
    "people": "close_account new_organisation own_organisation password settings switch",
    "staff network_staff": "claims show_claim",
    "staff startup network_staff": "members",
    "startup_owner": "contacts edit_organisation preview_organisation visibility",
}
DOERS = {
    "": "accept_invitation_now add_affiliation end_session join remove_year verify_email_now withdraw_claim",
    "everybody": "ask_reset_now ask_verification_now reset_password_now sign_in_now sign_out sign_up_now",
    "people": """
        change_password change_settings close_account_now consent create_organisation end_sessions make_claim
        switch_now
    """,
    "staff": "accept_claim ask_corrections refuse_claim verify_organisation",
    "startup_owner": """
        add_contact add_representative change_role choose_shown end_membership invite remove_affiliation
        remove_contact remove_representative revoke_invitation save_organisation set_year submit_organisation
    """,
}

PASSWORD = "four quiet rivers"
NEW = {"name": "Neu", "email": "new@people.example", "password": PASSWORD, "terms": "y", "privacy": "y"}


@cache
def stored_hash(password: str = PASSWORD) -> str:
    """What is stored of a password."""
    return passwords.hash_password(password)


def let_everybody_sign_in() -> None:
    """Give this password to all who have none."""
    db.session.execute(update(User).where(User.password_hash.is_(None)).values(password_hash=stored_hash()))


@makes
def make_organisation(kind: str = "startup", name: str = "", **values: Any) -> Organisation:
    n = number()
    name = name or f"Invented {kind} {n}"
    values.setdefault("region_code", "KR-27")  # migrations bring the real regions
    values.setdefault("state", "verified")
    values.setdefault("is_listed", True)
    values.setdefault("legal_form", "company")
    values.setdefault("registered_on", date(2023, 5, 1))
    values.setdefault("registration_scheme", "KR-BRN")
    values.setdefault("registration_number", f"{n:010}")
    texts = {"en": OrganisationText(locale="en", name=name, description="Makes invented things.")}
    return add(Organisation(kind=kind, texts=texts, **values))


@makes
def make_user(name: str = "", **values: Any) -> User:
    n = number()
    values.setdefault("email", f"person{n}@people.example")
    values.setdefault("email_verified_at", now())
    return add(User(name=name or f"Person {n}", **values))


@makes
def make_member(organisation: Organisation, role: str = "owner", user: User | None = None) -> Membership:
    return add(Membership(user=user or make_user(), organisation=organisation, role=role))


def actor_of(membership: Membership | None, user: User | None = None) -> Actor:
    """The actor a person is, acting for one membership."""
    if membership is None:
        return Actor(user_id=user.id, name=user.name, email_verified=True) if user else ANONYMOUS
    organisation = membership.organisation
    return Actor(
        user_id=membership.user.id,
        name=membership.user.name,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        organisation_verified=organisation.is_verified,
        role=membership.role,
        membership_id=membership.id,
        seats=1,
        email_verified=True,
    )


def secret_of(case: Case) -> str:
    """What is written into the private parts of a case's startup."""
    return THEIRS if case.mark else OURS


def _late(case: Case) -> dict[str, Any]:
    startup, secret = case.startup, secret_of(case)
    for organisation in (case.company, startup):
        organisation.verifying_centre_id = case.programme.managing_centre.id
    startup.registration_scheme, startup.registration_number = "A register", f"{secret}-77"
    return {
        "organisations": startup,
        "memberships": make_member(startup, "member", make_user(f"{secret} Member")),
        "invitations": _invitation(startup, case.author),
        "representatives": add(Representative(organisation_id=startup.id, name=f"{secret} Founder")),
        "claims": _claim(startup),
        "contacts": add(Contact(organisation_id=startup.id, locale="en", name="Con Tact", role="Pilot projects")),
        "affiliations": add(Affiliation(organisation_id=startup.id, other_id=case.company.id, kind="affiliate")),
        "years": 2025,
    }


def _invitation(organisation: Organisation, inviter: User) -> Invitation:
    return add(
        Invitation(
            organisation_id=organisation.id,
            email=f"{secrets.token_hex(4)}@people.example",
            role="member",
            token_hash=hashlib.sha256(secrets.token_bytes()).hexdigest(),
            invited_by_id=inviter.id,
            expires_at=days_from_now(7),
        )
    )


def _claim(beside: Organisation) -> Claim:
    """A claim on an imported organisation, which the centre of another looks at."""
    imported = make_organisation(
        "startup", state="unverified", source="a register", source_id=secrets.token_hex(4),
        region_code=beside.region_code,
    )  # fmt: skip
    return add(
        Claim(
            organisation=imported, user=make_user(), position="Founder", reason=CLAIMED,
            centre_id=beside.verifying_centre_id,
        )
    )  # fmt: skip


ESTATE = {"late": _late}
