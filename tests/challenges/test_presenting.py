"""What a page says of the way ahead."""

from datetime import timedelta

from marketplace.challenges.presenting import what_happens
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Stage
from tests.factories import make_call, make_challenge


def test_comparison_ends_before_the_decisions_are_announced(world):
    now = clock.now()
    call = make_call(world.programme, decisions_by=(now + timedelta(days=30)).date())
    for position, (kind, days) in enumerate((("presentation", 25), ("final", 35), ("refinement", 45)), start=4):
        call.stages.append(Stage(position=position, kind=kind, actor="panel", closes_at=now + timedelta(days=days)))
    challenge = make_challenge(world.company, call)
    db.session.flush()
    dates = {ahead.label: ahead.at for ahead in what_happens(challenge, now)}
    assert dates["The company compares the applications"] == now + timedelta(days=25)
