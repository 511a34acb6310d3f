"""An application's way from a draft to an answer."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import Machine, State, Step, words


def is_complete(application: Any) -> Any:
    draft = application.draft
    wanted = ("title", "solution", "fit", "evidence", "team", "timeline")
    if draft is None or any(not (getattr(draft, name) or "").strip() for name in wanted):
        return _l(
            "Fill in the title, the solution, its fit with the need, the evidence, the team and the timeline first."
        )
    if draft.trl_now is None or draft.amount is None:
        return _l("Give the readiness level you have reached and the amount you ask for first.")
    return None


def all_signed_off(application: Any) -> Any:
    if any(party.must_sign_off and not party.has_signed_off for party in application.parties):
        return _l("Every party has to confirm this version before it is submitted.")
    return None


APPLICATION = Machine(
    subject="application",
    initial="draft",
    states={
        "draft": State("quiet", _l("Draft"), _l("Draft")),
        "submitted": State("waiting", _l("Submitted"), _l("Eligibility to confirm"), _l("Submitted")),
        "eligible": State("moving", _l("Eligible"), _l("Eligible"), _l("Eligibility is checked")),
        "ineligible": State("stopped", _l("Not eligible"), _l("Not eligible")),
        "shortlisted": State("moving", _l("Shortlisted"), _l("Shortlisted"), _l("Shortlist")),
        "selected": State("done", _l("Selected"), _l("Selected"), _l("Decision")),
        "reserve": State("waiting", _l("On the reserve list"), _l("Reserve")),
        "declined": State("stopped", _l("Not selected"), _l("Declined")),
        "withdrawn": State("stopped", _l("Withdrawn"), _l("Withdrawn")),
        "stepped_back": State("stopped", _l("Stepped back"), _l("Stepped back")),
    },
    steps=(
        Step(
            "application.submit",
            ("draft",),
            "submitted",
            _l("Submit application"),
            _l("submitted the application"),
            (is_complete, all_signed_off),
        ),
        Step(
            "application.confirm_eligible",
            ("submitted", "ineligible"),
            "eligible",
            _l("Confirm eligibility"),
            _l("confirmed that the application is eligible"),
        ),
        Step(
            "application.find_ineligible",
            ("submitted", "eligible"),
            "ineligible",
            _l("Not eligible"),
            _l("found the application not eligible"),
            reason=True,
        ),
        Step(
            "application.shortlist",
            ("eligible",),
            "shortlisted",
            _l("Shortlist"),
            _l("put the application on the shortlist"),
        ),
        Step(
            "application.unshortlist",
            ("shortlisted",),
            "eligible",
            _l("Take off the shortlist"),
            _l("took the application off the shortlist"),
        ),
        Step("application.select", ("shortlisted",), "selected", _l("Select"), _l("selected the application")),
        Step(
            "application.put_on_reserve",
            ("shortlisted",),
            "reserve",
            _l("Put on the reserve list"),
            _l("put the application on the reserve list"),
        ),
        Step(
            "application.decline",
            ("eligible", "shortlisted"),
            "declined",
            _l("Decline"),
            _l("declined the application"),
            reason=True,
        ),
        Step(
            "application.take_place",
            ("reserve",),
            "selected",
            _l("Take the place"),
            _l("took the place offered from the reserve"),
        ),
        Step(
            "application.withdraw",
            ("draft", "submitted", "eligible", "shortlisted"),
            "withdrawn",
            _l("Withdraw"),
            _l("withdrew the application"),
            reason=True,
        ),
        Step(
            "application.step_back",
            ("selected", "reserve"),
            "stepped_back",
            _l("Step back"),
            _l("stepped back after the decision"),
            reason=True,
        ),
    ),
)

words("application.open_file", _l("opened the application"), staff_only=True)
words("application.override_rule", _l("judged an eligibility rule otherwise"), staff_only=True)
words("application.check_again", _l("had the eligibility rules checked again"), staff_only=True)
words("application.give_opinion", _l("gave its view on the fit"), staff_only=True)
