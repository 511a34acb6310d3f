"""Telling followers: everybody who asked and may see it, once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.filters import Filters
from marketplace.challenges.models import ChallengeInvitation
from marketplace.following import fan_out, reactions
from marketplace.following.models import DigestItem, Follow, Rhythm
from marketplace.kernel import clock, events
from marketplace.kernel.db import db
from marketplace.kernel.policy import SYSTEM
from marketplace.notifications.actions import refuse_mail
from marketplace.notifications.mail_preferences import refused_by
from marketplace.notifications.models import BULK, Mail
from marketplace.notifications.reactions import tell as tell_those_concerned
from marketplace.people.models import User
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.following.cast import WATER, challenge_in, happen, mailed, make_follow, noted, tell, waiting
from tests.people.cast import make_user
from tests.questions.cast import make_question
from tests.world import World


def test_publication_reaches_followers_of_field_search_centre_and_company(world: World) -> None:
    challenge = challenge_in(world)
    found = [
        make_follow(filters=WATER),
        make_follow(filters=Filters(text="leaks pipes", sort="best")),
        make_follow(filters=Filters(text='"old pipes" -robots', sort="best")),
        make_follow(filters=Filters(trl=("5",), regions=("KR-27",))),
        make_follow(filters=Filters()),
        make_follow(filters=Filters(status="any", centres=(world.centre.slug,))),
        make_follow(centre_id=world.centre.id),
        make_follow(organisation_id=world.company.id),
    ]
    others = [
        make_follow(filters=Filters(fields=("robotics",))),
        make_follow(filters=Filters(text="leaks robots", sort="best")),
        make_follow(filters=Filters(text="leaks -pipes", sort="best")),
        make_follow(filters=Filters(trl=("9",))),
        make_follow(centre_id=world.foreign_centre.id),
        make_follow(organisation_id=world.other_company.id),
        make_follow(challenge_id=challenge_in(world).id),
    ]
    event = happen("challenge.publish", challenge)
    assert mailed(event) == noted(event) == sorted(follow.user_id for follow in found)
    assert not {follow.user_id for follow in others} & set(noted(event))


def test_three_follows_that_match_make_one_message_by_the_nearest(world: World) -> None:
    challenge, user = challenge_in(world), make_user()
    make_follow(user, filters=WATER)
    make_follow(user, centre_id=world.centre.id)
    nearest = make_follow(user, organisation_id=world.company.id)
    event = happen("challenge.publish", challenge)
    assert (mailed(event), noted(event)) == ([user.id], [user.id])
    body = db.session.scalar(sa.select(Mail.body).where(Mail.user_id == user.id))
    assert body is not None and "Haneul Water Utility" in body
    assert f"{user.id}-{nearest.id}~" in body


def test_what_is_told_at_once_does_not_come_in_the_digest_too(world: World) -> None:
    user = make_user()
    make_follow(user, "daily", organisation_id=world.company.id)
    make_follow(user, "now", filters=WATER)
    event = happen("challenge.publish", challenge_in(world))
    assert (mailed(event), waiting()) == ([user.id], [])


def test_digest_follower_gets_a_line_and_a_place_in_the_next_digest(world: World) -> None:
    daily, weekly = make_follow(None, "daily", filters=WATER), make_follow(None, "weekly", filters=WATER)
    event = happen("challenge.publish", challenge_in(world))
    assert (mailed(event), noted(event)) == ([], sorted([daily.user_id, weekly.user_id]))
    due = {item.user_id: item.due_at for item in db.session.scalars(sa.select(DigestItem))}
    now = clock.now()
    assert now < due[daily.user_id] <= now + timedelta(days=1)
    assert now < due[weekly.user_id] <= now + timedelta(days=7)


def test_second_run_tells_nobody_again(world: World) -> None:
    for frequency in ("now", "daily"):
        make_follow(None, frequency, filters=WATER)
    event = happen("challenge.publish", challenge_in(world))
    before = mailed(event), noted(event), waiting()
    tell(event)
    assert (mailed(event), noted(event), waiting()) == before


def test_chunks_tell_everybody_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "PEOPLE", 2)
    monkeypatch.setattr(reactions, "SEARCHES", 1)
    users = [make_user() for _ in range(5)]
    for user in users:
        make_follow(user, filters=WATER)
        make_follow(user, filters=Filters(trl=("5",)))
    event = happen("challenge.close", challenge_in(world))  # nothing to tell of an open one
    assert noted(event) == []
    event = happen("challenge.publish", challenge_in(world))
    assert mailed(event) == noted(event) == [user.id for user in users]


def test_follower_who_is_also_concerned_is_told_once(world: World) -> None:
    owner = world.memberships["company_owner"].user
    make_follow(owner, filters=WATER)
    event = happen("challenge.publish", challenge_in(world), world.actor("manager"))
    tell_those_concerned(event, None)
    assert mailed(event).count(owner.id) == noted(event).count(owner.id) == 1


def test_who_acted_who_left_and_who_follows_since_are_not_told(world: World) -> None:
    make_follow(world.memberships["manager"].user, filters=WATER)
    gone, late = make_follow(filters=WATER), make_follow(filters=WATER)
    db.session.get_one(User, gone.user_id).deactivated_at = clock.now()
    late.created_at = clock.now() + timedelta(hours=1)
    db.session.flush()
    event = happen("challenge.publish", challenge_in(world), world.actor("manager"))
    assert (mailed(event), noted(event)) == ([], [])


def test_unconfirmed_address_and_refused_alerts_get_no_mail_but_a_line(world: World) -> None:
    unconfirmed = make_follow(make_user(email_verified_at=None), filters=WATER)
    refused = make_follow(filters=WATER)
    refuse_mail(refused.user_id, "alerts")
    event = happen("challenge.publish", challenge_in(world))
    assert (mailed(event), noted(event)) == ([], sorted([unconfirmed.user_id, refused.user_id]))


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("challenge.close", "closed"),
        ("challenge.fill", "filled"),
        ("challenge.leave_unfilled", "unfilled"),
        ("challenge.withdraw", "withdrawn"),
        ("challenge.reopen", "open"),
    ],
)
def test_end_of_a_challenge_reaches_those_who_follow_it_alone(world: World, step: str, state: str) -> None:
    challenge = challenge_in(world, state=state, published_at=clock.now())
    follow = make_follow(challenge_id=challenge.id)
    make_follow(filters=WATER)
    make_follow(organisation_id=world.company.id)
    assert mailed(happen(step, challenge)) == [follow.user_id]


def test_answer_moved_deadline_and_decisions_reach_those_who_follow_the_challenge(world: World) -> None:
    challenge = challenge_in(world)
    follow = make_follow(challenge_id=challenge.id)
    question = make_question(challenge, world.startup, state="answered")
    assert mailed(happen("question.answer", question)) == [follow.user_id]
    assert noted(happen("call.amend", challenge.call, fields=["closes_at"])) == [follow.user_id]
    assert noted(happen("call.amend", challenge.call, fields=["subject"])) == []
    close_call(challenge.call)
    challenge.call.state = "decided"
    db.session.flush()
    assert mailed(happen("call.release", challenge.call)) == [follow.user_id]


def test_call_reaches_followers_of_its_centre(world: World) -> None:
    follow = make_follow(centre_id=world.centre.id)
    make_follow(centre_id=world.cooperating.id)
    announced = make_call(world.programme, opens=2, state="published")
    assert mailed(happen("call.publish", announced)) == [follow.user_id]
    assert mailed(happen("call.open", make_call(world.programme))) == [follow.user_id]
    # Announced and open at the same moment: one message, that it is open.
    assert mailed(happen("call.publish", make_call(world.programme, state="open"))) == []


def test_invited_only_challenge_is_told_to_those_invited_alone(world: World) -> None:
    invited = make_follow(world.memberships["startup_member"].user, filters=WATER)
    make_follow(world.memberships["other_startup"].user, filters=WATER)
    make_follow(organisation_id=world.company.id)
    make_follow(centre_id=world.centre.id)
    challenge = challenge_in(world, visibility="invited")
    challenge.invited.append(ChallengeInvitation(organisation=world.startup))
    db.session.flush()
    event = happen("challenge.publish", challenge)
    assert mailed(event) == noted(event) == [invited.user_id]
    # Whose invitation ended hears nothing more, not even through the call.
    follow = make_follow(world.memberships["other_startup"].user, challenge_id=challenge.id)
    assert follow.user_id not in noted(happen("call.amend", challenge.call, fields=["closes_at"]))


def test_anonymous_challenge_is_no_news_of_its_company(world: World) -> None:
    by_company, by_field = make_follow(organisation_id=world.company.id), make_follow(filters=WATER)
    by_region = make_follow(filters=Filters(regions=("KR-27",)))
    by_kind = make_follow(filters=Filters(kinds=("public",)))
    by_centre = make_follow(centre_id=world.cooperating.id)
    challenge = challenge_in(world, visibility="anonymous", centre=world.cooperating)
    event = happen("challenge.publish", challenge)
    assert mailed(event) == noted(event) == [by_field.user_id]
    assert not {by_company.user_id, by_region.user_id, by_kind.user_id, by_centre.user_id} & set(noted(event))
    body = db.session.scalar(sa.select(Mail.body).where(Mail.user_id == by_field.user_id)) or ""
    assert "Haneul" not in body and "Secretname" not in body and "A public utility in the south" in body


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"state": "draft"}, "a draft"),
        ({"state": "candidate"}, "not published"),
        ({"state": "withdrawn"}, "withdrawn meanwhile"),
        ({"is_reference": True, "source": "elsewhere", "source_id": "1"}, "a reference record"),
    ],
)
def test_publication_that_does_not_hold_is_told_to_nobody(world: World, values: dict[str, object], why: str) -> None:
    make_follow(filters=WATER)
    make_follow(organisation_id=world.company.id)
    event = happen("challenge.publish", challenge_in(world, **values))
    assert (mailed(event), noted(event)) == ([], []), why


def test_publication_that_closed_meanwhile_is_told_to_nobody(world: World) -> None:
    make_follow(filters=WATER)
    challenge = challenge_in(world)
    close_call(challenge.call)
    assert noted(happen("challenge.publish", challenge)) == []


def test_demonstration_is_told_to_its_own_people_alone(world: World) -> None:
    make_follow(filters=WATER)
    insider = make_follow(make_user(is_demo=True), filters=WATER)
    world.programme.managing_centre.is_demo = True
    db.session.flush()
    event = happen("challenge.publish", challenge_in(world))
    assert (mailed(event), noted(event)) == ([insider.user_id], [insider.user_id])


def test_message_is_in_the_reader_s_language_and_says_how_to_stop(world: World) -> None:
    follows = {locale: make_follow(make_user(locale=locale), filters=WATER) for locale in ("en", "fr", "ko")}
    event = happen("challenge.publish", challenge_in(world))
    for locale, follow in follows.items():
        mail = db.session.scalars(sa.select(Mail).where(Mail.user_id == follow.user_id)).one()
        assert (mail.locale, mail.priority, mail.event_id) == (locale, BULK, event.id)
        address = mail.headers["List-Unsubscribe"].strip("<>")
        assert address.endswith(f"?lang={locale}") and address in mail.body
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert db.session.get_one(User, follow.user_id).name in mail.body
        assert "\ue000" not in mail.body + mail.subject


def test_search_of_any_state_is_told_of_publications_alone(world: World) -> None:
    follow = make_follow(filters=Filters(status="closed", fields=("water",)))
    make_challenge(world.company, state="closed", published_at=clock.now())
    assert mailed(happen("challenge.publish", challenge_in(world))) == [follow.user_id]


def test_closed_account_follows_nothing_any_more(world: World) -> None:
    gone, kept = make_follow(None, "daily", filters=WATER), make_follow(None, "daily", filters=WATER)
    refuse_mail(gone.user_id, "drafts")
    happen("challenge.publish", challenge_in(world))
    event = events.record("user.deactivate", db.session.get_one(User, gone.user_id), SYSTEM)
    for _ in range(2):
        assert reactions.forget_person(event, None) is None
    assert (list(db.session.scalars(sa.select(Follow.user_id))), waiting()) == ([kept.user_id], [kept.user_id])
    assert list(db.session.scalars(sa.select(Rhythm.user_id))) == [kept.user_id]
    assert refused_by(gone.user_id) == set()


def test_news_that_waits_reaches_no_closed_account(world: World) -> None:
    gone, kept = make_follow(filters=WATER), make_follow(filters=WATER)
    happen("challenge.publish", challenge_in(world))
    event = events.record("user.deactivate", db.session.get_one(User, gone.user_id), SYSTEM)
    reactions.forget_person(event, None)
    states = {mail.user_id: mail.state for mail in db.session.scalars(sa.select(Mail))}
    assert states == {gone.user_id: "dropped", kept.user_id: "queued"}
