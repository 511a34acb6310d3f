"""Challenges, among them one whose company hides its name and one for a few."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge, ChallengeSnapshot, ChallengeText, ReviewComment
from marketplace.people.models import Organisation
from tests.calls.cast import make_call
from tests.factories import Case, add, days_from_now, makes, now, number
from tests.network.cast import make_centre
from tests.people.cast import make_member, make_organisation
from tests.roles import COMPANY, STAFF

HIDDEN_COMPANY = "Nightjar Industries"  # the name of an anonymous company
HIDDEN_OWNER = "Ottoline Quillfeather"  # its problem owner
INVITED = "Pangolin challenge for a few"  # the title of a challenge for invited startups
REVIEWED = "Axolotl remark of the review"  # in the review of a challenge

SECRETS = {
    HIDDEN_COMPANY: STAFF | {"network_staff"},
    HIDDEN_OWNER: STAFF | {"network_staff"},
    INVITED: COMPANY | STAFF | {"network_staff"},
    REVIEWED: COMPANY | STAFF,
}
WORDS = {"edit": "need", "sections": "need", "drafts": "need"}
READERS = {
    "centre_staff networks": "reviews",
    "company": "edit edit_section fitting invitations new_correction",
    "company other_company": "mine new",
    "company staff network_staff": "preview review",
    "everybody": "show",
}
DOERS = {
    "centre_staff": "publish_many",
    "company": "autosave correct invite save_section submit withdraw",
    "company other_company": "create",
    "company staff": "comment",
    "staff": "accept archive ask_changes leave_unfilled place publish reject take_up",
}


@makes
def make_challenge(organisation: Organisation | None = None, call: Call | None = None, **values: Any) -> Challenge:
    """A complete challenge, open in a call unless told otherwise."""
    n = number()
    values.setdefault("state", "open")
    if values["state"] not in ("draft", "submitted", "in_review", "revision", "rejected") and call is None:
        call = make_call()
    if values["state"] == "open":
        values.setdefault("published_at", now())
    values.setdefault("centre", call.programme.managing_centre if call and call.programme else make_centre())
    values.setdefault("fields", ["water"])
    values.setdefault("resources", ["data", "site"])
    values.setdefault("trl_from", 4)
    values.setdefault("trl_to", 6)
    values.setdefault("ip_option", "startup_keeps")
    values.setdefault("owner_name", f"Owner Secretname {n}")
    values.setdefault("owner_role", "Head of works")
    values.setdefault("decision_date", days_from_now(40).date())
    values.setdefault("budget", Decimal(140_000_000))
    values.setdefault("currency", "KRW")
    text = ChallengeText(
        locale="en",
        title=f"Find leaks in old pipes {n}",
        summary="Old pipes leak and nobody sees where.",
        problem="Iron pipes of sixty years lose a sixth of the water.",
        why_now="Tariffs rise next year.",
        success_criteria="A leak is found within three metres.",
        purchase_route="Direct purchase up to a limit.",
        anonymous_as="A public utility in the south",
    )
    return add(
        Challenge(
            organisation=organisation or make_organisation("public"),
            call=call,
            texts={"en": text},
            **values,
        )
    )


def _early(case: Case) -> dict[str, Any]:
    challenge = make_challenge(case.company, state="in_review", centre=case.programme.managing_centre)
    add(ChallengeSnapshot(challenge_id=challenge.id, number=1, content={}))
    add(ReviewComment(challenge_id=challenge.id, author_id=case.people["manager"].user_id, text=REVIEWED))
    return {"challenges": challenge}


def _anonymous(case: Case) -> dict[str, Any]:
    """An anonymous company's open challenge, and one for invited startups alone."""
    hidden = make_organisation("large", HIDDEN_COMPANY)
    make_member(hidden, "owner")
    challenge = make_challenge(
        hidden, case["calls"], visibility="anonymous", owner_name=HIDDEN_OWNER, described_kind="large",
        described_country="KR", described_region="KR-27",
    )  # fmt: skip
    hidden.state = "submitted"  # so that no directory of verified organisations names it
    for _ in range(5):
        make_organisation("large")
    make_challenge(case.company, case["calls"], visibility="invited").texts["en"].title = INVITED
    return {"challenges": challenge, "organisations": hidden}


ESTATE = {
    "late": lambda case: {"challenges": make_challenge(case.company, case["calls"], state="closed")},
    "sealed": lambda case: {"challenges": make_challenge(case.company, case["calls"])},
    "early": _early,
    "anonymous": _anonymous,
}
