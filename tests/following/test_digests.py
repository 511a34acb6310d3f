"""Digests: one message, grouped, of what still holds; none where nothing is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.challenges.models import ChallengeInvitation
from marketplace.following import actions, digests, reactions
from marketplace.following.digest_times import next_due
from marketplace.following.models import DigestItem, Follow
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications.actions import refuse_mail
from marketplace.notifications.models import BULK, Mail
from marketplace.people.actions import change_user
from marketplace.people.models import User
from tests.calls.cast import close_call
from tests.following.cast import WATER, challenge_in, happen, make_follow, waiting
from tests.people.cast import actor_of, make_user
from tests.questions.cast import make_question
from tests.world import World


def let_due() -> int:
    """Let every digest be due now, and send."""
    db.session.execute(sa.update(DigestItem).values(due_at=clock.now() - timedelta(seconds=1)))
    return digests.send_due()


def letters(user_id: int) -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).where(Mail.user_id == user_id)))


def test_digest_is_one_message_grouped_by_what_is_followed(world: World) -> None:
    user = make_user("Ada", locale="fr")
    first = make_follow(user, "daily", "Mes conduites", filters=WATER)
    second = make_follow(user, "weekly", organisation_id=world.other_company.id)
    challenges = [challenge_in(world), challenge_in(world), challenge_in(world, fields=["food"])]
    challenges[2].organisation_id = world.other_company.id
    db.session.flush()
    for challenge in challenges:
        happen("challenge.publish", challenge)
    assert let_due() == 1
    (mail,) = letters(user.id)
    assert (mail.locale, mail.priority) == ("fr", BULK)
    assert all(challenge.title("fr") in mail.body for challenge in challenges)
    assert mail.body.count("Mes conduites") == mail.body.count("Boreale Aluminium\n") == 1 or "Boreale" in mail.body
    assert mail.body.index("Mes conduites") < mail.body.index("Boreale")
    assert all(f"{user.id}-{follow.id}~" in mail.body for follow in (first, second))
    assert f"{user.id}-0~" in mail.headers["List-Unsubscribe"]
    assert (waiting(), let_due(), len(letters(user.id))) == ([], 0, 1)


def test_digest_leaves_out_what_closed_was_withdrawn_or_hidden_and_is_not_sent_empty(world: World) -> None:
    user = make_user()
    make_follow(user, "daily", filters=WATER)
    closed, withdrawn, hidden = challenge_in(world), challenge_in(world), challenge_in(world)
    for challenge in (closed, withdrawn, hidden):
        happen("challenge.publish", challenge)
    assert waiting() == [user.id] * 3
    close_call(closed.call)
    withdrawn.state, hidden.visibility = "withdrawn", "invited"
    db.session.flush()
    assert (let_due(), letters(user.id), waiting()) == (1, [], [])


def test_digest_tells_no_company_that_hides_its_name_meanwhile(world: World) -> None:
    user = make_user()
    make_follow(user, "daily", organisation_id=world.company.id)
    challenge = challenge_in(world)
    happen("challenge.publish", challenge)
    challenge.visibility = "anonymous"
    db.session.flush()
    let_due()
    assert letters(user.id) == []


def test_digest_of_an_invited_only_challenge_comes_while_the_invitation_lasts(world: World) -> None:
    kept, lost = world.memberships["startup_owner"].user, world.memberships["other_startup"].user
    for user in (kept, lost):
        make_follow(user, "daily", filters=WATER)
    challenge = challenge_in(world, visibility="invited")
    challenge.invited += [ChallengeInvitation(organisation=o) for o in (world.startup, world.other_startup)]
    db.session.flush()
    happen("challenge.publish", challenge)
    assert set(waiting()) == {kept.id, lost.id}
    challenge.invited = [row for row in challenge.invited if row.organisation_id == world.startup.id]
    db.session.flush()
    let_due()
    assert (len(letters(kept.id)), letters(lost.id)) == (1, [])


def test_digest_says_of_a_followed_challenge_what_became_of_it(world: World) -> None:
    challenge, user = challenge_in(world), make_user()
    make_follow(user, "weekly", challenge_id=challenge.id)
    for _ in range(2):
        happen("question.answer", make_question(challenge, world.startup, state="answered"))
    close_call(challenge.call)
    challenge.state = "closed"
    happen("challenge.close", challenge)
    challenge.state = "filled"
    happen("challenge.fill", challenge)
    db.session.flush()
    let_due()
    (mail,) = letters(user.id)
    assert "A startup was found" in mail.body
    assert "Closed for applications" not in mail.body and "answered" not in mail.body


def test_two_answers_are_one_line(world: World) -> None:
    challenge, user = challenge_in(world), make_user()
    make_follow(user, "daily", challenge_id=challenge.id)
    for _ in range(2):
        happen("question.answer", make_question(challenge, world.startup, state="answered"))
    let_due()
    (mail,) = letters(user.id)
    assert mail.body.count("A question was answered") == 1


@pytest.mark.parametrize("change", ["refused", "deactivated", "unconfirmed", "stopped"])
def test_digest_is_not_sent_to_who_does_not_want_it(world: World, change: str) -> None:
    user = make_user()
    follow = make_follow(user, "daily", filters=WATER)
    happen("challenge.publish", challenge_in(world))
    if change == "refused":
        refuse_mail(user.id, "alerts")
    elif change == "stopped":
        actions.stop_by_link(follow.id, user.id)
    else:
        row = db.session.get_one(User, user.id)
        row.deactivated_at, row.email_verified_at = (clock.now(), None) if change == "deactivated" else (None, None)
        db.session.flush()
    let_due()
    assert (letters(user.id), waiting()) == ([], [])


def test_what_waits_comes_at_the_new_time(world: World) -> None:
    user = make_user()
    follow = make_follow(user, "weekly", filters=WATER)
    happen("challenge.publish", challenge_in(world))
    actor = actor_of(None, user)
    actions.set_rhythm(actor, hour=18, weekday=4)
    due = sa.select(DigestItem.due_at)
    assert db.session.scalars(due).one() == next_due(clock.now(), "weekly", "Asia/Seoul", 18, 4)
    change_user(user, actor, name=user.name, locale=user.locale, time_zone="Europe/Paris")
    event = db.session.scalars(sa.select(Event).where(Event.step == "user.change")).one()
    reactions.move_digests(event, None)
    assert db.session.scalars(due).one() == next_due(clock.now(), "weekly", "Europe/Paris", 18, 4)
    actions.change_follow(db.session.get_one(Follow, follow.id), actor, frequency="now")
    assert (digests.send_due(), len(letters(user.id))) == (1, 1)


@pytest.mark.parametrize(
    ("now", "frequency", "zone", "due"),
    [
        ("2026-11-23T22:59", "daily", "Asia/Seoul", "2026-11-23T23:00"),  # Tuesday 08:00 in Seoul
        ("2026-11-23T23:00", "daily", "Asia/Seoul", "2026-11-24T23:00"),
        ("2026-11-22T22:00", "weekly", "Asia/Seoul", "2026-11-22T23:00"),  # Monday 08:00 in Seoul
        ("2026-11-22T23:00", "weekly", "Asia/Seoul", "2026-11-29T23:00"),
        ("2026-10-24T12:00", "daily", "Europe/Paris", "2026-10-25T07:00"),  # the night the clocks go back
        ("2026-03-28T12:00", "daily", "Europe/Paris", "2026-03-29T06:00"),  # and forward
    ],
)
def test_digest_is_due_by_the_reader_s_own_clock(now: str, frequency: str, zone: str, due: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_due(at, frequency, zone) == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert next_due(at, "now", zone) == at


def test_parallel_rounds_take_turns(world: World) -> None:
    for _ in range(3):
        make_follow(None, "daily", filters=WATER)
    happen("challenge.publish", challenge_in(world))
    assert (let_due(), digests.send_due()) == (3, 0)
    assert timedelta(0) < next_due(clock.now(), "daily") - clock.now() <= timedelta(days=1)
