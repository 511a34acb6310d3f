"""Fields that forms of this package share: amounts as people write them, and lists of boxes to tick."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import DateTimeLocalField, DecimalField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from marketplace.kernel.locales import _l

GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
LARGEST = Decimal(10) ** 12


class AmountField(DecimalField):
    """An amount with blanks, commas or apostrophes between thousands, and a comma or point before cents."""

    widget = TextInput()

    def _value(self) -> str:
        """What was typed, else the amount without empty cents."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:f}".removesuffix(".00")

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = re.sub(r"[\s’']", "", str(valuelist[0])) if valuelist else ""
        if not typed:
            self.data = None
            return
        plain = typed.replace(",", "") if GROUPED.fullmatch(typed) else typed.replace(",", ".")
        try:
            found = Decimal(plain)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or not 0 <= found < LARGEST:
            self.data = None
            raise ValueError(str(_l("Write an amount in figures, such as 140,000,000.")))
        self.data = found.quantize(Decimal("0.01"))


class TickField(SelectMultipleField):
    """Some of several choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MomentField(DateTimeLocalField):
    """A wall-clock time to the minute, in the zone named beside it."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more)


def distinct(form: Any, key: str) -> Any:
    """Give a form's controls ids of their own, where several of its kind stand on one page."""
    for field in form:
        field.id = f"{field.id}-{key}"
        field.label.field_id = field.id
    return form


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Choices of a select from values and their words."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def labelled(words: dict[str, Any], empty: Any = None) -> list[SelectChoice]:
    """Choices of a select from codes and their words, first an empty one where it is named."""
    return choices([*([("", empty)] if empty is not None else []), *words.items()])


def coded(items: Iterable[Any], locale: str) -> list[SelectChoice]:
    """Choices from places: code and name."""
    return choices((item.code, item.name(locale)) for item in items)
