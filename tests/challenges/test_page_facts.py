"""What a page says of the way ahead."""

from datetime import timedelta

import pytest

from marketplace.calls.models import Stage
from marketplace.challenges.page_facts import row_of, what_happens
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge


def test_comparison_ends_before_the_decisions_are_announced(world):
    now = clock.now()
    call = make_call(world.programme, decisions_by=(now + timedelta(days=30)).date())
    for position, (kind, days) in enumerate((("presentation", 25), ("final", 35), ("refinement", 45)), start=4):
        call.stages.append(Stage(position=position, kind=kind, actor="panel", closes_at=now + timedelta(days=days)))
    challenge = make_challenge(world.company, call)
    db.session.flush()
    dates = {ahead.label: ahead.at for ahead in what_happens(challenge, now)}
    assert dates["The company compares the applications"] == now + timedelta(days=25)


@pytest.mark.parametrize("state", ["withdrawn", "rejected", "unfilled", "archived"])
def test_what_is_over_waits_for_no_date(world, state):
    now = clock.now()
    challenge = make_challenge(world.company, make_call(world.programme), state=state)
    row = row_of(challenge, ANONYMOUS, "en", now)
    assert (what_happens(challenge, now), row.opens_at, row.closes_at) == ([], None, None)
    assert row_of(challenge, ANONYMOUS, "en", now + timedelta(days=20)).closes_at == challenge.closing()


def test_what_is_done_early_names_no_date_ahead(world):
    now = clock.now()
    call = make_call(world.programme, decisions_by=(now + timedelta(days=30)).date())
    challenge = make_challenge(world.company, call, state="filled")
    told = [line for line in what_happens(challenge, now) if line.done]
    assert told[-1].label == "Both sides sign and begin"
    assert all((line.at is None or line.at <= now) and line.day is None for line in told)
