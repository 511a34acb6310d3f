"""Parts of a page that belong to a package above its own; ``app.py`` registers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from markupsafe import Markup

from marketplace.kernel.events import subject_type
from marketplace.kernel.policy import Actor
from marketplace.web.actor import current_actor

# A subject and its reader, to markup; an empty string where this reader gets nothing.
Panel = Callable[[Any, Actor], str]

_panels: dict[tuple[str, str], list[Panel]] = {}


def register(subject: str, slot: str, panel: Panel) -> None:
    """Show ``panel`` on pages of a kind of subject, in the named slot, after those before it."""
    found = _panels.setdefault((subject, slot), [])
    if panel not in found:
        found.append(panel)


def panels(subject: Any, slot: str = "main", reader: Actor | None = None) -> Markup:
    """All panels of a slot for this subject, as ``reader`` sees them; as whoever asks, where none is named."""
    actor = reader or current_actor()
    found = _panels.get((subject_type(subject), slot), [])
    return Markup("").join(Markup(panel(subject, actor)) for panel in found)


def init_app(app: Flask) -> None:
    """Let templates place panels."""
    app.jinja_env.globals["panels"] = panels
