"""Named sets of states as tests of templates: ``call is current``, or of a bare state ``state is current('call')``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from marketplace.kernel.events import subject_type
from marketplace.kernel.workflow import named_states


def init_app(app: Flask) -> None:
    """Let templates ask for every set that a machine named; called once all packages are open."""
    app.jinja_env.tests.update({name: _test(states) for name, states in named_states().items()})


def _test(states: Mapping[str, tuple[str, ...]]) -> Callable[..., bool]:
    def holds(thing: Any, subject: str = "") -> bool:
        return (thing if subject else thing.state) in states[subject or subject_type(thing)]

    return holds
