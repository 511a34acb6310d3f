"""An organisation's standing with the centres: who looked at its registration, and what they found."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import Machine, State, Step, words


def has_registration(organisation: Any) -> Any:
    if not organisation.registration_number or not organisation.region_code or not organisation.started_on:
        return _l("Give the registration number, the starting date and the headquarters region first.")
    return None


ORGANISATION = Machine(
    subject="organisation",
    initial="unverified",
    states={
        "unverified": State("quiet", _l("Not verified yet"), _l("Not verified yet")),
        "submitted": State("waiting", _l("With the centre for verification"), _l("To verify")),
        "corrections": State("waiting", _l("Corrections asked"), _l("Corrections asked")),
        "verified": State("done", _l("Verified"), _l("Verified")),
    },
    steps=(
        Step(
            "organisation.submit",
            ("unverified", "corrections"),
            "submitted",
            _l("Ask for verification"),
            _l("asked for verification"),
            (has_registration,),
        ),
        Step(
            "organisation.verify",
            ("submitted", "unverified", "corrections"),
            "verified",
            _l("Verify"),
            _l("verified the organisation"),
            (has_registration,),
        ),
        Step(
            "organisation.ask_corrections",
            ("submitted", "verified", "unverified"),
            "corrections",
            _l("Ask for corrections"),
            _l("asked for corrections"),
            reason=True,
        ),
        Step(
            "organisation.amend",
            ("verified",),
            "submitted",
            _l("Change verified facts"),
            _l("changed verified facts"),
        ),
    ),
)

words("user.sign_up", _l("signed up"))
words("user.sign_up_again", _l("tried to sign up again"), staff_only=True)
words("user.verify_email", _l("confirmed the e-mail address"))
words("user.ask_verification", _l("asked for the confirmation mail again"))
words("user.ask_reset", _l("asked for a new password"), staff_only=True)
words("user.change_password", _l("changed the password"))
words("user.change", _l("changed the personal settings"))
words("user.give_consent", _l("gave a consent"))
words("user.withdraw_consent", _l("withdrew a consent"))
words("user.end_sessions", _l("signed out other devices"))
words("user.deactivate", _l("closed the account"))
words("organisation.create", _l("added the organisation"))
words("organisation.edit", _l("changed the profile"))
words("organisation.choose_shown", _l("chose what others see"))
words("invitation.send", _l("invited a person"))
words("invitation.accept", _l("accepted an invitation"))
words("invitation.revoke", _l("took an invitation back"))
words("membership.change_role", _l("changed a member’s role"))
words("membership.end", _l("ended a membership"))
