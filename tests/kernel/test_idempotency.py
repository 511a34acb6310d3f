"""The key of a creating form is taken once."""

from __future__ import annotations

from marketplace.kernel import idempotency
from tests.world import World


def test_second_press_learns_where_the_first_led(world: World) -> None:
    assert idempotency.claim_key("one-drawing") is None
    idempotency.remember_redirect("one-drawing", "/notes/7")
    assert idempotency.claim_key("one-drawing") == "/notes/7"
    assert idempotency.claim_key("another-drawing") is None
