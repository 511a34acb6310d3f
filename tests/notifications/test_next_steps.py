"""A message says what is next for its reader, and leads there."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.challenges.corrections import correct_challenge
from marketplace.collaborations import milestone_changes
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications import next_steps, reactions
from marketplace.notifications.models import Mail
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import milestone_of, signed
from tests.world import World


def bodies_of(step: str) -> dict[str, str]:
    """What each address is told of the newest event of a step."""
    event = db.session.scalars(select(Event).where(Event.step == step).order_by(Event.id.desc())).first()
    assert event is not None
    reactions.tell(event, None)
    return {mail.to: mail.body for mail in db.session.scalars(select(Mail).where(Mail.event_id == event.id))}


def test_who_is_asked_for_a_change_reads_it_as_theirs(world: World) -> None:
    milestone = milestone_of(signed(world).collaboration, due_on=date(2027, 3, 1))
    terms = {"title": milestone.title, "owner_id": milestone.owner_id, "due_on": date(2027, 5, 3), "reason": "Winter."}
    milestone_changes.ask_change(milestone, world.actor("startup_owner"), **terms)
    told = bodies_of("milestone.ask_change")
    emails = {role: world.memberships[role].user.email for role in ("company_owner", "manager")}
    turn = f"What comes next: Agree to a change of the milestone “{milestone.title}”, or refuse it"
    company = world.company.name("en")
    assert turn in told[emails["company_owner"]]
    assert f"What comes next: {company}: agree or refuse" in told[emails["manager"]]
    for body in told.values():
        assert f"{milestone.title} · Due on: 1 March 2027" in body
        assert f"/collaborations/{milestone.collaboration_id}/milestones/{milestone.id}\n" in body


@pytest.mark.parametrize(
    ("state", "coming"),
    [("submitted", "Submitted: nothing to do for you now"), ("draft", "Finish the draft and submit it")],
)
def test_who_has_applied_is_not_told_to_apply(world: World, state: str, coming: str) -> None:
    challenge = make_challenge(world.company, make_call(world.programme))
    make_application(challenge, world.startup, state=state)
    note, words = "A figure was wrong.", {"problem": "Iron pipes lose a seventh of the water."}
    correct_challenge(challenge, world.actor("company_owner"), {"en": words}, note)
    user = world.memberships["startup_owner"].user
    reader = next_steps.readers([user], challenge)[user.id]
    assert next_steps.next_in_words(challenge, reader, "en").split(", by")[0] == coming
    assert (", by" in next_steps.next_in_words(challenge, reader, "en")) is (state == "draft")
