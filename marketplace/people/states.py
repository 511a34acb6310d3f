"""An organisation's standing with the centres: who looked at its registration, and what they found."""

from __future__ import annotations

from typing import Any

from marketplace.kernel import turns
from marketplace.kernel.audiences import OWN, READERS, Audience
from marketplace.kernel.locales import _l, _lp
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

CLAIMANT = Audience(("claimant",))

MailKind(
    "access",
    20,
    _l("Access to your account"),
    _l("Links to confirm your address, set a new password or accept an invitation."),
    fixed=_l("It protects your account and is sent only when somebody asks for it, so it always comes."),
)
MailKind(
    "organisation",
    80,
    _l("Your organisation"),
    _l("Its verification, corrections that a centre asks for, and the answer to a claim."),
    ("organisation", "claim"),
)

_LINK = "a link by mail answers it"
_TO_VERIFY = "the centre finds it among those to verify"
_ON_RECORD = "it is on record for whoever looks into it, and whoever fails may be a stranger"
_NEXT_PAGE = "the person sees it at the next page"

# What a centre looks up in the register, in the words of the profile.
NEEDED = {
    "registration_number": _l("Registration number"),
    "opened_on": _l("Opening date"),
    "registered_on": _l("Registration date"),
    "region_code": _l("Region of the headquarters"),
}


class FieldNames:
    """Names of fields, joined when they are read, in the language of whoever reads."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def __str__(self) -> str:
        return ", ".join(str(NEEDED[name]) for name in self.names)


def has_registration(organisation: Any) -> Any:
    other = "registered_on" if organisation.legal_form == "sole_trader" else "opened_on"
    missing = [name for name in NEEDED if name != other and not getattr(organisation, name)]
    return _l("Still missing in the profile: %(fields)s.", fields=FieldNames(missing)) if missing else None


ORGANISATION = Machine(
    subject="organisation",
    initial="unverified",
    states={
        "unverified": State("quiet", _l("Not verified yet"), _l("Not verified yet"), turns.READERS),
        "submitted": State("waiting", _l("With the centre for verification"), _l("To verify"), turns.CENTRE),
        "corrections": State("waiting", _l("Corrections asked"), _l("Corrections asked"), turns.READERS),
        "verified": State("done", _l("Verified"), _l("Verified"), turns.NOBODY),
    },
    steps=(
        Step(
            "organisation.submit", ("unverified", "corrections"), "submitted", _l("Ask for verification"),
            _l("asked for verification"), (has_registration,), silent=_TO_VERIFY,
        ),
        Step(
            "organisation.verify", ("submitted", "unverified", "corrections"), "verified", _l("Verify"),
            _l("verified the organisation"), (has_registration,), tells=READERS,
        ),
        Step(
            "organisation.ask_corrections", ("submitted", "verified", "unverified"), "corrections",
            _l("Ask for corrections"), _l("asked for corrections"), reason=True, tells=READERS,
        ),
        Step(
            "organisation.amend", ("verified",), "submitted", _l("Change verified facts"), _l("changed verified facts"),
            silent=_TO_VERIFY,
        ),
    ),
)  # fmt: skip


def is_unclaimed(claim: Any) -> Any:
    if not claim.organisation.is_reference:
        return _l("The organisation is managed by its people already.")
    return None


def has_confirmed(claim: Any) -> Any:
    if claim.user.email_verified_at is None or claim.user.deactivated_at is not None:
        return _l("This person has no account with a confirmed e-mail address any more.")
    return None


CLAIM = Machine(
    subject="claim",
    initial="open",
    states={
        "open": State(
            "waiting", _l("With the centre"), _l("To decide"),
            turns.CENTRE.to(_l("The centre, or its network, looks at your claim")),
        ),
        "accepted": State("done", _l("Accepted"), _l("Accepted"), turns.NOBODY),
        "refused": State("stopped", _l("Refused"), _l("Refused"), turns.NOBODY),
        "lapsed": State("stopped", _l("Ended without a decision"), _l("Ended without a decision"), turns.NOBODY),
        "withdrawn": State("quiet", _lp("claim", "Withdrawn"), _lp("claim", "Withdrawn"), turns.NOBODY),
    },
    steps=(
        Step(
            "claim.accept", ("open",), "accepted", _l("Accept the claim"), _l("accepted the claim"),
            (is_unclaimed, has_confirmed), tells=CLAIMANT,
        ),
        Step(
            "claim.refuse", ("open",), "refused", _l("Refuse the claim"), _l("refused the claim"), reason=True,
            tells=CLAIMANT,
        ),
        Step("claim.lapse", ("open",), "lapsed", _l("End the claim"), _l("ended the claim"), tells=CLAIMANT),
        Step(
            "claim.withdraw", ("open",), "withdrawn", _l("Withdraw the claim"), _l("withdrew the claim"),
            silent="the centre no longer finds it among those to decide",
        ),
    ),
)  # fmt: skip

Words("user.sign_up", _l("signed up"), silent=_LINK)
Words("user.sign_up_again", _l("tried to sign up again"), staff_only=True, silent=_LINK)
Words("user.verify_email", _l("confirmed the e-mail address"), silent=OWN)
Words("user.ask_verification", _l("asked for the confirmation mail again"), silent=_LINK)
Words("user.ask_reset", _l("asked for a new password"), staff_only=True, silent=_LINK)
Words("user.ask_in_vain", _l("asked for a mail in vain"), staff_only=True, silent=_LINK)
Words("user.change_password", _l("changed the password"), silent=OWN)
Words("user.change", _l("changed the personal settings"), silent=OWN)
Words("user.give_consent", _l("gave a consent"), silent=OWN)
Words("user.withdraw_consent", _l("withdrew a consent"), silent=OWN)
Words("user.end_sessions", _l("signed out other devices"), silent=OWN)
Words("user.sign_in", _l("signed in"), silent=OWN)
Words("user.sign_out", _l("signed out"), silent=OWN)
Words("user.fail_sign_in", _l("failed to sign in"), staff_only=True, silent=_ON_RECORD)
Words("user.lock_out", _l("has to wait after failed sign-ins"), staff_only=True, silent=_ON_RECORD)
Words("user.deactivate", _l("closed the account"), silent=OWN)
Words("organisation.create", _l("added the organisation"), silent=OWN)
Words("organisation.edit", _l("changed the profile"), silent=OWN)
Words("organisation.choose_centre", _l("chose the centre that verifies it"), silent=_TO_VERIFY)
Words("organisation.gain_affiliation", _l("declared a connection with the organisation"), tells=READERS)
Words("organisation.choose_shown", _l("chose what others see"), silent=OWN)
Words("organisation.claim", _l("came into the hands of its people"), silent="the claim that was accepted tells it")
Words("claim.make", _l("claimed the organisation"), silent="the centre finds it on its desk and among those to verify")
Words("invitation.send", _l("invited a person"), silent=_LINK)
Words("invitation.accept", _l("accepted an invitation"), silent="the list of members shows it")
Words("invitation.revoke", _l("took an invitation back"), silent="the link simply ends")
Words("membership.change_role", _l("changed a member’s role"), silent=_NEXT_PAGE)
Words("membership.end", _l("ended a membership"), silent=_NEXT_PAGE)

UNVERIFIED = ORGANISATION.named("unverified", "unverified", "corrections")
