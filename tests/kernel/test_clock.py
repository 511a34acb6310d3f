"""When the database told an instant, in this process's own seconds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketplace.kernel.clock import Lead


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_slow_answer_is_no_earlier_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clocks differ by 1,000 s; answers take a millisecond, a second, and again a second."""
    lead = Lead()
    for asked, answered in ((10.0, 10.001), (11.0, 12.0), (13.0, 14.0)):
        monkeypatch.setattr("marketplace.kernel.clock.time.monotonic", lambda now=answered: now)
        assert lead.when(at(asked + 1000), asked - 1) == pytest.approx(asked, abs=0.002)


def test_first_answer_and_one_after_a_step_of_the_clock_stay_within_the_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = Lead()
    monkeypatch.setattr("marketplace.kernel.clock.time.monotonic", lambda: 50.0)
    assert lead.when(at(1000), 49.0) == 50.0
    assert lead.when(at(990), 49.0) == 49.0
    assert lead.when(at(2000), 49.0) == 50.0
