"""One day for the answer: the stages up to the decision end by the day that applicants are promised."""

from __future__ import annotations

from datetime import timedelta

from marketplace.calls.guards import decides_by_the_promised_day
from marketplace.calls.models import Stage
from tests.calls.cast import make_call
from tests.world import World


def test_decision_ends_by_the_promised_day(world: World) -> None:
    call = make_call(world.programme, state="draft")
    for position, kind in enumerate(("paper", "final", "agreement"), 3):
        call.stages.append(Stage(position=position, kind=kind, actor="centre"))
    assert call.closes_at is not None
    call.decisions_by = (call.closes_at + timedelta(days=20)).date()
    decision, agreement = call.stages[-2], call.stages[-1]
    agreement.closes_at = call.closes_at + timedelta(days=60)
    decision.closes_at = call.closes_at + timedelta(days=10)
    assert decides_by_the_promised_day(call) is None
    decision.closes_at = call.closes_at + timedelta(days=30)
    assert "“Decision” ends after it" in str(decides_by_the_promised_day(call))
