"""Routes that learn to write their address when somebody first asks for it: half the time of making an application."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A route; its address is written as Werkzeug writes it, by code made at the first call instead of at the start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made = cache(super()._compile_builder)

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return made(append_unknown)(rule, **values)

        return build
