"""Fields that forms of this package share: moments in a zone, and lists of boxes to tick."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import DateTimeLocalField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.web.forms import options


class TickField(SelectMultipleField):
    """Some of several choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MomentField(DateTimeLocalField):
    """A wall-clock time to the minute, in the zone named beside it."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more)


def choices(words: dict[str, Any], empty: Any = None) -> list[SelectChoice]:
    """Choices of a select from codes and their words, first an empty one where it is named."""
    return options([*([("", empty)] if empty is not None else []), *words.items()])


def place_choices(items: Iterable[Any], locale: str) -> list[SelectChoice]:
    """Choices from places: code and name."""
    return options((item.code, item.name(locale)) for item in items)
