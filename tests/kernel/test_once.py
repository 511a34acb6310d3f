"""The key of a creating form is taken once."""

from __future__ import annotations

from marketplace.kernel import once
from tests.factories import World


def test_second_press_learns_where_the_first_led(world: World) -> None:
    assert once.claim("one-drawing") is None
    once.settle("one-drawing", "/notes/7")
    assert once.claim("one-drawing") == "/notes/7"
    assert once.claim("another-drawing") is None
