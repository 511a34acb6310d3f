"""What people do: accounts, tokens, members, profiles. Results in the database, not calls."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Missing, Stale
from marketplace.kernel.events import Event
from marketplace.people import actions, member_actions, organisation_actions, passwords, queries
from marketplace.people.models import (
    Affiliation,
    Consent,
    Invitation,
    MailToken,
    Membership,
    Organisation,
    User,
    UserSession,
)
from marketplace.people.sessions import load_session, open_session
from tests.history import steps_of
from tests.people.cast import PASSWORD, make_member, make_organisation, make_user, stored_hash
from tests.world import World

BOTH = ("terms", "privacy")


def person(**values: Any) -> User:
    values.setdefault("password_hash", stored_hash(PASSWORD))
    user: User = make_user(**values)
    return user


def test_sign_up_makes_a_person_with_consents_and_an_organisation(world: World) -> None:
    actions.sign_up(
        "Ada", "New@People.example", PASSWORD, locale="fr", consents=(*BOTH, "contact"),
        organisation_kind="startup", organisation_name="Neuf",
    )  # fmt: skip
    user = queries.user_by_email("new@people.example")
    assert user is not None and user.email_verified_at is None and user.locale == "fr"
    assert set(queries.consents_of(user.id)) == {"terms", "privacy", "contact"}
    assert [
        (m.role, m.organisation.kind, m.organisation.name("fr"), m.organisation.state) for m in user.memberships
    ] == [("owner", "startup", "Neuf", "unverified")]
    assert steps_of(user) == ["user.sign_up"]


@pytest.mark.parametrize("missing", BOTH)
def test_sign_up_needs_both_consents(world: World, missing: str) -> None:
    given = [kind for kind in BOTH if kind != missing]
    with pytest.raises(Invalid) as refused:
        actions.sign_up("Ada", "new@people.example", PASSWORD, locale="en", consents=given)
    assert refused.value.field == missing
    assert queries.user_by_email("new@people.example") is None


def test_sign_up_with_a_known_address_changes_nothing_and_tells_its_owner(world: World) -> None:
    user = person(name="First", email="ada@people.example")
    actions.sign_up("Second", "ada@people.example", "another password", locale="ko", consents=BOTH,
                    organisation_kind="startup", organisation_name="Ghost")  # fmt: skip
    db.session.refresh(user)
    assert (user.name, passwords.fits(user.password_hash, PASSWORD)) == ("First", True)
    assert steps_of(user) == ["user.sign_up_again"]
    assert not db.session.scalars(select(Organisation).where(Organisation.texts.any(name="Ghost"))).all()


def test_mails_to_one_person_are_limited_within_an_hour(world: World) -> None:
    user = person(email="ada@people.example")
    for _ in range(8):
        actions.ask_reset("ada@people.example")
    assert steps_of(user) == ["user.ask_reset"] * 5


def test_a_verification_link_works_once(world: World) -> None:
    user = person(email_verified_at=None)
    token = actions.issue_token(user, "verify_email")
    assert db.session.scalars(select(MailToken.token_hash)).all() == [actions.token_hash(token)]
    actions.verify_email(token)
    assert user.email_verified_at is not None
    with pytest.raises(Missing):
        actions.verify_email(token)
    assert steps_of(user) == ["user.verify_email"]


def test_a_newer_token_replaces_an_older_one(world: World) -> None:
    user = person()
    old, new = actions.issue_token(user, "reset_password"), actions.issue_token(user, "reset_password")
    with pytest.raises(Missing):
        actions.reset_password(old, "a new passphrase")
    actions.reset_password(new, "a new passphrase")
    assert passwords.fits(user.password_hash, "a new passphrase")


def test_a_token_is_of_no_use_after_its_time_or_for_another_purpose(world: World) -> None:
    user = person(email_verified_at=None)
    token = actions.issue_token(user, "verify_email")
    with pytest.raises(Missing):
        actions.reset_password(token, "a new passphrase")
    row = db.session.scalars(select(MailToken)).one()
    row.expires_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(Missing):
        actions.verify_email(token)


def test_a_reset_ends_every_session_and_confirms_the_address(world: World) -> None:
    user = person(email_verified_at=None)
    tokens = [open_session(user, "127.0.0.1", "a"), open_session(user, "127.0.0.2", "b")]
    actions.reset_password(actions.issue_token(user, "reset_password"), "a new passphrase")
    assert [load_session(token) for token in tokens] == [None, None]
    assert user.email_verified_at is not None


def test_a_changed_password_ends_every_other_session(world: World) -> None:
    user = person()
    here, there = open_session(user, "127.0.0.1", "a"), open_session(user, "127.0.0.2", "b")
    signed_in = load_session(here)
    assert signed_in is not None
    actor = signed_in.actor()
    with pytest.raises(Invalid) as refused:
        actions.change_password(user, actor, "wrong", "a new passphrase", keep=signed_in.session.id)
    assert refused.value.field == "old_password"
    actions.change_password(user, actor, PASSWORD, "a new passphrase", keep=signed_in.session.id)
    assert load_session(here) is not None and load_session(there) is None


def test_a_change_of_somebody_elses_account_is_refused(world: World) -> None:
    with pytest.raises(Forbidden):
        actions.change_user(person(), world.actor("startup_owner"), name="X", locale=None, time_zone=None)


def test_a_stale_change_of_settings_is_refused(world: World) -> None:
    user = person()
    with pytest.raises(Stale):
        actions.change_user(
            user, actions.themselves(user), name="X", locale=None, time_zone=None, version=user.version - 1
        )


def test_a_consent_is_withdrawn_and_given_again_with_its_dates(world: World) -> None:
    user = person()
    me = actions.themselves(user)
    actions.give_consent(user, me, "contact")
    actions.give_consent(user, me, "contact")
    actions.withdraw_consent(user, me, "contact")
    actions.give_consent(user, me, "contact")
    rows = db.session.scalars(select(Consent).where(Consent.user_id == user.id).order_by(Consent.id)).all()
    assert [row.withdrawn_at is None for row in rows] == [False, True]
    assert steps_of(user) == ["user.give_consent", "user.withdraw_consent", "user.give_consent"]
    with pytest.raises(Blocked):
        actions.withdraw_consent(user, me, "terms")


def test_a_closed_account_keeps_no_personal_value(world: World) -> None:
    user = person(name="Ada Person", email="ada@people.example", locale="fr")
    token = open_session(user, "203.0.113.7", "a browser")
    actions.give_consent(user, actions.themselves(user), "contact")
    actions.close_account(user, actions.themselves(user), PASSWORD)
    assert (user.name, user.email, user.password_hash, user.locale) == (
        "–", f"closed-{user.id}@account.invalid", None, None,
    )  # fmt: skip
    assert load_session(token) is None
    assert db.session.execute(select(UserSession.address, UserSession.device)).one() == (None, None)
    assert not queries.consents_of(user.id)
    assert queries.user_by_email("ada@people.example") is None


def test_the_last_leader_of_others_cannot_close_the_account(world: World) -> None:
    owner = world.memberships["startup_owner"].user
    owner.password_hash = stored_hash(PASSWORD)
    with pytest.raises(Blocked):
        actions.close_account(owner, world.actor("startup_owner"), PASSWORD)
    make_member(world.startup, "owner")
    actions.close_account(owner, world.actor("startup_owner"), PASSWORD)
    assert world.startup.id not in {m.organisation_id for m in queries.seats(owner.id)}


def invite(world: World, email: str = "guest@people.example") -> tuple[Invitation, str]:
    invitation = member_actions.invite(world.startup, world.actor("startup_owner"), email, "member")
    return invitation, actions.issue_invitation_token(invitation)


def test_an_invitation_brings_a_person_with_an_account_once(world: World) -> None:
    guest = person(email="guest@people.example")
    invitation, token = invite(world)
    membership = member_actions.accept_invitation(token, guest)
    assert (membership.organisation_id, membership.role) == (world.startup.id, "member")
    with pytest.raises(Missing):
        member_actions.accept_invitation(token, guest)
    assert steps_of(invitation) == ["invitation.send", "invitation.accept"]


def test_an_invitation_is_bound_to_its_address(world: World) -> None:
    _, token = invite(world)
    with pytest.raises(Blocked):
        member_actions.accept_invitation(token, person(email="other@people.example"))


def test_an_invitation_opens_an_account_for_its_address(world: World) -> None:
    _, token = invite(world)
    values = {"name": "Guest", "password": PASSWORD, "locale": "ko"}
    with pytest.raises(Invalid):
        member_actions.accept_invitation_as_new(token, consents=["terms"], **values)
    membership = member_actions.accept_invitation_as_new(token, consents=BOTH, **values)
    assert membership.user.email == "guest@people.example"
    assert membership.user.email_verified_at is not None


def test_an_invitation_ends_after_seven_days_or_when_it_is_taken_back(world: World) -> None:
    invitation, token = invite(world)
    assert invitation.expires_at - clock.now() > timedelta(days=6, hours=23)
    member_actions.revoke_invitation(invitation, world.actor("startup_owner"))
    guest = person(email="guest@people.example")
    with pytest.raises(Missing):
        member_actions.accept_invitation(token, guest)
    second, token = invite(world)
    second.expires_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(Missing):
        member_actions.accept_invitation(token, guest)


def test_a_second_invitation_replaces_the_first(world: World) -> None:
    first, _ = invite(world)
    second, _ = invite(world)
    assert [row.id for row in queries.open_invitations(world.startup.id)] == [second.id]
    assert first.revoked_at is not None


@pytest.mark.parametrize(
    ("role", "organisation", "wanted", "works"),
    [
        ("manager", "centre", "broker", True),
        ("manager", "centre", "evaluator", True),
        ("manager", "centre", "owner", False),
        ("broker", "centre", "broker", None),
        ("startup_owner", "startup", "manager", False),
        ("startup_member", "startup", "member", None),
        ("network_staff", "operator", "network_staff", True),
    ],
)
def test_leaders_invite_to_the_roles_of_their_organisation(
    world: World, role: str, organisation: str, wanted: str, works: bool | None
) -> None:
    target = {
        "centre": world.centre.organisation,
        "startup": world.startup,
        "operator": world.network.operator,
    }[organisation]
    if works:
        sent = member_actions.invite(target, world.actor(role), "new@people.example", wanted)
        assert sent.role == wanted
    else:
        with pytest.raises(Forbidden if works is None else Invalid):
            member_actions.invite(target, world.actor(role), "new@people.example", wanted)


def test_a_member_is_not_invited_again(world: World) -> None:
    email = world.memberships["startup_member"].user.email
    with pytest.raises(Invalid) as refused:
        invite(world, email)
    assert refused.value.field == "email"


def test_the_last_leader_stays(world: World) -> None:
    owner, member = world.memberships["startup_owner"], world.memberships["startup_member"]
    actor = world.actor("startup_owner")
    with pytest.raises(Blocked):
        member_actions.end_membership(owner, actor)
    with pytest.raises(Blocked):
        member_actions.change_role(owner, actor, "member")
    member_actions.change_role(member, actor, "owner")
    member_actions.end_membership(owner, actor)
    assert queries.leaders(world.startup.id) == {member.user_id}


def profile(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """The values of a profile as its form sends them."""
    plain = ("kind", "website", "legal_form", "opened_on", "registered_on", "origin", "region_code", "country",
             "registration_scheme", "registration_number", "sectors")  # fmt: skip
    texts = {code: {"name": t.name, "description": t.description} for code, t in organisation.texts.items()}
    zones = [zone.code for zone in organisation.zones]
    return {**{name: getattr(organisation, name) for name in plain}, "zones": zones, "texts": texts, **changes}


@pytest.fixture
def verified(world: World) -> Organisation:
    startup = world.startup
    startup.registration_number, startup.country = "1248100998", "KR"
    db.session.flush()
    found: Organisation = startup
    return found


@pytest.mark.parametrize(
    ("changes", "fields", "state"),
    [
        ({"website": "https://loopwell.example"}, ["website"], "verified"),
        ({"sectors": ["water"]}, ["sectors"], "verified"),
        ({"registered_on": date(2022, 1, 1)}, ["registered_on"], "submitted"),
        ({"registration_number": "220-81-62517"}, ["registration_number"], "submitted"),
        ({"region_code": "CA-QC-06"}, ["country", "region_code"], "submitted"),
        ({"zones": ["KR-FEZ-DG"]}, ["zones"], "submitted"),
        ({"kind": "sme"}, ["kind"], "submitted"),
    ],
)
def test_a_verified_fact_that_changes_is_verified_again(
    world: World, verified: Organisation, changes: dict[str, Any], fields: list[str], state: str
) -> None:
    before = verified.version
    organisation_actions.edit_organisation(verified, world.actor("startup_owner"), profile(verified, **changes))
    assert verified.state == state
    assert verified.version > before
    event = db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert event.data == {"fields": fields}
    assert event.step == ("organisation.edit" if state == "verified" else "organisation.amend")


def test_a_translation_of_the_name_is_no_change_of_a_verified_fact(world: World, verified: Organisation) -> None:
    texts = profile(verified)["texts"] | {"ko": {"name": "루프웰", "description": ""}}
    organisation_actions.edit_organisation(verified, world.actor("startup_owner"), profile(verified, texts=texts))
    assert verified.is_verified and verified.name("ko") == "루프웰"
    texts = {**texts, "en": {"name": "Another Name", "description": ""}}
    organisation_actions.edit_organisation(verified, world.actor("startup_owner"), profile(verified, texts=texts))
    assert verified.state == "submitted"


def test_nothing_changed_records_nothing(world: World, verified: Organisation) -> None:
    organisation_actions.edit_organisation(verified, world.actor("startup_owner"), profile(verified))
    assert not db.session.scalar(select(func.count()).select_from(Event))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"registration_number": "124-81-00999"}, "registration_number"),
        ({"registration_scheme": "CA-QC-NEQ", "registration_number": "1248100998"}, "registration_number"),
        ({"texts": {"en": {"name": "", "description": ""}}}, "name_en"),
        ({"texts": {"en": {"name": "A", "description": ""}, "fr": {"name": "", "description": "b"}}}, "name_fr"),
        ({"kind": "centre"}, "kind"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_on_its_field(
    world: World, verified: Organisation, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        organisation_actions.edit_organisation(verified, world.actor("startup_owner"), profile(verified, **changes))
    assert refused.value.field == field


def test_a_number_of_another_organisation_is_refused(world: World, verified: Organisation) -> None:
    make_organisation("startup", registration_number="2208162517")
    with pytest.raises(Invalid) as refused:
        organisation_actions.edit_organisation(
            verified, world.actor("startup_owner"), profile(verified, registration_number="2208162517")
        )
    assert "invitation" in str(refused.value.message)


def test_a_member_does_not_change_the_profile(world: World, verified: Organisation) -> None:
    with pytest.raises(Forbidden):
        organisation_actions.edit_organisation(verified, world.actor("startup_member"), profile(verified))


def test_rows_of_a_profile_bump_its_version(world: World, verified: Organisation) -> None:
    actor, before = world.actor("startup_owner"), verified.version
    organisation_actions.add_representative(verified, actor, "Ada", None)
    organisation_actions.set_year(
        verified, actor, 2024, revenue=Decimal("300000000000000.50"), investment=None, currency="KRW", staff=3
    )
    organisation_actions.add_affiliation(verified, actor, world.company, "shareholder")
    organisation_actions.add_affiliation(verified, actor, world.company, "shareholder")
    assert verified.version == before + 3
    organisation_actions.remove_representative(verified, actor, verified.representatives[0].id)
    organisation_actions.remove_year(verified, actor, 2024)
    organisation_actions.remove_affiliation(verified, actor, queries.affiliations_of(verified.id)[0][0].id)
    assert (verified.representatives, verified.years, queries.affiliations_of(verified.id)) == ([], [], [])


def test_rows_of_another_profile_are_missing(world: World, verified: Organisation) -> None:
    row = Affiliation(organisation_id=world.company.id, other_id=verified.id, kind="affiliate")
    db.session.add(row)
    db.session.flush()
    for remove in (organisation_actions.remove_affiliation, organisation_actions.remove_representative):
        with pytest.raises(Missing):
            remove(verified, world.actor("startup_owner"), row.id)


@pytest.mark.parametrize(
    ("year", "currency", "field"), [(1900, "KRW", "year"), (2999, "KRW", "year"), (2024, None, "currency")]
)
def test_figures_need_a_past_year_and_a_currency(
    world: World, verified: Organisation, year: int, currency: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        organisation_actions.set_year(
            verified, world.actor("startup_owner"), year,
            revenue=Decimal(1), investment=None, currency=currency, staff=None,
        )  # fmt: skip
    assert refused.value.field == field


def test_a_person_adds_an_organisation_and_owns_it(world: World) -> None:
    membership = organisation_actions.create_organisation(
        world.actor("person"), kind="sme", name="Nouveau", locale="fr", region_code="CA-QC-06"
    )
    assert (membership.role, membership.organisation.country) == ("owner", "CA")
    with pytest.raises(Invalid):
        organisation_actions.create_organisation(world.actor("person"), kind="centre", name="X", locale="en")
    assert db.session.scalar(select(func.count()).where(Membership.user_id == world.person.id)) == 1
