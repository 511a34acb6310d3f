"""Every route × every role, on things of the cast, of strangers, and that do not exist.

READERS says who may open each page of the cast's own things in a closed call, DOERS who may press each button
there, whatever else its form needs; both leave out what no address made here leads to (the links of mails, say).
A route that is missing there fails the first test.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.crawl import Walker, addresses, routes, status_of
from tests.estate import Estate
from tests.factories import World

GROUPS: dict[str, frozenset[str]] = {
    "everybody": frozenset(World.ROLES),
    "parties": frozenset(
        {"company_owner", "company_member", "startup_owner", "startup_member", "other_company", "other_startup"}
    ),
    "centre_staff": frozenset({"manager", "broker", "cooperating_manager", "foreign_manager"}),
    "people": frozenset(World.ROLES) - {"anonymous"},
    "company": frozenset({"company_owner", "company_member"}),
    "startup": frozenset({"startup_owner", "startup_member"}),
    "others": frozenset({"other_company", "other_startup"}),
    "staff": frozenset({"manager", "broker"}),
    "networks": frozenset({"network_staff", "foreign_network_staff"}),
}

READERS: dict[str, str] = {
    "applications.board": "staff",
    "applications.comparison": "staff cooperating_manager company network_staff",
    "applications.decide": "staff",
    "applications.draft": "startup",
    "applications.index": "people",
    "applications.judge": "staff",
    "applications.new_in_call": "parties",
    "applications.new_in_challenge": "parties",
    "applications.of_call": "staff cooperating_manager network_staff",
    "applications.opinion": "company",
    "applications.own_check": "startup",
    "applications.preview": "company startup staff network_staff",
    "applications.receipt": "startup",
    "applications.release": "manager",
    "applications.revision": "company startup staff network_staff",
    "applications.screening_of": "staff network_staff",
    "applications.screening_of_call": "staff",
    "applications.show": "company startup staff network_staff",
    "assets.show": "",
    "challenges.edit": "company",
    "challenges.edit_section": "company",
    "challenges.fitting": "company",
    "challenges.home": "everybody",
    "challenges.index": "everybody",
    "challenges.invitations": "company",
    "challenges.mine": "company other_company",
    "challenges.new": "company other_company",
    "challenges.preview": "company staff network_staff",
    "challenges.review": "company staff network_staff",
    "challenges.reviews": "centre_staff networks",
    "challenges.show": "everybody",
    "collaborations.agreement": "company startup staff network_staff",
    "collaborations.agreement_differences": "company startup staff network_staff",
    "collaborations.claim_outcome": "startup",
    "collaborations.correct_outcome": "startup staff",
    "collaborations.edit_agreement": "staff",
    "collaborations.give_opinion": "company",
    "collaborations.history": "company startup staff network_staff",
    "collaborations.index": "parties centre_staff networks",
    "collaborations.milestone": "company startup staff network_staff",
    "collaborations.name_signer": "startup staff",
    "collaborations.of_pairing": "company startup staff network_staff",
    "collaborations.plan_milestone": "startup staff",
    "collaborations.set_next_step": "company",
    "collaborations.show": "company startup staff network_staff",
    "collaborations.terminate": "staff",
    "collaborations.write_report": "startup",
    "desk.show": "people",
    "health.show": "everybody",
    "network.add_rule": "",
    "network.amend_call": "staff",
    "network.call": "everybody",
    "network.calls": "everybody",
    "network.centre": "everybody",
    "network.centres": "everybody",
    "network.change_rule": "staff",
    "network.edit_call": "staff",
    "network.edit_centre": "manager",
    "network.edit_money": "staff",
    "network.edit_notice": "staff",
    "network.edit_programme": "staff",
    "network.edit_rules": "staff",
    "network.edit_stages": "staff",
    "network.impose_sanction": "manager cooperating_manager foreign_manager",
    "network.network": "network_staff",
    "network.new_call": "",
    "network.new_programme": "manager cooperating_manager foreign_manager",
    "network.own_network": "networks",
    "network.preview_call": "staff",
    "network.programme": "everybody",
    "network.programmes": "everybody",
    "network.record_award": "manager cooperating_manager foreign_manager",
    "network.reopen_call": "manager",
    "notifications.index": "people",
    "notifications.mail": "",
    "notifications.mails": "everybody",
    "notifications.operations": "networks",
    "pairings.export": "centre_staff networks",
    "pairings.index": "parties centre_staff networks",
    "pairings.new": "centre_staff",
    "pairings.show": "company startup staff network_staff",
    "questions.new": "startup other_startup",
    "questions.of_challenge": "everybody",
    "questions.show": "startup staff",
    "people.accept_invitation": "",
    "people.ask_reset": "everybody",
    "people.ask_verification": "everybody",
    "people.close_account": "people",
    "people.edit_organisation": "startup_owner",
    "people.members": "staff cooperating_manager startup network_staff",
    "people.new_organisation": "people",
    "people.organisations": "people",
    "people.own_organisation": "people",
    "people.password": "people",
    "people.privacy": "everybody",
    "people.reset_password": "",
    "people.reset_sent": "everybody",
    "people.settings": "people",
    "people.show_organisation": "everybody",
    "people.sign_in": "everybody",
    "people.sign_up": "everybody",
    "people.signed_up": "everybody",
    "people.switch": "people",
    "people.terms": "everybody",
    "people.verifications": "centre_staff",
    "people.verify_email": "",
}
DOERS: dict[str, str] = {
    "applications.call_eligibility": "staff",
    "applications.call_release": "manager",
    "applications.confirm": "startup",
    "applications.create": "parties",
    "applications.decision_rank": "staff",
    "applications.decision_removal": "staff",
    "applications.declare": "parties",
    "applications.declines": "staff",
    "applications.discard": "startup",
    "applications.eligibility": "staff",
    "applications.give_opinion": "company",
    "applications.ineligibility": "staff",
    "applications.keep": "startup",
    "applications.override": "staff",
    "applications.prepare": "staff",
    "applications.refuse_place": "startup",
    "applications.reopen": "startup",
    "applications.results": "staff",
    "applications.save": "startup",
    "applications.shortlisting": "staff",
    "applications.shortlisting_removal": "staff",
    "applications.sign_off": "",
    "applications.step_back": "startup",
    "applications.submit": "startup",
    "applications.take_place": "startup",
    "applications.withdraw": "startup",
    "challenges.accept": "staff",
    "challenges.archive": "staff",
    "challenges.ask_changes": "staff",
    "challenges.autosave": "company",
    "challenges.comment": "company staff",
    "challenges.create": "company other_company",
    "challenges.leave_unfilled": "staff",
    "challenges.place": "staff",
    "challenges.publish": "staff",
    "challenges.invite": "company",
    "challenges.publish_many": "centre_staff",
    "challenges.reject": "staff",
    "challenges.save_section": "company",
    "challenges.submit": "company",
    "challenges.take_up": "staff",
    "challenges.withdraw": "company",
    "collaborations.claim_outcome": "startup",
    "collaborations.confirm": "staff",
    "collaborations.consent_to_publication": "company startup",
    "collaborations.correct_outcome": "startup staff",
    "collaborations.edit_agreement": "staff",
    "collaborations.edit_milestone": "startup staff",
    "collaborations.give_opinion": "company",
    "collaborations.join_centre": "staff",
    "collaborations.judge_milestone": "company staff",
    "collaborations.judge_result": "staff",
    "collaborations.name_signer": "startup staff",
    "collaborations.offer_amendment": "staff",
    "collaborations.plan_milestone": "startup staff",
    "collaborations.reschedule_milestone": "company staff",
    "collaborations.set_next_step": "company",
    "collaborations.sign": "",
    "collaborations.take_agreement_step": "staff",
    "collaborations.take_outcome_step": "company",
    "collaborations.take_step": "company startup staff",
    "collaborations.terminate": "staff",
    "collaborations.write_note": "company startup staff",
    "collaborations.write_report": "startup",
    "desk.join": "",
    "network.add_rule": "",
    "network.add_stage": "staff",
    "network.amend_call": "staff",
    "network.cancel_call": "manager",
    "network.change_rule": "staff",
    "network.close_out_call": "manager",
    "network.copy_call": "manager",
    "network.create_call": "",
    "network.edit_centre": "manager",
    "network.edit_money": "staff",
    "network.edit_notice": "staff",
    "network.edit_programme": "staff",
    "network.impose_sanction": "manager cooperating_manager foreign_manager",
    "network.lift_sanction": "manager cooperating_manager",
    "network.move_stage": "staff",
    "network.new_programme": "manager cooperating_manager foreign_manager",
    "network.publish_call": "manager",
    "network.record_award": "manager cooperating_manager foreign_manager",
    "network.remove_rule": "staff",
    "network.remove_stage": "staff",
    "network.reopen_call": "manager",
    "network.save_days": "staff",
    "network.save_stage": "staff",
    "notifications.mark_read": "people",
    "notifications.retry_mail": "",
    "notifications.retry_reaction": "",
    "pairings.answer": "company startup",
    "pairings.create": "centre_staff",
    "pairings.lapse": "staff",
    "pairings.remind": "staff",
    "questions.answer": "staff",
    "questions.ask": "startup other_startup",
    "questions.correct": "staff",
    "questions.decline": "staff",
    "questions.publish": "staff",
    "questions.withdraw": "startup",
    "people.accept_invitation_now": "",
    "people.add_affiliation": "",
    "people.add_representative": "startup_owner",
    "people.ask_corrections": "staff cooperating_manager",
    "people.ask_reset_now": "everybody",
    "people.ask_verification_now": "everybody",
    "people.change_password": "people",
    "people.change_role": "startup_owner",
    "people.change_settings": "people",
    "people.close_account_now": "people",
    "people.consent": "people",
    "people.create_organisation": "people",
    "people.end_membership": "startup_owner",
    "people.end_session": "",
    "people.end_sessions": "people",
    "people.invite": "startup_owner",
    "people.remove_affiliation": "startup_owner",
    "people.remove_representative": "startup_owner",
    "people.remove_year": "",
    "people.reset_password_now": "everybody",
    "people.revoke_invitation": "startup_owner",
    "people.save_organisation": "startup_owner",
    "people.set_year": "startup_owner",
    "people.sign_in_now": "everybody",
    "people.sign_out": "everybody",
    "people.sign_up_now": "everybody",
    "people.submit_organisation": "startup_owner",
    "people.switch_now": "people",
    "people.verify_email_now": "",
    "people.verify_organisation": "staff cooperating_manager",
}


# Done; asked for what is missing; not in this state. And: not for this role; a link that leads nowhere or has ended.
DONE = (200, 303, 400, 409, 422)
REFUSED = (403, 404, 410)
SIGN_IN = (*REFUSED, 401)


def roles(words: str) -> frozenset[str]:
    """The roles that groups and roles name."""
    return frozenset().union(*(GROUPS.get(word, frozenset({word})) for word in words.split()))


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    for method, table, name in (("GET", READERS, "READERS"), ("POST", DOERS, "DOERS")):
        known = {rule.endpoint for rule in routes(app, method)}
        assert known - set(table) == set(), f"add these to {name} in tests/test_roles.py: who may use them?"
        assert set(table) - known == set(), f"{name} in tests/test_roles.py names routes that are gone"


@pytest.mark.crawl
@pytest.mark.parametrize("role", World.ROLES)
@pytest.mark.parametrize(("method", "table"), [("GET", READERS), ("POST", DOERS)])
def test_routes_answer_those_who_may_use_them(
    peopled: tuple[Flask, Estate], role: str, method: str, table: dict[str, str]
) -> None:
    app, estate = peopled
    walker, wrong = Walker(app, estate, role), []
    for address in addresses(app, estate, method, "late"):
        status = status_of(walker.get(address.path) if method == "GET" else walker.post(address.path))
        if address.path == "/healthz":
            assert status == 503, "no worker runs here"
            continue
        may = role in roles(table[address.endpoint])
        if status not in (DONE if may else SIGN_IN if role == "anonymous" else REFUSED):
            wrong.append(f"{address.endpoint} ({address.path}) answers {status}, {'may' if may else 'may not'}")
    assert not wrong, "\n".join(wrong)
