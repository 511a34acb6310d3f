"""The key of a creating form is taken once."""

from __future__ import annotations

from marketplace.kernel import idempotency
from tests.world import World


def test_second_press_learns_where_the_first_led(world: World) -> None:
    assert idempotency.claim("one-drawing") is None
    idempotency.settle("one-drawing", "/notes/7")
    assert idempotency.claim("one-drawing") == "/notes/7"
    assert idempotency.claim("another-drawing") is None
