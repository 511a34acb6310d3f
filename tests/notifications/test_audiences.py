"""Who is told of what: every step says it, and nobody hears what they may not see."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.challenges.models import ChallengeInvitation
from marketplace.kernel import audiences, events, words
from marketplace.kernel.audiences import APPLICANTS, OWN, STAFF, Audience
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.words import Words
from marketplace.notifications import reactions
from marketplace.notifications.models import Mail, Notification
from marketplace.subscriptions import SUBSCRIPTIONS
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.estate import Estate
from tests.factories import add
from tests.pairings.cast import make_pairing
from tests.world import World


def told(event: Event) -> set[int]:
    subject = reactions.load_subject(event)
    return reactions.audience_of(event, subject)


def of(world: World, *roles: str) -> set[int]:
    return {world.memberships[role].user.id for role in roles}


def test_every_step_is_told_or_silent_for_a_reason(app: Flask) -> None:
    words.check_declarations()
    found = words.all_words()
    assert len(words.told_steps()) > 100
    assert [name for name, said in found.items() if bool(said.tells) == bool(said.silent)] == []


@pytest.mark.parametrize("how", [{}, {"tells": STAFF, "silent": OWN}, {"tells": APPLICANTS}])
def test_product_does_not_start_where_a_step_does_not_say_who_hears(
    app: Flask, how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_words", {})
    Words("import.wave", "waved", **how)
    with pytest.raises(LookupError, match=r"import\.wave"):
        words.check_declarations()


def test_every_subscription_listens_to_a_spoken_step(app: Flask) -> None:
    assert set(SUBSCRIPTIONS) - set(words.all_words()) == set()


def test_every_told_step_is_subscribed(app: Flask) -> None:
    listening = events.subscriptions()
    assert all("notifications.reactions.tell" in listening[step] for step in words.told_steps())


COMPANY_PEOPLE, STARTUP_PEOPLE = {"company_owner", "company_member"}, {"startup_owner", "startup_member"}
CENTRE = {"manager", "broker"}
# Of the cast, who has each role around its own things: nobody of another network, company or startup.
ROLES = {
    "applicants": STARTUP_PEOPLE,
    "claimant": set(),
    "company": COMPANY_PEOPLE,
    "drafters": set(),  # its call is closed
    "invited startups": STARTUP_PEOPLE,
    "programme staff": CENTRE | {"cooperating_manager", "network_staff"},
    "readers": STARTUP_PEOPLE,
    "receiving staff": set(),  # the managing centre put it there itself
    "staff": CENTRE,
    "starter": {"manager"},
    "startup": STARTUP_PEOPLE,
    "team": STARTUP_PEOPLE,
}


def test_role_is_had_by_those_it_names_and_nobody_else(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    cast = {membership.user_id: role for role, membership in estate.world.memberships.items()}
    ours, startup = estate.values["sealed"], estate.world.startup.id
    with app.app_context():
        add(ChallengeInvitation(challenge_id=ours["challenges"], organisation_id=startup))
        pairs = {(step.partition(".")[0], role) for step in words.told_steps() for role in tells_of(step).roles}
        assert {role for _, role in pairs} == set(ROLES)
        for subject, role in sorted(pairs):
            noun = "collaborations" if subject == "agreement" else f"{subject}s"
            data = {"corrected": ["need.en"], "organisations": [startup]}
            event = Event(step=f"{subject}.wave", subject_type=subject, subject_id=ours[noun], data=data)
            heard = audiences.people_of(Audience((role,)), event, reactions.load_subject(event))
            assert {cast[user_id] for user_id in heard if user_id in cast} == ROLES[role], (subject, role)


def tells_of(step: str) -> Audience:
    tells = words.words_of(step).tells
    assert tells is not None
    return tells


def test_new_step_is_told_to_a_new_role_without_a_line_elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, register in ((words, "_words"), (audiences, "_people")):
        monkeypatch.setattr(module, register, dict(getattr(module, register)))
    watchers = Audience(("watchers",))
    heard = of(world, "company_owner", "manager", "other_company")
    audiences.hears(watchers, "challenge")(lambda *_: heard)
    Words("challenge.wave", "waved", tells=watchers, reason=True)
    words.check_declarations()
    challenge = make_challenge(world.company, state="in_review", centre=world.centre)
    reactions.tell(events.record("challenge.wave", challenge, world.actor("manager"), reason="Hello there"), None)
    assert set(db.session.scalars(sa.select(Notification.user_id))) == of(world, "company_owner")
    (mail,) = db.session.scalars(sa.select(Mail))
    assert "waved" in mail.body and "Hello there" in mail.body


def test_who_acted_is_not_told(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, state="in_review", centre=world.centre)
    event = events.record("challenge.ask_changes", challenge, world.actor("company_owner"), reason="Because")
    assert told(event) == of(world, "company_member")


def test_sealed_application_is_told_to_its_team_alone(world: World) -> None:
    call = make_call(world.programme)
    challenge = make_challenge(world.company, call, centre=world.centre)
    application = make_application(challenge, world.startup, state="submitted", author=world.user("startup_owner"))
    event = events.record("application.withdraw", application, SYSTEM, reason="Because")
    assert told(event) == of(world, "startup_owner", "startup_member")
    close_call(call)
    assert told(event) == of(world, "startup_owner", "startup_member", "manager", "broker")


def test_pairing_is_told_to_its_sides_and_centre_alone(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
    application = make_application(challenge, world.startup, state="selected", author=world.user("startup_owner"))
    pairing = make_pairing(application)
    event = events.record("pairing.request", pairing, world.actor("manager"))
    assert told(event) == of(world, "company_owner", "company_member", "startup_owner", "startup_member")


def test_amended_call_is_told_to_everybody_with_a_draft(world: World) -> None:
    call = make_call(world.programme)
    make_application(make_challenge(world.company, call), world.startup, author=world.user("startup_owner"))
    make_application(
        make_challenge(world.other_company, call), world.other_startup, state="withdrawn",
        author=world.user("other_startup"),
    )  # fmt: skip
    event = events.record("call.amend", call, world.actor("manager"), reason="A holiday")
    assert told(event) == of(world, "startup_owner", "startup_member")


def test_event_whose_subject_is_gone_tells_nobody(world: World) -> None:
    for step in sorted(words.told_steps()):
        event = Event(id=10**9, step=step, subject_type=step.partition(".")[0], subject_id=10**12, data={})
        assert reactions.tell(event, None) is None, step
        assert db.session.scalars(sa.select(Notification.event_id)).all() == [], step
